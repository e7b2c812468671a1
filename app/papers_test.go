package app

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/papers"
	"tresen/internal/store"
)

// paper returns a paper's words as the window gets them.
func (d *desk) paper(kind papers.Kind, language string) (string, PaperSheet) {
	d.Helper()
	sheet, err := (&Papers{d.app}).Get(PaperRequest{string(kind), language})
	do(d, sheet, err)
	return wordsOf(sheet), sheet
}

func wordsOf(sheet PaperSheet) string {
	var b strings.Builder
	for _, block := range sheet.Blocks {
		b.WriteString(block.Text + "\n" + strings.Join(block.Items, "\n") + "\n" + strings.Join(block.Head, " | ") + "\n")
		for _, row := range block.Rows {
			b.WriteString(strings.Join(row, " | ") + "\n")
		}
		for _, s := range block.Stops {
			b.WriteString(s.Title + " | " + strings.Join(append(s.Way, s.Lines...), " | ") + "\n")
		}
	}
	return b.String()
}

// Every figure and date of the papers follows a setting or a row: each is
// changed where the shop would change it, and the paper says the new one and
// no longer the old one.
func TestPapersFollowSettingsAndRows(t *testing.T) {
	d := open(t)
	b := &Papers{d.app}
	s, err := d.app.session()
	d.check(err)
	day := func(n int) string { return time.Now().AddDate(0, 0, -n).Format(time.DateOnly) }
	written := func(day string) string {
		at, err := time.Parse(time.DateOnly, day)
		d.check(err)
		return at.Format("02.01.2006")
	}
	details := func(change func(*ShopDetails)) func() {
		return func() {
			desk, err := (&Shop{d.app}).GetDetails()
			do(d, desk, err)
			change(&desk.Details)
			d.check((&Shop{d.app}).SaveDetails(desk.Details))
		}
	}
	rule := func(class string, months, days int) func() {
		return func() {
			_, err := (&Retention{d.app}).Set(RetentionRequest{Country: "DE", Rules: []RetentionChoice{{Class: class, Months: months, Days: days}}})
			d.check(err)
		}
	}
	answers := func(a PaperAnswers) func() { return func() { d.check(b.SetAnswers(a)) } }
	contract := func(accepted string) func() {
		return func() {
			_, err := b.AddContract(AddContractRequest{Language: "de", Contract: ContractRow{Party: papers.PartyWhatsApp, Version: "Terms " + accepted, Accepted: accepted}})
			d.check(err)
		}
	}
	backups := func(folder string, tested time.Time) func() {
		return func() { d.check(s.keepBackupPlace(backupPlace{Folder: folder, TestedAt: tested})) }
	}
	yearOn := func(day string) string {
		at, err := time.Parse(time.DateOnly, day)
		d.check(err)
		return at.AddDate(0, 12, 0).Format("02.01.2006")
	}
	tests := []struct {
		name      string
		kind      papers.Kind
		one, two  func()
		says, not string
	}{
		{"address", papers.KindRecord, details(func(s *ShopDetails) {
			s.Imprint.Form, s.Imprint.Street, s.Imprint.PostalCode, s.Imprint.City = "sole", "Gasse 4711", "79098", "Freiburg"
		}),
			details(func(s *ShopDetails) { s.Imprint.Street = "Gasse 4712" }), "Gasse 4712", "Gasse 4711"},
		{"phone", papers.KindRecord, details(func(s *ShopDetails) { s.Imprint.Phone = "+49 761 815" }), details(func(s *ShopDetails) { s.Imprint.Phone = "+49 761 816" }), "+49 761 816", "+49 761 815"},
		{"months of an enquiry", papers.KindRecord, rule("enquiry", 7, 0), rule("enquiry", 9, 0), "letzte Nachricht | 9 Monate", "letzte Nachricht | 7 Monate"},
		{"days of what is sensitive", papers.KindRecord, rule("sensitive", 0, 17), rule("sensitive", 0, 19), "Eingang | 19 Tage", "Eingang | 17 Tage"},
		{"assessment", papers.KindRecord, answers(PaperAnswers{Assessed: day(40)}), answers(PaperAnswers{Assessed: day(41)}), written(day(41)), written(day(40))},
		{"tax adviser", papers.KindRecord, answers(PaperAnswers{Tax: PaperAnswer{Text: "Büro 1302"}}), answers(PaperAnswers{Tax: PaperAnswer{Text: "Büro 1303"}}), "Büro 1303", "Büro 1302"},
		{"contract", papers.KindRecord, contract(day(200)), contract(day(150)), "angenommen " + written(day(150)), "angenommen " + written(day(200))},
		{"reminder of a contract", papers.KindContracts, contract(day(100)), contract(day(50)), yearOn(day(50)), yearOn(day(100))},
		{"tested backup", papers.KindMeasures, backups("/nirgends", time.Now().AddDate(0, 0, -70)), backups("/nirgends", time.Now().AddDate(0, 0, -71)),
			written(day(71)), written(day(70))},
		{"screening", papers.KindScreening, func() { d.check(b.SetScreening(ScreeningSheet{By: "Rosa", Reason: "wegen 1502"})) },
			func() { d.check(b.SetScreening(ScreeningSheet{By: "Rosa", Reason: "wegen 1503"})) }, "wegen 1503", "wegen 1502"},
		{"entries of the log", papers.KindMeasures, func() {}, func() {
			d.check(s.store.Update(s.ctx, func(tx *store.Tx) error {
				_, err := tx.AppendLog(s.cfg.now(), "erasure", map[string]any{"verify": map[string]int{"hits": 313}})
				return err
			}))
		}, "Reste gefunden: 313", "kein solcher Text"},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			c.one()
			before, _ := d.paper(c.kind, "de")
			if c.not != "kein solcher Text" && !strings.Contains(before, c.not) {
				t.Errorf("before, %q is not in\n%s", c.not, before)
			}
			c.two()
			after, _ := d.paper(c.kind, "de")
			if !strings.Contains(after, c.says) || strings.Contains(after, c.not) {
				t.Errorf("want %q and not %q in\n%s", c.says, c.not, after)
			}
		})
	}
}

