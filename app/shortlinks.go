package app

import (
	"errors"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/website"
	"tresen/internal/profile/wording"
	"tresen/internal/qr"
)

// Links is the shop's click-to-chat links: those WhatsApp keeps, whose text can
// be changed after printing, and a page of the shop's own that leads to one.
type Links struct{ app *App }

// ListShort returns the links WhatsApp keeps for the number. It asks WhatsApp
// and fails as such calls do.
func (b *Links) ListShort() (rows []ShortLinkRow, err error) {
	defer guard(&err)
	s, client, err := b.open()
	if err != nil {
		return nil, err
	}
	links, err := client.ShortLinks(s.ctx)
	if err != nil {
		return nil, err
	}
	hanging, err := s.placed.List(s.ctx)
	if err != nil {
		return nil, err
	}
	rows = make([]ShortLinkRow, 0, len(links))
	for _, l := range links {
		rows = append(rows, ShortLinkRow{Code: l.Code, URL: l.URL, Text: l.Text, Hanging: registerRows(hangingWith(hanging, l.Code))})
	}
	return rows, nil
}

// SaveShort makes a link, or changes the text of one; a place is added in
// brackets. It fails with CodeInvalid and the field's name for an impossible text.
func (b *Links) SaveShort(r ShortLinkRequest) (row ShortLinkRow, err error) {
	defer guard(&err)
	s, client, err := b.open()
	if err != nil {
		return row, err
	}
	text, err := markedText(r.Text, r.Place)
	if err != nil {
		return row, err
	}
	var link cloudapi.ShortLink
	if r.Code == "" {
		link, err = client.CreateShortLink(s.ctx, text)
	} else {
		link, err = client.UpdateShortLink(s.ctx, r.Code, text)
	}
	if err != nil {
		return row, err
	}
	if link.Text == "" { // not every answer repeats it
		link.Text = text
	}
	return ShortLinkRow{Code: link.Code, URL: link.URL, Text: link.Text, Hanging: []RegisterRow{}}, nil
}

// DeleteShort makes a link useless for ever. It fails with conflict while
// something printed with it hangs, unless the person confirmed that; what hangs
// is then noted as taken down.
func (b *Links) DeleteShort(r ShortLinkDeletion) (err error) {
	defer guard(&err)
	s, client, err := b.open()
	if err != nil {
		return err
	}
	hanging, err := s.placed.Hanging(s.ctx, r.Code)
	if err != nil {
		return err
	}
	if len(hanging) > 0 && !r.Hanging {
		return &inbox.Error{Code: inbox.CodeConflict, Field: "code", Err: errors.New("codes printed with this link hang")}
	}
	if err := client.DeleteShortLink(s.ctx, r.Code); err != nil {
		return err
	}
	for _, c := range hanging {
		if err := s.placed.Retire(s.ctx, c.ID, true); err != nil {
			return err
		}
	}
	return nil
}

func (b *Links) open() (*Session, *cloudapi.Client, error) {
	s, err := b.app.session()
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	client := s.client
	s.mu.Unlock()
	if client == nil {
		return nil, nil, inbox.NewError(inbox.CodeNotFound, "no connection")
	}
	return s, client, nil
}

// SaveLanding writes the page or redirect a printed code may lead to, for the
// shop's own web space. It fails with CodeInvalid and the form's field.
func (b *Links) SaveLanding(r LandingRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	html, err := b.app.landing(r)
	if err != nil {
		return saved, err
	}
	return b.app.saveContent(r.FileName, ".html", []byte(html))
}

func (a *App) landing(r LandingRequest) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	shop, err := s.landingShop(r.Form)
	if err != nil {
		return "", err
	}
	language := wording.Language(r.Form.Language)
	switch r.File {
	case "page":
		landing, err := website.BuildLanding(shop, language, hours.DateOf(s.cfg.now()))
		return landing.HTML, landingField(err)
	case "redirect":
		redirect, err := website.BuildRedirect(shop, language, redirectPath)
		return redirect.HTML, landingField(err)
	}
	return "", inbox.InvalidField("kind", "unknown file")
}

// redirectPath is where the redirect would lie; the file works under any name.
const redirectPath = "/whatsapp"

// landingShop is what the page says: the form's words and the shop's hours.
func (s *Session) landingShop(f PrintForm) (shop website.Shop, err error) {
	number, places, err := f.places()
	if err != nil {
		return shop, err
	}
	details, err := s.shopDetails()
	if err != nil {
		return shop, err
	}
	privacy := webAddress(f.Privacy)
	imprint := webAddress(f.Imprint)
	if imprint == "" {
		imprint = privacy
	}
	shop = website.Shop{
		Company: f.Name, ChatLink: places[0].Link.URL, ImprintURL: imprint, PrivacyURL: privacy, Email: f.Mail,
		Hours: details.OpeningHours(hours.DateOf(s.cfg.now())),
	}
	if f.Phone != "" {
		phone, err := qr.ParseNumber(f.Phone, number.Region)
		if err != nil {
			return shop, inbox.InvalidField("phone", "not a number")
		}
		shop.Phone = phone.International
	}
	return shop, nil
}

func webAddress(typed string) string {
	if address := bareAddress(typed); address != "" {
		return "https://" + address
	}
	return ""
}

// landingField gives a page's error the name the form's field has.
func landingField(err error) error {
	var e *inbox.Error
	if !errors.As(err, &e) {
		return err
	}
	names := map[string]string{"company": "name", "imprintUrl": "imprint", "privacyUrl": "privacy", "email": "mail", "chatLink": "text"}
	if name, ok := names[e.Field]; ok {
		return &inbox.Error{Code: e.Code, Field: name, Err: e.Err}
	}
	return err
}
