package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
)

// CountSilent counts messages the provider accepted between two times and has
// never said a word about since. Without a valid payment method that is how
// messages disappear.
func (s *Store) CountSilent(ctx context.Context, from, to time.Time) (count int, err error) {
	err = s.read(ctx, func(db *connection) error {
		conversations, err := conversationsSince(db, from)
		if err != nil {
			return err
		}
		for _, c := range conversations {
			first, errFirst := inbox.FirstMessageID(c, from)
			end, errEnd := inbox.FirstMessageID(c, to)
			if errFirst != nil || errEnd != nil {
				continue
			}
			var n int
			err := db.queryRow("SELECT count(*) FROM message WHERE message_id >= ? AND message_id < ? AND status = 'accepted'", int64(first), int64(end)).Scan(&n)
			if err != nil {
				return err
			}
			count += n
		}
		return nil
	})
	return count, wrap("count silent messages", err)
}

func conversationsSince(db *connection, at time.Time) (list []inbox.ConversationID, err error) {
	rows, err := db.query("SELECT conversation_id FROM conversation WHERE last_at_ms >= ?", ms(at))
	err = each(rows, err, func(r *sql.Rows) error {
		var id inbox.ConversationID
		err := r.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, err
}
