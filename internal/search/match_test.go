package search

import "testing"

func TestMatches(t *testing.T) {
	tests := []struct {
		query string
		want  bool
	}{
		{"", true}, {"?", true}, {"öffnung", true}, {"offnung", true}, {"oeffnung", true}, {"ZEITEN", true},
		{"laden offnungszeiten", true}, {"laden fertig", false}, {"zeitenguten", false},
	}
	for _, tt := range tests {
		if got := Matches(tt.query, "Öffnungszeiten", "Guten Tag, der Laden ist offen."); got != tt.want {
			t.Errorf("%q: %v", tt.query, got)
		}
	}
}
