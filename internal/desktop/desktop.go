// Package desktop knows where this computer's operating system wants things: the
// folder for the shop's data, its lock, the space left on its disk, and how to keep
// memory out of crash dumps. One file per operating system where they differ.
//
// It must not know what lies in the folder, and nothing of windows or of Wails.
package desktop

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"tresen/internal/osfault"
)

const (
	folderName     = "Tresen"
	demoFolderName = "Tresen Demo"
	lockName       = "lock"

	// LowSpace is the free space in bytes below which the window should warn: an
	// erasure rewrites the database and needs about twice its size for a moment.
	LowSpace = 500 << 20
)

// Errors of this package. None of them carries a path, which would name the
// computer's user.
var (
	// ErrNoHome: the system does not say where the user's data belong.
	ErrNoHome = errors.New("desktop: no folder for user data")
	// ErrInUse: another process holds the data folder.
	ErrInUse = errors.New("desktop: data folder in use")
	// ErrReadOnly: the data folder cannot be written.
	ErrReadOnly = errors.New("desktop: data folder is read-only")
	// ErrDiskFull: there is no space for even a small file.
	ErrDiskFull = errors.New("desktop: disk full")
	// ErrNotAFolder: there is a file where the data folder should be.
	ErrNotAFolder = errors.New("desktop: not a folder")
)

// DataFolder returns where the shop's data lie: %LOCALAPPDATA%\Tresen,
// ~/Library/Application Support/Tresen or $XDG_DATA_HOME/Tresen (default
// ~/.local/share/Tresen). All are local to this computer and not carried along by
// the system. The folder need not exist. It fails with ErrNoHome.
func DataFolder() (string, error) { return inUserData(folderName) }

// DemoFolder returns the folder of the demo mode, beside the real one.
func DemoFolder() (string, error) { return inUserData(demoFolderName) }

func inUserData(name string) (string, error) {
	base, err := userData()
	if err != nil || !filepath.IsAbs(base) {
		return "", ErrNoHome
	}
	return filepath.Join(base, name), nil
}

// Prepare makes the folder if it is absent, takes the rights of everybody but the
// user away, and tries to write. It fails with ErrReadOnly, ErrDiskFull or
// ErrNotAFolder.
func Prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return reason("make data folder", err)
	}
	if err := keepPrivate(dir); err != nil {
		return reason("protect data folder", err)
	}
	f, err := os.CreateTemp(dir, "probe-*")
	if err != nil {
		return reason("write to data folder", err)
	}
	// A disk can accept an empty file and refuse the first byte.
	_, err = f.Write(make([]byte, 4096))
	if err == nil {
		err = f.Sync()
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	if errRemove := os.Remove(f.Name()); err == nil {
		err = errRemove
	}
	return reason("write to data folder", err)
}

// reason maps what the system says to our errors and drops the path.
func reason(what string, err error) error {
	switch {
	case err == nil:
		return nil
	case osfault.IsReadOnly(err):
		return fmt.Errorf("%s: %w", what, ErrReadOnly)
	case osfault.IsFull(err):
		return fmt.Errorf("%s: %w", what, ErrDiskFull)
	case isNotAFolder(err):
		return fmt.Errorf("%s: %w", what, ErrNotAFolder)
	}
	return fmt.Errorf("%s: %w", what, osfault.WithoutPath(err))
}

// FolderLock is the right to use a data folder; only one process can have it.
type FolderLock struct{ file *flock.Flock }

// Lock takes the data folder for this process. It fails at once with ErrInUse if
// another process has it, and with ErrReadOnly. The lock ends with the process,
// however it ends; the file it leaves behind says nothing.
func Lock(dir string) (*FolderLock, error) {
	file := flock.New(filepath.Join(dir, lockName), flock.SetFlag(os.O_CREATE|os.O_RDWR))
	ok, err := file.TryLock()
	if err != nil {
		return nil, reason("lock data folder", err)
	}
	if !ok {
		// TryLock keeps the file open after a refusal.
		_ = file.Close()
		return nil, ErrInUse
	}
	return &FolderLock{file: file}, nil
}

// Unlock gives the folder free. Calling it twice is fine.
func (l *FolderLock) Unlock() error {
	if err := l.file.Unlock(); err != nil {
		return reason("unlock data folder", err)
	}
	return nil
}

// FreeSpace returns how many bytes this user may still write where dir lies.
func FreeSpace(dir string) (uint64, error) {
	n, err := freeSpace(dir)
	if err != nil {
		return 0, reason("measure free space", err)
	}
	return n, nil
}
