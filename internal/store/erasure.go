package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	// Reason is person, retention, restore or selfTest.
	Reason string
	// Case is the shop's number for it, or empty.
	Case string
	// Leader is the erasure whose entry in the log tells of this one too, because
	// both customers are one person, or 0.
	Leader int64
	// Uploads are files the shop sent that WhatsApp still had, UploadsDeleted those
	// that are gone there; UploadState is none, deleted, pending or failed.
	Uploads        int
	UploadsDeleted int
	UploadState    string
}

// ErasureOrder asks for the erasure of one customer.
type ErasureOrder struct {
	Customer inbox.CustomerID
	// Reason is as in Erasure; empty means person.
	Reason string
	// Case is the shop's number for it, or empty. It stays in clear.
	Case string
	// Joined is true for a customer who is one person with the first in the list;
	// that one's record tells of both.
	Joined bool
	// Plan is JSON that stays sealed with the job until its end, or nil.
	Plan json.RawMessage
}

func (o ErasureOrder) reason() string {
	if o.Reason == "" {
		return "person"
	}
	return o.Reason
}

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
	jobs, err := s.BeginErasures(ctx, []ErasureOrder{{Customer: id}}, now)
	if err != nil {
		return Erasure{}, err
	}
	return jobs[0], nil
}

// BeginErasures is BeginErasure for several customers, all or none of them, also
// of those whose data are only stored.
func (s *Store) BeginErasures(ctx context.Context, orders []ErasureOrder, now time.Time) ([]Erasure, error) {
	ctx = For(ctx, Keeping)
	// Looked up first, so that a second click makes no keys.
	err := s.Update(ctx, func(tx *Tx) error {
		for _, o := range orders {
			if _, err := tx.findErasable(o.Customer); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	keys, err := s.erasureKeys(len(orders))
	if err != nil {
		return nil, err
	}
	var jobs []Erasure
	err = s.Update(ctx, func(tx *Tx) (err error) {
		jobs, err = tx.beginErasures(orders, keys, now)
		return err
	})
	return jobs, err
}

// erasureKeys are the new keys that erasures need from their first moment on.
type erasureKeys struct {
	notes []vault.KeyID
	names keyNames
}

func (s *Store) erasureKeys(n int) (k erasureKeys, err error) {
	for range n {
		key, err := s.vault.NewKey()
		if err != nil {
			return k, wrapKeyring("make note key", err)
		}
		k.notes = append(k.notes, key)
	}
	if k.names.Raw, err = s.vault.NewKey(); err != nil {
		return k, wrapKeyring("make raw key", err)
	}
	k.names.LookupGen, err = s.vault.AddLookupGeneration()
	return k, wrapKeyring("make lookup key", err)
}

func (tx *Tx) beginErasures(orders []ErasureOrder, keys erasureKeys, now time.Time) ([]Erasure, error) {
	customers := make([]CustomerRef, len(orders))
	notes := make([]*ErasureNote, len(orders))
	all := &ErasureNote{} // what belongs to nobody known may mention any of them
	for i, o := range orders {
		c, err := tx.findErasable(o.Customer)
		if err != nil {
			return nil, err
		}
		note, err := tx.erasureNote(c, now)
		if err != nil {
			return nil, err
		}
		if err := tx.CloseCasesErased(c, now); err != nil {
			return nil, err
		}
		note.Plan = o.Plan
		if err := tx.hideCustomer(c); err != nil {
			return nil, err
		}
		customers[i], notes[i] = c, note
		all.Identifiers = append(all.Identifiers, note.Identifiers...)
		all.WAMIDs = append(all.WAMIDs, note.WAMIDs...)
	}
	if err := tx.rekeyUnattributed(keys.names.Raw, all); err != nil {
		return nil, err
	}
	notes[0].Slices = append(notes[0].Slices, all.Slices...)
	notes[0].OldRaw = tx.w.keys.Raw
	if err := tx.rehashIdentifiers(keys.names.LookupGen); err != nil {
		return nil, err
	}
	if err := tx.setKeyNames(keys.names); err != nil {
		return nil, err
	}
	jobs := make([]Erasure, len(orders))
	for i, c := range customers {
		var err error
		var leader int64
		if orders[i].Joined {
			leader = jobs[0].ID
		}
		if jobs[i], err = tx.insertErasure(c, orders[i], leader, keys.notes[i], notes[i], now); err != nil {
			return nil, err
		}
		if err := tx.noteErased(c.ID, now); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

func (tx *Tx) findErasable(id inbox.CustomerID) (CustomerRef, error) {
	c, err := tx.FindCustomer(id)
	if err == nil && c.Erasing {
		err = inbox.NewError(inbox.CodeConflict, "the erasure is already running")
	}
	return c, err
}

func (tx *Tx) hideCustomer(c CustomerRef) error {
	for _, query := range []string{
		"UPDATE customer SET state = 'erasing' WHERE customer_id = ?",
		"DELETE FROM identifier WHERE customer_id = ?",
		`DELETE FROM outbox WHERE message_id >> 43 IN (SELECT conversation_id FROM conversation WHERE customer_id = ?)`,
		"DELETE FROM pending WHERE customer_id = ?",
		"DELETE FROM raw_part WHERE customer_id = ?",
		"DELETE FROM preference WHERE customer_id = ?",
		"DELETE FROM shown_notice WHERE customer_id = ?",
		"DELETE FROM same_person WHERE ?1 IN (customer_id, into_id)",
		"DELETE FROM different_people WHERE ?1 IN (customer_id, other_id)",
		"DELETE FROM correction WHERE customer_id = ?",
		"UPDATE conversation SET done_at_ms = -1, unread = 0, remind_at_ms = 0 WHERE customer_id = ?",
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
			plain, err := tx.opener().take(tx.w.keys.Raw, ad, p.sealed)
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
		plain, err := tx.opener().take(vault.KeyID(uuid), identifierAD(h.id), sealed)
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

func (tx *Tx) insertErasure(c CustomerRef, o ErasureOrder, leader int64, noteKey vault.KeyID, note *ErasureNote, now time.Time) (Erasure, error) {
	job := Erasure{State: "running", Step: "contactBook", Customer: c.Row, Key: c.key(), NoteKey: noteKey, OldRaw: note.OldRaw,
		StartedAt: now, ContactBook: "none", Reason: o.reason(), Case: o.Case, Leader: leader, Uploads: len(note.Uploads), UploadState: "none"}
	if note.BSUID != "" {
		job.ContactBook = "pending"
	}
	if job.Uploads > 0 {
		job.UploadState = "pending"
	}
	err := tx.queryRow(`INSERT INTO erasure (state, step, customer_id, uuid, note_key, started_at_ms, contact_book, reason, case_no, leader_id, uploads, uploads_state)
		VALUES ('running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING erasure_id`,
		job.Step, c.Row, c.ID[:], noteKey[:], ms(now), job.ContactBook, job.Reason, job.Case, job.Leader, job.Uploads, job.UploadState).Scan(&job.ID)
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

// DestroyKeys is the moment of erasure: the customers' keys, the old lookup key
// and the old raw key go with the old master key, and nothing they sealed can
// be read again, here or in an older copy.
func (s *Store) DestroyKeys(ctx context.Context, keys ...vault.KeyID) (epoch uint64, err error) {
	return s.destroy(ctx, keys...)
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

// ErasureWithJoined returns the record of an erasure and after it those of which
// it tells too, or not_found.
func (s *Store) ErasureWithJoined(ctx context.Context, id int64) ([]Erasure, error) {
	list, err := s.erasures(ctx, "WHERE ?1 IN (erasure_id, leader_id) ORDER BY erasure_id <> ?1, erasure_id", id)
	if err == nil && (len(list) == 0 || list[0].ID != id) {
		err = inbox.NewError(inbox.CodeNotFound, "no such erasure")
	}
	return list, err
}

// UnfinishedErasures returns those that still have something to do, oldest first.
func (s *Store) UnfinishedErasures(ctx context.Context) ([]Erasure, error) {
	return s.erasures(ctx, "WHERE note_key IS NOT NULL ORDER BY erasure_id")
}

func (s *Store) erasures(ctx context.Context, where string, args ...any) ([]Erasure, error) {
	var list []Erasure
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(`SELECT erasure_id, state, step, coalesce(customer_id, 0), uuid, note_key, started_at_ms,
			erased_at_ms, ended_at_ms, epoch, messages, media, files_scanned, files_skipped, bytes_scanned, scan_hits, contact_book, failure,
			reason, case_no, leader_id, uploads, uploads_deleted, uploads_state
			FROM erasure `+where, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var e Erasure
			var started, erased, ended int64
			var uuid, noteKey []byte
			err := r.Scan(&e.ID, &e.State, &e.Step, &e.Customer, &uuid, &noteKey, &started, &erased, &ended, &e.Epoch,
				&e.Messages, &e.Media, &e.Files, &e.Skipped, &e.Bytes, &e.Hits, &e.ContactBook, &e.Failure,
				&e.Reason, &e.Case, &e.Leader, &e.Uploads, &e.UploadsDeleted, &e.UploadState)
			copy(e.Key[:], uuid)
			copy(e.NoteKey[:], noteKey)
			e.StartedAt, e.ErasedAt, e.EndedAt = fromMS(started), fromMS(erased), fromMS(ended)
			list = append(list, e)
			return err
		})
	})
	return list, wrap("list erasures", err)
}

// UpdateErasure writes down how far an erasure has come, but for the counts of
// what was deleted: whatever deletes keeps them.
func (s *Store) UpdateErasure(ctx context.Context, e Erasure) error {
	return s.Update(ctx, func(tx *Tx) error { return tx.UpdateErasure(e) })
}

// UpdateErasure is Store.UpdateErasure together with something else.
func (tx *Tx) UpdateErasure(e Erasure) error {
	_, err := tx.exec(`UPDATE erasure SET state = ?, step = ?, erased_at_ms = ?, ended_at_ms = ?, epoch = ?,
		files_scanned = ?, files_skipped = ?, bytes_scanned = ?, scan_hits = ?, contact_book = ?, failure = ?,
		uploads_deleted = ?, uploads_state = ? WHERE erasure_id = ?`,
		e.State, e.Step, ms(e.ErasedAt), ms(e.EndedAt), e.Epoch, e.Files, e.Skipped, e.Bytes, e.Hits,
		e.ContactBook, string(e.Failure), e.UploadsDeleted, e.UploadState, e.ID)
	return wrap("update erasure", err)
}

// RecentErasures returns the last erasures that somebody or something asked
// for, newest first.
func (s *Store) RecentErasures(ctx context.Context, limit int) ([]Erasure, error) {
	return s.erasures(ctx, "ORDER BY erasure_id DESC LIMIT ?", limit)
}

// CountPeople counts the customers whose erasure is not running.
func (s *Store) CountPeople(ctx context.Context) (n int, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT count(*) FROM customer WHERE state = 'live'").Scan(&n)
	})
	return n, wrap("count people", err)
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
