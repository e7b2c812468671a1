package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"sort"

	"tresen/internal/inbox"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// applicationID marks the file as ours ("TRSN"), so that another program's
// database is refused instead of being migrated.
const applicationID = 0x5452534E

// migrations returns the embedded scripts in order; script n brings the
// database to user_version n.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	sort.Strings(names)
	scripts := make([]string, 0, len(names))
	for _, name := range names {
		b, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		scripts = append(scripts, string(b))
	}
	return scripts, nil
}

// migrate brings the database up to date, each step in its own transaction. A
// database that a newer program has migrated is refused before anything is
// written: reading it wrongly would do harm.
func migrate(ctx context.Context, conn *sql.Conn, scripts []string) error {
	var version, id int
	if err := conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return wrap("read schema version", err)
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return wrap("read application id", err)
	}
	if version > 0 && id != applicationID {
		return inbox.NewError(inbox.CodeStorageDamaged, "the file is another program's database")
	}
	if version > len(scripts) {
		return inbox.NewError(inbox.CodeStorageNewer, fmt.Sprintf("database has schema %d, this program knows %d", version, len(scripts)))
	}
	for n := version; n < len(scripts); n++ {
		if err := migrateStep(ctx, conn, scripts[n], n+1); err != nil {
			return err
		}
	}
	return nil
}

func migrateStep(ctx context.Context, conn *sql.Conn, script string, version int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return wrap("begin migration", err)
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, script); err != nil {
		return wrap(fmt.Sprintf("migrate to schema %d", version), err)
	}
	// PRAGMA takes no parameters; both numbers are ours.
	stamp := fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", version, applicationID)
	if _, err := tx.ExecContext(ctx, stamp); err != nil {
		return wrap("stamp schema version", err)
	}
	return wrap("commit migration", tx.Commit())
}
