package app

import (
	"encoding/json"

	"tresen/internal/inbox"
	"tresen/internal/profile/holidays"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
	"tresen/internal/store"
)

// Shop is what the shop says about itself, typed once and used everywhere.
type Shop struct{ app *App }

// GetDetails returns the details, filled in as far as the shop is known, and
// what can be chosen.
func (b *Shop) GetDetails() (desk ShopDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return desk, err
	}
	desk = ShopDesk{
		Details: shopDetailsDTO(d), Regions: codes(holidays.Regions()), Forms: []LegalForm{},
		Limits: ShopLimits{Brand: shop.MaxBrand, Web: shop.MaxWeb, Note: hours.MaxNote, Exceptions: shop.MaxExceptions, Spans: hours.MaxSpans},
	}
	for _, j := range imprint.Jurisdictions() {
		for _, f := range imprint.Forms(j) {
			form := LegalForm{Form: string(f), Country: string(j), Items: []LegalItem{}}
			for _, item := range imprint.Items(f) {
				form.Items = append(form.Items, LegalItem{Key: string(item.Key), Required: item.Need == imprint.Required, Norm: item.Norm})
			}
			desk.Forms = append(desk.Forms, form)
		}
	}
	return desk, nil
}

// SaveDetails keeps the details, complete or not, sealed with the shop. It
// fails with CodeInvalid and the field's name for what cannot be kept.
func (b *Shop) SaveDetails(details ShopDetails) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	edited, err := details.details()
	if err != nil {
		return err
	}
	return s.changeShop(func(d *shop.Details) error {
		edited.Texts = d.Texts
		*d = edited
		return nil
	})
}

// ListHolidays returns a region's public holidays of the next twelve months,
// and the opening hours as customers read them.
func (b *Shop) ListHolidays(region string) (list []HolidayRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	today := hours.DateOf(s.cfg.now())
	list = []HolidayRow{}
	for _, h := range holidays.Between(holidays.Region(region), today, today.AddDays(365)) {
		day, err := h.Day.MarshalText()
		if err != nil {
			return nil, err
		}
		list = append(list, HolidayRow{Day: string(day), Name: h.Name})
	}
	return list, nil
}

// DescribeHours says the hours in words: one line for print, and the days that
// differ. It fails with CodeInvalid and the field's name for impossible hours.
func (b *Shop) DescribeHours(details ShopDetails) (words HoursWords, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return words, err
	}
	d, err := details.details()
	if err != nil {
		return words, err
	}
	if err := d.Validate(); err != nil {
		return words, err
	}
	language := wording.Language(s.printLanguage(b.app.prefs.Load().Language))
	today := hours.DateOf(s.cfg.now())
	h := d.OpeningHours(today)
	words = HoursWords{Summary: h.Summary(language), Upcoming: []HoursLine{}}
	for _, l := range h.Upcoming(today, 60, language) {
		words.Upcoming = append(words.Upcoming, HoursLine(l))
	}
	return words, nil
}

const shopDetailsSetting = "shop_details"

// shopDetails returns what the shop says about itself; before anything was
// typed, what its account says.
func (s *Session) shopDetails() (shop.Details, error) {
	value, err := s.store.Setting(s.ctx, shopDetailsSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return s.firstShopDetails(), nil
	}
	if err != nil {
		return shop.Details{}, err
	}
	var d shop.Details
	if err := json.Unmarshal(value, &d); err != nil {
		return d, inbox.NewError(inbox.CodeStorageDamaged, "decode shop details")
	}
	return d, nil
}

// changeShop changes the details; it keeps nothing if they are then impossible.
func (s *Session) changeShop(change func(*shop.Details) error) error {
	s.editing.Lock() // between reading and writing nobody else may write
	defer s.editing.Unlock()
	d, err := s.shopDetails()
	if err != nil {
		return err
	}
	if err := change(&d); err != nil {
		return err
	}
	d = d.Clean()
	if err := d.Validate(); err != nil {
		return err
	}
	value, err := json.Marshal(d)
	if err != nil {
		return inbox.WrapError(inbox.CodeInvalid, "encode shop details", err)
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(shopDetailsSetting, value) })
}

// usualMonths are the retention periods to begin with: of an enquiry without an
// order, and of an order.
const usualEnquiryMonths, usualOrderMonths = 6, 12

func (s *Session) firstShopDetails() shop.Details {
	s.mu.Lock()
	account := s.account
	s.mu.Unlock()
	d := shop.Details{Brand: account.VerifiedName, Privacy: imprint.Privacy{EnquiryMonths: usualEnquiryMonths, OrderMonths: usualOrderMonths}}
	if account.Provider == providerDemo {
		playShopDetails(&d)
	}
	return d
}

// playShopDetails is the play shop's paper: nobody lives there.
func playShopDetails(d *shop.Details) {
	d.Imprint = imprint.Details{
		Form: imprint.DESole, People: []string{"Rosa Wiesengrund"}, Street: "Musterweg 7", PostalCode: "10115", City: "Berlin",
		Email: "laden@wiesengrund.example", Phone: "+49 30 23125111",
	}
	d.Web, d.ImprintURL, d.PrivacyURL = "https://wiesengrund.example", "https://wiesengrund.example/impressum", "https://wiesengrund.example/datenschutz#whatsapp"
	d.Privacy.Authority = "Berliner Beauftragte für Datenschutz und Informationsfreiheit, Alt-Moabit 59–61, 10555 Berlin"
	day, saturday := hours.Span{From: hours.At(9, 0), To: hours.At(18, 0)}, hours.Span{From: hours.At(9, 0), To: hours.At(14, 0)}
	for i := range 5 {
		d.Hours.Week[i] = []hours.Span{day}
	}
	d.Hours.Week[5] = []hours.Span{saturday}
	d.Region, d.HolidaysClosed = "DE-BE", true
}

// printLanguage is the language of public texts: the window's, German if that
// follows the system.
func (s *Session) printLanguage(window string) string {
	if window == string(wording.English) {
		return window
	}
	return string(wording.German)
}
