package privacy

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Art. 17 GDPR: nothing of the person is left in any file, and no copy made
// before can be opened any more.
func TestErasureLeavesNothing(t *testing.T) {
	w := newWorld(t)
	evidence := w.evidence()
	evidence.mustShow(t, w.dir)
	before := w.image()
	id := w.erase().ID
	w.check(w.run())
	w.mustBeGone(evidence, before, id)
	job := w.job(id)
	if job.Messages != 7 || job.Media != 1 || job.Files < 3 || job.Skipped != 0 || job.Bytes == 0 || job.ContactBook != "deleted" {
		t.Errorf("record %+v", job)
	}
	if w.canary.InContactBook() {
		t.Error("Meta still has the contact book entry")
	}
	if len(w.forgotten) < 2 || w.progress == 0 {
		t.Errorf("forgotten %d times, %d reports", len(w.forgotten), w.progress)
	}
}

// mustBeGone checks a finished erasure against the evidence and an older copy.
func (w *world) mustBeGone(e evidence, before string, id int64) {
	w.Helper()
	job := w.job(id)
	if job.State != "done" || job.Step != "" || job.Hits != 0 || job.Failure != "" || job.ErasedAt.IsZero() || job.EndedAt.IsZero() || job.Epoch < 2 {
		w.Errorf("record %+v", job)
	}
	if job.Customer != 0 || job.Key != (vault.KeyID{}) || job.NoteKey != (vault.KeyID{}) || w.count("SELECT note FROM erasure WHERE note IS NOT NULL") != 0 {
		w.Errorf("the record still names the person: %+v", job)
	}
	if list, err := w.store.UnfinishedErasures(w.ctx); err != nil || len(list) != 0 {
		w.Errorf("unfinished: %v, %v", list, err)
	}
	for _, found := range e.find(w, w.dir) {
		w.Errorf("still there: %s", found)
	}
	if v, err := vault.Open(before, vault.WithKeychain(w.keychain)); !errors.Is(err, vault.ErrKeyMissing) {
		w.Errorf("the older copy opens: %v", err)
		v.Close()
	}
	w.mustNotDecrypt(before)
	w.othersMustBeThere()
	w.close()
	for _, found := range e.find(w, w.dir) {
		w.Errorf("still there after closing: %s", found)
	}
	w.open(w.dir)
	w.othersMustBeThere()
}

// mustNotDecrypt tries today's keys on the sealed values of an older copy.
func (w *world) mustNotDecrypt(before string) {
	w.Helper()
	db, err := sql.Open("sqlite", filepath.Join(before, store.FileName))
	w.check(err)
	defer db.Close()
	rows, err := db.Query("SELECT c.uuid, c.customer_id, c.profile FROM customer c")
	w.check(err)
	defer rows.Close()
	opened := 0
	for rows.Next() {
		var uuid, profile []byte
		var row int64
		w.check(rows.Scan(&uuid, &row, &profile))
		if _, err := w.vault.Open(vault.KeyID(uuid), vault.AD{Table: "customer", Column: "profile", Row: row}, profile); err == nil {
			opened++
		} else if !errors.Is(err, vault.ErrKeyDestroyed) {
			w.Errorf("opening failed otherwise: %v", err)
		}
	}
	w.check(rows.Err())
	if opened != 1 {
		w.Errorf("%d people of the older copy can be read, want the other one", opened)
	}
}

// othersMustBeThere checks who stays: found by identifier, readable, with their raw part.
func (w *world) othersMustBeThere() {
	w.Helper()
	c := w.conversation("Bernd Bleibt")
	w.send(w.other, text("Immer noch da"))
	if again := w.conversation("Bernd Bleibt"); again.ID != c.ID || again.Last.Content.Text != "Immer noch da" || again.Unread != c.Unread+1 {
		w.Errorf("the other customer was not recognised: %+v", again)
	}
	if n := w.count("SELECT content FROM raw_part WHERE customer_id IS NULL"); n != 1 {
		w.Errorf("%d parts of nobody known, want the other's", n)
	}
}

