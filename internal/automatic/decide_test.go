package automatic

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/profile/holidays"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
	"tresen/internal/snippet"
)

var berlin = mustLoad("Europe/Berlin")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

func at(year int, month time.Month, day, hour, minute int) time.Time {
	return time.Date(year, month, day, hour, minute, 0, 0, berlin)
}

// flowers is open Monday to Saturday from 9 to 18, closed on holidays and on 24 and 31 December.
func flowers(region string, from time.Time) Shop {
	d := shop.Details{Brand: "Blumen Anders", Region: holidays.Region(region), HolidaysClosed: true}
	for i := range 6 {
		d.Hours.Week[i] = []hours.Span{{From: hours.At(9, 0), To: hours.At(18, 0)}}
	}
	for _, day := range []int{24, 31} {
		date := hours.Date{Year: 2026, Month: 12, Day: day}
		d.Hours.Exceptions = append(d.Hours.Exceptions, hours.Exception{From: date, To: date})
	}
	return Shop{
		Hours: d.OpeningHours(hours.DateOf(from).AddDays(-60)), Language: wording.German,
		Values: snippet.Values{snippet.VarShop: "Blumen Anders", snippet.VarPrivacy: "https://anders.example/datenschutz"},
	}
}

func everything() Settings {
	s := First(wording.German)
	s.Greeting.On, s.Absence.On, s.Receipt.On = true, true, true
	s.Notice.On = true
	s.Notice.Confirmed = &Confirmed{ID: 1, Texts: []Text{{Language: wording.German, Lead: "Guten Tag.", Body: "Datenschutz."}}}
	return s
}

func first(now time.Time) Facts {
	return Facts{Now: now, SentAt: now.Add(-time.Minute), Kind: inbox.KindText}
}

func kinds(p Plan) string {
	var names []string
	for _, m := range p.Messages {
		var of []string
		for _, k := range m.Kinds {
			of = append(of, string(k))
		}
		names = append(names, strings.Join(of, "+"))
	}
	return strings.Join(names, " ")
}

