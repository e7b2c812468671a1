package print

import "math"

// stack arranges an upright face: head, code with steps, contact, notes, foot.
func (c *composer) stack() bool {
	s := newStack(c)
	parts, ok := s.measure()
	if !ok {
		return false
	}
	spare := s.bottom - s.top - parts.height(s)
	if spare < 0 {
		return false
	}
	s.spread(spare)
	s.draw(parts)
	return true
}

// stacking is the frame of one upright face.
type stacking struct {
	c           *composer
	x, width    float64
	top, bottom float64
	head, body  zone
	g           float64
	// gaps between head and code, code and contact, contact and notes, notes and foot
	gaps [4]float64
}

type stackParts struct {
	head, steps, contact, notes, foot column
	stepLine                          block
	values, labels                    []block
	aside                             bool
	across, plate                     float64
}

func newStack(c *composer) *stacking {
	g := c.gap()
	m := c.face.margin
	s := &stacking{c: c, g: g, x: m, width: c.face.w - 2*m, top: m, bottom: c.face.h - m, head: c.colours.paper, body: c.colours.paper}
	s.gaps = [4]float64{2.4 * g, 2.4 * g, 1.7 * g, 1.7 * g}
	if c.look.block {
		s.head = c.colours.deep
		s.gaps[0] = 4.6 * g // half of it below the head inside the block
	}
	if c.look.full {
		s.head, s.body = c.colours.deep, c.colours.deep
	}
	switch {
	case c.look.bar:
		s.top += 2.4 * g
	case c.look.frame && c.face.isLabel():
		s.top, s.bottom = s.top+g, s.bottom-0.6*g
	case c.look.frame:
		s.top, s.bottom = s.top+2.0*g, s.bottom-1.6*g
		s.x, s.width = s.x+1.8*g, s.width-3.6*g
	case c.look.awning:
		s.top = c.awningBottom() + 1.9*g
	}
	return s
}

func (s *stacking) measure() (p stackParts, ok bool) {
	c := s.c
	p.across = c.codeAcross()
	if s.body.ground.Luminance() < 0.999 {
		p.plate = 0.5 * s.g
	}
	s.align(p)
	p.aside = !c.look.centred && s.width >= 78 && c.face.h < 1.8*c.face.w
	oks := make([]bool, 0, 6)
	var fine bool
	p.head, fine = c.headParts(s.head, s.width)
	oks = append(oks, fine)
	switch {
	case c.look.centred:
		p.stepLine, fine = c.stepLine(s.body, s.width)
	case p.aside:
		p.steps, fine = c.stepList(s.body, s.asideWidth(p))
	default:
		p.steps, fine = c.stepList(s.body, s.width)
	}
	oks = append(oks, fine)
	if c.look.rows && !c.face.isLabel() {
		p.values, p.labels, fine = c.table(s.body, s.width)
	} else {
		p.contact, fine = c.contact(s.body, s.width)
	}
	oks = append(oks, fine)
	p.notes, fine = c.notes(s.body, s.width)
	oks = append(oks, fine)
	p.foot, fine = c.foot(s.body, s.width)
	oks = append(oks, fine)
	for _, each := range oks {
		if !each {
			return p, false
		}
	}
	return p, s.shown(p) <= s.width
}

// shown is the side of what one sees of the code: its plate, or, on white
// paper, its modules, because there the quiet zone is part of the paper.
func (s *stacking) shown(p stackParts) float64 {
	if p.plate > 0 {
		return p.across + 2*p.plate
	}
	return p.across - 2*s.c.quiet(p.across)
}

// clearance is what must stay free beside what is shown.
func (s *stacking) clearance(p stackParts) float64 {
	if p.plate > 0 {
		return 0
	}
	return s.c.quiet(p.across)
}

func (s *stacking) asideWidth(p stackParts) float64 {
	return s.width - s.shown(p) - math.Max(2.4*s.g, s.clearance(p)+0.4*s.g)
}

// align moves everything inwards where the quiet zone of a code on white paper
// would come too near to the edge, so that words and modules keep one axis.
func (s *stacking) align(p stackParts) {
	if s.c.look.centred {
		return
	}
	if least := s.c.edgeDistance() + s.clearance(p); s.x < least {
		s.width -= 2 * (least - s.x)
		s.x = least
	}
}

