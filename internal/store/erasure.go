package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Erasure is the record of one erasure. While it runs it names the customer's
// key; at its end only counts and results are left, nothing about the person.
type Erasure struct {
	ID          int64
	State       string // running, done, failed
	Step        string // the step to run next, or "" at the end
	Customer    int64
	Key         vault.KeyID
	NoteKey     vault.KeyID
	OldRaw      vault.KeyID
	StartedAt   time.Time
	ErasedAt    time.Time
	EndedAt     time.Time
	Epoch       uint64
	Messages    int
	Media       int
	Files       int
	Skipped     int // files that could not be searched
	Bytes       int64
	Hits        int
	ContactBook string
	Failure     inbox.Code
}

// ErasureNote is what an erasure must remember until its end: by what to
// recognise leftovers, and whom to delete from Meta's contact book. It is
// sealed with a key of its own, which is destroyed last.
type ErasureNote struct {
	BSUID       string      `json:"b,omitempty"`
	Identifiers []string    `json:"i,omitempty"`
	WAMIDs      []string    `json:"w,omitempty"`
	Slices      [][]byte    `json:"s,omitempty"`
	OldRaw      vault.KeyID `json:"r"`
	// OldNote is the key of the longer note this one replaced.
	OldNote vault.KeyID `json:"o"`
}

// maxNoteWAMIDs bounds the note. Every message leaves a slice of its ciphertext
// anyway; the wamids are searched in addition.
const maxNoteWAMIDs = 20_000

// BeginErasure does everything that must happen at once: from its commit on,
// the customer cannot be found, written to or shown. It
//   - marks the customer, cancels what waits to be sent and removes the identifiers,
//   - hashes everybody else's identifiers with a new lookup key, because the old
//     one together with an old copy would tell whether a number was there,
//   - seals what belongs to nobody known again under a new key, without what
//     mentions the person,
//   - writes down what the scan at the end must look for.
//
// A value that is damaged does not stop it: nobody must stay because of that.
// It fails with conflict if the customer's erasure is already running.
func (s *Store) BeginErasure(ctx context.Context, id inbox.CustomerID, now time.Time) (Erasure, error) {
	// Looked up first, so that a second click makes no keys.
	if err := s.Update(ctx, func(tx *Tx) error { _, err := tx.findErasable(id); return err }); err != nil {
		return Erasure{}, err
	}
	noteKey, err := s.vault.NewKey()
	if err != nil {
		return Erasure{}, wrapKeyring("make note key", err)
	}
	raw, err := s.vault.NewKey()
	if err != nil {
		return Erasure{}, wrapKeyring("make raw key", err)
	}
	gen, err := s.vault.AddLookupGeneration()
	if err != nil {
		return Erasure{}, wrapKeyring("make lookup key", err)
	}
	var job Erasure
	err = s.Update(ctx, func(tx *Tx) error {
		c, err := tx.findErasable(id)
		if err != nil {
			return err
		}
		note, err := tx.erasureNote(c)
		if err != nil {
			return err
		}
		if err := tx.hideCustomer(c); err != nil {
			return err
		}
		if err := tx.rekeyUnattributed(raw, note); err != nil {
			return err
		}
		if err := tx.rehashIdentifiers(gen); err != nil {
			return err
		}
		note.OldRaw = tx.w.keys.Raw
		if err := tx.setKeyNames(keyNames{LookupGen: gen, Raw: raw}); err != nil {
			return err
		}
		job, err = tx.insertErasure(c, noteKey, note, now)
		return err
	})
	return job, err
}

func (tx *Tx) findErasable(id inbox.CustomerID) (CustomerRef, error) {
	c, err := tx.FindCustomer(id)
	if err == nil && c.Erasing {
		err = inbox.NewError(inbox.CodeConflict, "the erasure is already running")
	}
	return c, err
}

