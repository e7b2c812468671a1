package media

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"

	"tresen/internal/exif"
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
	return encodeThumb(exif.Upright(fit(decoded, thumbSide), turn))
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
	return exif.Orientation(head[:n])
}
