package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/shop"
	"tresen/internal/receive"
	"tresen/internal/retention"
	"tresen/internal/simulator"
)

// withNotice gives the shop its details and confirms the notice.
func (d *desk) withNotice() *Automatic {
	d.Helper()
	s, err := d.app.session()
	d.check(err)
	d.check(s.changeShop(func(details *shop.Details) error {
		details.Brand = "Blumen Wiesengrund"
		playShopDetails(details)
		return nil
	}))
	b := &Automatic{d.app}
	got, err := b.GetDesk()
	do(d, got, err)
	got, err = b.ConfirmNotice(NoticeConfirm{Fingerprint: got.Notice.Fingerprint})
	if do(d, got, err); !got.Form.NoticeOn || got.Notice.Changed {
		d.Fatalf("confirmed: %+v", got.Notice)
	}
	return b
}

// collect makes the simulator keep its webhooks instead of delivering them.
func (d *desk) collect() {
	d.Helper()
	d.check(d.sim.SetCallback("", ""))
}

func (d *desk) drain() []simulator.Delivery {
	d.Helper()
	list, err := d.sim.Drain(d.ctx)
	d.check(err)
	return list
}

// take hands one webhook to the program, as a way in does.
func (d *desk) take(w simulator.Delivery) error {
	d.Helper()
	s, err := d.app.session()
	d.check(err)
	return s.handle(d.ctx, receive.Delivery{Body: w.Body, Header: w.Header, ReceivedAt: d.cfg.Now()})
}

func notices(c *simulator.Customer) (n int) {
	for _, item := range c.Received() {
		if strings.Contains(item.Text, "WIDERSPRUCH") {
			n++
		}
	}
	return n
}

// Whatever way deliveries take, and however often the program ends meanwhile,
// every person gets exactly one notice.
func TestEverybodyGetsOneNotice(t *testing.T) {
	d := open(t)
	d.withNotice()
	d.collect()
	rng := rand.New(rand.NewPCG(7, 11))
	var people []*simulator.Customer
	d.sim.SetFaults(simulator.Faults{Batch: 3, Merge: true, Shuffle: true})
	for n := range 12 {
		c := d.customer(simulator.Person{Phone: fmt.Sprintf("+4917139211%02d", n), Name: fmt.Sprintf("Person %d", n)})
		people = append(people, c)
		for i := range 3 {
			_, err := c.SendText(d.ctx, fmt.Sprintf("Hallo %d", i))
			d.check(err)
		}
	}
	list := d.drain()
	list = slices.Concat(list, list, list)
	rng.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for i, w := range list {
		if i%(len(list)/3) == 5 {
			d.start() // ends the program wherever it is
		}
		// Half of them are cut off: nobody is told whether they were kept.
		if i%2 == 0 {
			s, err := d.app.session()
			d.check(err)
			ctx, cancel := context.WithCancel(d.ctx)
			go cancel()
			_ = s.handle(ctx, receive.Delivery{Body: w.Body, Header: w.Header, ReceivedAt: d.cfg.Now()})
			cancel()
		}
		d.check(d.take(w))
	}
	d.await("everybody's notice", func() bool {
		return !slices.ContainsFunc(people, func(c *simulator.Customer) bool { return notices(c) == 0 })
	})
	for range 3 { // reports of what was sent, which may bring more of them
		for _, w := range d.drain() {
			d.check(d.take(w))
		}
	}
	for _, w := range list {
		d.check(d.take(w))
	}
	s, err := d.app.session()
	d.check(err)
	d.await("an empty outbox", func() bool {
		queued, unclear, err := s.store.CountOutbox(d.ctx)
		return err == nil && queued == 0 && unclear == 0
	})
	for i, c := range people {
		if notices(c) != 1 || len(c.Received()) != 1 {
			t.Errorf("person %d got %d notices in %d messages", i, notices(c), len(c.Received()))
		}
	}
}

func TestNoticeIsProvedAndRetried(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	anna := d.anna()
	d.sim.SetFaults(simulator.Faults{FailSends: 1, FailSendCode: 131026})
	c := d.tells(anna, "Guten Tag")
	proof := func() []SentNoticeRow {
		list, err := b.ListNotices(c.CustomerID)
		d.check(err)
		return list
	}
	d.await("failure", func() bool { list := proof(); return len(list) == 1 && list[0].Status == "failed" })
	got, err := b.GetDesk()
	if do(d, got, err); got.Failed != 1 {
		t.Errorf("the desk says %+v", got)
	}
	row := d.tells(anna, "Sind Sie da?")
	d.await("the second try", func() bool { list := proof(); return len(list) == 2 && list[0].Status == "read" })
	if p := proof()[0]; p.Version != "notice-DE-2026-11" || !strings.Contains(p.Text, "6 Monate nach der letzten Nachricht") || p.StatusAtMs == 0 {
		t.Errorf("proof %+v", p)
	}
	if !row.Waiting {
		t.Error("a notice counts as an answer")
	}
	d.tells(anna, "Noch etwas")
	if n := notices(anna); n != 1 {
		t.Errorf("%d notices arrived", n)
	}
}

