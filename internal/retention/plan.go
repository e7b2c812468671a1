package retention

import (
	"slices"
	"time"

	"tresen/internal/inbox"
)

// Kind is what a conversation is about, as the shop says.
type Kind string

// The kinds. A conversation is an enquiry until somebody says otherwise.
const (
	KindEnquiry   Kind = "enquiry"
	KindOrder     Kind = "order"
	KindComplaint Kind = "complaint"
	KindSpam      Kind = "spam"
)

// Conversation is what the rules need to know of one.
type Conversation struct {
	ID       inbox.ConversationID
	Customer inbox.CustomerID
	Kind     Kind
	LastAt   time.Time
	// ClosedAt is when the order or complaint was settled; zero while it is open.
	ClosedAt time.Time
	// Answered is true if the shop ever wrote, or said what it is about.
	Answered bool
	// Claims is true if it may be needed for claims after its time.
	Claims bool
	// Hold stops every rule until somebody lifts it.
	Hold     bool
	Messages int
	Media    int
}

// Message is a message with a rule of its own.
type Message struct {
	ID       inbox.MessageID
	Customer inbox.CustomerID
	SentAt   time.Time
	// Hold is its conversation's.
	Hold bool
}

// Consent is one that was given and not taken back.
type Consent struct {
	Customer inbox.CustomerID
	// Class is Proof, or Calls for advertising by telephone.
	Class Class
	// LastAt is when it was given or last used.
	LastAt time.Time
}

// Archived is an entry of the sealed archive.
type Archived struct {
	ID    int64
	Class Class
	// StartsAt is when what it holds was sent.
	StartsAt time.Time
	// EndsAt was fixed when it was archived.
	EndsAt   time.Time
	Hold     bool
	Messages int
	// Conversation is what it was copied from, while that is known.
	Conversation inbox.ConversationID
}

// CaseFile is a request under Art. 15 to 21 GDPR.
type CaseFile struct {
	ID       int64
	Customer inbox.CustomerID
	// SettledAt is when it was answered, refused or closed; zero while it is open.
	SettledAt time.Time
	// Hold is true while the person's data are restricted, or another request of hers is open.
	Hold bool
}

// Facts is everything the rules are applied to.
type Facts struct {
	Conversations []Conversation
	Sensitive     []Message
	// Consents keep their people, who may still be written to, but not what was said.
	Consents []Consent
	Archive  []Archived
	Cases    []CaseFile
}

// Item is one thing whose time is over. One of Conversation, Message, Archive and Case is set.
type Item struct {
	Class        Class
	Action       Action
	Customer     inbox.CustomerID
	Conversation inbox.ConversationID
	Message      inbox.MessageID
	Archive      int64
	Case         int64
	// Since is when its period began, Due since when it should be gone.
	Since    time.Time
	Due      time.Time
	Messages int
	Media    int
}

// Plan is what a run would do, and what stays.
type Plan struct {
	// Items are ordered: messages first, then conversations, the archive, the case files.
	Items []Item
	// Customers are those who have nothing left after the run; their keys can be destroyed.
	Customers []inbox.CustomerID
	// Oldest is when the oldest record of each class that stays began.
	Oldest map[Class]time.Time
	// Held counts what only stays because of a hold.
	Held int
}

// MakePlan applies rules to facts at a time. A class without a rule, or whose
// rule is off, is kept.
func MakePlan(rules []Rule, facts Facts, now time.Time) Plan {
	p := planner{now: now, rules: map[Class]Rule{}, plan: Plan{Oldest: map[Class]time.Time{}}}
	for _, r := range rules {
		if !r.Off {
			p.rules[r.Class] = r
		}
	}
	staying := p.agreed(facts.Consents)
	gone := map[inbox.ConversationID]bool{}
	early := map[inbox.ConversationID]int{}
	for _, m := range facts.Sensitive {
		if p.over(Sensitive, m.SentAt) && !m.Hold {
			early[m.ID.Conversation()]++
		}
	}
	var items []Item
	for _, c := range facts.Conversations {
		c.Messages -= early[c.ID]
		if c.Messages == 0 && staying[c.Customer] {
			continue // nothing is left of it but whom the shop may write to
		}
		item, due := p.conversation(c)
		if due {
			items = append(items, item)
			gone[c.ID] = true
		} else {
			staying[c.Customer] = true
		}
	}
	for _, m := range facts.Sensitive {
		if !gone[m.ID.Conversation()] {
			p.message(m)
		}
	}
	p.plan.Items = append(p.plan.Items, items...)
	for _, a := range facts.Archive {
		p.archived(a)
	}
	for _, c := range facts.Cases {
		p.caseFile(c)
	}
	for _, i := range items {
		if !staying[i.Customer] && !slices.Contains(p.plan.Customers, i.Customer) {
			p.plan.Customers = append(p.plan.Customers, i.Customer)
		}
	}
	return p.plan
}

