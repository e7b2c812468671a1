package app

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

func (d *desk) details() {
	d.Helper()
	s := &Shop{d.app}
	desk, err := s.GetDetails()
	do(d, desk, err)
	desk.Details.Brand = "Blumen Müller"
	d.check(s.SaveDetails(desk.Details))
}

func (d *desk) sheet(customer string) ConsentSheet {
	d.Helper()
	sheet, err := (&Consents{d.app}).GetSheet(customer)
	return do(d, sheet, err)
}

func (d *desk) newsOf(customer string) string {
	d.Helper()
	for _, s := range d.sheet(customer).States {
		if s.Purpose == "news" {
			return s.Act
		}
	}
	return "no state"
}

func TestStopWithdrawsAndIsConfirmedOnce(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	consents := &Consents{d.app}
	d.check(consents.Record(RecordConsentRequest{CustomerID: row.CustomerID, Purpose: "news", Act: "confirmed", Origin: "paper",
		Text: "Ja, ich möchte Angebote per WhatsApp.", Witness: "Frau Müller", AtMs: time.Now().Add(-time.Hour).UnixMilli()}))
	if got := d.newsOf(row.CustomerID); got != "confirmed" {
		t.Fatalf("after the paper: %s", got)
	}
	_, err := anna.Send(d.ctx, simulator.Message{Type: "text", Text: "STOPP"})
	d.check(err)
	d.await("objection", func() bool { return d.newsOf(row.CustomerID) == "withdrawn" })
	if !d.sheet(row.CustomerID).Objected {
		t.Error("not blocked")
	}
	confirmations := func() (n int) {
		for _, m := range d.messages(row.ID) {
			if strings.Contains(m.Text, "keine Werbung mehr") {
				n++
			}
		}
		return n
	}
	d.await("confirmation", func() bool { return confirmations() == 1 })
	if s := d.sheet(row.CustomerID); len(s.History) != 2 || s.History[0].Words != "STOPP" {
		t.Errorf("history %+v", s.History)
	}
}

func TestConsentIsAskedForAndGivenWithAButton(t *testing.T) {
	d := open(t)
	d.details()
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	ask := AskConsentRequest{ConversationID: row.ID, Purpose: "news", Topics: "Sträußen der Saison", Frequency: "1× im Monat", Language: "de"}
	preview, err := (&Consents{d.app}).Preview(ask)
	if do(d, preview, err); !strings.Contains(preview, "Blumen Müller") || !strings.Contains(preview, "STOPP") || !strings.Contains(preview, "freiwillig") {
		t.Errorf("question %q", preview)
	}
	d.check((&Consents{d.app}).Ask(ask))
	if got := d.newsOf(row.CustomerID); got != "requested" {
		t.Fatalf("after the question: %s", got)
	}
	_, err = anna.Send(d.ctx, simulator.Message{Type: "text", Text: "Ja gerne"})
	d.check(err)
	d.await("consent", func() bool { return d.newsOf(row.CustomerID) == "confirmed" })
	s := d.sheet(row.CustomerID)
	if s.History[0].Text != preview {
		t.Error("the register does not keep the wording")
	}
	bad := ask
	bad.Purpose = "calls"
	d.refused("calls", (&Consents{d.app}).Ask(bad), inbox.CodeInvalid, "purpose")
}

func TestDeclarationsOutsideTheChatAreChecked(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	good := RecordConsentRequest{CustomerID: row.CustomerID, Purpose: "news", Act: "confirmed", Origin: "oral", Text: "Ja", Witness: "Jan", AtMs: time.Now().UnixMilli() - 1000}
	for field, change := range map[string]func(*RecordConsentRequest){
		"at":      func(r *RecordConsentRequest) { r.AtMs = time.Now().Add(time.Hour).UnixMilli() },
		"act":     func(r *RecordConsentRequest) { r.Act = "expired" },
		"origin":  func(r *RecordConsentRequest) { r.Origin = "chat" },
		"wording": func(r *RecordConsentRequest) { r.Text = "" },
		"witness": func(r *RecordConsentRequest) { r.Witness = " " },
	} {
		r := good
		change(&r)
		d.refused(field, (&Consents{d.app}).Record(r), inbox.CodeInvalid, field)
	}
	d.check((&Consents{d.app}).Record(good))
}

