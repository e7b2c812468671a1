package desktop

import "os"

// userData is ~/Library/Application Support.
func userData() (string, error) { return os.UserConfigDir() }
