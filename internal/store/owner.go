package store

import (
	"context"
	"sync"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// owners remembers whose key seals a conversation. That never changes, and
// numbers of conversations are not used twice, so nothing in it can become
// wrong; after an erasure it names a key that no longer exists.
type owners struct {
	mu   sync.RWMutex
	keys map[inbox.ConversationID]vault.KeyID
}

func (o *owners) find(id inbox.ConversationID) (vault.KeyID, bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	key, ok := o.keys[id]
	return key, ok
}

func (o *owners) remember(id inbox.ConversationID, key vault.KeyID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.keys == nil {
		o.keys = map[inbox.ConversationID]vault.KeyID{}
	}
	remember(o.keys, id, key)
}

// owner returns the key of the customer a conversation is with, if it may be used.
func (s *Store) owner(ctx context.Context, db *connection, id inbox.ConversationID) (vault.KeyID, error) {
	if key, ok := s.owners.find(id); ok {
		return key, s.gate.admit(ctx, key)
	}
	var uuid []byte
	err := db.queryRow("SELECT c.uuid FROM conversation v JOIN customer c USING (customer_id) WHERE v.conversation_id = ?", int64(id)).Scan(&uuid)
	if err != nil {
		return vault.KeyID{}, err
	}
	key := vault.KeyID(uuid)
	s.owners.remember(id, key)
	return key, s.gate.admit(ctx, key)
}
