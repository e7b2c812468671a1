package app

import (
	"testing"

	"tresen/internal/inbox"
)

func TestSendingSettings(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	got, err := b.GetSettings()
	if err != nil || got.Undo || got.Place.Set || got.UndoSeconds != 5 {
		t.Fatalf("at first %+v, %v", got, err)
	}
	want := SendingSettings{Undo: true, UndoSeconds: 5, Place: ShopPlace{Set: true, Latitude: 52.5, Longitude: 13.4, Name: "Salon"}}
	d.check(b.SaveSettings(want))
	if got, err := b.GetSettings(); err != nil || got != want {
		t.Errorf("kept %+v, %v", got, err)
	}
	for field, place := range map[string]ShopPlace{
		"latitude": {Set: true, Latitude: 91}, "longitude": {Set: true, Longitude: -181},
	} {
		d.refused(field, b.SaveSettings(SendingSettings{Place: place}), inbox.CodeInvalid, field)
	}
	if got, _ := b.GetSettings(); got != want {
		t.Errorf("a refused place changed %+v", got)
	}
}

func TestReactAndSendThePlace(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	anna := d.anna()
	c := d.say(anna, "Wo sind Sie?")
	asked := d.messages(c.ID)[0]
	_, err := b.SendPlace(SendPlaceRequest{ConversationID: c.ID})
	d.refused("no place", err, inbox.CodeInvalid, "place")
	d.check(b.SaveSettings(SendingSettings{Place: ShopPlace{Set: true, Latitude: 52.5, Longitude: 13.4, Name: "Salon"}}))
	sent, err := b.SendPlace(SendPlaceRequest{ConversationID: c.ID, ReplyTo: asked.ID})
	d.check(err)
	d.awaitStatus(sent, inbox.StatusDelivered)
	d.check(b.React(ReactRequest{MessageID: asked.ID, Emoji: "👍"}))
	d.await("reaction", func() bool {
		r := d.message(c.ID, asked.ID).Reactions
		return len(r) == 1 && r[0] == ReactionRow{Emoji: "👍", FromShop: true}
	})
	phone := anna.Inbox()
	if phone[0].Reaction != "👍" || phone[1].Location == nil || phone[1].Location.Name != "Salon" {
		t.Errorf("phone shows %+v", phone)
	}
}

// What is held can be taken back, and then it was never there.
func TestTakeBack(t *testing.T) {
	d := open(t)
	b := &Sending{d.app}
	d.check(b.SaveSettings(SendingSettings{Undo: true}))
	anna := d.anna()
	c := d.say(anna, "Hallo")
	row := d.send(SendTextRequest{ConversationID: c.ID, Text: "Falsch"})
	if row.Status != "queued" || row.HeldUntilMs == 0 {
		t.Errorf("row %+v", row)
	}
	got, err := b.Withdraw(row.ID)
	if err != nil || got != (Withdrawn{ConversationID: c.ID, Text: "Falsch"}) {
		t.Errorf("took back %+v, %v", got, err)
	}
	if list := d.messages(c.ID); len(list) != 1 || len(anna.Received()) != 0 {
		t.Errorf("there are %d messages", len(list))
	}
	_, err = b.Withdraw(row.ID)
	d.refused("twice", err, inbox.CodeNotFound, "")
}
