package outbox

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// maxAttempts is how often a message is tried before it fails.
const maxAttempts = 5

// accountPause is how long nothing is sent after the provider said that the
// account itself is in trouble; then one message finds out whether it still is.
const accountPause = 10 * time.Minute

// keychainPause is how long nothing is sent after the token could not be read:
// a locked keychain opens without telling us.
const keychainPause = time.Minute

// attempt sends one message and records the outcome.
func (o *Outbox) attempt(ctx context.Context, q store.Queued) {
	conversation := q.MessageID.Conversation()
	defer func() {
		if v := recover(); v != nil {
			slog.Error("panic while sending", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
		}
		o.land(conversation)
		o.notify(conversation)
		o.Wake()
	}()
	if q.Reaction {
		o.attemptReaction(ctx, q)
		return
	}
	if !o.upload(ctx, q) {
		return
	}
	message, ok, err := o.begin(ctx, q)
	if err != nil {
		slog.Error("send could not begin", "err", err)
		o.setAside(ctx, q, err)
		return
	}
	if !ok {
		return
	}
	o.notify(conversation)
	result, err := o.send(ctx, conversation, message)
	// The outcome must reach the disk even while the program is closing.
	if err := o.record(context.WithoutCancel(ctx), q, result, err); err != nil {
		slog.Error("outcome of a send could not be kept", "err", err)
	}
}

// send outlives ctx by closingGrace.
func (o *Outbox) send(ctx context.Context, c inbox.ConversationID, m cloudapi.OutgoingMessage) (cloudapi.SendResult, error) {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-sending.Done():
		case <-time.After(closingGrace):
			cancel()
		}
	})
	defer stop()
	defer o.cutting(c, cancel)()
	return o.cfg.Sender.SendMessage(sending, m)
}

