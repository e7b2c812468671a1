package jetstream

import (
	"bytes"
	"context"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/enginetest"
)

// storm puts deliveries through several relay processes until it is stopped,
// each again and again until it is taken, as Meta does.
type storm struct {
	t       *testing.T
	m       relay.MailboxID
	next    atomic.Int64
	stopped atomic.Bool
	workers sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond
	taken   map[uint64]bool
	refused int
	last    time.Time
	stall   time.Duration
}

func newStorm(t *testing.T, m relay.MailboxID, engines ...*Engine) *storm {
	s := &storm{t: t, m: m, taken: map[uint64]bool{}, last: time.Now()}
	s.changed = sync.NewCond(&s.mu)
	for _, e := range engines {
		for range 4 {
			s.workers.Go(func() {
				for !s.stopped.Load() {
					s.deliver(e, uint64(s.next.Add(1)))
				}
			})
		}
	}
	return s
}

func (s *storm) deliver(e *Engine, n uint64) {
	sealed := binary.BigEndian.AppendUint64(make([]byte, 0, 2048), n)[:2048]
	for !s.stopped.Load() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		_, err := e.Put(ctx, s.m, enginetest.DeliveryID(int(n)), []relay.Copy{{Device: relay.DeviceID{1}, Sealed: sealed}})
		cancel()
		s.mu.Lock()
		if err != nil {
			s.refused++
			s.mu.Unlock()
			continue
		}
		s.taken[n] = true
		s.stall = max(s.stall, time.Since(s.last))
		s.last = time.Now()
		s.changed.Broadcast()
		s.mu.Unlock()
		return
	}
}

// more waits until another n deliveries have been taken.
func (s *storm) more(n int) {
	s.t.Helper()
	late := time.AfterFunc(time.Minute, func() {
		s.t.Error("nothing is taken any more")
		s.stopped.Store(true)
		s.changed.Broadcast()
	})
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for want := len(s.taken) + n; len(s.taken) < want && !s.stopped.Load(); {
		s.changed.Wait()
	}
}

func (s *storm) end() {
	s.stopped.Store(true)
	s.workers.Wait()
}

// check drains the mailbox: everything taken must be there, nothing twice.
func (s *storm) check(e *Engine) {
	s.t.Helper()
	seen := map[uint64]bool{}
	for {
		got, err := e.Fetch(s.t.Context(), s.m, relay.DeviceID{1}, relay.Span{Count: 100, Bytes: 1 << 30})
		if err != nil {
			s.t.Fatal(err)
		}
		if len(got) == 0 {
			break
		}
		for _, envelope := range got {
			n := binary.BigEndian.Uint64(envelope.Sealed)
			if seen[n] {
				s.t.Errorf("delivery %d twice", n)
			}
			seen[n] = true
		}
		if err := e.Ack(s.t.Context(), s.m, relay.DeviceID{1}, got[len(got)-1].Seq); err != nil {
			s.t.Fatal(err)
		}
	}
	lost := 0
	for n := range s.taken {
		if !seen[n] {
			lost++
		}
	}
	s.t.Logf("%d taken, %d lost, %d tries refused, longest pause %v", len(s.taken), lost, s.refused, s.stall.Round(time.Millisecond))
	if lost > 0 || len(s.taken) == 0 {
		s.t.Errorf("%d of %d lost", lost, len(s.taken))
	}
}

// until asks again and again, as these states of a cluster announce themselves to nobody.
func until(t testing.TB, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for !is() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("not so within a minute: %s", what)
		}
	}
}

// leader names the node that leads a mailbox's stream, and whether the others
// have everything it has.
func leader(t *testing.T, e *Engine, m relay.MailboxID) (name string, current bool) {
	t.Helper()
	until(t, "the stream has a leader", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		stream, err := e.js.Stream(ctx, streamOf(m))
		if err != nil || stream.CachedInfo().Cluster == nil {
			return false
		}
		name, current = stream.CachedInfo().Cluster.Leader, true
		for _, peer := range stream.CachedInfo().Cluster.Replicas {
			current = current && peer.Current && !peer.Offline
		}
		return name != ""
	})
	return name, current
}

func TestClusterLosesANodeAndThenItsLeader(t *testing.T) {
	if testing.Short() {
		t.Skip("takes several elections")
	}
	t.Parallel()
	nodes, url := cluster(t)
	a, b := open(t, Options{URL: url}), open(t, Options{URL: url})
	m := relay.NewMailboxID()
	if err := a.Create(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	s := newStorm(t, m, a, b)
	s.more(100)
	first, _ := leader(t, a, m)
	for name, p := range nodes {
		if name != first {
			p.kill()
			s.more(100)
			p.start(t)
			break
		}
	}
	until(t, "the lost node has caught up", func() bool { _, current := leader(t, a, m); return current })
	first, _ = leader(t, a, m)
	nodes[first].kill()
	s.more(100)
	nodes[first].start(t)
	s.more(50)
	s.end()
	s.check(b)
}

func TestClusterWithoutMajorityTakesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes several elections")
	}
	t.Parallel()
	nodes, url := cluster(t)
	e := open(t, Options{URL: url})
	m := relay.NewMailboxID()
	if err := e.Create(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	put := func(n int) error {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		_, err := e.Put(ctx, m, enginetest.DeliveryID(n), []relay.Copy{{Device: relay.DeviceID{1}, Sealed: bytes.Repeat([]byte{byte(n)}, 100)}})
		return err
	}
	if err := put(1); err != nil {
		t.Fatal(err)
	}
	nodes["node-0"].kill()
	nodes["node-1"].kill()
	if put(2) == nil {
		t.Error("one of three nodes promised to keep an envelope")
	}
	nodes["node-0"].start(t)
	nodes["node-1"].start(t)
	until(t, "the cluster takes envelopes again", func() bool { return put(3) == nil })
	if err := put(2); err != nil {
		t.Fatal(err)
	}
	got, err := e.Fetch(t.Context(), m, relay.DeviceID{1}, relay.Span{Count: 10, Bytes: 1 << 20})
	seen := map[byte]int{}
	for _, envelope := range got {
		seen[envelope.Sealed[0]]++
	}
	if err != nil || seen[1] != 1 || seen[2] != 1 || seen[3] != 1 {
		t.Errorf("%v, %v", seen, err)
	}
}
