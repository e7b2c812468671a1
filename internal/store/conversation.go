package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// ConversationRef names a conversation and whose key seals it.
type ConversationRef struct {
	ID       inbox.ConversationID
	Customer CustomerRef
}

// EnsureConversation returns the conversation between a customer and one of
// the shop's numbers, creating it if need be.
func (tx *Tx) EnsureConversation(c CustomerRef, number inbox.PhoneNumberID) (ConversationRef, error) {
	key := conversationKey{c.Row, number}
	if ref, ok := tx.w.cache.conversations[key]; ok {
		return ref, nil
	}
	ref := ConversationRef{Customer: c}
	const find = "SELECT conversation_id FROM conversation WHERE customer_id = ? AND phone_number_id = ?"
	err := tx.queryRow(find, c.Row, string(number)).Scan(&ref.ID)
	if err == sql.ErrNoRows {
		err = tx.queryRow("INSERT INTO conversation (customer_id, phone_number_id) VALUES (?, ?) RETURNING conversation_id",
			c.Row, string(number)).Scan(&ref.ID)
	}
	if err != nil {
		return ref, wrap("ensure conversation", err)
	}
	remember(tx.w.cache.conversations, key, ref)
	return ref, nil
}

// FindConversation returns the conversation with that id, or not_found.
func (tx *Tx) FindConversation(id inbox.ConversationID) (ConversationRef, inbox.PhoneNumberID, error) {
	ref := ConversationRef{ID: id}
	var uuid []byte
	var number inbox.PhoneNumberID
	err := tx.queryRow(`SELECT c.customer_id, c.uuid, c.state = 'erasing', v.phone_number_id
		FROM conversation v JOIN customer c USING (customer_id) WHERE v.conversation_id = ?`, id).
		Scan(&ref.Customer.Row, &uuid, &ref.Customer.Erasing, &number)
	if err != nil {
		return ref, number, wrap("find conversation", err)
	}
	ref.Customer.ID = inbox.CustomerID(uuid)
	return ref, number, nil
}

// LastInbound returns the provider's time of the customer's last message, or zero.
func (tx *Tx) LastInbound(id inbox.ConversationID) (time.Time, error) {
	var n int64
	err := tx.queryRow("SELECT last_inbound_ms FROM conversation WHERE conversation_id = ?", id).Scan(&n)
	return fromMS(n), wrap("find last inbound", err)
}

// noteMessage brings the conversation's summary up to date after an insert.
// The maxima make the result independent of the order of arrival. It reports
// whether the message is now the newest.
func (tx *Tx) noteMessage(m NewMessage, id inbox.MessageID) (bool, error) {
	inbound, unread := int64(0), 0
	if m.Direction == inbox.Inbound {
		unread = 1
		if inbox.OpensWindow(m.Kind) {
			inbound = ms(m.SentAt)
		}
	}
	if m.Read {
		unread = 0
	}
	var last inbox.MessageID
	err := tx.queryRow(`UPDATE conversation SET last_message_id = max(last_message_id, ?), last_at_ms = max(last_at_ms, ?),
		last_inbound_ms = max(last_inbound_ms, ?), unread = unread + ? WHERE conversation_id = ? RETURNING last_message_id`,
		id, ms(m.SentAt), inbound, unread, m.Conversation.ID).Scan(&last)
	return last == id, wrap("update conversation", err)
}

// MarkRead sets the unread count to zero and reports whether there was any.
func (tx *Tx) MarkRead(id inbox.ConversationID) (bool, error) {
	did, err := tx.changed("UPDATE conversation SET unread = 0 WHERE conversation_id = ? AND unread > 0", id)
	return did, wrap("mark read", err)
}

// SaveDraft keeps what is in the composer; an empty draft is removed.
func (tx *Tx) SaveDraft(c ConversationRef, d inbox.Draft) error {
	if d.Empty() {
		_, err := tx.exec("DELETE FROM draft WHERE conversation_id = ?", c.ID)
		return wrap("delete draft", err)
	}
	sealed, err := sealJSON(tx.w.vault, c.Customer.key(), "draft", "content", int64(c.ID), d)
	if err != nil {
		return wrap("seal draft", err)
	}
	_, err = tx.exec(`INSERT INTO draft (conversation_id, content) VALUES (?, ?)
		ON CONFLICT (conversation_id) DO UPDATE SET content = excluded.content`, c.ID, sealed)
	return wrap("save draft", err)
}

