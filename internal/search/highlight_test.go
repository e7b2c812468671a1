package search

import (
	"slices"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestHighlightShowsWhereWordsStand(t *testing.T) {
	for _, c := range []struct {
		text, query string
		want        []string
	}{
		{"Wunschtermin am Montag, Termin?", "termin", []string{"termin", "Termin"}},
		{"Frau Mueller und Herr Müller", "muller", []string{"Mueller", "Müller"}},
		{"Mu\u0308ller", "müll", []string{"Mu\u0308ll"}},
		{"Cafe\u0301s", "cafe", []string{"Cafe\u0301"}},
		{"Straße", "strasse", []string{"Straße"}},
		{"Straße", "stras", []string{"Straß"}},
		{"neue Preise", "neu", []string{"neu"}},
		{"Bauelement", "element", []string{"element"}},
		{"ab ba", "b a", []string{"ab", "ba"}},
		{"Montag Termin", "termin montag", []string{"Montag", "Termin"}},
		{"Ruf 0170/12 34-567 an", "+49 170 1234567", []string{"170/12 34-567"}},
		{"Koch 👩🏽‍🍳!", "👩", []string{"👩🏽‍🍳"}},
		{"Koch 👩🏽‍🍳!", "🍳", []string{"👩🏽‍🍳"}},
		{"Danke ❤️!", "❤", []string{"❤️"}},
		{"Ter\u00admin", "termin", []string{"Ter\u00admin"}},
		{"ein  \n Termin", `"ein termin"`, []string{"ein  \n Termin"}},
		{"nichts", "termin", nil},
		{"\xff\xfeTermin\xff", "termin", []string{"Termin"}},
		{"", "termin", nil},
	} {
		var got []string
		for _, r := range Highlight(c.text, c.query) {
			got = append(got, c.text[r.Start:r.End])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q in %q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

func TestRangesInUTF16(t *testing.T) {
	text := "👍 Grüße 👩‍🍳 Grüße"
	ranges := InUTF16(text, Highlight(text, "grüße"))
	units := utf16.Encode([]rune(text))
	for _, r := range ranges {
		if got := string(utf16.Decode(units[r.Start:r.End])); got != "Grüße" {
			t.Errorf("%q at %v", got, r)
		}
	}
	if len(ranges) != 2 {
		t.Errorf("%d ranges", len(ranges))
	}
}

// FuzzSearch: whatever people send and type, nothing panics, Search and
// Highlight agree, and every word of a text finds it.
func FuzzSearch(f *testing.F) {
	f.Add("Müller wünscht Termin, Tel. 0170/1234567", "mueller")
	f.Add("neueröffnung Bauelement", "element")
	f.Add("👩🏽‍🍳 ❤️ שָׁלוֹם สวัสดี", "❤")
	f.Add("a\u0308\u0301e ue üe uee", "uee")
	f.Add("\xff\x00\x01\x1f ﷺ 한국", "\x01")
	f.Add(`"zwei "wörter`, `"zwei "`)
	f.Add("12 345-67/8 (0) 9", "0012 345")
	f.Fuzz(func(t *testing.T, text, query string) {
		var x Index
		id := message(t, 1, 1, 0)
		if err := x.Add(Document{ID: id, Text: text}); err != nil {
			t.Fatal(err)
		}
		found := func(q string) bool {
			r, err := x.Search(t.Context(), Query{Text: q})
			if err != nil {
				t.Fatal(err)
			}
			return len(r.Hits) == 1
		}
		ranges := Highlight(text, query)
		if hit := found(query); len(parse(query)) == 1 && hit != (len(ranges) > 0) {
			t.Errorf("found: %t, but shown: %v", hit, ranges)
		}
		last := 0
		for _, r := range ranges {
			if r.Start < last || r.End <= r.Start || r.End > len(text) ||
				r.End < len(text) && utf8.ValidString(text) && !utf8.RuneStart(text[r.End]) || utf8.ValidString(text) && !utf8.RuneStart(text[r.Start]) {
				t.Fatalf("range %v of %d bytes after %d", r, len(text), last)
			}
			last = r.End
		}
		if at := InUTF16(text, ranges); len(at) != len(ranges) {
			t.Errorf("%d ranges became %d", len(ranges), len(at))
		}
		if len(text) > maxQuery {
			return
		}
		for _, term := range parse(text) {
			if at, _ := term.find(x.groups[0].text, 0); at < 0 {
				t.Errorf("a word of the text does not find it")
			}
		}
		if len(parse(text)) > 0 && !found(text) {
			t.Errorf("the text does not find itself")
		}
		x.Remove(id)
		if found(query) {
			t.Error("found after removal")
		}
	})
}
