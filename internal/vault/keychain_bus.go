//go:build !windows && !darwin

package vault

import (
	"fmt"
	"os"
	"strings"
)

// keychainReachable tells whether a session bus exists. Without one the D-Bus
// library would run dbus-launch, which leaves a stray bus and keyring daemon behind.
func keychainReachable() bool {
	address := os.Getenv("DBUS_SESSION_BUS_ADDRESS")
	if address != "" {
		return !strings.HasPrefix(address, "autolaunch:")
	}
	_, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid()))
	return err == nil
}
