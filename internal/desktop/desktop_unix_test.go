//go:build !windows

package desktop

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
)

func TestReasonsOnUnix(t *testing.T) {
	for errno, want := range map[syscall.Errno]error{
		syscall.EROFS: ErrReadOnly, syscall.EACCES: ErrReadOnly, syscall.EPERM: ErrReadOnly,
		syscall.ENOSPC: ErrDiskFull, syscall.EDQUOT: ErrDiskFull,
		syscall.ENOTDIR: ErrNotAFolder, syscall.EIO: syscall.EIO,
	} {
		err := reason("write", &fs.PathError{Op: "open", Path: "/x", Err: errno})
		if !errors.Is(err, want) {
			t.Errorf("%v becomes %v, want %v", errno, err, want)
		}
	}
}

func TestDisableCoreDumps(t *testing.T) {
	if err := DisableCoreDumps(); err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_CORE, &limit); err != nil || limit.Cur != 0 || limit.Max != 0 {
		t.Errorf("limit %+v, %v", limit, err)
	}
}
