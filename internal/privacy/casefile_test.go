package privacy

import (
	"context"
	"slices"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// files is a shop with an old conversation of one customer.
func files(t *testing.T) (*year, store.ConversationRef) {
	t.Helper()
	y := newYear(t, 0)
	var ref store.ConversationRef
	y.must(y.Store.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ShopName: "Erika"}, y.now.AddDate(-2, 0, 0))
		if err != nil {
			return err
		}
		if ref, err = tx.EnsureConversation(c, "1"); err != nil {
			return err
		}
		_, err = tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: "wamid.1", Kind: inbox.KindText, SentAt: y.now.AddDate(-2, 0, 0), Content: inbox.Content{Text: "Guten Tag"}})
		return err
	}))
	return y, ref
}

func (y *year) caseFile(c store.CustomerRef, kind, state string, at time.Time) (one store.Case) {
	y.Helper()
	y.must(y.Store.Update(context.Background(), func(tx *store.Tx) (err error) {
		one = store.Case{Kind: kind, State: state, ReceivedAt: at, DueAt: at, ActedAt: at}
		if state == "closed" {
			one.ClosedAt = at
		}
		if one, err = tx.InsertCase(c, one); err != nil {
			return err
		}
		return tx.AppendCaseEvent(c, store.CaseEvent{Case: one.ID, At: at, Kind: "opened", Content: store.CaseContent{Text: "Auskunft"}})
	}))
	return one
}

func (y *year) plan() retention.Plan {
	y.Helper()
	p, err := y.keeper.Plan(context.Background())
	y.must(err)
	return p
}

func TestOpenCaseAndRestrictionHoldWhatTheyAreAbout(t *testing.T) {
	y, ref := files(t)
	if p := y.plan(); len(p.Customers) != 1 {
		t.Fatalf("nothing is over: %+v", p)
	}
	erasure := y.caseFile(ref.Customer, "erasure", "received", y.now)
	if p := y.plan(); len(p.Customers) != 1 || p.Held != 0 {
		t.Errorf("a request for erasure holds: %+v", p)
	}
	access := y.caseFile(ref.Customer, "access", "work", y.now)
	if p := y.plan(); len(p.Items) != 0 || p.Held != 1 {
		t.Errorf("an open request holds nothing: %+v", p)
	}
	y.must(y.Store.Update(t.Context(), func(tx *store.Tx) error {
		for _, one := range []store.Case{erasure, access} {
			one.State, one.ClosedAt = "closed", y.now
			if err := tx.UpdateCase(one); err != nil {
				return err
			}
		}
		return tx.Restrict(ref.Customer, access.ID, y.now)
	}))
	y.now = y.now.AddDate(5, 0, 0)
	if p := y.plan(); len(p.Items) != 0 || p.Held != 3 {
		t.Errorf("restricted data, and their files, are not held: %+v", p)
	}
	y.must(y.Store.Update(t.Context(), func(tx *store.Tx) error { return tx.Unrestrict(ref.Customer) }))
	if p := y.plan(); len(p.Items) != 3 || len(p.Customers) != 1 {
		t.Errorf("after lifting: %+v", p)
	}
}

// The dry run must promise just what the run does, whatever was asked for and
// however far the shop is with it.
func TestPlanAndRunAgreeAboutCases(t *testing.T) {
	for _, kind := range []string{"access", "rectification", "erasure", "restriction", "portability", "objection"} {
		for _, state := range []string{"received", "checked", "work", "extended", "answered", "refused", "closed"} {
			holds := kind != "erasure" && slices.Contains([]string{"received", "checked", "work", "extended"}, state)
			y, ref := files(t)
			other := y.joined(ref)
			one := y.caseFile(ref.Customer, kind, state, y.now)
			old := y.caseFile(other, "access", "closed", y.now.AddDate(-6, 0, 0))
			y.keeper.cfg.OpenCases = func(_ context.Context, id inbox.CustomerID, _ string) (int, error) {
				if holds && (kind == "access" || kind == "portability") && id == ref.Customer.ID {
					return 1, nil
				}
				return 0, nil
			}
			plan := y.plan()
			run, err := y.keeper.RunOnce(t.Context())
			y.must(err)
			left, err := y.Store.ListCustomers(t.Context())
			y.must(err)
			want := 2
			if holds {
				want = 0
			}
			if len(plan.Customers) != want || run.Customers != want || len(left) != 2-want || run.Left != 0 {
				t.Errorf("%s, %s: %d leave by the plan, %d by the run, %d are left; want %d to leave", kind, state, len(plan.Customers), run.Customers, len(left), want)
			}
			for _, c := range []store.Case{one, old} {
				if _, err := y.Store.Case(t.Context(), c.ID); (err == nil) != holds {
					t.Errorf("%s, %s: case %d: %v", kind, state, c.ID, err)
				}
			}
		}
	}
}

