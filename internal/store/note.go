package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// InsertNote writes something down about a customer.
func (tx *Tx) InsertNote(id inbox.CustomerID, at time.Time, text string) (int64, error) {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return 0, err
	}
	if c.Erasing {
		return 0, inbox.NewError(inbox.CodeConflict, "note about somebody who is being erased")
	}
	note, err := tx.insertNamed("INSERT INTO note (customer_id, at_ms, content) VALUES (?, ?, x'')", c.Row, ms(at))
	if err != nil {
		return 0, wrap("insert note", err)
	}
	return note, tx.UpdateNote(id, note, text)
}

// UpdateNote changes what a note about a customer says.
func (tx *Tx) UpdateNote(id inbox.CustomerID, note int64, text string) error {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	sealed, err := sealJSON(tx.w.vault, c.key(), "note", "content", note, text)
	if err != nil {
		return wrap("seal note", err)
	}
	tx.named(id)
	did, err := tx.changed("UPDATE note SET content = ? WHERE note_id = ? AND customer_id = ?", sealed, note, c.Row)
	return found(did, "update note", err)
}

// DeleteNote removes a note about a customer.
func (tx *Tx) DeleteNote(id inbox.CustomerID, note int64) error {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	tx.named(id)
	did, err := tx.changed("DELETE FROM note WHERE note_id = ? AND customer_id = ?", note, c.Row)
	return found(did, "delete note", err)
}

const selectNotes = `SELECT c.uuid, n.note_id, n.at_ms, n.content FROM note n JOIN customer c USING (customer_id)
	WHERE c.state = 'live' `

// ListNotes returns what the shop wrote down about a customer, newest first.
func (s *Store) ListNotes(ctx context.Context, id inbox.CustomerID) ([]inbox.Note, error) {
	if err := s.gate.admit(ctx, vault.KeyID(id)); err != nil {
		return nil, wrap("list notes", err)
	}
	all, err := s.notes(ctx, selectNotes+"AND c.uuid = ? ORDER BY n.note_id DESC", id[:])
	return append([]inbox.Note{}, all[id]...), err
}

func (s *Store) notes(ctx context.Context, query string, args ...any) (map[inbox.CustomerID][]inbox.Note, error) {
	all := map[inbox.CustomerID][]inbox.Note{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(query, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var n inbox.Note
			var at int64
			var uuid, sealed sql.RawBytes
			if err := r.Scan(&uuid, &n.ID, &at, &sealed); err != nil {
				return err
			}
			n.At = fromMS(at)
			id := inbox.CustomerID(uuid)
			if err := s.opener(ctx).json(vault.KeyID(id), "note", "content", n.ID, sealed, &n.Text); err != nil {
				return passOver(err)
			}
			all[id] = append(all[id], n)
			return nil
		})
	})
	return all, wrap("list notes", err)
}
