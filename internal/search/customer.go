package search

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"tresen/internal/inbox"
)

// Customer is what can be found of one person. Every text is untrusted.
type Customer struct {
	ID inbox.CustomerID
	// Conversations are the person's, for Query.Customer and RemoveCustomer.
	Conversations []inbox.ConversationID
	// Names are the shop's name for the person, profile name, username,
	// number; Notes what the shop wrote down.
	Names []string
	Notes []string
}

// customer is a Customer as the index keeps it: texts folded, each ending with fieldEnd.
type customer struct {
	conversations []inbox.ConversationID
	names, notes  []byte
}

func (c *customer) wipe() {
	clear(c.names[:cap(c.names)])
	clear(c.notes[:cap(c.notes)])
}

// PutCustomer makes a customer findable, or replaces what the index has of one.
// Conversations that are no longer the customer's keep their messages.
func (x *Index) PutCustomer(c Customer) {
	x.writing.Lock()
	defer x.writing.Unlock()
	fresh := &customer{
		conversations: slices.Clone(c.Conversations),
		names:         x.foldAll(c.Names),
		notes:         x.foldAll(c.Notes),
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if old := x.customers[c.ID]; old != nil {
		old.wipe()
	}
	if x.customers == nil {
		x.customers = map[inbox.CustomerID]*customer{}
	}
	x.customers[c.ID] = fresh
}

// foldAll folds texts into memory of exactly their size.
func (x *Index) foldAll(texts []string) []byte {
	x.fold.reset()
	for _, s := range texts {
		x.fold.field(s)
	}
	folded := x.fold.finish()
	kept := make([]byte, len(folded))
	copy(kept, folded)
	clear(folded)
	return kept
}

// RemoveCustomer overwrites a customer's names and notes and all texts of the
// conversations last given to PutCustomer. It returns how many messages there were.
func (x *Index) RemoveCustomer(id inbox.CustomerID) int {
	x.writing.Lock()
	defer x.writing.Unlock()
	c := x.customers[id]
	if c == nil {
		return 0
	}
	removed := 0
	for _, conversation := range c.conversations {
		removed += x.removeConversation(conversation)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	c.wipe()
	delete(x.customers, id)
	return removed
}

// CustomerHit is a customer somebody searched for.
type CustomerHit struct {
	ID inbox.CustomerID
	// InName is false if at least one word was found only in the notes.
	InName bool
}

// The classes customers are listed by.
const (
	nameBegins = iota
	wordBegins
	inName
	inNotes
)

type rankedCustomer struct {
	CustomerHit
	class int
	name  []byte
}

// Customers returns up to limit customers whose names and notes hold every word
// of text: first those whose name begins with one, then those with a word that
// does, then other names, then notes. It fails only with ctx's error.
func (x *Index) Customers(ctx context.Context, text string, limit int) ([]CustomerHit, error) {
	terms := parse(text)
	if len(terms) == 0 || limit < 1 {
		return []CustomerHit{}, ctx.Err()
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	var found []rankedCustomer
	for id, c := range x.customers {
		if class, ok := c.class(terms); ok {
			found = append(found, rankedCustomer{CustomerHit{id, class < inNotes}, class, c.names})
		}
	}
	slices.SortFunc(found, func(a, b rankedCustomer) int {
		return cmp.Or(cmp.Compare(a.class, b.class), compareNames(a.name, b.name), bytes.Compare(a.ID[:], b.ID[:]))
	})
	hits := make([]CustomerHit, 0, min(limit, len(found)))
	for _, f := range found[:min(limit, len(found))] {
		hits = append(hits, f.CustomerHit)
	}
	return hits, ctx.Err()
}

// class returns the best place of any term, but inNotes if a term is only there.
func (c *customer) class(terms []term) (class int, ok bool) {
	class = inName
	for i := range terms {
		in := terms[i].classIn(c.names)
		if in == inNotes {
			if at, _ := terms[i].find(c.notes, 0); at < 0 {
				return 0, false
			}
			class = inNotes
			continue
		}
		if class != inNotes {
			class = min(class, in)
		}
	}
	return class, true
}

// classIn returns how well the term stands in names, or inNotes if it does not.
func (q *term) classIn(names []byte) int {
	best := inNotes
	for at := 0; best > nameBegins; {
		start, _ := q.find(names, at)
		if start < 0 {
			break
		}
		switch {
		case start == 0 || names[start-1] == fieldEnd:
			best = nameBegins
		case names[start-1] == ' ' || names[start-1] == '-' || names[start-1] == '@':
			best = min(best, wordBegins)
		default:
			best = min(best, inName)
		}
		at = start + 1
	}
	return best
}

// compareNames orders folded names with umlauts beside their vowels.
func compareNames(a, b []byte) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(base(a[i]), base(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}
