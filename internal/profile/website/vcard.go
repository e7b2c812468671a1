package website

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tresen/internal/profile/wording"
)

// Address is where the shop is.
type Address struct {
	Street, PostalCode, City, Country string
}

// VCard writes the shop's own card, version 4.0 (RFC 6350), to be offered for
// download. revised is when it changed last. Errors name the field of Shop.
func VCard(s Shop, a Address, language wording.Language, revised time.Time) (string, error) {
	if err := s.validate(); err != nil {
		return "", err
	}
	link, err := parseChatLink(s.ChatLink)
	if err != nil {
		return "", err
	}
	lines := []string{
		"BEGIN:VCARD", "VERSION:4.0", "KIND:org", "FN:" + escapeText(s.Company), "ORG:" + escapeText(s.Company),
		"LANG:" + string(language),
	}
	if s.Phone != "" {
		lines = append(lines, "TEL;VALUE=uri;TYPE=work:"+phoneLink(s.Phone))
	}
	if s.Email != "" {
		lines = append(lines, "EMAIL;TYPE=work:"+escapeText(s.Email))
	}
	if a != (Address{}) {
		parts := []string{"", "", escapeText(a.Street), escapeText(a.City), "", escapeText(a.PostalCode), escapeText(a.Country)}
		lines = append(lines, "ADR;TYPE=work:"+strings.Join(parts, ";"))
	}
	lines = append(lines, "IMPP:"+link.String(), "URL:"+s.ImprintURL)
	if summary := s.Hours.Summary(language); summary != "" {
		lines = append(lines, "NOTE:"+escapeText(summary))
	}
	lines = append(lines, "REV:"+revised.UTC().Format("20060102T150405Z"), "END:VCARD")
	var out strings.Builder
	for _, line := range lines {
		fold(&out, line)
	}
	return out.String(), nil
}

// escapeText writes a text value (RFC 6350, 3.4): backslash, comma, semicolon
// and line end are escaped, other control characters do not belong there.
func escapeText(s string) string {
	var out strings.Builder
	s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"), "\r", "\n")
	for _, r := range s {
		switch {
		case r == '\\' || r == ',' || r == ';':
			out.WriteByte('\\')
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case unicode.IsControl(r):
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

// maxFold is the length of a line in octets, without its end (RFC 6350, 3.2).
const maxFold = 75

// fold ends a line every 75 octets, never inside a character, and begins the
// next with a space.
func fold(out *strings.Builder, line string) {
	room := maxFold
	for _, r := range line {
		if n := utf8.RuneLen(r); n > room {
			out.WriteString("\r\n ")
			room = maxFold - 1
		}
		room -= utf8.RuneLen(r)
		out.WriteRune(r)
	}
	out.WriteString("\r\n")
}
