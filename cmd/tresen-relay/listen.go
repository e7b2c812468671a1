package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
)

// inheritedListeners are the sockets that systemd holds open for us by name
// (sd_listen_fds(3)). Callers then wait while the relay restarts instead of
// being refused.
func inheritedListeners(getenv func(string) string, pid int) map[string]net.Listener {
	list := map[string]net.Listener{}
	n, err := strconv.Atoi(getenv("LISTEN_FDS"))
	if err != nil || getenv("LISTEN_PID") != strconv.Itoa(pid) {
		return list
	}
	const first = 3
	names := strings.Split(getenv("LISTEN_FDNAMES"), ":")
	for i := range min(n, len(names)) {
		f := os.NewFile(uintptr(first+i), names[i])
		if l, err := net.FileListener(f); err == nil {
			list[names[i]] = l
		}
		f.Close()
	}
	return list
}

// notify tells systemd how far we are (sd_notify(3)). Without systemd it does nothing.
func notify(state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	c, err := net.Dial("unixgram", path)
	if err != nil {
		return
	}
	defer c.Close()
	c.Write([]byte(state))
}

// removeStaleSocket removes what a relay that was killed left behind. It fails
// if one is still listening.
func removeStaleSocket(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at admin socket: %w", err)
	}
	if info.Mode().Type() != fs.ModeSocket {
		return errors.New("--admin names a file that is no socket")
	}
	if c, err := net.Dial("unix", path); err == nil {
		c.Close()
		return errors.New("another relay is listening on the admin socket")
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove old admin socket: %w", err)
	}
	return nil
}
