package consent_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

var (
	start   = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	wording = consent.Wording{Version: "news-de-1", Language: "de", Text: "Möchten Sie …? Antworten Sie mit JA.", Controller: "Bäckerei Müller, Gasse 1"}
)

// shop is a register with one customer.
type shop struct {
	*testing.T
	*storetest.Folder
	register *consent.Register
	customer store.CustomerRef
}

func open(t *testing.T) *shop {
	t.Helper()
	s := &shop{T: t, Folder: storetest.Open(t), register: consent.New([]byte("0123456789abcdef0123456789abcdef"))}
	s.customer = s.add("491713920001")
	return s
}

func (s *shop) update(fn func(*store.Tx) error) {
	s.Helper()
	if err := s.Store.Update(context.Background(), fn); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) add(number string) (c store.CustomerRef) {
	s.Helper()
	s.update(func(tx *store.Tx) (err error) {
		if c, err = tx.InsertCustomer(inbox.Profile{}, start); err != nil {
			return err
		}
		return tx.NoteIdentity(c, inbox.Identity{WAID: number}, start)
	})
	return c
}

func (s *shop) declare(act consent.Act, after time.Duration) {
	s.Helper()
	s.update(func(tx *store.Tx) error {
		d := consent.Declaration{Purpose: consent.PurposeNews, Act: act, At: start.Add(after), Wording: wording}
		d.Origin, d.Witness = consent.OriginPaper, "Frau Müller"
		return s.register.Declare(tx, s.customer, d)
	})
}

func (s *shop) hear(text string, after time.Duration) (o consent.Outcome) {
	s.Helper()
	s.update(func(tx *store.Tx) (err error) {
		o, err = s.register.Hear(tx, consent.Heard{Customer: s.customer, WAMID: "wamid.1", Text: text, At: start.Add(after), ReceivedAt: start.Add(after)})
		return err
	})
	return o
}

func (s *shop) refusal(c store.CustomerRef, after time.Duration) (r consent.Refusal) {
	s.Helper()
	s.update(func(tx *store.Tx) (err error) {
		r, err = s.register.Advertise(tx, c, consent.PurposeNews, start.Add(after))
		return err
	})
	return r
}

func TestNobodyIsAdvertisedToWithoutConsent(t *testing.T) {
	s := open(t)
	if r := s.refusal(s.customer, 0); r != consent.RefusedNever {
		t.Errorf("never asked: %q", r)
	}
	s.hear("Ja", time.Minute)
	if r := s.refusal(s.customer, 2*time.Minute); r != consent.RefusedNever {
		t.Errorf("a yes to no question: %q", r)
	}
}

func TestDoubleOptIn(t *testing.T) {
	s := open(t)
	s.declare(consent.ActRequested, 0)
	if r := s.refusal(s.customer, time.Minute); r != consent.RefusedOpen {
		t.Errorf("asked: %q", r)
	}
	if o := s.hear("Ja gerne!", 2*time.Minute); !slices.Equal(o.Purposes, []consent.Purpose{consent.PurposeNews}) {
		t.Errorf("outcome %+v", o)
	}
	if r := s.refusal(s.customer, 3*time.Minute); r != "" {
		t.Errorf("confirmed: %q", r)
	}
	rows, err := s.Store.ListConsents(context.Background(), s.customer.ID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := consent.Decode(rows)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d declarations, %v", len(list), err)
	}
	d := list[1]
	if d.Wording != wording || d.Words != "Ja gerne!" || d.WAMID != "wamid.1" || !d.Verified || !slices.Equal(d.Identifiers, []string{"wa_id:491713920001"}) {
		t.Errorf("proof: %+v", d)
	}
}

func TestUnansweredQuestionExpires(t *testing.T) {
	s := open(t)
	s.declare(consent.ActRequested, 0)
	late := consent.RequestLife + time.Minute
	s.hear("Ja", late)
	if r := s.refusal(s.customer, late); r != consent.RefusedWithdrawn {
		t.Errorf("answered too late: %q", r)
	}
}

