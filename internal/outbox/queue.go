package outbox

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
	"unicode/utf8"

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

// Queue puts a reply into the outbox and returns its id. It fails with
// invalid, window_closed, conflict (the person is being erased) or not_found,
// and then nothing is changed. The conversation's draft is removed with it.
func (o *Outbox) Queue(ctx context.Context, r Reply) (inbox.MessageID, error) {
	text := strings.TrimSpace(r.Text)
	switch {
	case text == "":
		return 0, inbox.InvalidField("text", "empty")
	case !utf8.ValidString(text):
		return 0, inbox.InvalidField("text", "not UTF-8")
	case utf8.RuneCountInString(text) > MaxText:
		return 0, inbox.InvalidField("text", "too long")
	}
	callback, err := newCallback()
	if err != nil {
		return 0, err
	}
	var id inbox.MessageID
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
		id, err = o.queue(tx, r, inbox.Content{Text: text}, callback)
		if err != nil {
			return err
		}
		ref, _, err := tx.FindConversation(r.Conversation)
		if err != nil {
			return err
		}
		return tx.SaveDraft(ref, inbox.Draft{})
	})
	if err != nil {
		return 0, err
	}
	o.notify(r.Conversation)
	o.Wake()
	return id, nil
}

func newCallback() (id store.CallbackID, err error) {
	_, err = rand.Read(id[:])
	return id, err
}

func (o *Outbox) queue(tx *store.Tx, r Reply, content inbox.Content, callback store.CallbackID) (inbox.MessageID, error) {
	ref, number, err := tx.FindConversation(r.Conversation)
	if err != nil {
		return 0, err
	}
	if ref.Customer.Erasing {
		return 0, inbox.NewError(inbox.CodeConflict, "the customer is being erased")
	}
	now := o.cfg.Now()
	last, err := tx.LastInbound(ref.ID)
	if err != nil {
		return 0, err
	}
	if !(inbox.Window{LastInbound: last}).Open(now) {
		return 0, inbox.NewError(inbox.CodeWindowClosed, "the customer service window is closed")
	}
	if r.ReplyTo != 0 {
		if content.Context, err = quote(tx, r); err != nil {
			return 0, err
		}
	}
	sentAt, err := afterLatest(tx, ref.ID, now)
	if err != nil {
		return 0, err
	}
	return tx.QueueMessage(store.NewMessage{
		Conversation: ref, PhoneNumberID: number, Kind: inbox.KindText, SentAt: sentAt, Content: content,
	}, callback)
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

func quote(tx *store.Tx, r Reply) (*inbox.Context, error) {
	m, ref, err := tx.FindMessage(r.ReplyTo)
	if err != nil {
		return nil, err
	}
	if ref.ID != r.Conversation || m.WAMID == "" {
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

// Retry queues a failed text message again, as a new message with a new wamid.
// It fails with conflict for any other message, and like Queue.
func (o *Outbox) Retry(ctx context.Context, id inbox.MessageID) (inbox.MessageID, error) {
	callback, err := newCallback()
	if err != nil {
		return 0, err
	}
	var next inbox.MessageID
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		m, ref, err := tx.FindMessage(id)
		if err != nil {
			return err
		}
		if m.Direction != inbox.Outbound || m.Status != inbox.StatusFailed || m.Kind != inbox.KindText {
			return inbox.NewError(inbox.CodeConflict, "only a failed text message can be sent again")
		}
		next, err = o.queue(tx, Reply{Conversation: ref.ID}, m.Content, callback)
		return err
	})
	if err != nil {
		return 0, err
	}
	o.notify(next.Conversation())
	o.Wake()
	return next, nil
}
