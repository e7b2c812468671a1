package outbox_test

import (
	"context"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// Every kind of message ends in the state its failure calls for, whatever goes wrong.
func TestWhereFailuresEnd(t *testing.T) {
	for _, kind := range kinds(t) {
		for name, check := range map[string]func(*shop, func() inbox.MessageID){
			"expired token":   expiredToken,
			"window closed":   refusal(131047, inbox.StatusFailed, inbox.CodeWindowClosed),
			"bad upload":      refusal(131053, inbox.StatusFailed, inbox.CodeInvalid),
			"file not loaded": refusal(131052, inbox.StatusFailed, inbox.CodeInvalid),
			"pair limit":      pairLimit,
			"failed later":    failedLater,
			"lost answer":     lostAnswer,
		} {
			t.Run(kind+"/"+name, func(t *testing.T) {
				s := open(t)
				m := s.every()[kind]
				check(s, func() inbox.MessageID { return s.queueContent(m) })
			})
		}
	}
}

func expiredToken(s *shop, queue func() inbox.MessageID) {
	s.sim.ExpireToken(simulator.DefaultToken)
	id := queue()
	s.await("pause", func() bool { return s.outbox.State().Paused == inbox.CodeTokenExpired })
	s.awaitStatus(id, inbox.StatusQueued)
	s.sim.RestoreToken(simulator.DefaultToken)
	if err := s.outbox.Resume(s.ctx); err != nil {
		s.Fatal(err)
	}
	s.awaitStatus(id, inbox.StatusDelivered)
	s.once()
}

func refusal(number int, status inbox.MessageStatus, code inbox.Code) func(*shop, func() inbox.MessageID) {
	return func(s *shop, queue func() inbox.MessageID) {
		s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: number})
		if m := s.awaitStatus(queue(), status); m.Failure != code || m.FailureNumber != number {
			s.Errorf("failure %s %d", m.Failure, m.FailureNumber)
		}
		if n := len(s.anna.Received()); n != 0 {
			s.Errorf("%d arrived", n)
		}
	}
}

func pairLimit(s *shop, queue func() inbox.MessageID) {
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131056})
	id := queue()
	s.await("refusal", func() bool {
		list := must(s.folder.Store.ListQueued(s.ctx))(s)
		return len(list) == 1 && !list[0].Sending && list[0].Attempts == 1
	})
	s.advance(4 * time.Second)
	s.awaitStatus(id, inbox.StatusDelivered)
	s.once()
}

func failedLater(s *shop, queue func() inbox.MessageID) {
	s.sim.SetFaults(simulator.Faults{FailSends: 1, FailSendCode: 131026})
	if m := s.awaitStatus(queue(), inbox.StatusFailed); m.Failure != inbox.CodeUndeliverable {
		s.Errorf("failure %s", m.Failure)
	}
}

func lostAnswer(s *shop, queue func() inbox.MessageID) {
	s.sim.SetFaults(simulator.Faults{LoseResponses: 1, Hold: true})
	id := queue()
	s.await("lost answer", func() bool { return s.sim.Faults().LoseResponses == 0 })
	s.idle()
	s.advance(3 * time.Minute)
	s.await("question", func() bool { _, n := counts(s); s.outbox.Wake(); return n == 1 })
	s.advance(time.Hour)
	s.once() // nothing repeated it
	s.sim.SetFaults(simulator.Faults{})
	s.awaitStatus(id, inbox.StatusDelivered)
}

// once checks that the customer got exactly one message.
func (s *shop) once() {
	s.Helper()
	s.idle()
	if n := len(s.anna.Received()); n != 1 {
		s.Errorf("%d arrived", n)
	}
}

// An upload is tried again as if nothing had happened, and used for as long as
// the provider keeps it.
func TestUploadIsTriedAgainAndUsedAgain(t *testing.T) {
	s := open(t)
	s.sim.SetFaults(simulator.Faults{FailRequests: 2, FailStatus: 503, FailEdge: "media"})
	id := s.queueContent(s.withFile(inbox.KindImage, simulator.Photo("a")))
	for attempt := 1; attempt <= 2; attempt++ {
		s.await("failed upload", func() bool {
			list := must(s.folder.Store.ListQueued(s.ctx))(t)
			return len(list) == 1 && list[0].Attempts == attempt && list[0].NextAt.After(s.clock())
		})
		if got := s.message(id).Status; got != inbox.StatusQueued {
			t.Errorf("while its file is not there it is %s", got)
		}
		s.sim.ChangeFaults(func(f *simulator.Faults) {
			if attempt == 2 {
				f.RefuseSends, f.RefuseCode = 1, 131026
			}
		})
		s.advance(10 * time.Second)
	}
	first := s.awaitStatus(id, inbox.StatusFailed)
	next := must(s.outbox.Retry(s.ctx, id))(t)
	second := s.awaitStatus(next, inbox.StatusDelivered)
	if first.Content.Media.ID == "" || second.Content.Media.ID != first.Content.Media.ID {
		t.Errorf("uploaded as %q and %q", first.Content.Media.ID, second.Content.Media.ID)
	}
	if got := s.anna.Received(); len(got) != 1 || len(got[0].Media.Bytes) == 0 {
		t.Errorf("phone shows %d", len(got))
	}
	if again := must(s.outbox.Retry(s.ctx, id))(t); again != next {
		t.Errorf("pressed twice: %d and %d", next, again)
	}
}

