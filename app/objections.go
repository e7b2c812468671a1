package app

import (
	"context"
	"sync"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
)

// objections are the conversations of people who have just objected and whose
// sends under way may not have ended.
type objections struct {
	mu   sync.Mutex
	open map[inbox.ConversationID]bool
}

// noteObjection remembers, once an objection is on the disk, whose sends the
// acknowledgement of its delivery has to wait for.
func (s *Session) noteObjection(tx *store.Tx, a receive.Arrival, o consent.Outcome) error {
	if !o.Stopped {
		return nil
	}
	list, err := tx.ConversationsOf(a.Conversation.Customer)
	if err != nil {
		return err
	}
	tx.AfterCommit(func() {
		s.objections.mu.Lock()
		defer s.objections.mu.Unlock()
		if s.objections.open == nil {
			s.objections.open = map[inbox.ConversationID]bool{}
		}
		for _, c := range list {
			s.objections.open[c] = true
		}
	})
	return nil
}

// settleObjections waits for sends to people who have objected. A send that
// began a moment before the objection has already asked the register; only when
// it has ended may the delivery be acknowledged. (Art. 21(3) GDPR.)
func (s *Session) settleObjections(ctx context.Context) {
	s.objections.mu.Lock()
	var list []inbox.ConversationID
	for c := range s.objections.open {
		list = append(list, c)
	}
	s.objections.mu.Unlock()
	for _, c := range list {
		s.outbox.Settle(ctx, c)
		s.objections.mu.Lock()
		delete(s.objections.open, c)
		s.objections.mu.Unlock()
	}
}
