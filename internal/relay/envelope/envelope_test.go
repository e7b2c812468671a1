package envelope

import (
	"bytes"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tresen/internal/relay"
)

type pair struct {
	to      Address
	private *PrivateKey
	public  *PublicKey
}

func newPair(t testing.TB) pair {
	t.Helper()
	private, err := NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	public, err := ParsePublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pair{Address{relay.NewMailboxID(), relay.DeviceID{1}}, private, public}
}

func (p pair) seal(t testing.TB, s *Sealer, id relay.DeliveryID, plain []byte) []byte {
	t.Helper()
	sealed, err := s.Seal(p.to, p.public, id, plain)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestEnvelopesOpenInAnyOrder(t *testing.T) {
	p := newPair(t)
	var s Sealer
	var sealed [][]byte
	for i := range 5 {
		sealed = append(sealed, p.seal(t, &s, relay.DeliveryID{byte(i)}, []byte{byte(i)}))
	}
	o := NewOpener(p.to, p.private)
	for _, i := range []int{3, 0, 4, 1, 2, 2} {
		plain, id, err := o.Open(sealed[i])
		if err != nil || !bytes.Equal(plain, []byte{byte(i)}) || id != (relay.DeliveryID{byte(i)}) {
			t.Errorf("envelope %d: %v, %v, %v", i, plain, id, err)
		}
	}
}

func TestKeySurvivesAsSeed(t *testing.T) {
	p := newPair(t)
	seed, err := p.private.Seed()
	if err != nil || len(seed) != seedSize {
		t.Fatalf("seed of %d bytes, %v", len(seed), err)
	}
	again, err := ParsePrivateKey(seed)
	if err != nil || again.ID() != p.private.ID() {
		t.Fatalf("other key: %v", err)
	}
	var s Sealer
	if _, _, err := NewOpener(p.to, again).Open(p.seal(t, &s, relay.DeliveryID{}, []byte("x"))); err != nil {
		t.Error(err)
	}
}

func TestOnlyTheAddressedDeviceOpens(t *testing.T) {
	p, stranger := newPair(t), newPair(t)
	var s Sealer
	sealed := p.seal(t, &s, relay.DeliveryID{7}, []byte("Guten Tag"))
	otherDevice, otherMailbox := p.to, p.to
	otherDevice.Device[0] ^= 1
	otherMailbox.Mailbox[0] ^= 1
	for name, o := range map[string]*Opener{
		"other key":     NewOpener(p.to, stranger.private),
		"other device":  NewOpener(otherDevice, p.private),
		"other mailbox": NewOpener(otherMailbox, p.private),
		"no key":        NewOpener(p.to),
	} {
		if _, _, err := o.Open(sealed); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryChangedBitIsNoticed(t *testing.T) {
	p := newPair(t)
	var s Sealer
	sealed := p.seal(t, &s, relay.DeliveryID{7}, []byte("Guten Tag"))
	o := NewOpener(p.to, p.private)
	for i := range sealed {
		if i > headerSize+40 && i < headerSize+encSize-40 && i%64 != 0 {
			continue // the middle of the encapsulated key, every 64th byte
		}
		broken := bytes.Clone(sealed)
		broken[i] ^= 0x10
		if _, _, err := o.Open(broken); !errors.Is(err, ErrUnreadable) {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
	for _, n := range []int{0, 1, headerSize, Overhead - 1, len(sealed) - 1} {
		if _, _, err := o.Open(sealed[:n]); !errors.Is(err, ErrUnreadable) {
			t.Errorf("cut to %d: %v", n, err)
		}
	}
}

func enc(sealed []byte) string { return string(sealed[headerSize : headerSize+encSize]) }

func TestContextIsNotUsedLongerThanAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPair(t)
		var s Sealer
		first := p.seal(t, &s, relay.DeliveryID{}, nil)
		time.Sleep(contextLife - time.Second)
		if enc(p.seal(t, &s, relay.DeliveryID{}, nil)) != enc(first) {
			t.Error("the context changed within its minute")
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if len(s.contexts) != 0 {
			t.Error("an idle context is still in memory after its minute")
		}
		if enc(p.seal(t, &s, relay.DeliveryID{}, nil)) == enc(first) {
			t.Error("the context is older than its minute")
		}
		time.Sleep(2 * contextLife)
	})
}

func TestContextSealsBoundedNumberAndNeverRepeatsACounter(t *testing.T) {
	p := newPair(t)
	var s Sealer
	var mu sync.Mutex
	seen, contexts := map[string]bool{}, map[string]int{}
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for range contextEnvelopes / 4 {
				sealed, err := s.Seal(p.to, p.public, relay.DeliveryID{}, nil)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				name := enc(sealed) + string(sealed[31:headerSize])
				if seen[name] {
					t.Error("the same context and counter twice")
				}
				seen[name] = true
				contexts[enc(sealed)]++
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	for _, n := range contexts {
		if n > contextEnvelopes {
			t.Errorf("one context sealed %d envelopes", n)
		}
	}
	if len(contexts) < 2 {
		t.Errorf("%d contexts for %d envelopes", len(contexts), len(seen))
	}
}

func TestDevicesOfOneMailboxDoNotShareContexts(t *testing.T) {
	a, b := newPair(t), newPair(t)
	b.to.Mailbox = a.to.Mailbox
	b.to.Device = relay.DeviceID{2}
	var s Sealer
	if enc(a.seal(t, &s, relay.DeliveryID{}, nil)) == enc(b.seal(t, &s, relay.DeliveryID{}, nil)) {
		t.Error("one context for two devices")
	}
}

func TestMalformedKeysAreRefused(t *testing.T) {
	for _, n := range []int{0, 31, 33, 1215, 1217} {
		if _, err := ParsePublicKey(make([]byte, n)); !errors.Is(err, relay.ErrMalformed) {
			t.Errorf("public key of %d bytes: %v", n, err)
		}
		if _, err := ParsePrivateKey(make([]byte, n)); !errors.Is(err, relay.ErrMalformed) {
			t.Errorf("seed of %d bytes: %v", n, err)
		}
	}
	if _, err := ParsePublicKey(bytes.Repeat([]byte{0xff}, keySize)); !errors.Is(err, relay.ErrMalformed) {
		t.Errorf("key with coefficients out of range: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	p := newPair(f)
	var s Sealer
	genuine := p.seal(f, &s, relay.DeliveryID{7}, []byte("Guten Tag"))
	f.Add(genuine)
	f.Add(genuine[:Overhead])
	f.Add([]byte{version})
	o := NewOpener(p.to, p.private)
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, _, err := o.Open(sealed)
		if (err == nil) != bytes.Equal(sealed, genuine) {
			t.Fatalf("opened %d bytes to %q, %v", len(sealed), plain, err)
		}
		if err != nil && !errors.Is(err, ErrUnreadable) {
			t.Fatalf("other error: %v", err)
		}
	})
}

func BenchmarkSeal2KB(b *testing.B) {
	p := newPair(b)
	var s Sealer
	plain := make([]byte, 2048)
	b.SetBytes(2048)
	for b.Loop() {
		p.seal(b, &s, relay.DeliveryID{}, plain)
	}
}

func BenchmarkSealFreshContext2KB(b *testing.B) {
	p := newPair(b)
	plain := make([]byte, 2048)
	for b.Loop() {
		var s Sealer
		p.seal(b, &s, relay.DeliveryID{}, plain)
	}
}

func BenchmarkOpen2KB(b *testing.B) {
	p := newPair(b)
	var s Sealer
	sealed := p.seal(b, &s, relay.DeliveryID{}, make([]byte, 2048))
	for b.Loop() {
		if _, _, err := NewOpener(p.to, p.private).Open(sealed); err != nil {
			b.Fatal(err)
		}
	}
}
