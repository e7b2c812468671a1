package store

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"time"

	"tresen/internal/inbox"
)

// Snapshot writes a consistent, compact copy of the database to a new file. Its
// personal values stay sealed. (SQLite docs: VACUUM INTO.)
func (s *Store) Snapshot(ctx context.Context, path string) error {
	// A connection of its own: the readers' may not write, not even elsewhere,
	// and the writer goes on meanwhile.
	db, err := sql.Open("sqlite", dsn(filepath.Join(s.dir, FileName), patience))
	if err != nil {
		return wrap("open database", err)
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(wrap("copy database", err), db.Close())
}

// ListErased returns the ids of the customers whose erasure began after a time.
func (s *Store) ListErased(ctx context.Context, after time.Time) (ids []inbox.CustomerID, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT uuid FROM erased WHERE at_ms > ? ORDER BY at_ms", ms(after))
		return each(rows, err, func(r *sql.Rows) error {
			var id []byte
			err := r.Scan(&id)
			ids = append(ids, inbox.CustomerID(id))
			return err
		})
	})
	return ids, wrap("list erased", err)
}

// ForgetErased drops ids that no backup can hold any more.
func (tx *Tx) ForgetErased(before time.Time) error {
	_, err := tx.exec("DELETE FROM erased WHERE at_ms <= ?", ms(before))
	return wrap("forget erased", err)
}
