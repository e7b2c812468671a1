package simulator

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

// steer makes a control call, which needs no token.
func (b *bench) steer(method, path string, body any) answer {
	b.t.Helper()
	return b.callAs(http.Header{}, method, "/_simulator/"+path, body)
}

func (b *bench) good(method, path string, body any) map[string]any {
	b.t.Helper()
	a := b.steer(method, path, body)
	if a.status != 200 {
		b.t.Fatalf("%s %s: %d %v", method, path, a.status, a.body)
	}
	return a.body
}

func TestControlPlaysACustomer(t *testing.T) {
	b := open(t, Config{})
	key := b.good("POST", "customers", m{"phone": "+491713920011", "name": "Anna"})["key"].(string)
	id := b.good("POST", "customers/"+key+"/messages", m{"type": "text", "text": "hallo"})["id"].(string)
	b.good("POST", "customers/+491713920011/messages", m{"sample": "photo", "text": "schau"})
	b.good("POST", "wait-idle", m{"timeout": "5s"})
	hooks := b.idle()
	if got := wamids(t, hooks); len(got) != 2 || got[0] != id {
		t.Errorf("webhooks %v", got)
	}
	b.post("+491713920011", text("guten Tag")).wamid(t)
	b.good("POST", "wait-idle", nil)
	b.good("POST", "customers/"+key+"/actions", m{"do": "read"})
	chat := b.good("GET", "customers/"+key+"/chat", nil)
	if at(t, chat, "items", 2, "text") != "guten Tag" || at(t, chat, "items", 2, "read") != true {
		t.Errorf("chat %v", chat)
	}
	if media := at(t, chat, "items", 1, "media").(m); media["bytes"] != nil || media["size"] == 0.0 {
		t.Errorf("media %v", media)
	}
	photo := b.steer("GET", "customers/"+key+"/media/"+strings.ReplaceAll(at(t, chat, "items", 1, "id").(string), "/", "%2F"), nil)
	if photo.status != 200 || photo.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("media: %d %v", photo.status, photo.header)
	}
	b.good("PATCH", "customers/"+key, m{"name": "Anna M.", "offline": true})
	view := b.good("GET", "customers/"+key, nil)
	if view["name"] != "Anna M." || view["offline"] != true || view["phone"] != "+491713920011" {
		t.Errorf("customer %v", view)
	}
	if list := b.good("GET", "customers", nil)["customers"].([]any); len(list) != 1 {
		t.Errorf("customers %v", list)
	}
}

func TestControlActions(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	path := func() string { return "customers/" + anna.Person().BSUID + "/actions" }
	for _, do := range []m{
		{"do": "read"}, {"do": "offline"}, {"do": "online"}, {"do": "block"}, {"do": "unblock"}, {"do": "stop_marketing"},
		{"do": "resume_marketing"}, {"do": "missed_call"}, {"do": "open_chat"}, {"do": "share_contact"}, {"do": "echo", "text": "x"},
		{"do": "tap", "button": m{"kind": "reply", "id": "1", "title": "x"}}, {"do": "open_window", "at": noon}, {"do": "play", "message": "x"},
		{"do": "change_number", "phone": "+491713920077"}, {"do": "change_bsuid"},
	} {
		b.good("POST", path(), do)
	}
	if a := b.steer("POST", path(), m{"do": "dance"}); a.status != 400 {
		t.Errorf("unknown action: %d", a.status)
	}
	if anna.Person().Phone != "+491713920077" {
		t.Error("number did not change")
	}
	b.idle()
}

