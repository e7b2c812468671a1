package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// sealedMessage is what a message row's content holds, sealed.
type sealedMessage struct {
	WAMID inbox.WAMID `json:"w,omitempty"`
	inbox.Content
}

// NewMessage is a message to be inserted.
type NewMessage struct {
	Conversation  ConversationRef
	PhoneNumberID inbox.PhoneNumberID
	WAMID         inbox.WAMID // empty for what we send until the provider names it
	Direction     inbox.Direction
	Kind          inbox.MessageKind
	SentAt        time.Time
	Content       inbox.Content
	Status        inbox.MessageStatus
	// Read keeps an inbound message from counting as unread (system notices, imports).
	Read bool
}

// Inserted says what became of a NewMessage.
type Inserted struct {
	ID inbox.MessageID
	// New is false if the message was already there.
	New bool
	// Newest is true if no message of the conversation is newer.
	Newest bool
}

// InsertMessage inserts a message. One whose (phone number, wamid) is already
// there is left alone.
func (tx *Tx) InsertMessage(m NewMessage) (Inserted, error) {
	id, err := tx.nextMessageID(m.Conversation.ID, m.SentAt)
	if err != nil {
		return Inserted{}, err
	}
	content, err := sealJSON(tx.w.vault, m.Conversation.Customer.key(), "message", "content", int64(id),
		sealedMessage{m.WAMID, m.Content})
	if err != nil {
		return Inserted{}, wrap("seal message", err)
	}
	isNew, err := tx.changed(`INSERT INTO message (message_id, wamid_lookup, direction, kind, sent_at_ms, status, content)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (wamid_lookup) WHERE wamid_lookup IS NOT NULL DO NOTHING`,
		id, tx.wamidLookup(m.PhoneNumberID, m.WAMID), m.Direction, string(m.Kind), ms(m.SentAt), string(m.Status), content)
	if err != nil || !isNew {
		return Inserted{}, wrap("insert message", err)
	}
	newest, err := tx.noteMessage(m, id)
	if err != nil {
		return Inserted{}, err
	}
	if m.Content.Media != nil && m.Content.Media.ID != "" {
		// Ids of media received in webhooks live 7 days (Meta docs: Media).
		_, err = tx.exec("INSERT INTO media (message_id, state, expires_at_ms) VALUES (?, 'open', ?)", id, ms(m.SentAt.Add(7*24*time.Hour)))
	}
	return Inserted{ID: id, New: true, Newest: newest}, wrap("insert media", err)
}

// nextMessageID returns the next free id of the second t, or of a later one if
// that second is full.
func (tx *Tx) nextMessageID(c inbox.ConversationID, t time.Time) (inbox.MessageID, error) {
	first, err := inbox.FirstMessageID(c, t)
	if err != nil {
		return 0, wrap("number message", err)
	}
	_, end := inbox.MessageRange(c)
	for first < end {
		var last sql.NullInt64
		err := tx.queryRow("SELECT max(message_id) FROM message WHERE message_id >= ? AND message_id < ?", first, first.EndOfSecond()).Scan(&last)
		if err != nil {
			return 0, wrap("number message", err)
		}
		if !last.Valid {
			return first, nil
		}
		if next := inbox.MessageID(last.Int64 + 1); next < first.EndOfSecond() {
			return next, nil
		}
		first = first.EndOfSecond()
	}
	return 0, inbox.NewError(inbox.CodeInternal, "conversation is full")
}

// wamidLookup returns the keyed hash of a wamid, or nil (SQL NULL) for none.
func (tx *Tx) wamidLookup(number inbox.PhoneNumberID, w inbox.WAMID) []byte {
	if w == "" {
		return nil
	}
	sum := tx.w.vault.LookupWAMID(string(number), string(w))
	return sum[:]
}

// FindMessageByWAMID returns a message and its conversation, or not_found.
func (tx *Tx) FindMessageByWAMID(number inbox.PhoneNumberID, w inbox.WAMID) (inbox.Message, ConversationRef, error) {
	return tx.findMessage(selectMessage+"WHERE wamid_lookup = ?", tx.wamidLookup(number, w))
}

// FindMessageID returns the id of a message, or not_found.
func (tx *Tx) FindMessageID(number inbox.PhoneNumberID, w inbox.WAMID) (id inbox.MessageID, err error) {
	err = tx.queryRow("SELECT message_id FROM message WHERE wamid_lookup = ?", tx.wamidLookup(number, w)).Scan(&id)
	return id, wrap("find message", err)
}

