package server_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/directory"
	"tresen/internal/relay/envelope"
	"tresen/internal/relay/server"
	"tresen/internal/relay/signed"
	"tresen/internal/relay/sqlite"
)

// world is a relay with one mailbox, on loopback.
type world struct {
	*server.Server
	web   *httptest.Server
	admin *httptest.Server
	box   server.AdminMailbox
	log   *safeBuffer
	dir   string
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newWorld(t testing.TB, change func(*server.Config)) *world {
	t.Helper()
	w := &world{log: &safeBuffer{}, dir: t.TempDir()}
	e, err := sqlite.Open(context.Background(), sqlite.Options{Dir: w.dir, Reserve: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	c := server.Config{
		Engine: e, Directory: directory.New(e, e, directory.Options{}), PublicURL: "https://relay.example",
		Log: slog.New(slog.NewJSONHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&c)
	}
	w.Server = server.New(c)
	w.web = httptest.NewUnstartedServer(nil)
	w.web.Config = w.HTTPServer()
	w.web.Start()
	t.Cleanup(w.web.Close)
	t.Cleanup(w.Drain)
	w.admin = httptest.NewServer(w.Admin())
	t.Cleanup(w.admin.Close)
	w.box = w.addMailbox(t, "Blumen Müller")
	return w
}

// operator calls the operator's side.
func (w *world) operator(t testing.TB, method, path string, body, into any) int {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(method, w.admin.URL+path, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatalf("%s: %v", answer, err)
		}
	}
	return resp.StatusCode
}

func (w *world) addMailbox(t testing.TB, name string) (m server.AdminMailbox) {
	t.Helper()
	if status := w.operator(t, "POST", "/mailboxes", server.AdminAdd{Name: name}, &m); status != http.StatusOK {
		t.Fatalf("add mailbox: %d", status)
	}
	return m
}

func (w *world) code(t testing.TB, m server.AdminMailbox) string {
	t.Helper()
	var c server.AdminCode
	if status := w.operator(t, "POST", "/mailboxes/"+m.ID.String()+"/code", nil, &c); status != http.StatusOK {
		t.Fatalf("make code: %d", status)
	}
	return string(c.Code)
}

// hookPath is the webhook's path without the public address.
func hookPath(m server.AdminMailbox) string {
	return strings.TrimPrefix(m.WebhookURL, "https://relay.example")
}

// deliver posts a webhook and returns the status.
func (w *world) deliver(t testing.TB, m server.AdminMailbox, body string, header ...string) int {
	t.Helper()
	req, err := http.NewRequest("POST", w.web.URL+hookPath(m), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	resp, err := w.web.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// device is a paired computer as another client would write it.
type device struct {
	w    *world
	key  ed25519.PrivateKey
	seal *envelope.PrivateKey
	id   relay.DeviceID
	box  relay.MailboxID
	now  func() time.Time
}

func (w *world) newDevice(t testing.TB) *device {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := envelope.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	return &device{w: w, key: private, seal: seal, id: relay.DeviceOf(public), now: time.Now}
}

func (d *device) pairRequest(code string) relay.PairRequest {
	return relay.PairRequest{Code: code, SigningKey: d.key.Public().(ed25519.PublicKey), SealKey: d.seal.Public()}
}

func (w *world) pair(t testing.TB, m server.AdminMailbox) *device {
	t.Helper()
	d := w.newDevice(t)
	var a relay.PairAnswer
	if status := d.call(t, relay.PathPair, d.pairRequest(w.code(t, m)), &a); status != http.StatusOK {
		t.Fatalf("pair: %d", status)
	}
	if a.Device != d.id || a.Mailbox != m.ID || a.WebhookURL != m.WebhookURL || a.VerifyToken != m.Verify {
		t.Fatalf("answer %+v", a)
	}
	d.box = a.Mailbox
	return d
}

// request makes a signed request.
func (d *device) request(t testing.TB, path string, body any) *http.Request {
	t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest("POST", d.w.web.URL+path, bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", signed.Sign(d.key, signed.Request{Method: "POST", Path: path, Body: b}, d.now()))
	return req
}

// send returns the answer's status; a refusal's reason goes into problem.
func (d *device) send(t testing.TB, req *http.Request, into any) (status int, problem relay.Problem) {
	t.Helper()
	resp, err := d.w.web.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var e relay.ErrorAnswer
	if resp.StatusCode != http.StatusOK {
		into = &e
	}
	if into != nil && len(answer) > 0 {
		if err := json.Unmarshal(answer, into); err != nil {
			t.Fatalf("%d %s: %v", resp.StatusCode, answer, err)
		}
	}
	return resp.StatusCode, e.Error
}

func (d *device) call(t testing.TB, path string, body, into any) int {
	t.Helper()
	status, _ := d.send(t, d.request(t, path, body), into)
	return status
}

// next fetches what waits after a sequence number, without waiting for more.
func (d *device) next(t testing.TB, acknowledge, after uint64) []relay.WireEnvelope {
	t.Helper()
	var a relay.NextAnswer
	if status := d.call(t, relay.PathNext, relay.NextRequest{Acknowledge: acknowledge, After: after, Max: 50}, &a); status != http.StatusOK {
		t.Fatalf("next: %d", status)
	}
	return a.Envelopes
}

func (d *device) open(t testing.TB, e relay.WireEnvelope) relay.Delivery {
	t.Helper()
	plain, id, err := envelope.NewOpener(envelope.Address{Mailbox: d.box, Device: d.id}, d.seal).Open(e.Sealed)
	if err != nil {
		t.Fatal(err)
	}
	delivery, err := relay.ParseDelivery(plain)
	if err != nil || relay.DeliveryOf(d.box, delivery) != id {
		t.Fatalf("delivery %v is not what its id says, %v", id, err)
	}
	return delivery
}
