package store

import (
	"context"
	"database/sql"
	"errors"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// SaveTranslation keeps a translation beside its message, in place of an older
// one.
func (tx *Tx) SaveTranslation(ref ConversationRef, id inbox.MessageID, t inbox.Translation) error {
	sealed, err := sealJSON(tx.w.vault, ref.Customer.key(), "translation", "content", int64(id), t)
	if err != nil {
		return wrap("seal translation", err)
	}
	_, err = tx.exec("INSERT INTO translation (message_id, content) VALUES (?, ?) ON CONFLICT (message_id) DO UPDATE SET content = excluded.content", int64(id), sealed)
	return wrap("save translation", err)
}

// DeleteTranslation forgets what a message says in the other language, because
// it says something else now or nothing any more.
func (tx *Tx) DeleteTranslation(id inbox.MessageID) error {
	_, err := tx.exec("DELETE FROM translation WHERE message_id = ?", int64(id))
	return wrap("delete translation", err)
}

// Translations returns the translations of the messages first ≤ id ≤ last of one conversation.
func (s *Store) Translations(ctx context.Context, first, last inbox.MessageID) (map[inbox.MessageID]inbox.Translation, error) {
	list := map[inbox.MessageID]inbox.Translation{}
	err := s.read(ctx, func(db *connection) error {
		key, err := s.owner(ctx, db, first.Conversation())
		if err != nil {
			return err
		}
		rows, err := db.query("SELECT message_id, content FROM translation WHERE message_id >= ? AND message_id <= ?", int64(first), int64(last))
		return each(rows, err, func(r *sql.Rows) error {
			var id int64
			var sealed sql.RawBytes
			if err := r.Scan(&id, &sealed); err != nil {
				return err
			}
			var t inbox.Translation
			if err := s.opener(ctx).json(key, "translation", "content", id, sealed, &t); err != nil {
				return err
			}
			list[inbox.MessageID(id)] = t
			return nil
		})
	})
	return list, wrap("list translations", err)
}

// SetInterpreting keeps whether and how a conversation is translated.
func (tx *Tx) SetInterpreting(ref ConversationRef, i inbox.Interpreting) error {
	sealed, err := sealJSON(tx.w.vault, ref.Customer.key(), "interpreting", "content", int64(ref.ID), i)
	if err != nil {
		return wrap("seal language", err)
	}
	_, err = tx.exec("INSERT INTO interpreting (conversation_id, content) VALUES (?, ?) ON CONFLICT (conversation_id) DO UPDATE SET content = excluded.content", int64(ref.ID), sealed)
	return wrap("save language", err)
}

// Interpreting returns whether and how a conversation is translated; by default it is not.
func (s *Store) Interpreting(ctx context.Context, c inbox.ConversationID) (inbox.Interpreting, error) {
	var out inbox.Interpreting
	err := s.readConversation(ctx, c, func(db *connection, key vault.KeyID) error {
		var sealed []byte
		err := db.queryRow("SELECT content FROM interpreting WHERE conversation_id = ?", int64(c)).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.opener(ctx).json(key, "interpreting", "content", int64(c), sealed, &out)
	})
	return out, wrap("find language", err)
}
