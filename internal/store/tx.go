package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Tx is a write transaction. It is only valid inside the function it was
// handed to.
type Tx struct {
	w       *writer
	ctx     context.Context
	request *request
}

// AfterCommit runs f once the transaction is on the disk, and not otherwise.
func (tx *Tx) AfterCommit(f func()) { tx.request.after = append(tx.request.after, f) }

// Nested runs fn so that its failure undoes only what fn did.
func (tx *Tx) Nested(fn func() error) error {
	after := len(tx.request.after)
	if _, err := tx.exec("SAVEPOINT nested"); err != nil {
		return wrap("set savepoint", err)
	}
	err := tx.w.safely(fn)
	if err != nil {
		tx.w.cache.clear()
		tx.request.after = tx.request.after[:after]
		if _, err := tx.exec("ROLLBACK TO nested"); err != nil {
			return wrap("undo to savepoint", err)
		}
	}
	if _, release := tx.exec("RELEASE nested"); release != nil {
		return wrap("release savepoint", release)
	}
	return err
}

func (tx *Tx) exec(query string, args ...any) (sql.Result, error) { return tx.w.exec(query, args...) }

// changed runs a statement and reports whether it changed a row.
func (tx *Tx) changed(query string, args ...any) (bool, error) {
	res, err := tx.exec(query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

type row interface{ Scan(dest ...any) error }

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

func (tx *Tx) queryRow(query string, args ...any) row {
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return failedRow{err}
	}
	return stmt.QueryRow(args...)
}

func (tx *Tx) query(query string, args ...any) (*sql.Rows, error) {
	stmt, err := tx.w.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.Query(args...)
}

// each calls scan for every row of a query.
func each(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sealJSON seals v's JSON for one place.
func sealJSON(v *vault.Vault, key vault.KeyID, table, column string, rowID int64, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode %s.%s: %w", table, column, err)
	}
	sealed, err := v.Seal(key, vault.AD{Table: table, Column: column, Row: rowID}, plain)
	clear(plain)
	return sealed, err
}

// openJSON opens what sealJSON sealed.
func openJSON(v *vault.Vault, key vault.KeyID, table, column string, rowID int64, sealed []byte, into any) error {
	plain, err := v.Open(key, vault.AD{Table: table, Column: column, Row: rowID}, sealed)
	if err != nil {
		return err
	}
	err = json.Unmarshal(plain, into)
	clear(plain)
	if err != nil {
		// The JSON error would quote content.
		return inbox.NewError(inbox.CodeStorageDamaged, "decode "+table+"."+column)
	}
	return nil
}

// ms returns t as Unix milliseconds, 0 for the zero time.
func ms(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// fromMS is the reverse of ms.
func fromMS(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}
