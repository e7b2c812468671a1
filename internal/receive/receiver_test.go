package receive_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

// counter is a shop that receives, with what it announced.
type counter struct {
	*storetest.Folder
	t        testing.TB
	receiver *receive.Receiver
	changes  []receive.Change
	now      time.Time
}

func openCounter(t testing.TB) *counter {
	t.Helper()
	c := &counter{Folder: storetest.Open(t), t: t, now: time.Now().UTC().Truncate(time.Second)}
	c.receiver = receive.New(c.Store, receive.Signed(secret), func(ch receive.Change) { c.changes = append(c.changes, ch) })
	return c
}

func (c *counter) deliver(body string) {
	c.t.Helper()
	d := receive.Delivery{Body: []byte(body), Header: signed([]byte(body)), ReceivedAt: c.now}
	if err := c.receiver.Handle(context.Background(), d); err != nil {
		c.t.Fatal(err)
	}
}

func (c *counter) list() []inbox.Conversation {
	c.t.Helper()
	list, err := c.Store.ListConversations(context.Background(), store.Position{}, 1000)
	if err != nil {
		c.t.Fatal(err)
	}
	return list
}

func (c *counter) messages(id inbox.ConversationID) []inbox.Message {
	c.t.Helper()
	list, err := c.Store.ListMessages(context.Background(), store.Span{Conversation: id, Limit: 1000})
	if err != nil {
		c.t.Fatal(err)
	}
	return list
}

// message is one element of messages[] with the sender's names as given.
func message(from, bsuid, wamid string, at time.Time, rest string) string {
	names := ""
	if from != "" {
		names += fmt.Sprintf(`"from":%q,`, from)
	}
	if bsuid != "" {
		names += fmt.Sprintf(`"from_user_id":%q,`, bsuid)
	}
	return fmt.Sprintf(`{%s"id":%q,"timestamp":"%d",%s}`, names, wamid, at.Unix(), rest)
}

func says(text string) string { return fmt.Sprintf(`"type":"text","text":{"body":%q}`, text) }

func messages(list ...string) string { return value("", `"messages":[`+strings.Join(list, ",")+`]`) }

func TestCustomerWithoutNumberGetsAConversation(t *testing.T) {
	c := openCounter(t)
	c.deliver(value(`{"profile":{"name":"Erika","username":"@erika.m"},"user_id":"DE.4711"}`,
		`"messages":[`+message("", "DE.4711", "wamid.1", c.now, says("Moin"))+`]`))
	list := c.list()
	if len(list) != 1 || list[0].Profile != (inbox.Profile{ProfileName: "Erika", Username: "erika.m"}) || !list[0].Window.Open(c.now) {
		t.Fatalf("got %+v", list)
	}
	to, err := c.Store.Recipient(context.Background(), list[0].CustomerID)
	if err != nil || to != (inbox.Identity{BSUID: "DE.4711"}) {
		t.Errorf("answers go to %+v, %v", to, err)
	}
	// Later the number becomes known: still the same person.
	c.deliver(messages(message("491713920011", "DE.4711", "wamid.2", c.now, says("hier meine Nummer"))))
	if list := c.list(); len(list) != 1 || list[0].Profile.Number != "491713920011" {
		t.Errorf("got %+v", list)
	}
}

