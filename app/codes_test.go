package app

import (
	"bytes"
	"encoding/base64"
	"errors"
	stdhtml "html"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/print"
)

// savesInto makes the person choose a place in a folder for every file, and
// returns where the newest goes.
func (d *desk) savesInto(dir string) *string {
	path := new(string)
	d.app.cfg.SaveFile = func(name, _ string) (string, error) {
		*path = filepath.Join(dir, name)
		return *path, nil
	}
	return path
}

func (d *desk) register() []RegisterRow {
	d.Helper()
	rows, err := (&Codes{d.app}).ListRegister()
	return do(d, rows, err)
}

func TestWhatIsSavedHangsAndCounts(t *testing.T) {
	d, b, desk := printDesk(t)
	codes := &Codes{d.app}
	form := desk.Form
	form.Place = "Ladentür"
	saved, err := b.Export(PrintExport{Form: form, File: "office"})
	if do(d, saved, err); len(d.register()) != 0 {
		t.Fatal("recorded although it was saved nowhere")
	}
	d.savesInto(t.TempDir())
	saved, err = b.Export(PrintExport{Form: form, File: "office"})
	do(d, saved, err)
	rows := d.register()
	if len(rows) != 1 || rows[0].Places[0] != "Ladentür" || rows[0].Kind != "poster" || rows[0].Text != "Guten Tag (Ladentür)" || rows[0].PlacedAtMs == 0 {
		t.Fatalf("register %+v", rows)
	}
	play := &Demo{d.app}
	people, err := play.ListCustomers()
	do(d, people, err)
	text, err := play.Scan(DemoScanRequest{CustomerID: people[0].ID, Link: rows[0].URL})
	if do(d, text, err) != rows[0].Text {
		t.Errorf("the phone types %q", text)
	}
	d.await("count", func() bool { return d.register()[0].Messages == 1 })
	if n := d.register()[0].Conversations; n != 0 {
		t.Errorf("a customer of old began %d conversations", n)
	}
	again, err := codes.Reprint(rows[0].ID)
	if do(d, again, err) != form {
		t.Errorf("printed again: %+v", again)
	}
	d.check(codes.Retire(rows[0].ID))
	d.check(codes.HangAgain(rows[0].ID))
	d.check(codes.Retire(rows[0].ID))
	if d.register()[0].RetiredAtMs == 0 {
		t.Error("still hangs")
	}
	d.check(codes.Remove(rows[0].ID))
	_, err = codes.Reprint(rows[0].ID)
	d.refused("removed", err, inbox.CodeNotFound, "")
	_, err = codes.TestRegistered("x")
	d.refused("no id", err, inbox.CodeNotFound, "")
}

