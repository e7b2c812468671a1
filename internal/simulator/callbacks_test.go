package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// place is a callback that counts what it gets.
type place struct {
	*httptest.Server
	mu     sync.Mutex
	got    int
	secret string
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if r.URL.Query().Get("hub.mode") == "subscribe" && r.URL.Query().Get("hub.verify_token") == "right" {
				_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
				return
			}
			w.WriteHeader(http.StatusForbidden)
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.got++
		p.secret = r.Header.Get("X-Secret")
	}))
	t.Cleanup(p.Close)
	return p
}

// count returns and forgets the number of webhooks.
func (p *place) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.got
	p.got = 0
	return n
}

func TestOverridesAndTheirPrecedence(t *testing.T) {
	b := open(t, Config{})
	ofNumber, ofWABA := newPlace(t), newPlace(t)
	anna := b.customer(Person{Phone: "+491713920011"})
	apps := "/v25.0/" + DefaultWABAID + "/subscribed_apps"
	arrivals := func() [3]int {
		t.Helper()
		say(t, anna, "x")
		b.ChangeMessagingLimit("TIER_2K") // cannot be overridden
		return [3]int{len(b.idle()), ofWABA.count(), ofNumber.count()}
	}
	if got := arrivals(); got != [3]int{2, 0, 0} {
		t.Errorf("without overrides %v", got)
	}
	b.expect("wrong token", "POST", apps, m{"override_callback_uri": ofWABA.URL, "verify_token": "wrong"}, 2200)
	b.expect("no token", "POST", apps, m{"override_callback_uri": ofWABA.URL}, 100)
	b.expect("foreign host", "POST", apps, m{"override_callback_uri": "http://192.0.2.1/", "verify_token": "right"}, 100)
	b.expect("of WABA", "POST", apps, m{"override_callback_uri": ofWABA.URL + "/w", "verify_token": "right"}, 0)
	if got := arrivals(); got != [3]int{1, 1, 0} {
		t.Errorf("override of the WABA %v", got)
	}
	hook := m{"webhook_configuration": m{"override_callback_uri": ofNumber.URL + "/n", "verify_token": "right"}}
	b.expect("of number", "POST", numberPath, hook, 0)
	if got := arrivals(); got != [3]int{1, 0, 1} {
		t.Errorf("override of the number %v", got)
	}
	a := b.call("GET", numberPath+"?fields=webhook_configuration", nil)
	if at(t, a.body, "webhook_configuration", "phone_number") != ofNumber.URL+"/n" ||
		at(t, a.body, "webhook_configuration", "whatsapp_business_account") != ofWABA.URL+"/w" {
		t.Errorf("configuration %v", a.body)
	}
	if a := b.call("GET", apps, nil); at(t, a.body, "data", 0, "override_callback_uri") != ofWABA.URL+"/w" {
		t.Errorf("subscribed apps %v", a.body)
	}
	b.expect("remove of number", "POST", numberPath, m{"webhook_configuration": m{"override_callback_uri": ""}}, 0)
	b.expect("remove of WABA", "POST", apps, nil, 0)
	if got := arrivals(); got != [3]int{2, 0, 0} {
		t.Errorf("after removal %v", got)
	}
	b.expect("unsubscribe", "DELETE", apps, nil, 0)
	if got := arrivals(); got != [3]int{0, 0, 0} {
		t.Errorf("unsubscribed %v", got)
	}
}

func TestAppSubscription(t *testing.T) {
	b := open(t, Config{})
	other := newPlace(t)
	path := "/v25.0/" + DefaultAppID + "/subscriptions"
	body := m{"object": "whatsapp_business_account", "callback_url": other.URL, "verify_token": "right", "fields": "messages"}
	if a := b.call("POST", path, body); a.status != 400 {
		t.Errorf("with a system user's token: %v", a.body)
	}
	app := http.Header{"Authorization": {"Bearer " + DefaultAppID + "|" + DefaultAppSecret}}
	if a := b.callAs(app, "POST", path, body); a.status != 200 {
		t.Fatalf("with the app token: %v", a.body)
	}
	say(t, b.customer(Person{Phone: "+491713920011"}), "x")
	if n := len(b.idle()); n != 0 || other.count() != 1 {
		t.Errorf("%d webhooks went to the old callback", n)
	}
}

func TestVerifyCallback(t *testing.T) {
	b := open(t, Config{})
	if err := b.VerifyCallback(t.Context()); err != nil {
		t.Error(err)
	}
	bad := open(t, Config{VerifyToken: "another"})
	if err := bad.VerifyCallback(t.Context()); err == nil {
		t.Error("a refused handshake counts as verified")
	}
	if err := bad.SetCallback("http://192.0.2.1/", ""); err == nil {
		t.Error("callback on another machine")
	}
}

func TestD360Webhook(t *testing.T) {
	b := open(t, Config{})
	other := newPlace(t)
	key := http.Header{"D360-Api-Key": {DefaultD360Key}}
	if a := b.callAs(key, "POST", "/v1/configs/webhook", m{"url": other.URL, "headers": m{"X-Secret": "abc"}}); a.status != 200 {
		t.Fatalf("%v", a.body)
	}
	say(t, b.customer(Person{Phone: "+491713920011"}), "x")
	b.idle()
	if other.count() != 1 || other.secret != "abc" {
		t.Error("webhook did not arrive with its header")
	}
	if a := b.callAs(key, "GET", "/v1/configs/webhook", nil); a.body["url"] != other.URL {
		t.Errorf("%v", a.body)
	}
}
