// Package osfault says what the file system reports without saying where: a
// path holds the name of the computer's user and may hold a customer's.
//
// It knows nobody, so that everybody may use it, and must not know our codes.
package osfault

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// WithoutPath returns what the system reported, without the paths it was about.
func WithoutPath(err error) error {
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return pe.Err
	case errors.As(err, &le):
		return le.Err
	}
	return err
}

// IsFull reports whether a disk or a quota is full. It knows the numbers of
// Unix and of Windows (ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL).
func IsFull(err error) bool {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return false
	}
	if runtime.GOOS == "windows" {
		return number == 39 || number == 112
	}
	return number == syscall.ENOSPC || number == syscall.EDQUOT
}

// IsReadOnly reports whether a place may not be written to. On Windows a drive
// may be write-protected by a switch of its own (ERROR_WRITE_PROTECT).
func IsReadOnly(err error) bool {
	var number syscall.Errno
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) ||
		runtime.GOOS == "windows" && errors.As(err, &number) && number == 19
}