func TestRetentionSheetAndMatter(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	b := &Retention{d.app}
	sheet, err := b.Get()
	if do(d, sheet, err); len(sheet.Rules) != 10 || sheet.Country != "DE" || sheet.Customers != 0 {
		t.Errorf("%+v", sheet)
	}
	sheet, err = b.Set(RetentionRequest{Country: "AT", Rules: []RetentionChoice{{Class: "enquiry", Months: 2}}})
	for _, r := range do(d, sheet, err).Rules {
		if r.Class == "letter" && (r.Years != 7 || !r.Fixed) || r.Class == "enquiry" && r.Months != 2 {
			t.Errorf("%+v", r)
		}
	}
	_, err = b.Set(RetentionRequest{Country: "DE", Rules: []RetentionChoice{{Class: "enquiry", Months: 40}}})
	d.refused("too long", err, inbox.CodeInvalid, "enquiry")
	for _, r := range sheet.Rules {
		if chosen := r.Years + r.Months + r.Days; chosen < r.Min || chosen > r.Max {
			t.Errorf("%s: %d is not between %d and %d", r.Class, chosen, r.Min, r.Max)
		}
	}
	d.check(b.SetMatter(MatterRow{ConversationID: row.ID, Kind: "order", Claims: true}))
	matter, err := b.GetMatter(row.ID)
	if do(d, matter, err); matter.Kind != "order" || !matter.Claims {
		t.Errorf("%+v", matter)
	}
	d.refused("unknown kind", b.SetMatter(MatterRow{ConversationID: row.ID, Kind: "x"}), inbox.CodeInvalid, "kind")
	message := d.messages(row.ID)[0].ID
	d.check(b.Archive(ArchiveRequest{MessageID: message, Class: "letter", Reason: "Bestellung"}))
	d.refused("twice", b.Archive(ArchiveRequest{MessageID: message, Class: "letter"}), inbox.CodeConflict, "")
	d.check(b.MarkSensitive(SensitiveRequest{MessageID: message, Sensitive: true}))
	marks, err := b.GetMarks(message)
	if do(d, marks, err); !marks.Sensitive || len(marks.Archived) != 1 || marks.Archived[0] != "letter" {
		t.Errorf("marks %+v", marks)
	}
	d.check(b.MarkSensitive(SensitiveRequest{MessageID: message}))
	if marks, err = b.GetMarks(message); do(d, marks, err).Sensitive {
		t.Error("still marked")
	}
	rows, err := b.ListArchive()
	if do(d, rows, err); len(rows) != 1 || rows[0].Messages != 1 {
		t.Errorf("archive %+v", rows)
	}
}

func TestAccessPackageIsSavedForOnePerson(t *testing.T) {
	dir := t.TempDir()
	d := open(t)
	d.savesInto(dir)
	row := d.say(d.anna(), "Nur Anna weiß das")
	d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Nur Ben weiß das")
	b := &Rights{d.app}
	_, err := b.SaveAccess(AccessRequest{CustomerID: row.CustomerID, Language: "de"})
	d.refused("no case number", err, inbox.CodeInvalid, "case")
	result, err := b.SaveAccess(AccessRequest{CustomerID: row.CustomerID, Case: "AK-1", Language: "de", Authority: "BayLDA"})
	if do(d, result, err); !result.Saved || result.Messages != 1 {
		t.Errorf("%+v", result)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 || files[0].Name() != "Auskunft AK-1.zip" {
		t.Fatalf("%v %v", files, err)
	}
	z, err := zip.OpenReader(filepath.Join(dir, files[0].Name()))
	d.check(err)
	defer z.Close()
	all := ""
	for _, f := range z.File {
		r, err := f.Open()
		d.check(err)
		content, err := io.ReadAll(r)
		d.check(err)
		all += string(content)
	}
	if !strings.Contains(all, "Nur Anna weiß das") || strings.Contains(all, "Ben") {
		t.Error("not exactly one person")
	}
}

func TestBackupAndRestoreFromTheWindow(t *testing.T) {
	folder := t.TempDir()
	d := open(t)
	d.app.cfg.PickFolder = func() (string, error) { return folder, nil }
	stays := d.say(d.anna(), "Ich bleibe")
	goes := d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Ich gehe")
	b := &Backups{d.app}
	_, err := b.Create("vier Wörter am Telefon")
	d.refused("no folder", err, inbox.CodeInvalid, "folder")
	_, err = b.Choose()
	d.check(err)
	_, err = b.Create("kurz")
	d.refused("short", err, inbox.CodeInvalid, "passphrase")
	sheet, err := b.Create("vier Wörter am Telefon")
	if do(d, sheet, err); len(sheet.Rows) != 1 || !sheet.Reachable {
		t.Fatalf("%+v", sheet)
	}
	result, err := b.Test("vier Wörter am Telefon")
	if do(d, result, err); result.Customers != 2 {
		t.Errorf("test %+v", result)
	}
	_, err = b.Test("etwas ganz anderes")
	d.refused("wrong", err, inbox.CodeInvalid, "passphrase")
	report, err := d.customers.Erase(goes.CustomerID)
	d.check(err)
	d.await("erasure", func() bool {
		r, err := d.customers.GetErasure(report.JobID)
		return err == nil && r.State == "done"
	})
	d.stop() // waits until the list beside the backups is written

	other := newDesk(t)
	other.cfg.PickFolder = d.app.cfg.PickFolder
	other.start()
	back, err := (&Backups{other.app}).Restore(RestoreRequest{Passphrase: "vier Wörter am Telefon"})
	if do(other, back, err); !back.Chosen || back.Customers != 1 || back.Erased != 1 {
		t.Fatalf("%+v", back)
	}
	other.mustShow(phaseFirst, "")
	other.connect(other.request())
	if list := other.list(); len(list.Rows) != 1 || list.Rows[0].Name != stays.Name {
		t.Errorf("%+v", list.Rows)
	}
	_, err = (&Backups{other.app}).Restore(RestoreRequest{Passphrase: "vier Wörter am Telefon"})
	other.refused("over a shop", err, inbox.CodeConflict, "")
}
