package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// ErasedName is the list beside the backups: digests of the random ids of those
// who were erased. Without a backup that holds the id it says nothing about
// anybody.
const ErasedName = "erased" + Extension

func digest(id inbox.CustomerID) string {
	sum := store.ErasedDigest(id)
	return hex.EncodeToString(sum[:])
}

// WriteErased brings the list in a folder up to date. It keeps what others
// wrote there: the list may be the only one that knows.
func WriteErased(ctx context.Context, s *store.Store, folder string) error {
	list, err := s.ListErased(ctx)
	if err != nil {
		return err
	}
	known, err := ReadErased(folder)
	if err != nil {
		return err
	}
	for _, sum := range list {
		known[hex.EncodeToString(sum[:])] = true
	}
	target := filepath.Join(folder, ErasedName)
	_, err = writeFile(target+partial, func(w io.Writer) error {
		for line := range known {
			if _, err := io.WriteString(w, line+"\n"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return errors.Join(err, remove(target+partial))
	}
	return fileError("name list", os.Rename(target+partial, target))
}

// ReadErased returns the digests, in hex, of the list in a folder; none if there is no list.
func ReadErased(folder string) (map[string]bool, error) {
	known := map[string]bool{}
	f, err := os.Open(filepath.Join(folder, ErasedName))
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, fileError("read list", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if b, err := hex.DecodeString(lines.Text()); err == nil && len(b) == sha256.Size {
			known[lines.Text()] = true
		}
	}
	return known, fileError("read list", lines.Err())
}
