package app

import (
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// moved lets somebody announce a new number and write from it.
func (d *desk) moved() (before, after ConversationRow, someone *simulator.Customer) {
	d.Helper()
	someone = d.anna()
	before = d.say(someone, "von der alten Nummer")
	d.check((&Consents{d.app}).Record(RecordConsentRequest{CustomerID: before.CustomerID, Purpose: "news", Act: "confirmed", Origin: "paper",
		Text: "Ja, Angebote.", Witness: "Frau Müller", AtMs: d.app.cfg.Now().UnixMilli() - 3600_000}))
	d.check(someone.ChangeNumber("+491713920055"))
	after = d.say(someone, "von der neuen Nummer")
	d.await("a proposal", func() bool { // WhatsApp tells of the change in a delivery of its own
		rows, err := (&People{d.app}).Proposals()
		return len(do(d, rows, err)) == 1
	})
	if before.CustomerID == after.CustomerID {
		d.Fatal("joined without a click")
	}
	return before, after, someone
}

func TestNumberChangeIsProposedJoinedAndTakenBack(t *testing.T) {
	d := open(t)
	before, after, someone := d.moved()
	people := &People{d.app}
	rows, err := people.Proposals()
	if do(d, rows, err); len(rows) != 1 || rows[0].Earlier.CustomerID != before.CustomerID || rows[0].Later.CustomerID != after.CustomerID {
		t.Fatalf("proposals %+v", rows)
	}
	pair := PeopleRequest{CustomerID: before.CustomerID, OtherID: after.CustomerID}
	p, err := people.Preview(pair)
	if do(d, p, err); p.Name != "Anna Äpfel" || !slices.Equal(p.Counts, []string{"news"}) || len(p.Ends) != 0 || p.Sides[0].Messages != 2 || p.Sides[1].Messages != 1 {
		t.Errorf("preview %+v", p)
	}
	if got := d.newsOf(after.CustomerID); got != "" {
		t.Errorf("the preview did something: %q", got)
	}
	d.check(people.Join(pair))
	if got := d.newsOf(after.CustomerID); got != "confirmed" {
		t.Errorf("consent after joining: %q", got)
	}
	sheet, err := people.Get(after.CustomerID)
	if do(d, sheet, err); len(sheet.Others) != 1 || sheet.Others[0].CustomerID != before.CustomerID || len(sheet.Proposals) != 0 {
		t.Errorf("sheet %+v", sheet)
	}
	d.say(someone, "nach dem Zusammenführen")
	d.check(people.Part(sheet.Removable))
	if got := d.newsOf(after.CustomerID); got != "" {
		t.Errorf("consent after parting: %q", got)
	}
	if n := len(d.messages(after.ID)); n != 2 {
		t.Errorf("%d messages with the new number", n)
	}
	d.refused("part twice", people.Part(sheet.Removable), inbox.CodeNotFound, "")
	d.check(people.Different(pair))
	if rows, err := people.Proposals(); len(do(d, rows, err)) != 0 {
		t.Error("proposed again")
	}
}

// What one of them took back, the other's consent does not bring back.
func TestWithdrawalWinsWhenJoining(t *testing.T) {
	d := open(t)
	before, after, someone := d.moved()
	people := &People{d.app}
	pair := PeopleRequest{CustomerID: after.CustomerID, OtherID: before.CustomerID}
	_, err := someone.Send(d.ctx, simulator.Message{Type: "text", Text: "STOPP"})
	d.check(err)
	d.await("objection", func() bool { return d.newsOf(after.CustomerID) == "withdrawn" })
	p, err := people.Preview(pair)
	if do(d, p, err); !slices.Equal(p.Ends, []string{"news"}) || !p.Objected {
		t.Errorf("preview %+v", p)
	}
	d.check(people.Join(pair))
	if got := d.newsOf(before.CustomerID); got != "withdrawn" {
		t.Errorf("after joining: %q", got)
	}
	d.check((&Consents{d.app}).Record(RecordConsentRequest{CustomerID: before.CustomerID, Purpose: "news", Act: "confirmed", Origin: "paper",
		Text: "Ja, doch wieder.", Witness: "Frau Müller", AtMs: d.app.cfg.Now().UnixMilli()}))
	if got := d.newsOf(after.CustomerID); got != "confirmed" || d.sheet(after.CustomerID).Objected {
		t.Errorf("after agreeing anew: %q", got)
	}
}

func TestErasingAJoinedPersonErasesEverything(t *testing.T) {
	d := open(t)
	before, after, _ := d.moved()
	d.check((&People{d.app}).Join(PeopleRequest{CustomerID: before.CustomerID, OtherID: after.CustomerID}))
	preview, err := d.customers.PreviewErasure(after.CustomerID)
	if do(d, preview, err); preview.Messages != 3 || preview.Conversations != 2 {
		t.Errorf("preview %+v", preview)
	}
	report, err := d.customers.Erase(after.CustomerID)
	do(d, report, err)
	d.await("erasure", func() bool {
		for id := report.JobID; id < report.JobID+2; id++ {
			r, err := d.customers.GetErasure(id)
			if do(d, r, err); r.State != "done" || r.ScanHits != 0 {
				return false
			}
		}
		return true
	})
	report, err = d.customers.GetErasure(report.JobID)
	if do(d, report, err); report.Messages != 3 {
		t.Errorf("the result counts %d messages", report.Messages)
	}
	sheet, err := (&Log{d.app}).List(LogRequest{})
	told := slices.DeleteFunc(do(d, sheet, err).Rows, func(r LogRow) bool { return r.Kind != "erasure" })
	if len(told) != 1 {
		t.Errorf("%d entries in the log: %+v", len(told), told)
	}
	for _, id := range []string{before.CustomerID, after.CustomerID} {
		_, err := d.customers.GetCustomer(id)
		d.refused("customer", err, inbox.CodeNotFound, "")
	}
	d.stop()
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Anna", "491713920011", "491713920055", "alten Nummer", "neuen Nummer"})
	if strings.Contains(strings.Join(d.told(), ""), "Nummer") {
		t.Error("an event told more than ids")
	}
}