// agreed returns who stays because of a consent: its purpose has not ended.
func (p *planner) agreed(consents []Consent) map[inbox.CustomerID]bool {
	staying := map[inbox.CustomerID]bool{}
	for _, c := range consents {
		if rule, ok := p.rules[c.Class]; !ok || p.now.Before(rule.End(c.LastAt)) {
			staying[c.Customer] = true
			p.stays(c.Class, c.LastAt)
		}
	}
	return staying
}

type planner struct {
	now   time.Time
	rules map[Class]Rule
	plan  Plan
}

// Class returns a conversation's class and when its period began; zero while it has not.
func (c Conversation) Class() (Class, time.Time) {
	switch {
	case c.Kind == KindOrder || c.Kind == KindComplaint:
		return Order, c.ClosedAt
	case c.Kind == KindSpam || !c.Answered:
		return Unanswered, c.LastAt
	default:
		return Enquiry, c.LastAt
	}
}

func (p *planner) conversation(c Conversation) (Item, bool) {
	cl, start := c.Class()
	if c.Messages == 0 && !c.Hold {
		// Everything in it went earlier, or goes now: no purpose is left to keep its person for.
		return Item{Class: cl, Action: Erase, Customer: c.Customer, Conversation: c.ID, Since: c.LastAt, Due: p.now}, true
	}
	if over := !start.IsZero() && p.over(cl, start); !p.due(cl, c.LastAt, over, c.Hold) {
		return Item{}, false
	}
	item := Item{
		Class: cl, Action: Erase, Customer: c.Customer, Conversation: c.ID, Since: start, Due: p.rules[cl].End(start), Messages: c.Messages, Media: c.Media,
	}
	if claims, ok := p.rules[Claims]; ok && c.Claims && p.now.Before(claims.End(start)) {
		item.Action = Archive
	}
	return item, true
}

// over reports whether a class's time is over.
func (p *planner) over(c Class, start time.Time) bool {
	rule, ok := p.rules[c]
	return ok && !p.now.Before(rule.End(start))
}

// due reports whether something goes now, and counts what is held or stays.
func (p *planner) due(c Class, since time.Time, over, hold bool) bool {
	if over && hold {
		p.plan.Held++
	}
	if !over || hold {
		p.stays(c, since)
		return false
	}
	return true
}

func (p *planner) message(m Message) {
	if !p.due(Sensitive, m.SentAt, p.over(Sensitive, m.SentAt), m.Hold) {
		return
	}
	p.plan.Items = append(p.plan.Items, Item{
		Class: Sensitive, Action: Erase, Customer: m.Customer, Message: m.ID, Since: m.SentAt, Due: p.rules[Sensitive].End(m.SentAt), Messages: 1,
	})
}

func (p *planner) archived(a Archived) {
	if !p.due(a.Class, a.StartsAt, !p.now.Before(a.EndsAt), a.Hold) {
		return
	}
	p.plan.Items = append(p.plan.Items, Item{Class: a.Class, Action: Erase, Archive: a.ID, Since: a.StartsAt, Due: a.EndsAt, Messages: a.Messages})
}

// caseFile ends the proof that a request was answered. While the request is
// open, whoever gives the facts holds what it is about.
func (p *planner) caseFile(c CaseFile) {
	if c.SettledAt.IsZero() || !p.due(Case, c.SettledAt, p.over(Case, c.SettledAt), c.Hold) {
		return
	}
	p.plan.Items = append(p.plan.Items, Item{Class: Case, Action: Erase, Customer: c.Customer, Case: c.ID, Since: c.SettledAt, Due: p.rules[Case].End(c.SettledAt)})
}

func (p *planner) stays(c Class, since time.Time) {
	if oldest, ok := p.plan.Oldest[c]; !ok || since.Before(oldest) {
		p.plan.Oldest[c] = since
	}
}
