package rights

import (
	"fmt"
	"slices"
	"time"

	"tresen/internal/inbox"
)

// Kind is the right somebody exercises.
type Kind string

// The kinds, with their articles of the GDPR.
const (
	Access        Kind = "access"        // Art. 15
	Rectification Kind = "rectification" // Art. 16
	Erasure       Kind = "erasure"       // Art. 17
	Restriction   Kind = "restriction"   // Art. 18
	Portability   Kind = "portability"   // Art. 20
	Objection     Kind = "objection"     // Art. 21
)

// Kinds lists all of them in the order of their articles.
func Kinds() []Kind {
	return []Kind{Access, Rectification, Erasure, Restriction, Portability, Objection}
}

// Known reports whether k is one of the kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// State is how far the shop is with a case.
type State string

// The states.
const (
	Received State = "received"
	Checked  State = "checked" // it is certain who asks
	InWork   State = "work"
	Extended State = "extended" // more time was taken, with reasons (Art. 12(3))
	Answered State = "answered"
	Refused  State = "refused" // with reasons and remedies (Art. 12(4))
	Closed   State = "closed"
)

// Open reports whether the person is still waiting for an answer.
func (s State) Open() bool {
	return s == Received || s == Checked || s == InWork || s == Extended
}

// follows says which states may follow which. Nothing is answered before it is
// certain who asks; a case that turns out to be none can be closed at any time.
var follows = map[State][]State{
	Received: {Checked, Refused, Closed},
	Checked:  {InWork, Extended, Answered, Refused, Closed},
	InWork:   {Extended, Answered, Refused, Closed},
	Extended: {Answered, Refused, Closed},
	Answered: {Closed},
	Refused:  {Closed},
}

// Next lists what may follow a state.
func (s State) Next() []State { return slices.Clone(follows[s]) }

// needsReason says which steps the law or the proof of it wants reasons for:
// an extension and a refusal (Art. 12(3), (4)), and closing without an answer.
func needsReason(from, to State) bool {
	return to == Extended || to == Refused || to == Closed && from.Open()
}

// Deadline is when a case must be answered.
type Deadline struct {
	Received time.Time
	Country  Country
	Extended bool
}

// Country whose law applies to the shop.
type Country string

// The countries whose law the letters and periods follow.
const (
	Germany     Country = "DE"
	Austria     Country = "AT"
	Switzerland Country = "CH"
)

// Due is the last moment of the last day on which an answer is in time, in the
// time zone of Received: one month from receipt, cut to the end of a shorter
// month, three if it was extended (Art. 12(3) GDPR, Art. 3 Reg. 1182/71); in
// Switzerland 30 days (Art. 25(7) DSG, Art. 18 DSV) and two months more. That a
// period may end later on a Sunday or holiday is left out: it only helps.
func (d Deadline) Due() time.Time {
	day := d.first()
	if d.Extended {
		day = addMonths(day, 2)
		if d.Country != Switzerland {
			day = addMonths(d.Received, 3)
		}
	}
	return endOf(day)
}

func (d Deadline) first() time.Time {
	if d.Country == Switzerland {
		return d.Received.AddDate(0, 0, 30)
	}
	return addMonths(d.Received, 1)
}

// MayExtend reports whether the notice of an extension would still be in time:
// it belongs into the first month.
func (d Deadline) MayExtend(now time.Time) bool { return !d.Extended && !now.After(endOf(d.first())) }

// Overdue reports whether the answer is late.
func (d Deadline) Overdue(now time.Time) bool { return now.After(d.Due()) }

// reminderDays are the days after receipt on which an open case calls for
// attention. After an extension they are counted in its last month.
var reminderDays = []int{7, 14, 21, 25}

// Reminder returns the newest day of reminding that has come, or 0, and the
// moment it came.
func (d Deadline) Reminder(now time.Time) (day int, at time.Time) {
	start := d.Received
	if d.Extended {
		start = addMonths(d.Due(), -1)
	}
	for _, n := range reminderDays {
		if when := startOf(start.AddDate(0, 0, n)); !now.Before(when) {
			day, at = n, when
		}
	}
	return day, at
}

// Reminds reports whether a case needs a look: a reminder has come and nothing
// was done about the case since, or its time is over.
func (d Deadline) Reminds(acted, now time.Time) bool {
	day, at := d.Reminder(now)
	return d.Overdue(now) || day > 0 && acted.Before(at)
}

func startOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

func endOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 23, 59, 59, 0, t.Location())
}

func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()+time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// Number is what a case is called in letters and in the log. It says nothing
// about the person and is never used twice, so it outlives her erasure.
func Number(id int64, received time.Time) string {
	return fmt.Sprintf("DS-%04d-%04d", received.Year(), id)
}

func checkStep(from, to State, reason string) error {
	switch {
	case !slices.Contains(follows[from], to):
		return inbox.NewError(inbox.CodeConflict, "this does not follow in a case")
	case needsReason(from, to) && reason == "":
		return inbox.InvalidField("reason", "missing")
	}
	return nil
}
