// Package signed signs a device's requests and checks them: Ed25519 over
// method, path, body hash, time and nonce.
//
// A request is good once, for a few minutes, for this path and body only.
// Whether a nonce has been seen is the caller's to remember; the package must
// not know HTTP servers or where devices are kept.
package signed

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tresen/internal/relay"
)

// Tolerance is how far a request's time may be from the relay's. It is shorter
// than half of relay.OnceFor, so a nonce is remembered as long as its request
// could be repeated.
const Tolerance = 5 * time.Minute

const scheme = "Tresen1 "

// maxHeader is more than a well-formed header can have.
const maxHeader = 256

// Errors of Check.
var (
	ErrSignature = errors.New("request is not signed by this device")
	ErrClock     = errors.New("request is too old or from the future")
)

// Nonce makes a request unique.
type Nonce [16]byte

// Request is what a signature covers.
type Request struct {
	Method, Path string
	Body         []byte
}

// Claim is what an Authorization header says, before it is believed.
type Claim struct {
	Device    relay.DeviceID
	At        time.Time
	Nonce     Nonce
	signature [ed25519.SignatureSize]byte
}

func (c Claim) message(r Request) []byte {
	sum := sha256.Sum256(r.Body)
	var b bytes.Buffer
	fmt.Fprintf(&b, "tresen/request/1\n%s\n%d\n%s\n%s\n%s\n%s",
		c.Device, c.At.UnixMilli(), hex.EncodeToString(c.Nonce[:]), hex.EncodeToString(sum[:]), r.Method, r.Path)
	return b.Bytes()
}

// Sign returns the Authorization header for a request made at a time by the
// relay's clock.
func Sign(key ed25519.PrivateKey, r Request, at time.Time) string {
	c := Claim{Device: relay.DeviceOf(key.Public().(ed25519.PublicKey)), At: at}
	rand.Read(c.Nonce[:])
	copy(c.signature[:], ed25519.Sign(key, c.message(r)))
	return c.header()
}

func (c Claim) header() string {
	encode := base64.RawURLEncoding.EncodeToString
	return scheme + c.Device.String() + "." + strconv.FormatInt(c.At.UnixMilli(), 10) + "." +
		encode(c.Nonce[:]) + "." + encode(c.signature[:])
}

// Parse reads an Authorization header; it fails with relay.ErrMalformed.
func Parse(header string) (Claim, error) {
	var c Claim
	malformed := fmt.Errorf("parse authorization: %w", relay.ErrMalformed)
	rest, ok := strings.CutPrefix(header, scheme)
	if !ok || len(header) > maxHeader {
		return c, malformed
	}
	parts := strings.Split(rest, ".")
	if len(parts) != 4 {
		return c, malformed
	}
	ms, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return c, malformed
	}
	c.At = time.UnixMilli(ms)
	if c.Device, err = relay.ParseDeviceID(parts[0]); err != nil {
		return c, malformed
	}
	if !decode(c.Nonce[:], parts[2]) || !decode(c.signature[:], parts[3]) || c.header() != header {
		return c, malformed
	}
	return c, nil
}

func decode(into []byte, s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && copy(into, b) == len(into) && len(b) == len(into)
}

// CheckTime fails with ErrClock if the claim is too far from now.
func (c Claim) CheckTime(now time.Time) error {
	if off := now.Sub(c.At); off > Tolerance || off < -Tolerance {
		return ErrClock
	}
	return nil
}

// Check fails with ErrSignature unless the claim's device signed this request
// with this key.
func (c Claim) Check(key ed25519.PublicKey, r Request) error {
	if len(key) != ed25519.PublicKeySize || relay.DeviceOf(key) != c.Device {
		return ErrSignature
	}
	if !ed25519.Verify(key, c.message(r), c.signature[:]) {
		return ErrSignature
	}
	return nil
}
