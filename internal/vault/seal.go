package vault

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"golang.org/x/crypto/chacha20poly1305"
)

// AD says where a sealed value belongs; a value moved to another place does not
// open. Table and Column have at most 64 bytes.
type AD struct {
	Table  string
	Column string
	Row    int64
}

const (
	sealVersion = 1
	// Overhead is how many bytes longer a sealed value is than its plaintext:
	// version, nonce, tag.
	Overhead = 1 + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

	maxADName = 64

	domainField = 'F'
	domainFile  = 'S'
)

// scratch is a reusable buffer for associated data.
type scratch struct {
	ad [2 + 16 + 8 + 8 + 1 + maxADName + 1 + maxADName]byte
}

// fieldAD encodes all that a field is bound to: fixed parts first, then names with
// their lengths, so no two places have the same bytes.
func (s *scratch) fieldAD(e *entry, ad *AD) []byte {
	b := append(s.ad[:0], domainField, sealVersion)
	b = append(b, e.id[:]...)
	b = binary.BigEndian.AppendUint64(b, e.epoch)
	b = binary.BigEndian.AppendUint64(b, uint64(ad.Row))
	b = append(b, byte(len(ad.Table)))
	b = append(b, ad.Table...)
	b = append(b, byte(len(ad.Column)))
	return append(b, ad.Column...)
}

// Seal encrypts plaintext with the key id for the place ad and returns version |
// nonce | ciphertext. It fails with ErrKeyDestroyed, ErrInvalid or ErrClosed.
func (v *Vault) Seal(id KeyID, ad AD, plaintext []byte) ([]byte, error) {
	return v.AppendSeal(make([]byte, 0, len(plaintext)+Overhead), id, ad, plaintext)
}

// AppendSeal is Seal, appending to dst. On failure it returns nil.
func (v *Vault) AppendSeal(dst []byte, id KeyID, ad AD, plaintext []byte) ([]byte, error) {
	if err := ad.check(); err != nil {
		return nil, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	e, err := v.entry(id)
	if err != nil {
		return nil, err
	}
	s := v.scratch.Get().(*scratch)
	defer v.scratch.Put(s)
	dst = append(dst, sealVersion)
	dst = append(dst, make([]byte, chacha20poly1305.NonceSizeX)...)
	nonce := dst[len(dst)-chacha20poly1305.NonceSizeX:]
	rand.Read(nonce)
	return e.aead.Seal(dst, nonce, plaintext, s.fieldAD(e, &ad)), nil
}

// Open decrypts what Seal made for the same key and place. It fails with
// ErrKeyDestroyed, ErrTampered, ErrInvalid or ErrClosed.
func (v *Vault) Open(id KeyID, ad AD, sealed []byte) ([]byte, error) {
	return v.AppendOpen(make([]byte, 0, max(0, len(sealed)-Overhead)), id, ad, sealed)
}

// AppendOpen is Open, appending to dst. On failure it returns nil.
func (v *Vault) AppendOpen(dst []byte, id KeyID, ad AD, sealed []byte) ([]byte, error) {
	if err := ad.check(); err != nil {
		return nil, err
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	e, err := v.entry(id)
	if err != nil {
		return nil, err
	}
	if len(sealed) < Overhead || sealed[0] != sealVersion {
		return nil, ErrTampered
	}
	s := v.scratch.Get().(*scratch)
	defer v.scratch.Put(s)
	nonce, sealed := sealed[1:1+chacha20poly1305.NonceSizeX], sealed[1+chacha20poly1305.NonceSizeX:]
	out, err := e.aead.Open(dst, nonce, sealed, s.fieldAD(e, &ad))
	if err != nil {
		return nil, ErrTampered
	}
	return out, nil
}

func (ad *AD) check() error {
	if len(ad.Table) > maxADName || len(ad.Column) > maxADName {
		return fmt.Errorf("%w: name in associated data too long", ErrInvalid)
	}
	return nil
}

// entry finds a key; the caller holds mu.
func (v *Vault) entry(id KeyID) (*entry, error) {
	if v.ring == nil {
		return nil, ErrClosed
	}
	e := v.ring.keys[id]
	if e == nil {
		return nil, ErrKeyDestroyed
	}
	return e, nil
}

// HasKey tells whether the keyring has the key.
func (v *Vault) HasKey(id KeyID) bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	_, err := v.entry(id)
	return err == nil
}
