package hours

import (
	"strconv"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Span is one stretch of opening. If To is not later than From, it ends on the
// next day: a bar's 18:00 to 02:00.
type Span struct {
	From Clock `json:"from"`
	To   Clock `json:"to"`
}

// end returns the end in minutes after the midnight the span's day begins with.
func (s Span) end() Clock {
	if s.To <= s.From {
		return s.To + midnight
	}
	return s.To
}

// Exception is a day, or several, on which the week does not apply.
type Exception struct {
	From Date `json:"from"`
	To   Date `json:"to"`
	// Spans are the times instead; none means closed.
	Spans []Span `json:"spans,omitempty"`
	// Note says why, in the shop's words: "Betriebsferien". It may be empty.
	Note string `json:"note,omitempty"`
}

// Hours is when a shop is open.
type Hours struct {
	// Week begins with Monday. A day without spans is closed.
	Week       [7][]Span   `json:"week"`
	Exceptions []Exception `json:"exceptions,omitempty"`
}

// Limits of what Validate accepts.
const (
	MaxSpans      = 4 // per day
	MaxExceptions = 100
	MaxNote       = 60 // characters
)

// Empty reports whether no opening time is set at all; then nothing is shown.
func (h Hours) Empty() bool {
	for _, day := range h.Week {
		if len(day) > 0 {
			return false
		}
	}
	return len(h.Exceptions) == 0
}

// Validate refuses times that are no times, that overlap, or that cannot be
// told apart. The error names the field: "week.0.1" is Monday's second span,
// "exceptions.2" the third exception.
func (h Hours) Validate() error {
	for i, day := range h.Week {
		if err := validateDay("week."+strconv.Itoa(i), day, h.Week[(i+1)%7]); err != nil {
			return err
		}
	}
	if len(h.Exceptions) > MaxExceptions {
		return inbox.InvalidField("exceptions", "more than 100")
	}
	for i, e := range h.Exceptions {
		field := "exceptions." + strconv.Itoa(i)
		switch {
		case !e.From.valid() || !e.To.valid():
			return inbox.InvalidField(field, "no such day")
		case e.To.Before(e.From):
			return inbox.InvalidField(field, "ends before it begins")
		case utf8.RuneCountInString(e.Note) > MaxNote:
			return inbox.InvalidField(field, "note longer than 60 characters")
		}
		for _, other := range h.Exceptions[:i] {
			if !e.To.Before(other.From) && !other.To.Before(e.From) {
				return inbox.InvalidField(field, "overlaps another exception")
			}
		}
		if err := validateDay(field, e.Spans, nil); err != nil {
			return err
		}
	}
	return nil
}

func validateDay(field string, day, next []Span) error {
	if len(day) > MaxSpans {
		return inbox.InvalidField(field, "more than four times on one day")
	}
	for i, s := range day {
		at := field + "." + strconv.Itoa(i)
		switch {
		case s.From < 0 || s.From >= midnight || s.To < 0 || s.To > midnight:
			return inbox.InvalidField(at, "not a time of day")
		case s.From == s.To:
			return inbox.InvalidField(at, "begins when it ends")
		case i > 0 && day[i-1].end() >= s.From:
			return inbox.InvalidField(at, "overlaps or is not in order")
		case i < len(day)-1 && s.end() > midnight:
			return inbox.InvalidField(at, "only the last time of a day may pass midnight")
		case len(next) > 0 && s.end() > midnight+next[0].From:
			return inbox.InvalidField(at, "runs into the next day's first time")
		}
	}
	return nil
}

// On returns the spans that begin on a day.
func (h Hours) On(day Date) []Span {
	for _, e := range h.Exceptions {
		if !day.Before(e.From) && !e.To.Before(day) {
			return e.Spans
		}
	}
	return h.Week[day.Weekday()]
}

// OpenAt reports whether the shop is open at t, which is in the shop's zone.
func (h Hours) OpenAt(t time.Time) bool {
	day, now := DateOf(t), At(t.Hour(), t.Minute())
	for _, s := range h.On(day) {
		if s.From <= now && now < s.end() {
			return true
		}
	}
	for _, s := range h.On(day.AddDays(-1)) {
		if now+midnight < s.end() {
			return true
		}
	}
	return false
}

// horizon bounds the search for the next opening; who is closed for longer has
// more to say than a time.
const horizon = 60 // days

// ClosedSince returns when the shop closed last before t, which is in the
// shop's zone. ok is false if it is open at t, or was not open within the 60
// days before; then since is how far was looked.
func (h Hours) ClosedSince(t time.Time) (since time.Time, ok bool) {
	if h.OpenAt(t) {
		return t, false
	}
	day := DateOf(t)
	for range horizon {
		spans := h.On(day)
		for i := len(spans) - 1; i >= 0; i-- {
			end := time.Date(day.Year, day.Month, day.Day, 0, int(spans[i].end()), 0, 0, t.Location())
			if !end.After(t) {
				return end, true
			}
		}
		day = day.AddDays(-1)
	}
	return time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, t.Location()), false
}

// NextOpening returns when the shop opens next after t, which is in the shop's
// zone. ok is false if it does not within 60 days.
func (h Hours) NextOpening(t time.Time) (opening time.Time, ok bool) {
	day := DateOf(t)
	for range horizon {
		for _, s := range h.On(day) {
			at := time.Date(day.Year, day.Month, day.Day, int(s.From)/60, int(s.From)%60, 0, 0, t.Location())
			if at.After(t) {
				return at, true
			}
		}
		day = day.AddDays(1)
	}
	return time.Time{}, false
}
