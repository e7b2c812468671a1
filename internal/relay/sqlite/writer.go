package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"tresen/internal/relay"
)

// Bounds of one commit.
const (
	maxBatch = 512
	maxBytes = 16 << 20

	maxPatience = 2 * time.Millisecond
)

var errClosed = errors.New("engine is closed")

// op is one change that wants to be durable. Without do, it wants the log
// emptied.
type op struct {
	do   func(w *writer) error
	size int
	done chan error
}

// writer has the only connection that writes, and the counters that save it
// from asking the database. Only its goroutine changes either.
type writer struct {
	db   *sql.DB
	conn *sql.Conn
	opt  *Options

	closing sync.RWMutex
	closed  bool
	ops     chan *op

	mu        sync.Mutex // guards what follows against readers
	mailboxes map[relay.MailboxID]*mailbox
	last      int64 // sequence number handed out last
	reserved  int64
	undo      []func()
	reserve   ballast

	expected int           // changes that may come together next time
	took     time.Duration // what a commit takes, on average

	written    int           // bytes since a checkpoint was asked for, about
	checkpoint chan struct{} // asks for one beside the writes

	statements
}

type statements struct{ begin, end, insertSeen, insertEnvelope, deleteEnvelopes, setReserved *sql.Stmt }

type mailbox struct {
	id     int64
	bytes  int64
	queues map[relay.DeviceID]*queue
}

type queue struct {
	id    int64
	count int
	bytes int64
}

func newWriter(ctx context.Context, db *sql.DB, opt *Options) (*writer, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open writer: %w", err)
	}
	w := &writer{db: db, conn: conn, opt: opt, reserve: opt.ballast(), ops: make(chan *op, 2*maxBatch), checkpoint: make(chan struct{}, 1)}
	for text, into := range map[string]**sql.Stmt{
		"BEGIN IMMEDIATE": &w.begin,
		"COMMIT":          &w.end,
		"INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING":     &w.insertSeen,
		"INSERT INTO envelope VALUES (?, ?, ?, ?)":                     &w.insertEnvelope,
		"DELETE FROM envelope WHERE queue_id = ? AND envelope_id <= ?": &w.deleteEnvelopes,
		"UPDATE meta SET reserved = ?":                                 &w.setReserved,
	} {
		if *into, err = conn.PrepareContext(ctx, text); err != nil {
			return nil, fmt.Errorf("prepare statement: %w", err)
		}
	}
	return w, w.load(ctx)
}

// load reads the counters.
func (w *writer) load(ctx context.Context) error {
	w.mailboxes = map[relay.MailboxID]*mailbox{}
	if err := w.conn.QueryRowContext(ctx, "SELECT reserved FROM meta").Scan(&w.reserved); err != nil {
		return fmt.Errorf("read sequence: %w", err)
	}
	w.last = w.reserved
	byID := map[int64]*mailbox{}
	err := w.each(ctx, "SELECT mailbox_id, name FROM mailbox", func(rows *sql.Rows) error {
		var name []byte
		m := &mailbox{queues: map[relay.DeviceID]*queue{}}
		if err := rows.Scan(&m.id, &name); err != nil {
			return err
		}
		if len(name) != len(relay.MailboxID{}) {
			return relay.ErrMalformed
		}
		byID[m.id], w.mailboxes[relay.MailboxID(name)] = m, m
		return nil
	})
	if err != nil {
		return fmt.Errorf("read mailboxes: %w", err)
	}
	const queues = `SELECT q.queue_id, q.mailbox_id, q.device, count(e.envelope_id), coalesce(sum(length(e.sealed)), 0)
		FROM queue q LEFT JOIN envelope e USING (queue_id) GROUP BY q.queue_id`
	err = w.each(ctx, queues, func(rows *sql.Rows) error {
		var device []byte
		var of int64
		q := &queue{}
		if err := rows.Scan(&q.id, &of, &device, &q.count, &q.bytes); err != nil {
			return err
		}
		m := byID[of]
		if m == nil || len(device) != len(relay.DeviceID{}) {
			return relay.ErrMalformed
		}
		m.queues[relay.DeviceID(device)] = q
		m.bytes += q.bytes
		return nil
	})
	if err != nil {
		return fmt.Errorf("read queues: %w", err)
	}
	return nil
}

