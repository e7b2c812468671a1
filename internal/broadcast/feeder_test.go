package broadcast

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/store"
)

// A pause lies between two people, and at most two messages are in the outbox
// however slowly it sends.
func TestPeopleAreTakenOneByOne(t *testing.T) {
	s := open(t, 4)
	s.start()
	for n, want := range []struct {
		queued int
		wait   time.Duration
	}{{1, UsualPause}, {2, UsualPause}, {2, idle}} {
		if wait := s.settle(); wait != want.wait || len(s.queued()) != want.queued {
			t.Errorf("look %d: %d in the outbox, again in %v; want %+v", n, len(s.queued()), wait, want)
		}
		if s.now = s.now.Add(UsualPause / 2); n == 0 {
			if wait := s.step(); wait != UsualPause/2 || len(s.queued()) != 1 {
				t.Errorf("before the pause is over: %d in the outbox, again in %v", len(s.queued()), wait)
			}
		}
		s.now = s.now.Add(UsualPause / 2)
	}
	s.expect("half", store.BroadcastRunning, "", map[store.Outcome]int{store.OutcomeLeaving: 2, store.OutcomeWaiting: 2})
	for range 2 {
		s.send(0)
		s.settle()
		s.now = s.now.Add(UsualPause)
	}
	if s.settle(); len(s.queued()) != 1 {
		t.Fatalf("%d in the outbox, want the last", len(s.queued()))
	}
	s.send(0)
	if wait := s.settle(); wait != idle {
		t.Errorf("after the end it looks again in %v", wait)
	}
	s.expect("done", store.BroadcastDone, "", map[store.Outcome]int{store.OutcomeSent: 4})
}

func TestWaitsForTheOutbox(t *testing.T) {
	for name, state := range map[string]outbox.State{"paused": {Paused: inbox.CodeTokenExpired}, "offline": {Offline: true}} {
		s := open(t, 1)
		s.start()
		s.queue.state = state
		if wait := s.settle(); wait != queuePause || len(s.queued()) != 0 {
			t.Errorf("%s: %d in the outbox, again in %v", name, len(s.queued()), wait)
		}
		s.queue.state = outbox.State{}
		if s.settle(); len(s.queued()) != 1 {
			t.Errorf("%s: it did not go on", name)
		}
	}
}

// A number may write first to so many people in 24 hours; then the broadcast
// waits, says so, and goes on by itself.
func TestDayLimit(t *testing.T) {
	s := open(t, 3)
	s.limit = 2
	s.start()
	for range 2 {
		s.settle()
		s.send(0)
		s.now = s.now.Add(UsualPause)
	}
	if wait := s.settle(); wait != limitPause || len(s.queued()) != 0 {
		t.Errorf("%d in the outbox, again in %v", len(s.queued()), wait)
	}
	s.expect("full", store.BroadcastRunning, ReasonDayLimit, map[store.Outcome]int{store.OutcomeSent: 2, store.OutcomeWaiting: 1})
	s.now = s.now.Add(24*time.Hour + time.Minute)
	if s.settle(); len(s.queued()) != 1 {
		t.Error("it did not go on the next day")
	}
	s.expect("the next day", store.BroadcastRunning, "", map[store.Outcome]int{store.OutcomeSent: 2, store.OutcomeLeaving: 1})
}

// Messages fail one after the other; what WhatsApp says decides after how many
// the broadcast pauses. (Meta docs: Error codes.)
func TestPausesOnErrors(t *testing.T) {
	for number, want := range map[int]struct {
		after  int // 0: never
		reason string
	}{
		131048: {1, ReasonQuality}, 368: {1, ReasonQuality}, 130429: {1, ReasonRate}, 80007: {1, ReasonRate}, 131031: {1, ReasonAccount},
		131042: {1, ReasonAccount}, 132001: {1, ReasonTemplate}, 132015: {1, ReasonTemplate}, 132016: {1, ReasonTemplate},
		131049: {3, ReasonTooMuch}, 131026: {0, ""}, 131050: {0, ""},
	} {
		t.Run(fmt.Sprint(number), func(t *testing.T) {
			s := open(t, 5)
			id := s.start()
			failed := s.failUntilPaused(number)
			if want.after == 0 {
				if failed != 5 {
					t.Errorf("stands after %d", failed)
				}
				s.expect("all tried", store.BroadcastDone, "", map[store.Outcome]int{store.OutcomeFailed: 5})
				return
			}
			people := map[store.Outcome]int{store.OutcomeFailed: want.after, store.OutcomeWaiting: 5 - want.after}
			s.expect("paused", store.BroadcastPaused, want.reason, people)
			if b := s.broadcast(); b.Number != number {
				t.Errorf("because of %d", b.Number)
			}
			// Who resumes has seen what failed; only what fails afterwards counts again.
			s.must(s.feeder.Resume(context.Background(), id))
			if s.settle(); len(s.queued()) != 1 || s.queued()[0].Customer != s.people[want.after].ID {
				t.Errorf("resumed with %v", s.queued())
			}
		})
	}
}

// failUntilPaused fails every message before the next is taken, and returns how many did.
func (s *shop) failUntilPaused(number int) (failed int) {
	s.Helper()
	for s.broadcast().State == store.BroadcastRunning {
		s.settle()
		failed += len(s.queued())
		s.send(number)
		s.now = s.now.Add(UsualPause)
	}
	return failed
}

