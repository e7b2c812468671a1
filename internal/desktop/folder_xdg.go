//go:build !windows && !darwin

package desktop

import (
	"os"
	"path/filepath"
)

// userData follows the XDG base directory specification: a relative value is to be
// ignored.
func userData() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	return filepath.Join(home, ".local", "share"), err
}
