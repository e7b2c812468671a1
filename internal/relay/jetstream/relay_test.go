package jetstream_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"tresen/internal/relay"
	"tresen/internal/relay/client"
	"tresen/internal/relay/directory"
	"tresen/internal/relay/enginetest"
	"tresen/internal/relay/envelope"
	"tresen/internal/relay/jetstream"
	relayserver "tresen/internal/relay/server"
)

// natsNode is a NATS server set as docs/RELAY.md asks.
func natsNode(t *testing.T) (dir, url string, stop func()) {
	t.Helper()
	dir = t.TempDir()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: dir, SyncAlways: true, MaxPayload: 8 << 20,
	})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	stop = func() { s.Shutdown(); s.WaitForShutdown() }
	t.Cleanup(stop)
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("NATS server does not start")
	}
	return dir, s.ClientURL(), stop
}

// process is one of several relay processes over the same servers.
type process struct {
	boxes *directory.Directory
	web   *httptest.Server
}

func newProcess(t *testing.T, url string) process {
	t.Helper()
	e, err := jetstream.Open(t.Context(), jetstream.Options{URL: url, Replicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	boxes := directory.New(e, e, directory.Options{Shared: true})
	s := relayserver.New(relayserver.Config{Engine: e, Directory: boxes, PublicURL: "http://127.0.0.1"})
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	t.Cleanup(s.Drain)
	return process{boxes, web}
}

func (p process) deliver(t *testing.T, box *directory.Mailbox, body string) {
	t.Helper()
	resp, err := http.Post(p.web.URL+relay.PathHook+box.Hooks[0].Token, "application/json", strings.NewReader(body))
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", resp, err)
	}
	resp.Body.Close()
}

// A delivery to one process reaches a device that waits at another, which was
// paired at the first.
func TestSeveralProcessesServeOneMailbox(t *testing.T) {
	_, url, _ := natsNode(t)
	a, b := newProcess(t, url), newProcess(t, url)
	box, err := a.boxes.Add(t.Context(), "Shop")
	if err != nil {
		t.Fatal(err)
	}
	code, _, err := b.boxes.NewCode(t.Context(), box.ID)
	if err != nil {
		t.Fatal(err)
	}
	id, err := client.NewIdentity(a.web.URL)
	if err != nil {
		t.Fatal(err)
	}
	id, _, err = client.Pair(t.Context(), http.DefaultClient, id, string(code))
	if err != nil {
		t.Fatal(err)
	}
	id.Relay = b.web.URL
	got, connected := make(chan string, 10), make(chan struct{}, 10)
	source := client.NewSource(client.Config{
		Identity: id, Save: func(context.Context, client.Identity) error { return nil },
		Changed: func(s client.Status) {
			if s.Connected {
				connected <- struct{}{}
			}
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- source.Run(ctx, func(_ context.Context, d client.Delivery) error { got <- string(d.Body); return nil })
	}()
	<-connected
	for i, p := range []process{a, b, a} {
		body := strings.Repeat("x", i+1)
		p.deliver(t, box, body)
		p.deliver(t, box, body) // Meta repeats at whichever process
		if text := <-got; text != body {
			t.Errorf("got %q", text)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if len(got) != 0 {
		t.Errorf("%d too many", len(got))
	}
}

func TestStolenServerHoldsNothingReadableAndForgetsWhatWasFetched(t *testing.T) {
	dir, url, stop := natsNode(t)
	p := newProcess(t, url)
	box, err := p.boxes.Add(t.Context(), "Shop")
	if err != nil {
		t.Fatal(err)
	}
	signing, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := envelope.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	code, _, err := p.boxes.NewCode(t.Context(), box.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := p.boxes.Redeem(t.Context(), code, signing, seal.Public()); err != nil {
		t.Fatal(err)
	}
	e, err := jetstream.Open(t.Context(), jetstream.Options{URL: url, Replicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	const secret = "Guten Tag, hier ist Erika Mustermann"
	for range 20 {
		p.deliver(t, box, `{"text":"`+secret+`","from":"491713920001","n":"`+code.Digest()+time.Now().String()+`"}`)
	}
	waiting, err := e.Fetch(t.Context(), box.ID, relay.DeviceOf(signing), relay.Span{Count: 100, Bytes: 1 << 30})
	if err != nil || len(waiting) != 20 {
		t.Fatalf("%d wait, %v", len(waiting), err)
	}
	sample := func() (found int) {
		all := enginetest.Files(t, dir)
		for _, form := range enginetest.Forms(secret, "491713920001") {
			if bytes.Contains(all, []byte(form)) {
				t.Errorf("%q can be read", form)
			}
		}
		for _, envelope := range waiting {
			if bytes.Contains(all, envelope.Sealed[len(envelope.Sealed)-64:]) {
				found++
			}
		}
		return found
	}
	if n := sample(); n == 0 {
		t.Error("the search finds no envelope even while they wait")
	}
	if err := e.Ack(t.Context(), box.ID, relay.DeviceOf(signing), waiting[19].Seq); err != nil {
		t.Fatal(err)
	}
	t.Logf("sealed envelopes still on disk after all were acknowledged: %d of 20", sample())
	if err := p.boxes.Remove(t.Context(), box.ID); err != nil {
		t.Fatal(err)
	}
	stop()
	if n := sample(); n != 0 {
		t.Errorf("%d sealed envelopes are on disk after the mailbox was removed", n)
	}
}
