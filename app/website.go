package app

import (
	"encoding/json"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/website"
	"tresen/internal/profile/wording"
	"tresen/internal/qr"
	"tresen/internal/store"
)

// Website writes what leads from the shop's own pages and mails into the chat.
// Nothing of it asks anybody for anything before a person clicks.
type Website struct{ app *App }

// GetForm returns the form as it was left.
func (b *Website) GetForm() (desk WebsiteDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	desk = WebsiteDesk{MaxLabel: website.MaxLabel, MaxText: website.MaxText, MaxWidget: website.MaxWidget}
	desk.Form, err = s.websiteForm(b.app.prefs.Load().Language)
	return desk, err
}

// SaveForm keeps the form, complete or not, sealed with the shop.
func (b *Website) SaveForm(form WebsiteForm) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	value, err := json.Marshal(form)
	if err != nil {
		return err
	}
	if len(value) > maxWebsiteForm {
		return inbox.InvalidField("form", "too long")
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(websiteSetting, value) })
}

// Build writes everything from the form and the shop's details, and a page on
// which the widget can be tried. It fails with CodeInvalid and the field's name.
func (b *Website) Build(form WebsiteForm) (out WebsiteTexts, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return out, err
	}
	built, err := s.buildWebsite(form)
	if err != nil {
		return out, err
	}
	out = built.texts()
	out.PreviewPath, err = b.app.previews.show(built.widget, form)
	return out, err
}

// Take is Build for a text that goes out: it keeps the notice that visitors
// will see, so that the shop knows later what its mark in a message meant.
func (b *Website) Take(form WebsiteForm) (out WebsiteTexts, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return out, err
	}
	built, err := s.buildWebsite(form)
	if err != nil {
		return out, err
	}
	return built.texts(), s.keepNotice(built.widget.Notice)
}

// SaveFile asks the person for a place and writes one of the texts there:
// html, style, script (the widget in three files), landing or vcard.
func (b *Website) SaveFile(r WebsiteExport) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	built, err := s.buildWebsite(r.Form)
	if err != nil {
		return saved, err
	}
	name, ending, content, err := built.file(r.File)
	if err != nil {
		return saved, err
	}
	// First the notice: a page without its kept text would be worse than the reverse.
	if err := s.keepNotice(built.widget.Notice); err != nil {
		return saved, err
	}
	saved.Saved, err = b.app.saveFile(name, ending, []byte(content))
	return saved, err
}

// ListShownNotices returns which texts of the shop's pages a customer's
// messages named, the first first.
func (b *Website) ListShownNotices(customerID string) (rows []NoticeRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return nil, err
	}
	return s.shownNotices(id)
}

const (
	websiteSetting = "website"
	maxWebsiteForm = 8 << 10
)

func (s *Session) websiteForm(language string) (WebsiteForm, error) {
	value, err := s.store.Setting(s.ctx, websiteSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return WebsiteForm{
			Language: s.printLanguage(language), Colour: print.DefaultPalette().Accent.String(), Scheme: string(website.SchemeAuto), ShowHours: true,
		}, nil
	}
	if err != nil {
		return WebsiteForm{}, err
	}
	var form WebsiteForm
	if err := json.Unmarshal(value, &form); err != nil {
		return form, inbox.NewError(inbox.CodeStorageDamaged, "decode website form")
	}
	return form, nil
}

// builtWebsite is everything at once: each part is small, and all of them say
// the same.
type builtWebsite struct {
	widget    website.Widget
	landing   website.Landing
	signature website.Signature
	vcard     string
	text      string
}

func (s *Session) buildWebsite(form WebsiteForm) (builtWebsite, error) {
	var out builtWebsite
	d, err := s.shopDetails()
	if err != nil {
		return out, err
	}
	language, err := wording.ParseLanguage(form.Language)
	if err != nil {
		return out, err
	}
	s.mu.Lock()
	account := s.account
	s.mu.Unlock()
	number, err := qr.ParseNumber(account.DisplayNumber, "DE")
	if err != nil {
		return out, err
	}
	if out.text = strings.TrimSpace(form.Text); out.text == "" {
		if out.text, err = website.Prefill(language); err != nil {
			return out, err
		}
	}
	link, err := qr.ChatLink(number, out.text)
	if err != nil {
		return out, err
	}
	today := hours.DateOf(s.cfg.now())
	own := d.Website(link.URL, today)
	shown := own
	if !form.ShowHours {
		shown.Hours = hours.Hours{}
	}
	out.widget, err = website.BuildWidget(shown, website.Options{
		Language: language, Label: form.Label, Colour: form.Colour, Scheme: website.Scheme(form.Scheme),
		Floating: form.Floating, Left: form.Left, ReadConfirmation: form.ReadConfirmation,
	})
	if err != nil {
		return out, err
	}
	if out.landing, err = website.BuildLanding(own, language, today); err != nil {
		return out, err
	}
	letter, err := letterLines(d, language)
	if err != nil {
		return out, err
	}
	if out.signature, err = website.BuildSignature(own, language, strings.TrimSpace(form.Person), letter); err != nil {
		return out, err
	}
	address := website.Address{Street: d.Imprint.Street, PostalCode: d.Imprint.PostalCode, City: d.Imprint.City, Country: countryName(d, language)}
	out.vcard, err = website.VCard(own, address, language, s.cfg.now())
	return out, err
}

