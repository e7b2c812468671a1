package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"tresen/internal/inbox"
)

// held blocks the writer until release is called, so that what comes meanwhile
// ends up in one group.
func (f *folder) held(t testing.TB) (release func()) {
	t.Helper()
	entered, leave, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		done <- f.store.Update(context.Background(), func(*Tx) error {
			close(entered)
			<-leave
			return nil
		})
	}()
	<-entered
	return func() {
		close(leave)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// together runs updates so that they share one commit, and returns their
// results. The order in which they run is not fixed.
func (f *folder) together(t testing.TB, updates []func(tx *Tx) error) []error {
	t.Helper()
	group := make([]*request, len(updates))
	errs := make([]error, len(updates))
	for i, fn := range updates {
		group[i] = &request{ctx: context.Background(), fn: fn, result: make(chan error, 1)}
	}
	// On the writer's own goroutine, exactly as serve does it.
	err := f.store.writer.exclusive(context.Background(), func(*connection) error {
		f.store.writer.commit(group)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range group {
		errs[i] = <-r.result
	}
	return errs
}

func TestUpdatesOfAGroupStandAlone(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 0, "Anfang")
	var committed []int
	write := func(n int, fail func() error) func(tx *Tx) error {
		return func(tx *Tx) error {
			tx.AfterCommit(func() { committed = append(committed, n) })
			if _, err := tx.InsertMessage(text(ref, n, fmt.Sprint("Nachricht ", n))); err != nil {
				return err
			}
			return fail()
		}
	}
	fine := func() error { return nil }
	errs := f.together(t, []func(tx *Tx) error{
		write(1, fine),
		write(2, func() error { return errTest }),
		write(3, fine),
		write(4, func() error { panic("Erika Muster") }),
		write(5, fine),
	})
	for i, err := range errs {
		if failed := err != nil; failed != (i == 1 || i == 3) {
			t.Errorf("update %d: %v", i+1, err)
		}
	}
	if !errors.Is(errs[1], errTest) {
		t.Errorf("the reason was lost: %v", errs[1])
	}
	wantCode(t, errs[3], inbox.CodeInternal)
	f.reopen(t)
	want := []string{"Anfang", "Nachricht 1", "Nachricht 3", "Nachricht 5"}
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 10}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if !slices.Equal(committed, []int{1, 3, 5}) {
		t.Errorf("after commit: %v", committed)
	}
}

func TestFailedUpdateLeavesNothingInMemory(t *testing.T) {
	f := openFolder(t)
	f.say(t, 1, 0, "Anfang")
	names := f.store.writer.keys
	errs := f.together(t, []func(tx *Tx) error{
		func(tx *Tx) error {
			ref, err := conversation(tx, 2)
			if err != nil {
				return err
			}
			if _, err := tx.InsertMessage(text(ref, 5, "verworfen")); err != nil {
				return err
			}
			if err := tx.setKeyNames(keyNames{LookupGen: 7}); err != nil {
				return err
			}
			return errTest
		},
		func(tx *Tx) error { // would fail if the customer of the first were remembered
			ref, err := conversation(tx, 2)
			if err != nil {
				return err
			}
			in, err := tx.InsertMessage(text(ref, 5, "verworfen"))
			if err == nil && !in.New {
				err = errors.New("the message of the failed update is still there")
			}
			return err
		},
	})
	if !errors.Is(errs[0], errTest) || errs[1] != nil {
		t.Fatalf("got %v", errs)
	}
	if f.store.writer.keys != names {
		t.Error("key names of a failed update are in use")
	}
	total, unread, err := f.store.CountConversations(context.Background())
	if err != nil || total != 2 || unread != 2 {
		t.Errorf("%d conversations, %d unread, %v", total, unread, err)
	}
}

func TestNestedUndoesOnlyItself(t *testing.T) {
	f := openFolder(t)
	var after []string
	insert := func(tx *Tx, second int, body string) error {
		ref, err := conversation(tx, second)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { after = append(after, body) })
		_, err = tx.InsertMessage(text(ref, second, body))
		return err
	}
	f.update(t, func(tx *Tx) error {
		if err := insert(tx, 1, "eins"); err != nil {
			return err
		}
		failed := tx.Nested(func() error {
			if err := insert(tx, 2, "zwei"); err != nil {
				return err
			}
			inner := tx.Nested(func() error { return errors.Join(insert(tx, 3, "drei"), errTest) })
			if !errors.Is(inner, errTest) {
				t.Errorf("inner: %v", inner)
			}
			panic("außen")
		})
		wantCode(t, failed, inbox.CodeInternal)
		return tx.Nested(func() error { return insert(tx, 4, "vier") })
	})
	if !slices.Equal(after, []string{"eins", "vier"}) {
		t.Errorf("after commit: %q", after)
	}
	list, err := f.store.ListConversations(context.Background(), Position{}, 10)
	if err != nil || len(list) != 2 || list[0].Last.Content.Text != "vier" || list[1].Last.Content.Text != "eins" {
		t.Errorf("conversations %+v, %v", list, err)
	}
}

func TestUpdateThatWaitsObeysItsContext(t *testing.T) {
	f := openFolder(t)
	release := f.held(t)
	ctx, cancel := context.WithCancel(context.Background())
	started := make(chan struct{})
	result := make(chan error, 1)
	go func() {
		close(started)
		result <- f.store.Update(ctx, func(*Tx) error {
			t.Error("ran although its context had ended")
			return nil
		})
	}()
	<-started
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	release()
}

func TestManyWritersAndReaders(t *testing.T) {
	f := openFolder(t)
	const writers, each = 16, 25
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				err := f.store.Update(context.Background(), func(tx *Tx) error {
					ref, err := conversation(tx, w%4)
					if err != nil {
						return err
					}
					if _, err = tx.InsertMessage(text(ref, i, fmt.Sprint(w, "/", i))); err == nil && i%5 == 4 {
						return errTest
					}
					return err
				})
				if failed := err != nil; failed != (i%5 == 4) {
					t.Error(err)
				}
				if _, err := f.store.ListConversations(context.Background(), Position{}, 10); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Go(func() {
		for range 10 {
			if err := f.store.Compact(context.Background()); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	messages := 0
	list, err := f.store.ListConversations(context.Background(), Position{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		n := len(f.page(t, Span{Conversation: c.ID, Limit: 10_000}))
		if c.Unread != n {
			t.Errorf("unread %d of %d", c.Unread, n)
		}
		messages += n
	}
	if want := writers * each * 4 / 5; messages != want {
		t.Errorf("%d messages, want %d", messages, want)
	}
}

func TestPanicAfterCommitHarmsNobody(t *testing.T) {
	f := openFolder(t)
	ran := false
	f.update(t, func(tx *Tx) error {
		tx.AfterCommit(func() { panic("egal") })
		tx.AfterCommit(func() { ran = true })
		return tx.SetSetting("a", []byte("b"))
	})
	if !ran {
		t.Error("the second was not called")
	}
	if v, err := f.store.Setting(context.Background(), "a"); err != nil || string(v) != "b" {
		t.Errorf("setting %q, %v", v, err)
	}
}
