package app

import (
	"strconv"

	"tresen/internal/inbox"
	"tresen/internal/profile/holidays"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/shop"
)

// ShopDetails is what the owner typed about the shop, complete or not.
type ShopDetails struct {
	Brand      string          `json:"brand"`
	Imprint    imprint.Details `json:"imprint"`
	Web        string          `json:"web"`
	ImprintURL string          `json:"imprintUrl"`
	PrivacyURL string          `json:"privacyUrl"`
	Privacy    imprint.Privacy `json:"privacy"`
	// Week begins with Monday and has seven days.
	Week           []ShopDay        `json:"week"`
	Exceptions     []HoursException `json:"exceptions"`
	Region         string           `json:"region"`
	HolidaysClosed bool             `json:"holidaysClosed"`
}

// ShopDay is a day's times; none means closed.
type ShopDay struct {
	Spans []TimeSpan `json:"spans"`
}

// TimeSpan is from and to as "08:30"; to may be "24:00" or on the next day.
type TimeSpan struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// HoursException is days as "2026-12-24" on which the week does not apply.
type HoursException struct {
	From  string     `json:"from"`
	To    string     `json:"to"`
	Spans []TimeSpan `json:"spans"`
	Note  string     `json:"note"`
}

// ShopDesk is what the window needs to show the form.
type ShopDesk struct {
	Details ShopDetails `json:"details"`
	// Regions are ISO 3166-2 codes with known holidays.
	Regions []string    `json:"regions"`
	Forms   []LegalForm `json:"forms"`
	Limits  ShopLimits  `json:"limits"`
}

// LegalForm is a legal form and what its imprint holds.
type LegalForm struct {
	Form    string      `json:"form"`
	Country string      `json:"country"`
	Items   []LegalItem `json:"items"`
}

// LegalItem is one thing an imprint says and the norm that asks for it.
type LegalItem struct {
	Key      string `json:"key"`
	Required bool   `json:"required"`
	Norm     string `json:"norm"`
}

// ShopLimits are the longest inputs in characters, and how many entries there may be.
type ShopLimits struct {
	Brand      int `json:"brand"`
	Web        int `json:"web"`
	Note       int `json:"note"`
	Exceptions int `json:"exceptions"`
	Spans      int `json:"spans"`
}

// HolidayRow is a public holiday, its day as "2026-12-25".
type HolidayRow struct {
	Day  string `json:"day"`
	Name string `json:"name"`
}

// HoursWords are opening hours as customers read them.
type HoursWords struct {
	Summary  string      `json:"summary"`
	Upcoming []HoursLine `json:"upcoming"`
}

// HoursLine is a day or several, the times there, and why.
type HoursLine struct {
	Days  string `json:"days"`
	Times string `json:"times"`
	Note  string `json:"note"`
}

func shopDetailsDTO(d shop.Details) ShopDetails {
	out := ShopDetails{
		Brand: d.Brand, Imprint: d.Imprint, Web: d.Web, ImprintURL: d.ImprintURL, PrivacyURL: d.PrivacyURL, Privacy: d.Privacy,
		Week: []ShopDay{}, Exceptions: []HoursException{}, Region: string(d.Region), HolidaysClosed: d.HolidaysClosed,
	}
	if out.Imprint.People == nil {
		out.Imprint.People = []string{}
	}
	for _, day := range d.Hours.Week {
		out.Week = append(out.Week, ShopDay{spansDTO(day)})
	}
	for _, e := range d.Hours.Exceptions {
		out.Exceptions = append(out.Exceptions, HoursException{From: asText(e.From), To: asText(e.To), Spans: spansDTO(e.Spans), Note: e.Note})
	}
	return out
}

func spansDTO(spans []hours.Span) []TimeSpan {
	out := []TimeSpan{}
	for _, s := range spans {
		out = append(out, TimeSpan{asText(s.From), asText(s.To)})
	}
	return out
}

// asText writes a day or a time that was checked when it came in; what cannot
// be written stays empty and is refused when it comes back.
func asText(v interface{ MarshalText() ([]byte, error) }) string {
	text, err := v.MarshalText()
	if err != nil {
		return ""
	}
	return string(text)
}

func (d ShopDetails) details() (shop.Details, error) {
	out := shop.Details{
		Brand: d.Brand, Imprint: d.Imprint, Web: d.Web, ImprintURL: d.ImprintURL, PrivacyURL: d.PrivacyURL, Privacy: d.Privacy,
		Region: holidays.Region(d.Region), HolidaysClosed: d.HolidaysClosed,
	}
	if len(d.Week) != len(out.Hours.Week) {
		return out, inbox.InvalidField("hours.week", "not seven days")
	}
	var err error
	for i, day := range d.Week {
		if out.Hours.Week[i], err = readSpans("hours.week."+strconv.Itoa(i), day.Spans); err != nil {
			return out, err
		}
	}
	for i, e := range d.Exceptions {
		field := "hours.exceptions." + strconv.Itoa(i)
		exception := hours.Exception{Note: e.Note}
		if exception.From.UnmarshalText([]byte(e.From)) != nil || exception.To.UnmarshalText([]byte(e.To)) != nil {
			return out, inbox.InvalidField(field, "no such day")
		}
		if exception.Spans, err = readSpans(field, e.Spans); err != nil {
			return out, err
		}
		out.Hours.Exceptions = append(out.Hours.Exceptions, exception)
	}
	return out, nil
}

func readSpans(field string, spans []TimeSpan) ([]hours.Span, error) {
	var out []hours.Span
	for i, s := range spans {
		var span hours.Span
		if span.From.UnmarshalText([]byte(s.From)) != nil || span.To.UnmarshalText([]byte(s.To)) != nil {
			return nil, inbox.InvalidField(field+"."+strconv.Itoa(i), "not a time of day")
		}
		out = append(out, span)
	}
	return out, nil
}
