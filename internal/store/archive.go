package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"path/filepath"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Archived is an entry of the sealed archive: something a law keeps longer than
// its purpose, apart from the inbox.
type Archived struct {
	ID       int64
	Class    string
	StartsAt time.Time
	EndsAt   time.Time
	Hold     bool
	Messages int
	// Conversation is what it was copied from; only ListArchivedOf says it.
	Conversation inbox.ConversationID

	key     vault.KeyID
	content []byte
}

// Decode reads an entry that OpenArchived returned.
func (a Archived) Decode(into any) error {
	if json.Unmarshal(a.content, into) != nil {
		return inbox.NewError(inbox.CodeStorageDamaged, "decode archive.content")
	}
	return nil
}

// NewArchived is an entry being made. Call Discard in any case: after the
// transaction that kept it, it does nothing.
type NewArchived struct {
	store *Store
	key   vault.KeyID
	files []*NewFile
}

// NewArchived begins an entry with a key of its own.
func (s *Store) NewArchived() (*NewArchived, error) {
	key, err := s.vault.NewKey()
	if err != nil {
		return nil, wrapKeyring("make archive key", err)
	}
	return &NewArchived{store: s, key: key}, nil
}

// AddFile seals a copy of a file for the entry and returns its name there.
func (n *NewArchived) AddFile(from io.Reader) (name string, err error) {
	f, err := n.store.createFile(n.key)
	if err != nil {
		return "", err
	}
	n.files = append(n.files, f)
	if _, err := io.Copy(f, from); err != nil {
		return "", wrap("copy file to archive", err)
	}
	return hex.EncodeToString(f.id[:]), f.Finish()
}

// Discard forgets an entry that was not kept. Its key stays in the keyring and
// opens nothing.
func (n *NewArchived) Discard() {
	for _, f := range n.files {
		f.Discard()
	}
}

func archiveAD(key vault.KeyID) vault.AD {
	return vault.AD{Table: "archive", Column: hex.EncodeToString(key[:])}
}