func TestWhatAMessageDeserves(t *testing.T) {
	open, closed := at(2026, 11, 25, 11, 0), at(2026, 11, 25, 22, 0) // a Wednesday
	noticed := Sent{Kind: KindNotice, At: open.AddDate(0, -1, 0), Text: 1}
	tests := []struct {
		name    string
		facts   Facts
		change  func(*Settings, *Facts)
		want    string
		because Reason
	}{
		{"first while open", first(open), nil, "notice+greeting", ""},
		{"first while closed", first(closed), nil, "notice+absence", ""},
		{"notice alone", first(open), func(s *Settings, _ *Facts) { s.Greeting.On = false }, "notice", ""},
		{"notice not confirmed", first(open), func(s *Settings, _ *Facts) { s.Notice.Confirmed = nil }, "greeting", ""},
		{"notice switched off", first(open), func(s *Settings, _ *Facts) { s.Notice.On = false }, "greeting", ""},
		{"everything off", first(open), func(s *Settings, _ *Facts) { *s = First(wording.German) }, "", ReasonOff},
		{"known, rested", first(open), func(_ *Settings, f *Facts) { f.Sent, f.Previous = []Sent{noticed}, open.AddDate(0, 0, -15) }, "greeting", ""},
		{"known, not rested", first(open), func(_ *Settings, f *Facts) { f.Sent, f.Previous = []Sent{noticed}, open.AddDate(0, 0, -13) }, "", ReasonBefore},
		{"another text, not material", first(open), func(s *Settings, f *Facts) {
			f.Sent, f.Previous, s.Notice.Confirmed.ID = []Sent{noticed}, open.Add(-time.Hour), 2
		}, "", ReasonBefore},
		{"another text, material", first(open), func(s *Settings, f *Facts) {
			f.Sent, f.Previous, s.Notice.Confirmed.ID, s.Notice.Confirmed.Generation = []Sent{noticed}, open.Add(-time.Hour), 2, 1
		}, "notice", ""},
		{"another text after a year", first(open), func(s *Settings, f *Facts) {
			f.Sent, f.Previous, s.Notice.Confirmed.ID = []Sent{{Kind: KindNotice, At: open.AddDate(-1, 0, 0), Text: 1}}, open.Add(-time.Hour), 2
		}, "notice", ""},
		{"the same text after a year", first(open), func(_ *Settings, f *Facts) {
			f.Sent, f.Previous = []Sent{{Kind: KindNotice, At: open.AddDate(-2, 0, 0), Text: 1}}, open.Add(-time.Hour)
		}, "", ReasonBefore},
		{"a person was faster", first(open), func(_ *Settings, f *Facts) { f.Answered = open }, "notice", ""},
		{"a week late", first(open), func(_ *Settings, f *Facts) { f.SentAt = open.AddDate(0, 0, -7) }, "", ReasonOld},
		{"STOPP", first(open), func(_ *Settings, f *Facts) { f.Word = WordStop }, "", ReasonStop},
		{"answer to a question for consent", first(open), func(_ *Settings, f *Facts) { f.Word = WordConsent }, "", ReasonAnswer},
		{"blocked", first(open), func(_ *Settings, f *Facts) { f.Blocked = true }, "", ReasonBlocked},
		{"spam", first(open), func(_ *Settings, f *Facts) { f.Spam = true }, "", ReasonSpam},
		{"a call", first(open), func(_ *Settings, f *Facts) { f.Kind = inbox.KindCall }, "", ReasonKind},
		{"AUSKUNFT at night", first(closed), func(_ *Settings, f *Facts) { f.Word = WordRight }, "notice+receipt", ""},
		{"AUSKUNFT again", first(closed), func(_ *Settings, f *Facts) {
			f.Word, f.Sent = WordRight, []Sent{noticed, {Kind: KindReceipt, At: closed.Add(-time.Hour)}}
		}, "", ReasonBefore},
		{"questions too", first(open), func(s *Settings, _ *Facts) { s.Intake.On = true }, "notice+greeting+intake", ""},
		{"questions, a long notice", first(open), func(s *Settings, _ *Facts) {
			s.Intake.On, s.Notice.Confirmed.Texts[0].Body = true, strings.Repeat("x", 900)
		}, "notice+greeting intake", ""},
		{"no questions while one for consent is open", first(open), func(s *Settings, f *Facts) { s.Intake.On, f.ConsentOpen = true, true }, "notice+greeting", ""},
	}
	for _, tt := range tests {
		s := everything()
		if tt.change != nil {
			tt.change(&s, &tt.facts)
		}
		p := Decide(s, flowers("DE-BY", tt.facts.Now), tt.facts)
		if kinds(p) != tt.want || p.Because != tt.because {
			t.Errorf("%s: %q because %q, want %q because %q", tt.name, kinds(p), p.Because, tt.want, tt.because)
		}
	}
}

// A greeting takes the place of the notice's own, and nothing is said twice.
func TestOneMessageForBoth(t *testing.T) {
	now := at(2026, 11, 28, 20, 0) // Saturday evening
	p := Decide(everything(), flowers("DE-BY", now), first(now))
	want := "Guten Tag, hier ist Blumen Anders. Danke für Ihre Nachricht. Wir haben gerade geschlossen und sind am Montag um 9 Uhr wieder für Sie da.\n\nDatenschutz."
	if len(p.Messages) != 1 || p.Messages[0].Text != want {
		t.Errorf("%+v", p.Messages)
	}
	s := everything()
	s.Absence.Text = "Geschlossen, {Adresse}" // an address nobody entered
	if p := Decide(s, flowers("DE-BY", now), first(now)); p.Messages[0].Text != "Guten Tag.\nDatenschutz." {
		t.Errorf("braces reach a customer: %+v", p.Messages)
	}
}

// absences writes every 20 minutes from one time to another and returns when an
// absence message went out.
func absences(s Settings, shop func(time.Time) Shop, from, to time.Time) (sent []string) {
	var f Facts
	for now := from; now.Before(to); now = now.Add(20 * time.Minute) {
		next := Facts{Now: now, SentAt: now, Kind: inbox.KindText, Sent: f.Sent, Previous: f.SentAt}
		p := Decide(s, shop(now), next)
		for _, m := range p.Messages {
			for _, k := range m.Kinds {
				next.Sent = append([]Sent{{Kind: k, At: now}}, slices.DeleteFunc(next.Sent, func(old Sent) bool { return old.Kind == k })...)
				if k == KindAbsence {
					sent = append(sent, now.Format("02.01. 15:04"))
				}
			}
		}
		f = next
	}
	return sent
}

