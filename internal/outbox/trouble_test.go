package outbox_test

import (
	"database/sql"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/store"
)

// exec changes the database behind the program's back.
func (s *shop) exec(query string) {
	s.Helper()
	db := must(sql.Open("sqlite", filepath.Join(s.folder.Dir, store.FileName)+"?_pragma=busy_timeout(5000)"))(s)
	defer db.Close()
	must(db.Exec(query))(s)
}

// report waits for the next report of anything.
func (s *shop) report(what string) {
	s.Helper()
	select {
	case <-s.changed:
	case <-s.ctx.Done():
		s.Fatalf("never: %s", what)
	}
}

// A message that cannot be marked as being sent is not sent, because a kill
// could then send it twice. It goes after a pause.
func TestNothingLeavesWhileItCannotBeWrittenDown(t *testing.T) {
	s := prepare(t)
	id := s.queue(outbox.Reply{Text: "Ja, gern"})
	s.exec("CREATE TRIGGER refuse BEFORE UPDATE ON message BEGIN SELECT RAISE(FAIL, 'no'); END")
	for drained := false; !drained; {
		select {
		case <-s.changed:
		default:
			drained = true
		}
	}
	s.start()
	s.report("a try")
	s.idle()
	if m := s.message(id); m.Status != inbox.StatusQueued || len(texts(s.anna)) != 0 {
		t.Errorf("%s, the phone shows %q", m.Status, texts(s.anna))
	}
	s.exec("DROP TRIGGER refuse")
	s.advance(10 * time.Second)
	s.await("the message to go", func() bool { return s.message(id).WAMID != "" })
	s.idle()
	if got := texts(s.anna); !slices.Equal(got, []string{"Ja, gern"}) {
		t.Errorf("the phone shows %q", got)
	}
}

// A message whose outcome cannot be written down has left: it is never sent
// again by itself, whatever becomes of it.
func TestWhatLeftIsNotSentAgainThoughItsOutcomeIsLost(t *testing.T) {
	s := prepare(t)
	id := s.queue(outbox.Reply{Text: "Bis Samstag"})
	s.exec("CREATE TRIGGER refuse BEFORE UPDATE ON message WHEN new.status NOT IN ('queued', 'sending') BEGIN SELECT RAISE(FAIL, 'no'); END")
	s.start()
	s.await("the message on the phone", func() bool { return len(texts(s.anna)) == 1 })
	if m := s.message(id); m.Status != inbox.StatusSending || m.WAMID != "" {
		t.Errorf("%s with id %q", m.Status, m.WAMID)
	}
	s.exec("DROP TRIGGER refuse")
	for range 4 {
		s.advance(time.Minute)
		s.idle()
	}
	s.await("an outcome", func() bool { return s.message(id).Status != inbox.StatusSending })
	if got := texts(s.anna); !slices.Equal(got, []string{"Bis Samstag"}) {
		t.Errorf("the phone shows %q", got)
	}
	if m := s.message(id); m.Status == inbox.StatusQueued || m.Status == inbox.StatusFailed {
		t.Errorf("became %s", m.Status)
	}
}
