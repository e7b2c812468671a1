package privacy

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// exec changes the database behind the program's back.
func (y *year) exec(query string, args ...any) {
	y.Helper()
	db, err := sql.Open("sqlite", filepath.Join(y.Dir, store.FileName)+"?_pragma=busy_timeout(5000)")
	y.must(err)
	defer db.Close()
	_, err = db.Exec(query, args...)
	y.must(err)
}

// failAt lets a run fail at a step.
func (y *year) failAt(step string, cause error) {
	stop := func(s string) error {
		if s == step {
			return cause
		}
		return nil
	}
	y.keeper.stop, y.keeper.cfg.Eraser.crash = stop, stop
}

// mustFinish runs the rules again and checks that nothing of what is over is
// left in any file and no run counts as begun.
func (y *year) mustFinish(what string, needles [][]byte) {
	y.Helper()
	y.failAt("", nil)
	_, err := y.keeper.RunOnce(y.Context())
	y.must(err)
	if n := y.hits(needles); n != 0 {
		y.Errorf("%s: %d traces", what, n)
	}
	if begun, err := y.keeper.begun(y.Context()); err != nil || begun {
		y.Errorf("%s: still begun: %t, %v", what, begun, err)
	}
}

// The mark of a run that was cut off counts whatever it holds: a damaged one
// neither stops retention for good nor hides that something is to be done.
func TestDamagedMarkOfARunIsAMark(t *testing.T) {
	y := newYear(t, 12)
	needles := y.traces()
	y.failAt("compact", errCrash)
	if _, err := y.keeper.RunOnce(t.Context()); !errors.Is(err, errCrash) {
		t.Fatalf("no crash: %v", err)
	}
	if begun, err := y.keeper.begun(t.Context()); err != nil || !begun {
		t.Fatalf("begun %t, %v", begun, err)
	}
	ran := 0
	for what, value := range map[string][]byte{"zeros": make([]byte, 60), "short": {1}, "empty": {}, "text": []byte("1")} {
		compacted := false
		y.exec("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2", retentionBegunSetting, value)
		y.keeper.stop = func(step string) error { compacted = compacted || step == "compact"; return nil }
		if _, err := y.keeper.RunOnce(t.Context()); err != nil || !compacted {
			t.Errorf("%s: compacted %t, %v", what, compacted, err)
		}
		y.mustFinish(what, needles)
		ran++
	}
	if at, err := y.keeper.LastRun(t.Context()); ran != 4 || err != nil || !at.Equal(y.now) {
		t.Errorf("last run %v, %v", at, err)
	}
}

// Whoever switches the rules off after a run was cut off still gets what that
// had deleted out of the files.
func TestRulesSwitchedOffAfterAKillLeaveNoTrace(t *testing.T) {
	y := newYear(t, 12)
	needles := y.traces()
	y.failAt("compact", errCrash)
	_, err := y.keeper.RunOnce(t.Context())
	_, choices, errRules := y.keeper.Rules(t.Context())
	choices.Off = true
	y.must(errors.Join(errRules, y.keeper.SetChoices(t.Context(), choices)))
	if !errors.Is(err, errCrash) || y.hits(needles) == 0 {
		t.Fatalf("nothing to clear up: %v", err)
	}
	y.failAt("", nil)
	y.must(y.keeper.cfg.Eraser.RunPending(t.Context()))
	y.mustFinish("off", needles)
}

// A disk that is full or a keychain that is locked at any step ends the run with
// that; it claims nothing, and the next one, of the same program, finishes.
func TestRetentionThatFailsAtAnyStepIsFinishedByTheNext(t *testing.T) {
	var steps []string
	counting := newYear(t, 6)
	note := func(step string) error { steps = append(steps, step); return nil }
	counting.keeper.stop, counting.keeper.cfg.Eraser.crash = note, note
	_, err := counting.keeper.RunOnce(t.Context())
	counting.must(err)
	seen := map[string]bool{}
	for i, step := range steps {
		if seen[step] {
			continue
		}
		seen[step] = true
		y := newYear(t, 6)
		needles := y.traces()
		y.failAt(step, inbox.NewError(inbox.CodeStorageFull, "full"))
		what := fmt.Sprint(i, " ", step)
		if _, err := y.keeper.RunOnce(t.Context()); inbox.CodeOf(err) != inbox.CodeStorageFull {
			t.Errorf("%s: %v", what, err)
		}
		if at, err := y.keeper.LastRun(t.Context()); err != nil || !at.IsZero() {
			t.Errorf("%s: claims a run at %v, %v", what, at, err)
		}
		y.failAt("", nil)
		y.must(y.keeper.cfg.Eraser.RunPending(t.Context()))
		y.mustFinish(what, needles)
	}
	if len(seen) < 10 {
		t.Errorf("only %d steps: %v", len(seen), steps)
	}
}

// What the store itself refuses in the middle of a run stops it; nothing is
// claimed, and once it works again the rest goes.
func TestStoreThatFailsInTheMiddleOfARun(t *testing.T) {
	for _, table := range []string{"message", "customer", "conversation", "setting", "log"} {
		y := newYear(t, 12)
		needles := y.traces()
		event := "DELETE"
		if table == "log" {
			event = "INSERT"
		}
		y.exec("CREATE TRIGGER refuse BEFORE " + event + " ON " + table + " BEGIN SELECT RAISE(FAIL, 'no'); END")
		_, err := y.keeper.RunOnce(t.Context())
		if at, errRun := y.keeper.LastRun(t.Context()); err == nil || errRun != nil || !at.IsZero() {
			t.Errorf("%s: %v, claims a run at %v, %v", table, err, at, errRun)
		}
		y.exec("DROP TRIGGER refuse")
		y.must(y.keeper.cfg.Eraser.RunPending(t.Context()))
		y.mustFinish(table, needles)
	}
}
