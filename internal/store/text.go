package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Watcher is told what has become readable or unreadable, after it is on the
// disk and in the order in which it was written. Its functions run on the
// writer's goroutine: they must be quick and must not write.
type Watcher struct {
	// Message is called with what a message now says; content is empty if it
	// was taken back.
	Message func(id inbox.MessageID, kind inbox.MessageKind, content inbox.Content)
	// Customer is called if a customer is new, is called something else, or
	// has another conversation or note.
	Customer func(inbox.CustomerID)
}

// Watch makes w the watcher of what is written from now on. There is one.
func (s *Store) Watch(w Watcher) { s.writer.watcher.Store(&w) }

func (tx *Tx) said(id inbox.MessageID, kind inbox.MessageKind, content inbox.Content) {
	// Who watches is asked after the commit: what is written while somebody
	// begins to watch is either told or can be read by then.
	tx.AfterCommit(func() {
		if w := tx.w.watcher.Load(); w != nil {
			w.Message(id, kind, content)
		}
	})
}

func (tx *Tx) named(id inbox.CustomerID) {
	tx.AfterCommit(func() {
		if w := tx.w.watcher.Load(); w != nil {
			w.Customer(id)
		}
	})
}

// Person is whom a customer is known as.
type Person struct {
	ID            inbox.CustomerID
	Profile       inbox.Profile
	Conversations []inbox.ConversationID
	Notes         []inbox.Note
}

const selectPerson = `SELECT c.customer_id, c.uuid, c.profile, v.conversation_id
	FROM customer c LEFT JOIN conversation v USING (customer_id) WHERE c.state = 'live' AND c.restricted_at_ms = 0 `

// ListPeople returns all customers, without those who are being erased or whose
// data are restricted.
func (s *Store) ListPeople(ctx context.Context) ([]Person, error) {
	list, err := s.people(ctx, selectPerson+"ORDER BY c.customer_id")
	if err != nil {
		return nil, err
	}
	notes, err := s.notes(ctx, selectNotes)
	for i := range list {
		list[i].Notes = notes[list[i].ID]
	}
	return list, err
}

// Person returns a customer, or not_found if she is being erased or her data
// are restricted.
func (s *Store) Person(ctx context.Context, id inbox.CustomerID) (Person, error) {
	list, err := s.people(ctx, selectPerson+"AND c.uuid = ?", id[:])
	if err == nil && len(list) == 0 {
		err = inbox.NewError(inbox.CodeNotFound, "no such customer")
	}
	if err != nil {
		return Person{}, err
	}
	list[0].Notes, err = s.ListNotes(ctx, id)
	return list[0], err
}

func (s *Store) people(ctx context.Context, query string, args ...any) (list []Person, err error) {
	err = s.read(ctx, func(db *connection) error {
		open := s.opener(ctx)
		rows, err := db.query(query, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var row int64
			var uuid, profile sql.RawBytes
			var conversation number
			if err := r.Scan(&row, &uuid, &profile, &conversation); err != nil {
				return err
			}
			id := inbox.CustomerID(uuid)
			if n := len(list); n == 0 || list[n-1].ID != id {
				p, err := open.profile(vault.KeyID(id), row, profile)
				if err != nil {
					return passOver(err)
				}
				list = append(list, Person{ID: id, Profile: p})
			}
			if conversation != 0 {
				last := &list[len(list)-1]
				last.Conversations = append(last.Conversations, inbox.ConversationID(conversation))
			}
			return nil
		})
	})
	return list, wrap("list people", err)
}

// ConversationsOf returns a customer's conversations, also while she is being erased.
func (s *Store) ConversationsOf(ctx context.Context, id inbox.CustomerID) (list []inbox.ConversationID, err error) {
	err = s.readAbout(ctx, id, func(db *connection) error {
		var row int64
		if err := db.queryRow("SELECT customer_id FROM customer WHERE uuid = ?", id[:]).Scan(&row); err != nil {
			return err
		}
		list, err = conversationIDs(db, row)
		return err
	})
	return list, wrap("list conversations", err)
}

// Thread is a conversation as a reader of all texts needs it.
type Thread struct {
	ID       inbox.ConversationID
	Customer inbox.CustomerID
	// Last is the newest message, or 0.
	Last inbox.MessageID
}

// ListThreads returns all conversations, without people who are being erased or
// whose data are restricted.
func (s *Store) ListThreads(ctx context.Context) ([]Thread, error) {
	var list []Thread
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(`SELECT v.conversation_id, c.uuid, v.last_message_id
			FROM conversation v JOIN customer c USING (customer_id) WHERE c.state = 'live' AND c.restricted_at_ms = 0`)
		return each(rows, err, func(r *sql.Rows) error {
			var t Thread
			var uuid sql.RawBytes
			if err := r.Scan(&t.ID, &uuid, &t.Last); err != nil {
				return err
			}
			t.Customer = inbox.CustomerID(uuid)
			list = append(list, t)
			return nil
		})
	})
	return list, wrap("list conversations", err)
}

