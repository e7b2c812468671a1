package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Sender is what the outbox needs of the provider's API.
type Sender interface {
	SendMessage(ctx context.Context, m cloudapi.OutgoingMessage) (cloudapi.SendResult, error)
}

// Config wires an Outbox.
type Config struct {
	Store  *store.Store
	Sender Sender
	// Notify is called after a message of a conversation changed. It must not block.
	Notify func(inbox.ConversationID)
	// StateChanged is called when sending pauses or goes on. It must not block.
	StateChanged func()
	// Accepted is called in the transaction that gives a message its wamid, so
	// that reports which came earlier can be applied. It may be nil.
	Accepted func(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID) error
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// maxParallel is how many sends may be under way at once, each to another
// conversation: one that hangs must not hold up the rest.
const maxParallel = 4

// sendTimeout bounds one attempt. What is not answered by then is unclear.
const sendTimeout = 30 * time.Second

// State says whether messages go out.
type State struct {
	// Paused is why nothing is sent until somebody acts, or empty.
	Paused inbox.Code
	// Offline is true while the provider cannot be reached.
	Offline bool
}

// Outbox sends queued messages. Create it with New, start it with Run.
type Outbox struct {
	cfg  Config
	wake chan struct{}
	pace *pace

	mu       sync.Mutex
	state    State
	retryAt  time.Time // no attempt before this (offline, account pause)
	offlines int       // failed attempts in a row for want of a network
	inFlight map[inbox.ConversationID]bool
}

// New returns an Outbox that does nothing until Run.
func New(cfg Config) *Outbox {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Outbox{cfg: cfg, wake: make(chan struct{}, 1), pace: newPace(), inFlight: map[inbox.ConversationID]bool{}}
}

// State returns whether messages go out.
func (o *Outbox) State() State {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.state
}

// Resume lets everything go that waited for somebody to act, such as a new token.
func (o *Outbox) Resume(ctx context.Context) error {
	err := o.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.ReleaseQueued(o.cfg.Now()) })
	o.setState(State{}, time.Time{})
	return err
}

// Wake makes Run look at the queue now.
func (o *Outbox) Wake() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *Outbox) setState(s State, retryAt time.Time) {
	o.mu.Lock()
	changed := s != o.state
	o.state, o.retryAt = s, retryAt
	if !s.Offline {
		o.offlines = 0
	}
	o.mu.Unlock()
	if changed && o.cfg.StateChanged != nil {
		o.cfg.StateChanged()
	}
	o.Wake()
}

// Run sends until ctx ends, then waits for sends under way. Whatever was being
// sent when the program last ended is marked unclear first.
func (o *Outbox) Run(ctx context.Context) error {
	err := o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		n, err := tx.RecoverSending()
		if n > 0 {
			slog.Warn("sends were interrupted; they are unclear", "count", n)
		}
		return err
	})
	if err != nil {
		return err
	}
	var sends sync.WaitGroup
	defer sends.Wait()
	for ctx.Err() == nil {
		next := o.launch(ctx, &sends)
		timer := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
		case <-o.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// idle is how long Run sleeps when there is nothing to wait for.
const idle = time.Minute

// launch starts what may be sent now and returns when to look again.
func (o *Outbox) launch(ctx context.Context, sends *sync.WaitGroup) time.Time {
	now := o.cfg.Now()
	next := now.Add(idle)
	queue, err := o.cfg.Store.ListQueued(ctx)
	if err != nil {
		slog.Error("outbox cannot be read", "err", err)
		return next
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state.Paused != "" && o.retryAt.IsZero() {
		return next
	}
	if now.Before(o.retryAt) {
		return o.retryAt
	}
	seen := map[inbox.ConversationID]bool{}
	for _, q := range queue {
		c := q.MessageID.Conversation()
		if seen[c] || o.inFlight[c] {
			continue
		}
		seen[c] = true // order within a conversation: only its first message may go
		if len(o.inFlight) >= o.parallel() {
			break
		}
		if q.NextAt.After(now) {
			next = earlier(next, q.NextAt)
			continue
		}
		if ready := o.pace.take(q.Customer, now); ready.After(now) {
			next = earlier(next, ready)
			continue
		}
		o.inFlight[c] = true
		sends.Add(1)
		go func() {
			defer sends.Done()
			o.attempt(ctx, q)
		}()
	}
	return next
}

// parallel is 1 while the provider was unreachable: one message finds out for all.
func (o *Outbox) parallel() int {
	if o.state.Offline || o.state.Paused != "" {
		return 1
	}
	return maxParallel
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
