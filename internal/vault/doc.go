// Package vault keeps the shop's keys: it seals and opens personal values, keeps
// tokens, and destroys keys so that what they sealed cannot be read again.
//
// Every customer has a random key of their own. All keys lie in one small file,
// the keyring, which is sealed as a whole by the master key of the current epoch.
// The master key lies in the OS keychain and nowhere else or, where there is no
// keychain, comes from a passphrase. Destroying keys (Art. 17 GDPR) means: a new
// master key, the keyring written again under it without those keys, the old
// master key deleted. An older copy of the data folder then cannot be opened
// with the keychain as it is afterwards.
//
// What the vault does not protect against, and the window must not promise:
//
//   - A program that runs as the same user while the vault is open, or that asks
//     the OS keychain for the master key. On macOS the keychain item belongs to
//     /usr/bin/security, on Linux every program on the session bus may ask.
//   - An old copy of the data folder together with an old copy of the keychain's
//     own file and the secret that opens it. Deleting a keychain item is not the
//     same as overwriting the disk it was on.
//   - With a passphrase: an old copy of the folder plus the passphrase. The salts
//     of an epoch are in the old copy, so erasing reaches only the present files.
//     A changed passphrase does not close old copies to the old passphrase either.
//   - Reading this process's memory. Key buffers are overwritten when a key goes
//     and when the vault is closed, but Go may have copied them, the cipher
//     objects of the crypto library keep their own copy until the memory is used
//     again, and no page is locked.
//
// The vault must not know what is sealed: no tables, no messages, no customers
// beyond their key ids. It knows nothing of SQL or of Meta.
package vault
