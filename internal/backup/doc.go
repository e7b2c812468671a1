// Package backup copies a shop to a stick or a network drive and brings it
// back, without bringing back anybody who was erased in between.
//
// A backup is one file, encrypted with the shop's backup passphrase (age, whose
// format other programs open too): the keyring under that passphrase, the
// database and the media, all sealed inside as they are at home. Beside the
// backups lies a list of what was erased since; restoring applies it before
// anything is shown (Art. 17 GDPR).
//
// The package must not know what the data mean, and it must not write anything
// in the clear, not even for a moment.
package backup
