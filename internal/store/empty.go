package store

import (
	"context"
	"database/sql"
	"time"
)

// WriteEmpty makes a database with all tables and nothing in them, not yet
// bound to a vault. Package storetest copies it for every test, because making
// the tables anew costs more than most tests do.
func WriteEmpty(ctx context.Context, path string) error {
	scripts, err := migrations()
	if err != nil {
		return err
	}
	if err := checkFile(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", dsn(path, time.Second))
	if err != nil {
		return wrap("open database", err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return wrap("open database", err)
	}
	defer conn.Close()
	return migrate(ctx, conn, scripts, 0)
}
