package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// ChatImportID names one import of a chat.
type ChatImportID int64

// ChatImport is a chat that was imported into a conversation.
type ChatImport struct {
	ID       ChatImportID
	At       time.Time
	Messages int
	// Done is false while it runs.
	Done bool
}

// BeginImport notes that a chat is being imported into a conversation. Until
// EndImport it counts as broken off, and UnfinishedImports lists it. It fails
// with conflict if the customer is being erased or her data are restricted.
func (tx *Tx) BeginImport(id inbox.ConversationID, now time.Time) (ChatImportID, error) {
	ref, _, err := tx.FindConversation(id)
	if err != nil {
		return 0, err
	}
	if ref.Customer.Erasing || ref.Customer.Restricted {
		return 0, inbox.NewError(inbox.CodeConflict, "nothing may be imported for this customer")
	}
	var n ChatImportID
	err = tx.queryRow(`INSERT INTO chat_import (conversation_id, state, at_ms, last_at_ms)
		SELECT conversation_id, 'running', ?, last_at_ms FROM conversation WHERE conversation_id = ? RETURNING chat_import_id`, ms(now), int64(id)).Scan(&n)
	return n, wrap("begin import", err)
}

// InsertImported inserts a message somebody says was written. It changes nothing
// that counts what a customer wrote: no window, no unread, no name.
func (tx *Tx) InsertImported(from ChatImportID, m NewMessage) (inbox.MessageID, error) {
	m.Content.Imported = true
	in, err := tx.InsertMessage(m)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec("INSERT INTO imported (message_id, chat_import_id) VALUES (?, ?)", int64(in.ID), int64(from))
	return in.ID, wrap("note imported message", err)
}

// KeepImportedFile gives an imported message its file.
func (tx *Tx) KeepImportedFile(id inbox.MessageID, f Sealed) error {
	if _, err := tx.exec("INSERT INTO media (message_id, state) VALUES (?, 'open')", int64(id)); err != nil {
		return wrap("insert media", err)
	}
	return tx.keepFile(id, f)
}

// EndImport says that an import is whole.
func (tx *Tx) EndImport(id ChatImportID) error {
	did, err := tx.changed("UPDATE chat_import SET state = 'done' WHERE chat_import_id = ?", int64(id))
	return found(did, "end import", err)
}

// ListImports returns the imports into a conversation, the newest first.
func (s *Store) ListImports(ctx context.Context, id inbox.ConversationID) (list []ChatImport, err error) {
	err = s.readConversation(ctx, id, func(db *connection, _ vault.KeyID) error {
		rows, err := db.query(`SELECT chat_import_id, at_ms, state = 'done', (SELECT count(*) FROM imported m WHERE m.chat_import_id = i.chat_import_id)
			FROM chat_import i WHERE conversation_id = ? ORDER BY chat_import_id DESC`, int64(id))
		return each(rows, err, func(r *sql.Rows) error {
			var i ChatImport
			var at int64
			err := r.Scan(&i.ID, &at, &i.Done, &i.Messages)
			i.At = fromMS(at)
			list = append(list, i)
			return err
		})
	})
	return list, wrap("list imports", err)
}

// UnfinishedImports returns the imports that were broken off, or still run.
func (s *Store) UnfinishedImports(ctx context.Context) (list []ChatImportID, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT chat_import_id FROM chat_import WHERE state = 'running' ORDER BY chat_import_id")
		return each(rows, err, func(r *sql.Rows) error {
			var id ChatImportID
			err := r.Scan(&id)
			list = append(list, id)
			return err
		})
	})
	return list, wrap("list imports", err)
}

// RemoveImport takes an import back: its messages and their files are deleted, a
// few at a time, and the conversation is as if it had never been. It can be
// called again after an interruption, and fails with not_found at the end of another.
func (s *Store) RemoveImport(ctx context.Context, id ChatImportID) error {
	for {
		var left bool
		err := s.Update(ctx, func(tx *Tx) (err error) {
			left, err = tx.removeImported(id)
			return err
		})
		if err != nil || !left {
			return err
		}
	}
}

// removeImported deletes some messages of an import, or at last the import.
func (tx *Tx) removeImported(id ChatImportID) (left bool, err error) {
	var conversation inbox.ConversationID
	var lastAt int64
	err = tx.queryRow("UPDATE chat_import SET state = 'running' WHERE chat_import_id = ? RETURNING conversation_id, last_at_ms", int64(id)).Scan(&conversation, &lastAt)
	if err != nil {
		return false, wrap("find import", err)
	}
	var messages []inbox.MessageID
	rows, err := tx.query("SELECT message_id FROM imported WHERE chat_import_id = ? LIMIT ?", int64(id), deleteChunk)
	err = each(rows, err, func(r *sql.Rows) error {
		var m inbox.MessageID
		err := r.Scan(&m)
		messages = append(messages, m)
		return err
	})
	if err != nil {
		return false, wrap("list imported messages", err)
	}
	for _, m := range messages {
		if _, err := tx.deleteRange(Erasure{}, m, m); err != nil {
			return false, err
		}
	}
	if len(messages) > 0 {
		return true, tx.summarise(conversation)
	}
	first, end := inbox.MessageRange(conversation)
	_, err = tx.exec(`UPDATE conversation SET last_at_ms = max(?1, coalesce((SELECT max(sent_at_ms) FROM message
		WHERE message_id >= ?2 AND message_id < ?3), 0)) WHERE conversation_id = ?4`, lastAt, first, end, conversation)
	if err == nil {
		_, err = tx.exec("DELETE FROM chat_import WHERE chat_import_id = ?", int64(id))
	}
	tx.w.cache.clear()
	return false, wrap("remove import", err)
}
