package app

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"sync"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// races is how often STOPP runs against an advertising message.
const races = 40

// Once the delivery with STOPP is acknowledged, no advertising message leaves,
// however close they were. What was first is told by the simulator's order of
// accepted sends and answered deliveries, not by a clock. (Art. 21(3) GDPR.)
func TestStoppOvertakesTheNextAdvertisingMessage(t *testing.T) {
	d := open(t)
	template := d.tulips()
	sent, kept := 0, 0
	for n := range races {
		c := d.customer(simulator.Person{Phone: fmt.Sprintf("+4917139300%02d", n), Name: fmt.Sprintf("Gast %d", n)})
		row := d.say(c, fmt.Sprintf("Hallo %d", n))
		d.agree(row.CustomerID)
		stop, queued := d.race(n, c, TemplateUse{TemplateID: template, ConversationID: row.ID, Values: map[string]string{"body.name": "Anna"}})
		d.settled(row, queued)
		acked := d.acknowledged(stop)
		for _, item := range c.Received() {
			if item.Type != "template" {
				continue
			}
			sent++
			if item.Order > acked {
				t.Errorf("race %d: an advertising message was accepted as %d, after STOPP was acknowledged as %d", n, item.Order, acked)
			}
		}
		if templatesOn(c) == 0 {
			kept++
		}
		if _, err := bound[*Templates](d).Send(TemplateUse{TemplateID: template, ConversationID: row.ID, Values: map[string]string{"body.name": "Anna"}}); inbox.CodeOf(err) != inbox.CodeNoOptIn {
			t.Errorf("race %d: afterwards %v", n, err)
		}
	}
	t.Logf("%d advertising messages were quicker, %d were kept back", sent, kept)
}

// race lets a customer write STOPP while an advertising message is queued, one
// of them a little later each time. It returns the message with STOPP, and the
// queued one if it could be queued.
func (d *desk) race(n int, c *simulator.Customer, use TemplateUse) (stop string, queued MessageRow) {
	d.Helper()
	var both sync.WaitGroup
	begin := make(chan struct{})
	later := func(steps int) {
		for range steps * 1500 {
			runtime.Gosched()
		}
	}
	both.Go(func() {
		<-begin
		later(max(0, n-races/4))
		id, err := c.SendText(d.ctx, "STOPP")
		if err != nil {
			d.Error(err)
		}
		stop = id
	})
	both.Go(func() {
		<-begin
		later(max(0, races/4-n))
		row, err := bound[*Templates](d).Send(use)
		if err != nil && inbox.CodeOf(err) != inbox.CodeNoOptIn {
			d.Error(err)
		}
		queued = row
	})
	close(begin)
	both.Wait()
	return stop, queued
}

// settled waits until STOPP is known and the queued message has left or failed.
func (d *desk) settled(row ConversationRow, queued MessageRow) {
	d.Helper()
	d.await("STOPP", func() bool {
		sheet, err := bound[*Consents](d).GetSheet(row.CustomerID)
		return do(d, sheet, err).Objected
	})
	if queued.ID != "" {
		d.await("the advertising message", func() bool {
			status := d.message(row.ID, queued.ID).Status
			return status != "queued" && status != "sending"
		})
	}
	d.check(d.sim.WaitIdle(d.ctx))
}

// acknowledged returns when the delivery of a message was first answered with 200.
func (d *desk) acknowledged(wamid string) int64 {
	d.Helper()
	for _, delivery := range d.sim.Deliveries() {
		if delivery.Status == http.StatusOK && bytes.Contains(delivery.Body, []byte(wamid)) {
			return delivery.Order
		}
	}
	d.Fatal("STOPP was never acknowledged")
	return 0
}
