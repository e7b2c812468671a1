package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"

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
	slices.Sort(names)
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

// schemaVersion returns the database's version, 0 for an empty file. It writes
// nothing, and it refuses what must not be written: a database a newer program
// has migrated, and one that is not ours.
func schemaVersion(db *connection, known int) (int, error) {
	var version, id, tables int
	if err := db.queryRow("PRAGMA user_version").Scan(&version); err != nil {
		return 0, wrap("read schema version", err)
	}
	if err := db.queryRow("PRAGMA application_id").Scan(&id); err != nil {
		return 0, wrap("read application id", err)
	}
	if err := db.queryRow("SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return 0, wrap("read schema", err)
	}
	if id != applicationID && (id != 0 || version != 0 || tables != 0) {
		return 0, inbox.NewError(inbox.CodeStorageDamaged, "the file is another program's database")
	}
	if version > known {
		return 0, inbox.NewError(inbox.CodeStorageNewer, fmt.Sprintf("database has schema %d, this program knows %d", version, known))
	}
	return version, nil
}

// migrate brings the database up to date, each step in its own transaction.
func migrate(ctx context.Context, conn *sql.Conn, scripts []string, version int) error {
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