// Archive keeps an entry. a.ID is ignored. source is the message it is a copy
// of, or 0; a message is archived once for each class, and conflict is returned
// for the second.
func (tx *Tx) Archive(n *NewArchived, a Archived, source inbox.MessageID, content any) (id int64, err error) {
	plain, err := json.Marshal(content)
	if err != nil {
		return 0, wrap("encode archive entry", err)
	}
	sealed, err := tx.w.vault.Seal(n.key, archiveAD(n.key), plain)
	clear(plain)
	if err != nil {
		return 0, wrap("seal archive entry", err)
	}
	res, err := tx.exec(`INSERT INTO archive (key, class, starts_at_ms, ends_at_ms, hold, messages, source, content)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, n.key[:], a.Class, ms(a.StartsAt), ms(a.EndsAt), a.Hold, a.Messages, archiveSource(source), sealed)
	if err != nil {
		return 0, wrap("insert archive entry", err)
	}
	if added, err := res.RowsAffected(); err != nil || added == 0 {
		return 0, inbox.NewError(inbox.CodeConflict, "already in the archive")
	}
	if id, err = res.LastInsertId(); err != nil {
		return 0, wrap("insert archive entry", err)
	}
	for _, f := range n.files {
		if _, err := tx.exec("INSERT INTO archive_file (file, archive_id) VALUES (?, ?)", f.id[:], id); err != nil {
			return 0, wrap("insert archive file", err)
		}
	}
	tx.AfterCommit(func() {
		for _, f := range n.files {
			f.keep()
		}
	})
	return id, nil
}

// archiveSource is how an entry remembers what it is a copy of, NULL for nothing.
func archiveSource(id inbox.MessageID) []byte {
	if id == 0 {
		return nil
	}
	return binary.BigEndian.AppendUint64(nil, uint64(id))
}

const selectArchived = "SELECT archive_id, class, starts_at_ms, ends_at_ms, hold, messages, key, content FROM archive "

func scanArchived(r interface{ Scan(...any) error }) (a Archived, err error) {
	var starts, ends int64
	var key []byte
	if err := r.Scan(&a.ID, &a.Class, &starts, &ends, &a.Hold, &a.Messages, &key, &a.content); err != nil {
		return a, err
	}
	a.key, a.StartsAt, a.EndsAt = vault.KeyID(key), fromMS(starts), fromMS(ends)
	return a, nil
}

// ListArchived returns what the archive holds, without content, by the date on which it ends.
func (s *Store) ListArchived(ctx context.Context) (list []Archived, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(selectArchived + "ORDER BY ends_at_ms, archive_id")
		return each(rows, err, func(r *sql.Rows) error {
			a, err := scanArchived(r)
			a.content = nil
			list = append(list, a)
			return err
		})
	})
	return list, wrap("list archive", err)
}

// ListArchivedOf returns the entries that are copies of a customer's messages,
// without content.
func (s *Store) ListArchivedOf(ctx context.Context, id inbox.CustomerID) (list []Archived, err error) {
	err = s.readAbout(ctx, id, func(db *connection) error {
		c, err := scanCustomer(db.queryRow(selectCustomer, id[:]))
		if err != nil {
			return err
		}
		conversations, err := conversationIDs(db, c.Row)
		for _, conversation := range conversations {
			first, end := inbox.MessageRange(conversation)
			rows, err := db.query(selectArchived+"WHERE class NOT IN ('proof', 'calls') AND source >= ? AND source < ?", archiveSource(first), archiveSource(end))
			err = each(rows, err, func(r *sql.Rows) error {
				a, err := scanArchived(r)
				a.content, a.Conversation = nil, conversation
				list = append(list, a)
				return err
			})
			if err != nil {
				return err
			}
		}
		return err
	})
	return list, wrap("list archive of a person", err)
}

// FindArchived returns the entry of a class that is a copy of source, without
// content, or not_found.
func (s *Store) FindArchived(ctx context.Context, class string, source inbox.MessageID) (a Archived, err error) {
	err = s.read(ctx, func(db *connection) error {
		a, err = scanArchived(db.queryRow(selectArchived+"WHERE class = ? AND source = ?", class, archiveSource(source)))
		a.content = nil
		return err
	})
	return a, wrap("find archive entry", err)
}

// OpenArchived returns an entry with its content, or not_found.
func (s *Store) OpenArchived(ctx context.Context, id int64) (a Archived, err error) {
	err = s.read(ctx, func(db *connection) error {
		a, err = scanArchived(db.queryRow(selectArchived+"WHERE archive_id = ?", id))
		return err
	})
	if err != nil {
		return Archived{}, wrap("find archive entry", err)
	}
	a.content, err = s.opener(ctx).take(a.key, archiveAD(a.key), a.content)
	return a, wrap("open archive entry", err)
}

// OpenArchivedFile opens one of an entry's files by the name AddFile gave it.
func (s *Store) OpenArchivedFile(a Archived, name string) (*StoredFile, error) {
	id, err := hex.DecodeString(name)
	if err != nil || len(id) != 16 {
		return nil, inbox.NewError(inbox.CodeNotFound, "no such file")
	}
	out := &StoredFile{}
	return out, s.unseal(s.opener(context.Background()), out, a.key, [16]byte(id))
}

// HoldArchived keeps an entry beyond its time, or no longer.
func (tx *Tx) HoldArchived(id int64, hold bool) error {
	_, err := tx.exec("UPDATE archive SET hold = ? WHERE archive_id = ?", hold, id)
	return wrap("hold archive entry", err)
}

// DropArchived ends entries: their keys are destroyed first, then rows and
// files go. It can be called again after an interruption.
func (s *Store) DropArchived(ctx context.Context, ids []int64) error {
	var keys []vault.KeyID
	for _, id := range ids {
		var key []byte
		err := s.read(ctx, func(db *connection) error {
			return db.queryRow("SELECT key FROM archive WHERE archive_id = ?", id).Scan(&key)
		})
		if err := gone(wrap("find archive entry", err)); err != nil {
			return err
		}
		if len(key) == 16 {
			keys = append(keys, vault.KeyID(key))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	if _, err := s.destroy(ctx, keys...); err != nil {
		return wrapKeyring("destroy archive keys", err)
	}
	return s.Update(ctx, func(tx *Tx) error {
		for _, id := range ids {
			if err := tx.deleteArchived(id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) deleteArchived(id int64) error {
	rows, err := tx.query("SELECT file FROM archive_file WHERE archive_id = ?", id)
	err = each(rows, err, func(r *sql.Rows) error {
		var file []byte
		if err := r.Scan(&file); err != nil {
			return err
		}
		path := filepath.Join(tx.w.dir, MediaDir, mediaName(file))
		tx.AfterCommit(func() { removeFile(path) })
		return nil
	})
	if err != nil {
		return wrap("list archive files", err)
	}
	for _, query := range []string{"DELETE FROM archive_file WHERE archive_id = ?", "DELETE FROM archive WHERE archive_id = ?"} {
		if _, err := tx.exec(query, id); err != nil {
			return wrap("delete archive entry", err)
		}
	}
	return nil
}