func (tx *Tx) erasureNote(c CustomerRef) (*ErasureNote, error) {
	note := &ErasureNote{}
	rows, err := tx.query("SELECT identifier_id, kind, value FROM identifier WHERE customer_id = ?", c.Row)
	err = each(rows, err, func(r *sql.Rows) error {
		var rowID int64
		var kind inbox.IdentifierKind
		var sealed []byte
		if err := r.Scan(&rowID, &kind, &sealed); err != nil {
			return err
		}
		note.Slices = append(note.Slices, slice(sealed))
		plain, err := tx.w.vault.Open(c.key(), identifierAD(rowID), sealed)
		if err != nil {
			return damaged(err)
		}
		if kind == inbox.KindBSUID {
			note.BSUID = string(plain)
		}
		note.Identifiers = append(note.Identifiers, string(plain))
		return nil
	})
	if err != nil {
		return nil, wrap("note identifiers", err)
	}
	if err := tx.noteMessages(c, note); err != nil {
		return nil, err
	}
	return note, tx.noteRest(c, note)
}

// damaged lets an erasure go on where a sealed value cannot be opened any more.
func damaged(err error) error {
	if errors.Is(err, vault.ErrTampered) || inbox.CodeOf(err) == inbox.CodeStorageDamaged {
		slog.Warn("damaged value met during an erasure")
		return nil
	}
	return err
}

func (tx *Tx) noteMessages(c CustomerRef, note *ErasureNote) error {
	o := opener{vault: tx.w.vault}
	rows, err := tx.query(`SELECT m.message_id, m.content FROM conversation v
		JOIN message m ON m.message_id >= v.conversation_id << 43 AND m.message_id < (v.conversation_id + 1) << 43
		WHERE v.customer_id = ?`, c.Row)
	err = each(rows, err, func(r *sql.Rows) error {
		var rowID int64
		var sealed []byte
		if err := r.Scan(&rowID, &sealed); err != nil {
			return err
		}
		note.Slices = append(note.Slices, slice(sealed))
		if len(note.WAMIDs) >= maxNoteWAMIDs {
			return nil
		}
		m, err := o.message(c.key(), inbox.MessageID(rowID), sealed)
		if err != nil {
			return damaged(err)
		}
		if m.WAMID != "" {
			note.WAMIDs = append(note.WAMIDs, string(m.WAMID))
		}
		return nil
	})
	return wrap("note messages", err)
}

// noteRest notes slices of everything else that is sealed with the customer's key.
func (tx *Tx) noteRest(c CustomerRef, note *ErasureNote) error {
	const ofMessages = ` FROM conversation v JOIN %[1]s t
		ON t.message_id >= v.conversation_id << 43 AND t.message_id < (v.conversation_id + 1) << 43
		WHERE v.customer_id = ? AND t.content IS NOT NULL`
	for _, query := range []string{
		"SELECT profile FROM customer WHERE customer_id = ?",
		"SELECT d.content FROM conversation v JOIN draft d USING (conversation_id) WHERE v.customer_id = ?",
		"SELECT t.content" + fmt.Sprintf(ofMessages, "message_version"),
		"SELECT t.content" + fmt.Sprintf(ofMessages, "reaction"),
		"SELECT content FROM pending WHERE customer_id = ?",
		"SELECT content FROM raw_part WHERE customer_id = ?",
	} {
		rows, err := tx.query(query, c.Row)
		err = each(rows, err, func(r *sql.Rows) error {
			var sealed []byte
			err := r.Scan(&sealed)
			note.Slices = append(note.Slices, slice(sealed))
			return err
		})
		if err != nil {
			return wrap("note what is sealed", err)
		}
	}
	return nil
}

// slice returns 12 bytes of a sealed value by which a leftover copy is recognised.
func slice(sealed []byte) []byte {
	from := min(len(sealed)/2, max(0, len(sealed)-12))
	return bytes.Clone(sealed[from:min(len(sealed), from+12)])
}

func (tx *Tx) hideCustomer(c CustomerRef) error {
	for _, query := range []string{
		"UPDATE customer SET state = 'erasing' WHERE customer_id = ?",
		"DELETE FROM identifier WHERE customer_id = ?",
		`DELETE FROM outbox WHERE message_id >> 43 IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)`,
		"DELETE FROM pending WHERE customer_id = ?",
		"DELETE FROM raw_part WHERE customer_id = ?",
		"DELETE FROM preference WHERE customer_id = ?",
	} {
		if _, err := tx.exec(query, c.Row); err != nil {
			return wrap("hide customer", err)
		}
	}
	tx.w.cache.clear()
	return nil
}

