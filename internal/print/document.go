package print

import (
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

// Errors with a cause of their own; both come wrapped in an inbox.Error of code invalid.
var (
	errDoesNotFit = errors.New("the words do not fit at a legible size")
	// ErrUnreadable says that a code on the rendered page could not be read back.
	ErrUnreadable = errors.New("the printed code cannot be read reliably")
)

// Profile is where the file goes.
type Profile string

// The profiles. Office keeps ink away from the sheet's edge and uses sRGB;
// PrintShop adds bleed and crop marks and uses CMYK; neither claims a PDF/X version.
const (
	Office    Profile = "office"
	PrintShop Profile = "print-shop"
)

// Place is one of several copies with a code of its own: a table, a window.
type Place struct {
	Link qr.Link
	// Name is printed small beside the shop's name; it may be empty.
	Name string
}

// Spec says what to print. Everything in the result comes from it.
type Spec struct {
	Kind     Kind
	Paper    Paper
	Design   Design
	Language Language
	Industry Industry
	Details  Details
	Palette  Palette
	// Headline and Invitation replace the industry's words.
	Headline, Invitation string

	// Places are the codes; one is the usual case. Several make as many pages,
	// or labels that follow each other.
	Places []Place
	Code   qr.Options
	// CodeSize is the wanted side of the code without quiet zone in mm, 0 for the layout's own.
	CodeSize float64

	Profile Profile
	// Bleed in mm for PrintShop.
	Bleed float64
	// BlackOnly prints everything in black and its tints.
	BlackOnly bool
	// Together puts several small things onto one office sheet, with cut marks.
	Together bool

	// FirstLabel is the first free label of a used sheet, from 1; Copies is how
	// many labels to print, 0 fills the sheet.
	FirstLabel, Copies int
	// OffsetX and OffsetY correct the printer, in mm to the right and down.
	OffsetX, OffsetY float64
	// Created is written into the file.
	Created time.Time
}

// MaxPlaces is the largest series.
const MaxPlaces = 2000

// Document is a finished layout: its pages can be written in any format.
type Document struct {
	Title    string
	Language Language
	// Omitted names what had no room, for the owner to know: "hours",
	// "invitation", "headline".
	Omitted []string

	spec   Spec
	format Format
	press  *Press
	ts     *typesetter
	pages  []page
	faces  []composed
	like   *arrangement
}

// page is one sheet of paper.
type page struct {
	w, h        float64
	trim, bleed rect // zero on office pages
	placed      []placed
	marks       []piece // crop and fold marks, over everything
}

// placed is a face on a page, moved by x, y or turned by 180° first.
type placed struct {
	face   int
	x, y   float64
	turned bool
}

// composed is a face with what its code must say.
type composed struct {
	w, h    float64
	pieces  []piece
	codeBox rect
	code    *qr.Code
	place   Place
}

// Compose lays out what spec asks for. It fails with CodeInvalid and the
// field at fault if an input is missing, wrong or too long to fit.
func (p *Press) Compose(spec Spec) (*Document, error) {
	format, ok := FormatOf(spec.Kind, spec.Paper)
	if !ok {
		return nil, inbox.InvalidField("paper", "this kind is not made on this paper, or the label is too small for a code")
	}
	if err := p.check(&spec); err != nil {
		return nil, err
	}
	d := &Document{Language: spec.Language, spec: spec, format: format, press: p, ts: p.typesetter()}
	d.Title = d.title()
	if err := d.addFaces(); err != nil {
		return nil, err
	}
	return d, d.impose()
}

// addFaces composes a face for each place. The longest link makes the finest
// code; the others are arranged like it, so that a series looks alike.
func (d *Document) addFaces() error {
	places := d.spec.Places
	d.faces = make([]composed, len(places))
	omitted := make([][]string, len(places))
	errs := make([]error, len(places))
	longest := 0
	for i, place := range places {
		if len(place.Link.URL) > len(places[longest].Link.URL) {
			longest = i
		}
	}
	omitted[longest], errs[longest] = d.addFace(longest)
	if errs[longest] != nil {
		return errs[longest]
	}
	d.inParallel(len(places), func(alone *Document, i int) {
		if i != longest {
			omitted[i], errs[i] = alone.addFace(i)
		}
	})
	for i := range places {
		if errs[i] != nil {
			return errs[i]
		}
		for _, what := range omitted[i] {
			if !slices.Contains(d.Omitted, what) {
				d.Omitted = append(d.Omitted, what)
			}
		}
	}
	return nil
}

// inParallel calls work for each number below n, on all processors. Each
// goroutine gets the document with a typesetter of its own, because that keeps
// what it has drawn.
func (d *Document) inParallel(n int, work func(alone *Document, i int)) {
	var group sync.WaitGroup
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() {
			alone := *d
			alone.ts = d.press.typesetter()
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(&alone, i)
			}
		})
	}
	group.Wait()
}

