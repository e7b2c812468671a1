package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"tresen/internal/inbox"
)

const (
	// thumbSide is the longer side of a small picture: a bubble's width on a
	// screen with two pixels per point.
	thumbSide    = 640
	thumbQuality = 80
	// maxPixels bounds what is unpacked: a small file can claim any size.
	maxPixels = 40_000_000
)

var decoders = map[string]struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	jpegType: {jpeg.DecodeConfig, jpeg.Decode},
	pngType:  {png.DecodeConfig, png.Decode},
	gifType:  {gif.DecodeConfig, gif.Decode},
	webpType: {webp.DecodeConfig, webp.Decode},
}

// measure notes a picture's size as it is shown, and whether it moves.
func measure(file io.ReaderAt, size int64, facts *inbox.FileFacts) (turn int) {
	turn = 1
	if facts.MIME == webpType {
		if width, height, animated, ok := webpHeader(file); ok {
			facts.Width, facts.Height, facts.Animated = width, height, animated
			return turn
		}
	}
	d, ok := decoders[facts.MIME]
	if !ok {
		return turn
	}
	config, err := d.config(io.NewSectionReader(file, 0, size))
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return turn
	}
	facts.Width, facts.Height = config.Width, config.Height
	if facts.MIME == jpegType {
		if turn = orientation(file); turn >= 5 {
			facts.Width, facts.Height = config.Height, config.Width
		}
	}
	return turn
}

// webpHeader reads an extended WebP's canvas. (RFC 9649, section 2.7.1.)
func webpHeader(file io.ReaderAt) (width, height int, animated, ok bool) {
	var b [30]byte
	if _, err := file.ReadAt(b[:], 0); err != nil || string(b[12:16]) != "VP8X" {
		return 0, 0, false, false
	}
	three := func(at int) int { return int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16 }
	return three(24) + 1, three(27) + 1, b[20]&2 != 0, true
}

// thumb makes a small picture, or returns nil for what cannot or need not have
// one. What the file held besides its pixels stays behind.
func thumb(file io.ReaderAt, size int64, facts inbox.FileFacts, turn int) []byte {
	d, ok := decoders[facts.MIME]
	if !ok || facts.Animated || facts.Width <= 0 || facts.Height <= 0 || facts.Width > maxPixels/facts.Height {
		return nil
	}
	decoded, err := d.decode(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil // the whole picture may be shown all the same
	}
	stored := decoded.Bounds()
	if stored.Dx() > maxPixels/max(stored.Dy(), 1) {
		return nil
	}
	return encodeThumb(turned(fit(decoded, thumbSide), turn))
}

// Poster makes the small picture of a film from a frame of it, which is a
// JPEG or PNG. It fails with invalid.
func Poster(frame []byte) (small []byte, width, height int, err error) {
	facts := inbox.FileFacts{}
	file := bytes.NewReader(frame)
	if facts.MIME, err = sniff(file, file.Size()); err != nil || facts.MIME != jpegType && facts.MIME != pngType {
		return nil, 0, 0, inbox.InvalidField("frame", "not a JPEG or PNG picture")
	}
	turn := measure(file, file.Size(), &facts)
	if small = thumb(file, file.Size(), facts, turn); small == nil {
		return nil, 0, 0, inbox.InvalidField("frame", "cannot be read")
	}
	return small, facts.Width, facts.Height, nil
}

// encodeThumb keeps transparency, which only PNG of the two can.
func encodeThumb(in *image.RGBA) []byte {
	var out bytes.Buffer
	if !in.Opaque() {
		if png.Encode(&out, in) != nil {
			return nil
		}
		return out.Bytes()
	}
	if jpeg.Encode(&out, in, &jpeg.Options{Quality: thumbQuality}) != nil {
		return nil
	}
	return out.Bytes()
}

// turned turns and mirrors a picture as its orientation asks. (Exif 2.32, tag
// Orientation.)
func turned(in *image.RGBA, turn int) *image.RGBA {
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

// exifReach is how far into a JPEG its orientation is looked for: one segment
// is 64 KiB at most, and it stands among the first.
const exifReach = 256 << 10

// orientation reads the Exif orientation of a JPEG, 1 (upright) if there is none.
func orientation(file io.ReaderAt) int {
	head := make([]byte, exifReach)
	n, err := file.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return 1
	}
	head = head[:n]
	for at := 2; at+4 <= len(head) && head[at] == 0xFF; {
		marker, length := head[at+1], int(binary.BigEndian.Uint16(head[at+2:]))
		if marker == 0xDA || length < 2 || at+2+length > len(head) {
			return 1
		}
		if exif, ok := bytes.CutPrefix(head[at+4:at+2+length], []byte("Exif\x00\x00")); ok && marker == 0xE1 {
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
