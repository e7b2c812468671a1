package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/enginetest"
	"tresen/internal/relay/envelope"
	"tresen/internal/relay/server"
	"tresen/internal/relay/signed"
)

func TestRequestIsGoodOnceOnly(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	first := d.request(t, relay.PathMailbox, struct{}{})
	header := first.Header.Get("Authorization")
	if status, p := d.send(t, first, nil); status != http.StatusOK {
		t.Fatalf("%d %s", status, p)
	}
	again := d.request(t, relay.PathMailbox, struct{}{})
	again.Header.Set("Authorization", header)
	if status, p := d.send(t, again, nil); status != http.StatusConflict || p != relay.ProblemReplay {
		t.Errorf("replay: %d %s", status, p)
	}
}

func TestRequestsNobodySignedAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	d, stranger := w.pair(t, w.box), w.newDevice(t)
	body := []byte(`{"max":1,"wait":0}`)
	sign := func(by *device, path string, body []byte, at time.Time) string {
		return signed.Sign(by.key, signed.Request{Method: "POST", Path: path, Body: body}, at)
	}
	now := time.Now()
	for name, c := range map[string]struct {
		header string
		status int
		want   relay.Problem
	}{
		"nothing":          {"", http.StatusUnauthorized, relay.ProblemMalformed},
		"other scheme":     {"Bearer x", http.StatusUnauthorized, relay.ProblemMalformed},
		"unknown device":   {sign(stranger, relay.PathNext, body, now), http.StatusUnauthorized, relay.ProblemDevice},
		"other path":       {sign(d, relay.PathKey, body, now), http.StatusUnauthorized, relay.ProblemDevice},
		"other body":       {sign(d, relay.PathNext, append(body, ' '), now), http.StatusUnauthorized, relay.ProblemDevice},
		"too old":          {sign(d, relay.PathNext, body, now.Add(-signed.Tolerance-time.Minute)), http.StatusUnauthorized, relay.ProblemClock},
		"from the future":  {sign(d, relay.PathNext, body, now.Add(signed.Tolerance+time.Minute)), http.StatusUnauthorized, relay.ProblemClock},
		"clock a bit slow": {sign(d, relay.PathNext, body, now.Add(-signed.Tolerance+time.Minute)), http.StatusOK, ""},
		"clock a bit fast": {sign(d, relay.PathNext, body, now.Add(signed.Tolerance-time.Minute)), http.StatusOK, ""},
	} {
		req, err := http.NewRequest("POST", w.web.URL+relay.PathNext, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", c.header)
		if status, p := d.send(t, req, nil); status != c.status || p != c.want {
			t.Errorf("%s: %d %q", name, status, p)
		}
	}
	// Another device's id with one's own signature.
	forged := d.request(t, relay.PathNext, relay.NextRequest{Max: 1})
	mine := stranger.request(t, relay.PathNext, relay.NextRequest{Max: 1}).Header.Get("Authorization")
	forged.Header.Set("Authorization", strings.Replace(mine, stranger.id.String(), d.id.String(), 1))
	if status, p := d.send(t, forged, nil); status != http.StatusUnauthorized || p != relay.ProblemDevice {
		t.Errorf("forged id: %d %q", status, p)
	}
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	for name, body := range map[string]any{
		"no object": []int{1}, "negative": relay.NextRequest{Max: -1}, "oversize": strings.Repeat("x", relay.MaxRequest+1),
	} {
		if status := d.call(t, relay.PathNext, body, nil); status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := d.call(t, relay.PathKey, relay.KeyRequest{SealKey: []byte("short"), Generation: 2}, nil); status != http.StatusBadRequest {
		t.Errorf("key: %d", status)
	}
}

func TestDeviceSeesItsMailboxOnly(t *testing.T) {
	w := newWorld(t, nil)
	other := w.addMailbox(t, "Other")
	mine, theirs := w.pair(t, w.box), w.pair(t, other)
	w.deliver(t, w.box, "mine")
	w.deliver(t, other, "theirs")
	got := mine.next(t, 0, 0)
	if len(got) != 1 || string(mine.open(t, got[0]).Body) != "mine" {
		t.Fatalf("%d envelopes", len(got))
	}
	// Whatever it acknowledges and removes, nothing of the other mailbox goes.
	mine.next(t, 1<<40, 0)
	mine.call(t, relay.PathRemove, relay.RemoveDeviceRequest{Device: theirs.id}, nil)
	got = theirs.next(t, 0, 0)
	if len(got) != 1 || string(theirs.open(t, got[0]).Body) != "theirs" {
		t.Errorf("%d envelopes of the other mailbox", len(got))
	}
	if _, _, err := envelope.NewOpener(envelope.Address{Mailbox: mine.box, Device: mine.id}, mine.seal).Open(got[0].Sealed); err == nil {
		t.Error("another mailbox's envelope could be opened")
	}
}

func (d *device) wait(t *testing.T) <-chan relay.NextAnswer {
	answers := make(chan relay.NextAnswer, 1)
	req := d.request(t, relay.PathNext, relay.NextRequest{Wait: relay.MaxWait, Max: 10})
	go func() {
		defer close(answers)
		resp, err := d.w.web.Client().Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		defer resp.Body.Close()
		var a relay.NextAnswer
		body, err := io.ReadAll(resp.Body)
		if err == nil {
			err = json.Unmarshal(body, &a)
		}
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%d %s, %v", resp.StatusCode, body, err)
		}
		answers <- a
	}()
	return answers
}

