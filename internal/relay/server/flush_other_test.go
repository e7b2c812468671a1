//go:build !linux

package server_test

import "os"

func flush(f *os.File) error { return f.Sync() }
