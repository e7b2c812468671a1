package app

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/counter"
	"tresen/internal/inbox"
	"tresen/internal/profile/holidays"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/shop"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

func (d *desk) cases() *Cases { return &Cases{d.app} }

func (d *desk) caseSheet() CaseSheet {
	d.Helper()
	sheet, err := d.cases().List()
	return do(d, sheet, err)
}

func (d *desk) caseOf(customer, kind string) (one CaseRow) {
	d.Helper()
	rows, err := d.cases().Of(customer)
	do(d, rows, err)
	for _, row := range rows {
		if row.Kind == kind {
			return row
		}
	}
	return one
}

func (d *desk) asks(customer, kind string) CaseDetail {
	d.Helper()
	detail, err := d.cases().Open(OpenCaseRequest{CustomerID: customer, Kind: kind, Origin: "letter", ReceivedAtMs: time.Now().Add(-time.Hour).UnixMilli(), Words: "per Brief"})
	return do(d, detail, err)
}

// newest is the last message of a conversation.
func (d *desk) newest(conversation int64) MessageRow {
	d.Helper()
	list := d.messages(conversation)
	return list[len(list)-1]
}

func (d *desk) writes(c *simulator.Customer, text string) {
	d.Helper()
	_, err := c.Send(d.ctx, simulator.Message{Type: "text", Text: text})
	d.check(err)
}

func TestKeywordOpensACaseExactlyOnce(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	for _, text := range []string{"Auskunft", "MEINE DATEN!", "auskunft", "Löschen", "WIDERSPRUCH", "Ich hätte gern eine Auskunft zu den Rosen"} {
		d.tells(anna, text)
	}
	d.await("three cases", func() bool { return len(d.caseSheet().Open) == 3 })
	var kinds []string
	for _, c := range d.caseSheet().Open {
		kinds = append(kinds, c.Kind)
		if c.Name != "Anna Äpfel" || c.State != "received" || c.ConversationID != row.ID {
			t.Errorf("%+v", c)
		}
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []string{"access", "erasure", "objection"}) {
		t.Errorf("cases %v", kinds)
	}
	detail, err := d.cases().Get(d.caseOf(row.CustomerID, "access").ID)
	if do(d, detail, err); len(detail.History) != 3 || detail.History[0].Kind != "opened" || detail.History[2].Kind != "repeated" || detail.History[0].Text != "Auskunft" {
		t.Errorf("history %+v", detail.History)
	}
	if !d.sheet(row.CustomerID).Objected {
		t.Error("WIDERSPRUCH does not stop advertising")
	}
	if len(d.list().Rows) != 1 {
		t.Error("LÖSCHEN erased by itself")
	}
}

var sixDigits = regexp.MustCompile(`[0-9]{3} [0-9]{3}`)

func TestCodeInTheChatProvesWhoAsks(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	one := d.asks(row.CustomerID, "access")
	_, err := d.cases().Take(CaseStepRequest{CaseID: one.ID, To: "checked"})
	d.refused("known without a reason", err, inbox.CodeInvalid, "reason")
	detail, err := d.cases().SendCode(CaseCodeRequest{CaseID: one.ID, Language: "de"})
	if do(d, detail, err); !detail.CodeOpen {
		t.Error("no code is waited for")
	}
	code := ""
	for _, m := range d.messages(row.ID) {
		if found := sixDigits.FindString(m.Text); found != "" {
			code = found
		}
	}
	wrong := "000 000"
	if code == wrong {
		wrong = "000 001"
	}
	d.say(anna, wrong)
	d.say(anna, "Der Code ist "+code)
	d.await("checked", func() bool { return d.caseOf(row.CustomerID, "access").State == "checked" })
	detail, err = d.cases().Get(one.ID)
	do(d, detail, err)
	var kinds []string
	for _, e := range detail.History {
		kinds = append(kinds, e.Kind)
	}
	if want := []string{"opened", "codeSent", "codeWrong", "state"}; !slices.Equal(kinds, want) || detail.CodeOpen {
		t.Errorf("history %v", kinds)
	}
}

