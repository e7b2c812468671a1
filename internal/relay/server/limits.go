package server

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tresen/internal/relay"
)

// Limits protect the relay from its callers. Zero values mean the defaults.
type Limits struct {
	// MailboxRate and MailboxBurst bound the deliveries to one mailbox, per
	// second; default 200 and 2000.
	MailboxRate  float64
	MailboxBurst int
	// DeviceRate and DeviceBurst bound the requests of one device, enough to
	// bring a long queue without a pause; 50 and 200.
	DeviceRate  float64
	DeviceBurst int
	// PairRate and PairBurst bound attempts to pair from one address (an IPv6
	// network counts as one), per second; 0.1 and 10. All addresses together
	// may try a hundred times as often.
	PairRate  float64
	PairBurst int
	// Deliveries is how many may be worked on at once, Bytes how large their
	// bodies may be together; default 512 and 128 MiB.
	Deliveries int
	Bytes      int64
	// PutTimeout is how long the engine may take for one delivery; 8 s.
	PutTimeout time.Duration
}

func (l *Limits) setDefaults() {
	for _, f := range []struct {
		value *float64
		or    float64
	}{{&l.MailboxRate, 200}, {&l.DeviceRate, 50}, {&l.PairRate, 0.1}} {
		if *f.value == 0 {
			*f.value = f.or
		}
	}
	for _, n := range []struct {
		value *int
		or    int
	}{{&l.MailboxBurst, 2000}, {&l.DeviceBurst, 200}, {&l.PairBurst, 10}, {&l.Deliveries, 512}} {
		if *n.value == 0 {
			*n.value = n.or
		}
	}
	if l.Bytes == 0 {
		l.Bytes = 128 << 20
	}
	if l.PutTimeout == 0 {
		l.PutTimeout = 8 * time.Second
	}
}

// limiters has a token bucket for everybody who was here lately.
type limiters struct {
	mailboxes keyed[relay.MailboxID]
	devices   keyed[relay.DeviceID]
	addresses keyed[netip.Prefix]
	pairing   *rate.Limiter
}

func newLimiters(l Limits, now func() time.Time) *limiters {
	return &limiters{
		mailboxes: keyed[relay.MailboxID]{rate: rate.Limit(l.MailboxRate), burst: l.MailboxBurst, now: now},
		devices:   keyed[relay.DeviceID]{rate: rate.Limit(l.DeviceRate), burst: l.DeviceBurst, now: now},
		addresses: keyed[netip.Prefix]{rate: rate.Limit(l.PairRate), burst: l.PairBurst, now: now},
		pairing:   rate.NewLimiter(rate.Limit(100*l.PairRate), 100*l.PairBurst),
	}
}

type keyed[K comparable] struct {
	rate  rate.Limit
	burst int
	now   func() time.Time

	mu    sync.Mutex
	of    map[K]*bucket
	swept time.Time
}

type bucket struct {
	rate.Limiter
	last time.Time
}

// bucketLife is how long an unused bucket is kept; all are full again by then.
const bucketLife = 10 * time.Minute

func (k *keyed[K]) allow(key K) bool {
	now := k.now()
	k.mu.Lock()
	if now.Sub(k.swept) > bucketLife {
		for other, b := range k.of {
			if now.Sub(b.last) > bucketLife {
				delete(k.of, other)
			}
		}
		k.swept = now
	}
	b := k.of[key]
	if b == nil {
		if k.of == nil {
			k.of = map[K]*bucket{}
		}
		b = &bucket{Limiter: *rate.NewLimiter(k.rate, k.burst)}
		k.of[key] = b
	}
	b.last = now
	k.mu.Unlock()
	return b.AllowN(now, 1)
}

// caller is the network an attempt to pair comes from. It is used for limits
// only, and neither logged nor kept.
func (s *Server) caller(r *http.Request) netip.Prefix {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if s.Proxied {
		// The last entry is the proxy's own; what is before it anybody can write.
		forwarded := r.Header.Values("X-Forwarded-For")
		if n := len(forwarded); n > 0 {
			parts := strings.Split(forwarded[n-1], ",")
			host = strings.TrimSpace(parts[len(parts)-1])
		}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Prefix{}
	}
	bits := 32
	if addr = addr.Unmap(); addr.Is6() {
		bits = 64
	}
	network, err := addr.WithZone("").Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return network
}

// admit counts a delivery in, if there is room for it. Every admitted delivery
// must leave.
func (s *Server) admit(size int64) (leave func(), ok bool) {
	if s.isDraining() {
		return nil, false
	}
	flying, bytes := s.flying.Add(1), s.bytes.Add(size)
	leave = func() {
		s.flying.Add(-1)
		s.bytes.Add(-size)
	}
	if flying > int64(s.Limits.Deliveries) || bytes > s.Limits.Bytes {
		leave()
		return nil, false
	}
	return leave, true
}
