package profile

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // read by image.Decode

	"golang.org/x/image/draw"

	"tresen/internal/exif"
	"tresen/internal/inbox"
)

// Sizes of a profile picture. (Meta docs: Business profiles; WhatsApp shows
// 640 pixels at most.)
const (
	PictureSide    = 640
	MinPicture     = 192 // pixels of the part that is cut out
	MaxPictureFile = 20 << 20
	maxPixels      = 60_000_000
	pictureQuality = 88
)

// Square is the part of a picture to show, in pixels of the upright picture.
type Square struct {
	X, Y, Side int
}

// PictureSize reads the size of an upright picture, for choosing a square. The
// error names the field "picture".
func PictureSize(file []byte) (width, height int, err error) {
	config, turn, err := inspect(file)
	if err != nil {
		return 0, 0, err
	}
	if turn >= 5 {
		return config.Height, config.Width, nil
	}
	return config.Width, config.Height, nil
}

func inspect(file []byte) (image.Config, int, error) {
	if len(file) > MaxPictureFile {
		return image.Config{}, 0, inbox.InvalidField("picture", "file larger than 20 MB")
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || format != "jpeg" && format != "png" {
		return image.Config{}, 0, inbox.InvalidField("picture", "not a JPEG or PNG picture")
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return image.Config{}, 0, inbox.InvalidField("picture", "too many pixels")
	}
	turn := 1
	if format == "jpeg" {
		turn = exif.Orientation(file)
	}
	return config, turn, nil
}

// Crop cuts a square out, scales it and writes it as a new JPEG. What else the
// file held – place, time, camera – is gone, because only pixels are copied.
// Transparent parts become white. The error names the field "picture".
func Crop(file []byte, part Square) ([]byte, error) {
	width, height, err := PictureSize(file)
	if err != nil {
		return nil, err
	}
	switch {
	case part.Side < MinPicture:
		return nil, inbox.InvalidField("picture", "the part is smaller than 192 pixels")
	case part.X < 0 || part.Y < 0 || part.Side > width-part.X || part.Side > height-part.Y:
		return nil, inbox.InvalidField("picture", "the part lies outside the picture")
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, inbox.InvalidField("picture", "damaged")
	}
	turn := 1
	if _, turn, err = inspect(file); err != nil {
		return nil, err
	}
	side := min(part.Side, PictureSide)
	scaled := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.Draw(scaled, scaled.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	source := unturned(part, turn, width, height).Add(decoded.Bounds().Min)
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), decoded, source, draw.Over, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, exif.Upright(scaled, turn), &jpeg.Options{Quality: pictureQuality}); err != nil {
		return nil, inbox.WrapError(inbox.CodeInternal, "write picture", err)
	}
	return out.Bytes(), nil
}

// unturned finds a square of the upright picture in the stored one. width and
// height are the upright picture's. (Exif 2.32, tag Orientation.)
func unturned(s Square, turn, width, height int) image.Rectangle {
	x, y := s.X, s.Y
	right, below := width-s.X-s.Side, height-s.Y-s.Side
	switch turn {
	case 2:
		x = right
	case 3:
		x, y = right, below
	case 4:
		y = below
	case 5:
		x, y = s.Y, s.X
	case 6:
		x, y = s.Y, right
	case 7:
		x, y = below, right
	case 8:
		x, y = below, s.X
	}
	return image.Rect(x, y, x+s.Side, y+s.Side)
}