func TestOneAbsenceMessagePerClosedStretch(t *testing.T) {
	only := First(wording.German)
	only.Absence.On = true
	always := Shop{Language: wording.German, Values: snippet.Values{snippet.VarShop: "x"}}
	for i := range 7 {
		always.Hours.Week[i] = []hours.Span{{From: 0, To: hours.At(24, 0)}}
	}
	bar := Shop{Language: wording.German, Values: snippet.Values{snippet.VarShop: "x"}}
	for i := range 7 {
		bar.Hours.Week[i] = []hours.Span{{From: hours.At(18, 0), To: hours.At(2, 0)}}
	}
	in := func(region string) func(time.Time) Shop {
		return func(now time.Time) Shop { return flowers(region, now) }
	}
	tests := []struct {
		name     string
		shop     func(time.Time) Shop
		from, to time.Time
		want     []string
	}{
		{"two nights", in("DE-BY"), at(2026, 11, 24, 10, 0), at(2026, 11, 26, 12, 0), []string{"24.11. 18:00", "25.11. 18:00"}},
		{"over a weekend once", in("DE-BY"), at(2026, 11, 27, 19, 0), at(2026, 11, 30, 12, 0), []string{"27.11. 19:00", "28.11. 18:00"}},
		{"Christmas: 24 closed, 25 and 26 holidays, 27 Sunday", in("DE-BY"), at(2026, 12, 23, 17, 0), at(2026, 12, 28, 10, 0), []string{"23.12. 18:00"}},
		{"New Year: 31 closed, 1 holiday", in("DE-BE"), at(2026, 12, 30, 17, 0), at(2027, 1, 2, 10, 0), []string{"30.12. 18:00"}},
		{"Epiphany in Bavaria", in("DE-BY"), at(2027, 1, 5, 17, 0), at(2027, 1, 7, 10, 0), []string{"05.01. 18:00"}},
		{"no Epiphany in Berlin", in("DE-BE"), at(2027, 1, 5, 17, 0), at(2027, 1, 7, 10, 0), []string{"05.01. 18:00", "06.01. 18:00"}},
		{"the clocks go forward", in("DE-BY"), at(2027, 3, 27, 17, 0), at(2027, 3, 30, 8, 0), []string{"27.03. 18:00"}}, // Easter Monday is the 29th
		{"the clocks go back", in("DE-BY"), at(2026, 10, 24, 17, 0), at(2026, 10, 26, 10, 0), []string{"24.10. 18:00"}},
		{"never closed", func(time.Time) Shop { return always }, at(2026, 10, 23, 17, 0), at(2026, 10, 27, 10, 0), nil},
		{"open past midnight", func(time.Time) Shop { return bar }, at(2026, 11, 24, 20, 0), at(2026, 11, 26, 20, 0), []string{"25.11. 02:00", "26.11. 02:00"}},
		{"no opening hours", func(time.Time) Shop { return Shop{} }, at(2026, 11, 24, 20, 0), at(2026, 11, 26, 20, 0), nil},
	}
	for _, tt := range tests {
		if got := absences(only, tt.shop, tt.from, tt.to); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// Every Land closes on a holiday of its own, and the message names the day after.
func TestHolidaysOfEveryLand(t *testing.T) {
	s := First(wording.German)
	s.Absence.On = true
	for _, region := range holidays.Regions() {
		for _, h := range holidays.Between(region, hours.Date{Year: 2027, Month: 1, Day: 1}, hours.Date{Year: 2027, Month: 12, Day: 31}) {
			noon := time.Date(h.Day.Year, h.Day.Month, h.Day.Day, 12, 0, 0, 0, berlin)
			shop := flowers(string(region), noon)
			if p := Decide(s, shop, first(noon)); kinds(p) != "absence" || strings.Contains(p.Messages[0].Text, "heute") {
				t.Errorf("%s, %s: %+v", region, h.Name, p)
			}
		}
	}
}

func TestAbsenceNotWhileSomebodyIsThere(t *testing.T) {
	s := First(wording.German)
	s.Absence.On = true
	now := at(2026, 11, 25, 20, 0)
	f := first(now)
	f.Answered = at(2026, 11, 25, 19, 30)
	if p := Decide(s, flowers("DE-BY", now), f); p.Because != ReasonAnswered {
		t.Errorf("in the middle of a talk after hours: %+v", p)
	}
	f.Answered = at(2026, 11, 25, 17, 30)
	if p := Decide(s, flowers("DE-BY", now), f); kinds(p) != "absence" {
		t.Errorf("after an answer in the afternoon: %+v", p)
	}
}
