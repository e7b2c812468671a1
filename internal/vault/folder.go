package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tresen/internal/osfault"
)

const (
	keyringName    = "keyring"
	newKeyringName = "keyring.new"

	maxKeyringSize = 64 << 20 // a million keys
)

// folder is the few file operations the keyring needs. Tests put one in its place
// that loses what was not synced.
type folder interface {
	// read returns a file's content; fs.ErrNotExist if there is none.
	read(name string) ([]byte, error)
	// writeNew makes a file (a leftover of that name is replaced) of mode 0600 and
	// returns when its content is on the disk.
	writeNew(name string, content []byte) error
	// replace renames from to to, over an existing file.
	replace(from, to string) error
	// sync returns when renames and removals are on the disk.
	sync() error
	// remove deletes a file; an absent one is no error.
	remove(name string) error
}

// osFolder is a folder of the operating system.
type osFolder string

func (d osFolder) path(name string) string { return filepath.Join(string(d), name) }

func (d osFolder) read(name string) ([]byte, error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, osfault.WithoutPath(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, osfault.WithoutPath(err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxKeyringSize {
		return nil, fmt.Errorf("%w: not a file of a keyring's size", ErrDamaged)
	}
	b := make([]byte, info.Size())
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, osfault.WithoutPath(err)
	}
	return b, nil
}

func (d osFolder) writeNew(name string, content []byte) error {
	if err := d.remove(name); err != nil {
		return err
	}
	f, err := os.OpenFile(d.path(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return osfault.WithoutPath(err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return osfault.WithoutPath(err)
}

func (d osFolder) replace(from, to string) error {
	return osfault.WithoutPath(replaceFile(d.path(from), d.path(to)))
}

func (d osFolder) sync() error { return osfault.WithoutPath(syncFolder(string(d))) }

func (d osFolder) remove(name string) error {
	if err := os.Remove(d.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return osfault.WithoutPath(err)
	}
	return nil
}
