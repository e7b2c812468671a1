package print

import (
	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// Pages is the number of sheets of paper.
func (d *Document) Pages() int { return len(d.pages) }

// PageSize returns the size of a page in mm.
func (d *Document) PageSize(n int) (w, h float64) { return d.pages[n].w, d.pages[n].h }

// Preview returns the PDF as it would be exported, checked or not: the real
// thing, for the screen.
func (d *Document) Preview() []byte {
	w := pdf.New(pdf.Info{
		Title: d.Title, Author: d.spec.Details.Name, Language: string(d.Language),
		Created: d.spec.Created, Tagged: d.spec.Profile == Office,
	})
	for i := range d.pages {
		d.writePage(w, &d.pages[i])
	}
	return w.Bytes()
}

func (d *Document) writePage(w *pdf.Writer, p *page) {
	to := w.AddPage(p.w, p.h)
	if p.trim != (rect{}) {
		to.SetBoxes(pdf.Box{X: p.trim.x, Y: p.trim.y, W: p.trim.w, H: p.trim.h}, pdf.Box{X: p.bleed.x, Y: p.bleed.y, W: p.bleed.w, H: p.bleed.h})
	}
	for _, at := range p.placed {
		f := &d.faces[at.face]
		if at.turned {
			to.Push(-1, 0, 0, -1, at.x+f.w, at.y+f.h)
		} else {
			to.Push(1, 0, 0, 1, at.x, at.y)
		}
		d.writePieces(to, f.pieces)
		to.Pop()
	}
	d.writePieces(to, p.marks)
}

func (d *Document) writePieces(to *pdf.Page, pieces []piece) {
	for _, p := range pieces {
		if p.role == "" {
			to.BeginArtifact()
		} else {
			alt := ""
			if p.role == pdf.Figure {
				alt = p.text
			}
			to.Begin(p.role, alt)
		}
		for _, it := range p.items {
			d.writeItem(to, it)
		}
		to.End()
	}
}

func (d *Document) writeItem(to *pdf.Page, it item) {
	switch {
	case it.picture != nil:
		to.Image(it.picture, d.space(), it.box.x, it.box.y, it.box.w, it.box.h)
	case it.run != nil:
		to.SetInk(d.ink(it))
		s := it.run.style
		to.Text(it.run.typefont.embedded, s.em(), it.run.x, it.run.y, s.tracking*s.em(), it.run.glyphs)
	default:
		to.SetInk(d.ink(it))
		fillPath(to, it.path)
	}
}

func fillPath(to *pdf.Page, path qr.Path) {
	for _, seg := range path.Cubics() {
		switch seg.Verb {
		case qr.MoveTo:
			to.MoveTo(seg.P[0].X, seg.P[0].Y)
		case qr.LineTo:
			to.LineTo(seg.P[0].X, seg.P[0].Y)
		case qr.CubeTo:
			to.CubeTo(seg.P[0].X, seg.P[0].Y, seg.P[1].X, seg.P[1].Y, seg.P[2].X, seg.P[2].Y)
		case qr.Close:
			to.Close()
		}
	}
	to.Fill()
}

// ink translates a colour for the profile. Greys and near-blacks become black
// ink alone, so that small type needs one plate.
func (d *Document) ink(it item) pdf.Ink {
	c := it.colour
	switch {
	case d.spec.Profile == Office && !d.spec.BlackOnly:
		return pdf.RGB(float64(c.R)/255, float64(c.G)/255, float64(c.B)/255)
	case it.registration && !d.spec.BlackOnly:
		return pdf.Registration()
	case d.spec.BlackOnly || neutral(c):
		return pdf.CMYK(0, 0, 0, blackShare(c))
	default:
		k := c.CMYK()
		return pdf.CMYK(k.C, k.M, k.Y, k.K)
	}
}

func (d *Document) space() pdf.Space {
	switch {
	case d.spec.BlackOnly:
		return pdf.DeviceGray
	case d.spec.Profile == Office:
		return pdf.DeviceRGB
	default:
		return pdf.DeviceCMYK
	}
}

func neutral(c qr.Colour) bool {
	return max(c.R, c.G, c.B)-min(c.R, c.G, c.B) <= 12
}

// blackShare rounds near-black to full black: no screen under small type.
func blackShare(c qr.Colour) float64 {
	share := c.Grey()
	if share > 0.85 {
		return 1
	}
	return share
}
