// Command tresen-print makes printed things without a window: one of them, or
// every layout in every language, paper and design, to look at or to test.
//
// It decides nothing: what may be printed and how it looks is internal/print's.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tresen/internal/print"
	"tresen/internal/qr"
)

func main() {
	err := run(os.Args[1:], os.Stdout, os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "tresen-print:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	all, together, black, list        bool
	out, kind, paper, design          string
	language, industry, profile       string
	text, accent, place, calibrate    string
	details                           print.Details
	number, headline                  string
	bleed, offsetX, offsetY, codeSize float64
	dpi                               float64
	first, copies, every              int
}

func readOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("tresen-print", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.BoolVar(&o.all, "all", false, "every kind, paper, language and design, for the office and the print shop")
	f.IntVar(&o.every, "every", 1, "with -all: only every so many of them, as a sample")
	f.BoolVar(&o.list, "list", false, "list kinds, papers and designs")
	f.StringVar(&o.out, "out", "", "folder for the files")
	f.StringVar(&o.kind, "kind", "poster", "what to print")
	f.StringVar(&o.paper, "paper", "A4", "its format, or the article of a label sheet")
	f.StringVar(&o.design, "design", "counter", "the look")
	f.StringVar(&o.language, "language", "de", "de or en")
	f.StringVar(&o.industry, "industry", "shop", "shop, trade, salon or food")
	f.StringVar(&o.profile, "profile", "office", "office or print-shop")
	f.Float64Var(&o.bleed, "bleed", 3, "bleed of print-shop files in mm")
	f.BoolVar(&o.black, "black", false, "black ink only")
	f.BoolVar(&o.together, "together", false, "several small things on one office sheet")
	f.StringVar(&o.accent, "accent", "", "the shop's colour, like #1d5c87")
	f.StringVar(&o.text, "text", "", "text the customer finds already typed")
	f.StringVar(&o.place, "place", "", "where it will hang; shown, and added to the text")
	f.StringVar(&o.headline, "headline", "", "instead of the industry's headline")
	f.Float64Var(&o.codeSize, "code", 0, "side of the code without quiet zone in mm")
	f.IntVar(&o.first, "first", 1, "first free label")
	f.IntVar(&o.copies, "copies", 0, "number of labels, 0 fills the sheet")
	f.Float64Var(&o.offsetX, "dx", 0, "correction of the printer to the right in mm")
	f.Float64Var(&o.offsetY, "dy", 0, "correction of the printer downwards in mm")
	f.StringVar(&o.calibrate, "calibrate", "", "make the calibration page of a label sheet")
	f.Float64Var(&o.dpi, "png", 0, "also write the first page as PNG at this resolution")
	f.StringVar(&o.number, "number", "0151 12345678", "the WhatsApp number")
	f.StringVar(&o.details.Name, "name", "Buchhandlung Grünwald", "the shop's name")
	f.StringVar(&o.details.LegalName, "legal-name", "Marlene Grünwald e. K.", "its legal name")
	f.StringVar(&o.details.Address, "address", "Weißgerbergasse 12, 90403 Nürnberg", "its address")
	f.StringVar(&o.details.Phone, "phone", "0911 2345678", "its telephone number")
	f.StringVar(&o.details.Mail, "mail", "laden@gruenwald.example", "its e-mail address")
	f.StringVar(&o.details.Privacy, "privacy", "gruenwald.example/recht", "web page of privacy notice and imprint")
	f.StringVar(&o.details.Imprint, "imprint", "", "web page of the imprint if it is another")
	f.StringVar(&o.details.Hours, "hours", "Mo–Fr 9–18 Uhr, Sa 10–14 Uhr", "when answers come")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.out == "" && !o.list {
		return o, errors.New("say with -out where the files go")
	}
	return o, nil
}

func run(args []string, stdout, stderr io.Writer) error {
	o, err := readOptions(args, stderr)
	if err != nil {
		return err
	}
	if o.list {
		list(stdout)
		return nil
	}
	press, err := print.NewPress()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	spec, err := specOf(o)
	if err != nil {
		return err
	}
	w := writer{press: press, out: o.out, dpi: o.dpi, stdout: stdout, every: max(o.every, 1)}
	switch {
	case o.calibrate != "":
		return w.calibration(o.calibrate, spec)
	case o.all:
		return w.everything(spec, o.number)
	default:
		return w.one(spec)
	}
}

func specOf(o options) (print.Spec, error) {
	spec := print.Spec{
		Kind: print.Kind(o.kind), Paper: print.Paper(o.paper), Design: print.Design(o.design),
		Language: print.Language(o.language), Industry: print.Industry(o.industry), Details: o.details,
		Palette: print.DefaultPalette(), Headline: o.headline, CodeSize: o.codeSize, Profile: print.Profile(o.profile),
		Bleed: o.bleed, BlackOnly: o.black, Together: o.together, FirstLabel: o.first, Copies: o.copies,
		OffsetX: o.offsetX, OffsetY: o.offsetY, Created: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC),
	}
	if o.accent != "" {
		accent, err := qr.ParseColour("accent", o.accent)
		if err != nil {
			return spec, err
		}
		spec.Palette.Accent = accent
	}
	number, err := qr.ParseNumber(o.number, "DE")
	if err != nil {
		return spec, err
	}
	spec.Details.Number = number
	text := o.text
	place := print.Place{}
	if o.place != "" {
		marker, err := qr.NewMarker(o.place)
		if err != nil {
			return spec, err
		}
		text, place.Name = marker.AddTo(text), string(marker)
	}
	place.Link, err = qr.ChatLink(number, text)
	spec.Places = []print.Place{place}
	return spec, err
}

