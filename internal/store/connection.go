package store

import (
	"context"
	"database/sql"
	"log/slog"

	"tresen/internal/inbox"
)

// connection is one connection to the database together with its compiled
// statements. Every query is a constant, so their number is small. Only one
// goroutine at a time may use it.
//
// Statements run without a context: each is short, and a context that could
// end would cost a goroutine for every row. Callers look at theirs before.
type connection struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func connect(ctx context.Context, db *sql.DB) (*connection, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, wrap("open database", err)
	}
	return &connection{conn: conn, stmts: map[string]*sql.Stmt{}}, nil
}

func (c *connection) prepare(query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	s, err := c.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	c.stmts[query] = s
	return s, nil
}

func (c *connection) exec(query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	return s.Exec(args...)
}

func (c *connection) query(query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	return s.Query(args...)
}

// row is what a query for one row returns: *sql.Row or why there is none.
type row interface{ Scan(dest ...any) error }

type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

func (c *connection) queryRow(query string, args ...any) row {
	s, err := c.prepare(query)
	if err != nil {
		return failedRow{err}
	}
	return s.QueryRow(args...)
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

// number and word receive a column; NULL becomes zero. As Scanners of their own
// they spare database/sql its reflection, which is most of what a row costs.
type (
	number int64
	word   string
)

// Scan implements sql.Scanner.
func (n *number) Scan(src any) error {
	switch v := src.(type) {
	case int64:
		*n = number(v)
	case nil:
		*n = 0
	default:
		return errColumn
	}
	return nil
}

// Scan implements sql.Scanner.
func (w *word) Scan(src any) error {
	switch v := src.(type) {
	case string:
		*w = word(v)
	case nil:
		*w = ""
	default:
		return errColumn
	}
	return nil
}

// raw spares a list the copies of its blobs: they are only good until the next row.
func raw(dest []any) []any {
	for i, d := range dest {
		if b, ok := d.(*[]byte); ok {
			dest[i] = (*sql.RawBytes)(b)
		}
	}
	return dest
}

var errColumn = inbox.NewError(inbox.CodeStorageDamaged, "column of another type")

// close gives up the connection. What it reports helps nobody: the program is
// closing or has a better reason to tell.
func (c *connection) close() {
	for _, s := range c.stmts {
		s.Close()
	}
	if err := c.conn.Close(); err != nil {
		slog.Debug("close connection", "err", err)
	}
}
