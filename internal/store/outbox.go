package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
)

// CallbackID is our own id of a send. It travels as biz_opaque_callback_data
// and comes back in every status, so that a send whose answer was lost can
// still be recognised. It is random and says nothing.
type CallbackID [16]byte

// Queued is a message that waits to be sent.
type Queued struct {
	MessageID     inbox.MessageID
	Callback      CallbackID
	Customer      inbox.CustomerID
	PhoneNumberID inbox.PhoneNumberID
	Attempts      int
	NextAt        time.Time
}

// QueueMessage inserts an outgoing message in state queued together with its
// place in the outbox.
func (tx *Tx) QueueMessage(m NewMessage, callback CallbackID) (inbox.MessageID, error) {
	m.Direction, m.Status = inbox.Outbound, inbox.StatusQueued
	in, err := tx.InsertMessage(m)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec("INSERT INTO outbox (message_id, callback_id, next_at_ms) VALUES (?, ?, ?)", in.ID, callback[:], ms(m.SentAt))
	return in.ID, wrap("insert outbox row", err)
}

// LatestSentAt returns the time of a conversation's newest message, or zero.
func (tx *Tx) LatestSentAt(c inbox.ConversationID) (time.Time, error) {
	var n int64
	err := tx.queryRow("SELECT last_at_ms FROM conversation WHERE conversation_id = ?", c).Scan(&n)
	return fromMS(n), wrap("find last activity", err)
}

// ListQueued returns everything that waits to be sent, oldest first. Within a
// conversation only the first may go, so the caller sees them all.
func (s *Store) ListQueued(ctx context.Context) ([]Queued, error) {
	var list []Queued
	err := s.read(ctx, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, `SELECT o.message_id, o.callback_id, o.attempts, o.next_at_ms, v.phone_number_id, c.uuid
			FROM outbox o JOIN message m USING (message_id)
			JOIN conversation v ON v.conversation_id = o.message_id >> 43
			JOIN customer c USING (customer_id)
			WHERE m.status = 'queued' AND c.state = 'live' ORDER BY m.sent_at_ms, o.message_id`)
		return each(rows, err, func(r *sql.Rows) error {
			var q Queued
			var next int64
			var callback, uuid []byte
			if err := r.Scan(&q.MessageID, &callback, &q.Attempts, &next, &q.PhoneNumberID, &uuid); err != nil {
				return err
			}
			q.Callback, q.Customer, q.NextAt = CallbackID(callback), inbox.CustomerID(uuid), fromMS(next)
			list = append(list, q)
			return nil
		})
	})
	return list, wrap("list outbox", err)
}

// SetStatus moves a message from one of our own states to another and reports
// whether it was in state from.
func (tx *Tx) SetStatus(id inbox.MessageID, from, to inbox.MessageStatus) (bool, error) {
	did, err := tx.changed("UPDATE message SET status = ? WHERE message_id = ? AND status = ?", string(to), id, string(from))
	return did, wrap("set status", err)
}

// StartAttempt marks a queued message as being sent. The row is on the disk
// before a byte leaves, so that a crash can be told from a send that never began.
func (tx *Tx) StartAttempt(id inbox.MessageID) (bool, error) {
	did, err := tx.SetStatus(id, inbox.StatusQueued, inbox.StatusSending)
	if err != nil || !did {
		return did, err
	}
	_, err = tx.exec("UPDATE outbox SET attempts = attempts + 1 WHERE message_id = ?", id)
	return true, wrap("count attempt", err)
}

// Requeue puts a message back in the outbox until next. countAttempt false
// takes the attempt back (the message was not to blame).
func (tx *Tx) Requeue(id inbox.MessageID, next time.Time, countAttempt bool) error {
	if _, err := tx.SetStatus(id, inbox.StatusSending, inbox.StatusQueued); err != nil {
		return err
	}
	back := 1
	if countAttempt {
		back = 0
	}
	_, err := tx.exec("UPDATE outbox SET next_at_ms = ?, attempts = max(0, attempts - ?) WHERE message_id = ?", ms(next), back, id)
	return wrap("requeue message", err)
}

