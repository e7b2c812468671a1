package shopyear_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/shopyear"
)

// rulesAsWritten is the catalogue of retention classes as the law is read, to be
// compared with what the program does. Nothing in this file asks the program.
const rulesAsWritten = `
	class      | begins with        | ends after
	unanswered | the last message   | 30 days
	sensitive  | the message        | 30 days
	enquiry    | the last message   | 6 months
	order      | the closing        | 12 months
	claims     | the same moment    | 3 years after the end of the year
	letter     | the message        | 6 years after the end of the year
	voucher    | the message        | 8 years after the end of the year
	proof      | the last use       | 3 years after the end of the year
	calls      | the last use       | 5 years
	case       | the end of it      | 3 years after the end of the year
`

// period is one line of the table.
type period struct {
	n     int
	unit  string
	whole bool // years are counted from the end of the year
}

func readRules(t *testing.T, table string) map[string]period {
	t.Helper()
	rules := map[string]period{}
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		cells := strings.Split(line, "|")
		var p period
		if _, err := fmt.Sscanf(strings.TrimSpace(cells[2]), "%d %s", &p.n, &p.unit); err != nil {
			t.Fatal(err)
		}
		p.whole = strings.Contains(cells[2], "end of the year")
		rules[strings.TrimSpace(cells[0])] = p
	}
	return rules
}

// over returns the first moment after a period, counted on the shop's calendar:
// a month ends on the day of the same number, or on its last day (Reg. 1182/71).
func (p period) over(start time.Time, at *time.Location) time.Time {
	start = start.In(at)
	if p.whole {
		return time.Date(start.Year()+p.n+1, time.January, 1, 0, 0, 0, 0, at)
	}
	y, m, d := start.Date()
	months := map[string]int{"days": 0, "months": p.n, "years": 12 * p.n}[p.unit]
	m += time.Month(months)
	for m > 12 {
		y, m = y+1, m-12
	}
	long := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == time.February && (y%4 == 0 && y%100 != 0 || y%400 == 0) {
		long = 29
	}
	d = min(d, long)
	if p.unit == "days" {
		d += p.n
	}
	return time.Date(y, m, d, start.Hour(), start.Minute(), start.Second(), 0, at)
}

// shop is what must be there at some time, computed from the ledger.
type shop struct {
	rules   map[string]period
	zone    *time.Location
	people  []*someone
	archive []*entry
}

// someone is a person with what is left of her.
type someone struct {
	*shopyear.Person
	messages []*shopyear.Message
	cases    []*shopyear.Case
	// emptied is true once her conversation went and she stayed.
	emptied bool
}

// entry is one of the archive.
type entry struct {
	class        string
	who          *shopyear.Person
	starts, ends time.Time
	messages     []*shopyear.Message
	declarations int
	cases        int
}

func newShop(t *testing.T, l *shopyear.Ledger) *shop {
	t.Helper()
	s := &shop{rules: readRules(t, rulesAsWritten), zone: l.From.Location()}
	for _, p := range l.People {
		if len(p.Messages) == 0 {
			continue
		}
		s.people = append(s.people, &someone{Person: p, messages: slices.Clone(p.Messages), cases: slices.Clone(p.Cases)})
		for _, m := range p.Messages {
			for _, class := range m.Kept {
				s.archive = append(s.archive, &entry{
					class: class, who: p, starts: m.At, ends: s.rules[class].over(m.At, s.zone), messages: []*shopyear.Message{m},
				})
			}
		}
	}
	return s
}

// class is what a conversation is, and the moment its period began; zero while
// it has not.
func (p *someone) class() (string, time.Time) {
	if p.emptied {
		return "unanswered", p.Last() // what it was about went with what was said
	}
	switch p.Kind {
	case "order", "complaint":
		return "order", p.ClosedAt
	case "spam":
		return "unanswered", p.Last()
	}
	if p.Answered() {
		return "enquiry", p.Last()
	}
	return "unanswered", p.Last()
}

// settled is when a request came to its end: it was closed, or answered or
// refused and nothing was done since; zero while it is open.
func settled(c *shopyear.Case) time.Time {
	switch c.State {
	case "closed":
		return c.ClosedAt
	case "answered", "refused":
		return c.ActedAt
	}
	return time.Time{}
}

// held reports whether nothing of hers may go: the shop said so, her data are
// restricted (Art. 18), or she waits for an answer about them. Who waits to be
// erased keeps nobody from it.
func (p *someone) held() bool {
	return p.Hold || p.waits()
}

func (p *someone) waits() bool {
	return p.Restricted || slices.ContainsFunc(p.cases, func(c *shopyear.Case) bool { return c.Kind != "erasure" && settled(c).IsZero() })
}

// closedFiles returns the files of requests whose time is over at a time, and
// those that must still be kept. A hold of the shop's is about what was said.
func (s *shop) closedFiles(p *someone, at time.Time) (over, kept []*shopyear.Case) {
	for _, c := range p.cases {
		switch end := settled(c); {
		case end.IsZero():
		case at.Before(s.rules["case"].over(end, s.zone)):
			kept = append(kept, c)
		case !p.waits():
			over = append(over, c)
		}
	}
	return over, kept
}

