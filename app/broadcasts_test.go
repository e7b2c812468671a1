package app

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// tulips adds an approved advertising template and returns its id.
func (d *desk) tulips() string {
	d.Helper()
	id, err := d.sim.AddTemplate(simulator.Template{Name: "tulpen", Language: "de", Category: "MARKETING", Components: []any{
		map[string]any{"type": "BODY", "text": "Guten Tag {{name}}, die Tulpen sind da.", "example": map[string]any{"body_text_named_params": []any{
			map[string]any{"param_name": "name", "example": "Anna"}}}}}, Format: "NAMED"})
	d.check(err)
	_, err = bound[*Templates](d).Refresh()
	d.check(err)
	return id
}

// guest is somebody who has written, and perhaps agreed on paper.
func (d *desk) guest(n int, agreed bool) (*simulator.Customer, ConversationRow) {
	d.Helper()
	c := d.customer(simulator.Person{Phone: fmt.Sprintf("+4917139200%02d", 20+n), Name: fmt.Sprintf("Gast %d", n), AutoRead: true})
	row := d.say(c, fmt.Sprintf("Hallo %d", n))
	if agreed {
		d.agree(row.CustomerID)
	}
	return c, row
}

func (d *desk) agree(customer string) {
	d.Helper()
	d.check(bound[*Consents](d).Record(RecordConsentRequest{CustomerID: customer, Purpose: "news", Act: "confirmed", Origin: "paper",
		Text: "Ich möchte Neuigkeiten.", Witness: "Rosa", AtMs: millis(d.cfg.Now()) - 1000}))
}

func templatesOn(c *simulator.Customer) (n int) {
	for _, item := range c.Received() {
		if item.Type == "template" {
			n++
		}
	}
	return n
}

func (d *desk) broadcast(id int64) BroadcastRow {
	d.Helper()
	desk, err := bound[*Broadcasts](d).GetDesk()
	for _, row := range do(d, desk, err).List {
		if row.ID == id {
			return row
		}
	}
	d.Fatal("no such broadcast")
	return BroadcastRow{}
}

func (d *desk) begin(template string, people int) int64 {
	d.Helper()
	id, err := bound[*Broadcasts](d).Start(StartBroadcast{People: people, Use: BroadcastUse{
		TemplateID: template, Purpose: "news", Values: map[string]string{"body.name": "{Name}"}, Nameless: "liebe Kundin, lieber Kunde"}})
	d.check(err)
	return id
}

// § 7(2) UWG: to those who agreed, and to nobody else.
func TestBroadcastReachesOnlyThoseWhoAgreed(t *testing.T) {
	d := open(t)
	broadcasts := bound[*Broadcasts](d)
	template := d.tulips()
	var phones []*simulator.Customer
	for n := range 4 {
		c, row := d.guest(n, n < 2)
		phones = append(phones, c)
		if n == 0 {
			d.check(d.customers.Rename(RenameRequest{CustomerID: row.CustomerID, ShopName: "Frau Äpfel"}))
		}
	}
	use := BroadcastUse{TemplateID: template, Purpose: "news"}
	d.check(bound[*Costs](d).SavePrices(CostPrices{Currency: "EUR", Marketing: "0.1131"}))
	plan, err := broadcasts.Plan(use)
	do(d, plan, err)
	if len(plan.People) != 2 || plan.People[0].Name != "Frau Äpfel" || !reflect.DeepEqual(plan.LeftOut, []BroadcastLeftOut{{"no_consent", 2}}) ||
		plan.Cost != "0.2262" || len(plan.Fields) != 1 || plan.Fields[0].Value != "{Name}" || plan.DayLimit != 250 || plan.LimitKnown {
		t.Errorf("plan %+v", plan)
	}
	for what, r := range map[string]struct {
		start StartBroadcast
		code  inbox.Code
		field string
	}{
		"a number that is wrong": {StartBroadcast{Use: BroadcastUse{TemplateID: template, Purpose: "news", Values: map[string]string{"body.name": "alle"}}, People: 3}, inbox.CodeConflict, "people"},
		"another purpose":        {StartBroadcast{Use: BroadcastUse{TemplateID: template, Purpose: "reminders"}, People: 2}, inbox.CodeInvalid, "purpose"},
		"an empty value":         {StartBroadcast{Use: use, People: 2}, inbox.CodeInvalid, "body.name"},
		"no word for nameless":   {StartBroadcast{Use: BroadcastUse{TemplateID: template, Purpose: "news", Values: map[string]string{"body.name": "{Name}"}}, People: 2}, inbox.CodeInvalid, "nameless"},
	} {
		_, err := broadcasts.Start(r.start)
		d.refused(what, err, r.code, r.field)
	}
	id := d.begin(template, 2)
	_, err = broadcasts.Start(StartBroadcast{Use: BroadcastUse{TemplateID: template, Purpose: "news", Values: map[string]string{"body.name": "alle"}}, People: 2})
	d.refused("a second one meanwhile", err, inbox.CodeConflict, "running")
	d.await("both read", func() bool {
		row := d.broadcast(id)
		return row.State == "done" && reflect.DeepEqual(row.Outcomes, []BroadcastOutcome{{"read", 2}})
	})
	if phones[0].Received()[0].Text != "Guten Tag Frau Äpfel, die Tulpen sind da." || phones[1].Received()[0].Text != "Guten Tag liebe Kundin, lieber Kunde, die Tulpen sind da." {
		t.Errorf("phones show %+v, %+v", phones[0].Received(), phones[1].Received())
	}
	if templatesOn(phones[2])+templatesOn(phones[3]) != 0 {
		t.Error("somebody who never agreed got advertising")
	}
	if n := d.numbers().Totals; n.Broadcast != 2 || n.Hand != 0 {
		t.Errorf("counted %+v", n)
	}
	used, err := d.app.open.store.ListConsents(d.ctx, mustCustomer(d, plan.People[0].CustomerID))
	d.check(err)
	if len(used) != 1 {
		t.Errorf("the register was changed: %d", len(used))
	}
}

