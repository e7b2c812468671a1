package simulator

import (
	"container/heap"
	"context"
	"errors"
	"time"
)

// clock is the simulator's time: the machine's time plus an offset, or stopped.
type clock struct {
	stopped bool
	at      time.Time
	offset  time.Duration
}

func (c *clock) start(at time.Time) {
	if !at.IsZero() {
		c.stopped, c.at = true, at
	}
}

func (c *clock) now() time.Time {
	if c.stopped {
		return c.at
	}
	return time.Now().Add(c.offset)
}

// event is something that falls due on the simulator's clock. It runs with the
// simulator locked.
type event struct {
	due    time.Time
	number int64 // keeps events of one instant in the order they were made
	run    func()
	// background events do not keep WaitIdle waiting.
	background bool
}

type eventHeap []*event

func (h eventHeap) Len() int { return len(h) }
func (h eventHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].number < h[j].number
	}
	return h[i].due.Before(h[j].due)
}
func (h eventHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *eventHeap) Push(x any)   { *h = append(*h, x.(*event)) }
func (h *eventHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return last
}

// Now is the simulator's time.
func (s *Simulator) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock.now()
}

// SetClock stops the clock at an instant and runs what is due by then. Going
// back in time is allowed and takes nothing back.
func (s *Simulator) SetClock(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.moveClock(at)
	s.clock.stopped, s.clock.at = true, at
	s.step()
}

// Advance moves the clock forward and runs everything due on the way, each at
// its own instant. Webhooks this causes are delivered by other goroutines: see
// WaitIdle.
func (s *Simulator) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	target := s.clock.now().Add(d)
	running := !s.clock.stopped
	s.moveClock(target)
	if running {
		s.clock = clock{offset: time.Until(target)}
	} else {
		s.clock.at = target
	}
	s.step()
}

// RunClock lets a stopped clock run on from where it stands.
func (s *Simulator) RunClock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.clock.stopped {
		s.clock = clock{offset: time.Until(s.clock.at)}
	}
	s.step()
}

// moveClock visits every event up to target, with the clock standing at each.
func (s *Simulator) moveClock(target time.Time) {
	for len(s.events) > 0 && !s.events[0].due.After(target) {
		e := s.popEvent()
		if at := s.clock.now(); e.due.After(at) {
			s.clock = clock{stopped: true, at: e.due}
		}
		e.run()
	}
}

// after runs fn once d has passed on the simulator's clock.
func (s *Simulator) after(d time.Duration, fn func()) { s.schedule(d, false, fn) }

func (s *Simulator) schedule(d time.Duration, background bool, fn func()) {
	if s.closed {
		return
	}
	s.eventNo++
	if !background {
		s.pending++
	}
	heap.Push(&s.events, &event{due: s.clock.now().Add(max(d, 0)), number: s.eventNo, run: fn, background: background})
	s.step()
}

func (s *Simulator) popEvent() *event {
	e := heap.Pop(&s.events).(*event)
	if !e.background {
		s.pending--
	}
	return e
}

// step tells everybody who waits that something moved.
func (s *Simulator) step() {
	close(s.changed)
	s.changed = make(chan struct{})
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Changed returns a channel that is closed when next anything happens, for pages
// that show the simulator's state. Get the channel first, then look at the state.
func (s *Simulator) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

// runTimers is the goroutine that runs events when they fall due.
func (s *Simulator) runTimers() {
	defer s.owned.Done()
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(s.runDue())
		select {
		case <-s.ctx.Done():
			return
		case <-s.wake:
		case <-timer.C:
		}
	}
}

// runDue runs what is due and returns the time until the next event.
func (s *Simulator) runDue() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	ran := false
	for len(s.events) > 0 && !s.events[0].due.After(s.clock.now()) {
		s.popEvent().run()
		ran = true
	}
	if ran {
		s.step()
	}
	if len(s.events) == 0 || s.clock.stopped {
		return time.Hour
	}
	return s.events[0].due.Sub(s.clock.now())
}

var errClosed = errors.New("simulator is closed")

// WaitIdle returns when nothing is under way any more: no API call is being
// answered, no webhook is queued or on its way, nothing is due. While the clock
// runs it also waits for what is still to come (ticks, retries); while it is
// stopped the future does not count. Webhooks held back do not count either.
// It fails when ctx ends or the simulator is closed.
func (s *Simulator) WaitIdle(ctx context.Context) error {
	for {
		s.mu.Lock()
		idle, closed, changed := s.idle(), s.closed, s.changed
		s.mu.Unlock()
		if closed {
			return errClosed
		}
		if idle {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return errClosed
		}
	}
}

func (s *Simulator) idle() bool {
	if s.busy > 0 || s.active > 0 || (len(s.queue) > 0 && !s.held) {
		return false
	}
	if s.pending > 0 && !s.clock.stopped {
		return false
	}
	return len(s.events) == 0 || s.events[0].due.After(s.clock.now())
}
