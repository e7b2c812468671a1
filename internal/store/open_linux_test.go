package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// mountSmall mounts a file system of the given size, or skips the test where
// that is not allowed.
func mountSmall(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size)
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Skip("mounting is not allowed here")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func remount(t *testing.T, dir string, flags uintptr, options string) {
	t.Helper()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT|flags, options); err != nil {
		t.Fatal(err)
	}
}

func TestFullFileSystem(t *testing.T) {
	dir := mountSmall(t, "1m")
	f := newFolder(t, dir)
	f.open(t)
	_, ref := f.say(t, 1, 0, "vorher")
	kept := 1
	var err error
	for n := 1; err == nil && n < 10_000; n++ {
		err = f.store.Update(context.Background(), func(tx *Tx) error {
			_, err := tx.InsertMessage(text(ref, n, strings.Repeat("voll ", 200)+time.Duration(n).String()))
			return err
		})
		if err == nil {
			kept++
		}
	}
	wantCode(t, err, inbox.CodeStorageFull)
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 10_000}); len(got) != kept {
		t.Errorf("while full: %d messages, want %d", len(got), kept)
	}
	remount(t, dir, 0, "size=8m")
	f.say(t, 1, 100_000, "nachher")
	f.reopen(t)
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 10_000}); len(got) != kept+1 || got[kept] != "nachher" {
		t.Errorf("afterwards: %d messages, want %d", len(got), kept+1)
	}
}

func TestNoRoomForANewDatabase(t *testing.T) {
	dir := mountSmall(t, "64k")
	f := newFolder(t, dir)
	_, err := Open(context.Background(), dir, f.vault)
	wantCode(t, err, inbox.CodeStorageFull)
	remount(t, dir, 0, "size=8m")
	f.open(t)
	f.say(t, 1, 1, "jetzt")
}

func TestReadOnlyFileSystem(t *testing.T) {
	dir := mountSmall(t, "8m")
	f := newFolder(t, dir)
	f.open(t)
	f.say(t, 1, 1, "Guten Tag")
	f.close()
	remount(t, dir, syscall.MS_RDONLY, "")
	_, err := Open(context.Background(), dir, f.vault)
	wantCode(t, err, inbox.CodeStorageReadOnly)
	if strings.Contains(err.Error(), dir) {
		t.Errorf("the error names the folder: %v", err)
	}
	remount(t, dir, 0, "")
	f.open(t)
	f.say(t, 1, 2, "wieder da")
}

// beBound makes a test a user whom the modes of a folder's files bind.
func beBound(t *testing.T, f *folder) {
	t.Helper()
	const root, nobody = 0, 65534
	if os.Geteuid() != root {
		return
	}
	err := os.Chown(filepath.Dir(f.dir), nobody, -1)
	for _, path := range []string{f.dir, f.path()} {
		err = errors.Join(err, os.Chown(path, nobody, -1))
	}
	if err := errors.Join(err, syscall.Seteuid(nobody)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Seteuid(root); err != nil {
			t.Error(err)
		}
	})
}

func TestReadOnlyFileAndFolder(t *testing.T) {
	for name, mode := range map[string]struct{ file, dir os.FileMode }{"file": {0o400, 0o700}, "folder": {0o600, 0o500}} {
		t.Run(name, func(t *testing.T) {
			f := openFolder(t)
			f.close()
			if err := errors.Join(os.Chmod(f.path(), mode.file), os.Chmod(f.dir, mode.dir)); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.Chmod(f.dir, 0o700) })
			beBound(t, f)
			_, err := Open(context.Background(), f.dir, f.vault)
			wantCode(t, err, inbox.CodeStorageReadOnly)
		})
	}
}
