package store

import (
	"database/sql"
	"errors"
	"time"

	"tresen/internal/inbox"
)

// Hold keeps a queued message back until a time, so that it can be withdrawn.
func (tx *Tx) Hold(id inbox.MessageID, until time.Time) error {
	_, err := tx.exec("UPDATE outbox SET next_at_ms = ?1, held_until_ms = ?1 WHERE message_id = ?2", ms(until), int64(id))
	return wrap("hold message", err)
}

// ReleaseHeld lets messages go that are held back and returns how many there were.
func (tx *Tx) ReleaseHeld(now time.Time) (int, error) {
	res, err := tx.exec("UPDATE outbox SET next_at_ms = min(next_at_ms, ?1), held_until_ms = 0 WHERE held_until_ms > ?1", ms(now))
	if err != nil {
		return 0, wrap("release messages", err)
	}
	n, err := res.RowsAffected()
	return int(n), wrap("release messages", err)
}

// PutOffSend tries a message that is still queued again at next, because what
// comes before sending did not work. count makes it an attempt.
func (tx *Tx) PutOffSend(id inbox.MessageID, next time.Time, count bool) error {
	more := 0
	if count {
		more = 1
	}
	_, err := tx.exec(`UPDATE outbox SET next_at_ms = ?, attempts = attempts + ? WHERE message_id = ?
		AND EXISTS (SELECT 1 FROM message m WHERE m.message_id = outbox.message_id AND m.status = 'queued')`, ms(next), more, int64(id))
	return wrap("put off message", err)
}

// Withdraw deletes a message that is still queued, with its file, as if it had
// never been written, and returns it. It fails with conflict if it has begun to
// leave or has left.
func (tx *Tx) Withdraw(id inbox.MessageID) (inbox.Message, ConversationRef, error) {
	m, ref, err := tx.FindMessage(id)
	if err != nil {
		return m, ref, err
	}
	if m.Direction != inbox.Outbound || m.Status != inbox.StatusQueued {
		return m, ref, inbox.NewError(inbox.CodeConflict, "the message is no longer waiting")
	}
	if err := tx.dropFiles("message_id = ?", int64(id)); err != nil {
		return m, ref, err
	}
	if err := tx.freezeRecipients(id, id); err != nil {
		return m, ref, err
	}
	for _, table := range messageTables {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE message_id = ?", int64(id)); err != nil {
			return m, ref, wrap("withdraw message", err)
		}
	}
	tx.said(id, m.Kind, inbox.Content{})
	return m, ref, tx.noteWithdrawn(ref.ID)
}

// noteWithdrawn finds out again which message of a conversation is the newest.
func (tx *Tx) noteWithdrawn(c inbox.ConversationID) error {
	first, end := inbox.MessageRange(c)
	var last, at sql.NullInt64
	err := tx.queryRow(`SELECT message_id, sent_at_ms FROM message WHERE message_id >= ? AND message_id < ?
		ORDER BY message_id DESC LIMIT 1`, int64(first), int64(end)).Scan(&last, &at)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return wrap("find newest message", err)
	}
	delete(tx.w.cache.states, c)
	_, err = tx.exec("UPDATE conversation SET last_message_id = ?, last_at_ms = ? WHERE conversation_id = ?", last.Int64, at.Int64, int64(c))
	return wrap("update conversation", err)
}

// addHeld fills in until when queued messages can be taken back. The messages
// are sorted by id and belong to one conversation.
func addHeld(db *connection, list []inbox.Message) error {
	queued := map[inbox.MessageID]*inbox.Message{}
	for i := range list {
		if list[i].Status == inbox.StatusQueued {
			queued[list[i].ID] = &list[i]
		}
	}
	if len(queued) == 0 {
		return nil
	}
	rows, err := db.query("SELECT message_id, held_until_ms FROM outbox WHERE message_id >= ? AND message_id <= ? AND held_until_ms > 0",
		int64(list[0].ID), int64(list[len(list)-1].ID))
	return each(rows, err, func(r *sql.Rows) error {
		var id inbox.MessageID
		var until int64
		if err := r.Scan(&id, &until); err != nil {
			return err
		}
		if m := queued[id]; m != nil {
			m.HeldUntil = fromMS(until)
		}
		return nil
	})
}
