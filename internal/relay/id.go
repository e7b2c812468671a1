package relay

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
)

// ErrMalformed says that something from outside does not have its form.
var ErrMalformed = errors.New("malformed")

// MailboxID names the mailbox of one shop. It is random and no secret.
type MailboxID [16]byte

// DeviceID names one paired computer: a hash of its signing key, so nobody can
// claim another device's id.
type DeviceID [16]byte

// DeliveryID names one delivery to one mailbox: a hash of what was delivered,
// so that repetitions collapse.
type DeliveryID [16]byte

// NewMailboxID returns a fresh random id.
func NewMailboxID() MailboxID {
	var id MailboxID
	rand.Read(id[:])
	return id
}

// DeviceOf returns the id of the device with this signing key.
func DeviceOf(key ed25519.PublicKey) DeviceID {
	sum := sha256.Sum256(append([]byte("tresen/device/1\n"), key...))
	return DeviceID(sum[:16])
}

// DeliveryOf returns the id of a delivery. Headers count too: a body that came
// with a wrong signature must not swallow the same body with the right one.
func DeliveryOf(m MailboxID, d Delivery) DeliveryID {
	h := sha256.New()
	h.Write([]byte("tresen/delivery/1\n"))
	h.Write(m[:])
	var size [8]byte
	part := func(s []byte) {
		binary.BigEndian.PutUint64(size[:], uint64(len(s)))
		h.Write(size[:])
		h.Write(s)
	}
	for _, f := range d.Header {
		part([]byte(f.Name))
		part([]byte(f.Value))
	}
	part(d.Body)
	return DeliveryID(h.Sum(nil)[:16])
}

// String returns 32 hexadecimal digits.
func (id MailboxID) String() string { return hex.EncodeToString(id[:]) }

// String returns 32 hexadecimal digits.
func (id DeviceID) String() string { return hex.EncodeToString(id[:]) }

// String returns 32 hexadecimal digits.
func (id DeliveryID) String() string { return hex.EncodeToString(id[:]) }

// ParseMailboxID reads what String wrote.
func ParseMailboxID(s string) (MailboxID, error) {
	b, err := parseID(s)
	return MailboxID(b), err
}

// ParseDeviceID reads what String wrote.
func ParseDeviceID(s string) (DeviceID, error) {
	b, err := parseID(s)
	return DeviceID(b), err
}

func parseID(s string) (b [16]byte, err error) {
	if len(s) != 2*len(b) {
		return b, ErrMalformed
	}
	if _, err := hex.Decode(b[:], []byte(s)); err != nil {
		return b, ErrMalformed
	}
	return b, nil
}

// MarshalText lets ids appear in JSON as they appear in text.
func (id MailboxID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *MailboxID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseMailboxID(string(b))
	return err
}

// MarshalText lets ids appear in JSON as they appear in text.
func (id DeviceID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *DeviceID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseDeviceID(string(b))
	return err
}
