package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func TestMessagesAreOrderedByTheirTime(t *testing.T) {
	f := openFolder(t)
	var ref ConversationRef
	for _, second := range []int{5, 1, 9, 3, 7} {
		_, ref = f.say(t, 1, second, fmt.Sprint(second))
	}
	if in, _ := f.say(t, 1, 5, "5"); in.New {
		t.Error("a message with the same wamid was inserted again")
	}
	in, _ := f.say(t, 1, 5, "5 b")
	if !in.New || in.Newest {
		t.Errorf("second message of second 5: %+v", in)
	}
	want := []string{"1", "3", "5", "5 b", "7", "9"}
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 10}); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	c, err := f.store.Conversation(context.Background(), ref.ID)
	if err != nil || c.Unread != 6 || c.Last.Content.Text != "9" || !c.LastActivity.Equal(at(9)) || !c.Window.LastInbound.Equal(at(9)) {
		t.Errorf("conversation %+v, %v", c, err)
	}
}

func TestSameWAMIDAtTwoNumbersIsTwoMessages(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	f.update(t, func(tx *Tx) error {
		other, err := tx.EnsureConversation(ref.Customer, "999")
		if err != nil {
			return err
		}
		m := text(other, 1, "eins")
		m.PhoneNumberID = "999"
		in, err := tx.InsertMessage(m)
		if !in.New {
			t.Error("taken for a repetition")
		}
		return err
	})
}

func TestMessageIDsOfAFullSecond(t *testing.T) {
	f := openFolder(t)
	var ref ConversationRef
	f.update(t, func(tx *Tx) (err error) {
		if ref, err = conversation(tx, 1); err != nil {
			return err
		}
		for i := range inbox.MaxPerSecond + 2 {
			in, err := tx.InsertMessage(text(ref, 10, fmt.Sprint("n", i)))
			if err != nil {
				return err
			}
			if second := in.ID.Second(); i < inbox.MaxPerSecond && !second.Equal(at(10)) || i >= inbox.MaxPerSecond && !second.Equal(at(11)) {
				t.Fatalf("message %d has second %v", i, second)
			}
		}
		tx.w.cache.clear() // the next has to look
		in, err := tx.InsertMessage(text(ref, 10, "noch eine"))
		if !in.ID.Second().Equal(at(11)) {
			t.Errorf("the last has second %v", in.ID.Second())
		}
		return err
	})
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 1}); got[0] != "noch eine" {
		t.Errorf("newest is %q", got)
	}
}

func TestMessageTimesOutOfRange(t *testing.T) {
	f := openFolder(t)
	f.update(t, func(tx *Tx) error {
		ref, err := conversation(tx, 1)
		if err != nil {
			return err
		}
		for _, at := range []time.Time{{}, time.Unix(0, 0), time.Unix(1<<40, 0)} {
			m := text(ref, 0, at.String())
			m.SentAt = at
			in, err := tx.InsertMessage(m)
			if err != nil || !in.New || in.ID.Conversation() != ref.ID {
				t.Errorf("%v: %+v, %v", at, in, err)
			}
		}
		_, err = tx.nextMessageID(inbox.MaxConversationID+1, at(1), 0)
		wantCode(t, err, inbox.CodeInternal)
		return nil
	})
}

func TestPagesOfAConversation(t *testing.T) {
	f := openFolder(t)
	f.say(t, 2, 50, "jemand anders")
	var ref ConversationRef
	var ids []inbox.MessageID
	for n := range 10 {
		var in Inserted
		in, ref = f.say(t, 1, n, fmt.Sprint(n))
		ids = append(ids, in.ID)
	}
	f.say(t, 3, 50, "noch jemand")
	for name, test := range map[string]struct {
		span Span
		want []string
	}{
		"newest":                               {Span{Limit: 3}, []string{"7", "8", "9"}},
		"before":                               {Span{Before: ids[7], Limit: 3}, []string{"4", "5", "6"}},
		"before all":                           {Span{Before: ids[0], Limit: 3}, []string{}},
		"after":                                {Span{After: ids[2], Limit: 3}, []string{"3", "4", "5"}},
		"after the last":                       {Span{After: ids[9], Limit: 3}, []string{}},
		"more than all":                        {Span{Limit: 99}, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}},
		"before an id of a later conversation": {Span{Before: 1 << 62, Limit: 1}, []string{"9"}},
	} {
		test.span.Conversation = ref.ID
		if got := f.page(t, test.span); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	_, err := f.store.ListMessages(context.Background(), Span{Conversation: 99, Limit: 1})
	wantCode(t, err, inbox.CodeNotFound)
}

