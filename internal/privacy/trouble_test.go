package privacy

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// inTrouble runs something that goes on by itself while nobody's row can be
// deleted, and again once that is over. It returns how it stood before, just
// before the next try and after it.
func inTrouble(y *year, run func(context.Context) error, done func() bool) (before, shortly, after bool) {
	y.Helper()
	y.exec("CREATE TRIGGER refuse BEFORE DELETE ON customer BEGIN SELECT RAISE(FAIL, 'no'); END")
	ctx, cancel := context.WithCancel(y.Context())
	ended := make(chan error)
	go func() { ended <- run(ctx) }()
	time.Sleep(time.Second) // in the bubble, as soon as it waits
	before = done()
	y.exec("DROP TRIGGER refuse")
	time.Sleep(retryEvery - 2*time.Second)
	shortly = done()
	time.Sleep(2 * time.Second)
	after = done()
	cancel()
	y.must(<-ended)
	return before, shortly, after
}

// What a full disk or a locked keychain stopped is taken up by itself, and not
// all the time meanwhile.
func TestErasureIsTakenUpAgainByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYear(t, 1)
		e := New(Config{Store: y.Store})
		job, err := e.Erase(t.Context(), y.people[0].id)
		y.must(err)
		before, shortly, after := inTrouble(y, e.Run, func() bool {
			job, err := y.Store.Erasure(t.Context(), job.ID)
			y.must(err)
			return job.State == "done"
		})
		if before || shortly || !after {
			t.Errorf("done: %t, %t, %t", before, shortly, after)
		}
	})
}

func TestRetentionIsTakenUpAgainByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		y := newYear(t, 12)
		needles := y.traces()
		ran := func() bool {
			at, err := y.keeper.LastRun(t.Context())
			y.must(err)
			return !at.IsZero()
		}
		before, shortly, after := inTrouble(y, y.keeper.Run, ran)
		if before || shortly || !after {
			t.Errorf("ran: %t, %t, %t", before, shortly, after)
		}
		if n := y.hits(needles); n != 0 {
			t.Errorf("%d traces", n)
		}
	})
}
