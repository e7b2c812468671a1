package access

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// KeptMessage is a message as the archive holds it.
type KeptMessage struct {
	WAMID     string
	Direction string
	Kind      string
	SentAt    time.Time
	Content   inbox.Content
	// SHA256 and Open are of its file; Open is nil without one.
	SHA256 []byte
	Open   func(context.Context) (*store.StoredFile, error)
}

// NewKept words an entry of the archive. entry is its number, which makes the
// names of its messages and files.
func NewKept(entry int64, k Kept, messages []KeptMessage) Kept {
	k.Messages = []Message{}
	for i, m := range messages {
		out := Message{
			ID: fmt.Sprintf("a%d-%d", entry, i), WAMID: m.WAMID, Direction: m.Direction, Type: m.Kind, SentAt: m.SentAt,
			Text: spoken(m.Content), Details: details(m.Content),
		}
		if m.Content.Context != nil {
			out.Quotes = string(m.Content.Context.WAMID)
		}
		if m.Content.Media != nil && m.Open != nil {
			out.File = &File{Name: m.Content.Media.FileName, Type: m.Content.Media.MIME, State: string(inbox.FileStored), Source: m.Open}
			out.File.Path = fmt.Sprintf("04_Medien/%s_%s%s", m.SentAt.UTC().Format("20060102T150405Z"), out.ID, extension(out.File.Type))
		}
		k.Messages = append(k.Messages, out)
	}
	return k
}

// redacted returns the entry without what belongs to others; copies are messages
// that were blacked out where they are copied from.
func (k Kept) redacted(q Request, copies map[string]bool) Kept {
	messages := []Message{}
	for _, m := range k.Messages {
		if q.Redact[m.ID] || copies[m.WAMID] {
			m.Redacted, m.Text, m.Details, m.File = true, blackedOut[q.Language], nil, nil
		}
		messages = append(messages, m)
	}
	k.Messages = messages
	return k
}

// collectNotices adds the notices somebody was shown, with the words they had.
func collectNotices(ctx context.Context, s *store.Store, id inbox.CustomerID, r *Record) error {
	shown, err := s.ShownNotices(ctx, id)
	if err != nil {
		return err
	}
	for _, n := range shown {
		notice := Notice{Kind: "website", ID: n.ID, At: n.At}
		text, err := s.WebsiteNotice(ctx, n.ID)
		if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
			return err
		}
		notice.Version, notice.Text = text.Version, text.Text
		r.Notices = append(r.Notices, notice)
	}
	sends, err := s.ListAutomaticSends(ctx, id)
	if err != nil || len(sends) == 0 {
		return err
	}
	texts, err := s.ListAutomaticTexts(ctx)
	if err != nil {
		return err
	}
	for _, send := range sends {
		notice := Notice{Kind: send.Kind, At: send.At, Status: string(send.Status)}
		for _, t := range texts {
			if t.ID == send.Text {
				notice.ID, notice.Version, notice.Text = strconv.FormatInt(t.ID, 10), t.Version, t.Text
			}
		}
		r.Notices = append(r.Notices, notice)
	}
	return nil
}
