package outbox

import (
	"context"
	"log/slog"
	"maps"
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
	// Uploader places files; without one messages with files fail.
	Uploader Uploader
	// Uploading is called while a file is uploaded. It must not block.
	Uploading func(id inbox.MessageID, sent, total int64)
	// Notify is called after a message of a conversation changed. It must not block.
	Notify func(inbox.ConversationID)
	// StateChanged is called when sending pauses or goes on. It must not block.
	StateChanged func()
	// Accepted is called in the transaction that gives a message its wamid, so
	// that reports which came earlier can be applied. It may be nil.
	Accepted func(tx *store.Tx, number inbox.PhoneNumberID, wamid inbox.WAMID) error
	// Consent says whether a template may go to a customer, by failing with
	// no_opt_in if not. It is asked when one is queued and again before it
	// leaves. nil means that nobody needs to be asked.
	Consent func(tx *store.Tx, ref store.ConversationRef, t inbox.TemplateMessage) error
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// maxParallel is how many sends may be under way at once, each to another
// conversation: one that hangs must not hold up the rest.
const maxParallel = 4

// sendTimeout bounds one attempt. What is not answered by then may have gone out.
const sendTimeout = 30 * time.Second

// statusWait is how long a report that carries our own id may still tell what
// became of a send without an answer. Only then is a person asked.
// (Meta docs: Status messages webhook.)
const statusWait = 90 * time.Second

// closingGrace is how long a send under way may take when the program ends: one
// that is cut off would have to be called unclear.
const closingGrace = 5 * time.Second

// storagePause is how long nothing is tried after the disk or the keys failed.
const storagePause = 10 * time.Second

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
	retryAt  time.Time // no attempt before this (offline, account or disk in trouble)
	offlines int       // attempts in a row that found no network
	inFlight map[inbox.ConversationID]bool
	cuts     map[inbox.ConversationID]context.CancelFunc // end a send under way
	landed   chan struct{}                               // closed and replaced when an attempt ends
	uploads  map[inbox.MessageID]context.CancelFunc
}

// New returns an Outbox that does nothing until Run.
func New(cfg Config) *Outbox {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Outbox{
		cfg: cfg, wake: make(chan struct{}, 1), pace: newPace(),
		cuts: map[inbox.ConversationID]context.CancelFunc{}, landed: make(chan struct{}),
		inFlight: map[inbox.ConversationID]bool{}, uploads: map[inbox.MessageID]context.CancelFunc{},
	}
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
	if s.Offline {
		o.offlines++
	} else {
		o.offlines = 0
	}
	o.mu.Unlock()
	if changed && o.cfg.StateChanged != nil {
		o.cfg.StateChanged()
	}
	o.Wake()
}

// Run sends until ctx ends, then waits a few seconds for sends under way. What
// was being sent when the program last ended becomes unclear in time.
func (o *Outbox) Run(ctx context.Context) error {
	ctx = store.For(ctx, store.Delivering)
	var sends sync.WaitGroup
	defer sends.Wait()
	for ctx.Err() == nil {
		next := o.round(ctx, &sends)
		timer := time.NewTimer(next.Sub(o.cfg.Now()))
		select {
		case <-ctx.Done():
		case <-o.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	o.sendHeld(ctx, &sends)
	return nil
}

// sendHeld lets go what is held back only to be taken back: nobody can any
// more, and the customer should not wait until the program runs again.
func (o *Outbox) sendHeld(ctx context.Context, sends *sync.WaitGroup) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closingGrace)
	defer cancel()
	var held int
	err := o.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
		held, err = tx.ReleaseHeld(o.cfg.Now())
		return err
	})
	if err != nil {
		slog.Error("held messages stay until the next start", "err", err)
	}
	if held > 0 {
		o.round(ctx, sends)
		sends.Wait()
	}
}

// idle is how long Run sleeps when there is nothing to wait for.
const idle = time.Minute

// round does what is due now and returns when to look again.
func (o *Outbox) round(ctx context.Context, sends *sync.WaitGroup) time.Time {
	now := o.cfg.Now()
	// Taken before the queue is read: an attempt that ends in between has changed
	// its row, and this round would act on the old one.
	busy := o.busy()
	queue, err := o.cfg.Store.ListQueued(ctx)
	if err != nil {
		if ctx.Err() == nil {
			slog.Error("outbox cannot be read", "err", err)
		}
		return now.Add(storagePause)
	}
	waiting, overdue, next := sortQueue(queue, busy, now)
	if err := o.callUnclear(ctx, overdue); err != nil {
		slog.Error("unclear sends could not be marked", "err", err)
		next = earlier(next, now.Add(storagePause))
	}
	return earlier(next, o.launch(ctx, sends, waiting, now))
}

func (o *Outbox) busy() map[inbox.ConversationID]bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return maps.Clone(o.inFlight)
}

// sortQueue leaves out conversations with an attempt under way. waiting is the
// first queued message of each other conversation: order within a conversation
// is kept by trying nothing else of it. overdue are sends whose outcome nobody
// will tell any more; next is when there will be more of them.
func sortQueue(queue []store.Queued, busy map[inbox.ConversationID]bool, now time.Time) (waiting, overdue []store.Queued, next time.Time) {
	next = now.Add(idle)
	seen := maps.Clone(busy)
	for _, q := range queue {
		c := q.MessageID.Conversation()
		switch {
		case busy[c]:
		case q.Sending && q.NextAt.After(now):
			next = earlier(next, q.NextAt)
		case q.Sending:
			overdue = append(overdue, q)
		case !seen[c]:
			seen[c] = true
			waiting = append(waiting, q)
		}
	}
	return waiting, overdue, next
}

func (o *Outbox) callUnclear(ctx context.Context, overdue []store.Queued) error {
	if len(overdue) == 0 {
		return nil
	}
	slog.Warn("sends are unclear", "count", len(overdue))
	err := o.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		for _, q := range overdue {
			err := error(nil)
			if q.Reaction {
				err = tx.MarkReactionUnclear(q.Callback)
			} else {
				err = tx.MarkUnclear(q.MessageID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, q := range overdue {
		o.notify(q.MessageID.Conversation())
	}
	return nil
}

// launch starts what may be sent now and returns when to look again.
func (o *Outbox) launch(ctx context.Context, sends *sync.WaitGroup, waiting []store.Queued, now time.Time) time.Time {
	next := now.Add(idle)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.state.Paused != "" && o.retryAt.IsZero() {
		return next
	}
	if now.Before(o.retryAt) {
		return o.retryAt
	}
	for _, q := range waiting {
		if len(o.inFlight) >= o.parallel() {
			break // whatever ends next wakes us
		}
		if q.NextAt.After(now) {
			next = earlier(next, q.NextAt)
			continue
		}
		if ready := o.pace.take(q.Customer, now); ready.After(now) {
			next = earlier(next, ready)
			continue
		}
		o.inFlight[q.MessageID.Conversation()] = true
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
