package qr

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"strconv"
	"strings"
)

// SVG returns the code as a drawing whose edge without quiet zone is edge mm.
// Title is read out by screen readers; it may be empty.
func (c *Code) SVG(edge float64, title string) []byte {
	across := c.Across()
	side := number(c.WithMargin(edge))
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%smm" height="%smm" viewBox="0 0 %d %d" role="img">`, side, side, across, across)
	if title != "" {
		b.WriteString("<title>")
		_ = xml.EscapeText(&b, []byte(title))
		b.WriteString("</title>")
	}
	fmt.Fprintf(&b, `<path fill="#ffffff" d="M0 0H%dV%dH0z"/>`, across, across)
	fmt.Fprintf(&b, `<path fill="%s" d="%s"/>`, c.Colour, c.Path().SVG())
	c.centreSVG(&b)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (c *Code) centreSVG(b *bytes.Buffer) {
	if c.Clear == 0 {
		return
	}
	x, y, side := c.CentreBox()
	if len(c.Centre.Drawing) > 0 {
		fmt.Fprintf(b, `<path fill="%s" d="%s"/>`, c.Centre.Colour, c.Centre.Drawing.Scaled(side, x, y).SVG())
		return
	}
	if c.Centre.Picture == nil {
		return
	}
	var picture bytes.Buffer
	if png.Encode(&picture, c.Centre.Picture) != nil {
		return
	}
	fmt.Fprintf(b, `<image x="%s" y="%s" width="%s" height="%s" href="data:image/png;base64,%s"/>`,
		number(x), number(y), number(side), number(side), base64.StdEncoding.EncodeToString(picture.Bytes()))
}

// SVG returns the path as the value of SVG's attribute d.
func (p Path) SVG() string {
	var b strings.Builder
	letters := [...]byte{MoveTo: 'M', LineTo: 'L', QuadTo: 'Q', CubeTo: 'C', Close: 'z'}
	points := [...]int{MoveTo: 1, LineTo: 1, QuadTo: 2, CubeTo: 3, Close: 0}
	var at Vec
	for _, s := range p {
		switch {
		case s.Verb == LineTo && s.P[0].Y == at.Y:
			b.WriteString("H" + number(s.P[0].X))
		case s.Verb == LineTo && s.P[0].X == at.X:
			b.WriteString("V" + number(s.P[0].Y))
		default:
			b.WriteByte(letters[s.Verb])
			for i := range points[s.Verb] {
				if i > 0 {
					b.WriteByte(' ')
				}
				b.WriteString(number(s.P[i].X) + " " + number(s.P[i].Y))
			}
		}
		if n := points[s.Verb]; n > 0 {
			at = s.P[n-1]
		}
	}
	return b.String()
}

// number writes a length with at most three decimals, the same on every system.
func number(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" {
		return "0"
	}
	return text
}
