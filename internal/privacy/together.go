package privacy

import (
	"context"
	"slices"
	"time"

	"tresen/internal/store"
)

// Record returns the record of an erasure, which counts everybody who was one
// person with her. It fails with not_found.
func Record(ctx context.Context, s *store.Store, id int64) (store.Erasure, error) {
	list, err := s.ErasureWithJoined(ctx, id)
	if err != nil {
		return store.Erasure{}, err
	}
	return together(list), nil
}

// together makes one record of several: what was deleted adds up, and of
// everything else the least that is true of all of them counts.
func together(list []store.Erasure) store.Erasure {
	whole := list[0]
	for _, job := range list[1:] {
		whole.Messages += job.Messages
		whole.Media += job.Media
		whole.Uploads += job.Uploads
		whole.UploadsDeleted += job.UploadsDeleted
		// They are searched together: the counts are those of the same files.
		whole.Files, whole.Bytes = max(whole.Files, job.Files), max(whole.Bytes, job.Bytes)
		whole.Skipped, whole.Hits = max(whole.Skipped, job.Skipped), max(whole.Hits, job.Hits)
		whole.Epoch = max(whole.Epoch, job.Epoch)
		whole.ErasedAt, whole.EndedAt = bothAt(whole.ErasedAt, job.ErasedAt), bothAt(whole.EndedAt, job.EndedAt)
		whole.State = first(whole.State, job.State, "failed", "running", "done")
		whole.ContactBook = first(whole.ContactBook, job.ContactBook, "pending", "failed", "none", "deleted", "absent")
		whole.UploadState = first(whole.UploadState, job.UploadState, "pending", "failed", "deleted", "none")
		whole.Step = first(whole.Step, job.Step, append(slices.Clone(Steps), "")...)
		if whole.Failure == "" {
			whole.Failure = job.Failure
		}
	}
	return whole
}

// bothAt is when both had happened, or zero if one has not.
func bothAt(a, b time.Time) time.Time {
	if a.IsZero() || b.IsZero() {
		return time.Time{}
	}
	if a.After(b) {
		return a
	}
	return b
}

// first returns which of two words comes first in an order.
func first(a, b string, order ...string) string {
	if slices.Index(order, b) < slices.Index(order, a) {
		return b
	}
	return a
}
