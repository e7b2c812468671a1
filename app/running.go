package app

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"tresen/internal/inbox"
)

// running is something long that can be stopped.
type running struct {
	mu   sync.Mutex
	stop context.CancelFunc
}

// begin returns a context that Stop ends. It fails with conflict while another runs.
func (r *running) begin(parent context.Context) (context.Context, func(), error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop != nil {
		return nil, nil, inbox.NewError(inbox.CodeConflict, "one is running already")
	}
	ctx, stop := context.WithCancel(parent)
	r.stop = stop
	return ctx, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		stop()
		r.stop = nil
	}, nil
}

func (r *running) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop != nil {
		r.stop()
	}
}

// progressEvery is how often the window learns how far something is.
const progressEvery = 100 * time.Millisecond

// reporting returns what tells the window how far a task is.
func reporting(emit func(EventName, any), token string) func(done, total int64) {
	var last atomic.Int64
	return func(done, total int64) {
		now, before := time.Now().UnixNano(), last.Load()
		if done < total && now-before < int64(progressEvery) || !last.CompareAndSwap(before, now) {
			return
		}
		emit(EventTaskProgress, TaskEvent{Token: token, Done: done, Total: total})
	}
}
