package outbox

import (
	"context"
	"crypto/rand"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// MaxText is how many characters a text message may have. (Meta docs: Text messages.)
const MaxText = 4096

// Reply is a text message to a customer, quoting another one if ReplyTo is set.
type Reply struct {
	Conversation inbox.ConversationID
	Text         string
	ReplyTo      inbox.MessageID
	Hold         time.Duration
}

// Queue puts a reply into the outbox and returns its id. It fails like
// QueueContent. The conversation's draft is removed with it.
func (o *Outbox) Queue(ctx context.Context, r Reply) (inbox.MessageID, error) {
	return o.QueueContent(ctx, Outgoing{
		Conversation: r.Conversation, Kind: inbox.KindText, Content: inbox.Content{Text: strings.TrimSpace(r.Text)},
		ReplyTo: r.ReplyTo, DropDraft: true, Hold: r.Hold,
	})
}

// Outgoing is a message of any kind to a customer.
type Outgoing struct {
	Conversation inbox.ConversationID
	Kind         inbox.MessageKind
	// Content is all that is needed to send the message later; see body.
	Content inbox.Content
	// ReplyTo is the message to quote, or 0.
	ReplyTo inbox.MessageID
	// DropDraft removes the conversation's draft in the same step.
	DropDraft bool
	// File is Content.Media's file, sealed for this customer, or nil. It is kept
	// if the message is queued; discarding it otherwise is the caller's business.
	File *store.Sealed
	// Hold is how long the message waits so that it can be withdrawn.
	Hold time.Duration
}

// QueueContent puts a message into the outbox and returns its id. It fails with
// invalid (naming the field), window_closed, no_opt_in, conflict (the person is
// being erased) or not_found, and then nothing is changed.
func (o *Outbox) QueueContent(ctx context.Context, m Outgoing) (inbox.MessageID, error) {
	ids, err := o.QueueAll(ctx, []Outgoing{m})
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// QueueAll puts several messages into the outbox, all of them or none. It fails
// like QueueContent.
func (o *Outbox) QueueAll(ctx context.Context, list []Outgoing) ([]inbox.MessageID, error) {
	callbacks := make([]store.CallbackID, len(list))
	for i := range list {
		if err := Check(list[i].Kind, list[i].Content); err != nil {
			return nil, err
		}
		if list[i].Content.Media != nil && list[i].File == nil {
			return nil, inbox.InvalidField("media", "the file is missing")
		}
		list[i].Content.Context = nil // ReplyTo says it
		var err error
		if callbacks[i], err = newCallback(); err != nil {
			return nil, err
		}
	}
	ids := make([]inbox.MessageID, len(list))
	err := o.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
		for i, m := range list {
			if ids[i], err = o.queue(tx, m, callbacks[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		o.notify(m.Conversation)
	}
	o.Wake()
	return ids, nil
}

// QueueWithin puts a message into the outbox as part of somebody else's
// transaction: what it answers and the answer are kept together or not at all.
// It fails like QueueContent. Files cannot go this way.
func (o *Outbox) QueueWithin(tx *store.Tx, m Outgoing) (inbox.MessageID, error) {
	if err := Check(m.Kind, m.Content); err != nil {
		return 0, err
	}
	if m.Content.Media != nil {
		return 0, inbox.InvalidField("media", "cannot be queued this way")
	}
	callback, err := newCallback()
	if err != nil {
		return 0, err
	}
	id, err := o.queue(tx, m, callback)
	if err == nil {
		tx.AfterCommit(func() {
			o.notify(m.Conversation)
			o.Wake()
		})
	}
	return id, err
}

func newCallback() (id store.CallbackID, err error) {
	_, err = rand.Read(id[:])
	return id, err
}

func (o *Outbox) queue(tx *store.Tx, m Outgoing, callback store.CallbackID) (inbox.MessageID, error) {
	ref, number, err := tx.FindConversation(m.Conversation)
	if err != nil {
		return 0, err
	}
	if ref.Customer.Erasing {
		return 0, inbox.NewError(inbox.CodeConflict, "the customer is being erased")
	}
	now := o.cfg.Now()
	if err := o.allow(tx, ref, m.Kind, m.Content, now); err != nil {
		return 0, err
	}
	if m.ReplyTo != 0 {
		if m.Content.Context, err = quote(tx, m.Conversation, m.ReplyTo); err != nil {
			return 0, err
		}
	}
	sentAt, err := afterLatest(tx, ref.ID, now)
	if err != nil {
		return 0, err
	}
	id, err := tx.QueueMessage(store.NewMessage{
		Conversation: ref, PhoneNumberID: number, Kind: m.Kind, SentAt: sentAt, Content: m.Content,
	}, callback)
	if err == nil && m.File != nil {
		err = tx.KeepOwnFile(id, *m.File)
	}
	if err == nil && m.Hold > 0 {
		err = tx.Hold(id, now.Add(m.Hold))
	}
	if err == nil && m.DropDraft {
		err = tx.SaveDraft(ref, inbox.Draft{})
	}
	return id, err
}

// allow applies the rule for a message of this kind: a template begins a
// conversation and needs the consent for it, everything else needs the
// customer service window.
func (o *Outbox) allow(tx *store.Tx, ref store.ConversationRef, kind inbox.MessageKind, content inbox.Content, now time.Time) error {
	if kind == inbox.KindTemplate {
		if o.cfg.Consent == nil {
			return nil
		}
		return o.cfg.Consent(tx, ref, *content.Template)
	}
	last, err := tx.LastInbound(ref.ID)
	if err != nil {
		return err
	}
	if !(inbox.Window{LastInbound: last}).Open(now) {
		return inbox.NewError(inbox.CodeWindowClosed, "the customer service window is closed")
	}
	return nil
}

// afterLatest keeps an answer below what it answers even if this computer's
// clock is behind WhatsApp's.
func afterLatest(tx *store.Tx, c inbox.ConversationID, now time.Time) (time.Time, error) {
	latest, err := tx.LatestSentAt(c)
	if latest.After(now) {
		return latest, err
	}
	return now, err
}

func quote(tx *store.Tx, c inbox.ConversationID, id inbox.MessageID) (*inbox.Context, error) {
	m, ref, err := tx.FindMessage(id)
	if err != nil {
		return nil, err
	}
	if ref.ID != c || m.WAMID == "" {
		return nil, inbox.InvalidField("replyTo", "not a message of this conversation that can be quoted")
	}
	return &inbox.Context{WAMID: m.WAMID, FromShop: m.Direction != inbox.Inbound}, nil
}

// ResolveUnclear carries out a person's decision about an unclear message:
// send it again, knowing it may arrive twice, or call it failed. It fails with
// conflict if the message is no longer unclear.
func (o *Outbox) ResolveUnclear(ctx context.Context, id inbox.MessageID, resend bool) error {
	now := o.cfg.Now()
	err := o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		resolve := tx.GiveUpUnclear
		if resend {
			resolve = func(id inbox.MessageID) (bool, error) { return tx.QueueAgain(id, now) }
		}
		did, err := resolve(id)
		if err == nil && !did {
			return inbox.NewError(inbox.CodeConflict, "the message is no longer unclear")
		}
		return err
	})
	if err != nil {
		return err
	}
	o.notify(id.Conversation())
	o.Wake()
	return nil
}
