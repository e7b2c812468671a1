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
}

// Queue puts a reply into the outbox and returns its id. It fails like
// QueueContent. The conversation's draft is removed with it.
func (o *Outbox) Queue(ctx context.Context, r Reply) (inbox.MessageID, error) {
	return o.QueueContent(ctx, Outgoing{
		Conversation: r.Conversation, Kind: inbox.KindText, Content: inbox.Content{Text: strings.TrimSpace(r.Text)},
		ReplyTo: r.ReplyTo, DropDraft: true,
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
}

// QueueContent puts a message into the outbox and returns its id. It fails with
// invalid (naming the field), window_closed, no_opt_in, conflict (the person is
// being erased) or not_found, and then nothing is changed.
func (o *Outbox) QueueContent(ctx context.Context, m Outgoing) (inbox.MessageID, error) {
	if err := check(m.Kind, m.Content); err != nil {
		return 0, err
	}
	callback, err := newCallback()
	if err != nil {
		return 0, err
	}
	m.Content.Context = nil // ReplyTo says it
	var id inbox.MessageID
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
		id, err = o.queue(tx, m, callback)
		return err
	})
	if err != nil {
		return 0, err
	}
	o.notify(m.Conversation)
	o.Wake()
	return id, nil
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
	if err != nil || !m.DropDraft {
		return id, err
	}
	return id, tx.SaveDraft(ref, inbox.Draft{})
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

// Retry queues a failed message again, as a new message with a new wamid, and
// returns that. Asked twice it returns the same one. It fails with conflict for
// a message that did not fail, and like QueueContent.
func (o *Outbox) Retry(ctx context.Context, id inbox.MessageID) (inbox.MessageID, error) {
	callback, err := newCallback()
	if err != nil {
		return 0, err
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
		again := Outgoing{Conversation: ref.ID, Kind: m.Kind, Content: m.Content}
		if next, err = o.queue(tx, again, callback); err != nil {
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
