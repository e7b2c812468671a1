package rights_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/rights"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// shop is a rights desk with one customer.
type shop struct {
	*testing.T
	*storetest.Folder
	customer store.CustomerRef
	now      time.Time
}

func open(t *testing.T) *shop {
	t.Helper()
	s := &shop{T: t, Folder: storetest.Open(t), now: at(2026, 11, 22, 9)}
	s.must(func(tx *store.Tx) (err error) {
		s.customer, err = tx.InsertCustomer(inbox.Profile{}, s.now)
		return err
	})
	return s
}

func (s *shop) update(fn func(*store.Tx) error) error {
	return s.Store.Update(store.For(context.Background(), store.HerCase), fn)
}

func (s *shop) must(fn func(*store.Tx) error) {
	s.Helper()
	if err := s.update(fn); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) open(k rights.Kind) (one store.Case, opened bool) {
	s.Helper()
	s.must(func(tx *store.Tx) (err error) {
		one, opened, err = rights.Open(tx, s.customer, rights.Opening{Kind: k, Origin: rights.FromChat, ReceivedAt: s.now, Country: rights.Germany, Words: "AUSKUNFT"}, s.now)
		return err
	})
	return one, opened
}

func (s *shop) step(id int64, to rights.State, reason string) error {
	return s.update(func(tx *store.Tx) error {
		_, err := rights.Take(tx, rights.Step{Case: id, To: to, By: "Frau Müller", Reason: reason, Country: rights.Germany, Location: time.UTC}, s.now)
		return err
	})
}

func (s *shop) history(id int64) (kinds []string) {
	s.Helper()
	list, err := s.Store.CaseEvents(context.Background(), id)
	if err != nil {
		s.Fatal(err)
	}
	for _, e := range list {
		kinds = append(kinds, e.Kind+":"+e.Content.What)
	}
	return kinds
}

func (s *shop) stands(id int64) store.Case {
	s.Helper()
	one, err := s.Store.Case(context.Background(), id)
	if err != nil {
		s.Fatal(err)
	}
	return one
}

func TestCaseFromReceiptToTheEnd(t *testing.T) {
	s := open(t)
	one, opened := s.open(rights.Access)
	if !opened || one.DueAt.Format(time.DateOnly) != "2026-12-22" {
		t.Fatalf("%+v", one)
	}
	if again, opened := s.open(rights.Access); opened || again.ID != one.ID {
		t.Errorf("asked twice, two cases")
	}
	if other, opened := s.open(rights.Erasure); !opened || other.ID == one.ID {
		t.Errorf("another right is another case")
	}
	if err := s.step(one.ID, rights.Answered, ""); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("answered before the check: %v", err)
	}
	for _, to := range []rights.State{rights.Checked, rights.InWork} {
		if err := s.step(one.ID, to, ""); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.step(one.ID, rights.Extended, ""); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("extended without reasons: %v", err)
	}
	if err := s.step(one.ID, rights.Extended, "viele Bilder"); err != nil || s.stands(one.ID).DueAt.Format(time.DateOnly) != "2027-02-22" {
		t.Errorf("%v, due %s", err, s.stands(one.ID).DueAt)
	}
	for _, to := range []rights.State{rights.Answered, rights.Closed} {
		if err := s.step(one.ID, to, ""); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.stands(one.ID); got.State != string(rights.Closed) || got.ClosedAt.IsZero() {
		t.Errorf("%+v", got)
	}
	want := []string{"opened:chat", "repeated:chat", "state:checked", "state:work", "state:extended", "state:answered", "state:closed"}
	if got := s.history(one.ID); !slices.Equal(got, want) {
		t.Errorf("history %v", got)
	}
	if _, opened := s.open(rights.Access); !opened {
		t.Error("asked again after the end, no case")
	}
	if _, err := s.Store.VerifyLog(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestExtensionAfterTheFirstMonthIsRefused(t *testing.T) {
	s := open(t)
	one, _ := s.open(rights.Access)
	if err := s.step(one.ID, rights.Checked, ""); err != nil {
		t.Fatal(err)
	}
	s.now = at(2026, 12, 23, 9)
	if err := s.step(one.ID, rights.Extended, "zu viel"); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("%v", err)
	}
}

func TestDateOfReceiptIsChecked(t *testing.T) {
	s := open(t)
	for _, received := range []time.Time{{}, s.now.Add(time.Hour), s.now.AddDate(-1, 0, -1)} {
		err := s.update(func(tx *store.Tx) error {
			_, _, err := rights.Open(tx, s.customer, rights.Opening{Kind: rights.Access, Origin: rights.FromLetter, ReceivedAt: received, Country: rights.Germany}, s.now)
			return err
		})
		var e *inbox.Error
		if !errors.As(err, &e) || e.Field != "receivedAt" {
			t.Errorf("%s: %v", received, err)
		}
	}
}

func (s *shop) ask(id int64) rights.Challenge {
	s.Helper()
	code, err := rights.NewChallenge(s.now)
	if err != nil {
		s.Fatal(err)
	}
	s.must(func(tx *store.Tx) error { return rights.Ask(tx, id, code, "") })
	return code
}

func (s *shop) hear(text string) (v rights.Verdict) {
	s.Helper()
	s.must(func(tx *store.Tx) (err error) {
		_, v, err = rights.Hear(tx, s.customer, 7, text, s.now, s.now)
		return err
	})
	return v
}

func TestCodeProvesWhoAsksAndWrongOnesAreCounted(t *testing.T) {
	s := open(t)
	one, _ := s.open(rights.Access)
	if v := s.hear("123456"); v != rights.NoAnswer {
		t.Errorf("without a question: %q", v)
	}
	code := s.ask(one.ID)
	wrong := "000000"
	if code.Code == wrong {
		wrong = "000001"
	}
	if v := s.hear(wrong); v != rights.Wrong {
		t.Errorf("%q", v)
	}
	if v := s.hear(code.Shown()); v != rights.Right || s.stands(one.ID).State != string(rights.Checked) {
		t.Errorf("%q, %s", v, s.stands(one.ID).State)
	}
	if v := s.hear(code.Code); v != rights.NoAnswer {
		t.Errorf("the code is good twice: %q", v)
	}
	if got, want := s.history(one.ID), []string{"opened:chat", "codeSent:", "codeWrong:", "state:checked"}; !slices.Equal(got, want) {
		t.Errorf("history %v", got)
	}
	if err := s.update(func(tx *store.Tx) error { return rights.Ask(tx, one.ID, code, "") }); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("asked again: %v", err)
	}
}

