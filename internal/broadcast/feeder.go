package broadcast

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/store"
)

// Queue is what a broadcast needs of the outbox.
type Queue interface {
	QueueWithin(tx *store.Tx, m outbox.Outgoing) (inbox.MessageID, error)
	State() outbox.State
}

// Config wires a Feeder.
type Config struct {
	Store *store.Store
	Queue Queue
	// Refused says why a person must not get a message for a purpose, or empty.
	Refused func(tx *store.Tx, c store.CustomerRef, purpose string) (string, error)
	// DayLimit is to how many people the number may write first within 24 hours, or 0 without a limit.
	DayLimit func() int
	// Every is the pause between two people; 0 means the usual one.
	Every time.Duration
	// Changed is called after a broadcast moved on. It must not block.
	Changed func()
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// UsualPause between two people lets somebody who sees a mistake stop before many have it.
const UsualPause = time.Second

const (
	// mostLeaving is how many messages of a broadcast may be in the outbox.
	mostLeaving = 2
	// limitPause is how long a broadcast waits before it looks at a reached limit again.
	limitPause = 15 * time.Minute
	// troublePause is how long nothing is tried after the disk or the keys failed.
	troublePause = 10 * time.Second
	// queuePause is how often a broadcast looks whether sending goes on.
	queuePause = 5 * time.Second

	idle = time.Hour
)

// Why a broadcast does not go on: the Reason of a store.Broadcast.
const (
	ReasonByHand   = "hand"     // somebody paused it
	ReasonQuality  = "quality"  // WhatsApp says that people complain (131048, 368)
	ReasonTooMuch  = "too_much" // WhatsApp keeps people from getting that much advertising (131049)
	ReasonRate     = "rate"     // sent too quickly (130429, 80007)
	ReasonAccount  = "account"  // the account or its payment (131031, 131042)
	ReasonTemplate = "template" // no longer approved, or paused (132001, 132015, 132016)
	ReasonDayLimit = "limit"    // enough people for 24 hours; it goes on by itself
)

// pausing says after how many failures with a number a broadcast pauses, and
// what the number stands for. (Meta docs: Error codes.)
var pausing = map[int]struct {
	after  int
	reason string
}{
	131048: {1, ReasonQuality}, 368: {1, ReasonQuality}, 130429: {1, ReasonRate}, 80007: {1, ReasonRate},
	131031: {1, ReasonAccount}, 131042: {1, ReasonAccount},
	132001: {1, ReasonTemplate}, 132015: {1, ReasonTemplate}, 132016: {1, ReasonTemplate},
	131049: {3, ReasonTooMuch}, // up to two may simply have had enough of others' advertising
}

// Feeder moves broadcasts on. Create it with New, start it with Run.
type Feeder struct {
	cfg  Config
	wake chan struct{}

	mu sync.Mutex
	// resting is true while no broadcast runs, so that what happens in the inbox wakes nobody.
	resting bool
}

// New returns a Feeder that does nothing until Run.
func New(cfg Config) *Feeder {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Every == 0 {
		cfg.Every = UsualPause
	}
	return &Feeder{cfg: cfg, wake: make(chan struct{}, 1)}
}

// Wake makes Run look again, after a message changed.
func (f *Feeder) Wake() {
	f.mu.Lock()
	resting := f.resting
	f.mu.Unlock()
	if !resting {
		f.kick()
	}
}

func (f *Feeder) kick() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

func (f *Feeder) rest(resting bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.resting = resting
}

// Run moves broadcasts on until ctx ends.
func (f *Feeder) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		f.rest(false)
		next, err := f.step(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("broadcast cannot go on", "err", err)
			next = f.cfg.Now().Add(troublePause)
		}
		timer := time.NewTimer(next.Sub(f.cfg.Now()))
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// step decides about at most one person and returns when to look again.
func (f *Feeder) step(ctx context.Context) (next time.Time, err error) {
	// Most of the time there is nothing to write.
	if runs, err := f.cfg.Store.AnyBroadcastRuns(ctx); err != nil || !runs {
		f.rest(err == nil)
		return f.cfg.Now().Add(idle), err
	}
	var changed bool
	err = f.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		changed = false
		now := f.cfg.Now()
		next = now.Add(idle)
		b, ok, err := tx.RunningBroadcast()
		if err != nil || !ok {
			return err
		}
		next, changed, err = f.move(tx, b, now)
		return err
	})
	if err == nil && changed && f.cfg.Changed != nil {
		f.cfg.Changed()
	}
	return next, err
}

