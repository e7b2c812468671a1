package store

import (
	"context"
	"database/sql"
	"errors"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Successor is whoever now writes from where a customer said to have gone.
type Successor struct {
	Profile      inbox.Profile
	Conversation inbox.ConversationID
}

// Successor returns the conversation, with the same number of the shop, of the
// customer who has an identifier that this one announced as her new one, if
// there is any. It links nothing: a number may be somebody else's by now.
func (s *Store) Successor(ctx context.Context, id inbox.CustomerID, number inbox.PhoneNumberID) (Successor, bool, error) {
	var out Successor
	found := false
	err := s.readAbout(ctx, id, func(db *connection) error {
		var rowID int64
		var uuid, sealed []byte
		err := db.queryRow(`SELECT o.customer_id, o.uuid, o.profile, v.conversation_id FROM customer c
			JOIN identifier a ON a.customer_id = c.customer_id AND a.role = 'announced'
			JOIN identifier i ON i.lookup = a.lookup AND i.role = 'active' AND i.customer_id <> c.customer_id
			JOIN customer o ON o.customer_id = i.customer_id AND o.state = 'live' AND o.restricted_at_ms = 0
			JOIN conversation v ON v.customer_id = o.customer_id AND v.phone_number_id = ?
			WHERE c.uuid = ? AND`+notDifferent+`LIMIT 1`, string(number), id[:]).Scan(&rowID, &uuid, &sealed, &out.Conversation)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		o := s.opener(ctx)
		out.Profile, err = o.profile(vault.KeyID(uuid), rowID, sealed)
		return err
	})
	return out, found, wrap("find later customer", err)
}
