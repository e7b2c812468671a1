package simulator

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

type m = map[string]any

func interactive(kind string, action m) m {
	return m{"type": "interactive", "interactive": m{"type": kind, "body": m{"text": "Bitte wählen"}, "action": action}}
}

func reply(id, title string) m {
	return m{"type": "reply", "reply": m{"id": id, "title": title}}
}

// TestSendsThatAreAccepted sends one message of every kind and looks at the
// customer's phone.
func TestSendsThatAreAccepted(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	inbound := say(t, anna, "noch eine Frage")
	photo := b.upload("image/jpeg", Photo("x").Bytes)
	sticker := b.upload("image/webp", Sticker().Bytes)
	voice := b.upload("audio/ogg; codecs=opus", VoiceNote(time.Second).Bytes)
	pdf := b.upload("application/pdf", Paper("x").Bytes)
	clip := b.upload("video/mp4", Clip().Bytes)
	card := m{"name": m{"formatted_name": "Anna M", "first_name": "Anna"}, "phones": []any{m{"phone": "+491713920011"}}}
	cta := m{"name": "cta_url", "parameters": m{"display_text": "Öffnen", "url": "https://example.com"}}
	cardOf := func(i int) m {
		return m{"card_index": i, "type": "cta_url", "header": m{"type": "image", "image": m{"id": photo}}, "body": m{"text": "x"}, "action": cta}
	}
	for name, body := range map[string]m{
		"text":           {"type": "text", "text": m{"body": "hallo https://example.com", "preview_url": true}},
		"text untyped":   {"text": m{"body": "hallo"}},
		"quote":          {"type": "text", "text": m{"body": "ja"}, "context": m{"message_id": inbound}},
		"image":          {"type": "image", "image": m{"id": photo, "caption": "schau"}},
		"image by link":  {"type": "image", "image": m{"link": "https://example.com/a.jpg"}},
		"video":          {"type": "video", "video": m{"id": clip}},
		"voice":          {"type": "audio", "audio": m{"id": voice, "voice": true}},
		"document":       {"type": "document", "document": m{"id": pdf, "filename": "a.pdf", "caption": "x"}},
		"sticker":        {"type": "sticker", "sticker": m{"id": sticker}},
		"location":       {"type": "location", "location": m{"latitude": 52.5, "longitude": "13.4", "name": "Laden"}},
		"contacts":       {"type": "contacts", "contacts": []any{card}},
		"buttons":        interactive("button", m{"buttons": []any{reply("a", "Ja"), reply("b", "Nein")}}),
		"list":           interactive("list", m{"button": "Auswahl", "sections": []any{m{"title": "x", "rows": []any{m{"id": "1", "title": "eins"}}}}}),
		"link button":    interactive("cta_url", cta),
		"location asked": interactive("location_request_message", m{"name": "send_location"}),
		"contact asked":  interactive("contact_request", m{"name": "request_contact_info"}),
		"carousel":       interactive("carousel", m{"cards": []any{cardOf(0), cardOf(1)}}),
		"flow":           interactive("flow", m{"name": "flow", "parameters": m{"flow_id": "1", "flow_cta": "Los"}}),
	} {
		t.Run(name, func(t *testing.T) {
			before := len(anna.Received())
			b.post("+49 (171) 392-0011", body).wamid(t)
			if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"sent", "delivered"}) {
				t.Errorf("statuses %v", got)
			}
			if got := anna.Received(); len(got) != before+1 {
				t.Errorf("%d new messages on the phone", len(got)-before)
			}
		})
	}
}

func TestReactionGetsOnlySent(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	id := say(t, anna, "👋")
	b.idle()
	b.post("+491713920011", m{"type": "reaction", "reaction": m{"message_id": id, "emoji": "❤️"}}).wamid(t)
	if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"sent"}) {
		t.Errorf("statuses %v", got)
	}
	if item := anna.Inbox()[1]; item.Reaction != "❤️" {
		t.Errorf("reaction on the phone: %q", item.Reaction)
	}
	b.post("+491713920011", m{"type": "reaction", "reaction": m{"message_id": id, "emoji": ""}}).wamid(t)
	b.idle()
	if item := anna.Inbox()[1]; item.Reaction != "" {
		t.Error("reaction was not taken back")
	}
	b.post("+491713920011", m{"type": "reaction", "reaction": m{"message_id": "wamid.unknown", "emoji": "👍"}}).wamid(t)
	hooks := b.idle()
	if code := at(t, hooks[0].value(t), "statuses", 0, "errors", 0, "code"); code != 131009.0 {
		t.Errorf("reaction to an unknown message: %v", code)
	}
}

