package search

import "bytes"

// A unit is what counts as one letter when texts are compared. Only a, o and u
// are special; each has three spellings:
//
//	written in the text   found by the query
//	u   (Muller)          u, ü
//	ue  (Mueller)         u, ü, ue
//	ü   (Müller)          u, ü, ue
//
// So a name with an umlaut is found however it was written and typed, and a
// typed umlaut also finds those who left the dots away. Only a typed "ue" asks
// for an umlaut or both letters: otherwise "neuen" would find "neun" and "blue"
// "Blume". Other accents make no difference on either side.
//
// "ae", "oe" and "ue" in a text are always one unit, also where they are no
// umlaut ("neue"). Only a query's first unit may begin inside one: "element"
// is found in "Bauelement".
type unit struct {
	kind   unitKind
	letter byte // the byte to find, or the plain vowel
	umlaut byte // the vowel's umlaut sign
}

type unitKind byte

const (
	literal unitKind = iota
	vowel            // typed plain or as umlaut
	spelt            // typed with an e behind it
)

func isVowel(c byte) bool { return c == 'a' || c == 'o' || c == 'u' }

// base returns the vowel of an umlaut sign, and any other byte as it is.
func base(c byte) byte {
	switch c {
	case umlautA:
		return 'a'
	case umlautO:
		return 'o'
	case umlautU:
		return 'u'
	}
	return c
}

func umlautOf(vowel byte) byte { return withUmlaut(vowel) }

// units cuts a folded query into units.
func units(folded []byte) []unit {
	var found []unit
	for i := 0; i < len(folded); i++ {
		c := folded[i]
		switch {
		case base(c) != c:
			found = append(found, unit{vowel, base(c), c})
		case isVowel(c) && i+1 < len(folded) && folded[i+1] == 'e':
			found = append(found, unit{spelt, c, umlautOf(c)})
			i++
		case isVowel(c):
			found = append(found, unit{vowel, c, umlautOf(c)})
		default:
			found = append(found, unit{literal, c, c})
		}
	}
	return found
}

// forward returns how many bytes of t the unit takes at its start, or 0 if it
// is not there. A query's last vowel does not take the text's e along.
func (u unit) forward(t []byte, last bool) int {
	if len(t) == 0 {
		return 0
	}
	switch {
	case u.kind == literal:
		if t[0] == u.letter {
			return 1
		}
	case t[0] == u.umlaut:
		return 1
	case t[0] == u.letter:
		if len(t) > 1 && t[1] == 'e' && !(last && u.kind == vowel) {
			return 2
		}
		if u.kind == vowel {
			return 1
		}
	}
	return 0
}

// backward is forward from the end of t; first tells that nothing of the query
// comes before, so that an "e" may be the second half of a unit.
func (u unit) backward(t []byte, first bool) int {
	n := len(t)
	if n == 0 {
		return 0
	}
	c, inside := t[n-1], n > 1 && t[n-1] == 'e' && isVowel(t[n-2])
	switch {
	case u.kind == literal:
		if c == u.letter && (first || !inside) {
			return 1
		}
	case c == u.umlaut:
		return 1
	case inside && t[n-2] == u.letter:
		return 2
	case c == u.letter && u.kind == vowel:
		return 1
	}
	return 0
}

// term is one thing the query asks for: a part of a word, a phrase in
// quotation marks, or a number without its separators.
type term struct {
	units []unit
	// anchor is the unit searched for first: the literal expected to be
	// rarest, or -1 if the term consists of vowels.
	anchor int
	grams  []uint16
}

func newTerm(folded []byte) term {
	t := term{units: units(folded), anchor: -1}
	t.units = t.units[:min(len(t.units), maxUnits)]
	for i, u := range t.units {
		if u.kind == literal && (t.anchor < 0 || commonness(u.letter) < commonness(t.units[t.anchor].letter)) {
			t.anchor = i
		}
	}
	t.grams = queryGrams(t.units)
	return t
}

// commonness orders bytes by how often German texts hold them. "e" comes last
// because it may be half of a unit.
func commonness(c byte) int {
	const rareFirst = "qyjxvpzkwfbmgclhdts.r in"
	if c == 'e' {
		return len(rareFirst) + 1
	}
	return bytes.IndexByte([]byte(rareFirst), c) + 1
}

// find returns the first place at or after from where the term stands in t, or
// start < 0. Signs between documents and fields match nothing, so a hit never
// crosses them.
func (q *term) find(t []byte, from int) (start, end int) {
	if q.anchor < 0 {
		return q.findVowels(t, from)
	}
	letter := q.units[q.anchor].letter
	for at := from; at < len(t); at++ {
		skip := bytes.IndexByte(t[at:], letter)
		if skip < 0 {
			break
		}
		at += skip
		if start, end, ok := q.around(t, at); ok && start >= from {
			return start, end
		}
	}
	return -1, -1
}

// findVowels is find for terms such as "au" and "ü".
func (q *term) findVowels(t []byte, from int) (start, end int) {
	for at := from; at < len(t); at++ {
		if end, ok := q.behind(t, at, 0); ok {
			return at, end
		}
	}
	return -1, -1
}

// around reports whether the term stands in t with its anchor at position at.
func (q *term) around(t []byte, at int) (start, end int, ok bool) {
	if q.anchor > 0 && t[at] == 'e' && at > 0 && isVowel(t[at-1]) {
		return 0, 0, false
	}
	if end, ok = q.behind(t, at, q.anchor); !ok {
		return 0, 0, false
	}
	start = at
	for i := q.anchor - 1; i >= 0; i-- {
		n := q.units[i].backward(t[:start], i == 0)
		if n == 0 {
			return 0, 0, false
		}
		start -= n
	}
	return start, end, true
}

// behind matches the units from number i on at position at.
func (q *term) behind(t []byte, at, i int) (end int, ok bool) {
	for ; i < len(q.units); i++ {
		n := q.units[i].forward(t[at:], i == len(q.units)-1)
		if n == 0 {
			return 0, false
		}
		at += n
	}
	return at, true
}
