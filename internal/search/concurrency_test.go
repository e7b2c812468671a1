package search

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"tresen/internal/inbox"
)

// Changes that come while the store is still being read win over what is read.
func TestChangesDuringLoadWin(t *testing.T) {
	var x Index
	edited, removed, erased, kept := message(t, 1, 40, 0), message(t, 1, 30, 0), message(t, 2, 20, 0), message(t, 3, 10, 0)
	loaded := message(t, 1, 50, 0)
	batches := 0
	err := x.Load(t.Context(), func(context.Context) ([]Document, error) {
		batches++
		switch batches {
		case 1:
			return []Document{{ID: loaded, Text: "alt geladen"}}, nil
		case 2:
			add(t, &x, Document{ID: edited, Text: "neu"}, Document{ID: loaded, Text: "neu geladen"})
			x.Remove(removed)
			x.RemoveConversation(2)
			return []Document{{ID: edited, Text: "alt"}, {ID: removed, Text: "alt"}, {ID: erased, Text: "alt"}, {ID: kept, Text: "alt"}}, nil
		}
		return nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]inbox.MessageID{"alt": {kept}, "neu": {loaded, edited}, "geladen": {loaded}} {
		if got := ids(t, &x, Query{Text: query}); !slices.Equal(got, want) {
			t.Errorf("%s finds %v, want %v", query, got, want)
		}
	}
	if holds(&x, "alt geladen") {
		t.Error("the older text is still in memory")
	}
}

func TestClearEndsLoading(t *testing.T) {
	var x Index
	batches := 0
	err := x.Load(t.Context(), func(context.Context) ([]Document, error) {
		if batches++; batches == 2 {
			x.Clear()
		}
		if batches == 4 {
			return nil, nil
		}
		return []Document{{ID: message(t, 1, batches, 0), Text: "geheim"}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The first batch may still have been on its way when Clear ran.
	if x.Size().Messages != 0 || holds(&x, "geheim") {
		t.Errorf("%d messages are there", x.Size().Messages)
	}
}

func TestLoadReportsItsEnd(t *testing.T) {
	var x Index
	if r, err := x.Search(t.Context(), Query{Text: "x"}); err != nil || r.Ready {
		t.Errorf("an empty index says ready (%v)", err)
	}
	load(t, &x, sample(t, 10))
	if r, err := x.Search(t.Context(), Query{Text: "termin"}); err != nil || !r.Ready || !x.Size().Ready {
		t.Errorf("a loaded index does not say ready (%v)", err)
	}
	err := x.Load(t.Context(), func(context.Context) ([]Document, error) { return nil, nil })
	if inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("the second Load: %v", err)
	}
}

func TestLoadFailsWithItsSource(t *testing.T) {
	broken := errors.New("disk on fire")
	for name, next := range map[string]func() ([]Document, error){
		"error": func() ([]Document, error) { return nil, broken },
		"panic": func() ([]Document, error) { panic("geheim") },
	} {
		t.Run(name, func(t *testing.T) {
			var x Index
			first := true
			err := x.Load(t.Context(), func(context.Context) ([]Document, error) {
				if first {
					first = false
					return []Document{{ID: message(t, 1, 1, 0), Text: "wort"}}, nil
				}
				return next()
			})
			if err == nil || name == "error" && !errors.Is(err, broken) || x.Size().Ready {
				t.Errorf("err %v, ready %t", err, x.Size().Ready)
			}
			if got := ids(t, &x, Query{Text: "wort"}); len(got) != 1 {
				t.Errorf("what was loaded before is gone: %v", got)
			}
		})
	}
}

func TestLoadEndsWithItsContext(t *testing.T) {
	var x Index
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	err := x.Load(ctx, func(ctx context.Context) ([]Document, error) {
		if n++; n == 5 {
			cancel()
		}
		return []Document{{ID: message(t, 1, n, 0), Text: "wort"}}, ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Load: %v", err)
	}
}

// A keystroke ends the search before it.
func TestLatestEndsTheSearchBefore(t *testing.T) {
	var x Index
	load(t, &x, sample(t, 5000))
	var field Latest
	started, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	first := make(chan error)
	go func() {
		_, err := field.Search(t.Context(), &x, Query{Text: "e", Limit: MaxLimit, Keep: func(inbox.MessageID) bool {
			once.Do(func() { close(started) })
			<-release
			return false
		}})
		first <- err
	}()
	<-started
	r, err := field.Search(t.Context(), &x, Query{Text: "termin"})
	if err != nil || len(r.Hits) != DefaultLimit || !r.More {
		t.Errorf("the second search: %d hits, more %t, %v", len(r.Hits), r.More, err)
	}
	close(release)
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first search: %v", err)
	}
	field.Stop()
}

func TestSearchEndsWithItsContext(t *testing.T) {
	var x Index
	load(t, &x, sample(t, 5000))
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	var mu sync.Mutex
	_, err := x.Search(ctx, Query{Text: "e", Keep: func(inbox.MessageID) bool {
		mu.Lock()
		defer mu.Unlock()
		calls++
		cancel()
		return false
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Search: %v", err)
	}
	if calls > scanners*groupDocs {
		t.Errorf("looked at %d more messages", calls)
	}
	if _, err := x.Customers(ctx, "x", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Customers: %v", err)
	}
}

func TestPanicInKeepIsAnError(t *testing.T) {
	var x Index
	load(t, &x, sample(t, 100))
	_, err := x.Search(t.Context(), Query{Text: "e", Keep: func(inbox.MessageID) bool { panic("geheim") }})
	if inbox.CodeOf(err) != inbox.CodeInternal {
		t.Errorf("Search: %v", err)
	}
	add(t, &x, Document{ID: message(t, 1, 1, 0), Text: "danach"}) // no lock is left behind
}

// Everything at once; the race detector watches. In the end exactly the
// messages that should be there are.
func TestReadersAndWritersTogether(t *testing.T) {
	var x Index
	documents := sample(t, 6000)
	for i := range documents {
		documents[i].Text += " wort"
	}
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	writers.Go(func() { load(t, &x, documents[1000:]) })
	writers.Go(func() {
		for i := range 1000 {
			if err := x.Add(documents[i]); err != nil {
				t.Error(err)
			}
		}
	})
	writers.Go(func() {
		for c := range inbox.ConversationID(50) {
			x.RemoveConversation(1 + c)
		}
	})
	writers.Go(func() {
		for i := range 500 {
			x.PutCustomer(Customer{ID: inbox.CustomerID{byte(i)}, Names: []string{"Name"}, Conversations: []inbox.ConversationID{inbox.ConversationID(1000 + i)}})
			x.RemoveCustomer(inbox.CustomerID{byte(i / 2)})
		}
	})
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				r, err := x.Search(t.Context(), Query{Text: "wort term", Limit: 20})
				if err != nil {
					t.Error(err)
					return
				}
				if !slices.IsSortedFunc(r.Hits, func(a, b Hit) int { return newestFirst(a.ID, b.ID) }) {
					t.Error("hits out of order")
				}
				if _, err := x.Customers(t.Context(), "name", 5); err != nil {
					t.Error(err)
				}
				x.Size()
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for c := range inbox.ConversationID(50) {
		x.RemoveConversation(1 + c)
	}
	want := 0
	for _, d := range documents {
		if d.ID.Conversation() > 50 {
			want++
		}
	}
	if got := ids(t, &x, Query{Text: "wort", Limit: MaxLimit}); len(got) != want || x.Size().Messages != want {
		t.Errorf("%d messages found, %d counted, want %d", len(got), x.Size().Messages, want)
	}
}
