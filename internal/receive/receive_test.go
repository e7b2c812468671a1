package receive_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

var secret = []byte("app-secret-of-a-test")

// signed returns the headers Meta sends with a body.
func signed(body []byte) http.Header {
	mac := hmac.New(sha256.New, secret)
	mac.Write(body)
	h := http.Header{}
	h.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	return h
}

func deliver(t testing.TB, r *receive.Receiver, body string) error {
	t.Helper()
	return r.Handle(context.Background(), receive.Delivery{Body: []byte(body), Header: signed([]byte(body)), ReceivedAt: time.Now()})
}

const number = "106540352242922"

// everything is the start of the conversation list.
var everything store.Position

// value wraps messages or statuses into a webhook notification.
func value(contacts, rest string) string {
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":%q},
		"contacts":[%s],%s}}]}]}`, number, contacts, rest)
}

func text(from, wamid string, at int64, body string) string {
	return value(fmt.Sprintf(`{"profile":{"name":"Erika Muster"},"wa_id":%q,"user_id":"DE.1%s"}`, from, from),
		fmt.Sprintf(`"messages":[{"from":%q,"from_user_id":"DE.1%s","id":%q,"timestamp":"%d","type":"text","text":{"body":%q}}]`, from, from, wamid, at, body))
}

func TestReceivedTextIsShown(t *testing.T) {
	f := storetest.Open(t)
	var changes []receive.Change
	r := receive.New(f.Store, receive.Signed(secret), func(c receive.Change) { changes = append(changes, c) })
	at := time.Now().Add(-time.Minute).Unix()
	for range 2 { // the second is a duplicate
		if err := deliver(t, r, text("491713920001", "wamid.A", at, "Guten Tag")); err != nil {
			t.Fatal(err)
		}
	}
	f.Reopen(t)
	list, err := f.Store.ListConversations(context.Background(), store.Position{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].Unread != 1 || list[0].Last == nil || list[0].Last.Content.Text != "Guten Tag" {
		t.Fatalf("got %+v", list)
	}
	if name, source := list[0].Profile.DisplayName(); name != "Erika Muster" || source != inbox.NameFromProfile {
		t.Errorf("name %q from %s", name, source)
	}
	if len(changes) != 1 || !changes[0].New {
		t.Errorf("changes %+v", changes)
	}
	page, err := f.Store.ListMessages(context.Background(), store.Span{Conversation: list[0].ID, Limit: 50})
	if err != nil || len(page) != 1 {
		t.Fatalf("page %+v, %v", page, err)
	}
}
