package envelope

import (
	"crypto/cipher"
	"crypto/hpke"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tresen/internal/relay"
)

// Bounds of one HPKE context; the package comment argues them.
const (
	contextLife      = time.Minute
	contextEnvelopes = 4096
)

// PublicKey is the key a device's envelopes are sealed to.
type PublicKey struct {
	id  KeyID
	key hpke.PublicKey
}

// ParsePublicKey reads a device's public key; it fails with relay.ErrMalformed.
func ParsePublicKey(b []byte) (*PublicKey, error) {
	if len(b) != keySize {
		return nil, fmt.Errorf("parse seal key: %w", relay.ErrMalformed)
	}
	kem, _, _ := suite()
	key, err := kem.NewPublicKey(b)
	if err != nil {
		return nil, fmt.Errorf("parse seal key: %w", relay.ErrMalformed)
	}
	return &PublicKey{id: idOf(b), key: key}, nil
}

// Sealer seals deliveries. The zero value is ready; it may be used by many
// goroutines.
type Sealer struct {
	mu       sync.Mutex
	contexts map[contextName]*context
}

type contextName struct {
	to  Address
	key KeyID
}

// context is one HPKE sending context, made when first used.
type context struct {
	make    sync.Once
	err     error
	prefix  []byte // header up to the delivery id
	enc     []byte
	content cipher.AEAD
	next    atomic.Uint64
}

// Seal returns plain sealed to a device, as the delivery with this id.
func (s *Sealer) Seal(to Address, key *PublicKey, id relay.DeliveryID, plain []byte) ([]byte, error) {
	for {
		c := s.context(contextName{to, key.id})
		c.make.Do(func() { c.err = c.encapsulate(to, key) })
		if c.err != nil {
			s.forget(contextName{to, key.id}, c)
			return nil, c.err
		}
		counter := c.next.Add(1) - 1
		if counter >= contextEnvelopes {
			s.forget(contextName{to, key.id}, c)
			continue
		}
		return c.seal(id, counter, plain), nil
	}
}

func (s *Sealer) context(name contextName) *context {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.contexts[name]; ok {
		return c
	}
	if s.contexts == nil {
		s.contexts = map[contextName]*context{}
	}
	c := &context{}
	s.contexts[name] = c
	time.AfterFunc(contextLife, func() { s.forget(name, c) })
	return c
}

func (s *Sealer) forget(name contextName, c *context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.contexts[name] == c {
		delete(s.contexts, name)
	}
}

func (c *context) encapsulate(to Address, key *PublicKey) error {
	_, kdf, aead := suite()
	enc, sender, err := hpke.NewSender(key.key, kdf, aead, to.info(key.id))
	if err != nil {
		return fmt.Errorf("encapsulate key: %w", err)
	}
	c.enc = enc
	c.content, err = contentKey(sender)
	c.prefix = append(appendSuite([]byte{version}), key.id[:]...)
	return err
}

func (c *context) seal(id relay.DeliveryID, counter uint64, plain []byte) []byte {
	b := make([]byte, 0, Overhead+len(plain))
	b = append(b, c.prefix...)
	b = append(b, id[:]...)
	b = binary.BigEndian.AppendUint64(b, counter)
	b = append(b, c.enc...)
	return c.content.Seal(b, nonce(counter), plain, slices.Clip(b))
}
