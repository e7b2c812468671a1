package search

import "tresen/internal/inbox"

// A filter answers "which of these 64 blocks can hold this?" with one AND per
// group of letters. It has a row for each value a gram's hash can take, and in
// each row a bit per block. Wrong yeses cost time; there are no wrong noes.
//
// Grams of 2, 3 and 5 letters go in: two for the shortest words, three for
// short ones, five because that is what tells long rare words apart.
type filter []uint64

const (
	filterBits = 12
	blocksMax  = 64
)

func newFilter() filter { return make(filter, 1<<filterBits) }

// hash spreads a gram (its letters as a number) or one of the marks below over the rows.
func hash(gram uint64) uint16 {
	return uint16(gram * 0x9e3779b97f4a7c15 >> (64 - filterBits))
}

// Marks live above the 40 bits of five letters.
const (
	markConversation = 1 << 56
	markKind         = 2 << 56
	markAttachment   = 3 << 56
)

func conversationRow(c inbox.ConversationID) uint16 { return hash(markConversation | uint64(c)) }
func kindRow(code uint8) uint16                     { return hash(markKind | uint64(code)) }
func attachmentRow() uint16                         { return hash(markAttachment) }

// gramLetter maps a folded byte to what it counts as in a gram: the vowel for
// an umlaut, 0 where words end. Grams never span that, since few queries do.
var gramLetter = func() (table [256]byte) {
	for c := range table {
		table[c] = base(byte(c))
	}
	for c := range ' ' + 1 {
		if c < umlautA || c > umlautU {
			table[c] = 0
		}
	}
	table[','], table['!'], table['?'] = 0, 0, 0
	return table
}()

// add marks the grams of folded text as present in the block whose bit is given.
// Spellings of an umlaut become its vowel here, so that all of them agree.
func (f filter) add(folded []byte, bit uint64) {
	rows := (*[1 << filterBits]uint64)(f)
	var gram uint64
	var letters int
	var last byte
	for _, c := range folded {
		letter := gramLetter[c]
		if letter == 0 {
			gram, letters, last = 0, 0, 0
			continue
		}
		if c == 'e' && isVowel(last) {
			last = c
			continue
		}
		last = c
		gram = gram<<8 | uint64(letter)
		if letters++; letters < 2 {
			continue
		}
		rows[hash(gram&0xffff)] |= bit
		if letters > 2 {
			rows[hash(gram&0xffffff)] |= bit
		}
		if letters > 4 {
			rows[hash(gram&0xffffffffff)] |= bit
		}
	}
}

// queryGrams returns the rows a block must have to hold the units. A first "e"
// may be half of a unit in the text and proves nothing.
func queryGrams(query []unit) []uint16 {
	var long, short []uint16
	var gram uint64
	var letters int
	for i, u := range query {
		if gramLetter[u.letter] == 0 {
			gram, letters = 0, 0
			continue
		}
		if i == 0 && u.letter == 'e' {
			continue
		}
		gram = gram<<8 | uint64(u.letter)
		letters++
		if letters > 4 {
			long = append(long, hash(gram&0xffffffffff))
		}
		if letters > 2 {
			short = append(short, hash(gram&0xffffff))
		}
		if letters == 2 && (i+1 == len(query) || gramLetter[query[i+1].letter] == 0) {
			short = append(short, hash(gram&0xffff))
		}
	}
	return append(long, short...)
}

// having returns the blocks among those given that have every row.
func (f filter) having(rows []uint16, blocks uint64) uint64 {
	for _, row := range rows {
		if blocks &= f[row]; blocks == 0 {
			break
		}
	}
	return blocks
}

// clear forgets a block.
func (f filter) clear(bit uint64) {
	for i := range f {
		f[i] &^= bit
	}
}
