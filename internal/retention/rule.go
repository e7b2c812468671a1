package retention

import (
	"slices"
	"time"

	"tresen/internal/inbox"
)

// Class is a class of deletion: a kind of data with its rule.
type Class string

// The classes that apply to what the inbox holds.
const (
	Unanswered Class = "unanswered" // spam, wrong number, never answered
	Sensitive  Class = "sensitive"  // marked as special category (Art. 9 GDPR) or as not needed
	Enquiry    Class = "enquiry"    // no order came of it
	Order      Class = "order"      // what belongs to an order and is no letter
	Claims     Class = "claims"     // may be needed for claims (§§ 195, 199 BGB)
	Letter     Class = "letter"     // Handels- oder Geschäftsbrief (§ 257 HGB, § 147 AO)
	Voucher    Class = "voucher"    // Buchungsbeleg (§ 147 AO, § 14b UStG)
	Proof      Class = "proof"      // consents and withdrawals (Art. 7(1) GDPR)
	Calls      Class = "calls"      // consents to advertising calls (§ 7a(2) UWG)
	Case       Class = "case"       // files of requests under Art. 15 to 21 GDPR
)

// Start is the event a period begins with.
type Start string

// The starts. EndOfYear means the last day of the year in which the event was.
const (
	FromCollection  Start = "collection"
	FromLastMessage Start = "lastMessage"
	FromClosing     Start = "closing"
	FromEndOfYear   Start = "endOfYear"
	FromLastUse     Start = "lastUse"
)

// Action is what happens at the end of a period.
type Action string

// The actions. Archive takes the data out of the inbox into the sealed archive,
// where it is restricted (Art. 18 GDPR, § 35(3) BDSG) until the archive's own rule ends it.
const (
	Erase   Action = "erase"
	Archive Action = "archive"
)

// Country whose law on bookkeeping applies.
type Country string

// The countries Tresen knows rules for.
const (
	Germany     Country = "DE"
	Austria     Country = "AT"
	Switzerland Country = "CH"
)

// Period is a length of time in calendar units.
type Period struct {
	Years  int `json:"years,omitempty"`
	Months int `json:"months,omitempty"`
	Days   int `json:"days,omitempty"`
}

// days is an approximate length, for comparing periods only.
func (p Period) days() int { return p.Years*366 + p.Months*31 + p.Days }

// Rule says how long one class is kept.
type Rule struct {
	Class  Class
	Start  Start
	Period Period
	// Min and Max bound what the shop may choose; equal to Period where the law fixes it.
	Min, Max Period
	// Basis is the norm.
	Basis string
	// Off is true if the shop switched the rule off. Rules the law fixes cannot be.
	Off bool
}

// Fixed reports whether the law fixes the period.
func (r Rule) Fixed() bool { return r.Min == r.Max }

// Catalogue returns the rules with the periods Tresen begins with.
func Catalogue(country Country) []Rule {
	days := func(n int) Period { return Period{Days: n} }
	months := func(n int) Period { return Period{Months: n} }
	years := func(n int) Period { return Period{Years: n} }
	fixed := func(c Class, s Start, p Period, basis string) Rule {
		return Rule{Class: c, Start: s, Period: p, Min: p, Max: p, Basis: basis}
	}
	rules := []Rule{
		{Class: Unanswered, Start: FromLastMessage, Period: days(30), Min: days(7), Max: days(90), Basis: "Art. 6(1)(f) GDPR"},
		{Class: Sensitive, Start: FromCollection, Period: days(30), Min: days(0), Max: days(90), Basis: "Art. 9, 5(1)(c) GDPR"},
		{Class: Enquiry, Start: FromLastMessage, Period: months(6), Min: months(1), Max: months(12), Basis: "Art. 6(1)(b), (f) GDPR"},
		{Class: Order, Start: FromClosing, Period: months(12), Min: months(6), Max: months(36), Basis: "Art. 6(1)(b) GDPR"},
		fixed(Claims, FromEndOfYear, years(3), "Art. 17(3)(e) GDPR, §§ 195, 199 BGB"),
		{Class: Proof, Start: FromEndOfYear, Period: years(3), Min: years(3), Max: years(5), Basis: "Art. 7(1), 5(2), 17(3)(e) GDPR"},
		fixed(Calls, FromLastUse, years(5), "§ 7a(2) UWG, §§ 187, 188 BGB"),
		{Class: Case, Start: FromEndOfYear, Period: years(3), Min: years(1), Max: years(3), Basis: "Art. 5(2), 17(3)(e) GDPR"},
	}
	switch country {
	case Austria:
		return append(rules, fixed(Letter, FromEndOfYear, years(7), "§ 132 BAO, § 212 UGB"), fixed(Voucher, FromEndOfYear, years(7), "§ 132 BAO, § 212 UGB"))
	case Switzerland:
		return append(rules, fixed(Letter, FromEndOfYear, years(10), "Art. 958f OR"), fixed(Voucher, FromEndOfYear, years(10), "Art. 958f OR"))
	default:
		return append(rules, fixed(Letter, FromEndOfYear, years(6), "§ 257 HGB, § 147 AO"), fixed(Voucher, FromEndOfYear, years(8), "§ 147 AO, § 14b UStG"))
	}
}

// Choice is what a shop changed of a rule.
type Choice struct {
	Class  Class  `json:"class"`
	Period Period `json:"period"`
	Off    bool   `json:"off,omitempty"`
}

// Apply returns the rules with the shop's choices. It fails with invalid,
// naming the class, if a choice is outside its rule's range.
func Apply(rules []Rule, choices []Choice) ([]Rule, error) {
	rules = slices.Clone(rules)
	for _, c := range choices {
		i := slices.IndexFunc(rules, func(r Rule) bool { return r.Class == c.Class })
		if i < 0 {
			return nil, inbox.InvalidField(string(c.Class), "no such rule")
		}
		r := &rules[i]
		if r.Fixed() && (c.Off || c.Period != r.Period) {
			return nil, inbox.InvalidField(string(c.Class), "fixed by law")
		}
		if c.Period.days() < r.Min.days() || c.Period.days() > r.Max.days() {
			return nil, inbox.InvalidField(string(c.Class), "outside the range")
		}
		r.Period, r.Off = c.Period, c.Off
	}
	return rules, nil
}

// End returns the first moment at which what began at start is no longer kept,
// in start's time zone. Months are calendar months cut to the last day of a
// shorter one, as Art. 3 of Regulation 1182/71 counts.
func (r Rule) End(start time.Time) time.Time {
	if r.Start == FromEndOfYear {
		return time.Date(start.Year()+1+r.Period.Years, time.January, 1, 0, 0, 0, 0, start.Location())
	}
	return addMonths(start, r.Period.Years*12+r.Period.Months).AddDate(0, 0, r.Period.Days)
}

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}