func TestFiveWrongCodesEndTheCode(t *testing.T) {
	s := open(t)
	one, _ := s.open(rights.Access)
	code := s.ask(one.ID)
	wrong := "000000"
	if code.Code == wrong {
		wrong = "000001"
	}
	for range 4 {
		s.hear(wrong)
	}
	if v := s.hear(wrong); v != rights.Spent {
		t.Errorf("%q", v)
	}
	if v := s.hear(code.Code); v != rights.NoAnswer || s.stands(one.ID).State != string(rights.Received) {
		t.Errorf("%q, %s", v, s.stands(one.ID).State)
	}
}

func TestRestrictionIsLiftedOnlyAfterTheLetter(t *testing.T) {
	s := open(t)
	one, _ := s.open(rights.Restriction)
	lift := func() error {
		return s.update(func(tx *store.Tx) error {
			_, err := rights.Lift(tx, one.ID, "", s.now)
			return err
		})
	}
	s.must(func(tx *store.Tx) error {
		_, err := rights.Restrict(tx, one.ID, rights.Claims, "", s.now)
		return err
	})
	if err := lift(); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("lifted without a letter: %v", err)
	}
	s.must(func(tx *store.Tx) error {
		return rights.Note(tx, one.ID, rights.EventLetter, store.CaseContent{What: string(rights.Lifting)}, s.now)
	})
	if err := lift(); err != nil {
		t.Error(err)
	}
	if err := s.update(func(tx *store.Tx) error { return rights.View(tx, one.ID, "case", "", "", s.now) }); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("looked at without a reason: %v", err)
	}
}

func TestLogKnowsNumbersAndNoWords(t *testing.T) {
	s := open(t)
	one, _ := s.open(rights.Objection)
	if err := s.step(one.ID, rights.Refused, "Grund mit Namen Erika"); err != nil {
		t.Fatal(err)
	}
	list, err := s.Store.ListLog(context.Background(), 0, 10)
	if err != nil || len(list) != 2 {
		t.Fatal(len(list), err)
	}
	for _, e := range list {
		if strings.Contains(string(e.Detail), "Erika") || strings.Contains(string(e.Detail), "AUSKUNFT") {
			t.Errorf("log says %s", e.Detail)
		}
	}
}
