package directory

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
	"tresen/internal/relay/sqlite"
)

type fixture struct {
	*Directory
	engine *sqlite.Engine
	now    atomic.Int64
}

func open(t *testing.T) *fixture {
	t.Helper()
	e, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir(), Reserve: 64 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	f := &fixture{engine: e}
	f.now.Store(time.Now().UnixMilli())
	f.Directory = New(e, e, Options{MaxMailboxes: 3, Now: func() time.Time { return time.UnixMilli(f.now.Load()) }})
	return f
}

func (f *fixture) pass(d time.Duration) { f.now.Add(d.Milliseconds()) }

func (f *fixture) add(t *testing.T, name string) *Mailbox {
	t.Helper()
	m, err := f.Add(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (f *fixture) code(t *testing.T, m *Mailbox) relay.PairingCode {
	t.Helper()
	code, until, err := f.NewCode(t.Context(), m.ID)
	if err != nil || until.UnixMilli() != f.now.Load()+CodeLife.Milliseconds() {
		t.Fatalf("until %v, %v", until, err)
	}
	return code
}

type keys struct {
	signing ed25519.PublicKey
	seal    []byte
}

func newKeys(t *testing.T) keys {
	t.Helper()
	signing, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return keys{signing, newSealKey(t)}
}

func newSealKey(t *testing.T) []byte {
	t.Helper()
	seal, err := envelope.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	return seal.Public()
}

func (f *fixture) pair(t *testing.T, m *Mailbox) relay.DeviceID {
	t.Helper()
	k := newKeys(t)
	_, id, err := f.Redeem(t.Context(), f.code(t, m), k.signing, k.seal)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestMailboxIsFoundByHookNameAndID(t *testing.T) {
	f := open(t)
	m, _ := f.add(t, "Blumen Müller"), f.add(t, "Rad & Tat")
	if got, hook, err := f.ByHook(t.Context(), m.Hooks[0].Token); err != nil || got.ID != m.ID || hook.VerifyToken != m.Hooks[0].VerifyToken {
		t.Errorf("by hook: %v, %v", got, err)
	}
	for _, name := range []string{"Blumen Müller", " Blumen Müller ", m.ID.String()} {
		if got, err := f.Find(t.Context(), name); err != nil || got.ID != m.ID {
			t.Errorf("%q: %v", name, err)
		}
	}
	if list, err := f.List(t.Context()); err != nil || len(list) != 2 {
		t.Errorf("list %v, %v", list, err)
	}
	if len(m.Hooks[0].Token) != 22 || m.Hooks[0].Token == m.Hooks[0].VerifyToken {
		t.Errorf("hook %+v", m.Hooks[0])
	}
	for _, token := range []string{"", "x", strings.Repeat("A", 22), m.Hooks[0].VerifyToken} {
		if _, _, err := f.ByHook(t.Context(), token); !errors.Is(err, ErrUnknown) {
			t.Errorf("hook %q: %v", token, err)
		}
	}
}

func TestNamesAndNumbersOfMailboxesAreBounded(t *testing.T) {
	f := open(t)
	for _, name := range []string{"", "  ", strings.Repeat("x", maxName+1), "a\nb"} {
		if _, err := f.Add(t.Context(), name); !errors.Is(err, relay.ErrMalformed) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for range 3 {
		f.add(t, "same")
	}
	if _, err := f.Add(t.Context(), "one more"); !errors.Is(err, ErrTooMany) {
		t.Error(err)
	}
	if _, err := f.Find(t.Context(), "same"); !errors.Is(err, ErrAmbiguous) {
		t.Error(err)
	}
}

func TestPairingCodeWorksOnceAndForAShortTime(t *testing.T) {
	f := open(t)
	m, a, b := f.add(t, "Shop"), newKeys(t), newKeys(t)
	code := f.code(t, m)
	for range 2 { // the second time as if the answer had been lost
		box, id, err := f.Redeem(t.Context(), code, a.signing, a.seal)
		if err != nil || box.ID != m.ID || len(box.Devices) != 1 || box.Devices[0].ID != id {
			t.Fatalf("%+v, %v", box, err)
		}
	}
	if _, _, err := f.Redeem(t.Context(), code, b.signing, b.seal); !errors.Is(err, ErrUnknown) {
		t.Errorf("another device: %v", err)
	}
	late := f.code(t, m)
	f.pass(CodeLife + time.Second)
	for name, c := range map[string]relay.PairingCode{"too old": late, "never made": relay.NewPairingCode()} {
		if _, _, err := f.Redeem(t.Context(), c, b.signing, b.seal); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneOfManyDevicesWinsACode(t *testing.T) {
	f := open(t)
	m := f.add(t, "Shop")
	code := f.code(t, m)
	var won atomic.Int32
	var group sync.WaitGroup
	for range 8 {
		k := newKeys(t)
		group.Go(func() {
			_, _, err := f.Redeem(context.Background(), code, k.signing, k.seal)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, ErrUnknown) {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d devices were paired", won.Load())
	}
}

func TestMalformedKeysAreNotPairedAndDoNotUseUpTheCode(t *testing.T) {
	f := open(t)
	m, k := f.add(t, "Shop"), newKeys(t)
	code := f.code(t, m)
	for _, bad := range []keys{{k.signing, k.seal[1:]}, {k.signing[1:], k.seal}, {}} {
		if _, _, err := f.Redeem(t.Context(), code, bad.signing, bad.seal); !errors.Is(err, relay.ErrMalformed) {
			t.Error(err)
		}
	}
	if _, _, err := f.Redeem(t.Context(), code, k.signing, k.seal); err != nil {
		t.Error(err)
	}
}

func TestDevicesAndCodesAreBounded(t *testing.T) {
	f := open(t)
	m := f.add(t, "Shop")
	for range MaxDevices {
		f.pair(t, m)
	}
	k := newKeys(t)
	if _, _, err := f.Redeem(t.Context(), f.code(t, m), k.signing, k.seal); !errors.Is(err, ErrTooMany) {
		t.Errorf("device %d: %v", MaxDevices+1, err)
	}
	var err error
	for range maxCodes + 1 {
		if _, _, err = f.NewCode(t.Context(), m.ID); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrTooMany) {
		t.Errorf("codes: %v", err)
	}
	f.pass(CodeLife + time.Second)
	f.code(t, m)
}

func TestOldSealKeyCannotComeBack(t *testing.T) {
	f := open(t)
	m := f.add(t, "Shop")
	id := f.pair(t, m)
	second, third := newSealKey(t), newSealKey(t)
	for _, step := range []struct {
		key        []byte
		generation uint64
		want       error
	}{
		{second, 2, nil}, {second, 2, nil}, {third, 3, nil},
		{second, 2, ErrOldKey}, {second, 3, ErrOldKey}, {third[1:], 4, relay.ErrMalformed},
	} {
		if err := f.ReplaceKey(t.Context(), m.ID, id, step.key, step.generation); !errors.Is(err, step.want) {
			t.Errorf("generation %d: %v", step.generation, err)
		}
	}
	_, device, err := f.ByDevice(t.Context(), id)
	if err != nil || device.Generation != 3 {
		t.Errorf("%+v, %v", device, err)
	}
	if err := f.ReplaceKey(t.Context(), m.ID, relay.DeviceID{}, second, 9); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

func TestRotatedHookWorksForTheGraceTime(t *testing.T) {
	f := open(t)
	m := f.add(t, "Shop")
	old := m.Hooks[0]
	next, err := f.Rotate(t.Context(), m.ID, 48*time.Hour)
	if err != nil || next.Hooks[0].Token == old.Token || next.Hooks[0].VerifyToken == old.VerifyToken || next.Revision == m.Revision {
		t.Fatalf("%+v, %v", next, err)
	}
	works := func(token string) bool {
		_, _, err := f.ByHook(t.Context(), token)
		if err != nil && !errors.Is(err, ErrUnknown) {
			t.Fatal(err)
		}
		return err == nil
	}
	if !works(old.Token) || !works(next.Hooks[0].Token) {
		t.Error("not both work within the grace time")
	}
	f.pass(48*time.Hour + time.Second)
	if works(old.Token) || !works(next.Hooks[0].Token) {
		t.Error("not only the new one works after it")
	}
	last, err := f.Rotate(t.Context(), m.ID, 0)
	if err != nil || works(next.Hooks[0].Token) || !works(last.Hooks[0].Token) {
		t.Errorf("without grace: %v", err)
	}
	if _, err := f.Rotate(t.Context(), relay.NewMailboxID(), 0); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

func waiting(t *testing.T, f *fixture, m *Mailbox, d relay.DeviceID) int {
	t.Helper()
	s, err := f.engine.Stats(t.Context(), m.ID, d)
	if err != nil {
		t.Fatal(err)
	}
	return s.Waiting
}

func TestUnpairedDeviceIsForgotten(t *testing.T) {
	f := open(t)
	m := f.add(t, "Shop")
	gone, stays := f.pair(t, m), f.pair(t, m)
	if _, err := f.engine.Put(t.Context(), m.ID, relay.DeliveryID{1}, []relay.Copy{{Device: gone, Sealed: []byte("x")}, {Device: stays, Sealed: []byte("y")}}); err != nil {
		t.Fatal(err)
	}
	if err := f.Unpair(t.Context(), m.ID, gone); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.ByDevice(t.Context(), gone); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if waiting(t, f, m, gone) != 0 || waiting(t, f, m, stays) != 1 {
		t.Error("the wrong envelopes are left")
	}
	if err := f.Unpair(t.Context(), m.ID, gone); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
}

func TestRemovedMailboxLeavesNothing(t *testing.T) {
	f := open(t)
	m, other := f.add(t, "Shop"), f.add(t, "Other")
	device, code := f.pair(t, m), f.code(t, m)
	if _, err := f.engine.Put(t.Context(), m.ID, relay.DeliveryID{1}, []relay.Copy{{Device: device, Sealed: []byte("x")}}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Remove(t.Context(), m.ID); err != nil {
			t.Fatal(err)
		}
	}
	k := newKeys(t)
	_, _, byHook := f.ByHook(t.Context(), m.Hooks[0].Token)
	_, _, byDevice := f.ByDevice(t.Context(), device)
	_, _, redeem := f.Redeem(t.Context(), code, k.signing, k.seal)
	for what, err := range map[string]error{"hook": byHook, "device": byDevice, "code": redeem} {
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if waiting(t, f, m, device) != 0 {
		t.Error("envelopes are left")
	}
	for _, prefix := range []string{"mailbox.", "hook.", "device.", "code."} {
		records, err := f.records.List(t.Context(), prefix)
		for _, r := range records {
			if strings.Contains(r.Key+string(r.Value), m.ID.String()) {
				t.Errorf("%s is left", r.Key)
			}
		}
		if err != nil {
			t.Error(err)
		}
	}
	if _, err := f.Mailbox(t.Context(), other.ID); err != nil {
		t.Error(err)
	}
}

func TestSeenIsWrittenOncePerHour(t *testing.T) {
	f := open(t)
	m := f.add(t, "Shop")
	id := f.pair(t, m)
	revisions := map[uint64]bool{}
	for range 10 {
		_, device, err := f.ByDevice(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Seen(t.Context(), m.ID, device); err != nil {
			t.Fatal(err)
		}
		box, _, _ := f.ByDevice(t.Context(), id)
		revisions[box.Revision] = true
		f.pass(10 * time.Minute)
	}
	if len(revisions) != 2 {
		t.Errorf("%d states in 100 minutes", len(revisions))
	}
}

// Two relay processes over the same records, as with NATS.
func TestChangesReachOtherProcessesBeforeTheyAreAnswered(t *testing.T) {
	f := open(t)
	a := New(f.engine, f.engine, Options{Shared: true})
	b := New(f.engine, f.engine, Options{Shared: true})
	m, err := a.Add(t.Context(), "Shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.ByHook(t.Context(), m.Hooks[0].Token); err != nil {
		t.Fatal(err)
	}
	code, _, err := a.NewCode(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	k := newKeys(t)
	if _, _, err := a.Redeem(t.Context(), code, k.signing, k.seal); err != nil {
		t.Fatal(err)
	}
	if box, _, err := b.ByHook(t.Context(), m.Hooks[0].Token); err != nil || len(box.Devices) != 1 {
		t.Errorf("the other process sees %d devices, %v", len(box.Devices), err)
	}
	if err := a.Remove(t.Context(), m.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.ByHook(t.Context(), m.Hooks[0].Token); !errors.Is(err, ErrUnknown) {
		t.Errorf("after removal: %v", err)
	}
}
