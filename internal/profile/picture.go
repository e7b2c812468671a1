package profile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // read by image.Decode

	"golang.org/x/image/draw"

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
		turn = orientation(file)
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
	if err := jpeg.Encode(&out, upright(scaled, turn), &jpeg.Options{Quality: pictureQuality}); err != nil {
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

// upright turns and mirrors a square picture as its orientation asks.
func upright(in *image.RGBA, turn int) *image.RGBA {
	if turn == 1 {
		return in
	}
	n := in.Bounds().Dx()
	out := image.NewRGBA(in.Bounds())
	for y := range n {
		for x := range n {
			sx, sy := x, y
			switch turn {
			case 2:
				sx = n - 1 - x
			case 3:
				sx, sy = n-1-x, n-1-y
			case 4:
				sy = n - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, n-1-x
			case 7:
				sx, sy = n-1-y, n-1-x
			case 8:
				sx, sy = n-1-y, x
			}
			out.SetRGBA(x, y, in.RGBAAt(sx, sy))
		}
	}
	return out
}

// orientation reads the Exif orientation of a JPEG, 1 (upright) if there is
// none or it cannot be read.
func orientation(file []byte) int {
	for at := 2; at+4 <= len(file) && file[at] == 0xFF; {
		marker, length := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xDA || length < 2 || at+2+length > len(file) {
			return 1
		}
		segment := file[at+4 : at+2+length]
		if exif, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == 0xE1 {
			return exifOrientation(exif)
		}
		at += 2 + length
	}
	return 1
}

func exifOrientation(exif []byte) int {
	if len(exif) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if exif[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(exif[4:]))
	if at < 8 || at+2 > int64(len(exif)) {
		return 1
	}
	entries := exif[at+2:]
	const tagOrientation, entrySize = 0x0112, 12
	for range order.Uint16(exif[at:]) {
		if len(entries) < entrySize {
			return 1
		}
		if order.Uint16(entries) == tagOrientation {
			if turn := int(order.Uint16(entries[8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
		entries = entries[entrySize:]
	}
	return 1
}