func TestNobodyIsAnsweredWhoMustNotBe(t *testing.T) {
	d := open(t)
	d.withNotice()
	stop := d.anna()
	d.tells(stop, "STOPP")
	d.await("the answer to STOPP", func() bool { return len(stop.Received()) == 1 })
	if notices(stop) != 0 {
		t.Error("STOPP was answered with a notice")
	}
	// A week's outage: the message is too old to be answered freely.
	late := d.customer(simulator.Person{Phone: "+4917139200444", Name: "Spät"})
	d.collect()
	_, err := late.SendText(d.ctx, "Hallo?")
	d.check(err)
	d.ahead.Store(int64(7 * 24 * time.Hour))
	for _, w := range d.drain() {
		d.check(d.take(w))
	}
	s, err := d.app.session()
	d.check(err)
	if queued, _, err := s.store.CountOutbox(d.ctx); err != nil || queued != 0 || len(late.Received()) != 0 {
		t.Errorf("an old message is answered: %d, %v", queued, err)
	}
}

// tells lets a customer write and waits until the message is kept: the list
// may show what the program answered already.
func (d *desk) tells(c *simulator.Customer, text string) (row ConversationRow) {
	d.Helper()
	_, err := c.SendText(d.ctx, text)
	d.check(err)
	d.await("message kept", func() bool {
		for _, r := range d.list().Rows {
			for _, m := range d.messages(r.ID) {
				if row = r; m.Text == text {
					return true
				}
			}
		}
		return false
	})
	return row
}

// mustSave keeps settings changed by fn.
func (d *desk) mustSave(b *Automatic, change func(*AutomaticForm)) AutomaticForm {
	d.Helper()
	got, err := b.GetDesk()
	do(d, got, err)
	change(&got.Form)
	got, err = b.Save(got.Form)
	return do(d, got, err).Form
}

func TestAbsenceOncePerClosedStretch(t *testing.T) {
	d := open(t)
	b := &Automatic{d.app}
	s, err := d.app.session()
	d.check(err)
	d.check(s.changeShop(func(details *shop.Details) error {
		details.Brand, details.Hours = "Blumen", hours.Hours{}
		day := hours.DateOf(time.Now()).AddDays(2)
		details.Hours.Week[day.Weekday()] = []hours.Span{{From: hours.At(9, 0), To: hours.At(10, 0)}}
		return nil
	}))
	form := d.mustSave(b, func(f *AutomaticForm) { f.Absence.On, f.Greeting.On = true, true })
	anna := d.anna()
	d.tells(anna, "Noch offen?")
	d.await("absence message", func() bool { return len(anna.Received()) == 1 })
	d.tells(anna, "Hallo?")
	if list := anna.Received(); len(list) != 1 || !strings.Contains(list[0].Text, "um 9 Uhr wieder für Sie da") || !strings.Contains(list[0].Text, "hier ist Blumen.") {
		t.Errorf("got %+v", list)
	}
	form.Absence.Text = "Hallo {Name}"
	_, err = b.Save(form)
	d.refused("a name nobody knows", err, inbox.CodeInvalid, "absence.variable")
	form.Absence.Text, form.NoticeOn = "Hallo", true
	_, err = b.Save(form)
	d.refused("a notice nobody confirmed", err, inbox.CodeInvalid, "notice")
}

// tap lets a customer tap a button of the newest message she got.
func (d *desk) tap(c *simulator.Customer, title string) {
	d.Helper()
	list := c.Received()
	last := list[len(list)-1]
	i := slices.IndexFunc(last.Buttons, func(b simulator.Button) bool { return b.Title == title })
	if i < 0 {
		d.Fatalf("no button %q in %+v", title, last)
	}
	_, err := c.TapButton(d.ctx, last.ID, last.Buttons[i])
	d.check(err)
}

