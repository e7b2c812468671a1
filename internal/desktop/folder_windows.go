package desktop

import "golang.org/x/sys/windows"

// userData is the local application data, which Windows does not copy to servers
// as it does with roaming profiles.
func userData() (string, error) {
	return windows.KnownFolderPath(windows.FOLDERID_LocalAppData, 0)
}
