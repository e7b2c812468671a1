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
		at, ok := madeAt(e.Name())
		if !ok || !e.Type().IsRegular() {
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

// partial is what a backup or the list beside it is called until it is whole.
const partial = ".part"

// TidyFolder removes from a folder for backups what was being written there when
// the program ended. No backup may be on its way into it. It fails with not_found
// if the folder is not there, as with a stick that was pulled out.
func TidyFolder(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fileError("list backups", err)
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), partial)
		_, ours := madeAt(name)
		if !ok || !e.Type().IsRegular() || !ours && name != ErasedName {
			continue
		}
		if err := remove(filepath.Join(folder, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// madeAt reads the time out of a backup's name.
func madeAt(name string) (at time.Time, ok bool) {
	stem, ok := strings.CutSuffix(name, Extension)
	if !ok {
		return at, false
	}
	at, err := time.Parse(nameLayout, stem)
	return at, err == nil
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
