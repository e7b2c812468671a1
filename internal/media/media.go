package media

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

const (
	// AutoLimit is up to which size in bytes files are fetched unasked; what is
	// larger waits for a click.
	AutoLimit = 16 << 20
	// Limit is the largest file in bytes that is fetched at all. (Meta docs:
	// Media: larger ones never arrive, 131052.)
	Limit = 100 << 20

	// maxParallel is how many files are fetched at once.
	maxParallel = 3
	// listAhead is how many rows are looked at for those that may be fetched now.
	listAhead = 64
	// upkeepEvery is how often files are looked for whose time is over.
	upkeepEvery = time.Hour
	// storagePause is how long nothing is tried after the disk or the keys failed.
	storagePause = 10 * time.Second
	// accountPause is how long nothing is tried after the provider refused the token.
	accountPause = time.Minute
	// ageChunk is how many old files one transaction removes.
	ageChunk = 100
	// glanceTime is how long a file stays that the shop does not keep.
	glanceTime = 24 * time.Hour
)

// pauses are how long a file waits after each failed attempt; after the last
// it has failed.
var pauses = [...]time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// KeepForever as Policy.Days keeps files as long as their messages.
const KeepForever = -1

// Policy says how long the shop keeps files. With 0 days files are fetched only
// when somebody asks, and removed a day later.
type Policy struct {
	Days int `json:"days"`
}

func (p Policy) age() (time.Duration, bool) {
	switch {
	case p.Days < 0:
		return 0, false
	case p.Days == 0:
		return glanceTime, true
	}
	return time.Duration(p.Days) * 24 * time.Hour, true
}

// Source is what the fetcher needs of the provider's API.
type Source interface {
	MediaURL(ctx context.Context, mediaID string) (cloudapi.MediaInfo, error)
	DownloadMedia(ctx context.Context, address string, w io.Writer, limit int64) (mimeType string, size int64, err error)
}

// Config wires a Fetcher.
type Config struct {
	Store  *store.Store
	Source Source
	// Policy returns how long files are kept. It is asked before every decision.
	Policy func(context.Context) (Policy, error)
	// Changed is called after what is known of a message's file changed. It must not block.
	Changed func(inbox.MessageID)
	// Progress is called while a file arrives; total is 0 if unknown. It must not block.
	Progress func(id inbox.MessageID, done, total int64)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Fetcher fetches files. Create it with New, start it with Run.
type Fetcher struct {
	cfg  Config
	wake chan struct{}
	// picture lets one picture be unpacked at a time: it takes far more memory than its file.
	picture sync.Mutex

	mu       sync.Mutex
	inFlight map[inbox.MessageID]*download
	retryAt  time.Time // no attempt before this (offline, token, disk)
	offlines int       // attempts in a row that found no network
}

// download is a file on its way.
type download struct {
	cancel      context.CancelFunc
	done, total int64
}

// New returns a Fetcher that does nothing until Run.
func New(cfg Config) *Fetcher {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Fetcher{cfg: cfg, wake: make(chan struct{}, 1), inFlight: map[inbox.MessageID]*download{}}
}

// Wake makes Run look for files now.
func (f *Fetcher) Wake() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Resume tries again at once what waits for the network or a new token.
func (f *Fetcher) Resume() {
	f.mu.Lock()
	f.retryAt, f.offlines = time.Time{}, 0
	f.mu.Unlock()
	f.Wake()
}

// Fetch gets a file because somebody asked for it, whatever its size. It fails
// with not_found if the provider does not have it any more.
func (f *Fetcher) Fetch(ctx context.Context, id inbox.MessageID) error {
	wanted := false
	err := f.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
		wanted, err = tx.WantMedia(id, f.cfg.Now())
		return err
	})
	if err == nil && !wanted {
		err = inbox.NewError(inbox.CodeNotFound, "file cannot be fetched")
	}
	f.Resume()
	return err
}

// Stop ends a file's arrival until somebody asks for it again.
func (f *Fetcher) Stop(ctx context.Context, id inbox.MessageID) error {
	// Held first: a job that ends while its file is open begins again.
	err := f.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.HoldMedia(id, 0) })
	f.mu.Lock()
	if d := f.inFlight[id]; d != nil {
		d.cancel()
	}
	f.mu.Unlock()
	f.cfg.Changed(id)
	return err
}

