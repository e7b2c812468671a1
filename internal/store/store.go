package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // registers the driver

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// FileName is the database inside the data folder; SQLite keeps -wal and -shm beside it.
const FileName = "tresen.db"

// MediaDir is the folder of sealed media files inside the data folder.
const MediaDir = "media"

// Store is an open database. Its methods may be called from several goroutines.
type Store struct {
	dir     string
	vault   *vault.Vault
	readers *sql.DB
	writer  *writer
	// quiet is held for reading by every reader; compaction takes it alone,
	// because a WAL can only be truncated while nobody reads.
	quiet sync.RWMutex
}

// Open opens or creates the database in dir and brings its schema up to date.
// It fails with the codes storage_newer, storage_damaged, storage_read_only,
// storage_full, storage_locked, or key_missing if the vault is not the one the
// database was written with. Nothing is changed when it fails with
// storage_newer or key_missing.
func Open(ctx context.Context, dir string, v *vault.Vault) (*Store, error) {
	path := filepath.Join(dir, FileName)
	if err := checkFile(path); err != nil {
		return nil, err
	}
	s := &Store{dir: dir, vault: v}
	var err error
	if s.writer, err = openWriter(ctx, path, v); err != nil {
		return nil, err
	}
	if err := s.openReaders(path); err != nil {
		s.writer.close()
		return nil, err
	}
	if err := s.claimVault(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// checkFile refuses a file that cannot be written before SQLite touches it and
// creates a missing one with an owner-only mode.
func checkFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		if os.IsPermission(err) || strings.Contains(err.Error(), "read-only") {
			return inbox.NewError(inbox.CodeStorageReadOnly, "open database file")
		}
		return fmt.Errorf("open database file: %w", unpath(err))
	}
	return f.Close()
}

// unpath drops the path from a file error: data folders carry user names.
func unpath(err error) error {
	if pe, ok := err.(*os.PathError); ok {
		return pe.Err
	}
	return err
}

// dsn builds the connection string. busy_timeout comes first, because the
// pragmas after it may have to wait for another connection.
func dsn(path string, pragmas ...string) string {
	q := url.Values{}
	all := append([]string{
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "secure_delete(ON)",
		"temp_store(MEMORY)", "trusted_schema(OFF)", "cell_size_check(ON)", "mmap_size(0)", "journal_size_limit(0)",
	}, pragmas...)
	if runtime.GOOS == "darwin" {
		all = append(all, "fullfsync(1)") // fsync alone does not flush the drive there (SQLite docs, pragma fullfsync)
	}
	for _, p := range all {
		q.Add("_pragma", p)
	}
	q.Set("_txlock", "immediate")
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}

func (s *Store) openReaders(path string) error {
	db, err := sql.Open("sqlite", dsn(path, "query_only(ON)", "cache_size(-8000)"))
	if err != nil {
		return wrap("open readers", err)
	}
	db.SetMaxOpenConns(4)
	db.SetMaxIdleConns(4)
	s.readers = db
	return nil
}

// keyNames says which lookup generation hashed the identifiers and which key
// seals what belongs to nobody known. An erasure replaces both.
type keyNames struct {
	LookupGen uint32      `json:"lookupGen"`
	Raw       vault.KeyID `json:"raw"`
}

const keyNamesSetting = "key_names"

// claimVault proves that this vault belongs to this database and tells it
// which keys have customers.
func (s *Store) claimVault(ctx context.Context) error {
	value, err := s.Setting(ctx, keyNamesSetting)
	switch {
	case err == nil:
		if err := json.Unmarshal(value, &s.writer.keys); err != nil {
			return inbox.NewError(inbox.CodeStorageDamaged, "decode key names")
		}
	case inbox.CodeOf(err) == inbox.CodeNotFound && s.isEmpty(ctx):
		raw, err := s.vault.NewKey()
		if err != nil {
			return fmt.Errorf("make raw key: %w", err)
		}
		names := keyNames{LookupGen: s.vault.LookupGen(), Raw: raw}
		if err := s.Update(ctx, func(tx *Tx) error { return tx.setKeyNames(names) }); err != nil {
			return err
		}
	default:
		return inbox.NewError(inbox.CodeKeyMissing, "the keyring does not belong to this database")
	}
	return s.markUsedKeys(ctx)
}

func (s *Store) markUsedKeys(ctx context.Context) error {
	var ids []vault.KeyID
	err := s.read(ctx, func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT uuid FROM customer UNION SELECT uuid FROM erasure WHERE uuid IS NOT NULL")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var b []byte
			if err := rows.Scan(&b); err != nil {
				return err
			}
			ids = append(ids, vault.KeyID(b))
		}
		return rows.Err()
	})
	if err != nil {
		return wrap("list customer keys", err)
	}
	s.vault.MarkUsed(ids)
	return nil
}

func (s *Store) isEmpty(ctx context.Context) bool {
	var n int
	err := s.read(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM setting UNION ALL SELECT 1 FROM customer LIMIT 1)").Scan(&n)
	})
	return err == nil && n == 0
}

// Close waits for writes under way and closes the database.
func (s *Store) Close() error {
	s.writer.close()
	s.quiet.Lock()
	defer s.quiet.Unlock()
	return wrap("close database", s.readers.Close())
}

// Dir returns the data folder.
func (s *Store) Dir() string { return s.dir }

// read runs fn with the reader pool while no compaction is going on.
func (s *Store) read(ctx context.Context, fn func(db *sql.DB) error) error {
	s.quiet.RLock()
	defer s.quiet.RUnlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	return fn(s.readers)
}

// Update runs fn in a write transaction and returns after the commit is on the
// disk. Concurrent calls share one commit (group commit), so fn may run more
// than once if a neighbour fails: it must have no effects outside tx except
// through tx.AfterCommit. An error from fn rolls back fn alone.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	return s.writer.do(ctx, fn)
}

// exclusive runs fn on the writer's connection, outside a transaction, while
// no other write and no reader is active.
func (s *Store) exclusive(ctx context.Context, fn func(conn *sql.Conn) error) error {
	return s.writer.exclusive(ctx, func(conn *sql.Conn) error {
		s.quiet.Lock()
		defer s.quiet.Unlock()
		return fn(conn)
	})
}