// Advertising without a consent and conversations begun coldly are counted from the rows.
func TestEvidenceIsCountedFromRows(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "Guten Tag")
	s, err := d.app.session()
	d.check(err)
	count := func() store.Evidence {
		e, err := s.store.CountEvidence(s.ctx, s.cfg.now().Add(time.Hour))
		return do(d, e, err)
	}
	if got := count(); got != (store.Evidence{}) {
		t.Fatalf("at first %+v", got)
	}
	message := d.messages(row.ID)[0]
	id, err := inbox.ParseMessageID(message.ID)
	d.check(err)
	customer, err := inbox.ParseCustomerID(row.CustomerID)
	d.check(err)
	d.check((&Retention{d.app}).MarkSensitive(SensitiveRequest{MessageID: message.ID, Sensitive: true}))
	use := func() {
		d.check(s.store.Update(s.ctx, func(tx *store.Tx) error {
			c, err := tx.FindCustomer(customer)
			if err != nil {
				return err
			}
			return tx.NoteConsentUse(c, "news", s.cfg.now(), id)
		}))
	}
	use()
	if got := count(); got.Uses != 1 || got.Uncovered != 1 || got.OldSensitive != 1 {
		t.Errorf("a use without a consent: %+v", got)
	}
	d.ahead.Store(int64(time.Minute))
	d.check((&Consents{d.app}).Record(RecordConsentRequest{CustomerID: row.CustomerID, Purpose: "news", Act: "confirmed", Origin: "paper",
		Text: "Ja.", Witness: "Rosa", AtMs: s.cfg.now().UnixMilli()}))
	d.ahead.Store(int64(time.Hour))
	use()
	if got := count(); got.Uses != 2 || got.Uncovered != 1 {
		t.Errorf("a use after the consent: %+v", got)
	}
}