func mustCustomer(d *desk, id string) inbox.CustomerID {
	d.Helper()
	c, err := inbox.ParseCustomerID(id)
	d.check(err)
	return c
}

// Stopping means stopping, withdrawing counts mid-way, and erasing somebody
// leaves counts only.
func TestBroadcastIsStoppedAndErasedFrom(t *testing.T) {
	d := open(t)
	broadcasts := bound[*Broadcasts](d)
	template := d.tulips()
	var rows []ConversationRow
	var phones []*simulator.Customer
	for n := range 4 {
		c, row := d.guest(n, true)
		phones, rows = append(phones, c), append(rows, row)
	}
	id := d.begin(template, 4)
	d.await("the first is read", func() bool { return d.broadcast(id).Outcomes[0] == BroadcastOutcome{"read", 1} })
	d.check(broadcasts.Pause(id))
	d.refused("pausing twice", broadcasts.Pause(id), inbox.CodeConflict, "")
	paused := d.broadcast(id)
	if paused.State != "paused" || paused.Reason != "hand" || templatesOn(phones[3]) != 0 {
		t.Errorf("paused %+v", paused)
	}
	d.tells(phones[3], "STOPP")
	d.await("nothing under way", func() bool {
		return !slices.ContainsFunc(d.broadcast(id).Outcomes, func(o BroadcastOutcome) bool {
			return o.Outcome == "leaving" || o.Outcome == "sent" || o.Outcome == "delivered"
		})
	})
	d.await("the confirmation is read", func() bool {
		last := d.newest(rows[3].ID)
		return last.Direction == "out" && last.Status == "read"
	})
	d.check(d.sim.WaitIdle(d.ctx)) // a report on its way would be tried again at the old address for long
	d.start()                      // after a restart it is still paused, and nobody is taken twice
	d.deliverTo(d.connection().WebhookURL)
	broadcasts = bound[*Broadcasts](d)
	d.check(broadcasts.Resume(id))
	d.await("done", func() bool { return d.broadcast(id).State == "done" })
	if templatesOn(phones[0]) != 1 || templatesOn(phones[3]) != 0 {
		t.Errorf("the first got %d, the one who withdrew %d", templatesOn(phones[0]), templatesOn(phones[3]))
	}
	d.check(d.sim.WaitIdle(d.ctx))
	d.await("reports", func() bool { return d.broadcast(id).Outcomes[0] == BroadcastOutcome{"read", 3} })
	before := d.broadcast(id)
	report, err := d.customers.Erase(rows[0].CustomerID)
	d.check(err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if after := d.broadcast(id); !reflect.DeepEqual(after, before) || after.Outcomes[1] != (BroadcastOutcome{"withdrawn", 1}) {
		t.Errorf("after the erasure %+v", after)
	}
	people, err := broadcasts.ListRecipients(id)
	if err != nil || len(people) != 3 {
		t.Errorf("still named: %+v, %v", people, err)
	}
	again := d.begin(template, 2)
	leaving, err := broadcasts.Stop(again)
	if row := d.broadcast(again); err != nil || row.State != "stopped" || leaving > 1 {
		t.Errorf("stopped with %d under way: %+v, %v", leaving, row, err)
	}
}
