package app

import (
	"tresen/internal/profile/hours"
	"tresen/internal/profile/wording"
)

// FillFromShop returns the form with what the shop says of itself now; the text
// stays.
func (b *Print) FillFromShop(form PrintForm) (filled PrintForm, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return form, err
	}
	filled = form
	err = s.fillFromShop(&filled)
	filled.Text = form.Text
	return filled, err
}

// fillFromShop proposes for print what the shop says of itself elsewhere.
func (s *Session) fillFromShop(form *PrintForm) error {
	d, err := s.shopDetails()
	if err != nil {
		return err
	}
	if name := d.Name(); name != "" {
		form.Name = name
	}
	form.LegalName, form.Address = d.LegalName(), d.Address()
	form.Phone, form.Mail = d.Imprint.Phone, d.Imprint.Email
	form.Privacy, form.Imprint = d.PrivacyURL, d.ImprintURL
	form.Hours = d.OpeningHours(hours.DateOf(s.cfg.now())).Summary(wording.Language(form.Language))
	form.Text = form.proposal()
	return nil
}
