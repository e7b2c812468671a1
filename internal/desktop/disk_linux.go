package desktop

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

func diskOf(dir string) Disk {
	return diskUnder("/sys/dev/block", "/proc/self/mountinfo", dir)
}

// diskUnder finds the block device of a folder and looks through what lies
// below it: device mapper marks its encrypted devices.
func diskUnder(blocks, mounts, dir string) Disk {
	var st unix.Stat_t
	if unix.Stat(dir, &st) != nil {
		return DiskUnknown
	}
	device := filepath.Join(blocks, fmt.Sprintf("%d:%d", unix.Major(st.Dev), unix.Minor(st.Dev)))
	if unix.Major(st.Dev) == 0 {
		// A file system with devices of its own, such as Btrfs: what it is mounted from counts.
		source := mountSource(mounts, dir)
		if source == "" || unix.Stat(source, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFBLK {
			return DiskUnknown
		}
		device = filepath.Join(blocks, fmt.Sprintf("%d:%d", unix.Major(st.Rdev), unix.Minor(st.Rdev)))
	}
	return lookBelow(device, 0)
}

// lookBelow follows a device to the disks it is made of; all of them must be
// encrypted, or something above them.
func lookBelow(device string, depth int) Disk {
	const deepest = 8
	if _, err := os.Stat(device); err != nil || depth > deepest {
		return DiskUnknown
	}
	if mark, err := os.ReadFile(filepath.Join(device, "dm", "uuid")); err == nil && strings.HasPrefix(string(mark), "CRYPT-") {
		return DiskEncrypted
	}
	below, err := os.ReadDir(filepath.Join(device, "slaves"))
	if err != nil || len(below) == 0 {
		return DiskPlain
	}
	all := DiskEncrypted
	for _, part := range below {
		switch lookBelow(filepath.Join(device, "slaves", part.Name()), depth+1) {
		case DiskPlain:
			return DiskPlain
		case DiskUnknown:
			all = DiskUnknown
		}
	}
	return all
}

// mountSource is what the file system of a folder is mounted from, or empty.
func mountSource(mounts, dir string) string {
	file, err := os.Open(mounts)
	if err != nil {
		return ""
	}
	defer file.Close()
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	best, source := -1, ""
	for lines := bufio.NewScanner(file); lines.Scan(); {
		before, after, found := strings.Cut(lines.Text(), " - ")
		own, rest := strings.Fields(before), strings.Fields(after)
		if !found || len(own) < 5 || len(rest) < 2 {
			continue
		}
		point := own[4]
		inside := point == "/" || dir == point || strings.HasPrefix(dir, point+"/")
		if inside && len(point) >= best {
			best, source = len(point), rest[1]
		}
	}
	return source
}
