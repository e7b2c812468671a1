package backup

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/osfault"
)

// writeFile makes a new file, syncs it and returns its size.
func writeFile(path string, write func(io.Writer) error) (size int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, fileError("make file", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if info, errStat := f.Stat(); err == nil && errStat == nil {
		size = info.Size()
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return size, fileError("write file", err)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fileError("remove file", err)
	}
	return nil
}

// fileError gives what the file system reports one of our codes, without the path.
func fileError(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case osfault.IsFull(err):
		return inbox.WrapError(inbox.CodeStorageFull, doing, osfault.WithoutPath(err))
	case osfault.IsReadOnly(err):
		return inbox.WrapError(inbox.CodeStorageReadOnly, doing, osfault.WithoutPath(err))
	case errors.Is(err, fs.ErrNotExist):
		return inbox.WrapError(inbox.CodeNotFound, doing, osfault.WithoutPath(err))
	}
	return fmt.Errorf("%s: %w", doing, osfault.WithoutPath(err))
}

// List returns the backups in a folder, newest first. Anything else in it is
// left alone.
func List(folder string) ([]Info, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fileError("list backups", err)
	}
	var list []Info
	for _, e := range entries {
		stem, ok := strings.CutSuffix(e.Name(), Extension)
		at, errName := time.Parse(nameLayout, stem)
		if !ok || errName != nil || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // gone meanwhile
		}
		list = append(list, Info{Name: e.Name(), At: at, Bytes: info.Size()})
	}
	slices.SortFunc(list, func(a, b Info) int { return b.At.Compare(a.At) })
	return list, nil
}

// Limits bound how many backups are kept and for how long: an erased person is
// in older ones until they go.
type Limits struct {
	Generations int
	MaxAge      time.Duration
}

// DefaultLimits are three generations and thirty days.
var DefaultLimits = Limits{Generations: 3, MaxAge: 30 * 24 * time.Hour}

// Prune deletes backups beyond the limits and returns how many. The newest
// always stays.
func Prune(folder string, l Limits, now time.Time) (removed int, err error) {
	list, err := List(folder)
	if err != nil {
		return 0, err
	}
	for i, b := range list {
		if i == 0 || i < l.Generations && now.Sub(b.At) <= l.MaxAge {
			continue
		}
		if err := remove(filepath.Join(folder, b.Name)); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