func TestLettersOfACase(t *testing.T) {
	d := open(t)
	d.details()
	dir := t.TempDir()
	d.savesInto(dir)
	row := d.say(d.anna(), "Guten Tag")
	one := d.asks(row.CustomerID, "access")
	letter := CaseLetterRequest{CaseID: one.ID, Letter: "receipt", Language: "de"}
	got, err := d.cases().PreviewLetter(letter)
	if do(d, got, err); !got.Draft || !strings.Contains(got.Text, one.Number) || !strings.Contains(got.Text, "Blumen Müller") {
		t.Errorf("%+v", got)
	}
	d.check(d.cases().ConfirmLetters("de"))
	if got, err = d.cases().PreviewLetter(letter); do(d, got, err).Draft {
		t.Error("still a draft")
	}
	saved, err := d.cases().SaveLetter(letter)
	do(d, saved, err)
	files, err := os.ReadDir(dir)
	if do(d, files, err); len(files) != 1 || !strings.HasPrefix(files[0].Name(), one.Number) || strings.Contains(files[0].Name(), "Anna") {
		t.Fatalf("files %v", files)
	}
	content, err := os.ReadFile(filepath.Join(dir, files[0].Name()))
	if do(d, content, err); !strings.HasPrefix(string(content), "%PDF-") {
		t.Error("no PDF")
	}
	letter.Letter = "refusal"
	_, err = d.cases().PreviewLetter(letter)
	d.refused("refusal without reasons", err, inbox.CodeInvalid, "reason")
	letter.Reasons = "Sie haben die Auskunft letzte Woche bekommen."
	conversation, err := d.cases().DraftLetter(letter)
	do(d, conversation, err)
	detail, err := d.inbox.GetConversation(conversation)
	if do(d, detail, err); conversation != row.ID || !strings.Contains(detail.Draft, "letzte Woche") || !strings.Contains(detail.Draft, "Artikel 77") {
		t.Errorf("draft %q", detail.Draft)
	}
	history, err := d.cases().Get(one.ID)
	if do(d, history, err); len(history.History) != 3 || history.History[2].What != "refusal" {
		t.Errorf("history %+v", history.History)
	}
}

func TestPackageIsNotedInItsCase(t *testing.T) {
	d := open(t)
	dir := t.TempDir()
	d.savesInto(dir)
	row := d.say(d.anna(), "Guten Tag")
	one := d.asks(row.CustomerID, "portability")
	r := AccessRequest{CustomerID: row.CustomerID, CaseID: one.ID, Language: "de"}
	result, err := (&Rights{d.app}).SaveAccess(r)
	if do(d, result, err); !result.Saved || result.Files != 5 {
		t.Errorf("%+v", result)
	}
	detail, err := d.cases().Get(one.ID)
	if do(d, detail, err); detail.History[len(detail.History)-1].Kind != "package" {
		t.Errorf("history %+v", detail.History)
	}
	other := d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Hallo")
	r.CustomerID = other.CustomerID
	_, err = (&Rights{d.app}).SaveAccess(r)
	d.refused("somebody else's case", err, inbox.CodeInvalid, "case")
}

