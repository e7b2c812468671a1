package simulator

import "time"

// bucket is a token bucket on the simulator's clock.
type bucket struct {
	capacity float64
	perToken time.Duration
	level    float64
	at       time.Time
}

func newBucket(capacity int, perToken time.Duration, now time.Time) *bucket {
	return &bucket{capacity: float64(capacity), perToken: perToken, level: float64(capacity), at: now}
}

func (b *bucket) take(now time.Time) bool {
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.level = min(b.capacity, b.level+float64(elapsed)/float64(b.perToken))
	}
	b.at = now
	if b.level < 1-1e-9 {
		return false
	}
	b.level--
	return true
}

// countMessage charges one send against the number's throughput and against the
// pair of number and recipient (Meta docs: Throughput; About the platform).
func (s *Simulator) countMessage(n *number, recipient string) *apiError {
	now := s.clock.now()
	if limit := s.cfg.Limits.Throughput; limit > 0 {
		if n.throughput == nil {
			n.throughput = newBucket(limit, time.Second/time.Duration(limit), now)
		}
		if !n.throughput.take(now) {
			return fail(130429, "Cloud API message throughput has been reached.")
		}
	}
	if s.cfg.Limits.PairBurst <= 0 {
		return nil
	}
	pair := n.pairs[recipient]
	if pair == nil {
		pair = newBucket(s.cfg.Limits.PairBurst, s.cfg.Limits.PairRefill, now)
		n.pairs[recipient] = pair
	}
	if !pair.take(now) {
		return fail(131056, "Message failed to send because there were too many messages sent from this "+
			"phone number to the same phone number in a short period of time.")
	}
	return nil
}

// countManagement charges a management call against the hourly limit.
func (s *Simulator) countManagement(c *caller) *apiError {
	limit := s.cfg.Limits.Management
	if limit <= 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.throttle[c.key]
	if b == nil {
		b = newBucket(limit, time.Hour/time.Duration(limit), s.clock.now())
		s.throttle[c.key] = b
	}
	if !b.take(s.clock.now()) {
		return fail(80007, "The WhatsApp Business Account has reached its rate limit.")
	}
	return nil
}