// TestSendsThatAreRefused is the table of §2.2–2.9.
func TestSendsThatAreRefused(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	inbound := say(t, anna, "x")
	to := m{"to": "+491713920011"}
	with := func(parts ...m) m {
		out := m{"messaging_product": "whatsapp"}
		for _, p := range parts {
			for k, v := range p {
				out[k] = v
			}
		}
		return out
	}
	many := func(n int) []any {
		rows := []any{}
		for i := range n {
			rows = append(rows, m{"id": string(rune('a' + i)), "title": "x"})
		}
		return rows
	}
	for name, test := range map[string]struct {
		body m
		code int
	}{
		"no product":            {m{"to": "+491713920011", "type": "text", "text": m{"body": "x"}}, 100},
		"wrong product":         {with(to, text("x"), m{"messaging_product": "sms"}), 100},
		"no recipient":          {with(text("x")), 100},
		"letters as number":     {with(text("x"), m{"to": "anna"}), 131009},
		"broken BSUID":          {with(text("x"), m{"recipient": "1349"}), 131009},
		"to itself":             {with(text("x"), m{"to": DefaultDisplayPhoneNumber}), 131021},
		"group":                 {with(to, text("x"), m{"recipient_type": "group"}), 131055},
		"unknown type":          {with(to, m{"type": "poll", "text": m{"body": "x"}}), 131051},
		"unknown key":           {with(to, text("x"), m{"emoji": "x"}), 100},
		"unknown inner key":     {with(to, m{"type": "text", "text": m{"body": "x", "colour": "red"}}), 100},
		"no payload":            {with(to, m{"type": "image", "text": m{"body": "x"}}), 131008},
		"empty text":            {with(to, text("")), 131008},
		"long text":             {with(to, text(strings.Repeat("ä", 4097))), 100},
		"text not a string":     {with(to, m{"type": "text", "text": m{"body": 5}}), 100},
		"long callback data":    {with(to, text("x"), m{"biz_opaque_callback_data": strings.Repeat("x", 513)}), 131009},
		"id and link":           {with(to, m{"type": "image", "image": m{"id": "1", "link": "https://example.com/"}}), 131009},
		"unknown media":         {with(to, m{"type": "image", "image": m{"id": "1"}}), 131009},
		"caption of audio":      {with(to, m{"type": "audio", "audio": m{"link": "https://example.com/", "caption": "x"}}), 100},
		"long caption":          {with(to, m{"type": "image", "image": m{"link": "https://example.com/", "caption": strings.Repeat("x", 1025)}}), 100},
		"latitude":              {with(to, m{"type": "location", "location": m{"latitude": 91, "longitude": 0}}), 131009},
		"no longitude":          {with(to, m{"type": "location", "location": m{"latitude": 9}}), 131008},
		"contact without name":  {with(to, m{"type": "contacts", "contacts": []any{m{"name": m{"first_name": "A"}}}}), 131008},
		"contact with one name": {with(to, m{"type": "contacts", "contacts": []any{m{"name": m{"formatted_name": "A"}}}}), 131009},
		"reaction without id":   {with(to, m{"type": "reaction", "reaction": m{"emoji": "👍"}}), 131009},
		"reaction with a word":  {with(to, m{"type": "reaction", "reaction": m{"message_id": inbound, "emoji": "ok"}}), 131009},
		"reaction as a quote":   {with(to, m{"type": "reaction", "reaction": m{"message_id": inbound, "emoji": "👍"}, "context": m{"message_id": inbound}}), 131009},
		"four buttons":          {with(to, interactive("button", m{"buttons": []any{reply("a", "1"), reply("b", "2"), reply("c", "3"), reply("d", "4")}})), 131009},
		"long button":           {with(to, interactive("button", m{"buttons": []any{reply("a", strings.Repeat("x", 21))}})), 131009},
		"twice the same button": {with(to, interactive("button", m{"buttons": []any{reply("a", "1"), reply("a", "2")}})), 131009},
		"eleven rows":           {with(to, interactive("list", m{"button": "x", "sections": []any{m{"rows": many(11)}}})), 131009},
		"sections untitled":     {with(to, interactive("list", m{"button": "x", "sections": []any{m{"rows": many(1)}, m{"rows": many(1)}}})), 131009},
		"one card":              {with(to, interactive("carousel", m{"cards": []any{m{"card_index": 0}}})), 131009},
		"unknown interactive":   {with(to, interactive("poll", m{})), 131009},
		"no action":             {with(to, m{"type": "interactive", "interactive": m{"type": "button", "body": m{"text": "x"}}}), 131008},
		"unknown template":      {with(to, m{"type": "template", "template": m{"name": "x", "language": m{"code": "de"}}}), 132001},
		"wrong identity":        {with(to, text("x"), m{"recipient_identity_key_hash": "AAAA"}), 137000},
		"read unknown":          {m{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}, 131009},
		"read without id":       {m{"messaging_product": "whatsapp", "status": "read"}, 100},
		"status sent":           {m{"messaging_product": "whatsapp", "status": "sent", "message_id": inbound}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			a := b.call("POST", messagesPath, test.body)
			if a.code() != test.code || a.status != meaningOf(test.code).status {
				t.Errorf("HTTP %d, code %d, want %d: %v", a.status, a.code(), test.code, a.body)
			}
		})
	}
	if len(anna.Received()) != 0 {
		t.Error("a refused message arrived")
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	b := open(t, Config{})
	for _, test := range []struct {
		method, path string
		code         int
	}{
		{"POST", "/v25.0/999/messages", 100},
		{"GET", messagesPath, 100},
		{"POST", "/v99.0/" + DefaultPhoneNumberID + "/messages", 2500},
		{"POST", "/v25.0/" + DefaultPhoneNumberID + "/nonsense", 2500},
		{"GET", "/v25.0", 2500},
		{"GET", "/", 100},
	} {
		if a := b.call(test.method, test.path, nil); a.code() != test.code || a.status != 400 {
			t.Errorf("%s %s: HTTP %d code %d, want %d", test.method, test.path, a.status, a.code(), test.code)
		}
	}
}

