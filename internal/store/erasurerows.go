package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/osfault"
	"tresen/internal/vault"
)

func (s *Store) emptyLog(ctx context.Context) error {
	return s.exclusive(ctx, truncateWAL)
}

// deleteChunk is how many messages one transaction deletes: the window stays
// usable and deliveries wait a few milliseconds at most.
const deleteChunk = 500

// DeleteCustomerRows deletes everything that belongs to the customer of an
// erasure in small transactions, which also count in the erasure's record what
// they deleted. It can be called again after an interruption.
func (s *Store) DeleteCustomerRows(ctx context.Context, job Erasure, progress func()) error {
	for {
		n, err := s.deleteMessages(ctx, job)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		progress()
	}
	return s.Update(ctx, func(tx *Tx) error {
		if err := tx.forgetRecipient(job.Customer); err != nil {
			return err
		}
		for _, query := range []string{
			"DELETE FROM chat_import WHERE conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)",
			"DELETE FROM matter WHERE conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)",
			"DELETE FROM interpreting WHERE conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)",
			"DELETE FROM draft WHERE conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)",
			"DELETE FROM pending WHERE customer_id = ?",
			"DELETE FROM automatic_send WHERE customer_id = ?",
			"DELETE FROM intake WHERE customer_id = ?",
			"DELETE FROM raw_part WHERE customer_id = ?",
			"DELETE FROM preference WHERE customer_id = ?",
			"DELETE FROM consent_use WHERE customer_id = ?",
			"DELETE FROM consent WHERE customer_id = ?",
			"DELETE FROM shown_notice WHERE customer_id = ?",
			"DELETE FROM customer_label WHERE customer_id = ?",
			"DELETE FROM note WHERE customer_id = ?",
			"DELETE FROM identifier WHERE customer_id = ?",
			"DELETE FROM conversation WHERE customer_id = ?",
			"DELETE FROM customer WHERE customer_id = ?",
		} {
			if _, err := tx.exec(query, job.Customer); err != nil {
				return wrap("delete customer", err)
			}
		}
		tx.w.cache.clear()
		return nil
	})
}

// deleteMessages deletes the next few messages and returns how many.
func (s *Store) deleteMessages(ctx context.Context, job Erasure) (messages int, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		messages = 0
		conversations, err := tx.conversations(job.Customer)
		if err != nil {
			return err
		}
		for _, c := range conversations {
			if messages, err = tx.deleteSome(job, c); err != nil || messages > 0 {
				return err
			}
		}
		return nil
	})
	return messages, err
}

// deleteSome deletes the first few messages of a conversation and returns how many.
func (tx *Tx) deleteSome(job Erasure, id inbox.ConversationID) (messages int, err error) {
	first, end := inbox.MessageRange(id)
	var last sql.NullInt64
	err = tx.queryRow(`SELECT max(message_id) FROM (SELECT message_id FROM message
		WHERE message_id >= ? AND message_id < ? ORDER BY message_id LIMIT ?)`, first, end, deleteChunk).Scan(&last)
	if err != nil || !last.Valid {
		return 0, wrap("find messages", err)
	}
	return tx.deleteRange(job, first, inbox.MessageID(last.Int64))
}

// ConversationsOf returns a customer's conversations.
func (tx *Tx) ConversationsOf(c CustomerRef) ([]inbox.ConversationID, error) {
	return tx.conversations(c.Row)
}

func (tx *Tx) conversations(customer int64) (list []inbox.ConversationID, err error) {
	rows, err := tx.query("SELECT conversation_id FROM conversation WHERE customer_id = ?", customer)
	err = each(rows, err, func(r *sql.Rows) error {
		var id inbox.ConversationID
		err := r.Scan(&id)
		list = append(list, id)
		return err
	})
	return list, wrap("list conversations", err)
}

// messageTables are the tables with a message_id, the message itself last.
var messageTables = []string{"reaction", "reaction_send", "message_version", "outbox", "media", "sensitive", "hint_answer", "translation", "imported", "message"}

