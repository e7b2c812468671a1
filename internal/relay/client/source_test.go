package client

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/relaytest"
)

func TestDeliveriesComeAsTheyWere(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	var header http.Header
	var at time.Time
	d.handle = func(got Delivery) error { header, at = got.Header, got.ReceivedAt; return nil }
	d.on()
	before := time.Now().Add(-time.Second)
	deliver(t, r, "Grüße")
	d.received(1)
	d.exactly("Grüße")
	if header.Get("X-Hub-Signature-256") != relaytest.Sign([]byte("secret"), []byte("Grüße")) || at.Before(before) || at.After(time.Now()) {
		t.Errorf("%v at %v", header, at)
	}
	d.off()
	if n := d.waiting(r); n != 0 {
		t.Errorf("%d still wait after the program ended in order", n)
	}
}

func TestEveryComputerOfTheShopGetsEveryDelivery(t *testing.T) {
	r := relaytest.Start(t)
	shop := []*desktop{newDesktop(t, r), newDesktop(t, r), newDesktop(t, r)}
	shop[0].on()
	deliver(t, r, "1", "2")
	shop[1].on()
	shop[2].on()
	deliver(t, r, "3")
	for _, d := range shop {
		d.received(3)
		d.exactly("1", "2", "3")
	}
	devices := shop[0].source
	m, err := devices.Check(t.Context())
	if err != nil || len(m.Devices) != 3 || !m.Devices[0].This || m.Devices[1].This {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestWhatWasSentWhileTheComputerWasOffComesLater(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	deliver(t, r, "1", "2", "3")
	d.on()
	d.received(3)
	deliver(t, r, "4")
	d.received(4)
	d.off()
	deliver(t, r, "5")
	d.on()
	d.received(5)
	d.exactly("1", "2", "3", "4", "5")
}

func TestRestartedRelayIsFoundAgainAndLosesNothing(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	d.on()
	d.until("connected", func() bool { return d.source.Status().Connected })
	deliver(t, r, "1")
	r.Down(t)
	d.until("not connected", func() bool { s := d.source.Status(); return !s.Connected && s.Trouble == TroubleOffline })
	r.Up(t)
	deliver(t, r, "2")
	d.source.Wake()
	d.received(2)
	d.exactly("1", "2")
	d.until("connected again", func() bool { s := d.source.Status(); return s.Connected && s.Trouble == TroubleNone })
}

func TestUnkeptDeliveryComesAgainAndIsNotAcknowledged(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	var full atomic.Bool
	full.Store(true)
	d.handle = func(got Delivery) error {
		if full.Load() && string(got.Body) == "2" {
			return errors.New("disk is full")
		}
		return nil
	}
	deliver(t, r, "1", "2", "3")
	d.on()
	d.until("storage trouble", func() bool { s := d.source.Status(); return s.Trouble == TroubleStorage && s.Connected })
	d.exactly("1")
	full.Store(false)
	d.source.Wake()
	d.received(3)
	d.exactly("1", "2", "3")
	d.until("no trouble", func() bool { return d.source.Status().Trouble == TroubleNone })
}

func TestForgedAndUnreadableEnvelopesDoNotHoldUpTheRest(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	d.handle = func(got Delivery) error {
		if string(got.Body) == "forged" {
			return errForged
		}
		return nil
	}
	deliver(t, r, "1", "forged")
	// Somebody writes rubbish into the queue, long and short.
	for i, rubbish := range []string{strings.Repeat("x", 3000), "y"} {
		if _, err := r.Engine.Put(t.Context(), r.Box.ID, relay.DeliveryID{byte(i)}, []relay.Copy{{Device: d.saved.Device(), Sealed: []byte(rubbish)}}); err != nil {
			t.Fatal(err)
		}
	}
	deliver(t, r, "2")
	d.on()
	d.received(2)
	d.exactly("1", "2")
	if s := d.source.Status(); s.Unverified != 1 || s.Unreadable != 2 {
		t.Errorf("%+v", s)
	}
	d.off()
	if n := d.waiting(r); n != 0 {
		t.Errorf("%d wait", n)
	}
}

// crash is a connection over which acknowledgements no longer get through, as
// if the computer had lost power between keeping and acknowledging.
type crash struct {
	http.RoundTripper
	dead atomic.Bool
}

func (c *crash) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.dead.Load() {
		return nil, errors.New("no power")
	}
	return c.RoundTripper.RoundTrip(r)
}

func TestComputerThatDiesBeforeAcknowledgingGetsTheDeliveriesAgain(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	c := &crash{RoundTripper: d.web.Transport}
	d.web.Transport = c
	d.handle = func(Delivery) error { c.dead.Store(true); return nil }
	deliver(t, r, "1", "2", "3")
	d.on()
	d.received(3)
	d.off()
	if n := d.waiting(r); n != 3 {
		t.Fatalf("%d of 3 wait", n)
	}
	c.dead.Store(false)
	d.handle = nil
	d.on()
	d.received(6)
	d.exactly("1", "2", "3", "1", "2", "3") // the store recognises the repetition
	d.off()
	if n := d.waiting(r); n != 0 {
		t.Errorf("%d wait", n)
	}
}

func TestWrongClockStopsNothing(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	d.now.Store(int64(-3 * time.Hour))
	d.on()
	deliver(t, r, "1")
	d.received(1)
	m, err := d.source.Check(t.Context())
	if err != nil || m.Skew < 3*time.Hour-time.Minute || m.Skew > 3*time.Hour+time.Minute {
		t.Errorf("skew %v, %v", m.Skew, err)
	}
}

func TestRemovedComputerSaysSo(t *testing.T) {
	r := relaytest.Start(t)
	a, b := newDesktop(t, r), newDesktop(t, r)
	a.on()
	b.on()
	b.until("connected", func() bool { return b.source.Status().Connected })
	if err := a.source.RemoveDevice(t.Context(), b.saved.Device()); err != nil {
		t.Fatal(err)
	}
	b.source.Wake()
	b.until("unpaired", func() bool { s := b.source.Status(); return s.Trouble == TroubleUnpaired && !s.Connected })
	deliver(t, r, "1")
	a.received(1)
	b.exactly()
	if err := a.source.RemoveDevice(t.Context(), a.saved.Device()); err != nil {
		t.Errorf("leave: %v", err)
	}
}

func TestNewWebhookAddressIsNoticed(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	d.on()
	d.until("address", func() bool { return d.source.Status().Mailbox.WebhookURL == r.Hook() })
	box, err := r.Boxes.Rotate(t.Context(), r.Box.ID, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, r, "at the old address")
	d.until("new address", func() bool {
		m := d.source.Status().Mailbox
		return strings.HasSuffix(m.WebhookURL, box.Hooks[0].Token) && m.VerifyToken == box.Hooks[0].VerifyToken
	})
	d.received(1)
}

// An ordinary proxy: TLS inside a CONNECT tunnel, as in offices.
func TestWorksThroughAProxy(t *testing.T) {
	r := relaytest.Start(t)
	secure := httptest.NewTLSServer(r.Server.Handler())
	defer secure.Close()
	var tunnels atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		there, err := net.Dial("tcp", q.Host)
		if q.Method != http.MethodConnect || err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		tunnels.Add(1)
		here, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { io.Copy(there, here); there.Close() }()
		go func() { io.Copy(here, there); here.Close() }()
	}))
	defer proxy.Close()
	via, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	d := newDesktop(t, r)
	transport := d.web.Transport.(*http.Transport)
	transport.Proxy = http.ProxyURL(via)
	transport.TLSClientConfig = secure.Client().Transport.(*http.Transport).TLSClientConfig
	d.saved.Relay = secure.URL
	d.on()
	deliver(t, r, "1")
	d.received(1)
	if tunnels.Load() == 0 {
		t.Error("the proxy was not used")
	}
	d.off()
	transport.CloseIdleConnections()
}

