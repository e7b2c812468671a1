package desktop

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestDataAndDemoFolderAreApart(t *testing.T) {
	data, err := DataFolder()
	if err != nil {
		t.Fatal(err)
	}
	demo, err := DemoFolder()
	if err != nil {
		t.Fatal(err)
	}
	if !filepath.IsAbs(data) || !filepath.IsAbs(demo) {
		t.Errorf("not absolute: %s, %s", data, demo)
	}
	rel, err := filepath.Rel(data, demo)
	if err != nil || !strings.HasPrefix(rel, "..") {
		t.Errorf("the demo folder lies in the real one: %s", rel)
	}
}

func TestPrepareMakesAPrivateFolder(t *testing.T) {
	base := t.TempDir()
	open := filepath.Join(base, "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{filepath.Join(base, "a", "Tresen"), open} {
		for range 2 {
			if err := Prepare(dir); err != nil {
				t.Fatal(err)
			}
		}
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
			t.Errorf("mode %v, want 0700", info.Mode().Perm())
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%d files left behind", len(left))
		}
	}
}

func TestPrepareWhereAFileIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "anna.muster")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "Tresen")} {
		err := Prepare(dir)
		if !errors.Is(err, ErrNotAFolder) {
			t.Errorf("Prepare = %v, want ErrNotAFolder", err)
		}
		if err != nil && strings.Contains(err.Error(), "anna") {
			t.Errorf("the error names the folder: %v", err)
		}
	}
}

func TestReasonDropsThePath(t *testing.T) {
	cause := errors.New("strange")
	err := reason("do it", &fs.PathError{Op: "open", Path: "/home/anna", Err: cause})
	if !errors.Is(err, cause) || err.Error() != "do it: strange" {
		t.Errorf("reason = %v", err)
	}
	if reason("do it", nil) != nil {
		t.Error("no error becomes one")
	}
}

func TestLockIsForOne(t *testing.T) {
	dir := t.TempDir()
	first, err := Lock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("second Lock = %v, want ErrInUse", err)
	}
	for range 2 {
		if err := first.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Lock(dir)
	if err != nil {
		t.Fatalf("Lock after Unlock: %v", err)
	}
	if err := again.Unlock(); err != nil {
		t.Error(err)
	}
	if _, err := Lock(filepath.Join(dir, "absent", "anna")); err == nil || strings.Contains(err.Error(), "anna") {
		t.Errorf("Lock in an absent folder = %v", err)
	}
}

// TestLockEndsWithItsProcess holds the lock in a second process and kills that.
func TestLockEndsWithItsProcess(t *testing.T) {
	if dir := os.Getenv("TRESEN_TEST_HOLD_LOCK"); dir != "" {
		holdLock(t, dir)
		return
	}
	dir := t.TempDir()
	holder := exec.Command(os.Args[0], "-test.run=^TestLockEndsWithItsProcess$")
	holder.Env = append(os.Environ(), "TRESEN_TEST_HOLD_LOCK="+dir)
	stdin, err := holder.StdinPipe() // stays open: the holder waits for its end
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil || line != "locked\n" {
		t.Fatalf("holder says %q, %v", line, err)
	}
	if _, err := Lock(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("Lock beside another process = %v, want ErrInUse", err)
	}
	if err := holder.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = holder.Wait() // killed, as intended
	lock, err := Lock(dir)
	if err != nil {
		t.Fatalf("Lock after the holder died: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
}

func holdLock(t *testing.T, dir string) {
	if _, err := Lock(dir); err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("locked\n")
	os.Stdin.Read(make([]byte, 1))
}

func TestFreeSpace(t *testing.T) {
	if n, err := FreeSpace(t.TempDir()); err != nil || n == 0 {
		t.Errorf("FreeSpace = %d, %v", n, err)
	}
	if _, err := FreeSpace(filepath.Join(t.TempDir(), "absent")); err == nil {
		t.Error("space in an absent folder")
	}
}