func TestErasureSurvivesAKillAtEveryStep(t *testing.T) {
	if !killing {
		t.Skip("runs without the race detector")
	}
	var points []string
	for _, step := range Steps[1:] {
		points = append(points, step, "after "+step)
	}
	for _, point := range append(points, "end") {
		t.Run(point, func(t *testing.T) {
			w := newWorld(t)
			evidence := w.evidence()
			before := w.image()
			id := w.erase().ID
			if err := w.crashAt(point).RunPending(w.ctx); !errors.Is(err, errCrash) {
				t.Fatalf("no crash: %v", err)
			}
			image := w.image()
			w.close()
			w.open(image)
			w.check(w.run())
			w.mustBeGone(evidence, before, id)
			if job := w.job(id); job.Messages != 7 || job.Media != 1 {
				t.Errorf("counted %d messages, %d files", job.Messages, job.Media)
			}
			w.check(w.run()) // nothing is left to do
		})
	}
}

// A kill between destroying the note's key and closing the record.
func TestErasureWhoseNoteIsGoneIsClosed(t *testing.T) {
	w := newWorld(t)
	evidence, before := w.evidence(), w.image()
	job := w.erase()
	if err := w.crashAt("end").RunPending(w.ctx); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	if _, _, err := w.vault.Destroy([]vault.KeyID{job.NoteKey}, w.vault.LookupGen()); err != nil {
		t.Fatal(err)
	}
	w.close()
	w.open(w.dir)
	w.check(w.run())
	w.mustBeGone(evidence, before, job.ID)
}

func TestErasedCustomerIsHiddenAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.conversation(canaryName)
	w.erase()
	if list := w.conversations(); len(list) != 1 || list[0].CustomerID == c.CustomerID {
		t.Errorf("%d conversations are listed", len(list))
	}
	if _, err := w.eraser().Erase(w.ctx, c.CustomerID); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("second erasure: %v", err)
	}
	w.check(w.run())
	for name, id := range map[string]inbox.CustomerID{"erased": c.CustomerID, "unknown": {1}} {
		if _, err := w.eraser().Erase(w.ctx, id); inbox.CodeOf(err) != inbox.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A refused erasure makes no keys: the keyring stays as it is.
func TestRefusedErasureLeavesTheKeyringAlone(t *testing.T) {
	w := newWorld(t)
	c := w.conversation(canaryName)
	w.erase()
	keyring := func() string {
		b, err := os.ReadFile(filepath.Join(w.dir, "keyring"))
		w.check(err)
		return string(b)
	}
	before := keyring()
	if _, err := w.eraser().Erase(w.ctx, c.CustomerID); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Fatal(err)
	}
	if keyring() != before {
		t.Error("the keyring was written")
	}
}

func TestPersonWhoWritesDuringOrAfterErasureIsNew(t *testing.T) {
	for _, step := range []string{"contactBook", "key", "rows", "scan", "afterwards"} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			old := w.conversation(canaryName)
			id := w.erase().ID
			e := w.eraser()
			e.crash = func(s string) error {
				if s == step {
					w.send(w.canary, text("Hallo nochmal"))
				}
				return nil
			}
			w.check(e.RunPending(w.ctx))
			if step == "afterwards" {
				w.send(w.canary, text("Hallo nochmal"))
			}
			c := w.conversation(canaryName)
			if c.CustomerID == old.CustomerID || c.ID == old.ID || c.Profile.ShopName != "" || c.Last.Content.Text != "Hallo nochmal" {
				t.Errorf("conversation %+v", c)
			}
			if job := w.job(id); job.State != "done" || job.Hits != 0 {
				t.Errorf("record %+v", job)
			}
			if n, err := w.store.CountCustomer(w.ctx, c.CustomerID); err != nil || n.Messages != 1 {
				t.Errorf("the new customer has %d messages, %v", n.Messages, err)
			}
		})
	}
}

