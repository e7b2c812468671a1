package app

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"math"
	"path/filepath"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/qr"
	"tresen/internal/store"
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
	content, ending, err := b.app.printFile(r)
	if err != nil {
		return saved, err
	}
	path, err := b.app.cfg.SaveFile(fileName(r.FileName)+ending, "*"+ending)
	if err != nil {
		return saved, &inbox.Error{Code: inbox.CodeInternal, Err: errors.New("ask for a place for the file")}
	}
	if path == "" {
		return saved, nil
	}
	if !strings.EqualFold(filepath.Ext(path), ending) {
		path = unused(path, ending)
	}
	if err := writeFile(path, content); err != nil {
		return saved, err
	}
	return PrintSaved{Saved: true}, nil
}

// compose lays out the form.
func (a *App) compose(form PrintForm, profile print.Profile) (*print.Document, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	spec, err := form.spec()
	if err != nil {
		return nil, err
	}
	press, err := a.press()
	if err != nil {
		return nil, err
	}
	spec.Profile, spec.Created = profile, s.cfg.now()
	if profile == print.PrintShop {
		spec.Bleed = shopBleed
	}
	return press.Compose(spec)
}

// shopBleed is what print shops ask for unless they say otherwise, in mm.
const shopBleed = 3

// printFile makes the file a request asks for, if its code is readable.
func (a *App) printFile(r PrintExport) (content []byte, ending string, err error) {
	switch r.File {
	case "office", "print-shop":
		d, err := a.compose(r.Form, print.Profile(r.File))
		if err != nil {
			return nil, "", err
		}
		approved, _, err := d.Approve()
		if err != nil {
			return nil, "", err
		}
		return approved.PDF(), ".pdf", nil
	case "svg", "png":
		if _, err := a.session(); err != nil {
			return nil, "", err
		}
		content, err := r.Form.bareCode(r.File)
		return content, "." + r.File, err
	default:
		return nil, "", inbox.InvalidField("kind", "unknown file")
	}
}

// A code by itself is made for being placed into something else.
const (
	bareEdge = 50.0 // mm, without quiet zone
	bareDPI  = 300.0
)

// bareCode is the code without anything around it but its quiet zone.
func (f PrintForm) bareCode(file string) ([]byte, error) {
	_, place, err := f.place()
	if err != nil {
		return nil, err
	}
	code, err := qr.New(place.Link, qr.Options{Level: qr.Q})
	if err != nil {
		return nil, err
	}
	text, ok := print.Read(code.Image(4))
	if !ok || text != place.Link.URL || qr.Worst(code.Judge(qr.Use{Edge: bareEdge, DPI: bareDPI})) == qr.Red {
		return nil, &inbox.Error{Code: inbox.CodeInvalid, Field: "code", Err: print.ErrUnreadable}
	}
	if file == "svg" {
		return code.SVG(bareEdge, f.Name), nil
	}
	return code.PNG(bareEdge, bareDPI)
}

// place reads number, text and marker.
func (f PrintForm) place() (qr.Number, print.Place, error) {
	number, err := qr.ParseNumber(f.Number, "DE")
	if err != nil {
		return number, print.Place{}, err
	}
	text, name := strings.TrimSpace(f.Text), strings.TrimSpace(f.Place)
	if name != "" {
		marker, err := qr.NewMarker(name)
		if err != nil {
			return number, print.Place{}, err
		}
		text = marker.AddTo(text)
	}
	link, err := qr.ChatLink(number, text)
	return number, print.Place{Link: link, Name: name}, err
}

func (f PrintForm) spec() (print.Spec, error) {
	number, place, err := f.place()
	if err != nil {
		return print.Spec{}, err
	}
	palette := print.DefaultPalette()
	if palette.Accent, err = qr.ParseColour("accent", f.Accent); err != nil {
		return print.Spec{}, err
	}
	trim := strings.TrimSpace
	return print.Spec{
		Kind: print.Kind(f.Kind), Paper: print.Paper(f.Paper), Design: print.Design(f.Design),
		Language: print.Language(f.Language), Industry: print.Industry(f.Industry), Palette: palette,
		Details: print.Details{
			Name: trim(f.Name), LegalName: trim(f.LegalName), Address: trim(f.Address), Number: number, Phone: trim(f.Phone),
			Mail: trim(f.Mail), Privacy: bareAddress(f.Privacy), Imprint: bareAddress(f.Imprint), Hours: trim(f.Hours),
		},
		Places: []print.Place{place}, Together: f.Together, FirstLabel: f.FirstLabel,
	}, nil
}

// bareAddress is a web address as it is printed.
func bareAddress(address string) string {
	address = strings.TrimSpace(address)
	for _, scheme := range []string{"https://", "http://"} {
		if len(address) > len(scheme) && strings.EqualFold(address[:len(scheme)], scheme) {
			address = address[len(scheme):]
		}
	}
	return strings.TrimSuffix(address, "/")
}

func (f PrintForm) proposal() string {
	return print.WordingFor(print.Language(f.Language), print.Industry(f.Industry)).Prefill
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
	_, report, refusal := d.Approve()
	worst := report.Codes[0]
	for _, c := range report.Codes {
		if c.Light() > worst.Light() {
			worst = c
		}
	}
	number, _, err := f.place()
	if err != nil {
		return PrintPreview{}, err
	}
	p := PrintPreview{
		Picture: base64.StdEncoding.EncodeToString(picture.Bytes()), WidthMM: w, HeightMM: h, Pages: d.Pages(),
		Light: report.Light().String(), Exportable: refusal == nil, Failed: codes(worst.Failed), Findings: []PrintFinding{}, Omitted: codes(d.Omitted),
		EdgeMM: worst.Edge, ReachMM: worst.Reach, Link: worst.Link.URL, Text: worst.Link.Text, Number: number.International, Doubtful: number.Doubtful,
	}
	p.judge(worst, report.Colours)
	return p, nil
}

// judge takes over what is worth telling.
func (p *PrintPreview) judge(c print.CodeCheck, colours []print.ColourFinding) {
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
		Text: qr.MaxText, Place: qr.MaxMarker,
	}
}

const (
	printSetting = "print"
	maxPrintForm = 16 << 10
)

// printForm returns the stored form, or a first one.
func (s *Session) printForm(language string) (PrintForm, error) {
	value, err := s.store.Setting(s.ctx, printSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		form := s.firstPrintForm(language)
		return form, s.fillFromShop(&form)
	}
	if err != nil {
		return PrintForm{}, err
	}
	var form PrintForm
	if err := json.Unmarshal(value, &form); err != nil {
		return form, inbox.NewError(inbox.CodeStorageDamaged, "decode print form")
	}
	return form, nil
}

func (s *Session) savePrintForm(form PrintForm) error {
	value, err := json.Marshal(form)
	if err != nil {
		return err
	}
	if len(value) > maxPrintForm {
		return inbox.InvalidField("form", "too long")
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(printSetting, value) })
}

func (s *Session) firstPrintForm(language string) PrintForm {
	s.mu.Lock()
	account := s.account
	s.mu.Unlock()
	if language != string(print.English) {
		language = string(print.German)
	}
	form := PrintForm{
		Kind: string(print.Poster), Paper: "A4", Design: string(print.Counter), Language: language, Industry: string(print.Shop),
		Number: account.DisplayNumber, Name: account.VerifiedName, Accent: print.DefaultPalette().Accent.String(), FirstLabel: 1,
	}
	form.Text = form.proposal()
	return form
}
