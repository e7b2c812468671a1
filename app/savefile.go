package app

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"tresen/internal/inbox"
	"tresen/internal/osfault"
)

// saveContent asks the person where to put a file and writes it there.
func (a *App) saveContent(proposed, ending string, content []byte) (saved PrintSaved, err error) {
	path, err := a.cfg.SaveFile(fileName(proposed)+ending, "*"+ending)
	if err != nil {
		return saved, &inbox.Error{Code: inbox.CodeInternal, Err: errors.New("ask for a place for the file")}
	}
	if path == "" {
		return saved, nil
	}
	if !strings.EqualFold(filepath.Ext(path), ending) {
		path = unused(path, ending)
	}
	if err := a.writeFile(path, content); err != nil {
		return saved, err
	}
	return PrintSaved{Saved: true}, nil
}

// fileName makes a proposal harmless on every system.
func fileName(proposed string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`/\:*?"<>|`, r) {
			return -1
		}
		return r
	}, proposed)
	clean = strings.Trim(clean, ". ")
	if letters := []rune(clean); len(letters) > 80 {
		clean = strings.TrimRight(string(letters[:80]), ". ")
	}
	if clean == "" {
		return "Tresen"
	}
	return clean
}

// unused completes a name that was typed without its ending. The person was
// never asked about replacing a file of the completed name, so none is.
func unused(path, ending string) string {
	for n, whole := 2, path+ending; ; n++ {
		if _, err := os.Lstat(whole); err != nil {
			return whole
		}
		whole = fmt.Sprintf("%s (%d)%s", path, n, ending)
	}
}

// writeFile is writeWhole for what is in memory.
func (a *App) writeFile(path string, content []byte) error {
	return a.writeWhole(path, 0o644, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// writeWhole writes a file whole or not at all. Its errors say nothing about
// where, because a folder's name may be a person's.
func (a *App) writeWhole(path string, mode fs.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tresen-*")
	if err != nil {
		return fileError(err)
	}
	forget := a.noteUnfinished(f.Name())
	defer forget()
	defer os.Remove(f.Name())
	to := &written{w: f}
	err = write(to)
	if to.err != nil {
		err = fileError(to.err)
	}
	_ = f.Chmod(mode) // a stick or a network drive may know no rights
	if err == nil {
		err = fileError(f.Sync())
	}
	if closing := f.Close(); err == nil {
		err = fileError(closing)
	}
	if err == nil {
		err = fileError(os.Rename(f.Name(), path))
	}
	return err
}

// written remembers that writing failed, because its error names the file.
type written struct {
	w   io.Writer
	err error
}

func (w *written) Write(b []byte) (int, error) {
	n, err := w.w.Write(b)
	if err != nil {
		w.err = err
	}
	return n, err
}

func fileError(err error) error {
	if err == nil {
		return nil
	}
	code := inbox.CodeStorageReadOnly
	if osfault.IsFull(err) {
		code = inbox.CodeStorageFull
	}
	return &inbox.Error{Code: code, Field: "file", Err: errors.New("write file")}
}
