package store

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// views lists the conversations of a view, page by page with two rows each.
func (f *folder) view(t *testing.T, filter Filter) (got []inbox.ConversationID) {
	t.Helper()
	for after := (Place{}); ; {
		list, err := f.store.ListView(context.Background(), filter, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return got
		}
		got = append(got, ids(list)...)
		after = filter.PlaceOf(list[len(list)-1])
	}
}

func (f *folder) answer(t *testing.T, ref ConversationRef, second int) {
	t.Helper()
	f.update(t, func(tx *Tx) error {
		_, err := tx.InsertMessage(NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Direction: inbox.Outbound,
			Kind: inbox.KindText, SentAt: at(second), Content: inbox.Content{Text: "Gern"}})
		return err
	})
}

func TestViews(t *testing.T) {
	f := openFolder(t)
	var refs []ConversationRef
	for i := range 7 {
		_, ref := f.say(t, i, i*3600, fmt.Sprint("Guten Tag ", i))
		refs = append(refs, ref)
	}
	id := func(list ...int) (out []inbox.ConversationID) {
		for _, i := range list {
			out = append(out, refs[i].ID)
		}
		return out
	}
	f.answer(t, refs[1], 7*3600)
	f.answer(t, refs[0], 30) // an answer that was sent later than 0 and before anything else
	var label, other inbox.LabelID
	var jana inbox.ColleagueID
	f.update(t, func(tx *Tx) (err error) {
		if _, err = tx.MarkRead(refs[1].ID); err != nil {
			return err
		}
		if label, err = tx.InsertLabel(inbox.Label{Name: "Stammkundschaft", Colour: "blue"}); err != nil {
			return err
		}
		if other, err = tx.InsertLabel(inbox.Label{Name: "Reklamation", Colour: "red"}); err != nil {
			return err
		}
		if jana, err = tx.InsertColleague("Jana"); err != nil {
			return err
		}
		for _, i := range []int{2, 4, 5} {
			if err := tx.SetLabels(refs[i].Customer.ID, []inbox.LabelID{label, other}[:1+i%2]); err != nil {
				return err
			}
		}
		if err := tx.Assign(refs[4].ID, jana); err != nil {
			return err
		}
		if _, err := tx.SetDone(refs[5].ID, at(9)); err != nil {
			return err
		}
		if _, err := tx.SetDone(refs[3].ID, at(8)); err != nil {
			return err
		}
		return tx.SetPinned(refs[2].ID, true)
	})
	now := at(0).Add(24*time.Hour - 10*time.Minute)
	for name, c := range map[string]struct {
		filter Filter
		want   []inbox.ConversationID
	}{
		"open, the pinned one first": {Filter{View: ViewOpen}, id(2, 1, 6, 4, 0)},
		"unread":                     {Filter{View: ViewUnread}, id(2, 6, 4, 0)},
		"waiting":                    {Filter{View: ViewWaiting}, id(2, 6, 4)},
		"soon, the first to end":     {Filter{View: ViewSoon, Now: now}, id(0, 1, 2)},
		"done, the newest first":     {Filter{View: ViewDone}, id(5, 3)},
		"label":                      {Filter{View: ViewLabel, Label: label}, id(2, 5, 4)},
		"other label":                {Filter{View: ViewLabel, Label: other}, id(5)},
		"colleague":                  {Filter{View: ViewColleague, Colleague: jana}, id(4)},
	} {
		if got := f.view(t, c.filter); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	n, err := f.store.CountViews(context.Background(), now)
	if want := (Counts{Open: 5, Unread: 4, Waiting: 3, Soon: 3, Done: 2}); err != nil || n != want {
		t.Errorf("counts %+v, %v", n, err)
	}
	if n, err := f.store.CountOf(context.Background(), Filter{View: ViewLabel, Label: label}); err != nil || n != 3 {
		t.Errorf("%d labelled, %v", n, err)
	}
	c, err := f.store.Conversation(context.Background(), refs[5].ID)
	if err != nil || !slices.Equal(c.Work.Labels, []inbox.LabelID{label, other}) || !c.Work.DoneAt.Equal(at(9)) {
		t.Errorf("work %+v, %v", c.Work, err)
	}
	// A new message opens what was done; one that was there already does not.
	f.say(t, 5, 5*3600, "Guten Tag 5")
	f.say(t, 3, 9*3600, "Noch etwas")
	if got := f.view(t, Filter{View: ViewDone}); !slices.Equal(got, id(5)) {
		t.Errorf("done after a new message: %v", got)
	}
	f.update(t, func(tx *Tx) error {
		if err := tx.DeleteColleague(jana); err != nil {
			return err
		}
		return tx.DeleteLabel(label)
	})
	if c, err := f.store.Conversation(context.Background(), refs[5].ID); err != nil || !slices.Equal(c.Work.Labels, []inbox.LabelID{other}) {
		t.Errorf("labels left %v, %v", c.Work.Labels, err)
	}
	if c, err := f.store.Conversation(context.Background(), refs[4].ID); err != nil || c.Work.Colleague != 0 || len(c.Work.Labels) != 0 {
		t.Errorf("work left %+v, %v", c.Work, err)
	}
}

func TestNotesAndReminders(t *testing.T) {
	f := openFolder(t)
	ctx := context.Background()
	_, ref := f.say(t, 1, 1, "Guten Tag")
	_, quiet := f.say(t, 2, 2, "Hallo")
	var first, second int64
	f.update(t, func(tx *Tx) (err error) {
		if first, err = tx.InsertNote(ref.Customer.ID, at(5), "Mag keine Nelken"); err != nil {
			return err
		}
		if second, err = tx.InsertNote(ref.Customer.ID, at(6), "Zahlt bar"); err != nil {
			return err
		}
		if err := tx.UpdateNote(ref.Customer.ID, first, "Mag keine roten Nelken"); err != nil {
			return err
		}
		if err := tx.SetReminder(ref, at(100), "Kranz fertig?"); err != nil {
			return err
		}
		return tx.SetReminder(quiet, at(50), "")
	})
	notes, err := f.store.ListNotes(ctx, ref.Customer.ID)
	if err != nil || len(notes) != 2 || notes[0] != (inbox.Note{ID: second, At: at(6), Text: "Zahlt bar"}) || notes[1].Text != "Mag keine roten Nelken" {
		t.Errorf("notes %+v, %v", notes, err)
	}
	// Somebody else's note is out of reach.
	err = f.store.Update(ctx, func(tx *Tx) error { return tx.DeleteNote(quiet.Customer.ID, first) })
	if inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("deleting another's note: %v", err)
	}
	f.update(t, func(tx *Tx) error { return tx.DeleteNote(ref.Customer.ID, first) })
	people, err := f.store.ListPeople(ctx)
	if err != nil || len(people) != 2 || len(people[0].Notes) != 1 || people[0].Notes[0].ID != second {
		t.Errorf("people %+v, %v", people, err)
	}
	due, err := f.store.ListDue(ctx, at(100), 10)
	if err != nil || !slices.Equal(ids(due), []inbox.ConversationID{quiet.ID, ref.ID}) || !due[1].Work.RemindAt.Equal(at(100)) {
		t.Errorf("due %+v, %v", due, err)
	}
	if why, err := f.store.Reminder(ctx, ref.ID); err != nil || why != "Kranz fertig?" {
		t.Errorf("reminder %q, %v", why, err)
	}
	n, err := f.store.CountViews(ctx, at(60))
	if err != nil || n.Due != 1 || !n.NextDue.Equal(at(100)) {
		t.Errorf("counts %+v, %v", n, err)
	}
	f.update(t, func(tx *Tx) error { return tx.SetReminder(quiet, time.Time{}, "") })
	if due, err := f.store.ListDue(ctx, at(60), 10); err != nil || len(due) != 0 {
		t.Errorf("due %+v, %v", due, err)
	}
}

