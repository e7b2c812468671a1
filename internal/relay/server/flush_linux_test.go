package server_test

import (
	"os"
	"syscall"
	"time"
)

func flush(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// processorTime is what this process has used of all cores so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
