package print

import (
	"time"

	"tresen/internal/inbox"
	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// bareDPI is the resolution at which a code by itself is read back.
const bareDPI = 300.0

// Bare is a code by itself, with nothing around it but its quiet zone, that was
// read back.
type Bare struct {
	Check CodeCheck
	code  *qr.Code
	edge  float64
}

// CheckBare reads a code of that edge (mm, without quiet zone) back, also
// disturbed, as it would be printed. A code that must not be printed returns
// the check and an error of code invalid, field "code", that is ErrUnreadable.
func CheckBare(code *qr.Code, edge float64) (*Bare, CodeCheck, error) {
	across := code.WithMargin(edge)
	face := composed{w: across, h: across, code: code, codeBox: rect{0, 0, across, across}}
	c := &composer{code: code, outline: code.Path()}
	c.drawCode(face.codeBox, qr.White, 0)
	face.pieces = c.canvas.pieces
	d := &Document{faces: []composed{face}, pages: []page{{w: across, h: across, placed: []placed{{}}}}}
	p := &d.pages[0]
	area := codeArea(&d.faces[0], p.placed[0])
	check := CodeCheck{
		Failed: d.disturb(p, &d.faces[0], area), Findings: code.Judge(qr.Use{Edge: edge, DPI: bareDPI}),
		Edge: edge, Reach: code.Reach(edge, false), Link: code.Link, Level: code.Symbol.Level,
	}
	if check.Refused() {
		return nil, check, &inbox.Error{Code: inbox.CodeInvalid, Field: "code", Err: ErrUnreadable}
	}
	return &Bare{check, code, edge}, check, nil
}

// SVG returns the code as a drawing; title is read out by screen readers.
func (b *Bare) SVG(title string) []byte { return b.code.SVG(b.edge, title) }

// EPS returns the code for print shops, its black as black ink alone.
func (b *Bare) EPS() []byte { return b.code.EPS(b.edge) }

// PNG returns the code with whole pixels per module, at dpi or a little finer.
func (b *Bare) PNG(dpi float64) ([]byte, error) { return b.code.PNG(b.edge, dpi) }

// PDF returns the code as outlines on a page of its own size. Black is black ink
// alone, other colours stay those of the screen: who needs them as inks takes EPS.
func (b *Bare) PDF(title string, language Language, created time.Time) []byte {
	across := b.code.WithMargin(b.edge)
	c := &composer{code: b.code, outline: b.code.Path(), content: content{alt: title}}
	c.drawCode(rect{0, 0, across, across}, qr.White, 0)
	d := &Document{Title: title, spec: Spec{Profile: PrintShop}}
	if b.code.Colour != qr.Black {
		d.spec.Profile = Office
	}
	w := pdf.New(pdf.Info{Title: title, Language: string(language), Created: created, Tagged: true})
	d.writePieces(w.AddPage(across, across), c.canvas.pieces)
	return w.Bytes()
}
