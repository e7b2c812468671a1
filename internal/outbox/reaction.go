package outbox

import (
	"context"
	"encoding/hex"
	"errors"
	"log/slog"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// reactionLife is how old a message may be that gets a reaction. (Meta docs:
// Reaction messages.)
const reactionLife = 30 * 24 * time.Hour

// React puts the shop's reaction on a customer's message, in place of the one
// before; an empty emoji takes it away. It fails with invalid, window_closed,
// conflict or not_found, and then nothing is changed.
func (o *Outbox) React(ctx context.Context, id inbox.MessageID, emoji string) error {
	if err := cloudapi.Check(cloudapi.Reaction{Target: "wamid.any", Emoji: emoji}); err != nil {
		return err
	}
	callback, err := newCallback()
	if err != nil {
		return err
	}
	err = o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		m, ref, err := tx.FindMessage(id)
		if err != nil {
			return err
		}
		now := o.cfg.Now()
		switch {
		case ref.Customer.Erasing:
			return inbox.NewError(inbox.CodeConflict, "the customer is being erased")
		case m.Direction != inbox.Inbound || m.WAMID == "" || !m.RevokedAt.IsZero() || now.Sub(m.SentAt) > reactionLife:
			return inbox.InvalidField("messageId", "nobody can react to this message")
		}
		if err := o.allow(tx, ref, m.Kind, m.Content, now); err != nil {
			return err
		}
		return tx.QueueReaction(ref, store.ReactionSend{MessageID: id, Callback: callback, Emoji: emoji, At: now})
	})
	if err != nil {
		return err
	}
	o.notify(id.Conversation())
	o.Wake()
	return nil
}

// attemptReaction sends one reaction and records the outcome.
func (o *Outbox) attemptReaction(ctx context.Context, q store.Queued) {
	out, wish, ref, err := o.beginReaction(ctx, q)
	if err != nil {
		slog.Error("reaction could not begin", "err", err)
		o.setAside(ctx, q, err)
		return
	}
	if out.Body == nil {
		return
	}
	o.notify(q.MessageID.Conversation())
	result, err := o.send(ctx, q.MessageID.Conversation(), out)
	if err := o.recordReaction(context.WithoutCancel(ctx), q, wish, ref, result, err); err != nil {
		slog.Error("outcome of a reaction could not be kept", "err", err)
	}
}

// beginReaction checks the rules once more and marks the wish as being sent. The
// message has no body if it must not or need not go.
func (o *Outbox) beginReaction(ctx context.Context, q store.Queued) (out cloudapi.OutgoingMessage, wish store.ReactionSend, ref store.ConversationRef, err error) {
	to, err := o.cfg.Store.Recipient(ctx, q.Customer)
	if isGone(err) {
		return out, wish, ref, nil
	}
	if err != nil {
		return out, wish, ref, err
	}
	err = o.update(ctx, func(tx *store.Tx) error {
		out = cloudapi.OutgoingMessage{}
		m, conversation, err := tx.FindMessage(q.MessageID)
		ref = conversation
		if err != nil || ref.Customer.Erasing {
			return err
		}
		now := o.cfg.Now()
		err = o.allow(tx, ref, inbox.KindText, m.Content, now)
		if err == nil && to.Empty() {
			err = inbox.NewError(inbox.CodeUndeliverable, "nobody to send to")
		}
		if refused := (*inbox.Error)(nil); errors.As(err, &refused) && isRefusal(refused.Code) {
			return tx.FailReaction(q.Callback, refused.Code, 0)
		}
		if err != nil {
			return err
		}
		var ok bool
		if wish, ok, err = tx.StartReaction(ref, q.MessageID, q.Callback, now.Add(sendTimeout+statusWait)); err != nil || !ok {
			return err
		}
		out = cloudapi.OutgoingMessage{
			To: to, Body: cloudapi.Reaction{Target: m.WAMID, Emoji: wish.Emoji}, CallbackData: hex.EncodeToString(q.Callback[:]),
		}
		return nil
	})
	return out, wish, ref, err
}

// recordReaction writes down what became of an attempt.
func (o *Outbox) recordReaction(ctx context.Context, q store.Queued, wish store.ReactionSend, ref store.ConversationRef, result cloudapi.SendResult, sendErr error) error {
	now := o.cfg.Now()
	if sendErr == nil {
		o.setState(State{}, time.Time{})
		return o.update(ctx, func(tx *store.Tx) error {
			return tx.AcceptReaction(ref, wish, q.PhoneNumberID, result.WAMID)
		})
	}
	if cloudapi.IsAmbiguous(sendErr) {
		return o.update(ctx, func(tx *store.Tx) error { return tx.AwaitReaction(q.Callback, now.Add(statusWait)) })
	}
	d := o.judge(sendErr, q.Attempts+1, now)
	return o.update(ctx, func(tx *store.Tx) error {
		if d.fail {
			return tx.FailReaction(q.Callback, d.code, d.number)
		}
		return tx.RequeueReaction(q.Callback, d.next, d.counts)
	})
}
