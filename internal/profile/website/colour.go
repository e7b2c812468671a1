package website

import (
	"math"
	"strconv"
)

// textOn returns black or white, whichever is read better on a colour. One of
// them always has at least 4.58:1, because both reach it at the middle.
func textOn(colour string) string {
	l := luminance(colour)
	if (l+0.05)/0.05 >= 1.05/(l+0.05) {
		return "#000"
	}
	return "#fff"
}

// luminance is the relative luminance of "#rrggbb". (WCAG 2.2, definition.)
func luminance(colour string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		part, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			return 0
		}
		c := float64(part) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