func TestQuestionsBeforeAPersonTakesOver(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	d.mustSave(b, func(f *AutomaticForm) { f.Intake.On, f.Intake.Advertise, f.Intake.Topics = true, true, "Tulpen" })
	anna := d.anna()
	c := d.tells(anna, "Guten Tag")
	got := func(n int) func() bool { return func() bool { return len(anna.Received()) == n } }
	text := func() string { list := anna.Received(); return list[len(list)-1].Text }
	d.await("notice and question", func() bool { n := len(anna.Received()); return n > 0 && len(anna.Received()[n-1].Buttons) == 2 })
	before := len(anna.Received())
	d.tap(anna, "Ja")
	d.await("the first question", got(before+1))
	if consents, err := (&Consents{d.app}).GetSheet(c.CustomerID); err != nil || len(consents.History) != 0 {
		t.Errorf("yes to the questions counts as a consent: %+v, %v", consents.History, err)
	}
	d.tap(anna, "Termin")
	d.await("the second question", got(before+2))
	d.ahead.Store(int64(2 * time.Second))
	_, err := anna.SendText(d.ctx, "Freitag vormittag")
	d.check(err)
	d.await("the end, and a question of its own", got(before+4))
	if !strings.Contains(text(), "Tulpen") || !strings.Contains(text(), "freiwillig") {
		t.Errorf("asked for a consent with %q", text())
	}
	var notes []NoteRow
	d.await("a note", func() bool {
		notes, err = (&Work{d.app}).ListNotes(c.CustomerID)
		return err == nil && len(notes) == 1
	})
	if !strings.HasSuffix(notes[0].Text, "– Termin\nWann passt es Ihnen am besten? – Freitag vormittag") {
		t.Errorf("noted %q", notes[0].Text)
	}
	d.tap(anna, "Ja")
	d.await("the consent", func() bool {
		sheet, err := (&Consents{d.app}).GetSheet(c.CustomerID)
		return err == nil && slices.ContainsFunc(sheet.States, func(s ConsentState) bool { return s.Purpose == "news" && s.Act == "confirmed" })
	})
	if row := d.list().Rows[0]; !row.Waiting {
		t.Error("a program's words count as an answer")
	}
}

// STOPP ends everything, whatever is being asked at that moment, in whichever
// order the two arrive.
func TestStopWinsOverQuestions(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	d.mustSave(b, func(f *AutomaticForm) { f.Intake.On = true })
	d.collect()
	for n, reversed := range []bool{false, true} {
		c := d.customer(simulator.Person{Phone: fmt.Sprintf("+4917139212%02d", n), Name: "Anna"})
		newest := func() simulator.ChatItem {
			list := c.Received()
			return append(list, simulator.ChatItem{})[max(0, len(list)-1)]
		}
		_, err := c.SendText(d.ctx, "Guten Tag")
		d.check(err)
		for _, w := range d.drain() {
			d.check(d.take(w))
		}
		d.await("the question", func() bool { return len(newest().Buttons) == 2 })
		d.tap(c, "Ja")
		_, err = c.SendText(d.ctx, "STOPP")
		d.check(err)
		list := d.drain()
		if reversed {
			slices.Reverse(list)
		}
		for _, w := range list {
			d.check(d.take(w))
		}
		d.await("the answer to STOPP", func() bool {
			return slices.ContainsFunc(c.Received(), func(i simulator.ChatItem) bool { return strings.HasPrefix(i.Text, "Sie erhalten keine Werbung") })
		})
		got, err := b.GetDesk()
		if do(d, got, err); got.Intakes != 0 {
			t.Errorf("reversed %v: %d people are still being asked", reversed, got.Intakes)
		}
	}
}

func TestGeneratedTextsSayTheirState(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	rows, err := b.ListGenerated()
	d.check(err)
	states := map[string]string{}
	for _, r := range rows {
		if r.Language == "de" {
			states[r.Kind] = r.State
		}
		if r.State != generatedIncomplete && r.Text == "" {
			t.Errorf("%s has no text", r.Kind)
		}
	}
	want := map[string]string{"notice": generatedConfirmed, "privacy": generatedDraft, "imprint": generatedDraft, "poster": generatedFixed, "stop": generatedFixed}
	if !maps.Equal(states, want) {
		t.Errorf("%v", states)
	}
	// What the shop changes changes the text, and what is sent stays confirmed.
	s, err := d.app.session()
	d.check(err)
	d.check(s.keeper.SetChoices(d.ctx, privacy.RetentionChoices{Country: retention.Germany, Rules: []retention.Choice{
		{Class: retention.Enquiry, Period: retention.Period{Months: 3}}}}))
	got, err := b.GetDesk()
	if do(d, got, err); !got.Notice.Changed || !strings.Contains(got.Notice.Drafts[0].Body, "3 Monate") || !strings.Contains(got.Notice.Sent, "6 Monate") {
		t.Errorf("%+v", got.Notice)
	}
	_, err = b.ConfirmNotice(NoticeConfirm{Fingerprint: "another"})
	d.refused("another text than was shown", err, inbox.CodeConflict, "")
	got, err = b.EditNotice(NoticeText{Language: "de", Body: "Wir löschen, solange es nötig ist."})
	do(d, got, err)
	_, err = b.ConfirmNotice(NoticeConfirm{Fingerprint: got.Notice.Fingerprint})
	var known *inbox.Error
	if !errors.As(err, &known) || !strings.HasPrefix(known.Field, "notice.") {
		t.Errorf("a vague text was confirmed: %v", err)
	}
}

