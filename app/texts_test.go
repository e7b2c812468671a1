package app

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// bound finds one of the structs the window may call.
func bound[T any](d *desk) T {
	d.Helper()
	for _, b := range d.app.Bound() {
		if found, ok := b.(T); ok {
			return found
		}
	}
	d.Fatal("not bound")
	panic("unreachable")
}

func (d *desk) snippetNamed(name string) SnippetForm {
	d.Helper()
	desk, err := bound[*Snippets](d).GetDesk("de")
	for _, n := range do(d, desk, err).Snippets {
		if n.Name == name {
			return n
		}
	}
	d.Fatal("no snippet ", name)
	return SnippetForm{}
}

func TestSnippetsFromStarterToAnswer(t *testing.T) {
	d := open(t)
	snippets := bound[*Snippets](d)
	for range 2 { // the second time nothing is doubled
		d.check(snippets.AddStarter("de"))
	}
	desk, err := snippets.GetDesk("de")
	if n := len(do(d, desk, err).Snippets); n != 11 {
		t.Fatalf("%d snippets", n)
	}
	row := d.say(d.anna(), "Hallo")
	hello := d.snippetNamed("hallo")
	use := SnippetUse{SnippetID: hello.ID, ConversationID: row.ID, Language: "de"}
	filled, err := snippets.Fill(use)
	if !reflect.DeepEqual(do(d, filled, err).Missing, []string{"{Name}"}) || !strings.Contains(filled.Text, "{Name}") {
		t.Errorf("the profile's name was used: %+v", filled)
	}
	d.check(d.customers.Rename(RenameRequest{CustomerID: row.CustomerID, ShopName: "Frau Äpfel"}))
	filled, err = snippets.Fill(use)
	if got := do(d, filled, err).Text; got != "Guten Tag Frau Äpfel, danke für Ihre Nachricht. Womit können wir Ihnen helfen?" || len(filled.Missing) != 0 {
		t.Errorf("%q, %v", got, filled.Missing)
	}
	list, err := snippets.Find("offnung")
	if len(do(d, list, err)) == 0 || list[0].Name != "öffnungszeiten" {
		t.Errorf("found %+v", list)
	}

	question := d.snippetNamed("passt das")
	sent, err := snippets.Send(SnippetUse{SnippetID: question.ID, ConversationID: row.ID, Language: "de"})
	d.awaitStatus(do(d, sent, err), inbox.StatusRead)
	if sent.Content == nil || sent.Content.Frame == nil || len(sent.Content.Frame.Buttons) != 3 || sent.Text != "Passt das so für Sie?" {
		t.Errorf("the window shows %+v", sent.Content)
	}
	_, err = snippets.Send(use)
	d.refused("plain text", err, inbox.CodeInvalid, "snippetId")
	question.Text = "Passt das, {Quatsch}?"
	question, err = snippets.Save(question)
	d.check(err)
	_, err = snippets.Send(SnippetUse{SnippetID: question.ID, ConversationID: row.ID, Language: "de"})
	d.refused("open variable", err, inbox.CodeInvalid, "variables")
	d.check(snippets.Delete(question.ID))
	d.refused("gone", snippets.Delete(question.ID), inbox.CodeNotFound, "")
}

func TestSnippetFormComesBackAsSaved(t *testing.T) {
	d := open(t)
	snippets := bound[*Snippets](d)
	list := SnippetForm{Folder: "Termin", Name: "/wann ", Text: "Wann?", Kind: "list", Header: "Termin", Footer: "Wiesengrund", ListButton: "Zeiten",
		Buttons: []string{}, Sections: []FrameSection{
			{Title: "Heute", Rows: []FrameListItem{{Title: "9 Uhr"}, {}, {Title: "10 Uhr", Description: "bei Rosa"}}}, {Rows: []FrameListItem{{}}}}}
	got, err := snippets.Save(list)
	d.check(err)
	list.ID, list.Name = got.ID, "wann"
	list.Sections = []FrameSection{{Title: "Heute", Rows: []FrameListItem{{ID: "row-1", Title: "9 Uhr"}, {ID: "row-2", Title: "10 Uhr", Description: "bei Rosa"}}}}
	if !reflect.DeepEqual(got, list) || !reflect.DeepEqual(d.snippetNamed("wann"), list) {
		t.Errorf("got  %+v\nwant %+v", got, list)
	}
	for field, form := range map[string]SnippetForm{
		"name": {Text: "a"}, "text": {Name: "a"}, "buttons": {Name: "a", Text: "a", Kind: "button"}, "link": {Name: "a", Text: "a", Kind: "cta_url", LinkTitle: "a", LinkURL: "b"},
	} {
		_, err := snippets.Save(form)
		d.refused(field, err, inbox.CodeInvalid, field)
	}
}

