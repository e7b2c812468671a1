package app

import (
	"reflect"
	"testing"

	"tresen/internal/inbox"
)

func TestDemoIsARealShopWithInventedPeople(t *testing.T) {
	d := newDesk(t)
	d.start()
	_, err := d.demo.ListCustomers()
	d.refused("people outside the demo", err, inbox.CodeNotFound, "")
	d.check(d.setup.StartDemo())
	if s := d.state(); s.Phase != string(phaseOpen) || !s.Demo {
		t.Errorf("state %+v", s)
	}
	if c := d.connection(); !c.Demo || c.Source != "simulator" || c.Receiving != "ready" || c.Sending != "ready" {
		t.Errorf("connection %+v", c)
	}
	d.await("a full list", func() bool { return len(d.list().Rows) >= 8 })
	people, err := d.demo.ListCustomers()
	do(d, people, err)
	who := people[0]
	d.check(d.demo.Say(DemoSayRequest{CustomerID: who.ID, Text: "Ich bin es selbst"}))
	var row ConversationRow
	d.await("own message", func() bool {
		for _, r := range d.list().Rows {
			if r.Preview == "Ich bin es selbst" {
				row = r
			}
		}
		return row.ID != 0
	})
	sent := d.send(SendTextRequest{ConversationID: row.ID, Text: "Wir haben es gelesen"})
	d.awaitStatus(sent, inbox.StatusDelivered)
	thread, err := d.demo.Thread(who.ID)
	do(d, thread, err)
	last := thread[len(thread)-1]
	if !last.FromShop || last.Text != "Wir haben es gelesen" {
		t.Errorf("last in thread %+v", last)
	}
	d.awaitStatus(sent, inbox.StatusRead) // looking at the thread is reading
	d.refused("empty text", d.demo.Say(DemoSayRequest{CustomerID: who.ID, Text: " \u202e "}), inbox.CodeInvalid, "text")
	d.refused("nobody", d.demo.Say(DemoSayRequest{CustomerID: "DE.0", Text: "x"}), inbox.CodeNotFound, "")
	_, err = d.demo.Thread("DE.0")
	d.refused("thread of nobody", err, inbox.CodeNotFound, "")

	before := d.messages(row.ID)
	d.cfg.Demo = true
	d.start()
	if after := d.messages(row.ID); len(after) < len(before) || !reflect.DeepEqual(after[:len(before)], before) {
		t.Errorf("after a restart\n%+v\nbefore\n%+v", after, before)
	}
	d.check(d.setup.LeaveDemo())
	d.mustShow(phaseFirst, "")
	d.refused("leaving twice", d.setup.LeaveDemo(), inbox.CodeNotFound, "")
}

func TestDemoLeavesTheRealShopAlone(t *testing.T) {
	d := open(t)
	row := d.say(d.anna(), "echt")
	d.check(d.setup.StartDemo())
	for _, r := range d.list().Rows {
		if r.Preview == "echt" {
			t.Error("the demo shows the real shop")
		}
	}
	d.check(d.setup.LeaveDemo())
	d.mustShow(phaseOpen, "")
	if list := d.list(); len(list.Rows) != 1 || list.Rows[0].ID != row.ID {
		t.Errorf("list %+v", list)
	}
}

// A demo that cannot open lets go of everything, so that it can be tried again.
func TestDemoInUseIsAProblem(t *testing.T) {
	d := newDesk(t)
	d.cfg.Demo = true
	d.start()
	second := d.another()
	second.Start()
	if s, err := (&Setup{second}).State(); err != nil || s.Phase != string(phaseProblem) || s.Code != string(inbox.CodeInUse) {
		t.Errorf("second shows %+v, %v", s, err)
	}
	d.stop()
	d.check((&Setup{second}).StartDemo())
}
