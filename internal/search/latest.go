package search

import (
	"context"
	"sync"
)

// Latest runs the searches of one search field: each keystroke ends the search
// before it, which then returns context.Canceled. The zero Latest is ready.
type Latest struct {
	mu   sync.Mutex
	stop context.CancelFunc
}

// Search is x.Search, ended by the next call of l.Search or l.Stop.
func (l *Latest) Search(ctx context.Context, x *Index, query Query) (Results, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	l.replace(stop)
	return x.Search(ctx, query)
}

// Stop ends the search that is running, if any.
func (l *Latest) Stop() { l.replace(nil) }

func (l *Latest) replace(stop context.CancelFunc) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != nil {
		l.stop()
	}
	l.stop = stop
}