// FindMessage returns a message and its conversation, or not_found.
func (tx *Tx) FindMessage(id inbox.MessageID) (inbox.Message, ConversationRef, error) {
	return tx.findMessage(selectMessage+"WHERE message_id = ?", id)
}

func (tx *Tx) findMessage(query string, arg any) (inbox.Message, ConversationRef, error) {
	var m messageRow
	if err := tx.queryRow(query, arg).Scan(m.dest()...); err != nil {
		return inbox.Message{}, ConversationRef{}, wrap("find message", err)
	}
	ref, _, err := tx.FindConversation(inbox.MessageID(m.id.Int64).Conversation())
	if err != nil {
		return inbox.Message{}, ref, err
	}
	msg, err := m.message(tx.w.vault, ref.Customer.key())
	return msg, ref, wrap("open message", err)
}

// SetContent replaces a message's content and kind, keeping its wamid.
func (tx *Tx) SetContent(ref ConversationRef, m inbox.Message, kind inbox.MessageKind, content inbox.Content) error {
	sealed, err := sealJSON(tx.w.vault, ref.Customer.key(), "message", "content", int64(m.ID), sealedMessage{m.WAMID, content})
	if err != nil {
		return wrap("seal message", err)
	}
	_, err = tx.exec("UPDATE message SET kind = ?, content = ? WHERE message_id = ?", string(kind), sealed, m.ID)
	return wrap("update message", err)
}

// SetEditedAt notes when a message was last edited.
func (tx *Tx) SetEditedAt(id inbox.MessageID, at time.Time) error {
	_, err := tx.exec("UPDATE message SET edited_at_ms = ? WHERE message_id = ?", ms(at), id)
	return wrap("update message", err)
}

// SetRevokedAt notes when its sender deleted a message.
func (tx *Tx) SetRevokedAt(id inbox.MessageID, at time.Time) error {
	_, err := tx.exec("UPDATE message SET revoked_at_ms = ? WHERE message_id = ?", ms(at), id)
	return wrap("update message", err)
}

// InsertVersion keeps what a message said at a time; a version already there stays.
func (tx *Tx) InsertVersion(ref ConversationRef, id inbox.MessageID, at time.Time, content inbox.Content) error {
	sealed, err := sealJSON(tx.w.vault, ref.Customer.key(), "message_version", fmt.Sprint("content@", ms(at)), int64(id), content)
	if err != nil {
		return wrap("seal version", err)
	}
	_, err = tx.exec("INSERT INTO message_version (message_id, at_ms, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", id, ms(at), sealed)
	return wrap("insert version", err)
}

// DeleteVersions forgets what a message said before.
func (tx *Tx) DeleteVersions(id inbox.MessageID) error {
	_, err := tx.exec("DELETE FROM message_version WHERE message_id = ?", id)
	return wrap("delete versions", err)
}

const selectMessage = `SELECT message_id, direction, kind, sent_at_ms, edited_at_ms, revoked_at_ms, status,
	status_sent_ms, status_delivered_ms, status_read_ms, status_played_ms, status_failed_ms,
	failure, failure_number, content FROM message `

// messageRow receives the columns of selectMessage; all are nullable, because
// the conversation list joins them.
type messageRow struct {
	id, direction, sentAt, editedAt, revokedAt            sql.NullInt64
	statusSent, statusDelivered, statusRead, statusPlayed sql.NullInt64
	statusFailed, failureNumber                           sql.NullInt64
	kind, status, failure                                 sql.NullString
	content                                               []byte
}

func (m *messageRow) dest() []any {
	return []any{&m.id, &m.direction, &m.kind, &m.sentAt, &m.editedAt, &m.revokedAt, &m.status,
		&m.statusSent, &m.statusDelivered, &m.statusRead, &m.statusPlayed, &m.statusFailed,
		&m.failure, &m.failureNumber, &m.content}
}

func (m *messageRow) times() inbox.StatusTimes {
	return inbox.StatusTimes{
		Sent: fromMS(m.statusSent.Int64), Delivered: fromMS(m.statusDelivered.Int64), Read: fromMS(m.statusRead.Int64),
		Played: fromMS(m.statusPlayed.Int64), Failed: fromMS(m.statusFailed.Int64),
	}
}

