package print

import (
	"math"

	"tresen/internal/qr"
)

// Sheet is a sheet of labels on A4, lengths in mm: the first label's upper
// left corner and the distance from one label to the next.
type Sheet struct {
	Maker, Article string
	W, H           float64
	Columns, Rows  int
	X, Y           float64
	StepX, StepY   float64
}

const (
	sheetW, sheetH = 210.0, 297.0
	// printerBorder is what office printers leave white.
	printerBorder = 5.0
)

// Sheets lists the label sheets, geometries after the gLabels database and the
// makers' figures. Printers differ by more than these do; the calibration page
// and an offset settle both.
func Sheets() []Sheet {
	return []Sheet{
		{"Avery Zweckform", "3474", 70, 37, 3, 8, 0, 0, 70, 37},
		{"Avery Zweckform", "3475", 70, 36, 3, 8, 0, 4.4, 70, 36},
		{"Avery Zweckform", "3490", 70, 36, 3, 8, 0, 4.43, 70, 36},
		{"Avery Zweckform", "3348", 67, 38, 3, 7, 2, 20, 70, 38},
		{"Avery Zweckform", "3651", 52, 29.5, 4, 10, 1, 1, 52, 29.5},
		{"Avery Zweckform", "3669", 70, 50.8, 3, 5, 0, 21.5, 70, 50.8},
		{"Avery Zweckform", "3477", 105, 41, 2, 7, 0, 4.93, 105, 41},
		{"Avery Zweckform", "3659", 97, 42.3, 2, 6, 8, 21.5, 97, 42.3},
		{"Avery Zweckform", "4781", 97, 42.3, 2, 6, 8, 21.2, 97, 42.3},
		{"Avery Zweckform", "4780", 48.5, 25.4, 4, 10, 8.1, 19, 48.5, 25.4},
		{"Avery Zweckform", "4761", 192, 61, 1, 4, 8.8, 26.5, 192, 61},
		{"Avery Zweckform", "C32010", 85, 54, 2, 5, 14.11, 14.11, 94.9, 53.97},
		{"Avery Zweckform", "C32011", 85, 54, 2, 5, 15, 13.5, 95, 54},
		{"Avery Zweckform", "C32015", 85, 54, 2, 4, 17, 31.5, 91, 60},
		{"Avery", "L7414", 90, 52, 2, 5, 15, 18.5, 90, 52},
		{"Avery", "J8414", 87, 50.8, 2, 5, 14.8, 20.4, 93.1, 50.8},
		{"Avery Zweckform", "L4785", 80, 50, 2, 5, 18, 13, 95, 55},
		{"Avery", "L7160", 63.5, 38.1, 3, 7, 7.25, 15.15, 66, 38.1},
		{"Avery", "L7161", 63.5, 46.6, 3, 6, 7.4, 8.1, 65.9, 46.7},
		{"Avery", "L7162", 99.1, 33.9, 2, 8, 4, 13, 102.5, 33.9},
		{"Avery", "L7163", 99.1, 38.1, 2, 7, 4.65, 15.2, 101.6, 38.1},
		{"Avery", "L7164", 63.5, 72, 3, 4, 7.35, 4.5, 66, 72},
		{"Avery", "L7165", 99.1, 67.7, 2, 4, 4.7, 13, 101.6, 67.7},
		{"Avery", "L7169", 99.1, 139, 2, 2, 5, 7.1, 101.5, 139},
		{"Avery Zweckform", "L4744REV-65", 96, 50.8, 2, 5, 7, 21.5, 100, 50.8},
		{"Avery", "J8177", 99.1, 42.3, 2, 6, 4.65, 21.6, 101.6, 42.3},
		{"Avery Zweckform", "J4791", 45.7, 21.2, 4, 12, 10, 22, 48.7, 21.2},
		{"Avery Zweckform", "L4770", 45.7, 25.4, 4, 10, 10, 22, 48.5, 25.4},
		{"Avery Zweckform", "L4732", 35.6, 16.9, 5, 16, 11, 13, 38.1, 16.9},
		{"Avery", "L7651", 38.1, 21.2, 5, 13, 4.7, 10.9, 40.6, 21.2},
		{"Avery Zweckform", "L4737", 63.5, 29.6, 3, 9, 7.2, 15.1, 66, 29.6},
		{"Herma", "4097", 45.7, 21.2, 4, 12, 10, 22, 48.7, 21.2},
		{"Herma", "4098", 63.5, 29.6, 3, 9, 7.8, 15.5, 66.5, 29.6},
		{"Herma", "4099", 96, 50.8, 2, 5, 8, 21.5, 99, 50.8},
		{"Herma", "4103", 63.5, 38.1, 3, 7, 6.75, 15.5, 66.5, 38.1},
		{"Herma", "10809", 105, 148, 2, 2, 0, 0, 105, 148},
	}
}

