package print

import "math"

// split arranges a wide face: words on the left, the code on the right.
func (c *composer) split() bool {
	g := c.gap()
	m := c.face.margin
	area := rect{m, m, c.face.w - 2*m, c.face.h - 2*m}
	zoneText, zoneCode := c.colours.paper, c.colours.paper
	switch {
	case c.look.full:
		zoneText, zoneCode = c.colours.deep, c.colours.deep
	case c.look.block:
		zoneText = c.colours.deep
	case c.look.frame && !c.face.isLabel():
		area = area.inset(c.framePadding())
	case c.look.awning:
		top := math.Max(c.face.margin, c.awningBottom()+1.3*g)
		area.h -= top - area.y
		area.y = top
	case c.look.bar:
		area.x, area.w = area.x+1.5*g, area.w-1.5*g
	}
	plate := 0.0
	if zoneCode.ground.Luminance() < 0.999 {
		plate = math.Min(0.5*g, 1.5)
	}
	across := math.Min(c.codeAcross(), area.h-2*plate)
	if c.face.isLabel() && plate == 0 {
		// The label's own white edge continues the quiet zone.
		across = math.Min(c.codeAcross(), c.labelRoom().h)
	}
	if across < c.face.format.codeLeast-1e-6 {
		return false
	}
	box := c.splitCodeBox(area, across, plate)
	if c.face.isLabel() && plate == 0 {
		room := c.labelRoom()
		box.y = room.y + (room.h-across)/2
	}
	text := area
	text.w = box.x - plate - area.x - c.splitGap(across)
	if c.look.block {
		// The block's edge lies between; both sides keep their distance.
		text.w -= 0.6 * g
	}
	if text.w < 0.3*c.face.w {
		return false
	}
	if c.long() {
		return c.twoColumns(text, box, plate, zoneText, zoneCode)
	}
	return c.splitText(text, box, plate, zoneText, zoneCode)
}

// labelRoom is the height a code may take on a white label.
func (c *composer) labelRoom() rect {
	top, bottom := labelInset, c.face.h-labelInset
	if c.look.frame {
		top, bottom = c.frameDepth(), c.face.h-c.frameDepth()
	}
	if c.look.awning {
		top = c.awningBottom() + 0.3
	}
	return rect{0, top, c.face.w, bottom - top}
}

// frameDepth is where a label's single frame line ends, counted from the edge.
func (c *composer) frameDepth() float64 { return labelInset + math.Max(0.2, 0.25*c.gap()) }

func (c *composer) framePadding() float64 {
	padding := 1.3 * c.gap()
	if c.low() {
		padding = 0.5 * c.gap()
	}
	return math.Max(padding, c.frameEnds()+0.8*c.gap()-c.face.margin)
}

// splitCodeBox places the code at the right; on white paper its modules, not
// its quiet zone, end at the margin.
func (c *composer) splitCodeBox(area rect, across, plate float64) rect {
	x := area.right() - across - plate
	if plate == 0 {
		x = math.Min(area.right()+c.quiet(across)-across, c.face.w-c.edgeDistance()-across)
		if c.look.frame {
			x = math.Min(x, math.Min(area.right(), c.face.w-c.frameDepth())-across)
		}
	}
	return rect{x, area.y + (area.h-across)/2, across, across}
}

// edgeDistance is how near the quiet zone may come to the edge.
func (c *composer) edgeDistance() float64 {
	if c.face.isLabel() {
		return labelInset
	}
	return 5
}

func (c *composer) splitGap(across float64) float64 {
	return math.Max(0.4, math.Max(0.7*c.gap(), 1.8*c.gap()-c.quiet(across)))
}

// long faces have room for two columns of words.
func (c *composer) long() bool { return c.face.w > 2.8*c.face.h && !c.face.isLabel() }

// twoColumns puts head, steps and notes on the left, contact and foot beside them.
func (c *composer) twoColumns(text, box rect, plate float64, z, zoneCode zone) bool {
	g := c.gap()
	between := 2.5 * g
	left := (text.w - between) * 0.53
	right := text.w - between - left
	head, ok1 := c.headParts(z, left)
	steps, ok2 := c.splitSteps(z, left)
	notes, ok3 := c.notes(z, left)
	contact, ok4 := c.contact(z, right)
	foot, ok5 := c.foot(z, right)
	if !(ok1 && ok2 && ok3 && ok4 && ok5) {
		return false
	}
	for _, k := range []column{steps, notes} {
		for _, b := range k.blocks {
			head.add(1.8*g, b)
		}
	}
	if head.height() > text.h || contact.height()+1.5*g+foot.height() > text.h {
		return false
	}
	c.splitGrounds(text, box, plate)
	x := text.x + left + between
	c.drawColumn(head, text.x, text.y+(text.h-head.height())/2)
	c.canvas.rect(rect{x - between/2, text.y, hairline(c.unit()), text.h}, z.line)
	c.drawColumn(contact, x, text.y+(text.h-contact.height()-1.5*g-foot.height())/2)
	c.drawCode(box, zoneCode.ground, plate)
	c.drawColumn(foot, x, text.y+(text.h+contact.height()+1.5*g-foot.height())/2)
	return true
}

func (c *composer) splitText(text, box rect, plate float64, z, zoneCode zone) bool {
	g := c.gap()
	head, ok1 := c.headParts(z, text.w)
	steps, ok2 := c.splitSteps(z, text.w)
	contact, ok3 := c.contact(z, text.w)
	notes, ok4 := c.notes(z, text.w)
	foot, ok5 := c.foot(z, text.w)
	if !(ok1 && ok2 && ok3 && ok4 && ok5) {
		return false
	}
	gaps := []float64{1.9 * g, 2.0 * g, 1.4 * g, 1.7 * g}
	columns := []column{head, steps, contact, notes, foot}
	total := 0.0
	shown := 0
	for i, k := range columns {
		if len(k.blocks) == 0 {
			continue
		}
		total += k.height()
		if i > 0 {
			total += gaps[i-1]
		}
		shown++
	}
	spare := text.h - total
	if spare < -1e-6 {
		return false
	}
	c.splitGrounds(text, box, plate)
	y := text.y
	for i, k := range columns[:4] {
		if len(k.blocks) == 0 {
			continue
		}
		if i > 0 {
			y += gaps[i-1] + spare/float64(shown-1)*0.8
		}
		c.drawColumn(k, text.x, y)
		y += k.height()
	}
	c.drawCode(box, zoneCode.ground, plate)
	c.drawColumn(foot, text.x, text.bottom()-foot.height())
	return true
}

func (c *composer) splitSteps(z zone, width float64) (k column, ok bool) {
	b, ok := c.stepLine(z, width)
	if ok {
		k.add(0, b)
	}
	return k, ok
}
