package receive

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// RawLife is how long a part nobody understood stays, sealed.
const RawLife = 72 * time.Hour

// maxLateness is the maximum age of a late delivery Meta mentions; changes
// wait that long for the message they are about. (Meta docs: Webhooks overview.)
const maxLateness = 7 * 24 * time.Hour

// Change tells listeners what a delivery touched, after it is durable.
type Change struct {
	Conversation inbox.ConversationID // 0 if none
	Customer     inbox.CustomerID
	// New is true if a customer's message arrived.
	New bool
	// Account is true for news about the shop's own account.
	Account bool
	// Templates is true if something about a message template changed.
	Templates bool
}

// Authenticator decides whether a delivery is genuine.
type Authenticator func(d Delivery) bool

// Signed accepts deliveries that carry Meta's signature with one of the app secrets.
func Signed(secrets ...[]byte) Authenticator {
	return func(d Delivery) bool {
		return cloudapi.VerifySignature(secrets, d.Header.Get(cloudapi.SignatureHeader), d.Body)
	}
}

// SharedSecretHeader carries the shared secret of providers that do not sign.
const SharedSecretHeader = "X-Tresen-Secret"

// SharedSecret accepts deliveries that carry a secret header, for providers
// that pass Meta's notifications on without a signature (360dialog docs:
// Webhooks, custom headers). The secret must have at least 32 bytes.
func SharedSecret(secret []byte) Authenticator {
	return func(d Delivery) bool {
		got := []byte(d.Header.Get(SharedSecretHeader))
		return len(secret) >= 32 && subtle.ConstantTimeCompare(got, secret) == 1
	}
}

// Receiver applies deliveries to the store.
type Receiver struct {
	store  *store.Store
	accept Authenticator
	notify func(Change)
	rules  []Rule
	last   atomic.Int64

	keepRevoked atomic.Bool
}

// New returns a Receiver. notify is called from the writer's goroutine after a
// commit and must not block. The rules run in their order.
func New(s *store.Store, accept Authenticator, notify func(Change), rules ...Rule) *Receiver {
	return &Receiver{store: s, accept: accept, notify: notify, rules: rules}
}

// KeepRevoked says whether what customers delete for everyone stays, with a
// mark. Without it the content is removed. It applies from the next delivery on.
func (r *Receiver) KeepRevoked(keep bool) { r.keepRevoked.Store(keep) }

// LastDelivery returns when the last genuine delivery was kept, or zero.
func (r *Receiver) LastDelivery() time.Time {
	if n := r.last.Load(); n != 0 {
		return time.UnixMilli(n)
	}
	return time.Time{}
}

// Handle implements Handler: verify, parse, apply, commit. One delivery is one
// transaction, shared with whatever else arrives at the same time.
func (r *Receiver) Handle(ctx context.Context, d Delivery) error {
	if !r.accept(d) {
		return ErrUnverified
	}
	events, err := cloudapi.Parse(d.Body, d.ReceivedAt)
	if err != nil {
		events = []inbox.Event{inbox.UnknownPart{Reason: "payload", Raw: d.Body, At: d.ReceivedAt}}
	}
	ctx = store.For(ctx, store.Receiving)
	err = r.store.Update(ctx, func(tx *store.Tx) error { return r.applyAll(tx, events, d.ReceivedAt) })
	if err != nil && ctx.Err() == nil && !isStorage(err) {
		// One of the changes cannot be applied. Keep the others, and this one as a raw part.
		err = r.store.Update(ctx, func(tx *store.Tx) error { return r.applyEach(tx, events, d.ReceivedAt) })
	}
	if err != nil {
		slog.Error("delivery could not be kept", "err", err)
		return fmt.Errorf("keep delivery: %w", err)
	}
	r.last.Store(d.ReceivedAt.UnixMilli())
	return nil
}

// isStorage reports errors that are about the disk or the keys and would hit
// every other change too.
func isStorage(err error) bool {
	switch inbox.CodeOf(err) {
	case inbox.CodeStorageFull, inbox.CodeStorageReadOnly, inbox.CodeStorageLocked, inbox.CodeStorageDamaged, inbox.CodeKeychain:
		return true
	}
	return false
}

func (r *Receiver) applyAll(tx *store.Tx, events []inbox.Event, receivedAt time.Time) error {
	a := newApplier(tx, receivedAt, r.rules...)
	a.keepRevoked = r.keepRevoked.Load()
	for _, e := range events {
		if err := a.apply(e); err != nil {
			return err
		}
	}
	r.announce(tx, a)
	return nil
}

// applyEach applies every event in a savepoint of its own.
func (r *Receiver) applyEach(tx *store.Tx, events []inbox.Event, receivedAt time.Time) error {
	a := newApplier(tx, receivedAt, r.rules...)
	a.keepRevoked = r.keepRevoked.Load()
	for _, e := range events {
		err := tx.Nested(func() error { return a.apply(e) })
		if err == nil {
			continue
		}
		if isStorage(err) {
			return err
		}
		slog.Warn("change could not be applied and is kept for a later program", "kind", fmt.Sprintf("%T", e), "err", err)
		if err := a.keepRaw(nil, "apply", encode(e)); err != nil {
			return err
		}
	}
	r.announce(tx, a)
	return nil
}

func (r *Receiver) announce(tx *store.Tx, a *applier) {
	if r.notify == nil || len(a.changes) == 0 && !a.account {
		return
	}
	tx.AfterCommit(func() {
		for _, c := range a.changes {
			r.notify(c)
		}
		if a.account {
			r.notify(Change{Account: true, Templates: a.templates})
		}
	})
}

// Tidy forgets raw parts and waiting changes whose time is over.
func (r *Receiver) Tidy(ctx context.Context, now time.Time) error {
	return r.store.Update(ctx, func(tx *store.Tx) error {
		_, err := tx.DeleteExpired(now)
		return err
	})
}
