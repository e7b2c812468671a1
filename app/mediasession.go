package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"mime"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/media"
	"tresen/internal/store"
)

// mediaSetting is the name under which the policy for files is kept, sealed.
const mediaSetting = "media"

// maxKeepDays is ten years, the longest anybody must keep anything. (§ 147 AO.)
const maxKeepDays = 3650

// tellProgressEvery is how often the window learns how far a file has come.
const tellProgressEvery = 150 * time.Millisecond

// newMedia makes the fetcher of a session and takes away what a crash may have
// left of copies for other programs.
func (s *Session) newMedia(source media.Source) *media.Fetcher {
	s.removeCopies()
	var mu sync.Mutex
	told := map[inbox.MessageID]time.Time{}
	return media.New(media.Config{
		Store: s.store, Source: source, Policy: s.mediaPolicy, Now: s.cfg.now,
		Changed: func(id inbox.MessageID) {
			mu.Lock()
			delete(told, id)
			mu.Unlock()
			s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(id.Conversation())})
		},
		Progress: func(id inbox.MessageID, done, total int64) {
			now := time.Now()
			mu.Lock()
			soon := now.Sub(told[id]) < tellProgressEvery
			if !soon {
				told[id] = now
			}
			mu.Unlock()
			if !soon {
				s.cfg.emit(EventMediaProgress, MediaEvent{MessageID: id.String(), Done: done, Total: total})
			}
		},
	})
}

func (s *Session) mediaPolicy(ctx context.Context) (media.Policy, error) {
	policy := media.Policy{Days: media.KeepForever}
	value, err := s.store.Setting(ctx, mediaSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return policy, nil
	}
	if err != nil {
		return policy, err
	}
	if err := json.Unmarshal(value, &policy); err != nil {
		return policy, inbox.NewError(inbox.CodeStorageDamaged, "decode policy for files")
	}
	return policy, nil
}

func (s *Session) keeping() (Keeping, error) {
	policy, err := s.mediaPolicy(s.ctx)
	if err != nil {
		return Keeping{}, err
	}
	used, err := s.store.MediaUsage(s.ctx)
	return Keeping{Days: policy.Days, Files: used.Files, Bytes: used.Bytes}, err
}

func (s *Session) setKeeping(days int) error {
	value, err := json.Marshal(media.Policy{Days: days})
	if err != nil {
		return err
	}
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(mediaSetting, value) }); err != nil {
		return err
	}
	s.media.Wake()
	return s.media.Apply(s.ctx)
}

// removeCopies deletes the plain copies made for other programs.
func (s *Session) removeCopies() {
	if err := s.store.RemovePlainCopies(); err != nil {
		slog.Warn("copies of opened files could not be deleted", "err", err)
	}
}

// fileRow says what has become of a message's file, or nil without one.
func (s *Session) fileRow(m inbox.Message) *FileRow {
	said := m.Content.Media
	if said == nil {
		return nil
	}
	row := &FileRow{State: "lost", Voice: said.Voice, Animated: said.Animated}
	if claimed, _, err := mime.ParseMediaType(said.MIME); err == nil {
		row.Type = claimed
	}
	if m.File == nil {
		return row
	}
	f := *m.File
	row.State, row.Bytes, row.ExpiresAtMs, row.Thumb, row.FailureCode = string(f.State), f.Bytes, millis(f.ExpiresAt), f.Thumb, string(f.Failure)
	row.Width, row.Height = f.Facts.Width, f.Facts.Height
	if f.State == inbox.FileStored {
		row.Type, row.Inline, row.Animated = f.Facts.MIME, media.Inline(f.Facts.MIME), f.Facts.Animated
	}
	row.Risk = string(media.RiskOf(said.FileName, f.Facts))
	if done, total, arriving := s.media.Arriving(m.ID); arriving && f.State == inbox.FileOpen {
		row.Arriving, row.Done, row.Bytes = true, done, max(total, row.Bytes)
	}
	return row
}
