package retention

import (
	"fmt"
	"slices"
	"time"

	"tresen/internal/inbox"
)

// Decision is what happens to one element of a person's data when she is to be
// erased (Art. 17 GDPR).
type Decision string

// The decisions. Restrict moves an element into the sealed archive, or leaves it
// there; Refuse leaves it where it is, which is only possible for the person as
// a whole: her key cannot be destroyed for a part of her.
const (
	DecideErase    Decision = "erase"
	DecideRestrict Decision = "restrict"
	DecideRefuse   Decision = "refuse"
)

// ElementKind is a kind of element.
type ElementKind string

// The elements of a person's data, in the order they are shown.
const (
	ElementConversation ElementKind = "conversation" // messages with their files
	ElementDetails      ElementKind = "details"      // name, identifiers, labels
	ElementNotes        ElementKind = "notes"        // notes, reminders and drafts
	ElementConsents     ElementKind = "consents"
	ElementArchive      ElementKind = "archive" // letters, vouchers and claims that are there already
	ElementAdBlock      ElementKind = "adBlock"
	ElementCases        ElementKind = "cases"
)

// Reason says why an element's decision is what it is.
type Reason string

// The reasons.
const (
	ReasonOver     Reason = "over"     // nothing is left to keep it for
	ReasonHold     Reason = "hold"     // somebody holds it
	ReasonClaims   Reason = "claims"   // may be needed for claims
	ReasonOpen     Reason = "open"     // its order or complaint is not settled
	ReasonProof    Reason = "proof"    // proves a consent or a withdrawal
	ReasonLaw      Reason = "law"      // a law on bookkeeping keeps it
	ReasonAdBlock  Reason = "adBlock"  // so that no advertising reaches her
	ReasonOpenCase Reason = "openCase" // another request of hers is not answered yet
	ReasonCaseFile Reason = "caseFile" // proves that her request was answered
)

// PersonFacts is everything the triage of one person looks at.
type PersonFacts struct {
	Conversations []Conversation
	// Details counts identifiers, Notes also reminders and drafts.
	Details, Notes int
	// Consents are the declarations by the class of their proof.
	Consents map[Class]Declared
	// Archive are the entries that are copies of her messages.
	Archive []Archived
	// AdBlocked is true if she must not get advertising.
	AdBlocked bool
	// OpenCases counts her requests, but for this one, that are not answered yet.
	OpenCases int
}

// Declared is how many declarations there are, and when something was last agreed
// to, used or taken back; zero if nothing was.
type Declared struct {
	Count  int
	LastAt time.Time
}

// AddConsents adds declarations of one of those who are the person.
func (f *PersonFacts) AddConsents(class Class, count int, last time.Time) {
	if f.Consents == nil {
		f.Consents = map[Class]Declared{}
	}
	d := f.Consents[class]
	d.Count += count
	if last.After(d.LastAt) {
		d.LastAt = last
	}
	f.Consents[class] = d
}

// Element is one element with its decision.
type Element struct {
	Kind ElementKind `json:"kind"`
	// Conversation is set for conversations.
	Conversation inbox.ConversationID `json:"-"`
	// Class is what it is kept as, if it is restricted.
	Class    Class    `json:"class,omitempty"`
	Decision Decision `json:"decision"`
	// Choices are the decisions the law leaves open, the proposed one first.
	Choices []Decision `json:"-"`
	Count   int        `json:"count"`
	Media   int        `json:"media,omitempty"`
	// Until is the first moment at which a restricted element is no longer kept;
	// zero if that is not known.
	Until time.Time `json:"until,omitzero"`
	Hold  bool      `json:"hold,omitempty"`
	// Norm is the rule of law for everything that is not erased, and for what is.
	Norm   string `json:"norm"`
	Reason Reason `json:"reason"`
}

