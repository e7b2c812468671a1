package simulator

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// VoiceNote is a valid Ogg/Opus file of silence, as long as asked, up to an hour.
// (Encoding sound in Opus would take an encoder; silence is three bytes a frame.)
func VoiceNote(length time.Duration) File {
	frames := max(1, int(min(length, time.Hour)/(20*time.Millisecond)))
	head := []byte("OpusHead\x01\x01")               // version 1, mono
	head = binary.LittleEndian.AppendUint16(head, 0) // pre-skip
	head = binary.LittleEndian.AppendUint32(head, 48000)
	head = append(head, 0, 0, 0) // gain, mapping family
	tags := append([]byte("OpusTags"), lengthPrefixed("tresen-simulator")...)
	tags = binary.LittleEndian.AppendUint32(tags, 0)
	silence := []byte{0xf8, 0xff, 0xfe} // CELT full band, 20 ms, mono

	var out []byte
	out = append(out, oggPage(2, 0, 0, [][]byte{head})...)
	out = append(out, oggPage(0, 0, 1, [][]byte{tags})...)
	sequence, granule := uint32(2), uint64(0)
	for frames > 0 {
		n := min(frames, 50)
		frames -= n
		granule += uint64(n) * 960
		packets := make([][]byte, n)
		for i := range packets {
			packets[i] = silence
		}
		flags := byte(0)
		if frames == 0 {
			flags = 4 // last page
		}
		out = append(out, oggPage(flags, granule, sequence, packets)...)
		sequence++
	}
	return File{MIME: "audio/ogg; codecs=opus", Name: "sprachnachricht.ogg", Bytes: out, Voice: true}
}

func lengthPrefixed(text string) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(text))), text...)
}

// oggPage is one page of whole packets, each shorter than 255 bytes.
func oggPage(flags byte, granule uint64, sequence uint32, packets [][]byte) []byte {
	page := []byte("OggS\x00")
	page = append(page, flags)
	page = binary.LittleEndian.AppendUint64(page, granule)
	page = binary.LittleEndian.AppendUint32(page, 0x54524553) // stream
	page = binary.LittleEndian.AppendUint32(page, sequence)
	page = append(page, 0, 0, 0, 0, byte(len(packets)))
	for _, p := range packets {
		page = append(page, byte(len(p)))
	}
	for _, p := range packets {
		page = append(page, p...)
	}
	binary.LittleEndian.PutUint32(page[22:], oggChecksum(page))
	return page
}

// oggChecksum is CRC-32 with the polynomial 0x04c11db7, unreflected (RFC 3533).
func oggChecksum(b []byte) uint32 {
	var crc uint32
	for _, c := range b {
		crc ^= uint32(c) << 24
		for range 8 {
			if crc&0x80000000 != 0 {
				crc = crc<<1 ^ 0x04c11db7
			} else {
				crc <<= 1
			}
		}
	}
	return crc
}

// Tone is a WAV file with a soft tone. Businesses cannot send WAV, but customers
// can, as a document.
func Tone(length time.Duration) File {
	const rate = 16000
	n := int(length.Seconds() * rate)
	var out bytes.Buffer
	out.WriteString("RIFF")
	_ = binary.Write(&out, binary.LittleEndian, uint32(36+2*n))
	out.WriteString("WAVEfmt ")
	for _, v := range []any{uint32(16), uint16(1), uint16(1), uint32(rate), uint32(2 * rate), uint16(2), uint16(16)} {
		_ = binary.Write(&out, binary.LittleEndian, v)
	}
	out.WriteString("data")
	_ = binary.Write(&out, binary.LittleEndian, uint32(2*n))
	for i := range n {
		t := float64(i) / rate
		_ = binary.Write(&out, binary.LittleEndian, int16(6000*math.Sin(2*math.Pi*440*t)))
	}
	return File{MIME: "audio/wav", Name: "ton.wav", Bytes: out.Bytes()}
}

// Paper is a PDF of one page with some lines of text (Latin letters).
func Paper(name string, lines ...string) File {
	var content bytes.Buffer
	content.WriteString("BT /F1 14 Tf 72 770 Td 20 TL\n")
	for _, line := range lines {
		fmt.Fprintf(&content, "<%x> Tj T*\n", winAnsi(line))
	}
	content.WriteString("ET")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", content.Len(), content.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	offsets := make([]int, len(objects))
	for i, o := range objects {
		offsets[i] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return File{MIME: "application/pdf", Name: name + ".pdf", Bytes: out.Bytes()}
}

// winAnsi keeps the characters of Latin-1 and the euro sign.
func winAnsi(text string) []byte {
	var out []byte
	for _, r := range text {
		switch {
		case r == '€':
			out = append(out, 0x80)
		case r < 0x80 || (r >= 0xa0 && r <= 0xff):
			out = append(out, byte(r))
		default:
			out = append(out, '?')
		}
	}
	return out
}
