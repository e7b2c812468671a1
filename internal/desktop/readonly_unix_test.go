//go:build !windows

package desktop

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestPrepareInAReadOnlyPlace(t *testing.T) {
	base := t.TempDir()
	if err := os.Chmod(base, 0o500); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // whom file modes do not bind
		const nobody = 65534
		if err := errors.Join(os.Chown(filepath.Dir(base), nobody, -1), os.Chown(base, nobody, -1), syscall.Seteuid(nobody)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := syscall.Seteuid(0); err != nil {
				t.Error(err)
			}
		})
	}
	if err := Prepare(filepath.Join(base, "Tresen")); !errors.Is(err, ErrReadOnly) {
		t.Errorf("Prepare = %v, want ErrReadOnly", err)
	}
}
