package client

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
)

// Delivery is one webhook notification as it reached the relay. Its fields are
// those of receive.Delivery, so that one can be converted into the other.
type Delivery struct {
	Body       []byte
	Header     http.Header
	ReceivedAt time.Time
}

// Handler takes a delivery and returns once it is durable.
type Handler func(ctx context.Context, d Delivery) error

// Config of NewSource. Identity and Save are required.
type Config struct {
	Identity Identity
	// Save keeps the identity durably; it is called when keys are replaced.
	Save func(ctx context.Context, id Identity) error
	// Unverified is what the handler returns for a delivery that nobody known
	// has signed. Such a delivery is counted and acknowledged: it would
	// otherwise hold up the genuine ones behind it.
	Unverified error
	// Changed is called when Status has changed, by whoever changed it; it must
	// not block. It may be nil.
	Changed func(Status)
	// HTTP is the connection; default NewHTTPClient().
	HTTP *http.Client
	// Now is the clock; default time.Now.
	Now func() time.Time
	Log *slog.Logger
}

// Pauses between tries.
const (
	firstPause = time.Second
	maxPause   = time.Minute
	// unpairedPause is for a relay that does not know this device any more.
	unpairedPause = 5 * time.Minute
	// rotateAgain is how long a failed replacement of keys is left alone.
	rotateAgain = time.Hour
	batch       = relay.MaxFetch
)

// Source brings deliveries from a relay. It has the method of receive.Source
// but for the types of its arguments, which are this package's own.
type Source struct {
	Config
	caller caller
	wake   chan struct{}

	mu     sync.Mutex
	id     Identity
	status Status

	// What follows belongs to Run's goroutine.
	opener    *envelope.Opener
	done      uint64 // kept here, to be acknowledged
	told      uint64 // acknowledged at the relay
	steady    bool   // the last request was answered, so the next may be held open
	keyLost   bool   // an envelope was sealed to a key that is not here
	rotatedAt time.Time
}

// NewSource returns a source for a paired computer.
func NewSource(c Config) *Source {
	if c.HTTP == nil {
		c.HTTP = NewHTTPClient()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Changed == nil {
		c.Changed = func(Status) {}
	}
	s := &Source{Config: c, id: c.Identity, wake: make(chan struct{}, 1)}
	s.caller.http, s.caller.now = c.HTTP, c.Now
	return s
}

// Run brings deliveries to handle until ctx ends. A delivery is acknowledged
// only after handle returned nil or Config.Unverified; after any other error it
// comes again. Run returns nil when ctx ends, and fails only with key_missing
// if the identity's keys cannot be used.
func (s *Source) Run(ctx context.Context, handle Handler) error {
	var err error
	if s.opener, err = s.identity().opener(); err != nil {
		return inbox.WrapError(inbox.CodeKeyMissing, "read seal keys", err)
	}
	var noticing sync.WaitGroup
	noticing.Go(func() { s.noticeSleep(ctx) })
	defer noticing.Wait()
	failures := 0
	for ctx.Err() == nil {
		err := s.round(ctx, handle)
		if ctx.Err() != nil {
			break
		}
		s.note(err)
		s.steady = err == nil
		if err == nil || errors.Is(err, errWoken) {
			failures = 0
			continue
		}
		if s.pause(ctx, s.pauseAfter(err, failures)) {
			failures = 0
		} else {
			failures++
		}
	}
	s.farewell()
	return nil
}

// Wake makes the source try at once: the network is back, or somebody asks.
func (s *Source) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// round asks once for deliveries and hands them on.
func (s *Source) round(ctx context.Context, handle Handler) error {
	if err := s.rotate(ctx); err != nil {
		return err
	}
	a, err := s.next(ctx)
	if err != nil || ctx.Err() != nil {
		return err
	}
	s.setWaiting(a.Waiting)
	for _, e := range a.Envelopes {
		if err := s.hand(ctx, e, handle); err != nil {
			return err
		}
		s.done = e.Seq
	}
	if a.Revision != s.Status().Mailbox.revision {
		_, err := s.Check(ctx)
		return err
	}
	return nil
}

// next acknowledges what is kept and waits for more. A wish to wake up ends the
// waiting.
func (s *Source) next(ctx context.Context) (relay.NextAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, relay.MaxWait*time.Second+slack)
	defer cancel()
	woken := make(chan struct{})
	defer close(woken)
	go func() {
		select {
		case <-s.wake:
			cancel()
		case <-woken:
		}
	}()
	question := relay.NextRequest{Acknowledge: s.done, After: s.done, Wait: relay.MaxWait, Max: batch}
	if s.done == s.told {
		question.Acknowledge = 0
	}
	if !s.steady {
		question.Wait = 0 // so that the status does not wait for a delivery
	}
	var a relay.NextAnswer
	err := s.caller.call(ctx, s.identity(), relay.PathNext, question, &a)
	if err == nil {
		s.told = s.done
		return a, nil
	}
	if errors.Is(err, context.Canceled) {
		return a, errWoken
	}
	return a, err
}

