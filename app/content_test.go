package app

import (
	"reflect"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// sends lets a customer send a message and returns its row.
func (d *desk) sends(c *simulator.Customer, conversation int64, m simulator.Message) MessageRow {
	d.Helper()
	before := len(d.messages(conversation))
	if _, err := c.Send(d.ctx, m); err != nil {
		d.Fatal(err)
	}
	d.await("a message of type "+m.Type, func() bool { return len(d.messages(conversation)) > before })
	list := d.messages(conversation)
	return list[len(list)-1]
}

func TestEveryKindReachesTheWindow(t *testing.T) {
	d := open(t)
	anna := d.anna()
	c := d.say(anna, "Guten Tag").ID
	for name, test := range map[string]struct {
		message simulator.Message
		kind    inbox.MessageKind
		want    ContentRow
		text    string
	}{
		"location": {
			simulator.Message{Type: "location", Location: &simulator.Location{Latitude: 52.52001, Longitude: 13.40495, Name: "Alex", Address: "Platz 1"}}, inbox.KindLocation,
			ContentRow{Location: &LocationRow{Latitude: 52.52001, Longitude: 13.40495, Name: "Alex", Address: "Platz 1",
				MapURL: "https://www.openstreetmap.org/?mlat=52.520010&mlon=13.404950#map=17/52.520010/13.404950"}}, "Alex\nPlatz 1",
		},
		"cards": {
			simulator.Message{Type: "contacts", Contacts: []any{
				map[string]any{"name": map[string]any{"formatted_name": "Hotel\u202eX"}, "phones": []any{map[string]any{"phone": "+49 30 1"}}},
				map[string]any{"origin": "contact_request", "name": map[string]any{"formatted_name": "Ich"}},
			}}, inbox.KindContacts,
			ContentRow{Cards: []CardRow{
				{Name: "HotelX", Phones: []string{"+49 30 1"}, Emails: []string{}, URLs: []string{}, Addresses: []string{}},
				{Name: "Ich", Phones: []string{}, Emails: []string{}, URLs: []string{}, Addresses: []string{}, Requested: true},
			}}, "HotelX",
		},
		"button": {
			simulator.Message{Type: "button", ReplyID: "p", ReplyTitle: "Ja, gern"}, inbox.KindButton,
			ContentRow{Choice: &ChoiceRow{Type: "button", Title: "Ja, gern", Answers: []AnswerRow{}}}, "Ja, gern",
		},
		"list": {
			simulator.Message{Type: "list_reply", ReplyID: "3", ReplyTitle: "Samstag", ReplyDescription: "9 bis 13 Uhr"}, inbox.KindInteractive,
			ContentRow{Choice: &ChoiceRow{Type: "list_reply", Title: "Samstag", Description: "9 bis 13 Uhr", Answers: []AnswerRow{}}}, "Samstag",
		},
		"form": {
			simulator.Message{Type: "nfm_reply", Response: map[string]any{"flow_token": "t", "screen_0_Name_0": "Anna"}}, inbox.KindInteractive,
			ContentRow{Choice: &ChoiceRow{Type: "nfm_reply", Title: "flow", Description: "Sent", Answers: []AnswerRow{{"Name", "Anna"}}}}, "",
		},
		"order": {
			simulator.Message{Type: "order", Text: "Als Geschenk", Order: &simulator.Order{CatalogID: "1", Items: []simulator.OrderItem{
				{ProductID: "strauss", Quantity: 3, Price: 0.1, Currency: "EUR"}, {ProductID: "karte", Quantity: 1, Price: 2.5, Currency: "EUR"},
			}}}, inbox.KindOrder,
			ContentRow{Order: &OrderRow{Lines: []OrderLine{
				{Product: "strauss", Quantity: "3", Price: "0.1", Currency: "EUR", Sum: "0.30"},
				{Product: "karte", Quantity: "1", Price: "2.5", Currency: "EUR", Sum: "2.50"},
			}, Totals: []AmountRow{{"2.80", "EUR"}}}}, "Als Geschenk",
		},
		"unsupported": {
			simulator.Message{Type: "unsupported", Unsupported: "poll_creation"}, inbox.KindUnsupported,
			ContentRow{UnsupportedType: "poll_creation", UnsupportedNumber: 131051}, "",
		},
		"advertisement": {
			simulator.Message{Type: "text", Text: "Mehr dazu?", Referral: map[string]any{
				"source_type": "ad", "source_url": "https://fb.me/x", "headline": "Blumen-Abo", "ctwa_clid": "ARA-secret",
			}}, inbox.KindText,
			ContentRow{Referral: &ReferralRow{Type: "ad", Headline: "Blumen-Abo", URL: "https://fb.me/x"}}, "Mehr dazu?",
		},
		"forwarded often": {
			simulator.Message{Type: "text", Text: "Kettenbrief", FrequentlyForwarded: true}, inbox.KindText, ContentRow{ForwardedOften: true}, "Kettenbrief",
		},
	} {
		row := d.sends(anna, c, test.message)
		if test.want.Cards == nil {
			test.want.Cards = []CardRow{}
		}
		if row.Kind != string(test.kind) || row.Text != test.text || row.Content == nil || !reflect.DeepEqual(*row.Content, test.want) {
			t.Errorf("%s: %s %q\n%+v\nwant\n%+v", name, row.Kind, row.Text, row.Content, test.want)
		}
	}
}

func TestMissedCallIsShown(t *testing.T) {
	d := open(t)
	anna := d.anna()
	c := d.say(anna, "Guten Tag").ID
	d.check(anna.MissedCall(d.ctx))
	d.await("the call", func() bool {
		list := d.messages(c)
		last := list[len(list)-1]
		return last.Content != nil && last.Content.Call != nil && last.Content.Call.Missed
	})
	if hint := d.list().Rows[0].PreviewHint; hint.Type != "missed" {
		t.Errorf("hint %+v", hint)
	}
}

// A new number is a proposal: the old conversation says where it went and leads
// to the new one, and nothing is merged.
func TestChangedNumberLeadsToTheNewConversation(t *testing.T) {
	d := open(t)
	anna := d.anna()
	old := d.say(anna, "Guten Tag").ID
	d.check(anna.ChangeNumber("+491713920099"))
	var notice *SystemRow
	d.await("the notice", func() bool {
		for _, m := range d.messages(old) {
			if m.Content != nil && m.Content.System != nil {
				notice = m.Content.System
				return true
			}
		}
		return false
	})
	if notice.NewNumber != "491713920099" || notice.ConversationID != 0 {
		t.Fatalf("before anybody wrote from there: %+v", notice)
	}
	next := d.say(anna, "Neue Nummer").ID
	if next == old {
		t.Fatal("the two were merged")
	}
	for _, m := range d.messages(old) {
		if m.Content != nil && m.Content.System != nil && (m.Content.System.ConversationID != next || m.Content.System.Name != "Anna Äpfel") {
			t.Errorf("leads to %+v, want %d", m.Content.System, next)
		}
	}
}

func TestEditedMessageHasItsVersions(t *testing.T) {
	d := open(t)
	anna := d.anna()
	c := d.say(anna, "Guten Tag").ID
	row := d.sends(anna, c, simulator.Message{Type: "text", Text: "Alpenfeilchen", ID: "wamid.violet"})
	_, err := anna.Edit(d.ctx, "wamid.violet", "Alpenveilchen")
	d.check(err)
	d.await("the edit", func() bool { row = d.message(c, row.ID); return row.EditedAtMs != 0 })
	versions, err := d.inbox.Versions(row.ID)
	if versions = do(d, versions, err); row.Text != "Alpenveilchen" || len(versions) != 1 || versions[0].Text != "Alpenfeilchen" || versions[0].AtMs != row.SentAtMs {
		t.Errorf("%+v, before %+v", row, versions)
	}
}

func TestRevokedMessageFollowsTheShopsRule(t *testing.T) {
	d := open(t)
	anna := d.anna()
	c := d.say(anna, "Guten Tag").ID
	take := func(text string) MessageRow {
		t.Helper()
		row := d.sends(anna, c, simulator.Message{Type: "text", Text: text, ID: "wamid." + text})
		_, err := anna.Revoke(d.ctx, "wamid."+text)
		d.check(err)
		d.await("the revocation", func() bool { row = d.message(c, row.ID); return row.Revoked })
		return row
	}
	if row := take("erste"); row.Text != "" || row.Kept {
		t.Errorf("by default: %+v", row)
	}
	settings, err := d.system.GetSettings()
	d.check(err)
	settings.KeepRevoked = true
	d.check(d.system.SaveSettings(settings))
	kept := take("zweite")
	if kept.Text != "zweite" || !kept.Kept {
		t.Fatalf("by the rule: %+v", kept)
	}
	d.check(d.inbox.RemoveRevoked(kept.ID))
	if row := d.message(kept.ConversationID, kept.ID); row.Text != "" || row.Kept || !row.Revoked {
		t.Errorf("after removing: %+v", row)
	}
	other := d.sends(anna, c, simulator.Message{Type: "text", Text: "dritte"})
	d.refused("message that was not taken back", d.inbox.RemoveRevoked(other.ID), inbox.CodeConflict, "")
	last := take("vierte")
	d.start()
	if again, err := d.system.GetSettings(); err != nil || !again.KeepRevoked {
		t.Errorf("after a restart: %+v %v", again, err)
	}
	settings.KeepRevoked = false
	d.check(d.system.SaveSettings(settings))
	if row := d.message(c, last.ID); row.Text != "" || row.Kept || !row.Revoked {
		t.Errorf("kept although the rule has ended: %+v", row)
	}
	if row := d.message(c, other.ID); row.Text != "dritte" {
		t.Errorf("another message: %+v", row)
	}
}
