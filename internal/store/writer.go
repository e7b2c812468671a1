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

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// maxGroup is how many waiting updates share one commit. Larger groups gain
// nothing: at this size the disk's flush is already a small part of the time.
const maxGroup = 256

// writer owns the only connection that writes. One goroutine runs all updates,
// many per commit: while a commit waits for the disk, the next group gathers.
type writer struct {
	db    *sql.DB
	conn  *sql.Conn
	vault *vault.Vault
	dir   string
	stmts map[string]*sql.Stmt
	cache *cache
	// keys are the names of keys the database was last written with. They are
	// kept in the database, so that they change together with the rows.
	keys keyNames

	requests chan *request
	closing  chan struct{}
	done     chan struct{}
	once     sync.Once
}

type request struct {
	ctx       context.Context
	fn        func(*Tx) error
	exclusive func(*sql.Conn) error
	result    chan error
	after     []func()
	undo      []func()
	err       error
}

func openWriter(ctx context.Context, path string, v *vault.Vault) (*writer, error) {
	db, err := sql.Open("sqlite", dsn(path, "cache_size(-64000)"))
	if err != nil {
		return nil, wrap("open database", err)
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, wrap("open database", err)
	}
	w := &writer{
		db: db, conn: conn, vault: v, dir: filepath.Dir(path), stmts: map[string]*sql.Stmt{}, cache: newCache(),
		requests: make(chan *request), closing: make(chan struct{}), done: make(chan struct{}),
	}
	scripts, err := migrations()
	if err == nil {
		err = migrate(ctx, conn, scripts)
	}
	if err == nil {
		err = w.probeWrite(ctx)
	}
	if err != nil {
		conn.Close()
		db.Close()
		return nil, err
	}
	go w.run()
	return w, nil
}

// probeWrite finds out at the start, not at the first delivery, whether the
// database can be written.
func (w *writer) probeWrite(ctx context.Context) error {
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return wrap("begin write", err)
	}
	_, err := w.conn.ExecContext(ctx, "ROLLBACK")
	return wrap("end write", err)
}

func (w *writer) do(ctx context.Context, fn func(*Tx) error) error {
	return w.submit(&request{ctx: ctx, fn: fn, result: make(chan error, 1)})
}

func (w *writer) exclusive(ctx context.Context, fn func(*sql.Conn) error) error {
	return w.submit(&request{ctx: ctx, exclusive: fn, result: make(chan error, 1)})
}

func (w *writer) submit(r *request) error {
	select {
	case w.requests <- r:
		return <-r.result
	case <-r.ctx.Done():
		return r.ctx.Err()
	case <-w.closing:
		return inbox.NewError(inbox.CodeInternal, "store is closed")
	}
}

func (w *writer) close() {
	w.once.Do(func() { close(w.closing) })
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case r := <-w.requests:
			w.serve(r)
		case <-w.closing:
			for _, s := range w.stmts {
				s.Close()
			}
			w.conn.Close()
			w.db.Close()
			return
		}
	}
}

// serve gathers whatever else is waiting and commits it together.
func (w *writer) serve(first *request) {
	if first.exclusive != nil {
		first.result <- w.safely(func() error { return first.exclusive(w.conn) })
		w.cache.clear()
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

// commit runs a group in one transaction. If any of them fails, all are rolled
// back and run again one by one, so that each gets its own outcome.
func (w *writer) commit(group []*request) {
	err := w.transaction(group)
	if err != nil && len(group) > 1 {
		for _, r := range group {
			r.err = w.transaction([]*request{r})
			w.finish(r)
		}
		return
	}
	for _, r := range group {
		r.err = err
		w.finish(r)
	}
}

func (w *writer) finish(r *request) {
	if r.err == nil {
		for _, f := range r.after {
			_ = w.safely(func() error { f(); return nil })
		}
	}
	r.result <- r.err
}

func (w *writer) transaction(group []*request) error {
	ctx := context.Background()
	if _, err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return wrap("begin write", err)
	}
	tx := &Tx{w: w, ctx: ctx}
	for _, r := range group {
		r.after, r.undo = nil, nil
		tx.request = r
		if err := w.safely(func() error { return r.fn(tx) }); err != nil {
			return w.rollback(group, err)
		}
	}
	if _, err := w.exec("COMMIT"); err != nil {
		return w.rollback(group, wrap("commit", err))
	}
	return nil
}

func (w *writer) rollback(group []*request, cause error) error {
	w.cache.clear()
	for _, r := range slices.Backward(group) {
		for _, undo := range slices.Backward(r.undo) {
			undo()
		}
		r.undo = nil
	}
	if _, err := w.exec("ROLLBACK"); err != nil {
		// After some failures (disk full) SQLite has rolled back by itself.
		slog.Debug("rollback", "err", err)
	}
	return cause
}

func (w *writer) exec(query string, args ...any) (sql.Result, error) {
	stmt, err := w.prepare(query)
	if err != nil {
		return nil, err
	}
	return stmt.Exec(args...)
}

// prepare returns the compiled statement; all queries are constants, so the map is small.
func (w *writer) prepare(query string) (*sql.Stmt, error) {
	if s, ok := w.stmts[query]; ok {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = s
	return s, nil
}

// safely turns a panic into an error: a broken update must not take the
// writer, and with it every delivery, down. The panic value may hold anything,
// so it is not logged.
func (w *writer) safely(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("panic in an update", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			err = inbox.NewError(inbox.CodeInternal, "panic in update")
		}
	}()
	return fn()
}
