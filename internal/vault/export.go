package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
)

// Export makes a keyring with the same keys in another folder, under a
// protector and with a name of its own, for a backup or out of one. Of the
// secrets only those named go along; one that is not there is left out. It
// fails with ErrExists if the folder has a keyring, and with what Create fails
// with; then nothing is left in the folder.
func (v *Vault) Export(dir string, p Protector, secrets ...string) error {
	values := map[string][]byte{}
	for _, name := range secrets {
		value, err := v.Secret(name)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		defer clear(value)
		values[name] = value
	}
	if err := v.exportKeys(dir, p); err != nil {
		return fmt.Errorf("export keyring: %w", err)
	}
	out, err := Open(dir, p)
	if err != nil {
		return fmt.Errorf("open exported keyring: %w", err)
	}
	defer out.Close()
	for name, value := range values {
		if err := out.SetSecret(name, value); err != nil {
			return errors.Join(fmt.Errorf("export secret: %w", err), out.Wipe())
		}
	}
	return nil
}

func (v *Vault) exportKeys(dir string, p Protector) error {
	out := newVault(dir, nil)
	switch _, err := out.folder.read(keyringName); {
	case err == nil:
		return ErrExists
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return ErrClosed
	}
	// The entries stay this vault's: they are written, never wiped, by the copy.
	r := v.ring.clone()
	r.secrets = map[string][]byte{}
	h := header{kind: p.kind, epoch: v.header.epoch}
	rand.Read(h.vaultID[:])
	keeper, err := p.keeper(h.vaultID)
	if err != nil {
		return err
	}
	master, err := keeper.next(&h)
	if err == nil {
		err = out.writeKeyring(&h, &master, r)
	}
	clear(master[:])
	if err != nil {
		return errors.Join(err, out.folder.remove(newKeyringName), out.folder.remove(keyringName), keeper.settle(0))
	}
	return nil
}
