package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/enginetest"
)

func open(t testing.TB, opt Options) *Engine {
	t.Helper()
	if opt.Dir == "" {
		opt.Dir = t.TempDir()
	}
	if opt.Reserve == 0 {
		opt.Reserve = 64 << 10
	}
	e, err := Open(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

func TestEngineKeepsItsPromises(t *testing.T) {
	const share = 6 << 20
	enginetest.Run(t, func(t *testing.T) *enginetest.Fixture {
		dir := t.TempDir()
		e := open(t, Options{Dir: dir, Share: share})
		return &enginetest.Fixture{Engine: e, Records: e, Share: share, Reopen: func(t *testing.T) (relay.Engine, relay.Records) {
			if err := e.Close(); err != nil {
				t.Fatal(err)
			}
			again := open(t, Options{Dir: dir, Share: share})
			return again, again
		}}
	})
}

var device = relay.DeviceID{1}

func create(t testing.TB, e *Engine) relay.MailboxID {
	t.Helper()
	m := relay.NewMailboxID()
	if err := e.Create(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func put(t testing.TB, e *Engine, m relay.MailboxID, n int, sealed []byte) {
	t.Helper()
	if fresh, err := e.Put(t.Context(), m, enginetest.DeliveryID(n), []relay.Copy{{Device: device, Sealed: sealed}}); err != nil || !fresh {
		t.Fatalf("put %d: fresh %v, %v", n, fresh, err)
	}
}

func waiting(t testing.TB, e *Engine, m relay.MailboxID) int {
	t.Helper()
	got, err := e.Fetch(t.Context(), m, device, relay.Span{Count: 1 << 20, Bytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Stats(t.Context(), m, device)
	if err != nil || s.Waiting != len(got) {
		t.Errorf("%d envelopes, but stats %+v, %v", len(got), s, err)
	}
	return len(got)
}

func TestOneProcessPerDatabase(t *testing.T) {
	dir := t.TempDir()
	open(t, Options{Dir: dir})
	if e, err := Open(t.Context(), Options{Dir: dir}); err == nil {
		e.Close()
		t.Error("opened twice")
	}
}

func TestEnvelopesAreForgottenAfterTheRetentionTime(t *testing.T) {
	var now atomic.Int64
	now.Store(time.Now().UnixMilli())
	expired := 0
	e := open(t, Options{Now: func() time.Time { return time.UnixMilli(now.Load()) }, Expired: func(n int) { expired += n }})
	m := create(t, e)
	for n := range expiredAtOnce + 50 {
		put(t, e, m, n, random(100))
	}
	now.Add(relay.Retention.Milliseconds() - 1000)
	put(t, e, m, 9999, random(100))
	if err := e.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := waiting(t, e, m); got != expiredAtOnce+51 {
		t.Errorf("a second before: %d", got)
	}
	now.Add(2000)
	if err := e.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := waiting(t, e, m); got != 1 || expired != expiredAtOnce+50 {
		t.Errorf("after it: %d wait, %d expired", got, expired)
	}
	now.Add(seenEvery.Milliseconds())
	if err := e.Tidy(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, e, m, 1, random(100)) // the delivery's id is forgotten as well
}

// remaining counts samples of the sealed bytes that are still in the files.
func remaining(t *testing.T, dir string, sealed [][]byte) (n int) {
	t.Helper()
	all := enginetest.Files(t, dir)
	for _, s := range sealed {
		for at := 0; at+16 <= len(s); at += 256 {
			if bytes.Contains(all, s[at:at+16]) {
				n++
			}
		}
	}
	return n
}

func TestForgottenEnvelopesLeaveNoBytes(t *testing.T) {
	for name, forget := range map[string]func(t *testing.T, e *Engine, m relay.MailboxID) error{
		"acknowledged": func(t *testing.T, e *Engine, m relay.MailboxID) error {
			if err := e.Ack(t.Context(), m, device, 1<<40); err != nil {
				return err
			}
			return e.Tidy(t.Context())
		},
		"device removed":  func(t *testing.T, e *Engine, m relay.MailboxID) error { return e.DropDevice(t.Context(), m, device) },
		"mailbox removed": func(t *testing.T, e *Engine, m relay.MailboxID) error { return e.Drop(t.Context(), m) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			e := open(t, Options{Dir: dir})
			m, other := create(t, e), create(t, e)
			var sealed [][]byte
			for n := range 60 {
				sealed = append(sealed, random(500+(n%9)*1200))
				put(t, e, m, n, sealed[n])
				put(t, e, other, n, random(700))
			}
			if remaining(t, dir, sealed) == 0 {
				t.Fatal("the search finds nothing even while the envelopes are there")
			}
			if err := forget(t, e, m); err != nil {
				t.Fatal(err)
			}
			if n := remaining(t, dir, sealed); n != 0 {
				t.Errorf("%d samples are still in the files", n)
			}
			if got := waiting(t, e, other); got != 60 {
				t.Errorf("%d of the other mailbox's 60 are there", got)
			}
		})
	}
}

func TestFullDatabaseRefusesNewAndForgetsOld(t *testing.T) {
	dir := t.TempDir()
	e := open(t, Options{Dir: dir, Size: 2 << 20})
	m := create(t, e)
	kept := 0
	for ; ; kept++ {
		_, err := e.Put(t.Context(), m, enginetest.DeliveryID(kept), []relay.Copy{{Device: device, Sealed: random(3000)}})
		if errors.Is(err, relay.ErrFull) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if kept < 100 || waiting(t, e, m) != kept {
		t.Fatalf("%d were kept, %d are there", kept, waiting(t, e, m))
	}
	got, err := e.Fetch(t.Context(), m, device, relay.Span{Count: kept / 2, Bytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Ack(t.Context(), m, device, got[len(got)-1].Seq); err != nil {
		t.Fatalf("acknowledge while full: %v", err)
	}
	for n := range kept / 4 {
		put(t, e, m, kept+n, random(3000))
	}
	if left := waiting(t, e, m); left != kept-len(got)+kept/4 {
		t.Errorf("%d wait", left)
	}
}

func TestFilesAreTheOwnersOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "relay")
	e := open(t, Options{Dir: dir})
	put(t, e, create(t, e), 1, random(10))
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && filepath.Ext(name) != ".lock" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %v", filepath.Base(name), info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	dir := t.TempDir()
	e := open(t, Options{Dir: dir})
	if _, err := e.read.Exec("PRAGMA user_version = 2"); err != nil {
		t.Fatal(err)
	}
	e.Close()
	if e, err := Open(t.Context(), Options{Dir: dir}); err == nil {
		e.Close()
		t.Error("opened a newer database")
	}
}

func TestClosedEngineRefuses(t *testing.T) {
	e := open(t, Options{})
	m := create(t, e)
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Put(t.Context(), m, enginetest.DeliveryID(1), nil); err == nil {
		t.Error("put into a closed engine")
	}
}

func BenchmarkPut32(b *testing.B) {
	e := open(b, Options{Share: 1 << 40, Size: 1 << 40})
	m := create(b, e)
	sealed := random(3400)
	var n atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := e.Put(context.Background(), m, enginetest.DeliveryID(int(n.Add(1))), []relay.Copy{{Device: device, Sealed: sealed}}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
