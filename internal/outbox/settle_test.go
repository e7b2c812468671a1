package outbox_test

import (
	"context"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/simulator"
)

// slow is a WhatsApp whose answers wait for a test.
type slow struct {
	begun  chan struct{}
	answer chan cloudapi.SendResult
}

func (w *slow) SendMessage(ctx context.Context, _ cloudapi.OutgoingMessage) (cloudapi.SendResult, error) {
	w.begun <- struct{}{}
	select {
	case r := <-w.answer:
		return r, nil
	case <-ctx.Done():
		return cloudapi.SendResult{}, &cloudapi.Error{Ambiguous: true, Err: context.Cause(ctx)}
	}
}

func openSlow(t *testing.T) (*shop, *slow) {
	w := &slow{begun: make(chan struct{}), answer: make(chan cloudapi.SendResult)}
	return open(t, func(_ *simulator.Config, cfg *outbox.Config) { cfg.Sender = w }), w
}

// settle runs Settle; done is closed when it has returned.
func (s *shop) settle(ctx context.Context, c inbox.ConversationID) (done chan struct{}) {
	done = make(chan struct{})
	go func() { defer close(done); s.outbox.Settle(ctx, c) }()
	return done
}

func TestSettleWaitsForTheSendUnderWay(t *testing.T) {
	s, w := openSlow(t)
	ben := s.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"})
	s.say(ben, "Hallo")
	s.outbox.Settle(s.ctx, s.conversation("Anna").ID) // nothing is under way
	id := s.queue(outbox.Reply{Text: "Guten Tag"})
	<-w.begun
	s.outbox.Settle(s.ctx, s.conversation("Ben").ID) // another conversation
	done := s.settle(s.ctx, id.Conversation())
	w.answer <- cloudapi.SendResult{WAMID: "wamid.settled"}
	<-done
	if m := s.message(id); m.Status != inbox.StatusAccepted {
		t.Errorf("settled while %s", m.Status)
	}
}

// Who waits no longer than the request behind it gives up without cutting anything off.
func TestSettleEndsWithItsCaller(t *testing.T) {
	s, w := openSlow(t)
	id := s.queue(outbox.Reply{Text: "Guten Tag"})
	<-w.begun
	ctx, cancel := context.WithCancel(s.ctx)
	done := s.settle(ctx, id.Conversation())
	cancel()
	<-done
	if m := s.message(id); m.Status != inbox.StatusSending {
		t.Errorf("the send is %s", m.Status)
	}
	w.answer <- cloudapi.SendResult{WAMID: "wamid.late"}
	s.awaitStatus(id, inbox.StatusAccepted)
}

// A send that hangs is cut off after two seconds; its outcome is awaited like
// that of any lost answer.
func TestSettleCutsOffWhatHangs(t *testing.T) {
	s, w := openSlow(t)
	id := s.queue(outbox.Reply{Text: "Guten Tag"})
	<-w.begun
	<-s.settle(s.ctx, id.Conversation())
	s.outbox.Settle(s.ctx, id.Conversation()) // until the attempt has written down how it ended
	list := must(s.folder.Store.ListQueued(s.ctx))(t)
	if len(list) != 1 || !list[0].Sending || list[0].NextAt.Sub(s.clock()) != 90*time.Second {
		t.Errorf("%+v, want one whose report is awaited for 90 seconds", list)
	}
}
