package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tresen/internal/relay"
)

// On a full disk nothing could even be forgotten: deleting, too, writes to the
// log first. So a file is kept that is good for nothing but to be deleted then.
// Until there is room for it again, no new envelopes are taken.

const defaultBallast = 32 << 20

// ballast is the file's state; only the writer's goroutine changes it.
type ballast struct {
	path  string
	size  int64
	tight bool
}

func (b *ballast) fill() error {
	f, err := os.OpenFile(b.path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("make reserve: %w", err)
	}
	block := make([]byte, 1<<20)
	for left := b.size; left > 0 && err == nil; left -= int64(len(block)) {
		_, err = f.Write(block[:min(left, int64(len(block)))])
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("make reserve: %w", err), os.Remove(b.path))
	}
	return nil
}

// makeRoom gives up the reserve if it is the disk that is full, and not the
// share of it that the database may use.
func (w *writer) makeRoom() {
	var pages, limit int64
	ctx := context.Background()
	if w.conn.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages) != nil || w.conn.QueryRowContext(ctx, "PRAGMA max_page_count").Scan(&limit) != nil {
		return
	}
	if pages >= limit || w.reserve.tight {
		return
	}
	w.opt.Log.Error("disk is full: no new deliveries are taken until there is room")
	w.reserve.tight = true
	if err := os.Remove(w.reserve.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		w.opt.Log.Error("reserve was not given up", "err", err)
	}
	if err := w.truncateLog(); err != nil {
		w.opt.Log.Warn("log was not emptied", "err", err)
	}
}

// ensureReserve makes the reserve if it is missing and opens the relay again
// for deliveries. It writes beside the writer, which it would hold up.
func (e *Engine) ensureReserve(ctx context.Context) error {
	there := func(b ballast) bool {
		info, err := os.Stat(b.path)
		return err == nil && info.Size() == b.size
	}
	reserve := e.opt.ballast()
	if !there(reserve) {
		if err := reserve.fill(); err != nil {
			return fmt.Errorf("%w: %w", relay.ErrFull, err)
		}
	}
	return e.write.update(ctx, 0, func(w *writer) error {
		if w.reserve.tight && there(w.reserve) {
			w.opt.Log.Info("there is room again")
			w.reserve.tight = false
		}
		return nil
	})
}

func (o Options) ballast() ballast {
	return ballast{path: filepath.Join(o.Dir, "relay.reserve"), size: o.Reserve}
}
