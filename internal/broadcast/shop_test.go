package broadcast

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

const number inbox.PhoneNumberID = "104"

// tulips is a template every test may send, with a place for a name.
var tulips = inbox.Template{
	ID: "t1", Name: "tulpen", Language: "de", Category: inbox.CategoryMarketing, Status: inbox.TemplateApproved, Named: true,
	Body: "Guten Tag {{name}}, die Tulpen sind da.",
}

// queue is a real outbox nobody runs: tests play WhatsApp.
type queue struct {
	*outbox.Outbox
	state outbox.State
}

func (q *queue) State() outbox.State { return q.state }

// shop is a broadcast's surroundings. Its clock stands still until a test moves it.
type shop struct {
	*testing.T
	folder *storetest.Folder
	feeder *Feeder
	queue  *queue
	now    time.Time
	limit  int
	// refused is why somebody must not be written to.
	refused map[inbox.CustomerID]string
	people  []store.CustomerRef
	wamids  int
}

// open is a shop with people who agreed.
func open(t *testing.T, people int) *shop {
	s := &shop{T: t, folder: storetest.Open(t), now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), refused: map[inbox.CustomerID]string{}}
	s.wire()
	s.update(func(tx *store.Tx) error { return tx.PutTemplate(tulips) })
	for n := range people {
		s.people = append(s.people, s.guest(fmt.Sprintf("Gast %d", n+1), "news"))
	}
	return s
}

func (s *shop) wire() {
	clock := func() time.Time { return s.now }
	s.queue = &queue{Outbox: outbox.New(outbox.Config{Store: s.folder.Store, Now: clock})}
	s.feeder = New(Config{
		Store: s.folder.Store, Queue: s.queue, Now: clock, DayLimit: func() int { return s.limit },
		Refused: func(_ *store.Tx, c store.CustomerRef, _ string) (string, error) { return s.refused[c.ID], nil },
	})
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) update(fn func(*store.Tx) error) {
	s.Helper()
	s.must(s.folder.Store.Update(context.Background(), fn))
}

func (s *shop) guest(name, purpose string) (c store.CustomerRef) {
	s.Helper()
	s.update(func(tx *store.Tx) (err error) {
		if c, err = tx.InsertCustomer(inbox.Profile{ShopName: name}, s.now); err != nil || purpose == "" {
			return err
		}
		return tx.InsertConsent(c, purpose, "confirmed", s.now, struct{}{})
	})
	return c
}

func (s *shop) plan() Plan {
	return Plan{Purpose: "news", PhoneNumberID: number, People: len(s.people), Content: store.BroadcastContent{
		TemplateID: tulips.ID, Category: string(tulips.Category), Values: map[string]string{"body.name": NamePlace}, Nameless: "zusammen",
	}}
}

func (s *shop) start() store.BroadcastID {
	s.Helper()
	id, err := s.feeder.Start(context.Background(), s.plan())
	s.must(err)
	return id
}

// step lets the feeder decide once and returns how long it wants to wait.
func (s *shop) step() time.Duration {
	s.Helper()
	next, err := s.feeder.step(context.Background())
	s.must(err)
	return next.Sub(s.now)
}

// settle lets the feeder decide until it waits for something.
func (s *shop) settle() time.Duration {
	s.Helper()
	for range 100 {
		if wait := s.step(); wait > 0 {
			return wait
		}
	}
	s.Fatal("it never waits")
	return 0
}

// queued is what waits in the outbox, the oldest first.
func (s *shop) queued() []store.Queued {
	s.Helper()
	list, err := s.folder.Store.ListQueued(context.Background())
	s.must(err)
	return list
}

// send plays the outbox: everything queued leaves, and fails with a number unless that is 0.
func (s *shop) send(failure int) {
	s.Helper()
	for _, q := range s.queued() {
		s.begin(q)
		s.update(func(tx *store.Tx) error {
			if failure != 0 {
				return tx.Fail(q.MessageID, inbox.CodeUndeliverable, failure)
			}
			s.wamids++
			return tx.Accept(q.MessageID, number, inbox.WAMID(fmt.Sprint("wamid.", s.wamids)))
		})
	}
}

func (s *shop) begin(q store.Queued) {
	s.Helper()
	s.update(func(tx *store.Tx) error {
		_, err := tx.StartAttempt(q.MessageID, s.now.Add(time.Minute))
		return err
	})
}

func (s *shop) broadcast() store.Broadcast {
	s.Helper()
	list, err := s.folder.Store.ListBroadcasts(context.Background())
	s.must(err)
	return list[0]
}

func (s *shop) expect(what string, state store.BroadcastState, reason string, people map[store.Outcome]int) {
	s.Helper()
	if b := s.broadcast(); b.State != state || b.Reason != reason || !maps.Equal(b.People, people) {
		s.Errorf("%s: %s %q %v, want %s %q %v", what, b.State, b.Reason, b.People, state, reason, people)
	}
}