func TestRestrictionIsLookedIntoAndLifted(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Rotkohl für Samstag")
	d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Grünkohl")
	d.await("search", func() bool { return len(d.find(SearchRequest{Text: "rotkohl"}).Messages) == 1 })
	one := d.asks(row.CustomerID, "restriction")
	_, err := d.cases().Restrict(RestrictRequest{CaseID: one.ID, Ground: "claims"})
	d.check(err)
	sheet := d.caseSheet()
	if len(sheet.Restricted) != 1 || sheet.Open[0].Name != "" || !sheet.Open[0].Restricted {
		t.Errorf("desk %+v", sheet)
	}
	d.writes(anna, "Dringend: wo bleibt die Antwort?")
	d.await("a waiting message", func() bool { r := d.caseSheet().Restricted; return len(r) == 1 && r[0].Waiting == 2 })
	counts, err := bound[*Work](d).CountViews()
	if do(d, counts, err); counts.Open != 1 || counts.Unread != 1 || counts.Waiting != 1 || len(d.find(SearchRequest{Text: "dringend"}).Messages) != 0 {
		t.Errorf("what she wrote shows: %+v", counts)
	}
	view := ViewRequest{CaseID: one.ID, Purpose: "claims"}
	_, err = d.cases().View(view)
	d.refused("without a reason", err, inbox.CodeInvalid, "reason")
	view.Reason = "Die Rechnung 17 ist strittig"
	opened, err := d.cases().View(view)
	if do(d, opened, err); opened.Name != "Anna Äpfel" || len(d.messages(row.ID)) != 2 {
		t.Errorf("opened %+v", opened)
	}
	_, err = d.inbox.SendText(SendTextRequest{ConversationID: row.ID, Text: "Guten Tag"})
	d.refused("sent while looking", err, inbox.CodeRestricted, "")
	d.ahead.Store(int64(viewTime))
	_, err = d.inbox.GetConversation(row.ID)
	d.refused("after a quarter of an hour", err, inbox.CodeRestricted, "")

	_, err = d.cases().Lift(one.ID)
	d.refused("lifted without the letter", err, inbox.CodeConflict, "")
	letter := CaseLetterRequest{CaseID: one.ID, Letter: "lifting", Language: "de", Reasons: "Der Streit ist beigelegt."}
	_, err = d.cases().DraftLetter(letter)
	d.refused("a draft nobody could send", err, inbox.CodeRestricted, "")
	_, err = d.cases().SendLetter(letter)
	d.check(err)
	_, err = d.cases().Lift(one.ID)
	d.check(err)
	d.await("the letter is there", func() bool { return d.newest(row.ID).Status == "read" })
	d.await("back in the search", func() bool {
		return len(d.find(SearchRequest{Text: "rotkohl"}).Messages) == 1 && len(d.find(SearchRequest{Text: "dringend"}).Messages) == 1 &&
			len(d.find(SearchRequest{Text: "anna"}).People) == 1
	})
	if page := d.view(ConversationQuery{}); len(page.Rows) != 2 || page.Total != 2 {
		t.Errorf("after lifting: %v", names(page.Rows))
	}
}

// Whoever is not the owner sees that there is a request, and no more.
func TestStaffDoesNotSeeRestrictedPeople(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Rotkohl für Samstag")
	one := d.asks(row.CustomerID, "restriction")
	_, err := d.cases().Restrict(RestrictRequest{CaseID: one.ID, Ground: "claims"})
	d.check(err)
	_, err = d.cases().View(ViewRequest{CaseID: one.ID, Purpose: "claims", Reason: "Streit"})
	d.check(err)
	d.app.open.watch.TurnOn(counter.LongestIdle)
	d.app.open.watch.SignIn(1, inbox.RoleStaff, d.cfg.Now())
	_, err = d.cases().Get(one.ID)
	d.refused("her request", err, inbox.CodeRestricted, "")
	_, err = d.inbox.GetConversation(row.ID)
	d.refused("what the owner looks at", err, inbox.CodeRestricted, "")
	if sheet := d.caseSheet(); len(sheet.Open) != 1 || sheet.Open[0].Name != "" || sheet.Open[0].ConversationID != 0 {
		t.Errorf("desk %+v", sheet.Open)
	}
}

func TestRenamingLeavesAHistory(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	one := d.asks(row.CustomerID, "rectification")
	customers := &Customers{d.app}
	for _, name := range []string{"Frau Apfel", "Frau Äpfel", "Frau Äpfel"} {
		d.check(customers.Rename(RenameRequest{CustomerID: row.CustomerID, ShopName: name}))
	}
	rows, err := d.cases().AddStatement(StatementRequest{CustomerID: row.CustomerID, Text: "Die Torte war nie bestellt."})
	do(d, rows, err)
	if len(rows) != 2 || rows[1].Old != "Frau Apfel" || rows[1].New != "Frau Äpfel" || rows[0].Field != "statement" {
		t.Errorf("%+v", rows)
	}
	detail, err := d.cases().Get(one.ID)
	if do(d, detail, err); len(detail.History) != 3 || detail.History[1].Kind != "corrected" {
		t.Errorf("%+v", detail.History)
	}
}

