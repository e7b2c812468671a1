package app

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"log/slog"
	"math"
	"os"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/qr"
)

// Print is what the window can do with things to hang up: show them as they
// will be printed, check their codes and save them as files.
type Print struct{ app *App }

// GetDesk returns the form as it was left, or filled in as far as the shop is
// known, and what can be chosen.
func (b *Print) GetDesk() (desk PrintDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	form, err := s.printForm(b.app.prefs.Load().Language)
	return PrintDesk{
		Form: form, Layouts: printLayouts(), Designs: codes(print.Designs()), Industries: codes(print.Industries()), Limits: printLimits(),
	}, err
}

// SaveForm keeps the form, complete or not, sealed with the shop.
func (b *Print) SaveForm(form PrintForm) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.savePrintForm(form)
}

// ProposeText returns the text that suits the form's industry, language and name.
func (b *Print) ProposeText(form PrintForm) (text string, err error) {
	defer guard(&err)
	if _, err := b.app.session(); err != nil {
		return "", err
	}
	return form.proposal(), nil
}

// Preview draws the first page as the printer would and checks its code. A code
// that cannot be read is no error here, but a red light.
func (b *Print) Preview(form PrintForm) (preview PrintPreview, err error) {
	defer guard(&err)
	d, err := b.app.compose(form, print.Office)
	if err != nil {
		return preview, err
	}
	return form.preview(d)
}

// Export checks the form's code, asks the person where to put the file and
// writes it. It fails with CodeInvalid, field "code", before asking if the code
// cannot be read reliably, and with field "file" if the file cannot be written.
func (b *Print) Export(r PrintExport) (saved PrintSaved, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return saved, err
	}
	content, ending, err := b.app.printFile(r)
	if err != nil {
		return saved, err
	}
	saved, err = b.app.saveContent(r.FileName, ending, content)
	if err != nil || !saved.Saved {
		return saved, err
	}
	return saved, b.app.recordPrint(r.Form, r.File)
}

// recordPrint enters what was saved into the register of codes.
func (a *App) recordPrint(form PrintForm, file string) error {
	kind, paper := form.Kind, form.Paper
	switch file {
	case "calibration":
		return nil
	case "pdf", "svg", "eps", "png":
		kind, paper = codeByItself, ""
	}
	s, err := a.session()
	if err != nil {
		return err
	}
	made, err := form.record(kind, paper)
	if err != nil {
		return err
	}
	return s.placed.Record(s.ctx, made)
}

// codeByItself is the register's word for a code without anything around it.
const codeByItself = "code"

// compose lays out the form.
func (a *App) compose(form PrintForm, profile print.Profile) (*print.Document, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	press, err := a.press()
	if err != nil {
		return nil, err
	}
	spec, err := s.printSpec(form, press)
	if err != nil {
		return nil, err
	}
	spec.Profile = profile
	if profile == print.PrintShop {
		spec.Bleed, spec.BlackOnly = form.Bleed, form.BlackOnly
	}
	return press.Compose(spec)
}

// shopBleed is what print shops ask for unless they say otherwise, in mm.
const shopBleed = 3

// printFile makes the file a request asks for, if its code is readable.
func (a *App) printFile(r PrintExport) (content []byte, ending string, err error) {
	switch r.File {
	case "office", "print-shop", "page-svg", "page-html":
		profile := print.Office
		if r.File == "print-shop" {
			profile = print.PrintShop
		}
		d, err := a.compose(r.Form, profile)
		if err != nil {
			return nil, "", err
		}
		approved, _, err := d.Approve()
		if err != nil {
			return nil, "", err
		}
		switch r.File {
		case "page-svg":
			return approved.SVG(0), ".svg", nil
		case "page-html":
			return approved.HTML(), ".html", nil
		}
		return approved.PDF(), ".pdf", nil
	case "calibration":
		d, err := a.calibration(r.Form)
		if err != nil {
			return nil, "", err
		}
		return d.Preview(), ".pdf", nil
	case "pdf", "svg", "eps", "png":
		content, err := a.bareFile(r.Form, r.File)
		return content, "." + r.File, err
	default:
		return nil, "", inbox.InvalidField("kind", "unknown file")
	}
}

// calibration is the page that shows how far a printer is off.
func (a *App) calibration(f PrintForm) (*print.Document, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	press, err := a.press()
	if err != nil {
		return nil, err
	}
	return press.Calibrate(f.Paper, print.Language(f.Language), print.Spec{
		OffsetX: f.OffsetX, OffsetY: f.OffsetY, Profile: print.Office, Palette: print.DefaultPalette(), Created: s.cfg.now(),
	})
}

