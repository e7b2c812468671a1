package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// A panic behind the bridge must become an error: a promise that never ends
// would freeze the window's screen.
func TestPanicsBecomeErrors(t *testing.T) {
	for _, bound := range (*App)(nil).Bound() { // without an app every method panics
		v := reflect.ValueOf(bound)
		for i := range v.NumMethod() {
			name := v.Type().Elem().Name() + "." + v.Type().Method(i).Name
			method := v.Method(i)
			args := make([]reflect.Value, method.Type().NumIn())
			for i := range args {
				args[i] = reflect.New(method.Type().In(i)).Elem()
			}
			results := method.Call(args)
			err, _ := results[len(results)-1].Interface().(error)
			if name == "System.CheckLink" { // needs no app
				continue
			}
			if err == nil || inbox.CodeOf(err) != inbox.CodeInternal && inbox.CodeOf(err) != inbox.CodeInvalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestErrorsTellTheWindowCodesOnly(t *testing.T) {
	secret := errors.New("Anna +491713920011 wamid.X EAAG-token /home/anna")
	for _, code := range inbox.Codes() {
		for _, err := range []error{
			inbox.WrapError(code, "send message", secret), &inbox.Error{Code: code, Field: "text", Err: secret},
			fmt.Errorf("outer: %w", inbox.WrapError(code, "send message", secret)),
		} {
			text, ok := FormatError(err).(string)
			var shown map[string]string
			if !ok || json.Unmarshal([]byte(text), &shown) != nil {
				t.Fatalf("%s: not a JSON string: %v", code, text)
			}
			if shown["code"] != string(code) || (shown["reference"] != "") != (code == inbox.CodeInternal) {
				t.Errorf("%s: %s", code, text)
			}
			if strings.Contains(text, "Anna") || strings.Contains(text, "send message") || strings.Contains(text, "outer") {
				t.Errorf("%s carries its cause: %s", code, text)
			}
		}
	}
	if text := FormatError(secret).(string); !strings.HasPrefix(text, `{"code":"internal","reference":"`) || strings.Contains(text, "Anna") {
		t.Errorf("unknown error: %s", text)
	}
}

func TestBoundMethodsRefuseWhatIsNotThere(t *testing.T) {
	d := open(t)
	const nobody = "00000000-0000-7000-8000-000000000000"
	_, err := d.inbox.GetConversation(99)
	d.refused("conversation", err, inbox.CodeNotFound, "")
	_, err = d.inbox.SendText(SendTextRequest{ConversationID: 99, Text: "x"})
	d.refused("send", err, inbox.CodeNotFound, "")
	_, err = d.inbox.SendText(SendTextRequest{ConversationID: 99, Text: "x", ReplyTo: "-1"})
	d.refused("quote", err, inbox.CodeInvalid, "messageId")
	_, err = d.inbox.Retry("1")
	d.refused("retry", err, inbox.CodeNotFound, "")
	d.refused("unclear", d.inbox.ResolveUnclear(UnclearRequest{MessageID: "1"}), inbox.CodeConflict, "")
	d.refused("draft", d.inbox.SaveDraft(DraftRequest{ConversationID: 99, Text: "x"}), inbox.CodeNotFound, "")
	d.refused("long draft", d.inbox.SaveDraft(DraftRequest{Text: strings.Repeat("ä", 4*maxDraft+1)}), inbox.CodeInvalid, "text")
	d.check(d.inbox.MarkRead(99))
	_, err = d.inbox.ListConversations(ConversationQuery{Cursor: "?"})
	d.refused("cursor", err, inbox.CodeInvalid, "cursor")
	_, err = d.inbox.ListMessages(MessageQuery{Before: "x"})
	d.refused("before", err, inbox.CodeInvalid, "messageId")
	for _, id := range []string{"", "x", nobody + "0"} {
		_, err = d.customers.GetCustomer(id)
		d.refused("customer "+id, err, inbox.CodeInvalid, "customerId")
	}
	_, err = d.customers.GetCustomer(nobody)
	d.refused("customer", err, inbox.CodeNotFound, "")
	_, err = d.customers.PreviewErasure(nobody)
	d.refused("preview", err, inbox.CodeNotFound, "")
	_, err = d.customers.Erase(nobody)
	d.refused("erase", err, inbox.CodeNotFound, "")
	_, err = d.customers.GetErasure(99)
	d.refused("erasure", err, inbox.CodeNotFound, "")
	d.refused("rename", d.customers.Rename(RenameRequest{CustomerID: nobody, ShopName: "x"}), inbox.CodeNotFound, "")
	d.refused("long name", d.customers.Rename(RenameRequest{CustomerID: nobody, ShopName: strings.Repeat("ä", 81)}), inbox.CodeInvalid, "shopName")
}

func TestPagesFollowOneAnother(t *testing.T) {
	d := open(t)
	var want []int64
	for i := range 7 {
		row := d.say(d.customer(simulator.Person{Phone: fmt.Sprintf("+4917139200%02d", 20+i), Name: fmt.Sprint("Person ", i)}), fmt.Sprint("Text ", i))
		want = append(want, row.ID)
	}
	var got []int64
	cursor := ""
	for {
		page, err := d.inbox.ListConversations(ConversationQuery{Cursor: cursor, Limit: 3})
		for _, r := range do(d, page, err).Rows {
			got = append([]int64{r.ID}, got...)
		}
		if page.Total != 7 || page.Unread != 7 {
			t.Errorf("page %+v", page)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMessagePages(t *testing.T) {
	d := open(t)
	anna := d.anna()
	var row ConversationRow
	for i := range 9 {
		row = d.say(anna, fmt.Sprint("Text ", i))
	}
	all := d.messages(row.ID)
	page := func(q MessageQuery) (texts string, older, newer bool) {
		q.ConversationID = row.ID
		p, err := d.inbox.ListMessages(q)
		for _, m := range do(d, p, err).Messages {
			texts += strings.TrimPrefix(m.Text, "Text ")
		}
		return texts, p.HasOlder, p.HasNewer
	}
	for _, c := range []struct {
		q            MessageQuery
		texts        string
		older, newer bool
	}{
		{MessageQuery{Limit: 4}, "5678", true, false},
		{MessageQuery{Limit: 9}, "012345678", false, false},
		{MessageQuery{Limit: 0}, "8", true, false},
		{MessageQuery{Limit: 3, Before: all[5].ID}, "234", true, true},
		{MessageQuery{Limit: 9, Before: all[2].ID}, "01", false, true},
		{MessageQuery{Limit: 3, After: all[1].ID}, "234", true, true},
		{MessageQuery{Limit: 3, After: all[6].ID}, "78", true, false},
		{MessageQuery{Limit: 4, Around: all[4].ID}, "3456", true, true},
		{MessageQuery{Limit: 20, Around: all[0].ID}, "012345678", false, false},
	} {
		if texts, older, newer := page(c.q); texts != c.texts || older != c.older || newer != c.newer {
			t.Errorf("%+v: %s, older %t, newer %t", c.q, texts, older, newer)
		}
	}
}

func TestSettings(t *testing.T) {
	d := newDesk(t)
	d.start()
	if got, err := d.system.GetSettings(); err != nil || got != (Settings{Theme: "system", Zoom: 100}) {
		t.Errorf("at first %+v, %v", got, err)
	}
	for field, s := range map[string]Settings{
		"language": {Language: "fr", Theme: "dark", Zoom: 100}, "theme": {Language: "de", Theme: "pink", Zoom: 100},
		"zoom": {Language: "de", Theme: "dark", Zoom: 79},
	} {
		d.refused(field, d.system.SaveSettings(s), inbox.CodeInvalid, field)
	}
	d.refused("zoom", d.system.SaveSettings(Settings{Theme: "dark", Zoom: 201}), inbox.CodeInvalid, "zoom")
	want := Settings{Language: "de", Theme: "dark", Zoom: 200}
	d.check(d.system.SaveSettings(want))
	d.app.SaveWindowSize(900, 700)
	d.app.SaveWindowSize(10, 700) // minimised
	d.connect(d.request())
	want.ReadReceipts = true
	d.check(d.system.SaveSettings(want))
	d.start()
	if got, err := d.system.GetSettings(); err != nil || got != want {
		t.Errorf("after a restart %+v, %v", got, err)
	}
	if w, h := d.app.WindowSize(); w != 900 || h != 700 {
		t.Errorf("window of %d × %d", w, h)
	}
	for _, broken := range []string{"{", `{"zoom":1}`, `{"theme":"pink"}`, ""} {
		d.check(os.WriteFile(filepath.Join(d.cfg.DataDir, "window.json"), []byte(broken), 0o600))
		if got, err := d.system.GetSettings(); err != nil || got != (Settings{Theme: "system", Zoom: 100, ReadReceipts: true}) {
			t.Errorf("with %q: %+v, %v", broken, got, err)
		}
	}
}

func FuzzParsePlace(f *testing.F) {
	f.Add("")
	f.Add("WzEsMl0")
	f.Add("e30")
	f.Add("eyJLZXkiOiIifQ")
	f.Add("bnVsbA")
	f.Fuzz(func(t *testing.T, cursor string) {
		p, err := parsePlace(cursor)
		if err != nil {
			if inbox.CodeOf(err) != inbox.CodeInvalid || p != (store.Place{}) {
				t.Errorf("got %+v, %v", p, err)
			}
			return
		}
		if again, err := parsePlace(formatPlace(p)); err != nil || again != p {
			t.Errorf("%+v became %+v, %v", p, again, err)
		}
	})
}

func TestPlaceSurvivesItsCursor(t *testing.T) {
	want := store.Place{Pinned: true, Key: 1<<41 + 7, ID: inbox.MaxConversationID}
	got, err := parsePlace(formatPlace(want))
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}
