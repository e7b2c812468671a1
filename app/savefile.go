package app

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"tresen/internal/inbox"
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
	if err := writeFile(path, content); err != nil {
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

// writeFile writes a file whole or not at all. Its errors say nothing about
// where, because a folder's name may be a person's.
func writeFile(path string, content []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".tresen-*")
	if err != nil {
		return fileError(err)
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(content)
	if err == nil {
		err = temporary.Chmod(0o644)
	}
	if closing := temporary.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	return fileError(err)
}

func fileError(err error) error {
	if err == nil {
		return nil
	}
	return &inbox.Error{Code: inbox.CodeStorageReadOnly, Field: "file", Err: errors.New("write file")}
}
