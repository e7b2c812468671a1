package osfault_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tresen/internal/osfault"
)

func TestPathsAreDropped(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "Frau Mueller")
	_, open := os.Open(secret)
	rename := os.Rename(secret, secret+"2")
	for name, err := range map[string]error{"open": open, "rename": rename, "wrapped": fmt.Errorf("move file: %w", rename)} {
		got := osfault.WithoutPath(err)
		if got == nil || strings.Contains(got.Error(), "Mueller") || !errors.Is(got, os.ErrNotExist) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if osfault.WithoutPath(nil) != nil {
		t.Error("an error out of nothing")
	}
}

func TestFullAndReadOnlyAreToldApart(t *testing.T) {
	type fault struct{ full, readOnly bool }
	tests := map[syscall.Errno]fault{
		syscall.ENOSPC: {full: true}, syscall.EDQUOT: {full: true},
		syscall.EROFS: {readOnly: true}, syscall.EACCES: {readOnly: true}, syscall.EPERM: {readOnly: true},
		syscall.EIO: {}, syscall.ENOENT: {}, syscall.ENOTDIR: {},
	}
	if runtime.GOOS == "windows" {
		tests = map[syscall.Errno]fault{39: {full: true}, 112: {full: true}, 5: {readOnly: true}, 19: {readOnly: true}, 2: {}, 3: {}}
	}
	for number, want := range tests {
		err := fmt.Errorf("write file: %w", &os.PathError{Op: "write", Path: "x", Err: number})
		if got := (fault{osfault.IsFull(err), osfault.IsReadOnly(err)}); got != want {
			t.Errorf("%v: %+v, want %+v", number, got, want)
		}
	}
	if osfault.IsFull(nil) || osfault.IsReadOnly(nil) || osfault.IsFull(errors.New("full")) {
		t.Error("a fault out of nothing")
	}
}
