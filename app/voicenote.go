package app

import (
	"encoding/base64"
	"encoding/binary"
	"log/slog"
	"math"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/microphone"
	"tresen/internal/store"
	"tresen/internal/voice"
)

// VoiceRow is a voice note that can be listened to before it is sent.
type VoiceRow struct {
	File StagedRow `json:"file"`
	// Preview is a WAV file in base64, for listening only; empty if there is a problem.
	Preview string `json:"preview"`
}

// BeginVoice begins a voice note for a conversation. Samples follow with
// AppendFile: 48,000 a second, 16 bits, little endian, one channel. They are
// encoded and sealed as they come.
func (b *Sending) BeginVoice(conversationID int64) (id string, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return "", err
	}
	f, err := s.stage(conversationID, "", 0)
	if err != nil {
		return "", err
	}
	if f.recorder, err = voice.New(f.raw); err != nil {
		s.unstage(f.id)
		return "", err
	}
	return f.id, nil
}

// FinishVoice ends a voice note. One that is too short is returned with its
// problem and gone.
func (b *Sending) FinishVoice(id string) (row VoiceRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	f, err := s.stagedFile(id)
	if err != nil {
		return row, err
	}
	f.closeMicrophone()
	row, err = f.finishVoice(s.cfg.now())
	if err != nil || row.File.Problem != "" {
		s.unstage(id)
	}
	return row, err
}

func (f *stagedFile) finishVoice(now time.Time) (VoiceRow, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone || f.recorder == nil || f.ready != nil {
		return VoiceRow{}, inbox.NewError(inbox.CodeConflict, "no voice note is being recorded")
	}
	if f.recorder.Length() < voice.MinLength {
		return VoiceRow{File: StagedRow{ID: f.id, Voice: true, Problem: media.FieldEmpty}}, nil
	}
	if err := f.recorder.Close(); err != nil {
		return VoiceRow{}, err
	}
	if err := f.raw.Finish(); err != nil {
		return VoiceRow{}, err
	}
	f.ready = &media.Prepared{
		Sealed: store.Sealed{File: f.raw, Facts: inbox.FileFacts{MIME: "audio/ogg"}, At: now}, Kind: inbox.KindAudio, MIME: "audio/ogg",
	}
	row, err := f.row()
	if err != nil {
		return VoiceRow{}, err
	}
	note, err := f.raw.Open()
	if err != nil {
		return VoiceRow{}, err
	}
	defer note.Close()
	wav, err := voice.Preview(note)
	return VoiceRow{File: row, Preview: base64.StdEncoding.EncodeToString(wav)}, err
}

// VoiceLevelEvent says how a note goes on that the program itself records.
type VoiceLevelEvent struct {
	ID string `json:"id"`
	// Samples is how many were recorded, Level how loud the last ones were, 0 to 1.
	Samples int64   `json:"samples"`
	Level   float64 `json:"level"`
}

// PauseVoiceRequest stops or continues a note that the program itself records.
type PauseVoiceRequest struct {
	ID     string `json:"id"`
	Paused bool   `json:"paused"`
}

// RecordVoice begins a voice note with the computer's microphone, without the
// webview. It fails with not_found where that is not possible.
func (b *Sending) RecordVoice(conversationID int64) (id string, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return "", err
	}
	if id, err = b.BeginVoice(conversationID); err != nil {
		return "", err
	}
	f, err := s.stagedFile(id)
	if err != nil {
		return "", err
	}
	m, err := microphone.Open(func(samples []byte) { s.heard(f, samples) })
	if err != nil {
		s.unstage(id)
		return "", err
	}
	f.mu.Lock()
	f.microphone = m
	gone := f.gone
	f.mu.Unlock()
	if gone {
		f.closeMicrophone()
	}
	return id, nil
}

// PauseVoice stops or continues it.
func (b *Sending) PauseVoice(r PauseVoiceRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	f, err := s.stagedFile(r.ID)
	if err != nil {
		return err
	}
	f.mu.Lock()
	m := f.microphone
	f.mu.Unlock()
	switch {
	case m == nil:
		return inbox.NewError(inbox.CodeConflict, "the program does not record")
	case r.Paused:
		m.Pause()
	default:
		m.Resume()
	}
	return nil
}

// heard adds what the microphone heard and tells the window how loud it was.
func (s *Session) heard(f *stagedFile, samples []byte) {
	if err := f.write(samples); err != nil {
		slog.Warn("sound was not kept", "code", inbox.CodeOf(err))
		return
	}
	f.mu.Lock()
	recorded := f.written / 2
	f.mu.Unlock()
	s.cfg.emit(EventVoiceLevel, VoiceLevelEvent{ID: f.id, Samples: recorded, Level: loudness(samples)})
}

// loudness is between silence and full, as ears judge it.
func loudness(samples []byte) float64 {
	var sum float64
	for at := 0; at+1 < len(samples); at += 2 {
		v := float64(int16(binary.LittleEndian.Uint16(samples[at:]))) / math.MaxInt16
		sum += v * v
	}
	const silence, span = -60, 55
	level := 10*math.Log10(2*sum/float64(max(len(samples), 2))+1e-10) - silence
	return min(max(level/span, 0), 1)
}

// closeMicrophone must not be called with mu held: what was heard last needs it.
func (f *stagedFile) closeMicrophone() {
	f.mu.Lock()
	m := f.microphone
	f.microphone = nil
	f.mu.Unlock()
	if m != nil {
		m.Close()
	}
}
