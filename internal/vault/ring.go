package vault

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"slices"
	"sync"

	"github.com/google/uuid"
	"golang.org/x/crypto/chacha20poly1305"
)

// KeyID names a key: the UUIDv7 of a customer or of an extra key, or one of the
// reserved ids.
type KeyID [16]byte

// Reserved ids; every vault has both keys from its creation.
var (
	// ShopKey seals values of the shop itself. It is never destroyed, so nothing
	// about a customer may be sealed with it.
	ShopKey = KeyID{15: 1}
	// RawKey seals raw deliveries not yet attributed to a customer. Destroy replaces
	// it when asked, because an unread part may belong to the person being erased.
	RawKey = KeyID{15: 2}
)

// String returns the id in the usual form of a UUID.
func (id KeyID) String() string { return uuid.UUID(id).String() }

func newKeyID() (KeyID, error) {
	id, err := uuid.NewV7()
	return KeyID(id), err
}

// keyKind says what a key is for; only customer keys can be spare.
type keyKind uint8

const (
	kindReserved keyKind = 1
	kindCustomer keyKind = 2
	kindExtra    keyKind = 3
)

type entry struct {
	id    KeyID
	kind  keyKind
	epoch uint64 // epoch in which the key was made, bound into everything it seals
	key   [32]byte
	aead  cipher.AEAD
}

func newEntry(id KeyID, kind keyKind, epoch uint64) (*entry, error) {
	e := &entry{id: id, kind: kind, epoch: epoch}
	rand.Read(e.key[:])
	return e, e.prepare()
}

func (e *entry) prepare() (err error) {
	e.aead, err = chacha20poly1305.NewX(e.key[:])
	return err
}

// macKey is an HMAC key with ready-made hash states.
type macKey struct {
	key    [32]byte
	states sync.Pool
}

func newMACKey() *macKey {
	m := new(macKey)
	rand.Read(m.key[:])
	return m
}

type macState struct {
	hash hash.Hash
	buf  []byte
}

func (m *macKey) state() *macState {
	if s, ok := m.states.Get().(*macState); ok {
		return s
	}
	return &macState{hash: hmac.New(sha256.New, m.key[:])}
}

type lookupKey struct {
	gen uint32
	mac *macKey
}

// ring is the content of a keyring file. It is replaced, never changed, once the
// vault uses it.
type ring struct {
	keys    map[KeyID]*entry
	lookups []lookupKey // ascending generations, at least one
	wamid   *macKey
	secrets map[string][]byte // values empty where the OS keychain keeps them
}

func newRing(epoch uint64) (*ring, error) {
	r := &ring{
		keys:    make(map[KeyID]*entry),
		lookups: []lookupKey{{gen: 1, mac: newMACKey()}},
		wamid:   newMACKey(),
		secrets: make(map[string][]byte),
	}
	for _, id := range []KeyID{ShopKey, RawKey} {
		e, err := newEntry(id, kindReserved, epoch)
		if err != nil {
			return nil, err
		}
		r.keys[id] = e
	}
	return r, nil
}

func (r *ring) clone() *ring {
	return &ring{
		keys:    maps.Clone(r.keys),
		lookups: slices.Clone(r.lookups),
		wamid:   r.wamid,
		secrets: maps.Clone(r.secrets),
	}
}

