package qr

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// MaxMarker is the longest name of a place, in characters.
const MaxMarker = 24

// Marker is the name of the place where a code hangs, as it stands in brackets
// at the end of the prefilled text: "(Schaufenster)". The customer sees it and
// can delete it; that is the whole mechanism, no redirect counts anything.
type Marker string

// NewMarker checks the name of a place. The error names the field "place".
func NewMarker(place string) (Marker, error) {
	place = strings.Join(strings.Fields(place), " ")
	switch {
	case place == "":
		return "", inbox.InvalidField("place", "missing")
	case !utf8.ValidString(place) || strings.ContainsAny(place, "()[]{}\\") || strings.IndexFunc(place, unicode.IsControl) >= 0:
		return "", inbox.InvalidField("place", "holds brackets or control characters")
	case utf8.RuneCountInString(place) > MaxMarker:
		return "", inbox.InvalidField("place", "longer than 24 characters")
	}
	return Marker(place), nil
}

// AddTo returns text with the marker at its end.
func (m Marker) AddTo(text string) string {
	if m == "" {
		return text
	}
	return strings.TrimSpace(strings.TrimSpace(text) + " (" + string(m) + ")")
}

// FindMarker returns which of the known places a message names, if any. Upper
// and lower case do not matter, because phones' keyboards change them.
func FindMarker(message string, known []Marker) (Marker, bool) {
	message = strings.ToLower(message)
	for _, m := range known {
		if m != "" && strings.Contains(message, "("+strings.ToLower(string(m))+")") {
			return m, true
		}
	}
	return "", false
}
