package simulator

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestCustomerWritesAndBusinessIsTold(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+49 171 3920011", BSUID: "DE.1", Name: "Anna Müller 🌷"})
	id := say(t, anna, "Haben Sie Tulpen / Nelken für 5 €?")
	hooks := b.idle()
	if len(hooks) != 1 {
		t.Fatalf("%d webhooks, want 1", len(hooks))
	}
	v := hooks[0].value(t)
	for _, check := range []struct {
		got  any
		want any
	}{
		{at(t, v, "metadata", "phone_number_id"), DefaultPhoneNumberID},
		{at(t, v, "contacts", 0, "profile", "name"), "Anna Müller 🌷"},
		{at(t, v, "contacts", 0, "wa_id"), "491713920011"},
		{at(t, v, "messages", 0, "from_user_id"), "DE.1"},
		{at(t, v, "messages", 0, "id"), id},
		{at(t, v, "messages", 0, "timestamp"), formatUnix(noon.Unix())},
		{at(t, v, "messages", 0, "text", "body"), "Haben Sie Tulpen / Nelken für 5 €?"},
	} {
		if check.got != check.want {
			t.Errorf("got %v, want %v", check.got, check.want)
		}
	}
}

func TestWebhookIsSignedOverEscapedASCII(t *testing.T) {
	b := open(t, Config{})
	say(t, b.customer(Person{Phone: "+491713920011", Name: "Ä/🌷"}), "ü")
	h := b.idle()[0]
	mac := hmac.New(sha256.New, []byte(DefaultAppSecret))
	mac.Write(h.body)
	if got, want := h.header.Get("X-Hub-Signature-256"), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
	for _, c := range h.body {
		if c >= 0x80 {
			t.Fatal("body is not ASCII")
		}
	}
	if !bytes.Contains(h.body, []byte(`\u00c4\/\ud83c\udf37`)) {
		t.Errorf("name is not escaped as Meta does: %s", h.body)
	}
	if h.value(t)["contacts"].([]any)[0].(map[string]any)["profile"].(map[string]any)["name"] != "Ä/🌷" {
		t.Error("name does not survive escaping")
	}
}

func TestBusinessAnswersAndGetsItsTicks(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	a := b.post("+491713920011", map[string]any{
		"type": "text", "text": map[string]any{"body": "Ja!"}, "biz_opaque_callback_data": "our-1",
	})
	id := a.wamid(t)
	if at(t, a.body, "contacts", 0, "wa_id") != "491713920011" || at(t, a.body, "contacts", 0, "user_id") != anna.Person().BSUID {
		t.Errorf("contacts of the answer: %v", a.body["contacts"])
	}
	hooks := b.idle()
	if got := statuses(t, hooks); !reflect.DeepEqual(got, []string{"sent", "delivered"}) {
		t.Fatalf("statuses %v", got)
	}
	sent := at(t, hooks[0].value(t), "statuses", 0).(map[string]any)
	if sent["id"] != id || sent["recipient_id"] != "491713920011" || sent["biz_opaque_callback_data"] != "our-1" {
		t.Errorf("sent status: %v", sent)
	}
	if at(t, sent, "pricing", "category") != "service" || at(t, sent, "pricing", "billable") != true {
		t.Errorf("pricing: %v", sent["pricing"])
	}
	if _, has := sent["conversation"]; has {
		t.Error("conversation object in a v25.0 webhook")
	}
	if got := anna.Received(); len(got) != 1 || got[0].Text != "Ja!" || got[0].Read {
		t.Fatalf("the phone shows %+v", got)
	}
	anna.Read()
	anna.Read()
	if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"read"}) {
		t.Errorf("after reading: %v", got)
	}
}

func TestDeliverInProcess(t *testing.T) {
	got := make(chan []byte, 1)
	sim, err := New(Config{Now: noon, Deliver: func(_ context.Context, body []byte, header http.Header) int {
		if header.Get("X-Hub-Signature-256") == "" {
			t.Error("unsigned")
		}
		got <- body
		return 200
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	c, err := sim.AddCustomer(Person{BSUID: "DE.abc"})
	if err != nil {
		t.Fatal(err)
	}
	say(t, c, "hallo")
	if body := <-got; !bytes.Contains(body, []byte("hallo")) {
		t.Errorf("body %s", body)
	}
}

func TestStartRefusesOtherHosts(t *testing.T) {
	for _, cfg := range []Config{
		{Addr: "0.0.0.0:0"}, {Addr: ":0"}, {Addr: "192.0.2.1:0"},
		{CallbackURL: "http://192.0.2.1/"}, {CallbackURL: "ftp://127.0.0.1/"},
	} {
		if sim, err := Start(cfg); err == nil {
			_ = sim.Close()
			t.Errorf("Start accepted %q %q", cfg.Addr, cfg.CallbackURL)
		}
	}
}

func TestTokens(t *testing.T) {
	b := open(t, Config{})
	path := "/v25.0/" + DefaultPhoneNumberID
	if a := b.callAs(http.Header{}, "POST", path+"/messages", map[string]any{}); a.status != 401 {
		t.Errorf("without a token: %d", a.status)
	}
	if a := b.callAs(http.Header{"Authorization": {"Bearer nonsense"}}, "POST", path+"/messages", map[string]any{}); a.code() != 190 {
		t.Errorf("wrong token: %v", a.body)
	}
	b.ExpireToken(DefaultToken)
	a := b.post("+491713920011", text("x"))
	if a.status != 401 || a.code() != 190 || at(t, a.body, "error", "error_subcode") != 463.0 {
		t.Errorf("expired token: %d %v", a.status, a.body)
	}
	if trace, _ := at(t, a.body, "error", "fbtrace_id").(string); len(trace) < 10 {
		t.Error("no fbtrace_id")
	}
	b.RestoreToken(DefaultToken)
	if a := b.post("+491713920011", text("x")); a.status != 200 {
		t.Errorf("restored token: %v", a.body)
	}
	b.AddToken("short", noon.Add(3600e9), scopeManagement)
	if a := b.callAs(http.Header{"Authorization": {"Bearer short"}}, "POST", path+"/messages", map[string]any{}); a.code() != 10 || a.status != 403 {
		t.Errorf("token without permission: %v", a.body)
	}
}

func TestD360Style(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	key := http.Header{"D360-Api-Key": {DefaultD360Key}}
	a := b.callAs(key, "POST", "/messages", map[string]any{
		"messaging_product": "whatsapp", "to": "+491713920011", "type": "text", "text": map[string]any{"body": "hi"},
	})
	if !strings.HasPrefix(a.wamid(t), "wamid.") {
		t.Error("no wamid")
	}
	if a := b.callAs(http.Header{"D360-Api-Key": {"x"}}, "POST", "/messages", map[string]any{}); a.status != 401 {
		t.Errorf("wrong key: %d", a.status)
	}
}