// answers is a relay that exists only as its answers.
type answers func(r *http.Request) (status int, body string, header http.Header)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body, header := a(r)
	if status == 0 {
		return nil, errors.New("no connection")
	}
	if header == nil {
		header = http.Header{}
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: header, Request: r}, nil
}

// tries runs a source against answers for a while and returns when it asked.
func tries(t *testing.T, during time.Duration, a answers) (at []time.Duration) {
	t.Helper()
	id, err := NewIdentity("relay.example")
	if err != nil {
		t.Fatal(err)
	}
	id.SealKeys[0].Announced, id.SealKeys[0].MadeAt = true, time.Now()
	start := time.Now()
	counted := answers(func(r *http.Request) (int, string, http.Header) {
		at = append(at, time.Since(start))
		return a(r)
	})
	s := NewSource(Config{Identity: id, HTTP: &http.Client{Transport: counted}, Save: func(context.Context, Identity) error { return nil }})
	ctx, cancel := context.WithTimeout(t.Context(), during)
	defer cancel()
	if err := s.Run(ctx, func(context.Context, Delivery) error { return nil }); err != nil {
		t.Error(err)
	}
	return at
}

func TestPausesGrowToAMinuteAndAreNeverTheSame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := tries(t, time.Hour, func(*http.Request) (int, string, http.Header) { return 0, "", nil })
		b := tries(t, time.Hour, func(*http.Request) (int, string, http.Header) { return 0, "", nil })
		if len(a) < 60 || len(a) > 130 {
			t.Errorf("%d tries in an hour", len(a))
		}
		if a[1] > 2*time.Second || a[len(a)-1]-a[len(a)-2] < 30*time.Second || a[len(a)-1]-a[len(a)-2] > time.Minute {
			t.Errorf("tries at %v", a)
		}
		if a[len(a)-1] == b[len(b)-1] {
			t.Error("two computers try at the same time")
		}
	})
}

func TestRelayThatAsksForPatienceGetsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := tries(t, 10*time.Minute, func(*http.Request) (int, string, http.Header) {
			return http.StatusServiceUnavailable, `{"error":"busy"}`, http.Header{"Retry-After": {"30"}}
		})
		if len(at) < 10 || len(at) > 41 {
			t.Errorf("%d tries in ten minutes", len(at))
		}
		unpaired := tries(t, time.Hour, func(*http.Request) (int, string, http.Header) {
			return http.StatusUnauthorized, `{"error":"device"}`, nil
		})
		if len(unpaired) > 13 {
			t.Errorf("%d tries in an hour of a removed computer", len(unpaired))
		}
	})
}

func TestAnswersThatAreNoneDoNoHarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, body := range map[string]string{"page of a hotel": "<html>", "nothing": "", "other JSON": `[1]`} {
			if at := tries(t, 10*time.Minute, func(*http.Request) (int, string, http.Header) { return http.StatusOK, body, nil }); len(at) > 40 {
				t.Errorf("%s: %d tries in ten minutes", name, len(at))
			}
		}
	})
}

// The clock jumps by hours while the ticks know nothing of it: the lid was shut.
func TestSleepIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var jump atomic.Int64
		asked := make(chan struct{}, 100)
		id, err := NewIdentity("relay.example")
		if err != nil {
			t.Fatal(err)
		}
		id.SealKeys[0].Announced = true
		// A dead connection: the request hangs until it is given up.
		hang := roundTripper(func(r *http.Request) (*http.Response, error) {
			asked <- struct{}{}
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		s := NewSource(Config{
			Identity: id, HTTP: &http.Client{Transport: hang}, Save: func(context.Context, Identity) error { return nil },
			Now: func() time.Time { return time.Now().Add(time.Duration(jump.Load())) },
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx, nil) }()
		<-asked
		time.Sleep(11 * time.Second)
		synctest.Wait()
		if len(asked) != 0 {
			t.Error("a request was given up without reason")
		}
		jump.Store(int64(3 * time.Hour))
		start := time.Now()
		<-asked
		if waited := time.Since(start); waited > 2*clockTick {
			t.Errorf("noticed after %v", waited)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
