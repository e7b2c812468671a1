package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tresen/internal/relay"
)

// Create implements relay.Engine.
func (e *Engine) Create(ctx context.Context, m relay.MailboxID) error {
	return e.write.update(ctx, 0, func(w *writer) error {
		if w.mailboxes[m] != nil {
			return nil
		}
		id, err := w.sequence()
		if err != nil {
			return err
		}
		if err := w.exec("INSERT INTO mailbox VALUES (?, ?)", id, m[:]); err != nil {
			return failure("insert mailbox", err)
		}
		w.mailboxes[m] = &mailbox{id: id, queues: map[relay.DeviceID]*queue{}}
		w.undo = append(w.undo, func() { delete(w.mailboxes, m) })
		return nil
	})
}

// Put implements relay.Engine.
func (e *Engine) Put(ctx context.Context, m relay.MailboxID, id relay.DeliveryID, copies []relay.Copy) (bool, error) {
	size := 0
	for _, c := range copies {
		size += len(c.Sealed)
	}
	fresh := false
	err := e.write.update(ctx, size, func(w *writer) (err error) {
		fresh, err = w.put(m, id, copies, int64(size))
		return err
	})
	if err != nil {
		return false, err
	}
	if fresh {
		e.Wake(m)
	}
	return fresh, nil
}

