package print

import (
	"math"

	"tresen/internal/qr"
)

// The grounds and ornaments of the designs.

// groundRect is the area a ground covers: beyond the edge where there is
// bleed, inside the printer's border otherwise.
func (c *composer) groundRect() (r rect, radius float64) {
	f := c.face
	whole := rect{0, 0, f.w, f.h}
	if f.bleed > 0 {
		return whole.inset(-f.bleed), 0
	}
	return whole.inset(f.inset), math.Min(0.8*c.gap(), 4)
}

// tintPaper covers the page where the paper shall not be white.
func (c *composer) tintPaper() {
	if c.colours.paper.ground == qr.White {
		return
	}
	r, radius := c.groundRect()
	c.canvas.fill(rectangle(r, radius), c.colours.paper.ground)
}

// grounds draws what lies beneath an upright face; headEnds is where a block
// behind the head ends.
func (s *stacking) grounds(headEnds float64, p stackParts) {
	c := s.c
	c.tintPaper()
	r, radius := c.groundRect()
	switch {
	case c.look.full:
		c.canvas.fill(rectangle(r, radius), c.colours.deep.ground)
	case c.look.block:
		r.h = headEnds - r.y
		c.canvas.fill(rectangle(r, radius), c.colours.deep.ground)
	case c.look.frame:
		c.drawFrame()
	case c.look.awning:
		c.drawAwning()
	case c.look.bar:
		c.canvas.rule(s.x, c.face.margin, 6*s.g, 0.75*s.g, c.colours.accent)
	case c.look.rows && len(p.head.blocks) > 1:
		y := s.top + p.head.blocks[0].h + p.head.gaps[1]*0.42
		c.canvas.rule(s.x, y, s.width, 0.22*s.g, c.colours.accent)
	}
}

// splitGrounds draws what lies beneath a wide face.
func (c *composer) splitGrounds(text, box rect, plate float64) {
	c.tintPaper()
	g := c.gap()
	r, radius := c.groundRect()
	switch {
	case c.look.full:
		c.canvas.fill(rectangle(r, radius), c.colours.deep.ground)
	case c.look.block:
		r.w = box.x - plate - 0.5*c.splitGap(box.w) - r.x
		c.canvas.fill(rectangle(r, radius), c.colours.deep.ground)
	case c.look.frame:
		c.drawFrame()
	case c.look.awning:
		c.drawAwning()
	case c.look.bar:
		c.canvas.rect(rect{text.x - 1.5*g, text.y, 0.5 * g, text.h}, c.colours.accent)
	case c.look.rows:
		c.canvas.rect(rect{text.right() + 0.3*c.splitGap(box.w), text.y, hairline(c.unit()) * 1.5, text.h}, c.colours.paper.line)
	}
}

// drawFrame draws a double line with notched corners.
func (c *composer) drawFrame() {
	g := c.gap()
	outer, _ := c.groundRect()
	if c.face.bleed > 0 {
		outer = rect{0, 0, c.face.w, c.face.h}.inset(math.Max(3, 1.2*g))
	}
	thick, thin := 0.22*g, 0.07*g
	radius := 1.7 * g
	if c.face.isLabel() {
		thick, radius = 0.25*g, g
	}
	c.frameLine(outer, radius, math.Max(0.2, thick))
	if !c.face.isLabel() {
		c.frameLine(outer.inset(thick+0.35*g), radius, math.Max(0.12, thin))
	}
}

// frameEnds is where the inner line of a full frame ends, counted from the edge.
func (c *composer) frameEnds() float64 {
	g := c.gap()
	start := c.face.inset
	if c.face.bleed > 0 {
		start = math.Max(3, 1.2*g)
	}
	return start + 0.22*g + 0.35*g + math.Max(0.12, 0.07*g)
}

func (c *composer) frameLine(r rect, radius, thickness float64) {
	path := notched(r, radius, false)
	path = append(path, notched(r.inset(thickness), radius, true)...)
	c.canvas.fill(path, c.colours.paper.strong)
}

func (c *composer) awningHeight() float64 {
	const tooLow = 27
	if c.face.h < tooLow {
		return 0
	}
	if c.face.isLabel() {
		return math.Max(1.2, 0.05*c.face.h)
	}
	if c.wide() {
		return math.Max(1.8, 0.075*c.face.h)
	}
	return math.Max(2.2, 0.068*math.Sqrt(c.face.w*c.face.h))
}

func (c *composer) awningBottom() float64 {
	r, _ := c.groundRect()
	return math.Max(r.y, 0) + c.awningHeight()
}

// drawAwning draws stripes whose lower ends are round.
func (c *composer) drawAwning() {
	if c.awningHeight() == 0 {
		return
	}
	r, _ := c.groundRect()
	bottom := c.awningBottom()
	inner := rect{math.Max(r.x, 0), r.y, math.Min(r.w, c.face.w), bottom - r.y}
	// An odd number, so that both ends have the strong colour.
	share := 1.05
	if c.wide() {
		share = 1.8
	}
	stripes := 2*int(inner.w/(c.awningHeight()*share)/2) + 1
	step := inner.w / float64(stripes)
	for i := range stripes {
		x0, x1 := inner.x+float64(i)*step, inner.x+float64(i+1)*step
		if i == 0 {
			x0 = r.x
		}
		if i == stripes-1 {
			x1 = r.right()
		}
		colour := c.colours.accent
		if i%2 == 1 {
			colour = c.colours.tint
		}
		c.canvas.fill(stripe(rect{x0, inner.y, x1 - x0, inner.h}, step/2), colour)
	}
}

// stripe is a rectangle whose lower corners are rounded.
func stripe(r rect, radius float64) qr.Path {
	radius = math.Min(radius, r.h*0.45)
	const k = 0.5523
	b := radius * (1 - k)
	var p qr.Path
	p.MoveTo(r.x, r.y)
	p.LineTo(r.right(), r.y)
	p.LineTo(r.right(), r.bottom()-radius)
	p.CubeTo(r.right(), r.bottom()-b, r.right()-b, r.bottom(), r.right()-radius, r.bottom())
	p.LineTo(r.x+radius, r.bottom())
	p.CubeTo(r.x+b, r.bottom(), r.x, r.bottom()-b, r.x, r.bottom()-radius)
	p.Close()
	return p
}