func (m *messageRow) message(v *vault.Vault, key vault.KeyID) (inbox.Message, error) {
	var sealed sealedMessage
	if err := openJSON(v, key, "message", "content", m.id.Int64, m.content, &sealed); err != nil {
		return inbox.Message{}, fmt.Errorf("open message: %w", err)
	}
	_, statusAt := m.times().Resolve()
	return inbox.Message{
		ID: inbox.MessageID(m.id.Int64), WAMID: sealed.WAMID, Direction: inbox.Direction(m.direction.Int64),
		Kind: inbox.MessageKind(m.kind.String), SentAt: fromMS(m.sentAt.Int64), Content: sealed.Content,
		Status: inbox.MessageStatus(m.status.String), StatusAt: statusAt,
		Failure: inbox.Code(m.failure.String), FailureNumber: int(m.failureNumber.Int64),
		EditedAt: fromMS(m.editedAt.Int64), RevokedAt: fromMS(m.revokedAt.Int64),
	}, nil
}

// Span asks for messages of one conversation: the newest before Before, the
// oldest after After, or simply the newest if both are 0.
type Span struct {
	Conversation  inbox.ConversationID
	Before, After inbox.MessageID
	Limit         int
}

// ListMessages returns messages oldest first, with their reactions. It pages by
// key, so a page costs the same at any depth.
func (s *Store) ListMessages(ctx context.Context, q Span) ([]inbox.Message, error) {
	first, end := inbox.MessageRange(q.Conversation)
	where, from, to, desc := "WHERE message_id >= ? AND message_id < ? ORDER BY message_id DESC LIMIT ?", first, end, true
	switch {
	case q.After != 0:
		where, from, desc = "WHERE message_id >= ? AND message_id < ? ORDER BY message_id LIMIT ?", max(first, q.After+1), false
	case q.Before != 0:
		to = min(end, q.Before)
	}
	list := make([]inbox.Message, 0, min(q.Limit, 256))
	err := s.read(ctx, func(db *sql.DB) error {
		key, err := conversationKeyID(ctx, db, q.Conversation)
		if err != nil {
			return err
		}
		rows, err := db.QueryContext(ctx, selectMessage+where, from, to, q.Limit)
		err = each(rows, err, func(r *sql.Rows) error {
			var m messageRow
			if err := r.Scan(m.dest()...); err != nil {
				return err
			}
			msg, err := m.message(s.vault, key)
			list = append(list, msg)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		if desc {
			slices.Reverse(list)
		}
		return s.addReactions(ctx, db, key, list)
	})
	return list, wrap("list messages", err)
}

func conversationKeyID(ctx context.Context, db *sql.DB, id inbox.ConversationID) (vault.KeyID, error) {
	var uuid []byte
	err := db.QueryRowContext(ctx, "SELECT c.uuid FROM conversation v JOIN customer c USING (customer_id) WHERE v.conversation_id = ?", id).Scan(&uuid)
	if err != nil {
		return vault.KeyID{}, err
	}
	return vault.KeyID(uuid), nil
}

// Message returns one message without reactions, or not_found.
func (s *Store) Message(ctx context.Context, id inbox.MessageID) (inbox.Message, error) {
	var out inbox.Message
	err := s.read(ctx, func(db *sql.DB) error {
		key, err := conversationKeyID(ctx, db, id.Conversation())
		if err != nil {
			return err
		}
		var m messageRow
		if err := db.QueryRowContext(ctx, selectMessage+"WHERE message_id = ?", id).Scan(m.dest()...); err != nil {
			return err
		}
		out, err = m.message(s.vault, key)
		return err
	})
	return out, wrap("find message", err)
}

// MessageByWAMID returns the message a quote refers to, or not_found.
func (s *Store) MessageByWAMID(ctx context.Context, number inbox.PhoneNumberID, w inbox.WAMID) (inbox.Message, error) {
	sum := s.vault.LookupWAMID(string(number), string(w))
	var id inbox.MessageID
	err := s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT message_id FROM message WHERE wamid_lookup = ?", sum[:]).Scan(&id)
	})
	if err != nil {
		return inbox.Message{}, wrap("find message", err)
	}
	return s.Message(ctx, id)
}

// LastInboundMessage returns the customer's newest message, or not_found.
func (s *Store) LastInboundMessage(ctx context.Context, c inbox.ConversationID) (inbox.Message, error) {
	first, end := inbox.MessageRange(c)
	var id inbox.MessageID
	err := s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, `SELECT message_id FROM message WHERE message_id >= ? AND message_id < ?
			AND direction = 0 AND wamid_lookup IS NOT NULL ORDER BY message_id DESC LIMIT 1`, first, end).Scan(&id)
	})
	if err != nil {
		return inbox.Message{}, wrap("find last inbound message", err)
	}
	return s.Message(ctx, id)
}
