//go:build !windows

package desktop

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

func keepPrivate(dir string) error { return os.Chmod(dir, 0o700) }

func isNotAFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }

func freeSpace(dir string) (uint64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return uint64(s.Bavail) * uint64(s.Bsize), nil
}

// DisableCoreDumps keeps this process's memory, with its keys and messages, out of
// core files. A crash reporter that the system itself feeds (apport on Ubuntu) may
// not respect it. It must be called before anything secret is in memory.
func DisableCoreDumps() error {
	if err := syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}); err != nil {
		return fmt.Errorf("disable core dumps: %w", err)
	}
	return nil
}