// waitingDevices waits until n requests are held open.
func (w *world) waitingDevices(t *testing.T, n string) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(10 * time.Second)
	for !strings.Contains(w.metrics(t), "tresen_relay_devices_waiting "+n+"\n") {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("not %s devices wait", n)
		}
	}
}

func (w *world) metrics(t *testing.T) string {
	t.Helper()
	r := httptest.NewRecorder()
	w.Metrics.Handler().ServeHTTP(r, httptest.NewRequest("GET", "/metrics", nil))
	return r.Body.String()
}

func TestWaitingDeviceGetsADeliveryAtOnce(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	answers := d.wait(t)
	w.waitingDevices(t, "1")
	w.deliver(t, w.box, "x")
	if a := <-answers; len(a.Envelopes) != 1 || a.Waiting != 1 {
		t.Errorf("%d envelopes, %d wait", len(a.Envelopes), a.Waiting)
	}
}

func TestDeviceThatAsksAnewHasForgottenItsOldRequest(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	old := d.wait(t)
	w.waitingDevices(t, "1")
	fresh := d.wait(t)
	if a := <-old; len(a.Envelopes) != 0 {
		t.Error("the forgotten request got something")
	}
	w.deliver(t, w.box, "x")
	if a := <-fresh; len(a.Envelopes) != 1 {
		t.Errorf("%d envelopes", len(a.Envelopes))
	}
}

