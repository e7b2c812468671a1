package desktop

// Disk says whether a disk is encrypted as a whole.
type Disk string

// What can be known of a disk. DiskPlain means that no encryption was found:
// one inside the drive itself, or above the file system, cannot be seen.
const (
	DiskUnknown   Disk = ""
	DiskEncrypted Disk = "encrypted"
	DiskPlain     Disk = "plain"
)

// DiskOf says whether the disk on which a folder lies is encrypted as a whole,
// as far as the system says so without being asked for a password.
func DiskOf(dir string) Disk { return diskOf(dir) }
