//go:build windows || darwin

package vault

// keychainReachable: the system's keychain needs no bus.
func keychainReachable() bool { return true }