func TestTwoErasuresAtOnce(t *testing.T) {
	w := newWorld(t)
	evidence, before := w.evidence(), w.image()
	third, err := w.sim.AddCustomer(simulator.Person{Phone: "+491713920099", Name: "Geht Auch"})
	w.check(err)
	w.send(third, text("Löschen Sie mich bitte"))
	first := w.erase().ID
	second, err := w.eraser().Erase(w.ctx, w.conversation("Geht Auch").CustomerID)
	w.check(err)
	w.check(w.run())
	if job := w.job(second.ID); job.State != "done" || job.Messages != 1 || job.Hits != 0 {
		t.Errorf("second record %+v", job)
	}
	w.mustBeGone(evidence, before, first)
}

func TestSeveralAreErasedTogetherAfterAKillAtAnyStep(t *testing.T) {
	if !killing {
		t.Skip("runs without the race detector")
	}
	for _, point := range []string{"key", "after key", "rows", "after rows", "compact", "after scan"} {
		t.Run(point, func(t *testing.T) {
			w := newWorld(t)
			evidence, before := w.evidence(), w.image()
			third, err := w.sim.AddCustomer(simulator.Person{Phone: "+491713920099", Name: "Geht Auch"})
			w.check(err)
			w.send(third, text("Löschen Sie mich bitte"))
			jobs, err := w.eraser().EraseAll(w.ctx, []inbox.CustomerID{w.conversation(canaryName).CustomerID, w.conversation("Geht Auch").CustomerID})
			w.check(err)
			if err := w.crashAt(point).RunPending(w.ctx); !errors.Is(err, errCrash) {
				t.Fatalf("no crash: %v", err)
			}
			w.check(w.run())
			for _, job := range jobs {
				if job := w.job(job.ID); job.State != "done" || job.Messages == 0 || job.Hits != 0 {
					t.Errorf("record %+v", job)
				}
			}
			w.mustBeGone(evidence, before, jobs[0].ID)
			w.othersMustBeThere()
		})
	}
}

func TestNobodyIsErasedIfOneOfThemIsUnknown(t *testing.T) {
	w := newWorld(t)
	_, err := w.eraser().EraseAll(w.ctx, []inbox.CustomerID{w.conversation(canaryName).CustomerID, inbox.CustomerID{1}})
	if inbox.CodeOf(err) != inbox.CodeNotFound || len(w.conversations()) != 2 {
		t.Errorf("%v, %d conversations", err, len(w.conversations()))
	}
}

func TestLockedKeychainClaimsNothing(t *testing.T) {
	w := newWorld(t)
	evidence, before := w.evidence(), w.image()
	id := w.erase().ID
	w.keychain.locked.Store(true)
	if err := w.run(); inbox.CodeOf(err) != inbox.CodeKeychain {
		t.Fatalf("got %v", err)
	}
	job := w.job(id)
	if job.State != "failed" || job.Step != "key" || job.Failure != inbox.CodeKeychain || !job.ErasedAt.IsZero() || job.Messages != 0 {
		t.Errorf("record %+v", job)
	}
	if len(w.conversations()) != 1 {
		t.Error("the person is shown again")
	}
	w.keychain.locked.Store(false)
	w.check(w.run())
	w.mustBeGone(evidence, before, id)
}

