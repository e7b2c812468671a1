package client

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/relay"
	"tresen/internal/relay/relaytest"
)

func TestAddressesAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string]string{
		"relay.example.de": "https://relay.example.de", " https://Relay.Example.DE/ ": "https://relay.example.de",
		"https://example.de:8443/relay/": "https://example.de:8443/relay", "http://127.0.0.1:8091": "http://127.0.0.1:8091",
		"http://localhost:1": "http://localhost:1", "http://[::1]:1": "http://[::1]:1",
	} {
		if got, err := parseAddress(typed); err != nil || got != want {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", " ", "http://relay.example.de", "ftp://x", "https://", "https://a:b@x", "https://x?y", "https://x#y", "a b", "https://" + strings.Repeat("x", 200)} {
		if got, err := parseAddress(typed); inbox.CodeOf(err) != inbox.CodeInvalid || err == nil {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func TestIdentitySurvivesTheKeychain(t *testing.T) {
	id, err := NewIdentity("relay.example.de")
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // as many keys as can be there in two weeks
		k, err := newSealKey(uint64(time.Now().UnixMilli()), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		k.RetiredAt = time.Now().UTC()
		id.SealKeys = append(id.SealKeys, k)
	}
	b, err := id.Encode()
	if err != nil {
		t.Fatal(err)
	}
	// Windows' Credential Manager takes 2560 bytes.
	if len(b) > 2000 {
		t.Errorf("%d bytes", len(b))
	}
	got, err := DecodeIdentity(b)
	if err != nil || got.Device() != id.Device() || len(got.SealKeys) != 4 || !reflect.DeepEqual(got.SealKeys[3].Seed, id.SealKeys[3].Seed) {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "{}", "null", string(b[:len(b)-2]), strings.Replace(string(b), "https", "http", 1), strings.Repeat(" ", maxIdentity+1)} {
		if _, err := DecodeIdentity([]byte(bad)); inbox.CodeOf(err) != inbox.CodeKeyMissing || err == nil {
			t.Errorf("%.30q: %v", bad, err)
		}
	}
}

func FuzzDecodeIdentity(f *testing.F) {
	id, err := NewIdentity("relay.example.de")
	if err != nil {
		f.Fatal(err)
	}
	b, err := id.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		id, err := DecodeIdentity(b)
		if err != nil {
			return
		}
		if _, err := id.opener(); err != nil {
			t.Fatal(err)
		}
		id.Device()
	})
}

func TestPairingProblemsAreToldApart(t *testing.T) {
	r := relaytest.Start(t)
	web := NewHTTPClient()
	defer web.CloseIdleConnections()
	pair := func(code string) error {
		id, err := NewIdentity(r.URL)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = Pair(t.Context(), web, id, code)
		return err
	}
	used := r.Code(t)
	if err := pair(used); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		code string
		want inbox.Code
	}{
		"typing mistake": {"ABC", inbox.CodeInvalid}, "used": {used, inbox.CodeNotFound},
		"invented": {string(relay.NewPairingCode()), inbox.CodeNotFound},
	} {
		if err := pair(c.code); err == nil || inbox.CodeOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	code := r.Code(t)
	r.Down(t)
	if err := pair(code); inbox.CodeOf(err) != inbox.CodeRelayUnreachable {
		t.Errorf("relay is down: %v", err)
	} else if strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("the error names an address: %v", err)
	}
}

func TestPairingCanBeRepeatedWhenTheAnswerGotLost(t *testing.T) {
	r := relaytest.Start(t)
	id, err := NewIdentity(r.URL)
	if err != nil {
		t.Fatal(err)
	}
	code := r.Code(t)
	lossy := &http.Client{Transport: roundTripper(func(q *http.Request) (*http.Response, error) {
		if resp, err := http.DefaultTransport.RoundTrip(q); err == nil {
			resp.Body.Close()
		}
		return nil, errors.New("connection lost")
	})}
	if _, _, err := Pair(t.Context(), lossy, id, code); inbox.CodeOf(err) != inbox.CodeRelayUnreachable {
		t.Fatal(err)
	}
	done, m, err := Pair(t.Context(), http.DefaultClient, id, code)
	if err != nil || done.Mailbox != r.Box.ID || len(m.Devices) != 1 || m.WebhookURL != r.Hook() || m.VerifyToken != r.Box.Hooks[0].VerifyToken {
		t.Errorf("%+v, %v", m, err)
	}
}