// What was sent again by hand counts like what was sent by itself.
func TestNoticeSentAgainByHandIsNoSecondOne(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	anna := d.anna()
	d.sim.SetFaults(simulator.Faults{FailSends: 1, FailSendCode: 131026})
	c := d.tells(anna, "Guten Tag")
	var failed string
	d.await("failure", func() bool {
		for _, m := range d.messages(c.ID) {
			if failed = m.ID; m.Status == "failed" && m.Automatic {
				return true
			}
		}
		return false
	})
	row, err := d.inbox.Retry(failed)
	do(d, row, err)
	d.await("the notice", func() bool { return notices(anna) == 1 })
	d.tells(anna, "Danke")
	proof, err := b.ListNotices(c.CustomerID)
	if d.check(err); len(proof) != 2 || notices(anna) != 1 {
		t.Errorf("%d notices arrived, proved by %+v", notices(anna), proof)
	}
	s, err := d.app.session()
	d.check(err)
	d.check(s.changeShop(func(details *shop.Details) error { details.PrivacyURL += "-neu"; return nil }))
	reminders, err := (&Imprint{d.app}).ListReminders()
	if d.check(err); !slices.Contains(reminders, Reminder{Kind: "notice", Reason: "confirmed"}) {
		t.Errorf("nobody is told of the old text: %+v", reminders)
	}
}

// Whoever was erased is a stranger again; nothing of what was sent keeps her.
func TestErasedPersonIsInformedAnew(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	d.mustSave(b, func(f *AutomaticForm) { f.Intake.On = true })
	anna := d.anna()
	c := d.tells(anna, "Guten Tag")
	d.await("the question", func() bool { n := len(anna.Received()); return n > 0 && len(anna.Received()[n-1].Buttons) == 2 })
	report, err := d.customers.Erase(c.CustomerID)
	do(d, report, err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	if !report.Erased || report.ScanHits != 0 {
		t.Errorf("report %+v", report)
	}
	got, err := b.GetDesk()
	if do(d, got, err); got.Intakes != 0 || got.Arrived+got.UnderWay+got.Failed != 0 {
		t.Errorf("left behind: %+v", got)
	}
	before := notices(anna)
	d.tells(anna, "Ich bin es wieder")
	d.await("another notice", func() bool { return notices(anna) == before+1 })
}

// Questions nobody finished end a day after the last one: what was answered
// becomes a note, and nothing else stays of them.
func TestUnfinishedQuestionsExpire(t *testing.T) {
	d := open(t)
	b := d.withNotice()
	d.mustSave(b, func(f *AutomaticForm) { f.Intake.On = true })
	anna := d.anna()
	c := d.tells(anna, "Guten Tag")
	buttons := func(n int) func() bool {
		return func() bool { list := anna.Received(); return len(list) > 0 && len(list[len(list)-1].Buttons) == n }
	}
	d.await("the question whether to ask", buttons(2))
	d.tap(anna, "Ja")
	d.await("the first question", buttons(3))
	d.tap(anna, "Termin")
	d.await("the second question", buttons(0))
	left := func(after time.Duration) (intakes int, notes []NoteRow) {
		d.Helper()
		d.check(d.app.open.expireIntakes(d.ctx, time.Now().Add(after)))
		desk, err := b.GetDesk()
		do(d, desk, err)
		notes, err = (&Work{d.app}).ListNotes(c.CustomerID)
		return desk.Intakes, do(d, notes, err)
	}
	if intakes, notes := left(23 * time.Hour); intakes != 1 || len(notes) != 0 {
		t.Errorf("ended too early: %d, %+v", intakes, notes)
	}
	for range 2 {
		if intakes, notes := left(25 * time.Hour); intakes != 0 || len(notes) != 1 || !strings.HasSuffix(notes[0].Text, "Worum geht es? – Termin") {
			t.Errorf("%d are still being asked, notes %+v", intakes, notes)
		}
	}
}
