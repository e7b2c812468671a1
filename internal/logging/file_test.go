package logging

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

const day = 24 * time.Hour

// openAt opens the log in dir with a clock the test sets.
func openAt(t *testing.T, dir string, clock *time.Time) *File {
	t.Helper()
	f := &File{dir: dir, clock: func() time.Time { return *clock }}
	if err := f.open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// content is what both files hold.
func content(t *testing.T, dir string) string {
	t.Helper()
	all := ""
	for _, name := range []string{oldFileName, fileName} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		all += string(b)
	}
	return all
}

func write(t *testing.T, f *File, s string) {
	t.Helper()
	if n, err := f.Write([]byte(s)); err != nil || n != len(s) {
		t.Fatalf("Write = %d, %v", n, err)
	}
}

var start = time.Date(2026, 11, 22, 7, 0, 0, 0, time.UTC)

func TestLogContinuesAfterARestart(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	write(t, f, "eins\n")
	f.Close()
	now = now.Add(day)
	write(t, openAt(t, dir, &now), "zwei\n")
	if got, want := content(t, dir), "# begun 2026-11-22T07:00:00Z\neins\nzwei\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if info, err := os.Stat(filepath.Join(dir, fileName)); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestSizeIsBounded(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	filler := strings.Repeat("x", 1000) + "\n"
	for i := range 5000 {
		write(t, f, fmt.Sprintf("%04d %s", i, filler))
	}
	write(t, f, strings.Repeat("y", 3*maxFileSize)+"\n")
	write(t, f, "zuletzt\n")
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Size() > maxFileSize {
			t.Errorf("%s has %d bytes, %v", e.Name(), info.Size(), err)
		}
	}
	got := content(t, dir)
	if !strings.Contains(got, "4999 x") || !strings.HasSuffix(got, "y\nzuletzt\n") || strings.Contains(got, "0000 x") {
		t.Error("the newest lines are not the ones kept")
	}
}

// TestNoLineOutlivesItsClass writes a line a day and looks every day, with and
// without restarts.
func TestNoLineOutlivesItsClass(t *testing.T) {
	for _, restart := range []bool{false, true} {
		dir, now := t.TempDir(), start
		f := openAt(t, dir, &now)
		for d := range 60 {
			if restart {
				f.Close()
				f = openAt(t, dir, &now)
			}
			write(t, f, fmt.Sprintf("day %02d\n", d))
			got := content(t, dir)
			for old := range d - 13 {
				if strings.Contains(got, fmt.Sprintf("day %02d\n", old)) {
					t.Fatalf("restart %t: line of day %d is there on day %d", restart, old, d)
				}
			}
			if d >= 7 && !strings.Contains(got, fmt.Sprintf("day %02d\n", d-6)) {
				t.Fatalf("restart %t: line of day %d is gone on day %d", restart, d-6, d)
			}
			now = now.Add(day)
		}
	}
}

// TestRestartDoesNotShortenTheLog: the age of an old file found at the start must
// not be taken for that of its successor.
func TestRestartDoesNotShortenTheLog(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	at := func(d int, line string) {
		now = start.Add(time.Duration(d) * day)
		write(t, f, line)
	}
	at(0, "a\n")
	at(8, "b\n")
	f.Close()
	f = openAt(t, dir, &now)
	at(12, "c\n")
	at(15, "d\n")
	if got := content(t, dir); !strings.Contains(got, "c\n") {
		t.Errorf("a line of three days is gone: %q", got)
	}
}

func TestSilentProgramExpiresItsLog(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	write(t, f, "alt\n")
	for range 14 {
		now = now.Add(day)
		if err := f.Expire(); err != nil {
			t.Fatal(err)
		}
	}
	if got := content(t, dir); strings.Contains(got, "alt") {
		t.Errorf("%q", got)
	}
	f.Close()
	if err := f.Expire(); err != nil {
		t.Errorf("Expire after Close: %v", err)
	}
}

func TestLongAbsenceExpiresTheLog(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	write(t, f, "alt\n")
	now = now.Add(8 * day)
	write(t, f, "mittel\n")
	f.Close()
	now = now.Add(30 * day)
	openAt(t, dir, &now)
	if got := content(t, dir); strings.Contains(got, "alt") || strings.Contains(got, "mittel") {
		t.Errorf("%q", got)
	}
}

func TestFilesOfUnknownAgeGo(t *testing.T) {
	for name, first := range map[string]string{
		"another program's": "ein Satz, der länger ist als die erste Zeile\n",
		"empty":             "",
		"cut":               "# begun 2026-",
		"nonsense":          "# begun yesterday at noon, more or less\n",
		"far future":        "# begun 2036-11-22T07:00:00Z\n",
	} {
		dir, now := t.TempDir(), start
		for _, file := range []string{fileName, oldFileName} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(first+"rest\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f := openAt(t, dir, &now)
		write(t, f, "neu\n")
		if got := content(t, dir); got != "# begun 2026-11-22T07:00:00Z\nneu\n" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestClockSetBackALittleCostsNothing(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	write(t, f, "eins\n")
	now = now.Add(-time.Hour)
	write(t, f, "zwei\n")
	if got := content(t, dir); !strings.HasSuffix(got, "eins\nzwei\n") {
		t.Errorf("%q", got)
	}
}

// TestLogComesBackAfterTheFolderDid: a lost folder (a drive unplugged) must not end
// the log for good.
func TestLogComesBackAfterTheFolderDid(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows does not let go of a folder with an open file")
	}
	base, now := t.TempDir(), start
	dir := filepath.Join(base, "a")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	f := openAt(t, dir, &now)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	now = now.Add(8 * day) // time for a new file
	if _, err := f.Write([]byte("verloren\n")); !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), base) {
		t.Errorf("Write without a folder = %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, f, "wieder da\n")
	if got := content(t, dir); !strings.HasSuffix(got, "wieder da\n") {
		t.Errorf("%q", got)
	}
}

func TestOpenFailsWithoutAFolder(t *testing.T) {
	if f, err := Open(filepath.Join(t.TempDir(), "anna")); f != nil || !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "anna") {
		t.Errorf("Open = %v, %v", f, err)
	}
}

func TestWriteAfterClose(t *testing.T) {
	f, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Write([]byte("x\n")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Write = %v", err)
	}
}

func TestManyWriters(t *testing.T) {
	dir, now := t.TempDir(), start
	f := openAt(t, dir, &now)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 100 {
				f.Write([]byte("eine ganze Zeile\n"))
			}
		})
	}
	wg.Wait()
	if n := strings.Count(content(t, dir), "\neine ganze Zeile"); n != 400 {
		t.Errorf("%d whole lines, want 400", n)
	}
}
