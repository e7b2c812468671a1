package vault

import (
	"errors"
	"fmt"
	"slices"
)

// DestroyOption asks Destroy for more than the ids.
type DestroyOption uint8

// ReplaceRaw also replaces RawKey by a new key of the same id: what the old one
// sealed is gone, and opening it is ErrTampered.
const ReplaceRaw DestroyOption = 1

// Destroy erases keys (Art. 17 GDPR): the keyring is written again without ids and
// without the lookup keys of generations before keepLookupGen, under the master
// key of a new epoch, and the old master key is deleted. When err is nil, no older
// copy of the keyring opens with this keychain any more (with a passphrase: see
// the package comment). Ids that are not there are no error, so an interrupted
// erasure can simply be asked for again.
//
// After an error the keys may still work or may not: newEpoch then is the epoch in
// force. The erasure is only complete after a later Destroy returned nil.
// It fails with ErrReservedKey, ErrUnknownGeneration, ErrClosed, ErrUnsettled,
// ErrKeychainUnavailable or what the file system reports.
func (v *Vault) Destroy(ids []KeyID, keepLookupGen uint32, opts ...DestroyOption) (oldEpoch, newEpoch uint64, err error) {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return 0, 0, ErrClosed
	}
	oldEpoch = v.header.epoch
	r, err := v.without(ids, keepLookupGen, slices.Contains(opts, ReplaceRaw))
	if err != nil {
		return oldEpoch, oldEpoch, err
	}
	err = v.advance(r, v.keeper)
	if v.header.epoch != oldEpoch {
		drop := make(map[KeyID]struct{}, len(ids))
		for _, id := range ids {
			drop[id] = struct{}{}
		}
		v.dropFromPool(drop)
	}
	if err != nil {
		return oldEpoch, v.header.epoch, fmt.Errorf("destroy keys: %w", err)
	}
	return oldEpoch, v.header.epoch, nil
}

func (v *Vault) without(ids []KeyID, keepLookupGen uint32, replaceRaw bool) (*ring, error) {
	if v.ring.lookup(keepLookupGen) == nil {
		return nil, ErrUnknownGeneration
	}
	r := v.ring.clone()
	r.lookups = slices.DeleteFunc(r.lookups, func(l lookupKey) bool { return l.gen < keepLookupGen })
	for _, id := range ids {
		if id == ShopKey || id == RawKey {
			return nil, ErrReservedKey
		}
		delete(r.keys, id)
	}
	if !replaceRaw {
		return r, nil
	}
	e, err := newEntry(RawKey, kindReserved, v.header.epoch+1)
	r.keys[RawKey] = e
	return r, err
}

// ChangePassphrase makes pass the passphrase from now on, with a new epoch. It
// fails with ErrWrongPassphrase if old is not the present one, and with
// ErrWrongProtector if the keychain protects this vault. Copies of the folder made
// before still open with the old passphrase.
func (v *Vault) ChangePassphrase(old, pass []byte) error {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return ErrClosed
	}
	k, ok := v.keeper.(*passphraseKeeper)
	if !ok {
		return ErrWrongProtector
	}
	if len(pass) == 0 {
		return ErrEmptyPassphrase
	}
	if !k.matches(old) {
		return ErrWrongPassphrase
	}
	next := &passphraseKeeper{pass: pass, params: k.params}
	if err := v.advance(v.ring.clone(), next); err != nil {
		return fmt.Errorf("change passphrase: %w", err)
	}
	k.wipe()
	return nil
}

// IsPassphrase tells whether pass protects this vault; always false where the
// keychain does. It takes as long as unlocking.
func (v *Vault) IsPassphrase(pass []byte) bool {
	v.change.Lock()
	defer v.change.Unlock()
	k, ok := v.keeper.(*passphraseKeeper)
	return ok && v.ring != nil && len(pass) > 0 && k.matches(pass)
}

// Wipe destroys everything: secrets, master keys, keyring. The vault is closed
// afterwards, and nothing it sealed can be opened again (with a passphrase: see
// the package comment). After an error it can be called again.
func (v *Vault) Wipe() error {
	if err := v.wipe(); err != nil {
		return fmt.Errorf("wipe vault: %w", err)
	}
	v.Close()
	return nil
}

func (v *Vault) wipe() error {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return ErrClosed
	}
	if k, ok := v.keeper.(*keychainKeeper); ok {
		for name := range v.ring.secrets {
			if err := k.kc.Delete(k.secretAccount(name)); err != nil && !errors.Is(err, ErrNotFound) {
				return err
			}
		}
	}
	if err := v.keeper.settle(0); err != nil {
		return err
	}
	return errors.Join(v.folder.remove(newKeyringName), v.folder.remove(keyringName), v.folder.sync())
}