func TestAPaperIsADraftUntilThisVersionIsConfirmed(t *testing.T) {
	d := open(t)
	b := &Papers{d.app}
	_, sheet := d.paper(papers.KindRecord, "de")
	if sheet.Draft == "" || !sheet.Confirmable {
		t.Fatalf("at first %+v", sheet)
	}
	request := ConfirmPaperRequest{Kind: "record", Language: "de", Fingerprint: sheet.Fingerprint, By: "Kanzlei Weber"}
	_, err := b.Confirm(ConfirmPaperRequest{Kind: "record", Language: "de", Fingerprint: "other", By: "x"})
	d.refused("another version", err, inbox.CodeConflict, "")
	_, err = b.Confirm(ConfirmPaperRequest{Kind: "record", Language: "de", Fingerprint: sheet.Fingerprint, By: " "})
	d.refused("nobody", err, inbox.CodeInvalid, "by")
	_, err = b.Confirm(ConfirmPaperRequest{Kind: "places", Language: "de", By: "x"})
	d.refused("a paper of the moment", err, inbox.CodeInvalid, "kind")
	confirmed, err := b.Confirm(request)
	if do(d, confirmed, err); confirmed.Draft != "" || !strings.Contains(wordsOf(confirmed), "von Kanzlei Weber") {
		t.Errorf("confirmed %+v", confirmed)
	}
	d.ahead.Store(int64(30 * time.Hour)) // time alone changes nothing
	if _, later := d.paper(papers.KindRecord, "de"); later.Draft != "" {
		t.Error("a day later it is a draft again")
	}
	if _, english := d.paper(papers.KindRecord, "en"); english.Draft == "" {
		t.Error("the English one was never confirmed")
	}
	d.check(b.SetAnswers(PaperAnswers{Tax: PaperAnswer{Text: "Steuerbüro Kern"}}))
	if _, changed := d.paper(papers.KindRecord, "de"); changed.Draft == "" {
		t.Error("a new recipient needs no new confirmation")
	}
	versions, err := b.ListVersions(PaperRequest{"record", "de"})
	if do(d, versions, err); len(versions) != 1 || versions[0].Number != 1 {
		t.Fatalf("versions %+v", versions)
	}
	path := filepath.Join(t.TempDir(), "alt.pdf")
	d.app.cfg.SaveFile = func(string, string) (string, error) { return path, nil }
	saved, err := b.SaveVersion(PaperVersionRequest{Kind: "record", Language: "de", ID: versions[0].ID})
	if do(d, saved, err); !saved.Saved {
		t.Error("the old version was not saved")
	}
	if pdf, err := os.ReadFile(path); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Errorf("%v, %.8q", err, pdf)
	}
}

func TestContractsKeepTheirScanSealed(t *testing.T) {
	d := open(t)
	b := &Papers{d.app}
	scan := filepath.Join(t.TempDir(), "AVV Vertragsgeheimnis.pdf")
	content := []byte("%PDF-1.7 Vertragsinhaltsgeheimnis")
	d.check(os.WriteFile(scan, content, 0o600))
	d.app.cfg.PickFiles = func() ([]string, error) { return []string{scan}, nil }
	add := func(c ContractRow) error {
		_, err := b.AddContract(AddContractRequest{Contract: c, File: true, Language: "de"})
		return err
	}
	d.refused("tomorrow", add(ContractRow{Party: "whatsapp", Accepted: time.Now().AddDate(0, 0, 2).Format(time.DateOnly)}), inbox.CodeInvalid, "accepted")
	d.refused("no day", add(ContractRow{Party: "whatsapp", Accepted: "2026-02-30"}), inbox.CodeInvalid, "accepted")
	d.refused("nobody", add(ContractRow{Accepted: "2026-02-03"}), inbox.CodeInvalid, "name")
	d.refused("unknown", add(ContractRow{Party: "else", Accepted: "2026-02-03"}), inbox.CodeInvalid, "party")
	d.check(add(ContractRow{Party: "whatsapp", Accepted: "2026-02-03", AcceptedBy: "Rosageheimnis", Letters: "hxa"}))
	desk, err := b.ListContracts("de")
	if do(d, desk, err); len(desk.Contracts) != 1 || desk.Contracts[0].Letters != "ah" || desk.Contracts[0].FileSize != len(content) {
		t.Fatalf("%+v", desk)
	}
	d.check(os.WriteFile(scan, []byte("MZ no scan"), 0o600))
	d.refused("a program", add(ContractRow{Party: "whatsapp", Accepted: "2026-02-03"}), inbox.CodeInvalid, "file")
	back := filepath.Join(t.TempDir(), "back.pdf")
	d.app.cfg.SaveFile = func(string, string) (string, error) { return back, nil }
	saved, err := b.SaveContractFile(desk.Contracts[0].ID)
	do(d, saved, err)
	if got, err := os.ReadFile(back); err != nil || !bytes.Equal(got, content) {
		t.Errorf("%v, %q", err, got)
	}
	id := desk.Contracts[0].ID
	d.stop()
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Vertragsgeheimnis", "Vertragsinhaltsgeheimnis", "Rosageheimnis"})
	d.start()
	b = &Papers{d.app}
	d.check(b.DeleteContract(id))
	d.refused("again", b.DeleteContract(id), inbox.CodeNotFound, "")
}

