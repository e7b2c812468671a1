package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

// wamids lists the ids of messages in webhooks in the order they arrived.
func wamids(t *testing.T, hooks []hook) []string {
	t.Helper()
	var out []string
	for _, h := range hooks {
		for _, change := range h.changes(t) {
			list, _ := change["value"].(m)["messages"].([]any)
			for _, message := range list {
				out = append(out, message.(m)["id"].(string))
			}
		}
	}
	return out
}

func TestRetriesUntilAnswered(t *testing.T) {
	b := open(t, Config{Retry: Retry{Initial: time.Minute, Factor: 3}})
	anna := b.customer(Person{Phone: "+491713920011"})
	b.refuse(-1, 500)
	id := say(t, anna, "x")
	if n := len(b.idle()); n != 2 {
		t.Fatalf("%d tries at once, want 2", n)
	}
	b.Advance(time.Minute - time.Second)
	if n := len(b.idle()); n != 0 {
		t.Errorf("%d tries before the first pause is over", n)
	}
	b.Advance(time.Second)
	if n := len(b.idle()); n != 1 {
		t.Errorf("%d tries after one minute", n)
	}
	b.refuse(0, 0)
	b.Advance(3 * time.Minute)
	hooks := b.idle()
	if got := wamids(t, hooks); !reflect.DeepEqual(got, []string{id}) {
		t.Errorf("after three more minutes: %v", got)
	}
	if hooks[0].header.Get("X-Hub-Signature-256") != b.Sign(hooks[0].body) {
		t.Error("a retry is not signed")
	}
	b.Advance(100 * time.Hour)
	if n := len(b.idle()); n != 0 {
		t.Errorf("%d tries after success", n)
	}
	tries := b.Deliveries()
	if len(tries) != 4 || tries[3].Status != 200 || tries[3].Attempt != 3 || tries[0].Status != 500 {
		t.Errorf("log of tries: %+v", tries)
	}
}

func TestRetriesEnd(t *testing.T) {
	b := open(t, Config{Retry: Retry{Initial: time.Hour, GiveUp: 5 * time.Hour}})
	b.refuse(-1, 503)
	say(t, b.customer(Person{Phone: "+491713920011"}), "x")
	total := len(b.idle())
	for range 100 {
		b.Advance(time.Hour)
		total += len(b.idle())
	}
	if total != 2+5 {
		t.Errorf("%d tries in all, want 7", total)
	}
}

func TestNoStorageLosesAfterAnHour(t *testing.T) {
	b := open(t, Config{Unregistered: true, Retry: Retry{Initial: 30 * time.Minute}})
	path := "/v25.0/" + DefaultPhoneNumberID
	b.call("POST", path+"/settings", m{"storage_configuration": m{"status": "NO_STORAGE_ENABLED", "retention_minutes": 60}})
	b.registerNumber()
	b.idle()
	b.refuse(3, 500)
	say(t, b.customer(Person{Phone: "+491713920011"}), "x")
	b.idle()
	b.Advance(30 * time.Minute)
	b.idle()
	b.Advance(time.Hour)
	hooks := b.idle()
	if len(hooks) != 1 || at(t, hooks[0].value(t), "errors", 0, "code") != 131035.0 {
		t.Errorf("%d webhooks after the hour", len(hooks))
	}
}

func TestDuplicates(t *testing.T) {
	b := open(t, Config{})
	b.SetFaults(Faults{Duplicates: 2})
	id := say(t, b.customer(Person{Phone: "+491713920011"}), "x")
	hooks := b.idle()
	if got := wamids(t, hooks); !reflect.DeepEqual(got, []string{id, id, id}) {
		t.Errorf("got %v", got)
	}
	if !bytes.Equal(hooks[0].body, hooks[2].body) {
		t.Error("duplicates differ")
	}
}

func TestHoldShuffleAndRelease(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011"})
	b.SetFaults(Faults{Hold: true, Shuffle: true})
	var want []string
	for i := range 50 {
		want = append(want, say(t, anna, fmt.Sprint(i)))
	}
	if n := len(b.idle()); n != 0 {
		t.Fatalf("%d webhooks while held", n)
	}
	b.ChangeFaults(func(f *Faults) { f.Hold = false })
	got := wamids(t, b.idle())
	if reflect.DeepEqual(got, want) {
		t.Error("order is unchanged")
	}
	sort.Strings(got)
	sort.Strings(want)
	if !reflect.DeepEqual(got, want) {
		t.Error("not the same messages")
	}
}

