package outbox

import (
	"time"

	"golang.org/x/time/rate"

	"tresen/internal/inbox"
)

// WhatsApp allows one message every 6 seconds from one number to one person,
// with up to 45 at once borrowed from the future. (Meta docs: Throughput, pair rate limits.)
const (
	pairEvery = 6 * time.Second
	pairBurst = 45
)

// pace keeps a bucket per recipient.
type pace struct {
	buckets map[inbox.CustomerID]*rate.Limiter
}

func newPace() *pace { return &pace{buckets: map[inbox.CustomerID]*rate.Limiter{}} }

// take uses one message of a recipient's allowance and returns now, or returns
// when there will be one and uses nothing.
func (p *pace) take(c inbox.CustomerID, now time.Time) time.Time {
	b, ok := p.buckets[c]
	if !ok {
		p.forgetFull(now)
		b = rate.NewLimiter(rate.Every(pairEvery), pairBurst)
		p.buckets[c] = b
	}
	r := b.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait > 0 {
		r.CancelAt(now)
	}
	return now.Add(wait)
}

// forgetFull drops buckets that are full again; they say nothing any more.
func (p *pace) forgetFull(now time.Time) {
	for c, b := range p.buckets {
		if b.TokensAt(now) >= pairBurst {
			delete(p.buckets, c)
		}
	}
}
