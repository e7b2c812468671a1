package client

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/relay/relaytest"
)

var errForged = errors.New("forged")

// desktop is a paired computer whose handler notes what it is given.
type desktop struct {
	t      *testing.T
	now    atomic.Int64 // offset of the clock, in nanoseconds
	web    *http.Client
	handle func(d Delivery) error

	mu     sync.Mutex
	saved  Identity
	saves  int
	refuse error // of Save
	got    []string
	status []Status
	news   chan struct{}

	source *Source
	stop   func()
}

func newDesktop(t *testing.T, r *relaytest.Relay) *desktop {
	t.Helper()
	d := &desktop{t: t, web: NewHTTPClient(), news: make(chan struct{}, 1000)}
	id, err := NewIdentity(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	if d.saved, _, err = Pair(t.Context(), d.web, id, r.Code(t)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.off(); d.web.CloseIdleConnections() })
	return d
}

func (d *desktop) save(_ context.Context, id Identity) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		return d.refuse
	}
	b, err := id.Encode()
	if err != nil {
		return err
	}
	d.saves++
	d.saved, err = DecodeIdentity(b)
	d.tell()
	return err
}

func (d *desktop) tell() {
	select {
	case d.news <- struct{}{}:
	default:
	}
}

func (d *desktop) take(_ context.Context, got Delivery) error {
	if d.handle != nil {
		if err := d.handle(got); err != nil {
			d.tell()
			return err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got = append(d.got, string(got.Body))
	d.tell()
	return nil
}

func (d *desktop) clock() time.Time { return time.Now().Add(time.Duration(d.now.Load())) }

// on starts the program with the identity that was saved last.
func (d *desktop) on() {
	d.t.Helper()
	d.mu.Lock()
	d.source = NewSource(Config{
		Identity: d.saved, Save: d.save, Unverified: errForged, HTTP: d.web, Now: d.clock,
		Changed: func(s Status) {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.status = append(d.status, s)
			d.tell()
		},
	})
	source := d.source
	d.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- source.Run(ctx, d.take) }()
	d.stop = func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
	}
}

func (d *desktop) off() {
	if d.stop != nil {
		d.stop()
		d.stop = nil
	}
}

// until waits until something has become so; whatever happens to the desktop
// makes it look again.
func (d *desktop) until(what string, is func() bool) {
	d.t.Helper()
	late := time.After(20 * time.Second)
	for {
		d.mu.Lock()
		so := is()
		d.mu.Unlock()
		if so {
			return
		}
		select {
		case <-d.news:
		case <-late:
			d.mu.Lock()
			defer d.mu.Unlock()
			d.t.Fatalf("not so: %s; got %d deliveries, status %+v", what, len(d.got), d.status)
		}
	}
}

func (d *desktop) received(n int) {
	d.t.Helper()
	d.until(fmt.Sprint(n, " deliveries"), func() bool { return len(d.got) >= n })
}

// exactly fails unless each of the bodies was received once.
func (d *desktop) exactly(bodies ...string) {
	d.t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if fmt.Sprint(d.got) != fmt.Sprint(bodies) {
		d.t.Errorf("got %q, want %q", d.got, bodies)
	}
}

// waiting asks the relay how much waits for the desktop.
func (d *desktop) waiting(r *relaytest.Relay) int {
	d.t.Helper()
	s, err := r.Engine.Stats(d.t.Context(), r.Box.ID, d.saved.Device())
	if err != nil {
		d.t.Fatal(err)
	}
	return s.Waiting
}

func deliver(t *testing.T, r *relaytest.Relay, bodies ...string) {
	t.Helper()
	for _, b := range bodies {
		if status := r.Deliver(t, b, []byte("secret")); status != http.StatusOK {
			t.Fatalf("deliver: %d", status)
		}
	}
}
