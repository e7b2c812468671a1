package holidays

import (
	"slices"
	"testing"
	"time"

	"tresen/internal/profile/hours"
)

func year(r Region, y int) []Holiday {
	return Between(r, hours.Date{Year: y, Month: time.January, Day: 1}, hours.Date{Year: y, Month: time.December, Day: 31})
}

// The days of 2027 that not all Länder share, written down from the Länder's
// own laws; Easter is on 28 March.
func TestEveryLandHasItsOwnDays(t *testing.T) {
	day := func(m time.Month, d int) hours.Date { return hours.Date{Year: 2027, Month: m, Day: d} }
	common := []hours.Date{
		day(1, 1), day(3, 26), day(3, 29), day(5, 1), day(5, 6), day(5, 17), day(10, 3), day(12, 25), day(12, 26),
	}
	kings, women, corpus, assumption := day(1, 6), day(3, 8), day(5, 27), day(8, 15)
	children, reformation, saints, repentance := day(9, 20), day(10, 31), day(11, 1), day(11, 17)
	own := map[Region][]hours.Date{
		"DE-BW": {kings, corpus, saints}, "DE-BY": {kings, corpus, saints}, "DE-BE": {women}, "DE-BB": {reformation},
		"DE-HB": {reformation}, "DE-HH": {reformation}, "DE-HE": {corpus}, "DE-MV": {women, reformation}, "DE-NI": {reformation},
		"DE-NW": {corpus, saints}, "DE-RP": {corpus, saints}, "DE-SL": {corpus, assumption, saints},
		"DE-SN": {reformation, repentance}, "DE-ST": {kings, reformation}, "DE-SH": {reformation}, "DE-TH": {children, reformation},
	}
	for region, days := range own {
		want := slices.SortedFunc(slices.Values(append(slices.Clone(common), days...)), func(a, b hours.Date) int {
			if a.Before(b) {
				return -1
			}
			return 1
		})
		got := []hours.Date{}
		for _, h := range year(region, 2027) {
			got = append(got, h.Day)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v\nwant %v", region, got, want)
		}
	}
	if len(own) != len(Regions())-1 {
		t.Errorf("%d Länder", len(own))
	}
}

func TestAustriaAndWhatIsUnknown(t *testing.T) {
	if got := year(Austria, 2027); len(got) != 13 || got[0].Name == "" {
		t.Errorf("Austria: %v", got)
	}
	if got := year("DE-XX", 2027); len(got) != 0 || Region("DE-XX").Known() || !Region("DE-BY").Known() {
		t.Errorf("unknown region: %v", got)
	}
}

func TestBetweenIncludesBothEndsAndCrossesTheYear(t *testing.T) {
	got := Between("DE-BE", hours.Date{Year: 2026, Month: 12, Day: 25}, hours.Date{Year: 2027, Month: 1, Day: 1})
	if len(got) != 3 || got[0].Day.Day != 25 || got[2].Name != "Neujahrstag" {
		t.Errorf("%v", got)
	}
	if got := Between("DE-MV", hours.Date{Year: 2022, Month: 3, Day: 8}, hours.Date{Year: 2022, Month: 3, Day: 8}); len(got) != 0 {
		t.Errorf("before its law: %v", got)
	}
}
