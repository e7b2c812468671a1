package search

import (
	"slices"
	"sync"
	"time"

	"tresen/internal/inbox"
)

// Document is what can be found of one message. Every text is untrusted.
type Document struct {
	ID inbox.MessageID
	// Kind is what Query.Kinds filters by. The index tells 127 kinds apart.
	Kind       inbox.MessageKind
	Attachment bool
	// Text, Caption, FileName and More are searched alike. No hit reaches
	// from one into the next. Together they count up to 64 KiB, folded.
	Text     string
	Caption  string
	FileName string
	More     []string
}

// Index finds documents and customers. Its methods may be called at the same
// time; searches run beside each other and between the steps of a change. The
// zero Index is empty and ready.
type Index struct {
	// writing makes changes one after another. Whoever holds it may read
	// what mu guards; it is taken before mu.
	writing sync.Mutex
	fold    folder
	load    loading

	mu        sync.RWMutex
	groups    []*group // the last one takes new documents
	customers map[inbox.CustomerID]*customer
	kinds     []inbox.MessageKind // a kind's number is its place
	ready     bool
}

// Add makes documents findable. A document whose message is in the index
// replaces it, so an edited message needs no other call. Adding stops at the
// first message id that is none (CodeInvalid).
func (x *Index) Add(documents ...Document) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	for _, d := range documents {
		if d.ID <= 0 {
			return inbox.InvalidField("messageId", "not a message id")
		}
		x.load.overtake(d.ID)
		mark, folded := x.kindMark(d), x.fold.document(d)
		x.mu.Lock()
		x.removeLocked(d.ID)
		x.tailLocked().append(d.ID, mark, folded)
		x.mu.Unlock()
		clear(folded)
	}
	return nil
}

// Replace puts a document in the place of what the index has of its message.
// It is Add under the name that says so.
func (x *Index) Replace(d Document) error { return x.Add(d) }

// Remove overwrites a message's text and forgets it. It reports whether the
// message was there.
func (x *Index) Remove(id inbox.MessageID) bool {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.load.overtake(id)
	waiting := x.load.remove(func(m inbox.MessageID) bool { return m == id })
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.removeLocked(id) || waiting > 0
}

// RemoveConversation overwrites all texts of a conversation and forgets them.
// It returns how many there were. Searches that started before may still
// return ids of them, never text.
func (x *Index) RemoveConversation(c inbox.ConversationID) int {
	x.writing.Lock()
	defer x.writing.Unlock()
	return x.removeConversation(c)
}

// removeConversation is called with writing held. It lets searches in between
// the groups, because a conversation may lie in all of them.
func (x *Index) removeConversation(c inbox.ConversationID) int {
	of := func(id inbox.MessageID) bool { return id.Conversation() == c }
	x.load.close(c)
	removed := x.load.remove(of)
	row := []uint16{conversationRow(c)}
	emptied := false
	for _, g := range x.groups {
		blocks := g.filter.having(row, g.all())
		if blocks == 0 {
			continue
		}
		x.mu.Lock()
		removed += g.removeWhere(blocks, of)
		if g.sparse() {
			*g = *g.compacted()
		}
		emptied = emptied || g.live == 0
		x.mu.Unlock()
	}
	if emptied {
		x.mu.Lock()
		x.dropEmptyLocked()
		x.mu.Unlock()
	}
	return removed
}

// Clear overwrites everything and leaves an empty index. A Load that is running
// adds nothing more.
func (x *Index) Clear() {
	x.writing.Lock()
	defer x.writing.Unlock()
	x.load.cleared = true
	x.load.remove(func(inbox.MessageID) bool { return true })
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, g := range x.groups {
		clear(g.text)
		clear(g.ids)
		clear(g.filter)
		g.live = 0
	}
	for _, c := range x.customers {
		c.wipe()
	}
	x.groups, x.customers, x.kinds = nil, nil, nil
}

// removeLocked forgets one message. Only groups whose time fits are looked at.
func (x *Index) removeLocked(id inbox.MessageID) bool {
	at, row := momentOf(id), []uint16{conversationRow(id.Conversation())}
	same := func(m inbox.MessageID) bool { return m == id }
	for _, g := range x.groups {
		if at > g.newest || at < g.oldest {
			continue
		}
		if g.removeWhere(g.filter.having(row, g.all()), same) == 0 {
			continue
		}
		if g.sparse() {
			*g = *g.compacted()
		}
		if g.live == 0 {
			x.dropEmptyLocked()
		}
		return true
	}
	return false
}

func (x *Index) dropEmptyLocked() {
	x.groups = slices.DeleteFunc(x.groups, func(g *group) bool { return g.live == 0 })
}

// tailLocked returns the group that takes the next new document.
func (x *Index) tailLocked() *group {
	if n := len(x.groups); n > 0 && !x.groups[n-1].full() {
		return x.groups[n-1]
	}
	g := newGroup(blockBytes)
	x.groups = append(x.groups, g)
	return g
}

// kindMark returns the byte a document is filtered by. Number 0 stands for
// kinds that came after the list was full.
func (x *Index) kindMark(d Document) uint8 {
	var mark uint8
	if d.Attachment {
		mark = hasAttachment
	}
	if i := slices.Index(x.kinds, d.Kind); i >= 0 {
		return mark | uint8(i+1)
	}
	if len(x.kinds) == hasAttachment-1 {
		return mark
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.kinds = append(x.kinds, d.Kind)
	return mark | uint8(len(x.kinds))
}

// Size is what an index holds at the moment.
type Size struct {
	Messages  int
	Customers int
	// Bytes is the memory taken by text, filters and numbers.
	Bytes int
	// Ready is true once everything that was stored has been loaded.
	Ready bool
}

// Size says how full the index is.
func (x *Index) Size() Size {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := Size{Customers: len(x.customers), Ready: x.ready}
	for _, g := range x.groups {
		s.Messages += g.live
		s.Bytes += cap(g.text) + 8*len(g.filter) + 4*cap(g.ends) + 8*cap(g.ids) + cap(g.marks) + 2*cap(g.first)
	}
	for _, c := range x.customers {
		s.Bytes += len(c.names) + len(c.notes) + 8*len(c.conversations)
	}
	return s
}

// startOf returns the first moment of a second.
func startOf(t time.Time) moment {
	id, err := inbox.FirstMessageID(1, t)
	if err != nil {
		return 0
	}
	return momentOf(id) >> otherBits << otherBits
}
