package qr

import (
	"bytes"
	"fmt"
	"image"
	"math"
)

const pointsPerMM = 72 / 25.4

// EPS returns the code as Encapsulated PostScript for print shops whose edge
// without quiet zone is edge mm. Colours are CMYK; black is black ink alone.
func (c *Code) EPS(edge float64) []byte {
	across := c.WithMargin(edge) * pointsPerMM
	scale := across / float64(c.Across())
	var b bytes.Buffer
	b.WriteString("%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: Tresen\n")
	fmt.Fprintf(&b, "%%%%BoundingBox: 0 0 %d %d\n", int(math.Ceil(across)), int(math.Ceil(across)))
	fmt.Fprintf(&b, "%%%%HiResBoundingBox: 0 0 %s %s\n", number(across), number(across))
	b.WriteString("%%LanguageLevel: 2\n%%EndComments\ngsave\n")
	fmt.Fprintf(&b, "0 %s translate %s %s scale\n", number(across), number6(scale), number6(-scale))
	fmt.Fprintf(&b, "0 0 0 0 setcmykcolor 0 0 %d %d rectfill\n", c.Across(), c.Across())
	psFill(&b, c.Path(), c.Colour)
	c.centreEPS(&b)
	b.WriteString("grestore\n%%EOF\n")
	return b.Bytes()
}

func psFill(b *bytes.Buffer, p Path, colour Colour) {
	ink := colour.CMYK()
	fmt.Fprintf(b, "%s %s %s %s setcmykcolor newpath\n", number(ink.C), number(ink.M), number(ink.Y), number(ink.K))
	for _, s := range p.Cubics() {
		switch s.Verb {
		case MoveTo:
			fmt.Fprintf(b, "%s %s moveto\n", number(s.P[0].X), number(s.P[0].Y))
		case LineTo:
			fmt.Fprintf(b, "%s %s lineto\n", number(s.P[0].X), number(s.P[0].Y))
		case CubeTo:
			for _, v := range s.P {
				fmt.Fprintf(b, "%s %s ", number(v.X), number(v.Y))
			}
			b.WriteString("curveto\n")
		case Close:
			b.WriteString("closepath\n")
		}
	}
	b.WriteString("fill\n")
}

func (c *Code) centreEPS(b *bytes.Buffer) {
	if c.Clear == 0 {
		return
	}
	x, y, side := c.CentreBox()
	if len(c.Centre.Drawing) > 0 {
		psFill(b, c.Centre.Drawing.Scaled(side, x, y), c.Centre.Colour)
		return
	}
	if c.Centre.Picture != nil {
		psImage(b, c.Centre.Picture, x, y, side)
	}
}

func psImage(b *bytes.Buffer, picture image.Image, x, y, side float64) {
	box := picture.Bounds()
	fmt.Fprintf(b, "gsave %s %s translate %s %s scale\n/row %d string def\n", number(x), number(y), number(side), number(side), 3*box.Dx())
	fmt.Fprintf(b, "%d %d 8 [%d 0 0 %d 0 0] {currentfile row readhexstring pop} false 3 colorimage\n", box.Dx(), box.Dy(), box.Dx(), box.Dy())
	for py := box.Min.Y; py < box.Max.Y; py++ {
		for px := box.Min.X; px < box.Max.X; px++ {
			r, g, bl, _ := picture.At(px, py).RGBA()
			fmt.Fprintf(b, "%02x%02x%02x", r>>8, g>>8, bl>>8)
		}
		b.WriteByte('\n')
	}
	b.WriteString("grestore\n")
}

func number6(v float64) string { return fmt.Sprintf("%.6f", v) }
