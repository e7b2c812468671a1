package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Folded text is UTF-8 without capitals, accents and control characters, in
// which any run of white space is one space. The bytes below 0x20 are free for
// our own signs:
const (
	documentEnd = 0x00
	umlautA     = 0x01 // a written umlaut is kept apart from its vowel, because it
	umlautO     = 0x02 // equals both "a" and "ae"; see unit.go
	umlautU     = 0x03
	fieldEnd    = 0x1f
)

// maxFolded bounds what one document may take of the arena, in bytes. Meta
// allows 4,096 characters of text, 1,024 of caption and 240 of file name.
const maxFolded = 64 << 10

// folder appends the folded form of texts to out.
type folder struct {
	out []byte
	// track asks for from: where in its source text each byte of out began.
	track bool
	from  []int32
	// limit is the length out must not exceed.
	limit  int
	digits int
}

// asciiFold maps ASCII to its folded form and every other byte to 0.
var asciiFold = func() (table [256]byte) {
	for c := range utf8.RuneSelf {
		switch {
		case c >= 'A' && c <= 'Z':
			table[c] = byte(c) + 'a' - 'A'
		case c <= ' ' || c == 0x7f:
			table[c] = ' '
		default:
			table[c] = byte(c)
		}
	}
	return table
}()

// text folds s. Nothing in s can make it longer than limit allows: what does
// not fit is left out.
func (f *folder) text(s string) {
	start := len(f.out)
	for i := 0; i < len(s) && len(f.out) < f.limit; {
		if !f.track {
			if i += f.asciiRun(s[i:], start); i == len(s) {
				break
			}
		}
		before := len(f.out)
		size := 1
		if c := s[i]; c < utf8.RuneSelf {
			f.ascii(asciiFold[c], start)
		} else {
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			f.rune(r, start)
		}
		if f.track {
			for range len(f.out) - before {
				f.from = append(f.from, int32(i))
			}
		}
		i += size
	}
	if len(f.out) > f.limit {
		f.out = f.out[:f.limit]
		if f.track {
			f.from = f.from[:f.limit]
		}
	}
}

// asciiRun folds the ASCII at the beginning of s and returns its length. It
// does what ascii does, for the many characters that a start has to read.
func (f *folder) asciiRun(s string, start int) int {
	s = s[:min(len(s), max(f.limit-len(f.out), 0))]
	out, digits, last := f.out, f.digits, byte(' ')
	if len(out) > start {
		last = out[len(out)-1]
	}
	for i := range len(s) {
		c := asciiFold[s[i]]
		if c <= '9' {
			switch {
			case c == 0:
				f.out, f.digits = out, digits
				return i
			case c == ' ' && last == ' ':
				continue
			case c >= '0':
				digits++
			}
		}
		out = append(out, c)
		last = c
	}
	f.out, f.digits = out, digits
	return len(s)
}

// ascii appends one folded ASCII character; start is where the text began in out.
func (f *folder) ascii(c byte, start int) {
	if c == ' ' && (len(f.out) == start || f.out[len(f.out)-1] == ' ') {
		return
	}
	if c-'0' < 10 {
		f.digits++
	}
	f.out = append(f.out, c)
}

// rune appends the folded form of a character outside ASCII.
func (f *folder) rune(r rune, start int) {
	switch kind := classify(r); kind {
	case dropped:
	case umlautMark:
		if n := len(f.out); n > start {
			f.out[n-1] = withUmlaut(f.out[n-1])
		}
	case spaceLike:
		f.ascii(' ', start)
	default:
		f.letter(r, start)
	}
}

