package logging

import (
	"regexp"
	"strings"
	"unicode"
)

// What is taken out leaves a word that says what it was.
const (
	redactedWAMID  = "[wamid]"
	redactedEmail  = "[email]"
	redactedID     = "[id]"
	redactedNumber = "[number]"
	redactedSecret = "[secret]"
)

// redactor holds the compiled patterns; they are cheap to use and dear to compile.
type redactor struct {
	wamid, bearer, assigned, email, bsuid, token, number *regexp.Regexp
}

func newRedactor() *redactor {
	return &redactor{
		// A wamid carries the customer's number in base64.
		wamid:  regexp.MustCompile(`(?i)wamid[.:=%][^\s"']*`),
		bearer: regexp.MustCompile(`(?i)\b(?:bearer|oauth)(?:\s|:|=|%20)+[^\s"',;\[\]]+`),
		// token=…, Token:… of a printed struct, "token": "…" of JSON; not "token: text".
		assigned: regexp.MustCompile(`(?i)((?:token|secret|password|passphrase|proof)` +
			`(?:["']\s*:\s*["']|[:=]["']?))[^\s"',;&{}\[\]]+`),
		email: regexp.MustCompile(`(?i)[^\s"'<>()\[\],;:=]+(?:@|%40)[^\s"'<>()\[\],;]+`),
		// Country, period, up to 128 letters and digits; a parent id has ENT. between.
		bsuid: regexp.MustCompile(`[A-Z]{2}\.(?:ENT\.)?(?:[A-Za-z0-9]{6,}|[A-Za-z]*[0-9][A-Za-z0-9]*)`),
		token: regexp.MustCompile(`[A-Za-z0-9+/_=\-]{16,}`),
		// More than six digits of any script, each at most four separators from the
		// next: spaces, dots, hyphens, dashes, slashes, brackets, invisible format
		// characters, percent signs of an encoded address.
		number: regexp.MustCompile(`\+?\p{Nd}(?:[\p{Z}\p{Cf}\p{Pd}\s.+/()%_·•−]{0,4}\p{Nd}){6,}`),
	}
}

// redact returns s without what looks personal or secret. What it returns stays
// the same when redacted again.
func (r *redactor) redact(s string) string {
	if s == "" {
		return s
	}
	s = r.wamid.ReplaceAllString(s, redactedWAMID)
	s = r.bearer.ReplaceAllString(s, redactedSecret)
	s = r.assigned.ReplaceAllString(s, "${1}"+redactedSecret)
	s = r.email.ReplaceAllString(s, redactedEmail)
	s = r.bsuid.ReplaceAllString(s, redactedID)
	s = r.token.ReplaceAllStringFunc(s, hideSecret)
	return r.number.ReplaceAllString(s, redactedNumber)
}

// hideSecret takes out s, or those parts of a path that look secret.
func hideSecret(s string) string {
	if looksSecret(s) {
		return redactedSecret
	}
	parts := strings.Split(s, "/")
	for i, part := range parts {
		if len(part) >= 16 && looksSecret(part) {
			parts[i] = redactedSecret
		}
	}
	return strings.Join(parts, "/")
}

// looksSecret tells random text from words, paths and identifiers among at least
// 16 characters of the base64 and hex alphabets. Where it errs, a word is lost.
func looksSecret(s string) bool {
	digit := strings.ContainsFunc(s, unicode.IsDigit)
	upper := strings.ContainsFunc(s, unicode.IsUpper)
	lower := strings.ContainsFunc(s, unicode.IsLower)
	switch {
	case digit && upper && lower:
		return true
	case strings.Contains(s, "/"): // a path or an import path
		return false
	case digit && (upper || lower): // hex, base32
		return true
	}
	return upper && lower && len(s) >= 20 && !strings.ContainsAny(s, "-_")
}

// Redact returns s as the log would show it, for text on its way past the log, such
// as what a window toolkit prints.
func Redact(s string) string { return newRedactor().redact(s) }