// letterLines are the lines below a business letter; an imprint that is not
// complete has none yet.
func letterLines(d shop.Details, language wording.Language) ([]string, error) {
	legal := d.Imprint.Pruned()
	if len(legal.Check()) > 0 {
		return nil, nil
	}
	return imprint.LetterLines(legal, language)
}

func countryName(d shop.Details, language wording.Language) string {
	names := map[imprint.Jurisdiction][2]string{
		imprint.Germany: {"Deutschland", "Germany"}, imprint.Austria: {"Österreich", "Austria"}, imprint.Switzerland: {"Schweiz", "Switzerland"},
	}[d.Imprint.Form.Jurisdiction()]
	if language == wording.English {
		return names[1]
	}
	return names[0]
}

func (s *Session) keepNotice(n website.Notice) error {
	kept := inbox.WebsiteNotice{
		ID: n.ID, Version: n.Version, Language: string(n.Language), Text: n.Text, Fingerprint: n.Fingerprint, KeptAt: s.cfg.now(),
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.KeepWebsiteNotice(kept) })
}

func (b builtWebsite) texts() WebsiteTexts {
	w := b.widget
	return WebsiteTexts{
		Snippet: w.Snippet, Bytes: len(w.Snippet), Policy: w.Policy, HTML: w.HTML, Style: w.Style, StyleName: w.StyleName,
		Script: w.Script, ScriptName: w.ScriptName, FilesPolicy: w.FilesPolicy, Link: w.Link,
		NoticeID: w.Notice.ID, Notice: w.Notice.Text, NoticeVersion: w.Notice.Version, Text: b.text,
		SignatureHTML: b.signature.HTML, SignatureText: b.signature.Text, VCard: b.vcard,
	}
}

func (b builtWebsite) file(kind string) (name, ending, content string, err error) {
	base := strings.TrimSuffix(b.widget.StyleName, ".css")
	switch kind {
	case "html":
		return base, ".html", b.widget.HTML, nil
	case "style":
		return base, ".css", b.widget.Style, nil
	case "script":
		return base, ".js", b.widget.Script, nil
	case "landing":
		return "whatsapp", ".html", b.landing.HTML, nil
	case "vcard":
		return "visitenkarte", ".vcf", b.vcard, nil
	}
	return "", "", "", inbox.InvalidField("file", "unknown file")
}

// WebsiteForm is how the widget looks and what it says, as it was typed.
type WebsiteForm struct {
	Language string `json:"language"`
	// Label is the button's text, empty for the usual one; Text what the
	// customer finds already typed, empty for the usual one.
	Label  string `json:"label"`
	Text   string `json:"text"`
	Colour string `json:"colour"`
	// Scheme is light, dark or auto.
	Scheme           string `json:"scheme"`
	Floating         bool   `json:"floating"`
	Left             bool   `json:"left"`
	ShowHours        bool   `json:"showHours"`
	ReadConfirmation bool   `json:"readConfirmation"`
	// Person stands in the e-mail signature; it may be empty.
	Person string `json:"person"`
}

// WebsiteDesk is the form and its limits: characters, and bytes of the snippet.
type WebsiteDesk struct {
	Form      WebsiteForm `json:"form"`
	MaxLabel  int         `json:"maxLabel"`
	MaxText   int         `json:"maxText"`
	MaxWidget int         `json:"maxWidget"`
}

// WebsiteTexts is everything that was written.
type WebsiteTexts struct {
	Snippet     string `json:"snippet"`
	Bytes       int    `json:"bytes"`
	Policy      string `json:"policy"`
	HTML        string `json:"html"`
	Style       string `json:"style"`
	StyleName   string `json:"styleName"`
	Script      string `json:"script"`
	ScriptName  string `json:"scriptName"`
	FilesPolicy string `json:"filesPolicy"`
	Link        string `json:"link"`

	NoticeID      string `json:"noticeId"`
	Notice        string `json:"notice"`
	NoticeVersion string `json:"noticeVersion"`
	// Text is what the customer finds already typed, without the mark.
	Text string `json:"text"`

	SignatureHTML string `json:"signatureHtml"`
	SignatureText string `json:"signatureText"`
	VCard         string `json:"vcard"`

	// PreviewPath is where the window finds a page with the widget.
	PreviewPath string `json:"previewPath"`
}

// WebsiteExport asks for a file: html, style, script, landing or vcard.
type WebsiteExport struct {
	Form WebsiteForm `json:"form"`
	File string      `json:"file"`
}
