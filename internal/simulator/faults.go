package simulator

import (
	"context"
	"net/http"
	"time"
)

// Faults are the ways in which the simulator misbehaves. The zero value is good
// behaviour. Counters run down by themselves and end at zero.
type Faults struct {
	// Webhooks.

	// Hold keeps webhooks in the queue; taking it back sends them.
	Hold bool `json:"hold,omitempty"`
	// Batch puts up to so many updates (at most 1,000) into one request; Merge
	// puts neighbours of one number into one value.
	Batch int  `json:"batch,omitempty"`
	Merge bool `json:"merge,omitempty"`
	// Duplicates delivers every webhook so many more times.
	Duplicates int `json:"duplicates,omitempty"`
	// Shuffle takes webhooks from the queue in any order.
	Shuffle bool `json:"shuffle,omitempty"`
	// Delay waits, on the simulator's clock, before each first try.
	Delay time.Duration `json:"delay,omitempty"`
	// WrongSignatures signs the next so many tries with another secret.
	WrongSignatures int `json:"wrong_signatures,omitempty"`

	// API.

	// FailRequests answers the next so many calls with FailStatus and FailCode;
	// with FailCode 0 the answer is an HTML page. FailEdge limits it to one edge,
	// as "messages" or "media".
	FailRequests int    `json:"fail_requests,omitempty"`
	FailStatus   int    `json:"fail_status,omitempty"`
	FailCode     int    `json:"fail_code,omitempty"`
	FailEdge     string `json:"fail_edge,omitempty"`
	// RefuseSends answers the next so many otherwise good sends with RefuseCode
	// (as 130429, 131056, 131042).
	RefuseSends int `json:"refuse_sends,omitempty"`
	RefuseCode  int `json:"refuse_code,omitempty"`
	// FailSends accepts the next so many sends and fails them by status.
	FailSends    int `json:"fail_sends,omitempty"`
	FailSendCode int `json:"fail_send_code,omitempty"`
	// LoseResponses accepts the next so many sends and closes the connection
	// instead of answering.
	LoseResponses int `json:"lose_responses,omitempty"`
	// Slow answers every call this much later, on the simulator's clock.
	Slow time.Duration `json:"slow,omitempty"`
	// StatusFirst sends the first status before the answer of the send.
	StatusFirst bool `json:"status_first,omitempty"`
	// PrependCountry treats `to` without "+" as a national number (§2.1).
	PrependCountry bool `json:"prepend_country,omitempty"`
	// BadMedia serves damaged bytes, which do not match their sha256.
	BadMedia bool `json:"bad_media,omitempty"`
}

// Faults are the faults in force; counters show what is left.
func (s *Simulator) Faults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	f.Hold = s.held
	return f
}

// SetFaults replaces all faults. The zero value ends them and releases what was
// held back.
func (s *Simulator) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	s.held = f.Hold
	s.pump()
	s.step()
}

// ChangeFaults changes some faults and leaves the others. change must not call
// the simulator.
func (s *Simulator) ChangeFaults(change func(*Faults)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	f.Hold = s.held
	change(&f)
	s.faults, s.held = f, f.Hold
	s.pump()
	s.step()
}

// faultFor makes a call slow or fails it.
func (s *Simulator) faultFor(r *http.Request, segments []string) *apiError {
	s.mu.Lock()
	slow := s.faults.Slow
	s.mu.Unlock()
	if slow > 0 {
		// A call that waits must not keep WaitIdle from returning.
		s.leave()
		s.pause(r.Context(), slow)
		s.enter()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.FailRequests <= 0 || (s.faults.FailEdge != "" && !contains(segments, s.faults.FailEdge)) {
		return nil
	}
	s.faults.FailRequests--
	e := fail(s.faults.FailCode, "An error occurred.")
	e.html = s.faults.FailCode == 0
	if s.faults.FailStatus != 0 {
		e.status = s.faults.FailStatus
	}
	return e
}

// pause waits on the simulator's clock; false if the wait was cut short.
func (s *Simulator) pause(ctx context.Context, d time.Duration) bool {
	over := make(chan struct{})
	s.mu.Lock()
	s.schedule(d, true, func() { close(over) })
	s.mu.Unlock()
	select {
	case <-over:
		return true
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	return false
}

func (s *Simulator) forcedError() *apiError {
	if s.faults.RefuseSends <= 0 {
		return nil
	}
	s.faults.RefuseSends--
	return fail(s.faults.RefuseCode, "Refused on demand.")
}

func (s *Simulator) forcedFailure() *apiError {
	if s.faults.FailSends <= 0 {
		return nil
	}
	s.faults.FailSends--
	return fail(s.faults.FailSendCode, "Failed on demand.")
}

// loseThis reports whether the answer to a send is to be lost.
func (s *Simulator) loseThis() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.LoseResponses <= 0 {
		return false
	}
	s.faults.LoseResponses--
	return true
}
