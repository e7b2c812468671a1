package outbox_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// lose queues a text whose answer gets lost while webhooks are held back.
func lose(s *shop) inbox.MessageID {
	s.Helper()
	s.sim.SetFaults(simulator.Faults{LoseResponses: 1, Hold: true})
	id := s.queue(outbox.Reply{Text: "eins"})
	s.await("lost answer", func() bool { return s.sim.Faults().LoseResponses == 0 })
	return id
}

// unclear loses an answer and lets the time for a report pass.
func unclear(s *shop) inbox.MessageID {
	s.Helper()
	id := lose(s)
	s.idle()
	s.advance(3 * time.Minute)
	s.await("question", func() bool { _, n := counts(s); s.outbox.Wake(); return n == 1 })
	return id
}

// DESIGN: wait for a report that carries our id, then ask the person.
func TestLostAnswerIsAskedAboutOnlyAfterAWhile(t *testing.T) {
	s := open(t)
	id := lose(s)
	s.await("deadline", func() bool {
		list := must(s.folder.Store.ListQueued(s.ctx))(t)
		return len(list) == 1 && list[0].Sending && list[0].NextAt.Equal(s.clock().Add(90*time.Second))
	})
	s.advance(89 * time.Second)
	second := s.queue(outbox.Reply{Text: "zwei"})
	s.awaitStatus(second, inbox.StatusAccepted)
	if got := s.message(id).Status; got != inbox.StatusSending {
		t.Errorf("after 89 s it is %s", got)
	}
	s.advance(2 * time.Second)
	if m := s.awaitStatus(id, inbox.StatusUnclear); m.Failure != inbox.CodeUnclear {
		t.Errorf("failure %s", m.Failure)
	}
	s.advance(time.Hour)
	s.idle()
	if got := texts(s.anna); !slices.Equal(got, []string{"eins", "zwei"}) {
		t.Errorf("it was sent again: %q", got)
	}
}

func TestReportWithOurIDResolvesALostAnswer(t *testing.T) {
	for name, lost := range map[string]func(*shop) inbox.MessageID{"while waiting": lose, "while unclear": unclear} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			id := lost(s)
			s.sim.SetFaults(simulator.Faults{})
			m := s.awaitStatus(id, inbox.StatusDelivered)
			if m.WAMID == "" || m.Failure != "" {
				t.Errorf("wamid %t, failure %q", m.WAMID != "", m.Failure)
			}
			if queued, unclear := counts(s); queued != 0 || unclear != 0 {
				t.Errorf("outbox holds %d, %d", queued, unclear)
			}
		})
	}
}

func TestReportBeforeTheAnswer(t *testing.T) {
	s := open(t)
	s.sim.SetFaults(simulator.Faults{StatusFirst: true})
	m := s.awaitStatus(s.queue(outbox.Reply{Text: "eins"}), inbox.StatusDelivered)
	s.idle()
	if m.WAMID == "" || s.message(m.ID).Status != inbox.StatusDelivered || len(texts(s.anna)) != 1 {
		t.Errorf("message %+v", s.message(m.ID))
	}
}

// A report without our id (sent by a number's other program, or cut) waits for the wamid.
func TestReportByWAMIDBeforeTheAnswer(t *testing.T) {
	sender := held{make(chan struct{}), make(chan error)}
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) { c.Sender = sender })
	s.start()
	id := s.queue(outbox.Reply{Text: "eins"})
	<-sender.begun
	at := s.clock()
	if err := s.sim.Emit("messages", map[string]any{
		"messaging_product": "whatsapp",
		"metadata":          map[string]any{"phone_number_id": simulator.DefaultPhoneNumberID, "display_phone_number": "493023125110"},
		"statuses":          []any{map[string]any{"id": "wamid.HELD", "status": "delivered", "timestamp": strconv.FormatInt(at.Unix(), 10), "recipient_id": "491713920011"}},
	}); err != nil {
		t.Fatal(err)
	}
	s.idle()
	sender.release <- nil
	s.awaitStatus(id, inbox.StatusDelivered)
}

func TestResolveUnclear(t *testing.T) {
	t.Run("resend", func(t *testing.T) {
		s := open(t)
		id := unclear(s)
		s.sim.SetFaults(simulator.Faults{Hold: true})
		if err := s.outbox.ResolveUnclear(s.ctx, id, true); err != nil {
			t.Fatal(err)
		}
		if m := s.awaitStatus(id, inbox.StatusAccepted); m.Failure != "" {
			t.Errorf("failure %s", m.Failure)
		}
		if got := texts(s.anna); !slices.Equal(got, []string{"eins", "eins"}) {
			t.Errorf("phone shows %q", got)
		}
		s.sim.SetFaults(simulator.Faults{}) // reports for both now carry the same id
		s.awaitStatus(id, inbox.StatusDelivered)
	})
	t.Run("leave", func(t *testing.T) {
		s := open(t)
		id := unclear(s)
		if err := s.outbox.ResolveUnclear(s.ctx, id, false); err != nil {
			t.Fatal(err)
		}
		if m := s.message(id); m.Status != inbox.StatusFailed || m.Failure != inbox.CodeUnclear {
			t.Errorf("message %+v", m)
		}
		s.sim.SetFaults(simulator.Faults{}) // what the provider says still wins
		if m := s.awaitStatus(id, inbox.StatusDelivered); m.Failure != "" {
			t.Errorf("failure %s", m.Failure)
		}
	})
	t.Run("twice", func(t *testing.T) {
		s := open(t)
		id := unclear(s)
		if err := s.outbox.ResolveUnclear(s.ctx, id, false); err != nil {
			t.Fatal(err)
		}
		for _, resend := range []bool{true, false} {
			if err := s.outbox.ResolveUnclear(s.ctx, id, resend); inbox.CodeOf(err) != inbox.CodeConflict {
				t.Errorf("resend %t: %v", resend, err)
			}
		}
	})
}

// A program that ended in the middle of a send cannot know what became of it.
func TestCrashDuringASendIsUnclear(t *testing.T) {
	s := prepare(t)
	id := s.queue(outbox.Reply{Text: "eins"})
	s.update(func(tx *store.Tx) error {
		_, err := tx.StartAttempt(id, s.clock().Add(2*time.Minute))
		return err
	})
	s.start()
	s.awaitStatus(s.queue(outbox.Reply{Text: "zwei"}), inbox.StatusDelivered)
	if got := s.message(id).Status; got != inbox.StatusSending {
		t.Errorf("at the start it is %s", got)
	}
	s.advance(2 * time.Minute)
	s.awaitStatus(id, inbox.StatusUnclear)
	if got := texts(s.anna); !slices.Equal(got, []string{"zwei"}) {
		t.Errorf("phone shows %q", got)
	}
}
