package app

import (
	"encoding/base64"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/media"
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
