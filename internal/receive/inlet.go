package receive

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Inlet is a Source for a sender inside this process: the simulator of the demo.
type Inlet struct {
	mu     sync.Mutex
	handle Handler
}

// Run implements Source.
func (in *Inlet) Run(ctx context.Context, handle Handler) error {
	in.set(handle)
	<-ctx.Done()
	in.set(nil)
	return nil
}

func (in *Inlet) set(h Handler) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.handle = h
}

// Deliver hands over one notification and returns the HTTP status its sender
// would get. While nobody receives, that is 503.
func (in *Inlet) Deliver(ctx context.Context, body []byte, header http.Header) int {
	in.mu.Lock()
	handle := in.handle
	in.mu.Unlock()
	if handle == nil {
		return http.StatusServiceUnavailable
	}
	return status(safely(handle)(ctx, Delivery{Body: body, Header: header, ReceivedAt: time.Now()}))
}
