package outbox

import (
	"context"
	"io"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Retry queues a failed message again, as a new message with a new wamid, and
// returns that. Asked twice it returns the same one. It fails with conflict for
// a message that did not fail, and like QueueContent.
func (o *Outbox) Retry(ctx context.Context, id inbox.MessageID) (inbox.MessageID, error) {
	callback, err := newCallback()
	if err != nil {
		return 0, err
	}
	file, expires, err := o.copyFile(ctx, id)
	if err != nil {
		return 0, err
	}
	if file != nil {
		defer file.File.Discard()
	}
	var next inbox.MessageID
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		next = 0
		m, ref, err := tx.FindMessage(id)
		if err != nil {
			return err
		}
		if m.Direction != inbox.Outbound || m.Status != inbox.StatusFailed {
			return inbox.NewError(inbox.CodeConflict, "only a failed message can be sent again")
		}
		if next, err = retriedAs(tx, m); err != nil || next != 0 {
			return err
		}
		next, err = o.queueAgain(tx, ref.ID, m, file, expires, callback)
		if err != nil {
			return err
		}
		if err := tx.RepeatAutomaticSend(id, next, o.cfg.Now()); err != nil {
			return err
		}
		m.Content.RetriedAs = next
		return tx.SetContent(ref, m, m.Kind, m.Content)
	})
	if err != nil {
		return 0, err
	}
	o.notify(next.Conversation())
	o.Wake()
	return next, nil
}

func (o *Outbox) queueAgain(tx *store.Tx, c inbox.ConversationID, m inbox.Message, file *store.Sealed, expires time.Time, callback store.CallbackID) (inbox.MessageID, error) {
	content, upload := m.Content, ""
	if content.Media != nil {
		media := *content.Media
		upload, media.ID = media.ID, ""
		content.Media = &media
	}
	next, err := o.queue(tx, Outgoing{Conversation: c, Kind: m.Kind, Content: content, File: file}, callback)
	// What the provider called invalid may be its copy of the file.
	if err != nil || upload == "" || m.Failure == inbox.CodeInvalid {
		return next, err
	}
	return next, tx.SetUploaded(next, upload, expires)
}

// copyFile seals a message's file once more, for the message that will stand in
// for it, and returns until when the provider has it. It returns nil for a
// message without a file.
func (o *Outbox) copyFile(ctx context.Context, id inbox.MessageID) (*store.Sealed, time.Time, error) {
	m, err := o.cfg.Store.Message(ctx, id)
	if err != nil || m.Content.Media == nil {
		return nil, time.Time{}, err
	}
	conversation, err := o.cfg.Store.Conversation(ctx, id.Conversation())
	if err != nil {
		return nil, time.Time{}, err
	}
	old, err := o.cfg.Store.OpenFile(ctx, id)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer old.Close()
	copied, err := o.cfg.Store.CreateFile(conversation.CustomerID)
	if err != nil {
		return nil, time.Time{}, err
	}
	if _, err = io.Copy(copied, old); err == nil {
		err = copied.Finish()
	}
	if err != nil {
		copied.Discard()
		return nil, time.Time{}, err
	}
	return &store.Sealed{File: copied, Facts: m.File.Facts, At: o.cfg.Now()}, m.File.ExpiresAt, nil
}

// retriedAs returns the message that stands in for a failed one, or 0 if there
// is none, or was and a person took it back.
func retriedAs(tx *store.Tx, m inbox.Message) (inbox.MessageID, error) {
	if m.Content.RetriedAs == 0 {
		return 0, nil
	}
	_, _, err := tx.FindMessage(m.Content.RetriedAs)
	if isGone(err) {
		return 0, nil
	}
	return m.Content.RetriedAs, err
}