// Position is a place in the conversation list; the zero value is its start.
type Position struct {
	LastActivity time.Time
	ID           inbox.ConversationID
}

const selectConversation = `SELECT v.conversation_id, v.phone_number_id, v.last_message_id, v.last_at_ms, v.last_inbound_ms, v.unread,
	c.customer_id, c.uuid, c.state = 'erasing', c.profile,
	m.message_id, m.direction, m.kind, m.sent_at_ms, m.edited_at_ms, m.revoked_at_ms, m.status,
	m.status_sent_ms, m.status_delivered_ms, m.status_read_ms, m.status_played_ms, m.status_failed_ms,
	m.failure, m.failure_number, m.content, d.content
	FROM conversation v JOIN customer c ON c.customer_id = v.customer_id
	LEFT JOIN message m ON m.message_id = v.last_message_id
	LEFT JOIN draft d ON d.conversation_id = v.conversation_id `

// ListConversations returns up to limit conversations after a position, newest
// activity first, without people whose erasure is running.
func (s *Store) ListConversations(ctx context.Context, after Position, limit int) ([]inbox.Conversation, error) {
	where := "WHERE c.state = 'live' ORDER BY v.last_at_ms DESC, v.conversation_id DESC LIMIT ?"
	args := []any{limit}
	if after.ID != 0 {
		where = "WHERE (v.last_at_ms, v.conversation_id) < (?, ?) AND c.state = 'live' ORDER BY v.last_at_ms DESC, v.conversation_id DESC LIMIT ?"
		args = []any{ms(after.LastActivity), after.ID, limit}
	}
	list := make([]inbox.Conversation, 0, min(limit, 256))
	err := s.read(ctx, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, selectConversation+where, args...)
		return each(rows, err, func(r *sql.Rows) error {
			c, err := s.scanConversation(r)
			if err != nil {
				return err
			}
			list = append(list, c)
			return nil
		})
	})
	return list, wrap("list conversations", err)
}

// Conversation returns one conversation, or not_found.
func (s *Store) Conversation(ctx context.Context, id inbox.ConversationID) (inbox.Conversation, error) {
	var out inbox.Conversation
	err := s.read(ctx, func(db *sql.DB) (err error) {
		out, err = s.scanConversation(db.QueryRowContext(ctx, selectConversation+"WHERE v.conversation_id = ?", id))
		return err
	})
	return out, wrap("find conversation", err)
}

// CountConversations returns how many conversations there are and how many hold unread messages.
func (s *Store) CountConversations(ctx context.Context) (total, unread int, err error) {
	err = s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM conversation),
			(SELECT count(*) FROM conversation WHERE unread > 0)`).Scan(&total, &unread)
	})
	return total, unread, wrap("count conversations", err)
}

func (s *Store) scanConversation(r row) (inbox.Conversation, error) {
	var c inbox.Conversation
	var lastID, lastAt, lastInbound, customer int64
	var uuid, profile, draft []byte
	var m messageRow
	dest := append([]any{&c.ID, &c.PhoneNumberID, &lastID, &lastAt, &lastInbound, &c.Unread,
		&customer, &uuid, &c.Erasing, &profile}, m.dest()...)
	if err := r.Scan(append(dest, &draft)...); err != nil {
		return c, err
	}
	c.CustomerID = inbox.CustomerID(uuid)
	c.LastActivity, c.Window = fromMS(lastAt), inbox.Window{LastInbound: fromMS(lastInbound)}
	key := vault.KeyID(c.CustomerID)
	if err := openJSON(s.vault, key, "customer", "profile", customer, profile, &c.Profile); err != nil {
		return c, fmt.Errorf("open profile: %w", err)
	}
	if m.id.Valid {
		last, err := m.message(s.vault, key)
		if err != nil {
			return c, err
		}
		c.Last = &last
	}
	if draft != nil {
		if err := openJSON(s.vault, key, "draft", "content", int64(c.ID), draft, &c.Draft); err != nil {
			return c, fmt.Errorf("open draft: %w", err)
		}
	}
	return c, nil
}
