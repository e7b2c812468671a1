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

// Steps are the steps of an erasure in order. "lookup" happens when the job is
// made; Step in the store names the next one.
var Steps = []string{"lookup", "contactBook", "key", "memory", "rows", "files", "compact", "scan"}

// contactBookTimeout bounds the first try; the key must not wait for a network.
const contactBookTimeout = 10 * time.Second

// contactBookLife is how long deleting the entry is tried. It is then recorded as failed.
const contactBookLife = 7 * 24 * time.Hour

// Config wires an Eraser.
type Config struct {
	Store *store.Store
	// ContactBook may be nil: then the entry is left and the job says failed.
	ContactBook ContactBook
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
	return &Eraser{cfg: cfg, wake: make(chan struct{}, 1), crash: func(string) error { return nil }}
}

// Erase starts the erasure of a customer and returns its record at once. From
// then on the customer is hidden; Run does the rest. It fails with not_found,
// or with conflict if the erasure is already running.
func (e *Eraser) Erase(ctx context.Context, id inbox.CustomerID) (store.Erasure, error) {
	job, err := e.cfg.Store.BeginErasure(ctx, id, e.cfg.Now())
	if err != nil {
		return job, err
	}
	e.cfg.Forget(id)
	select {
	case e.wake <- struct{}{}:
	default:
	}
	return job, nil
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
	e.running.Lock()
	defer e.running.Unlock()
	jobs, err := e.cfg.Store.UnfinishedErasures(ctx)
	if err != nil {
		return err
	}
	slices.SortStableFunc(jobs, func(a, b store.Erasure) int { return cmp.Compare(rank(a), rank(b)) })
	var failed error
	for _, job := range jobs {
		failed = errors.Join(failed, e.run(ctx, job))
	}
	return failed
}

func rank(job store.Erasure) int {
	if job.State == "done" {
		return 1
	}
	return 0
}

func (e *Eraser) run(ctx context.Context, job store.Erasure) error {
	note, err := e.cfg.Store.ErasureNote(ctx, job)
	// Without the note's key an end of the program came between destroying it
	// and closing the record.
	if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
		return err
	}
	if job.State != "done" {
		job.State, job.Failure = "running", ""
	}
	for job.Step != "" {
		step := job.Step
		if err := e.crash(step); err != nil {
			return err
		}
		if err := e.step(ctx, &job, note); err != nil {
			return e.fail(ctx, job, err)
		}
		if err := e.crash("after " + step); err != nil {
			return err
		}
		if err := e.save(ctx, job); err != nil {
			return err
		}
	}
	return e.finish(ctx, job, note)
}

func (e *Eraser) save(ctx context.Context, job store.Erasure) error {
	err := e.cfg.Store.UpdateErasure(ctx, job)
	e.cfg.Progress(job.ID)
	return err
}

// fail records why a step did not work; the job stays unfinished.
func (e *Eraser) fail(ctx context.Context, job store.Erasure, cause error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	job.State, job.Failure = "failed", inbox.CodeOf(cause)
	return errors.Join(fmt.Errorf("erasure step %s: %w", job.Step, cause), e.save(ctx, job))
}

// step runs job.Step and names the next. Each can be run again.
func (e *Eraser) step(ctx context.Context, job *store.Erasure, note store.ErasureNote) error {
	switch job.Step {
	case "contactBook":
		job.ContactBook = e.tryContactBook(ctx, *job, note.BSUID)
		job.Step = "key"
	case "key":
		epoch, err := e.cfg.Store.DestroyKeys(ctx, *job, note)
		if err != nil {
			return keychainError("destroy keys", err)
		}
		job.Epoch, job.ErasedAt, job.Step = epoch, e.cfg.Now(), "memory"
	case "memory":
		e.cfg.Forget(inbox.CustomerID(job.Key))
		job.Step = "rows"
	case "rows":
		if err := e.cfg.Store.DeleteCustomerRows(ctx, *job, func() { e.cfg.Progress(job.ID) }); err != nil {
			return err
		}
		job.Step = "files"
	case "files":
		if err := e.cfg.Store.RemoveOrphans(ctx); err != nil {
			return err
		}
		job.Step = "compact"
	case "compact":
		if err := e.cfg.Store.Compact(ctx); err != nil {
			return err
		}
		job.Step = "scan"
	case "scan":
		result, err := Scan(ctx, append([]string{e.cfg.Store.Dir()}, e.cfg.ScanDirs...), Needles(note))
		if err != nil {
			return err
		}
		job.Files, job.Skipped, job.Bytes, job.Hits = result.Files, result.Skipped, result.Bytes, result.Hits
		job.Step, job.State, job.EndedAt = "", "done", e.cfg.Now()
	default:
		return inbox.NewError(inbox.CodeStorageDamaged, "unknown erasure step")
	}
	return nil
}

// tryContactBook returns what is now known of the person's entry in Meta's
// contact book.
func (e *Eraser) tryContactBook(ctx context.Context, job store.Erasure, bsuid string) (outcome string) {
	switch {
	case job.ContactBook != "pending":
		return job.ContactBook
	case bsuid == "" || e.cfg.ContactBook == nil:
		return "failed"
	}
	trying, cancel := context.WithTimeout(ctx, contactBookTimeout)
	defer cancel()
	deleted, err := e.cfg.ContactBook.DeleteContactBook(trying, bsuid)
	switch {
	case err == nil && deleted:
		return "deleted"
	case err == nil:
		return "absent"
	case ctx.Err() == nil && e.cfg.Now().Sub(job.StartedAt) > contactBookLife:
		return "failed"
	}
	slog.Warn("contact book entry was not deleted yet", "code", inbox.CodeOf(err))
	return "pending"
}

// finish ends a job, unless the contact book entry still waits to be deleted;
// then only what is needed for that is kept, for at most 7 days.
func (e *Eraser) finish(ctx context.Context, job store.Erasure, note store.ErasureNote) error {
	if outcome := e.tryContactBook(ctx, job, note.BSUID); outcome != job.ContactBook {
		job.ContactBook = outcome
		if err := e.save(ctx, job); err != nil {
			return err
		}
	}
	if err := e.crash("end"); err != nil {
		return err
	}
	if job.ContactBook == "pending" {
		return keychainError("shrink note", e.cfg.Store.ShrinkNote(ctx, job, note))
	}
	return keychainError("close erasure", e.cfg.Store.CloseErasure(ctx, job, note))
}

func keychainError(doing string, err error) error {
	if errors.Is(err, vault.ErrKeychainUnavailable) {
		return inbox.WrapError(inbox.CodeKeychain, doing, err)
	}
	return err
}
