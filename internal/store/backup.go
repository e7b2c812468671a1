package store

import (
	"context"
	"crypto/sha256"
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

// ErasedDigest is what stays of the random id of an erased customer.
func ErasedDigest(id inbox.CustomerID) [32]byte { return sha256.Sum256(id[:]) }

func (tx *Tx) noteErased(id inbox.CustomerID, now time.Time) error {
	digest := ErasedDigest(id)
	_, err := tx.exec("INSERT INTO erased (digest, at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING", digest[:], ms(now))
	return wrap("note erased", err)
}

// ListErased returns the digests of everybody whose erasure began, until
// ForgetErased drops them.
func (s *Store) ListErased(ctx context.Context) (list [][32]byte, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT digest FROM erased ORDER BY digest")
		return each(rows, err, func(r *sql.Rows) error {
			var digest []byte
			err := r.Scan(&digest)
			list = append(list, [32]byte(digest))
			return err
		})
	})
	return list, wrap("list erased", err)
}

// ForgetErased drops digests that no backup can hold any more.
func (tx *Tx) ForgetErased(before time.Time) error {
	_, err := tx.exec("DELETE FROM erased WHERE at_ms <= ?", ms(before))
	return wrap("forget erased", err)
}