// Text is what a message says.
type Text struct {
	ID      inbox.MessageID
	Kind    inbox.MessageKind
	Content inbox.Content
}

// Most messages are plain text; a column that is NULL costs no copy.
const listTexts = `SELECT message_id, nullif(kind, 'text'), content FROM message
	WHERE message_id >= ? AND message_id < ? ORDER BY message_id DESC`

// ReadTexts calls fn with the messages of a thread before a message, newest
// first, until fn returns false. It holds a reader, so fn must be quick. A
// message that cannot be opened any more is passed over.
func (s *Store) ReadTexts(ctx context.Context, t Thread, before inbox.MessageID, fn func(Text) bool) error {
	first, end := inbox.MessageRange(t.ID)
	err := s.read(ctx, func(db *connection) error {
		open := s.opener(ctx)
		var id number
		var kind word
		var sealed sql.RawBytes
		dest := []any{&id, &kind, &sealed}
		rows, err := db.query(listTexts, int64(first), int64(min(before, end)))
		err = each(rows, err, func(r *sql.Rows) error {
			if err := r.Scan(dest...); err != nil {
				return err
			}
			content, err := open.text(vault.KeyID(t.Customer), inbox.MessageID(id), sealed)
			switch {
			case errors.Is(err, vault.ErrKeyDestroyed):
				return errEnough // her erasure has begun
			case err != nil:
				return passOver(err)
			}
			if kind == "" {
				kind = word(inbox.KindText)
			}
			if !fn(Text{inbox.MessageID(id), inbox.MessageKind(kind), content}) {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		return err
	})
	return wrap("read texts", err)
}

// passOver lets a reader of everything go on where one value is damaged or must not be read.
func passOver(err error) error {
	if inbox.CodeOf(err) == inbox.CodeRestricted {
		return nil // only stored
	}
	if errors.Is(err, vault.ErrTampered) || errors.Is(err, vault.ErrKeyDestroyed) || inbox.CodeOf(err) == inbox.CodeStorageDamaged {
		slog.Warn("damaged value passed over")
		return nil
	}
	return err
}

var errEnough = inbox.NewError(inbox.CodeInternal, "enough was read")

// text is message without the wamid, which costs a copy for each of a million.
func (o *opener) text(key vault.KeyID, id inbox.MessageID, sealed []byte) (inbox.Content, error) {
	plain, err := o.open(key, messageAD(id), sealed)
	if err != nil {
		return inbox.Content{}, fmt.Errorf("open message: %w", err)
	}
	defer clear(plain)
	if len(plain) == 0 || plain[0] != packed {
		var m sealedMessage
		if err := json.Unmarshal(plain, &m); err != nil {
			return inbox.Content{}, inbox.NewError(inbox.CodeStorageDamaged, "decode message.content")
		}
		return m.Content, nil
	}
	_, text, ok := cutString(plain[1:])
	if !ok {
		return inbox.Content{}, errPacked
	}
	return inbox.Content{Text: string(text)}, nil
}

// Found is a message somebody searched for, with whom it is from or to.
type Found struct {
	Message  inbox.Message
	Customer inbox.CustomerID
	Profile  inbox.Profile
}

// FindMessages returns the messages with these ids in the order asked for,
// without those that are gone and those of people who are being erased or
// whose data are restricted.
func (s *Store) FindMessages(ctx context.Context, ids []inbox.MessageID) ([]Found, error) {
	list := make([]Found, 0, len(ids))
	err := s.read(ctx, func(db *connection) error {
		open := s.opener(ctx)
		people := map[inbox.ConversationID]Found{}
		for _, id := range ids {
			found, known := people[id.Conversation()]
			if !known {
				var err error
				if found, err = open.person(db, id.Conversation()); err != nil {
					return err
				}
				people[id.Conversation()] = found
			}
			if found.Customer == (inbox.CustomerID{}) {
				continue
			}
			var m messageRow
			err := db.queryRow(selectMessage+"WHERE message_id = ?", int64(id)).Scan(m.dest()...)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if found.Message, err = m.message(open, vault.KeyID(found.Customer)); err != nil {
				return err
			}
			list = append(list, found)
		}
		return nil
	})
	return list, wrap("find messages", err)
}

// person returns whom a conversation is with; nobody if she is gone or going.
func (o *opener) person(db *connection, id inbox.ConversationID) (found Found, err error) {
	var customer int64
	var uuid, profile []byte
	err = db.queryRow(`SELECT c.customer_id, c.uuid, c.profile FROM conversation v
		JOIN customer c USING (customer_id) WHERE v.conversation_id = ? AND c.state = 'live' AND c.restricted_at_ms = 0`, int64(id)).Scan(&customer, &uuid, &profile)
	if errors.Is(err, sql.ErrNoRows) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	found.Profile, err = o.profile(vault.KeyID(uuid), customer, profile)
	if err == nil {
		found.Customer = inbox.CustomerID(uuid)
	}
	return found, err
}
