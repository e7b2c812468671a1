// Package exif reads how a camera was held, and turns a picture as it asks. It
// reads nothing else of what a camera writes down, such as place and time.
package exif

import (
	"bytes"
	"encoding/binary"
	"image"
)

// Orientation returns a JPEG's orientation, 1 to 8, from as much of the file's
// beginning as there is: 1 (upright) if there is none or it cannot be read.
// (Exif 2.32, tag Orientation.)
func Orientation(file []byte) int {
	for at := 2; at+4 <= len(file) && file[at] == 0xFF; {
		marker, length := file[at+1], int(binary.BigEndian.Uint16(file[at+2:]))
		if marker == 0xDA || length < 2 || at+2+length > len(file) {
			return 1
		}
		segment := file[at+4 : at+2+length]
		if exif, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && marker == 0xE1 {
			return tag(exif)
		}
		at += 2 + length
	}
	return 1
}

func tag(exif []byte) int {
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
	const tagOrientation, entrySize = 0x0112, 12
	entries := exif[at+2:]
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

// Upright turns and mirrors a picture as its orientation asks. (Exif 2.32, tag
// Orientation.)
func Upright(in *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 {
		return in
	}
	w, h := in.Bounds().Dx(), in.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if turn >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			px, py := x, y
			switch turn {
			case 2:
				px = w - 1 - x
			case 3:
				px, py = w-1-x, h-1-y
			case 4:
				py = h - 1 - y
			case 5:
				px, py = y, x
			case 6:
				px, py = h-1-y, x
			case 7:
				px, py = h-1-y, w-1-x
			case 8:
				px, py = y, w-1-x
			}
			out.SetRGBA(px, py, in.RGBAAt(x, y))
		}
	}
	return out
}
