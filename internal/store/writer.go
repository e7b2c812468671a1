package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// maxGroup is how many waiting updates share one commit. Larger groups gain
// nothing: at this size the disk's flush is already a small part of the time.
const maxGroup = 256

// writer owns the only connection that writes. One goroutine runs all updates,
// many per commit: while a commit waits for the disk, the next group gathers.
type writer struct {
	pool  *sql.DB
	db    *connection
	vault *vault.Vault
	gate  *gate
	dir   string
	cache *cache
	keys  keyNames
	// watcher is told what was written, if there is one.
	watcher atomic.Pointer[Watcher]
	// aborted is why SQLite has ended the transaction by itself, or nil. Nothing
	// may run after that: it would be outside of any transaction.
	aborted error

	requests chan *request
	closing  chan struct{}
	done     chan struct{}
	once     sync.Once
}

type request struct {
	ctx       context.Context
	fn        func(*Tx) error
	exclusive func(*connection) error
	result    chan error
	after     []func()
	undo      []func()
	err       error
}

func openWriter(ctx context.Context, path string, v *vault.Vault, patience time.Duration) (*writer, error) {
	pool, err := sql.Open("sqlite", dsn(path, patience, "cache_size(-64000)"))
	if err != nil {
		return nil, wrap("open database", err)
	}
	db, err := connect(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	w := &writer{
		pool: pool, db: db, vault: v, gate: newGate(v), dir: filepath.Dir(path), cache: newCache(),
		requests: make(chan *request), closing: make(chan struct{}), done: make(chan struct{}),
	}
	if err := w.begin(ctx); err != nil {
		w.disconnect()
		return nil, err
	}
	go w.run()
	return w, nil
}

// begin looks at the database before it changes anything, then brings it up to
// date and finds out now, not at the first delivery, whether it can be written.
func (w *writer) begin(ctx context.Context) error {
	scripts, err := migrations()
	if err != nil {
		return err
	}
	version, err := schemaVersion(w.db, len(scripts))
	if err != nil {
		return err
	}
	found := false
	if version > 0 {
		if w.keys, found, err = findKeyNames(w.db, w.vault); err != nil {
			return err
		}
	}
	var mode string
	if err := w.db.queryRow("PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return wrap("switch to write-ahead log", err)
	}
	if mode != "wal" {
		return inbox.NewError(inbox.CodeStorageReadOnly, "the file system cannot hold a write-ahead log")
	}
	if err := migrate(ctx, w.db.conn, scripts, version); err != nil {
		return err
	}
	first := &request{ctx: ctx, fn: func(*Tx) error { return nil }, result: make(chan error, 1)}
	if !found {
		names, err := newKeyNames(w.vault)
		if err != nil {
			return err
		}
		first.fn = func(tx *Tx) error { return tx.setKeyNames(names) }
	}
	w.commit([]*request{first})
	return <-first.result
}

func (w *writer) disconnect() {
	w.db.close()
	if err := w.pool.Close(); err != nil {
		slog.Debug("close database", "err", err)
	}
}

func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	return w.submit(&request{ctx: ctx, fn: fn, result: make(chan error, 1)})
}

func (w *writer) exclusive(ctx context.Context, fn func(*connection) error) error {
	return w.submit(&request{ctx: ctx, exclusive: fn, result: make(chan error, 1)})
}

func (w *writer) submit(r *request) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	select {
	case w.requests <- r:
		return <-r.result
	case <-r.ctx.Done():
		return r.ctx.Err()
	case <-w.closing:
		return errClosed()
	}
}

func (w *writer) close() {
	w.once.Do(func() { close(w.closing) })
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	defer w.disconnect()
	for {
		select {
		case r := <-w.requests:
			w.serve(r)
		case <-w.closing:
			return
		}
	}
}

// serve gathers whatever else is waiting and commits it together.
func (w *writer) serve(first *request) {
	if first.exclusive != nil {
		err := safely(func() error { return first.exclusive(w.db) })
		w.cache.clear()
		first.result <- err
		return
	}
	group := []*request{first}
	var exclusive *request
gather:
	for len(group) < maxGroup {
		select {
		case r := <-w.requests:
			if r.exclusive != nil {
				exclusive = r
				break gather
			}
			group = append(group, r)
		default:
			break gather
		}
	}
	w.commit(group)
	if exclusive != nil {
		w.serve(exclusive)
	}
}

// commit runs a group in one transaction, each update in a savepoint of its own.
func (w *writer) commit(group []*request) {
	err := w.transaction(group)
	for _, r := range group {
		if err != nil {
			r.err = err
		} else if r.err == nil {
			runAll(r.after)
		}
		r.result <- r.err
	}
}

// transaction returns why nothing of the group could be kept, or nil.
func (w *writer) transaction(group []*request) error {
	w.aborted = nil
	if _, err := w.db.exec("BEGIN IMMEDIATE"); err != nil {
		return wrap("begin write", err)
	}
	tx := &Tx{w: w}
	for _, r := range group {
		tx.request = r
		r.err = w.savepoint(r, func() error { return r.fn(tx) })
		if w.aborted != nil {
			return w.rollback(group, w.aborted)
		}
	}
	if _, err := w.db.exec("COMMIT"); err != nil {
		return w.rollback(group, wrap("commit", err))
	}
	return nil
}

func (w *writer) rollback(group []*request, cause error) error {
	for _, r := range slices.Backward(group) {
		w.takeBack(r, 0, 0)
	}
	if _, err := w.db.exec("ROLLBACK"); err != nil {
		// After some failures SQLite has rolled back by itself.
		slog.Debug("rollback", "err", err)
	}
	return cause
}

// savepoint runs fn so that its failure undoes what it did and nothing else.
func (w *writer) savepoint(r *request, fn func() error) error {
	after, undo := len(r.after), len(r.undo)
	if _, err := w.db.exec("SAVEPOINT part"); err != nil {
		return wrap("set savepoint", err)
	}
	err := safely(fn)
	if err == nil && w.aborted == nil {
		_, err = w.db.exec("RELEASE part")
		return wrap("release savepoint", err)
	}
	w.takeBack(r, after, undo)
	if w.aborted != nil {
		return w.aborted
	}
	if _, failed := w.db.exec("ROLLBACK TO part"); failed != nil {
		w.aborted = err
		return err
	}
	if _, failed := w.db.exec("RELEASE part"); failed != nil {
		w.aborted = err
	}
	return err
}

// takeBack forgets what a request left in memory beyond its first entries.
func (w *writer) takeBack(r *request, after, undo int) {
	w.cache.clear()
	for _, f := range slices.Backward(r.undo[undo:]) {
		f()
	}
	r.after, r.undo = r.after[:after], r.undo[:undo]
}

func runAll(list []func()) {
	for _, f := range list {
		_ = safely(func() error { f(); return nil }) // logged there; the commit stands
	}
}

// safely turns a panic into an error: a broken update must not take the
// writer, and with it every delivery, down. The panic value may hold anything,
// so it is not logged.
func safely(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("panic in an update", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = inbox.NewError(inbox.CodeInternal, "panic in update")
		}
	}()
	return fn()
}
