package store

import (
	"database/sql"
	"time"
)

// Tx is a write transaction. It is only valid inside the function it was
// handed to.
type Tx struct {
	w       *writer
	request *request
}

// AfterCommit runs f once the transaction is on the disk, and not otherwise.
// f runs on the writer's goroutine: it must be quick and must not write.
func (tx *Tx) AfterCommit(f func()) { tx.request.after = append(tx.request.after, f) }

// Nested runs fn so that its failure undoes only what fn did.
func (tx *Tx) Nested(fn func() error) error { return tx.w.savepoint(tx.request, fn) }

func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	if tx.w.aborted != nil {
		return nil, tx.w.aborted
	}
	return tx.w.db.exec(query, args...)
}

// changed runs a statement and reports whether it changed a row.
func (tx *Tx) changed(query string, args ...any) (bool, error) {
	res, err := tx.exec(query, args...)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

func (tx *Tx) queryRow(query string, args ...any) row { return tx.w.db.queryRow(query, args...) }

func (tx *Tx) query(query string, args ...any) (*sql.Rows, error) {
	return tx.w.db.query(query, args...)
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
