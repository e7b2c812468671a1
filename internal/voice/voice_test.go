package voice

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// tone is so much of a sine wave.
func tone(d time.Duration) []byte {
	var b []byte
	for i := range int(d.Seconds() * Rate) {
		b = binary.LittleEndian.AppendUint16(b, uint16(int16(12000*math.Sin(2*math.Pi*440*float64(i)/Rate))))
	}
	return b
}

func record(t *testing.T, samples []byte, part int) []byte {
	t.Helper()
	var out bytes.Buffer
	r, err := New(&out)
	if err != nil {
		t.Fatal(err)
	}
	for len(samples) > 0 {
		n := min(part, len(samples))
		if err := r.Write(samples[:n]); err != nil {
			t.Fatal(err)
		}
		samples = samples[n:]
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// WhatsApp wants Ogg, Opus, one channel. (RFC 3533; RFC 7845, section 5.1.)
func TestNoteIsOggOpusWithOneChannel(t *testing.T) {
	note := record(t, tone(2*time.Second), 7000)
	if !bytes.HasPrefix(note, []byte("OggS")) || !bytes.HasPrefix(note[28:], []byte("OpusHead\x01\x01")) {
		t.Fatalf("begins with %x", note[:64])
	}
	if len(note) < 4000 || len(note) > 2*2*bitrate/8 {
		t.Errorf("%d bytes for 2 s", len(note))
	}
}

func TestPreviewSoundsLikeTheNote(t *testing.T) {
	wav, err := Preview(bytes.NewReader(record(t, tone(time.Second), 96_000)))
	if err != nil {
		t.Fatal(err)
	}
	samples := (len(wav) - wavHeader) / sampleBytes
	if samples < 15_800 || samples > 16_200 {
		t.Errorf("%d samples of one second", samples)
	}
	if got := int(binary.LittleEndian.Uint32(wav[40:])); got != len(wav)-wavHeader || string(wav[:4]) != "RIFF" {
		t.Errorf("header says %d of %d bytes", got, len(wav))
	}
	var energy float64
	rises := 0
	for i := 1; i < samples; i++ {
		a := int16(binary.LittleEndian.Uint16(wav[wavHeader+2*i-2:]))
		b := int16(binary.LittleEndian.Uint16(wav[wavHeader+2*i:]))
		energy += float64(b) * float64(b)
		if a < 0 && b >= 0 {
			rises++
		}
	}
	if level := math.Sqrt(energy / float64(samples)); level < 6000 || level > 11_000 || rises < 430 || rises > 450 {
		t.Errorf("level %.0f, %d waves", level, rises)
	}
}

func TestWhatIsNoNote(t *testing.T) {
	r, err := New(&bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Write([]byte{1}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("half a sample: %v", err)
	}
	r.written = int64(MaxLength/time.Second) * Rate * sampleBytes
	if err := r.Write([]byte{1, 2}); inbox.CodeOf(err) != inbox.CodeInvalid || r.Length() != MaxLength {
		t.Errorf("too long: %v, %v", err, r.Length())
	}
	if _, err := Preview(bytes.NewReader([]byte("OggS"))); inbox.CodeOf(err) != inbox.CodeStorageDamaged {
		t.Errorf("preview of nothing: %v", err)
	}
}
