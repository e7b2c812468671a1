package print

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	xdraw "golang.org/x/image/draw"

	"golang.org/x/image/vector"

	"tresen/internal/qr"
)

// Raster draws a page at dpi, as a printer or a screen would.
func (d *Document) Raster(n int, dpi float64) *image.RGBA {
	p := &d.pages[n]
	return d.rasterArea(p, rect{0, 0, p.w, p.h}, dpi)
}

// rasterArea draws what lies inside area.
func (d *Document) rasterArea(p *page, area rect, dpi float64) *image.RGBA {
	scale := dpi / 25.4
	img := image.NewRGBA(image.Rect(0, 0, int(math.Ceil(area.w*scale)), int(math.Ceil(area.h*scale))))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	b := brush{img: img, ts: d.ts}
	for _, at := range p.placed {
		f := &d.faces[at.face]
		b.sx, b.dx, b.dy = scale, (at.x-area.x)*scale, (at.y-area.y)*scale
		if at.turned {
			b.sx, b.dx, b.dy = -scale, (at.x+f.w-area.x)*scale, (at.y+f.h-area.y)*scale
		}
		b.pieces(f.pieces)
	}
	b.sx, b.dx, b.dy = scale, -area.x*scale, -area.y*scale
	b.pieces(p.marks)
	return img
}

// brush paints items through x' = x·sx + dx, y' = y·sx + dy.
type brush struct {
	img        *image.RGBA
	ts         *typesetter
	sx, dx, dy float64
	ras        vector.Rasterizer
}

func (b *brush) pieces(pieces []piece) {
	for _, p := range pieces {
		for _, it := range p.items {
			switch {
			case it.picture != nil:
				b.picture(it)
			case it.run != nil:
				b.run(it.run)
			default:
				b.fill(it.path, 1, 0, 0, it.colour)
			}
		}
	}
}

func (b *brush) picture(it item) {
	x0, y0 := it.box.x*b.sx+b.dx, it.box.y*b.sx+b.dy
	x1, y1 := it.box.right()*b.sx+b.dx, it.box.bottom()*b.sx+b.dy
	to := image.Rect(int(math.Min(x0, x1)), int(math.Min(y0, y1)), int(math.Max(x0, x1)), int(math.Max(y0, y1)))
	xdraw.ApproxBiLinear.Scale(b.img, to, it.picture, it.picture.Bounds(), draw.Over, nil)
}

func (b *brush) run(r *run) {
	x, em := r.x, r.style.em()
	for _, g := range r.glyphs {
		b.fill(b.ts.outline(r.style.weight, g.ID), em, x, r.y, r.style.colour)
		x += (r.typefont.advance(g.Rune) + g.Move/1000 + r.style.tracking) * em
	}
}

// fill paints a path given in units of size at x, y; only its own box is
// touched, so that a page of many letters stays quick.
func (b *brush) fill(path qr.Path, size, x, y float64, colour qr.Colour) {
	at := func(v qr.Vec) (float32, float32) {
		return float32((v.X*size+x)*b.sx + b.dx), float32((v.Y*size+y)*b.sx + b.dy)
	}
	box := bounds(path, at).Intersect(b.img.Bounds())
	if box.Empty() {
		return
	}
	b.ras.Reset(box.Dx(), box.Dy())
	ox, oy := float32(box.Min.X), float32(box.Min.Y)
	shifted := func(v qr.Vec) (float32, float32) {
		px, py := at(v)
		return px - ox, py - oy
	}
	trace(&b.ras, path, shifted)
	b.ras.Draw(b.img, box, image.NewUniform(color.RGBA{colour.R, colour.G, colour.B, 255}), image.Point{})
}

func bounds(path qr.Path, at func(qr.Vec) (float32, float32)) image.Rectangle {
	minX, minY := float32(math.MaxFloat32), float32(math.MaxFloat32)
	maxX, maxY := -minX, -minY
	points := [...]int{qr.MoveTo: 1, qr.LineTo: 1, qr.QuadTo: 2, qr.CubeTo: 3, qr.Close: 0}
	for _, s := range path {
		for i := range points[s.Verb] {
			x, y := at(s.P[i])
			minX, maxX, minY, maxY = min(minX, x), max(maxX, x), min(minY, y), max(maxY, y)
		}
	}
	if minX > maxX {
		return image.Rectangle{}
	}
	const far = 1 << 20
	clamp := func(v float32) int { return int(max(-far, min(far, v))) }
	return image.Rect(clamp(minX)-1, clamp(minY)-1, clamp(maxX)+2, clamp(maxY)+2)
}

func trace(ras *vector.Rasterizer, path qr.Path, at func(qr.Vec) (float32, float32)) {
	for _, s := range path {
		x, y := at(s.P[0])
		switch s.Verb {
		case qr.MoveTo:
			ras.MoveTo(x, y)
		case qr.LineTo:
			ras.LineTo(x, y)
		case qr.QuadTo:
			x1, y1 := at(s.P[1])
			ras.QuadTo(x, y, x1, y1)
		case qr.CubeTo:
			x1, y1 := at(s.P[1])
			x2, y2 := at(s.P[2])
			ras.CubeTo(x, y, x1, y1, x2, y2)
		case qr.Close:
			ras.ClosePath()
		}
	}
}
