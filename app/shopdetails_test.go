package app

import (
	"errors"
	"reflect"
	"testing"

	"tresen/internal/inbox"
)

// shopDesk is the play shop with its details.
func shopDesk(t *testing.T) (*desk, *Shop, ShopDesk) {
	t.Helper()
	d := newDesk(t)
	d.cfg.Demo = true
	d.start()
	b := &Shop{d.app}
	got, err := b.GetDetails()
	return d, b, do(d, got, err)
}

func TestShopDetailsComeBackAndReachPrint(t *testing.T) {
	d, b, got := shopDesk(t)
	details := got.Details
	details.Brand, details.Imprint.Street = " Blumen Anders ", "Neue Gasse 1"
	details.Week[0].Spans = []TimeSpan{{"08:30", "12:00"}, {"14:00", "24:00"}}
	details.Exceptions = []HoursException{{From: "2026-12-27", To: "2027-01-03", Spans: []TimeSpan{}, Note: "Betriebsferien"}}
	d.check(b.SaveDetails(details))
	again, err := b.GetDetails()
	details.Brand = "Blumen Anders"
	if do(d, again, err); !reflect.DeepEqual(again.Details, details) {
		t.Errorf("came back as %+v", again.Details)
	}
	form, err := (&Print{d.app}).GetDesk()
	if do(d, form, err); form.Form.Name != "Blumen Anders" || form.Form.Address != "Neue Gasse 1, 10115 Berlin" || form.Form.Hours == "" {
		t.Errorf("print proposes %+v", form.Form)
	}
	details.Imprint.Street = "Am Markt 3"
	d.check(b.SaveDetails(details))
	form.Form.Text, form.Form.Place = "Moin", "Tür"
	refilled, err := (&Print{d.app}).FillFromShop(form.Form)
	if do(d, refilled, err); refilled.Address != "Am Markt 3, 10115 Berlin" || refilled.Text != "Moin" || refilled.Place != "Tür" {
		t.Errorf("refilled %+v", refilled)
	}
	if len(again.Forms) < 20 || len(again.Regions) != 17 || len(again.Forms[0].Items) == 0 {
		t.Errorf("%d forms, %d regions", len(again.Forms), len(again.Regions))
	}
}

func TestShopDetailsNameTheWrongFieldAndKeepTheOldOnes(t *testing.T) {
	d, b, got := shopDesk(t)
	tests := map[string]func(*ShopDetails){
		"web":                    func(s *ShopDetails) { s.Web = "wiesengrund" },
		"brand":                  func(s *ShopDetails) { s.Brand = "a\nb" },
		"region":                 func(s *ShopDetails) { s.Region = "DE-XX" },
		"hours.week":             func(s *ShopDetails) { s.Week = s.Week[:6] },
		"hours.week.1.0":         func(s *ShopDetails) { s.Week[1].Spans = []TimeSpan{{"8:00", "12:00"}} },
		"hours.week.1.1":         func(s *ShopDetails) { s.Week[1].Spans = []TimeSpan{{"08:00", "12:00"}, {"11:00", "13:00"}} },
		"hours.exceptions.0":     func(s *ShopDetails) { s.Exceptions = []HoursException{{From: "2026-02-30", To: "2026-03-01"}} },
		"imprint.register.court": func(s *ShopDetails) { s.Imprint.Register.Court = "a\x00" },
	}
	for field, spoil := range tests {
		fresh, err := b.GetDetails()
		do(d, fresh, err)
		spoil(&fresh.Details)
		var known *inbox.Error
		if err := b.SaveDetails(fresh.Details); !errors.As(err, &known) || known.Code != inbox.CodeInvalid || known.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	again, err := b.GetDetails()
	if do(d, again, err); !reflect.DeepEqual(again.Details, got.Details) {
		t.Error("something was kept")
	}
}

func TestHolidaysCloseTheShop(t *testing.T) {
	d, b, got := shopDesk(t)
	list, err := b.ListHolidays("DE-BE")
	if do(d, list, err); len(list) < 9 || len(list) > 11 {
		t.Errorf("Berlin: %v", list)
	}
	details := got.Details
	for i := range details.Week {
		details.Week[i].Spans = []TimeSpan{{"00:00", "24:00"}}
	}
	open, closed := details, details
	open.HolidaysClosed = false
	without, err := b.DescribeHours(open)
	do(d, without, err)
	with, err := b.DescribeHours(closed)
	do(d, with, err)
	if len(without.Upcoming) != 0 || with.Summary != without.Summary || with.Summary == "" {
		t.Errorf("without %+v, with %+v", without, with)
	}
}
