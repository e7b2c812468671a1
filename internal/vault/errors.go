package vault

import (
	"errors"
)

// Errors of the vault. None of them carries a key, a path or a sealed value.
var (
	// ErrExists: Create found a keyring in the folder and left it alone.
	ErrExists = errors.New("vault: keyring exists")
	// ErrNoKeyring: the folder has no keyring.
	ErrNoKeyring = errors.New("vault: no keyring")
	// ErrWrongProtector: the keyring needs the other kind of protector (see Kind).
	ErrWrongProtector = errors.New("vault: keyring needs another protector")
	// ErrEmptyPassphrase: a passphrase must have at least one byte.
	ErrEmptyPassphrase = errors.New("vault: empty passphrase")
	// ErrWrongPassphrase: the passphrase does not belong to this keyring.
	ErrWrongPassphrase = errors.New("vault: wrong passphrase")
	// ErrKeyMissing: the keychain answers but has no key for this keyring, as with
	// a folder copied from another computer or from before an erasure.
	ErrKeyMissing = errors.New("vault: keychain has no key for this keyring")
	// ErrDamaged: the keyring file was changed or cut.
	ErrDamaged = errors.New("vault: keyring damaged")
	// ErrNewer: the keyring was written by a newer version of the program.
	ErrNewer = errors.New("vault: keyring from a newer version")
	// ErrKeychainUnavailable: no usable OS keychain; see KeychainError for the class.
	ErrKeychainUnavailable = errors.New("vault: keychain unavailable")
	// ErrNotFound: the keychain or the vault has no item of that name.
	ErrNotFound = errors.New("vault: not found")
	// ErrKeyDestroyed: the key is not in the keyring (any more).
	ErrKeyDestroyed = errors.New("vault: key destroyed")
	// ErrTampered: a sealed value was changed, cut, moved or is not one of ours.
	ErrTampered = errors.New("vault: sealed value tampered")
	// ErrClosed: the vault was closed.
	ErrClosed = errors.New("vault: closed")
	// ErrReservedKey: ShopKey and RawKey cannot be destroyed by id.
	ErrReservedKey = errors.New("vault: reserved key")
	// ErrUnknownGeneration: there is no lookup key of that generation.
	ErrUnknownGeneration = errors.New("vault: unknown lookup generation")
	// ErrInvalid: an argument breaks a documented limit.
	ErrInvalid = errors.New("vault: invalid argument")
	// ErrUnsettled: an earlier write failed half-way and the folder cannot be read,
	// so nothing may be changed. Closing and opening again decides.
	ErrUnsettled = errors.New("vault: state of keyring file unknown")
)
