package desktop

import (
	"errors"
	"syscall"

	"golang.org/x/sys/windows"
)

// keepPrivate: folders under the local application data inherit an access list
// that names the user and the system only.
func keepPrivate(string) error { return nil }

// isNotAFolder: Go's MkdirAll reports ENOTDIR itself, Windows ERROR_DIRECTORY.
func isNotAFolder(err error) bool {
	return errors.Is(err, syscall.ENOTDIR) || errors.Is(err, windows.ERROR_DIRECTORY)
}

func freeSpace(dir string) (uint64, error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, err
	}
	var free uint64
	err = windows.GetDiskFreeSpaceEx(path, &free, nil, nil)
	return free, err
}

// DisableCoreDumps keeps Windows Error Reporting from asking to send a dump of this
// process. It must be called before anything secret is in memory.
func DisableCoreDumps() error {
	windows.SetErrorMode(windows.SEM_FAILCRITICALERRORS | windows.SEM_NOGPFAULTERRORBOX)
	return nil
}