// QueueAgain puts an unclear message back in the outbox, because a person said so.
func (tx *Tx) QueueAgain(id inbox.MessageID, now time.Time) (bool, error) {
	did, err := tx.SetStatus(id, inbox.StatusUnclear, inbox.StatusQueued)
	if err != nil || !did {
		return did, err
	}
	_, err = tx.exec("UPDATE outbox SET next_at_ms = ?, attempts = 0 WHERE message_id = ?", ms(now), id)
	return true, wrap("requeue message", err)
}

// ReleaseQueued lets everything that was put off go at once.
func (tx *Tx) ReleaseQueued(now time.Time) error {
	_, err := tx.exec("UPDATE outbox SET next_at_ms = ? WHERE next_at_ms > ?", ms(now), ms(now))
	return wrap("release outbox", err)
}

// Accept notes the provider's name for a message of ours, after which
// statuses find it by that name. A status that came before the answer stays.
func (tx *Tx) Accept(id inbox.MessageID, number inbox.PhoneNumberID, wamid inbox.WAMID) error {
	m, ref, err := tx.FindMessage(id)
	if err != nil {
		return err
	}
	if m.WAMID == "" {
		m.WAMID = wamid
		if err := tx.SetContent(ref, m, m.Kind, m.Content); err != nil {
			return err
		}
		if _, err := tx.exec("UPDATE message SET wamid_lookup = ? WHERE message_id = ?", tx.wamidLookup(number, wamid), id); err != nil {
			return wrap("name message", err)
		}
	}
	_, err = tx.exec("UPDATE message SET status = 'accepted' WHERE message_id = ? AND status IN ('queued', 'sending', 'unclear')", id)
	if err != nil {
		return wrap("accept message", err)
	}
	return tx.dropFromOutbox(id)
}

// Fail ends a message of ours with a reason of ours. Because it is no report by
// the provider, any later report still wins. A message whose fate is unknown
// keeps its callback id, so that such a report finds it.
func (tx *Tx) Fail(id inbox.MessageID, code inbox.Code, number int) error {
	_, err := tx.exec("UPDATE message SET status = 'failed', failure = ?, failure_number = ? WHERE message_id = ?", string(code), number, id)
	if err != nil || code == inbox.CodeUnclear {
		return wrap("fail message", err)
	}
	return tx.dropFromOutbox(id)
}

func (tx *Tx) dropFromOutbox(id inbox.MessageID) error {
	_, err := tx.exec("DELETE FROM outbox WHERE message_id = ?", id)
	return wrap("delete outbox row", err)
}

// FindByCallback returns the message a callback id belongs to, or not_found
// once the message has its wamid.
func (tx *Tx) FindByCallback(id CallbackID) (inbox.MessageID, error) {
	var m inbox.MessageID
	err := tx.queryRow("SELECT message_id FROM outbox WHERE callback_id = ?", id[:]).Scan(&m)
	return m, wrap("find callback", err)
}

// MarkUnclear says that nobody knows whether a message went out.
func (tx *Tx) MarkUnclear(id inbox.MessageID) error {
	_, err := tx.exec("UPDATE message SET status = 'unclear', failure = 'unclear' WHERE message_id = ? AND status = 'sending'", id)
	return wrap("mark message unclear", err)
}

// RecoverSending marks what was being sent when the program ended as unclear:
// the request may or may not have arrived. It returns how many there were.
func (tx *Tx) RecoverSending() (int64, error) {
	res, err := tx.exec(`UPDATE message SET status = 'unclear', failure = 'unclear'
		WHERE message_id IN (SELECT message_id FROM outbox) AND status = 'sending'`)
	if err != nil {
		return 0, wrap("recover outbox", err)
	}
	return res.RowsAffected()
}

// CountOutbox returns how many messages wait and how many are unclear.
func (s *Store) CountOutbox(ctx context.Context) (queued, unclear int, err error) {
	err = s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE m.status IN ('queued', 'sending')),
			count(*) FILTER (WHERE m.status = 'unclear') FROM outbox o JOIN message m USING (message_id)`).Scan(&queued, &unclear)
	})
	return queued, unclear, wrap("count outbox", err)
}
