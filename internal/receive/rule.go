package receive

import (
	"log/slog"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Arrival is a customer's message that has just been added to a conversation.
type Arrival struct {
	Conversation  store.ConversationRef
	Message       inbox.MessageID
	PhoneNumberID inbox.PhoneNumberID
	WAMID         inbox.WAMID
	Kind          inbox.MessageKind
	Content       inbox.Content
	SentAt        time.Time
	ReceivedAt    time.Time
	// Refused is true for an objection to marketing made in WhatsApp itself; then
	// there is no message, and no conversation but its customer.
	Refused bool
}

// Rule is what follows by itself from a customer's message or objection, for
// example that STOPP withdraws a consent. It runs once for each message, in the transaction
// that adds it, so that both are durable before the delivery is acknowledged.
// It does not run for repetitions, histories, notices and what the shop wrote.
// A rule that fails leaves no trace and the message stays.
type Rule func(tx *store.Tx, a Arrival) error

func (a *applier) follow(arrival Arrival) error {
	if arrival.Conversation.Customer.Erasing {
		return nil
	}
	for _, rule := range a.rules {
		err := a.tx.Nested(func() error { return rule(a.tx, arrival) })
		if err != nil && isStorage(err) {
			return err
		}
		if err != nil {
			slog.Error("rule could not be followed", "code", inbox.CodeOf(err))
		}
	}
	return nil
}