func TestUnknownAndBrokenPartsCostOnlyThemselves(t *testing.T) {
	c := openCounter(t)
	change := func(field, value string) string { return fmt.Sprintf(`{"field":%q,"value":%s}`, field, value) }
	body := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[` + strings.Join([]string{
		change("a_field_of_2031", `{"news":true}`),
		change("messages", `"broken"`),
		change("messages", `{"messaging_product":"whatsapp","metadata":{"phone_number_id":"`+number+`"},"messages":[`+strings.Join([]string{
			message("491713920011", "DE.1", "wamid.1", c.now, says("vorher")),
			`{"from":"491713920011"}`, `17`, `null`,
			message("491713920011", "DE.1", "wamid.2", c.now, `"type":"hologram","hologram":{"depth":3}`),
			message("491713920011", "DE.1", "wamid.3", c.now, says("nachher")),
		}, ",")+`]}`),
	}, ",") + `]}]}`
	c.deliver(body)
	list := c.list()
	if len(list) != 1 || list[0].Unread != 3 {
		t.Fatalf("got %+v", list)
	}
	got := c.messages(list[0].ID)
	if len(got) != 3 || got[0].Content.Text != "vorher" || got[1].Kind != inbox.KindUnknown || got[1].Content.TypeName != "hologram" || got[2].Content.Text != "nachher" {
		t.Errorf("got %+v", got)
	}
	if d := dump(t, c.Folder); strings.Count(d, "raw part") < 5 {
		t.Errorf("parts kept:\n%s", d)
	}
}

// An edit of the other side's message cannot be applied; its neighbours must not notice.
func TestChangeThatCannotBeAppliedCostsOnlyItself(t *testing.T) {
	c := openCounter(t)
	edit := func(wamid, target string) string {
		return message("491713920011", "DE.1", wamid, c.now.Add(time.Minute),
			fmt.Sprintf(`"type":"edit","edit":{"original_message_id":%q,"message":{"type":"text","text":{"body":"gefälscht"}}}`, target))
	}
	echo := fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"smb_message_echoes","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":%q},"message_echoes":[
		{"from":"15550783881","to":"491713920011","to_user_id":"DE.1","id":"wamid.shop","timestamp":"%d","type":"text","text":{"body":"Unser Wort"}}]}}]}]}`,
		number, c.now.Unix())
	c.deliver(echo)
	c.deliver(messages(
		message("491713920011", "DE.1", "wamid.1", c.now, says("vorher")), edit("wamid.2", "wamid.shop"),
		message("491713920011", "DE.1", "wamid.3", c.now, says("nachher"))))
	got := c.messages(c.list()[0].ID)
	if len(got) != 3 || got[0].Content.Text != "Unser Wort" || !got[0].EditedAt.IsZero() || got[1].Content.Text != "vorher" || got[2].Content.Text != "nachher" {
		t.Errorf("got %+v", got)
	}
	if !strings.Contains(dump(t, c.Folder), "raw part |  | apply") {
		t.Error("the change itself was not kept")
	}
}

// A number is given to somebody else after a while (Art. 5(1)(d) GDPR).
func TestRecycledNumberBecomesAnotherCustomer(t *testing.T) {
	c := openCounter(t)
	day := func(n int) time.Time { return c.now.AddDate(0, 0, n-10) }
	c.deliver(messages(message("491713920011", "DE.1", "wamid.1", day(0), says("meine Diagnose"))))
	c.deliver(messages(message("491713920011", "DE.2", "wamid.2", day(5), says("Ist da die Bäckerei?"))))
	c.deliver(messages(message("491713920011", "DE.1", "wamid.3", day(1), says("kam spät an"))))
	list := c.list()
	if len(list) != 2 || list[0].CustomerID == list[1].CustomerID {
		t.Fatalf("got %+v", list)
	}
	if got := c.messages(list[0].ID); len(got) != 1 || got[0].Content.Text != "Ist da die Bäckerei?" {
		t.Errorf("the new owner sees %+v", got)
	}
	if got := c.messages(list[1].ID); len(got) != 2 {
		t.Errorf("the old owner's chat has %+v", got)
	}
	for i, want := range []inbox.Identity{{WAID: "491713920011", BSUID: "DE.2"}, {BSUID: "DE.1"}} {
		if to, err := c.Store.Recipient(context.Background(), list[i].CustomerID); err != nil || to != want {
			t.Errorf("answers to %d go to %+v, %v", i, to, err)
		}
	}
}

