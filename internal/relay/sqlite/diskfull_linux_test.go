package sqlite

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"tresen/internal/relay"
	"tresen/internal/relay/enginetest"
)

// tiny mounts a disk of a few megabytes, for which a test must be root.
func tiny(t *testing.T) (dir string, resize func(option string)) {
	t.Helper()
	dir = t.TempDir()
	mount := func(flags uintptr, option string) error { return syscall.Mount("tmpfs", dir, "tmpfs", flags, option) }
	if err := mount(0, "size=16m"); err != nil {
		if os.Getuid() == 0 && !errors.Is(err, syscall.EPERM) {
			t.Fatal(err)
		}
		t.Skip("may not mount a disk")
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("a closed engine has not let go of its files: %v", err)
		}
	})
	return dir, func(option string) {
		if err := mount(syscall.MS_REMOUNT, option); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFullDiskLosesNothingThatWasPromised(t *testing.T) {
	dir, resize := tiny(t)
	e := open(t, Options{Dir: dir, Reserve: 6 << 20})
	if err := e.Tidy(t.Context()); err != nil { // it would come by itself, but perhaps later
		t.Fatal(err)
	}
	m := create(t, e)
	kept, refused := 0, 0
	for n := 0; refused < 20; n++ {
		_, err := e.Put(t.Context(), m, enginetest.DeliveryID(n), []relay.Copy{{Device: device, Sealed: random(3000)}})
		switch {
		case err == nil:
			kept++
		case errors.Is(err, relay.ErrFull):
			refused++
		default:
			t.Fatal(err)
		}
	}
	if kept < 100 || waiting(t, e, m) != kept {
		t.Fatalf("%d promised, %d there", kept, waiting(t, e, m))
	}
	// What is fetched can be forgotten, and that makes room by itself.
	got, err := e.Fetch(t.Context(), m, device, relay.Span{Count: kept / 2, Bytes: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Ack(t.Context(), m, device, got[len(got)-1].Seq); err != nil {
		t.Fatalf("acknowledge on a full disk: %v", err)
	}
	kept -= len(got)
	if err := e.Tidy(t.Context()); err != nil && !errors.Is(err, relay.ErrFull) {
		t.Fatal(err)
	}
	put(t, e, m, 1_000_000, random(3000))
	kept++
	resize("size=64m")
	for n := range 50 {
		put(t, e, m, 2_000_000+n, random(3000))
		kept++
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	e = open(t, Options{Dir: dir, Reserve: 6 << 20})
	if n := waiting(t, e, m); n != kept {
		t.Errorf("%d promised, %d there", kept, n)
	}
	t.Logf("%d promised and there, %d refused", kept, refused)
}
