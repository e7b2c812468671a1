package simulator

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestPlayShopIsPlayedInThePast(t *testing.T) {
	for _, echoes := range []bool{false, true} {
		b := open(t, Config{})
		cast, err := b.Perform(t.Context(), PlayShop(), Performance{Echoes: echoes})
		if err != nil {
			t.Fatal(err)
		}
		hooks := b.idle()
		kinds := map[string]bool{}
		for _, h := range hooks {
			change := h.changes(t)[0]
			if change["field"] != "messages" {
				kinds[change["field"].(string)] = true
				continue
			}
			message := at(t, change["value"], "messages", 0).(m)
			kinds[message["type"].(string)] = true
			sec := json.Number(message["timestamp"].(string))
			unix, err := sec.Int64()
			if err != nil || !time.Unix(unix, 0).Before(noon) {
				t.Errorf("message at %v is not in the past", sec)
			}
		}
		for _, kind := range []string{"text", "image", "video", "audio", "document", "sticker", "location", "contacts", "order", "edit", "revoke", "unsupported"} {
			if !kinds[kind] {
				t.Errorf("the story has no %s", kind)
			}
		}
		if kinds["smb_message_echoes"] != echoes || kinds["reaction"] != echoes {
			t.Errorf("echoes %v, kinds %v", echoes, kinds)
		}
		if b.windowCode("+492214710123") != 131047 || b.windowCode(cast["jule"].Person().BSUID) != 0 {
			t.Error("windows are not where the story leaves them")
		}
		if _, err := b.Perform(t.Context(), PlayShop(), Performance{}); err != nil {
			t.Errorf("second performance: %v", err)
		}
		if n := len(b.Customers()); n != len(PlayShop().People) {
			t.Errorf("%d customers after the second performance", n)
		}
	}
}

// TestPlayShopUsesNumbersKeptForFiction: Bundesnetzagentur, Mitteilung 148/2021.
func TestPlayShopUsesNumbersKeptForFiction(t *testing.T) {
	fiction := []string{
		"4917139200", "49176040690", "493023125", "496990009", "494066969", "492214710", "498999998",
	}
	numbers := []string{digitsOf(DefaultDisplayPhoneNumber)}
	for _, actor := range PlayShop().People {
		if actor.Person.Phone != "" {
			numbers = append(numbers, digitsOf(actor.Person.Phone))
		}
	}
	for _, n := range numbers {
		ok := false
		for _, block := range fiction {
			ok = ok || strings.HasPrefix(n, block)
		}
		if !ok {
			t.Errorf("%s is not in a block kept for fiction", n)
		}
	}
}

func TestLivePlayGoesOnAndAnswers(t *testing.T) {
	b := open(t, Config{})
	cast, err := b.Perform(t.Context(), PlayShop(), Performance{Live: true, AnswerAfter: 3 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	b.idle()
	b.post("+491713920011", text("Gern!")).wamid(t)
	b.idle()
	b.Advance(3 * time.Second)
	hooks := b.idle()
	if len(hooks) != 1 || !bytes.Contains(hooks[0].body, []byte("vielen Dank")) {
		t.Fatalf("%d webhooks after the answer", len(hooks))
	}
	before := len(cast["thorsten"].Inbox())
	b.Advance(10 * time.Minute)
	if n := len(b.idle()); n != len(PlayShop().After) {
		t.Errorf("%d webhooks after ten minutes", n)
	}
	if len(cast["thorsten"].Inbox()) != before+1 {
		t.Error("Thorsten did not go on writing")
	}
}

func TestSecondPerformanceIsTheSame(t *testing.T) {
	type seen struct {
		ids   []string
		times []string
		media map[string]bool
	}
	perform := func(start time.Time, how Performance) (seen, *bench) {
		b := open(t, Config{Now: start})
		if _, err := b.Perform(t.Context(), PlayShop(), how); err != nil {
			t.Fatal(err)
		}
		hooks := b.idle()
		out := seen{ids: wamids(t, hooks), media: map[string]bool{}}
		for id := range b.media {
			out.media[id] = true
		}
		for _, h := range hooks {
			out.times = append(out.times, at(t, h.value(t), "messages", 0, "timestamp").(string))
		}
		return out, b
	}
	first, _ := perform(noon, Performance{})
	again, _ := perform(noon.Add(30*time.Hour), Performance{Curtain: noon})
	if !reflect.DeepEqual(first.ids, again.ids) || !reflect.DeepEqual(first.media, again.media) || !reflect.DeepEqual(first.times, again.times) {
		t.Error("ids or times differ between performances")
	}
	silent, b := perform(noon.Add(2*time.Hour), Performance{Curtain: noon, Silent: true})
	if len(silent.ids) != 0 || !reflect.DeepEqual(first.media, silent.media) {
		t.Errorf("silent performance told %d messages", len(silent.ids))
	}
	if code := b.windowCode("+491713920011"); code != 0 {
		t.Errorf("window after a silent performance: %v", code)
	}
	anna, err := b.FindCustomer("+491713920011")
	if err != nil {
		t.Fatal(err)
	}
	if inbox := anna.Inbox(); len(inbox) < 2 || !contains(first.ids, inbox[0].ID) {
		t.Error("the phone does not show the story")
	}
}

func TestRememberedHistory(t *testing.T) {
	b := open(t, Config{})
	anna := b.customer(Person{Phone: "+491713920011"})
	items := []ChatItem{
		{ID: "wamid.b", Type: "text", Text: "Ja", At: noon.Add(-time.Hour)},
		{ID: "wamid.a", Mine: true, Type: "text", Text: "Offen?", At: noon.Add(-2 * time.Hour)},
	}
	anna.Remember(items...)
	anna.Remember(items...)
	if n := len(b.idle()); n != 0 {
		t.Errorf("%d webhooks", n)
	}
	if inbox := anna.Inbox(); len(inbox) != 2 || inbox[0].ID != "wamid.a" {
		t.Fatalf("phone shows %+v", inbox)
	}
	if code := b.windowCode("+491713920011"); code != 0 {
		t.Errorf("window: %v", code)
	}
	b.expect("mark as read", "POST", messagesPath, m{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.a"}, 0)
	anna.Read()
	if got := statuses(t, b.idle()); !reflect.DeepEqual(got, []string{"read", "read"}) {
		t.Errorf("statuses %v", got)
	}
}

func TestEcho(t *testing.T) {
	b := open(t, Config{})
	anna := b.guest()
	id := anna.Echo("vom Handy")
	h := b.idle()[0]
	if h.changes(t)[0]["field"] != "smb_message_echoes" || at(t, h.value(t), "message_echoes", 0, "id") != id {
		t.Errorf("webhook %s", h.body)
	}
	if got := anna.Received(); len(got) != 1 || got[0].Text != "vom Handy" {
		t.Errorf("phone shows %+v", got)
	}
}
