package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

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
	// ProfileName and Username are what the customer calls herself according to
	// this message; both empty if it says nothing.
	ProfileName, Username string
}

// Inserted says what became of a NewMessage.
type Inserted struct {
	ID inbox.MessageID
	// New is false if the message was already there.
	New bool
	// Newest is true if no message of the conversation is newer.
	Newest bool
}

// InsertMessage inserts a message and brings its conversation and what the
// customer is called up to date. One whose (phone number, wamid) is already
// there is left alone.
func (tx *Tx) InsertMessage(m NewMessage) (Inserted, error) {
	state, err := tx.conversationState(m.Conversation.ID)
	if err != nil {
		return Inserted{}, err
	}
	id, err := tx.nextMessageID(m.Conversation.ID, m.SentAt, state.last)
	if err != nil {
		return Inserted{}, err
	}
	content, err := sealMessage(tx.w.vault, m.Conversation.Customer.key(), id, sealedMessage{m.WAMID, m.Content})
	if err != nil {
		return Inserted{}, err
	}
	isNew, err := tx.changed(`INSERT INTO message (message_id, wamid_lookup, direction, kind, sent_at_ms, status, content)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (wamid_lookup) WHERE wamid_lookup IS NOT NULL DO NOTHING`,
		int64(id), tx.wamidLookup(m.PhoneNumberID, m.WAMID), int64(m.Direction), string(m.Kind), ms(m.SentAt), string(m.Status), content)
	if err != nil || !isNew {
		return Inserted{}, wrap("insert message", err)
	}
	if err := tx.noteMessage(m, id, state); err != nil {
		return Inserted{}, err
	}
	if !m.Conversation.Customer.Restricted {
		tx.said(id, m.Kind, m.Content)
	}
	return Inserted{ID: id, New: true, Newest: id > state.last}, tx.insertMedia(id, m.Direction, m.SentAt, m.Content.Media)
}

// nextMessageID returns the next free id of the second t, or of a later one if
// that second is full. last is the newest message of the conversation.
func (tx *Tx) nextMessageID(c inbox.ConversationID, t time.Time, last inbox.MessageID) (inbox.MessageID, error) {
	first, err := inbox.FirstMessageID(c, t)
	if err != nil {
		return 0, wrap("number message", err)
	}
	if first > last {
		return first, nil
	}
	_, end := inbox.MessageRange(c)
	for first < end {
		var used sql.NullInt64
		err := tx.queryRow("SELECT max(message_id) FROM message WHERE message_id >= ? AND message_id < ?",
			int64(first), int64(first.EndOfSecond())).Scan(&used)
		if err != nil {
			return 0, wrap("number message", err)
		}
		if !used.Valid {
			return first, nil
		}
		if next := inbox.MessageID(used.Int64 + 1); next < first.EndOfSecond() {
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
	return tx.findMessage(selectMessage+"WHERE message_id = ?", int64(id))
}

// findMessage returns the conversation even if the message cannot be opened any
// more, because its customer is being erased.
func (tx *Tx) findMessage(query string, arg any) (inbox.Message, ConversationRef, error) {
	var m messageRow
	if err := tx.queryRow(query, arg).Scan(m.dest()...); err != nil {
		return inbox.Message{}, ConversationRef{}, wrap("find message", err)
	}
	ref, _, err := tx.FindConversation(inbox.MessageID(m.id).Conversation())
	if err != nil {
		return inbox.Message{}, ref, err
	}
	msg, err := m.message(tx.opener(), ref.Customer.key())
	return msg, ref, wrap("open message", err)
}

// SetContent replaces a message's content and kind, keeping its wamid.
func (tx *Tx) SetContent(ref ConversationRef, m inbox.Message, kind inbox.MessageKind, content inbox.Content) error {
	sealed, err := sealMessage(tx.w.vault, ref.Customer.key(), m.ID, sealedMessage{m.WAMID, content})
	if err != nil {
		return err
	}
	if !ref.Customer.Restricted {
		tx.said(m.ID, kind, content)
	}
	_, err = tx.exec("UPDATE message SET kind = ?, content = ? WHERE message_id = ?", string(kind), sealed, int64(m.ID))
	return wrap("update message", err)
}

// CompleteMessage gives a message that stood for a file the content that has
// arrived after it.
func (tx *Tx) CompleteMessage(ref ConversationRef, m inbox.Message, kind inbox.MessageKind, content inbox.Content) error {
	if err := tx.SetContent(ref, m, kind, content); err != nil {
		return err
	}
	return tx.insertMedia(m.ID, m.Direction, m.SentAt, content.Media)
}

// SetEditedAt notes when a message was last edited.
func (tx *Tx) SetEditedAt(id inbox.MessageID, at time.Time) error {
	_, err := tx.exec("UPDATE message SET edited_at_ms = ? WHERE message_id = ?", ms(at), int64(id))
	return wrap("update message", err)
}

// SetRevokedAt notes when its sender deleted a message.
func (tx *Tx) SetRevokedAt(id inbox.MessageID, at time.Time) error {
	_, err := tx.exec("UPDATE message SET revoked_at_ms = ? WHERE message_id = ?", ms(at), int64(id))
	return wrap("update message", err)
}

// ListRevoked returns messages customers took back, after the given one, in the
// order of their ids; whether something was kept of them, only their content says.
func (s *Store) ListRevoked(ctx context.Context, after inbox.MessageID, limit int) (list []inbox.MessageID, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT message_id FROM message WHERE message_id > ? AND revoked_at_ms > 0 AND direction = 0 ORDER BY message_id LIMIT ?",
			int64(after), limit)
		return each(rows, err, func(r *sql.Rows) error {
			var id inbox.MessageID
			err := r.Scan(&id)
			list = append(list, id)
			return err
		})
	})
	return list, wrap("list messages taken back", err)
}

