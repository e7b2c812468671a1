package main

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/relay/client"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// desktop is a shop's computer: the real receiver over a real store.
type desktop struct {
	t        *testing.T
	folder   *storetest.Folder
	receiver *receive.Receiver
	id       client.Identity
	changed  chan struct{}
	source   *client.Source
	off      func()
}

func newDesktop(t *testing.T, id client.Identity) *desktop {
	d := &desktop{t: t, folder: storetest.Open(t), id: id, changed: make(chan struct{}, 10_000)}
	d.receiver = receive.New(d.folder.Store, receive.Signed([]byte(simulator.DefaultAppSecret)), func(receive.Change) { d.changed <- struct{}{} })
	return d
}

// on is how the program connects a relay to the receiver.
func (d *desktop) on() {
	handle := receive.Handler(d.receiver.Handle)
	d.source, d.off = bring(d.t, d.id, func(ctx context.Context, got client.Delivery) error {
		return handle(ctx, receive.Delivery(got))
	}, receive.ErrUnverified)
}

// texts returns what the shop reads, oldest first.
func (d *desktop) texts() (texts []string) {
	d.t.Helper()
	conversations, err := d.folder.Store.ListConversations(d.t.Context(), store.Position{}, 50)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range conversations {
		page, err := d.folder.Store.ListMessages(d.t.Context(), store.Span{Conversation: c.ID, Limit: 500})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, m := range page {
			if m.Direction == inbox.Inbound {
				texts = append(texts, m.Content.Text)
			}
		}
	}
	return texts
}

func (d *desktop) reads(n int) map[string]int {
	d.t.Helper()
	late := time.After(30 * time.Second)
	for {
		texts := d.texts()
		if len(texts) >= n {
			times := map[string]int{}
			for _, text := range texts {
				times[text]++
			}
			return times
		}
		select {
		case <-d.changed:
		case <-late:
			d.t.Fatalf("the shop reads %d of %d messages; source %+v", len(texts), n, d.source.Status())
		}
	}
}

func TestMessageSentWhileTheDesktopIsOffArrivesExactlyOnce(t *testing.T) {
	p := newProcess(t)
	p.start()
	id, mailbox := p.pair(p.mustOperate("add", "Blumen Müller"))
	second, _ := p.pair(p.mustOperate("pair", "Blumen Müller"))
	sim, err := simulator.Start(simulator.Config{CallbackURL: mailbox.WebhookURL, VerifyToken: mailbox.VerifyToken})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	if err := sim.VerifyCallback(t.Context()); err != nil {
		t.Fatal(err)
	}
	// Meta repeats, and not everything that reaches the address is Meta's.
	sim.SetFaults(simulator.Faults{Duplicates: 2, WrongSignatures: 1})
	customer, err := sim.AddCustomer(simulator.Person{Phone: "+491713920001", Name: "Erika Muster"})
	if err != nil {
		t.Fatal(err)
	}
	const messages = 20
	say := func(from, to int) {
		for i := from; i < to; i++ {
			if _, err := customer.SendText(t.Context(), fmt.Sprint("Nachricht ", i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := sim.WaitIdle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	shop := newDesktop(t, id)
	say(0, messages/2)
	if err := p.terminate(); err != nil {
		t.Fatal(err)
	}
	p.start()
	shop.on()
	shop.reads(messages / 2)
	shop.off()
	say(messages/2, messages)
	shop.on()
	office := newDesktop(t, second)
	office.on()
	for name, d := range map[string]*desktop{"shop": shop, "office": office} {
		times := d.reads(messages)
		for i := range messages {
			if n := times[fmt.Sprint("Nachricht ", i)]; n != 1 {
				t.Errorf("%s reads message %d %d times", name, i, n)
			}
		}
		if s := d.source.Status(); s.Unreadable != 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
	shop.off()
	office.off()
	if list := p.mustOperate("list"); !containsAll(list, "Blumen Müller", id.Device().String(), second.Device().String()) {
		t.Errorf("list:\n%s", list)
	}
	for _, private := range []string{"Nachricht", "Erika", "491713920001"} {
		if containsAll(p.logged(), private) {
			t.Errorf("the log says %q", private)
		}
	}
}

// The desktop commits, and loses power before it can acknowledge.
func TestDesktopKilledBeforeAcknowledgingShowsNothingTwice(t *testing.T) {
	p := newProcess(t)
	p.start()
	id, mailbox := p.pair(p.mustOperate("add", "Shop"))
	sim, err := simulator.Start(simulator.Config{CallbackURL: mailbox.WebhookURL, VerifyToken: mailbox.VerifyToken})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	customer, err := sim.AddCustomer(simulator.Person{Phone: "+491713920001", Name: "Erika Muster"})
	if err != nil {
		t.Fatal(err)
	}
	const messages = 30
	for i := range messages {
		if _, err := customer.SendText(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := sim.WaitIdle(t.Context()); err != nil {
		t.Fatal(err)
	}
	d := newDesktop(t, id)
	kept := 0
	d.source, d.off = bring(t, id, func(ctx context.Context, got client.Delivery) error {
		if kept == 10 {
			return errors.New("power is gone")
		}
		kept++
		return d.receiver.Handle(ctx, receive.Delivery(got))
	}, nil)
	d.reads(10)
	p.kill() // so that nothing can be acknowledged any more
	d.off()
	d.folder.Reopen(t)
	d.receiver = receive.New(d.folder.Store, receive.Signed([]byte(simulator.DefaultAppSecret)), func(receive.Change) { d.changed <- struct{}{} })
	p.start()
	d.on()
	for text, n := range d.reads(messages) {
		if n != 1 {
			t.Errorf("message %s is shown %d times", text, n)
		}
	}
}
