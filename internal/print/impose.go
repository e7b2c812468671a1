package print

import (
	"tresen/internal/inbox"
	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// impose puts the faces onto pages.
func (d *Document) impose() error {
	if d.format.Kind == Stickers {
		for _, s := range Sheets() {
			if s.Article == d.format.sheet {
				return d.imposeLabels(s.printable())
			}
		}
	}
	if d.spec.Together && d.spec.Profile == Office {
		if s, landscape, ok := cutSheet(d.format); ok {
			d.imposeTogether(s, landscape)
			return nil
		}
	}
	for i := range d.faces {
		d.pages = append(d.pages, d.single(i))
	}
	return nil
}

// single is a page with one face, or, folded, with one per panel.
func (d *Document) single(i int) page {
	if d.spec.Profile == Office {
		p := page{w: d.format.W, h: d.format.H}
		d.placeFace(&p, i, 0, 0)
		return p
	}
	slug := d.spec.Bleed + markGap + markLength + 1
	p := page{w: d.format.W + 2*slug, h: d.format.H + 2*slug}
	p.trim = rect{slug, slug, d.format.W, d.format.H}
	p.bleed = p.trim.inset(-d.spec.Bleed)
	d.placeFace(&p, i, slug, slug)
	p.marks = append(p.marks, cropMarks(p.trim, d.spec.Bleed))
	return p
}

func (d *Document) placeFace(p *page, i int, x, y float64) {
	if len(d.format.panels) == 0 {
		p.placed = append(p.placed, placed{face: i, x: x, y: y})
		return
	}
	for _, panel := range d.format.panels {
		p.placed = append(p.placed, placed{i, x + panel.box.x, y + panel.box.y, panel.turned})
	}
	var marks piece
	for _, fold := range d.format.folds {
		for _, from := range []float64{x, x + d.format.W - 5} {
			for dash := range 3 {
				marks.items = append(marks.items, item{
					path:   rectangle(rect{from + float64(dash)*2, y + fold - 0.05, 1, 0.1}, 0),
					colour: d.spec.Palette.Ink,
				})
			}
		}
	}
	p.marks = append(p.marks, marks)
	if n := len(d.format.folds); n > 1 {
		// A prism stands on its third side and is closed with a flap.
		words := phrasesFor(d.Language)
		d.caption(p, words.base, x, y+(d.format.folds[n-2]+d.format.folds[n-1])/2)
		d.caption(p, words.glueFlap, x, y+(d.format.folds[n-1]+d.format.H)/2)
	}
}

// caption writes a word for whoever folds the sheet, in the middle of its width.
func (d *Document) caption(p *page, text string, x, y float64) {
	s := style{weight: regular, size: 8, leading: 1.2, colour: d.spec.Palette.Ink}
	r := d.ts.set(text, s)
	r.x, r.y = x+(d.format.W-r.width)/2, y+capHeight*s.em()/2
	p.marks = append(p.marks, piece{items: []item{{run: &r, colour: s.colour}}})
}

// imposeLabels fills sheets from the first free label on.
func (d *Document) imposeLabels(s Sheet) error {
	first := max(d.spec.FirstLabel, 1)
	if first > s.Labels() {
		return inbox.InvalidField("firstLabel", "the sheet has fewer labels")
	}
	count := d.spec.Copies
	if count == 0 {
		count = s.Labels() - first + 1
		if len(d.faces) > 1 {
			count = len(d.faces)
		}
	}
	if count < 0 || count > MaxPlaces {
		return inbox.InvalidField("copies", "not between 1 and 2000")
	}
	for n := range count {
		at := (first - 1 + n) % s.Labels()
		if n == 0 || at == 0 {
			d.pages = append(d.pages, page{w: sheetW, h: sheetH})
		}
		label := s.label(at)
		p := &d.pages[len(d.pages)-1]
		p.placed = append(p.placed, placed{face: n % len(d.faces), x: label.x + d.spec.OffsetX, y: label.y + d.spec.OffsetY})
	}
	return nil
}

// imposeTogether repeats one face over the sheet, or lines up a series.
func (d *Document) imposeTogether(s Sheet, landscape bool) {
	w, h := sheetW, sheetH
	if landscape {
		w, h = sheetH, sheetW
	}
	count := len(d.faces)
	if count == 1 {
		count = s.Labels()
	}
	for n := range count {
		at := n % s.Labels()
		if at == 0 {
			d.pages = append(d.pages, page{w: w, h: h, marks: []piece{cutMarks(s, w, h)}})
		}
		box := s.label(at)
		p := &d.pages[len(d.pages)-1]
		p.placed = append(p.placed, placed{face: n % len(d.faces), x: box.x + d.spec.OffsetX, y: box.y + d.spec.OffsetY})
	}
}

// Crop marks: five millimetres of a quarter point, two millimetres off the bleed.
const (
	markLength = 5.0
	markGap    = 2.0
	markWidth  = 0.25 * pt
)

func cropMarks(trim rect, bleed float64) piece {
	var p piece
	line := func(r rect) {
		p.items = append(p.items, item{path: rectangle(r, 0), colour: qr.Black, registration: true})
	}
	away := bleed + markGap
	for _, x := range []float64{trim.x, trim.right()} {
		line(rect{x - markWidth/2, trim.y - away - markLength, markWidth, markLength})
		line(rect{x - markWidth/2, trim.bottom() + away, markWidth, markLength})
	}
	for _, y := range []float64{trim.y, trim.bottom()} {
		line(rect{trim.x - away - markLength, y - markWidth/2, markLength, markWidth})
		line(rect{trim.right() + away, y - markWidth/2, markLength, markWidth})
	}
	return p
}

// cutMarks are short ticks at the sheet's edges where to cut.
func cutMarks(s Sheet, w, h float64) piece {
	const length = 4.0
	var p piece
	line := func(r rect) {
		p.items = append(p.items, item{path: rectangle(r, 0), colour: qr.Colour{R: 0x80, G: 0x80, B: 0x80}})
	}
	for column := 0; column <= s.Columns; column++ {
		x := s.X + float64(column)*s.StepX
		line(rect{x - markWidth/2, 0, markWidth, length})
		line(rect{x - markWidth/2, h - length, markWidth, length})
	}
	for row := 0; row <= s.Rows; row++ {
		y := s.Y + float64(row)*s.StepY
		line(rect{0, y - markWidth/2, length, markWidth})
		line(rect{w - length, y - markWidth/2, length, markWidth})
	}
	return p
}

// Calibrate makes the page that shows how far a printer is off for a sheet:
// cross-hairs at every label's corner, a ruler of 100 mm to check the scale.
func (p *Press) Calibrate(article string, language Language, spec Spec) (*Document, error) {
	for _, s := range Sheets() {
		if s.Article == article {
			d := &Document{Title: "Tresen – " + s.Maker + " " + s.Article, Language: language, spec: spec, press: p, ts: p.typesetter()}
			d.spec.Profile = Office
			pg := page{w: sheetW, h: sheetH}
			pg.marks = append(pg.marks, crossHairs(s, spec.OffsetX, spec.OffsetY), ruler())
			pg.marks = append(pg.marks, d.calibrationText(s)...)
			d.pages = []page{pg}
			return d, nil
		}
	}
	return nil, inbox.InvalidField("paper", "unknown sheet")
}

func crossHairs(s Sheet, dx, dy float64) piece {
	var p piece
	line := func(r rect) {
		p.items = append(p.items, item{path: rectangle(r, 0), colour: qr.Black})
	}
	for n := range s.Labels() {
		l := s.label(n)
		for _, x := range []float64{l.x, l.right()} {
			for _, y := range []float64{l.y, l.bottom()} {
				line(rect{x + dx - 2, y + dy - 0.05, 4, 0.1})
				line(rect{x + dx - 0.05, y + dy - 2, 0.1, 4})
			}
		}
	}
	return p
}

const rulerX, rulerY = 55.0, 150.0

func ruler() piece {
	var p piece
	p.items = append(p.items, item{path: rectangle(rect{rulerX - 6, rulerY - 14, 112, 40}, 1.5), colour: qr.White})
	line := func(r rect) {
		p.items = append(p.items, item{path: rectangle(r, 0), colour: qr.Black})
	}
	line(rect{rulerX, rulerY - 0.05, 100, 0.1})
	for mm := range 101 {
		length := 1.5
		switch {
		case mm%10 == 0:
			length = 4
		case mm%5 == 0:
			length = 2.5
		}
		line(rect{rulerX + float64(mm) - 0.05, rulerY - length, 0.1, length})
	}
	return p
}

func (d *Document) calibrationText(s Sheet) []piece {
	lines := []string{
		s.Maker + " " + s.Article,
		"100 mm. Beim Drucken: Tatsächliche Größe (100 %), nicht an Seite anpassen.",
		"Auf normales Papier drucken, hinter den Etikettenbogen halten: Die Kreuze liegen auf den Ecken.",
		"Abweichung nach rechts und unten messen und mit umgekehrtem Vorzeichen eintragen.",
	}
	if d.Language == English {
		lines = []string{
			s.Maker + " " + s.Article,
			"100 mm. When printing: actual size (100 %), do not fit to page.",
			"Print on plain paper, hold it behind the label sheet: the crosses lie on the corners.",
			"Measure how far it is off to the right and down, and enter that with the opposite sign.",
		}
	}
	at := []float64{rulerY - 7, rulerY + 6, rulerY + 11.5, rulerY + 17}
	var pieces []piece
	for i, text := range lines {
		s := style{weight: regular, size: 7.2, leading: 1.2, colour: qr.Black}
		if i == 0 {
			s.weight, s.size = semiBold, 11
		}
		r := d.ts.set(text, s)
		r.x, r.y = rulerX, at[i]
		pieces = append(pieces, piece{role: pdf.Paragraph, text: text, items: []item{{run: &r, colour: qr.Black}}})
	}
	return pieces
}
