package shop

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/profile/holidays"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/website"
	"tresen/internal/profile/wording"
)

// Details is what the owner typed, complete or not.
type Details struct {
	// Brand is the name people know; the registered one stands in Imprint.
	Brand   string          `json:"brand"`
	Imprint imprint.Details `json:"imprint"`
	// Web is the shop's own site; ImprintURL and PrivacyURL are where the two
	// texts stand. All may be empty.
	Web        string          `json:"web"`
	ImprintURL string          `json:"imprintUrl"`
	PrivacyURL string          `json:"privacyUrl"`
	Privacy    imprint.Privacy `json:"privacy"`

	Hours hours.Hours `json:"hours"`
	// Region and HolidaysClosed close the shop on that region's public holidays.
	Region         holidays.Region `json:"region"`
	HolidaysClosed bool            `json:"holidaysClosed"`

	// Texts is what became of the generated texts.
	Texts Texts `json:"texts"`
}

// Texts remembers, by Kind and language, which texts the owner has confirmed
// and which were last saved as a page.
type Texts struct {
	Confirmed map[string]string `json:"confirmed,omitempty"`
	Saved     map[string]string `json:"saved,omitempty"`
}

// Kind is one of the two public texts.
type Kind string

// The kinds.
const (
	Imprint Kind = "imprint"
	Privacy Kind = "privacy"
)

// ParseKind accepts the two kinds. The error names the field "kind".
func ParseKind(s string) (Kind, error) {
	if k := Kind(s); k == Imprint || k == Privacy {
		return k, nil
	}
	return "", inbox.InvalidField("kind", "neither imprint nor privacy")
}

func key(k Kind, l wording.Language) string { return string(k) + "." + string(l) }

// Confirmation returns the fingerprint of the text the owner confirmed, or "".
func (t Texts) Confirmation(k Kind, l wording.Language) string { return t.Confirmed[key(k, l)] }

// SavedPage returns the fingerprint of the text saved last as a page, or "".
func (t Texts) SavedPage(k Kind, l wording.Language) string { return t.Saved[key(k, l)] }

// Confirm notes that the owner has had exactly this text checked.
func (t *Texts) Confirm(k Kind, l wording.Language, fingerprint string) {
	if t.Confirmed == nil {
		t.Confirmed = map[string]string{}
	}
	t.Confirmed[key(k, l)] = fingerprint
}

// SavePage notes which text the saved page holds.
func (t *Texts) SavePage(k Kind, l wording.Language, fingerprint string) {
	if t.Saved == nil {
		t.Saved = map[string]string{}
	}
	t.Saved[key(k, l)] = fingerprint
}

// Limits, in characters; those of the imprint are its own.
const (
	MaxBrand  = website.MaxCompany
	MaxWeb    = website.MaxAddress
	maxText   = 400
	maxPeople = 20
)

// Validate refuses what cannot be kept or shown: too long, not one line, no
// web address, impossible hours. What an imprint lacks is no reason: half a
// form can be kept. The error names the field, as "imprint.street".
func (d Details) Validate() error {
	lines := append([]line{{"brand", d.Brand, MaxBrand}, {"privacy.authority", d.Privacy.Authority, maxText}}, imprintLines(d.Imprint)...)
	for _, l := range lines {
		if utf8.RuneCountInString(l.text) > l.most {
			return inbox.InvalidField(l.field, "too long")
		}
		if !utf8.ValidString(l.text) || strings.IndexFunc(l.text, unicode.IsControl) >= 0 {
			return inbox.InvalidField(l.field, "not one line of text")
		}
	}
	if len(d.Imprint.People) > maxPeople {
		return inbox.InvalidField("imprint.people", "more than twenty")
	}
	for _, address := range []line{{"web", d.Web, MaxWeb}, {"imprintUrl", d.ImprintURL, MaxWeb}, {"privacyUrl", d.PrivacyURL, MaxWeb}} {
		if address.text != "" && !isWeb(address.text) {
			return inbox.InvalidField(address.field, "not a web address")
		}
	}
	if d.Region != "" && !d.Region.Known() {
		return inbox.InvalidField("region", "unknown")
	}
	if len(d.Hours.Exceptions) > MaxExceptions {
		return inbox.InvalidField("hours.exceptions", "too many")
	}
	return prefixed("hours.", d.Hours.Validate())
}

// MaxExceptions is how many exceptions the owner can enter; holidays come on top.
const MaxExceptions = 60

type line struct {
	field, text string
	most        int
}

