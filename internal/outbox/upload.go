package outbox

import (
	"context"
	"log/slog"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Uploader is what the outbox needs to place files with the provider.
type Uploader interface {
	UploadMedia(ctx context.Context, u cloudapi.Upload) (mediaID string, err error)
}

// uploadLife is how long an upload is used again; the provider keeps it 30
// days. (Meta docs: Media.)
const uploadLife = 29 * 24 * time.Hour

// upload places the message's file, if it has one, with the provider and
// reports whether the message can go on to be sent. Nothing of the message has
// left until then, so what goes wrong here is never unclear.
func (o *Outbox) upload(ctx context.Context, q store.Queued) bool {
	m, err := o.cfg.Store.Message(ctx, q.MessageID)
	if err != nil {
		o.uploadFailed(ctx, q, err)
		return false
	}
	if m.Content.Media == nil || m.File != nil && m.Content.Media.ID != "" && o.cfg.Now().Before(m.File.ExpiresAt) {
		return true
	}
	id, err := o.place(ctx, m)
	if err != nil {
		o.uploadFailed(ctx, q, err)
		return false
	}
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		return tx.SetUploaded(m.ID, id, o.cfg.Now().Add(uploadLife))
	})
	if err != nil {
		o.uploadFailed(ctx, q, err)
	}
	return err == nil
}

// place uploads the file unless the message is withdrawn meanwhile.
func (o *Outbox) place(ctx context.Context, m inbox.Message) (mediaID string, err error) {
	if o.cfg.Uploader == nil {
		return "", inbox.NewError(inbox.CodeInternal, "nothing to upload with")
	}
	file, err := o.cfg.Store.OpenFile(ctx, m.ID)
	if err != nil {
		return "", err
	}
	defer file.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	o.mu.Lock()
	o.uploads[m.ID] = cancel
	o.mu.Unlock()
	defer func() {
		o.mu.Lock()
		delete(o.uploads, m.ID)
		o.mu.Unlock()
	}()
	name := m.Content.Media.FileName
	if name == "" {
		name = "file"
	}
	return o.cfg.Uploader.UploadMedia(ctx, cloudapi.Upload{
		MIME: m.Content.Media.MIME, Name: name, Content: file, Size: file.Size(), Progress: o.progress(m.ID, file.Size()),
	})
}

// tellEvery is how much more must have been sent before the window is told.
const tellEvery = 256 << 10

// progress tells the window how far an upload is, not too often.
func (o *Outbox) progress(id inbox.MessageID, total int64) func(int64) {
	if o.cfg.Uploading == nil {
		return nil
	}
	told := int64(-tellEvery)
	return func(sent int64) {
		if sent-told < tellEvery && sent != total || sent == told {
			return
		}
		told = sent
		o.cfg.Uploading(id, sent, total)
	}
}

// uploadFailed decides what becomes of a message whose file could not be
// placed. It is still queued.
func (o *Outbox) uploadFailed(ctx context.Context, q store.Queued, cause error) {
	if ctx.Err() != nil || isGone(cause) && o.withdrawn(ctx, q.MessageID) {
		return
	}
	d := o.judge(cause, q.Attempts+1, o.cfg.Now())
	err := o.update(ctx, func(tx *store.Tx) error {
		if d.fail {
			return tx.Fail(q.MessageID, d.code, d.number)
		}
		return tx.PutOffSend(q.MessageID, d.next, d.counts)
	})
	if err != nil {
		slog.Error("outcome of an upload could not be kept", "err", err)
		o.setAside(ctx, q, err)
	}
}

func (o *Outbox) withdrawn(ctx context.Context, id inbox.MessageID) bool {
	_, err := o.cfg.Store.Message(ctx, id)
	return isGone(err)
}

// Withdraw takes back a message that has not begun to leave, and stops the
// upload of its file. It returns the message, which is gone without a trace. It
// fails with conflict once the message is on its way.
func (o *Outbox) Withdraw(ctx context.Context, id inbox.MessageID) (m inbox.Message, err error) {
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
		m, _, err = tx.Withdraw(id)
		return err
	})
	if err != nil {
		return inbox.Message{}, err
	}
	o.mu.Lock()
	if cancel := o.uploads[id]; cancel != nil {
		cancel()
	}
	o.mu.Unlock()
	o.notify(id.Conversation())
	o.Wake()
	return m, nil
}
