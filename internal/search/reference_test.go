package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"tresen/internal/inbox"
)

// The reference says the same as the table in unit.go in the slowest and
// plainest way, for the letters in alphabet only.

const alphabet = "aouäöüAOUÄÖÜeeeEnrsßt \n-éë👍ёщ"

// refUnits cuts a text into units: "n", "a", "ä", and "ae" for a written out.
func refUnits(s string) []string {
	var letters []string
	for _, r := range s {
		r = unicode.ToLower(r)
		switch r {
		case 'ß':
			letters = append(letters, "s", "s")
		case 'é', 'ë':
			letters = append(letters, "e")
		case 'ё':
			letters = append(letters, "е")
		case ' ', '\n':
			if n := len(letters); n > 0 && letters[n-1] != " " {
				letters = append(letters, " ")
			}
		default:
			letters = append(letters, string(r))
		}
	}
	var units []string
	for i := 0; i < len(letters); i++ {
		if strings.Contains("aou", letters[i]) && i+1 < len(letters) && letters[i+1] == "e" {
			units = append(units, letters[i]+"e")
			i++
			continue
		}
		units = append(units, letters[i])
	}
	return units
}

// refFits says whether a unit of the query is there in the text.
func refFits(query, text string, first bool) bool {
	for _, v := range []string{"aä", "oö", "uü"} {
		plain, umlaut := v[:1], v[1:]
		switch query {
		case plain, umlaut:
			return text == plain || text == umlaut || text == plain+"e"
		case plain + "e":
			return text == umlaut || text == plain+"e"
		}
	}
	return query == text || first && query == "e" && strings.Contains("ae oe ue", text) && len(text) == 2
}

func refContains(text, query []string) bool {
	for at := 0; at+len(query) <= len(text); at++ {
		fits := true
		for i := range query {
			fits = fits && refFits(query[i], text[at+i], i == 0)
		}
		if fits {
			return true
		}
	}
	return false
}

func refFinds(text, query string) bool { return refFindsIn(refUnits(text), query) }

func refFindsIn(units []string, query string) bool {
	words := strings.Fields(query)
	for _, word := range words {
		if !refContains(units, refUnits(word)) {
			return false
		}
	}
	return len(words) > 0
}

func randomText(r *rand.Rand, length int) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range length {
		b.WriteRune(letters[r.IntN(len(letters))])
	}
	return b.String()
}

// randomQuery takes words or their parts out of a text and spells them anew.
func randomQuery(r *rand.Rand, text string) string {
	var query []string
	for _, word := range strings.Fields(text) {
		letters := []rune(strings.ReplaceAll(word, "-", ""))
		if len(letters) == 0 || r.IntN(3) > 0 {
			continue
		}
		from := r.IntN(len(letters))
		part := string(letters[from : from+1+r.IntN(len(letters)-from)])
		switch r.IntN(4) {
		case 0:
			part = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(part)
		case 1:
			part = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "é", "e").Replace(part)
		case 2:
			part = strings.NewReplacer("ae", "ä", "oe", "ö", "ue", "ü", "ss", "ß").Replace(part)
		}
		query = append(query, part)
	}
	return strings.Join(query[:min(len(query), 4)], " ")
}

// The index finds exactly what the reference finds, newest first, page by page.
func TestSearchAgreesWithReference(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var x Index
	texts, units := map[inbox.MessageID]string{}, map[inbox.MessageID][]string{}
	var documents []Document
	for i := range 1600 {
		id := message(t, 1+inbox.ConversationID(r.IntN(9)), r.IntN(2000), i)
		texts[id] = randomText(r, r.IntN(60))
		units[id] = refUnits(texts[id])
		documents = append(documents, Document{ID: id, Text: texts[id]})
	}
	load(t, &x, documents[:1300])
	if err := x.Add(documents[1300:]...); err != nil {
		t.Fatal(err)
	}
	hits := 0
	for range 120 {
		query := randomQuery(r, texts[documents[r.IntN(len(documents))].ID])
		if r.IntN(4) == 0 {
			query = strings.ReplaceAll(randomText(r, 1+r.IntN(3)), "-", "n")
		}
		var want []inbox.MessageID
		for id := range texts {
			if refFindsIn(units[id], query) {
				want = append(want, id)
			}
		}
		slices.SortFunc(want, newestFirst)
		if got := allPages(t, &x, Query{Text: query, Limit: 7 + r.IntN(80)}); !slices.Equal(got, want) {
			t.Fatalf("%q finds %d messages, the reference %d", query, len(got), len(want))
		}
		hits += len(want)
	}
	if hits < 500 {
		t.Errorf("the queries found only %d messages; the test says little", hits)
	}
}

func newestFirst(a, b inbox.MessageID) int {
	if s := b.Second().Compare(a.Second()); s != 0 {
		return s
	}
	return int(b - a)
}

func allPages(t testing.TB, x *Index, q Query) []inbox.MessageID {
	t.Helper()
	var ids []inbox.MessageID
	for {
		page, err := x.Search(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range page.Hits {
			ids = append(ids, hit.ID)
		}
		if !page.More {
			return ids
		}
		if len(page.Hits) == 0 {
			t.Fatal("an empty page says there is another")
		}
		q.After = page.Hits[len(page.Hits)-1].ID
	}
}

// What Search finds, Highlight shows, and in the place the reference has it.
func TestHighlightAgreesWithReference(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	shown := 0
	for range 5000 {
		text := randomText(r, r.IntN(40))
		word, _, _ := strings.Cut(randomQuery(r, text), " ")
		ranges := Highlight(text, word)
		if (len(ranges) > 0) != refFinds(text, word) {
			t.Fatalf("%q in %q: %v, but the reference says %v", word, text, ranges, refFinds(text, word))
		}
		for _, part := range ranges {
			if !refFinds(text[part.Start:part.End], word) && !strings.HasPrefix(strings.ToLower(word), "e") {
				t.Fatalf("%q in %q: %q does not hold it", word, text, text[part.Start:part.End])
			}
			shown++
		}
	}
	if shown < 1000 {
		t.Errorf("only %d places shown; the test says little", shown)
	}
}

// A phone number is found with any separators and either prefix.
func TestPhoneNumbersIgnoreSeparators(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	separated := func(digits string) string {
		var b strings.Builder
		for i, c := range digits {
			if i > 0 && r.IntN(3) == 0 {
				b.WriteString([]string{" ", "-", "/", ".", " / ", " - "}[r.IntN(6)])
			}
			b.WriteRune(c)
		}
		return b.String()
	}
	for range 2000 {
		national := "1"
		for range 8 + r.IntN(3) {
			national += string(rune('0' + r.IntN(10)))
		}
		prefix := func() string { return []string{"0", "+49", "0049", "+49 (0)"}[r.IntN(4)] }
		text := "Meine Nummer: " + prefix() + separated(national) + ", danke"
		query := prefix() + separated(national)
		if !found1(t, text, query) {
			t.Fatalf("%q does not find %q", query, text)
		}
		if ranges := Highlight(text, query); len(ranges) != 1 {
			t.Fatalf("%q in %q: %v", query, text, ranges)
		}
	}
}
