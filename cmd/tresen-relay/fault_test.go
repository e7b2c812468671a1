package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/relay/client"
)

// storm delivers numbered bodies from many connections, each again and again
// until it is answered 200, as Meta does.
type storm struct {
	t       *testing.T
	url     string
	next    atomic.Int64
	stopped atomic.Bool
	refused atomic.Int64
	workers sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond
	taken   map[string]bool
}

func newStorm(t *testing.T, url string, workers int) *storm {
	s := &storm{t: t, url: url, taken: map[string]bool{}}
	s.changed = sync.NewCond(&s.mu)
	web := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	t.Cleanup(web.CloseIdleConnections)
	for range workers {
		s.workers.Go(func() {
			for !s.stopped.Load() {
				s.deliver(web, fmt.Sprintf("%d %s", s.next.Add(1), strings.Repeat("x", 2000)))
			}
		})
	}
	return s
}

func (s *storm) deliver(web *http.Client, body string) {
	for !s.stopped.Load() {
		resp, err := web.Post(s.url, "application/json", strings.NewReader(body))
		if err != nil {
			s.refused.Add(1)
			continue
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			s.refused.Add(1)
			continue
		}
		s.mu.Lock()
		s.taken[body] = true
		s.changed.Broadcast()
		s.mu.Unlock()
		return
	}
}

// more waits until another n deliveries have been answered 200.
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

// ledger is a desktop that writes down what it is shown.
type ledger struct {
	mu    sync.Mutex
	seen  map[string]int
	news  chan struct{}
	total int
}

func newLedger() *ledger { return &ledger{seen: map[string]int{}, news: make(chan struct{}, 1)} }

func (l *ledger) handle(_ context.Context, d client.Delivery) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[string(d.Body)]++
	l.total++
	select {
	case l.news <- struct{}{}:
	default:
	}
	return nil
}

// complete waits until everything that was answered 200 has come.
func (l *ledger) complete(t *testing.T, s *storm) {
	t.Helper()
	late := time.After(time.Minute)
	for {
		l.mu.Lock()
		missing, twice := 0, 0
		for body := range s.taken {
			if l.seen[body] == 0 {
				missing++
			}
		}
		for _, n := range l.seen {
			if n > 1 {
				twice++
			}
		}
		total := l.total
		l.mu.Unlock()
		if missing == 0 {
			t.Logf("%d answered 200, 0 lost; %d brought, %d of them repeated; %d tries refused", len(s.taken), total, twice, s.refused.Load())
			if twice > 0 {
				t.Errorf("%d came twice although the desktop was never interrupted", twice)
			}
			return
		}
		select {
		case <-l.news:
		case <-late:
			t.Fatalf("%d of %d that were answered 200 are lost, or did not come within a minute", missing, len(s.taken))
		}
	}
}

// rounds is how often a fault is repeated: a few times by default, more with
// TRESEN_LONG_TESTS=1.
func rounds(few, many int) int {
	if os.Getenv("TRESEN_LONG_TESTS") != "" {
		return many
	}
	return few
}

func TestRelayKilledDuringAStormLosesNothingItPromised(t *testing.T) {
	p := newProcess(t, "--mailbox-rate", "1000000", "--mailbox-burst", "1000000")
	p.start()
	id, mailbox := p.pair(p.mustOperate("add", "Shop"))
	s := newStorm(t, mailbox.WebhookURL, 16)
	for range rounds(3, 50) {
		s.more(150)
		p.kill()
		p.start()
	}
	s.more(150)
	s.end()
	l := newLedger()
	_, end := bring(t, id, l.handle, nil)
	l.complete(t, s)
	end()
	if list := p.mustOperate("list"); !strings.Contains(list, "  0 ") {
		t.Errorf("something still waits:\n%s", list)
	}
}

// The desktop brings while the relay dies: what it had, but could not
// acknowledge, may come again from the relay, and the store knows it.
func TestRelayKilledWhileTheDesktopBrings(t *testing.T) {
	p := newProcess(t, "--mailbox-rate", "1000000", "--mailbox-burst", "1000000")
	p.start()
	id, mailbox := p.pair(p.mustOperate("add", "Shop"))
	l := newLedger()
	source, end := bring(t, id, l.handle, nil)
	s := newStorm(t, mailbox.WebhookURL, 8)
	for range rounds(2, 30) {
		s.more(100)
		p.kill()
		p.start()
		source.Wake()
	}
	s.more(50)
	s.end()
	source.Wake()
	late := time.After(time.Minute)
	for missing := 1; missing > 0; {
		l.mu.Lock()
		missing = 0
		for body := range s.taken {
			if l.seen[body] == 0 {
				missing++
			}
		}
		l.mu.Unlock()
		if missing == 0 {
			break
		}
		select {
		case <-l.news:
		case <-late:
			t.Fatalf("%d of %d lost", missing, len(s.taken))
		}
	}
	end()
	t.Logf("%d answered 200, 0 lost, %d brought", len(s.taken), l.total)
}