func TestBatchesOfAThousand(t *testing.T) {
	for name, merge := range map[string]bool{"changes": false, "one value": true} {
		t.Run(name, func(t *testing.T) {
			b := open(t, Config{})
			people := []*Customer{b.customer(Person{Phone: "+491713920011"}), b.customer(Person{Phone: "+491713920012"})}
			b.SetFaults(Faults{Hold: true, Batch: 5000, Merge: merge})
			var want []string
			for i := range 1500 {
				want = append(want, say(t, people[i%2], "Grüße"))
			}
			b.SetFaults(Faults{Batch: 5000, Merge: merge})
			hooks := b.idle()
			if len(hooks) != 2 {
				t.Fatalf("%d webhooks, want one of 1,000 and one of 500", len(hooks))
			}
			if got := wamids(t, hooks); !reflect.DeepEqual(got, want) {
				t.Error("messages are missing or in another order")
			}
			changes := hooks[0].changes(t)
			if merge != (len(changes) == 1) {
				t.Errorf("%d changes", len(changes))
			}
			if merge {
				if first := at(t, changes[0]["value"], "contacts", 0, "wa_id"); first == "491713920011" {
					t.Error("contacts are in the order of messages; nobody would notice matching by index")
				}
			}
		})
	}
}

func TestBatchStaysBelowTheLargestBody(t *testing.T) {
	b := open(t, Config{Limits: Limits{WebhookBody: 100_000}})
	anna := b.customer(Person{Phone: "+491713920011"})
	b.SetFaults(Faults{Hold: true, Batch: 1000})
	for range 200 {
		say(t, anna, strings.Repeat("ü", 500))
	}
	b.SetFaults(Faults{Batch: 1000})
	hooks := b.idle()
	for _, h := range hooks {
		if len(h.body) > 400_000 {
			t.Errorf("body of %d bytes", len(h.body))
		}
	}
	if n := len(wamids(t, hooks)); n != 200 {
		t.Errorf("%d messages", n)
	}
}

func TestDelay(t *testing.T) {
	b := open(t, Config{})
	b.SetFaults(Faults{Delay: time.Minute})
	say(t, b.customer(Person{Phone: "+491713920011"}), "x")
	if n := len(b.idle()); n != 0 {
		t.Fatal("delivered at once")
	}
	b.Advance(time.Minute)
	if n := len(b.idle()); n != 1 {
		t.Errorf("%d webhooks after the delay", n)
	}
}

func TestWrongSignatures(t *testing.T) {
	b := open(t, Config{})
	b.SetFaults(Faults{WrongSignatures: 1})
	anna := b.customer(Person{Phone: "+491713920011"})
	b.refuse(1, 401)
	say(t, anna, "x")
	hooks := b.idle()
	if len(hooks) != 2 {
		t.Fatalf("%d tries", len(hooks))
	}
	for i, want := range []bool{false, true} {
		if got := hooks[i].header.Get("X-Hub-Signature-256") == b.Sign(hooks[i].body); got != want {
			t.Errorf("try %d signed correctly: %v", i, got)
		}
	}
}

func TestLostResponseAfterAnAcceptedSend(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	b.SetFaults(Faults{LoseResponses: 1})
	body := text("verloren?")
	body["messaging_product"], body["to"], body["biz_opaque_callback_data"] = "whatsapp", "+491713920011", "our-7"
	if a, err := b.try(t.Context(), owner, "POST", messagesPath, body); err == nil {
		t.Fatalf("got an answer: %v", a)
	}
	hooks := b.idle()
	if got := statuses(t, hooks); !reflect.DeepEqual(got, []string{"sent", "delivered"}) {
		t.Errorf("statuses %v", got)
	}
	if at(t, hooks[0].value(t), "statuses", 0, "biz_opaque_callback_data") != "our-7" {
		t.Error("status does not carry our id")
	}
	if len(anna.Received()) != 1 {
		t.Error("the message did not arrive")
	}
	if a := b.post("+491713920011", text("x")); a.status != 200 {
		t.Errorf("next send: %v", a)
	}
}

