package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tresen/internal/inbox"
)

// CallbackID is our own id of a send. It travels as biz_opaque_callback_data
// and comes back in every status, so that a send whose answer was lost can
// still be recognised. It is random and says nothing.
type CallbackID [16]byte

// Queued is a message in the outbox.
type Queued struct {
	MessageID     inbox.MessageID
	Callback      CallbackID
	Customer      inbox.CustomerID
	PhoneNumberID inbox.PhoneNumberID
	Attempts      int
	// Reaction is true for a reaction to the message; its state is its own.
	Reaction bool
	// SentAt is when it was queued.
	SentAt time.Time
	// Sending is true for a message whose send has begun and whose outcome is
	// not known yet.
	Sending bool
	// NextAt is when the message may be tried or, while Sending, when it is to
	// be called unclear.
	NextAt time.Time
}

// QueueMessage inserts an outgoing message in state queued together with its
// place in the outbox.
func (tx *Tx) QueueMessage(m NewMessage, callback CallbackID) (inbox.MessageID, error) {
	if err := tx.admitSending(m.Conversation.Customer); err != nil {
		return 0, err
	}
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

const listQueued = `SELECT o.message_id, o.callback_id, o.attempts, o.next_at_ms, m.status = 'sending', m.sent_at_ms, v.phone_number_id, c.uuid
	FROM outbox o CROSS JOIN message m USING (message_id)
	CROSS JOIN conversation v ON v.conversation_id = o.message_id >> 43
	CROSS JOIN customer c ON c.customer_id = v.customer_id
	WHERE m.status IN ('queued', 'sending') AND c.state = 'live' ORDER BY m.sent_at_ms, o.message_id`

// ListQueued returns everything, reactions too, that waits to be sent or for the outcome of its
// send, oldest first. Within a conversation only the first may go, so the
// caller sees them all.
func (s *Store) ListQueued(ctx context.Context) ([]Queued, error) {
	var list []Queued
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(listQueued)
		err = each(rows, err, func(r *sql.Rows) error {
			var q Queued
			var next, sent int64
			var callback, uuid []byte
			if err := r.Scan(&q.MessageID, &callback, &q.Attempts, &next, &q.Sending, &sent, &q.PhoneNumberID, &uuid); err != nil {
				return err
			}
			q.Callback, q.Customer, q.NextAt, q.SentAt = CallbackID(callback), inbox.CustomerID(uuid), fromMS(next), fromMS(sent)
			list = append(list, q)
			return nil
		})
		if err != nil {
			return err
		}
		reactions, err := listWaitingReactions(db)
		if err != nil || len(reactions) == 0 {
			return err
		}
		list = append(list, reactions...)
		slices.SortStableFunc(list, func(a, b Queued) int { return a.SentAt.Compare(b.SentAt) })
		return nil
	})
	return list, wrap("list outbox", err)
}

// StartAttempt marks a queued message as being sent and reports whether it was
// queued. The row is on the disk before a byte leaves, so that a crash can be
// told from a send that never began: what still is sending at unclearAt is unclear.
func (tx *Tx) StartAttempt(id inbox.MessageID, unclearAt time.Time) (bool, error) {
	did, err := tx.changed("UPDATE message SET status = 'sending' WHERE message_id = ? AND status = 'queued'", id)
	if err != nil || !did {
		return false, wrap("begin attempt", err)
	}
	_, err = tx.exec("UPDATE outbox SET attempts = attempts + 1, next_at_ms = ? WHERE message_id = ?", ms(unclearAt), id)
	return true, wrap("count attempt", err)
}

// AwaitStatus says that the answer to a send was lost: until unclearAt a report
// by the provider may tell what became of it.
func (tx *Tx) AwaitStatus(id inbox.MessageID, unclearAt time.Time) error {
	_, err := tx.exec(`UPDATE outbox SET next_at_ms = ? WHERE message_id = ?
		AND EXISTS (SELECT 1 FROM message m WHERE m.message_id = outbox.message_id AND m.status = 'sending')`, ms(unclearAt), id)
	return wrap("await status", err)
}

// MarkUnclear says that nobody knows whether a message went out, unless its
// fate has become known meanwhile.
func (tx *Tx) MarkUnclear(id inbox.MessageID) error {
	_, err := tx.exec("UPDATE message SET status = 'unclear', failure = 'unclear' WHERE message_id = ? AND status = 'sending'", id)
	return wrap("mark message unclear", err)
}