func TestUnknownNumberFailsByStatus(t *testing.T) {
	b := open(t, Config{})
	b.post("+491713920099", text("x")).wamid(t)
	hooks := b.idle()
	v := hooks[0].value(t)
	if at(t, v, "statuses", 0, "status") != "failed" || at(t, v, "statuses", 0, "errors", 0, "code") != 131026.0 {
		t.Errorf("status: %v", v["statuses"])
	}
	if _, has := v["contacts"]; has {
		t.Error("failed status has contacts")
	}
}

func TestBSUIDAloneIsEnough(t *testing.T) {
	b := open(t, Config{})
	jule := b.customer(Person{BSUID: "DE.abcDEF123", Name: "Jule", Username: "jule"})
	say(t, jule, "hi")
	v := b.idle()[0].value(t)
	if at(t, v, "contacts", 0, "user_id") != "DE.abcDEF123" || at(t, v, "contacts", 0, "profile", "username") != "jule" {
		t.Errorf("contacts %v", v["contacts"])
	}
	for _, absent := range []struct {
		where any
		key   string
	}{{at(t, v, "contacts", 0), "wa_id"}, {at(t, v, "messages", 0), "from"}} {
		if _, has := absent.where.(m)[absent.key]; has {
			t.Errorf("%s is there", absent.key)
		}
	}
	a := b.post("DE.abcDEF123", text("hallo"))
	a.wamid(t)
	if _, has := at(t, a.body, "contacts", 0).(m)["wa_id"]; has {
		t.Error("answer gives the number away")
	}
	status := at(t, b.idle()[0].value(t), "statuses", 0).(m)
	if _, has := status["recipient_id"]; has || status["recipient_user_id"] != "DE.abcDEF123" {
		t.Errorf("status %v", status)
	}
	if a := b.post("DE.unknown", text("x")); a.status != 200 {
		t.Errorf("unknown BSUID: %v", a.body)
	}
}

func TestToWinsOverRecipient(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	other := b.customer(Person{Phone: "+491713920012"})
	body := text("x")
	body["recipient"] = other.Person().BSUID
	b.post("+491713920011", body).wamid(t)
	b.idle()
	if len(anna.Received()) != 1 || len(other.Received()) != 0 {
		t.Error("recipient won over to")
	}
}

func TestReadAndTyping(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	id := say(t, anna, "zwei")
	say(t, anna, "drei")
	a := b.call("POST", messagesPath, m{"messaging_product": "whatsapp", "status": "read", "message_id": id, "typing_indicator": m{"type": "text"}})
	if a.status != 200 || a.body["success"] != true {
		t.Fatalf("mark as read: %v", a.body)
	}
	chat := anna.Chat("")
	if !chat.Items[0].Read || !chat.Items[1].Read || chat.Items[2].Read || !chat.Typing {
		t.Errorf("chat after mark as read: %+v", chat)
	}
	b.Advance(26 * time.Second)
	if anna.Chat("").Typing {
		t.Error("typing does not end")
	}
}

func TestUnregisteredNumber(t *testing.T) {
	b := open(t, Config{Unregistered: true})
	if a := b.post("+491713920011", text("x")); a.code() != 133010 {
		t.Errorf("send: %v", a.body)
	}
	c := b.customer(Person{Phone: "+491713920011"})
	if _, err := c.SendText(t.Context(), "x"); err == nil {
		t.Error("a message reached a number that is not on WhatsApp")
	}
}