// rekeyUnattributed seals what belongs to nobody known under a new key and
// drops what mentions the person: the old key will be destroyed with hers.
func (tx *Tx) rekeyUnattributed(to vault.KeyID, note *ErasureNote) error {
	for _, table := range []string{"pending", "raw_part"} {
		type part struct{ digest, sealed []byte }
		var parts []part
		rows, err := tx.query("SELECT digest, content FROM " + table + " WHERE customer_id IS NULL")
		err = each(rows, err, func(r *sql.Rows) error {
			var p part
			err := r.Scan(&p.digest, &p.sealed)
			parts = append(parts, p)
			return err
		})
		if err != nil {
			return wrap("list unattributed parts", err)
		}
		for _, p := range parts {
			ad := vault.AD{Table: table, Column: hex.EncodeToString(p.digest)}
			plain, err := tx.w.vault.Open(tx.w.keys.Raw, ad, p.sealed)
			if err != nil && damaged(err) != nil {
				return wrap("open unattributed part", err)
			}
			note.Slices = append(note.Slices, slice(p.sealed))
			if err != nil || note.mentioned(plain) {
				_, err = tx.exec("DELETE FROM "+table+" WHERE digest = ?", p.digest)
			} else if p.sealed, err = tx.w.vault.Seal(to, ad, plain); err == nil {
				_, err = tx.exec("UPDATE "+table+" SET content = ? WHERE digest = ?", p.sealed, p.digest)
			}
			if err != nil {
				return wrap("seal unattributed part again", err)
			}
		}
	}
	return nil
}

func (n *ErasureNote) mentioned(plain []byte) bool {
	plain = bytes.ReplaceAll(plain, []byte(`\/`), []byte("/")) // how Meta writes "/" in JSON
	for _, list := range [][]string{n.Identifiers, n.WAMIDs} {
		for _, s := range list {
			if bytes.Contains(plain, []byte(s)) {
				return true
			}
		}
	}
	return false
}

func (tx *Tx) rehashIdentifiers(gen uint32) error {
	type hashed struct {
		id     int64
		lookup [16]byte
	}
	var list []hashed
	rows, err := tx.query("SELECT i.identifier_id, i.kind, i.value, c.uuid FROM identifier i JOIN customer c USING (customer_id)")
	err = each(rows, err, func(r *sql.Rows) error {
		var h hashed
		var kind string
		var sealed, uuid []byte
		if err := r.Scan(&h.id, &kind, &sealed, &uuid); err != nil {
			return err
		}
		plain, err := tx.w.vault.Open(vault.KeyID(uuid), identifierAD(h.id), sealed)
		if err != nil {
			return damaged(err)
		}
		h.lookup, err = tx.w.vault.Lookup(gen, kind, string(plain))
		list = append(list, h)
		return err
	})
	if err != nil {
		return wrap("hash identifiers again", err)
	}
	for _, h := range list {
		if _, err := tx.exec("UPDATE identifier SET lookup = ? WHERE identifier_id = ?", h.lookup[:], h.id); err != nil {
			return wrap("hash identifiers again", err)
		}
	}
	return nil
}

func (tx *Tx) insertErasure(c CustomerRef, noteKey vault.KeyID, note *ErasureNote, now time.Time) (Erasure, error) {
	job := Erasure{State: "running", Step: "contactBook", Customer: c.Row, Key: c.key(), NoteKey: noteKey, OldRaw: note.OldRaw,
		StartedAt: now, ContactBook: "none"}
	if note.BSUID != "" {
		job.ContactBook = "pending"
	}
	err := tx.queryRow(`INSERT INTO erasure (state, step, customer_id, uuid, note_key, started_at_ms, contact_book)
		VALUES ('running', ?, ?, ?, ?, ?, ?) RETURNING erasure_id`,
		job.Step, c.Row, c.ID[:], noteKey[:], ms(now), job.ContactBook).Scan(&job.ID)
	if err != nil {
		return job, wrap("insert erasure", err)
	}
	sealed, err := sealJSON(tx.w.vault, noteKey, "erasure", "note", job.ID, note)
	if err != nil {
		return job, wrap("seal erasure note", err)
	}
	_, err = tx.exec("UPDATE erasure SET note = ? WHERE erasure_id = ?", sealed, job.ID)
	return job, wrap("insert erasure", err)
}

