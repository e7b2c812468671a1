package logging

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"tresen/internal/osfault"
)

const (
	fileName    = "tresen.log"
	oldFileName = "tresen.old.log"

	maxFileSize = 1 << 20
	// MaxAge is how long a line may be kept (retention class L1).
	MaxAge = 14 * 24 * time.Hour
	// A file takes lines for half of that time, then it waits for its end.
	maxFileAge = MaxAge / 2

	begunPrefix = "# begun "
	// A clock is set back a little now and then; more is taken for a wrong one.
	maxClockError = 24 * time.Hour
)

// File is the log on disk: one file being written and the one before it, each at
// most 1 MiB, no line older than MaxAge while the program runs. The first line of
// a file says when it was begun, because the times a file system keeps change with
// copying. Its methods may be used from several goroutines.
type File struct {
	dir   string
	clock func() time.Time

	mu       sync.Mutex
	file     *os.File // nil when closed, or when the last attempt to begin one failed
	size     int64
	begun    time.Time
	oldBegun time.Time // zero if there is no old file
	closed   bool
}

// Open opens the log in dir, which must exist, and removes what is too old.
func Open(dir string) (*File, error) {
	f := &File{dir: dir, clock: time.Now}
	if err := f.open(); err != nil {
		return nil, err
	}
	return f, nil
}

func (f *File) open() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	oldBegun, err := readBegun(f.path(oldFileName))
	if err != nil {
		oldBegun = time.Unix(0, 0) // absent, or not ours: too old in any case
	}
	f.oldBegun = oldBegun
	if err := f.expireOld(); err != nil {
		return err
	}
	begun, err := readBegun(f.path(fileName))
	now := f.now()
	if err != nil || !within(begun, now, MaxAge) { // absent, not ours or too old
		return f.begin(now)
	}
	return f.resume(begun)
}

// now is the time of the wall clock: the monotonic one stands still while the
// computer sleeps.
func (f *File) now() time.Time { return f.clock().Round(0) }

// within tells whether a file begun then is younger than age. One from the future
// of a wrong clock is not, else it might never end.
func within(begun, now time.Time, age time.Duration) bool {
	d := now.Sub(begun)
	return d < age && d > -maxClockError
}

func (f *File) path(name string) string { return filepath.Join(f.dir, name) }

// Write implements io.Writer: p is whole lines. A line longer than a file is cut.
func (f *File) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return 0, fmt.Errorf("write log: %w", fs.ErrClosed)
	}
	now := f.now()
	errExpire := f.expire(now)
	if f.file == nil {
		return 0, errExpire
	}
	line := p
	if len(line) > maxFileSize/2 {
		line = append(bytes.Clone(line[:maxFileSize/2-1]), '\n')
	}
	if f.size+int64(len(line)) > maxFileSize {
		if err := f.rotate(now); err != nil {
			return 0, err
		}
	}
	n, err := f.file.Write(line)
	f.size += int64(n)
	if err != nil {
		return n, fmt.Errorf("write log: %w", osfault.WithoutPath(err))
	}
	return len(p), errExpire
}

// Expire removes what is older than MaxAge. Writing does it too; call it daily for
// a program that runs long and says little.
func (f *File) Expire() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	return f.expire(f.now())
}

// Close ends the log; closing twice is fine.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return f.closeFile()
}

func (f *File) closeFile() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return osfault.WithoutPath(err)
}

func (f *File) expire(now time.Time) error {
	switch {
	case f.file == nil:
		return f.begin(now)
	case within(f.begun, now, maxFileAge):
		return f.expireOld()
	}
	return f.rotate(now)
}

// rotate makes the present file the old one and begins another. Where that cannot
// be done the present lines are given up: the bounds come first.
func (f *File) rotate(now time.Time) error {
	err := f.closeFile()
	if err == nil {
		err = osfault.WithoutPath(os.Rename(f.path(fileName), f.path(oldFileName)))
	}
	if err == nil {
		f.oldBegun = f.begun
		err = f.expireOld()
	}
	if errBegin := f.begin(now); errBegin != nil {
		return errors.Join(err, errBegin)
	}
	return nil
}

// expireOld removes the old file once its first line may be MaxAge old.
func (f *File) expireOld() error {
	if f.oldBegun.IsZero() || within(f.oldBegun, f.now(), MaxAge) {
		return nil
	}
	if err := os.Remove(f.path(oldFileName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove old log: %w", osfault.WithoutPath(err))
	}
	f.oldBegun = time.Time{}
	return nil
}

func (f *File) begin(now time.Time) error {
	file, err := os.OpenFile(f.path(fileName), os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("begin log: %w", osfault.WithoutPath(err))
	}
	n, err := file.WriteString(begunPrefix + now.UTC().Format(time.RFC3339) + "\n")
	if err != nil {
		_ = file.Close()
		return fmt.Errorf("begin log: %w", osfault.WithoutPath(err))
	}
	f.file, f.size, f.begun = file, int64(n), now
	return nil
}

func (f *File) resume(begun time.Time) error {
	file, err := os.OpenFile(f.path(fileName), os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", osfault.WithoutPath(err))
	}
	info, err := file.Stat()
	if err != nil {
		_ = file.Close()
		return fmt.Errorf("open log: %w", osfault.WithoutPath(err))
	}
	f.file, f.size, f.begun = file, info.Size(), begun
	return nil
}

// readBegun reads when a log file was begun from its first line.
func readBegun(path string) (time.Time, error) {
	file, err := os.Open(path)
	if err != nil {
		return time.Time{}, err
	}
	defer file.Close()
	first := make([]byte, len(begunPrefix)+len(time.RFC3339))
	n, err := io.ReadFull(file, first)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return time.Time{}, err
	}
	line, _, whole := strings.Cut(string(first[:n]), "\n")
	text, ours := strings.CutPrefix(line, begunPrefix)
	if !whole || !ours {
		return time.Time{}, errors.New("not a log file")
	}
	return time.Parse(time.RFC3339, text)
}
