// Package finder lets the shop search what its store holds. It fills the index
// in memory (internal/search) from the sealed database, keeps it up to date
// while messages come and go, and forgets a person at once when the shop does.
//
// It must not know the window, Meta, or how anything is sealed, and it writes
// nothing to a disk.
package finder

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"

	"tresen/internal/inbox"
	"tresen/internal/search"
	"tresen/internal/store"
)

// Finder is the search of one open shop. Its methods may be called at the same time.
type Finder struct {
	store *store.Store
	index search.Index
	// changed is called when the index has become ready or names have changed.
	changed func()

	// people is held while one customer's names are read and entered, so that
	// nobody enters them again after Forget.
	people sync.Mutex
	// waiting are customers whose names have to be read again.
	mu      sync.Mutex
	waiting map[inbox.CustomerID]struct{}
	wake    chan struct{}
}

// New returns a Finder that is told of every write from now on. It finds
// nothing that was there before until Run has loaded it. changed is called when
// it has, and when people are found by other names; it must not block.
func New(s *store.Store, changed func()) *Finder {
	f := &Finder{store: s, changed: changed, waiting: map[inbox.CustomerID]struct{}{}, wake: make(chan struct{}, 1)}
	s.Watch(store.Watcher{Message: f.message, Customer: f.customer})
	return f
}

// Run loads the index and then follows changes of names until ctx ends.
func (f *Finder) Run(ctx context.Context) error {
	if err := f.loadPeople(ctx); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if v := recover(); v != nil {
				slog.Error("panic", "in", "search index", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
				done <- inbox.NewError(inbox.CodeInternal, "panic while loading the search index")
			}
		}()
		done <- f.load(ctx)
	}()
	for {
		select {
		case err := <-done:
			if err != nil && ctx.Err() == nil {
				slog.Error("search index is incomplete", "err", err)
			}
			done = nil
			f.changed()
		case <-f.wake:
			if err := f.refresh(ctx); err != nil && ctx.Err() == nil {
				slog.Warn("names could not be read for the search", "err", err)
			}
			f.changed()
		case <-ctx.Done():
			if done != nil {
				<-done
			}
			return nil
		}
	}
}

// Ready reports whether everything that is stored has been loaded, and how many
// messages can be found now.
func (f *Finder) Ready() (ready bool, messages int) {
	size := f.index.Size()
	return size.Ready, size.Messages
}

// Bytes is the memory the index takes.
func (f *Finder) Bytes() int { return f.index.Size().Bytes }

// Forget overwrites all that is kept of a customer. It is called when her
// erasure begins, and again once her key is gone.
func (f *Finder) Forget(ctx context.Context, id inbox.CustomerID) {
	f.people.Lock()
	defer f.people.Unlock()
	f.index.RemoveCustomer(id)
	conversations, err := f.store.ConversationsOf(store.For(ctx, store.Keeping), id)
	if err != nil {
		if inbox.CodeOf(err) != inbox.CodeNotFound {
			slog.Error("conversations to be forgotten were not found", "err", err)
		}
		return
	}
	for _, c := range conversations {
		f.index.RemoveConversation(c)
	}
}

// Close overwrites the whole index.
func (f *Finder) Close() { f.index.Clear() }

// message is told what a message now says.
func (f *Finder) message(id inbox.MessageID, kind inbox.MessageKind, content inbox.Content) {
	d := document(store.Text{ID: id, Kind: kind, Content: content})
	if empty(d) {
		f.index.Remove(id)
		return
	}
	if err := f.index.Add(d); err != nil {
		slog.Error("message cannot be found by searching", "err", err)
	}
}

// customer is told that a customer's names or conversations have changed.
func (f *Finder) customer(id inbox.CustomerID) {
	f.mu.Lock()
	f.waiting[id] = struct{}{}
	f.mu.Unlock()
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// refresh reads the names of those who are waiting.
func (f *Finder) refresh(ctx context.Context) error {
	f.mu.Lock()
	waiting := f.waiting
	f.waiting = map[inbox.CustomerID]struct{}{}
	f.mu.Unlock()
	for id := range waiting {
		if err := f.put(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

func (f *Finder) put(ctx context.Context, id inbox.CustomerID) error {
	f.people.Lock()
	defer f.people.Unlock()
	p, err := f.store.Person(ctx, id)
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			return nil // erased meanwhile
		}
		return err
	}
	f.index.PutCustomer(person(p))
	return nil
}

func (f *Finder) loadPeople(ctx context.Context) error {
	f.people.Lock()
	defer f.people.Unlock()
	list, err := f.store.ListPeople(ctx)
	if err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	for _, p := range list {
		f.index.PutCustomer(person(p))
	}
	return nil
}

func person(p store.Person) search.Customer {
	c := search.Customer{ID: p.ID, Conversations: p.Conversations}
	for _, name := range []string{p.Profile.ShopName, p.Profile.ProfileName, p.Profile.Username, p.Profile.Number} {
		if name != "" {
			c.Names = append(c.Names, name)
		}
	}
	for _, note := range p.Notes {
		c.Notes = append(c.Notes, note.Text)
	}
	return c
}
