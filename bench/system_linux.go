package main

import (
	"os"
	"syscall"
	"time"
)

// flush is what SQLite uses on Linux.
func flush(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }

// processorTime is what this process has used so far, its garbage collection included.
func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
