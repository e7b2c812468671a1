package print

import (
	"image"

	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// item is one thing on a page: a filled outline, a line of text or a picture.
type item struct {
	path    qr.Path
	colour  qr.Colour
	run     *run
	picture image.Image
	box     rect // of the picture
	// registration marks print on every plate.
	registration bool
}

type rect struct{ x, y, w, h float64 }

func (r rect) inset(by float64) rect {
	return rect{r.x + by, r.y + by, r.w - 2*by, r.h - 2*by}
}
func (r rect) right() float64  { return r.x + r.w }
func (r rect) bottom() float64 { return r.y + r.h }

// piece is a group of items that mean one thing to a reader: a heading, a
// paragraph, a figure, or, with no role, decoration.
type piece struct {
	role  pdf.Role
	text  string // of figures: the description
	items []item
}

// canvas collects the pieces of one face, in painting order.
type canvas struct {
	pieces []piece
}

func (c *canvas) fill(path qr.Path, colour qr.Colour) {
	c.pieces = append(c.pieces, piece{items: []item{{path: path, colour: colour}}})
}

func (c *canvas) rect(r rect, colour qr.Colour) { c.fill(rectangle(r, 0), colour) }

// rule draws a horizontal line whose upper edge lies at y.
func (c *canvas) rule(x, y, width, thickness float64, colour qr.Colour) {
	c.rect(rect{x, y, width, thickness}, colour)
}

func (c *canvas) text(role pdf.Role, text string, runs []run) {
	p := piece{role: role, text: text}
	for i := range runs {
		p.items = append(p.items, item{run: &runs[i], colour: runs[i].style.colour})
	}
	c.pieces = append(c.pieces, p)
}

// rectangle is r with corners rounded by radius, clockwise.
func rectangle(r rect, radius float64) qr.Path {
	var p qr.Path
	if radius <= 0 {
		p.MoveTo(r.x, r.y)
		p.LineTo(r.right(), r.y)
		p.LineTo(r.right(), r.bottom())
		p.LineTo(r.x, r.bottom())
		p.Close()
		return p
	}
	const k = 0.5523 // a quarter circle as a cubic curve
	b := radius * (1 - k)
	p.MoveTo(r.x+radius, r.y)
	p.LineTo(r.right()-radius, r.y)
	p.CubeTo(r.right()-b, r.y, r.right(), r.y+b, r.right(), r.y+radius)
	p.LineTo(r.right(), r.bottom()-radius)
	p.CubeTo(r.right(), r.bottom()-b, r.right()-b, r.bottom(), r.right()-radius, r.bottom())
	p.LineTo(r.x+radius, r.bottom())
	p.CubeTo(r.x+b, r.bottom(), r.x, r.bottom()-b, r.x, r.bottom()-radius)
	p.LineTo(r.x, r.y+radius)
	p.CubeTo(r.x, r.y+b, r.x+b, r.y, r.x+radius, r.y)
	p.Close()
	return p
}

// notched is r with quarter circles cut out of its corners, as on enamel
// signs; reversed, it is the inner edge of a frame.
func notched(r rect, radius float64, reversed bool) qr.Path {
	const k = 0.5523
	type corner struct{ cx, cy, dx, dy float64 }
	corners := []corner{
		{r.x, r.y, 1, 1}, {r.right(), r.y, -1, 1}, {r.right(), r.bottom(), -1, -1}, {r.x, r.bottom(), 1, -1},
	}
	var p qr.Path
	for n := range corners {
		c := corners[n]
		if reversed {
			c = corners[(4-n)%4]
		}
		// Each corner is an arc between the point on the vertical and the one on the horizontal edge.
		v, h := qr.Vec{X: c.cx, Y: c.cy + c.dy*radius}, qr.Vec{X: c.cx + c.dx*radius, Y: c.cy}
		vc, hc := qr.Vec{X: c.cx + c.dx*radius*k, Y: v.Y}, qr.Vec{X: h.X, Y: c.cy + c.dy*radius*k}
		fromVertical := (n%2 == 0) != reversed
		if !fromVertical {
			v, h, vc, hc = h, v, hc, vc
		}
		if n == 0 {
			p.MoveTo(v.X, v.Y)
		} else {
			p.LineTo(v.X, v.Y)
		}
		p.CubeTo(vc.X, vc.Y, hc.X, hc.Y, h.X, h.Y)
	}
	p.Close()
	return p
}
