// Package voice makes voice notes: samples come in as they are recorded, an
// Ogg/Opus stream of one channel goes out, as WhatsApp wants it. Nothing is
// kept here; where the stream goes is the caller's business.
//
// It must not know who records, for whom, or where the samples come from.
package voice

import (
	"encoding/binary"
	"io"
	"time"

	"github.com/tphakala/go-opus/oggopus"

	"tresen/internal/inbox"
)

const (
	// Rate is how many samples a second Write takes.
	Rate = 48_000
	// bitrate is where speech is clear and two minutes stay below the 512 KB up
	// to which WhatsApp shows a play button at once. (Meta docs: Audio messages.)
	bitrate = 32_000
	// MaxLength keeps a note below 16 MB at that rate. (Meta docs: Supported media types.)
	MaxLength = time.Hour
	// MinLength is what a slip of the finger takes.
	MinLength = 500 * time.Millisecond
)

const sampleBytes = 2

// Recorder encodes one note. It is not safe for concurrent use.
type Recorder struct {
	encoder *oggopus.Encoder
	written int64
}

// New begins a note that is written to w while it is recorded.
func New(w io.Writer) (*Recorder, error) {
	encoder, err := oggopus.NewEncoder(w, oggopus.Config{
		SampleRate: Rate, Channels: 1, Bitrate: bitrate, ConstrainedVBR: true, Vendor: "Tresen",
	})
	if err != nil {
		return nil, inbox.WrapError(inbox.CodeInternal, "begin voice note", err)
	}
	return &Recorder{encoder: encoder}, nil
}

// Write adds samples: 16 bits, little endian, one channel. It fails with invalid
// for what is none, or beyond MaxLength, and as w does.
func (r *Recorder) Write(samples []byte) error {
	if len(samples)%sampleBytes != 0 {
		return inbox.InvalidField("samples", "half a sample")
	}
	if length(r.written+int64(len(samples))) > MaxLength {
		return inbox.InvalidField("samples", "the note is too long")
	}
	r.written += int64(len(samples))
	_, err := r.encoder.Write(samples)
	return err
}

// Length is how much has been recorded.
func (r *Recorder) Length() time.Duration { return length(r.written) }

func length(bytes int64) time.Duration {
	return time.Duration(bytes/sampleBytes) * time.Second / Rate
}

// Close ends the stream. It does not close what it was written to.
func (r *Recorder) Close() error { return r.encoder.Close() }

// previewStep says which of the samples are kept for listening: a third, which
// is more than speech needs.
const previewStep = 3

// Preview decodes a note into a WAV file, which every web view plays.
func Preview(note io.Reader) ([]byte, error) {
	decoder, err := oggopus.NewDecoder(note)
	if err != nil {
		return nil, inbox.NewError(inbox.CodeStorageDamaged, "read voice note")
	}
	wav := make([]byte, wavHeader, 1<<20)
	buffer := make([]byte, sampleBytes*previewStep*4096)
	for {
		n, err := io.ReadFull(decoder, buffer)
		for at := 0; at+sampleBytes*previewStep <= n; at += sampleBytes * previewStep {
			sum := 0
			for i := range previewStep {
				sum += int(int16(binary.LittleEndian.Uint16(buffer[at+i*sampleBytes:])))
			}
			wav = binary.LittleEndian.AppendUint16(wav, uint16(int16(sum/previewStep)))
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode voice note")
		}
	}
	putHeader(wav)
	return wav, nil
}

const wavHeader = 44

// putHeader writes a WAV file's header for one channel of 16 bits.
func putHeader(wav []byte) {
	const rate = Rate / previewStep
	copy(wav, "RIFF")
	binary.LittleEndian.PutUint32(wav[4:], uint32(len(wav)-8))
	copy(wav[8:], "WAVEfmt ")
	for _, f := range []struct {
		at, size int
		value    uint32
	}{{16, 4, 16}, {20, 2, 1}, {22, 2, 1}, {24, 4, rate}, {28, 4, rate * sampleBytes}, {32, 2, sampleBytes}, {34, 2, 8 * sampleBytes}} {
		if f.size == 2 {
			binary.LittleEndian.PutUint16(wav[f.at:], uint16(f.value))
		} else {
			binary.LittleEndian.PutUint32(wav[f.at:], f.value)
		}
	}
	copy(wav[36:], "data")
	binary.LittleEndian.PutUint32(wav[40:], uint32(len(wav)-wavHeader))
}
