package store

import (
	"context"
	"database/sql"
	"errors"
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
	if errors.Is(err, sql.ErrNoRows) {
		done := 0
		if c.Restricted {
			done = -1 // in no view
		}
		err = tx.queryRow("INSERT INTO conversation (customer_id, phone_number_id, done_at_ms) VALUES (?, ?, ?) RETURNING conversation_id",
			c.Row, string(number), done).Scan(&ref.ID)
		tx.named(c.ID)
	}
	if err != nil {
		return ref, wrap("ensure conversation", err)
	}
	remember(tx.w.cache.conversations, key, ref)
	return ref, nil
}

// FindConversation returns the conversation with that id, or not_found, or
// restricted like FindCustomer.
func (tx *Tx) FindConversation(id inbox.ConversationID) (ConversationRef, inbox.PhoneNumberID, error) {
	ref := ConversationRef{ID: id}
	var uuid []byte
	var number inbox.PhoneNumberID
	err := tx.queryRow(`SELECT c.customer_id, c.uuid, c.state = 'erasing', c.restricted_at_ms > 0, v.phone_number_id
		FROM conversation v JOIN customer c USING (customer_id) WHERE v.conversation_id = ?`, id).
		Scan(&ref.Customer.Row, &uuid, &ref.Customer.Erasing, &ref.Customer.Restricted, &number)
	if err != nil {
		return ref, number, wrap("find conversation", err)
	}
	ref.Customer.ID = inbox.CustomerID(uuid)
	return ref, number, tx.admit(ref.Customer)
}

// LastInbound returns the provider's time of the customer's last message, or zero.
func (tx *Tx) LastInbound(id inbox.ConversationID) (time.Time, error) {
	var n int64
	err := tx.queryRow("SELECT last_inbound_ms FROM conversation WHERE conversation_id = ?", id).Scan(&n)
	return fromMS(n), wrap("find last inbound", err)
}

// conversationState returns what an insert must know of a conversation.
func (tx *Tx) conversationState(id inbox.ConversationID) (conversationState, error) {
	if state, ok := tx.w.cache.states[id]; ok {
		return state, nil
	}
	var state conversationState
	err := tx.queryRow("SELECT last_message_id, profile_at_ms FROM conversation WHERE conversation_id = ?", int64(id)).
		Scan(&state.last, &state.profileAt)
	if err != nil {
		return state, wrap("find conversation", err)
	}
	remember(tx.w.cache.states, id, state)
	return state, nil
}

// noteMessage brings the conversation's summary and the customer's profile up to
// date after an insert. The maxima make the result independent of the order of
// arrival.
func (tx *Tx) noteMessage(m NewMessage, id inbox.MessageID, state conversationState) error {
	inbound, outbound, profileAt, unread := int64(0), int64(0), int64(0), 0
	if m.Direction == inbox.Inbound {
		if inbox.OpensWindow(m.Kind) {
			inbound = ms(m.SentAt)
		}
		if !m.Read {
			unread = 1
		}
	}
	if m.Direction != inbox.Inbound && !m.Content.Automatic {
		outbound = ms(m.SentAt) // what goes out by itself is no answer
	}
	if m.ProfileName != "" || m.Username != "" {
		profileAt = ms(m.SentAt)
	}
	if m.Content.Imported {
		inbound, outbound, profileAt, unread = 0, 0, 0, 0 // somebody's word, not the customer's
	}
	_, err := tx.exec(`UPDATE conversation SET last_message_id = max(last_message_id, ?1), last_at_ms = max(last_at_ms, ?2),
		last_inbound_ms = max(last_inbound_ms, ?3), last_outbound_ms = max(last_outbound_ms, ?4), profile_at_ms = max(profile_at_ms, ?5),
		unread = unread + ?6, done_at_ms = iif(?6 > 0 AND done_at_ms > 0, 0, done_at_ms) WHERE conversation_id = ?7`,
		int64(id), ms(m.SentAt), inbound, outbound, profileAt, unread, int64(m.Conversation.ID))
	if err != nil {
		return wrap("update conversation", err)
	}
	named := profileAt >= state.profileAt && profileAt > 0
	remember(tx.w.cache.states, m.Conversation.ID, conversationState{max(state.last, id), max(state.profileAt, profileAt)})
	if !named {
		return nil
	}
	return tx.noteProfile(m, profileAt)
}

// noteProfile takes over what the newest message that says so calls the customer.
func (tx *Tx) noteProfile(m NewMessage, at int64) error {
	c := m.Conversation.Customer
	p, err := tx.Profile(c)
	if err != nil {
		return err
	}
	next := p
	next.ProfileName, next.Username = m.ProfileName, m.Username
	if next == p {
		return nil
	}
	var newest int64 // in whichever of the customer's conversations
	err = tx.queryRow("SELECT max(profile_at_ms) FROM conversation WHERE customer_id = ?", c.Row).Scan(&newest)
	if err != nil || at < newest {
		return wrap("find newest profile", err)
	}
	return tx.UpdateProfile(c, next)
}

