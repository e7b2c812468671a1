package envelope

import (
	"bytes"
	"crypto/cipher"
	"crypto/hpke"
	"encoding/binary"
	"fmt"

	"tresen/internal/relay"
)

// PrivateKey is a device's half of a seal key. It stays on the device.
type PrivateKey struct {
	id     KeyID
	public []byte
	key    hpke.PrivateKey
}

// NewPrivateKey makes a key from the system's randomness.
func NewPrivateKey() (*PrivateKey, error) {
	kem, _, _ := suite()
	key, err := kem.GenerateKey()
	if err != nil {
		return nil, fmt.Errorf("make seal key: %w", err)
	}
	return wrap(key), nil
}

// ParsePrivateKey makes the key from the seed Seed returned. It fails with
// relay.ErrMalformed.
func ParsePrivateKey(seed []byte) (*PrivateKey, error) {
	kem, _, _ := suite()
	if len(seed) != seedSize {
		return nil, fmt.Errorf("parse seal key: %w", relay.ErrMalformed)
	}
	key, err := kem.NewPrivateKey(seed)
	if err != nil {
		return nil, fmt.Errorf("parse seal key: %w", relay.ErrMalformed)
	}
	return wrap(key), nil
}

func wrap(key hpke.PrivateKey) *PrivateKey {
	public := key.PublicKey().Bytes()
	return &PrivateKey{id: idOf(public), public: public, key: key}
}

// Seed returns the 32 secret bytes the key is made of.
func (k *PrivateKey) Seed() ([]byte, error) { return k.key.Bytes() }

// Public returns what the relay needs to seal to this key.
func (k *PrivateKey) Public() []byte { return bytes.Clone(k.public) }

// ID returns the name of the key.
func (k *PrivateKey) ID() KeyID { return k.id }

// Opener opens the envelopes of one device. It must not be used by two
// goroutines at once.
type Opener struct {
	to   Address
	keys map[KeyID]*PrivateKey

	// The last context used: the next envelope is often from the same one.
	lastKey     KeyID
	lastEnc     []byte
	lastContent cipher.AEAD
}

// NewOpener returns an Opener for envelopes sealed to one of the keys.
func NewOpener(to Address, keys ...*PrivateKey) *Opener {
	o := &Opener{to: to, keys: map[KeyID]*PrivateKey{}}
	for _, k := range keys {
		o.keys[k.id] = k
	}
	return o
}

// Open returns what an envelope holds and as which delivery it was sealed. It
// fails with ErrUnreadable, and also ErrNoKey if that is why.
func (o *Opener) Open(sealed []byte) (plain []byte, id relay.DeliveryID, err error) {
	if len(sealed) < Overhead || sealed[0] != version || !bytes.Equal(sealed[1:7], appendSuite(nil)) {
		return nil, id, fmt.Errorf("%w: form", ErrUnreadable)
	}
	key, known := o.keys[KeyID(sealed[7:15])]
	if !known {
		return nil, id, fmt.Errorf("%w: %w", ErrUnreadable, ErrNoKey)
	}
	id = relay.DeliveryID(sealed[15:31])
	counter := binary.BigEndian.Uint64(sealed[31:headerSize])
	head, ciphertext := sealed[:headerSize+encSize], sealed[headerSize+encSize:]
	content, err := o.content(key, head[headerSize:])
	if err != nil {
		return nil, id, fmt.Errorf("%w: context", ErrUnreadable)
	}
	plain, err = content.Open(nil, nonce(counter), ciphertext, head)
	if err != nil {
		return nil, id, fmt.Errorf("%w: content", ErrUnreadable)
	}
	return plain, id, nil
}

func (o *Opener) content(key *PrivateKey, enc []byte) (cipher.AEAD, error) {
	if o.lastContent != nil && o.lastKey == key.id && bytes.Equal(o.lastEnc, enc) {
		return o.lastContent, nil
	}
	_, kdf, aead := suite()
	recipient, err := hpke.NewRecipient(enc, key.key, kdf, aead, o.to.info(key.id))
	if err != nil {
		return nil, fmt.Errorf("decapsulate key: %w", err)
	}
	content, err := contentKey(recipient)
	if err != nil {
		return nil, err
	}
	o.lastKey, o.lastEnc, o.lastContent = key.id, bytes.Clone(enc), content
	return content, nil
}