// errWoken says that a request was given up because of Wake.
var errWoken = errors.New("woken up")

// errStorage says that the handler could not keep a delivery.
var errStorage = errors.New("delivery was not kept")

// hand opens an envelope and gives it to the handler. What cannot be opened,
// and what nobody known has signed, is reported and gone: it must not hold up
// the rest.
func (s *Source) hand(ctx context.Context, e relay.WireEnvelope, handle Handler) error {
	plain, id, err := s.opener.Open(e.Sealed)
	var d relay.Delivery
	if err == nil {
		d, err = relay.ParseDelivery(plain)
	}
	if err == nil && relay.DeliveryOf(s.identity().Mailbox, d) != id {
		err = envelope.ErrUnreadable
	}
	if err != nil {
		s.Log.Error("envelope cannot be opened and is given up", "err", err)
		s.countBad(true)
		if errors.Is(err, envelope.ErrNoKey) {
			s.keyLost, s.rotatedAt = true, time.Time{}
		}
		return nil
	}
	header := http.Header{}
	for _, f := range d.Header {
		header.Add(f.Name, f.Value)
	}
	err = handle(ctx, Delivery{Body: d.Body, Header: header, ReceivedAt: d.ReceivedAt})
	switch {
	case err == nil:
		s.countKept(d.ReceivedAt)
		return nil
	case s.Unverified != nil && errors.Is(err, s.Unverified):
		s.Log.Warn("delivery with a wrong signature is not taken")
		s.countBad(false)
		return nil
	}
	return errors.Join(errStorage, err)
}

// pauseAfter is how long to wait after an error: longer each time, and never
// the same for two computers, so that a relay that comes back is not run over.
func (s *Source) pauseAfter(err error, failures int) time.Duration {
	var refused *Refusal
	if errors.As(err, &refused) {
		if refused.Problem == relay.ProblemDevice {
			return unpairedPause
		}
		if refused.RetryAfter > 0 {
			return refused.RetryAfter/2 + rand.N(refused.RetryAfter)
		}
	}
	pause := min(firstPause<<min(failures, 10), maxPause)
	return pause/2 + rand.N(pause/2)
}

// pause waits; it reports whether somebody woke it up.
func (s *Source) pause(ctx context.Context, d time.Duration) (woken bool) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return false
	case <-s.wake:
		return true
	case <-ctx.Done():
		return false
	}
}

// farewell acknowledges what the last round kept.
func (s *Source) farewell() {
	if s.done == s.told {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	question := relay.NextRequest{Acknowledge: s.done}
	if s.caller.call(ctx, s.identity(), relay.PathNext, question, &relay.NextAnswer{}) == nil {
		s.told = s.done
	}
}

// Sleep is noticed by the clock: a tick that comes much later than it should.
const (
	clockTick = 5 * time.Second
	clockJump = 15 * time.Second
)

// noticeSleep wakes the source when the computer has slept: its connection is
// dead then without anybody saying so.
func (s *Source) noticeSleep(ctx context.Context) {
	tick := time.NewTicker(clockTick)
	defer tick.Stop()
	for last := s.Now().Round(0); ; {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		now := s.Now().Round(0) // without the monotonic clock, which may stand still during sleep
		if now.Sub(last) > clockTick+clockJump {
			s.HTTP.CloseIdleConnections()
			s.Wake()
		}
		last = now
	}
}
