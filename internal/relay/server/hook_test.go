package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/server"
)

func TestDeliveryReachesEveryDeviceAsItCame(t *testing.T) {
	w := newWorld(t, nil)
	a, b := w.pair(t, w.box), w.pair(t, w.box)
	body := `{"object":"whatsapp_business_account","x":"\u00e4 \/ ä"}`
	before := time.Now().Add(-time.Second)
	if status := w.deliver(t, w.box, body, "X-Hub-Signature-256", "sha256=ab", "Cookie", "no", "User-Agent", "no"); status != http.StatusOK {
		t.Fatal(status)
	}
	for _, d := range []*device{a, b} {
		got := d.next(t, 0, 0)
		if len(got) != 1 {
			t.Fatalf("%d envelopes", len(got))
		}
		delivery := d.open(t, got[0])
		if string(delivery.Body) != body || fmt.Sprint(delivery.Header) != "[{X-Hub-Signature-256 sha256=ab}]" ||
			delivery.ReceivedAt.Before(before) || delivery.ReceivedAt.After(time.Now()) {
			t.Errorf("%+v", delivery)
		}
		if got := d.next(t, got[0].Seq, 0); len(got) != 0 {
			t.Error("acknowledged envelope came again")
		}
	}
}

func TestRepeatedDeliveryArrivesOnce(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	for range 3 {
		if status := w.deliver(t, w.box, "same", "X-Hub-Signature-256", "sha256=ab"); status != http.StatusOK {
			t.Fatal(status)
		}
	}
	// The same body with another signature may be the genuine one.
	w.deliver(t, w.box, "same", "X-Hub-Signature-256", "sha256=cd")
	if got := d.next(t, 0, 0); len(got) != 2 {
		t.Errorf("%d envelopes", len(got))
	}
}

func TestHandshakeIsAnsweredOnlyToWhoKnowsTheToken(t *testing.T) {
	w := newWorld(t, nil)
	get := func(path, mode, token, challenge string) (int, string) {
		t.Helper()
		q := url.Values{"hub.mode": {mode}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
		resp, err := w.web.Client().Get(w.web.URL + path + "?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") && len(b) > 0 && resp.StatusCode == 200 {
			t.Errorf("%v, %v", resp.Header, err)
		}
		return resp.StatusCode, string(b)
	}
	good := w.box.Verify
	if status, body := get(hookPath(w.box), "subscribe", good, "1158201444"); status != http.StatusOK || body != "1158201444" {
		t.Errorf("%d %q", status, body)
	}
	for name, c := range map[string]struct {
		path, mode, token, challenge string
		want                         int
	}{
		"wrong token":     {hookPath(w.box), "subscribe", good + "x", "1", http.StatusForbidden},
		"empty token":     {hookPath(w.box), "subscribe", "", "1", http.StatusForbidden},
		"other mode":      {hookPath(w.box), "unsubscribe", good, "1", http.StatusForbidden},
		"markup":          {hookPath(w.box), "subscribe", good, "<script>", http.StatusForbidden},
		"no challenge":    {hookPath(w.box), "subscribe", good, "", http.StatusForbidden},
		"long challenge":  {hookPath(w.box), "subscribe", good, strings.Repeat("1", 257), http.StatusForbidden},
		"unknown mailbox": {"/hook/" + strings.Repeat("A", 22), "subscribe", good, "1", http.StatusNotFound},
		"short path":      {"/hook/A", "subscribe", good, "1", http.StatusNotFound},
	} {
		if status, body := get(c.path, c.mode, c.token, c.challenge); status != c.want || body != "" {
			t.Errorf("%s: %d %q", name, status, body)
		}
	}
}

func TestOversizeAndUnknownDeliveriesAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	large := strings.Repeat("x", relay.MaxBody)
	if status := w.deliver(t, w.box, large); status != http.StatusOK {
		t.Errorf("largest body: %d", status)
	}
	if status := w.deliver(t, w.box, large+"x"); status != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", status)
	}
	// Without a length in the header the limit holds as well.
	req, err := http.NewRequest("POST", w.web.URL+hookPath(w.box), io.MultiReader(strings.NewReader(large), strings.NewReader("x")))
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := w.web.Client().Do(req); err != nil || resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("too large, chunked: %v, %v", resp, err)
	}
	unknown := w.box
	unknown.WebhookURL = "/hook/" + strings.Repeat("B", 22)
	if status := w.deliver(t, unknown, "x"); status != http.StatusNotFound {
		t.Errorf("unknown: %d", status)
	}
	got := d.next(t, 0, 0)
	if len(got) != 1 || len(d.open(t, got[0]).Body) != relay.MaxBody {
		t.Errorf("%d envelopes", len(got))
	}
}

func TestWithoutADeviceMetaIsAskedToRepeat(t *testing.T) {
	w := newWorld(t, nil)
	if status := w.deliver(t, w.box, "x"); status != http.StatusServiceUnavailable {
		t.Errorf("%d", status)
	}
}

// engine is a real engine whose Put can be made to fail or to hang.
type engine struct {
	relay.Engine
	put func(ctx context.Context) error
}

func (e *engine) Put(ctx context.Context, m relay.MailboxID, id relay.DeliveryID, c []relay.Copy) (bool, error) {
	if err := e.put(ctx); err != nil {
		return false, err
	}
	return e.Engine.Put(ctx, m, id, c)
}