// InsertVersion keeps what a message said at a time; a version already there stays.
func (tx *Tx) InsertVersion(ref ConversationRef, id inbox.MessageID, at time.Time, content inbox.Content) error {
	sealed, err := sealJSON(tx.w.vault, ref.Customer.key(), "message_version", versionColumn(ms(at)), int64(id), content)
	if err != nil {
		return wrap("seal version", err)
	}
	_, err = tx.exec("INSERT INTO message_version (message_id, at_ms, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", int64(id), ms(at), sealed)
	return wrap("insert version", err)
}

func versionColumn(atMS int64) string { return fmt.Sprint("content@", atMS) }

// DeleteVersions forgets what a message said before.
func (tx *Tx) DeleteVersions(id inbox.MessageID) error {
	_, err := tx.exec("DELETE FROM message_version WHERE message_id = ?", int64(id))
	return wrap("delete versions", err)
}

// Version is what a message said from a time on, until it was edited.
type Version struct {
	At      time.Time
	Content inbox.Content
}

// Versions returns what a message said before, oldest first.
func (s *Store) Versions(ctx context.Context, id inbox.MessageID) ([]Version, error) {
	var list []Version
	err := s.read(ctx, func(db *connection) error {
		key, err := s.owner(ctx, db, id.Conversation())
		if err != nil {
			return err
		}
		rows, err := db.query("SELECT at_ms, content FROM message_version WHERE message_id = ? ORDER BY at_ms", int64(id))
		return each(rows, err, func(r *sql.Rows) error {
			var at int64
			var sealed sql.RawBytes
			if err := r.Scan(&at, &sealed); err != nil {
				return err
			}
			v := Version{At: fromMS(at)}
			if err := s.opener(ctx).json(key, "message_version", versionColumn(at), int64(id), sealed, &v.Content); err != nil {
				return err
			}
			list = append(list, v)
			return nil
		})
	})
	return list, wrap("list versions", err)
}

// messageColumns are what a list needs of a message m. Four columns cost as much
// as opening and decoding the content, so those that are nearly always empty
// come as one.
const messageColumns = `m.message_id, m.direction, m.kind, m.sent_at_ms, nullif(m.status, ''), nullif(m.status_at_ms, 0), m.content,
	CASE WHEN m.edited_at_ms | m.revoked_at_ms | m.failure_number OR m.failure <> ''
		THEN json_array(m.edited_at_ms, m.revoked_at_ms, m.failure, m.failure_number) END`

const selectMessage = "SELECT " + messageColumns + " FROM message m "

// messageRow receives messageColumns. The conversation list joins them, so all
// may be NULL; id then is 0.
type messageRow struct {
	id, direction, sentAt, statusAt number

	kind, status, rest word
	content            []byte
}

func (m *messageRow) dest() []any {
	return []any{&m.id, &m.direction, &m.kind, &m.sentAt, &m.status, &m.statusAt, &m.content, &m.rest}
}

func (m *messageRow) message(o *opener, key vault.KeyID) (inbox.Message, error) {
	sealed, err := o.message(key, inbox.MessageID(m.id), m.content)
	if err != nil {
		return inbox.Message{}, err
	}
	out := inbox.Message{
		ID: inbox.MessageID(m.id), WAMID: sealed.WAMID, Direction: inbox.Direction(m.direction),
		Kind: inbox.MessageKind(m.kind), SentAt: fromMS(int64(m.sentAt)), Content: sealed.Content,
		Status: inbox.MessageStatus(m.status), StatusAt: fromMS(int64(m.statusAt)),
	}
	if m.rest != "" {
		err = m.addRest(&out)
	}
	return out, err
}