func TestFailingRequests(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	b.SetFaults(Faults{FailRequests: 1, FailStatus: 502})
	if a := b.post("+491713920011", text("x")); a.status != 502 || a.body != nil {
		t.Errorf("HTML page: %d %v", a.status, a.body)
	}
	b.SetFaults(Faults{FailRequests: 1, FailCode: 131016, FailEdge: "messages"})
	if a := b.call("GET", "/v25.0/"+DefaultWABAID, nil); a.status != 200 {
		t.Errorf("another edge: %v", a.body)
	}
	if a := b.post("+491713920011", text("x")); a.status != 500 || a.code() != 131016 {
		t.Errorf("JSON error: %d %v", a.status, a.body)
	}
	b.SetFaults(Faults{RefuseSends: 1, RefuseCode: 131042})
	if a := b.post("+491713920011", text("x")); a.code() != 131042 {
		t.Errorf("refused send: %v", a.body)
	}
	b.SetFaults(Faults{FailSends: 1, FailSendCode: 131049})
	b.post("+491713920011", text("x")).wamid(t)
	if code := at(t, b.idle()[0].value(t), "statuses", 0, "errors", 0, "code"); code != 131049.0 {
		t.Errorf("failed send: %v", code)
	}
	if left := b.Faults(); left.FailSends != 0 || left.RefuseSends != 0 {
		t.Errorf("counters did not run down: %+v", left)
	}
}

func TestSlowAnswersFollowTheClock(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	b.SetFaults(Faults{Slow: time.Hour})
	done := make(chan answer, 1)
	failed := make(chan error, 1)
	go func() {
		body := text("x")
		body["messaging_product"], body["to"] = "whatsapp", "+491713920011"
		a, err := b.try(t.Context(), owner, "POST", messagesPath, body)
		if err != nil {
			failed <- err
			return
		}
		done <- a
	}()
	b.untilPlanned(1)
	b.Advance(time.Hour)
	select {
	case a := <-done:
		a.wamid(t)
	case err := <-failed:
		t.Fatal(err)
	}
}

// untilPlanned waits until n events wait for the clock.
func (b *bench) untilPlanned(n int) {
	b.t.Helper()
	for {
		b.Simulator.mu.Lock()
		planned, changed := len(b.events), b.changed
		b.Simulator.mu.Unlock()
		if planned >= n {
			return
		}
		select {
		case <-changed:
		case <-b.t.Context().Done():
			b.t.Fatal("nothing was planned")
		}
	}
}

func TestStatusBeforeTheAnswer(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	b.SetFaults(Faults{StatusFirst: true})
	b.post("+491713920011", text("x")).wamid(t)
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.hooks) == 0 {
		t.Error("the answer came before the first status")
	}
}

func TestDamagedMedia(t *testing.T) {
	b := open(t, Config{})
	id := b.upload("image/png", Picture("x").Bytes)
	b.SetFaults(Faults{BadMedia: true})
	_, body, _ := b.get(b.call("GET", "/v25.0/"+id, nil).body["url"].(string), owner)
	if sha256Hex(body) == sha256Hex(Picture("x").Bytes) {
		t.Error("bytes are undamaged")
	}
}

func TestPrependedCountry(t *testing.T) {
	b := open(t, Config{})
	b.guest()
	b.SetFaults(Faults{PrependCountry: true})
	a := b.post("491713920011", text("x"))
	if at(t, a.body, "contacts", 0, "wa_id") != "49491713920011" {
		t.Errorf("contacts %v", a.body["contacts"])
	}
}

