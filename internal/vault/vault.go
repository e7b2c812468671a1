package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"tresen/internal/osfault"
)

// Vault is an open keyring. All methods may be used from several goroutines.
type Vault struct {
	folder folder
	refill int

	// change guards everything that changes the keyring file.
	change    sync.Mutex
	header    header
	master    [32]byte
	keeper    keeper
	unsettled bool // a change of epoch may not be finished
	lost      bool // nobody knows which keyring the folder holds
	pool      []KeyID
	poolKnown bool
	handed    map[KeyID]struct{} // handed out before MarkUsed

	// mu guards ring; holding it for reading keeps the keys alive.
	mu      sync.RWMutex
	ring    *ring // nil when closed
	scratch sync.Pool
}

// Option changes how a vault works.
type Option func(*Vault)

// WithRefill sets how many spare customer keys are made at once (128).
func WithRefill(n int) Option {
	return func(v *Vault) { v.refill = max(n, 1) }
}

// withFolder puts the keyring elsewhere than into a folder of the system.
func withFolder(f folder) Option {
	return func(v *Vault) { v.folder = f }
}

func newVault(dir string, opts []Option) *Vault {
	v := &Vault{folder: osFolder(dir), refill: 128, handed: make(map[KeyID]struct{})}
	v.scratch.New = func() any { return new(scratch) }
	for _, o := range opts {
		o(v)
	}
	return v
}

// Exists tells whether the folder has a keyring, in whatever state.
func Exists(dir string) (bool, error) {
	_, err := os.Lstat(filepath.Join(dir, keyringName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, osfault.WithoutPath(err)
}

// Kind tells what the folder's keyring needs to be opened. It fails with
// ErrNoKeyring, ErrDamaged or ErrNewer.
func Kind(dir string) (ProtectorKind, error) {
	b, err := readKeyring(osFolder(dir))
	if err != nil {
		return 0, err
	}
	h, _, err := decodeHeader(b)
	return h.kind, err
}

func readKeyring(f folder) ([]byte, error) {
	b, err := f.read(keyringName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKeyring
	}
	if err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	return b, nil
}

// Create makes a new keyring in dir, protected by p, and opens it. It fails with
// ErrExists and leaves everything alone if there is one, and with
// ErrKeychainUnavailable or ErrEmptyPassphrase. When it returns without an error
// the keyring is on the disk.
func Create(dir string, p Protector, opts ...Option) (*Vault, error) {
	v := newVault(dir, opts)
	switch _, err := v.folder.read(keyringName); {
	case err == nil:
		return nil, ErrExists
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("look for keyring: %w", err)
	}
	h := header{kind: p.kind, epoch: 1}
	rand.Read(h.vaultID[:])
	r, err := newRing(h.epoch)
	if err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	ids, err := r.addCustomers(v.refill, h.epoch)
	if err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	if v.keeper, err = p.keeper(h.vaultID); err != nil {
		return nil, err
	}
	master, err := v.keeper.next(&h)
	if err == nil {
		err = v.writeKeyring(&h, &master, r)
	}
	if err != nil {
		// Nothing is sealed yet, so nothing is lost by taking all back.
		return nil, errors.Join(err, v.folder.remove(newKeyringName), v.folder.remove(keyringName), v.keeper.settle(0))
	}
	v.header, v.master, v.ring = h, master, r
	v.pool, v.poolKnown = ids, true
	return v, nil
}

// Open opens the keyring in dir. It fails with ErrNoKeyring, ErrWrongProtector,
// ErrWrongPassphrase, ErrKeyMissing, ErrDamaged, ErrNewer or
// ErrKeychainUnavailable. An erasure that a crash cut off between the new keyring
// and the end of the old master key is finished here.
func Open(dir string, p Protector, opts ...Option) (*Vault, error) {
	v := newVault(dir, opts)
	b, err := readKeyring(v.folder)
	if err != nil {
		return nil, err
	}
	h, size, err := decodeHeader(b)
	if err != nil {
		return nil, err
	}
	if h.kind != p.kind {
		return nil, ErrWrongProtector
	}
	if v.keeper, err = p.keeper(h.vaultID); err != nil {
		return nil, err
	}
	if v.master, err = v.keeper.unlock(&h); err != nil {
		return nil, err
	}
	if v.ring, err = openBody(b, size, h.epoch, &v.master); err != nil {
		return nil, err
	}
	v.header = h
	v.unsettled = true
	// A failure is not the reader's problem; the next change tries again.
	_ = v.settle()
	return v, nil
}

// openBody decrypts in place and leaves no clear key in b.
func openBody(b []byte, size int, epoch uint64, master *[32]byte) (*ring, error) {
	if len(b) < size+chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return nil, fmt.Errorf("%w: file too short", ErrDamaged)
	}
	aead, err := chacha20poly1305.NewX(master[:])
	if err != nil {
		return nil, err
	}
	sealed := b[size+chacha20poly1305.NonceSizeX:]
	body, err := aead.Open(sealed[:0], b[size:size+chacha20poly1305.NonceSizeX], sealed, b[:size])
	if err != nil {
		return nil, fmt.Errorf("%w: body", ErrDamaged)
	}
	defer clear(body)
	return decodeRing(body, epoch)
}

// sealKeyring returns the content of a keyring file.
func sealKeyring(h *header, master *[32]byte, r *ring) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(master[:])
	if err != nil {
		return nil, err
	}
	const clearPart = baseHeaderSize + passphraseHeaderSize + checksumSize + chacha20poly1305.NonceSizeX
	// Large enough from the start: growing would leave clear keys behind in memory.
	b := make([]byte, 0, clearPart+r.encodedSize()+chacha20poly1305.Overhead)
	b = h.appendTo(b)
	size := len(b)
	b = b[:size+chacha20poly1305.NonceSizeX]
	rand.Read(b[size:])
	start := len(b)
	b = r.appendTo(b)
	return aead.Seal(b[:start], b[size:start], b[start:], b[:size]), nil
}