// deleteRange deletes the messages first ≤ id ≤ last and what hangs on them, and
// counts them. Who watches is told of each, unless a whole person is erased.
func (tx *Tx) deleteRange(job Erasure, first, last inbox.MessageID) (messages int, err error) {
	if err := tx.dropFiles("message_id >= ? AND message_id <= ?", first, last); err != nil {
		return 0, err
	}
	if err := tx.keepAutomaticStatus(first, last); err != nil {
		return 0, err
	}
	if err := tx.freezeRecipients(first, last); err != nil {
		return 0, err
	}
	if job.ID == 0 {
		if err := tx.unsay(first, last); err != nil {
			return 0, err
		}
	}
	deleted := map[string]int64{}
	for _, table := range messageTables {
		res, err := tx.exec("DELETE FROM "+table+" WHERE message_id >= ? AND message_id <= ?", first, last)
		if err == nil {
			deleted[table], err = res.RowsAffected()
		}
		if err != nil {
			return 0, wrap("delete messages", err)
		}
	}
	_, err = tx.exec("UPDATE erasure SET messages = messages + ?, media = media + ? WHERE erasure_id = ?",
		deleted["message"], deleted["media"], job.ID)
	return int(deleted["message"]), wrap("count deleted messages", err)
}

// unsay tells who watches that these messages say nothing any more.
func (tx *Tx) unsay(first, last inbox.MessageID) error {
	rows, err := tx.query("SELECT message_id FROM message WHERE message_id >= ? AND message_id <= ?", first, last)
	err = each(rows, err, func(r *sql.Rows) error {
		var id inbox.MessageID
		err := r.Scan(&id)
		tx.said(id, "", inbox.Content{})
		return err
	})
	return wrap("list messages to delete", err)
}

// RemoveOrphans deletes sealed files that nothing names, as an interruption
// may leave them. Of customers whose key is gone it also ends what is being
// written and deletes plain copies. It fails if one of them cannot be deleted.
func (s *Store) RemoveOrphans(ctx context.Context) error {
	s.discardKeyless()
	if err := s.removePlainCopies(func(key vault.KeyID) bool { return !s.vault.HasKey(key) }); err != nil {
		return err
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, MediaDir))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list media files: %w", osfault.WithoutPath(err))
	}
	var orphans []string
	err = s.Update(ctx, func(tx *Tx) error {
		orphans = nil
		for _, e := range entries {
			file, err := hex.DecodeString(e.Name())
			if err != nil {
				continue
			}
			var n int
			if err := tx.queryRow(`SELECT (SELECT count(*) FROM media WHERE file = ?1 OR thumb = ?1)
				+ (SELECT count(*) FROM snippet WHERE file = ?1) + (SELECT count(*) FROM archive_file WHERE file = ?1)`, file).Scan(&n); err != nil {
				return wrap("find media", err)
			}
			if n == 0 && (len(file) != 16 || !s.newFiles.has([16]byte(file))) {
				orphans = append(orphans, filepath.Join(s.dir, MediaDir, e.Name()))
			}
		}
		return nil
	})
	for _, path := range orphans {
		if errRemove := os.Remove(path); errRemove != nil && !os.IsNotExist(errRemove) {
			err = errors.Join(err, fmt.Errorf("delete media file: %w", osfault.WithoutPath(errRemove)))
		}
	}
	return err
}

// Compact rewrites the database without any deleted content and empties the
// write-ahead log. Deleting alone is not enough: page splits leave copies.
// (SQLite docs: VACUUM, secure_delete.)
func (s *Store) Compact(ctx context.Context) error {
	return s.exclusive(ctx, func(db *connection) error {
		if err := truncateWAL(db); err != nil {
			return err
		}
		if _, err := db.exec("VACUUM"); err != nil {
			return wrap("compact database", err)
		}
		return truncateWAL(db)
	})
}

func truncateWAL(db *connection) error {
	var busy, log, done int
	if err := db.queryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done); err != nil {
		return wrap("empty write-ahead log", err)
	}
	if busy != 0 {
		return inbox.NewError(inbox.CodeStorageLocked, "write-ahead log is in use")
	}
	return nil
}
