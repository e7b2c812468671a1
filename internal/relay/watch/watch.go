// Package watch tells those who wait for a mailbox that something arrived.
//
// It works inside one process and must not know what arrived or from where;
// an engine that spans several processes carries the news to each.
package watch

import (
	"sync"

	"tresen/internal/relay"
)

// Board has the watchers of all mailboxes. The zero value is ready.
type Board struct {
	mu   sync.Mutex
	next int
	of   map[relay.MailboxID]map[int]chan struct{}
}

// Watch returns a channel that gets a value after each Wake, or one for
// several, and a function that ends it.
func (b *Board) Watch(m relay.MailboxID) (arrived <-chan struct{}, stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.of == nil {
		b.of = map[relay.MailboxID]map[int]chan struct{}{}
	}
	if b.of[m] == nil {
		b.of[m] = map[int]chan struct{}{}
	}
	id := b.next
	b.next++
	c := make(chan struct{}, 1)
	b.of[m][id] = c
	return c, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.of[m], id)
		if len(b.of[m]) == 0 {
			delete(b.of, m)
		}
	}
}

// Wake tells everybody who watches a mailbox.
func (b *Board) Wake(m relay.MailboxID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.of[m] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}
