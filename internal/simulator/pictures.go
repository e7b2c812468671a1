package simulator

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
)

// The files of this package's customers are drawn in code, so that the
// repository carries no binary samples. The same name gives the same picture.

// Picture is a PNG of a bunch of flowers.
func Picture(name string) File {
	var b bytes.Buffer
	if err := png.Encode(&b, flowers(name, 320, 240)); err != nil {
		panic("simulator: encode png: " + err.Error()) // writing to memory cannot fail
	}
	return File{MIME: "image/png", Name: name + ".png", Bytes: b.Bytes()}
}

// Photo is a JPEG of a bunch of flowers.
func Photo(name string) File {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, flowers(name, 640, 480), &jpeg.Options{Quality: 80}); err != nil {
		panic("simulator: encode jpeg: " + err.Error())
	}
	return File{MIME: "image/jpeg", Name: name + ".jpg", Bytes: b.Bytes()}
}

type blossom struct {
	x, y, r float64
	petals  float64
	colour  color.RGBA
}

// flowers draws a meadow under a sky with some blossoms.
func flowers(name string, w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		row := scenery(float64(y) / float64(h))
		for x := range w {
			img.SetRGBA(x, y, row)
		}
	}
	for _, f := range blossoms(name, float64(w), float64(h)) {
		f.paint(img)
	}
	return img
}

func (f blossom) paint(img *image.RGBA) {
	box := image.Rect(int(f.x-f.r)-1, int(f.y-f.r)-1, int(f.x+f.r)+2, int(f.y+f.r)+2).Intersect(img.Bounds())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if c, hit := f.at(float64(x), float64(y)); hit {
				img.SetRGBA(x, y, c)
			}
		}
	}
}

func scenery(down float64) color.RGBA {
	if down < 0.45 {
		return color.RGBA{R: uint8(150 + 150*down), G: uint8(195 + 80*down), B: 235, A: 255}
	}
	return color.RGBA{R: uint8(110 - 60*down), G: uint8(190 - 70*down), B: uint8(90 - 40*down), A: 255}
}

func blossoms(name string, w, h float64) []blossom {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(name))
	state := sum.Sum64() | 1
	next := func() float64 { // xorshift: repeatable without shared state
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
		return float64(state>>11) / (1 << 53)
	}
	palette := []color.RGBA{
		{R: 226, G: 62, B: 87, A: 255}, {R: 250, G: 200, B: 60, A: 255}, {R: 155, G: 89, B: 200, A: 255},
		{R: 255, G: 140, B: 160, A: 255}, {R: 250, G: 250, B: 245, A: 255},
	}
	out := make([]blossom, 9)
	for i := range out {
		out[i] = blossom{
			x: (0.1 + 0.8*next()) * w, y: (0.4 + 0.5*next()) * h, r: (0.05 + 0.05*next()) * w,
			petals: 5 + math.Floor(3*next()), colour: palette[int(next()*float64(len(palette)))],
		}
	}
	return out
}

// at is the colour of the blossom at a point, if it covers it.
func (f blossom) at(x, y float64) (color.RGBA, bool) {
	dx, dy := x-f.x, y-f.y
	d := math.Hypot(dx, dy)
	if d < f.r*0.28 {
		return color.RGBA{R: 245, G: 190, B: 40, A: 255}, true
	}
	edge := f.r * (0.7 + 0.3*math.Cos(f.petals*math.Atan2(dy, dx)))
	if d > edge {
		return color.RGBA{}, false
	}
	shade := 1 - 0.35*d/f.r
	return color.RGBA{
		R: uint8(float64(f.colour.R) * shade), G: uint8(float64(f.colour.G) * shade),
		B: uint8(float64(f.colour.B) * shade), A: 255,
	}, true
}
