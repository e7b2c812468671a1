package hours

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tresen/internal/profile/wording"
)

// Line is one row of a table of times.
type Line struct {
	// Days is "Montag–Freitag" or "24.12.2026".
	Days string
	// Times is "8–12 und 13–17 Uhr" or "geschlossen".
	Times string
	// Note is an exception's, otherwise empty.
	Note string
}

// Summary says the open days of the week in one line: "Mo–Fr 8–17 Uhr, Sa
// 9–12 Uhr". It is empty if no day is open.
func (h Hours) Summary(language wording.Language) string {
	w := wordsOf(language)
	var parts []string
	for _, g := range h.groups() {
		if len(g.spans) > 0 {
			parts = append(parts, g.name(w.short)+" "+w.times(g.spans))
		}
	}
	return strings.Join(parts, ", ")
}

// Lines returns the whole week, equal days that follow each other in one line.
func (h Hours) Lines(language wording.Language) []Line {
	w := wordsOf(language)
	lines := []Line{}
	for _, g := range h.groups() {
		lines = append(lines, Line{Days: g.name(w.long), Times: w.times(g.spans)})
	}
	return lines
}

// Upcoming returns the exceptions that are not over on a day and begin within
// the given number of days, the earliest first.
func (h Hours) Upcoming(day Date, within int, language wording.Language) []Line {
	w := wordsOf(language)
	sorted := slices.SortedFunc(slices.Values(h.Exceptions), func(a, b Exception) int {
		return a.From.noon().Compare(b.From.noon())
	})
	lines := []Line{}
	for _, e := range sorted {
		if e.To.Before(day) || day.AddDays(within).Before(e.From) {
			continue
		}
		days := w.date(e.From)
		if e.From != e.To {
			days += " – " + w.date(e.To)
		}
		lines = append(lines, Line{Days: days, Times: w.times(e.Spans), Note: e.Note})
	}
	return lines
}

// Moment says a time the way a greeting does, seen from now: "heute um 14 Uhr",
// "morgen um 9 Uhr", "am Montag um 9 Uhr", "am 2. Januar um 9 Uhr". Both are in
// the shop's zone.
func Moment(at, now time.Time, language wording.Language) string {
	w := wordsOf(language)
	day, today := DateOf(at), DateOf(now)
	clock := w.at + w.clock(At(at.Hour(), at.Minute())) + w.afterTimes
	switch {
	case day == today:
		return w.today + clock
	case day == today.AddDays(1):
		return w.tomorrow + clock
	case day.Before(today.AddDays(7)):
		return w.on + w.long[day.Weekday()] + clock
	}
	return w.on + w.date(day) + clock
}

type group struct {
	first, last int
	spans       []Span
}

func (g group) name(days [7]string) string {
	switch g.last - g.first {
	case 0:
		return days[g.first]
	case 1:
		return days[g.first] + ", " + days[g.last]
	}
	return days[g.first] + "–" + days[g.last]
}

func (h Hours) groups() []group {
	var groups []group
	for i, spans := range h.Week {
		if n := len(groups); n > 0 && slices.Equal(groups[n-1].spans, spans) {
			groups[n-1].last = i
			continue
		}
		groups = append(groups, group{i, i, spans})
	}
	return groups
}

type words struct {
	short, long          [7]string
	and, closed, allDay  string
	clock                func(Clock) string
	afterTimes, dateForm string

	today, tomorrow, on, at string
}

func wordsOf(language wording.Language) words {
	if language == wording.English {
		return words{
			short:  [7]string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
			long:   [7]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
			and:    " and ",
			closed: "closed", allDay: "all day", clock: englishClock, dateForm: "2 January 2006",
			today: "today", tomorrow: "tomorrow", on: "on ", at: " at ",
		}
	}
	return words{
		short:  [7]string{"Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"},
		long:   [7]string{"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"},
		and:    " und ",
		closed: "geschlossen", allDay: "ganztägig", clock: germanClock, afterTimes: " Uhr", dateForm: "02.01.2006",
		today: "heute", tomorrow: "morgen", on: "am ", at: " um ",
	}
}

func (w words) date(d Date) string { return d.noon().Format(w.dateForm) }

func (w words) times(spans []Span) string {
	if len(spans) == 0 {
		return w.closed
	}
	if len(spans) == 1 && spans[0] == (Span{0, midnight}) {
		return w.allDay
	}
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = w.clock(s.From) + "–" + w.clock(s.To)
	}
	last := len(parts) - 1
	joined := parts[last]
	if last > 0 {
		joined = strings.Join(parts[:last], ", ") + w.and + joined
	}
	return joined + w.afterTimes
}

func germanClock(c Clock) string {
	if c%60 == 0 {
		return strconv.Itoa(int(c) / 60)
	}
	return fmt.Sprintf("%d:%02d", c/60, c%60)
}

func englishClock(c Clock) string {
	switch c {
	case 0, midnight:
		return "midnight"
	case At(12, 0):
		return "noon"
	}
	half := " am"
	if c >= At(12, 0) {
		half = " pm"
	}
	hour := (int(c)/60 + 11) % 12
	if c%60 == 0 {
		return strconv.Itoa(hour+1) + half
	}
	return fmt.Sprintf("%d:%02d%s", hour+1, c%60, half)
}
