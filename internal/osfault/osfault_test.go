package osfault_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
