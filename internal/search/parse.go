package search

import (
	"bytes"
	"slices"
)

const (
	// maxQuery is how much of a query is read, in bytes; people type less.
	maxQuery = 1000
	// maxTerms is how many words of a query count.
	maxTerms = 12
	// maxUnits is how much of a term counts. It bounds what a long query of
	// one letter can cost in long messages of the same letter.
	maxUnits = 64
)

// parse cuts a query into terms, all of which a message must have. The longest
// comes first. A query of white space and punctuation has none.
func parse(query string) []term {
	f := folder{limit: maxQuery}
	f.text(query[:min(len(query), maxQuery)])
	var words [][]byte
	for i, part := range bytes.Split(f.out, []byte{'"'}) {
		// Every second part stands in quotation marks; the last mark may
		// still be missing while somebody types.
		if i%2 == 1 {
			words = append(words, bytes.TrimSpace(part))
			continue
		}
		rest, phones := cutPhones(part)
		words = append(words, phones...)
		for _, word := range bytes.Fields(rest) {
			words = append(words, trimWord(word))
		}
	}
	var terms []term
	for i, word := range words {
		repeated := slices.ContainsFunc(words[:i], func(w []byte) bool { return bytes.Equal(w, word) })
		if len(word) > 0 && !repeated && len(terms) < maxTerms {
			terms = append(terms, newTerm(word))
		}
	}
	slices.SortStableFunc(terms, func(a, b term) int { return len(b.units) - len(a.units) })
	return terms
}

// cutPhones takes numbers out of a part of the query that people may write with
// other separators, or with another prefix, than the text has them.
func cutPhones(part []byte) (rest []byte, phones [][]byte) {
	rest = slices.Clone(part)
	for at := 0; ; {
		start, end := nextNumber(part, at)
		if start < 0 {
			return rest, phones
		}
		at = end
		from := start
		for from > 0 && (part[from-1] == '+' || part[from-1] == '(') {
			from--
		}
		plus := bytes.IndexByte(part[from:start], '+') >= 0
		alone := (from == 0 || part[from-1] == ' ') && (end == len(part) || part[end] == ' ' || isMark(part[end]))
		spaced := bytes.IndexByte(part[start:end], ' ') >= 0
		digits := digitsOf(part[start:end])
		dialled := len(digits) >= phoneMin && (plus || digits[0] == '0')
		if !alone || spaced && !dialled || len(digits) < joinedMin {
			continue
		}
		phones = append(phones, significant(digits, plus))
		for i := from; i < end; i++ {
			rest[i] = ' '
		}
	}
}

// trimWord removes punctuation around a word ("Termin?"). A word of nothing
// else is kept if it has at least two signs, as ":)" has.
func trimWord(word []byte) []byte {
	trimmed := bytes.TrimFunc(word, func(r rune) bool { return r < 0x80 && isMark(byte(r)) })
	if len(trimmed) == 0 && len(word) > 1 {
		return word
	}
	return trimmed
}

// isMark tells punctuation from what people look for by itself.
func isMark(c byte) bool {
	return bytes.IndexByte([]byte(`.,;:!?'()[]{}<>-_/\|*~#"`+"`"), c) >= 0
}
