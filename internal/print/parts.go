package print

import (
	"strconv"
	"strings"

	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// The parts both arrangements are made of. Each returns ok = false if a word
// does not fit its width.

// headParts are the shop's name, the headline and the invitation.
func (c *composer) headParts(z zone, width float64) (k column, ok bool) {
	g := c.gap()
	centred := c.look.centred
	if title := c.title(); title != "" {
		s := c.sized(semiBold, 21, 7, 1.15, z.strong)
		name, ok := c.block(title, s, width, centred)
		if !ok || len(name.runs) > 2 {
			return k, false
		}
		k.add(0, name)
	}
	if c.detail.micro {
		return c.microHead(z, width)
	}
	text, most := c.content.headline, 3
	if c.detail.fourLines {
		most = 4
	}
	if c.detail.shortHead {
		text = c.content.short
	}
	head, ok := c.balanced(text, c.headStyle(z.text), width, centred)
	if !ok || len(head.runs) > most || hyphens(texts(head)) > 1 {
		return k, false
	}
	head.role = pdf.Heading
	k.add(c.headGap(), head)
	if c.detail.invite {
		invite, ok := c.balanced(c.content.invite, c.sized(regular, 22, c.face.format.stepLeast*0.8, 1.24, z.text), width, centred)
		if !ok {
			return k, false
		}
		k.add(1.9*g, invite)
	}
	return k, true
}

// microHead is the number as headline.
func (c *composer) microHead(z zone, width float64) (k column, ok bool) {
	s := style{weight: bold, size: 7, leading: 1.15, colour: z.text}
	b, ok := c.block(c.content.words.numberLabel+" "+glued(c.content.number), s, width, c.look.centred)
	b.role = pdf.Heading
	k.add(0, b)
	return k, ok
}

// headGap is the distance between name and headline; the ledger rules a line in it.
func (c *composer) headGap() float64 {
	if c.look.rows {
		return 3.6 * c.gap()
	}
	return 2.2 * c.gap()
}

// title is the shop's name and, where there are several codes, the place.
func (c *composer) title() string {
	switch {
	case !c.detail.name:
		return c.content.place
	case c.content.place == "":
		return c.content.name
	default:
		return c.content.name + dot + glued(c.content.place)
	}
}

func (c *composer) headStyle(colour qr.Colour) style {
	atA4 := 66.0
	if c.wide() {
		atA4 = 54
	}
	s := c.sized(bold, atA4, c.face.format.headLeast, 1.04, colour)
	s.tracking = -0.012
	return s
}

func texts(b block) []string {
	lines := make([]string, len(b.runs))
	for i, r := range b.runs {
		lines[i] = r.text
	}
	return lines
}

// stepList is the three steps, one below the other, with hanging numerals.
func (c *composer) stepList(z zone, width float64) (k column, ok bool) {
	if !c.detail.steps {
		return k, true
	}
	s := c.sized(regular, 25, c.face.format.stepLeast, 1.18, z.text)
	numeral := s
	numeral.weight, numeral.colour = bold, z.strong
	hang := 1.15 * s.em()
	for i, step := range c.content.steps {
		b, ok := c.block(step, s, width-hang, false)
		if !ok {
			return k, false
		}
		for j := range b.runs {
			b.runs[j].x += hang
		}
		n := c.ts.set(strconv.Itoa(i+1), numeral)
		n.y = b.runs[0].y
		b.runs = append([]run{n}, b.runs...)
		b.text = strconv.Itoa(i+1) + ". " + b.text
		k.add(0.95*s.em(), b)
	}
	return k, true
}

// stepLine is the three steps in one line or a few.
func (c *composer) stepLine(z zone, width float64) (block, bool) {
	if !c.detail.steps {
		return block{}, true
	}
	s := c.sized(semiBold, 24, c.face.format.stepLeast, 1.25, z.text)
	steps := make([]string, 0, len(c.content.steps))
	for _, step := range c.content.steps {
		steps = append(steps, glued(step))
	}
	return c.block(strings.Join(steps, dot), s, width, c.look.centred)
}

// contact is the number in clear and the other ways.
func (c *composer) contact(z zone, width float64) (k column, ok bool) {
	if c.detail.micro {
		return k, true
	}
	g := c.gap()
	label := c.sized(regular, 15, 6.5, 1.2, z.text)
	number := c.sized(bold, 38, 7.5, 1.1, z.strong)
	value := c.sized(regular, 18, 6.5, 1.3, z.text)
	if !c.face.isLabel() && !c.low() {
		b, ok := c.block(c.content.words.numberLabel, label, width, c.look.centred)
		if !ok {
			return k, false
		}
		k.add(0, b)
	}
	b, ok := c.block(c.number(), number, width, c.look.centred)
	if !ok || len(b.runs) > 2 {
		return k, false
	}
	k.add(1.1*g, b)
	var others []string
	for _, r := range c.content.rows {
		line := r.label + " " + r.value
		if c.detail.plainRows {
			line = r.value
		}
		others = append(others, glued(line))
	}
	ways := strings.Join(others, dot)
	if !c.face.isLabel() {
		ways = c.content.words.or + " " + ways
	}
	b, ok = c.block(ways, value, width, c.look.centred)
	if !ok {
		return k, false
	}
	k.add(1.5*g, b)
	if c.detail.hours && c.content.hours != "" {
		b, ok = c.block(c.content.words.hours+c.content.hours, value, width, c.look.centred)
		if !ok {
			return k, false
		}
		k.add(1.3*g, b)
	}
	return k, true
}

// number is the number in clear, on one line where there is room for it.
func (c *composer) number() string {
	switch {
	case c.face.isLabel():
		return c.content.number
	case c.low():
		return c.content.words.numberLabel + " " + glued(c.content.number)
	default:
		return glued(c.content.number)
	}
}

// low faces have no line to spare.
func (c *composer) low() bool { return c.face.h < 70 }

// notes are the calm words.
func (c *composer) notes(z zone, width float64) (k column, ok bool) {
	s := c.sized(regular, 13.5, 7, 1.3, z.text)
	var said []string
	if c.detail.calm {
		said = append(said, c.content.calm)
	}
	if c.detail.sensitive {
		said = append(said, c.content.sensitive)
	}
	b, ok := c.block(strings.Join(said, " "), s, width, c.look.centred)
	if !ok {
		return k, false
	}
	k.add(0, b)
	return k, true
}

// foot is the legal line and the trademark line, in the least size that is
// still honest.
func (c *composer) foot(z zone, width float64) (k column, ok bool) {
	s := style{weight: regular, size: c.face.legalSize() * max(1, c.unit()), leading: 1.28, colour: z.text}
	legal, trademark := c.content.legal, c.content.trademark
	if c.detail.shortLegal {
		s.leading = 1.15
		legal, trademark = c.content.legalShort, c.content.trademarkShort
	}
	if c.detail.micro {
		s.leading = 1.14
		all := strings.Join([]string{glued(c.content.rows[0].label + " " + c.content.rows[0].value), c.content.legalShort, c.content.trademarkShort}, dot)
		b, ok := c.block(all, s, width, c.look.centred)
		k.add(0, b)
		return k, ok
	}
	b, ok := c.block(legal, s, width, c.look.centred)
	if !ok {
		return k, false
	}
	k.add(0, b)
	b, ok = c.block(trademark, s, width, c.look.centred)
	if !ok {
		return k, false
	}
	k.add(s.line()-capHeight*s.em()+0.1*s.em(), b)
	return k, true
}

// table is the contact as rows with labels on the left, the ledger's way.
func (c *composer) table(z zone, width float64) (rows []block, labels []block, ok bool) {
	label := c.sized(regular, 16, 7, 1.25, z.text)
	number := c.sized(bold, 32, 8, 1.1, z.strong)
	value := c.sized(regular, 19, 7, 1.25, z.text)
	entries := []struct {
		row
		style style
	}{{row{c.content.words.numberLabel, glued(c.content.number)}, number}}
	for _, r := range c.content.rows {
		entries = append(entries, struct {
			row
			style style
		}{r, value})
	}
	if c.detail.hours && c.content.hours != "" {
		entries = append(entries, struct {
			row
			style style
		}{row{c.content.hoursLabel, c.content.hours}, value})
	}
	hang := c.tableHang(label)
	for _, e := range entries {
		l, okLabel := c.block(e.label, label, hang, false)
		v, okValue := c.block(e.value, e.style, width-hang, false)
		if !okLabel || !okValue {
			return nil, nil, false
		}
		// Both share the first baseline.
		shift := v.runs[0].y - l.runs[0].y
		for i := range l.runs {
			l.runs[i].y += shift
		}
		for i := range v.runs {
			v.runs[i].x += hang
		}
		rows, labels = append(rows, v), append(labels, l)
	}
	return rows, labels, true
}

func (c *composer) tableHang(s style) float64 {
	widest := 0.0
	for _, text := range []string{c.content.words.numberLabel, c.content.words.phone, c.content.words.mail, c.content.hoursLabel} {
		widest = max(widest, c.ts.width(text, s))
	}
	return widest + 1.6*s.em()
}