func TestABreachRunsSinceItWasKnown(t *testing.T) {
	d := open(t)
	b := &Papers{d.app}
	known := time.Now().Add(-2 * time.Hour)
	_, err := b.SaveBreach(BreachRow{})
	d.refused("without a time", err, inbox.CodeInvalid, "knownAt")
	_, err = b.SaveBreach(BreachRow{KnownAtMs: time.Now().Add(time.Hour).UnixMilli()})
	d.refused("in the future", err, inbox.CodeInvalid, "knownAt")
	row, err := b.SaveBreach(BreachRow{KnownAtMs: known.UnixMilli(), Nature: "Pannengeheimnis 4711", Locked: "yes"})
	if do(d, row, err); row.ID == 0 || !row.Running || row.DueMs != known.Add(72*time.Hour).UnixMilli() || row.Unintelligible != "yes" {
		t.Fatalf("%+v", row)
	}
	clocks := func() int {
		desk, err := b.List("de")
		return len(do(d, desk, err).Breaches)
	}
	if clocks() != 1 {
		t.Error("no clock runs")
	}
	row.ClosedAtMs = time.Now().UnixMilli()
	_, err = b.SaveBreach(row)
	d.refused("closed without a judgement", err, inbox.CodeInvalid, "risk")
	row.ClosedAtMs, row.Risk, row.NotifiedAtMs = 0, papers.RiskHigh, time.Now().UnixMilli()
	row, err = b.SaveBreach(row)
	if do(d, row, err); row.Running || row.TellPersons || clocks() != 0 {
		t.Errorf("told, sealed and locked: %+v", row)
	}
	_, err = b.SaveBreach(BreachRow{ID: 99, KnownAtMs: known.UnixMilli()})
	d.refused("an entry that is not there", err, inbox.CodeNotFound, "")
	sheet, err := b.GetBreachPaper(BreachPaperRequest{ID: row.ID, Language: "de", Register: true})
	text := wordsOf(do(d, sheet, err))
	for _, want := range []string{"Pannengeheimnis 4711", "Art. 34 Abs. 3 lit. a DSGVO", known.In(time.Local).Add(72 * time.Hour).Format("02.01.2006, 15:04")} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	d.stop()
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Pannengeheimnis"})
}

// Whatever leaves is on the list, and the list says how often.
func TestHostsAreCounted(t *testing.T) {
	d := open(t)
	d.awaitStatus(d.send(SendTextRequest{ConversationID: d.say(d.anna(), "Hallo").ID, Text: "Guten Tag"}), inbox.StatusDelivered)
	s, err := d.app.session()
	d.check(err)
	f, err := s.paperFacts("1.0")
	d.check(err)
	i := slices.IndexFunc(f.Hosts, func(h papers.Host) bool { return h.Why == "api" })
	if i < 0 || f.Hosts[i].Contacts == 0 || f.Hosts[i].Last.IsZero() {
		t.Errorf("hosts %+v", f.Hosts)
	}
	for _, h := range f.Hosts {
		if h.Why == "" {
			t.Errorf("%s was contacted and is not on the list", h.Name)
		}
	}
	s.contacts.note("strange.example", time.Now())
	text, _ := d.paper(papers.KindPlaces, "de")
	if !strings.Contains(text, "strange.example |") {
		t.Error("a host that is not on the list is hidden")
	}
	if !covers(".fbcdn.net", "a.fbcdn.net") || covers(".fbcdn.net", "evilfbcdn.net") || !covers("relay.example:8443", "relay.example") {
		t.Error("hosts are matched wrongly")
	}
}
