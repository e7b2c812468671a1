// Package sensitive notices what people should rather not send over a
// messenger: words about health (Art. 9 GDPR), bank and card numbers, numbers of
// identity papers. It only says which kinds a text seems to hold, so that a
// person can look; it keeps nothing, sends nothing and must not know whose text
// it is. Numbers are believed only where their check digits fit.
package sensitive

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a text seems to hold.
type Kind string

// The kinds, in the order in which Find returns them.
const (
	Health    Kind = "health"
	IBAN      Kind = "iban"
	Card      Kind = "card"
	Document  Kind = "document"  // identity card, passport
	TaxID     Kind = "tax_id"    // German tax identification number
	Insurance Kind = "insurance" // German health insurance or pension insurance number
)

// Kinds lists every kind, so that a test can prove each has its words.
func Kinds() []Kind { return []Kind{Health, IBAN, Card, Document, TaxID, Insurance} }

// maxText bounds the work for one text; WhatsApp's own limit is 4,096 characters.
const maxText = 32 << 10

// Find returns the kinds a text seems to hold, each once.
func Find(text string) []Kind {
	if len(text) > maxText {
		text = text[:maxText]
		for !utf8.ValidString(text) && len(text) > maxText-utf8.UTFMax {
			text = text[:len(text)-1]
		}
	}
	found := map[Kind]bool{}
	words := split(text)
	if health(words) {
		found[Health] = true
	}
	for _, kind := range numbers(text, words) {
		found[kind] = true
	}
	var kinds []Kind
	for _, kind := range Kinds() {
		if found[kind] {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// split returns the words of a text as they stand: letters and what joins them.
func split(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
}

// fold makes a word comparable: lower case, without umlauts and ß.
var fold = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// health reports words about somebody's health: one that means nothing else,
// or two different ones that could mean something else alone, such as "Rezept"
// and "Arzt".
func health(words []string) bool {
	weak := map[string]bool{}
	for _, word := range words {
		if word == "AU" || word == "HIV" { // as lower case they are other words
			return true
		}
		lower := fold.Replace(strings.ToLower(word))
		if strong[lower] || hasStem(lower, strongStems) || hasEnd(lower) {
			return true
		}
		if stem, ok := weakStem(lower); ok {
			if weak[stem] = true; len(weak) > 1 {
				return true
			}
		}
	}
	return false
}

func hasStem(word string, stems []string) bool {
	return slices.ContainsFunc(stems, func(stem string) bool { return strings.HasPrefix(word, stem) })
}

// hasEnd finds German compounds, such as "Laktoseintoleranz" and "Blutbefunde".
func hasEnd(word string) bool {
	return slices.ContainsFunc(strongEnds, func(end string) bool {
		return strings.HasSuffix(word, end) || strings.HasSuffix(word, end+"n") || strings.HasSuffix(word, end+"en") || strings.HasSuffix(word, end+"s")
	})
}

func weakStem(word string) (string, bool) {
	for _, stem := range weakStems {
		if strings.HasPrefix(word, stem) {
			return stem, true
		}
	}
	for _, exact := range weakWords {
		if word == exact || word == exact+"e" || word == exact+"s" || word == exact+"en" || word == exact+"n" {
			return exact, true
		}
	}
	return "", false
}
