package desktop

import (
	"os"

	"golang.org/x/sys/windows"
)

func openFile(path string) error {
	verb, err := windows.UTF16PtrFromString("open")
	if err != nil {
		return err
	}
	file, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return err
	}
	return windows.ShellExecute(0, verb, file, nil, nil, windows.SW_SHOWNORMAL)
}

// zoneInternet is the mark of files from the Internet. (Microsoft: MS-FSCC
// 5.6.1, Zone.Identifier stream.)
const zoneInternet = "[ZoneTransfer]\r\nZoneId=3\r\n"

func markForeign(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode()&0o200 == 0 { // a read-only file takes no mark
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		defer os.Chmod(path, 0o400)
	}
	return os.WriteFile(path+":Zone.Identifier", []byte(zoneInternet), 0o600)
}
