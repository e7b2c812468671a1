package hours

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

func span(from, to int) Span { return Span{At(from, 0), At(to, 0)} }

func shop() Hours {
	day := []Span{{At(8, 0), At(12, 30)}, span(14, 18)}
	return Hours{
		Week: [7][]Span{day, day, day, day, day, {span(9, 13)}, nil},
		Exceptions: []Exception{
			{From: Date{2026, 12, 24}, To: Date{2027, 1, 1}, Note: "Betriebsferien"},
			{From: Date{2026, 12, 6}, To: Date{2026, 12, 6}, Spans: []Span{span(13, 18)}},
		},
	}
}

func bar() Hours {
	return Hours{Week: [7][]Span{4: {span(18, 2)}, 5: {span(18, 2)}}}
}

func TestWordsForPeople(t *testing.T) {
	tests := []struct {
		hours  Hours
		de, en string
	}{
		{shop(), "Mo–Fr 8–12:30 und 14–18 Uhr, Sa 9–13 Uhr", "Mon–Fri 8 am–12:30 pm and 2 pm–6 pm, Sat 9 am–1 pm"},
		{bar(), "Fr, Sa 18–2 Uhr", "Fri, Sat 6 pm–2 am"},
		{Hours{Week: [7][]Span{0: {{0, midnight}}, 2: {{At(11, 30), midnight}}, 3: {{At(0, 30), At(12, 0)}}}},
			"Mo ganztägig, Mi 11:30–24 Uhr, Do 0:30–12 Uhr", "Mon all day, Wed 11:30 am–midnight, Thu 12:30 am–noon"},
		{Hours{}, "", ""},
	}
	for _, tt := range tests {
		if got := tt.hours.Summary(wording.German); got != tt.de {
			t.Errorf("German %q, want %q", got, tt.de)
		}
		if got := tt.hours.Summary(wording.English); got != tt.en {
			t.Errorf("English %q, want %q", got, tt.en)
		}
	}
}

func TestLinesNameClosedDaysToo(t *testing.T) {
	want := []Line{{Days: "Montag–Freitag", Times: "8–12:30 und 14–18 Uhr"}, {Days: "Samstag", Times: "9–13 Uhr"}, {Days: "Sonntag", Times: "geschlossen"}}
	if got := shop().Lines(wording.German); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	want = []Line{
		{Days: "6 December 2026", Times: "1 pm–6 pm"},
		{Days: "24 December 2026 – 1 January 2027", Times: "closed", Note: "Betriebsferien"},
	}
	if got := shop().Upcoming(Date{2026, 12, 6}, 30, wording.English); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := shop().Upcoming(Date{2026, 12, 7}, 10, wording.German); len(got) != 0 {
		t.Errorf("not yet: %+v", got)
	}
	if got := shop().Upcoming(Date{2027, 1, 1}, 10, wording.German); len(got) != 1 || got[0].Days != "24.12.2026 – 01.01.2027" {
		t.Errorf("last day: %+v", got)
	}
}

func TestOpenAndNextOpening(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, berlin)
	}
	tests := []struct {
		name  string
		hours Hours
		now   time.Time
		open  bool
		next  time.Time
	}{
		{"Monday morning", shop(), at(11, 23, 8, 0), true, at(11, 23, 14, 0)},
		{"lunch", shop(), at(11, 23, 12, 30), false, at(11, 23, 14, 0)},
		{"Saturday evening", shop(), at(11, 28, 18, 0), false, at(11, 30, 8, 0)},
		{"special Sunday", shop(), at(12, 6, 14, 0), true, at(12, 7, 8, 0)},
		{"holidays on a Thursday", shop(), at(12, 24, 9, 0), false, time.Date(2027, 1, 2, 9, 0, 0, 0, berlin)},
		{"after midnight", bar(), at(11, 28, 1, 59), true, at(11, 28, 18, 0)},
		{"closing time", bar(), at(11, 28, 2, 0), false, at(11, 28, 18, 0)},
	}
	for _, tt := range tests {
		if got := tt.hours.OpenAt(tt.now); got != tt.open {
			t.Errorf("%s: open %v", tt.name, got)
		}
		if got, ok := tt.hours.NextOpening(tt.now); !ok || !got.Equal(tt.next) {
			t.Errorf("%s: next %v", tt.name, got)
		}
	}
	if _, ok := (Hours{}).NextOpening(at(1, 1, 0, 0)); ok {
		t.Error("a shop without hours opens")
	}
}

func TestValidateNamesTheField(t *testing.T) {
	tests := []struct {
		field  string
		change func(*Hours)
	}{
		{"", func(*Hours) {}},
		{"week.0.1", func(h *Hours) { h.Week[0] = []Span{span(8, 12), span(11, 18)} }},
		{"week.0.1", func(h *Hours) { h.Week[0] = []Span{span(8, 12), span(12, 18)} }},
		{"week.0.0", func(h *Hours) { h.Week[0] = []Span{span(8, 8)} }},
		{"week.0.0", func(h *Hours) { h.Week[0] = []Span{{At(8, 0), At(25, 0)}} }},
		{"week.0.0", func(h *Hours) { h.Week[0] = []Span{span(18, 2), span(20, 22)} }},
		{"week.6.0", func(h *Hours) { h.Week[6] = []Span{span(18, 9)} }},
		{"week.2", func(h *Hours) { h.Week[2] = []Span{span(1, 2), span(3, 4), span(5, 6), span(7, 8), span(9, 10)} }},
		{"exceptions.0", func(h *Hours) { h.Exceptions[0].To = Date{2026, 12, 23} }},
		{"exceptions.1", func(h *Hours) { h.Exceptions[1].From = Date{2026, 2, 30} }},
		{"exceptions.1", func(h *Hours) { h.Exceptions[1].To = Date{2026, 12, 24} }},
		{"exceptions.1.0", func(h *Hours) { h.Exceptions[1].Spans = []Span{span(3, 3)} }},
	}
	for i, tt := range tests {
		h := shop()
		tt.change(&h)
		err := h.Validate()
		var e *inbox.Error
		if errors.As(err, &e); tt.field == "" && err != nil || tt.field != "" && (e == nil || e.Field != tt.field) {
			t.Errorf("%d: %v, want %q", i, err, tt.field)
		}
	}
	if err := bar().Validate(); err != nil {
		t.Error(err)
	}
}

func TestHoursSurviveJSON(t *testing.T) {
	data, err := json.Marshal(shop())
	if err != nil {
		t.Fatal(err)
	}
	var got Hours
	if err := json.Unmarshal(data, &got); err != nil || !reflect.DeepEqual(got, shop()) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{`"8:00"`, `"24:01"`, `"ab:cd"`, `"-1:00"`, `"12:60"`} {
		var c Clock
		if err := json.Unmarshal([]byte(bad), &c); err == nil {
			t.Errorf("%s was read as %d", bad, c)
		}
	}
	var d Date
	if err := json.Unmarshal([]byte(`"2026-02-30"`), &d); err == nil {
		t.Error("30 February was read")
	}
}
