package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func (d *desk) view(q ConversationQuery) ConversationPage {
	d.Helper()
	q.Limit = 50
	page, err := d.inbox.ListConversations(q)
	return do(d, page, err)
}

func names(rows []ConversationRow) (list []string) {
	for _, r := range rows {
		list = append(list, r.Name)
	}
	return list
}

func TestWorkWithConversations(t *testing.T) {
	d := open(t)
	work := &Work{d.app}
	anna := d.anna()
	a := d.say(anna, "Wann sind die Kränze fertig?")
	b := d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Danke")
	label, err := work.SaveLabel(LabelRow{Name: " Stammkundschaft ", Colour: "blue"})
	if do(d, label, err); label[0].Name != "Stammkundschaft" {
		t.Errorf("labels %+v", label)
	}
	_, err = work.SaveLabel(LabelRow{Name: "stammkundschaft", Colour: "red"})
	d.refused("same name", err, inbox.CodeConflict, "name")
	_, err = work.SaveLabel(LabelRow{Name: "x", Colour: "url(evil)"})
	d.refused("colour", err, inbox.CodeInvalid, "colour")
	_, err = work.SaveLabel(LabelRow{Name: "\u202e ", Colour: "red"})
	d.refused("no name", err, inbox.CodeInvalid, "name")
	people, err := work.SaveColleague(ColleagueRow{Name: "Jana"})
	do(d, people, err)
	d.check(work.SetLabels(CustomerLabelsRequest{CustomerID: a.CustomerID, LabelIDs: []int64{label[0].ID, label[0].ID}}))
	d.check(work.Assign(AssignRequest{ConversationID: a.ID, ColleagueID: people[0].ID}))
	d.refused("unknown colleague", work.Assign(AssignRequest{ConversationID: a.ID, ColleagueID: 99}), inbox.CodeNotFound, "")
	d.check(work.SetPinned(PinRequest{ConversationID: a.ID, Pinned: true}))
	d.check(work.SetDone(DoneRequest{ConversationID: b.ID, Done: true}))
	for name, c := range map[string]struct {
		q    ConversationQuery
		want []string
	}{
		"open":      {ConversationQuery{}, []string{"Anna Äpfel"}},
		"done":      {ConversationQuery{View: "done"}, []string{"Ben"}},
		"label":     {ConversationQuery{View: "label", LabelID: label[0].ID}, []string{"Anna Äpfel"}},
		"colleague": {ConversationQuery{View: "colleague", ColleagueID: people[0].ID}, []string{"Anna Äpfel"}},
		"waiting":   {ConversationQuery{View: "waiting"}, []string{"Anna Äpfel"}},
	} {
		if page := d.view(c.q); !slices.Equal(names(page.Rows), c.want) || page.Total != len(c.want) {
			t.Errorf("%s: %v of %d", name, names(page.Rows), page.Total)
		}
	}
	page := d.view(ConversationQuery{})
	if row := page.Rows[0]; !row.Pinned || row.ColleagueID != people[0].ID || !slices.Equal(row.LabelIDs, []int64{label[0].ID}) || !row.Waiting {
		t.Errorf("row %+v", row)
	}
	if page.Counts != (ViewCounts{Open: 1, Unread: 1, Waiting: 1, Done: 1}) || page.Unread != 1 {
		t.Errorf("counts %+v", page.Counts)
	}
	_, err = d.inbox.ListConversations(ConversationQuery{View: "everything"})
	d.refused("view", err, inbox.CodeInvalid, "view")
	// Who writes again is open again.
	ben, err := d.sim.FindCustomer("+491713920012")
	d.check(err)
	d.say(ben, "Noch eine Frage")
	if page := d.view(ConversationQuery{View: "done"}); page.Total != 0 {
		t.Errorf("still done: %v", names(page.Rows))
	}
}

func TestNotesAreFoundAndErased(t *testing.T) {
	d := open(t)
	work := &Work{d.app}
	row := d.say(d.anna(), "Guten Tag")
	notes, err := work.SaveNote(NoteRequest{CustomerID: row.CustomerID, Text: "Allergisch gegen Lilien"})
	if do(d, notes, err); len(notes) != 1 {
		t.Fatalf("notes %+v", notes)
	}
	d.await("note in the search", func() bool {
		people := d.find(SearchRequest{Text: "lilien"}).People
		return len(people) == 1 && people[0].Detail == "Allergisch gegen Lilien" && len(people[0].DetailMarks) == 2
	})
	if m := d.find(SearchRequest{Text: "lilien"}).Messages; len(m) != 0 {
		t.Errorf("a note counts as a message: %+v", m)
	}
	_, err = work.SaveNote(NoteRequest{CustomerID: row.CustomerID, Text: strings.Repeat("x", maxNote+1)})
	d.refused("long note", err, inbox.CodeInvalid, "text")
	d.check(work.SetReminder(ReminderRequest{ConversationID: row.ID, AtMs: time.Now().Add(-time.Minute).UnixMilli(), Why: "Kranz fertig?"}))
	due, err := work.ListDue()
	if do(d, due, err); len(due) != 1 || due[0].Why != "Kranz fertig?" || due[0].ID != row.ID {
		t.Errorf("due %+v", due)
	}
	preview, err := d.customers.PreviewErasure(row.CustomerID)
	if do(d, preview, err); preview.Notes != 1 {
		t.Errorf("preview %+v", preview)
	}
	report, err := d.customers.Erase(row.CustomerID)
	d.check(err)
	if n := len(d.find(SearchRequest{Text: "lilien"}).People); n != 0 {
		t.Errorf("%d people found by a note during the erasure", n)
	}
	if due, err := work.ListDue(); len(do(d, due, err)) != 0 {
		t.Errorf("due %+v", due)
	}
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if report.ScanHits != 0 {
		t.Errorf("%d hits", report.ScanHits)
	}
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Lilien", "Kranz fertig"})
	_, err = work.SaveNote(NoteRequest{CustomerID: row.CustomerID, Text: "zu spät"})
	d.refused("note about nobody", err, inbox.CodeNotFound, "")
}

func TestBlocking(t *testing.T) {
	d := open(t)
	work := &Work{d.app}
	anna := d.anna()
	row := d.say(anna, "Sie hören von mir")
	d.check(work.Block(BlockRequest{CustomerID: row.CustomerID, Blocked: true}))
	if !anna.Blocked() || !d.view(ConversationQuery{}).Rows[0].Blocked {
		t.Error("not blocked on both sides")
	}
	d.check(work.Block(BlockRequest{CustomerID: row.CustomerID}))
	if anna.Blocked() || d.view(ConversationQuery{}).Rows[0].Blocked {
		t.Error("still blocked")
	}
	d.sim.ChangeFaults(func(f *simulator.Faults) { f.FailRequests, f.FailStatus, f.FailEdge = 1, 503, "block_users" })
	if err := work.Block(BlockRequest{CustomerID: row.CustomerID, Blocked: true}); err == nil {
		t.Error("no error although WhatsApp refused")
	}
	if d.view(ConversationQuery{}).Rows[0].Blocked {
		t.Error("shown as blocked although WhatsApp refused")
	}
}
