package print

import (
	"slices"

	"tresen/internal/qr"
)

// Kind is what is printed.
type Kind string

// The kinds.
const (
	Poster      Kind = "poster"
	WindowCard  Kind = "window-card"
	CounterCard Kind = "counter-card"
	Tent        Kind = "tent"
	Flyer       Kind = "flyer"
	Card        Kind = "business-card"
	Strip       Kind = "invoice-strip"
	Receipt     Kind = "receipt-strip"
	Vehicle     Kind = "vehicle"
	Stickers    Kind = "stickers"
)

// Paper is a finished format.
type Paper string

// Format is a kind on a paper: its size and what its code needs.
type Format struct {
	Kind  Kind
	Paper Paper
	// W and H are the finished size in mm.
	W, H float64
	// codeLeast and codeMost are the side of the code with quiet zone.
	codeLeast, codeMost float64
	// distance in mm from which it shall be read.
	distance float64
	level    qr.Level
	panels   []panel
	// folds are the heights of fold lines.
	folds []float64
	// headLeast and stepLeast are the smallest headline and instruction in points.
	headLeast, stepLeast float64
	sheet                string
}

// panel is where a face stands on a folded sheet.
type panel struct {
	box    rect
	turned bool // by 180°
}

func formats() []Format {
	return []Format{
		{Kind: Poster, Paper: "A4", W: 210, H: 297, codeLeast: 90, codeMost: 118, distance: 600, level: qr.Q, headLeast: 60, stepLeast: 24},
		{Kind: Poster, Paper: "A3", W: 297, H: 420, codeLeast: 130, codeMost: 168, distance: 850, level: qr.Q, headLeast: 80, stepLeast: 30},
		{Kind: WindowCard, Paper: "A5", W: 148, H: 210, codeLeast: 60, codeMost: 82, distance: 400, level: qr.Q, headLeast: 32, stepLeast: 14},
		{Kind: CounterCard, Paper: "A6", W: 105, H: 148, codeLeast: 40, codeMost: 58, distance: 250, level: qr.Q, headLeast: 20, stepLeast: 9},
		{
			Kind: Tent, Paper: "A5", W: 148, H: 210, codeLeast: 40, codeMost: 62, distance: 250, level: qr.Q, headLeast: 18, stepLeast: 9,
			panels: []panel{{rect{0, 0, 148, 105}, true}, {rect{0, 105, 148, 105}, false}}, folds: []float64{105},
		},
		{
			Kind: Tent, Paper: "DL-prism", W: 210, H: 297, codeLeast: 40, codeMost: 66, distance: 250, level: qr.Q, headLeast: 18, stepLeast: 9,
			panels: []panel{{rect{0, 0, 210, 95}, true}, {rect{0, 95, 210, 95}, false}}, folds: []float64{95, 190, 285},
		},
		{Kind: Flyer, Paper: "A6", W: 105, H: 148, codeLeast: 34, codeMost: 52, distance: 250, level: qr.Q, headLeast: 18, stepLeast: 9},
		{Kind: Flyer, Paper: "DL", W: 99, H: 210, codeLeast: 40, codeMost: 64, distance: 250, level: qr.Q, headLeast: 20, stepLeast: 10},
		{Kind: Card, Paper: "85x55", W: 85, H: 55, codeLeast: 22, codeMost: 34, distance: 140, level: qr.M, headLeast: 9, stepLeast: 7},
		{Kind: Strip, Paper: "190x45", W: 190, H: 45, codeLeast: 25, codeMost: 37, distance: 160, level: qr.Q, headLeast: 13, stepLeast: 8},
		{Kind: Receipt, Paper: "80x140", W: 80, H: 140, codeLeast: 36, codeMost: 50, distance: 200, level: qr.Q, headLeast: 14, stepLeast: 9},
		{Kind: Vehicle, Paper: "420x297", W: 420, H: 297, codeLeast: 190, codeMost: 216, distance: 1050, level: qr.Q, headLeast: 64, stepLeast: 22},
		{Kind: Vehicle, Paper: "600x300", W: 600, H: 300, codeLeast: 190, codeMost: 248, distance: 1200, level: qr.Q, headLeast: 90, stepLeast: 24},
	}
}

// Formats lists every kind with its papers, label sheets last.
func Formats() []Format {
	all := formats()
	for _, s := range Sheets() {
		if s.fits() {
			all = append(all, s.format())
		}
	}
	return all
}

// FormatOf finds a format; for Stickers the paper is the article of a sheet.
func FormatOf(kind Kind, paper Paper) (Format, bool) {
	all := Formats()
	i := slices.IndexFunc(all, func(f Format) bool { return f.Kind == kind && f.Paper == paper })
	if i < 0 {
		return Format{}, false
	}
	return all[i], true
}

// CodeSize returns the least and greatest side of the code with quiet zone, in mm.
func (f Format) CodeSize() (least, most float64) { return f.codeLeast, f.codeMost }

// Distance returns from where the code shall be read, in mm.
func (f Format) Distance() float64 { return f.distance }

// face returns the size of the area that is composed.
func (f Format) face() (w, h float64) {
	if len(f.panels) > 0 {
		return f.panels[0].box.w, f.panels[0].box.h
	}
	return f.W, f.H
}
