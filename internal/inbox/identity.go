package inbox

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// IdentifierKind says by what name Meta knows a customer. Any of them may be
// missing, several may exist, old ones stay as history.
type IdentifierKind string

// The kinds, in the order in which a customer is recognised. A username may
// change at any time and is never used to recognise anybody.
// (Meta docs: Business-scoped user IDs.)
const (
	KindBSUID       IdentifierKind = "bsuid"
	KindParentBSUID IdentifierKind = "parent_bsuid"
	KindWAID        IdentifierKind = "wa_id"
	KindUsername    IdentifierKind = "username"
)

// Identity is what one notification says about who a customer is. All fields
// come from outside and may be empty.
type Identity struct {
	// WAID is the phone number as digits without "+"; absent for people with
	// a username whose number WhatsApp does not share.
	WAID string
	// BSUID is the business-scoped user id, case-sensitive, kept byte for byte.
	BSUID       string
	ParentBSUID string
	Username    string
	// ProfileName is what the customer calls himself. Untrusted text.
	ProfileName string
}

// Empty reports whether nothing in the identity can recognise anybody.
func (i Identity) Empty() bool { return i.WAID == "" && i.BSUID == "" }

// Identifier is one name of a customer with its history.
type Identifier struct {
	Kind      IdentifierKind
	Value     string
	FirstSeen time.Time
	LastSeen  time.Time
	// Retired is when the identifier stopped being this customer's, or zero.
	Retired time.Time
}

// NormalizeWAID returns the digits of a wa_id or E.164 number as Meta writes
// them, with or without "+". It refuses anything that cannot be one: other
// characters, fewer than 5 or more than 20 digits (E.164 allows 15; Meta's
// test numbers are longer).
func NormalizeWAID(s string) (string, bool) {
	s = strings.TrimPrefix(s, "+")
	if len(s) < 5 || len(s) > 20 {
		return "", false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return "", false
		}
	}
	return s, true
}

// ValidBSUID reports whether s has the form of a business-scoped user id: two
// letters, a dot, up to 128 letters and digits; "CC.ENT.…" for parents. The id
// stays opaque: nothing is read from it and its case is kept.
func ValidBSUID(s string) bool {
	if len(s) < 4 || len(s) > 160 || s[2] != '.' || !isLetter(s[0]) || !isLetter(s[1]) {
		return false
	}
	rest := strings.TrimPrefix(s[3:], "ENT.")
	if rest == "" || len(rest) > 128 {
		return false
	}
	for i := 0; i < len(rest); i++ {
		if !isLetter(rest[i]) && (rest[i] < '0' || rest[i] > '9') {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }

// NormalizeUsername drops the leading "@" that some payloads carry.
func NormalizeUsername(s string) string { return strings.TrimPrefix(CleanLine(s, 64), "@") }

// CleanLine makes a line of text from outside safe to show on one line: valid
// UTF-8, no control characters, no bidirectional overrides (they can make a
// file name or a sender look like another), at most max runes.
func CleanLine(s string, max int) string {
	return clean(s, max, func(r rune) bool { return unicode.IsControl(r) })
}

// CleanText does the same for text of several lines: it keeps line breaks and tabs.
func CleanText(s string, max int) string {
	return clean(s, max, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}

func clean(s string, max int, drop func(rune) bool) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n == max {
			break
		}
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") || drop(r) || isBidiOverride(r) {
			continue
		}
		b.WriteRune(r)
		n++
	}
	return strings.TrimSpace(b.String())
}

// isBidiOverride reports the characters that force a direction on what follows.
// The marks LRM, RLM and ALM stay: ordinary Arabic and Hebrew text needs them.
func isBidiOverride(r rune) bool {
	return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
