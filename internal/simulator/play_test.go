package simulator

import (
	"bytes"
	"encoding/json"
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