func TestMessageIsFoundByEveryName(t *testing.T) {
	f := openFolder(t)
	in, ref := f.say(t, 1, 1, "eins")
	f.say(t, 1, 2, "zwei")
	for name, find := range map[string]func() (inbox.Message, error){
		"id": func() (inbox.Message, error) { return f.store.Message(context.Background(), in.ID) },
		"wamid": func() (inbox.Message, error) {
			return f.store.MessageByWAMID(context.Background(), shopNumber, "wamid.eins")
		},
	} {
		m, err := find()
		if err != nil || m.Content.Text != "eins" || m.WAMID != "wamid.eins" || m.ID != in.ID || !m.SentAt.Equal(at(1)) {
			t.Errorf("by %s: %+v, %v", name, m, err)
		}
	}
	m, err := f.store.LastInboundMessage(context.Background(), ref.ID)
	if err != nil || m.Content.Text != "zwei" {
		t.Errorf("last: %+v, %v", m, err)
	}
	_, err = f.store.MessageByWAMID(context.Background(), "999", "wamid.eins")
	wantCode(t, err, inbox.CodeNotFound)
	_, err = f.store.Message(context.Background(), in.ID+1)
	wantCode(t, err, inbox.CodeNotFound)
}

func TestReactions(t *testing.T) {
	f := openFolder(t)
	in, ref := f.say(t, 1, 1, "eins")
	f.say(t, 1, 2, "zwei")
	react := func(second int, own, emoji string, fromShop bool) {
		t.Helper()
		f.update(t, func(tx *Tx) error {
			return tx.SetReaction(ref, in.ID, shopNumber, inbox.WAMID(own), inbox.Reaction{FromShop: fromShop, Emoji: emoji, At: at(second)})
		})
	}
	check := func(want ...string) {
		t.Helper()
		list, err := f.store.ListMessages(context.Background(), Span{Conversation: ref.ID, Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, r := range list[0].Reactions {
			got = append(got, fmt.Sprint(r.Emoji, r.FromShop))
		}
		if !slices.Equal(got, want) || len(list[1].Reactions) != 0 {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	react(10, "r1", "👍", false)
	react(12, "r2", "🎉", true)
	check("👍false", "🎉true")
	react(14, "r3", "❤️", false)
	react(11, "late", "😡", false)
	check("❤️false", "🎉true")
	react(16, "r4", "", false)
	react(15, "late too", "😡", false)
	check("🎉true")
	f.update(t, func(tx *Tx) error { return tx.DeleteReactions(in.ID) })
	check()
}

func TestReactionsOfOneSecondEndTheSameInAnyOrder(t *testing.T) {
	f := openFolder(t)
	emojis := map[string]string{"r1": "👍", "r2": "❤️", "r3": ""}
	outcome := func(n int, order []string) string {
		in, ref := f.say(t, n, 1, fmt.Sprint("m", n))
		f.update(t, func(tx *Tx) error {
			for _, own := range order {
				if err := tx.SetReaction(ref, in.ID, shopNumber, inbox.WAMID(own), inbox.Reaction{Emoji: emojis[own], At: at(5)}); err != nil {
					return err
				}
			}
			return nil
		})
		list, err := f.store.ListMessages(context.Background(), Span{Conversation: ref.ID, Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprint(list[0].Reactions)
	}
	want := outcome(1, []string{"r1", "r2", "r3"})
	for n, order := range [][]string{{"r3", "r2", "r1"}, {"r2", "r1", "r3", "r2"}, {"r1", "r3", "r2"}} {
		if got := outcome(n+2, order); got != want {
			t.Errorf("%v: got %s, want %s", order, got, want)
		}
	}
}

func TestVersions(t *testing.T) {
	f := openFolder(t)
	in, ref := f.say(t, 1, 1, "eins")
	f.update(t, func(tx *Tx) error {
		for _, second := range []int{5, 3, 5} {
			content := inbox.Content{Text: fmt.Sprint("Fassung ", second)}
			if err := tx.InsertVersion(ref, in.ID, at(second), content); err != nil {
				return err
			}
		}
		return nil
	})
	list, err := f.store.Versions(context.Background(), in.ID)
	want := []Version{{at(3), inbox.Content{Text: "Fassung 3"}}, {at(5), inbox.Content{Text: "Fassung 5"}}}
	if err != nil || !reflect.DeepEqual(list, want) {
		t.Errorf("got %+v, %v", list, err)
	}
	f.update(t, func(tx *Tx) error { return tx.DeleteVersions(in.ID) })
	if list, err := f.store.Versions(context.Background(), in.ID); err != nil || len(list) != 0 {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestStatusesEndTheSameInAnyOrder(t *testing.T) {
	type report = StatusReport
	sent, delivered := report{Status: inbox.StatusSent, At: at(10)}, report{Status: inbox.StatusDelivered, At: at(12)}
	read := report{Status: inbox.StatusRead, At: at(20), Pricing: "service/regular"}
	failed := report{Status: inbox.StatusFailed, At: at(11), Failure: inbox.CodeUndeliverable, FailureNumber: 131026}
	lateFailed := report{Status: inbox.StatusFailed, At: at(30), Failure: inbox.CodePayment, FailureNumber: 131042}
	for name, test := range map[string]struct {
		reports []report
		want    inbox.MessageStatus
		at      time.Time
		failure inbox.Code
	}{
		"all good":                      {[]report{sent, delivered, read}, inbox.StatusRead, at(20), ""},
		"read implies delivered":        {[]report{sent, read}, inbox.StatusRead, at(20), ""},
		"failed":                        {[]report{failed}, inbox.StatusFailed, at(11), inbox.CodeUndeliverable},
		"sent never undoes failed":      {[]report{failed, sent}, inbox.StatusFailed, at(11), inbox.CodeUndeliverable},
		"delivered after failed":        {[]report{failed, delivered}, inbox.StatusDelivered, at(12), ""},
		"failed after all":              {[]report{sent, delivered, lateFailed}, inbox.StatusFailed, at(30), inbox.CodePayment},
		"the first failure counts":      {[]report{failed, lateFailed}, inbox.StatusFailed, at(11), inbox.CodeUndeliverable},
		"repetition changes nothing":    {[]report{sent, sent, sent}, inbox.StatusSent, at(10), ""},
		"a word that is none of Meta's": {[]report{sent, {Status: "warped", At: at(99), Pricing: "x"}}, inbox.StatusSent, at(10), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := openFolder(t)
			n := 0
			permute(test.reports, func(order []report) {
				n++
				var id inbox.MessageID
				f.update(t, func(tx *Tx) error {
					ref, err := conversation(tx, 1)
					if err != nil {
						return err
					}
					m := text(ref, n, fmt.Sprint("Antwort ", n))
					m.Direction, m.Status = inbox.Outbound, inbox.StatusAccepted
					in, err := tx.InsertMessage(m)
					id = in.ID
					for _, r := range order {
						if err == nil {
							_, err = tx.RecordStatus(id, r)
						}
					}
					return err
				})
				m, err := f.store.Message(context.Background(), id)
				if err != nil || m.Status != test.want || !m.StatusAt.Equal(test.at) || m.Failure != test.failure {
					t.Errorf("order %v: status %s at %v, failure %q, %v", order, m.Status, m.StatusAt, m.Failure, err)
				}
			})
		})
	}
}

// permute calls fn with every order of list.
func permute[T any](list []T, fn func([]T)) {
	var step func(rest, done []T)
	step = func(rest, done []T) {
		if len(rest) == 0 {
			fn(done)
			return
		}
		for i := range rest {
			step(slices.Delete(slices.Clone(rest), i, i+1), append(slices.Clone(done), rest[i]))
		}
	}
	step(list, nil)
}

func TestStatusOfAnInboundMessageIsIgnored(t *testing.T) {
	f := openFolder(t)
	in, _ := f.say(t, 1, 1, "eins")
	f.update(t, func(tx *Tx) error {
		_, err := tx.RecordStatus(in.ID, StatusReport{Status: inbox.StatusRead, At: at(2)})
		return err
	})
	if m, err := f.store.Message(context.Background(), in.ID); err != nil || m.Status != "" {
		t.Errorf("status %q, %v", m.Status, err)
	}
}
