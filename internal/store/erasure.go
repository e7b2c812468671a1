package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	Number      string      `json:"p,omitempty"` // the shop's phone number id
	Identifiers []string    `json:"i"`
	WAMIDs      []string    `json:"w"`
	Slices      [][]byte    `json:"s"`
	OldRaw      vault.KeyID `json:"r"`
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
// It fails with conflict if the customer's erasure is already running.
func (s *Store) BeginErasure(ctx context.Context, id inbox.CustomerID, now time.Time) (Erasure, error) {
	noteKey, err := s.vault.NewKey()
	if err != nil {
		return Erasure{}, fmt.Errorf("make note key: %w", err)
	}
	raw, err := s.vault.NewKey()
	if err != nil {
		return Erasure{}, fmt.Errorf("make raw key: %w", err)
	}
	gen, err := s.vault.AddLookupGeneration()
	if err != nil {
		return Erasure{}, fmt.Errorf("make lookup key: %w", err)
	}
	var job Erasure
	err = s.Update(ctx, func(tx *Tx) error {
		c, err := tx.FindCustomer(id)
		if err != nil {
			return err
		}
		if c.Erasing {
			return inbox.NewError(inbox.CodeConflict, "the erasure is already running")
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

// setKeyNames changes the key names with the transaction. The writer must use
// the new ones at once: later updates of the same group run before the commit.
func (tx *Tx) setKeyNames(names keyNames) error {
	value, err := json.Marshal(names)
	if err != nil {
		return fmt.Errorf("encode key names: %w", err)
	}
	before := tx.w.keys
	tx.request.undo = append(tx.request.undo, func() { tx.w.keys = before })
	tx.w.keys = names
	tx.w.cache.clear()
	return tx.SetSetting(keyNamesSetting, value)
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
		plain, err := tx.w.vault.Open(c.key(), identifierAD(rowID), sealed)
		if err != nil {
			return err
		}
		if kind == inbox.KindBSUID {
			note.BSUID = string(plain)
		}
		note.Identifiers = append(note.Identifiers, string(plain))
		note.Slices = append(note.Slices, slice(sealed))
		return nil
	})
	if err != nil {
		return nil, wrap("note identifiers", err)
	}
	conversations, err := tx.conversations(c)
	if err != nil {
		return nil, err
	}
	for _, conversation := range conversations {
		note.Number = conversation.number
		if err := tx.noteMessages(c, conversation.id, note); err != nil {
			return nil, err
		}
	}
	return note, nil
}

func (tx *Tx) noteMessages(c CustomerRef, id inbox.ConversationID, note *ErasureNote) error {
	first, end := inbox.MessageRange(id)
	rows, err := tx.query("SELECT message_id, content FROM message WHERE message_id >= ? AND message_id < ?", first, end)
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
		var m sealedMessage
		if err := openJSON(tx.w.vault, c.key(), "message", "content", rowID, sealed, &m); err != nil {
			return err
		}
		if m.WAMID != "" {
			note.WAMIDs = append(note.WAMIDs, string(m.WAMID))
		}
		return nil
	})
	return wrap("note messages", err)
}

// slice returns 12 bytes of a sealed value by which a leftover copy is recognised.
func slice(sealed []byte) []byte {
	from := min(len(sealed)/2, max(0, len(sealed)-12))
	return bytes.Clone(sealed[from:min(len(sealed), from+12)])
}

type conversationNumber struct {
	id     inbox.ConversationID
	number string
}

