//go:build !windows

package vault

import "os"

func replaceFile(from, to string) error { return os.Rename(from, to) }

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errClose := f.Close(); err == nil {
		err = errClose
	}
	return err
}
