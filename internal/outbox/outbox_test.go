package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

func TestTextArrivesAndTicksComeBack(t *testing.T) {
	s := open(t, func(c *simulator.Config, _ *outbox.Config) {
		c.Statuses = simulator.StatusTiming{Sent: time.Second, Delivered: 2 * time.Second, Read: 3 * time.Second, AutoRead: true}
	})
	id := s.queue(outbox.Reply{Text: "  Guten Tag, ja!\n"})
	m := s.awaitStatus(id, inbox.StatusAccepted)
	if m.WAMID == "" || m.Content.Text != "Guten Tag, ja!" {
		t.Errorf("accepted message %+v", m)
	}
	for _, want := range []inbox.MessageStatus{inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead} {
		s.advance(map[inbox.MessageStatus]time.Duration{
			inbox.StatusSent: time.Second, inbox.StatusDelivered: time.Second, inbox.StatusRead: 3 * time.Second}[want])
		s.idle()
		s.awaitStatus(id, want)
	}
	if got := texts(s.anna); !slices.Equal(got, []string{"Guten Tag, ja!"}) {
		t.Errorf("phone shows %q", got)
	}
	if queued, unclear := counts(s); queued != 0 || unclear != 0 {
		t.Errorf("outbox still holds %d, %d", queued, unclear)
	}
}

func counts(s *shop) (queued, unclear int) {
	s.Helper()
	queued, unclear, err := s.folder.Store.CountOutbox(s.ctx)
	if err != nil {
		s.Fatal(err)
	}
	return queued, unclear
}

func TestQuotedReplyNamesItsMessage(t *testing.T) {
	s := open(t)
	asked := s.say(s.anna, "Haben Sie Tulpen?")
	question := s.conversation("Anna").Last
	id := s.queue(outbox.Reply{Text: "Ja", ReplyTo: question.ID})
	m := s.awaitStatus(id, inbox.StatusDelivered)
	if m.Content.Context == nil || m.Content.Context.WAMID != inbox.WAMID(asked) || m.Content.Context.FromShop {
		t.Errorf("stored context %+v", m.Content.Context)
	}
	if got := s.anna.Received(); len(got) != 1 || got[0].Quote != asked {
		t.Errorf("phone shows %+v", got)
	}
}

func TestQuoteOfAnotherConversationIsRefused(t *testing.T) {
	s := open(t)
	ben := s.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"})
	s.say(ben, "Hallo")
	_, err := s.outbox.Queue(s.ctx, outbox.Reply{Conversation: s.conversation("Anna").ID, Text: "x", ReplyTo: s.conversation("Ben").Last.ID})
	if inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

func TestOrderWithinConversationIsKept(t *testing.T) {
	s := prepare(t)
	var want []string
	var last inbox.MessageID
	for i := range 12 {
		want = append(want, strconv.Itoa(i))
		last = s.queue(outbox.Reply{Text: want[i]})
	}
	s.start()
	s.awaitStatus(last, inbox.StatusDelivered)
	if got := texts(s.anna); !slices.Equal(got, want) {
		t.Errorf("phone shows %q", got)
	}
}

func TestFirstMessageThatWaitsHoldsUpTheNext(t *testing.T) {
	s := open(t)
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 130429})
	first := s.queue(outbox.Reply{Text: "eins"})
	s.await("first refusal", func() bool { return s.sim.Faults().RefuseSends == 0 && s.message(first).Status == inbox.StatusQueued })
	second := s.queue(outbox.Reply{Text: "zwei"})
	if got := s.message(second).Status; got != inbox.StatusQueued {
		t.Errorf("second is %s", got)
	}
	s.advance(3 * time.Second) // the first wait is 2 s ± 20 %
	s.awaitStatus(second, inbox.StatusDelivered)
	if got := texts(s.anna); !slices.Equal(got, []string{"eins", "zwei"}) {
		t.Errorf("phone shows %q", got)
	}
}

