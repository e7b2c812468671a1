package broadcast

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"tresen/internal/store"
)

// exec changes the database behind the program's back.
func (s *shop) exec(query string) {
	s.Helper()
	db, err := sql.Open("sqlite", filepath.Join(s.folder.Dir, store.FileName)+"?_pragma=busy_timeout(5000)")
	s.must(err)
	defer db.Close()
	_, err = db.Exec(query)
	s.must(err)
}

// While the disk takes nothing, nobody is taken and nobody lost; it is tried
// again after a pause, and then everybody gets one message.
func TestBroadcastWaitsWhileNothingCanBeWritten(t *testing.T) {
	for _, table := range []string{"message", "outbox", "broadcast_recipient"} {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, 1)
			s.start()
			event := "INSERT"
			if table == "broadcast_recipient" {
				event = "UPDATE"
			}
			s.exec("CREATE TRIGGER refuse BEFORE " + event + " ON " + table + " BEGIN SELECT RAISE(FAIL, 'no'); END")
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error)
			go func() { ended <- s.feeder.Run(ctx) }()
			time.Sleep(time.Second) // in the bubble, as soon as it waits
			if n := len(s.queued()); n != 0 {
				t.Errorf("%s: %d are queued", table, n)
			}
			s.expect(table, store.BroadcastRunning, "", map[store.Outcome]int{store.OutcomeWaiting: 1})
			s.exec("DROP TRIGGER refuse")
			time.Sleep(troublePause - 2*time.Second)
			if n := len(s.queued()); n != 0 {
				t.Errorf("%s: %d are queued before the pause is over", table, n)
			}
			time.Sleep(2 * time.Second)
			if n := len(s.queued()); n != 1 {
				t.Errorf("%s: then %d are queued", table, n)
			}
			cancel()
			s.must(<-ended)
			s.send(0)
			s.settle()
			if b := s.broadcast(); b.State != store.BroadcastDone {
				t.Errorf("%s: then %s, %v", table, b.State, b.People)
			}
		})
	}
}
