package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
)

// Restrict stops the use of everything kept about a customer: it is only
// stored, in no list, search or count, until Unrestrict (Art. 18 GDPR). What
// she writes is still received, and what waits to be sent to her fails. It fails
// with conflict if it is restricted already.
func (tx *Tx) Restrict(c CustomerRef, byCase int64, at time.Time) error {
	if err := tx.restrict(c, "restricted_at_ms = 0", ms(at), byCase, "done_at_ms >= 0"); err != nil {
		return err
	}
	conversations, err := tx.ConversationsOf(c)
	for _, id := range conversations {
		if err := tx.failWaiting(id); err != nil {
			return err
		}
	}
	return err
}

// failWaiting keeps in what has not begun to leave.
func (tx *Tx) failWaiting(id inbox.ConversationID) error {
	first, end := inbox.MessageRange(id)
	for _, query := range []string{
		`DELETE FROM outbox WHERE message_id IN (SELECT message_id FROM message WHERE message_id >= ?2 AND message_id < ?3 AND status = 'queued')`,
		`UPDATE message SET status = 'failed', failure = ?1 WHERE message_id >= ?2 AND message_id < ?3 AND status = 'queued'`,
		`UPDATE reaction_send SET state = 'failed', failure = ?1 WHERE message_id >= ?2 AND message_id < ?3 AND state = 'queued'`,
	} {
		if _, err := tx.exec(query, string(inbox.CodeRestricted), int64(first), int64(end)); err != nil {
			return wrap("keep in what waits", err)
		}
	}
	return nil
}

// Unrestrict lets a customer's data be used again. It fails with conflict if
// they were not restricted. Whoever calls it has told her before (Art. 18(3)).
func (tx *Tx) Unrestrict(c CustomerRef) error {
	return tx.restrict(c, "restricted_at_ms > 0", 0, 0, "done_at_ms < 0")
}

func (tx *Tx) restrict(c CustomerRef, only string, at, byCase int64, which string) error {
	did, err := tx.changed("UPDATE customer SET restricted_at_ms = ?, restricted_case = ? WHERE customer_id = ? AND state = 'live' AND "+only, at, byCase, c.Row)
	if err != nil {
		return wrap("restrict customer", err)
	}
	if !did {
		return inbox.NewError(inbox.CodeConflict, "restriction is so already")
	}
	_, err = tx.exec("UPDATE conversation SET done_at_ms = -1 - done_at_ms WHERE customer_id = ? AND "+which, c.Row)
	tx.w.cache.clear()
	tx.AfterCommit(func() { tx.w.gate.set(c.key(), at > 0) })
	return wrap("hide conversations", err)
}

// Restricted is a customer whose data are only stored.
type Restricted struct {
	Customer inbox.CustomerID
	Since    time.Time
	// Case is the case by which it was restricted; the case may be gone.
	Case int64
	// Waiting is how many messages of hers nobody has seen since.
	Waiting int
}

const selectRestricted = `SELECT c.uuid, c.restricted_at_ms, c.restricted_case,
	coalesce((SELECT sum(v.unread) FROM conversation v WHERE v.customer_id = c.customer_id), 0)
	FROM customer c WHERE c.restricted_at_ms > 0 AND c.state = 'live' `

// ListRestricted returns whose data are only stored, the longest first.
func (s *Store) ListRestricted(ctx context.Context) (list []Restricted, err error) {
	return s.restricted(ctx, selectRestricted+"ORDER BY c.restricted_at_ms, c.customer_id")
}

// ListCustomers returns the ids of all customers who are not being erased,
// restricted ones too: for what must leave out nobody, such as a restored backup.
func (s *Store) ListCustomers(ctx context.Context) (ids []inbox.CustomerID, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT uuid FROM customer WHERE state = 'live' ORDER BY customer_id")
		return each(rows, err, func(r *sql.Rows) error {
			var uuid []byte
			err := r.Scan(&uuid)
			ids = append(ids, inbox.CustomerID(uuid))
			return err
		})
	})
	return ids, wrap("list customers", err)
}

// Restriction returns since when and why a customer's data are only stored;
// the zero value if they are not.
func (s *Store) Restriction(ctx context.Context, id inbox.CustomerID) (Restricted, error) {
	list, err := s.restricted(ctx, selectRestricted+"AND c.uuid = ?", id[:])
	if err != nil || len(list) == 0 {
		return Restricted{}, err
	}
	return list[0], nil
}

// ConversationRestricted reports whether a conversation's customer is restricted.
func (s *Store) ConversationRestricted(ctx context.Context, id inbox.ConversationID) (restricted bool, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow(`SELECT EXISTS (SELECT 1 FROM conversation v JOIN customer c USING (customer_id)
			WHERE v.conversation_id = ? AND c.restricted_at_ms > 0)`, int64(id)).Scan(&restricted)
	})
	return restricted, wrap("find restriction", err)
}

func (s *Store) restricted(ctx context.Context, query string, args ...any) (list []Restricted, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(query, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var one Restricted
			var uuid []byte
			var since int64
			err := r.Scan(&uuid, &since, &one.Case, &one.Waiting)
			one.Customer, one.Since = inbox.CustomerID(uuid), fromMS(since)
			list = append(list, one)
			return err
		})
	})
	return list, wrap("list restricted customers", err)
}
