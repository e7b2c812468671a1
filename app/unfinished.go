package app

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// unfinishedSetting names, sealed, the files that are growing beside where
// somebody wants to have one. A kill leaves them there under a hidden name, and
// what an export has come to holds everybody.
const unfinishedSetting = "unfinished_files"

// maxUnfinished bounds how many are remembered of folders that never come back.
const maxUnfinished = 50

// unfinishedName is what such a file is called.
var unfinishedName = regexp.MustCompile(`^\.tresen-[0-9]+$`)

// noteUnfinished remembers a file until the returned function is called. What
// cannot be remembered is written all the same: whoever's disk is full needs
// her export most.
func (a *App) noteUnfinished(path string) (forget func()) {
	a.mu.Lock()
	s := a.open
	a.mu.Unlock()
	if s == nil {
		return func() {}
	}
	s.changeUnfinished(func(list []string) []string { return append(list, path) })
	return func() {
		s.changeUnfinished(func(list []string) []string {
			return slices.DeleteFunc(list, func(p string) bool { return p == path })
		})
	}
}

func (s *Session) changeUnfinished(change func([]string) []string) {
	// Also while the session ends: the file has just gone.
	err := s.store.Update(context.WithoutCancel(s.ctx), func(tx *store.Tx) error {
		list, err := unfinished(tx)
		if err != nil {
			return err
		}
		list = change(list)
		if len(list) == 0 {
			return tx.DeleteSetting(unfinishedSetting)
		}
		value, err := json.Marshal(list[max(0, len(list)-maxUnfinished):])
		if err != nil {
			return err
		}
		return tx.SetSetting(unfinishedSetting, value)
	})
	if err != nil {
		slog.Warn("unfinished files were not noted", "code", inbox.CodeOf(err))
	}
}

// unfinished returns the files that are remembered; a list nobody can read is none.
func unfinished(tx *store.Tx) (list []string, err error) {
	value, err := tx.Setting(unfinishedSetting)
	switch {
	case err == nil:
		if json.Unmarshal(value, &list) != nil {
			list = nil
		}
	case inbox.CodeOf(err) != inbox.CodeNotFound && inbox.CodeOf(err) != inbox.CodeStorageDamaged:
		return nil, err
	}
	return list, nil
}

// leftUnfinished returns what an earlier run of the program did not finish; it
// must be asked before this one writes any file.
func (s *Session) leftUnfinished() (list []string) {
	err := s.store.Update(s.ctx, func(tx *store.Tx) (err error) {
		list, err = unfinished(tx)
		return err
	})
	if err != nil {
		slog.Warn("unfinished files could not be looked up", "code", inbox.CodeOf(err))
	}
	return list
}

// removeUnfinished removes such files. A folder that is not there now, as on a
// stick, is tried again at the next start.
func (s *Session) removeUnfinished(list []string) error {
	var gone []string
	for _, path := range list {
		if !unfinishedName.MatchString(filepath.Base(path)) {
			gone = append(gone, path)
			continue
		}
		if _, err := os.Lstat(filepath.Dir(path)); err != nil {
			continue
		}
		if err := os.Remove(path); err == nil || errors.Is(err, fs.ErrNotExist) {
			gone = append(gone, path)
		}
	}
	if len(gone) > 0 {
		s.changeUnfinished(func(list []string) []string {
			return slices.DeleteFunc(list, func(path string) bool { return slices.Contains(gone, path) })
		})
	}
	return nil
}
