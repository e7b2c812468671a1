package search

import (
	"math/bits"

	"tresen/internal/inbox"
)

const (
	// A block ends with blockDocs documents or when it has blockBytes of
	// text; the latter keeps long messages from filling a filter.
	blockDocs  = 16
	blockBytes = 4 << 10
	groupDocs  = blocksMax * blockDocs
	// groupBytes keeps offsets far below 32 bits whatever people send.
	groupBytes = 4 << 20
)

// group is a part of the arena: the folded text of up to 1,024 documents in up
// to 64 blocks, with the filter that says which block can hold what.
type group struct {
	text  []byte
	ends  []uint32          // where each document's text ends, its end sign included
	ids   []inbox.MessageID // 0 once removed
	marks []uint8           // kind, and hasAttachment
	first []uint16          // each block's first document
	live  int
	// newest and oldest bound the documents' places in time. They may be too
	// wide after removals, never too narrow.
	newest, oldest moment
	filter         filter
}

const hasAttachment = 0x80

// moment orders messages by the second they were sent, then by conversation and
// arrival. It is a MessageID with its parts in another order.
type moment int64

const (
	sequenceBits = 12
	secondBits   = 31
	otherBits    = 63 - secondBits
)

func momentOf(id inbox.MessageID) moment {
	second := int64(id) >> sequenceBits & (1<<secondBits - 1)
	rest := int64(id)>>(sequenceBits+secondBits)<<sequenceBits | int64(id)&(1<<sequenceBits-1)
	return moment(second<<otherBits | rest)
}

func newGroup(textSize int) *group {
	return &group{
		text:   make([]byte, 0, textSize),
		ends:   make([]uint32, 0, groupDocs),
		ids:    make([]inbox.MessageID, 0, groupDocs),
		marks:  make([]uint8, 0, groupDocs),
		first:  make([]uint16, 0, blocksMax),
		filter: newFilter(),
	}
}

// full reports whether the next document belongs into another group.
func (g *group) full() bool {
	return len(g.ids) == groupDocs || len(g.text) > groupBytes || len(g.first) == blocksMax && g.blockFull()
}

func (g *group) blockFull() bool {
	b := len(g.first) - 1
	return b < 0 || len(g.ids)-int(g.first[b]) == blockDocs || len(g.text)-g.start(int(g.first[b])) >= blockBytes
}

// start is where document i begins in the text.
func (g *group) start(i int) int {
	if i == 0 {
		return 0
	}
	return int(g.ends[i-1])
}

// docsOf returns block b's documents: first ≤ i < end.
func (g *group) docsOf(b int) (first, end int) {
	end = len(g.ids)
	if b+1 < len(g.first) {
		end = int(g.first[b+1])
	}
	return int(g.first[b]), end
}

// append adds a document with its folded text, which must end with documentEnd.
func (g *group) append(id inbox.MessageID, mark uint8, folded []byte) {
	if g.blockFull() {
		g.first = append(g.first, uint16(len(g.ids)))
	}
	g.text = appendWiping(g.text, folded)
	g.ends = append(g.ends, uint32(len(g.text)))
	g.ids = append(g.ids, id)
	g.marks = append(g.marks, mark)
	at := momentOf(id)
	if len(g.ids) == 1 {
		g.newest, g.oldest = at, at
	}
	g.newest, g.oldest = max(g.newest, at), min(g.oldest, at)
	g.live++
	g.describe(len(g.ids)-1, 1<<(len(g.first)-1))
}

// describe enters document i into the filter of its block.
func (g *group) describe(i int, bit uint64) {
	g.filter.add(g.text[g.start(i):g.ends[i]], bit)
	g.filter[conversationRow(g.ids[i].Conversation())] |= bit
	g.filter[kindRow(g.marks[i]&^hasAttachment)] |= bit
	if g.marks[i]&hasAttachment != 0 {
		g.filter[attachmentRow()] |= bit
	}
}

// appendWiping is append that leaves no copy of the text behind when it grows.
func appendWiping(text, more []byte) []byte {
	if len(text)+len(more) <= cap(text) {
		return append(text, more...)
	}
	grown := make([]byte, len(text), max(2*cap(text), len(text)+len(more)))
	copy(grown, text)
	clear(text)
	return append(grown, more...)
}

// all has a bit for each block.
func (g *group) all() uint64 {
	return 1<<len(g.first) - 1
}

// removeWhere overwrites the documents that gone picks among the blocks given
// and makes those blocks' filters anew, so that no trace of them stays there
// either. It returns how many it removed.
func (g *group) removeWhere(blocks uint64, gone func(inbox.MessageID) bool) int {
	removed := 0
	for ; blocks != 0; blocks &= blocks - 1 {
		b := bits.TrailingZeros64(blocks)
		first, end := g.docsOf(b)
		before := removed
		for i := first; i < end; i++ {
			if g.ids[i] != 0 && gone(g.ids[i]) {
				clear(g.text[g.start(i):g.ends[i]])
				g.ids[i], g.marks[i] = 0, 0
				removed++
			}
		}
		if removed == before {
			continue
		}
		g.filter.clear(1 << b)
		for i := first; i < end; i++ {
			if g.ids[i] != 0 {
				g.describe(i, 1<<b)
			}
		}
	}
	g.live -= removed
	return removed
}

// sparse reports whether compact would give back at least half of the text.
func (g *group) sparse() bool {
	return len(g.ids) >= 4*blockDocs && g.live*2 < len(g.ids)
}

// compacted returns a group with the live documents only and overwrites g.
func (g *group) compacted() *group {
	size := 0
	for i, id := range g.ids {
		if id != 0 {
			size += int(g.ends[i]) - g.start(i)
		}
	}
	c := newGroup(size)
	for i, id := range g.ids {
		if id != 0 {
			c.append(id, g.marks[i], g.text[g.start(i):g.ends[i]])
		}
	}
	clear(g.text)
	clear(g.filter)
	return c
}

// packed returns a copy of g whose text has no spare room, and empties g for
// further use.
func (g *group) packed() *group {
	p := *g
	p.text = make([]byte, len(g.text))
	copy(p.text, g.text)
	clear(g.text)
	fresh := newGroup(0)
	fresh.text = g.text[:0]
	*g = *fresh
	return &p
}