func (tx *Tx) conversations(c CustomerRef) (list []conversationNumber, err error) {
	rows, err := tx.query("SELECT conversation_id, phone_number_id FROM conversation WHERE customer_id = ?", c.Row)
	err = each(rows, err, func(r *sql.Rows) error {
		var v conversationNumber
		if err := r.Scan(&v.id, &v.number); err != nil {
			return err
		}
		list = append(list, v)
		return nil
	})
	return list, wrap("list conversations", err)
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
			if err != nil {
				return wrap("open unattributed part", err)
			}
			note.Slices = append(note.Slices, slice(p.sealed))
			if note.mentioned(plain) {
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
			return err
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
func (s *Store) DestroyKeys(job Erasure, note ErasureNote) (epoch uint64, err error) {
	_, epoch, err = s.vault.Destroy([]vault.KeyID{job.Key, note.OldRaw}, s.lookupGen())
	return epoch, err
}

// lookupGen returns the generation of lookup keys in use.
func (s *Store) lookupGen() uint32 {
	gen := make(chan uint32, 1)
	_ = s.Update(context.Background(), func(tx *Tx) error { gen <- tx.w.keys.LookupGen; return nil })
	select {
	case g := <-gen:
		return g
	default:
		return 0
	}
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
	err := s.read(ctx, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, `SELECT erasure_id, state, step, coalesce(customer_id, 0), uuid, note_key, started_at_ms,
			erased_at_ms, ended_at_ms, epoch, messages, media, files_scanned, bytes_scanned, scan_hits, contact_book, failure
			FROM erasure `+where, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var e Erasure
			var started, erased, ended int64
			var uuid, noteKey []byte
			err := r.Scan(&e.ID, &e.State, &e.Step, &e.Customer, &uuid, &noteKey, &started, &erased, &ended, &e.Epoch,
				&e.Messages, &e.Media, &e.Files, &e.Bytes, &e.Hits, &e.ContactBook, &e.Failure)
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
	err := s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT note FROM erasure WHERE erasure_id = ?", job.ID).Scan(&sealed)
	})
	if err == nil {
		err = openJSON(s.vault, job.NoteKey, "erasure", "note", job.ID, sealed, &note)
	}
	return note, wrap("open erasure note", err)
}

// UpdateErasure writes down how far an erasure has come.
func (s *Store) UpdateErasure(ctx context.Context, e Erasure) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(`UPDATE erasure SET state = ?, step = ?, erased_at_ms = ?, ended_at_ms = ?, epoch = ?, messages = ?, media = ?,
			files_scanned = ?, bytes_scanned = ?, scan_hits = ?, contact_book = ?, failure = ? WHERE erasure_id = ?`,
			e.State, e.Step, ms(e.ErasedAt), ms(e.EndedAt), e.Epoch, e.Messages, e.Media, e.Files, e.Bytes, e.Hits,
			e.ContactBook, string(e.Failure), e.ID)
		return wrap("update erasure", err)
	})
}

// CloseErasure destroys what an erasure had to remember: first the note's key,
// then the note and the names of row and key. Only counts and results stay.
func (s *Store) CloseErasure(ctx context.Context, job Erasure) error {
	if _, _, err := s.vault.Destroy([]vault.KeyID{job.NoteKey}, s.lookupGen()); err != nil {
		return fmt.Errorf("destroy note key: %w", err)
	}
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE erasure SET note = NULL, note_key = NULL, uuid = NULL, customer_id = NULL WHERE erasure_id = ?", job.ID)
		return wrap("close erasure", err)
	})
	if err != nil {
		return err
	}
	return s.exclusive(ctx, func(conn *sql.Conn) error { return truncateWAL(ctx, conn) })
}

// ShrinkNote replaces an erasure's note by what is still needed to delete the
// person from Meta's contact book, under a new key, and destroys the old one.
func (s *Store) ShrinkNote(ctx context.Context, job Erasure, note ErasureNote) (Erasure, error) {
	key, err := s.vault.NewKey()
	if err != nil {
		return job, fmt.Errorf("make note key: %w", err)
	}
	small := ErasureNote{BSUID: note.BSUID, Number: note.Number}
	sealed, err := sealJSON(s.vault, key, "erasure", "note", job.ID, small)
	if err != nil {
		return job, wrap("seal erasure note", err)
	}
	err = s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec("UPDATE erasure SET note = ?, note_key = ? WHERE erasure_id = ?", sealed, key[:], job.ID)
		return wrap("shrink erasure note", err)
	})
	if err != nil {
		return job, err
	}
	old := job.NoteKey
	job.NoteKey = key
	_, _, err = s.vault.Destroy([]vault.KeyID{old}, s.lookupGen())
	return job, err
}

// deleteChunk is how many messages one transaction deletes: the window stays
// usable and deliveries wait a few milliseconds at most.
const deleteChunk = 500

