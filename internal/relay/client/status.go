package client

import (
	"context"
	"errors"
	"time"

	"tresen/internal/relay"
)

// Trouble is why nothing is being brought, for the health display.
type Trouble string

// The troubles. Relay means that the relay answers, but cannot serve.
const (
	TroubleNone     Trouble = ""
	TroubleOffline  Trouble = "offline"
	TroubleRelay    Trouble = "relay"
	TroubleUnpaired Trouble = "unpaired" // removed at the relay: pair again
	TroubleStorage  Trouble = "storage"  // deliveries come, but cannot be kept here
)

// Status is a picture of a source.
type Status struct {
	// Connected says that the relay's last answer was good, Since from when on
	// that has been so, or not.
	Connected bool
	Since     time.Time
	// LastContact is the last good answer, LastDelivery when the newest delivery
	// that was kept here reached the relay.
	LastContact, LastDelivery time.Time
	Trouble                   Trouble
	// Waiting is the queue at the relay when it last answered.
	Waiting int
	// Unreadable counts envelopes that could not be opened, Unverified those
	// whose signature was wrong, since the program started. Both are lost.
	Unreadable, Unverified int
	// Mailbox is what the relay last said about it; its WebhookURL is empty
	// before the first answer.
	Mailbox Mailbox
}

// Status returns the present picture.
func (s *Source) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// change changes the status and tells who wants to know.
func (s *Source) change(f func(*Status)) {
	s.mu.Lock()
	f(&s.status)
	now := s.status
	s.mu.Unlock()
	s.Changed(now)
}

// note records how a round ended. A request that was given up on purpose says
// nothing.
func (s *Source) note(err error) {
	if errors.Is(err, errWoken) {
		return
	}
	trouble := troubleOf(err)
	connected := err == nil || trouble == TroubleStorage
	now := s.Now()
	s.mu.Lock()
	before := s.status
	if connected {
		s.status.LastContact = now
	}
	if before.Connected != connected || before.Since.IsZero() {
		s.status.Connected, s.status.Since = connected, now
	}
	s.status.Trouble = trouble
	after := s.status
	s.mu.Unlock()
	if before.Connected == after.Connected && before.Trouble == trouble {
		return
	}
	if err != nil {
		s.Log.Warn("relay brings nothing", "trouble", string(trouble), "err", err)
	}
	s.Changed(after)
}

func troubleOf(err error) Trouble {
	if err == nil {
		return TroubleNone
	}
	if errors.Is(err, errStorage) {
		return TroubleStorage
	}
	var refused *Refusal
	if !errors.As(err, &refused) {
		return TroubleOffline
	}
	if refused.Problem == relay.ProblemDevice {
		return TroubleUnpaired
	}
	return TroubleRelay
}

func (s *Source) setWaiting(n int) {
	s.mu.Lock()
	changed := s.status.Waiting != n
	s.status.Waiting = n
	s.mu.Unlock()
	if changed {
		s.Changed(s.Status())
	}
}

func (s *Source) countKept(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Waiting = max(0, s.status.Waiting-1)
	if at.After(s.status.LastDelivery) {
		s.status.LastDelivery = at
	}
}

func (s *Source) countBad(unreadable bool) {
	s.change(func(st *Status) {
		st.Waiting = max(0, st.Waiting-1)
		if unreadable {
			st.Unreadable++
		} else {
			st.Unverified++
		}
	})
}

// Check asks the relay about the mailbox, now. It may be called while Run runs.
func (s *Source) Check(ctx context.Context) (Mailbox, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	id := s.identity()
	var a relay.MailboxAnswer
	if err := s.caller.call(ctx, id, relay.PathMailbox, struct{}{}, &a); err != nil {
		return Mailbox{}, err
	}
	m := mailboxOf(a, id, s.Now())
	s.change(func(st *Status) { st.Mailbox, st.Waiting = m, m.Waiting })
	return m, nil
}

// RemoveDevice unpairs a computer of the same mailbox: one that was lost or
// replaced, one nobody knows, or this one. What waits for it is erased.
func (s *Source) RemoveDevice(ctx context.Context, id relay.DeviceID) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	err := s.caller.call(ctx, s.identity(), relay.PathRemove, relay.RemoveDeviceRequest{Device: id}, &struct{}{})
	if err != nil {
		return err
	}
	if id != s.identity().Device() {
		_, err = s.Check(ctx)
	}
	return err
}
