package privacy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// ContactBook deletes a person from Meta's contact book, which links numbers
// and BSUIDs. deleted is false if there was no entry.
type ContactBook interface {
	DeleteContactBook(ctx context.Context, bsuid string) (deleted bool, err error)
}

// Uploads deletes files the shop sent from where Meta keeps them. A file that is
// gone already is CodeNotFound.
type Uploads interface {
	DeleteMedia(ctx context.Context, mediaID string) error
}

// Steps are the steps of an erasure in order. "lookup" happens when the job is
// made; Step in the store names the next one.
var Steps = []string{"lookup", "contactBook", "uploads", "key", "memory", "rows", "files", "compact", "scan"}

// Config wires an Eraser.
type Config struct {
	Store *store.Store
	// ContactBook may be nil: then the entry is left and the job says failed.
	ContactBook ContactBook
	// Uploads may be nil too.
	Uploads Uploads
	// Version of the program, for the log.
	Version string
	// Finished is called with the plan of an erasure that has one, once its result
	// is known and before the plan is destroyed. It must not block.
	Finished func(store.Erasure, Plan)
	// Forget drops what is kept of a customer in memory.
	Forget func(inbox.CustomerID)
	// Progress is called whenever a job has advanced. It must not block.
	Progress func(jobID int64)
	// ScanDirs are folders to search in addition to the data folder, such as the webview's.
	ScanDirs []string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Eraser runs erasures one after the other.
type Eraser struct {
	cfg  Config
	wake chan struct{}
	// running keeps two jobs from compacting at once.
	running sync.Mutex
	// crash is called before every step and between its effect and its record;
	// tests end the job there.
	crash func(step string) error
}

// New returns an Eraser that does nothing until Run.
func New(cfg Config) *Eraser {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Progress == nil {
		cfg.Progress = func(int64) {}
	}
	if cfg.Forget == nil {
		cfg.Forget = func(inbox.CustomerID) {}
	}
	if cfg.Finished == nil {
		cfg.Finished = func(store.Erasure, Plan) {}
	}
	return &Eraser{cfg: cfg, wake: make(chan struct{}, 1), crash: func(string) error { return nil }}
}

// Erase starts the erasure of a customer and returns its record at once. From
// then on the customer is hidden; Run does the rest. It fails with not_found,
// or with conflict if the erasure is already running.
func (e *Eraser) Erase(ctx context.Context, id inbox.CustomerID) (store.Erasure, error) {
	jobs, err := e.EraseAll(ctx, []inbox.CustomerID{id})
	if err != nil {
		return store.Erasure{}, err
	}
	return jobs[0], nil
}

// EraseAll starts the erasure of several customers at once, all or none of them.
func (e *Eraser) EraseAll(ctx context.Context, ids []inbox.CustomerID) ([]store.Erasure, error) {
	var orders []store.ErasureOrder
	for _, id := range ids {
		orders = append(orders, store.ErasureOrder{Customer: id})
	}
	return e.begin(ctx, orders)
}

func (e *Eraser) begin(ctx context.Context, orders []store.ErasureOrder) ([]store.Erasure, error) {
	jobs, err := e.cfg.Store.BeginErasures(ctx, orders, e.cfg.Now())
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		e.cfg.Forget(o.Customer)
	}
	e.Wake()
	return jobs, nil
}

// Wake lets Run take up at once what is not finished.
func (e *Eraser) Wake() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// retryEvery is how often a job that could not finish is taken up again.
const retryEvery = 15 * time.Minute

