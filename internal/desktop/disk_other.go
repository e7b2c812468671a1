//go:build !linux

package desktop

// diskOf does not know: BitLocker and FileVault tell only programs that ask
// with rights or tools this one does not use.
func diskOf(string) Disk { return DiskUnknown }