func TestQueueRefusesTextThatCannotBeSent(t *testing.T) {
	s := open(t)
	for name, text := range map[string]string{
		"empty": "", "blank": " \n\t ", "invalid UTF-8": "Gr\xfc\xdfe", "4097 characters": strings.Repeat("ß", 4097),
	} {
		_, err := s.outbox.Queue(s.ctx, outbox.Reply{Conversation: s.conversation("Anna").ID, Text: text})
		var known *inbox.Error
		if !errors.As(err, &known) || known.Code != inbox.CodeInvalid || known.Field != "text" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	long := strings.Repeat("ß", 4096)
	s.awaitStatus(s.queue(outbox.Reply{Text: long}), inbox.StatusDelivered)
	if got := texts(s.anna); len(got) != 1 || got[0] != long {
		t.Error("4096 characters did not arrive whole")
	}
}

func TestQueueRemovesDraft(t *testing.T) {
	s := prepare(t)
	c := s.conversation("Anna")
	s.update(func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(c.ID)
		if err != nil {
			return err
		}
		return tx.SaveDraft(ref, inbox.Draft{Text: "halb"})
	})
	if got := s.conversation("Anna").Draft.Text; got != "halb" {
		t.Fatalf("draft %q", got)
	}
	s.queue(outbox.Reply{Text: "ganz"})
	if d := s.conversation("Anna").Draft; !d.Empty() {
		t.Errorf("draft is left: %+v", d)
	}
}

func TestClosedWindowRefusesQueue(t *testing.T) {
	s := open(t)
	s.advance(24 * time.Hour)
	before := s.conversation("Anna")
	_, err := s.outbox.Queue(s.ctx, outbox.Reply{Conversation: before.ID, Text: "zu spät"})
	if inbox.CodeOf(err) != inbox.CodeWindowClosed {
		t.Errorf("got %v", err)
	}
	if after := s.conversation("Anna"); after.Last.ID != before.Last.ID {
		t.Error("something was stored")
	}
}

func TestWindowThatClosesInTheQueueFailsTheMessage(t *testing.T) {
	s := prepare(t)
	id := s.queue(outbox.Reply{Text: "gerade noch"})
	s.advance(24 * time.Hour)
	s.start()
	m := s.awaitStatus(id, inbox.StatusFailed)
	if m.Failure != inbox.CodeWindowClosed || len(texts(s.anna)) != 0 {
		t.Errorf("failure %s, phone shows %q", m.Failure, texts(s.anna))
	}
}

// Meta may see the window closed although we computed it open (131047).
func TestWindowClosedAtProviderFailsTheMessage(t *testing.T) {
	for name, reject := range map[string]bool{"refused at once": true, "failed by status": false} {
		t.Run(name, func(t *testing.T) {
			s := open(t, func(c *simulator.Config, _ *outbox.Config) { c.RejectClosedWindow = reject })
			s.sim.Advance(25 * time.Hour)
			m := s.awaitStatus(s.queue(outbox.Reply{Text: "Hallo?"}), inbox.StatusFailed)
			if m.Failure != inbox.CodeWindowClosed || m.FailureNumber != 131047 {
				t.Errorf("failure %s, %d", m.Failure, m.FailureNumber)
			}
		})
	}
}

func TestExpiredTokenKeepsTheQueueUntilResume(t *testing.T) {
	s := open(t)
	s.sim.ExpireToken(simulator.DefaultToken)
	first, second := s.queue(outbox.Reply{Text: "eins"}), s.queue(outbox.Reply{Text: "zwei"})
	s.await("pause", func() bool { return s.outbox.State().Paused == inbox.CodeTokenExpired })
	s.awaitStatus(first, inbox.StatusQueued)
	s.advance(20 * time.Minute)
	s.idle()
	if queued, _ := counts(s); queued != 2 || len(texts(s.anna)) != 0 {
		t.Errorf("%d queued, phone shows %q", queued, texts(s.anna))
	}
	s.sim.AddToken("a new token", time.Time{})
	s.mu.Lock()
	s.token = "a new token"
	s.mu.Unlock()
	if err := s.outbox.Resume(s.ctx); err != nil {
		t.Fatal(err)
	}
	s.awaitStatus(second, inbox.StatusDelivered)
	s.awaitCalm()
	if got := texts(s.anna); !slices.Equal(got, []string{"eins", "zwei"}) {
		t.Errorf("phone shows %q", got)
	}
}