func (p *Press) check(spec *Spec) error {
	if _, ok := spec.Design.look(); !ok {
		return inbox.InvalidField("design", "unknown")
	}
	if _, ok := wordings[spec.Language]; !ok {
		return inbox.InvalidField("language", "unknown")
	}
	if _, ok := wordings[spec.Language][spec.Industry]; !ok {
		return inbox.InvalidField("industry", "unknown")
	}
	if len(spec.Places) == 0 || len(spec.Places) > MaxPlaces {
		return inbox.InvalidField("places", "at least one and at most 2000")
	}
	if spec.Profile != Office && spec.Profile != PrintShop {
		return inbox.InvalidField("profile", "unknown")
	}
	if spec.Bleed < 0 || spec.Bleed > 10 {
		return inbox.InvalidField("bleed", "not between 0 and 10 mm")
	}
	if spec.OffsetX < -10 || spec.OffsetX > 10 || spec.OffsetY < -10 || spec.OffsetY > 10 {
		return inbox.InvalidField("offset", "more than 10 mm")
	}
	for _, f := range spec.Palette.Check() {
		if f.Light == qr.Red {
			return inbox.InvalidField(f.Field, "too little contrast to be legible")
		}
	}
	rules := []textRule{{"headline", spec.Headline, MaxHeadline, false}, {"invitation", spec.Invitation, MaxInvite, false}}
	for _, place := range spec.Places {
		rules = append(rules, textRule{"place", place.Name, qr.MaxMarker, false})
	}
	if err := p.checkTexts(rules); err != nil {
		return err
	}
	return p.checkDetails(spec.Details)
}

func (d *Document) title() string {
	words := WordingFor(d.spec.Language, d.spec.Industry)
	if d.spec.Headline != "" {
		words.Headline = d.spec.Headline
	}
	return d.spec.Details.Name + " – " + words.Headline
}

// addFace composes the face of place i and returns what had no room on it.
func (d *Document) addFace(i int) (omitted []string, err error) {
	place, options := d.spec.Places[i], d.spec.Code
	options.Level = max(options.Level, d.format.level)
	code, err := qr.New(place.Link, options)
	if err != nil {
		return nil, err
	}
	look, _ := d.spec.Design.look()
	c := &composer{ts: d.ts, face: d.face(), look: look, colours: d.spec.Palette.colours(), content: d.content(place), code: code, outline: code.Path(), like: d.like}
	if err := d.chooseCodeSize(c); err != nil {
		return nil, err
	}
	if err := c.compose(); err != nil {
		return nil, err
	}
	if d.like == nil {
		d.like = &arrangement{c.detail, c.scale, c.face.format.codeLeast}
	}
	d.faces[i] = composed{c.face.w, c.face.h, c.canvas.pieces, c.codeBox, code, place}
	return c.omitted, nil
}

// chooseCodeSize takes the wanted size, and refuses one the layout has no room
// for. A fine code needs at least 0.4 mm per module where paper is near.
func (d *Document) chooseCodeSize(c *composer) error {
	f := &c.face.format
	if d.spec.CodeSize > 0 {
		across := c.code.WithMargin(d.spec.CodeSize)
		if across < f.codeLeast-0.05 || across > f.codeMost+0.05 {
			return inbox.InvalidField("codeSize", "outside of what this layout allows")
		}
		f.codeLeast, f.codeMost = across, across
	}
	const leastModule = 0.4
	f.codeLeast = max(f.codeLeast, leastModule*float64(c.code.Across()))
	if f.codeLeast > f.codeMost+1e-9 {
		return inbox.InvalidField("text", "makes the code too fine for this size; shorten the prefilled text")
	}
	return nil
}

// face returns the measures of the area to compose.
func (d *Document) face() face {
	w, h := d.format.face()
	f := face{format: d.format, w: w, h: h}
	short := min(w, h)
	if d.spec.Profile == PrintShop && d.format.Kind != Stickers {
		f.bleed = d.spec.Bleed
		f.margin = max(5, 0.085*short)
		if f.bleed == 0 {
			f.inset = 0
		}
		return f
	}
	f.inset = printerBorder
	if d.format.Kind == Stickers {
		f.inset = labelInset
	}
	if d.format.Kind == Card || d.format.Kind == Strip {
		f.inset = 2.5 // printed together on a larger sheet
	}
	if d.format.Kind == Receipt {
		f.inset = 3
	}
	f.margin = f.inset + max(1.2, 0.05*short)
	return f
}

func (d *Document) content(place Place) content {
	s := d.spec
	words := WordingFor(s.Language, s.Industry)
	p := phrasesFor(s.Language)
	if s.Headline != "" {
		words.Headline, words.Short = s.Headline, s.Headline
	}
	if s.Invitation != "" {
		words.Invitation = s.Invitation
	}
	c := content{
		name: s.Details.Name, place: place.Name, headline: words.Headline, short: words.Short, invite: words.Invitation,
		steps: p.steps, number: s.Details.Number.International, hours: s.Details.Hours, hoursLabel: p.hoursLabel,
		calm: p.calm, sensitive: p.sensitive, legal: s.Details.legal(p), legalShort: s.Details.legalShort(p),
		trademark: p.trademark, trademarkShort: p.trademarkShort, words: p,
		alt: description(s.Language, s.Details.Name, s.Details.Number),
	}
	if s.Details.Phone != "" {
		c.rows = append(c.rows, row{p.phone, s.Details.Phone})
	}
	if s.Details.Mail != "" {
		c.rows = append(c.rows, row{p.mail, s.Details.Mail})
	}
	return c
}