// DestroyKeys is the moment of erasure: the customer's key, the old lookup key
// and the old raw key go with the old master key, and nothing they sealed can
// be read again, here or in an older copy.
func (s *Store) DestroyKeys(ctx context.Context, job Erasure, note ErasureNote) (epoch uint64, err error) {
	return s.destroy(ctx, job.Key, note.OldRaw)
}

// destroy removes keys, and the lookup keys no identifier is hashed with any more.
func (s *Store) destroy(ctx context.Context, ids ...vault.KeyID) (epoch uint64, err error) {
	var gen uint32
	if err := s.Update(ctx, func(tx *Tx) error { gen = tx.w.keys.LookupGen; return nil }); err != nil {
		return 0, err
	}
	_, epoch, err = s.vault.Destroy(ids, gen)
	return epoch, err
}

// Erasure returns the record of an erasure, or not_found.
func (s *Store) Erasure(ctx context.Context, id int64) (Erasure, error) {
	list, err := s.erasures(ctx, "WHERE erasure_id = ?", id)
	if err == nil && len(list) == 0 {
		return Erasure{}, inbox.NewError(inbox.CodeNotFound, "no such erasure")
	}
	if err != nil {
		return Erasure{}, err
	}
	return list[0], nil
}

// UnfinishedErasures returns those that still have something to do, oldest first.
func (s *Store) UnfinishedErasures(ctx context.Context) ([]Erasure, error) {
	return s.erasures(ctx, "WHERE note_key IS NOT NULL ORDER BY erasure_id")
}

func (s *Store) erasures(ctx context.Context, where string, args ...any) ([]Erasure, error) {
	var list []Erasure
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(`SELECT erasure_id, state, step, coalesce(customer_id, 0), uuid, note_key, started_at_ms,
			erased_at_ms, ended_at_ms, epoch, messages, media, files_scanned, files_skipped, bytes_scanned, scan_hits, contact_book, failure
			FROM erasure `+where, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var e Erasure
			var started, erased, ended int64
			var uuid, noteKey []byte
			err := r.Scan(&e.ID, &e.State, &e.Step, &e.Customer, &uuid, &noteKey, &started, &erased, &ended, &e.Epoch,
				&e.Messages, &e.Media, &e.Files, &e.Skipped, &e.Bytes, &e.Hits, &e.ContactBook, &e.Failure)
			copy(e.Key[:], uuid)
			copy(e.NoteKey[:], noteKey)
			e.StartedAt, e.ErasedAt, e.EndedAt = fromMS(started), fromMS(erased), fromMS(ended)
			list = append(list, e)
			return err
		})
	})
	return list, wrap("list erasures", err)
}

// ErasureNote opens an unfinished erasure's note.
func (s *Store) ErasureNote(ctx context.Context, job Erasure) (ErasureNote, error) {
	var note ErasureNote
	var sealed []byte
	err := s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT note FROM erasure WHERE erasure_id = ?", job.ID).Scan(&sealed)
	})
	if err == nil {
		err = openJSON(s.vault, job.NoteKey, "erasure", "note", job.ID, sealed, &note)
	}
	return note, wrap("open erasure note", err)
}

