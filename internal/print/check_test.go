package print

import (
	"bytes"
	"errors"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

// Forty stickers on one sheet, each with a code of its own, all read.
func TestFortyStickersAllRead(t *testing.T) {
	p := newPress(t)
	s := poster(t)
	s.Kind, s.Paper, s.Places = Stickers, "3651", nil
	for n := range 40 {
		s.Places = append(s.Places, place(t, qr.Marker("T"+string(rune('A'+n%26))+string(rune('0'+n/26))).AddTo(""), ""))
	}
	d := compose(t, p, s)
	report := d.Check()
	if len(report.Codes) != 40 || d.Pages() != 1 {
		t.Fatalf("%d codes on %d pages", len(report.Codes), d.Pages())
	}
	seen := map[string]bool{}
	for i, c := range report.Codes {
		seen[c.Link.URL] = true
		for _, failed := range c.Failed {
			t.Errorf("label %d fails with %s", i+1, failed)
		}
	}
	if len(seen) != 40 {
		t.Errorf("%d different links", len(seen))
	}
}

func TestDisturbedCodesRead(t *testing.T) {
	p := newPress(t)
	for _, f := range Formats() {
		s := poster(t)
		s.Kind, s.Paper, s.Design, s.Copies = f.Kind, f.Paper, Evening, 1
		approved, report, err := compose(t, p, s).Approve()
		if err != nil || approved == nil {
			t.Errorf("%s %s: %v", f.Kind, f.Paper, err)
		}
		for _, failed := range report.Codes[0].Failed {
			t.Errorf("%s %s fails with %s", f.Kind, f.Paper, failed)
		}
	}
}

// A design whose code cannot be read never leaves the program.
func TestUnreadableIsNotExported(t *testing.T) {
	p := newPress(t)
	d := compose(t, p, poster(t))
	f := &d.faces[0]
	f.pieces = append(f.pieces, piece{items: []item{{path: rectangle(rect{f.codeBox.x, f.codeBox.y, 40, 40}, 0), colour: qr.White}}})
	approved, report, err := d.Approve()
	var e *inbox.Error
	if approved != nil || !errors.Is(err, ErrUnreadable) || !errors.As(err, &e) || e.Field != "code" || report.Light() != qr.Red {
		t.Errorf("approved %v, %v", approved, err)
	}
	if len(d.Preview()) == 0 {
		t.Error("the owner must still see it")
	}
	// A code that says something else than its link is as bad.
	d = compose(t, p, poster(t))
	other := place(t, "Guten Tag", "")
	code, err := qr.New(other.Link, qr.Options{Level: qr.Q})
	if err != nil {
		t.Fatal(err)
	}
	code.Symbol = d.faces[0].code.Symbol
	d.faces[0].code = code
	if _, _, err := d.Approve(); !errors.Is(err, ErrUnreadable) {
		t.Error(err)
	}
}

func TestMonogramKeepsTheCodeReadable(t *testing.T) {
	p := newPress(t)
	s := poster(t)
	art, err := p.Monogram("BG", s.Palette.Accent)
	if err != nil {
		t.Fatal(err)
	}
	s.Code.Centre = art
	approved, report, err := compose(t, p, s).Approve()
	if err != nil || report.Light() == qr.Red {
		t.Fatal(err)
	}
	if c := report.Codes[0]; len(c.Failed) > 0 {
		t.Error(c.Failed)
	}
	if bytes.Contains(approved.PDF(), []byte("/Subtype/Image")) {
		t.Error("the monogram is a raster image")
	}
	for _, letters := range []string{"", "ABCD", "世"} {
		if _, err := p.Monogram(letters, qr.Black); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%q: %v", letters, err)
		}
	}
}
