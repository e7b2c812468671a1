package privacy

import (
	"errors"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// The test erases its invented person, and nobody else sees anything of it.
func TestSelfTest(t *testing.T) {
	w := newWorld(t)
	watched := 0
	w.store.Watch(store.Watcher{
		Message:  func(inbox.MessageID, inbox.MessageKind, inbox.Content) { watched++ },
		Customer: func(inbox.CustomerID) { watched++ },
	})
	before := w.conversations()
	counts, err := w.store.CountViews(w.ctx, w.now)
	w.check(err)
	got, err := w.eraser().RunSelfTest(w.ctx)
	w.check(err)
	if !got.Passed() || got.Job.Messages != 5 || got.Job.Media != 1 || got.Job.ContactBook != "none" || got.Files < 3 || got.Sealed < 5 {
		t.Errorf("%+v", got)
	}
	after, err := w.store.CountViews(w.ctx, w.now)
	w.check(err)
	if watched != 0 || len(w.conversations()) != len(before) || after != counts {
		t.Errorf("the inbox was disturbed: %d told", watched)
	}
	if len(w.log("selfTest")) != 1 || len(w.log("erasure")) != 0 {
		t.Error("not in the log")
	}
}

// A test whose scan finds nothing before, or something afterwards, does not pass.
func TestSelfTestCanFail(t *testing.T) {
	good := SelfTest{Job: store.Erasure{State: "done"}, Sealed: 3}
	if !good.Passed() {
		t.Fatal("a good one fails")
	}
	for name, bad := range map[string]SelfTest{
		"blind": {Job: good.Job}, "clear": {Job: good.Job, Sealed: 3, Clear: 1}, "left": {Job: good.Job, Sealed: 3, Left: 1},
		"unread": {Job: good.Job, Sealed: 3, Skipped: 1}, "unfinished": {Sealed: 3},
	} {
		if bad.Passed() {
			t.Errorf("%s passes", name)
		}
	}
}

func TestKilledSelfTestIsClearedAtTheNextStart(t *testing.T) {
	for _, step := range []string{"key", "after rows", "compact", "end"} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			if _, err := w.crashAt(step).RunSelfTest(w.ctx); !errors.Is(err, errCrash) {
				t.Fatalf("no crash: %v", err)
			}
			image := w.image()
			w.close()
			w.open(image)
			if n := len(w.conversations()); n != 2 {
				t.Errorf("%d conversations are listed", n)
			}
			w.check(w.run())
			if list, err := w.store.UnfinishedErasures(w.ctx); err != nil || len(list) != 0 || w.count("SELECT customer_id FROM customer") != 2 {
				t.Errorf("unfinished: %v, %v", list, err)
			}
		})
	}
}
