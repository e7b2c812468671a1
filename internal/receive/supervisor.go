package receive

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"tresen/internal/inbox"
)

// Pauses before a source that failed is opened again.
const (
	firstRetry = time.Second
	lastRetry  = time.Minute
)

// Sleep is noticed by the clock: a tick that comes much later than it should.
const (
	sleepTick = 5 * time.Second
	sleepJump = 15 * time.Second
)

// WayState is how one way in stands.
type WayState struct {
	Name string
	// Code says why nothing can come in this way, or is empty.
	Code  inbox.Code
	Since time.Time
}

// Supervisor keeps sources running, each by itself: one that cannot be opened,
// fails or panics is opened again after a pause that grows, and at once after
// the computer has slept or somebody asks.
type Supervisor struct {
	handle  Handler
	changed func()
	now     func() time.Time
	work    sync.WaitGroup

	mu   sync.Mutex
	ways []*way
}

type way struct {
	state  WayState
	first  chan struct{} // closed when the first try to open it has an outcome
	tried  chan struct{} // closed when the next one has
	wake   chan struct{}
	cancel context.CancelFunc
	done   chan struct{}
}

// NewSupervisor returns a Supervisor whose sources bring deliveries to handle.
// changed is called when the state of one has changed and must not block.
func NewSupervisor(handle Handler, changed func()) *Supervisor {
	return &Supervisor{handle: handle, changed: changed, now: time.Now}
}

// Keep runs what open returns until ctx ends or Drop is called. A name in use
// is dropped first.
func (s *Supervisor) Keep(ctx context.Context, name string, open func(context.Context) (Source, error)) {
	s.Drop(name)
	ctx, cancel := context.WithCancel(ctx)
	w := &way{
		state: WayState{Name: name, Since: s.now()}, first: make(chan struct{}), tried: make(chan struct{}), wake: make(chan struct{}, 1),
		cancel: cancel, done: make(chan struct{}),
	}
	s.mu.Lock()
	s.ways = append(s.ways, w)
	s.mu.Unlock()
	s.work.Go(func() {
		defer close(w.done)
		s.keep(ctx, w, open)
	})
	s.work.Go(func() { noticeSleep(ctx, s.now, w.nudge) })
}

// Drop ends a way in and waits until it has let go of everything. It reports
// whether there was one.
func (s *Supervisor) Drop(name string) bool {
	s.mu.Lock()
	i := slices.IndexFunc(s.ways, func(w *way) bool { return w.state.Name == name })
	if i < 0 {
		s.mu.Unlock()
		return false
	}
	w := s.ways[i]
	s.ways = slices.Delete(s.ways, i, i+1)
	s.mu.Unlock()
	w.cancel()
	<-w.done
	s.changed()
	return true
}

// Wait returns when all sources have ended.
func (s *Supervisor) Wait() { s.work.Wait() }

// Check opens at once what waits to be opened again and returns why the first
// way in that still does not work does not.
func (s *Supervisor) Check(ctx context.Context) error {
	s.mu.Lock()
	var failing []*way
	var tried []chan struct{}
	for _, w := range s.ways {
		if w.state.Code != "" {
			failing, tried = append(failing, w), append(tried, w.tried)
			w.nudge()
		}
	}
	s.mu.Unlock()
	for i, w := range failing {
		if err := s.outcome(ctx, w, tried[i]); err != nil {
			return err
		}
	}
	return nil
}

// Opened waits for the first try to open a way in and returns its outcome.
func (s *Supervisor) Opened(ctx context.Context, name string) error {
	s.mu.Lock()
	i := slices.IndexFunc(s.ways, func(w *way) bool { return w.state.Name == name })
	if i < 0 {
		s.mu.Unlock()
		return inbox.NewError(inbox.CodeNotFound, "no such way in")
	}
	w := s.ways[i]
	s.mu.Unlock()
	return s.outcome(ctx, w, w.first)
}

func (s *Supervisor) outcome(ctx context.Context, w *way, tried chan struct{}) error {
	select {
	case <-tried:
	case <-w.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.state.Code != "" {
		return &inbox.Error{Code: w.state.Code, Err: fmt.Errorf("way in %s does not work", w.state.Name)}
	}
	return nil
}

// States returns how every way in stands, in the order of Keep.
func (s *Supervisor) States() []WayState {
	s.mu.Lock()
	defer s.mu.Unlock()
	states := make([]WayState, 0, len(s.ways))
	for _, w := range s.ways {
		states = append(states, w.state)
	}
	return states
}

func (w *way) nudge() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (s *Supervisor) keep(ctx context.Context, w *way, open func(context.Context) (Source, error)) {
	for failures := 0; ctx.Err() == nil; failures++ {
		began := time.Now()
		err := s.runOnce(ctx, w, open)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > lastRetry {
			failures = 0
		}
		if err == nil {
			err = inbox.NewError(inbox.CodeInternal, "source ended by itself")
		}
		slog.Warn("a way in does not work", "way", w.state.Name, "err", err)
		s.set(w, inbox.CodeOf(err))
		pause := time.NewTimer(min(firstRetry<<min(failures, 10), lastRetry))
		select {
		case <-pause.C:
		case <-w.wake:
			failures = -1
		case <-ctx.Done():
		}
		pause.Stop()
	}
}

func (s *Supervisor) runOnce(ctx context.Context, w *way, open func(context.Context) (Source, error)) (err error) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("panic in a source", "way", w.state.Name, "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = inbox.NewError(inbox.CodeInternal, "panic in a source")
		}
	}()
	source, err := open(ctx)
	if err != nil {
		return err
	}
	s.set(w, "")
	return source.Run(ctx, s.handle)
}

func (s *Supervisor) set(w *way, code inbox.Code) {
	s.mu.Lock()
	same := w.state.Code == code
	if !same {
		w.state.Code, w.state.Since = code, s.now()
	}
	close(w.tried)
	w.tried = make(chan struct{})
	select {
	case <-w.first:
	default:
		close(w.first)
	}
	s.mu.Unlock()
	if !same || code == "" {
		s.changed()
	}
}

// noticeSleep calls woke when the computer has slept.
func noticeSleep(ctx context.Context, now func() time.Time, woke func()) {
	tick := time.NewTicker(sleepTick)
	defer tick.Stop()
	for last := now().Round(0); ; { // Round drops the monotonic clock, which may stand still during sleep
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		at := now().Round(0)
		if at.Sub(last) > sleepTick+sleepJump {
			woke()
		}
		last = at
	}
}
