package server

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"tresen/internal/relay"
)

// lookAgain is how often a waiting request looks by itself, in case the news of
// an arrival got lost with another process.
const lookAgain = 15 * time.Second

// answerTime is how long a device may take to read an answer.
const answerTime = time.Minute

// polls has the open request of every device. A device that asks again has
// forgotten the request before: after sleep, or when its network changed.
type polls struct {
	mu sync.Mutex
	of map[relay.DeviceID]*poll
}

type poll struct{ cancel context.CancelFunc }

func (p *polls) begin(ctx context.Context, d relay.DeviceID) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	mine := &poll{cancel}
	p.mu.Lock()
	defer p.mu.Unlock()
	if older := p.of[d]; older != nil {
		older.cancel()
	}
	p.of[d] = mine
	return ctx, func() {
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.of[d] == mine {
			delete(p.of, d)
		}
	}
}

// end ends the open request of a device that is no longer welcome.
func (p *polls) end(d relay.DeviceID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if open := p.of[d]; open != nil {
		open.cancel()
	}
}

// next forgets what the device has, and brings what it has not.
func (s *Server) next(w http.ResponseWriter, r request) {
	var q relay.NextRequest
	if err := json.Unmarshal(r.body, &q); err != nil || q.Wait < 0 || q.Max < 0 {
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
		return
	}
	if q.Acknowledge > 0 {
		if err := s.Engine.Ack(r.Context(), r.box.ID, r.device.ID, q.Acknowledge); err != nil {
			s.complain("acknowledgement was not kept", r.box.ID, err)
			s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
			return
		}
	}
	wait := time.Duration(min(q.Wait, relay.MaxWait)) * time.Second
	control := http.NewResponseController(w)
	control.SetWriteDeadline(time.Now().Add(wait + answerTime))
	list, err := s.await(r, q, wait)
	if err != nil {
		s.complain("envelopes were not fetched", r.box.ID, err)
		s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
		return
	}
	a := relay.NextAnswer{Envelopes: make([]relay.WireEnvelope, 0, len(list)), Revision: r.box.Revision}
	// The mailbox may have changed while the request was held open.
	if box, _, err := s.Directory.ByDevice(r.Context(), r.device.ID); err == nil {
		a.Revision = box.Revision
	}
	for _, e := range list {
		a.Envelopes = append(a.Envelopes, relay.WireEnvelope(e))
	}
	a.Waiting = len(list)
	if len(list) > 0 {
		stats, err := s.Engine.Stats(r.Context(), r.box.ID, r.device.ID)
		if err == nil {
			a.Waiting = stats.Waiting
		}
	}
	s.Metrics.fetched.Add(float64(len(list)))
	answer(w, http.StatusOK, a)
}

// await returns the next envelopes as soon as there are any; none when the
// waiting time is over, the relay shuts down or the device has asked anew.
func (s *Server) await(r request, q relay.NextRequest, wait time.Duration) ([]relay.Envelope, error) {
	if q.Max == 0 {
		return nil, nil
	}
	ctx, done := s.polls.begin(r.Context(), r.device.ID)
	defer done()
	span := relay.Span{After: q.After, Count: min(q.Max, relay.MaxFetch), Bytes: relay.MaxFetchBytes}
	arrived, stop := s.Engine.Watch(r.box.ID)
	defer stop()
	s.Metrics.waiting.Inc()
	defer s.Metrics.waiting.Dec()
	over := time.NewTimer(wait)
	defer over.Stop()
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		list, err := s.Engine.Fetch(ctx, r.box.ID, r.device.ID, span)
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
		if len(list) > 0 || ctx.Err() != nil {
			return list, nil
		}
		select {
		case <-arrived:
		case <-again.C:
		case <-over.C:
			return nil, nil
		case <-s.draining:
			return nil, nil
		case <-ctx.Done():
			return nil, nil
		}
	}
}
