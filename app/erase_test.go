package app

import (
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func TestErasureFromTheWindow(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Bitte löschen Sie mich")
	d.awaitStatus(d.send(SendTextRequest{ConversationID: row.ID, Text: "Sofort"}), inbox.StatusRead)
	d.check(d.inbox.SaveDraft(DraftRequest{ConversationID: row.ID, Text: "Entwurf"}))
	stays := d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Ich bleibe")
	preview, err := d.customers.PreviewErasure(row.CustomerID)
	do(d, preview, err)
	if preview.Name != "Anna Äpfel" || preview.Messages != 2 || preview.Conversations != 1 || preview.Drafts != 1 || preview.Identifiers < 2 ||
		!preview.ContactBook || preview.PassphraseResidue {
		t.Errorf("preview %+v", preview)
	}
	report, err := d.customers.Erase(row.CustomerID)
	do(d, report, err)
	if report.State != "running" || report.Erased || len(report.Steps) != 9 || report.Steps[0] != (ErasureStep{"lookup", "done"}) {
		t.Errorf("at once: %+v", report)
	}
	if list := d.list(); len(list.Rows) != 1 || list.Rows[0].ID != stays.ID {
		t.Errorf("list %+v", list)
	}
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if !report.Erased || report.Messages != 2 || report.ScanHits != 0 || report.FilesScanned == 0 || report.FilesSkipped != 0 ||
		report.ContactBook != "deleted" || report.EndedAtMs == 0 || report.FailureCode != "" {
		t.Errorf("report %+v", report)
	}
	for _, step := range report.Steps {
		if want := map[bool]string{true: "skipped", false: "done"}[step.Name == "uploads"]; step.State != want {
			t.Errorf("step %+v", step)
		}
	}
	_, err = d.customers.Erase(row.CustomerID)
	d.refused("second erasure", err, inbox.CodeNotFound, "")
	_, err = d.customers.GetCustomer(row.CustomerID)
	d.refused("customer", err, inbox.CodeNotFound, "")
	_, err = d.inbox.GetConversation(row.ID)
	d.refused("conversation", err, inbox.CodeNotFound, "")
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Anna", "491713920011", anna.Person().BSUID, "Sofort", "Entwurf"})
	told := strings.Join(d.told(), "\n")
	for _, want := range []string{`["customer:changed",{"customerId":"` + row.CustomerID + `","erased":true}]`, `["erasure:progress",{"jobId":1}]`} {
		if !strings.Contains(told, want) {
			t.Errorf("the window was not told %s", want)
		}
	}
	if again := d.say(anna, "Doch noch eine Frage"); again.CustomerID == row.CustomerID || again.Unread != 1 {
		t.Errorf("writing again: %+v", again)
	}
}

// A restart in the middle takes the erasure up again.
func TestErasureGoesOnAfterARestart(t *testing.T) {
	d := open(t)
	d.sim.ChangeFaults(func(f *simulator.Faults) { f.FailRequests, f.FailStatus, f.FailEdge = 1000, 503, "contact_book" })
	row := d.say(d.anna(), "Bitte löschen")
	report, err := d.customers.Erase(row.CustomerID)
	do(d, report, err)
	d.start()
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if report.ContactBook != "pending" || report.Steps[1] != (ErasureStep{"contactBook", "pending"}) {
		t.Errorf("report %+v", report)
	}
	d.stop()
	d.sim.SetFaults(simulator.Faults{})
	d.start()
	d.await("contact book", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).ContactBook == "deleted"
	})
}