// Open makes a PDF and opens it with the system's program for such files, to be
// printed from there at its true size: no web view can promise that. The file
// is gone when the shop is closed. It fails like Export, with field "program" if
// nothing opens PDF files.
func (b *Print) Open(r PrintExport) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	content, ending, err := b.app.printFile(r)
	if err != nil {
		return err
	}
	if ending != ".pdf" {
		return inbox.InvalidField("kind", "not for paper")
	}
	path, err := b.app.printCopy(s, fileName(r.FileName)+ending, content)
	if err != nil {
		return err
	}
	if err := b.app.cfg.OpenFile(path); err != nil {
		return &inbox.Error{Code: inbox.CodeNotFound, Field: "program", Err: err}
	}
	return nil
}

// printFolder is where copies for another program lie, inside the data folder:
// there a wipe and the next start know of them.
const printFolder = "printing"

// printCopy writes a file for another program, where it is removed when the
// session closes.
func (a *App) printCopy(s *Session, name string, content []byte) (string, error) {
	dir := filepath.Join(s.cfg.dir, printFolder)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fileError(err)
	}
	path := filepath.Join(dir, name)
	return path, a.writeFile(path, content)
}

// forgetPrints removes what printCopy wrote, in this run of the program or one
// that was killed. What another program still holds goes at the next start.
func (s *Session) forgetPrints() {
	if err := os.RemoveAll(filepath.Join(s.cfg.dir, printFolder)); err != nil {
		slog.Warn("files for printing could not be removed")
	}
}

// previewSide is the longer side of the previewed page in pixels: sharp on the
// screen, small enough for the bridge.
const previewSide = 1400

func (f PrintForm) preview(d *print.Document) (PrintPreview, error) {
	w, h := d.PageSize(0)
	var picture bytes.Buffer
	fast := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := fast.Encode(&picture, d.Raster(0, previewSide*25.4/max(w, h))); err != nil {
		return PrintPreview{}, fmt.Errorf("encode preview: %w", err)
	}
	report := d.CheckFirst()
	worst := report.Codes[0]
	for _, c := range report.Codes {
		if c.Light() > worst.Light() {
			worst = c
		}
	}
	number, places, err := f.places()
	if err != nil {
		return PrintPreview{}, err
	}
	p := PrintPreview{
		Picture: base64.StdEncoding.EncodeToString(picture.Bytes()), WidthMM: w, HeightMM: h, Pages: d.Pages(),
		Exportable: !report.Refused(), Omitted: codes(d.Omitted), Text: f.typed(places[0]), Number: number.International, Doubtful: number.Doubtful,
	}
	p.judge(worst, report.Colours)
	p.Light = report.Light().String()
	return p, nil
}

// judge takes over what is worth telling.
func (p *PrintPreview) judge(c print.CodeCheck, colours []print.ColourFinding) {
	p.Light, p.Failed, p.Findings = c.Light().String(), codes(c.Failed), []PrintFinding{}
	p.EdgeMM, p.ReachMM, p.Link, p.Level = c.Edge, c.Reach, c.Link.URL, c.Level.String()
	for _, f := range c.Findings {
		if f.Reason == qr.ReasonModule && f.Value > 0 {
			p.Modules = int(math.Round(c.Edge / f.Value))
		}
		if f.Light != qr.Green {
			p.Findings = append(p.Findings, PrintFinding{Light: f.Light.String(), Reason: string(f.Reason), Value: f.Value, Limit: f.Limit})
		}
	}
	for _, f := range colours {
		if f.Field == "accent" {
			p.Accent = PrintFinding{Light: f.Light.String(), Reason: "accent", Value: f.Contrast, Limit: f.Least}
		}
	}
}

// codes turns words of the engine into plain strings, never nil.
func codes[T ~string](words []T) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}

func printLayouts() []PrintLayout {
	labels := map[print.Paper]print.Sheet{}
	for _, s := range print.Sheets() {
		labels[print.Paper(s.Article)] = s
	}
	var out []PrintLayout
	for _, f := range print.Formats() {
		l := PrintLayout{Kind: string(f.Kind), Paper: string(f.Paper), WidthMM: f.W, HeightMM: f.H, DistanceMM: f.Distance()}
		if s, ok := labels[f.Paper]; ok && f.Kind == print.Stickers {
			l.Maker, l.Labels, l.WidthMM, l.HeightMM = s.Maker, s.Labels(), s.W, s.H
		}
		// What is smaller than half a sheet is cut out of one.
		l.Together = f.Kind != print.Stickers && min(f.W, f.H) <= 105 && max(f.W, f.H) <= 210
		out = append(out, l)
	}
	return out
}

func printLimits() PrintLimits {
	return PrintLimits{
		Name: print.MaxName, Address: print.MaxAddress, Web: print.MaxAddressW, Hours: print.MaxHours, Phone: print.MaxPhone,
		Text: qr.MaxText, Place: qr.MaxMarker, Series: maxSeries, Headline: print.MaxHeadline, Invitation: print.MaxInvite,
	}
}
