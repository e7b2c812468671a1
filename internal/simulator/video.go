package simulator

import "encoding/binary"

// Clip is an MP4 of two seconds without sound: H.264 baseline, 64 × 64 pixels, ten
// frames, each of uncompressed macroblocks (I_PCM), which every decoder knows and
// which needs no encoder. A bright bar wanders through the picture.
func Clip() File {
	const frames = 10
	var samples [][]byte
	for i := range frames {
		nal := frame(i)
		samples = append(samples, append(binary.BigEndian.AppendUint32(nil, uint32(len(nal))), nal...))
	}
	ftyp := box("ftyp", []byte("isom\x00\x00\x02\x00isomiso2avc1mp41"))
	var data []byte
	for _, s := range samples {
		data = append(data, s...)
	}
	// The offset of the samples depends on the size of moov, which does not
	// depend on the offset.
	size := len(movie(samples, 0))
	out := append(ftyp, movie(samples, uint32(len(ftyp)+size+8))...)
	out = append(out, box("mdat", data)...)
	return File{MIME: "video/mp4", Name: "video.mp4", Bytes: out}
}

// bigBits writes bits, most significant first, and Exp-Golomb numbers.
type bigBits struct {
	out []byte
	n   uint
}

func (w *bigBits) u(value uint32, n uint) {
	for n > 0 {
		n--
		if w.n%8 == 0 {
			w.out = append(w.out, 0)
		}
		w.out[len(w.out)-1] |= byte(value>>n&1) << (7 - w.n%8)
		w.n++
	}
}

func (w *bigBits) ue(value uint32) {
	value++
	var size uint
	for v := value; v > 1; v >>= 1 {
		size++
	}
	w.u(0, size)
	w.u(value, size+1)
}

func (w *bigBits) align() { w.n = uint(len(w.out)) * 8 }

// trail ends a NAL unit's payload.
func (w *bigBits) trail() []byte {
	w.u(1, 1)
	w.align()
	return w.out
}

// nalUnit adds the header and keeps start codes out of the payload.
func nalUnit(header byte, payload []byte) []byte {
	out := []byte{header}
	zeros := 0
	for _, b := range payload {
		if zeros >= 2 && b <= 3 {
			out = append(out, 3)
			zeros = 0
		}
		out = append(out, b)
		if b == 0 {
			zeros++
		} else {
			zeros = 0
		}
	}
	return out
}

func sequenceSet() []byte {
	var w bigBits
	w.u(66, 8)   // baseline
	w.u(0xc0, 8) // constrained
	w.u(10, 8)   // level 1.0
	w.ue(0)      // id
	w.ue(0)      // 16 frame numbers
	w.ue(2)      // output order = decoding order
	w.ue(0)      // no reference frames
	w.u(0, 1)
	w.ue(3) // 4 macroblocks wide
	w.ue(3) // and high
	w.u(1, 1)
	w.u(1, 1)
	w.u(0, 1) // no cropping
	w.u(0, 1) // no VUI
	return nalUnit(0x67, w.trail())
}

func pictureSet() []byte {
	var w bigBits
	w.ue(0)
	w.ue(0)
	w.u(0, 1) // CAVLC
	w.u(0, 1)
	w.ue(0) // one slice group
	w.ue(0)
	w.ue(0)
	w.u(0, 1)
	w.u(0, 2)
	w.ue(0) // QP 26
	w.ue(0)
	w.ue(0)
	w.u(1, 1) // deblocking control present
	w.u(0, 1)
	w.u(0, 1)
	return nalUnit(0x68, w.trail())
}

// frame is one IDR picture.
func frame(i int) []byte {
	var w bigBits
	w.ue(0) // first macroblock
	w.ue(7) // I slice
	w.ue(0)
	w.u(0, 4)           // frame number
	w.ue(uint32(i % 2)) // neighbouring IDR pictures differ in id
	w.u(0, 2)           // reference marking
	w.ue(0)             // QP delta (signed 0)
	w.ue(1)             // no deblocking
	for mb := range 16 {
		w.ue(25) // I_PCM
		w.align()
		for y := range 16 {
			for x := range 16 {
				w.out = append(w.out, luma(mb%4*16+x, mb/4*16+y, i))
			}
		}
		for c := range 128 {
			chroma := byte(110)
			if c >= 64 {
				chroma = 150
			}
			w.out = append(w.out, chroma)
		}
		w.align()
	}
	return nalUnit(0x65, w.trail())
}

func luma(x, y, i int) byte {
	if d := x - i*6; d >= 0 && d < 8 {
		return 235
	}
	return byte(60 + x + y/2)
}

func box(name string, parts ...[]byte) []byte {
	out := []byte{0, 0, 0, 0}
	out = append(out, name...)
	for _, p := range parts {
		out = append(out, p...)
	}
	binary.BigEndian.PutUint32(out, uint32(len(out)))
	return out
}

// words is a sequence of 32-bit numbers.
func words(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(out, v)
	}
	return out
}

// movie is the moov box: one video track of two seconds.
func movie(samples [][]byte, offset uint32) []byte {
	const scale, ticks = 1000, 200
	n := uint32(len(samples))
	unity := words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
	mvhd := box("mvhd", words(0, 0, 0, scale, n*ticks, 0x10000, 0x01000000, 0, 0), unity, words(0, 0, 0, 0, 0, 0, 2))
	tkhd := box("tkhd", words(7, 0, 0, 1, 0, n*ticks, 0, 0, 0, 0), unity, words(64<<16, 64<<16))
	mdhd := box("mdhd", words(0, 0, 0, scale, n*ticks, 0x55c40000))
	hdlr := box("hdlr", words(0, 0), []byte("vide"), words(0, 0, 0), []byte("video\x00"))
	dinf := box("dinf", box("dref", words(0, 1), box("url ", words(1))))
	stbl := box("stbl",
		box("stsd", words(0, 1), sampleEntry()),
		box("stts", words(0, 1, n, ticks)),
		box("stsc", words(0, 1, 1, n, 1)),
		box("stsz", words(0, 0, n), sizes(samples)),
		box("stco", words(0, 1, offset)),
	)
	minf := box("minf", box("vmhd", words(1, 0, 0)), dinf, stbl)
	return box("moov", mvhd, box("trak", tkhd, box("mdia", mdhd, hdlr, minf)))
}

func sizes(samples [][]byte) []byte {
	var out []byte
	for _, s := range samples {
		out = append(out, words(uint32(len(s)))...)
	}
	return out
}

func sampleEntry() []byte {
	sps, pps := sequenceSet(), pictureSet()
	avcc := []byte{1, 66, 0xc0, 10, 0xff, 0xe1}
	avcc = binary.BigEndian.AppendUint16(avcc, uint16(len(sps)))
	avcc = append(avcc, sps...)
	avcc = append(avcc, 1)
	avcc = binary.BigEndian.AppendUint16(avcc, uint16(len(pps)))
	avcc = append(avcc, pps...)
	head := append(words(0, 1), words(0, 0, 0, 0, 64<<16|64, 0x480000, 0x480000, 0)...)
	head = append(head, 0, 1)
	head = append(head, make([]byte, 32)...)
	head = append(head, 0, 24, 0xff, 0xff)
	return box("avc1", head, box("avcC", avcc))
}