func TestContactBook(t *testing.T) {
	down := simulator.Faults{FailRequests: 1000, FailStatus: 503, FailEdge: "contact_book"}
	t.Run("absent", func(t *testing.T) {
		w := newWorld(t)
		if _, err := w.client().DeleteContactBook(w.ctx, w.canary.Person().BSUID); err != nil {
			t.Fatal(err)
		}
		id := w.erase().ID
		w.check(w.run())
		if job := w.job(id); job.ContactBook != "absent" || job.State != "done" {
			t.Errorf("record %+v", job)
		}
	})
	t.Run("retried", func(t *testing.T) {
		w := newWorld(t)
		evidence, before := w.evidence(), w.image()
		w.sim.SetFaults(down)
		id := w.erase().ID
		w.check(w.run())
		w.mustHaveSmallNote(id)
		w.check(w.run()) // still down
		w.mustHaveSmallNote(id)
		w.close()
		w.open(w.dir)
		w.sim.SetFaults(simulator.Faults{})
		w.check(w.run())
		if job := w.job(id); job.ContactBook != "deleted" || w.canary.InContactBook() {
			t.Errorf("record %+v", job)
		}
		w.mustBeGone(evidence, before, id)
	})
	t.Run("failed after seven days", func(t *testing.T) {
		w := newWorld(t)
		evidence, before := w.evidence(), w.image()
		w.sim.SetFaults(down)
		id := w.erase().ID
		w.check(w.run())
		w.now = w.now.Add(7*24*time.Hour - time.Second)
		w.check(w.run())
		w.mustHaveSmallNote(id)
		w.now = w.now.Add(2 * time.Second)
		w.check(w.run())
		if job := w.job(id); job.ContactBook != "failed" || job.State != "done" {
			t.Errorf("record %+v", job)
		}
		w.mustBeGone(evidence, before, id)
	})
	t.Run("no way to ask", func(t *testing.T) {
		w := newWorld(t)
		id := w.erase().ID
		w.check(New(Config{Store: w.store}).RunPending(w.ctx))
		if job := w.job(id); job.ContactBook != "failed" || job.State != "done" {
			t.Errorf("record %+v", job)
		}
	})
}

// mustHaveSmallNote checks a job that is done but for Meta's contact book: only
// the BSUID is kept, and the key of the longer note is gone.
func (w *world) mustHaveSmallNote(id int64) {
	w.Helper()
	job := w.job(id)
	note, err := w.store.ErasureNote(w.ctx, job)
	w.check(err)
	if job.State != "done" || job.ContactBook != "pending" || note.BSUID != w.canary.Person().BSUID {
		w.Errorf("record %+v", job)
	}
	if len(note.Identifiers)+len(note.WAMIDs)+len(note.Slices) != 0 || w.vault.HasKey(note.OldNote) {
		w.Errorf("the note still holds %d identifiers, %d wamids, %d slices", len(note.Identifiers), len(note.WAMIDs), len(note.Slices))
	}
}

// A kill between writing the small note and destroying the key of the long one.
func TestShrinkingIsFinishedAfterAKill(t *testing.T) {
	w := newWorld(t)
	w.sim.SetFaults(simulator.Faults{FailRequests: 1000, FailStatus: 503, FailEdge: "contact_book"})
	id := w.erase().ID
	if err := w.crashAt("end").RunPending(w.ctx); !errors.Is(err, errCrash) {
		t.Fatal(err)
	}
	job := w.job(id)
	note, err := w.store.ErasureNote(w.ctx, job)
	w.check(err)
	w.keychain.locked.Store(true) // the small note is written, the key of the long one stays
	if err := w.store.ShrinkNote(w.ctx, job, note); err == nil {
		t.Fatal("no failure")
	}
	w.keychain.locked.Store(false)
	w.close()
	w.open(w.dir)
	if !w.vault.HasKey(job.NoteKey) {
		t.Fatal("the long note's key is gone already; this test proves nothing")
	}
	w.check(w.run())
	w.mustHaveSmallNote(id)
	if w.vault.HasKey(job.NoteKey) {
		t.Error("the long note's key is still there")
	}
}

func TestStepThatFailsIsReportedAndTakenUpAgain(t *testing.T) {
	w := newWorld(t)
	evidence, before := w.evidence(), w.image()
	// A media file that cannot be deleted: here a folder with something in it.
	obstacle := filepath.Join(w.dir, store.MediaDir, "beef", "x")
	w.check(os.MkdirAll(obstacle, 0o700))
	id := w.erase().ID
	if err := w.run(); err == nil {
		t.Fatal("no failure")
	}
	if job := w.job(id); job.State != "failed" || job.Step != "files" || job.ErasedAt.IsZero() {
		t.Errorf("record %+v", job)
	}
	w.check(os.RemoveAll(filepath.Dir(obstacle)))
	w.check(w.run())
	w.mustBeGone(evidence, before, id)
}