// The window is closed, a template is handed in, approved, filled in and sent;
// its text is in the conversation and on the customer's phone, and is counted.
func TestTemplateFromFirstSetToTicks(t *testing.T) {
	d := open(t)
	templates := bound[*Templates](d)
	anna := d.anna()
	row := d.say(anna, "Ist mein Kranz fertig?")
	d.check(d.customers.Rename(RenameRequest{CustomerID: row.CustomerID, ShopName: "Frau Äpfel"}))

	forms, err := templates.ListStarter("de")
	if len(do(d, forms, err)) != 3 {
		t.Fatalf("proposed %+v", forms)
	}
	check, err := templates.Check(forms[0])
	if len(do(d, check, err).Problems) != 0 {
		t.Errorf("problems %+v", check.Problems)
	}
	made, err := templates.Create(forms[0])
	if do(d, made, err).Status != "PENDING" || made.Obstacle != "status" {
		t.Errorf("created %+v", made)
	}
	if again, err := templates.ListStarter("de"); len(do(d, again, err)) != 2 {
		t.Errorf("proposed again: %+v", again)
	}
	d.check(d.sim.ReviewTemplate(made.ID, "APPROVED", ""))
	use := TemplateUse{TemplateID: made.ID, ConversationID: row.ID, Language: "de"}
	var task TemplateTask
	d.await("approval", func() bool {
		task, err = templates.Prepare(use)
		return do(d, task, err).Template.Obstacle == ""
	})
	if len(task.Fields) != 2 || task.Fields[0].Value != "Frau Äpfel" || task.Fields[1].Value != "" || task.Refusal != "" {
		t.Errorf("task %+v", task)
	}
	use.Values = map[string]string{"body.name": "Frau Äpfel"}
	_, err = templates.Send(use)
	d.refused("half filled", err, inbox.CodeInvalid, "body.nummer")
	d.sim.Advance(25 * time.Hour)
	use.Values["body.nummer"] = "4711"
	sent, err := templates.Send(use)
	d.awaitStatus(do(d, sent, err), inbox.StatusRead)
	if sent.Content == nil || sent.Content.Frame == nil || !strings.Contains(sent.Content.Frame.Body, "Ihre Bestellung 4711 ist fertig") {
		t.Errorf("the window shows %+v", sent)
	}
	if got := anna.Received(); len(got) != 1 || got[0].Text != sent.Text {
		t.Errorf("the phone shows %+v", got)
	}
	costs, err := bound[*Costs](d).GetDesk()
	if months := do(d, costs, err).Months; len(months) != 1 || len(months[0].Rows) != 1 || months[0].Rows[0].Category != "utility" || months[0].Rows[0].Messages != 1 {
		t.Errorf("counted %+v", months)
	}
	d.check(templates.Delete(made.ID))
	if desk, err := templates.Refresh(); len(do(d, desk, err).Templates) != 0 || desk.FetchedAtMs == 0 {
		t.Errorf("after deleting: %+v", desk)
	}
}

// Art. 21(2) GDPR, § 7(2) UWG: advertising needs a consent, and an objection ends it.
func TestTemplateIsRefusedWithoutConsent(t *testing.T) {
	d := open(t)
	templates := bound[*Templates](d)
	id, err := d.sim.AddTemplate(simulator.Template{Name: "gruss", Language: "de", Category: "MARKETING", Components: []any{
		map[string]any{"type": "BODY", "text": "Die ersten Tulpen sind da."}}})
	d.check(err)
	_, err = templates.Refresh()
	d.check(err)
	anna := d.anna()
	row := d.say(anna, "Hallo")
	use := TemplateUse{TemplateID: id, ConversationID: row.ID, Language: "de"}
	refusal := func() string {
		task, err := templates.Prepare(use)
		return do(d, task, err).Refusal
	}
	if got := refusal(); got != refusedNoConsent {
		t.Errorf("refused as %q", got)
	}
	_, err = templates.Send(use)
	d.refused("advertising", err, inbox.CodeNoOptIn, refusedNoConsent)
	anna.StopMarketing()
	d.check(d.sim.WaitIdle(d.ctx))
	if got := refusal(); got != refusedStopped {
		t.Errorf("after the objection refused as %q", got)
	}
	_, err = templates.Send(use)
	d.refused("after an objection", err, inbox.CodeNoOptIn, refusedStopped)
	d.check(d.sim.ReviewTemplate(id, "PAUSED", ""))
	d.await("pause", func() bool {
		_, err := templates.Send(use)
		return inbox.CodeOf(err) == inbox.CodeTemplateRejected
	})
	if len(anna.Received()) != 0 {
		t.Error("the customer got a message")
	}
}