// awaitCalm waits until nothing is wrong: the report of a message may overtake
// the answer to its sending.
func (s *shop) awaitCalm() {
	s.Helper()
	s.await("an outbox that works", func() bool { return s.outbox.State() == (outbox.State{}) })
}

func TestAccountTroublePausesAndOneMessageTriesAgain(t *testing.T) {
	s := open(t)
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131042})
	id := s.queue(outbox.Reply{Text: "eins"})
	s.await("pause", func() bool { return s.outbox.State().Paused == inbox.CodePayment })
	s.awaitStatus(id, inbox.StatusQueued)
	s.advance(11 * time.Minute)
	s.awaitStatus(id, inbox.StatusDelivered)
	s.awaitCalm()
}

// switched sends through whichever sender is set, as if the network came and went.
type switched struct{ current chan outbox.Sender }

func (s switched) SendMessage(ctx context.Context, m cloudapi.OutgoingMessage) (cloudapi.SendResult, error) {
	sender := <-s.current
	s.current <- sender
	return sender.SendMessage(ctx, m)
}

func TestOfflineIsNotHeldAgainstTheMessage(t *testing.T) {
	sender := switched{make(chan outbox.Sender, 1)}
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) { c.Sender = sender })
	gone := must(simulator.Start(simulator.Config{}))(t)
	gone.Close()
	sender.current <- s.client(gone.URL())
	s.start()
	id := s.queue(outbox.Reply{Text: "eins"})
	s.await("offline", func() bool { return s.outbox.State().Offline })
	for range 8 { // more often than a message may be tried
		s.awaitStatus(id, inbox.StatusQueued)
		s.advance(2 * time.Minute)
		s.await("attempt", func() bool { return s.message(id).Status == inbox.StatusQueued })
	}
	if list := must(s.folder.Store.ListQueued(s.ctx))(t); len(list) != 1 || list[0].Attempts > 1 {
		t.Errorf("queue %+v", list)
	}
	<-sender.current
	sender.current <- s.client(s.sim.URL())
	s.await("delivery", func() bool {
		s.advance(2 * time.Minute)
		return s.message(id).Status == inbox.StatusDelivered
	})
	s.awaitCalm()
}

// A refusal is an answer too: whoever refuses can be reached.
func TestRefusalEndsBeingOffline(t *testing.T) {
	sender := switched{make(chan outbox.Sender, 1)}
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) { c.Sender = sender })
	gone := must(simulator.Start(simulator.Config{}))(t)
	gone.Close()
	sender.current <- s.client(gone.URL())
	s.start()
	id := s.queue(outbox.Reply{Text: "eins"})
	s.await("offline", func() bool { return s.outbox.State().Offline })
	s.awaitStatus(id, inbox.StatusQueued)
	<-sender.current
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131026})
	sender.current <- s.client(s.sim.URL())
	s.advance(2 * time.Minute)
	if m := s.awaitStatus(id, inbox.StatusFailed); m.Failure != inbox.CodeUndeliverable {
		t.Errorf("failure %s", m.Failure)
	}
	s.awaitCalm()
}

func TestServerErrorsAreRetriedFiveTimes(t *testing.T) {
	s := open(t)
	s.sim.SetFaults(simulator.Faults{RefuseSends: 100, RefuseCode: 131016})
	id := s.queue(outbox.Reply{Text: "eins"})
	for left := 99; left >= 95; left-- {
		s.await("attempt", func() bool {
			status := s.message(id).Status
			return s.sim.Faults().RefuseSends == left && (status == inbox.StatusQueued || status == inbox.StatusFailed)
		})
		s.advance(time.Hour)
	}
	m := s.awaitStatus(id, inbox.StatusFailed)
	if m.Failure != inbox.CodeOffline || m.FailureNumber != 131016 {
		t.Errorf("failure %s %d", m.Failure, m.FailureNumber)
	}
	s.idle()
	if left := s.sim.Faults().RefuseSends; left != 95 {
		t.Errorf("tried %d times", 100-left)
	}
}