func TestMovedCustomerIsAnnouncedAndNeverLinked(t *testing.T) {
	moved := func(c *counter) string {
		return messages(message("491713920011", "", "wamid.move", c.now.Add(time.Second),
			`"type":"system","system":{"type":"user_changed_number","body":"…","wa_id":"491713920012","user_id":"DE.2","previous_user_id":"DE.1"}`))
	}
	old := func(c *counter) string {
		return value(`{"profile":{"name":"Erika"},"wa_id":"491713920011","user_id":"DE.1"}`,
			`"messages":[`+message("491713920011", "DE.1", "wamid.1", c.now, says("Moin"))+`]`)
	}
	fresh := func(c *counter) string {
		return messages(message("491713920012", "DE.2", "wamid.2", c.now.Add(time.Minute), says("ich bin es")))
	}
	for name, order := range map[string][]func(*counter) string{
		"in order": {old, moved, fresh}, "news first": {moved, fresh, old}, "twice": {fresh, moved, old, moved, old},
	} {
		t.Run(name, func(t *testing.T) {
			c := openCounter(t)
			for _, body := range order {
				c.deliver(body(c))
			}
			list := c.list()
			if len(list) != 2 || list[0].Unread != 1 || list[1].Unread != 1 {
				t.Fatalf("got %+v", list)
			}
			hint, found, err := c.Store.Formerly(context.Background(), list[0].CustomerID)
			if err != nil || !found || hint.ProfileName != "Erika" {
				t.Errorf("hint %+v, %v, %v", hint, found, err)
			}
			got := c.messages(list[1].ID)
			if len(got) != 2 || got[1].Kind != inbox.KindSystem || got[1].Content.System.Type != "user_changed_number" {
				t.Errorf("the old chat says %+v", got)
			}
			if to, err := c.Store.Recipient(context.Background(), list[1].CustomerID); err != nil || to.BSUID != "DE.1" {
				t.Errorf("answers to the old chat go to %+v, %v", to, err)
			}
		})
	}
}

func TestTimesFromTheFutureAreClamped(t *testing.T) {
	c := openCounter(t)
	c.deliver(messages(message("491713920011", "DE.1", "wamid.1", c.now.AddDate(30, 0, 0), says("aus der Zukunft"))))
	got := c.list()
	if len(got) != 1 || !got[0].LastActivity.Equal(c.now) || got[0].Window.Open(c.now.Add(inbox.WindowLength)) {
		t.Errorf("got %+v", got)
	}
}

