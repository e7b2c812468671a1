package qr

import (
	"bytes"
	"image"
	"image/color"
	_ "image/jpeg" // a shop's logo is one of these two
	_ "image/png"

	"golang.org/x/image/draw"

	"tresen/internal/inbox"
)

const (
	largestPictureSide = 8000
	largestPictureFile = 20 << 20
	centrePixels       = 480
)

// Picture reads a PNG or JPEG file for the middle of a code: made square on
// white, reduced, without whatever else the file carried. The error names the
// field "centre".
func Picture(file []byte) (*Artwork, error) {
	if len(file) > largestPictureFile {
		return nil, inbox.InvalidField("centre", "the file is larger than 20 MB")
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return nil, inbox.InvalidField("centre", "not a PNG or JPEG picture")
	}
	if config.Width < 1 || config.Height < 1 || config.Width > largestPictureSide || config.Height > largestPictureSide {
		return nil, inbox.InvalidField("centre", "the picture is larger than 8000 pixels")
	}
	picture, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, inbox.InvalidField("centre", "the picture is damaged")
	}
	return &Artwork{Picture: square(picture)}, nil
}

func square(picture image.Image) image.Image {
	from := picture.Bounds()
	side := max(from.Dx(), from.Dy())
	w, h := max(1, from.Dx()*centrePixels/side), max(1, from.Dy()*centrePixels/side)
	to := image.NewRGBA(image.Rect(0, 0, centrePixels, centrePixels))
	draw.Draw(to, to.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	x, y := (centrePixels-w)/2, (centrePixels-h)/2
	draw.CatmullRom.Scale(to, image.Rect(x, y, x+w, y+h), picture, from, draw.Over, nil)
	return to
}