func list(stdout io.Writer) {
	for _, f := range print.Formats() {
		fmt.Fprintf(stdout, "%-15s %-12s %g × %g mm\n", f.Kind, f.Paper, f.W, f.H)
	}
	fmt.Fprintln(stdout, "designs:", print.Designs())
	fmt.Fprintln(stdout, "industries:", print.Industries())
}

// writer writes documents into one folder.
type writer struct {
	press  *print.Press
	out    string
	dpi    float64
	stdout io.Writer
	// every leaves out all but each so manyth document; met counts them all.
	every, met int
	count      int
	// codes tells other programs what every code must say, and where it lies.
	codes strings.Builder
}

// everything writes each layout in both languages and all designs, for the
// office, and the print shop where it makes a difference; then sheets of forty
// labels that all say something else. Industries take turns.
func (w *writer) everything(spec print.Spec, number string) error {
	for i, f := range print.Formats() {
		for _, language := range print.Languages() {
			for j, design := range print.Designs() {
				spec.Kind, spec.Paper, spec.Language, spec.Design = f.Kind, f.Paper, language, design
				spec.Industry = print.Industries()[(i+j)%len(print.Industries())]
				if err := w.profiles(spec); err != nil {
					return err
				}
			}
		}
	}
	if err := w.tables(spec, number); err != nil {
		return err
	}
	for _, s := range print.Sheets() {
		if err := w.calibration(s.Article, spec); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(w.out, "codes.tsv"), []byte(w.codes.String()), 0o644); err != nil {
		return fmt.Errorf("write file: %w", err)
	}
	fmt.Fprintln(w.stdout, w.count, "files written, every code read back")
	return nil
}

// profiles writes a thing for the office, and for the print shop unless it is a sheet of labels.
func (w *writer) profiles(spec print.Spec) error {
	spec.Profile, spec.Together = print.Office, false
	if err := w.some(spec, ""); err != nil || spec.Kind == print.Stickers {
		return err
	}
	spec.Profile = print.PrintShop
	return w.some(spec, "")
}

// tables writes sheets on which every one of forty labels has a place of its own.
func (w *writer) tables(spec print.Spec, number string) error {
	n, err := qr.ParseNumber(number, "DE")
	if err != nil {
		return err
	}
	spec.Kind, spec.Profile, spec.Places = print.Stickers, print.Office, nil
	for i := range 40 {
		marker := qr.Marker(fmt.Sprintf("T%d", i+1))
		link, err := qr.ChatLink(n, marker.AddTo(""))
		if err != nil {
			return err
		}
		spec.Places = append(spec.Places, print.Place{Link: link, Name: string(marker)})
	}
	for _, s := range print.Sheets() {
		f, fits := print.FormatOf(print.Stickers, print.Paper(s.Article))
		if s.Labels() != len(spec.Places) || !fits {
			continue
		}
		spec.Paper = f.Paper
		if err := w.some(spec, "_tables"); err != nil {
			return err
		}
	}
	return nil
}

// some writes a thing if it belongs to the sample.
func (w *writer) some(spec print.Spec, suffix string) error {
	w.met++
	if (w.met-1)%w.every != 0 {
		return nil
	}
	return w.named(spec, suffix)
}

func (w *writer) one(spec print.Spec) error { return w.named(spec, "") }

func (w *writer) named(spec print.Spec, suffix string) error {
	name := strings.Join([]string{string(spec.Kind), string(spec.Paper), string(spec.Language), string(spec.Design), string(spec.Profile)}, "_") + suffix
	d, err := w.press.Compose(spec)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	approved, report, err := d.Approve()
	if err != nil {
		return fmt.Errorf("%s: %w (%d codes)", name, err, len(report.Codes))
	}
	files := map[string][]byte{".pdf": approved.PDF()}
	if spec.Profile == print.Office {
		files[".svg"], files[".html"] = approved.SVG(0), approved.HTML()
	}
	if w.dpi > 0 {
		picture, err := approved.PNG(0, w.dpi)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		files[".png"] = picture
	}
	for _, c := range report.Codes {
		fmt.Fprintf(&w.codes, "%s.pdf\t%d\t%.3f\t%.3f\t%.3f\t%s\n", name, c.Page+1, c.X, c.Y, c.Side, c.Link.URL)
	}
	note := ""
	if len(d.Omitted) > 0 {
		note = " (no room for: " + strings.Join(d.Omitted, ", ") + ")"
	}
	fmt.Fprintf(w.stdout, "%s: %s%s%s\n", name, report.Light(), reasons(report), note)
	return w.save(name, files)
}

// reasons says what keeps the first code from being green.
func reasons(report print.Report) string {
	var said []string
	for _, f := range report.Codes[0].Findings {
		if f.Light != qr.Green {
			said = append(said, fmt.Sprintf("%s %.2f, wanted %.2f", f.Reason, f.Value, f.Limit))
		}
	}
	for _, d := range report.Codes[0].Failed {
		said = append(said, "not read with "+string(d))
	}
	if len(said) == 0 {
		return ""
	}
	return " [" + strings.Join(said, "; ") + "]"
}

func (w *writer) calibration(article string, spec print.Spec) error {
	d, err := w.press.Calibrate(article, spec.Language, spec)
	if err != nil {
		return err
	}
	approved, _, err := d.Approve()
	if err != nil {
		return err
	}
	return w.save("calibration_"+article, map[string][]byte{".pdf": approved.PDF()})
}

func (w *writer) save(name string, files map[string][]byte) error {
	for ending, content := range files {
		if err := os.WriteFile(filepath.Join(w.out, name+ending), content, 0o644); err != nil {
			return fmt.Errorf("write file: %w", err)
		}
		w.count++
	}
	return nil
}
