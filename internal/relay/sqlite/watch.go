package sqlite

import (
	"sync"

	"tresen/internal/relay"
)

// watchers are those who wait for a mailbox.
type watchers struct {
	mu   sync.Mutex
	next int
	of   map[relay.MailboxID]map[int]chan struct{}
}

// Watch implements relay.Engine.
func (e *Engine) Watch(m relay.MailboxID) (<-chan struct{}, func()) {
	w := &e.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil {
		w.of = map[relay.MailboxID]map[int]chan struct{}{}
	}
	if w.of[m] == nil {
		w.of[m] = map[int]chan struct{}{}
	}
	id := w.next
	w.next++
	c := make(chan struct{}, 1)
	w.of[m][id] = c
	return c, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		delete(w.of[m], id)
		if len(w.of[m]) == 0 {
			delete(w.of, m)
		}
	}
}

func (w *watchers) wake(m relay.MailboxID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.of[m] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