const day = 24 * time.Hour

// restart is what happens to a shop's program every day.
func (d *desktop) restart() {
	d.off()
	d.on()
}

func (d *desktop) keys() []SealKey {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved.SealKeys
}

func TestSealKeysLiveForAWeekAndAreDestroyedAfterEightMoreDays(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	first := d.keys()[0]
	deliver(t, r, "sealed to the first key")
	d.now.Store(int64(relay.SealKeyLife + time.Hour))
	d.on()
	d.received(1)
	if k := d.keys(); len(k) != 2 || !k[0].Announced || k[0].Generation <= first.Generation || k[1].RetiredAt.IsZero() || !reflect.DeepEqual(k[1].Seed, first.Seed) {
		t.Fatalf("%d keys", len(k))
	}
	deliver(t, r, "sealed to the second")
	d.received(2)
	d.now.Add(int64(relay.OldSealKeyLife - time.Hour))
	d.restart()
	d.until("the third key", func() bool { return len(d.saved.SealKeys) == 3 && d.saved.SealKeys[0].Announced })
	d.now.Add(int64(2 * time.Hour))
	d.restart()
	d.until("the first key is gone", func() bool { return len(d.saved.SealKeys) == 2 })
	for _, k := range d.keys() {
		if reflect.DeepEqual(k.Seed, first.Seed) {
			t.Error("the first key is still there")
		}
	}
	deliver(t, r, "3")
	d.received(3)
	if s := d.source.Status(); s.Unreadable != 0 {
		t.Errorf("%d unreadable", s.Unreadable)
	}
}

func TestKeyThatCannotBeSavedIsNeverUsed(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	d.now.Store(int64(8 * day))
	d.refuse = errors.New("keychain is locked")
	d.on()
	deliver(t, r, "1")
	d.received(1)
	_, device, err := r.Boxes.ByDevice(t.Context(), d.saved.Device())
	if err != nil || device.Generation != 1 || len(d.keys()) != 1 {
		t.Errorf("generation %d, %v", device.Generation, err)
	}
	if s := d.source.Status(); s.Unreadable != 0 || s.Trouble != TroubleNone {
		t.Errorf("%+v", s)
	}
}

func TestKeyReplacementIsFinishedAfterACrash(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	d.now.Store(int64(8 * day))
	// The new key is saved, then the connection is gone.
	c := &crash{RoundTripper: d.web.Transport}
	c.dead.Store(true)
	d.web.Transport = c
	d.on()
	d.until("the new key is saved", func() bool { return len(d.saved.SealKeys) == 2 && !d.saved.SealKeys[0].Announced })
	d.off()
	c.dead.Store(false)
	saved := d.keys()[0]
	deliver(t, r, "sealed to the old key")
	d.on()
	d.received(1)
	d.until("it is announced", func() bool { return d.saved.SealKeys[0].Announced })
	if !reflect.DeepEqual(d.keys()[0].Seed, saved.Seed) {
		t.Error("another key was made")
	}
	deliver(t, r, "sealed to the new key")
	d.received(2)
}

func TestIdentityFromABackupHealsItself(t *testing.T) {
	r := relaytest.Start(t)
	d := newDesktop(t, r)
	backup := d.saved
	d.now.Store(int64(8 * day))
	d.on()
	d.until("a new key", func() bool { return len(d.saved.SealKeys) == 2 && d.saved.SealKeys[0].Announced })
	d.off()
	d.mu.Lock()
	d.saved = backup
	d.mu.Unlock()
	d.now.Store(int64(2 * day)) // too early for the weekly replacement
	deliver(t, r, "lost: its key is not in the backup")
	d.on()
	d.until("it is counted", func() bool { return d.source.Status().Unreadable == 1 })
	d.until("a key the relay accepts", func() bool { return len(d.saved.SealKeys) == 2 && d.saved.SealKeys[0].Announced })
	deliver(t, r, "readable again")
	d.received(1)
	d.exactly("readable again")
}

func TestSourceWithDamagedKeysSaysSo(t *testing.T) {
	id, err := NewIdentity("relay.example.de")
	if err != nil {
		t.Fatal(err)
	}
	id.SealKeys[0].Seed = id.SealKeys[0].Seed[1:]
	if err := NewSource(Config{Identity: id}).Run(context.Background(), nil); inbox.CodeOf(err) != inbox.CodeKeyMissing {
		t.Error(err)
	}
}