func TestCostsAreComputedFromTheShopsOwnPrices(t *testing.T) {
	d := open(t)
	costs := bound[*Costs](d)
	row := d.say(d.anna(), "Hallo")
	for _, text := range []string{"Eins", "Zwei"} {
		d.awaitStatus(d.send(SendTextRequest{ConversationID: row.ID, Text: text}), inbox.StatusDelivered)
	}
	var desk CostDesk
	d.await("both counted", func() bool {
		var err error
		desk, err = costs.GetDesk()
		return do(d, desk, err).ServiceUsed == 2
	})
	if month := desk.Months[0]; month.Total != "" || month.Rows[0].Cost != "" {
		t.Errorf("a price was invented: %+v", month)
	}
	d.check(costs.SavePrices(CostPrices{Currency: "eur", Service: "0,0456", Allowance: 1000}))
	desk, err := costs.GetDesk()
	if month := do(d, desk, err).Months[0]; month.Total != "0.0912" || month.Rows[0].Cost != "0.0912" || desk.Prices.Currency != "EUR" || desk.Prices.Service != "0.0456" {
		t.Errorf("%+v, %+v", month, desk.Prices)
	}
	for field, p := range map[string]CostPrices{
		"service": {Currency: "EUR", Service: "viel"}, "marketing": {Currency: "EUR", Marketing: "1e9"}, "currency": {Currency: "Euro", Utility: "1"}, "allowance": {Allowance: -1},
	} {
		d.refused(field, costs.SavePrices(p), inbox.CodeInvalid, field)
	}
}

func TestLimitsAreShownOnlyWhenTheyMatter(t *testing.T) {
	now := time.Now()
	notice := func(field, event, detail string, number int, days int) inbox.AccountNotice {
		return inbox.AccountNotice{Field: field, Event: event, Detail: []byte(detail), Number: number, At: now.AddDate(0, 0, -days)}
	}
	got := limitsThatMatter([]inbox.AccountNotice{
		notice("phone_number_quality_update", "DOWNGRADE", `{"max_daily_conversations_per_business":"TIER_2K"}`, 0, 0),
		notice("phone_number_quality_update", "UPGRADE", `{"max_daily_conversations_per_business":"TIER_250"}`, 0, 1), // older
		notice("errors", "Payment", "{}", 131042, 2),
		notice("errors", "Window", "{}", 131047, 2),
		notice("account_update", "PARTNER_ADDED", "{}", 0, 3),
		notice("account_update", "ACCOUNT_RESTRICTION", "{}", 0, 4), // older than the good news
		notice("errors", "Spam", "{}", 131048, 31),
		notice("message_template_status_update", "REJECTED", "{}", 0, 0),
	}, now)
	want := []CostLimit{{Kind: "limit", Word: "TIER_2K", AtMs: millis(now)}, {Kind: "error", Word: "Payment", Number: 131042, AtMs: millis(now.AddDate(0, 0, -2))}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := messagingLimit(notice("business_capability_update", "", `{"max_daily_conversations_per_business":250}`, 0, 0)); got != "TIER_250" {
		t.Error(got)
	}
}

func TestSnippetFileGoesOutSealedFromTheShopsKey(t *testing.T) {
	d := open(t)
	snippets := bound[*Snippets](d)
	path := filepath.Join(t.TempDir(), "Anfahrt.pdf")
	d.check(os.WriteFile(path, []byte("%PDF-1.4\nAnfahrtsplangeheimnis\n%%EOF\n"), 0o600))
	d.app.cfg.PickFiles = func() ([]string, error) { return []string{path}, nil }
	made, err := snippets.Save(SnippetForm{Name: "anfahrt", Text: "So finden Sie uns"})
	d.check(err)
	got, err := snippets.AttachFile(made.ID)
	if do(d, got, err).FileName != "Anfahrt.pdf" || got.FileBytes == 0 {
		t.Errorf("attached %+v", got)
	}
	row := d.say(d.anna(), "Wo sind Sie?")
	staged, err := snippets.StageFile(SnippetUse{SnippetID: made.ID, ConversationID: row.ID, Language: "de"})
	if do(d, staged, err).Kind != "document" || staged.Name != "Anfahrt.pdf" || staged.Problem != "" {
		t.Errorf("staged %+v", staged)
	}
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Anfahrt.pdf", "Anfahrtsplangeheimnis"})
	again, err := snippets.RemoveFile(made.ID)
	if do(d, again, err).FileName != "" {
		t.Errorf("removed %+v", again)
	}
	_, err = snippets.StageFile(SnippetUse{SnippetID: made.ID, ConversationID: row.ID})
	d.refused("no file", err, inbox.CodeNotFound, "")
}