func (s *stacking) gap(i int, p stackParts) float64 {
	switch i {
	case 0:
		if s.c.look.block {
			return math.Max(s.gaps[i], 2*s.clearance(p))
		}
		return math.Max(s.gaps[i], s.clearance(p)+p.head.descent())
	case 1:
		return math.Max(s.gaps[i], s.clearance(p))
	default:
		return s.gaps[i]
	}
}

// codeRow is the height of the code with what stands beside or below it.
func (s *stacking) codeRow(p stackParts) float64 {
	h := s.shown(p)
	switch {
	case p.aside:
		return math.Max(h, p.steps.height())
	case len(p.stepLine.runs) > 0:
		return h + s.belowCode(p) + p.stepLine.h
	case len(p.steps.blocks) > 0:
		return h + s.belowCode(p) + p.steps.height()
	}
	return h
}

func (s *stacking) belowCode(p stackParts) float64 {
	return math.Max(1.8*s.g, s.clearance(p)+0.2*s.g)
}

func (p stackParts) height(s *stacking) float64 {
	total := p.head.height() + s.gap(0, p) + s.codeRow(p) + s.gap(1, p) + s.contactHeight(p) + s.gap(3, p) + p.foot.height()
	if len(p.notes.blocks) > 0 {
		total += s.gap(2, p) + p.notes.height()
	}
	return total
}

func (s *stacking) rowGap() float64 { return 1.15 * s.g }

func (s *stacking) contactHeight(p stackParts) float64 {
	if len(p.values) == 0 {
		return p.contact.height()
	}
	h := 0.0
	for _, v := range p.values {
		h += v.h + 2*s.rowGap()
	}
	return h
}

// spread gives the spare height to the gaps: air belongs around the code.
func (s *stacking) spread(spare float64) {
	for i, share := range [4]float64{0.3, 0.3, 0.12, 0.28} {
		s.gaps[i] += spare * share
	}
}

func (s *stacking) draw(p stackParts) {
	c := s.c
	y := s.top
	s.grounds(y+p.head.height()+s.gap(0, p)/2, p)
	c.drawColumn(p.head, s.x, y)
	y += p.head.height() + s.gap(0, p)
	s.drawCodeRow(p, y)
	y += s.codeRow(p) + s.gap(1, p)
	s.drawContact(p, y)
	y += s.contactHeight(p)
	if len(p.notes.blocks) > 0 {
		c.drawColumn(p.notes, s.x, y+s.gap(2, p))
	}
	footTop := s.bottom - p.foot.height()
	if c.look.bar || c.look.block || c.look.rows {
		c.canvas.rule(s.x, footTop-0.95*s.g, s.width, hairline(c.unit()), s.body.line)
	}
	c.drawColumn(p.foot, s.x, footTop)
}

func (s *stacking) drawCodeRow(p stackParts, y float64) {
	c := s.c
	shown := s.shown(p)
	x := s.x
	if c.look.centred {
		x += (s.width - shown) / 2
	}
	offset := p.plate
	if p.plate == 0 {
		offset = -s.clearance(p)
	}
	c.drawCode(rect{x + offset, y + offset, p.across, p.across}, s.body.ground, p.plate)
	switch {
	case p.aside:
		left := s.x + s.width - s.asideWidth(p)
		c.drawColumn(p.steps, left, y+(s.codeRow(p)-p.steps.height())/2)
	case len(p.stepLine.runs) > 0:
		c.draw(p.stepLine, s.x, y+shown+s.belowCode(p))
	default:
		c.drawColumn(p.steps, s.x, y+shown+s.belowCode(p))
	}
}

func (s *stacking) drawContact(p stackParts, y float64) {
	c := s.c
	if len(p.values) == 0 {
		c.drawColumn(p.contact, s.x, y)
		return
	}
	for i, v := range p.values {
		c.canvas.rule(s.x, y, s.width, hairline(c.unit()), s.body.line)
		c.draw(joined(p.labels[i], v), s.x, y+s.rowGap())
		y += v.h + 2*s.rowGap()
	}
}

// joined makes label and value one paragraph.
func joined(label, value block) block {
	runs := append(append([]run{}, label.runs...), value.runs...)
	return block{role: value.role, text: label.text + ": " + value.text, runs: runs, h: math.Max(label.h, value.h)}
}

func hairline(unit float64) float64 { return math.Max(0.12, 0.25*math.Sqrt(unit)) }