// Labels is the number of labels on a sheet.
func (s Sheet) Labels() int { return s.Columns * s.Rows }

// printable returns the sheet with labels made smaller where the outer ones
// reach into the border that office printers leave white. All stay alike.
func (s Sheet) printable() Sheet {
	last := s.label(s.Labels() - 1)
	reach := printerBorder - labelInset
	dx := math.Max(0, reach-math.Min(s.X, sheetW-last.right()))
	dy := math.Max(0, reach-math.Min(s.Y, sheetH-last.bottom()))
	s.X, s.Y, s.W, s.H = s.X+dx, s.Y+dy, s.W-2*dx, s.H-2*dy
	return s
}

// label returns the place of a label, counted from 0 in reading order.
func (s Sheet) label(n int) rect {
	return rect{s.X + float64(n%s.Columns)*s.StepX, s.Y + float64(n/s.Columns)*s.StepY, s.W, s.H}
}

// Smallest labels that hold a readable code (17 mm) beside the words that must
// not be missing; on labels of 21 mm height those would need less than six points.
const (
	leastLabelSide = 24.0
	leastLabelArea = 47.0 * 24.0
)

func (s Sheet) fits() bool {
	p := s.printable()
	return math.Min(p.W, p.H) >= leastLabelSide && p.W*p.H >= leastLabelArea
}

// labelInset keeps ink off the edge of a label, where the cut may wander.
const labelInset = 1.5

func (s Sheet) format() Format {
	s = s.printable()
	short := math.Min(s.W, s.H)
	most := math.Min(short-2*labelInset, 0.52*math.Max(s.W, s.H))
	least := math.Max(17, math.Min(0.36*short, 45))
	f := Format{
		Kind: Stickers, Paper: Paper(s.Article), W: s.W, H: s.H, sheet: s.Article,
		codeLeast: math.Min(least, most), codeMost: math.Min(most, 60), distance: 110, level: qr.Q,
		headLeast: 6.5, stepLeast: 6.5,
	}
	if s.W*s.H > 6500 {
		f.headLeast, f.stepLeast = 14, 8
	}
	return f
}

// cutSheet puts several small things onto one office sheet, to be cut apart.
func cutSheet(f Format) (s Sheet, landscape, ok bool) {
	switch {
	case f.Kind == CounterCard || f.Kind == Flyer && f.Paper == "A6":
		return Sheet{"", "4 × A6", f.W, f.H, 2, 2, 0, 0.5, 105, 148}, false, true
	case f.Kind == WindowCard:
		return Sheet{"", "2 × A5", f.W, f.H, 2, 1, 0.5, 0, 148, 210}, true, true
	case f.Kind == Flyer:
		return Sheet{"", "3 × DL", f.W, f.H, 3, 1, 0, 0, 99, 210}, true, true
	case f.Kind == Card:
		return Sheet{"", "10 × 85x55", f.W, f.H, 2, 5, 20, 11, 85, 55}, false, true
	case f.Kind == Strip:
		return Sheet{"", "6 × 190x45", f.W, f.H, 1, 6, 10, 13.5, 190, 45}, false, true
	}
	return Sheet{}, false, false
}
