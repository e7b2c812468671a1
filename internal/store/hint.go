package store

import (
	"context"
	"database/sql"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// DismissHint notes that a message needs no hint about sensitive content.
func (tx *Tx) DismissHint(id inbox.MessageID) error {
	if _, _, err := tx.FindConversation(id.Conversation()); err != nil {
		return err
	}
	_, err := tx.exec("INSERT INTO hint_answer (message_id) VALUES (?) ON CONFLICT DO NOTHING", id)
	return wrap("dismiss hint", err)
}

// SettledHints returns which messages from first to last need no hint about
// sensitive content any more: somebody marked them or waved the hint away.
func (s *Store) SettledHints(ctx context.Context, first, last inbox.MessageID) (map[inbox.MessageID]bool, error) {
	settled := map[inbox.MessageID]bool{}
	err := s.readConversation(ctx, first.Conversation(), func(db *connection, _ vault.KeyID) error {
		rows, err := db.query(`SELECT message_id FROM sensitive WHERE message_id BETWEEN ?1 AND ?2
			UNION SELECT message_id FROM hint_answer WHERE message_id BETWEEN ?1 AND ?2`, int64(first), int64(last))
		return each(rows, err, func(r *sql.Rows) error {
			var id inbox.MessageID
			err := r.Scan(&id)
			settled[id] = true
			return err
		})
	})
	return settled, wrap("list settled hints", err)
}
