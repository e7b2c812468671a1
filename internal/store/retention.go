package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Matter is what a conversation is about and when it was settled.
type Matter struct {
	// Kind is enquiry, order, complaint or spam.
	Kind     string
	ClosedAt time.Time
	// Claims says that it may be needed for claims after its time.
	Claims bool
	// Hold keeps it from every rule of retention.
	Hold bool
}

// SetMatter says what a conversation is about.
func (tx *Tx) SetMatter(id inbox.ConversationID, m Matter) error {
	if _, _, err := tx.FindConversation(id); err != nil {
		return err
	}
	_, err := tx.exec(`INSERT INTO matter (conversation_id, kind, closed_at_ms, claims, hold) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (conversation_id) DO UPDATE SET kind = excluded.kind, closed_at_ms = excluded.closed_at_ms,
		claims = excluded.claims, hold = excluded.hold`, id, m.Kind, ms(m.ClosedAt), m.Claims, m.Hold)
	return wrap("set matter", err)
}

// Matter returns what a conversation is about; an open enquiry if nobody said.
func (s *Store) Matter(ctx context.Context, id inbox.ConversationID) (Matter, error) {
	m := Matter{Kind: "enquiry"}
	var closed int64
	err := s.readConversation(ctx, id, func(db *connection, _ vault.KeyID) error {
		return db.queryRow("SELECT kind, closed_at_ms, claims, hold FROM matter WHERE conversation_id = ?", int64(id)).
			Scan(&m.Kind, &closed, &m.Claims, &m.Hold)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return Matter{Kind: "enquiry"}, nil
	}
	m.ClosedAt = fromMS(closed)
	return m, wrap("find matter", err)
}

// MarkSensitive marks a message as one that must go early, or takes the mark away.
func (tx *Tx) MarkSensitive(id inbox.MessageID, sensitive bool, at time.Time) error {
	if _, _, err := tx.FindConversation(id.Conversation()); err != nil {
		return err
	}
	if !sensitive {
		_, err := tx.exec("DELETE FROM sensitive WHERE message_id = ?", id)
		return wrap("unmark message", err)
	}
	_, err := tx.exec("INSERT INTO sensitive (message_id, at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING", id, ms(at))
	return wrap("mark message", err)
}

// MessageMarks is what was decided about keeping one message.
type MessageMarks struct {
	Sensitive bool
	// Archived are the classes it was put into the archive as.
	Archived []string
}

// MessageMarks returns what was decided about keeping a message.
func (s *Store) MessageMarks(ctx context.Context, id inbox.MessageID) (m MessageMarks, err error) {
	err = s.readConversation(ctx, id.Conversation(), func(db *connection, _ vault.KeyID) error {
		if err := db.queryRow("SELECT EXISTS (SELECT 1 FROM sensitive WHERE message_id = ?)", int64(id)).Scan(&m.Sensitive); err != nil {
			return err
		}
		rows, err := db.query("SELECT class FROM archive WHERE source = ? ORDER BY class", archiveSource(id))
		return each(rows, err, func(r *sql.Rows) error {
			var class string
			err := r.Scan(&class)
			m.Archived = append(m.Archived, class)
			return err
		})
	})
	return m, wrap("find marks of message", err)
}

// Kept is a conversation as retention sees it.
type Kept struct {
	ID       inbox.ConversationID
	Customer inbox.CustomerID
	Matter   Matter
	LastAt   time.Time
	// Answered is true if a person of the shop ever wrote, or said what it is about.
	Answered bool
	Messages int
	Media    int
}

const listKept = `SELECT v.conversation_id, c.uuid, coalesce(t.kind, 'enquiry'), coalesce(t.closed_at_ms, 0), coalesce(t.claims, 0),
		coalesce(t.hold, 0), v.last_at_ms, count(m.message_id), coalesce(max(m.direction > 0
			AND NOT EXISTS (SELECT 1 FROM automatic_send a WHERE a.message_id = m.message_id)), 0) OR t.kind IS NOT NULL,
		(SELECT count(*) FROM media f WHERE f.message_id >= v.conversation_id << 43 AND f.message_id < (v.conversation_id + 1) << 43)
	FROM conversation v JOIN customer c USING (customer_id) LEFT JOIN matter t USING (conversation_id)
	LEFT JOIN message m ON m.message_id >= v.conversation_id << 43 AND m.message_id < (v.conversation_id + 1) << 43
	WHERE c.state = 'live' `

const keptOrder = "GROUP BY v.conversation_id ORDER BY v.conversation_id"

// ListKept returns every conversation of customers who are not being erased.
func (s *Store) ListKept(ctx context.Context) ([]Kept, error) {
	return s.kept(ctx, listKept+keptOrder)
}

// ListKeptOf returns the conversations of one customer.
func (s *Store) ListKeptOf(ctx context.Context, id inbox.CustomerID) ([]Kept, error) {
	if err := s.gate.admit(ctx, vault.KeyID(id)); err != nil {
		return nil, err
	}
	return s.kept(ctx, listKept+"AND c.uuid = ? "+keptOrder, id[:])
}

func (s *Store) kept(ctx context.Context, query string, args ...any) (list []Kept, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(query, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var k Kept
			var uuid []byte
			var closed, last int64
			err := r.Scan(&k.ID, &uuid, &k.Matter.Kind, &closed, &k.Matter.Claims, &k.Matter.Hold, &last, &k.Messages, &k.Answered, &k.Media)
			k.Customer, k.Matter.ClosedAt, k.LastAt = inbox.CustomerID(uuid), fromMS(closed), fromMS(last)
			list = append(list, k)
			return err
		})
	})
	return list, wrap("list conversations for retention", err)
}

