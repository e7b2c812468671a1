package finder

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/search"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

var began = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// shop is a store with some people in it.
type shop struct {
	*testing.T
	*storetest.Folder
	refs []store.ConversationRef
	n    int
}

func newShop(t *testing.T, people int) *shop {
	s := &shop{T: t, Folder: storetest.Open(t)}
	s.update(func(tx *store.Tx) error {
		for i := range people {
			c, err := tx.InsertCustomer(inbox.Profile{ProfileName: fmt.Sprint("Kundin ", i)}, began)
			if err != nil {
				return err
			}
			ref, err := tx.EnsureConversation(c, "1")
			if err != nil {
				return err
			}
			s.refs = append(s.refs, ref)
		}
		return nil
	})
	return s
}

func (s *shop) update(fn func(tx *store.Tx) error) {
	s.Helper()
	if err := s.Store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) say(who int, at time.Time, content inbox.Content) (id inbox.MessageID) {
	s.Helper()
	s.n++
	kind := inbox.KindText
	if content.Media != nil {
		kind = inbox.KindDocument
	}
	s.update(func(tx *store.Tx) error {
		in, err := tx.InsertMessage(store.NewMessage{Conversation: s.refs[who], PhoneNumberID: "1",
			WAMID: inbox.WAMID(fmt.Sprint("wamid.", s.n)), Kind: kind, SentAt: at, Content: content})
		id = in.ID
		return err
	})
	return id
}

// run starts a finder and waits until it is ready.
func (s *shop) run() *Finder {
	s.Helper()
	ready, ended := make(chan struct{}), make(chan error, 1)
	var f *Finder
	var once sync.Once
	f = New(s.Store, func() {
		if done, _ := f.Ready(); done {
			once.Do(func() { close(ready) })
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { ended <- f.Run(ctx) }()
	s.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			s.Error(err)
		}
	})
	<-ready
	return f
}

func (s *shop) found(f *Finder, q search.Query) (ids []inbox.MessageID) {
	s.Helper()
	page, err := f.Search(context.Background(), q)
	if err != nil {
		s.Fatal(err)
	}
	for _, m := range page.Messages {
		ids = append(ids, m.Message.ID)
	}
	return ids
}

