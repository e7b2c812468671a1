package holidays

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/de"

	"tresen/internal/profile/hours"
)

// Region is where a holiday applies, as in ISO 3166-2: "DE-BY", "AT".
type Region string

// Austria has the same holidays everywhere. (§ 7 ARG)
const Austria Region = "AT"

// Regions lists all regions, the German Länder first. Switzerland's cantons are
// missing: their holidays differ down to the municipality.
func Regions() []Region {
	return []Region{
		"DE-BW", "DE-BY", "DE-BE", "DE-BB", "DE-HB", "DE-HH", "DE-HE", "DE-MV", "DE-NI", "DE-NW", "DE-RP", "DE-SL", "DE-SN", "DE-ST", "DE-SH", "DE-TH",
		Austria,
	}
}

// Known reports whether a region is one of Regions.
func (r Region) Known() bool { return slices.Contains(Regions(), r) }

// Holiday is one day and what it is called there, in German.
type Holiday struct {
	Day  hours.Date
	Name string
}

// Between returns a region's holidays from first to last, in order. An unknown
// region has none.
//
// Left out: Mariä Himmelfahrt in Bavaria and Fronleichnam in Saxony and
// Thuringia, which apply in some municipalities only, and Augsburg's own day.
func Between(r Region, first, last hours.Date) []Holiday {
	rules := rulesOf(r)
	found := []Holiday{}
	for year := first.Year; year <= last.Year; year++ {
		for _, rule := range rules {
			day, _ := rule.Calc(year)
			if day.IsZero() {
				continue // not yet, or no longer
			}
			if d := hours.DateOf(day); !d.Before(first) && !last.Before(d) {
				found = append(found, Holiday{d, rule.Name})
			}
		}
	}
	slices.SortFunc(found, func(a, b Holiday) int {
		switch {
		case a.Day.Before(b.Day):
			return -1
		case b.Day.Before(a.Day):
			return 1
		}
		return 0
	})
	return found
}

func rulesOf(r Region) []*cal.Holiday {
	switch r {
	case "DE-BW":
		return de.HolidaysBW
	case "DE-BY":
		return de.HolidaysBY
	case "DE-BE":
		return de.HolidaysBE
	case "DE-BB":
		return de.HolidaysBB
	case "DE-HB":
		return de.HolidaysHB
	case "DE-HH":
		return de.HolidaysHH
	case "DE-HE":
		return de.HolidaysHE
	case "DE-MV":
		return with(de.HolidaysMV, womensDayMV())
	case "DE-NI":
		return de.HolidaysNI
	case "DE-NW":
		return de.HolidaysNW
	case "DE-RP":
		return de.HolidaysRP
	case "DE-SL":
		return de.HolidaysSL
	case "DE-SN":
		return de.HolidaysSN
	case "DE-ST":
		return de.HolidaysST
	case "DE-SH":
		return de.HolidaysSH
	case "DE-TH":
		return de.HolidaysTH
	case Austria:
		return at.Holidays
	}
	return nil
}

// with adds a holiday unless a newer version of the library has brought it.
func with(rules []*cal.Holiday, missing *cal.Holiday) []*cal.Holiday {
	if slices.ContainsFunc(rules, func(h *cal.Holiday) bool { return h.Name == missing.Name }) {
		return rules
	}
	return append(slices.Clone(rules), missing)
}

// womensDayMV is a holiday in Mecklenburg-Vorpommern since 2023, which the
// library does not know. (§ 2 FTG M-V)
func womensDayMV() *cal.Holiday {
	return &cal.Holiday{
		Name: "Frauentag", Type: cal.ObservancePublic, Month: time.March, Day: 8, Func: cal.CalcDayOfMonth, StartYear: 2023,
	}
}