// What has not begun to leave when WhatsApp complains comes back and waits.
func TestPauseTakesBackWhatIsQueued(t *testing.T) {
	s := open(t, 3)
	s.start()
	s.settle()
	first := s.queued()[0]
	s.now = s.now.Add(UsualPause)
	s.settle()
	s.begin(first)
	s.update(func(tx *store.Tx) error { return tx.Fail(first.MessageID, inbox.CodeRateLimited, 130429) })
	s.settle()
	if len(s.queued()) != 0 {
		t.Error("the second is still in the outbox")
	}
	s.expect("paused", store.BroadcastPaused, ReasonRate, map[store.Outcome]int{store.OutcomeFailed: 1, store.OutcomeWaiting: 2})
}

// Everybody's consent is asked for again when her turn comes.
func TestWhoWithdrewOrIsErasedGetsNothing(t *testing.T) {
	s := open(t, 4)
	s.start()
	s.settle()
	s.send(0)
	s.refused[s.people[1].ID] = "withdrawn"
	_, err := s.folder.Store.BeginErasure(context.Background(), s.people[2].ID, s.now)
	s.must(err)
	s.now = s.now.Add(UsualPause)
	s.settle()
	if list := s.queued(); len(list) != 1 || list[0].Customer != s.people[3].ID {
		t.Errorf("in the outbox: %v", list)
	}
	s.send(0)
	s.settle()
	s.expect("done", store.BroadcastDone, "", map[store.Outcome]int{
		store.OutcomeSent: 2, store.OutcomeWithdrawn: 1, store.OutcomeErased: 1})
}

// A template that is gone, paused or another one than was confirmed reaches nobody else.
func TestPausesWhenTheTemplateChanged(t *testing.T) {
	for name, change := range map[string]func(*store.Tx) error{
		"gone":             func(tx *store.Tx) error { return tx.DeleteTemplate(tulips.ID) },
		"paused":           put(func(t *inbox.Template) { t.Status = inbox.TemplatePaused }),
		"another category": put(func(t *inbox.Template) { t.Category = inbox.CategoryUtility }),
		"another variable": put(func(t *inbox.Template) { t.Body = "Guten Tag {{name}}, {{ware}} ist da." }),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, 2)
			s.start()
			s.settle()
			s.send(0)
			s.update(change)
			s.now = s.now.Add(UsualPause)
			s.settle()
			s.expect("changed", store.BroadcastPaused, ReasonTemplate, map[store.Outcome]int{store.OutcomeSent: 1, store.OutcomeWaiting: 1})
		})
	}
}

func put(change func(*inbox.Template)) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		other := tulips
		change(&other)
		return tx.PutTemplate(other)
	}
}

// The shop's own name for each person stands in her message; who has none, or
// one that does not fit, gets the words for the nameless.
func TestNames(t *testing.T) {
	s := open(t, 0)
	s.update(put(func(t *inbox.Template) {
		t.Header = &inbox.TemplateHeader{Format: inbox.HeaderText, Text: "Für {{name}}"}
	}))
	for _, name := range []string{"Frau Äpfel", "", strings.Repeat("Lang ", 19)} {
		s.people = append(s.people, s.guest(name, "news"))
	}
	p := s.plan()
	p.Content.Values["header.name"] = NamePlace
	_, err := s.feeder.Start(context.Background(), p)
	s.must(err)
	for _, want := range []string{"Guten Tag Frau Äpfel, die Tulpen sind da.", "Guten Tag zusammen, die Tulpen sind da.", "Guten Tag zusammen, die Tulpen sind da."} {
		s.settle()
		list := s.queued()
		if len(list) != 1 {
			t.Fatalf("%d in the outbox for %q", len(list), want)
		}
		s.update(func(tx *store.Tx) error {
			m, _, err := tx.FindMessage(list[0].MessageID)
			if err == nil && (m.Content.Template.Body != want || m.Content.Template.Purpose != "news") {
				t.Errorf("message %+v, want %q", m.Content.Template, want)
			}
			return err
		})
		s.send(0)
		s.now = s.now.Add(UsualPause)
	}
}

// The program may end between any two steps: nobody is taken twice, nobody is left out.
func TestRestartsTakeNobodyTwice(t *testing.T) {
	s := open(t, 4)
	s.start()
	for range 20 {
		if s.broadcast().State != store.BroadcastRunning {
			break
		}
		s.step()
		s.folder.Reopen(t)
		s.wire()
		s.send(0)
		s.now = s.now.Add(UsualPause)
	}
	s.expect("done", store.BroadcastDone, "", map[store.Outcome]int{store.OutcomeSent: 4})
	s.update(func(tx *store.Tx) error {
		people, err := tx.TemplatedSince(number, s.now.Add(-time.Hour))
		if people != 4 || s.wamids != 4 {
			t.Errorf("%d messages to %d people", s.wamids, people)
		}
		return err
	})
}

// Run sleeps until there is a broadcast, and is woken by what happens to its messages.
func TestRunIsWoken(t *testing.T) {
	s := open(t, 1)
	changed := make(chan struct{}, 100)
	s.feeder.cfg.Changed = func() { changed <- struct{}{} }
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.feeder.Run(ctx) }()
	s.start()
	for len(s.queued()) == 0 {
		<-changed
	}
	s.send(0)
	for s.broadcast().State != store.BroadcastDone {
		s.feeder.Wake()
		<-changed
	}
	cancel()
	s.must(<-done)
}
