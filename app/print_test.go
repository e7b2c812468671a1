package app

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/qr"
	"tresen/internal/simulator"
)

// printDesk is the play shop with its printing area open.
func printDesk(t *testing.T) (*desk, *Print, PrintDesk) {
	t.Helper()
	if !drawing {
		t.Skip("runs without the race detector")
	}
	d := newDesk(t)
	d.cfg.Demo = true
	d.start()
	b := &Print{d.app}
	got, err := b.GetDesk()
	return d, b, do(d, got, err)
}

func TestPlayShopCanPrintAtOnce(t *testing.T) {
	d, b, desk := printDesk(t)
	number, err := qr.ParseNumber(simulator.DefaultDisplayPhoneNumber, "DE")
	d.check(err)
	preview, err := b.Preview(desk.Form)
	do(d, preview, err)
	if preview.Light != "green" || !preview.Exportable || preview.Number != number.International || preview.Text != desk.Form.Text || preview.Text == "" {
		t.Errorf("light %s, exportable %t, number %s, text %q", preview.Light, preview.Exportable, preview.Number, preview.Text)
	}
	picture, err := base64.StdEncoding.DecodeString(preview.Picture)
	d.check(err)
	page, err := png.Decode(bytes.NewReader(picture))
	d.check(err)
	if link, ok := print.Read(page); !ok || link != preview.Link {
		t.Errorf("the previewed page says %q", link)
	}
	if preview.Modules < 21 || preview.EdgeMM < 80 || preview.ReachMM < 400 || preview.WidthMM != 210 || preview.HeightMM != 297 {
		t.Errorf("measures: %d modules, edge %g, reach %g, page %g × %g", preview.Modules, preview.EdgeMM, preview.ReachMM, preview.WidthMM, preview.HeightMM)
	}
}

func TestEveryKindCanBePreviewed(t *testing.T) {
	d, b, desk := printDesk(t)
	seen := map[string]bool{}
	for i, l := range desk.Layouts {
		if seen[l.Kind] {
			continue // the engine tests every paper
		}
		seen[l.Kind] = true
		form := desk.Form
		form.Kind, form.Paper, form.Together = l.Kind, l.Paper, l.Together
		form.Design, form.Industry = desk.Designs[i%len(desk.Designs)], desk.Industries[i%len(desk.Industries)]
		if l.Kind == "stickers" {
			form.Text = "" // a label has room for the plain code only
		}
		preview, err := b.Preview(form)
		if do(d, preview, err); !preview.Exportable {
			t.Errorf("%s on %s: %+v, not read under %v", l.Kind, l.Paper, preview.Findings, preview.Failed)
		}
	}
	if len(seen) != 10 {
		t.Errorf("kinds %v", seen)
	}
}