// setAside keeps a send that cannot even begin from being tried at once again.
// A message that cannot be read never will be; otherwise the disk or the keys
// are in trouble, and that is everybody's trouble.
func (o *Outbox) setAside(ctx context.Context, q store.Queued, cause error) {
	if inbox.CodeOf(cause) == inbox.CodeStorageDamaged {
		err := o.update(ctx, func(tx *store.Tx) error {
			if q.Reaction {
				return tx.FailReaction(q.Callback, inbox.CodeStorageDamaged, 0)
			}
			return tx.Fail(q.MessageID, inbox.CodeStorageDamaged, 0)
		})
		if err == nil {
			return
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.retryAt = o.cfg.Now().Add(storagePause)
}

// begin checks the rules once more and marks the message as being sent, in one
// transaction. ok is false if the message must not or need not go.
func (o *Outbox) begin(ctx context.Context, q store.Queued) (out cloudapi.OutgoingMessage, ok bool, err error) {
	to, err := o.cfg.Store.Recipient(ctx, q.Customer)
	if isGone(err) {
		return out, false, nil
	}
	if err != nil {
		return out, false, err
	}
	now := o.cfg.Now()
	err = o.update(ctx, func(tx *store.Tx) error {
		out, ok = cloudapi.OutgoingMessage{}, false
		m, ref, err := tx.FindMessage(q.MessageID)
		if err != nil || ref.Customer.Erasing {
			return err
		}
		body, err := sendable(m.Kind, m.Content)
		if err == nil {
			err = o.allow(tx, ref, m.Kind, m.Content, now)
		}
		if err == nil && to.Empty() {
			err = inbox.NewError(inbox.CodeUndeliverable, "nobody to send to")
		}
		if refused := (*inbox.Error)(nil); errors.As(err, &refused) && isRefusal(refused.Code) {
			return tx.Fail(m.ID, refused.Code, 0)
		}
		if err != nil {
			return err
		}
		ok, err = tx.StartAttempt(m.ID, now.Add(sendTimeout+statusWait))
		out = cloudapi.OutgoingMessage{To: to, Body: body, CallbackData: hex.EncodeToString(q.Callback[:])}
		if m.Content.Context != nil {
			out.ReplyTo = m.Content.Context.WAMID
		}
		return err
	})
	return out, ok && err == nil, err
}

// isRefusal tells a rule that forbids a message from trouble of our own.
func isRefusal(code inbox.Code) bool {
	switch code {
	case inbox.CodeInvalid, inbox.CodeWindowClosed, inbox.CodeNoOptIn, inbox.CodeTemplateRejected, inbox.CodeUndeliverable:
		return true
	}
	return false
}

// record writes down what became of an attempt.
func (o *Outbox) record(ctx context.Context, q store.Queued, result cloudapi.SendResult, sendErr error) error {
	now := o.cfg.Now()
	if sendErr == nil {
		o.setState(State{}, time.Time{})
		return o.update(ctx, func(tx *store.Tx) error {
			if err := tx.Accept(q.MessageID, q.PhoneNumberID, result.WAMID); err != nil {
				return err
			}
			if o.cfg.Accepted == nil {
				return nil
			}
			return o.cfg.Accepted(tx, q.PhoneNumberID, result.WAMID)
		})
	}
	if cloudapi.IsAmbiguous(sendErr) {
		return o.update(ctx, func(tx *store.Tx) error { return tx.AwaitStatus(q.MessageID, now.Add(statusWait)) })
	}
	d := o.judge(sendErr, q.Attempts+1, now)
	return o.update(ctx, func(tx *store.Tx) error {
		if d.fail && d.code == inbox.CodeNoOptIn {
			if err := tx.StopMarketing(q.MessageID, now); err != nil {
				return err
			}
		}
		if d.fail {
			return tx.Fail(q.MessageID, d.code, d.number)
		}
		return tx.Requeue(q.MessageID, d.next, d.counts)
	})
}

// judge decides about a failed attempt and applies what it means for all messages.
func (o *Outbox) judge(cause error, attempt int, now time.Time) decision {
	d := decide(cause, attempt, now, o.offlineCount())
	switch {
	case d.state != State{}:
		o.setState(d.state, d.retryAt)
	case d.answered && o.State().Offline:
		o.setState(State{}, time.Time{})
	}
	return d
}

// update is Store.Update for a message whose customer may be erased meanwhile:
// then there is nothing left to record.
func (o *Outbox) update(ctx context.Context, fn func(*store.Tx) error) error {
	err := o.cfg.Store.Update(ctx, fn)
	if isGone(err) {
		return nil
	}
	return err
}

func isGone(err error) bool { return err != nil && inbox.CodeOf(err) == inbox.CodeNotFound }

func (o *Outbox) offlineCount() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.offlines
}

// decision is what follows from a failed attempt that certainly did not send.
type decision struct {
	fail    bool
	code    inbox.Code
	number  int
	next    time.Time // when this message is tried again
	counts  bool      // whether the attempt counts
	state   State     // what it means for all messages; zero if nothing
	retryAt time.Time // no message before this; zero with a pause waits for a person
	// answered is true if the provider could be reached, whatever it said.
	answered bool
}

// decide applies the retry rules to the given attempt, counted from 1, after
// offlines attempts in a row that found no network. (Meta docs: Error codes; Throughput.)
func decide(err error, attempt int, now time.Time, offlines int) decision {
	code := inbox.CodeOf(err)
	var answer cloudapi.Error
	if e := (*cloudapi.Error)(nil); errors.As(err, &e) {
		answer = *e
	}
	answered := answer.HTTPStatus != 0
	fail := decision{fail: true, code: code, number: answer.Number, answered: answered}
	again := func(wait time.Duration) decision {
		if attempt >= maxAttempts {
			return fail
		}
		return decision{next: now.Add(max(wait, answer.RetryAfter)), counts: true, answered: answered}
	}
	switch cloudapi.ClassOf(err) {
	case cloudapi.ClassNow:
		wait := min(time.Second<<min(offlines, 6), time.Minute)
		return decision{next: now, state: State{Offline: true}, retryAt: now.Add(wait)}
	case cloudapi.ClassAuth:
		d := decision{next: now, state: State{Paused: code}}
		if code != inbox.CodeTokenExpired {
			d.retryAt = now.Add(keychainPause)
		}
		return d
	case cloudapi.ClassAccount:
		return decision{next: now, state: State{Paused: code}, retryAt: now.Add(accountPause)}
	case cloudapi.ClassTwice:
		if attempt >= 3 {
			return fail
		}
		return again(jitter(2 * time.Second << attempt))
	case cloudapi.ClassBackoff:
		return again(jitter(time.Second << attempt))
	case cloudapi.ClassSlow:
		return again(jitter(2 * time.Minute))
	case cloudapi.ClassPair:
		return again(time.Second << (2 * (attempt - 1))) // 4^n seconds
	default:
		return fail
	}
}

// jitter spreads retries by ±20 %.
func jitter(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

func (o *Outbox) notify(c inbox.ConversationID) {
	if o.cfg.Notify != nil {
		o.cfg.Notify(c)
	}
}
