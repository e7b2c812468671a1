package print

import (
	_ "embed"
	"fmt"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// Atkinson Hyperlegible Next, SIL Open Font License 1.1 (fonts/OFL.txt): drawn
// for people with low vision, so that a 1 is no l from across the street.
var (
	//go:embed fonts/AtkinsonHyperlegibleNext_400Regular.ttf
	regularFile []byte
	//go:embed fonts/AtkinsonHyperlegibleNext_600SemiBold.ttf
	semiBoldFile []byte
	//go:embed fonts/AtkinsonHyperlegibleNext_700Bold.ttf
	boldFile []byte
)

type weight int

const (
	regular weight = iota
	semiBold
	bold
)

const pt = 25.4 / 72 // millimetres

// typeface is one weight, ready for measuring, drawing and embedding.
type typeface struct {
	outlines *sfnt.Font
	embedded *pdf.Font
	em       float64
	glyphs   [lastRune + 1]glyphInfo
}

// glyph returns what the typeface has for a character.
func (f *typeface) glyph(r rune) (glyphInfo, bool) {
	if r < 0 || r > lastRune {
		return glyphInfo{}, false
	}
	g := f.glyphs[r]
	return g, g.id != 0
}

type glyphInfo struct {
	id      uint16
	advance float64 // of the size
}

// Press holds the typefaces. It is made once and may be used by several goroutines.
type Press struct {
	faces [3]*typeface
}

// NewPress reads the typefaces; it fails only if the program was built from damaged files.
func NewPress() (*Press, error) {
	var p Press
	for i, file := range [][]byte{regularFile, semiBoldFile, boldFile} {
		name := "AtkinsonHyperlegibleNext-" + [...]string{"Regular", "SemiBold", "Bold"}[i]
		face, err := readTypeface(name, file)
		if err != nil {
			return nil, fmt.Errorf("read typeface %s: %w", name, err)
		}
		p.faces[i] = face
	}
	return &p, nil
}

// The characters we look for: Latin with all its accents, punctuation, currency, arrows.
const (
	firstRune = 0x20
	lastRune  = 0x22ff
)

func readTypeface(name string, file []byte) (*typeface, error) {
	outlines, err := sfnt.Parse(file)
	if err != nil {
		return nil, err
	}
	embedded, err := pdf.NewFont(name, file)
	if err != nil {
		return nil, err
	}
	units := outlines.UnitsPerEm()
	face := &typeface{outlines: outlines, embedded: embedded, em: float64(units)}
	var buffer sfnt.Buffer
	for r := rune(firstRune); r <= lastRune; r++ {
		id, err := outlines.GlyphIndex(&buffer, r)
		if err != nil || id == 0 {
			continue
		}
		advance, err := outlines.GlyphAdvance(&buffer, id, fixed.Int26_6(units), font.HintingNone)
		if err != nil {
			return nil, err
		}
		face.glyphs[r] = glyphInfo{uint16(id), float64(advance) / face.em}
	}
	return face, nil
}

// lacks returns the first character the typefaces cannot print.
func (p *Press) lacks(text string) (rune, bool) {
	for _, r := range text {
		if _, ok := p.faces[regular].glyph(r); !ok && r != softHyphen && r != '\n' {
			return r, true
		}
	}
	return 0, false
}

// typesetter measures and draws for one document; it is not for concurrent use.
type typesetter struct {
	press  *Press
	buffer sfnt.Buffer
	kerns  map[[2]uint16]float64
	widths map[widthKey]float64 // for size 1
	drawn  map[outlineKey]qr.Path
}

type widthKey struct {
	text     string
	weight   weight
	tracking float64
}

type outlineKey struct {
	weight weight
	id     uint16
}

func (p *Press) typesetter() *typesetter {
	return &typesetter{press: p, kerns: map[[2]uint16]float64{}, widths: map[widthKey]float64{}, drawn: map[outlineKey]qr.Path{}}
}

// kern is how far b moves when it follows a, as share of the size.
func (t *typesetter) kern(w weight, a, b uint16) float64 {
	// One table for all weights would mix them up; the weight rides in the top bits.
	key := [2]uint16{a | uint16(w)<<14, b}
	if k, ok := t.kerns[key]; ok {
		return k
	}
	face := t.press.faces[w]
	k := 0.0
	if value, err := face.outlines.Kern(&t.buffer, sfnt.GlyphIndex(a), sfnt.GlyphIndex(b), fixed.Int26_6(face.em), font.HintingNone); err == nil {
		k = float64(value) / face.em
	}
	t.kerns[key] = k
	return k
}

// outline returns a glyph's outline for size 1, y downwards from the baseline.
func (t *typesetter) outline(w weight, id uint16) qr.Path {
	key := outlineKey{w, id}
	if p, ok := t.drawn[key]; ok {
		return p
	}
	face := t.press.faces[w]
	// Large units keep the fixed-point numbers exact.
	segments, err := face.outlines.LoadGlyph(&t.buffer, sfnt.GlyphIndex(id), fixed.Int26_6(face.em*64), nil)
	var path qr.Path
	if err == nil {
		path = outlineOf(segments, 1/(face.em*64))
	}
	t.drawn[key] = path
	return path
}

func outlineOf(segments sfnt.Segments, scale float64) qr.Path {
	var path qr.Path
	at := func(p fixed.Point26_6) (float64, float64) { return float64(p.X) * scale, float64(p.Y) * scale }
	for i, s := range segments {
		x, y := at(s.Args[0])
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if i > 0 {
				path.Close()
			}
			path.MoveTo(x, y)
		case sfnt.SegmentOpLineTo:
			path.LineTo(x, y)
		case sfnt.SegmentOpQuadTo:
			x1, y1 := at(s.Args[1])
			path.QuadTo(x, y, x1, y1)
		case sfnt.SegmentOpCubeTo:
			x1, y1 := at(s.Args[1])
			x2, y2 := at(s.Args[2])
			path.CubeTo(x, y, x1, y1, x2, y2)
		}
	}
	if len(path) > 0 {
		path.Close()
	}
	return path
}

// advance is the width of a character, as share of the size.
func (f *typeface) advance(r rune) float64 {
	g, _ := f.glyph(r)
	return g.advance
}