func TestDrainEndsWaitingAndRefusesNew(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	answers := d.wait(t)
	w.waitingDevices(t, "1")
	w.Drain()
	if a := <-answers; len(a.Envelopes) != 0 {
		t.Error("an answer from nowhere")
	}
	if status := w.deliver(t, w.box, "x"); status != http.StatusServiceUnavailable {
		t.Errorf("delivery: %d", status)
	}
	if status := d.call(t, relay.PathMailbox, struct{}{}, nil); status != http.StatusServiceUnavailable {
		t.Errorf("request: %d", status)
	}
	r := httptest.NewRecorder()
	if w.Handler().ServeHTTP(r, httptest.NewRequest("GET", "/healthz", nil)); r.Code != http.StatusServiceUnavailable {
		t.Errorf("health: %d", r.Code)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := w.web.Config.Shutdown(ctx); err != nil {
		t.Error(err)
	}
}

func TestUnacknowledgedComesAgainAndAfterSkipsIt(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	for _, body := range []string{"1", "2", "3"} {
		w.deliver(t, w.box, body)
	}
	got := d.next(t, 0, 0)
	if len(got) != 3 || len(d.next(t, 0, 0)) != 3 {
		t.Fatalf("%d envelopes", len(got))
	}
	if rest := d.next(t, 0, got[1].Seq); len(rest) != 1 || rest[0].Seq != got[2].Seq {
		t.Errorf("after the second: %v", rest)
	}
	if rest := d.next(t, got[0].Seq, 0); len(rest) != 2 || rest[0].Seq != got[1].Seq {
		t.Errorf("after acknowledging the first: %v", rest)
	}
}

func TestNewSealKeyIsUsedAndOldOneCannotComeBack(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	old := d.seal
	fresh, err := envelope.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	rotation := d.request(t, relay.PathKey, relay.KeyRequest{SealKey: fresh.Public(), Generation: 2})
	if status, p := d.send(t, rotation, nil); status != http.StatusOK {
		t.Fatalf("%d %s", status, p)
	}
	w.deliver(t, w.box, "x")
	d.seal = fresh
	d.open(t, d.next(t, 0, 0)[0])
	status, p := d.send(t, d.request(t, relay.PathKey, relay.KeyRequest{SealKey: old.Public(), Generation: 1}), nil)
	if status != http.StatusConflict || p != relay.ProblemOld {
		t.Errorf("old key: %d %s", status, p)
	}
}

func TestPairingIsRefusedPlainly(t *testing.T) {
	w := newWorld(t, nil)
	d := w.newDevice(t)
	refused := func(name string, q relay.PairRequest, status int, want relay.Problem) {
		t.Helper()
		if got, p := d.send(t, d.request(t, relay.PathPair, q), nil); got != status || p != want {
			t.Errorf("%s: %d %q", name, got, p)
		}
	}
	refused("unknown code", d.pairRequest(string(relay.NewPairingCode())), http.StatusForbidden, relay.ProblemCode)
	refused("typing mistake", d.pairRequest("ABCDE"), http.StatusBadRequest, relay.ProblemMalformed)
	other := w.newDevice(t)
	code := w.code(t, w.box)
	refused("another's signing key", other.pairRequest(code), http.StatusBadRequest, relay.ProblemMalformed)
	broken := d.pairRequest(code)
	broken.SealKey = broken.SealKey[1:]
	refused("broken seal key", broken, http.StatusBadRequest, relay.ProblemMalformed)
	if status := d.call(t, relay.PathPair, d.pairRequest(code), nil); status != http.StatusOK {
		t.Errorf("the code was used up by mistakes: %d", status)
	}
	if status := other.call(t, relay.PathPair, other.pairRequest(code), nil); status != http.StatusForbidden {
		t.Errorf("second use: %d", status)
	}
}

func TestGuessingCodesIsSlowFromOneAddressOnly(t *testing.T) {
	w := newWorld(t, func(c *server.Config) {
		c.Proxied = true
		c.Limits.PairRate, c.Limits.PairBurst = 0.0001, 3
	})
	d := w.newDevice(t)
	try := func(forwarded string) int {
		req := d.request(t, relay.PathPair, d.pairRequest(string(relay.NewPairingCode())))
		req.Header.Set("X-Forwarded-For", forwarded)
		status, _ := d.send(t, req, nil)
		return status
	}
	for i, want := range []int{403, 403, 403, 429, 429} {
		if got := try("203.0.113.7"); got != want {
			t.Errorf("try %d: %d", i, got)
		}
	}
	if got := try("203.0.113.9, 203.0.113.7"); got != 429 {
		t.Errorf("with an invented origin: %d", got)
	}
	for _, other := range []string{"203.0.113.8", "2001:db8:1:1::1"} {
		if got := try(other); got != 403 {
			t.Errorf("%s: %d", other, got)
		}
	}
	for range 2 {
		try("2001:db8:1:1::2")
	}
	if got := try("2001:db8:1:1:ffff::3"); got != 429 {
		t.Errorf("another address of the same network: %d", got)
	}
}

func TestOneDeviceCannotUseUpTheRelay(t *testing.T) {
	w := newWorld(t, func(c *server.Config) { c.Limits.DeviceRate, c.Limits.DeviceBurst = 0.0001, 3 })
	a, b := w.pair(t, w.box), w.pair(t, w.box)
	for i, want := range []int{200, 200, 200, 429} {
		if got := a.call(t, relay.PathMailbox, struct{}{}, nil); got != want {
			t.Errorf("request %d: %d", i, got)
		}
	}
	if got := b.call(t, relay.PathMailbox, struct{}{}, nil); got != 200 {
		t.Errorf("the other device: %d", got)
	}
}

func TestRemovedDeviceAndMailboxAreShutOut(t *testing.T) {
	w := newWorld(t, nil)
	a, b := w.pair(t, w.box), w.pair(t, w.box)
	answers := b.wait(t)
	w.waitingDevices(t, "1")
	if status := a.call(t, relay.PathRemove, relay.RemoveDeviceRequest{Device: b.id}, nil); status != http.StatusOK {
		t.Fatal(status)
	}
	<-answers
	w.deliver(t, w.box, "x")
	if _, p := b.send(t, b.request(t, relay.PathNext, relay.NextRequest{Max: 1}), nil); p != relay.ProblemDevice {
		t.Errorf("removed device: %q", p)
	}
	if got := a.next(t, 0, 0); len(got) != 1 {
		t.Errorf("%d envelopes for the other", len(got))
	}
	if status := w.operator(t, "DELETE", "/mailboxes/"+w.box.ID.String(), nil, nil); status != http.StatusOK {
		t.Fatal(status)
	}
	if status := w.deliver(t, w.box, "y"); status != http.StatusNotFound {
		t.Errorf("delivery: %d", status)
	}
	if _, p := a.send(t, a.request(t, relay.PathNext, relay.NextRequest{Max: 1}), nil); p != relay.ProblemDevice {
		t.Errorf("device of a removed mailbox: %q", p)
	}
}

func TestOperatorSeesMailboxesDevicesAndQueues(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	w.deliver(t, w.box, "x")
	var list []server.AdminMailbox
	w.operator(t, "GET", "/mailboxes", nil, &list)
	if len(list) != 1 || list[0].Name != "Blumen Müller" || len(list[0].Devices) != 1 || list[0].Devices[0].Waiting != 1 || list[0].Devices[0].ID != d.id {
		t.Errorf("%+v", list)
	}
	for path, want := range map[string]int{
		"/mailboxes/nobody/code":                                                  http.StatusNotFound,
		"/mailboxes/" + relay.NewMailboxID().String() + "/rotate":                 http.StatusNotFound,
		"/mailboxes/" + strings.ReplaceAll("Blumen Müller", " ", "%20") + "/code": http.StatusOK,
	} {
		if status := w.operator(t, "POST", path, nil, nil); status != want {
			t.Errorf("%s: %d", path, status)
		}
	}
	if status := w.operator(t, "POST", "/mailboxes", server.AdminAdd{Name: ""}, nil); status != http.StatusBadRequest {
		t.Errorf("no name: %d", status)
	}
	if status := w.operator(t, "DELETE", "/mailboxes/"+w.box.ID.String()+"/devices/"+d.id.String(), nil, nil); status != http.StatusOK {
		t.Errorf("remove device: %d", status)
	}
}

func TestNothingOfADeliveryIsReadableOnDiskInLogsOrMetrics(t *testing.T) {
	w := newWorld(t, nil)
	d := w.pair(t, w.box)
	const secret = "Guten Tag, hier ist Erika Mustermann"
	body := `{"text":"` + secret + `","from":"491713920001"}`
	w.deliver(t, w.box, body, "X-Hub-Signature-256", "sha256=5ec2e7")
	unknown := w.box
	unknown.WebhookURL = "/hook/" + strings.Repeat("B", 22)
	w.deliver(t, unknown, body)
	d.next(t, 0, 0)
	everything := w.log.String() + w.metrics(t) + string(enginetest.Files(t, w.dir))
	for _, form := range enginetest.Forms(secret, "491713920001", "5ec2e7", "127.0.0.1") {
		if strings.Contains(everything, form) {
			t.Errorf("%q can be read", form)
		}
	}
	if got := string(d.open(t, d.next(t, 0, 0)[0]).Body); got != body {
		t.Errorf("the device reads %q", got)
	}
}