func TestPairLimitWaitsForThisRecipientOnly(t *testing.T) {
	s := open(t)
	ben := s.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"})
	s.say(ben, "Hallo")
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131056})
	id := s.queue(outbox.Reply{Text: "eins"})
	s.await("refusal", func() bool { return s.sim.Faults().RefuseSends == 0 && s.message(id).Status == inbox.StatusQueued })
	s.awaitStatus(s.queue(outbox.Reply{Conversation: s.conversation("Ben").ID, Text: "an Ben"}), inbox.StatusDelivered)
	if got := s.message(id).Status; got != inbox.StatusQueued {
		t.Errorf("Anna's is %s", got)
	}
	s.advance(time.Second) // 4^0
	s.awaitStatus(id, inbox.StatusDelivered)
}

// 45 at once, then one every 6 seconds, without ever being refused.
func TestPairPaceIsKept(t *testing.T) {
	s := prepare(t)
	var ids []inbox.MessageID
	for i := range 47 {
		ids = append(ids, s.queue(outbox.Reply{Text: strconv.Itoa(i)}))
	}
	s.start()
	s.awaitStatus(ids[44], inbox.StatusDelivered)
	s.idle()
	if got := len(texts(s.anna)); got != 45 {
		t.Errorf("%d arrived at once", got)
	}
	for i, id := range ids[45:] {
		s.advance(6 * time.Second)
		s.awaitStatus(id, inbox.StatusDelivered)
		if got := len(texts(s.anna)); got != 46+i {
			t.Errorf("%d arrived after %d pauses", got, i+1)
		}
	}
}

func TestPersonWithoutNumberIsAnswered(t *testing.T) {
	s := open(t)
	nina := s.customer(simulator.Person{Name: "Nina", Username: "nina.b"})
	s.say(nina, "Ohne Nummer")
	who := must(s.folder.Store.Recipient(s.ctx, s.conversation("Nina").CustomerID))(t)
	if who.WAID != "" || who.BSUID == "" {
		t.Fatal("the store knows a number")
	}
	s.awaitStatus(s.queue(outbox.Reply{Conversation: s.conversation("Nina").ID, Text: "Gern!"}), inbox.StatusDelivered)
	if got := texts(nina); !slices.Equal(got, []string{"Gern!"}) {
		t.Errorf("phone shows %q", got)
	}
}

func TestRetryIsANewMessage(t *testing.T) {
	s := open(t)
	asked := s.conversation("Anna").Last
	s.sim.SetFaults(simulator.Faults{RefuseSends: 1, RefuseCode: 131026})
	id := s.queue(outbox.Reply{Text: "Nochmal", ReplyTo: asked.ID})
	s.awaitStatus(id, inbox.StatusFailed)
	next := must(s.outbox.Retry(s.ctx, id))(t)
	m := s.awaitStatus(next, inbox.StatusDelivered)
	if next == id || m.Content.Text != "Nochmal" || m.Content.Context == nil || m.Content.Context.WAMID != asked.WAMID {
		t.Errorf("message %d after %d: %+v", next, id, m)
	}
	for name, id := range map[string]inbox.MessageID{"delivered": next, "inbound": asked.ID} {
		if _, err := s.outbox.Retry(s.ctx, id); inbox.CodeOf(err) != inbox.CodeConflict {
			t.Errorf("retry of %s: %v", name, err)
		}
	}
}

func TestErasedCustomerGetsNothing(t *testing.T) {
	s := prepare(t)
	c := s.conversation("Anna")
	id := s.queue(outbox.Reply{Text: "eins"})
	if _, err := s.folder.Store.BeginErasure(s.ctx, c.CustomerID, s.clock()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.outbox.Queue(s.ctx, outbox.Reply{Conversation: c.ID, Text: "zwei"}); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("queue: %v", err)
	}
	ben := s.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"})
	s.say(ben, "Hallo")
	s.start()
	s.awaitStatus(s.queue(outbox.Reply{Conversation: s.conversation("Ben").ID, Text: "an Ben"}), inbox.StatusDelivered)
	if got := texts(s.anna); len(got) != 0 {
		t.Errorf("phone shows %q", got)
	}
	if queued, _ := counts(s); queued != 0 {
		t.Errorf("%d queued (message %d)", queued, id)
	}
}