// UpdateErasure writes down how far an erasure has come, but for the counts of
// what was deleted: whatever deletes keeps them.
func (s *Store) UpdateErasure(ctx context.Context, e Erasure) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE erasure SET state = ?, step = ?, erased_at_ms = ?, ended_at_ms = ?, epoch = ?,
			files_scanned = ?, files_skipped = ?, bytes_scanned = ?, scan_hits = ?, contact_book = ?, failure = ? WHERE erasure_id = ?`,
			e.State, e.Step, ms(e.ErasedAt), ms(e.EndedAt), e.Epoch, e.Files, e.Skipped, e.Bytes, e.Hits,
			e.ContactBook, string(e.Failure), e.ID)
		return wrap("update erasure", err)
	})
}

// CloseErasure destroys what an erasure had to remember: first the note's key,
// then the note and the names of row and key. Only counts and results stay.
func (s *Store) CloseErasure(ctx context.Context, job Erasure, note ErasureNote) error {
	if _, err := s.destroy(ctx, job.NoteKey, note.OldNote); err != nil {
		return fmt.Errorf("destroy note key: %w", err)
	}
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE erasure SET note = NULL, note_key = NULL, uuid = NULL, customer_id = NULL WHERE erasure_id = ?", job.ID)
		return wrap("close erasure", err)
	})
	if err != nil {
		return err
	}
	return s.emptyLog(ctx)
}

// ShrinkNote replaces an erasure's note by what is still needed to delete the
// person from Meta's contact book, under a new key, and destroys the old one.
// Called with a note that is already small, it finishes what a crash cut off.
func (s *Store) ShrinkNote(ctx context.Context, job Erasure, note ErasureNote) error {
	if note.OldNote != (vault.KeyID{}) {
		return s.forgetNote(ctx, note.OldNote)
	}
	key, err := s.vault.NewKey()
	if err != nil {
		return wrapKeyring("make note key", err)
	}
	sealed, err := sealJSON(s.vault, key, "erasure", "note", job.ID, ErasureNote{BSUID: note.BSUID, OldNote: job.NoteKey})
	if err != nil {
		return wrap("seal erasure note", err)
	}
	err = s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE erasure SET note = ?, note_key = ? WHERE erasure_id = ?", sealed, key[:], job.ID)
		return wrap("shrink erasure note", err)
	})
	if err != nil {
		return err
	}
	return s.forgetNote(ctx, job.NoteKey)
}

// forgetNote destroys a note's key unless that has been done.
func (s *Store) forgetNote(ctx context.Context, key vault.KeyID) error {
	if !s.vault.HasKey(key) {
		return nil
	}
	if _, err := s.destroy(ctx, key); err != nil {
		return fmt.Errorf("destroy note key: %w", err)
	}
	return s.emptyLog(ctx)
}

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
		for _, query := range []string{
			"DELETE FROM draft WHERE conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)",
			"DELETE FROM pending WHERE customer_id = ?",
			"DELETE FROM raw_part WHERE customer_id = ?",
			"DELETE FROM preference WHERE customer_id = ?",
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
			first, end := inbox.MessageRange(c)
			var last sql.NullInt64
			err := tx.queryRow(`SELECT max(message_id) FROM (SELECT message_id FROM message
				WHERE message_id >= ? AND message_id < ? ORDER BY message_id LIMIT ?)`, first, end, deleteChunk).Scan(&last)
			if err != nil {
				return wrap("find messages", err)
			}
			if last.Valid {
				messages, err = tx.deleteRange(job, first, inbox.MessageID(last.Int64))
				return err
			}
		}
		return nil
	})
	return messages, err
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

// deleteRange deletes the messages first ≤ id ≤ last and what hangs on them, and counts them.
func (tx *Tx) deleteRange(job Erasure, first, last inbox.MessageID) (messages int, err error) {
	rows, err := tx.query("SELECT file FROM media WHERE message_id >= ? AND message_id <= ? AND file IS NOT NULL", first, last)
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
		return 0, wrap("list media", err)
	}
	deleted := map[string]int64{}
	for _, table := range []string{"reaction", "message_version", "outbox", "media", "message"} {
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

// RemoveOrphans deletes sealed files that no message names, as an interruption
// may leave them. It fails if one of them cannot be deleted.
func (s *Store) RemoveOrphans(ctx context.Context) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, MediaDir))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("list media files: %w", unpath(err))
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
			if err := tx.queryRow("SELECT count(*) FROM media WHERE file = ?", file).Scan(&n); err != nil {
				return wrap("find media", err)
			}
			if n == 0 {
				orphans = append(orphans, filepath.Join(s.dir, MediaDir, e.Name()))
			}
		}
		return nil
	})
	for _, path := range orphans {
		if errRemove := os.Remove(path); errRemove != nil && !os.IsNotExist(errRemove) {
			err = errors.Join(err, fmt.Errorf("delete media file: %w", unpath(errRemove)))
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
