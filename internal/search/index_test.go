package search

import (
	"testing"
	"time"

	"tresen/internal/inbox"
)

// message returns the id of message number seq of a conversation sent in a second after 2020.
func message(t testing.TB, conversation inbox.ConversationID, second, seq int) inbox.MessageID {
	t.Helper()
	id, err := inbox.FirstMessageID(conversation, time.Date(2020, 1, 1, 0, 0, second, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return id + inbox.MessageID(seq)
}