// Key names an element within its triage.
func (e Element) Key() string {
	switch e.Kind {
	case ElementConversation:
		return fmt.Sprint(e.Kind, ":", int64(e.Conversation))
	case ElementConsents:
		if e.Class == Calls {
			return "consents:calls"
		}
	case ElementArchive:
		return fmt.Sprint(e.Kind, ":", e.Class, ":", e.Until.Year())
	}
	return string(e.Kind)
}

// Triage says of every element of a person's data whether it is erased,
// restricted or refused.
type Triage struct {
	Elements []Element `json:"elements"`
}

// Refused reports whether something must stay live, so that the person cannot
// be erased now.
func (t Triage) Refused() bool {
	return slices.ContainsFunc(t.Elements, func(e Element) bool { return e.Decision == DecideRefuse })
}

// Residue returns what outlives the erasure.
func (t Triage) Residue() []Element {
	return slices.DeleteFunc(slices.Clone(t.Elements), func(e Element) bool { return e.Decision == DecideErase })
}

// MakeTriage decides by the rules of a country what happens to each element, and
// takes the shop's own decision (by Element.Key) where the law leaves one open.
// It fails with invalid, naming the element, for one that is not open.
func MakeTriage(country Country, rules []Rule, f PersonFacts, chosen map[string]Decision, now time.Time) (Triage, error) {
	t := triage{now: now, norms: normsOf(country), rules: map[Class]Rule{}}
	for _, r := range rules {
		if !r.Off {
			t.rules[r.Class] = r
		}
	}
	for _, c := range f.Conversations {
		t.add(t.conversation(c))
	}
	if f.Details > 0 {
		t.add(t.erased(ElementDetails, f.Details))
	}
	if f.Notes > 0 {
		t.add(t.erased(ElementNotes, f.Notes))
	}
	t.consents(f)
	t.archive(f.Archive, chosen)
	if f.AdBlocked {
		t.add(Element{Kind: ElementAdBlock, Decision: DecideRestrict, Count: 1, Norm: t.norms.adBlock, Reason: ReasonAdBlock})
	}
	if f.OpenCases > 0 {
		t.add(Element{Kind: ElementCases, Choices: []Decision{DecideRefuse, DecideErase}, Count: f.OpenCases, Norm: t.norms.openCase, Reason: ReasonOpenCase})
	}
	return Triage{t.list}, t.choose(chosen)
}

// triage collects elements.
type triage struct {
	now   time.Time
	norms norms
	rules map[Class]Rule
	list  []Element
}

func (t *triage) add(e Element) {
	if len(e.Choices) == 0 {
		e.Choices = []Decision{e.Decision}
	}
	e.Decision = e.Choices[0]
	t.list = append(t.list, e)
}

func (t *triage) choose(chosen map[string]Decision) error {
	for key, d := range chosen {
		i := slices.IndexFunc(t.list, func(e Element) bool { return e.Key() == key })
		if i < 0 || !slices.Contains(t.list[i].Choices, d) {
			return inbox.InvalidField("decision", "not open for "+string(d))
		}
		e := &t.list[i]
		e.Decision = d
		switch {
		case d != DecideRestrict:
			e.Until, e.Class = time.Time{}, ""
		case e.Kind == ElementConversation && !e.Hold:
			e.Reason, e.Norm = ReasonClaims, t.norms.claims // only that allows a copy to stay
		}
	}
	return nil
}

func (t *triage) erased(kind ElementKind, count int) Element {
	return Element{Kind: kind, Decision: DecideErase, Count: count, Norm: t.norms.over, Reason: ReasonOver}
}