// letter appends a character that is neither mark nor space.
func (f *folder) letter(r rune, start int) {
	if s := spelled(r); s != "" {
		f.out = append(f.out, s...)
		return
	}
	if r >= hangulFirst && r <= hangulLast {
		f.hangul(r - hangulFirst)
		return
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	whole := norm.NFKD.Properties(buf[:n]).Decomposition()
	if whole == nil {
		f.plain(unicode.ToLower(r), start)
		return
	}
	for len(whole) > 0 {
		part, size := utf8.DecodeRune(whole)
		whole = whole[size:]
		switch classify(part) {
		case dropped:
		case umlautMark:
			if n := len(f.out); n > start {
				f.out[n-1] = withUmlaut(f.out[n-1])
			}
		case spaceLike:
			f.ascii(' ', start)
		default:
			f.plain(unicode.ToLower(part), start)
		}
	}
}

// The Korean syllables are made of 19 × 21 × 28 letters by arithmetic (The
// Unicode Standard, section 3.12), and file names from macOS have them in parts.
const (
	hangulFirst, hangulLast = 0xac00, 0xd7a3
	hangulTails             = 28
	hangulVowels            = 21
)

func (f *folder) hangul(syllable rune) {
	f.out = utf8.AppendRune(f.out, 0x1100+syllable/(hangulTails*hangulVowels))
	f.out = utf8.AppendRune(f.out, 0x1161+syllable/hangulTails%hangulVowels)
	if tail := syllable % hangulTails; tail > 0 {
		f.out = utf8.AppendRune(f.out, 0x11a7+tail)
	}
}

// plain appends a character that has no decomposition.
func (f *folder) plain(r rune, start int) {
	switch {
	case r < utf8.RuneSelf:
		f.ascii(asciiFold[r], start)
	case spelled(r) != "":
		f.out = append(f.out, spelled(r)...)
	default:
		f.out = utf8.AppendRune(f.out, r)
	}
}

// spelled returns the folded form of the characters Unicode does not decompose
// but people type with other letters, and of the commonest that it does.
func spelled(r rune) string {
	switch r {
	case 'ä', 'Ä':
		return string(rune(umlautA))
	case 'ö', 'Ö', 'ø', 'Ø':
		return string(rune(umlautO))
	case 'ü', 'Ü':
		return string(rune(umlautU))
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'þ', 'Þ':
		return "th"
	case 'ð', 'Ð', 'đ', 'Đ':
		return "d"
	case 'ł', 'Ł':
		return "l"
	case 'ħ', 'Ħ':
		return "h"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	case '‘', '’', '‚', '‛', '´', '′', 'ʼ':
		return "'"
	case '“', '”', '„', '‟', '«', '»', '″':
		return `"`
	case '‐', '‑', '‒', '–', '—', '―', '−':
		return "-"
	}
	return ""
}

// withUmlaut returns what a folded vowel becomes under two dots; other letters
// lose the dots as they lose any accent.
func withUmlaut(c byte) byte {
	switch c {
	case 'a':
		return umlautA
	case 'o':
		return umlautO
	case 'u':
		return umlautU
	}
	return c
}

type runeClass int

const (
	written runeClass = iota
	dropped
	spaceLike
	umlautMark
)

// classify says whether a character is text. Accents, Hebrew points, Arabic
// vowel signs, variation selectors, skin tones and invisible format characters
// are dropped; marks that are letters in their script (Thai, Devanagari) stay.
func classify(r rune) runeClass {
	switch {
	case r == 0x0308:
		return umlautMark
	case r < 0x0300:
		if r == 0x00ad {
			return dropped
		}
		if r == 0x00a0 || r >= 0x80 && r < 0xa0 {
			return spaceLike
		}
		return written
	case r <= 0x036f,
		r >= 0x0591 && r <= 0x05c7 && unicode.Is(unicode.Mn, r),
		r >= 0x064b && r <= 0x065f, r == 0x0670, r == 0x0640,
		r >= 0x1ab0 && r <= 0x1aff, r >= 0x1dc0 && r <= 0x1dff, r >= 0x20d0 && r <= 0x20ff,
		r >= 0xfe00 && r <= 0xfe0f, r >= 0xfe20 && r <= 0xfe2f,
		r >= 0x1f3fb && r <= 0x1f3ff, r >= 0xe0100 && r <= 0xe01ef:
		return dropped
	case unicode.Is(unicode.Cf, r):
		return dropped
	case r == utf8.RuneError, unicode.IsSpace(r):
		return spaceLike
	}
	return written
}
