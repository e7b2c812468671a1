package app

import (
	"context"
	"sync"
)

// searching lets each search end the one before it: whoever types on does not
// want its result any more.
type searching struct {
	mu   sync.Mutex
	stop context.CancelFunc
}

func (l *searching) begin(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := context.WithCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil {
		l.stop()
	}
	l.stop = stop
	return ctx, stop
}
