package print

import (
	"math"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// face is the area one composition fills.
type face struct {
	format Format
	w, h   float64
	// bleed is how far grounds reach beyond the edge; where it is 0 they stay
	// inset from it.
	bleed, inset, margin float64
}

// content is what a face says, in the words of its language.
type content struct {
	name, place               string
	headline, short, invite   string
	steps                     [3]string
	number                    string
	rows                      []row // other ways to reach the shop
	hours, hoursLabel         string
	calm, sensitive           string
	legal, legalShort         string
	trademark, trademarkShort string
	alt                       string
	words                     phrases
}

type row struct{ label, value string }

// detail is how much of the content is shown. What the law or fairness asks
// for is always: number, other ways, legal line, trademark.
type detail struct {
	sensitive, calm, invite, hours, steps, name bool
	shortHead, shortLegal, plainRows            bool
	// fourLines lets the headline run over four lines instead of three.
	fourLines bool
	// micro is for the smallest labels: the number is the headline, the rest
	// one paragraph with one other way to reach the shop.
	micro bool
	// codeShare places the code between its least and greatest size.
	codeShare float64
}

// wishes are what is added while there is room, the most wanted first.
func (f face) wishes() []func(*detail) {
	wishes := []func(*detail){
		func(d *detail) { d.name = true },
		func(d *detail) { d.steps = true },
		func(d *detail) { d.hours = true },
		func(d *detail) { d.invite = true },
		func(d *detail) { d.calm = true },
		func(d *detail) { d.sensitive = true },
	}
	if f.isLabel() {
		wishes = append([]func(*detail){
			func(d *detail) { d.shortLegal = false },
			func(d *detail) { d.plainRows = false },
		}, wishes[0])
	}
	return wishes
}

// leastDetails are the barest arrangements, the fuller first.
func (f face) leastDetails() []detail {
	if !f.isLabel() {
		return []detail{{}, {fourLines: true}}
	}
	return []detail{
		{shortLegal: true, plainRows: true, fourLines: true},
		{shortHead: true, shortLegal: true, plainRows: true, fourLines: true},
		{micro: true},
	}
}

// isLabel says whether the face is so small that only the necessary has room.
func (f face) isLabel() bool { return f.format.Kind == Stickers && f.w*f.h < 6500 }

// arrangement is what a composer decided.
type arrangement struct {
	detail    detail
	scale     float64
	codeLeast float64
}

// composer lays out one face. A try either fills its canvas or finds that
// something does not fit.
type composer struct {
	ts      *typesetter
	face    face
	look    look
	colours colours
	content content
	code    *qr.Code

	// outline is the code's, in modules.
	outline qr.Path
	// like is how a face of the same series was arranged, tried first so that
	// all look alike.
	like *arrangement

	canvas canvas
	detail detail
	scale  float64
	// codeBox is where the code was put, quiet zone included.
	codeBox rect
	omitted []string
}

// compose fills the face or says why it cannot. It begins with what must be
// there, adds what fits, and last lets the code grow. It first tries to give the
// code the size at which any phone reads it.
func (c *composer) compose() error {
	if l := c.like; l != nil && l.codeLeast >= c.face.format.codeLeast {
		least := c.face.format.codeLeast
		c.face.format.codeLeast = l.codeLeast
		if c.fits(l.detail, l.scale) {
			c.note(l.detail)
			return nil
		}
		c.face.format.codeLeast = least
	}
	least := c.face.format.codeLeast
	easy := math.Min(c.easyCode(), c.face.format.codeMost)
	most := detail{steps: true, calm: true, sensitive: true, hours: true}
	for _, share := range []float64{1, 0.5} {
		size := least + share*(easy-least)
		if size <= least {
			break
		}
		d, ok := c.arranged(size)
		if !ok {
			continue
		}
		if !c.face.isLabel() && !d.explains(most) {
			most, _ = c.arranged(least)
			if !d.explains(most) {
				continue
			}
			d, _ = c.arranged(size)
		}
		c.note(d)
		return nil
	}
	if d, ok := c.arranged(least); ok {
		c.note(d)
		return nil
	}
	return &inbox.Error{Code: inbox.CodeInvalid, Field: c.longest(), Err: errDoesNotFit}
}

// arranged fills the face around a code of at least that size.
func (c *composer) arranged(codeLeast float64) (detail, bool) {
	c.face.format.codeLeast = codeLeast
	for _, d := range c.face.leastDetails() {
		if c.try(d) {
			return c.enrich(d), true
		}
	}
	return detail{}, false
}

// explains says whether d tells people as much as other about what to do and
// what they may expect: a larger code is not worth that.
func (d detail) explains(other detail) bool {
	return (d.steps || !other.steps) && (d.calm || !other.calm) && (d.sensitive || !other.sensitive) && (d.hours || !other.hours)
}

// easyCode is the side with quiet zone from which on the code is no effort to
// read from where one stands before it.
func (c *composer) easyCode() float64 {
	const anywhere = 20.0 // mm; smaller ones are hard to hold in view
	f := c.face.format
	return math.Max(anywhere, f.distance/c.code.Reach(c.code.Edge(1), f.Kind == Vehicle)*1.001)
}

// enrich adds to an arrangement that fits whatever else does.
func (c *composer) enrich(chosen detail) detail {
	for _, wish := range c.face.wishes() {
		if chosen.micro {
			break
		}
		fuller := chosen
		wish(&fuller)
		if fuller == chosen || c.try(fuller) {
			chosen = fuller
		}
	}
	for _, share := range []float64{1, 0.75, 0.5, 0.25, 0} {
		chosen.codeShare = share
		if c.try(chosen) {
			break
		}
	}
	return chosen
}

// try arranges with that much detail, in the largest type that fits.
func (c *composer) try(d detail) bool {
	for scale := 1.0; scale > leastScale(d.codeShare); scale -= 0.06 {
		if c.fits(d, scale) {
			return true
		}
	}
	return false
}

// leastScale: a larger code must not cost legible type.
func leastScale(codeShare float64) float64 {
	if codeShare > 0 {
		return 0.84
	}
	return 0.66
}

// fits arranges once; the canvas holds the result.
func (c *composer) fits(d detail, scale float64) bool {
	c.canvas, c.detail, c.scale = canvas{}, d, scale
	return c.arrange()
}

func (c *composer) arrange() bool {
	if c.wide() {
		return c.split()
	}
	return c.stack()
}

// wide says whether words and code stand side by side.
func (c *composer) wide() bool { return c.face.w >= 1.2*c.face.h }

// note remembers which of the owner's own words had no room.
func (c *composer) note(d detail) {
	for what, dropped := range map[string]bool{
		"hours":      !d.hours && c.content.hours != "",
		"invitation": !d.invite && c.content.invite != "",
		"headline":   (d.shortHead || d.micro) && c.content.short != c.content.headline,
	} {
		if dropped {
			c.omitted = append(c.omitted, what)
		}
	}
}

// longest names the input that most likely keeps the rest from fitting.
func (c *composer) longest() string {
	candidates := []struct{ field, text string }{
		{"address", c.content.legal}, {"headline", c.content.headline}, {"name", c.content.name},
	}
	best := candidates[0]
	for _, k := range candidates[1:] {
		if len(k.text) > len(best.text) {
			best = k
		}
	}
	return best.field
}

// unit is the size of the face relative to A4.
func (c *composer) unit() float64 { return math.Sqrt(c.face.w*c.face.h) / math.Sqrt(210*297) }

// gap is the distance all others are multiples of.
// It shrinks with the type.
func (c *composer) gap() float64 {
	return math.Max(0.7, 5*math.Pow(c.unit(), 0.9)) * math.Min(1, c.scale+0.05)
}

// legalSize is the least size of the legal line in points: nine from A5 up,
// seven below, never under six.
func (f face) legalSize() float64 {
	switch {
	case f.w*f.h >= 148*210-1:
		return 9
	case f.isLabel():
		return 6
	default:
		return 7
	}
}

// sized returns a style whose size follows the face and the scale of this try
// but never falls below least.
func (c *composer) sized(w weight, atA4, least, leading float64, colour qr.Colour) style {
	size := atA4 * math.Pow(c.unit(), 0.82) * c.scale
	return style{weight: w, size: math.Max(size, math.Max(least, c.face.legalSize())), leading: leading, colour: colour}
}

// block is a piece of text broken into lines, from the top of its first
// capitals to its last baseline.
type block struct {
	role  pdf.Role
	text  string
	runs  []run
	width float64
	h     float64
}

// block breaks text; ok is false if it does not fit the width.
func (c *composer) block(text string, s style, width float64, centred bool) (block, bool) {
	if centred {
		return c.balanced(text, s, width, centred)
	}
	lines, ok := c.ts.wrap(text, s, width)
	return c.lines(lines, s, width, centred), ok
}

// balanced makes lines of about the same length.
func (c *composer) balanced(text string, s style, width float64, centred bool) (block, bool) {
	lines, ok := c.ts.balance(text, s, width)
	return c.lines(lines, s, width, centred), ok
}

func (c *composer) lines(lines []string, s style, width float64, centred bool) block {
	b := block{role: pdf.Paragraph, text: strings.Join(lines, " ")}
	for i, line := range lines {
		r := c.ts.set(line, s)
		if centred {
			r.x = (width - r.width) / 2
		}
		r.y = capHeight*s.em() + float64(i)*s.line()
		b.width = math.Max(b.width, r.width)
		b.h = r.y
		b.runs = append(b.runs, r)
	}
	return b
}

// draw puts a block's upper left corner at x, y.
func (c *composer) draw(b block, x, y float64) {
	if len(b.runs) == 0 {
		return
	}
	for i := range b.runs {
		b.runs[i].x += x
		b.runs[i].y += y
	}
	c.canvas.text(b.role, b.text, b.runs)
}

// column stacks blocks with gaps; empty blocks take no room.
type column struct {
	blocks []block
	gaps   []float64 // before each block
}

func (k *column) add(gap float64, b block) {
	if len(b.runs) == 0 {
		return
	}
	if len(k.blocks) == 0 {
		gap = 0
	}
	k.blocks, k.gaps = append(k.blocks, b), append(k.gaps, gap)
}

func (k *column) height() float64 {
	h := 0.0
	for i, b := range k.blocks {
		h += k.gaps[i] + b.h
	}
	return h
}

// descent is how far the last line reaches below its baseline.
func (k *column) descent() float64 {
	if len(k.blocks) == 0 {
		return 0
	}
	last := k.blocks[len(k.blocks)-1]
	return descent * last.runs[len(last.runs)-1].style.em()
}

func (c *composer) drawColumn(k column, x, y float64) {
	for i, b := range k.blocks {
		y += k.gaps[i]
		c.draw(b, x, y)
		y += b.h
	}
}

// drawCode puts the code with its quiet zone into a square; plate is how far
// the white ground reaches beyond it where the paper is not white.
func (c *composer) drawCode(box rect, ground qr.Colour, plate float64) {
	c.codeBox = box
	if ground != qr.White {
		c.canvas.fill(rectangle(box.inset(-plate), plate*1.2), qr.White)
	}
	module := box.w / float64(c.code.Across())
	p := piece{role: pdf.Figure, text: c.content.alt}
	p.items = append(p.items, item{path: rectangle(box, 0), colour: qr.White})
	p.items = append(p.items, item{path: c.outline.Scaled(module, box.x, box.y), colour: c.code.Colour})
	if c.code.Clear > 0 {
		x, y, side := c.code.CentreBox()
		at := rect{box.x + x*module, box.y + y*module, side * module, side * module}
		if len(c.code.Centre.Drawing) > 0 {
			p.items = append(p.items, item{path: c.code.Centre.Drawing.Scaled(at.w, at.x, at.y), colour: c.code.Centre.Colour})
		} else if c.code.Centre.Picture != nil {
			p.items = append(p.items, item{picture: c.code.Centre.Picture, box: at})
		}
	}
	c.canvas.pieces = append(c.canvas.pieces, p)
}

// codeAcross is the side of the code this try asks for.
func (c *composer) codeAcross() float64 {
	f := c.face.format
	return f.codeLeast + (f.codeMost-f.codeLeast)*c.detail.codeShare
}

// quiet is the width of the quiet zone of a code that wide.
func (c *composer) quiet(across float64) float64 {
	return across * qr.QuietZone / float64(c.code.Across())
}