// MarkRead sets the unread count to zero and reports whether there was any.
func (tx *Tx) MarkRead(id inbox.ConversationID) (bool, error) {
	if _, _, err := tx.FindConversation(id); err != nil {
		return false, gone(err)
	}
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

const selectConversation = `SELECT v.conversation_id, v.phone_number_id, v.last_at_ms, v.last_inbound_ms, v.unread,
	c.customer_id, c.uuid, c.state = 'erasing', c.profile, d.content, ` + workColumn + `, ` + messageColumns + `
	FROM conversation v CROSS JOIN customer c ON c.customer_id = v.customer_id
	LEFT JOIN message m ON m.message_id = v.last_message_id
	LEFT JOIN draft d ON d.conversation_id = v.conversation_id `

// CROSS JOIN keeps SQLite from starting at the customers: the list must come
// out of the index on the activity in its order, however many rows follow.
const (
	listConversationsFirst = selectConversation + `WHERE c.state = 'live' AND c.restricted_at_ms = 0
		ORDER BY v.last_at_ms DESC, v.conversation_id DESC LIMIT ?`
	listConversationsNext = selectConversation + `WHERE (v.last_at_ms, v.conversation_id) < (?, ?) AND c.state = 'live' AND c.restricted_at_ms = 0
		ORDER BY v.last_at_ms DESC, v.conversation_id DESC LIMIT ?`
)

// ListConversations returns up to limit conversations after a position, newest
// activity first, without people who are being erased or whose data are restricted.
func (s *Store) ListConversations(ctx context.Context, after Position, limit int) ([]inbox.Conversation, error) {
	query, args := listConversationsFirst, []any{limit}
	if after.ID != 0 {
		query, args = listConversationsNext, []any{ms(after.LastActivity), int64(after.ID), limit}
	}
	return s.listConversations(ctx, limit, query, args...)
}

// Conversation returns one conversation, or not_found.
func (s *Store) Conversation(ctx context.Context, id inbox.ConversationID) (inbox.Conversation, error) {
	var out inbox.Conversation
	err := s.read(ctx, func(db *connection) error {
		var c conversationRow
		if err := db.queryRow(selectConversation+"WHERE v.conversation_id = ?", int64(id)).Scan(c.dest()...); err != nil {
			return err
		}
		var err error
		out, err = c.conversation(s.opener(ctx))
		return err
	})
	return out, wrap("find conversation", err)
}

// CountConversations returns how many conversations there are and how many hold
// unread messages, without people who are being erased or whose data are restricted.
func (s *Store) CountConversations(ctx context.Context) (total, unread int, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow(`SELECT `+countAll+`,
			(SELECT count(*) FROM conversation INDEXED BY conversation_unread WHERE done_at_ms = 0 AND unread > 0)`).Scan(&total, &unread)
	})
	return total, unread, wrap("count conversations", err)
}

// conversationRow receives the columns of selectConversation.
type conversationRow struct {
	id, lastAt, lastInbound, unread, customer, erasing number

	number, work         word
	uuid, profile, draft []byte
	last                 messageRow
}

func (c *conversationRow) dest() []any {
	return append([]any{&c.id, &c.number, &c.lastAt, &c.lastInbound, &c.unread, &c.customer, &c.uuid, &c.erasing,
		&c.profile, &c.draft, &c.work}, c.last.dest()...)
}

func (c *conversationRow) conversation(o *opener) (out inbox.Conversation, err error) {
	out = inbox.Conversation{
		ID: inbox.ConversationID(c.id), CustomerID: inbox.CustomerID(c.uuid), PhoneNumberID: inbox.PhoneNumberID(c.number),
		LastActivity: fromMS(int64(c.lastAt)), Unread: int(c.unread),
		Window: inbox.Window{LastInbound: fromMS(int64(c.lastInbound))}, Erasing: c.erasing != 0,
	}
	if out.Work, err = decodeWork(string(c.work)); err != nil {
		return out, err
	}
	key := vault.KeyID(out.CustomerID)
	if out.Profile, err = o.profile(key, int64(c.customer), c.profile); err != nil {
		return out, err
	}
	if c.last.id != 0 {
		last, err := c.last.message(o, key)
		if err != nil {
			return out, err
		}
		out.Last = &last
	}
	if c.draft != nil {
		if err := o.json(key, "draft", "content", int64(c.id), c.draft, &out.Draft); err != nil {
			return out, fmt.Errorf("open draft: %w", err)
		}
	}
	return out, nil
}
