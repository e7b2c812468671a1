package receive

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Delivery is one webhook notification as it arrived.
type Delivery struct {
	Body       []byte
	Header     http.Header
	ReceivedAt time.Time
}

// Handler takes a delivery and returns once it is durable. It returns
// ErrUnverified for one that nobody known has signed, and any other error if
// it could not be kept; the source then must not acknowledge it.
type Handler func(ctx context.Context, d Delivery) error

// Source is a way in. Run brings deliveries to handle until ctx ends and
// acknowledges one only after handle returned nil.
type Source interface {
	Run(ctx context.Context, handle Handler) error
}

// ErrUnverified says that a delivery's signature does not match.
var ErrUnverified = errors.New("delivery is not verified")

// status is the HTTP answer to a delivery. Everything with a valid signature
// that could be kept gets 200, whatever is in it: any other answer makes Meta
// repeat it for days. (Meta docs: Webhooks overview.)
func status(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, ErrUnverified):
		return http.StatusUnauthorized
	default:
		return http.StatusServiceUnavailable
	}
}
