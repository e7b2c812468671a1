package microphone

import (
	"encoding/binary"

	"github.com/jfreymuth/pulse"
	"github.com/jfreymuth/pulse/proto"
)

// partSeconds is how much comes at once: often enough for a level that moves.
const partSeconds = 0.1

// Microphone is the computer's, as the sound server chooses it.
type Microphone struct {
	client *pulse.Client
	stream *pulse.RecordStream
}

// Open begins to record. Samples are 16 bits, little endian; they come from one
// goroutine until Close, in parts that are only valid during the call. It fails
// with not_found if there is no sound server or no microphone.
func Open(samples func([]byte)) (*Microphone, error) {
	client, err := pulse.NewClient(pulse.ClientApplicationName("Tresen"))
	if err != nil {
		return nil, errNone
	}
	var part []byte
	write := pulse.Int16Writer(func(list []int16) (int, error) {
		part = part[:0]
		for _, s := range list {
			part = binary.LittleEndian.AppendUint16(part, uint16(s))
		}
		samples(part)
		return len(list), nil
	})
	stream, err := client.NewRecord(write, pulse.RecordMono, pulse.RecordSampleRate(Rate), pulse.RecordLatency(partSeconds),
		// Otherwise the server gathers up to two seconds, and the end of a note would be missing.
		pulse.RecordRawOption(func(r *proto.CreateRecordStream) { r.AdjustLatency = true }))
	if err != nil {
		client.Close()
		return nil, errNone
	}
	stream.Start()
	return &Microphone{client: client, stream: stream}, nil
}

// Pause stops the samples until Resume.
func (m *Microphone) Pause() { m.stream.Stop() }

// Resume lets them come again.
func (m *Microphone) Resume() { m.stream.Start() }

// Close ends recording. No sample comes once it has returned.
func (m *Microphone) Close() {
	m.stream.Stop()
	m.stream.Close()
	m.client.Close()
}