func imprintLines(i imprint.Details) []line {
	texts := []line{
		{"name", i.Name, 0}, {"street", i.Street, 0}, {"postalCode", i.PostalCode, 0}, {"city", i.City, 0}, {"email", i.Email, 0}, {"phone", i.Phone, 0},
		{"register.court", i.Register.Court, 0}, {"register.number", i.Register.Number, 0}, {"vatId", i.VATID, 0}, {"businessId", i.BusinessID, 0},
		{"partner.name", i.Partner.Name, 0}, {"partner.register.court", i.Partner.Register.Court, 0}, {"partner.register.number", i.Partner.Register.Number, 0},
		{"membership", i.Membership, 0}, {"purpose", i.Purpose, 0},
		{"profession.title", i.Profession.Title, 0}, {"profession.state", i.Profession.State, 0}, {"profession.rules", i.Profession.Rules, 0},
		{"profession.rulesWeb", i.Profession.RulesWeb, 0},
	}
	for field, b := range map[string]imprint.Body{
		"authority": i.Authority, "profession.chamber": i.Profession.Chamber, "editor": i.Editor, "dispute.body": i.Dispute.Body,
	} {
		texts = append(texts, line{field + ".name", b.Name, 0}, line{field + ".address", b.Address, 0}, line{field + ".web", b.Web, 0})
	}
	for _, person := range i.People {
		texts = append(texts, line{"people", person, 0})
	}
	for n := range texts {
		texts[n].field, texts[n].most = "imprint."+texts[n].field, maxText
	}
	return texts
}

func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") && u.User == nil &&
		utf8.RuneCountInString(s) <= MaxWeb && strings.IndexFunc(s, unicode.IsControl) < 0
}

func prefixed(prefix string, err error) error {
	var known *inbox.Error
	if !errors.As(err, &known) || known.Field == "" {
		return err
	}
	return &inbox.Error{Code: known.Code, Field: prefix + known.Field, Err: known.Err}
}

// Clean drops what nobody can see: space around the texts, empty people.
func (d Details) Clean() Details {
	trim := strings.TrimSpace
	d.Brand, d.Web, d.ImprintURL, d.PrivacyURL = trim(d.Brand), trim(d.Web), trim(d.ImprintURL), trim(d.PrivacyURL)
	i := &d.Imprint
	for _, text := range []*string{
		&i.Name, &i.Street, &i.PostalCode, &i.City, &i.Email, &i.Phone, &i.Register.Court, &i.Register.Number, &i.VATID, &i.BusinessID,
		&i.Partner.Name, &i.Partner.Register.Court, &i.Partner.Register.Number, &i.Membership, &i.Purpose,
		&i.Profession.Title, &i.Profession.State, &i.Profession.Rules, &i.Profession.RulesWeb, &d.Privacy.Authority,
	} {
		*text = trim(*text)
	}
	for _, b := range []*imprint.Body{&i.Authority, &i.Profession.Chamber, &i.Editor, &i.Dispute.Body} {
		b.Name, b.Address, b.Web = trim(b.Name), trim(b.Address), trim(b.Web)
	}
	people := []string{}
	for _, person := range i.People {
		if person = trim(person); person != "" {
			people = append(people, person)
		}
	}
	i.People = people
	return d
}

// holidayReach is how far ahead holidays are looked up, in days: the present
// year's and those of the next year's same season.
const holidayReach = 400

// OpeningHours returns the hours from a day on with the region's holidays as
// closed days, unless the shop has its own times for such a day.
func (d Details) OpeningHours(from hours.Date) hours.Hours {
	h := d.Hours
	if !d.HolidaysClosed {
		return h
	}
	h.Exceptions = slices.Clone(h.Exceptions)
	for _, holiday := range holidays.Between(d.Region, from, from.AddDays(holidayReach)) {
		own := slices.ContainsFunc(d.Hours.Exceptions, func(e hours.Exception) bool {
			return !holiday.Day.Before(e.From) && !e.To.Before(holiday.Day)
		})
		if !own && len(d.Hours.Week[holiday.Day.Weekday()]) > 0 {
			h.Exceptions = append(h.Exceptions, hours.Exception{From: holiday.Day, To: holiday.Day, Note: holiday.Name})
		}
	}
	return h
}

// Address is the postal address on one line, or what there is of it.
func (d Details) Address() string {
	place := strings.TrimSpace(d.Imprint.PostalCode + " " + d.Imprint.City)
	if d.Imprint.Street == "" || place == "" {
		return d.Imprint.Street + place
	}
	return d.Imprint.Street + ", " + place
}

// Name is the brand, or the registered name, or the first person's.
func (d Details) Name() string {
	for _, name := range append([]string{d.Brand, d.Imprint.Name}, d.Imprint.People...) {
		if name != "" {
			return name
		}
	}
	return ""
}

// LegalName is who the customer deals with: the registered name, or the people.
func (d Details) LegalName() string {
	if d.Imprint.Name != "" && d.Imprint.Name != d.Brand {
		return d.Imprint.Name
	}
	return strings.Join(d.Imprint.People, ", ")
}

// Website is what widget, landing page, signature and card say of the shop.
func (d Details) Website(chatLink string, from hours.Date) website.Shop {
	return website.Shop{
		Company: d.Name(), ChatLink: chatLink, ImprintURL: d.ImprintURL, PrivacyURL: d.PrivacyURL,
		Phone: d.Imprint.Phone, Email: d.Imprint.Email, Hours: d.OpeningHours(from),
	}
}
