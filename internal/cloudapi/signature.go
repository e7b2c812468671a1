package cloudapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// SignatureHeader is the request header that carries a delivery's signature.
const SignatureHeader = "X-Hub-Signature-256"

const signaturePrefix = "sha256="

// Secrets are the app secrets a delivery may be signed with: the current one
// and, while it is being replaced, the one before.
type Secrets [][]byte

// VerifySignature reports whether header is the HMAC-SHA256 of the raw body
// under one of the secrets. All secrets are tried whatever the outcome, so that
// the time taken does not tell which one matched; an empty secret matches
// nothing. Meta's generic webhook page describes the signature as computed over
// a rendering with non-ASCII characters escaped, so a body with raw non-ASCII
// characters gets a second look in that form. (Meta docs: Webhooks, Validating
// payloads.)
func VerifySignature(secrets Secrets, header string, body []byte) bool {
	digits, ok := strings.CutPrefix(header, signaturePrefix)
	if !ok || len(digits) != 2*sha256.Size {
		return false
	}
	want, err := hex.DecodeString(digits)
	if err != nil {
		return false
	}
	if matches(secrets, want, func(h hash.Hash) { h.Write(body) }) {
		return true
	}
	if isASCII(body) || !utf8.Valid(body) {
		return false
	}
	return matches(secrets, want, func(h hash.Hash) { writeEscaped(h, body) })
}

func matches(secrets Secrets, want []byte, write func(hash.Hash)) bool {
	found := false
	for _, secret := range secrets {
		if len(secret) == 0 {
			continue
		}
		mac := hmac.New(sha256.New, secret)
		write(mac)
		if hmac.Equal(mac.Sum(nil), want) {
			found = true
		}
	}
	return found
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// writeEscaped writes body with every non-ASCII UTF-16 unit as \uXXXX in
// lower-case hexadecimal digits.
func writeEscaped(h hash.Hash, body []byte) {
	buffer := make([]byte, 0, 4096)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		body = body[size:]
		switch {
		case r < utf8.RuneSelf:
			buffer = append(buffer, byte(r))
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			buffer = appendEscape(appendEscape(buffer, high), low)
		default:
			buffer = appendEscape(buffer, r)
		}
		if len(buffer) > cap(buffer)-12 {
			h.Write(buffer)
			buffer = buffer[:0]
		}
	}
	h.Write(buffer)
}

func appendEscape(b []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(b, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}
