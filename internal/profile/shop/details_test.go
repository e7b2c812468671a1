package shop

import (
	"errors"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/wording"
)

func flowers() Details {
	d := Details{
		Brand: "Blumen Anders", Web: "https://anders.example", ImprintURL: "https://anders.example/impressum",
		PrivacyURL: "https://anders.example/datenschutz#whatsapp", Region: "DE-BY", HolidaysClosed: true,
		Imprint: imprint.Details{
			Form: imprint.DESole, People: []string{"Anna Anders"}, Street: "Neue Gasse 1", PostalCode: "80331", City: "München",
			Email: "laden@anders.example", Phone: "+49 89 123456",
		},
	}
	for i := range 6 {
		d.Hours.Week[i] = []hours.Span{{From: hours.At(9, 0), To: hours.At(18, 0)}}
	}
	return d
}

func TestHolidaysCloseUnlessTheShopSaysOtherwise(t *testing.T) {
	d := flowers()
	d.Hours.Exceptions = []hours.Exception{
		{From: hours.Date{Year: 2026, Month: 12, Day: 24}, To: hours.Date{Year: 2026, Month: 12, Day: 25}, Note: "Urlaub"},
		{From: hours.Date{Year: 2027, Month: 1, Day: 6}, To: hours.Date{Year: 2027, Month: 1, Day: 6}, Spans: []hours.Span{{From: hours.At(10, 0), To: hours.At(12, 0)}}},
	}
	from := hours.Date{Year: 2026, Month: 12, Day: 1}
	h := d.OpeningHours(from)
	if err := h.Validate(); err != nil {
		t.Fatal(err)
	}
	for day, spans := range map[hours.Date]int{
		{Year: 2026, Month: 12, Day: 23}: 1, {Year: 2026, Month: 12, Day: 25}: 0, {Year: 2026, Month: 12, Day: 26}: 0,
		{Year: 2027, Month: 1, Day: 1}: 0, {Year: 2027, Month: 1, Day: 6}: 1, {Year: 2027, Month: 3, Day: 29}: 0,
	} {
		if got := h.On(day); len(got) != spans {
			t.Errorf("%v: %v", day, got)
		}
	}
	lines := h.Upcoming(from, 30, wording.German)
	if len(lines) != 2 || lines[0].Note != "Urlaub" || lines[1].Note != "Zweiter Weihnachtsfeiertag" {
		t.Errorf("%+v", lines)
	}
	if len(d.Hours.Exceptions) != 2 {
		t.Error("the shop's own exceptions were changed")
	}
	if d.HolidaysClosed = false; len(d.OpeningHours(from).Exceptions) != 2 {
		t.Error("holidays of a shop that is open then")
	}
}

func TestValidateNamesTheField(t *testing.T) {
	if err := flowers().Validate(); err != nil {
		t.Fatal(err)
	}
	if err := (Details{}).Validate(); err != nil {
		t.Errorf("an empty form: %v", err)
	}
	tests := map[string]func(*Details){
		"brand":                    func(d *Details) { d.Brand = strings.Repeat("x", MaxBrand+1) },
		"web":                      func(d *Details) { d.Web = "ftp://anders.example" },
		"imprintUrl":               func(d *Details) { d.ImprintURL = "https://user@anders.example" },
		"privacyUrl":               func(d *Details) { d.PrivacyURL = "anders.example" },
		"region":                   func(d *Details) { d.Region = "FR" },
		"imprint.street":           func(d *Details) { d.Imprint.Street = "a\u0000" },
		"imprint.people":           func(d *Details) { d.Imprint.People = make([]string, 21) },
		"imprint.dispute.body.web": func(d *Details) { d.Imprint.Dispute.Body.Web = strings.Repeat("x", 401) },
		"hours.week.0.0":           func(d *Details) { d.Hours.Week[0][0].To = d.Hours.Week[0][0].From },
		"hours.exceptions":         func(d *Details) { d.Hours.Exceptions = make([]hours.Exception, MaxExceptions+1) },
	}
	for field, spoil := range tests {
		d := flowers()
		spoil(&d)
		var known *inbox.Error
		if err := d.Validate(); !errors.As(err, &known) || known.Code != inbox.CodeInvalid || known.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestWhatOthersSayOfTheShop(t *testing.T) {
	d := flowers()
	if d.Address() != "Neue Gasse 1, 80331 München" || d.Name() != "Blumen Anders" || d.LegalName() != "Anna Anders" {
		t.Errorf("%q, %q, %q", d.Address(), d.Name(), d.LegalName())
	}
	d.Brand, d.Imprint.Street = "", " "
	if d = d.Clean(); d.Address() != "80331 München" || d.Name() != "Anna Anders" {
		t.Errorf("%q, %q", d.Address(), d.Name())
	}
	s := flowers().Website("https://wa.me/4989123456", hours.Date{Year: 2026, Month: 12, Day: 1})
	if s.Company != "Blumen Anders" || s.Phone != "+49 89 123456" || len(s.Hours.Exceptions) == 0 {
		t.Errorf("%+v", s)
	}
}

func TestTextsAreRememberedByKindAndLanguage(t *testing.T) {
	var texts Texts
	texts.Confirm(Imprint, wording.German, "a")
	texts.SavePage(Privacy, wording.English, "b")
	if texts.Confirmation(Imprint, wording.German) != "a" || texts.Confirmation(Imprint, wording.English) != "" || texts.SavedPage(Privacy, wording.English) != "b" {
		t.Errorf("%+v", texts)
	}
	if _, err := ParseKind("agb"); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Error(err)
	}
}
