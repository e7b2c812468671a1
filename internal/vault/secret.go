package vault

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
)

func (k *keychainKeeper) secretAccount(name string) string {
	return hex.EncodeToString(k.vaultID[:]) + ".secret." + name
}

func checkSecretName(name string) error {
	if len(name) == 0 || len(name) > maxSecretName {
		return fmt.Errorf("%w: length of secret name", ErrInvalid)
	}
	for _, c := range []byte(name) {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.') {
			return fmt.Errorf("%w: character in secret name", ErrInvalid)
		}
	}
	return nil
}

// SetSecret keeps a token or key of the program under name (1 to 64 of a-z 0-9 - _
// and dot): in an item of the OS keychain or, with a passphrase, in the sealed
// keyring. value has 1 to 1,800 bytes. It fails with ErrInvalid, ErrClosed,
// ErrKeychainUnavailable or what the file system reports.
func (v *Vault) SetSecret(name string, value []byte) error {
	if err := checkSecretName(name); err != nil {
		return err
	}
	if len(value) == 0 || len(value) > maxSecretValue {
		return fmt.Errorf("%w: length of secret", ErrInvalid)
	}
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return ErrClosed
	}
	k, inKeychain := v.keeper.(*keychainKeeper)
	if !inKeychain {
		return v.rewriteSecret(name, slices.Clone(value))
	}
	// The name first: Wipe must find every item that may exist.
	if _, known := v.ring.secrets[name]; !known {
		if err := v.rewriteSecret(name, nil); err != nil {
			return err
		}
	}
	if err := k.kc.Set(k.secretAccount(name), value); err != nil {
		return fmt.Errorf("set secret: %w", err)
	}
	return nil
}

func (v *Vault) rewriteSecret(name string, value []byte) error {
	r := v.ring.clone()
	r.secrets[name] = value
	if err := v.rewrite(r); err != nil {
		return fmt.Errorf("set secret: %w", err)
	}
	return nil
}

// Secret returns a copy of what SetSecret kept; the caller should overwrite it
// after use. It fails with ErrNotFound, ErrClosed or ErrKeychainUnavailable.
func (v *Vault) Secret(name string) ([]byte, error) {
	value, k, err := v.findSecret(name)
	if err != nil || k == nil {
		return value, err
	}
	// Without a lock: the system may ask its user to unlock the keychain first, and
	// new customers must not wait for that.
	return k.kc.Get(k.secretAccount(name))
}

// findSecret returns the value or, if that is in the keychain, the keeper.
func (v *Vault) findSecret(name string) ([]byte, *keychainKeeper, error) {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return nil, nil, ErrClosed
	}
	value, known := v.ring.secrets[name]
	if !known {
		return nil, nil, ErrNotFound
	}
	if k, ok := v.keeper.(*keychainKeeper); ok {
		return nil, k, nil
	}
	return slices.Clone(value), nil, nil
}

// DeleteSecret removes a secret; an absent one is no error. With a keychain it is
// gone for good; with a passphrase older copies of the folder still hold it.
func (v *Vault) DeleteSecret(name string) error {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return ErrClosed
	}
	if _, known := v.ring.secrets[name]; !known {
		return nil
	}
	if k, ok := v.keeper.(*keychainKeeper); ok {
		if err := k.kc.Delete(k.secretAccount(name)); err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("delete secret: %w", err)
		}
	}
	r := v.ring.clone()
	delete(r.secrets, name)
	if err := v.rewrite(r); err != nil {
		return fmt.Errorf("delete secret: %w", err)
	}
	return nil
}
