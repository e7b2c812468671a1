package simulator

import (
	"encoding/binary"
	"math"
)

// Sticker is a WebP of 512 × 512 pixels with a transparent background: a flower
// in two colours, lossless (VP8L), below the 100 KB of static stickers.
func Sticker() File {
	const side = 512
	var w bitWriter
	w.write(0x2f, 8) // VP8L signature
	w.write(side-1, 14)
	w.write(side-1, 14)
	w.write(1, 1)   // uses alpha
	w.write(0, 3)   // version
	w.write(0, 1)   // no transform
	w.write(0, 1)   // no colour cache
	w.write(0, 1)   // one group of prefix codes
	w.pair(70, 190) // green
	w.single(235)   // red
	w.single(90)    // blue
	w.pair(0, 255)  // alpha
	w.single(0)     // distance, unused
	for y := range side {
		for x := range side {
			green, alpha := stickerPixel(float64(x-side/2), float64(y-side/2))
			w.write(green, 1) // red and blue take no bits
			w.write(alpha, 1)
		}
	}
	return File{MIME: "image/webp", Name: "sticker.webp", Bytes: riff(w.finish())}
}

// stickerPixel gives the two bits of a pixel: petal or heart, visible or not.
func stickerPixel(x, y float64) (green, alpha uint32) {
	d := math.Hypot(x, y)
	if d < 60 {
		return 1, 1
	}
	if d < 130+90*math.Cos(6*math.Atan2(y, x)) {
		return 0, 1
	}
	return 0, 0
}

func riff(vp8l []byte) []byte {
	size := len(vp8l)
	if size%2 == 1 {
		vp8l = append(vp8l, 0)
	}
	out := []byte("RIFF")
	out = binary.LittleEndian.AppendUint32(out, uint32(12+len(vp8l)))
	out = append(out, "WEBPVP8L"...)
	out = binary.LittleEndian.AppendUint32(out, uint32(size))
	return append(out, vp8l...)
}

// bitWriter writes bits, least significant first.
type bitWriter struct {
	out  []byte
	bits uint64
	n    uint
}

func (w *bitWriter) write(value uint32, n uint) {
	w.bits |= uint64(value) << w.n
	w.n += n
	for w.n >= 8 {
		w.out = append(w.out, byte(w.bits))
		w.bits >>= 8
		w.n -= 8
	}
}

func (w *bitWriter) finish() []byte {
	if w.n > 0 {
		w.out = append(w.out, byte(w.bits))
		w.bits, w.n = 0, 0
	}
	return w.out
}

// single writes a prefix code of one symbol, which takes no bits per pixel.
func (w *bitWriter) single(symbol uint32) {
	w.write(1, 1) // simple code
	w.write(0, 1) // one symbol
	w.write(1, 1) // of eight bits
	w.write(symbol, 8)
}

// pair writes a prefix code of two symbols, one bit each; the first is 0.
func (w *bitWriter) pair(zero, one uint32) {
	w.write(1, 1)
	w.write(1, 1) // two symbols
	w.write(1, 1)
	w.write(zero, 8)
	w.write(one, 8)
}