func TestErasureEndsTheCaseAndLeavesItsNumber(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	d.tells(anna, "LÖSCHEN")
	d.await("the case", func() bool { return d.caseOf(row.CustomerID, "erasure").ID != 0 })
	one := d.caseOf(row.CustomerID, "erasure")
	report, err := (&Customers{d.app}).Erase(row.CustomerID)
	do(d, report, err)
	d.await("the erasure", func() bool {
		report, err = (&Customers{d.app}).GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if sheet := d.caseSheet(); len(sheet.Open)+len(sheet.Settled) != 0 || report.ScanHits != 0 {
		t.Errorf("left: %+v, scan %d", sheet, report.ScanHits)
	}
	_, err = d.cases().Get(one.ID)
	d.refused("the file", err, inbox.CodeNotFound, "")
	log, err := d.app.open.store.ListLog(d.ctx, 0, 100)
	do(d, log, err)
	kept := false
	for _, e := range log {
		kept = kept || e.Kind == "case" && strings.Contains(string(e.Detail), `"state":"erased"`)
	}
	if !kept {
		t.Error("the log does not keep the number")
	}
}

// What must stay is told to the person, with the reason and the norm, in both
// languages; the log says the same without her.
func TestRefusedErasureAnswersAndIsLogged(t *testing.T) {
	d := open(t)
	d.details()
	erasing := &Erasing{d.app}
	row := d.say(d.anna(), "Bitte löschen Sie alles")
	d.check((&Retention{d.app}).SetMatter(MatterRow{ConversationID: row.ID, Kind: "order"}))
	one := d.asks(row.CustomerID, "erasure")
	plan := ErasurePlanRequest{CustomerID: row.CustomerID, Case: one.Number, Trigger: "art17", RequestedAtMs: one.ReceivedAtMs}
	for field, bad := range map[string]ErasurePlanRequest{
		"case":     {CustomerID: row.CustomerID, Trigger: "art17"},
		"decision": {CustomerID: row.CustomerID, Case: one.Number, Trigger: "art17", Choices: []ErasureChoice{{"conversation:" + fmt.Sprint(row.ID), "erase"}}},
	} {
		code := map[string]inbox.Code{"case": inbox.CodeInvalid, "decision": inbox.CodeConflict}[field]
		_, err := erasing.Refuse(ErasureRefusalRequest{bad, "de"})
		d.refused(field, err, code, field)
	}
	detail, err := d.cases().Restrict(RestrictRequest{CaseID: one.ID, Ground: "claims"})
	do(d, detail, err)
	detail, err = erasing.Refuse(ErasureRefusalRequest{plan, "de"})
	if do(d, detail, err); detail.State != "refused" || !strings.Contains(detail.History[len(detail.History)-1].Text, "noch nicht abgeschlossen") {
		t.Errorf("%+v", detail)
	}
	for language, wants := range map[string][]string{
		"de": {"zurzeit nicht", "– Chat mit 1 Nachricht: der Auftrag ist noch nicht abgeschlossen (Art. 17 Abs. 1 lit. a, 6 Abs. 1 lit. b DSGVO)", "Artikel 77", "Der Bote kommt."},
		"en": {"for now", "– Chat with 1 message: the order is not settled yet (Art. 17(1)(a), 6(1)(b) GDPR)", "Article 77"},
	} {
		letter, err := d.cases().PreviewLetter(CaseLetterRequest{CaseID: one.ID, Letter: "refusal", Language: language, Reasons: "Der Bote kommt."})
		for _, want := range wants {
			if do(d, letter, err); !strings.Contains(letter.Text, want) {
				t.Errorf("%s lacks %q: %s", language, want, letter.Text)
			}
		}
	}
	log, err := d.app.open.store.ListLog(d.ctx, 0, 100)
	do(d, log, err)
	at := slices.IndexFunc(log, func(e store.LogEntry) bool { return e.Kind == "refusal" })
	if at < 0 || !strings.Contains(string(log[at].Detail), one.Number) || !strings.Contains(string(log[at].Detail), "6(1)(b) GDPR") {
		t.Fatalf("log %d", at)
	}
	for _, personal := range []string{"Anna", "491713920011", row.CustomerID} {
		if strings.Contains(string(log[at].Detail), personal) {
			t.Errorf("the log holds %q", personal)
		}
	}
	_, err = erasing.Refuse(ErasureRefusalRequest{plan, "de"})
	d.refused("again", err, inbox.CodeInvalid, "case")
}

// Who got data is told of an erasure, one after the other; the certificate names
// them although the case is gone by then (Art. 19 GDPR).
func TestRecipientsAreTickedOff(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Bitte löschen")
	access := d.asks(row.CustomerID, "access")
	if len(access.Recipients) != 0 {
		t.Errorf("recipients of an access case: %+v", access.Recipients)
	}
	_, err := d.cases().Tell(TellRequest{access.ID, "whatsapp", true})
	d.refused("of an access case", err, inbox.CodeConflict, "")
	detail, err := d.cases().Take(CaseStepRequest{CaseID: access.ID, To: "closed", Reason: "zurückgenommen"})
	do(d, detail, err)
	one := d.asks(row.CustomerID, "erasure")
	if len(one.Recipients) == 0 || one.Recipients[0].Key != "whatsapp" || one.Recipients[0].ToldAtMs != 0 {
		t.Fatalf("recipients %+v", one.Recipients)
	}
	_, err = d.cases().Tell(TellRequest{one.ID, "nobody", true})
	d.refused("unknown", err, inbox.CodeInvalid, "recipient")
	for _, told := range []bool{true, true, false, true} {
		detail, err = d.cases().Tell(TellRequest{one.ID, "whatsapp", told})
		if do(d, detail, err); (detail.Recipients[0].ToldAtMs != 0) != told {
			t.Errorf("told %v: %+v", told, detail.Recipients)
		}
	}
	if n := len(detail.History); n != 4 {
		t.Errorf("%d events: %+v", n, detail.History)
	}
	erasing := &Erasing{d.app}
	report, err := erasing.Start(ErasurePlanRequest{CustomerID: row.CustomerID, Case: one.Number, Trigger: "art17"})
	do(d, report, err)
	d.await("the certificate", func() bool {
		state, err := erasing.GetCertificate(report.JobID)
		return do(d, state, err).Available
	})
	held, err := d.app.open.certificate(report.JobID)
	d.check(err)
	facts, err := d.app.open.certificateFacts(held, "en")
	if d.check(err); len(facts.Told) != 1 || !strings.HasPrefix(facts.Told[0].Who, "WhatsApp Ireland Limited; further") || facts.Told[0].At.IsZero() {
		t.Errorf("told %+v", facts.Told)
	}
}

// Where the owner wrote no authority, a letter names the one of the shop's state.
func TestLettersNameTheAuthority(t *testing.T) {
	for _, c := range []struct {
		own    string
		region holidays.Region
		form   imprint.Form
		want   string
	}{
		{"", "DE-BY", imprint.DESole, "Bayerisches Landesamt für Datenschutzaufsicht"}, {"Meine Behörde", "DE-BY", imprint.DESole, "Meine Behörde"},
		{"", "", imprint.DESole, ""}, {"", "DE-BY", imprint.CHSole, ""},
	} {
		var details shop.Details
		details.Region, details.Imprint.Form, details.Privacy.Authority = c.region, c.form, c.own
		if got := authorityOf(details); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
