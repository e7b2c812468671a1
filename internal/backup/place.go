package backup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"tresen/internal/vault"
)

const (
	stagingSuffix = ".restoring"
	// homeName is where a shop is made ready, readyName what that folder is called
	// from then on: the name decides whether a restore that was cut off is undone
	// or finished.
	homeName  = "home"
	readyName = "ready"
)

// Stage makes the empty folder beside a data folder in which a shop is brought
// back, with the folder "home" for what Place moves. What an earlier one left
// there is removed.
func Stage(dir string) (staging string, err error) {
	staging = dir + stagingSuffix
	if err := errors.Join(os.RemoveAll(staging), os.MkdirAll(filepath.Join(staging, homeName), 0o700)); err != nil {
		return "", fileError("make folder", err)
	}
	return staging, nil
}

// Place moves the shop in the staging folder to its place. If it fails, nothing
// of it is there; if the program ends meanwhile, Recover finishes. stop is called
// before every step and may end it there; tests do.
func Place(staging, dir string, stop func(step string) error) error {
	home, ready := filepath.Join(staging, homeName), filepath.Join(staging, readyName)
	if err := os.Rename(home, ready); err != nil {
		return fileError("move folder", err)
	}
	err := moveAll(ready, dir, stop)
	if err != nil {
		err = errors.Join(err, fileError("move folder", os.Rename(ready, home)))
	}
	return err
}

// moveAll moves what is in one folder into another, the keyring last: without
// it the folder is no shop yet. If it fails, it moves everything back.
func moveAll(from, to string, stop func(step string) error) (err error) {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fileError("make folder", err)
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return fileError("list folder", err)
	}
	var moved []string
	defer func() {
		for _, name := range moved {
			if err != nil {
				err = errors.Join(err, fileError("move back", os.Rename(filepath.Join(to, name), filepath.Join(from, name))))
			}
		}
	}()
	for _, last := range []bool{false, true} {
		for _, e := range entries {
			if (e.Name() == keyringName) != last {
				continue
			}
			if err := stop("move " + e.Name()); err != nil {
				return err
			}
			if err := os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())); err != nil {
				return fileError("move file", err)
			}
			moved = append(moved, e.Name())
		}
	}
	return stop("moved")
}

// Interrupted reports whether a restore into the folder was cut off.
func Interrupted(dir string) bool {
	info, err := os.Lstat(dir + stagingSuffix)
	return err == nil && info.IsDir()
}

// Recover ends a restore that was cut off: it finishes one whose shop was ready,
// with everybody erased who had to be, and removes any other together with its
// items in the keychain, which may be nil. No other process may have the folder.
func Recover(dir string, kc vault.Keychain) error {
	staging := dir + stagingSuffix
	ready := filepath.Join(staging, readyName)
	there, err := vault.Exists(dir)
	if err != nil {
		return err
	}
	_, err = os.Lstat(ready)
	switch {
	case err == nil && !there:
		err = moveAll(ready, dir, func(string) error { return nil })
	case err == nil || errors.Is(err, fs.ErrNotExist):
		err = forget(filepath.Join(staging, homeName), kc)
	default:
		err = fileError("look for folder", err)
	}
	if err != nil {
		return err
	}
	return fileError("remove folder", os.RemoveAll(staging))
}

// forget takes the items of a shop that never came to be out of the keychain.
func forget(home string, kc vault.Keychain) error {
	kind, err := vault.Kind(home)
	if err != nil || kind != vault.KindKeychain || kc == nil {
		return nil
	}
	v, err := vault.Open(home, vault.WithKeychain(kc))
	if errors.Is(err, vault.ErrKeychainUnavailable) {
		return err
	}
	if err != nil {
		return nil // it has no key any more
	}
	return v.Wipe()
}

var scratch = regexp.MustCompile(`^(backup|restore-test)-[0-9]+$`)

// Tidy removes the folders in which a backup or its test was being made when the
// program ended. No other process may have the folder.
func Tidy(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fileError("list folder", err)
	}
	for _, e := range entries {
		if !e.IsDir() || !scratch.MatchString(e.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fileError("remove folder", err)
		}
	}
	return nil
}