// joined adds a customer with an old conversation who is the same person.
func (y *year) joined(with store.ConversationRef) (c store.CustomerRef) {
	y.Helper()
	y.must(y.Store.Update(context.Background(), func(tx *store.Tx) (err error) {
		if c, err = tx.InsertCustomer(inbox.Profile{}, y.now.AddDate(-2, 0, 0)); err != nil {
			return err
		}
		ref, err := tx.EnsureConversation(c, "1")
		if err != nil {
			return err
		}
		_, err = tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: "wamid.2", Kind: inbox.KindText, SentAt: y.now.AddDate(-2, 0, 0), Content: inbox.Content{Text: "Hier auch"}})
		if err != nil {
			return err
		}
		return tx.Join(with.Customer.ID, c.ID, y.now)
	}))
	return c
}

func TestCaseFileOutlivesThePersonInTheArchiveAndEndsByItself(t *testing.T) {
	y, ref := files(t)
	y.caseFile(ref.Customer, "access", "closed", y.now.AddDate(0, -1, 0))
	y.caseFile(ref.Customer, "access", "closed", y.now.AddDate(-6, 0, 0)) // over its time
	run, err := y.keeper.RunOnce(t.Context())
	if y.must(err); run.Left != 0 || run.Customers != 1 {
		t.Errorf("%+v", run)
	}
	list, err := y.Store.ListArchived(t.Context())
	if y.must(err); len(list) != 1 || list[0].Class != string(retention.Case) || list[0].EndsAt.Year() != y.now.Year()+4 {
		t.Fatalf("archive %+v", list)
	}
	var content ArchiveContent
	entry, err := y.Store.OpenArchived(t.Context(), list[0].ID)
	y.must(err)
	y.must(entry.Decode(&content))
	if len(content.Cases) != 1 || content.Cases[0].Number != 1 || content.Cases[0].History[0].Text != "Auskunft" || content.Person.Name != "Erika" {
		t.Errorf("%+v", content)
	}
	cases, err := y.Store.ListCases(t.Context())
	if y.must(err); len(cases) != 0 {
		t.Errorf("cases %v", cases)
	}
	log, err := y.Store.ListLog(t.Context(), 0, 100)
	y.must(err)
	if !slices.ContainsFunc(log, func(e store.LogEntry) bool { return string(e.Detail) == `{"number":1,"state":"erased"}` }) {
		t.Error("the log does not keep the number")
	}
	y.now = y.now.AddDate(5, 0, 0)
	_, err = y.keeper.RunOnce(t.Context())
	y.must(err)
	if list, err = y.Store.ListArchived(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("after its time: %+v, %v", list, err)
	}
}

func TestCaseFileOfSomebodyWhoStaysEndsByItself(t *testing.T) {
	y, ref := files(t)
	y.must(y.Store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.SetMatter(ref.ID, store.Matter{Kind: "order"})
	}))
	old := y.caseFile(ref.Customer, "access", "answered", y.now.AddDate(-6, 0, 0))
	_, err := y.keeper.RunOnce(t.Context())
	y.must(err)
	if _, err := y.Store.Case(t.Context(), old.ID); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("%v", err)
	}
	if _, err := y.Store.Conversation(t.Context(), ref.ID); err != nil {
		t.Error(err)
	}
}