// SensitiveMessage is a message that must go early.
type SensitiveMessage struct {
	ID       inbox.MessageID
	Customer inbox.CustomerID
	SentAt   time.Time
}

// ListSensitive returns the messages that must go early.
func (s *Store) ListSensitive(ctx context.Context) (list []SensitiveMessage, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(`SELECT m.message_id, m.sent_at_ms, c.uuid FROM sensitive s JOIN message m USING (message_id)
			JOIN conversation v ON v.conversation_id = m.message_id >> 43 JOIN customer c USING (customer_id)
			WHERE c.state = 'live' ORDER BY m.message_id`)
		return each(rows, err, func(r *sql.Rows) error {
			var m SensitiveMessage
			var at int64
			var uuid []byte
			err := r.Scan(&m.ID, &at, &uuid)
			m.SentAt, m.Customer = fromMS(at), inbox.CustomerID(uuid)
			list = append(list, m)
			return err
		})
	})
	return list, wrap("list sensitive messages", err)
}

// DeleteMessage deletes one message and everything that hangs on it. What the
// file system still holds of it goes with the next Compact.
func (tx *Tx) DeleteMessage(id inbox.MessageID) error {
	// That it was answered must not be forgotten with the answer.
	_, err := tx.exec(`INSERT INTO matter (conversation_id, kind) SELECT ?, 'enquiry' WHERE EXISTS
		(SELECT 1 FROM message m WHERE m.message_id = ? AND m.direction > 0
			AND NOT EXISTS (SELECT 1 FROM automatic_send a WHERE a.message_id = m.message_id)) ON CONFLICT DO NOTHING`, id.Conversation(), id)
	if err != nil {
		return wrap("note answer", err)
	}
	if _, err := tx.deleteRange(Erasure{}, id, id); err != nil {
		return err
	}
	return tx.summarise(id.Conversation())
}

// DeleteMessages deletes every message of a conversation, a few at a time. The
// conversation stays, empty, because its customer may write again.
func (s *Store) DeleteMessages(ctx context.Context, id inbox.ConversationID) error {
	for {
		var deleted int
		err := s.Update(ctx, func(tx *Tx) (err error) {
			deleted, err = tx.deleteSome(Erasure{}, id)
			if err != nil || deleted > 0 {
				return err
			}
			for _, query := range []string{"DELETE FROM draft WHERE conversation_id = ?", "DELETE FROM interpreting WHERE conversation_id = ?", "DELETE FROM matter WHERE conversation_id = ?",
				"DELETE FROM chat_import WHERE conversation_id = ?"} {
				if _, err := tx.exec(query, id); err != nil {
					return wrap("empty conversation", err)
				}
			}
			return tx.summarise(id)
		})
		if err != nil || deleted == 0 {
			return err
		}
	}
}

// summarise brings a conversation's summary up to date after deletions. When it
// was last active stays: periods of retention are counted from then.
func (tx *Tx) summarise(id inbox.ConversationID) error {
	first, end := inbox.MessageRange(id)
	_, err := tx.exec(`UPDATE conversation SET
		last_message_id = coalesce((SELECT max(message_id) FROM message WHERE message_id >= ?1 AND message_id < ?2), 0),
		unread = min(unread, (SELECT count(*) FROM message WHERE message_id >= ?1 AND message_id < ?2 AND direction = 0))
		WHERE conversation_id = ?3`, first, end, id)
	tx.w.cache.clear()
	return wrap("update conversation", err)
}
