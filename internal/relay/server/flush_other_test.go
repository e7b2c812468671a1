//go:build !linux

package server_test

import (
	"os"
	"time"
)

func flush(f *os.File) error { return f.Sync() }

func processorTime() time.Duration { return 0 }
