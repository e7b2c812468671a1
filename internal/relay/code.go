package relay

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// codeAlphabet is Crockford's base 32: nothing that looks like something else.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const (
	codeSymbols = 15 // 14 random, 70 bits, and one to notice typing mistakes
	codeGroup   = 5
)

// PairingCode is what the operator reads out and the shop types in, once:
// three groups of five.
type PairingCode string

// NewPairingCode returns a fresh random code.
func NewPairingCode() PairingCode {
	var random [codeSymbols - 1]byte
	rand.Read(random[:])
	symbols := make([]byte, 0, codeSymbols)
	for _, b := range random {
		symbols = append(symbols, codeAlphabet[b&31])
	}
	return group(append(symbols, check(symbols)))
}

// ParsePairingCode reads a typed code: case, spaces and hyphens do not matter,
// O is read as 0 and I and L as 1. It fails with ErrMalformed for a code that
// cannot be one, so that a slip is noticed before anybody is asked.
func ParsePairingCode(typed string) (PairingCode, error) {
	if len(typed) > 4*codeSymbols {
		return "", ErrMalformed
	}
	var symbols []byte
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case ' ', '-', '\t', '\r', '\n':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if r > 'Z' || strings.IndexByte(codeAlphabet, byte(r)) < 0 || len(symbols) == codeSymbols {
			return "", ErrMalformed
		}
		symbols = append(symbols, byte(r))
	}
	if len(symbols) != codeSymbols || check(symbols[:codeSymbols-1]) != symbols[codeSymbols-1] {
		return "", ErrMalformed
	}
	return group(symbols), nil
}

func check(symbols []byte) byte {
	sum := sha256.Sum256(append([]byte("tresen/code/1\n"), symbols...))
	return codeAlphabet[sum[0]&31]
}

func group(symbols []byte) PairingCode {
	var b strings.Builder
	for i, c := range symbols {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(c)
	}
	return PairingCode(b.String())
}

// Digest is the name under which the relay keeps a code it has handed out;
// the code itself it forgets.
func (c PairingCode) Digest() string {
	sum := sha256.Sum256([]byte("tresen/code/digest/1\n" + string(c)))
	return hex.EncodeToString(sum[:16])
}
