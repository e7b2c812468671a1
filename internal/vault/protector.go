package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/crypto/argon2"
)

// Protector is what keeps the master key; make one with WithKeychain or
// WithPassphrase.
type Protector struct {
	kind     ProtectorKind
	keychain Keychain
	pass     []byte
	params   argonParams
}

// WithKeychain lets kc keep the master key.
func WithKeychain(kc Keychain) Protector {
	return Protector{kind: KindKeychain, keychain: kc}
}

// WithPassphrase derives the master key from pass with Argon2id (64 MiB, 3 passes).
// The caller may overwrite pass as soon as Create or Open has returned. Bytes are
// taken as they are: normalise Unicode before, if the text may come from several
// kinds of keyboards.
func WithPassphrase(pass []byte) Protector {
	return Protector{kind: KindPassphrase, pass: pass, params: argonParams{memoryKiB: 64 << 10, passes: 3, threads: 4}}
}

// keeper is a protector at work on one keyring.
type keeper interface {
	// unlock returns the master key of the epoch in h.
	unlock(h *header) ([32]byte, error)
	// next makes the master key for the epoch in h, safe from a crash when it
	// returns, and notes in h what unlock will need. The key before stays usable.
	next(h *header) ([32]byte, error)
	// settle removes every master key but that of epoch; 0 removes all.
	settle(epoch uint64) error
	// wipe overwrites what the keeper holds in memory.
	wipe()
}

func (p Protector) keeper(vaultID [16]byte) (keeper, error) {
	switch p.kind {
	case KindKeychain:
		return &keychainKeeper{kc: p.keychain, vaultID: vaultID}, nil
	case KindPassphrase:
		if len(p.pass) == 0 {
			return nil, ErrEmptyPassphrase
		}
		return &passphraseKeeper{pass: p.pass, params: p.params}, nil
	}
	return nil, fmt.Errorf("%w: no protector", ErrInvalid)
}

// keychainKeeper keeps the master key in one of two keychain items ("slots"), so
// that the key of a new epoch never overwrites the one still in force. The items
// carry the vault's id: two data folders cannot overwrite each other's keys.
type keychainKeeper struct {
	kc      Keychain
	vaultID [16]byte
	slots   [2]slot
}

type slot struct {
	present bool
	epoch   uint64 // 0 if the item is unreadable
}

func (k *keychainKeeper) account(i int) string {
	return hex.EncodeToString(k.vaultID[:]) + ".master-" + string(rune('a'+i))
}

func (k *keychainKeeper) unlock(h *header) (key [32]byte, err error) {
	found := false
	for i := range k.slots {
		value, err := k.kc.Get(k.account(i))
		if errors.Is(err, ErrNotFound) {
			k.slots[i] = slot{}
			continue
		}
		if err != nil {
			return key, fmt.Errorf("read master key: %w", err)
		}
		k.slots[i] = slot{present: true}
		if len(value) == 8+len(key) {
			k.slots[i].epoch = binary.BigEndian.Uint64(value)
		}
		if k.slots[i].epoch == h.epoch {
			copy(key[:], value[8:])
			found = true
		}
		clear(value)
	}
	if !found {
		return key, ErrKeyMissing
	}
	return key, nil
}

func (k *keychainKeeper) next(h *header) (key [32]byte, err error) {
	target := 0
	if s := k.slots[0]; s.present && s.epoch == h.epoch-1 {
		target = 1
	}
	rand.Read(key[:])
	value := append(binary.BigEndian.AppendUint64(make([]byte, 0, 40), h.epoch), key[:]...)
	defer clear(value)
	// Noted before the attempt: an item may exist even if Set reports a failure.
	k.slots[target] = slot{present: true, epoch: h.epoch}
	if err := k.kc.Set(k.account(target), value); err != nil {
		return key, fmt.Errorf("store master key: %w", err)
	}
	return key, nil
}

func (k *keychainKeeper) settle(epoch uint64) error {
	for i, s := range k.slots {
		if !s.present || epoch != 0 && s.epoch == epoch {
			continue
		}
		if err := k.kc.Delete(k.account(i)); err != nil && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("delete old master key: %w", err)
		}
		k.slots[i] = slot{}
	}
	return nil
}

func (k *keychainKeeper) wipe() {}

// argonParams are the costs of Argon2id (RFC 9106).
type argonParams struct {
	memoryKiB uint32
	passes    uint32
	threads   uint8
}

// valid bounds what a changed header can make us compute.
func (p argonParams) valid() bool {
	return p.memoryKiB >= 8*uint32(p.threads) && p.memoryKiB <= 1<<20 &&
		p.passes >= 1 && p.passes <= 64 && p.threads >= 1 && p.threads <= 64
}

// passphraseKeeper derives one secret from the passphrase and keeps it in memory;
// the master key of an epoch is derived from that and the epoch's random salt, so
// a new epoch does not ask for the passphrase again.
type passphraseKeeper struct {
	pass   []byte // until the first unlock or next
	params argonParams
	secret []byte
	salt   [16]byte
}

func (k *passphraseKeeper) unlock(h *header) (key [32]byte, err error) {
	if err := k.derive(h.pass.params, h.pass.salt); err != nil {
		return key, err
	}
	check, err := k.check()
	if err != nil {
		return key, err
	}
	if subtle.ConstantTimeCompare(check[:], h.pass.check[:]) != 1 {
		return key, ErrWrongPassphrase
	}
	return k.masterKey(h)
}

func (k *passphraseKeeper) next(h *header) (key [32]byte, err error) {
	if k.secret == nil {
		var salt [16]byte
		rand.Read(salt[:])
		if err := k.derive(k.params, salt); err != nil {
			return key, err
		}
	}
	h.pass.params, h.pass.salt = k.params, k.salt
	rand.Read(h.pass.epochSalt[:])
	if h.pass.check, err = k.check(); err != nil {
		return key, err
	}
	return k.masterKey(h)
}

func (k *passphraseKeeper) derive(params argonParams, salt [16]byte) error {
	if len(k.pass) == 0 {
		return ErrEmptyPassphrase
	}
	k.secret = argon2.IDKey(k.pass, salt[:], params.passes, params.memoryKiB, params.threads, 32)
	k.params, k.salt, k.pass = params, salt, nil
	return nil
}

func (k *passphraseKeeper) check() (check [16]byte, err error) {
	b, err := hkdf.Key(sha256.New, k.secret, k.salt[:], "tresen keyring 1 passphrase check", len(check))
	copy(check[:], b)
	return check, err
}

func (k *passphraseKeeper) masterKey(h *header) (key [32]byte, err error) {
	b, err := hkdf.Key(sha256.New, k.secret, h.pass.epochSalt[:], "tresen keyring 1 master key", len(key))
	copy(key[:], b)
	clear(b)
	return key, err
}

// matches tells whether pass is the passphrase this keeper was opened with.
func (k *passphraseKeeper) matches(pass []byte) bool {
	got := argon2.IDKey(pass, k.salt[:], k.params.passes, k.params.memoryKiB, k.params.threads, 32)
	defer clear(got)
	return subtle.ConstantTimeCompare(got, k.secret) == 1
}

func (k *passphraseKeeper) settle(uint64) error { return nil }

func (k *passphraseKeeper) wipe() { clear(k.secret) }