func (w *writer) put(m relay.MailboxID, id relay.DeliveryID, copies []relay.Copy, size int64) (bool, error) {
	box := w.mailboxes[m]
	if box == nil {
		return false, refusal{fmt.Errorf("put: %w", relay.ErrNoMailbox)}
	}
	now := w.opt.Now().UnixMilli()
	result, err := w.insertSeen.Exec(box.id, id[:], now)
	if err != nil {
		return false, failure("insert delivery", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if box.bytes+size > w.opt.Share || w.reserve.tight {
		if err := w.exec("DELETE FROM seen WHERE mailbox_id = ? AND delivery = ?", box.id, id[:]); err != nil {
			return false, failure("forget delivery", err)
		}
		return false, refusal{fmt.Errorf("put: %w", relay.ErrFull)}
	}
	for _, c := range copies {
		if err := w.insert(box, c, now); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (w *writer) insert(box *mailbox, c relay.Copy, now int64) error {
	q, err := w.queue(box, c.Device)
	if err != nil {
		return err
	}
	seq, err := w.sequence()
	if err != nil {
		return err
	}
	if _, err := w.insertEnvelope.Exec(seq, q.id, now, c.Sealed); err != nil {
		return failure("insert envelope", err)
	}
	w.count(box, q, 1, int64(len(c.Sealed)))
	return nil
}

// count changes the counters, and back if the transaction fails.
func (w *writer) count(box *mailbox, q *queue, n int, size int64) {
	q.count, q.bytes, box.bytes = q.count+n, q.bytes+size, box.bytes+size
	w.undo = append(w.undo, func() {
		q.count, q.bytes, box.bytes = q.count-n, q.bytes-size, box.bytes-size
	})
}

// queue returns a device's queue, making it if it is new.
func (w *writer) queue(box *mailbox, d relay.DeviceID) (*queue, error) {
	if q := box.queues[d]; q != nil {
		return q, nil
	}
	id, err := w.sequence()
	if err != nil {
		return nil, err
	}
	if err := w.exec("INSERT INTO queue VALUES (?, ?, ?)", id, box.id, d[:]); err != nil {
		return nil, failure("insert queue", err)
	}
	q := &queue{id: id}
	box.queues[d] = q
	w.undo = append(w.undo, func() { delete(box.queues, d) })
	return q, nil
}

// find returns a device's queue for reading, or nil.
func (w *writer) find(m relay.MailboxID, d relay.DeviceID) (q queue, known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	box := w.mailboxes[m]
	if box == nil || box.queues[d] == nil {
		return q, false
	}
	return *box.queues[d], true
}

// Fetch implements relay.Engine.
func (e *Engine) Fetch(ctx context.Context, m relay.MailboxID, d relay.DeviceID, span relay.Span) ([]relay.Envelope, error) {
	q, known := e.write.find(m, d)
	if !known || q.count == 0 {
		return nil, nil
	}
	rows, err := e.read.QueryContext(ctx,
		"SELECT envelope_id, sealed FROM envelope WHERE queue_id = ? AND envelope_id > ? ORDER BY envelope_id LIMIT ?",
		q.id, int64(min(span.After, 1<<62)), span.Count)
	if err != nil {
		return nil, failure("select envelopes", err)
	}
	defer rows.Close()
	var list []relay.Envelope
	for size := 0; rows.Next(); {
		var sealed sql.RawBytes
		var seq int64
		if err := rows.Scan(&seq, &sealed); err != nil {
			return nil, failure("read envelope", err)
		}
		size += len(sealed)
		if len(list) > 0 && size > span.Bytes {
			break
		}
		list = append(list, relay.Envelope{Seq: uint64(seq), Sealed: append([]byte(nil), sealed...)})
	}
	if err := rows.Err(); err != nil {
		return nil, failure("read envelopes", err)
	}
	return list, nil
}

// Ack implements relay.Engine.
func (e *Engine) Ack(ctx context.Context, m relay.MailboxID, d relay.DeviceID, upTo uint64) error {
	if q, known := e.write.find(m, d); !known || q.count == 0 {
		return nil
	}
	return e.write.update(ctx, 0, func(w *writer) error {
		box := w.mailboxes[m]
		if box == nil || box.queues[d] == nil {
			return nil
		}
		return w.acknowledge(box, box.queues[d], int64(min(upTo, 1<<62)))
	})
}

func (w *writer) acknowledge(box *mailbox, q *queue, upTo int64) error {
	var n int
	var size int64
	row := w.conn.QueryRowContext(context.Background(),
		"SELECT count(*), coalesce(sum(length(sealed)), 0) FROM envelope WHERE queue_id = ? AND envelope_id <= ?", q.id, upTo)
	if err := row.Scan(&n, &size); err != nil {
		return failure("count envelopes", err)
	}
	if n == 0 {
		return nil
	}
	if _, err := w.deleteEnvelopes.Exec(q.id, upTo); err != nil {
		return failure("delete envelopes", err)
	}
	w.count(box, q, -n, -size)
	return nil
}

// Stats implements relay.Engine.
func (e *Engine) Stats(ctx context.Context, m relay.MailboxID, d relay.DeviceID) (relay.Stats, error) {
	q, known := e.write.find(m, d)
	if !known || q.count == 0 {
		return relay.Stats{}, nil
	}
	s := relay.Stats{Waiting: q.count}
	var ms int64
	err := e.read.QueryRowContext(ctx, "SELECT at_ms FROM envelope WHERE queue_id = ? ORDER BY envelope_id LIMIT 1", q.id).Scan(&ms)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return relay.Stats{}, nil
	case err != nil:
		return s, failure("read oldest envelope", err)
	}
	s.Oldest = time.UnixMilli(ms)
	return s, nil
}

// DropDevice implements relay.Engine.
func (e *Engine) DropDevice(ctx context.Context, m relay.MailboxID, d relay.DeviceID) error {
	err := e.write.update(ctx, 0, func(w *writer) error {
		box := w.mailboxes[m]
		if box == nil || box.queues[d] == nil {
			return nil
		}
		return w.dropQueue(box, d)
	})
	if err != nil {
		return err
	}
	return e.emptyLog(ctx)
}

func (w *writer) dropQueue(box *mailbox, d relay.DeviceID) error {
	q := box.queues[d]
	if _, err := w.deleteEnvelopes.Exec(q.id, int64(1<<62)); err != nil {
		return failure("delete envelopes", err)
	}
	if err := w.exec("DELETE FROM queue WHERE queue_id = ?", q.id); err != nil {
		return failure("delete queue", err)
	}
	w.count(box, q, -q.count, -q.bytes)
	delete(box.queues, d)
	w.undo = append(w.undo, func() { box.queues[d] = q })
	return nil
}

// Drop implements relay.Engine.
func (e *Engine) Drop(ctx context.Context, m relay.MailboxID) error {
	err := e.write.update(ctx, 0, func(w *writer) error {
		box := w.mailboxes[m]
		if box == nil {
			return nil
		}
		for d := range box.queues {
			if err := w.dropQueue(box, d); err != nil {
				return err
			}
		}
		for _, query := range []string{"DELETE FROM seen WHERE mailbox_id = ?", "DELETE FROM mailbox WHERE mailbox_id = ?"} {
			if err := w.exec(query, box.id); err != nil {
				return failure("delete mailbox", err)
			}
		}
		delete(w.mailboxes, m)
		w.undo = append(w.undo, func() { w.mailboxes[m] = box })
		return nil
	})
	if err != nil {
		return err
	}
	return e.emptyLog(ctx)
}