func (m *messageRow) addRest(out *inbox.Message) error {
	var edited, revoked int64
	var failure inbox.Code
	var failureNumber int
	if err := json.Unmarshal([]byte(m.rest), &[]any{&edited, &revoked, &failure, &failureNumber}); err != nil {
		return errColumn
	}
	out.EditedAt, out.RevokedAt = fromMS(edited), fromMS(revoked)
	// A failure the message has got over is kept, because reports come in any order.
	if out.Status == inbox.StatusFailed || out.Status == inbox.StatusUnclear {
		out.Failure, out.FailureNumber = failure, failureNumber
	}
	return nil
}

// Span asks for messages of one conversation: the newest before Before, the
// oldest after After, or simply the newest if both are 0.
type Span struct {
	Conversation  inbox.ConversationID
	Before, After inbox.MessageID
	Limit         int
}

const (
	listMessagesBack  = selectMessage + "WHERE message_id >= ? AND message_id < ? ORDER BY message_id DESC LIMIT ?"
	listMessagesForth = selectMessage + "WHERE message_id >= ? AND message_id < ? ORDER BY message_id LIMIT ?"
)

// ListMessages returns messages oldest first, with their reactions. It pages by
// key, so a page costs the same at any depth.
func (s *Store) ListMessages(ctx context.Context, q Span) ([]inbox.Message, error) {
	from, to := inbox.MessageRange(q.Conversation)
	query := listMessagesBack
	switch {
	case q.After != 0:
		query, from = listMessagesForth, max(from, q.After+1)
	case q.Before != 0:
		to = min(to, q.Before)
	}
	list := make([]inbox.Message, 0, min(q.Limit, 256))
	err := s.read(ctx, func(db *connection) error {
		key, err := s.owner(ctx, db, q.Conversation)
		if err != nil {
			return err
		}
		open := s.opener(ctx)
		var m messageRow
		dest := raw(m.dest())
		rows, err := db.query(query, int64(from), int64(to), q.Limit)
		err = each(rows, err, func(r *sql.Rows) error {
			if err := r.Scan(dest...); err != nil {
				return err
			}
			msg, err := m.message(open, key)
			list = append(list, msg)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		if q.After == 0 {
			slices.Reverse(list)
		}
		if err := addFiles(db, open, key, list); err != nil {
			return err
		}
		if err := addReactions(db, open, key, list); err != nil {
			return err
		}
		if err := addReactionSends(db, open, key, list); err != nil {
			return err
		}
		return addHeld(db, list)
	})
	if err != nil {
		return nil, wrap("list messages", err)
	}
	return list, nil
}

// Message returns one message without reactions, or not_found.
func (s *Store) Message(ctx context.Context, id inbox.MessageID) (inbox.Message, error) {
	return s.message(ctx, selectMessage+"WHERE message_id = ?", int64(id))
}

// MessageByWAMID returns the message a quote refers to, or not_found.
func (s *Store) MessageByWAMID(ctx context.Context, number inbox.PhoneNumberID, w inbox.WAMID) (inbox.Message, error) {
	sum := s.vault.LookupWAMID(string(number), string(w))
	return s.message(ctx, selectMessage+"WHERE wamid_lookup = ?", sum[:])
}

const lastInboundMessage = selectMessage + `WHERE message_id >= ? AND message_id < ?
	AND direction = 0 AND wamid_lookup IS NOT NULL ORDER BY message_id DESC LIMIT 1`

// LastInboundMessage returns the customer's newest message, or not_found.
func (s *Store) LastInboundMessage(ctx context.Context, c inbox.ConversationID) (inbox.Message, error) {
	first, end := inbox.MessageRange(c)
	return s.message(ctx, lastInboundMessage, int64(first), int64(end))
}

func (s *Store) message(ctx context.Context, query string, args ...any) (out inbox.Message, err error) {
	err = s.read(ctx, func(db *connection) error {
		var m messageRow
		if err := db.queryRow(query, args...).Scan(m.dest()...); err != nil {
			return err
		}
		key, err := s.owner(ctx, db, inbox.MessageID(m.id).Conversation())
		if err != nil {
			return err
		}
		one := make([]inbox.Message, 1)
		open := s.opener(ctx)
		if one[0], err = m.message(open, key); err != nil {
			return err
		}
		if err = addFiles(db, open, key, one); err == nil {
			err = addHeld(db, one)
		}
		out = one[0]
		return err
	})
	return out, wrap("find message", err)
}
