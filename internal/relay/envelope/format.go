package envelope

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"tresen/internal/relay"
)

const (
	version    = 1
	headerSize = 1 + 6 + 8 + 16 + 8
	encSize    = 1120 // of X-Wing: 1088 bytes ML-KEM-768, 32 bytes X25519
	keySize    = 1216 // of its public key: 1184 and 32
	seedSize   = 32
	gcmTag     = 16
	exportName = "tresen/env/1 content"
)

// Overhead is how much longer an envelope is than what it holds.
const Overhead = headerSize + encSize + gcmTag

// ErrUnreadable says that an envelope cannot be opened with the keys at hand:
// it is damaged, forged, meant for somebody else, or its key is gone.
var ErrUnreadable = errors.New("envelope is unreadable")

// ErrNoKey says that an envelope was sealed to a key that is not at hand.
var ErrNoKey = errors.New("sealed to another key")

// KeyID says which key an envelope was sealed to.
type KeyID [8]byte

// Address is who an envelope is for.
type Address struct {
	Mailbox relay.MailboxID
	Device  relay.DeviceID
}

func suite() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.MLKEM768X25519(), hpke.HKDFSHA256(), hpke.AES256GCM()
}

func appendSuite(b []byte) []byte {
	kem, kdf, aead := suite()
	for _, id := range []uint16{kem.ID(), kdf.ID(), aead.ID()} {
		b = binary.BigEndian.AppendUint16(b, id)
	}
	return b
}

func idOf(publicKey []byte) KeyID {
	sum := sha256.Sum256(publicKey)
	return KeyID(sum[:8])
}

func (a Address) info(key KeyID) []byte {
	b := []byte("tresen/env/1")
	b = append(b, a.Mailbox[:]...)
	b = append(b, a.Device[:]...)
	return append(b, key[:]...)
}

// exporter is what both sides of an HPKE context have.
type exporter interface {
	Export(context string, length int) ([]byte, error)
}

func contentKey(e exporter) (cipher.AEAD, error) {
	key, err := e.Export(exportName, 32)
	if err != nil {
		return nil, fmt.Errorf("export content key: %w", err)
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make content cipher: %w", err)
	}
	return cipher.NewGCM(block)
}

func nonce(counter uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), counter)
}
