// Package access makes the copy of everything a shop keeps about one person:
// the package handed over under Art. 15(3) GDPR, with the part that is portable
// under Art. 20 beside it.
//
// Collect reads, Write packs. Nothing here leaves the computer or stays on it:
// the caller gets a stream. The package must not know how requests come in or
// how long anything is kept; it is told.
package access