// Messages of many days and people are all there, and the newest come first.
func TestLoadFindsEverything(t *testing.T) {
	s := newShop(t, 7)
	want := map[inbox.MessageID]bool{}
	for i := range 300 {
		at := began.Add(-time.Duration(i*i) * 13 * time.Minute)
		want[s.say(i%7, at, inbox.Content{Text: fmt.Sprintf("Bestellung %d", i)})] = true
	}
	f := s.run()
	if ready, n := f.Ready(); !ready || n != len(want) {
		t.Errorf("ready %t with %d messages", ready, n)
	}
	seen, newest := map[inbox.MessageID]bool{}, began.Add(time.Hour)
	for q := (search.Query{Text: "bestellung", Limit: 37}); ; {
		page, err := f.Search(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.Messages {
			if m.Message.SentAt.After(newest) || seen[m.Message.ID] || !want[m.Message.ID] {
				t.Fatalf("%v at %v after %v", m.Message.ID, m.Message.SentAt, newest)
			}
			seen[m.Message.ID], newest = true, m.Message.SentAt
		}
		if !page.More {
			break
		}
		q.After = page.After
	}
	if len(seen) != len(want) {
		t.Errorf("%d of %d", len(seen), len(want))
	}
}

func TestIndexFollowsTheStore(t *testing.T) {
	s := newShop(t, 2)
	old := s.say(0, began, inbox.Content{Text: "Ein alter Brief"})
	f := s.run()
	file := s.say(1, began.Add(time.Hour), inbox.Content{Media: &inbox.Media{FileName: "Kostenvoranschlag.pdf", Caption: "für die Küche"}})
	for query, want := range map[string][]inbox.MessageID{"brief": {old}, "voranschlag": {file}, "kueche": {file}} {
		if got := s.found(f, search.Query{Text: query}); !slices.Equal(got, want) {
			t.Errorf("%s: %v", query, got)
		}
	}
	if got := s.found(f, search.Query{Attachment: search.With}); !slices.Equal(got, []inbox.MessageID{file}) {
		t.Errorf("with a file: %v", got)
	}
	change := func(content inbox.Content) {
		s.update(func(tx *store.Tx) error {
			m, ref, err := tx.FindMessage(old)
			if err != nil {
				return err
			}
			return tx.SetContent(ref, m, m.Kind, content)
		})
	}
	change(inbox.Content{Text: "Ein neues Paket"})
	if len(s.found(f, search.Query{Text: "brief"})) != 0 || len(s.found(f, search.Query{Text: "paket"})) != 1 {
		t.Error("an edit was not followed")
	}
	change(inbox.Content{})
	if len(s.found(f, search.Query{Text: "paket"})) != 0 {
		t.Error("a message that was taken back is found")
	}
}

// What retention, the owner or the removal of an import deletes is nowhere any more,
// and nothing of it stays in memory.
func TestDeletedMessagesAreNotFound(t *testing.T) {
	s := newShop(t, 2)
	old := s.say(0, began, inbox.Content{Text: "Ein alter Brief"})
	f := s.run()
	s.say(0, began.Add(time.Minute), inbox.Content{Text: "Ein neuer Brief"})
	stays := s.say(1, began, inbox.Content{Text: "Ein fremder Brief"})
	s.update(func(tx *store.Tx) error { return tx.DeleteMessage(old) })
	if got := s.found(f, search.Query{Text: "brief"}); len(got) != 2 {
		t.Errorf("after one was deleted: %v", got)
	}
	if err := s.Store.DeleteMessages(context.Background(), s.refs[0].ID); err != nil {
		t.Fatal(err)
	}
	if got := s.found(f, search.Query{Text: "brief"}); !slices.Equal(got, []inbox.MessageID{stays}) {
		t.Errorf("after all were deleted: %v", got)
	}
	if n := f.index.Size().Messages; n != 1 {
		t.Errorf("%d messages in the index", n)
	}
}

// What an update undoes must not be found.
func TestRolledBackTextIsNotFound(t *testing.T) {
	s := newShop(t, 1)
	f := s.run()
	err := s.Store.Update(context.Background(), func(tx *store.Tx) error {
		_, err := tx.InsertMessage(store.NewMessage{Conversation: s.refs[0], PhoneNumberID: "1", WAMID: "wamid.x", Kind: inbox.KindText,
			SentAt: began, Content: inbox.Content{Text: "Vertrauliches"}})
		if err != nil {
			return err
		}
		return inbox.NewError(inbox.CodeInternal, "of the test")
	})
	if err == nil || len(s.found(f, search.Query{Text: "vertraulich"})) != 0 {
		t.Errorf("found although undone, %v", err)
	}
}

func TestForgetLeavesNothing(t *testing.T) {
	s := newShop(t, 2)
	for i := range 40 {
		s.say(i%2, began.Add(time.Duration(i)*time.Hour), inbox.Content{Text: "Marzipan bitte"})
	}
	s.update(func(tx *store.Tx) error {
		_, err := tx.InsertNote(s.refs[0].Customer.ID, began, "Mandelallergie")
		return err
	})
	f := s.run()
	if _, err := s.Store.BeginErasure(context.Background(), s.refs[0].Customer.ID, began); err != nil {
		t.Fatal(err)
	}
	f.Forget(context.Background(), s.refs[0].Customer.ID)
	if _, n := f.Ready(); n != 20 {
		t.Errorf("%d messages left", n)
	}
	// A change of names that was under way must not bring her back.
	f.customer(s.refs[0].Customer.ID)
	if err := f.refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"Kundin 0", "Mandel"} {
		people, err := f.People(context.Background(), text, 5)
		if err != nil || len(people) != 0 {
			t.Errorf("%s finds %d people, %v", text, len(people), err)
		}
	}
	if got := s.found(f, search.Query{Text: "marzipan", Limit: 100}); len(got) != 20 {
		t.Errorf("%d messages of the other", len(got))
	}
}

// Writing while the index is being loaded loses nothing and doubles nothing.
func TestWritingWhileLoading(t *testing.T) {
	s := newShop(t, 3)
	for i := range 2000 {
		s.say(i%3, began.Add(-time.Duration(i)*time.Hour), inbox.Content{Text: "Rosen"})
	}
	loaded := make(chan *Finder)
	go func() { loaded <- s.run() }()
	for i := range 300 {
		s.say(i%3, began.Add(time.Duration(i-150)*time.Hour), inbox.Content{Text: "Tulpen"})
	}
	f := <-loaded
	if _, n := f.Ready(); n != 2300 {
		t.Errorf("%d messages", n)
	}
	if got := s.found(f, search.Query{Text: "tulpen", Limit: 500}); len(got) != 300 {
		t.Errorf("%d of the new ones", len(got))
	}
}
