package cloudapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
)

// maxChallenge bounds what a stranger can make us echo. Meta sends digits.
const maxChallenge = 256

// Handshake answers the GET request with which Meta checks a callback URL. If
// ok, the answer is status 200 with exactly challenge as text/plain body;
// otherwise 403. An empty verifyToken never passes. (Meta docs: Create a
// webhook endpoint.)
func Handshake(query url.Values, verifyToken string) (challenge string, ok bool) {
	if verifyToken == "" || query.Get("hub.mode") != "subscribe" {
		return "", false
	}
	want := sha256.Sum256([]byte(verifyToken))
	got := sha256.Sum256([]byte(query.Get("hub.verify_token")))
	if subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		return "", false
	}
	challenge = query.Get("hub.challenge")
	if !isToken(challenge, maxChallenge) {
		return "", false
	}
	return challenge, true
}

// isToken reports whether s is 1 to limit letters, digits, hyphens and underscores.
func isToken(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !isDigit(c) && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
