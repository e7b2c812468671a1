package search

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// maxRanges bounds what is highlighted in one text.
const maxRanges = 200

// Range is a part of a text: Start ≤ i < End, in bytes, on the borders of characters.
type Range struct{ Start, End int }

// Highlight returns where the words of a query stand in a text, in order and
// without overlaps, by the same rules as Search. Accents and the parts of
// joined emoji stay with what they belong to. A word of the query that the text
// does not hold (another field may hold it) is passed over.
func Highlight(text, query string) []Range {
	f := folder{track: true, limit: maxFolded}
	f.text(text)
	if f.digits >= joinedMin {
		f.joinNumbers(0)
	}
	var ranges []Range
	for _, t := range parse(query) {
		for at := 0; len(ranges) < maxRanges; {
			start, end := t.find(f.out, at)
			if start < 0 {
				break
			}
			ranges = append(ranges, whole(text, int(f.from[start]), int(f.from[end-1])))
			at = end
		}
	}
	return merged(ranges)
}

const joiner = '\u200d'

// whole returns the range from the character at first to the character at last,
// with the marks that follow it and the rest of an emoji sequence.
func whole(text string, first, last int) Range {
	for first > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:first])
		if r != joiner {
			break
		}
		for first -= size; first > 0; {
			r, size = utf8.DecodeLastRuneInString(text[:first])
			first -= size
			if classify(r) != dropped {
				break
			}
		}
	}
	_, size := utf8.DecodeRuneInString(text[last:])
	end := last + size
	for joined := false; end < len(text); {
		r, size := utf8.DecodeRuneInString(text[end:])
		if class := classify(r); class != dropped && class != umlautMark && !joined {
			break
		}
		joined = r == joiner
		end += size
	}
	return Range{first, end}
}

// merged sorts ranges and joins those that overlap or touch.
func merged(ranges []Range) []Range {
	slices.SortFunc(ranges, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	kept := ranges[:0]
	for _, r := range ranges {
		if n := len(kept); n > 0 && r.Start <= kept[n-1].End {
			kept[n-1].End = max(kept[n-1].End, r.End)
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

// InUTF16 returns ranges of text counted the way JavaScript counts.
func InUTF16(text string, ranges []Range) []Range {
	counted := make([]Range, len(ranges))
	at, units := 0, 0
	upTo := func(end int) int {
		for at < end {
			r, size := utf8.DecodeRuneInString(text[at:])
			units += 1
			if r >= 0x10000 {
				units++
			}
			at += size
		}
		return units
	}
	for i, r := range ranges {
		counted[i].Start = upTo(r.Start)
		counted[i].End = upTo(r.End)
	}
	return counted
}