func TestUploadTheProviderNoLongerHasIsMadeAgain(t *testing.T) {
	s := prepare(t)
	id := s.queueContent(s.withFile(inbox.KindImage, simulator.Photo("a")))
	s.update(func(tx *store.Tx) error { return tx.SetUploaded(id, "123", s.clock().Add(-time.Second)) })
	s.start()
	if m := s.awaitStatus(id, inbox.StatusDelivered); m.Content.Media.ID == "123" {
		t.Error("an expired upload was used")
	}
}

func TestWithdraw(t *testing.T) {
	s := open(t)
	before := s.conversation("Anna")
	m := s.withFile(inbox.KindImage, simulator.Photo("a"))
	m.Hold = 5 * time.Second
	id := s.queueContent(m)
	held := s.message(id)
	if !held.HeldUntil.Equal(s.clock().Add(5 * time.Second)) {
		t.Errorf("held until %v", held.HeldUntil)
	}
	if err := s.outbox.Resume(s.ctx); err != nil {
		t.Fatal(err)
	}
	must(s.outbox.Withdraw(s.ctx, id))(t)
	if _, err := s.folder.Store.Message(s.ctx, id); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("it is still there: %v", err)
	}
	if after := s.conversation("Anna"); after.Last.ID != before.Last.ID || !after.LastActivity.Equal(before.LastActivity) {
		t.Errorf("newest message %d at %v", after.Last.ID, after.LastActivity)
	}
	s.advance(time.Minute)
	sent := s.queue(outbox.Reply{Text: "zwei"})
	s.awaitStatus(sent, inbox.StatusDelivered)
	s.once()
	if _, err := s.outbox.Withdraw(s.ctx, sent); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("a delivered message was withdrawn: %v", err)
	}
}

func TestHeldMessageGoesWhenItsTimeIsOver(t *testing.T) {
	s := open(t)
	id := s.queue(outbox.Reply{Text: "eins", Hold: 5 * time.Second})
	s.advance(4 * time.Second)
	s.idle()
	if got := s.message(id).Status; got != inbox.StatusQueued {
		t.Errorf("after 4 s it is %s", got)
	}
	s.advance(time.Second)
	s.awaitStatus(id, inbox.StatusDelivered)
}

// Whoever closes the program right after writing must not leave the customer
// without an answer until the next morning.
func TestClosingSendsWhatIsHeld(t *testing.T) {
	s := prepare(t)
	stop := s.background(func(ctx context.Context) { s.outbox.Run(ctx) })
	id := s.queue(outbox.Reply{Text: "eins", Hold: 5 * time.Second})
	stop()
	s.awaitStatus(id, inbox.StatusDelivered)
}

// Whoever stopped advertising in WhatsApp itself is known to have objected,
// whether WhatsApp says so at once or in a report that comes later.
func TestStoppedInWhatsAppIsAnObjection(t *testing.T) {
	for name, faults := range map[string]simulator.Faults{
		"at once": {RefuseSends: 1, RefuseCode: 131050}, "later": {FailSends: 1, FailSendCode: 131050},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.sim.SetFaults(faults)
			id := s.queue(outbox.Reply{Text: "Die Tulpen sind da"})
			if m := s.awaitStatus(id, inbox.StatusFailed); m.Failure != inbox.CodeNoOptIn {
				t.Errorf("failure %s", m.Failure)
			}
			s.update(func(tx *store.Tx) error {
				ref, _, err := tx.FindConversation(id.Conversation())
				if err != nil {
					return err
				}
				if stopped, err := tx.MarketingStopped(ref.Customer); !stopped || err != nil {
					t.Errorf("objected %v, %v", stopped, err)
				}
				return nil
			})
		})
	}
}
