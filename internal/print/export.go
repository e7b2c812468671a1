package print

import (
	"bytes"
	"fmt"
	"image/png"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

// Approved is a document whose codes were all read back; only this can be
// exported.
type Approved struct {
	Report Report
	d      *Document
}

// Approve checks the document. If a code cannot be read it returns the report
// and an error of code invalid, field "code", that is ErrUnreadable.
func (d *Document) Approve() (*Approved, Report, error) {
	report := d.Check()
	if report.Refused() {
		return nil, report, &inbox.Error{Code: inbox.CodeInvalid, Field: "code", Err: ErrUnreadable}
	}
	return &Approved{report, d}, report, nil
}

// PDF returns the file for the printer or the print shop.
func (a *Approved) PDF() []byte { return a.d.Preview() }

// SVG returns one page as a drawing.
func (a *Approved) SVG(page int) []byte { return a.d.svg(page) }

// HTML returns the accessible page that says what the print says.
func (a *Approved) HTML() []byte { return a.d.html() }

// PNG returns one page as a picture.
func (a *Approved) PNG(page int, dpi float64) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, a.d.Raster(page, dpi)); err != nil {
		return nil, fmt.Errorf("encode page: %w", err)
	}
	return b.Bytes(), nil
}

// Monogram is one to three letters as artwork for the middle of a code. The
// error names the field "centre".
func (p *Press) Monogram(letters string, colour qr.Colour) (*qr.Artwork, error) {
	count := len([]rune(letters))
	if _, missing := p.lacks(letters); missing || count < 1 || count > 3 {
		return nil, inbox.InvalidField("centre", "one to three letters that the typeface has")
	}
	ts := p.typesetter()
	r := ts.set(letters, style{weight: bold, size: 1 / pt})
	size := min(0.92/r.width, 1/capHeight)
	var drawing qr.Path
	x := (1 - r.width*size) / 2
	for _, g := range r.glyphs {
		drawing = append(drawing, ts.outline(bold, g.ID).Scaled(size, x, 0.5+capHeight*size/2)...)
		x += (r.typefont.advance(g.Rune) + g.Move/1000) * size
	}
	return &qr.Artwork{Drawing: drawing, Colour: colour}, nil
}