// DeleteCustomerRows deletes everything that belongs to a customer in small
// transactions and returns how many messages and files there were. It can be
// called again after an interruption.
func (s *Store) DeleteCustomerRows(ctx context.Context, customer int64, progress func(messages, media int)) (messages, media int, err error) {
	for {
		n, m, err := s.deleteMessages(ctx, customer)
		if err != nil {
			return messages, media, err
		}
		messages, media = messages+n, media+m
		progress(messages, media)
		if n == 0 {
			break
		}
	}
	return messages, media, s.Update(ctx, func(tx *Tx) error {
		for _, query := range []string{
			"DELETE FROM draft WHERE conversation_id IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)",
			"DELETE FROM pending WHERE customer_id = ?",
			"DELETE FROM raw_part WHERE customer_id = ?",
			"DELETE FROM preference WHERE customer_id = ?",
			"DELETE FROM identifier WHERE customer_id = ?",
			"DELETE FROM conversation WHERE customer_id = ?",
			"DELETE FROM customer WHERE customer_id = ?",
		} {
			if _, err := tx.exec(query, customer); err != nil {
				return wrap("delete customer", err)
			}
		}
		tx.w.cache.clear()
		return nil
	})
}

func (s *Store) deleteMessages(ctx context.Context, customer int64) (messages, media int, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		messages, media = 0, 0
		conversations, err := tx.conversations(CustomerRef{Row: customer})
		if err != nil {
			return err
		}
		for _, c := range conversations {
			first, end := inbox.MessageRange(c.id)
			var last sql.NullInt64
			err := tx.queryRow(`SELECT max(message_id) FROM (SELECT message_id FROM message
				WHERE message_id >= ? AND message_id < ? ORDER BY message_id LIMIT ?)`, first, end, deleteChunk).Scan(&last)
			if err != nil {
				return wrap("find messages", err)
			}
			if !last.Valid {
				continue
			}
			if messages, media, err = tx.deleteRange(first, inbox.MessageID(last.Int64)); err != nil {
				return err
			}
			return nil
		}
		return nil
	})
	return messages, media, err
}

// deleteRange deletes the messages first ≤ id ≤ last and what hangs on them.
func (tx *Tx) deleteRange(first, last inbox.MessageID) (messages, media int, err error) {
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
		return 0, 0, wrap("list media", err)
	}
	for _, table := range []string{"reaction", "message_version", "outbox", "media", "message"} {
		res, err := tx.exec("DELETE FROM "+table+" WHERE message_id >= ? AND message_id <= ?", first, last)
		if err != nil {
			return 0, 0, wrap("delete messages", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return 0, 0, wrap("delete messages", err)
		}
		switch table {
		case "media":
			media = int(n)
		case "message":
			messages = int(n)
		}
	}
	return messages, media, nil
}

// RemoveOrphans deletes sealed files that no message names, as an interruption
// may leave them. It returns how many.
func (s *Store) RemoveOrphans(ctx context.Context) (int, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, MediaDir))
	if os.IsNotExist(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("list media files: %w", unpath(err))
	}
	removed := 0
	err = s.Update(ctx, func(tx *Tx) error {
		removed = 0
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
				removed++
				path := filepath.Join(s.dir, MediaDir, e.Name())
				tx.AfterCommit(func() { removeFile(path) })
			}
		}
		return nil
	})
	return removed, err
}

// Compact rewrites the database without any deleted content and empties the
// write-ahead log. Deleting alone is not enough: page splits leave copies.
// (SQLite docs: VACUUM, secure_delete.)
func (s *Store) Compact(ctx context.Context) error {
	return s.exclusive(ctx, func(conn *sql.Conn) error {
		if err := truncateWAL(ctx, conn); err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, "VACUUM"); err != nil {
			return wrap("compact database", err)
		}
		return truncateWAL(ctx, conn)
	})
}

func truncateWAL(ctx context.Context, conn *sql.Conn) error {
	var busy, log, done int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done); err != nil {
		return wrap("empty write-ahead log", err)
	}
	if busy != 0 {
		return inbox.NewError(inbox.CodeStorageLocked, "write-ahead log is in use")
	}
	return nil
}
