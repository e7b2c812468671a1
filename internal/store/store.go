package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	_ "modernc.org/sqlite" // registers the driver

	"tresen/internal/inbox"
	"tresen/internal/osfault"
	"tresen/internal/vault"
)

// FileName is the database inside the data folder; SQLite keeps -wal and -shm beside it.
const FileName = "tresen.db"

// MediaDir is the folder of sealed media files inside the data folder.
const MediaDir = "media"

// patience is how long a write waits for another program's lock.
const patience = 5 * time.Second

// Store is an open database. Its methods may be called from several goroutines.
type Store struct {
	dir     string
	vault   *vault.Vault // seals; what it opens goes through the gate
	gate    *gate
	writer  *writer
	readers *readers
	closing sync.Once
	// quiet is held for reading by every reader; compaction takes it alone,
	// because a WAL can only be truncated while nobody reads.
	quiet sync.RWMutex
	// owners remembers whose key seals a conversation.
	owners owners
	// newFiles are sealed files that no row names yet.
	newFiles newFiles
}

// Open opens or creates the database in dir and brings its schema up to date.
// It fails with the codes storage_newer, storage_damaged, storage_read_only,
// storage_full, storage_locked, or key_missing if the vault is not the one the
// database was written with. Nothing is changed when it fails with
// storage_newer, key_missing or because the file is another program's.
func Open(ctx context.Context, dir string, v *vault.Vault) (*Store, error) {
	return open(ctx, dir, v, patience)
}

func open(ctx context.Context, dir string, v *vault.Vault, patience time.Duration) (*Store, error) {
	path := filepath.Join(dir, FileName)
	if err := checkFile(path); err != nil {
		return nil, err
	}
	w, err := openWriter(ctx, path, v, patience)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn(path, patience, "query_only(ON)", "cache_size(-16000)"))
	if err != nil {
		w.close()
		return nil, wrap("open readers", err)
	}
	s := &Store{dir: dir, vault: v, gate: w.gate, writer: w, readers: newReaders(db)}
	if err := s.read(ctx, s.gate.load); err != nil {
		s.Close()
		return nil, err
	}
	if err := s.markUsedKeys(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// checkFile refuses a file that cannot be written before SQLite touches it and
// creates a missing one with an owner-only mode.
func checkFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		err = f.Close()
	}
	return wrapFile("open database file", err)
}

// wrapFile is wrap for errors of the file system.
func wrapFile(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case osfault.IsReadOnly(err):
		return inbox.WrapError(inbox.CodeStorageReadOnly, doing, osfault.WithoutPath(err))
	case osfault.IsFull(err):
		return inbox.WrapError(inbox.CodeStorageFull, doing, osfault.WithoutPath(err))
	}
	return fmt.Errorf("%s: %w", doing, osfault.WithoutPath(err))
}

// dsn builds the connection string. busy_timeout comes first, because the
// pragmas after it may have to wait for another connection.
func dsn(path string, patience time.Duration, pragmas ...string) string {
	q := url.Values{}
	all := append([]string{
		fmt.Sprintf("busy_timeout(%d)", patience.Milliseconds()), "synchronous(FULL)", "foreign_keys(ON)",
		"secure_delete(ON)", "temp_store(MEMORY)", "trusted_schema(OFF)", "cell_size_check(ON)", "mmap_size(0)",
		"journal_size_limit(0)",
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

// markUsedKeys tells the vault which keys have customers.
func (s *Store) markUsedKeys(ctx context.Context) error {
	var ids []vault.KeyID
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT uuid FROM customer UNION ALL SELECT uuid FROM erasure WHERE uuid IS NOT NULL")
		return each(rows, err, func(r *sql.Rows) error {
			var b sql.RawBytes
			if err := r.Scan(&b); err != nil {
				return err
			}
			ids = append(ids, vault.KeyID(b))
			return nil
		})
	})
	if err != nil {
		return wrap("list customer keys", err)
	}
	s.vault.MarkUsed(ids)
	return nil
}

// Close waits for reads and writes under way and closes the database. Whoever
// calls after that gets an error.
func (s *Store) Close() (err error) {
	s.closing.Do(func() {
		err = s.readers.close()
		s.writer.close() // last, so that it can tidy up the write-ahead log
	})
	return wrap("close database", err)
}

func errClosed() error { return inbox.NewError(inbox.CodeInternal, "store is closed") }

// Dir returns the data folder.
func (s *Store) Dir() string { return s.dir }

// read runs fn on a reader's connection while no compaction is going on.
func (s *Store) read(ctx context.Context, fn func(db *connection) error) error {
	s.quiet.RLock()
	defer s.quiet.RUnlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := s.readers.take(ctx)
	if err != nil {
		return err
	}
	defer s.readers.give(c)
	return fn(c)
}

// Update runs fn in a write transaction and returns after the commit is on the
// disk. Concurrent calls share one commit (group commit); an error from fn, or
// a panic, undoes what fn did and nothing else. fn runs once. It must not call
// Update again, and what it does outside the database belongs into
// tx.AfterCommit. If ctx ends while the update waits for its turn, nothing
// happens; once fn has begun, ctx changes nothing.
func (s *Store) Update(ctx context.Context, fn func(tx *Tx) error) error {
	return s.writer.do(ctx, fn)
}

// exclusive runs fn on the writer's connection, outside a transaction, while
// no other write and no reader is active.
func (s *Store) exclusive(ctx context.Context, fn func(db *connection) error) error {
	return s.writer.exclusive(ctx, func(db *connection) error {
		s.quiet.Lock()
		defer s.quiet.Unlock()
		return fn(db)
	})
}
