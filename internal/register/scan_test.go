package register_test

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
	"tresen/internal/register"
	"tresen/internal/storetest"
)

// counter is a shop that receives, with its register.
type counter struct {
	*storetest.Folder
	*register.Register
	t        testing.TB
	receiver *receive.Receiver
	told     int
	now      time.Time
}

var secret = []byte("app-secret-of-a-test")

func openCounter(t testing.TB) *counter {
	t.Helper()
	c := &counter{Folder: storetest.Open(t), t: t, now: time.Now().UTC().Truncate(time.Second)}
	c.Register = register.New(c.Store, func() time.Time { return c.now }, func() { c.told++ })
	c.receiver = receive.New(c.Store, receive.Signed(secret), nil, c.Scan)
	return c
}

func (c *counter) deliver(body string) {
	c.t.Helper()
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(body))
	header := http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}
	if err := c.receiver.Handle(context.Background(), receive.Delivery{Body: []byte(body), Header: header, ReceivedAt: c.now}); err != nil {
		c.t.Fatal(err)
	}
}

func (c *counter) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// hang records a print for these places.
func (c *counter) hang(places ...string) inbox.PlacedCodeID {
	c.t.Helper()
	text := "Guten Tag (" + places[0] + ")"
	c.check(c.Record(context.Background(), inbox.PlacedCode{Places: places, Kind: "poster", Paper: "A4", Text: text}))
	list, err := c.List(context.Background())
	c.check(err)
	for _, code := range list {
		if code.Text == text && code.RetiredAt.IsZero() {
			return code.ID
		}
	}
	c.t.Fatal("nothing hangs")
	return 0
}

func (c *counter) counts(id inbox.PlacedCodeID, conversations, messages int) {
	c.t.Helper()
	code, err := c.Find(context.Background(), id)
	c.check(err)
	if code.Conversations != conversations || code.Messages != messages {
		c.t.Errorf("%v: %d conversations, %d messages; want %d, %d", code.Places, code.Conversations, code.Messages, conversations, messages)
	}
}

