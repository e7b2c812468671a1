package signed

import (
	"crypto/ed25519"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"tresen/internal/relay"
)

func key(seed byte) (ed25519.PrivateKey, ed25519.PublicKey) {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(seed), ed25519.SeedSize)))
	return private, private.Public().(ed25519.PublicKey)
}

var request = Request{Method: "POST", Path: "/v1/next", Body: []byte(`{"wait":50}`)}

func TestSignedRequestIsAccepted(t *testing.T) {
	private, public := key('a')
	now := time.Now()
	c, err := Parse(Sign(private, request, now))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(public, request); err != nil {
		t.Error(err)
	}
	if c.Device != relay.DeviceOf(public) || c.At.UnixMilli() != now.UnixMilli() {
		t.Errorf("claim %+v", c)
	}
}

func TestEverythingSignedIsChecked(t *testing.T) {
	private, public := key('a')
	_, stranger := key('b')
	c, err := Parse(Sign(private, request, time.Now()))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]Request{
		"method": {"GET", request.Path, request.Body},
		"path":   {request.Method, "/v1/key", request.Body},
		"body":   {request.Method, request.Path, []byte(`{"wait":51}`)},
	} {
		if err := c.Check(public, r); !errors.Is(err, ErrSignature) {
			t.Errorf("other %s: %v", name, err)
		}
	}
	if err := c.Check(stranger, request); !errors.Is(err, ErrSignature) {
		t.Errorf("other key: %v", err)
	}
	if err := c.Check(nil, request); !errors.Is(err, ErrSignature) {
		t.Errorf("no key: %v", err)
	}
	later, other := c, c
	later.At = later.At.Add(time.Millisecond)
	other.Nonce[0] ^= 1
	for name, changed := range map[string]Claim{"time": later, "nonce": other} {
		if err := changed.Check(public, request); !errors.Is(err, ErrSignature) {
			t.Errorf("other %s: %v", name, err)
		}
	}
}

func TestSameRequestTwiceHasTwoNonces(t *testing.T) {
	private, _ := key('a')
	at := time.Now()
	first, second := Sign(private, request, at), Sign(private, request, at)
	if first == second {
		t.Error("equal headers")
	}
}

func TestClockMayBeFiveMinutesOff(t *testing.T) {
	now := time.Now()
	for off, want := range map[time.Duration]error{
		-Tolerance: nil, Tolerance: nil, 0: nil,
		Tolerance + time.Millisecond: ErrClock, -Tolerance - time.Millisecond: ErrClock,
	} {
		if err := (Claim{At: now.Add(off)}).CheckTime(now); !errors.Is(err, want) {
			t.Errorf("%v off: %v", off, err)
		}
	}
	for _, ms := range []int64{math.MinInt64, math.MaxInt64, 0, -1} {
		if err := (Claim{At: time.UnixMilli(ms)}).CheckTime(now); !errors.Is(err, ErrClock) {
			t.Errorf("time %d: %v", ms, err)
		}
	}
	if 2*Tolerance >= relay.OnceFor {
		t.Error("a nonce is forgotten while its request could still be repeated")
	}
}

func FuzzParse(f *testing.F) {
	private, public := key('a')
	f.Add(Sign(private, request, time.Now()))
	f.Add("Tresen1 ...")
	f.Add("Bearer x")
	f.Fuzz(func(t *testing.T, header string) {
		c, err := Parse(header)
		if err != nil {
			if !errors.Is(err, relay.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if c.header() != header {
			t.Fatalf("two forms of one claim: %q", header)
		}
		_ = c.Check(public, request)
		_ = c.CheckTime(time.Now())
	})
}