// Requeue puts a message that certainly did not go out back in the outbox until
// next. countAttempt false takes the attempt back (the message was not to blame).
func (tx *Tx) Requeue(id inbox.MessageID, next time.Time, countAttempt bool) error {
	did, err := tx.changed(`UPDATE message SET status = 'queued', failure = '', failure_number = 0
		WHERE message_id = ? AND status IN ('sending', 'unclear')`, id)
	if err != nil || !did {
		return wrap("requeue message", err)
	}
	back := 1
	if countAttempt {
		back = 0
	}
	_, err = tx.exec("UPDATE outbox SET next_at_ms = ?, attempts = max(0, attempts - ?) WHERE message_id = ?", ms(next), back, id)
	return wrap("requeue message", err)
}

// QueueAgain puts an unclear message back in the outbox, because a person said
// so, and reports whether it was unclear.
func (tx *Tx) QueueAgain(id inbox.MessageID, now time.Time) (bool, error) {
	if _, _, err := tx.FindConversation(id.Conversation()); err != nil {
		return false, gone(err)
	}
	did, err := tx.changed(`UPDATE message SET status = 'queued', failure = '', failure_number = 0
		WHERE message_id = ? AND status = 'unclear'`, id)
	if err != nil || !did {
		return false, wrap("requeue message", err)
	}
	_, err = tx.exec("UPDATE outbox SET next_at_ms = ?, attempts = 0 WHERE message_id = ?", ms(now), id)
	return true, wrap("requeue message", err)
}

// GiveUpUnclear calls an unclear message failed, because a person said so, and
// reports whether it was unclear. It keeps its callback id, so that a later
// report by the provider still finds it.
func (tx *Tx) GiveUpUnclear(id inbox.MessageID) (bool, error) {
	if _, _, err := tx.FindConversation(id.Conversation()); err != nil {
		return false, gone(err)
	}
	did, err := tx.changed("UPDATE message SET status = 'failed', failure = 'unclear' WHERE message_id = ? AND status = 'unclear'", id)
	return did, wrap("give up message", err)
}

// ReleaseQueued lets everything that was put off go at once, but for what is
// held back.
func (tx *Tx) ReleaseQueued(now time.Time) error {
	_, err := tx.exec(`UPDATE outbox SET next_at_ms = max(?1, held_until_ms) WHERE next_at_ms > ?1
		AND EXISTS (SELECT 1 FROM message m WHERE m.message_id = outbox.message_id AND m.status = 'queued')`, ms(now))
	if err != nil {
		return wrap("release outbox", err)
	}
	_, err = tx.exec("UPDATE reaction_send SET next_at_ms = ?1 WHERE next_at_ms > ?1 AND state = 'queued'", ms(now))
	return wrap("release reactions", err)
}

// Accept notes the provider's name for a message of ours, after which
// statuses find it by that name. A status that came before the answer stays.
// The first time it also counts the message and the use of its consent.
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
		if err := tx.countSent(ref, m); err != nil {
			return err
		}
		if t := m.Content.Template; t != nil && t.Purpose != "" {
			if err := tx.NoteConsentUse(ref.Customer, t.Purpose, m.SentAt, id); err != nil {
				return err
			}
		}
	}
	_, err = tx.exec(`UPDATE message SET status = 'accepted', failure = '', failure_number = 0
		WHERE message_id = ? AND status IN ('queued', 'sending', 'unclear')`, id)
	if err != nil {
		return wrap("accept message", err)
	}
	return tx.dropFromOutbox(id)
}

// Fail ends a message that certainly did not go out, with a reason of ours. A
// report by the provider that came first stays.
func (tx *Tx) Fail(id inbox.MessageID, code inbox.Code, number int) error {
	did, err := tx.changed(`UPDATE message SET status = 'failed', failure = ?, failure_number = ?
		WHERE message_id = ? AND status IN ('queued', 'sending', 'unclear')`, string(code), number, id)
	if err != nil || !did {
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

// CountOutbox returns how many messages wait and how many are unclear.
func (s *Store) CountOutbox(ctx context.Context) (queued, unclear int, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow(`SELECT count(*) FILTER (WHERE m.status IN ('queued', 'sending')),
			count(*) FILTER (WHERE m.status = 'unclear') FROM outbox o JOIN message m USING (message_id)`).Scan(&queued, &unclear)
	})
	return queued, unclear, wrap("count outbox", err)
}
