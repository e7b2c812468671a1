package receive_test

import (
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
)

func TestRulesFollowEachMessageOnce(t *testing.T) {
	c := openCounter(t)
	var seen []string
	note := func(_ *store.Tx, a receive.Arrival) error {
		seen = append(seen, a.Content.Text)
		return nil
	}
	c.receiver = receive.New(c.Store, receive.Signed(secret), nil, note)
	stop := messages(message("491713920001", "", "wamid.1", c.now, says("STOPP")))
	c.deliver(stop)
	c.deliver(stop)
	c.deliver(messages(message("491713920001", "", "wamid.2", c.now, says("Danke"))))
	if want := []string{"STOPP", "Danke"}; !slices.Equal(seen, want) {
		t.Errorf("rule saw %q, want %q", seen, want)
	}
}

func TestRuleThatFailsLeavesNoTraceAndTheMessageStays(t *testing.T) {
	c := openCounter(t)
	failing := func(tx *store.Tx, a receive.Arrival) error {
		if err := tx.SetPreference(a.Conversation.Customer, "marketing", true, a.SentAt); err != nil {
			return err
		}
		return inbox.NewError(inbox.CodeInternal, "rule of a test")
	}
	c.receiver = receive.New(c.Store, receive.Signed(secret), nil, failing)
	c.deliver(messages(message("491713920001", "", "wamid.1", c.now, says("Moin"))))
	if list := c.list(); len(list) != 1 || len(c.messages(list[0].ID)) != 1 {
		t.Fatalf("conversations: %d", len(list))
	}
	if strings.Contains(dump(t, c.Folder), "stop=") {
		t.Error("the failed rule left a preference")
	}
}
