package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/osfault"
	"tresen/internal/vault"
)

// PlainDir is the folder of plain copies made for other programs, inside the
// data folder: a folder per customer, named like her key.
const PlainDir = "opened"

// PlainCopy writes a message's file in the clear for another program and
// returns its path. The name says nothing; ending is what follows it, with its
// dot. The copy goes with RemovePlainCopies or with its customer.
func (s *Store) PlainCopy(ctx context.Context, id inbox.MessageID, ending string) (path string, err error) {
	f, err := s.OpenFile(ctx, id)
	if err != nil {
		return "", err
	}
	defer f.Close()
	var key vault.KeyID
	err = s.read(ctx, func(db *connection) (err error) {
		key, err = s.owner(ctx, db, id.Conversation())
		return err
	})
	if err != nil {
		return "", wrap("find owner", err)
	}
	folder := filepath.Join(s.dir, PlainDir, hex.EncodeToString(key[:]))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", wrapFile("make folder for copies", err)
	}
	var name [4]byte
	rand.Read(name[:])
	path = filepath.Join(folder, "Tresen-"+hex.EncodeToString(name[:])+ending)
	// Read-only, because what is changed in it would be lost.
	target, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return "", wrapFile("make copy", err)
	}
	_, err = io.Copy(target, f)
	if errClose := target.Close(); err == nil {
		err = errClose
	}
	if err == nil && !s.vault.HasKey(key) { // erased meanwhile
		err = inbox.NewError(inbox.CodeNotFound, "customer is erased")
	}
	if err != nil {
		_ = os.Remove(path)
		return "", wrapFile("write copy", err)
	}
	return path, nil
}

// RemovePlainCopies deletes all plain copies. It fails if one of them is held
// by the program it was made for.
func (s *Store) RemovePlainCopies() error {
	return s.removePlainCopies(func(vault.KeyID) bool { return true })
}

func (s *Store) removePlainCopies(of func(vault.KeyID) bool) error {
	entries, err := os.ReadDir(filepath.Join(s.dir, PlainDir))
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("list copies: %w", osfault.WithoutPath(err))
	}
	var problems error
	for _, e := range entries {
		key, err := hex.DecodeString(e.Name())
		if err == nil && len(key) == 16 && !of(vault.KeyID(key)) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(s.dir, PlainDir, e.Name())); err != nil {
			problems = errors.Join(problems, fmt.Errorf("delete copy: %w", osfault.WithoutPath(err)))
		}
	}
	return problems
}
