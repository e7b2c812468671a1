package print

import "tresen/internal/qr"

// Palette are the shop's colours.
type Palette struct {
	// Paper is the ground; white leaves the sheet unprinted.
	Paper qr.Colour
	Ink   qr.Colour
	// Accent may be any colour: where it is too pale for type or too loud for
	// a ground, a darker one or the ink takes its place.
	Accent qr.Colour
}

// DefaultPalette is ink and a deep blue on white.
func DefaultPalette() Palette {
	return Palette{Paper: qr.White, Ink: qr.Colour{R: 0x1e, G: 0x1b, B: 0x17}, Accent: qr.Colour{R: 0x1d, G: 0x5c, B: 0x87}}
}

// Contrasts print needs: large type like WCAG 2's enhanced level, everything
// else, and above all the legal line, 7 to 1.
const (
	largeContrast = 4.5
	smallContrast = 7.0
)

// zone are the colours on one ground.
type zone struct {
	ground qr.Colour
	text   qr.Colour // everything small
	strong qr.Colour // large type and rules
	line   qr.Colour // hairlines
}

// colours are the palette made safe.
type colours struct {
	paper, deep zone
	accent      qr.Colour // for shapes without text
	tint        qr.Colour
}

func (p Palette) colours() colours {
	paper := zone{ground: p.Paper, text: p.Ink, strong: p.Accent, line: qr.Mix(p.Paper, p.Ink, 0.35)}
	if qr.Contrast(p.Accent, p.Paper) < largeContrast {
		paper.strong = p.Ink
	}
	ground, text := deepGround(p)
	return colours{
		paper:  paper,
		deep:   zone{ground: ground, text: text, strong: text, line: qr.Mix(ground, text, 0.45)},
		accent: p.Accent,
		tint:   qr.Mix(p.Paper, p.Accent, 0.16),
	}
}

// deepGround finds a ground close to the accent on which small type is legible.
func deepGround(p Palette) (ground, text qr.Colour) {
	if qr.Contrast(p.Accent, p.Ink) >= smallContrast {
		return p.Accent, p.Ink
	}
	ground = p.Accent
	for share := 0.0; share < 1; share += 0.04 {
		ground = qr.Mix(p.Accent, qr.Black, share)
		if qr.Contrast(ground, qr.White) >= smallContrast {
			break
		}
	}
	return ground, qr.White
}

// ColourFinding tells the owner what becomes of a colour.
type ColourFinding struct {
	Light    qr.Light
	Field    string // "ink", "accent", "paper", "code"
	Contrast float64
	// Least is the contrast it would need to be used as it is.
	Least float64
}

// Check judges the colours: red cannot be printed, yellow is replaced where
// it would be illegible.
func (p Palette) Check() []ColourFinding {
	light := func(contrast, least float64, otherwise qr.Light) qr.Light {
		if contrast >= least {
			return qr.Green
		}
		return otherwise
	}
	ink, accent := qr.Contrast(p.Ink, p.Paper), qr.Contrast(p.Accent, p.Paper)
	paper := qr.Contrast(p.Paper, qr.Black)
	return []ColourFinding{
		{light(ink, smallContrast, qr.Red), "ink", ink, smallContrast},
		{light(accent, largeContrast, qr.Yellow), "accent", accent, largeContrast},
		{light(paper, lightestPaper, qr.Red), "paper", paper, lightestPaper},
	}
}

// lightestPaper is the contrast with black a ground needs to count as paper.
const lightestPaper = 12.0