func TestHistoryIsNoNews(t *testing.T) {
	c := openCounter(t)
	history := func(change string) string {
		return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"history","value":{
			"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":%q},%s}}]}]}`, number, change)
	}
	thread := history(`"history":[{"threads":[{"id":"491713920011","context":{"wa_id":"491713920011","user_id":"DE.1"},"messages":[` +
		message("491713920011", "", "wamid.1", c.now.Add(-2*time.Hour), says("früher")) + `,` +
		message("491713920011", "", "wamid.2", c.now.Add(-time.Hour), `"type":"media_placeholder"`) + `]}]}]`)
	file := history(`"messages":[` + message("491713920011", "DE.1", "wamid.2", c.now.Add(-time.Hour),
		`"type":"image","image":{"mime_type":"image/jpeg","id":"4711","caption":"Torte"}`) + `]`)
	for range 2 {
		c.deliver(thread)
		c.deliver(file)
	}
	list := c.list()
	if len(list) != 1 || list[0].Unread != 0 {
		t.Fatalf("got %+v", list)
	}
	for _, change := range c.changes {
		if change.New {
			t.Errorf("announced %+v", change)
		}
	}
	got := c.messages(list[0].ID)
	if len(got) != 2 || got[1].Kind != inbox.KindImage || got[1].Content.Media == nil || got[1].Content.Media.Caption != "Torte" {
		t.Errorf("the file did not take its place: %+v", got)
	}
	if d := dump(t, c.Folder); strings.Count(d, "media |  | open") != 1 {
		t.Errorf("the file is not to be fetched:\n%s", d)
	}
}

func TestAnnouncedOnceAfterTheCommit(t *testing.T) {
	f := storetest.Open(t)
	var changes []receive.Change
	r := receive.New(f.Store, receive.Signed(secret), func(c receive.Change) {
		list, err := f.Store.ListConversations(context.Background(), store.Position{}, 10)
		if err != nil || len(list) == 0 {
			t.Errorf("announced before it can be read: %v", err)
		}
		changes = append(changes, c)
	})
	now := time.Now()
	body := messages(message("491713920011", "DE.1", "wamid.1", now, says("eins")), message("491713920011", "DE.1", "wamid.2", now, says("zwei")))
	for range 2 {
		if err := deliver(t, r, body); err != nil {
			t.Fatal(err)
		}
	}
	if len(changes) != 1 || !changes[0].New || changes[0].Conversation == 0 {
		t.Errorf("announced %+v", changes)
	}
	if last := r.LastDelivery(); time.Since(last) > time.Minute {
		t.Errorf("last delivery %v", last)
	}
}

func TestForgedDeliveryChangesNothing(t *testing.T) {
	body := []byte(messages(message("491713920011", "DE.1", "wamid.1", time.Now(), says("falsch"))))
	sharedSecret := []byte("0123456789abcdef0123456789abcdef")
	for name, test := range map[string]struct {
		accept receive.Authenticator
		header http.Header
	}{
		"no signature":           {receive.Signed(secret), http.Header{}},
		"signed by someone else": {receive.Signed([]byte("another secret")), signed(body)},
		"no secret configured":   {receive.Signed(), signed(body)},
		"empty secret":           {receive.Signed(nil), signed(body)},
		"no shared secret":       {receive.SharedSecret(sharedSecret), http.Header{}},
		"wrong shared secret":    {receive.SharedSecret(sharedSecret), http.Header{receive.SharedSecretHeader: {"0123456789abcdef0123456789abcdeF"}}},
		"short shared secret":    {receive.SharedSecret([]byte("short")), http.Header{receive.SharedSecretHeader: {"short"}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := storetest.Open(t)
			r := receive.New(f.Store, test.accept, func(receive.Change) { t.Error("announced") })
			err := r.Handle(context.Background(), receive.Delivery{Body: body, Header: test.header, ReceivedAt: time.Now()})
			if !errors.Is(err, receive.ErrUnverified) {
				t.Errorf("got %v", err)
			}
			if d := dump(t, f); d != "" || !r.LastDelivery().IsZero() {
				t.Errorf("changed: %s", d)
			}
		})
	}
	f := storetest.Open(t)
	r := receive.New(f.Store, receive.SharedSecret(sharedSecret), nil)
	header := http.Header{}
	header.Set("x-tresen-secret", string(sharedSecret))
	if err := r.Handle(context.Background(), receive.Delivery{Body: body, Header: header, ReceivedAt: time.Now()}); err != nil {
		t.Errorf("the right shared secret: %v", err)
	}
}

func TestTidyForgetsExpiredParts(t *testing.T) {
	c := openCounter(t)
	c.deliver(messages(message("491713920011", "DE.1", "wamid.1", c.now, `"type":"hologram","hologram":{}`)))
	c.deliver(messages(message("491713920011", "DE.1", "wamid.2", c.now, `"type":"reaction","reaction":{"message_id":"wamid.never","emoji":"👍"}`)))
	for _, test := range []struct {
		after time.Duration
		kept  []string
	}{
		{receive.RawLife - time.Second, []string{"raw part", "waiting"}},
		{receive.RawLife, []string{"waiting"}},
		{7 * 24 * time.Hour, nil},
	} {
		if err := c.receiver.Tidy(context.Background(), c.now.Add(test.after)); err != nil {
			t.Fatal(err)
		}
		d := dump(t, c.Folder)
		for _, part := range []string{"raw part", "waiting"} {
			if got := strings.Contains(d, part); got != strings.Contains(strings.Join(test.kept, " "), part) {
				t.Errorf("after %v: %s kept: %v", test.after, part, got)
			}
		}
	}
}

func FuzzHandle(f *testing.F) {
	for _, body := range goldenBodies(f) {
		f.Add(body)
	}
	f.Add([]byte(text("491713920001", "wamid.A", 1780000000, "Guten Tag")))
	folder := storetest.Open(f)
	r := receive.New(folder.Store, receive.Signed(secret), nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		d := receive.Delivery{Body: body, Header: signed(body), ReceivedAt: goldenTime}
		if err := r.Handle(context.Background(), d); err != nil {
			t.Fatalf("not acknowledged: %v", err)
		}
		forged := d
		forged.Body = append(bytes.Clone(body), ' ')
		if err := r.Handle(context.Background(), forged); !errors.Is(err, receive.ErrUnverified) {
			t.Fatalf("forged: %v", err)
		}
	})
}
