package hours

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Clock is a time of day in minutes after midnight, up to 24:00.
type Clock int

// At returns a time of day. It does not check; Hours.Validate does.
func At(hour, minute int) Clock { return Clock(hour*60 + minute) }

const midnight = Clock(24 * 60)

// MarshalText writes "08:30".
func (c Clock) MarshalText() ([]byte, error) {
	if c < 0 || c > midnight {
		return nil, errors.New("time of day out of range")
	}
	return fmt.Appendf(nil, "%02d:%02d", c/60, c%60), nil
}

// UnmarshalText reads "08:30" and "24:00".
func (c *Clock) UnmarshalText(text []byte) error {
	if len(text) != 5 || text[2] != ':' {
		return errors.New("time of day is not HH:MM")
	}
	hour, err := strconv.ParseUint(string(text[:2]), 10, 8)
	if err != nil {
		return errors.New("time of day is not HH:MM")
	}
	minute, err := strconv.ParseUint(string(text[3:]), 10, 8)
	if err != nil || minute > 59 || At(int(hour), int(minute)) > midnight {
		return errors.New("time of day is not HH:MM")
	}
	*c = At(int(hour), int(minute))
	return nil
}

// Date is a calendar day without a time zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day of t in t's own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// noon stands for the day in computations: no clock change moves it to another.
func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

func (d Date) valid() bool { return d.Year >= 2000 && d.Year < 2200 && DateOf(d.noon()) == d }

// AddDays returns the day n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.noon().AddDate(0, 0, n)) }

// Before reports whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.noon().Before(e.noon()) }

// Weekday counts from Monday, 0.
func (d Date) Weekday() int { return (int(d.noon().Weekday()) + 6) % 7 }

// MarshalText writes "2026-12-24".
func (d Date) MarshalText() ([]byte, error) {
	if !d.valid() {
		return nil, errors.New("no such day")
	}
	return []byte(d.noon().Format(time.DateOnly)), nil
}

// UnmarshalText reads "2026-12-24".
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || !DateOf(t).valid() {
		return errors.New("date is not YYYY-MM-DD")
	}
	*d = DateOf(t)
	return nil
}