// Arriving reports whether a file is on its way, and how far; total is 0 if unknown.
func (f *Fetcher) Arriving(id inbox.MessageID) (done, total int64, arriving bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.inFlight[id]
	if d == nil {
		return 0, 0, false
	}
	return d.done, d.total, true
}

// Run fetches until ctx ends, then waits for what is under way to stop.
func (f *Fetcher) Run(ctx context.Context) error {
	ctx = store.For(ctx, store.Receiving)
	var jobs sync.WaitGroup
	defer jobs.Wait()
	if err := f.cfg.Store.RemoveOrphans(ctx); err != nil && ctx.Err() == nil {
		slog.Warn("leftover files could not be deleted", "err", err)
	}
	upkeep := f.cfg.Now()
	for ctx.Err() == nil {
		if now := f.cfg.Now(); !now.Before(upkeep) {
			f.upkeep(ctx)
			upkeep = now.Add(upkeepEvery)
		}
		next := f.round(ctx, &jobs)
		if upkeep.Before(next) {
			next = upkeep
		}
		timer := time.NewTimer(next.Sub(f.cfg.Now()))
		select {
		case <-ctx.Done():
		case <-f.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
	return nil
}

// upkeep removes what the shop does not keep so long and marks what the
// provider has forgotten.
func (f *Fetcher) upkeep(ctx context.Context) {
	err := f.Apply(ctx)
	if err == nil {
		err = f.cfg.Store.Update(ctx, func(tx *store.Tx) error { return tx.ExpireMedia(f.cfg.Now()) })
	}
	if err != nil && ctx.Err() == nil {
		slog.Error("old files could not be removed", "err", err)
	}
}

// Apply removes now what the policy does not keep.
func (f *Fetcher) Apply(ctx context.Context) error {
	policy, err := f.cfg.Policy(ctx)
	if err != nil {
		return err
	}
	age, ends := policy.age()
	for ends {
		now := f.cfg.Now()
		var removed []inbox.MessageID
		err := f.cfg.Store.Update(ctx, func(tx *store.Tx) (err error) {
			removed, err = tx.AgeMedia(now.Add(-age), now, ageChunk)
			return err
		})
		for _, id := range removed {
			f.cfg.Changed(id)
		}
		if err != nil || len(removed) < ageChunk {
			return err
		}
	}
	return nil
}

// round starts what may be fetched now and returns when to look again.
func (f *Fetcher) round(ctx context.Context, jobs *sync.WaitGroup) time.Time {
	now := f.cfg.Now()
	next := now.Add(upkeepEvery)
	f.mu.Lock()
	retryAt, busy := f.retryAt, len(f.inFlight)
	f.mu.Unlock()
	if retryAt.After(now) {
		return retryAt
	}
	due, err := f.cfg.Store.ListDueMedia(ctx, listAhead)
	if err != nil {
		if ctx.Err() == nil {
			slog.Error("files to be fetched cannot be listed", "err", err)
		}
		return now.Add(storagePause)
	}
	for _, d := range due {
		if d.NextAt.After(now) {
			return d.NextAt
		}
		if busy >= maxParallel {
			return next // the end of a job wakes
		}
		if f.launch(ctx, jobs, d) {
			busy++
		}
	}
	return next
}

// launch starts a job unless the file is on its way already.
func (f *Fetcher) launch(ctx context.Context, jobs *sync.WaitGroup, d store.DueMedia) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inFlight[d.MessageID] != nil {
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	f.inFlight[d.MessageID] = &download{cancel: cancel}
	jobs.Go(func() {
		defer cancel()
		defer f.done(d.MessageID)
		defer func() {
			if v := recover(); v != nil {
				slog.Error("panic while fetching a file", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
				f.end(context.WithoutCancel(ctx), d.MessageID, inbox.FileFailed, inbox.CodeInternal)
			}
		}()
		f.attempt(ctx, d)
	})
	return true
}

func (f *Fetcher) done(id inbox.MessageID) {
	f.mu.Lock()
	delete(f.inFlight, id)
	f.mu.Unlock()
	f.cfg.Changed(id)
	f.Wake()
}

// arrived counts bytes of a file on its way.
func (f *Fetcher) arrived(id inbox.MessageID, n int, total int64) {
	f.mu.Lock()
	var done int64
	if d := f.inFlight[id]; d != nil {
		d.done += int64(n)
		d.total = total
		done = d.done
	}
	f.mu.Unlock()
	f.cfg.Progress(id, done, total)
}