// held blocks inside a send until released.
type held struct {
	begun   chan struct{}
	release chan error
}

func (h held) SendMessage(ctx context.Context, _ cloudapi.OutgoingMessage) (cloudapi.SendResult, error) {
	h.begun <- struct{}{}
	select {
	case err := <-h.release:
		return cloudapi.SendResult{WAMID: "wamid.HELD"}, err
	case <-ctx.Done():
		return cloudapi.SendResult{}, ctx.Err()
	}
}

func TestCustomerErasedDuringTheSend(t *testing.T) {
	sender := held{make(chan struct{}), make(chan error)}
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) { c.Sender = sender })
	stop := s.background(func(ctx context.Context) { s.outbox.Run(ctx) })
	s.queue(outbox.Reply{Text: "eins"})
	<-sender.begun
	job := must(s.folder.Store.BeginErasure(s.ctx, s.conversation("Anna").CustomerID, s.clock()))(t)
	note := must(s.folder.Store.ErasureNote(s.ctx, job))(t)
	if _, err := s.folder.Store.DestroyKeys(s.ctx, job.Key, note.OldRaw); err != nil {
		t.Fatal(err)
	}
	sender.release <- nil
	stop()
	if queued, unclear := counts(s); queued != 0 || unclear != 0 {
		t.Errorf("outbox holds %d, %d", queued, unclear)
	}
}

// A send under way when the program ends gets its answer.
func TestClosingWaitsForTheAnswer(t *testing.T) {
	sender := held{make(chan struct{}), make(chan error)}
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) { c.Sender = sender })
	ctx, cancel := context.WithCancel(s.ctx)
	done := make(chan error)
	go func() { done <- s.outbox.Run(ctx) }()
	id := s.queue(outbox.Reply{Text: "eins"})
	<-sender.begun
	cancel()
	sender.release <- nil
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if m := s.message(id); m.Status != inbox.StatusAccepted || m.WAMID != "wamid.HELD" {
		t.Errorf("message %+v", m)
	}
}

// A message that cannot be read any more must not hold up what comes after it.
func TestDamagedMessageFails(t *testing.T) {
	s := prepare(t)
	first, second := s.queue(outbox.Reply{Text: "eins"}), s.queue(outbox.Reply{Text: "zwei"})
	db := must(sql.Open("sqlite", filepath.Join(s.folder.Dir, store.FileName)+"?_pragma=busy_timeout(5000)"))(t)
	defer db.Close()
	if _, err := db.Exec("UPDATE message SET content = zeroblob(80) WHERE message_id = ?", first); err != nil {
		t.Fatal(err)
	}
	s.start()
	s.awaitStatus(second, inbox.StatusDelivered)
	var status, failure string
	if err := db.QueryRow("SELECT status, failure FROM message WHERE message_id = ?", first).Scan(&status, &failure); err != nil {
		t.Fatal(err)
	}
	if status != "failed" || failure != string(inbox.CodeStorageDamaged) {
		t.Errorf("it is %s, %s", status, failure)
	}
}

func TestPanicInASendDoesNotStopTheOthers(t *testing.T) {
	sender := switched{make(chan outbox.Sender, 1)}
	s := prepare(t, func(_ *simulator.Config, c *outbox.Config) { c.Sender = sender })
	sender.current <- panicking{}
	s.start()
	first := s.queue(outbox.Reply{Text: "eins"})
	s.awaitStatus(first, inbox.StatusSending)
	<-sender.current
	sender.current <- s.client(s.sim.URL())
	s.awaitStatus(s.queue(outbox.Reply{Text: "zwei"}), inbox.StatusDelivered)
	s.advance(3 * time.Minute)
	s.awaitStatus(first, inbox.StatusUnclear)
}

type panicking struct{}

func (panicking) SendMessage(context.Context, cloudapi.OutgoingMessage) (cloudapi.SendResult, error) {
	panic("Anna +491713920011")
}
