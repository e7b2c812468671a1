package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"tresen/internal/relay"
)

// The log is worked into the database whenever logBytes have been written, and
// cut to nothing once it is longer than longLog.
const (
	logBytes = 4 << 20
	longLog  = 64 << 20
)

// seenEvery is how often delivery ids are looked through, which reads them all.
const seenEvery = time.Hour

// expiredAtOnce bounds how long one round of forgetting holds up deliveries.
const expiredAtOnce = 200

// tidy forgets what is too old and empties the log, so that what was
// overwritten in the database does not live on there.
func (e *Engine) tidy(ctx context.Context) {
	defer e.recovered("tidying")
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for {
		if err := e.Tidy(ctx); err != nil && ctx.Err() == nil {
			e.opt.Log.Warn("tidying failed", "err", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (e *Engine) recovered(what string) {
	if r := recover(); r != nil {
		e.opt.Log.Error(what+" stopped", "panic", r, "stack", string(debug.Stack()))
	}
}

// Tidy forgets envelopes and delivery ids older than the retention time and
// empties the log. It runs by itself every minute.
func (e *Engine) Tidy(ctx context.Context) error {
	before := e.opt.Now().Add(-e.opt.Retention).UnixMilli()
	expired := 0
	for {
		n, err := e.expire(ctx, before)
		expired += n
		if err != nil {
			return err
		}
		if n < expiredAtOnce {
			break
		}
	}
	if expired > 0 {
		e.opt.Expired(expired)
	}
	now := e.opt.Now().UnixMilli()
	if time.Duration(now-e.seenAt.Load())*time.Millisecond >= seenEvery {
		for _, id := range e.write.mailboxIDs() {
			if err := e.forgetSeen(ctx, id, before); err != nil {
				return err
			}
		}
		e.seenAt.Store(now)
	}
	err := e.write.update(ctx, 0, func(w *writer) error {
		return w.exec("DELETE FROM once WHERE until_ms < ?", now)
	})
	if err != nil {
		return failure("forget keys", err)
	}
	if err := e.emptyLog(ctx); err != nil {
		return err
	}
	return e.ensureReserve(ctx)
}

func (w *writer) mailboxIDs() []int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	ids := make([]int64, 0, len(w.mailboxes))
	for _, m := range w.mailboxes {
		ids = append(ids, m.id)
	}
	return ids
}

// forgetSeen looks before it writes: mostly there is nothing to forget, and
// thousands of mailboxes must not cost thousands of commits.
func (e *Engine) forgetSeen(ctx context.Context, mailboxID, before int64) error {
	var old bool
	err := e.read.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM seen WHERE mailbox_id = ? AND at_ms < ?)", mailboxID, before).Scan(&old)
	if err != nil {
		return failure("find old deliveries", err)
	}
	if !old {
		return nil
	}
	return e.write.update(ctx, 0, func(w *writer) error {
		if err := w.exec("DELETE FROM seen WHERE mailbox_id = ? AND at_ms < ?", mailboxID, before); err != nil {
			return failure("forget deliveries", err)
		}
		return nil
	})
}

type expiredRow struct {
	seq, queue, size int64
}

// expire forgets the oldest envelopes, at most expiredAtOnce.
func (e *Engine) expire(ctx context.Context, before int64) (int, error) {
	n := 0
	err := e.write.update(ctx, 0, func(w *writer) error {
		rows, err := w.oldest(before)
		if err != nil {
			return err
		}
		n = len(rows)
		queues := w.queuesByID()
		for _, r := range rows {
			if err := w.exec("DELETE FROM envelope WHERE envelope_id = ?", r.seq); err != nil {
				return failure("expire envelope", err)
			}
			if q, ok := queues[r.queue]; ok {
				w.count(q.box, q.queue, -1, -r.size)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err // the writer may still be at it
	}
	return n, nil
}

// oldest reads from the front of the table, where the oldest are, and stops
// at the first that may stay.
func (w *writer) oldest(before int64) (list []expiredRow, err error) {
	stop := errors.New("the rest is younger")
	err = w.each(context.Background(), fmt.Sprintf("SELECT envelope_id, queue_id, length(sealed), at_ms FROM envelope ORDER BY envelope_id LIMIT %d", expiredAtOnce),
		func(rows *sql.Rows) error {
			var r expiredRow
			var at int64
			if err := rows.Scan(&r.seq, &r.queue, &r.size, &at); err != nil {
				return err
			}
			if at >= before {
				return stop
			}
			list = append(list, r)
			return nil
		})
	if err != nil && !errors.Is(err, stop) {
		return nil, failure("find old envelopes", err)
	}
	return list, nil
}

type queueOf struct {
	box   *mailbox
	queue *queue
}

func (w *writer) queuesByID() map[int64]queueOf {
	all := map[int64]queueOf{}
	for _, m := range w.mailboxes {
		for _, q := range m.queues {
			all[q.id] = queueOf{m, q}
		}
	}
	return all
}

// checkpoints works the log into the database beside the running writes. Only
// if the log grows all the same, because writes never pause, they have to wait
// for a moment.
func (e *Engine) checkpoints(ctx context.Context) {
	defer e.recovered("checkpoints")
	for {
		select {
		case <-e.write.checkpoint:
		case <-ctx.Done():
			return
		}
		var busy, pages, done int
		err := e.read.QueryRowContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)").Scan(&busy, &pages, &done)
		if err == nil && pages*pageSize > longLog {
			err = e.emptyLog(ctx)
		}
		if err != nil && ctx.Err() == nil {
			e.opt.Log.Warn("checkpoint failed", "err", err)
		}
	}
}

// emptyLog works the log into the database and cuts it to nothing. If a reader
// is using it, the next round of Tidy does.
func (e *Engine) emptyLog(ctx context.Context) error {
	return e.write.await(ctx, &op{done: make(chan error, 1)})
}

// truncateLog runs in the writer, between two transactions.
func (w *writer) truncateLog() error {
	var busy, pages, done int
	err := w.conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &done)
	if err != nil {
		return failure("empty log", err)
	}
	return nil
}

var _ relay.Engine = (*Engine)(nil)
var _ relay.Records = (*Engine)(nil)
