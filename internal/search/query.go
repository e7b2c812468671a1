package search

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tresen/internal/inbox"
)

// DefaultLimit and MaxLimit bound one page of results.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Has says what a message must have: anything, something, nothing.
type Has int

// The values of Has.
const (
	Any Has = iota
	With
	Without
)

// Query says what is looked for. Everything that is set must hold.
type Query struct {
	// Text is what somebody typed: words and parts of words in any order,
	// "phrases in quotation marks", numbers with or without separators.
	// Its first 1,000 bytes and 12 words count, of each 64 letters.
	Text string
	// Conversation and Customer restrict the search if they are not zero.
	Conversation inbox.ConversationID
	Customer     inbox.CustomerID
	// Kinds lists the kinds that count; empty means all.
	Kinds []inbox.MessageKind
	// From ≤ the message's second < To; zero times are no bounds.
	From, To   time.Time
	Attachment Has
	// Keep decides about what the index does not know, such as labels. It
	// is called for messages that fit otherwise, from up to two goroutines
	// and while changes wait: it must be quick and not call the index.
	Keep func(inbox.MessageID) bool
	// Limit is the size of the page: 0 means DefaultLimit, more than
	// MaxLimit MaxLimit.
	Limit int
	// After is the last message of the page before, or 0.
	After inbox.MessageID
}

// Hit is a message that was found.
type Hit struct {
	ID   inbox.MessageID
	Kind inbox.MessageKind
}

// Results is one page, newest message first.
type Results struct {
	Hits []Hit
	// More tells that there is another page: Query.After the last hit.
	More bool
	// Ready is false while Load has not come to its end, and older messages
	// may be missing.
	Ready bool
}

// plan is a Query made ready for the groups.
type plan struct {
	terms         []term
	rows          []uint16 // what a block must have
	conversations []inbox.ConversationID
	kinds         []uint8
	attachment    Has
	from, before  moment // from ≤ moment < before
	keep          func(inbox.MessageID) bool
	limit         int
}

// plan reports false if nothing can fit.
func (x *Index) plan(q Query) (plan, bool) {
	p := plan{
		terms: parse(q.Text), attachment: q.Attachment, keep: q.Keep,
		before: math.MaxInt64, limit: min(cmp.Or(max(q.Limit, 0), DefaultLimit), MaxLimit),
	}
	for _, t := range p.terms {
		p.rows = append(p.rows, t.grams...)
	}
	if q.Attachment == With {
		p.rows = append(p.rows, attachmentRow())
	}
	if !q.From.IsZero() {
		p.from = startOf(q.From.Add(time.Second - 1))
	}
	if !q.To.IsZero() {
		p.before = startOf(q.To.Add(time.Second - 1))
	}
	if q.After > 0 {
		p.before = min(p.before, momentOf(q.After))
	}
	asked := len(p.terms) > 0 || q.Conversation != 0 || q.Customer != (inbox.CustomerID{}) || len(q.Kinds) > 0 ||
		q.Attachment != Any || !q.From.IsZero() || !q.To.IsZero() || q.Keep != nil
	return p, x.restrict(&p, q) && asked && (len(p.terms) > 0 || isBlank(q.Text))
}

// restrict looks up what the index has numbers for.
func (x *Index) restrict(p *plan, q Query) bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if q.Customer != (inbox.CustomerID{}) {
		c := x.customers[q.Customer]
		if c == nil || len(c.conversations) == 0 {
			return false
		}
		p.conversations = slices.Clone(c.conversations)
	}
	if q.Conversation != 0 {
		if p.conversations != nil && !slices.Contains(p.conversations, q.Conversation) {
			return false
		}
		p.conversations = []inbox.ConversationID{q.Conversation}
	}
	for _, kind := range q.Kinds {
		if i := slices.Index(x.kinds, kind); i >= 0 {
			p.kinds = append(p.kinds, uint8(i+1))
		}
	}
	return len(q.Kinds) == 0 || len(p.kinds) > 0
}

func isBlank(s string) bool {
	f := folder{limit: maxQuery}
	f.text(s[:min(len(s), maxQuery)])
	return len(f.out) == 0
}
