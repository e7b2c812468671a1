package privacy

import (
	"context"
	"log/slog"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// metaTimeout bounds each try to reach Meta; the key must not wait for a network.
const metaTimeout = 10 * time.Second

// metaLife is how long deleting something at Meta is tried. It is then recorded as failed.
const metaLife = 7 * 24 * time.Hour

// tryContactBook returns what is now known of the person's entry in Meta's
// contact book.
func (e *Eraser) tryContactBook(ctx context.Context, job store.Erasure, bsuid string) (outcome string) {
	switch {
	case job.ContactBook != "pending":
		return job.ContactBook
	case bsuid == "" || e.cfg.ContactBook == nil:
		return "failed"
	}
	trying, cancel := context.WithTimeout(ctx, metaTimeout)
	defer cancel()
	deleted, err := e.cfg.ContactBook.DeleteContactBook(trying, bsuid)
	switch {
	case err == nil && deleted:
		return "deleted"
	case err == nil:
		return "absent"
	case e.givenUp(ctx, job):
		return "failed"
	}
	slog.Warn("contact book entry was not deleted yet", "code", inbox.CodeOf(err))
	return "pending"
}

// tryUploads deletes the files the shop sent from Meta and returns how many are
// gone there now. Asking again for one that is gone does no harm.
func (e *Eraser) tryUploads(ctx context.Context, job store.Erasure, ids []string) (deleted int, state string) {
	switch {
	case job.UploadState != "pending":
		return job.UploadsDeleted, job.UploadState
	case len(ids) == 0 || e.cfg.Uploads == nil:
		return job.UploadsDeleted, "failed"
	}
	trying, cancel := context.WithTimeout(ctx, metaTimeout)
	defer cancel()
	for _, id := range ids {
		err := e.cfg.Uploads.DeleteMedia(trying, id)
		if err == nil || inbox.CodeOf(err) == inbox.CodeNotFound {
			deleted++
			continue
		}
		slog.Warn("file was not deleted at Meta yet", "code", inbox.CodeOf(err))
		if trying.Err() != nil {
			break
		}
	}
	switch {
	case deleted == len(ids):
		return deleted, "deleted"
	case e.givenUp(ctx, job):
		return deleted, "failed"
	}
	return deleted, "pending"
}

func (e *Eraser) givenUp(ctx context.Context, job store.Erasure) bool {
	return ctx.Err() == nil && e.cfg.Now().Sub(job.StartedAt) > metaLife
}

// finish ends a job, unless something still waits to be deleted at Meta; then
// only what is needed for that is kept, for at most 7 days.
func (e *Eraser) finish(ctx context.Context, job store.Erasure, note store.ErasureNote) error {
	before := job
	job.ContactBook = e.tryContactBook(ctx, job, note.BSUID)
	job.UploadsDeleted, job.UploadState = e.tryUploads(ctx, job, note.Uploads)
	if job != before {
		if err := e.saveMeta(ctx, job); err != nil {
			return err
		}
	}
	if plan, ok := decodePlan(note.Plan); ok {
		e.cfg.Finished(job, plan)
		e.progress(job)
	}
	if err := e.crash("end"); err != nil {
		return err
	}
	if job.ContactBook == "pending" || job.UploadState == "pending" {
		return keychainError("shrink note", e.cfg.Store.ShrinkNote(ctx, job, note))
	}
	return keychainError("close erasure", e.cfg.Store.CloseErasure(ctx, job, note))
}

// metaEntry is the log's word on what Meta answered after an erasure was over.
type metaEntry struct {
	Case        string `json:"case"`
	ContactBook string `json:"contactBook"`
	Uploads     string `json:"uploads"`
}

func (e *Eraser) saveMeta(ctx context.Context, job store.Erasure) error {
	err := e.cfg.Store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.UpdateErasure(job); err != nil {
			return err
		}
		_, err := tx.AppendLog(e.cfg.Now(), "erasureMeta", metaEntry{CaseNumber(job), job.ContactBook, job.UploadState})
		return err
	})
	e.progress(job)
	return err
}