func (w *writer) each(ctx context.Context, query string, scan func(*sql.Rows) error) error {
	rows, err := w.conn.QueryContext(ctx, query)
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

// update hands a change in and waits until it is durable. If ctx ends first,
// the change may be made all the same.
func (w *writer) update(ctx context.Context, size int, do func(w *writer) error) error {
	return w.await(ctx, &op{do: do, size: size, done: make(chan error, 1)})
}

func (w *writer) await(ctx context.Context, o *op) error {
	if err := w.hand(ctx, o); err != nil {
		return err
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) hand(ctx context.Context, o *op) error {
	w.closing.RLock()
	defer w.closing.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.ops <- o:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) close() {
	w.closing.Lock()
	defer w.closing.Unlock()
	if !w.closed {
		w.closed = true
		close(w.ops)
	}
}

// release closes the connection, and first the statements: SQLite keeps a
// connection open for as long as it has any.
func (w *writer) release() error {
	var errs []error
	for _, s := range []*sql.Stmt{w.begin, w.end, w.insertSeen, w.insertEnvelope, w.deleteEnvelopes, w.setReserved} {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
}

// run commits what is handed in until the writer is closed.
func (w *writer) run() {
	batch := make([]*op, 0, maxBatch)
	for first := range w.ops {
		if first.do == nil {
			first.done <- w.truncateLog()
			continue
		}
		var next *op
		batch, next = w.collect(append(batch[:0], first))
		w.commit(batch)
		clear(batch)
		if next != nil {
			next.done <- w.truncateLog()
		}
	}
	if err := w.truncateLog(); err != nil {
		w.opt.Log.Warn("log was not emptied", "err", err)
	}
}

// collect adds what waits already, up to the next wish to empty the log. If the
// commit before shows that more is on its way, it waits for that a little: for
// less than the flush costs that it saves.
func (w *writer) collect(batch []*op) (all []*op, empty *op) {
	size := batch[0].size
	var patience <-chan time.Time
	for len(batch) < maxBatch && size < maxBytes {
		var o *op
		var ok bool
		select {
		case o, ok = <-w.ops:
		default:
			if len(batch) >= w.expected {
				return batch, nil
			}
			if patience == nil {
				patience = time.After(min(w.took/2, maxPatience))
			}
			select {
			case o, ok = <-w.ops:
			case <-patience:
				return batch, nil
			}
		}
		if !ok {
			return batch, nil
		}
		if o.do == nil {
			return batch, o
		}
		batch = append(batch, o)
		size += o.size
	}
	return batch, nil
}

// commit makes all changes in one transaction. If that fails, each gets one of
// its own, so that one cannot spoil the others: with a full disk, what forgets
// envelopes still works.
func (w *writer) commit(batch []*op) {
	results := make([]error, len(batch))
	start := time.Now()
	err := w.transact(batch, results)
	w.took = (7*w.took + time.Since(start)) / 8
	w.expected = len(batch) + len(w.ops)
	if err == nil {
		for i, o := range batch {
			w.written += o.size + pageSize
			o.done <- results[i]
		}
		w.askForCheckpoint()
		return
	}
	if errors.Is(err, relay.ErrFull) {
		w.makeRoom()
	}
	for i, o := range batch {
		if err := w.transact(batch[i:i+1], results[i:i+1]); err != nil {
			results[i] = err
		}
		o.done <- results[i]
	}
}

// askForCheckpoint has the log worked into the database now and then, so that
// it stays short.
func (w *writer) askForCheckpoint() {
	if w.written < logBytes {
		return
	}
	w.written = 0
	select {
	case w.checkpoint <- struct{}{}:
	default:
	}
}

// transact fills results with what the changes themselves refuse; those have
// changed nothing. It fails, and nothing is changed, if the database refuses.
func (w *writer) transact(batch []*op, results []error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.undo = w.undo[:0]
	if err := w.do(w.begin); err != nil {
		return failure("begin", err)
	}
	for i, o := range batch {
		err := o.do(w)
		if err != nil && !isRefusal(err) {
			w.rollback()
			return err
		}
		results[i] = err
	}
	if err := w.do(w.end); err != nil {
		w.rollback()
		return failure("commit", err)
	}
	return nil
}

// isRefusal reports errors that an op returns before it changes anything.
func isRefusal(err error) bool {
	var r refusal
	return errors.As(err, &r)
}

type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

func (w *writer) rollback() {
	w.exec("ROLLBACK") // fails if SQLite has rolled back by itself, which is as good
	for i := len(w.undo) - 1; i >= 0; i-- {
		w.undo[i]()
	}
	w.undo = w.undo[:0]
}

func (w *writer) do(s *sql.Stmt) error {
	_, err := s.Exec()
	return err
}

func (w *writer) exec(query string, args ...any) error {
	_, err := w.conn.ExecContext(context.Background(), query, args...)
	return err
}

// sequence returns a number never handed out before, also not before a crash.
func (w *writer) sequence() (int64, error) {
	const block = 1 << 20
	if w.last >= w.reserved {
		if _, err := w.setReserved.Exec(w.last + block); err != nil {
			return 0, failure("reserve sequence", err)
		}
		before := w.reserved
		w.reserved = w.last + block
		w.undo = append(w.undo, func() { w.reserved = before })
	}
	w.last++
	return w.last, nil
}
