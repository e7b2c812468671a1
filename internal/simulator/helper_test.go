package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// noon is where the clock of most tests stands: after service messages began to
// cost money.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// bench is a simulator with a business behind it that keeps every webhook.
type bench struct {
	*Simulator
	t       *testing.T
	mu      sync.Mutex
	hooks   []hook
	status  int // what the business answers
	refused int // answers with status instead of 200, then no more; -1: always
}

type hook struct {
	body   []byte
	header http.Header
}

func (h hook) value(t *testing.T) map[string]any {
	t.Helper()
	return h.changes(t)[0]["value"].(map[string]any)
}

func (h hook) changes(t *testing.T) []map[string]any {
	t.Helper()
	var envelope struct {
		Object string
		Entry  []struct{ Changes []map[string]any }
	}
	if err := json.Unmarshal(h.body, &envelope); err != nil {
		t.Fatalf("webhook is not JSON: %v", err)
	}
	if envelope.Object != "whatsapp_business_account" {
		t.Fatalf("object = %q", envelope.Object)
	}
	var out []map[string]any
	for _, e := range envelope.Entry {
		out = append(out, e.Changes...)
	}
	return out
}

// open starts a simulator with a stopped clock whose webhooks arrive over HTTP.
func open(t *testing.T, cfg Config) *bench {
	t.Helper()
	b := &bench{t: t}
	business := httptest.NewServer(http.HandlerFunc(b.receive))
	t.Cleanup(business.Close)
	if cfg.Now.IsZero() {
		cfg.Now = noon
	}
	if cfg.Deliver == nil && cfg.CallbackURL == "" {
		cfg.CallbackURL = business.URL + "/webhook"
	}
	cfg.Seed = 1
	var err error
	if b.Simulator, err = Start(cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bench) receive(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		if r.URL.Query().Get("hub.verify_token") != DefaultVerifyToken {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hooks = append(b.hooks, hook{body, r.Header.Clone()})
	if b.refused != 0 {
		b.refused--
		w.WriteHeader(b.status)
	}
}

// refuse answers the next n webhooks with status.
func (b *bench) refuse(n, status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused, b.status = n, status
}

// idle waits until nothing is under way and returns the webhooks since last time.
func (b *bench) idle() []hook {
	b.t.Helper()
	if err := b.WaitIdle(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.hooks
	b.hooks = nil
	return out
}

func (b *bench) customer(p Person) *Customer {
	b.t.Helper()
	c, err := b.AddCustomer(p)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// guest is a customer who has written, so that the window is open.
func (b *bench) guest() *Customer {
	b.t.Helper()
	c := b.customer(Person{Phone: "+491713920011", Name: "Anna Müller"})
	say(b.t, c, "Guten Tag")
	b.idle()
	return c
}

func say(t *testing.T, c *Customer, text string) string {
	t.Helper()
	id, err := c.SendText(t.Context(), text)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (b *bench) send(c *Customer, m Message) string {
	b.t.Helper()
	id, err := c.Send(b.t.Context(), m)
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

type answer struct {
	status int
	body   map[string]any
	header http.Header
}

func (a answer) code() int {
	e, _ := a.body["error"].(map[string]any)
	n, _ := e["code"].(float64)
	return int(n)
}

// call makes an API call as the system user.
func (b *bench) call(method, path string, body any) answer {
	b.t.Helper()
	return b.callAs(http.Header{"Authorization": {"Bearer " + DefaultToken}}, method, path, body)
}

func (b *bench) callAs(header http.Header, method, path string, body any) answer {
	b.t.Helper()
	resp, err := b.try(b.t.Context(), header, method, path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp
}

func (b *bench) try(ctx context.Context, header http.Header, method, path string, body any) (answer, error) {
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		reader = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, b.URL()+path, reader)
	if err != nil {
		return answer{}, err
	}
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	return readAnswer(resp)
}

func readAnswer(resp *http.Response) (answer, error) {
	defer resp.Body.Close()
	out := answer{status: resp.StatusCode, header: resp.Header}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		err = json.Unmarshal(raw, &out.body)
	}
	return out, err
}

const messagesPath = "/v25.0/" + DefaultPhoneNumberID + "/messages"

// post sends a message; to is a number or a BSUID.
func (b *bench) post(to string, members map[string]any) answer {
	b.t.Helper()
	body := map[string]any{"messaging_product": "whatsapp", "recipient_type": "individual"}
	if strings.Contains(to, ".") {
		body["recipient"] = to
	} else {
		body["to"] = to
	}
	for k, v := range members {
		body[k] = v
	}
	return b.call("POST", messagesPath, body)
}

func text(body string) map[string]any {
	return map[string]any{"type": "text", "text": map[string]any{"body": body}}
}

// wamidOf is the id in the answer of an accepted send.
func (a answer) wamid(t *testing.T) string {
	t.Helper()
	if a.status != 200 {
		t.Fatalf("send: HTTP %d, %v", a.status, a.body)
	}
	return at(t, a.body, "messages", 0, "id").(string)
}

// at walks into decoded JSON.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok || m[step] == nil {
				t.Fatalf("no %q in %v", step, v)
			}
			v = m[step]
		case int:
			l, ok := v.([]any)
			if !ok || len(l) <= step {
				t.Fatalf("no element %d in %v", step, v)
			}
			v = l[step]
		}
	}
	return v
}

// statuses lists the status names in webhooks.
func statuses(t *testing.T, hooks []hook) []string {
	t.Helper()
	var out []string
	for _, h := range hooks {
		for _, change := range h.changes(t) {
			list, _ := change["value"].(map[string]any)["statuses"].([]any)
			for _, s := range list {
				out = append(out, s.(map[string]any)["status"].(string))
			}
		}
	}
	return out
}
