package print

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// breakPoint is a byte position at which a word may be divided.
type breakPoint struct {
	at     int
	hyphen bool
}

// breaks returns where a word too long for its line may be divided: at the
// user's soft hyphens if there are any; in addresses after signs; otherwise
// between syllables.
func breaks(word string) []breakPoint {
	var points []breakPoint
	if strings.ContainsRune(word, softHyphen) {
		for i, r := range word {
			if r == softHyphen && i > 0 {
				points = append(points, breakPoint{i + utf8.RuneLen(r), true})
			}
		}
		return points
	}
	isAddress := strings.ContainsAny(word, "@/") || strings.Count(word, ".") > 0 && !strings.HasSuffix(word, ".")
	for i, r := range word {
		end := i + utf8.RuneLen(r)
		if end == len(word) || i == 0 {
			continue
		}
		switch {
		case isAddress && strings.ContainsRune("./-_", r):
			// The sign opens the next line, so that nobody takes it for a full stop.
			points = append(points, breakPoint{i, false})
		case isAddress && r == '@':
			points = append(points, breakPoint{i, false})
		case r == '-' || r == '/' || r == '–':
			points = append(points, breakPoint{end, false})
		}
	}
	if isAddress || len(points) > 0 {
		return points
	}
	return syllables(word)
}

const (
	leastHead = 3 // letters before a hyphen
	leastTail = 3 // and after it
)

// syllables divides by the rule German children learn: one consonant goes to
// the next line, of several the last one; ch, ck, sch, ph and st-like pairs stay
// together. It is for names that would not fit otherwise, not for running text.
func syllables(word string) []breakPoint {
	letters := []rune(word)
	var points []breakPoint
	at := 0
	for i := range letters {
		if i >= leastHead && len(letters)-i >= leastTail && startsSyllable(letters, i) {
			points = append(points, breakPoint{at, true})
		}
		at += utf8.RuneLen(letters[i])
	}
	return points
}

func startsSyllable(letters []rune, i int) bool {
	onset := 1
	for _, cluster := range []string{"sch", "ch", "ck", "ph", "th", "qu"} {
		if strings.HasPrefix(strings.ToLower(string(letters[i:])), cluster) {
			onset = len(cluster)
			break
		}
	}
	if isVowel(letters[i]) || i+onset >= len(letters) || !isVowel(letters[i+onset]) || !unicode.IsLetter(letters[i-1]) {
		return false
	}
	for _, cluster := range []string{"sch", "ch", "ck", "ph", "th"} {
		for back := 1; back < len(cluster); back++ {
			if i >= back && strings.HasPrefix(strings.ToLower(string(letters[i-back:])), cluster) {
				return false
			}
		}
	}
	for _, r := range letters[:i] {
		if isVowel(r) {
			return true
		}
	}
	return false
}

func isVowel(r rune) bool {
	return strings.ContainsRune("aeiouyäöüAEIOUYÄÖÜéèêáàâóòôíìîúùû", r)
}