// Whoever reads the database keeps its old content from being overwritten.
func TestCompactionThatCannotRunIsReported(t *testing.T) {
	t.Parallel() // it waits for SQLite's busy timeout
	w := newWorld(t)
	evidence, before := w.evidence(), w.image()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, store.FileName))
	w.check(err)
	defer db.Close()
	reader, err := db.BeginTx(w.ctx, nil)
	w.check(err)
	var n int
	w.check(reader.QueryRow("SELECT count(*) FROM message").Scan(&n))
	id := w.erase().ID
	if err := w.run(); err == nil {
		t.Fatal("no failure")
	}
	if job := w.job(id); job.State != "failed" || job.Step != "compact" || job.Failure != inbox.CodeStorageLocked {
		t.Errorf("record %+v", job)
	}
	w.check(reader.Rollback())
	w.check(w.run())
	w.mustBeGone(evidence, before, id)
}

// Nobody must stay because something of theirs is damaged.
func TestDamagedValuesDoNotStopAnErasure(t *testing.T) {
	w := newWorld(t)
	before := w.image()
	evidence := w.evidence()
	w.exec("UPDATE message SET content = zeroblob(60) WHERE message_id IN (SELECT last_message_id FROM conversation)")
	w.exec("UPDATE identifier SET value = zeroblob(60) WHERE kind = 'parent_bsuid' OR kind = 'username'")
	w.exec("UPDATE raw_part SET content = zeroblob(60) WHERE raw_part_id = (SELECT max(raw_part_id) FROM raw_part)")
	canary := w.blobs("SELECT uuid FROM customer ORDER BY customer_id DESC LIMIT 1")[0]
	job, err := w.eraser().Erase(w.ctx, inbox.CustomerID(canary))
	w.check(err)
	w.check(w.run())
	if job := w.job(job.ID); job.State != "done" || job.Hits != 0 {
		t.Errorf("record %+v", job)
	}
	for _, found := range evidence.find(t, w.dir) {
		t.Errorf("still there: %s", found)
	}
	if _, err := vault.Open(before, vault.WithKeychain(w.keychain)); !errors.Is(err, vault.ErrKeyMissing) {
		t.Errorf("the older copy opens: %v", err)
	}
}

// What the scan finds is said, not hidden.
func TestScanHitsAreRecorded(t *testing.T) {
	w := newWorld(t)
	w.check(os.WriteFile(filepath.Join(w.dir, "forgotten.log"), []byte("sent to +49 171 3920077"), 0o600))
	outside := t.TempDir()
	w.check(os.WriteFile(filepath.Join(outside, "cache"), wide("0"+canaryNumber[2:], 1), 0o600))
	id := w.erase().ID
	e := w.eraser()
	e.cfg.ScanDirs = []string{outside, filepath.Join(outside, "absent")}
	w.check(e.RunPending(w.ctx))
	if job := w.job(id); job.State != "done" || job.Hits != 2 {
		t.Errorf("record %+v", job)
	}
}

func TestRunTakesUpWhatAnEarlierRunLeftAndWhatComes(t *testing.T) {
	w := newWorld(t)
	left := w.erase().ID
	ctx, cancel := context.WithCancel(w.ctx)
	reports := make(chan int64, 100)
	e := w.eraser()
	e.cfg.Progress = func(id int64) { reports <- id }
	done := make(chan error)
	go func() { done <- e.Run(ctx) }()
	await := func(id int64) {
		for w.job(id).State != "done" {
			select {
			case <-reports:
			case <-w.ctx.Done():
				t.Fatal("never done")
			}
		}
	}
	await(left)
	job, err := e.Erase(w.ctx, w.conversation("Bernd Bleibt").CustomerID)
	w.check(err)
	await(job.ID)
	cancel()
	w.check(<-done)
	if n := len(w.conversations()); n != 0 {
		t.Errorf("%d conversations are left", n)
	}
}
