// Package wording says in which languages the shop's public texts exist and
// how a text is named so that it can be found again: by its version and by a
// short mark of what it really said.
//
// It must not know any text; those lie beside the code that uses them.
package wording

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"

	"tresen/internal/inbox"
)

// Language of a public text.
type Language string

// The languages. German is the source, English its twin.
const (
	German  Language = "de"
	English Language = "en"
)

// Languages lists all of them.
func Languages() []Language { return []Language{German, English} }

// ParseLanguage accepts "de" and "en". The error names the field "language".
func ParseLanguage(s string) (Language, error) {
	switch l := Language(s); l {
	case German, English:
		return l, nil
	}
	return "", inbox.InvalidField("language", "not one of de, en")
}

// Fingerprint is the SHA-256 of a text in hex: equal texts, equal fingerprints.
func Fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Mark is a fingerprint short enough to be read out: four letters or digits.
// Two texts share one by chance once in a million; the whole fingerprint is
// kept beside it.
func Mark(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base32.StdEncoding.EncodeToString(sum[:])[:4]
}
