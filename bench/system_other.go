//go:build !linux

package main

import (
	"os"
	"time"
)

func flush(f *os.File) error { return f.Sync() }

// processorTime is only known on Linux.
func processorTime() time.Duration { return 0 }