// addCustomers puts n new customer keys into the ring and returns their ids.
func (r *ring) addCustomers(n int, epoch uint64) ([]KeyID, error) {
	ids := make([]KeyID, 0, n)
	for range n {
		id, err := newKeyID()
		if err != nil {
			return nil, err
		}
		if r.keys[id], err = newEntry(id, kindCustomer, epoch); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// lookup returns the key of a generation, or nil.
func (r *ring) lookup(gen uint32) *macKey {
	for i := range r.lookups {
		if r.lookups[i].gen == gen {
			return r.lookups[i].mac
		}
	}
	return nil
}

// wipeExcept overwrites the keys of r that next does not have any more. Nobody may
// be using r. The crypto library's own copies stay until the collector reuses them.
func (r *ring) wipeExcept(next *ring) {
	for id, e := range r.keys {
		if next == nil || next.keys[id] != e {
			clear(e.key[:])
		}
	}
	for _, l := range r.lookups {
		if next == nil || next.lookup(l.gen) != l.mac {
			clear(l.mac.key[:])
		}
	}
	for name, value := range r.secrets {
		if next == nil || len(value) > 0 && !sameBytes(next.secrets[name], value) {
			clear(value)
		}
	}
	if next == nil {
		clear(r.wamid.key[:])
	}
}

// sameBytes tells whether a and b are the same memory.
func sameBytes(a, b []byte) bool { return len(a) > 0 && len(b) > 0 && &a[0] == &b[0] }

const (
	entrySize  = 16 + 1 + 8 + 32
	lookupSize = 4 + 32

	maxSecretName  = 64
	maxSecretValue = 1800 // Windows keeps 2,560 bytes per item, base64 takes a third
)

func (r *ring) encodedSize() int {
	n := 4 + len(r.keys)*entrySize + 2 + len(r.lookups)*lookupSize + 32 + 2
	for name, value := range r.secrets {
		n += 2 + len(name) + 2 + len(value)
	}
	return n
}

// appendTo writes the ring as it lies, sealed, in the keyring file: counts first,
// integers big endian.
func (r *ring) appendTo(b []byte) []byte {
	be := binary.BigEndian
	b = be.AppendUint32(b, uint32(len(r.keys)))
	for _, e := range r.keys {
		b = append(b, e.id[:]...)
		b = append(b, byte(e.kind))
		b = be.AppendUint64(b, e.epoch)
		b = append(b, e.key[:]...)
	}
	b = be.AppendUint16(b, uint16(len(r.lookups)))
	for _, l := range r.lookups {
		b = be.AppendUint32(b, l.gen)
		b = append(b, l.mac.key[:]...)
	}
	b = append(b, r.wamid.key[:]...)
	b = be.AppendUint16(b, uint16(len(r.secrets)))
	for name, value := range r.secrets {
		b = be.AppendUint16(b, uint16(len(name)))
		b = append(b, name...)
		b = be.AppendUint16(b, uint16(len(value)))
		b = append(b, value...)
	}
	return b
}

// decodeRing reads what appendTo wrote. It allocates no more than b is long, and
// anything odd (too short, too long, doubled, out of order) is ErrDamaged.
func decodeRing(b []byte, epoch uint64) (*ring, error) {
	d := decoder{b: b}
	r := &ring{secrets: make(map[string][]byte)}
	if err := r.decodeKeys(&d, epoch); err != nil {
		return nil, err
	}
	last := uint32(0)
	for range d.count(2, lookupSize) {
		l := lookupKey{gen: d.uint32(), mac: new(macKey)}
		d.copy(l.mac.key[:])
		if l.gen <= last {
			return nil, fmt.Errorf("%w: lookup generations out of order", ErrDamaged)
		}
		last = l.gen
		r.lookups = append(r.lookups, l)
	}
	r.wamid = new(macKey)
	d.copy(r.wamid.key[:])
	for range d.count(2, 4) {
		name := string(d.bytes(int(d.uint16())))
		value := slices.Clone(d.bytes(int(d.uint16())))
		if _, twice := r.secrets[name]; twice || checkSecretName(name) != nil || len(value) > maxSecretValue {
			return nil, fmt.Errorf("%w: bad secret entry", ErrDamaged)
		}
		r.secrets[name] = value
	}
	if d.failed || len(d.b) != 0 || len(r.lookups) == 0 {
		return nil, fmt.Errorf("%w: body has the wrong length", ErrDamaged)
	}
	return r, nil
}

func (r *ring) decodeKeys(d *decoder, epoch uint64) error {
	n := d.count(4, entrySize)
	r.keys = make(map[KeyID]*entry, n)
	entries := make([]entry, n) // one allocation instead of n
	for i := range entries {
		e := &entries[i]
		d.copy(e.id[:])
		e.kind = keyKind(d.uint8())
		e.epoch = d.uint64()
		d.copy(e.key[:])
		if e.kind < kindReserved || e.kind > kindExtra || e.epoch == 0 || e.epoch > epoch {
			return fmt.Errorf("%w: bad key entry", ErrDamaged)
		}
		if _, twice := r.keys[e.id]; twice {
			return fmt.Errorf("%w: key entry twice", ErrDamaged)
		}
		if err := e.prepare(); err != nil {
			return err
		}
		r.keys[e.id] = e
	}
	if r.keys[ShopKey] == nil || r.keys[RawKey] == nil {
		return fmt.Errorf("%w: reserved key absent", ErrDamaged)
	}
	return nil
}

// decoder cuts values off the front of b; after the first shortage it only
// returns zeros and remembers the failure.
type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) bytes(n int) []byte {
	if d.failed || n > len(d.b) {
		d.failed = true
		return nil
	}
	v := d.b[:n]
	d.b = d.b[n:]
	return v
}

func (d *decoder) copy(dst []byte) { copy(dst, d.bytes(len(dst))) }

func (d *decoder) uint8() uint8 {
	var v [1]byte
	d.copy(v[:])
	return v[0]
}

func (d *decoder) uint16() uint16 {
	var v [2]byte
	d.copy(v[:])
	return binary.BigEndian.Uint16(v[:])
}

func (d *decoder) uint32() uint32 {
	var v [4]byte
	d.copy(v[:])
	return binary.BigEndian.Uint32(v[:])
}

func (d *decoder) uint64() uint64 {
	var v [8]byte
	d.copy(v[:])
	return binary.BigEndian.Uint64(v[:])
}

// count reads a count of width bytes and refuses one whose items of at least size
// bytes cannot fit into what is left.
func (d *decoder) count(width, size int) int {
	n := 0
	if width == 2 {
		n = int(d.uint16())
	} else {
		n = int(d.uint32())
	}
	if n > len(d.b)/size {
		d.failed = true
		return 0
	}
	return n
}
