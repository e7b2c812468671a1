package store

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"tresen/internal/inbox"
)

func ids(list []inbox.Conversation) (out []inbox.ConversationID) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	return out
}

func TestConversationListPagesByActivity(t *testing.T) {
	f := openFolder(t)
	const n = 23
	var want []inbox.ConversationID
	for i := range n {
		_, ref := f.say(t, i, i/3, fmt.Sprint("von ", i)) // three of each second: the id decides
		want = append(want, ref.ID)
	}
	slices.Reverse(want)
	var got []inbox.ConversationID
	for after := (Position{}); ; {
		list, err := f.store.ListConversations(context.Background(), after, 5)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			break
		}
		got = append(got, ids(list)...)
		after = Position{LastActivity: list[len(list)-1].LastActivity, ID: list[len(list)-1].ID}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestUnreadAndDraft(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	in, _ := f.say(t, 1, 2, "zwei")
	f.say(t, 2, 3, "andere")
	conversation := func() inbox.Conversation {
		t.Helper()
		c, err := f.store.Conversation(context.Background(), ref.ID)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if got := conversation().Unread; got != 2 {
		t.Errorf("unread %d", got)
	}
	draft := inbox.Draft{Text: "Moin, wir ", ReplyTo: in.ID}
	f.update(t, func(tx *Tx) error {
		for _, want := range []bool{true, false} {
			if did, err := tx.MarkRead(ref.ID); err != nil || did != want {
				t.Errorf("mark read: %v, %v", did, err)
			}
		}
		if err := tx.SaveDraft(ref, inbox.Draft{Text: "M"}); err != nil {
			return err
		}
		return tx.SaveDraft(ref, draft)
	})
	if c := conversation(); c.Unread != 0 || c.Draft != draft {
		t.Errorf("got %+v", c)
	}
	total, unread, err := f.store.CountConversations(context.Background())
	if err != nil || total != 2 || unread != 1 {
		t.Errorf("%d conversations, %d unread, %v", total, unread, err)
	}
	f.update(t, func(tx *Tx) error { return tx.SaveDraft(ref, inbox.Draft{}) })
	if c := conversation(); !c.Draft.Empty() {
		t.Errorf("draft %+v", c.Draft)
	}
}

func TestSystemNoticesNeitherCountNorOpenTheWindow(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	f.update(t, func(tx *Tx) error {
		m := text(ref, 9, "Nummer geändert")
		m.Kind, m.Read = inbox.KindSystem, true
		_, err := tx.InsertMessage(m)
		return err
	})
	c, err := f.store.Conversation(context.Background(), ref.ID)
	if err != nil || c.Unread != 1 || !c.Window.LastInbound.Equal(at(1)) || !c.LastActivity.Equal(at(9)) {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestPeopleBeingErasedAreNotListed(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	_, other := f.say(t, 2, 2, "zwei")
	if _, err := f.store.BeginErasure(context.Background(), ref.Customer.ID, at(9)); err != nil {
		t.Fatal(err)
	}
	list, err := f.store.ListConversations(context.Background(), Position{}, 10)
	if err != nil || !slices.Equal(ids(list), []inbox.ConversationID{other.ID}) {
		t.Errorf("listed %v, %v", ids(list), err)
	}
	total, unread, err := f.store.CountConversations(context.Background())
	if err != nil || total != 1 || unread != 1 {
		t.Errorf("%d conversations, %d unread, %v", total, unread, err)
	}
	_, err = f.store.BeginErasure(context.Background(), ref.Customer.ID, at(9))
	wantCode(t, err, inbox.CodeConflict)
	f.update(t, func(tx *Tx) error {
		_, err := tx.FindCustomerByIdentifier(inbox.KindWAID, person(1).WAID)
		wantCode(t, err, inbox.CodeNotFound)
		_, err = tx.FindCustomerByIdentifier(inbox.KindWAID, person(2).WAID) // hashed with a new key
		return err
	})
}