func (f *Feeder) move(tx *store.Tx, b store.Broadcast, now time.Time) (next time.Time, changed bool, err error) {
	reason, number, err := f.judge(tx, b)
	if err != nil {
		return next, false, err
	}
	if reason != "" {
		b.State, b.Reason, b.Number = store.BroadcastPaused, reason, number
		return now, true, f.hold(tx, b)
	}
	leaving, err := tx.LeavingMessages(b.ID)
	if err != nil {
		return next, false, err
	}
	c, more, err := tx.NextRecipient(b.ID)
	switch {
	case err != nil:
		return next, false, err
	case !more && len(leaving) == 0:
		b.State, b.Reason, b.EndedAt = store.BroadcastDone, "", now
		return now, true, tx.SetBroadcast(b)
	case !more || len(leaving) >= mostLeaving:
		return now.Add(idle), true, nil // a message that moves on wakes us
	case b.NextAt.After(now):
		return b.NextAt, false, nil
	case f.cfg.Queue.State() != outbox.State{}:
		return now.Add(queuePause), false, nil
	}
	full, err := f.full(tx, b, now)
	if err != nil {
		return next, false, err
	}
	if full {
		b.Reason, b.NextAt = ReasonDayLimit, now.Add(limitPause)
		return b.NextAt, true, tx.SetBroadcast(b)
	}
	return f.feed(tx, b, c, now)
}

// judge returns what WhatsApp said about the messages so far for which the
// broadcast has to pause, or empty. They fail one by one: those it takes several
// of are counted until there are enough, or until it pauses for another reason.
func (f *Feeder) judge(tx *store.Tx, b store.Broadcast) (reason string, number int, err error) {
	failed, err := tx.NewFailures(b.ID)
	if err != nil {
		return "", 0, err
	}
	for _, n := range slices.Sorted(maps.Keys(failed)) {
		if p, ok := pausing[n]; ok && failed[n] >= p.after {
			return p.reason, n, tx.JudgeFailures(b.ID)
		}
	}
	return "", 0, nil
}

// full reports whether the number has written first to as many people as it may in a day.
func (f *Feeder) full(tx *store.Tx, b store.Broadcast, now time.Time) (bool, error) {
	limit := f.cfg.DayLimit()
	if limit == 0 {
		return false, nil
	}
	people, err := tx.TemplatedSince(b.PhoneNumberID, now.Add(-24*time.Hour))
	return people >= limit, err
}

// feed decides about one person: her message goes into the outbox in the same
// step in which that is noted, so that nobody can be taken twice.
func (f *Feeder) feed(tx *store.Tx, b store.Broadcast, c store.CustomerRef, now time.Time) (time.Time, bool, error) {
	if c.Erasing {
		return now, true, tx.EndRecipient(b.ID, c, store.OutcomeErased)
	}
	refused, err := f.cfg.Refused(tx, c, b.Purpose)
	switch {
	case err != nil:
		return now, false, err
	case refused != "":
		return now, true, tx.EndRecipient(b.ID, c, store.OutcomeWithdrawn)
	}
	message, obstacle, err := f.message(tx, b, c)
	if err != nil {
		return now, false, err
	}
	if obstacle {
		b.State, b.Reason, b.Number = store.BroadcastPaused, ReasonTemplate, 0
		return now, true, f.hold(tx, b)
	}
	id, err := f.queue(tx, b, c, message)
	if inbox.CodeOf(err) == inbox.CodeInvalid && err != nil {
		return now, true, tx.EndRecipient(b.ID, c, store.OutcomeFailed)
	}
	if err != nil {
		return now, false, err
	}
	if err := tx.RecipientQueued(b.ID, c, id); err != nil {
		return now, false, err
	}
	b.Reason, b.NextAt = "", now.Add(f.cfg.Every)
	return b.NextAt, true, tx.SetBroadcast(b)
}

func (f *Feeder) queue(tx *store.Tx, b store.Broadcast, c store.CustomerRef, m inbox.TemplateMessage) (id inbox.MessageID, err error) {
	ref, err := tx.EnsureConversation(c, b.PhoneNumberID)
	if err != nil {
		return 0, err
	}
	err = tx.Nested(func() error {
		id, err = f.cfg.Queue.QueueWithin(tx, outbox.Outgoing{
			Conversation: ref.ID, Kind: inbox.KindTemplate, Content: inbox.Content{Template: &m},
		})
		return err
	})
	return id, err
}

// hold pauses a broadcast: what has not begun to leave stays here.
func (f *Feeder) hold(tx *store.Tx, b store.Broadcast) error {
	if _, err := takeBack(tx, b.ID); err != nil {
		return err
	}
	return tx.SetBroadcast(b)
}

// takeBack takes back what has not begun to leave and returns how many messages have.
func takeBack(tx *store.Tx, id store.BroadcastID) (leaving int, err error) {
	messages, err := tx.LeavingMessages(id)
	if err != nil {
		return 0, err
	}
	for message, sending := range messages {
		if sending {
			leaving++
			continue
		}
		if err := tx.TakeBackRecipient(id, message); err != nil {
			return 0, err
		}
	}
	return leaving, nil
}
