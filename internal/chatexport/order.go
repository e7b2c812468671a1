package chatexport

import (
	"time"
)

// Order is the order in which a phone writes day, month and year.
type Order string

// The orders. Unknown means that the whole file can be read in two ways.
const (
	Unknown    Order = ""
	DayFirst   Order = "day"
	MonthFirst Order = "month"
	YearFirst  Order = "year"
)

// stamp is a date and a time as a line has them.
type stamp struct {
	date                 [3]int
	hour, minute, second int
}

// earliest is before WhatsApp could export anything.
var earliest = time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC)

// at reads a stamp in some order; ok is false if there is no such day.
func (s stamp) at(o Order, zone *time.Location) (t time.Time, ok bool) {
	var day, month, year int
	switch o {
	case DayFirst:
		day, month, year = s.date[0], s.date[1], s.date[2]
	case MonthFirst:
		month, day, year = s.date[0], s.date[1], s.date[2]
	default:
		year, month, day = s.date[0], s.date[1], s.date[2]
	}
	if year < 100 {
		year += 2000
	}
	if month < 1 || month > 12 || day < 1 || day > 31 || year < earliest.Year() || year > 2100 {
		return t, false
	}
	t = time.Date(year, time.Month(month), day, s.hour, s.minute, s.second, 0, zone)
	return t, t.Day() == day || s.hour < 3 // a clock put forward may move past midnight
}

// possible reports whether any order makes a day of it.
func (s stamp) possible() bool {
	for _, o := range []Order{DayFirst, MonthFirst, YearFirst} {
		if _, ok := s.at(o, time.UTC); ok {
			return true
		}
	}
	return false
}

// backwards is how far a line may lie before the one above it: an export is in
// order but for clocks that were put right.
const backwards = 36 * time.Hour

// decideOrder finds the order that all lines of a file have. Dots are only used
// where the day comes first. Otherwise a file in which no day is later than the
// twelfth may fit two orders; then it is unknown, and example can be read in both.
func decideOrder(list []stamp, dots bool, now time.Time) (o Order, example int) {
	if len(list) > 0 && list[0].date[0] >= 1000 {
		return YearFirst, 0
	}
	day, month := faults(list, DayFirst, now), faults(list, MonthFirst, now)
	if dots && day.impossible == 0 {
		return DayFirst, 0
	}
	switch {
	case day.impossible != month.impossible:
		if day.impossible < month.impossible {
			return DayFirst, 0
		}
		return MonthFirst, 0
	case day.jumps != month.jumps:
		if day.jumps < month.jumps {
			return DayFirst, 0
		}
		return MonthFirst, 0
	}
	for i, s := range list {
		if s.date[0] != s.date[1] {
			return Unknown, i
		}
	}
	return DayFirst, 0 // both say the same
}

type faultCount struct{ impossible, jumps int }

// faults counts the lines that make no sense in an order: no such day, after
// now, or long before the line above.
func faults(list []stamp, o Order, now time.Time) (n faultCount) {
	var last time.Time
	for _, s := range list {
		t, ok := s.at(o, time.UTC)
		if !ok || t.After(now.Add(backwards)) {
			n.impossible++
			continue
		}
		if t.Before(last.Add(-backwards)) {
			n.jumps++
		}
		last = t
	}
	return n
}

// Readings returns what Example means with the day and with the month first, as yyyy-mm-dd.
func (c Chat) Readings() (dayFirst, monthFirst string) {
	read := func(o Order) string {
		t, ok := c.example.at(o, time.UTC)
		if !ok {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	return read(DayFirst), read(MonthFirst)
}
