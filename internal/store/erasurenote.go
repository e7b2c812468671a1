package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// ErasureNote is what an erasure must remember until its end: by what to
// recognise leftovers, and whom to delete from Meta's contact book. It is
// sealed with a key of its own, which is destroyed last.
type ErasureNote struct {
	BSUID       string   `json:"b,omitempty"`
	Identifiers []string `json:"i,omitempty"`
	WAMIDs      []string `json:"w,omitempty"`
	Slices      [][]byte `json:"s,omitempty"`
	// Uploads are ids under which WhatsApp still has files the shop sent her.
	Uploads []string `json:"u,omitempty"`
	// Plan is what was decided before, see ErasureOrder.
	Plan   json.RawMessage `json:"p,omitempty"`
	OldRaw vault.KeyID     `json:"r"`
	// OldNote is the key of the longer note this one replaced.
	OldNote vault.KeyID `json:"o"`
}

// maxNoteWAMIDs bounds the note. Every message leaves a slice of its ciphertext
// anyway; the wamids are searched in addition.
const maxNoteWAMIDs = 20_000

func (tx *Tx) erasureNote(c CustomerRef, now time.Time) (*ErasureNote, error) {
	note := &ErasureNote{}
	rows, err := tx.query("SELECT identifier_id, kind, role, value FROM identifier WHERE customer_id = ?", c.Row)
	err = each(rows, err, func(r *sql.Rows) error {
		var rowID int64
		var kind inbox.IdentifierKind
		var role string
		var sealed []byte
		if err := r.Scan(&rowID, &kind, &role, &sealed); err != nil {
			return err
		}
		note.Slices = append(note.Slices, slice(sealed))
		plain, err := tx.opener().take(c.key(), identifierAD(rowID), sealed)
		if err != nil {
			return damaged(err)
		}
		// What she announced belongs to whoever writes from there, who may stay.
		if kind == inbox.KindBSUID && role == "active" {
			note.BSUID = string(plain)
		}
		note.Identifiers = append(note.Identifiers, string(plain))
		return nil
	})
	if err != nil {
		return nil, wrap("note identifiers", err)
	}
	if err := tx.noteMessages(c, note, now); err != nil {
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

func (tx *Tx) noteMessages(c CustomerRef, note *ErasureNote, now time.Time) error {
	o := tx.opener()
	rows, err := tx.query(`SELECT m.message_id, m.content, coalesce(f.own AND f.expires_at_ms > ?, 0) FROM conversation v
		JOIN message m ON m.message_id >= v.conversation_id << 43 AND m.message_id < (v.conversation_id + 1) << 43
		LEFT JOIN media f USING (message_id) WHERE v.customer_id = ?`, ms(now), c.Row)
	err = each(rows, err, func(r *sql.Rows) error {
		var rowID int64
		var sealed []byte
		var uploaded bool
		if err := r.Scan(&rowID, &sealed, &uploaded); err != nil {
			return err
		}
		note.Slices = append(note.Slices, slice(sealed))
		if len(note.WAMIDs) >= maxNoteWAMIDs && !uploaded {
			return nil
		}
		m, err := o.message(c.key(), inbox.MessageID(rowID), sealed)
		if err != nil {
			return damaged(err)
		}
		if m.WAMID != "" {
			note.WAMIDs = append(note.WAMIDs, string(m.WAMID))
		}
		if media := m.Content.Media; uploaded && media != nil && media.ID != "" && !slices.Contains(note.Uploads, media.ID) {
			note.Uploads = append(note.Uploads, media.ID)
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
		"SELECT t.content" + fmt.Sprintf(ofMessages, "media"),
		"SELECT content FROM pending WHERE customer_id = ?",
		"SELECT content FROM raw_part WHERE customer_id = ?",
		"SELECT content FROM consent WHERE customer_id = ?",
		"SELECT content FROM note WHERE customer_id = ?",
		"SELECT e.content FROM rights_case k JOIN case_event e USING (case_id) WHERE k.customer_id = ?",
		"SELECT challenge FROM rights_case WHERE customer_id = ? AND challenge IS NOT NULL",
		"SELECT content FROM correction WHERE customer_id = ?",
		"SELECT content FROM intake WHERE customer_id = ?",
		"SELECT reminder FROM conversation WHERE customer_id = ? AND reminder IS NOT NULL",
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

// ErasureNote opens an unfinished erasure's note.
func (s *Store) ErasureNote(ctx context.Context, job Erasure) (ErasureNote, error) {
	var note ErasureNote
	var sealed []byte
	err := s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT note FROM erasure WHERE erasure_id = ?", job.ID).Scan(&sealed)
	})
	if err == nil {
		err = s.opener(ctx).json(job.NoteKey, "erasure", "note", job.ID, sealed, &note)
	}
	return note, wrap("open erasure note", err)
}

// ShrinkNote replaces an erasure's note by what is still needed to have Meta
// delete what it keeps of the person, under a new key, and destroys the old one.
// Called with a note that is already small, it finishes what a crash cut off.
func (s *Store) ShrinkNote(ctx context.Context, job Erasure, note ErasureNote) error {
	if note.OldNote != (vault.KeyID{}) {
		return s.forgetNote(ctx, note.OldNote)
	}
	key, err := s.vault.NewKey()
	if err != nil {
		return wrapKeyring("make note key", err)
	}
	small := ErasureNote{OldNote: job.NoteKey}
	if job.ContactBook == "pending" {
		small.BSUID = note.BSUID
	}
	if job.UploadState == "pending" {
		small.Uploads = note.Uploads
	}
	sealed, err := sealJSON(s.vault, key, "erasure", "note", job.ID, small)
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
