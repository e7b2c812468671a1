package privacy

import (
	"errors"
	"testing"

	"tresen/internal/inbox"
)

// points are the places at which an erasure with a triage can be killed, as a
// run through all of them tells: a step that is added is covered by itself.
func points(t *testing.T) (list []string) {
	w := newWorld(t)
	var told []finished
	k := w.keeper(&told)
	note := func(step string) error { list = append(list, step); return nil }
	k.stop, k.cfg.Eraser.crash = note, note
	_, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: w.claim(k), Trigger: "user"})
	w.check(err)
	w.check(k.cfg.Eraser.RunPending(w.ctx))
	return list
}

// A kill anywhere between the decision and the end leaves a person who is live
// or one who is gone, never half of her, and what must be kept exactly once.
func TestErasurePersonSurvivesAKillAtEveryStep(t *testing.T) {
	if !killing {
		t.Skip("runs without the race detector")
	}
	all := points(t)
	if len(all) < 2*len(Steps) {
		t.Fatalf("only %v", all)
	}
	for _, at := range all {
		t.Run(at, func(t *testing.T) {
			w := newWorld(t)
			var told []finished
			k := w.keeper(&told)
			id := w.claim(k)
			traces, before := w.evidence(), w.image()
			kill := func(step string) error {
				if step == at {
					return errCrash
				}
				return nil
			}
			k.stop, k.cfg.Eraser.crash = kill, kill
			_, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: id, Trigger: "user"})
			if err == nil {
				err = k.cfg.Eraser.RunPending(w.ctx)
			}
			if !errors.Is(err, errCrash) {
				t.Fatalf("no crash: %v", err)
			}
			image := w.image()
			w.close()
			w.open(image)
			k = w.keeper(&told)
			if _, err := w.store.Customer(w.ctx, id); err == nil && len(w.conversations()) == 2 { // she is live: asked again
				_, err := k.ErasePerson(w.ctx, ErasureRequest{Customer: id, Trigger: "user"})
				w.check(err)
			} else if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
				t.Fatal(err)
			}
			w.check(k.cfg.Eraser.RunPending(w.ctx))
			w.mustBeGone(traces, before, 1)
			if n := w.archive(); n["proof"] != 1 || n["claims"] != 1 || n["letter"] != 1 {
				t.Errorf("archive %v", n)
			}
			if n := len(w.log("erasure")); n != 1 {
				t.Errorf("%d entries in the log", n)
			}
		})
	}
}