func TestStopWithdrawsAtOnceAndOutlivesTheRecord(t *testing.T) {
	s := open(t)
	s.declare(consent.ActConfirmed, 0)
	if o := s.hear("Stopp!", time.Hour); !o.Stopped || len(o.Purposes) != 1 {
		t.Fatalf("outcome %+v", o)
	}
	if r := s.refusal(s.customer, time.Hour); r != consent.RefusedBlocked {
		t.Errorf("after STOPP: %q", r)
	}
	if _, err := s.Store.BeginErasure(context.Background(), s.customer.ID, start.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if r := s.refusal(s.add("491713920001"), 3*time.Hour); r != consent.RefusedBlocked {
		t.Errorf("the same number after the erasure: %q", r)
	}
	if r := s.refusal(s.add("491713920002"), 3*time.Hour); r != consent.RefusedNever {
		t.Errorf("another number: %q", r)
	}
}

func TestObjectionWithoutConsentIsKept(t *testing.T) {
	s := open(t)
	if o := s.hear("Keine Werbung", 0); !o.Stopped {
		t.Fatalf("outcome %+v", o)
	}
	if r := s.refusal(s.customer, 0); r != consent.RefusedBlocked {
		t.Errorf("after the objection: %q", r)
	}
}

func TestOnlyANewConsentLiftsTheBlock(t *testing.T) {
	s := open(t)
	s.hear("STOPP", 0)
	s.hear("START", time.Minute)
	if r := s.refusal(s.customer, time.Minute); r != consent.RefusedBlocked {
		t.Errorf("START alone: %q", r)
	}
	s.declare(consent.ActRequested, 2*time.Minute)
	s.hear("JA", 3*time.Minute)
	if r := s.refusal(s.customer, 4*time.Minute); r != "" {
		t.Errorf("new consent: %q", r)
	}
}

func TestOlderActArrivingLateChangesNothing(t *testing.T) {
	s := open(t)
	s.declare(consent.ActRequested, 0)
	s.hear("STOPP", time.Hour)
	s.hear("Ja", time.Minute) // sent before, delivered after
	if r := s.refusal(s.customer, 2*time.Hour); r == "" {
		t.Error("an older yes undid a newer objection")
	}
}

func TestClockThatIsALittleBehindDoesNotLoseAWish(t *testing.T) {
	s := open(t)
	s.declare(consent.ActRequested, 400*time.Millisecond)
	s.hear("Ja", 0) // WhatsApp's seconds
	if r := s.refusal(s.customer, time.Second); r != "" {
		t.Errorf("yes in the same second: %q", r)
	}
	s.hear("STOPP", 0)
	if r := s.refusal(s.customer, time.Second); r != consent.RefusedBlocked {
		t.Errorf("stop in the same second: %q", r)
	}
	rows, err := s.Store.ListConsents(context.Background(), s.customer.ID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := consent.Decode(rows)
	if err != nil || consent.StateOf(list, consent.PurposeNews, nil, start.Add(time.Hour)).Act != consent.ActWithdrawn {
		t.Errorf("state after both: %v", err)
	}
}

func TestConsentGivenAfterAnObjectionThatArrivesLateStays(t *testing.T) {
	s := open(t)
	s.declare(consent.ActConfirmed, time.Hour)
	s.hear("STOPP", 0) // sent an hour before
	if r := s.refusal(s.customer, 2*time.Hour); r != "" {
		t.Errorf("got %q", r)
	}
}

func TestDeclarationsThatProveNothingAreRefused(t *testing.T) {
	s := open(t)
	for name, d := range map[string]consent.Declaration{
		"no wording": {Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: start},
		"no purpose": {Act: consent.ActRequested, At: start, Wording: wording},
		"no witness": {Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: start, Wording: wording, Evidence: consent.Evidence{Origin: consent.OriginOral}},
	} {
		err := s.Store.Update(context.Background(), func(tx *store.Tx) error { return s.register.Declare(tx, s.customer, d) })
		if inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStateKnowsWhenAConsentWasNotUsed(t *testing.T) {
	list := []consent.Declaration{{Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: start}}
	later := start.Add(consent.StaleAfter)
	if s := consent.StateOf(list, consent.PurposeNews, nil, later); !s.Stale || !s.MayAdvertise() {
		t.Errorf("never used: %+v", s)
	}
	if s := consent.StateOf(list, consent.PurposeNews, []time.Time{later.Add(-time.Hour)}, later); s.Stale {
		t.Errorf("used an hour ago: %+v", s)
	}
}

// A number given to somebody else brings no consent along; saying that two
// customers are one person does, unless one of them had refused.
func TestConsentAcrossNumbers(t *testing.T) {
	s := open(t)
	s.declare(consent.ActConfirmed, 0)
	next := s.add("491713920002")
	s.update(func(tx *store.Tx) error {
		return tx.NoteIdentity(next, inbox.Identity{WAID: "491713920001"}, start.Add(time.Hour))
	})
	if r := s.refusal(next, 2*time.Hour); r != consent.RefusedNever {
		t.Errorf("recycled number: %q", r)
	}
	s.update(func(tx *store.Tx) error { return tx.Join(s.customer.ID, next.ID, start.Add(3*time.Hour)) })
	if r := s.refusal(next, 4*time.Hour); r != "" {
		t.Errorf("one person: %q", r)
	}
	third := s.add("491713920003")
	s.customer = third
	s.declare(consent.ActDeclined, 0)
	s.update(func(tx *store.Tx) error { return tx.Join(next.ID, third.ID, start.Add(5*time.Hour)) })
	if r := s.refusal(next, 6*time.Hour); r != consent.RefusedWithdrawn {
		t.Errorf("joined with somebody who declined: %q", r)
	}
	s.declare(consent.ActConfirmed, 7*time.Hour)
	if r := s.refusal(next, 8*time.Hour); r != "" {
		t.Errorf("asked anew: %q", r)
	}
}
