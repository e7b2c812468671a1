package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	modernc "modernc.org/sqlite"

	"tresen/internal/relay"
	"tresen/internal/relay/watch"
)

// Options of Open. The zero value of everything but Dir is usable.
type Options struct {
	// Dir is the folder of the database; it is made if it is missing.
	Dir string
	// Retention is how long envelopes wait; default relay.Retention.
	Retention time.Duration
	// Share is how many bytes of envelopes one mailbox may hold; default 256 MiB.
	Share int64
	// Size is how large the database may grow; default 4 GiB. Past it, new
	// envelopes are refused while old ones can still be fetched and forgotten,
	// so it should be less than what the disk has.
	Size int64
	// Reserve is how much of the disk is set aside so that envelopes can be
	// forgotten when it is full; default 32 MiB.
	Reserve int64
	// Expired is told how many envelopes nobody fetched in time.
	Expired func(n int)
	// Now is the clock; default time.Now.
	Now func() time.Time
	Log *slog.Logger
}

const (
	defaultShare = 256 << 20
	defaultSize  = 4 << 30
	pageSize     = 4096
	tidyEvery    = time.Minute
	readers      = 4
)

// schema 1. Numbers stand for mailboxes and queues, so that an index entry is
// small; at_ms is UTC.
const schema = `
CREATE TABLE meta     (meta_id INTEGER PRIMARY KEY CHECK (meta_id = 1), reserved INTEGER NOT NULL) STRICT;
CREATE TABLE mailbox  (mailbox_id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE queue    (queue_id INTEGER PRIMARY KEY, mailbox_id INTEGER NOT NULL, device BLOB NOT NULL, UNIQUE (mailbox_id, device)) STRICT;
CREATE TABLE envelope (envelope_id INTEGER PRIMARY KEY, queue_id INTEGER NOT NULL, at_ms INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
CREATE INDEX envelope_queue ON envelope (queue_id);
CREATE TABLE seen     (mailbox_id INTEGER NOT NULL, delivery BLOB NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (mailbox_id, delivery)) STRICT, WITHOUT ROWID;
CREATE TABLE record   (key TEXT PRIMARY KEY, value BLOB NOT NULL, version INTEGER NOT NULL) STRICT;
CREATE TABLE once     (key TEXT PRIMARY KEY, until_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES (1, 0);
PRAGMA user_version = 1;
`

const schemaVersion = 1

// Engine implements relay.Engine and relay.Records.
type Engine struct {
	opt  Options
	lock *flock.Flock
	path string
	read *sql.DB

	write *writer
	watch.Board

	seenAt  atomic.Int64 // when delivery ids were last looked through
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Open opens the database, making it if there is none. It fails if another
// process has it open.
func Open(ctx context.Context, opt Options) (*Engine, error) {
	opt.setDefaults()
	if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make database folder: %w", err)
	}
	e := &Engine{opt: opt, path: filepath.Join(opt.Dir, "relay.db"), lock: flock.New(filepath.Join(opt.Dir, "relay.lock"))}
	free, err := e.lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock database: %w", err)
	}
	if !free {
		return nil, errors.New("lock database: another relay has it open")
	}
	if err := e.open(ctx); err != nil {
		e.lock.Close()
		return nil, err
	}
	running, stop := context.WithCancel(context.Background())
	e.stop = stop
	e.running.Go(e.write.run)
	e.running.Go(func() { e.tidy(running) })
	e.running.Go(func() { e.checkpoints(running) })
	return e, nil
}

func (o *Options) setDefaults() {
	if o.Retention == 0 {
		o.Retention = relay.Retention
	}
	if o.Share == 0 {
		o.Share = defaultShare
	}
	if o.Size == 0 {
		o.Size = defaultSize
	}
	if o.Reserve == 0 {
		o.Reserve = defaultBallast
	}
	if o.Expired == nil {
		o.Expired = func(int) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

func (e *Engine) open(ctx context.Context) error {
	f, err := os.OpenFile(e.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	db, err := sql.Open("sqlite", e.dsn("synchronous(FULL)", "secure_delete(ON)", "wal_autocheckpoint(0)", "cache_size(-16000)",
		fmt.Sprintf("max_page_count(%d)", e.opt.Size/pageSize)))
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(1)
	if err := migrate(ctx, db); err != nil {
		db.Close()
		return err
	}
	if e.write, err = newWriter(ctx, db, &e.opt); err != nil {
		db.Close()
		return err
	}
	if e.read, err = sql.Open("sqlite", e.dsn("cache_size(-2000)")); err != nil {
		db.Close()
		return fmt.Errorf("open database for reading: %w", err)
	}
	e.read.SetMaxOpenConns(readers)
	e.read.SetMaxIdleConns(readers)
	return nil
}

func (e *Engine) dsn(pragmas ...string) string {
	q := url.Values{}
	for _, p := range append([]string{"busy_timeout(2000)", fmt.Sprintf("page_size(%d)", pageSize), "journal_mode(WAL)", "temp_store(MEMORY)"}, pragmas...) {
		q.Add("_pragma", p)
	}
	return "file:" + filepath.ToSlash(e.path) + "?" + q.Encode()
}

func migrate(ctx context.Context, db *sql.DB) error {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if version > schemaVersion {
		return fmt.Errorf("open database: made by a newer relay (schema %d)", version)
	}
	if version == schemaVersion {
		return nil
	}
	if _, err := db.ExecContext(ctx, "BEGIN IMMEDIATE; "+schema+" COMMIT;"); err != nil {
		return fmt.Errorf("make schema: %w", err)
	}
	return nil
}

// Close finishes what was handed in and closes the database.
func (e *Engine) Close() error {
	e.stop()
	e.write.close()
	e.running.Wait()
	return errors.Join(e.read.Close(), e.write.release(), e.lock.Close())
}

// failure turns SQLite's errors into the relay's.
func failure(doing string, err error) error {
	var s *modernc.Error
	const full = 13
	if errors.As(err, &s) && s.Code()&0xff == full {
		return fmt.Errorf("%s: %w", doing, relay.ErrFull)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