// writeKeyring writes the file whole beside the old one, then renames.
func (v *Vault) writeKeyring(h *header, master *[32]byte, r *ring) error {
	b, err := sealKeyring(h, master, r)
	if err != nil {
		return err
	}
	if len(b) > maxKeyringSize {
		return fmt.Errorf("%w: too many keys", ErrInvalid)
	}
	if err := v.folder.writeNew(newKeyringName, b); err != nil {
		_ = v.folder.remove(newKeyringName) // best effort; the next write replaces it
		return fmt.Errorf("write keyring: %w", err)
	}
	if err := v.folder.replace(newKeyringName, keyringName); err != nil {
		return fmt.Errorf("replace keyring: %w", err)
	}
	if err := v.folder.sync(); err != nil {
		return fmt.Errorf("sync keyring folder: %w", err)
	}
	return nil
}

// rewrite puts r into the keyring file under the present master key and then into
// use. The caller holds change.
func (v *Vault) rewrite(r *ring) error {
	if v.lost {
		return ErrUnsettled
	}
	if err := v.writeKeyring(&v.header, &v.master, r); err != nil {
		return err
	}
	v.use(r)
	return nil
}

// advance puts r into the keyring file under the master key of a new epoch and
// destroys the old one. When it returns nil nothing older can be opened. The
// caller holds change.
func (v *Vault) advance(r *ring, k keeper) error {
	if v.lost {
		return ErrUnsettled
	}
	if v.unsettled { // an earlier change still occupies both slots
		if err := v.settle(); err != nil {
			return err
		}
	}
	h := v.header
	h.epoch++
	v.unsettled = true
	master, err := k.next(&h)
	if err != nil {
		return err
	}
	if err := v.writeKeyring(&h, &master, r); err != nil {
		return errors.Join(err, v.afterFailedAdvance(&h, &master, r, k))
	}
	v.adopt(&h, &master, r, k)
	return v.settle()
}

// afterFailedAdvance finds out which keyring is in force after a write failed: a
// rename may have happened although an error was reported.
func (v *Vault) afterFailedAdvance(h *header, master *[32]byte, r *ring, k keeper) error {
	b, err := readKeyring(v.folder)
	if err != nil {
		v.lost = true
		return err
	}
	onDisk, _, err := decodeHeader(b)
	if err != nil {
		v.lost = true
		return err
	}
	if onDisk == *h {
		v.adopt(h, master, r, k) // in place, if not yet safe: stays unsettled
	}
	return nil
}

func (v *Vault) adopt(h *header, master *[32]byte, r *ring, k keeper) {
	v.header, v.master, v.keeper = *h, *master, k
	clear(master[:])
	v.use(r)
}

// use puts r into use and overwrites what only the ring before had.
func (v *Vault) use(r *ring) {
	v.mu.Lock()
	defer v.mu.Unlock()
	before := v.ring
	v.ring = r
	before.wipeExcept(r)
}

// settle makes the present keyring safe on the disk and removes every other
// master key, in this order: the folder's old state may come back until then.
func (v *Vault) settle() error {
	if err := v.folder.remove(newKeyringName); err != nil {
		return fmt.Errorf("remove old keyring: %w", err)
	}
	if err := v.folder.sync(); err != nil {
		return fmt.Errorf("sync keyring folder: %w", err)
	}
	if err := v.keeper.settle(v.header.epoch); err != nil {
		return err
	}
	v.unsettled = false
	return nil
}

// Epoch returns the number of the present master key; it grows with every erasure.
func (v *Vault) Epoch() uint64 {
	v.change.Lock()
	defer v.change.Unlock()
	return v.header.epoch
}

// Close overwrites the keys in memory, as far as Go allows (see the package
// comment). Afterwards every method fails with ErrClosed. Closing twice is fine.
func (v *Vault) Close() {
	v.change.Lock()
	defer v.change.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.ring == nil {
		return
	}
	v.ring.wipeExcept(nil)
	v.ring = nil
	clear(v.master[:])
	v.keeper.wipe()
}
