package desktop

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// The chain of devices decides: LVM on LUKS is encrypted, LVM on a bare disk is
// not, and of what cannot be seen nothing is claimed.
func TestDiskFollowsTheChainOfDevices(t *testing.T) {
	dir := t.TempDir()
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev))
	for want, build := range map[Disk]func(device string){
		DiskEncrypted: func(device string) {
			write(t, filepath.Join(device, "dm", "uuid"), "LVM-abc")
			write(t, filepath.Join(device, "slaves", "dm-0", "dm", "uuid"), "CRYPT-LUKS2-1234-root")
		},
		DiskPlain: func(device string) {
			write(t, filepath.Join(device, "dm", "uuid"), "LVM-abc")
			write(t, filepath.Join(device, "slaves", "sda2", "size"), "1")
		},
		DiskUnknown: func(string) {},
	} {
		blocks := t.TempDir()
		build(filepath.Join(blocks, name))
		if got := lookBelow(filepath.Join(blocks, name), 0); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := diskUnder(t.TempDir(), filepath.Join(dir, "none"), filepath.Join(dir, "missing")); got != DiskUnknown {
		t.Errorf("a folder that is not there is %q", got)
	}
}

func TestMountSourceIsTheNearest(t *testing.T) {
	mounts := filepath.Join(t.TempDir(), "mountinfo")
	write(t, mounts, "22 1 0:20 / / rw - btrfs /dev/mapper/root rw\n30 22 0:33 / /srv/shop rw - btrfs /dev/sdb1 rw\nbroken line\n")
	for dir, want := range map[string]string{"/srv/shop/data": "/dev/sdb1", "/srv/shops": "/dev/mapper/root", "/srv/shop": "/dev/sdb1"} {
		if got := mountSource(mounts, dir); got != want {
			t.Errorf("%s lies on %q, want %q", dir, got, want)
		}
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
