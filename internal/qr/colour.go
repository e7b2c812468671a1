package qr

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"tresen/internal/inbox"
)

// Colour is an sRGB colour.
type Colour struct{ R, G, B uint8 }

// Black and White are the safest pair for any code.
var (
	Black = Colour{}
	White = Colour{255, 255, 255}
)

// MinContrast is the contrast a code's colour must have with white (WCAG 2
// formula). Scanners manage with 4; worn and dimly lit paper does not.
const MinContrast = 7.0

// ParseColour reads "#rrggbb". The error names field.
func ParseColour(field, text string) (Colour, error) {
	if len(text) != 7 || text[0] != '#' {
		return Colour{}, inbox.InvalidField(field, "not a colour like #1d5c87")
	}
	value, err := strconv.ParseUint(text[1:], 16, 32)
	if err != nil {
		return Colour{}, inbox.InvalidField(field, "not a colour like #1d5c87")
	}
	return Colour{uint8(value >> 16), uint8(value >> 8), uint8(value)}, nil
}

// String returns "#rrggbb".
func (c Colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// RGBA makes Colour a color.Color.
func (c Colour) RGBA() (r, g, b, a uint32) {
	return color.RGBA{c.R, c.G, c.B, 255}.RGBA()
}

// Luminance is the relative luminance of WCAG 2, 0 to 1.
func (c Colour) Luminance() float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// Contrast is the contrast ratio of WCAG 2, 1 to 21.
func Contrast(a, b Colour) float64 {
	high, low := a.Luminance(), b.Luminance()
	if high < low {
		high, low = low, high
	}
	return (high + 0.05) / (low + 0.05)
}

// Mix returns a blended towards b: 0 is a, 1 is b.
func Mix(a, b Colour, share float64) Colour {
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + (float64(y)-float64(x))*share)) }
	return Colour{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B)}
}

// CMYK are ink shares, 0 to 1.
type CMYK struct{ C, M, Y, K float64 }

// CMYK returns the inks for c: full replacement of grey by black, so that
// neutral colours are pure black and the sum stays far below 300 %. It is a
// plain computation without a press profile; a proof decides.
func (c Colour) CMYK() CMYK {
	r, g, b := float64(c.R)/255, float64(c.G)/255, float64(c.B)/255
	brightest := max(r, g, b)
	if brightest == 0 {
		return CMYK{K: 1}
	}
	inks := CMYK{(brightest - r) / brightest, (brightest - g) / brightest, (brightest - b) / brightest, 1 - brightest}
	return inks
}

// Grey returns the share of black that is as dark as c, 0 to 1.
func (c Colour) Grey() float64 {
	l := c.Luminance()
	if l <= 0.0031308 {
		return 1 - 12.92*l
	}
	return 1 - (1.055*math.Pow(l, 1/2.4) - 0.055)
}