// from is a text of customer n, sent so many minutes ago.
func (c *counter) from(n, minutesAgo int, body string) string {
	from := fmt.Sprintf("4917139200%02d", n)
	return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
		"contacts":[{"profile":{"name":"Erika Muster"},"wa_id":%[1]q}],
		"messages":[{"from":%[1]q,"id":"wamid.%[2]d.%[3]d","timestamp":"%[4]d","type":"text","text":{"body":%[5]q}}]}}]}]}`,
		from, n, minutesAgo, c.now.Add(-time.Duration(minutesAgo)*time.Minute).Unix(), body)
}

func TestConversationsCountWhereTheyBegan(t *testing.T) {
	c := openCounter(t)
	door, tables := c.hang("Ladentür"), c.hang("Tisch 1", "Tisch 2")
	c.deliver(c.from(1, 9, "Guten Tag (ladentür)")) // a keyboard changed a letter
	c.deliver(c.from(1, 9, "Guten Tag (ladentür)")) // delivered twice
	c.deliver(c.from(1, 8, "Noch etwas (Ladentür)"))
	c.deliver(c.from(2, 7, "Guten Tag"))
	c.deliver(c.from(2, 6, "Guten Tag (Tisch 2)")) // knew us already
	c.deliver(c.from(3, 5, "Guten Tag (Tisch 1)"))
	c.deliver(c.from(4, 4, "Guten Tag (Tisch 11)"))
	c.counts(door, 1, 2)
	c.counts(tables, 1, 2)
	if c.told != 2+4 {
		t.Errorf("told %d times", c.told)
	}
}

// Deliveries come in any order; a conversation is counted once all the same.
func TestLateFirstMessageCounts(t *testing.T) {
	for first, want := range map[string]int{"Guten Tag (Tür)": 1, "Guten Tag": 0} {
		c := openCounter(t)
		door := c.hang("Tür")
		c.deliver(c.from(1, 5, "Sind Sie da?"))
		c.deliver(c.from(1, 9, first))
		c.counts(door, want, want)
	}
	c := openCounter(t)
	door := c.hang("Tür")
	c.deliver(c.from(1, 5, "Noch einmal (Tür)"))
	c.deliver(c.from(1, 9, "Guten Tag (Tür)"))
	c.counts(door, 1, 2)
}

func TestATestScanProvesAndDoesNotCount(t *testing.T) {
	c := openCounter(t)
	door := c.hang("Tür")
	c.check(c.BeginTest("Guten Tag (Tür)", []string{"Tür"}))
	c.deliver(c.from(4, 0, "Haben Sie offen?"))
	c.deliver(c.from(1, 0, "guten tag (tür)"))
	c.counts(door, 0, 0)
	code, err := c.Find(context.Background(), door)
	c.check(err)
	if !code.TestedAt.Equal(c.now) || !c.CurrentTest().PassedAt.Equal(c.now) {
		t.Errorf("tested %s, passed %s", code.TestedAt, c.CurrentTest().PassedAt)
	}
	c.deliver(c.from(2, 0, "Guten Tag (Tür)")) // the test is over
	c.check(c.BeginTest("Guten Tag (Tür)", nil))
	c.EndTest()
	c.deliver(c.from(3, 0, "Guten Tag (Tür)"))
	c.check(c.BeginTest("Guten Tag (Tür)", nil))
	c.now = c.now.Add(time.Hour) // nobody scanned in time
	c.deliver(c.from(5, 0, "Guten Tag (Tür)"))
	c.counts(door, 3, 3)
	if err := c.BeginTest(" ", nil); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("a test that cannot be recognised: %v", err)
	}
}

// A code is tried out on the screen before it is printed.
func TestWhatWasTestedFirstIsRecordedAsTested(t *testing.T) {
	c := openCounter(t)
	c.check(c.BeginTest("Guten Tag", nil))
	c.deliver(c.from(1, 0, "Guten Tag"))
	tested := c.now
	c.now = c.now.Add(time.Minute)
	c.check(c.Record(context.Background(), inbox.PlacedCode{Kind: "poster", Paper: "A4", Text: "Guten Tag"}))
	list, err := c.List(context.Background())
	c.check(err)
	if len(list) != 1 || !list[0].TestedAt.Equal(tested) || list[0].Messages != 0 {
		t.Errorf("got %+v", list)
	}
}

func TestPrintingAgainIsTheSameEntry(t *testing.T) {
	c := openCounter(t)
	ctx := context.Background()
	began := c.now
	first := c.hang("Tür")
	c.deliver(c.from(1, 0, "Guten Tag (Tür)"))
	c.now = c.now.Add(time.Hour)
	c.check(c.Record(ctx, inbox.PlacedCode{Places: []string{"tür"}, Kind: "poster", Paper: "A3", URL: "b", MessageCode: "CODE"}))
	c.check(c.Record(ctx, inbox.PlacedCode{Kind: "poster", Paper: "A3", URL: "b"}))
	c.check(c.Record(ctx, inbox.PlacedCode{Kind: "poster", Paper: "A4", URL: "b"}))
	list, err := c.List(ctx)
	c.check(err)
	if len(list) != 3 {
		t.Fatalf("%d entries", len(list))
	}
	code, err := c.Find(ctx, first)
	c.check(err)
	if code.Prints != 2 || code.Paper != "A3" || !code.PlacedAt.Equal(began) || !code.PrintedAt.Equal(c.now) || code.Conversations != 1 {
		t.Errorf("got %+v", code)
	}
	hanging, err := c.Hanging(ctx, "CODE")
	c.check(err)
	if len(hanging) != 1 || hanging[0].ID != first {
		t.Errorf("hanging %+v", hanging)
	}
}

// What hangs now goes before what was taken down under the same name.
func TestRetiredPlaceCountsOnlyWithoutASuccessor(t *testing.T) {
	c := openCounter(t)
	ctx := context.Background()
	old := c.hang("Tür")
	c.check(c.Retire(ctx, old, true))
	c.deliver(c.from(1, 3, "Guten Tag (Tür)"))
	c.counts(old, 1, 1)
	fresh := c.hang("Tür")
	if fresh == old {
		t.Fatal("a retired code was taken for a hanging one")
	}
	c.deliver(c.from(2, 2, "Guten Tag (Tür)"))
	c.counts(old, 1, 1)
	c.counts(fresh, 1, 1)
	if err := c.Retire(ctx, old, false); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("two codes at one place: %v", err)
	}
	c.check(c.Remove(ctx, fresh))
	c.check(c.Retire(ctx, old, false))
	for name, err := range map[string]error{"retire": c.Retire(ctx, 99, true), "remove": c.Remove(ctx, 99)} {
		if inbox.CodeOf(err) != inbox.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