func TestOnlyWhatIsKeptIsAnsweredWith200(t *testing.T) {
	var mu sync.Mutex
	var fail error
	e := &engine{put: func(context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		return fail
	}}
	w := newWorld(t, func(c *server.Config) { e.Engine, c.Engine = c.Engine, e })
	d := w.pair(t, w.box)
	for _, c := range []struct {
		err  error
		want int
	}{
		{relay.ErrFull, http.StatusServiceUnavailable}, {errors.New("disk is gone"), http.StatusServiceUnavailable},
		{relay.ErrNoMailbox, http.StatusNotFound}, {nil, http.StatusOK},
	} {
		mu.Lock()
		fail = c.err
		mu.Unlock()
		if status := w.deliver(t, w.box, "same"); status != c.want {
			t.Errorf("%v: %d", c.err, status)
		}
	}
	if got := d.next(t, 0, 0); len(got) != 1 {
		t.Errorf("%d envelopes", len(got))
	}
}

func TestHangingEngineIsNotWaitedForEndlessly(t *testing.T) {
	e := &engine{put: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }}
	w := newWorld(t, func(c *server.Config) {
		e.Engine, c.Engine = c.Engine, e
		c.Limits.PutTimeout = 20 * time.Millisecond
	})
	w.pair(t, w.box)
	if status := w.deliver(t, w.box, "x"); status != http.StatusServiceUnavailable {
		t.Errorf("%d", status)
	}
}

func TestOneMailboxCannotUseUpTheRelay(t *testing.T) {
	w := newWorld(t, func(c *server.Config) { c.Limits.MailboxRate, c.Limits.MailboxBurst = 0.001, 5 })
	other := w.addMailbox(t, "Other")
	w.pair(t, w.box)
	w.pair(t, other)
	limited := 0
	for i := range 10 {
		switch status := w.deliver(t, w.box, fmt.Sprint(i)); status {
		case http.StatusOK:
		case http.StatusTooManyRequests:
			limited++
		default:
			t.Errorf("%d", status)
		}
	}
	if limited != 5 {
		t.Errorf("%d of 10 refused, 5 are allowed", limited)
	}
	if status := w.deliver(t, other, "x"); status != http.StatusOK {
		t.Errorf("the other mailbox: %d", status)
	}
}

func TestWorkAtOnceIsBounded(t *testing.T) {
	for name, limits := range map[string]server.Limits{
		"deliveries": {Deliveries: 2, PutTimeout: time.Minute},
		"bytes":      {Bytes: 2 * 1000, PutTimeout: time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			inside, release := make(chan struct{}, 10), make(chan struct{})
			e := &engine{put: func(context.Context) error {
				inside <- struct{}{}
				<-release
				return nil
			}}
			w := newWorld(t, func(c *server.Config) { e.Engine, c.Engine, c.Limits = c.Engine, e, limits })
			w.pair(t, w.box)
			var group sync.WaitGroup
			for i := range 2 {
				group.Go(func() {
					if status := w.deliver(t, w.box, strings.Repeat(fmt.Sprint(i), 1000)); status != http.StatusOK {
						t.Errorf("%d", status)
					}
				})
			}
			<-inside
			<-inside
			if status := w.deliver(t, w.box, strings.Repeat("x", 1000)); status != http.StatusServiceUnavailable {
				t.Errorf("third: %d", status)
			}
			close(release)
			group.Wait()
			if status := w.deliver(t, w.box, strings.Repeat("x", 1000)); status != http.StatusOK {
				t.Errorf("after the others: %d", status)
			}
		})
	}
}

func TestSlowCallersAreCutOff(t *testing.T) {
	w := newWorld(t, nil)
	real := w.HTTPServer()
	if real.ReadHeaderTimeout == 0 || real.ReadTimeout == 0 || real.WriteTimeout == 0 || real.IdleTimeout == 0 || real.MaxHeaderBytes == 0 {
		t.Errorf("no limit: %+v", real)
	}
	quick := w.HTTPServer()
	quick.ReadHeaderTimeout, quick.ReadTimeout = 50*time.Millisecond, 100*time.Millisecond
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go quick.Serve(l)
	t.Cleanup(func() { quick.Close() })
	w.pair(t, w.box)
	for name, start := range map[string]string{
		"headers": "POST " + hookPath(w.box) + " HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"body":    "POST " + hookPath(w.box) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf",
	} {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, start); err != nil {
			t.Fatal(err)
		}
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		rest, err := io.ReadAll(bufio.NewReader(c))
		if err != nil || strings.Contains(string(rest), "200 OK") {
			t.Errorf("%s: still open or taken: %q, %v", name, rest, err)
		}
	}
}

func TestRotatedPathTakesDeliveriesAtBothAddresses(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	var rotated server.AdminMailbox
	if status := w.operator(t, "POST", "/mailboxes/"+w.box.ID.String()+"/rotate", server.AdminRotate{GraceS: 3600}, &rotated); status != http.StatusOK {
		t.Fatal(status)
	}
	for i, m := range []server.AdminMailbox{w.box, rotated} {
		if status := w.deliver(t, m, fmt.Sprint(i)); status != http.StatusOK {
			t.Errorf("address %d: %d", i, status)
		}
	}
	var a relay.MailboxAnswer
	if d.call(t, relay.PathMailbox, struct{}{}, &a); a.WebhookURL != rotated.WebhookURL || a.VerifyToken != rotated.Verify || a.Waiting != 2 {
		t.Errorf("the device is told %+v", a)
	}
}
