package desktop

import (
	"fmt"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"
)

func openFile(path string) error { return exec.Command("/usr/bin/open", "--", path).Run() }

// markForeign sets the mark Gatekeeper looks for: flags 0x0083 (downloaded, not
// yet approved), time, program.
func markForeign(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Mode()&0o200 == 0 { // a read-only file takes no mark
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		defer os.Chmod(path, info.Mode())
	}
	return unix.Setxattr(path, "com.apple.quarantine", fmt.Appendf(nil, "0083;%08x;Tresen;", time.Now().Unix()), 0)
}
