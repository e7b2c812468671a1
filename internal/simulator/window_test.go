package simulator

import (
	"reflect"
	"testing"
	"time"
)

// windowCode is 0 if a text goes through, otherwise the code of its failure.
func (b *bench) windowCode(to string) float64 {
	b.t.Helper()
	b.post(to, text("x")).wamid(b.t)
	for _, h := range b.idle() {
		if list, ok := h.value(b.t)["statuses"].([]any); ok && list[0].(m)["status"] == "failed" {
			return at(b.t, list[0], "errors", 0, "code").(float64)
		}
	}
	return 0
}

func TestCustomerServiceWindowIs24Hours(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	b.Advance(24*time.Hour - time.Second)
	if code := b.windowCode("+491713920011"); code != 0 {
		t.Errorf("a second before the end: %v", code)
	}
	b.Advance(time.Second)
	if code := b.windowCode("+491713920011"); code != 131047 {
		t.Errorf("at the end: %v", code)
	}
	if _, err := anna.React(t.Context(), anna.Inbox()[0].ID, "👍"); err != nil {
		t.Fatal(err)
	}
	b.idle()
	if code := b.windowCode("+491713920011"); code != 131047 {
		t.Errorf("after a reaction alone: %v", code)
	}
	if err := anna.MissedCall(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.idle()
	if code := b.windowCode("+491713920011"); code != 0 {
		t.Errorf("after a call: %v", code)
	}
}

func TestWindowCountsFromTheMessagesOwnTime(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011"})
	b.send(anna, Message{Type: "text", Text: "x", At: noon.Add(-25 * time.Hour)})
	b.idle()
	if code := b.windowCode("+491713920011"); code != 131047 {
		t.Errorf("old message: %v", code)
	}
	b.OpenWindow(anna, noon.Add(-time.Hour))
	if code := b.windowCode("+491713920011"); code != 0 {
		t.Errorf("after OpenWindow: %v", code)
	}
	b.OpenWindow(anna, noon.Add(-30*time.Hour))
	if code := b.windowCode("+491713920011"); code != 0 {
		t.Errorf("OpenWindow shortened the window: %v", code)
	}
}

func TestRejectClosedWindowAtOnce(t *testing.T) {
	b := open(t, Config{RejectClosedWindow: true})
	b.customer(Person{Phone: "+491713920011"})
	if a := b.post("+491713920011", text("x")); a.code() != 131047 || a.status != 400 {
		t.Errorf("HTTP %d %v", a.status, a.body)
	}
}

func TestPairRate(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	for i := range 45 {
		if a := b.post("+491713920011", text("x")); a.status != 200 {
			t.Fatalf("message %d: %v", i+1, a.body)
		}
	}
	if a := b.post("+491713920011", text("x")); a.code() != 131056 || a.status != 400 {
		t.Errorf("message 46: HTTP %d code %d", a.status, a.code())
	}
	if a := b.post("+491713920012", text("x")); a.status != 200 {
		t.Errorf("another recipient: %v", a.body)
	}
	b.Advance(5900 * time.Millisecond)
	if a := b.post("+491713920011", text("x")); a.code() != 131056 {
		t.Errorf("after 5.9 s: %v", a.body)
	}
	b.Advance(100 * time.Millisecond)
	if a := b.post("+491713920011", text("x")); a.status != 200 {
		t.Errorf("after 6 s: %v", a.body)
	}
}

func TestThroughput(t *testing.T) {
	b := open(t, Config{Limits: Limits{Throughput: 10, PairBurst: -1}})
	for range 10 {
		b.post("+491713920099", text("x")).wamid(t)
	}
	if a := b.post("+491713920099", text("x")); a.code() != 130429 || a.status != 400 {
		t.Errorf("HTTP %d code %d", a.status, a.code())
	}
	b.Advance(time.Second)
	for range 10 {
		b.post("+491713920099", text("x")).wamid(t)
	}
}

func TestManagementLimit(t *testing.T) {
	b := open(t, Config{Limits: Limits{Management: 3}})
	for range 3 {
		if a := b.call("GET", "/v25.0/"+DefaultWABAID, nil); a.status != 200 {
			t.Fatal(a.body)
		}
	}
	if a := b.call("GET", "/v25.0/"+DefaultWABAID, nil); a.code() != 80007 {
		t.Errorf("fourth call: %v", a.body)
	}
}

func TestOlderWebhooksCarryAConversation(t *testing.T) {
	b := open(t, Config{WebhookVersion: "v23.0"})
	b.guest()
	b.post("+491713920011", text("x")).wamid(t)
	hooks := b.idle()
	if got := at(t, hooks[0].value(t), "statuses", 0, "conversation", "expiration_timestamp"); got != formatUnix(noon.Add(24*time.Hour).Unix()) {
		t.Errorf("expiration %v", got)
	}
	if _, has := at(t, hooks[1].value(t), "statuses", 0, "conversation").(m)["expiration_timestamp"]; has {
		t.Error("expiration on delivered")
	}
}

func TestPriceOfServiceMessages(t *testing.T) {
	for name, test := range map[string]struct {
		at       time.Time
		referral map[string]any
		want     []any // billable, type, category
	}{
		"before October 2026": {time.Date(2026, 9, 30, 12, 0, 0, 0, time.UTC), nil, []any{false, "free_customer_service", "service"}},
		"since October 2026":  {noon, nil, []any{true, "regular", "service"}},
		"after an ad":         {noon, m{"source_type": "ad"}, []any{false, "free_entry_point", "referral_conversion"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := open(t, Config{Now: test.at})
			anna := b.customer(Person{Phone: "+491713920011"})
			b.send(anna, Message{Type: "text", Text: "x", Referral: test.referral})
			b.idle()
			b.post("+491713920011", text("x")).wamid(t)
			sent := at(t, b.idle()[0].value(t), "statuses", 0).(m)
			p := sent["pricing"].(m)
			if got := []any{p["billable"], p["type"], p["category"]}; !reflect.DeepEqual(got, test.want) {
				t.Errorf("pricing %v, want %v", got, test.want)
			}
			if _, has := sent["conversation"]; has != (test.referral != nil) {
				t.Errorf("conversation object present: %v", has)
			}
		})
	}
}