// Run carries out erasures until ctx ends, beginning with those an earlier run left.
func (e *Eraser) Run(ctx context.Context) error {
	for {
		if err := e.RunPending(ctx); err != nil && ctx.Err() == nil {
			slog.Error("erasure did not finish and will be taken up again", "err", err)
		}
		timer := time.NewTimer(retryEvery)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-e.wake:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// RunPending carries out every unfinished erasure once, those that only wait
// for Meta's contact book last.
func (e *Eraser) RunPending(ctx context.Context) error {
	ctx = store.For(ctx, store.Keeping)
	e.running.Lock()
	defer e.running.Unlock()
	jobs, err := e.cfg.Store.UnfinishedErasures(ctx)
	if err != nil {
		return err
	}
	var waiting, running []*task
	failed := error(nil)
	unreadable := map[int64]bool{}
	for _, job := range jobs {
		t, err := e.task(ctx, job)
		switch {
		case err != nil:
			failed = errors.Join(failed, err)
			unreadable[job.Leader] = true
		case job.State == "done":
			waiting = append(waiting, t)
		default:
			running = append(running, t)
		}
	}
	for _, t := range running {
		t.held = unreadable[t.job.ID]
	}
	failed = errors.Join(failed, e.run(ctx, running))
	for _, t := range waiting {
		failed = errors.Join(failed, e.finish(ctx, t.job, t.note))
	}
	return failed
}

// task is an erasure with its note.
type task struct {
	job  store.Erasure
	note store.ErasureNote
	// stuck is true once a step has failed; the others go on without it.
	stuck bool
	// held is true if somebody who is one person with her cannot be finished now.
	held bool
}

func (e *Eraser) task(ctx context.Context, job store.Erasure) (*task, error) {
	note, err := e.cfg.Store.ErasureNote(ctx, job)
	// Without the note's key an end of the program came between destroying it
	// and closing the record.
	if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
		return nil, err
	}
	if job.State != "done" {
		job.State, job.Failure = "running", ""
	}
	return &task{job: job, note: note}, nil
}

// run carries out erasures side by side: each step for all that are at it, so
// that keys are destroyed, the database is compacted and the files are searched
// once for all of them.
func (e *Eraser) run(ctx context.Context, tasks []*task) error {
	var failed error
	for _, step := range Steps {
		if step == "scan" {
			hold(tasks)
		}
		due := slices.DeleteFunc(slices.Clone(tasks), func(t *task) bool { return t.stuck || t.job.Step != step })
		if len(due) == 0 {
			continue
		}
		if err := e.crash(step); err != nil {
			return err
		}
		failed = errors.Join(failed, e.step(ctx, step, due))
		if err := e.crash("after " + step); err != nil {
			return err
		}
		// Last comes who tells for the others: her entry in the log needs their results.
		slices.SortStableFunc(due, func(a, b *task) int { return cmp.Compare(b.job.Leader, a.job.Leader) })
		for _, t := range due {
			if t.stuck {
				continue
			}
			save := e.save
			if t.job.State == "done" {
				save = t.end(e)
			}
			if err := save(ctx, t.job); err != nil {
				return err
			}
		}
	}
	for _, t := range tasks {
		switch {
		case t.stuck:
		case t.job.Step != "":
			failed = errors.Join(failed, inbox.NewError(inbox.CodeStorageDamaged, "unknown erasure step"))
		default:
			failed = errors.Join(failed, e.finish(ctx, t.job, t.note))
		}
	}
	return failed
}

// progress tells of the erasure whose record counts this one.
func (e *Eraser) progress(job store.Erasure) {
	if job.Leader != 0 {
		e.cfg.Progress(job.Leader)
		return
	}
	e.cfg.Progress(job.ID)
}

// hold keeps the erasure that tells for several from ending before the others
// can: its entry in the log counts them all.
func hold(tasks []*task) {
	for _, t := range tasks {
		t.held = t.held || slices.ContainsFunc(tasks, func(other *task) bool { return other.job.Leader == t.job.ID && other.stuck })
	}
	for _, t := range tasks {
		t.stuck = t.stuck || t.held
	}
}

func (e *Eraser) save(ctx context.Context, job store.Erasure) error {
	err := e.cfg.Store.UpdateErasure(ctx, job)
	e.progress(job)
	return err
}

// fail records why a step did not work; the job stays unfinished.
func (e *Eraser) fail(ctx context.Context, t *task, cause error) error {
	t.stuck = true
	if ctx.Err() != nil {
		return ctx.Err()
	}
	t.job.State, t.job.Failure = "failed", inbox.CodeOf(cause)
	return errors.Join(fmt.Errorf("erasure step %s: %w", t.job.Step, cause), e.save(ctx, t.job))
}

// step runs a step for the tasks that are at it and names their next. Each can
// be run again.
func (e *Eraser) step(ctx context.Context, step string, tasks []*task) (failed error) {
	var shared error
	var epoch uint64
	var found ScanResult
	switch step {
	case "key":
		epoch, shared = e.destroyKeys(ctx, tasks)
	case "files":
		shared = e.cfg.Store.RemoveOrphans(ctx)
	case "compact":
		shared = e.cfg.Store.Compact(ctx)
	case "scan":
		found, shared = e.scan(ctx, tasks)
	}
	for _, t := range tasks {
		err := shared
		if err == nil {
			err = e.one(ctx, t, epoch, found)
		}
		if err != nil {
			failed = errors.Join(failed, e.fail(ctx, t, err))
		}
	}
	return failed
}

// one does what a step is for one erasure alone, notes what was found and
// names its next step.
func (e *Eraser) one(ctx context.Context, t *task, epoch uint64, found ScanResult) error {
	job := &t.job
	switch job.Step {
	case "contactBook":
		job.ContactBook = e.tryContactBook(ctx, *job, t.note.BSUID)
	case "uploads":
		job.UploadsDeleted, job.UploadState = e.tryUploads(ctx, *job, t.note.Uploads)
	case "key":
		job.Epoch, job.ErasedAt = epoch, e.cfg.Now()
	case "memory":
		e.cfg.Forget(inbox.CustomerID(job.Key))
	case "rows":
		if err := e.cfg.Store.DeleteCustomerRows(ctx, *job, func() { e.progress(*job) }); err != nil {
			return err
		}
	case "scan":
		job.Files, job.Skipped, job.Bytes, job.Hits = found.Files, found.Skipped, found.Bytes, found.Hits
		job.Step, job.State, job.EndedAt = "", "done", e.cfg.Now()
		return nil
	}
	job.Step = Steps[slices.Index(Steps, job.Step)+1]
	return nil
}

func (e *Eraser) destroyKeys(ctx context.Context, tasks []*task) (epoch uint64, err error) {
	var keys []vault.KeyID
	for _, t := range tasks {
		keys = append(keys, t.job.Key, t.note.OldRaw)
	}
	epoch, err = e.cfg.Store.DestroyKeys(ctx, keys...)
	if err != nil {
		return epoch, keychainError("destroy keys", err)
	}
	return epoch, nil
}

// scan searches for what is left of all of them; each of their records says
// what was found in all.
func (e *Eraser) scan(ctx context.Context, tasks []*task) (ScanResult, error) {
	var needles [][]byte
	for _, t := range tasks {
		needles = append(needles, Needles(t.note)...)
	}
	return Scan(ctx, e.scanned(), needles)
}

// scanned are the folders a scan searches.
func (e *Eraser) scanned() []string { return append([]string{e.cfg.Store.Dir()}, e.cfg.ScanDirs...) }

func keychainError(doing string, err error) error {
	if errors.Is(err, vault.ErrKeychainUnavailable) {
		return inbox.WrapError(inbox.CodeKeychain, doing, err)
	}
	return err
}
