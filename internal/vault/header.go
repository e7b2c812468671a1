package vault

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
)

// ProtectorKind says what opens a keyring.
type ProtectorKind uint8

const (
	// KindKeychain: the master key lies in the OS keychain.
	KindKeychain ProtectorKind = 1
	// KindPassphrase: the master key comes from a passphrase.
	KindPassphrase ProtectorKind = 2
)

// String returns "keychain" or "passphrase".
func (k ProtectorKind) String() string {
	switch k {
	case KindKeychain:
		return "keychain"
	case KindPassphrase:
		return "passphrase"
	}
	return "unknown"
}

// header is the clear beginning of a keyring file:
//
//	"tresenkr" | version 1 | kind 1 | epoch 8 | vault id 16
//	  passphrase only: memory KiB 4 | passes 4 | threads 1 | salt 16 | epoch salt 32 | check 16
//	CRC-32 of the above 4
//
// All of it is bound to the body as associated data; the checksum only lets bit
// rot be told from a wrong passphrase or a missing key.
type header struct {
	kind    ProtectorKind
	epoch   uint64
	vaultID [16]byte
	pass    passphraseHeader
}

type passphraseHeader struct {
	params    argonParams
	salt      [16]byte
	epochSalt [32]byte
	check     [16]byte
}

const (
	keyringMagic   = "tresenkr"
	keyringVersion = 1

	baseHeaderSize       = len(keyringMagic) + 1 + 1 + 8 + 16
	passphraseHeaderSize = 4 + 4 + 1 + 16 + 32 + 16
	checksumSize         = 4
)

func (h *header) appendTo(b []byte) []byte {
	be := binary.BigEndian
	start := len(b)
	b = append(b, keyringMagic...)
	b = append(b, keyringVersion, byte(h.kind))
	b = be.AppendUint64(b, h.epoch)
	b = append(b, h.vaultID[:]...)
	if h.kind == KindPassphrase {
		b = be.AppendUint32(b, h.pass.params.memoryKiB)
		b = be.AppendUint32(b, h.pass.params.passes)
		b = append(b, h.pass.params.threads)
		b = append(b, h.pass.salt[:]...)
		b = append(b, h.pass.epochSalt[:]...)
		b = append(b, h.pass.check[:]...)
	}
	return be.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}

// decodeHeader reads a header and returns its length.
func decodeHeader(b []byte) (h header, size int, err error) {
	if len(b) < baseHeaderSize || string(b[:len(keyringMagic)]) != keyringMagic {
		return h, 0, fmt.Errorf("%w: not a keyring", ErrDamaged)
	}
	d := decoder{b: b[len(keyringMagic):]}
	version := d.uint8()
	if version > keyringVersion {
		return h, 0, ErrNewer
	}
	h.kind = ProtectorKind(d.uint8())
	h.epoch = d.uint64()
	d.copy(h.vaultID[:])
	size = baseHeaderSize
	if h.kind == KindPassphrase {
		h.pass.params = argonParams{memoryKiB: d.uint32(), passes: d.uint32(), threads: d.uint8()}
		d.copy(h.pass.salt[:])
		d.copy(h.pass.epochSalt[:])
		d.copy(h.pass.check[:])
		size += passphraseHeaderSize
	}
	sum := d.uint32()
	if d.failed || sum != crc32.ChecksumIEEE(b[:size]) {
		return h, 0, fmt.Errorf("%w: header checksum", ErrDamaged)
	}
	known := h.kind == KindKeychain || h.kind == KindPassphrase && h.pass.params.valid()
	if version == 0 || !known || h.epoch == 0 {
		return h, 0, fmt.Errorf("%w: header values", ErrDamaged)
	}
	return h, size + checksumSize, nil
}
