package vault

import (
	"crypto/rand"
	"fmt"
	"math"
)

// Lookup returns the keyed hash under which an identifier is stored, so that the
// same value is found again without being readable. kind ("wa_id", "bsuid", …)
// keeps equal values of different kinds apart. It fails with ErrUnknownGeneration
// or ErrClosed.
func (v *Vault) Lookup(gen uint32, kind, value string) (sum [16]byte, err error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.ring == nil {
		return sum, ErrClosed
	}
	m := v.ring.lookup(gen)
	if m == nil {
		return sum, ErrUnknownGeneration
	}
	m.sum(&sum, kind, value)
	return sum, nil
}

// LookupWAMID returns the keyed hash of a message id. Its key never changes: ids
// of messages cannot be enumerated like phone numbers, and a shop has too many of
// them to hash again at every erasure. After Close the result is random; the Seal
// that belongs to the row then fails.
func (v *Vault) LookupWAMID(phoneNumberID, wamid string) (sum [16]byte) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.ring == nil {
		rand.Read(sum[:])
		return sum
	}
	v.ring.wamid.sum(&sum, phoneNumberID, wamid)
	return sum
}

// sum is HMAC-SHA256 cut to 16 bytes, over both strings and their lengths.
func (m *macKey) sum(dst *[16]byte, a, b string) {
	s := m.state()
	defer m.states.Put(s)
	s.buf = append(s.buf[:0], byte(len(a)>>24), byte(len(a)>>16), byte(len(a)>>8), byte(len(a)))
	s.buf = append(s.buf, a...)
	s.buf = append(s.buf, b...)
	s.hash.Reset()
	s.hash.Write(s.buf)
	clear(s.buf)
	s.buf = s.hash.Sum(s.buf[:0])
	copy(dst[:], s.buf)
}

// LookupGen returns the newest generation of lookup keys.
func (v *Vault) LookupGen() uint32 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.ring == nil {
		return 0
	}
	return v.ring.lookups[len(v.ring.lookups)-1].gen
}

// AddLookupGeneration makes a new lookup key, on the disk when it returns. The
// older ones stay usable until Destroy drops them.
func (v *Vault) AddLookupGeneration() (uint32, error) {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return 0, ErrClosed
	}
	r := v.ring.clone()
	last := r.lookups[len(r.lookups)-1].gen
	if last == math.MaxUint32 || len(r.lookups) >= math.MaxUint16 {
		return 0, fmt.Errorf("%w: no lookup generation left", ErrInvalid)
	}
	r.lookups = append(r.lookups, lookupKey{gen: last + 1, mac: newMACKey()})
	if err := v.rewrite(r); err != nil {
		return 0, fmt.Errorf("add lookup generation: %w", err)
	}
	return last + 1, nil
}