// TestStormOfFaults mixes everything: whatever the order, the business can put
// the truth together from message ids.
func TestStormOfFaults(t *testing.T) {
	const people, each = 8, 25
	var mu sync.Mutex
	seen := map[string]int{}
	refuse := 0
	sim, err := Start(Config{
		DeliveryWorkers: 4, Limits: Limits{PairBurst: -1, Throughput: -1},
		Retry: Retry{Initial: time.Millisecond, Max: 2 * time.Millisecond},
		Deliver: func(_ context.Context, body []byte, header http.Header) int {
			mu.Lock()
			defer mu.Unlock()
			refuse++
			if header.Get("X-Hub-Signature-256") != "sha256="+sign(DefaultAppSecret, body) {
				return 401
			}
			if refuse%3 == 0 {
				return 503
			}
			for _, id := range wamids(t, []hook{{body: body}}) {
				seen[id]++
			}
			return 200
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	sim.SetFaults(Faults{Batch: 7, Merge: true, Duplicates: 1, Shuffle: true, WrongSignatures: 20, Delay: time.Millisecond})
	var want sync.Map
	var group sync.WaitGroup
	for range people {
		c, err := sim.AddCustomer(Person{})
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			for i := range each {
				id, err := c.SendText(t.Context(), fmt.Sprint(i))
				if err != nil {
					t.Error(err)
					return
				}
				want.Store(id, true)
			}
		})
	}
	group.Wait()
	if err := sim.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != people*each {
		t.Errorf("%d of %d messages arrived", len(seen), people*each)
	}
	want.Range(func(id, _ any) bool {
		if seen[id.(string)] == 0 {
			t.Error("a message is missing")
			return false
		}
		return true
	})
}

func TestCloseEndsWhatIsUnderWay(t *testing.T) {
	entered := make(chan struct{})
	sim, err := Start(Config{Deliver: func(ctx context.Context, _ []byte, _ http.Header) int {
		close(entered)
		<-ctx.Done()
		return 0
	}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := sim.AddCustomer(Person{})
	if err != nil {
		t.Fatal(err)
	}
	say(t, c, "x")
	<-entered
	if err := sim.Close(); err != nil {
		t.Error(err)
	}
	if err := sim.Close(); err != nil {
		t.Error("second Close:", err)
	}
	if _, err := c.SendText(t.Context(), "x"); !errors.Is(err, errClosed) {
		t.Errorf("send after Close: %v", err)
	}
	if err := sim.WaitIdle(t.Context()); !errors.Is(err, errClosed) {
		t.Errorf("WaitIdle after Close: %v", err)
	}
	if _, err := http.Get(sim.URL()); err == nil {
		t.Error("still listening")
	}
}

func TestDrainWithoutACallback(t *testing.T) {
	sim, err := New(Config{Now: noon, RawUTF8: true})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	c, err := sim.AddCustomer(Person{Name: "Jörg"})
	if err != nil {
		t.Fatal(err)
	}
	say(t, c, "ü")
	got, err := sim.Drain(t.Context())
	if err != nil || len(got) != 1 || !bytes.Contains(got[0].Body, []byte("Jörg")) {
		t.Fatalf("drained %v, %v", got, err)
	}
	if got[0].Header.Get("X-Hub-Signature-256") != sim.Sign(got[0].Body) {
		t.Error("captured webhook is not signed")
	}
	if again, err := sim.Drain(t.Context()); err != nil || len(again) != 0 {
		t.Errorf("drained twice: %v, %v", again, err)
	}
}

func TestRunningClockBringsTicksByItself(t *testing.T) {
	sim, err := Start(Config{Statuses: StatusTiming{Sent: time.Millisecond, Delivered: 2 * time.Millisecond, Read: time.Millisecond, AutoRead: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	c, err := sim.AddCustomer(Person{Phone: "+491713920011"})
	if err != nil {
		t.Fatal(err)
	}
	say(t, c, "x")
	body := strings.NewReader(`{"messaging_product":"whatsapp","to":"+491713920011","type":"text","text":{"body":"x"}}`)
	req, err := http.NewRequestWithContext(t.Context(), "POST", sim.URL()+messagesPath, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = owner.Clone()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	got, err := sim.Drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var hooks []hook
	for _, d := range got {
		hooks = append(hooks, hook{d.Body, d.Header})
	}
	if s := statuses(t, hooks); !reflect.DeepEqual(s, []string{"sent", "delivered", "read"}) {
		t.Errorf("statuses %v", s)
	}
}
