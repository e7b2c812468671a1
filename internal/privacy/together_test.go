package privacy

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// joined makes the canary and the other one person and returns both.
func (w *world) joined() (canary, other inbox.CustomerID) {
	w.Helper()
	canary, other = w.conversation(canaryName).CustomerID, w.conversation("Bernd Bleibt").CustomerID
	w.check(w.store.Update(w.ctx, func(tx *store.Tx) error { return tx.Join(other, canary, w.now) }))
	return canary, other
}

// messages counts what both wrote and got.
func (w *world) messagesOf(ids ...inbox.CustomerID) (n, media int) {
	w.Helper()
	for _, id := range ids {
		c, err := w.store.CountCustomer(w.ctx, id)
		w.check(err)
		n, media = n+c.Messages, media+c.Media
	}
	return n, media
}

// mustTellOfBoth checks that one record and one entry of the log count both,
// and that everything of both is gone.
func (w *world) mustTellOfBoth(what string, id int64, messages, media int, traces evidence) {
	w.Helper()
	job, err := Record(w.ctx, w.store, id)
	w.check(err)
	if job.State != "done" || job.Step != "" || job.Messages != messages || job.Media != media || job.Hits != 0 || job.ErasedAt.IsZero() || job.EndedAt.IsZero() {
		w.Errorf("%s: %+v, want %d messages, %d media", what, job, messages, media)
	}
	entries := w.log("erasure")
	if len(entries) != 1 {
		w.Fatalf("%s: %d entries in the log", what, len(entries))
	}
	var e ErasureEntry
	w.check(json.Unmarshal(entries[0].Detail, &e))
	if e.Case != CaseNumber(job) || e.Counts["messages"] != amount(messages, true) || e.Verify.Files == 0 || e.ExecutedAt.IsZero() || len(e.Commit) < 3 {
		w.Errorf("%s: entry %+v", what, e)
	}
	if jobs, err := w.store.UnfinishedErasures(w.ctx); err != nil || len(jobs) != 0 {
		w.Errorf("%s: %d are not finished, %v", what, len(jobs), err)
	}
	if n := len(w.conversations()); n != 0 {
		w.Errorf("%s: %d conversations are left", what, n)
	}
	for _, found := range traces.find(w, w.dir) {
		w.Errorf("%s: still there: %s", what, found)
	}
}

// Whoever wrote from two numbers gets one entry in the log and one certificate,
// and both count everything, also after a kill at any step.
func TestJoinedPeopleAreToldOfAsOneAfterAnyKill(t *testing.T) {
	if !killing {
		t.Skip("runs without the race detector")
	}
	var steps []string
	run := func(at string) {
		w := newWorld(t)
		var told []finished
		k := w.keeper(&told)
		canary, other := w.joined()
		traces := w.evidence()
		messages, media := w.messagesOf(canary, other)
		if hers, _ := w.messagesOf(canary); hers == messages || media == 0 {
			t.Fatal("the other one has nothing; this test needs both")
		}
		stop := func(step string) error {
			if at == "" {
				steps = append(steps, step)
			}
			if at != "" && step == at {
				return errCrash
			}
			return nil
		}
		k.stop, k.cfg.Eraser.crash = stop, stop
		job, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: canary, Trigger: "user"})
		if err == nil {
			err = k.cfg.Eraser.RunPending(w.ctx)
		}
		if at != "" {
			if !errors.Is(err, errCrash) {
				t.Fatalf("%s: no crash: %v", at, err)
			}
			image := w.image()
			w.close()
			w.open(image)
			k = w.keeper(&told)
			if job.ID == 0 { // killed before it began
				job, err = k.ErasePerson(w.ctx, ErasureRequest{Customer: canary, Trigger: "user"})
				w.check(err)
			}
			err = k.cfg.Eraser.RunPending(w.ctx)
		}
		w.check(err)
		w.mustTellOfBoth(at, job.ID, messages, media, traces)
		certified := slices.DeleteFunc(told, func(f finished) bool { return f.plan.Nonce == nil })
		if len(certified) == 0 || slices.ContainsFunc(certified, func(f finished) bool { return f.job.ID != job.ID }) {
			t.Errorf("%s: certificates of %d erasures", at, len(certified))
		}
	}
	run("")
	if len(steps) < 2*len(Steps) {
		t.Fatalf("only %v", steps)
	}
	for _, at := range slices.Compact(slices.Sorted(slices.Values(steps))) {
		run(at)
	}
}

// As long as one of the two cannot be finished, nothing claims that the person
// is erased.
func TestJoinedPeopleAreNotToldOfBeforeBothAreGone(t *testing.T) {
	w := newWorld(t)
	var told []finished
	k := w.keeper(&told)
	canary, other := w.joined()
	traces := w.evidence()
	messages, media := w.messagesOf(canary, other)
	job, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: canary, Trigger: "user"})
	w.check(err)
	w.exec("CREATE TRIGGER refuse BEFORE DELETE ON customer WHEN old.customer_id = (SELECT customer_id FROM erasure WHERE leader_id > 0) BEGIN SELECT RAISE(FAIL, 'no'); END")
	for range 2 {
		if err := k.cfg.Eraser.RunPending(w.ctx); err == nil {
			t.Fatal("no failure")
		}
		record, err := Record(w.ctx, w.store, job.ID)
		w.check(err)
		if n := len(w.log("erasure")); n != 0 || len(told) != 0 || record.State != "failed" || record.Step != "rows" || record.ErasedAt.IsZero() {
			t.Errorf("%d entries, told %d times, %+v", n, len(told), record)
		}
	}
	w.exec("DROP TRIGGER refuse")
	w.check(k.cfg.Eraser.RunPending(w.ctx))
	w.mustTellOfBoth("then", job.ID, messages, media, traces)
}