// The register knows a number, not whom it counted.
func TestCountsStayWhenACustomerIsErased(t *testing.T) {
	d, b, desk := printDesk(t)
	d.savesInto(t.TempDir())
	form := desk.Form
	form.Place = "Ladentür"
	saved, err := b.Export(PrintExport{Form: form, File: "office"})
	do(d, saved, err)
	play, customers := &Demo{d.app}, &Customers{d.app}
	people, err := play.ListCustomers()
	do(d, people, err)
	_, err = play.Scan(DemoScanRequest{CustomerID: people[0].ID, Link: d.register()[0].URL})
	d.check(err)
	d.await("count", func() bool { return d.register()[0].Messages == 1 })
	report, err := customers.Erase(d.list().Rows[0].CustomerID) // whoever wrote last is on top
	do(d, report, err)
	d.await("erasure", func() bool {
		report, err = customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if d.register()[0].Messages != 1 || report.ScanHits != 0 {
		t.Errorf("%d messages counted, %d traces found", d.register()[0].Messages, report.ScanHits)
	}
}

func TestACodeIsTriedOutWithAPhone(t *testing.T) {
	d, _, desk := printDesk(t)
	codes, play := &Codes{d.app}, &Demo{d.app}
	test, err := codes.BeginTest(desk.Form)
	do(d, test, err)
	picture, err := base64.StdEncoding.DecodeString(test.Picture)
	if d.check(err); !bytes.HasPrefix(picture, []byte("<svg")) {
		t.Error("no code to show")
	}
	people, err := play.ListCustomers()
	do(d, people, err)
	text, err := play.Scan(DemoScanRequest{CustomerID: people[1].ID, Link: test.Link})
	do(d, text, err)
	d.await("test", func() bool {
		test, err = codes.GetTest()
		return do(d, test, err).PassedAtMs != 0
	})
	d.check(codes.EndTest())
	silent := desk.Form
	silent.Text = ""
	_, err = codes.BeginTest(silent)
	d.refused("nothing to recognise", err, inbox.CodeInvalid, "text")
}

func TestEditableLinksAndWhatHangsWithThem(t *testing.T) {
	d, b, desk := printDesk(t)
	links := &Links{d.app}
	link, err := links.SaveShort(ShortLinkRequest{Text: "Guten Tag", Place: "Theke"})
	if do(d, link, err); link.Text != "Guten Tag (Theke)" || !strings.HasPrefix(link.URL, "https://wa.me/message/") {
		t.Fatalf("link %+v", link)
	}
	link, err = links.SaveShort(ShortLinkRequest{Code: link.Code, Text: "Hallo (Theke)"})
	do(d, link, err)
	form := desk.Form
	form.LinkCode, form.Text, form.Place = link.Code, link.Text, "Theke"
	preview, err := b.Preview(form)
	if do(d, preview, err); preview.Link != link.URL || preview.Text != "Hallo (Theke)" || preview.Light != "green" {
		t.Errorf("preview %s %q %s", preview.Link, preview.Text, preview.Light)
	}
	d.savesInto(t.TempDir())
	saved, err := b.Export(PrintExport{Form: form, File: "office"})
	do(d, saved, err)
	list, err := links.ListShort()
	if do(d, list, err); len(list) != 1 || list[0].Text != "Hallo (Theke)" || len(list[0].Hanging) != 1 {
		t.Fatalf("links %+v", list)
	}
	play := &Demo{d.app}
	people, err := play.ListCustomers()
	do(d, people, err)
	_, err = play.Scan(DemoScanRequest{CustomerID: people[0].ID, Link: link.URL})
	d.check(err)
	d.await("count", func() bool { return d.register()[0].Messages == 1 })

	d.refused("hangs", links.DeleteShort(ShortLinkDeletion{Code: link.Code}), inbox.CodeConflict, "code")
	d.check(links.DeleteShort(ShortLinkDeletion{Code: link.Code, Hanging: true}))
	if d.register()[0].RetiredAtMs == 0 {
		t.Error("a dead code hangs in the register")
	}
	list, err = links.ListShort()
	if do(d, list, err); len(list) != 0 {
		t.Errorf("left %+v", list)
	}
	d.refused("gone", links.DeleteShort(ShortLinkDeletion{Code: link.Code}), inbox.CodeNotFound, "")
	_, err = links.SaveShort(ShortLinkRequest{Text: strings.Repeat("x", 141)})
	d.refused("too long", err, inbox.CodeInvalid, "text")
	_, err = links.SaveShort(ShortLinkRequest{Text: "x", Place: "(x)"})
	d.refused("bad place", err, inbox.CodeInvalid, "place")
}

func TestLandingPagesOfOnesOwn(t *testing.T) {
	d, _, desk := printDesk(t)
	links := &Links{d.app}
	dir := t.TempDir()
	d.savesInto(dir)
	for file, must := range map[string][]string{
		"page":     {"wa.me/493023125110", "https://wiesengrund.example/datenschutz", "tel:+493023125111", "9–18"},
		"redirect": {"wa.me/493023125110", "refresh"},
	} {
		saved, err := links.SaveLanding(LandingRequest{Form: desk.Form, File: file, FileName: file})
		do(d, saved, err)
		html, err := os.ReadFile(filepath.Join(dir, file+".html"))
		d.check(err)
		for _, m := range must {
			if !strings.Contains(stdhtml.UnescapeString(string(html)), m) {
				t.Errorf("%s lacks %q", file, m)
			}
		}
	}
	form := desk.Form
	form.Mail = "nobody"
	_, err := links.SaveLanding(LandingRequest{Form: form, File: "page"})
	d.refused("mail", err, inbox.CodeInvalid, "mail")
	form.Privacy, form.Imprint, form.Mail = "", "", ""
	_, err = links.SaveLanding(LandingRequest{Form: form, File: "page"})
	d.refused("no imprint", err, inbox.CodeInvalid, "imprint")
	_, err = links.SaveLanding(LandingRequest{Form: desk.Form, File: "pdf"})
	d.refused("kind", err, inbox.CodeInvalid, "kind")
}

func TestCodesByThemselves(t *testing.T) {
	d, b, desk := printDesk(t)
	dir := t.TempDir()
	d.savesInto(dir)
	form := desk.Form
	form.Centre, form.Letters, form.CodeColour, form.Place = "monogram", "BW", "#1d5c87", "Rechnung"
	preview, err := b.PreviewCode(form)
	if do(d, preview, err); preview.Level != "H" || !preview.Exportable || preview.EdgeMM != defaultEdge || preview.Modules == 0 {
		t.Errorf("preview %+v", preview)
	}
	for file, starts := range map[string]string{"pdf": "%PDF-", "svg": "<svg", "eps": "%!PS-Adobe-3.0 EPSF", "png": "\x89PNG"} {
		saved, err := b.Export(PrintExport{Form: form, File: file, FileName: "code"})
		do(d, saved, err)
		content, err := os.ReadFile(filepath.Join(dir, "code."+file))
		if d.check(err); !bytes.HasPrefix(content, []byte(starts)) {
			t.Errorf("%s begins with %.20q", file, content)
		}
	}
	if rows := d.register(); len(rows) != 1 || rows[0].Kind != "code" || rows[0].Prints != 4 {
		t.Errorf("register %+v", rows)
	}
	for field, spoil := range map[string]func(*PrintForm){
		"level":      func(f *PrintForm) { f.Level = "Z" },
		"codeColour": func(f *PrintForm) { f.CodeColour = "#25d366" },
		"centre":     func(f *PrintForm) { f.Letters = "ABCD" },
		"edgeMm":     func(f *PrintForm) { f.EdgeMM = 5 },
	} {
		bad := form
		spoil(&bad)
		_, err := b.PreviewCode(bad)
		d.refused(field, err, inbox.CodeInvalid, field)
	}
}

func TestAPictureForTheMiddle(t *testing.T) {
	d, b, desk := printDesk(t)
	form := desk.Form
	form.Centre = "picture"
	_, err := b.PreviewCode(form)
	d.refused("none chosen", err, inbox.CodeInvalid, "centre")
	logo := image.NewRGBA(image.Rect(0, 0, 40, 20))
	for i := range logo.Pix {
		logo.Pix[i] = 0x60
	}
	logo.Set(1, 1, color.White)
	var file bytes.Buffer
	d.check(png.Encode(&file, logo))
	d.check(b.SetCentre(base64.StdEncoding.EncodeToString(file.Bytes())))
	preview, err := b.PreviewCode(form)
	if do(d, preview, err); !preview.Exportable || preview.Level != "H" {
		t.Errorf("light %s, level %s", preview.Light, preview.Level)
	}
	d.refused("no picture", b.SetCentre("aGFsbG8="), inbox.CodeInvalid, "centre")
	d.check(b.SetCentre(""))
	_, err = b.PreviewCode(form)
	d.refused("forgotten", err, inbox.CodeInvalid, "centre")
}

func TestSeriesOfTableSigns(t *testing.T) {
	d, b, desk := printDesk(t)
	d.savesInto(t.TempDir())
	form := desk.Form
	form.Kind, form.Paper, form.Together, form.Series = "counter-card", "A6", true, "Tisch 1\n\n Tisch  2 \nTisch 3\nTheke\nFenster"
	preview, err := b.Preview(form)
	if do(d, preview, err); preview.Pages != 2 || !preview.Exportable {
		t.Errorf("%d pages, exportable %t", preview.Pages, preview.Exportable)
	}
	saved, err := b.Export(PrintExport{Form: form, File: "print-shop"})
	do(d, saved, err)
	if rows := d.register(); len(rows) != 1 || len(rows[0].Places) != 5 || rows[0].Places[1] != "Tisch 2" {
		t.Errorf("register %+v", rows)
	}
	form.Series = strings.Repeat("Tisch\n", 501)
	_, err = b.Preview(form)
	d.refused("too many", err, inbox.CodeInvalid, "series")
	form.Series, form.LinkCode = "a\nb", "ABCDEFGHIJ1234"
	_, err = b.Preview(form)
	d.refused("one text for all", err, inbox.CodeInvalid, "series")
}

func TestPrintingGoesThroughTheSystemsProgram(t *testing.T) {
	d, b, desk := printDesk(t)
	var opened []string
	d.app.cfg.OpenFile = func(path string) error {
		content, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(content, []byte("%PDF-")) {
			t.Errorf("opened %.8q, %v", content, err)
		}
		opened = append(opened, path)
		return nil
	}
	form := desk.Form
	d.check(b.Open(PrintExport{Form: form, File: "office", FileName: "Plakat"}))
	form.Kind, form.Paper = string(print.Stickers), "L7160"
	d.check(b.Open(PrintExport{Form: form, File: "calibration", FileName: "Messblatt"}))
	if len(opened) != 2 || filepath.Base(opened[1]) != "Messblatt.pdf" || len(d.register()) != 0 {
		t.Errorf("opened %d files, register %+v", len(opened), d.register())
	}
	d.check((&Codes{d.app}).Record(desk.Form))
	if rows := d.register(); len(rows) != 1 || rows[0].Kind != "poster" {
		t.Errorf("register %+v", rows)
	}
	d.refused("no drawing", b.Open(PrintExport{Form: desk.Form, File: "svg"}), inbox.CodeInvalid, "kind")
	d.app.cfg.OpenFile = func(string) error { return errors.New("nothing opens /home/anna") }
	d.refused("no program", b.Open(PrintExport{Form: desk.Form, File: "office"}), inbox.CodeNotFound, "program")
	d.stop()
	for _, path := range opened {
		if _, err := os.Stat(path); err == nil {
			t.Error("a copy for printing is left behind")
		}
	}
}

func TestPrintShopOptionsAndCalibration(t *testing.T) {
	d, b, desk := printDesk(t)
	dir := t.TempDir()
	d.savesInto(dir)
	form := desk.Form
	form.Bleed, form.BlackOnly = 5, true
	saved, err := b.Export(PrintExport{Form: form, File: "print-shop", FileName: "shop"})
	do(d, saved, err)
	content, err := os.ReadFile(filepath.Join(dir, "shop.pdf"))
	if d.check(err); !bytes.Contains(content, []byte("/TrimBox")) {
		t.Error("no trim box")
	}
	form.Kind, form.Paper, form.OffsetX = string(print.Stickers), "L7160", 1.5
	for _, file := range []string{"calibration", "page-svg", "page-html"} {
		saved, err = b.Export(PrintExport{Form: form, File: file, FileName: file})
		do(d, saved, err)
	}
	if rows := d.register(); len(rows) != 2 {
		t.Errorf("register %+v", rows)
	}
	form.OffsetX = 11
	_, err = b.Preview(form)
	d.refused("offset", err, inbox.CodeInvalid, "offset")
	form = desk.Form
	form.Bleed = 12
	_, err = b.Export(PrintExport{Form: form, File: "print-shop"})
	d.refused("bleed", err, inbox.CodeInvalid, "bleed")
}