func (t *triage) conversation(c Conversation) Element {
	e := t.erased(ElementConversation, c.Messages)
	e.Conversation, e.Media, e.Hold = c.ID, c.Media, c.Hold
	class, start := c.Class()
	if start.IsZero() {
		start = c.LastAt
	}
	claims, known := t.rules[Claims]
	restrictable := known && c.Messages > 0 && t.now.Before(claims.End(start))
	switch {
	case c.Messages == 0 && !c.Hold:
		return e
	case c.Hold:
		e.Choices, e.Reason, e.Norm = []Decision{DecideRestrict, DecideRefuse}, ReasonHold, t.norms.claims
	case c.Claims && restrictable:
		e.Choices, e.Reason, e.Norm = []Decision{DecideRestrict, DecideErase, DecideRefuse}, ReasonClaims, t.norms.claims
	case class == Order && c.ClosedAt.IsZero() && restrictable:
		e.Choices, e.Reason, e.Norm = []Decision{DecideRefuse, DecideRestrict, DecideErase}, ReasonOpen, t.norms.open
	case class == Order && restrictable:
		e.Choices = []Decision{DecideErase, DecideRestrict}
	}
	if slices.Contains(e.Choices, DecideRestrict) {
		e.Class, e.Until = Claims, claims.End(start)
	}
	return e
}

// consents keeps what proves something, by the rule of its class; the rest goes.
func (t *triage) consents(f PersonFacts) {
	erased := 0
	for _, class := range []Class{Proof, Calls} {
		d := f.Consents[class]
		rule, ok := t.rules[class]
		if !ok || d.LastAt.IsZero() || !t.now.Before(rule.End(d.LastAt)) {
			erased += d.Count
			continue
		}
		t.add(Element{Kind: ElementConsents, Class: class, Decision: DecideRestrict, Until: rule.End(d.LastAt), Count: d.Count, Reason: ReasonProof, Norm: t.norms.proof})
	}
	if erased > 0 {
		t.add(t.erased(ElementConsents, erased))
	}
}

// archive sums up what is in the archive already, by class and end. A copy of a
// conversation that is about to be copied again is not counted twice.
func (t *triage) archive(entries []Archived, chosen map[string]Decision) {
	var list []Element
	for _, a := range entries {
		if a.Class == Claims && t.copied(a.Conversation, chosen) {
			continue
		}
		e := Element{Kind: ElementArchive, Class: a.Class, Decision: DecideRestrict, Until: a.EndsAt, Norm: t.rules[a.Class].Basis, Reason: ReasonLaw}
		if a.Class == Claims {
			e.Norm, e.Reason = t.norms.claims, ReasonClaims
		}
		i := slices.IndexFunc(list, func(other Element) bool { return other.Key() == e.Key() })
		if i < 0 {
			i = len(list)
			list = append(list, e)
		}
		list[i].Count += max(1, a.Messages)
		list[i].Hold = list[i].Hold || a.Hold
	}
	for _, e := range list {
		t.add(e)
	}
}

// copied reports whether a conversation goes to the archive.
func (t *triage) copied(id inbox.ConversationID, chosen map[string]Decision) bool {
	return slices.ContainsFunc(t.list, func(e Element) bool {
		d, ok := chosen[e.Key()]
		return e.Kind == ElementConversation && e.Conversation == id && (ok && d == DecideRestrict || !ok && e.Decision == DecideRestrict)
	})
}

// norms are the rules of law a triage cites, of one country; those of two are never mixed.
type norms struct{ over, open, claims, proof, adBlock, openCase string }

func normsOf(country Country) norms {
	n := norms{
		over: "Art. 17(1)(a) GDPR", open: "Art. 17(1)(a), 6(1)(b) GDPR", claims: "Art. 17(3)(e) GDPR, §§ 195, 199 BGB",
		proof: "Art. 17(3)(e), 7(1) GDPR", adBlock: "Art. 21(3) GDPR", openCase: "Art. 12(3) GDPR",
	}
	switch country {
	case Austria:
		n.claims = "Art. 17(3)(e) GDPR, § 1489 ABGB"
	case Switzerland:
		return norms{
			over: "Art. 6(4) DSG", open: "Art. 31(2)(a) DSG", claims: "Art. 31(1) DSG, Art. 127 OR", proof: "Art. 31(1) DSG",
			adBlock: "Art. 30(2)(b) DSG", openCase: "Art. 25 DSG",
		}
	}
	return n
}
