package print

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

func bareCode(t testing.TB, text string, o qr.Options) *qr.Code {
	t.Helper()
	code, err := qr.New(place(t, text, "").Link, o)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestACodeByItselfIsReadBack(t *testing.T) {
	p := newPress(t)
	monogram, err := p.Monogram("GR", qr.Black)
	if err != nil {
		t.Fatal(err)
	}
	for name, o := range map[string]qr.Options{
		"plain": {}, "level H": {Level: qr.H}, "colour": {Colour: qr.Colour{R: 0x1d, G: 0x5c, B: 0x87}}, "monogram": {Centre: monogram},
	} {
		code := bareCode(t, "Guten Tag", o)
		b, check, err := CheckBare(code, 40)
		if err != nil || check.Light() == qr.Red || check.Edge != 40 {
			t.Errorf("%s: %+v, %v", name, check, err)
			continue
		}
		picture, err := b.PNG(300)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := Read(img); !ok || text != code.Link.URL {
			t.Errorf("%s: the PNG says %q", name, text)
		}
	}
	if _, check, err := CheckBare(bareCode(t, strings.Repeat("ä", 120), qr.Options{Level: qr.Q}), 20); inbox.CodeOf(err) != inbox.CodeInvalid || !check.Refused() {
		t.Errorf("a code too fine to read: %v", err)
	}
}

func TestOthersReadACodeByItself(t *testing.T) {
	tool(t, "zbarimg")
	tool(t, "pdftoppm")
	for name, colour := range map[string]qr.Colour{"black": qr.Black, "blue": {R: 0x1d, G: 0x5c, B: 0x87}} {
		code := bareCode(t, "Grüße", qr.Options{Colour: colour})
		b, _, err := CheckBare(code, 30)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "code.pdf")
		content := b.PDF("QR-Code", German, time.Unix(0, 0))
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if out := output(t, "qpdf", "--check", file); !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Errorf("%s: %s", name, out)
		}
		if out := output(t, "pdfimages", "-list", file); strings.Contains(out, "image") && strings.Count(out, "\n") > 2 {
			t.Errorf("%s: the code is a picture: %s", name, out)
		}
		output(t, "pdftoppm", "-r", "300", "-png", file, file)
		if out := output(t, "zbarimg", "--quiet", "--raw", file+"-1.png"); strings.TrimSpace(out) != code.Link.URL {
			t.Errorf("%s: says %q", name, out)
		}
	}
}
