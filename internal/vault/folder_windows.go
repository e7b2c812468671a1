package vault

import (
	"errors"
	"time"

	"golang.org/x/sys/windows"
)

// replaceFile returns when the rename is on the disk. Virus scanners and indexers
// hold new files open for moments, so a refused rename is tried again for a second.
func replaceFile(from, to string) error {
	src, err := windows.UTF16PtrFromString(from)
	if err != nil {
		return err
	}
	dst, err := windows.UTF16PtrFromString(to)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = windows.MoveFileEx(src, dst, windows.MOVEFILE_REPLACE_EXISTING|windows.MOVEFILE_WRITE_THROUGH)
		busy := errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_ACCESS_DENIED)
		if !busy || try == 20 {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// syncFolder: Windows has no fsync for folders, the rename above writes through.
func syncFolder(string) error { return nil }
