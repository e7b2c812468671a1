package qr

import (
	"image"
	"math"

	"tresen/internal/inbox"
)

// Options say how a code is made; the zero value is a plain black one at level L.
type Options struct {
	// Level is the least error correction; a centre image raises it by itself.
	Level Level
	// Colour of the dark modules; the ground is always white. The zero value is black.
	Colour Colour
	// Centre is put into the middle of the code; nil, the default, leaves it whole.
	Centre *Artwork
}

// Artwork is a picture or drawing for the middle of a code. A drawing wins
// over a picture; both lie in a unit square.
type Artwork struct {
	Drawing Path
	Colour  Colour
	Picture image.Image
	// Small keeps it to 5 % of the area, for which level Q is enough, instead of 10 % at H.
	Small bool
}

// Code is a finished code: what it says and how it looks.
type Code struct {
	Link   Link
	Symbol *Symbol
	Colour Colour
	Centre *Artwork
	// Clear is the side of the empty square in the middle, in modules; the
	// artwork fills it but for one module on each side. 0 without a centre.
	Clear int
}

// New makes the code for link. It fails with CodeInvalid if the colour is too
// pale for scanners (field "colour"), the link does not fit ("text") or the
// centre image would cover a pattern that readers need ("centre").
func New(link Link, o Options) (*Code, error) {
	if Contrast(o.Colour, White) < MinContrast {
		return nil, inbox.InvalidField("colour", "too pale: its contrast with white is below 7 to 1")
	}
	symbol, err := Encode(link.URL, levelWith(o.Centre, o.Level))
	if err != nil {
		return nil, err
	}
	code := &Code{Link: link, Symbol: symbol, Colour: o.Colour, Centre: o.Centre}
	if o.Centre == nil {
		return code, nil
	}
	return code, code.clearCentre()
}

// What a centre image may cover, as share of the code's area. The margin for
// reading is counted in codewords, not in area; these are the stricter of the
// limits in use (C85: images of 30 % made codes unreadable).
const (
	shareAtH = 0.10
	shareAtQ = 0.05
)

func levelWith(centre *Artwork, level Level) Level {
	switch {
	case centre == nil:
		return level
	case centre.Small:
		return max(level, Q)
	default:
		return H
	}
}

func (c *Code) clearCentre() error {
	share := shareAtH
	if c.Centre.Small {
		share = shareAtQ
	}
	side := int(math.Sqrt(share) * float64(c.Symbol.Modules))
	if side%2 == 0 {
		side--
	}
	from := (c.Symbol.Modules - side) / 2
	for y := from; y < from+side; y++ {
		for x := from; x < from+side; x++ {
			if c.Symbol.reserved(x, y) {
				return inbox.InvalidField("centre", "the text makes the code so fine that its middle is needed; shorten it or leave the image out")
			}
		}
	}
	c.Clear = side
	for y := from; y < from+side; y++ {
		for x := from; x < from+side; x++ {
			c.Symbol.dark[y][x] = false
		}
	}
	return nil
}

// Across returns the side of the code with its quiet zone, in modules.
func (c *Code) Across() int { return c.Symbol.Modules + 2*QuietZone }

// Edge returns the side of the code without its quiet zone, in the unit of
// across, the side with it.
func (c *Code) Edge(across float64) float64 {
	return across * float64(c.Symbol.Modules) / float64(c.Across())
}

// WithMargin returns the side of the code with its quiet zone, in the unit of edge, the side without it.
func (c *Code) WithMargin(edge float64) float64 {
	return edge * float64(c.Across()) / float64(c.Symbol.Modules)
}

// Path returns the dark area as one outline, in modules, quiet zone included:
// the code begins at (QuietZone, QuietZone).
func (c *Code) Path() Path {
	var p Path
	for _, polygon := range c.Symbol.Outline() {
		for i, corner := range polygon {
			x, y := float64(corner.X+QuietZone), float64(corner.Y+QuietZone)
			if i == 0 {
				p.MoveTo(x, y)
			} else {
				p.LineTo(x, y)
			}
		}
		p.Close()
	}
	return p
}

// CentreBox returns where the artwork lies, in modules, quiet zone included.
func (c *Code) CentreBox() (x, y, side float64) {
	from := (c.Symbol.Modules-c.Clear)/2 + QuietZone + 1
	return float64(from), float64(from), float64(c.Clear - 2)
}
