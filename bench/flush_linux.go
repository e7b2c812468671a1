package main

import (
	"os"
	"syscall"
)

// flush is what SQLite uses on Linux.
func flush(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
