package finder

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/search"
	"tresen/internal/store"
)

// readers is how many goroutines open messages while another one folds them.
const readers = 2

// batchSize is how many messages are handed over at once.
const batchSize = 500

// The span of time read at once begins with two days and grows by half, so that
// the newest messages can be found first and the index ends up roughly ordered
// by time, which lets searches for common words end early. A conversation gives
// a few messages at least: asking costs as much as they do.
const (
	firstSpan  = 48 * time.Hour
	spanGrowth = 1.5
	fewest     = 32
)

// cursor is how far a conversation has been read.
type cursor struct {
	store.Thread
	// next is the newest message not yet read, or 0 at the end.
	next inbox.MessageID
}

// load fills the index with all stored messages, newest first.
func (f *Finder) load(ctx context.Context) error {
	l := &loader{store: f.store, batches: make(chan []search.Document, readers)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var read chan error
	err := f.index.Load(ctx, func(context.Context) ([]search.Document, error) {
		if read == nil {
			// Only now: from here on the index knows what is newer than what is read.
			read = make(chan error, 1)
			go func() {
				read <- l.all(ctx)
				close(l.batches)
			}()
		}
		if batch, ok := <-l.batches; ok {
			return batch, nil
		}
		return nil, <-read
	})
	cancel()
	if read != nil {
		for range l.batches {
			// What is on its way after an error is not wanted.
		}
	}
	return err
}

// all reads everything there is.
func (l *loader) all(ctx context.Context) error {
	threads, err := l.store.ListThreads(ctx)
	if err != nil {
		return fmt.Errorf("list conversations: %w", err)
	}
	var open []*cursor
	newest := time.Time{}
	for _, t := range threads {
		if t.Last == 0 {
			continue
		}
		open = append(open, &cursor{Thread: t, next: t.Last})
		if at := t.Last.Second(); at.After(newest) {
			newest = at
		}
	}
	return l.spans(ctx, open, newest)
}

// loader reads one span of time after the other, several conversations at once.
type loader struct {
	store   *store.Store
	batches chan []search.Document
}

func (l *loader) spans(ctx context.Context, open []*cursor, newest time.Time) error {
	since, span := newest, firstSpan
	for len(open) > 0 {
		since = since.Add(-span)
		span = time.Duration(float64(span) * spanGrowth)
		if err := l.span(ctx, open, since); err != nil {
			return err
		}
		left := open[:0]
		for _, c := range open {
			if c.next != 0 {
				left = append(left, c)
			}
		}
		open = left
	}
	return nil
}

// span reads what is newer than since.
func (l *loader) span(ctx context.Context, open []*cursor, since time.Time) error {
	due := make(chan *cursor)
	failed := make([]error, readers)
	var all sync.WaitGroup
	for i := range readers {
		all.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					slog.Error("panic", "in", "search loader", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
					failed[i] = inbox.NewError(inbox.CodeInternal, "panic while loading the search index")
				}
				for range due {
					// After an error the rest is only taken off the list.
				}
			}()
			failed[i] = l.read(ctx, due, since)
		})
	}
	for _, c := range open {
		if !c.next.Second().Before(since) {
			due <- c
		}
	}
	close(due)
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// read reads conversations off a list and hands their texts over in batches.
func (l *loader) read(ctx context.Context, due <-chan *cursor, since time.Time) error {
	batch := make([]search.Document, 0, batchSize)
	for c := range due {
		next, n := c.next, 0
		c.next = 0
		err := l.store.ReadTexts(ctx, c.Thread, next+1, func(t store.Text) bool {
			if n++; n > fewest && t.ID.Second().Before(since) {
				c.next = t.ID
				return false
			}
			if d := document(t); !empty(d) {
				batch = append(batch, d)
			}
			if len(batch) == batchSize {
				l.hand(ctx, batch)
				batch = make([]search.Document, 0, batchSize)
			}
			return ctx.Err() == nil
		})
		if err != nil {
			return err
		}
	}
	l.hand(ctx, batch)
	return nil
}

func (l *loader) hand(ctx context.Context, batch []search.Document) {
	if len(batch) == 0 {
		return
	}
	select {
	case l.batches <- batch:
	case <-ctx.Done():
	}
}
