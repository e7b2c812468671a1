package qr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/vector"
)

// PNG returns the code with whole pixels per module, at dpi or a little finer,
// so that it prints edge mm wide without its quiet zone. It is two-coloured
// unless a centre image needs more.
func (c *Code) PNG(edge, dpi float64) ([]byte, error) {
	module := edge / float64(c.Symbol.Modules)
	pixels := max(1, int(math.Ceil(module*dpi/25.4-1e-9)))
	var b bytes.Buffer
	if err := png.Encode(&b, c.Image(pixels)); err != nil {
		return nil, fmt.Errorf("encode image: %w", err)
	}
	perMetre := uint32(math.Round(float64(pixels) / module * 1000))
	return withResolution(b.Bytes(), perMetre), nil
}

// Image draws the code, quiet zone included, with that many pixels per module.
func (c *Code) Image(pixels int) image.Image {
	side := c.Across() * pixels
	box := image.Rect(0, 0, side, side)
	img := image.NewPaletted(box, color.Palette{White, c.Colour})
	for y := range side {
		for x := range side {
			if c.Symbol.Dark(x/pixels-QuietZone, y/pixels-QuietZone) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	if c.Clear == 0 {
		return img
	}
	full := image.NewRGBA(box)
	draw.Draw(full, box, img, image.Point{}, draw.Src)
	c.drawCentre(full, float64(pixels))
	return full
}

func (c *Code) drawCentre(img *image.RGBA, pixels float64) {
	x, y, side := c.CentreBox()
	x, y, side = x*pixels, y*pixels, side*pixels
	if len(c.Centre.Drawing) > 0 {
		FillPath(img, c.Centre.Drawing.Scaled(side, x, y), c.Centre.Colour)
		return
	}
	if c.Centre.Picture != nil {
		to := image.Rect(int(x), int(y), int(x+side), int(y+side))
		draw.CatmullRom.Scale(img, to, c.Centre.Picture, c.Centre.Picture.Bounds(), draw.Over, nil)
	}
}

// FillPath fills a path given in pixels.
func FillPath(img *image.RGBA, p Path, colour Colour) {
	box := img.Bounds()
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	for _, s := range p {
		switch s.Verb {
		case MoveTo:
			r.MoveTo(float32(s.P[0].X), float32(s.P[0].Y))
		case LineTo:
			r.LineTo(float32(s.P[0].X), float32(s.P[0].Y))
		case QuadTo:
			r.QuadTo(float32(s.P[0].X), float32(s.P[0].Y), float32(s.P[1].X), float32(s.P[1].Y))
		case CubeTo:
			r.CubeTo(float32(s.P[0].X), float32(s.P[0].Y), float32(s.P[1].X), float32(s.P[1].Y), float32(s.P[2].X), float32(s.P[2].Y))
		case Close:
			r.ClosePath()
		}
	}
	r.Draw(img, box, image.NewUniform(colour), image.Point{})
}

// withResolution puts a pHYs chunk behind the header, because Go's encoder
// writes none and programs would then guess how large the code is.
func withResolution(file []byte, perMetre uint32) []byte {
	const header = 8 + 25
	chunk := []byte("\x00\x00\x00\x09pHYs")
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return append(append(append([]byte{}, file[:header]...), chunk...), file[header:]...)
}