func TestSavedFilesHoldTheCode(t *testing.T) {
	d, b, desk := printDesk(t)
	form := desk.Form
	form.Place = "Schaufenster"
	preview, err := b.Preview(form)
	do(d, preview, err)
	var offered, pattern string
	dir := t.TempDir()
	d.app.cfg.SaveFile = func(name, p string) (string, error) {
		offered, pattern = name, p
		return filepath.Join(dir, strings.TrimSuffix(name, filepath.Ext(name))), nil // typed without ending
	}
	for file, starts := range map[string]string{"office": "%PDF-", "print-shop": "%PDF-", "svg": "<svg", "png": "\x89PNG"} {
		saved, err := b.Export(PrintExport{Form: form, File: file, FileName: "Aushang: " + file + "/.."})
		if do(d, saved, err); !saved.Saved {
			t.Fatalf("%s was not saved", file)
		}
		if strings.ContainsAny(offered, ":/") || pattern != "*"+filepath.Ext(offered) {
			t.Errorf("%s is offered as %q, pattern %q", file, offered, pattern)
		}
		content, err := os.ReadFile(filepath.Join(dir, offered))
		d.check(err)
		if !bytes.HasPrefix(content, []byte(starts)) {
			t.Errorf("%s begins with %.20q", file, content)
		}
		if file == "print-shop" && !bytes.Contains(content, []byte("/BleedBox")) {
			t.Error("the print shop's file has no bleed")
		}
		if file != "png" {
			continue
		}
		code, err := png.Decode(bytes.NewReader(content))
		d.check(err)
		link, ok := print.Read(code)
		if !ok || link != preview.Link || !strings.HasSuffix(preview.Text, "(Schaufenster)") {
			t.Errorf("the saved code says %q, want %q", link, preview.Link)
		}
	}
	left, err := filepath.Glob(filepath.Join(dir, ".tresen-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNothingIsSavedWithoutAPlace(t *testing.T) {
	d, b, desk := printDesk(t)
	saved, err := b.Export(PrintExport{Form: desk.Form, File: "office", FileName: ".."})
	if do(d, saved, err); saved.Saved {
		t.Error("saved nowhere")
	}
	d.app.cfg.SaveFile = func(string, string) (string, error) { return "", errors.New("no display for /home/anna") }
	_, err = b.Export(PrintExport{Form: desk.Form, File: "office"})
	d.refusedInternally(err)
	_, err = b.Export(PrintExport{Form: desk.Form, File: "docx"})
	d.refused("unknown file", err, inbox.CodeInvalid, "kind")
}

func (d *desk) refusedInternally(err error) {
	d.Helper()
	if inbox.CodeOf(err) != inbox.CodeInternal || err == nil || strings.Contains(err.Error(), "anna") {
		d.Errorf("got %v", err)
	}
}

// A code nobody can read must not reach paper: the person is not even asked where to put it.
func TestUnreadableCodesAreNotExported(t *testing.T) {
	d, b, desk := printDesk(t)
	d.app.cfg.SaveFile = func(string, string) (string, error) {
		t.Error("the person was asked for a place")
		return "", nil
	}
	form := desk.Form
	form.Text = strings.Repeat("💐", 120) // fits into a code, but 300 dpi cannot print it
	for _, file := range []string{"svg", "png"} {
		_, err := b.Export(PrintExport{Form: form, File: file})
		d.refused(file, err, inbox.CodeInvalid, "code")
		if !errors.Is(err, print.ErrUnreadable) {
			t.Errorf("%s: %v", file, err)
		}
	}
	form.Kind, form.Paper = "counter-card", "A6" // refused even before a page exists
	for _, file := range []string{"office", "print-shop"} {
		_, err := b.Export(PrintExport{Form: form, File: file})
		d.refused(file, err, inbox.CodeInvalid, "text")
	}
}

// What the window shows as refused is refused, and the other way round.
func TestPreviewAndExportAgree(t *testing.T) {
	d, b, desk := printDesk(t)
	form := desk.Form
	form.Kind, form.Paper = "stickers", "3474"
	for _, text := range []string{"Hallo", form.Text, strings.Repeat("Größe ", 8), strings.Repeat("Größe ", 16)} {
		form.Text = text
		preview, refused := b.Preview(form)
		saved, err := b.Export(PrintExport{Form: form, File: "office"})
		switch {
		case saved.Saved:
			t.Fatal("saved nowhere")
		case refused != nil:
			d.refused(text, err, inbox.CodeInvalid, "text")
		case preview.Exportable:
			d.check(err)
		default:
			d.refused(text, err, inbox.CodeInvalid, "code")
		}
	}
}

func TestSavingReplacesOnlyWhatThePersonChose(t *testing.T) {
	d, b, desk := printDesk(t)
	dir := t.TempDir()
	mine := filepath.Join(dir, "code.png")
	d.check(os.WriteFile(mine, []byte("mine"), 0o600))
	for _, c := range []struct{ chosen, written string }{{"code", "code (2).png"}, {"code", "code (3).png"}, {"code.png", "code.png"}} {
		d.app.cfg.SaveFile = func(string, string) (string, error) { return filepath.Join(dir, c.chosen), nil }
		saved, err := b.Export(PrintExport{Form: desk.Form, File: "png"})
		do(d, saved, err)
		content, err := os.ReadFile(filepath.Join(dir, c.written))
		if d.check(err); !bytes.HasPrefix(content, []byte("\x89PNG")) {
			t.Errorf("%s was not written", c.written)
		}
		content, err = os.ReadFile(mine)
		if d.check(err); (string(content) == "mine") == (c.written == "code.png") {
			t.Errorf("after %s, code.png holds %.4q", c.written, content)
		}
	}
}

func TestPathsStayOutOfLogAndErrors(t *testing.T) {
	d, b, desk := printDesk(t)
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	defer slog.SetDefault(before)
	d.app.cfg.SaveFile = func(string, string) (string, error) {
		return filepath.Join(t.TempDir(), "anna-geheim", "aushang.pdf"), nil
	}
	_, err := b.Export(PrintExport{Form: desk.Form, File: "office"})
	d.refused("missing folder", err, inbox.CodeStorageReadOnly, "file")
	if all := fmt.Sprint(err) + log.String(); strings.Contains(all, "geheim") {
		t.Errorf("the path is told: %s", all)
	}
}

func TestAFullDiskIsNotReadOnly(t *testing.T) {
	full := syscall.ENOSPC
	if runtime.GOOS == "windows" {
		full = 112
	}
	for cause, want := range map[error]inbox.Code{
		&fs.PathError{Op: "write", Path: "/home/anna", Err: full}: inbox.CodeStorageFull, fs.ErrPermission: inbox.CodeStorageReadOnly,
	} {
		if err := fileError(cause); inbox.CodeOf(err) != want || strings.Contains(err.Error(), "anna") {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

func TestPrintFormIsKeptSealed(t *testing.T) {
	d := open(t)
	b := &Print{d.app}
	desk, err := b.GetDesk()
	do(d, desk, err)
	if f := desk.Form; f.Number != simulator.DefaultDisplayPhoneNumber || f.Name != simulator.DefaultVerifiedName || f.Address != "" || f.Language != "de" {
		t.Errorf("at first %+v", f)
	}
	_, err = b.Preview(desk.Form)
	d.refused("incomplete", err, inbox.CodeInvalid, "phone")
	want := desk.Form
	want.Address, want.Privacy = "Weißgerbergasse 12, 90403 Nürnberg", "gruenwald.example/recht"
	d.check(b.SaveForm(want))
	d.refused("huge form", b.SaveForm(PrintForm{Name: strings.Repeat("x", maxPrintForm)}), inbox.CodeInvalid, "form")
	d.start()
	b = &Print{d.app}
	desk, err = b.GetDesk()
	if do(d, desk, err).Form != want {
		t.Errorf("after a restart %+v", desk.Form)
	}
	d.stop()
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Weißgerbergasse", "gruenwald.example"})
}

func TestPrintFormSaysWhatIsWrong(t *testing.T) {
	d, b, desk := printDesk(t)
	for field, spoil := range map[string]func(*PrintForm){
		"number":  func(f *PrintForm) { f.Number = "abc" },
		"text":    func(f *PrintForm) { f.Text = strings.Repeat("x", qr.MaxText+1) },
		"place":   func(f *PrintForm) { f.Place = "(Tür)" },
		"accent":  func(f *PrintForm) { f.Accent = "blau" },
		"paper":   func(f *PrintForm) { f.Paper = "B7" },
		"design":  func(f *PrintForm) { f.Design = "neon" },
		"address": func(f *PrintForm) { f.Address = "" },
		"privacy": func(f *PrintForm) { f.Privacy = " " },
		"phone":   func(f *PrintForm) { f.Phone, f.Mail = "", "" },
		"name":    func(f *PrintForm) { f.Name = strings.Repeat("n", print.MaxName+1) },
	} {
		form := desk.Form
		spoil(&form)
		_, err := b.Preview(form)
		d.refused(field, err, inbox.CodeInvalid, field)
	}
	form := desk.Form
	form.Privacy, form.Accent = " HTTPS://wiesengrund.example/recht/ ", "#ffee88"
	preview, err := b.Preview(form)
	if do(d, preview, err).Accent.Light != "yellow" || preview.Accent.Value >= preview.Accent.Limit {
		t.Errorf("pale accent: %+v", preview.Accent)
	}
	if got := bareAddress(form.Privacy); got != "wiesengrund.example/recht" {
		t.Errorf("printed address %q", got)
	}
	form.Language, form.Industry = "en", "salon"
	text, err := b.ProposeText(form)
	if do(d, text, err) != print.WordingFor(print.English, print.Salon).Prefill {
		t.Errorf("proposed %q", text)
	}
}