// While somebody is being erased, nothing lists or counts her.
func TestErasureHidesWork(t *testing.T) {
	f := openFolder(t)
	ctx := context.Background()
	_, ref := f.say(t, 1, 1, "Guten Tag")
	f.update(t, func(tx *Tx) error {
		label, err := tx.InsertLabel(inbox.Label{Name: "Stammkundschaft", Colour: "blue"})
		if err != nil {
			return err
		}
		if err := tx.SetLabels(ref.Customer.ID, []inbox.LabelID{label}); err != nil {
			return err
		}
		if _, err := tx.InsertNote(ref.Customer.ID, at(5), "Mag keine Nelken"); err != nil {
			return err
		}
		return tx.SetReminder(ref, at(3), "Kranz fertig?")
	})
	job, err := f.store.BeginErasure(ctx, ref.Customer.ID, at(9))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := f.store.CountViews(ctx, at(10)); err != nil || n != (Counts{}) {
		t.Errorf("counts %+v, %v", n, err)
	}
	for _, view := range []View{ViewOpen, ViewUnread, ViewWaiting, ViewSoon, ViewDone, ViewLabel} {
		if got := f.view(t, Filter{View: view, Label: 1, Now: at(23 * 3600)}); len(got) != 0 {
			t.Errorf("%s lists %v", view, got)
		}
	}
	if notes, err := f.store.ListNotes(ctx, ref.Customer.ID); err != nil || len(notes) != 0 {
		t.Errorf("notes %v, %v", notes, err)
	}
	err = f.store.Update(ctx, func(tx *Tx) error { _, err := tx.InsertNote(ref.Customer.ID, at(11), "doch noch"); return err })
	if inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("note during an erasure: %v", err)
	}
	if err := f.store.DeleteCustomerRows(ctx, job, func() {}); err != nil {
		t.Fatal(err)
	}
	for _, table := range []string{"note", "customer_label", "conversation", "customer"} {
		var n int
		err := f.store.read(ctx, func(db *connection) error { return db.queryRow("SELECT count(*) FROM " + table).Scan(&n) })
		if err != nil || n != 0 {
			t.Errorf("%d rows of %s, %v", n, table, err)
		}
	}
}
