package simulator

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// lastMessage is the message of the last webhook.
func (b *bench) lastMessage() m {
	b.t.Helper()
	hooks := b.idle()
	if len(hooks) == 0 {
		b.t.Fatal("no webhook")
	}
	return at(b.t, hooks[len(hooks)-1].value(b.t), "messages", 0).(m)
}

// TestWhatCustomersSend checks the part of the webhook that belongs to each kind.
func TestWhatCustomersSend(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	first := anna.Inbox()[0].ID
	b.post("+491713920011", text("Antwort")).wamid(t)
	b.idle()
	answerID := anna.Received()[0].ID
	pdf := Paper("Rechnung")
	for name, test := range map[string]struct {
		send Message
		path []any
		want any
	}{
		"own quote":      {Message{Type: "text", Text: "x", Quote: first}, []any{"context", "from"}, "491713920011"},
		"quote of shop":  {Message{Type: "text", Text: "x", Quote: answerID}, []any{"context", "from"}, digitsOf(DefaultDisplayPhoneNumber)},
		"quoted id":      {Message{Type: "text", Text: "x", Quote: answerID}, []any{"context", "id"}, answerID},
		"forwarded":      {Message{Type: "text", Text: "x", Forwarded: true}, []any{"context", "forwarded"}, true},
		"often":          {Message{Type: "text", Text: "x", FrequentlyForwarded: true}, []any{"context", "frequently_forwarded"}, true},
		"product":        {Message{Type: "text", Text: "x", Product: "rose"}, []any{"context", "referred_product", "product_retailer_id"}, "rose"},
		"reaction":       {Message{Type: "reaction", Target: answerID, Emoji: "👍"}, []any{"reaction", "emoji"}, "👍"},
		"document":       {Message{Type: "document", Media: &pdf, Text: "bitte"}, []any{"document", "filename"}, "Rechnung.pdf"},
		"caption":        {Message{Type: "document", Media: &pdf, Text: "bitte"}, []any{"document", "caption"}, "bitte"},
		"location":       {Message{Type: "location", Location: &Location{Latitude: 52.5, Name: "hier"}}, []any{"location", "latitude"}, 52.5},
		"contacts":       {Message{Type: "contacts", Contacts: []any{m{"name": m{"formatted_name": "A"}}}}, []any{"contacts", 0, "name", "formatted_name"}, "A"},
		"button":         {Message{Type: "button_reply", ReplyID: "a", ReplyTitle: "Ja"}, []any{"interactive", "button_reply", "id"}, "a"},
		"list":           {Message{Type: "list_reply", ReplyID: "a", ReplyTitle: "Ja", ReplyDescription: "d"}, []any{"interactive", "list_reply", "description"}, "d"},
		"flow":           {Message{Type: "nfm_reply", Response: m{"a": 1}}, []any{"interactive", "nfm_reply", "response_json"}, `{"a":1}`},
		"template reply": {Message{Type: "button", ReplyID: "p", ReplyTitle: "Ja"}, []any{"button", "payload"}, "p"},
		"call allowed":   {Message{Type: "call_permission_reply", Accept: true}, []any{"interactive", "call_permission_reply", "response"}, "accept"},
		"order":          {Message{Type: "order", Order: &Order{CatalogID: "1", Items: []OrderItem{{"p", 2, 3.75, "EUR"}}}}, []any{"order", "product_items", 0, "item_price"}, 3.75},
		"edit":           {Message{Type: "edit", Target: first, Text: "neu"}, []any{"edit", "message", "text", "body"}, "neu"},
		"revoke":         {Message{Type: "revoke", Target: first}, []any{"revoke", "original_message_id"}, first},
		"unsupported":    {Message{Type: "unsupported", Unsupported: "poll_creation"}, []any{"unsupported", "type"}, "poll_creation"},
		"its error":      {Message{Type: "unsupported"}, []any{"errors", 0, "code"}, 131051.0},
		"welcome":        {Message{Type: "request_welcome"}, []any{"type"}, "request_welcome"},
		"future":         {Message{Type: "hologram", Raw: m{"hologram": m{"x": 1}}}, []any{"hologram", "x"}, 1.0},
		"ad":             {Message{Type: "text", Text: "x", Referral: m{"source_type": "ad"}}, []any{"referral", "source_type"}, "ad"},
	} {
		t.Run(name, func(t *testing.T) {
			b.send(anna, test.send)
			if got := at(t, b.lastMessage(), test.path...); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestMessagesThatMakeNoSense(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011"})
	for _, bad := range []Message{{}, {Type: "image"}, {Type: "location"}, {Type: "contacts"}, {Type: "order"}, {Type: "hologram"}} {
		if _, err := anna.Send(t.Context(), bad); err == nil {
			t.Errorf("sent %q", bad.Type)
		}
	}
	if n := len(b.idle()); n != 0 {
		t.Errorf("%d webhooks", n)
	}
}

func TestRemovedReactionHasNoEmoji(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	if _, err := anna.React(t.Context(), anna.Inbox()[0].ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, has := b.lastMessage()["reaction"].(m)["emoji"]; has {
		t.Error("emoji is there")
	}
}

func TestEditAndRevokeOnTheOwnPhone(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	id := anna.Inbox()[0].ID
	if _, err := anna.Edit(t.Context(), id, "Guten Abend"); err != nil {
		t.Fatal(err)
	}
	if item := anna.Inbox()[0]; item.Text != "Guten Abend" || !item.Edited {
		t.Errorf("after the edit %+v", item)
	}
	if _, err := anna.Revoke(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if item := anna.Inbox()[0]; item.Text != "" || !item.Revoked {
		t.Errorf("after the deletion %+v", item)
	}
}

func TestNumberChange(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	old := anna.Person().BSUID
	if err := anna.ChangeNumber("+491713920055"); err != nil {
		t.Fatal(err)
	}
	v := b.idle()[0].value(t)
	if _, has := v["contacts"]; has {
		t.Error("system message has contacts")
	}
	system := at(t, v, "messages", 0, "system").(m)
	if system["type"] != "user_changed_number" || system["wa_id"] != "491713920055" ||
		system["previous_user_id"] != old || system["user_id"] != anna.Person().BSUID || system["user_id"] == old {
		t.Errorf("system %v", system)
	}
	if at(t, v, "messages", 0, "from") != "491713920011" {
		t.Error("from is not the old number")
	}
	if _, err := b.FindCustomer("+491713920011"); err == nil {
		t.Error("the old number still reaches the customer")
	}
	if c, err := b.FindCustomer("+491713920055"); err != nil || c != anna {
		t.Error("the new number does not reach the customer")
	}
	anna.ChangeBSUID()
	if got := at(t, b.idle()[0].value(t), "messages", 0, "system", "type"); got != "user_changed_user_id" {
		t.Errorf("system type %v", got)
	}
	other := b.customer(Person{Phone: "+491713920056"})
	if err := other.ChangeNumber("+491713920055"); err == nil {
		t.Error("took over somebody's number")
	}
}

func TestUsernameHidesTheNumberUntilItIsKnown(t *testing.T) {
	b := open(t, Config{})
	c := b.customer(Person{Phone: "+491713920011", Username: "anna.m"})
	shown := func() bool {
		t.Helper()
		say(t, c, "x")
		_, has := b.lastMessage()["from"]
		return has
	}
	if shown() {
		t.Error("number is shown from the start")
	}
	b.post("+491713920011", text("x")).wamid(t)
	b.idle()
	if !shown() || !c.InContactBook() {
		t.Error("number is hidden although the business wrote to it")
	}
	path := "/v25.0/" + DefaultPhoneNumberID + "/contact_book?messaging_product=whatsapp&bsuid=" + c.Person().BSUID
	if a := b.call("DELETE", path, nil); a.body["deleted"] != true {
		t.Errorf("delete: %v", a.body)
	}
	if shown() || c.InContactBook() {
		t.Error("number is shown after the contact book forgot it")
	}
	if a := b.call("DELETE", path, nil); a.body["deleted"] != false || a.body["success"] != true {
		t.Errorf("second delete: %v", a.body)
	}
	if _, err := c.ShareContact(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if got := at(t, b.lastMessage(), "contacts", 0, "origin"); got != "contact_request" {
		t.Errorf("origin %v", got)
	}
	if !shown() {
		t.Error("number is hidden although it was shared")
	}
}

func TestOfflinePhoneAndReceiptsOff(t *testing.T) {
	b := open(t, Config{Statuses: StatusTiming{AutoRead: true}})
	jens := b.customer(Person{Phone: "+491713920011", NoReceipts: true, Offline: true})
	say(t, jens, "x")
	b.idle()
	b.post("+491713920011", text("x")).wamid(t)
	if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"sent"}) {
		t.Errorf("offline: %v", got)
	}
	jens.SetOnline(true)
	if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"delivered"}) {
		t.Errorf("online, receipts off: %v", got)
	}
	if !jens.Received()[0].Read {
		t.Error("not read on the phone")
	}
}

func TestReadAtOnceSkipsDelivered(t *testing.T) {
	b := open(t, Config{Statuses: StatusTiming{AutoRead: true, SkipDelivered: true}})
	b.guest()
	b.post("+491713920011", text("x")).wamid(t)
	hooks := b.idle()
	if got := statuses(t, hooks); !reflect.DeepEqual(got, []string{"sent", "read"}) {
		t.Errorf("statuses %v", got)
	}
	if _, has := at(t, hooks[1].value(t), "statuses", 0).(m)["pricing"]; !has {
		t.Error("read carries no pricing although delivered was skipped")
	}
}

func TestVoiceNoteIsPlayed(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	id := b.upload("audio/ogg", VoiceNote(time.Second).Bytes)
	wamid := b.post("+491713920011", m{"type": "audio", "audio": m{"id": id, "voice": true}}).wamid(t)
	b.idle()
	anna.Play(wamid)
	anna.Play(wamid)
	if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"read", "played"}) {
		t.Errorf("statuses %v", got)
	}
}

func TestTapping(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	b.post("+491713920011", interactive("button", m{"buttons": []any{reply("ja", "Ja, gern")}})).wamid(t)
	b.idle()
	item := anna.Received()[0]
	if len(item.Buttons) != 1 || item.Text != "Bitte wählen" {
		t.Fatalf("item %+v", item)
	}
	if _, err := anna.TapButton(t.Context(), item.ID, item.Buttons[0]); err != nil {
		t.Fatal(err)
	}
	message := b.lastMessage()
	if at(t, message, "interactive", "button_reply", "id") != "ja" || at(t, message, "context", "id") != item.ID {
		t.Errorf("answer %v", message)
	}
}

func TestBlockingBothWays(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	stranger := b.customer(Person{Phone: "+491713920012"})
	path := "/v25.0/" + DefaultPhoneNumberID + "/block_users"
	body := m{"messaging_product": "whatsapp", "block_users": []any{m{"user": "+491713920011"}, m{"user": "+491713920012"}, m{"user_id": "DE.ENT.1"}}}
	a := b.call("POST", path, body)
	if a.status != 400 || a.code() != 139100 {
		t.Fatalf("partial failure: %d %v", a.status, a.body)
	}
	if at(t, a.body, "block_users", "added_users", 0, "wa_id") != "491713920011" ||
		at(t, a.body, "block_users", "failed_users", 0, "errors", 0, "code") != 131047.0 ||
		at(t, a.body, "block_users", "failed_users", 1, "errors", 0, "code") != 131009.0 {
		t.Errorf("block_users %v", a.body["block_users"])
	}
	if !anna.Blocked() || stranger.Blocked() {
		t.Error("the wrong people are blocked")
	}
	if _, err := anna.SendText(t.Context(), "hallo?"); err == nil {
		t.Error("a blocked customer got through")
	}
	if code := b.windowCode("+491713920011"); code != 131026 {
		t.Errorf("send to a blocked customer: %v", code)
	}
	list := b.call("GET", path, nil)
	if got := at(t, list.body, "data", 0, "user_id"); got != anna.Person().BSUID {
		t.Errorf("list %v", list.body)
	}
	if a := b.call("DELETE", path, m{"messaging_product": "whatsapp", "block_users": []any{m{"user_id": anna.Person().BSUID}}}); a.status != 200 {
		t.Errorf("unblock %v", a.body)
	}
	anna.BlockBusiness(true)
	if code := b.windowCode("+491713920011"); code != 131026 {
		t.Errorf("send to somebody who blocked the business: %v", code)
	}
}

func TestMarketingPreference(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	for _, template := range PlayShop().Templates {
		if _, err := b.AddTemplate(template); err != nil {
			t.Fatal(err)
		}
	}
	anna.StopMarketing()
	h := b.idle()[0]
	if h.changes(t)[0]["field"] != "user_preferences" || at(t, h.value(t), "user_preferences", 0, "value") != "stop" {
		t.Errorf("webhook %s", h.body)
	}
	send := func(name string) int {
		return b.post("+491713920011", m{"type": "template", "template": m{"name": name, "language": m{"code": "de"}}}).code()
	}
	if got := []int{send("fruehlingsgruss"), send("rueckfrage_zur_bestellung")}; !reflect.DeepEqual(got, []int{131050, 0}) {
		t.Errorf("codes %v", got)
	}
	anna.ResumeMarketing()
	if code := send("fruehlingsgruss"); code != 0 {
		t.Errorf("after resuming: %v", code)
	}
}

func TestIdentifiersAreTakenOnce(t *testing.T) {
	b := open(t, Config{})
	b.customer(Person{Phone: "+49 171 3920011", BSUID: "DE.1"})
	for _, p := range []Person{{Phone: "+491713920011"}, {BSUID: "DE.1"}, {Phone: "12"}, {BSUID: "1"}} {
		if _, err := b.AddCustomer(p); err == nil {
			t.Errorf("added %+v", p)
		}
	}
	c := b.customer(Person{Phone: "+33612345678"})
	if !strings.HasPrefix(c.Person().BSUID, "FR.") {
		t.Errorf("BSUID %s", c.Person().BSUID)
	}
}

func TestAccountWebhooks(t *testing.T) {
	b := open(t, Config{})
	b.ChangeMessagingLimit("TIER_2K")
	b.RequestPINReset()
	if err := b.Emit("account_update", m{"event": "ACCOUNT_VIOLATION"}); err != nil {
		t.Fatal(err)
	}
	b.ReportError(130429, "x")
	var fields []string
	for _, h := range b.idle() {
		fields = append(fields, h.changes(t)[0]["field"].(string))
	}
	if want := []string{"phone_number_quality_update", "security", "account_update", "messages"}; !reflect.DeepEqual(fields, want) {
		t.Errorf("fields %v, want %v", fields, want)
	}
	if err := b.Emit("", nil); err == nil {
		t.Error("emitted without a field")
	}
}

func TestMissedCallIsTold(t *testing.T) {
	b := open(t, Config{})
	c := b.customer(Person{Phone: "+491713920011"})
	if err := c.MissedCall(t.Context()); err != nil {
		t.Fatal(err)
	}
	hooks := b.idle()
	if len(hooks) != 2 || at(t, hooks[1].value(t), "calls", 0, "event") != "terminate" ||
		at(t, hooks[0].value(t), "calls", 0, "id") != at(t, hooks[1].value(t), "calls", 0, "id") {
		t.Errorf("%d webhooks", len(hooks))
	}
}

func TestParentBSUID(t *testing.T) {
	b := open(t, Config{})
	c := b.customer(Person{Phone: "+491713920011", BSUID: "DE.1", ParentBSUID: "DE.ENT.9"})
	say(t, c, "x")
	if got := b.lastMessage()["from_parent_user_id"]; got != "DE.ENT.9" {
		t.Errorf("from_parent_user_id %v", got)
	}
	b.post("DE.ENT.9", text("x")).wamid(t)
	status := at(t, b.idle()[0].value(t), "statuses", 0).(m)
	if status["recipient_parent_user_id"] != "DE.ENT.9" || status["recipient_id"] != "491713920011" {
		t.Errorf("status %v", status)
	}
}

func TestIdentityKeyHash(t *testing.T) {
	b := open(t, Config{})
	c := b.customer(Person{Phone: "+491713920011"})
	b.expect("setting", "POST", numberPath+"/settings", m{"user_identity_change": m{"enable_identity_key_check": true}}, 0)
	b.idle()
	say(t, c, "x")
	hash := at(t, b.idle()[0].value(t), "contacts", 0, "identity_key_hash")
	body := text("x")
	body["recipient_identity_key_hash"] = hash
	b.post("+491713920011", body).wamid(t)
	if err := c.ChangeNumber("+491713920088"); err != nil {
		t.Fatal(err)
	}
	if a := b.post("+491713920088", body); a.code() != 137000 {
		t.Errorf("old hash: %v", a.body)
	}
}

func TestSeveralNumbers(t *testing.T) {
	b := open(t, Config{})
	if err := b.AddPhoneNumber(PhoneNumber{ID: "200", Display: "+49 30 23125111", VerifiedName: "Zwei"}); err != nil {
		t.Fatal(err)
	}
	if err := b.AddPhoneNumber(PhoneNumber{ID: "200", Display: "+49 30 23125112"}); err == nil {
		t.Error("the same id twice")
	}
	anna := b.customer(Person{Phone: "+491713920011"})
	b.send(anna, Message{Type: "text", Text: "x", PhoneNumberID: "200"})
	if got := at(t, b.idle()[0].value(t), "metadata", "phone_number_id"); got != "200" {
		t.Errorf("phone_number_id %v", got)
	}
	if len(anna.Inbox()) != 0 || len(anna.Chat("200").Items) != 1 {
		t.Error("the chats are mixed up")
	}
	if code := b.windowCode("+491713920011"); code != 131047 {
		t.Errorf("window of the first number: %v", code)
	}
}