func TestControlClockFaultsTokensAndMore(t *testing.T) {
	b := open(t, Config{})
	if got := b.good("POST", "clock", m{"advance": "25h"})["now"]; got != "2026-11-23T13:00:00Z" {
		t.Errorf("clock %v", got)
	}
	b.good("POST", "clock", m{"at": "2026-12-01T00:00:00Z"})
	b.good("POST", "clock", m{"run": true})
	if b.good("GET", "clock", nil)["stopped"] != false {
		t.Error("clock is stopped")
	}
	b.SetClock(noon)

	b.good("POST", "faults", m{"delay": "2s", "duplicates": 3})
	got := b.good("PATCH", "faults", m{"duplicates": 1})
	if got["delay"] != 2e9 || got["duplicates"] != 1.0 {
		t.Errorf("faults %v", got)
	}
	b.good("POST", "faults", m{})
	if len(b.good("GET", "faults", nil)) != 0 {
		t.Error("faults are left")
	}

	b.good("POST", "tokens", m{"do": "expire"})
	if a := b.call("GET", numberPath, nil); a.code() != 190 {
		t.Errorf("expired by control: %v", a.body)
	}
	b.good("POST", "tokens", m{"do": "restore"})
	b.good("POST", "tokens", m{"do": "add", "token": "second"})
	b.good("POST", "tokens", m{"do": "revoke", "token": "second"})

	id := b.good("POST", "templates", m{"name": "x", "language": "de", "category": "UTILITY", "components": []any{m{"type": "BODY", "text": "x"}}})["id"].(string)
	b.good("POST", "templates/"+id, m{"status": "PAUSED"})
	b.good("POST", "emit", m{"field": "account_alerts", "value": m{"x": 1}})
	if n := len(b.idle()); n != 2 {
		t.Errorf("%d webhooks", n)
	}
	list := b.good("GET", "deliveries?after=1", nil)["deliveries"].([]any)
	if len(list) != 1 {
		t.Fatalf("deliveries %v", list)
	}
	if body, err := base64.StdEncoding.DecodeString(at(t, list[0], "body").(string)); err != nil || !strings.Contains(string(body), "account_alerts") {
		t.Errorf("body %s", body)
	}

	place := newPlace(t)
	b.good("POST", "callback", m{"url": place.URL, "verify_token": "right", "verify": true})
	if a := b.steer("POST", "callback", m{"url": place.URL, "verify_token": "wrong", "verify": true}); a.status != 400 {
		t.Errorf("failed handshake: %d", a.status)
	}
	b.good("POST", "callback", m{})
	if cast := b.good("POST", "play-shop", m{"echoes": true})["customers"].(m); len(cast) < 10 {
		t.Errorf("%d customers", len(cast))
	}
	if kept := b.good("POST", "drain", nil)["deliveries"].([]any); len(kept) < 20 {
		t.Errorf("%d webhooks kept", len(kept))
	}
	for _, name := range b.good("GET", "samples", nil)["samples"].([]any) {
		if a := b.steer("GET", "samples/"+name.(string), nil); a.status != 200 {
			t.Errorf("sample %v: %d", name, a.status)
		}
	}
}

func TestControlHistoryAndChanges(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011", BSUID: "DE.1"})
	done := make(chan answer, 1)
	failed := make(chan error, 1)
	go func() {
		a, err := b.try(t.Context(), http.Header{}, "GET", "/_simulator/changes", nil)
		if err != nil {
			failed <- err
			return
		}
		done <- a
	}()
	b.good("POST", "customers/DE.1/history", m{"items": []any{m{"id": "wamid.a", "mine": true, "type": "text", "text": "x", "at": noon}}})
	if inbox := anna.Inbox(); len(inbox) != 1 || inbox[0].Text != "x" {
		t.Errorf("phone shows %+v", inbox)
	}
	for {
		say(t, anna, "hallo")
		select {
		case a := <-done:
			if a.body["changed"] != true {
				t.Errorf("changes: %v", a.body)
			}
			return
		case err := <-failed:
			t.Fatal(err)
		default:
		}
	}
}

func TestControlRefuses(t *testing.T) {
	b := open(t, Config{})
	b.customer(Person{Phone: "+491713920011", BSUID: "DE.1"})
	for _, test := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"GET", "nonsense", nil, 404}, {"GET", "customers/none", nil, 404}, {"POST", "customers/none/messages", nil, 404},
		{"POST", "customers", m{"bsuid": "DE.1"}, 409}, {"POST", "customers", []any{}, 400}, {"POST", "clock", m{"advance": "soon"}, 400},
		{"POST", "faults", m{"delay": "soon"}, 400}, {"PATCH", "faults", m{"batch": "x"}, 400}, {"POST", "tokens", m{"do": "x"}, 400},
		{"POST", "templates/1", m{}, 400}, {"POST", "emit", m{}, 400}, {"GET", "samples/none", nil, 400}, {"GET", "customers/DE.1/nonsense", nil, 404},
		{"POST", "customers/DE.1/messages", m{"type": "image"}, 400}, {"POST", "wait-idle", m{"timeout": "x"}, 400}, {"PATCH", "customers", m{}, 404},
	} {
		if a := b.steer(test.method, test.path, test.body); a.status != test.status || a.body["error"] == nil {
			t.Errorf("%s %s: %d %v, want %d", test.method, test.path, a.status, a.body, test.status)
		}
	}
}

// TestControlIsNotForWebPages: a page in a browser could otherwise reach the
// simulator by DNS rebinding or a cross-site form.
func TestControlIsNotForWebPages(t *testing.T) {
	b := open(t, Config{})
	for name, change := range map[string]func(*http.Request){
		"foreign host":   func(r *http.Request) { r.Host = "evil.example" },
		"foreign origin": func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
	} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", b.URL()+"/_simulator/play-shop", nil)
		if err != nil {
			t.Fatal(err)
		}
		change(req)
		if a := b.do(req); a.status != 403 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}
