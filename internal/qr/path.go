package qr

// Verb says what one step of a Path does.
type Verb uint8

// The verbs: begin, straight line, quadratic and cubic curve, close.
const (
	MoveTo Verb = iota
	LineTo
	QuadTo
	CubeTo
	Close
)

// Vec is a point; its unit is that of the Path's owner.
type Vec struct{ X, Y float64 }

// Segment is one step of a Path; P holds as many points as its verb takes, the end last.
type Segment struct {
	Verb Verb
	P    [3]Vec
}

// Path is a filled outline, non-zero winding, y downwards.
type Path []Segment

// MoveTo begins a new contour.
func (p *Path) MoveTo(x, y float64) {
	*p = append(*p, Segment{MoveTo, [3]Vec{{x, y}}})
}

// LineTo adds a straight line.
func (p *Path) LineTo(x, y float64) {
	*p = append(*p, Segment{LineTo, [3]Vec{{x, y}}})
}

// QuadTo adds a quadratic curve with control point a.
func (p *Path) QuadTo(ax, ay, x, y float64) {
	*p = append(*p, Segment{QuadTo, [3]Vec{{ax, ay}, {x, y}}})
}

// CubeTo adds a cubic curve with control points a and b.
func (p *Path) CubeTo(ax, ay, bx, by, x, y float64) {
	*p = append(*p, Segment{CubeTo, [3]Vec{{ax, ay}, {bx, by}, {x, y}}})
}

// Close ends the contour where it began.
func (p *Path) Close() { *p = append(*p, Segment{Verb: Close}) }

// Scaled returns the path scaled and then moved.
func (p Path) Scaled(scale, dx, dy float64) Path {
	moved := make(Path, len(p))
	for i, s := range p {
		moved[i].Verb = s.Verb
		for j, v := range s.P {
			moved[i].P[j] = Vec{v.X*scale + dx, v.Y*scale + dy}
		}
	}
	return moved
}

// Cubics returns the path with every quadratic curve written as a cubic, for
// formats that know no others (PDF, PostScript).
func (p Path) Cubics() Path {
	cubic := make(Path, 0, len(p))
	var at Vec
	for _, s := range p {
		switch s.Verb {
		case QuadTo:
			c, end := s.P[0], s.P[1]
			cubic.CubeTo(at.X+2*(c.X-at.X)/3, at.Y+2*(c.Y-at.Y)/3, end.X+2*(c.X-end.X)/3, end.Y+2*(c.Y-end.Y)/3, end.X, end.Y)
			at = end
			continue
		case CubeTo:
			at = s.P[2]
		case MoveTo, LineTo:
			at = s.P[0]
		}
		cubic = append(cubic, s)
	}
	return cubic
}
