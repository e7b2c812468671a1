package print

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"strconv"
	"strings"

	"tresen/internal/print/pdf"
)

// svg returns a page as a drawing: letters are outlines, so that it looks the
// same everywhere, and everything it says stands in its description.
func (d *Document) svg(n int) []byte {
	p := &d.pages[n]
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:lang="%s" width="%smm" height="%smm" viewBox="0 0 %s %s" role="img" aria-labelledby="t d">`,
		d.Language, short(p.w), short(p.h), short(p.w), short(p.h))
	fmt.Fprintf(&b, `<title id="t">%s</title><desc id="d">%s</desc>`, escaped(d.Title), escaped(d.description(p)))
	fmt.Fprintf(&b, `<path fill="#ffffff" d="M0 0H%sV%sH0z"/>`, short(p.w), short(p.h))
	for _, at := range p.placed {
		f := &d.faces[at.face]
		if at.turned {
			fmt.Fprintf(&b, `<g transform="translate(%s %s) rotate(180)">`, short(at.x+f.w), short(at.y+f.h))
		} else {
			fmt.Fprintf(&b, `<g transform="translate(%s %s)">`, short(at.x), short(at.y))
		}
		d.svgPieces(&b, f.pieces)
		b.WriteString("</g>")
	}
	d.svgPieces(&b, p.marks)
	b.WriteString("</svg>\n")
	return b.Bytes()
}

func (d *Document) svgPieces(b *bytes.Buffer, pieces []piece) {
	for _, p := range pieces {
		for _, it := range p.items {
			switch {
			case it.picture != nil:
				var file bytes.Buffer
				if png.Encode(&file, it.picture) == nil {
					fmt.Fprintf(b, `<image x="%s" y="%s" width="%s" height="%s" href="data:image/png;base64,%s"/>`,
						short(it.box.x), short(it.box.y), short(it.box.w), short(it.box.h), base64.StdEncoding.EncodeToString(file.Bytes()))
				}
			case it.run != nil:
				fmt.Fprintf(b, `<path fill="%s" d="%s"/>`, it.colour, d.runOutline(it.run))
			default:
				fmt.Fprintf(b, `<path fill="%s" d="%s"/>`, it.colour, it.path.SVG())
			}
		}
	}
}

func (d *Document) runOutline(r *run) string {
	var b strings.Builder
	x, em := r.x, r.style.em()
	for _, g := range r.glyphs {
		b.WriteString(d.ts.outline(r.style.weight, g.ID).Scaled(em, x, r.y).SVG())
		x += (r.typefont.advance(g.Rune) + g.Move/1000 + r.style.tracking) * em
	}
	return b.String()
}

// description is all words of a page, each face once.
func (d *Document) description(p *page) string {
	var said []string
	seen := map[int]bool{}
	for _, at := range p.placed {
		if seen[at.face] {
			continue
		}
		seen[at.face] = true
		for _, piece := range d.faces[at.face].pieces {
			if piece.role != "" {
				said = append(said, piece.text)
			}
		}
	}
	for _, mark := range p.marks {
		if mark.role == pdf.Paragraph {
			said = append(said, mark.text)
		}
	}
	return strings.Join(said, "\n")
}

func escaped(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}

func short(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}
