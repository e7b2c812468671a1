package app

import (
	"slices"
	"strconv"
	"testing"

	"tresen/internal/desktop"
	"tresen/internal/inbox"
)

// fakeNotifier is a system that shows notifications.
type fakeNotifier struct {
	shown   chan desktop.Notification
	clicked func(tag string)
}

func (n *fakeNotifier) Show(x desktop.Notification) error {
	n.shown <- x
	return nil
}

func (n *fakeNotifier) Close() {}

func notifiedDesk(t *testing.T) (*desk, *Attention, *fakeNotifier) {
	d := newDesk(t)
	n := &fakeNotifier{shown: make(chan desktop.Notification, 8)}
	opened := make(chan struct{})
	d.cfg.OpenNotifier = func(clicked func(tag string)) (Notifier, error) {
		n.clicked = clicked
		defer close(opened)
		return n, nil
	}
	d.start()
	d.connect(d.request())
	<-opened
	b := &Attention{d.app}
	d.await("notifications", func() bool {
		state, err := b.Get()
		return do(d, state, err).Shown
	})
	return d, b, n
}

func TestNotificationsSayNothingByDefault(t *testing.T) {
	d, b, n := notifiedDesk(t)
	raised := make(chan struct{}, 1)
	session, err := d.app.session()
	d.check(err)
	session.cfg.raise = func() { raised <- struct{}{} }
	row := d.say(d.anna(), "Ich bin schwanger")
	got := <-n.shown
	if want := (desktop.Notification{Title: "Tresen", Body: "Neue Nachricht", Open: "Öffnen", Tag: strconv.FormatInt(row.ID, 10)}); got != want {
		t.Errorf("shown %+v instead of %+v", got, want)
	}
	n.clicked(got.Tag)
	<-raised
	if told := d.told(); !slices.Contains(told, `["attention:clicked",{"conversationId":`+got.Tag+`}]`) {
		t.Errorf("told %v", told[len(told)-1])
	}
	state, err := b.Get()
	form := do(d, state, err).Form
	if !form.Hints || !form.Notify || form.Show != "count" {
		t.Errorf("a shop begins with %+v", form)
	}
	for field, bad := range map[string]AttentionForm{
		"show":       {Show: "everything"},
		"quietFrom":  {Show: "count", QuietFrom: "25:00", QuietUntil: "08:00"},
		"quietUntil": {Show: "count", QuietFrom: "20:00"},
		"quietDays":  {Show: "count", QuietDays: []int{7}},
	} {
		_, err := b.Save(bad)
		d.refused(field, err, inbox.CodeInvalid, field)
	}
	form.Show = "text"
	state, err = b.Save(form)
	do(d, state, err)
	d.check(b.SetView(LookRequest{Language: "en"}))
	d.check(b.Try())
	if got := <-n.shown; got.Body != "New message" || got.Title != "Tresen" {
		t.Errorf("tried %+v", got)
	}
}

func TestWithoutNotificationsOnlyTheStateSaysSo(t *testing.T) {
	d := newDesk(t)
	d.cfg.OpenNotifier = func(func(string)) (Notifier, error) { return nil, desktop.ErrNoNotifications }
	d.start()
	d.connect(d.request())
	b := &Attention{d.app}
	d.say(d.anna(), "Hallo")
	state, err := b.Get()
	if do(d, state, err).Shown {
		t.Error("claims notifications")
	}
	d.refused("try", b.Try(), inbox.CodeNotFound, "")
	d.check(b.SetView(LookRequest{Focused: true}))
}

func TestHintsAtSensitiveContent(t *testing.T) {
	d := open(t)
	b := &Attention{d.app}
	anna := d.anna()
	row := d.say(anna, "Meine IBAN ist DE89 3704 0044 0532 0130 00")
	d.say(anna, "Ich habe eine Allergie")
	d.say(anna, "Wann sind die Kränze fertig?")
	hints := func() (list [][]string) {
		for _, m := range d.messages(row.ID) {
			list = append(list, m.Hints)
		}
		return list
	}
	want := func(what string, lists ...[]string) {
		t.Helper()
		if got := hints(); !slices.EqualFunc(got, lists, slices.Equal) {
			t.Errorf("%s: %v", what, got)
		}
	}
	want("found", []string{"iban"}, []string{"health"}, nil)
	messages := d.messages(row.ID)
	d.check(b.DismissHint(messages[0].ID))
	want("dismissed", nil, []string{"health"}, nil)
	d.check((&Retention{d.app}).MarkSensitive(SensitiveRequest{MessageID: messages[1].ID, Sensitive: true}))
	want("marked", nil, nil, nil)
	d.check((&Retention{d.app}).MarkSensitive(SensitiveRequest{MessageID: messages[1].ID}))
	want("mark taken back", nil, []string{"health"}, nil)
	d.refused("unknown message", b.DismissHint("999999999999"), inbox.CodeNotFound, "")
	form := usualAttention()
	form.Hints = false
	state, err := b.Save(form)
	do(d, state, err)
	want("switched off", nil, nil, nil)
}

// A message that should never have come goes at once, with all that hangs on
// it, and leaves only that one went; what is held stays.
func TestSensitiveMessageIsDeletedNow(t *testing.T) {
	d := open(t)
	b := &Retention{d.app}
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	d.say(anna, "Ich habe eine Allergie gegen Hyazinthen")
	message := d.messages(row.ID)[1]
	d.check(b.MarkSensitive(SensitiveRequest{MessageID: message.ID, Sensitive: true}))
	d.check(b.SetMatter(MatterRow{ConversationID: row.ID, Kind: "enquiry", Hold: true}))
	d.refused("held", b.DeleteMessage(message.ID), inbox.CodeConflict, "hold")
	d.check(b.SetMatter(MatterRow{ConversationID: row.ID, Kind: "enquiry"}))
	d.check(b.DeleteMessage(message.ID))
	if left := d.messages(row.ID); len(left) != 1 || left[0].Text != "Guten Tag" {
		t.Errorf("left %+v", left)
	}
	d.refused("again", b.DeleteMessage(message.ID), inbox.CodeNotFound, "")
	log, err := d.app.open.store.ListLog(d.ctx, 0, 100)
	do(d, log, err)
	last := log[len(log)-1]
	if last.Kind != "messageDeleted" || string(last.Detail) != `{"class":"sensitive"}` {
		t.Errorf("log %s %s", last.Kind, last.Detail)
	}
}