// agreed reports whether a consent still allows to write to her.
func (s *shop) agreed(p *someone, at time.Time) bool {
	for _, purpose := range []string{"news", "reminders", "feedback", "calls"} {
		class, act := "proof", ""
		var last time.Time
		if purpose == "calls" {
			class = purpose
		}
		for _, d := range p.Declarations {
			if d.Purpose == purpose {
				act, last = d.Act, d.At
			}
		}
		for _, u := range p.Uses {
			if u.Purpose == purpose && u.At.After(last) {
				last = u.At
			}
		}
		if act == "confirmed" && at.Before(s.rules[class].over(last, s.zone)) {
			return true
		}
	}
	return false
}

// early returns the messages that go before their conversation.
func (s *shop) early(p *someone, at time.Time) (list []*shopyear.Message) {
	for _, m := range p.messages {
		if m.Sensitive && !p.held() && !at.Before(s.rules["sensitive"].over(m.At, s.zone)) {
			list = append(list, m)
		}
	}
	return list
}

// fate is what has to happen to a person's conversation at a time.
type fate struct {
	class        string
	conversation bool // all of it goes
	claims       bool // and is kept apart
	leaves       bool // with the person
	early        []*shopyear.Message
	start        time.Time
}

func (s *shop) fateOf(p *someone, at time.Time) fate {
	f := fate{early: s.early(p, at)}
	f.class, f.start = p.class()
	rest := len(p.messages) - len(f.early)
	agreed := s.agreed(p, at)
	over := !f.start.IsZero() && !p.held() && !at.Before(s.rules[f.class].over(f.start, s.zone))
	switch {
	case rest > 0 && over:
		f.conversation = true
		f.claims = p.Claims && at.Before(s.rules["claims"].over(f.start, s.zone))
	case rest == 0 && !p.held() && !agreed:
		f.conversation = true
	}
	f.leaves = f.conversation && !agreed
	return f
}

// due lists what must go at a time, each as a line.
func (s *shop) due(at time.Time) (lines []string, leaving []*someone) {
	for _, p := range s.people {
		f := s.fateOf(p, at)
		if f.conversation {
			action := "erase"
			if f.claims {
				action = "archive"
			}
			lines = append(lines, fmt.Sprintf("%s: %s the conversation with %s (%d messages)", f.class, action, p.Name, len(p.messages)-len(f.early)))
		} else {
			for _, m := range f.early {
				lines = append(lines, fmt.Sprintf("sensitive: erase %s", m.WAMID))
			}
		}
		over, _ := s.closedFiles(p, at)
		for _, c := range over {
			lines = append(lines, fmt.Sprintf("case: erase the file of request %d", c.Number))
		}
		if f.leaves {
			leaving = append(leaving, p)
		}
	}
	for _, e := range s.archive {
		if !at.Before(e.ends) {
			lines = append(lines, e.line())
		}
	}
	slices.Sort(lines)
	return lines, leaving
}

func (e *entry) line() string {
	return fmt.Sprintf("%s: end the entry of %s from %s", e.class, e.who.Name, e.starts.UTC().Format(time.DateTime))
}

// run changes what must be there as a run at a time has to.
func (s *shop) run(at time.Time) (gone []*someone) {
	var stay []*someone
	var entries []*entry
	for _, p := range s.people {
		f := s.fateOf(p, at)
		left := slices.DeleteFunc(slices.Clone(p.messages), func(m *shopyear.Message) bool { return slices.Contains(f.early, m) })
		if f.claims {
			// A copy is made before anything goes, so it holds what would have gone early too.
			entries = append(entries, &entry{class: "claims", who: p.Person, starts: f.start, ends: s.rules["claims"].over(f.start, s.zone), messages: p.messages})
		}
		if f.conversation {
			left = nil
			p.emptied = true
		}
		p.messages = left
		over, kept := s.closedFiles(p, at)
		if !f.leaves {
			p.cases = slices.DeleteFunc(p.cases, func(c *shopyear.Case) bool { return slices.Contains(over, c) })
			stay = append(stay, p)
			continue
		}
		gone = append(gone, p)
		entries = append(entries, s.proofs(p, at)...)
		if len(kept) > 0 {
			entries = append(entries, s.files(p, kept))
		}
	}
	s.archive = slices.DeleteFunc(s.archive, func(e *entry) bool { return !at.Before(e.ends) })
	s.people, s.archive = stay, append(s.archive, entries...)
	return gone
}

// files is what proves of somebody who leaves that her requests were answered.
func (s *shop) files(p *someone, cases []*shopyear.Case) *entry {
	e := &entry{class: "case", who: p.Person, cases: len(cases)}
	for _, c := range cases {
		end := settled(c)
		if e.starts.IsZero() || end.Before(e.starts) {
			e.starts = end
		}
		if over := s.rules["case"].over(end, s.zone); over.After(e.ends) {
			e.ends = over
		}
	}
	return e
}

// proofs are what must be kept of somebody who leaves and had agreed or objected.
func (s *shop) proofs(p *someone, at time.Time) (list []*entry) {
	for _, class := range []string{"proof", "calls"} {
		e := &entry{class: class, who: p.Person}
		var last time.Time
		for _, d := range p.Declarations {
			if (d.Purpose == "calls") != (class == "calls") {
				continue
			}
			e.declarations++
			if e.starts.IsZero() {
				e.starts = d.At
			}
			if d.Act == "confirmed" || d.Act == "withdrawn" {
				last = d.At
			}
		}
		for _, u := range p.Uses {
			if (u.Purpose == "calls") == (class == "calls") && u.At.After(last) {
				last = u.At
			}
		}
		if last.IsZero() {
			continue
		}
		if e.ends = s.rules[class].over(last, s.zone); at.Before(e.ends) {
			list = append(list, e)
		}
	}
	return list
}
