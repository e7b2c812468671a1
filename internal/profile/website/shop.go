package website

import (
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
)

// Shop is what all of these say about the shop.
type Shop struct {
	// Company is the name people know.
	Company string
	// ChatLink is a wa.me link, with or without a prefilled text.
	ChatLink string
	// ImprintURL and PrivacyURL are web addresses; the privacy one may end in
	// #whatsapp.
	ImprintURL, PrivacyURL string
	// Phone is written for people, with the country's code; it may be empty.
	Phone string
	// Email may be empty.
	Email string
	Hours hours.Hours
}

// Limits, in characters.
const (
	MaxCompany = 75 // Meta's limit of a display name
	MaxAddress = 256
	MaxText    = 140 // Meta's limit of a prefilled text
)

// validate names the field that is wrong.
func (s Shop) validate() error {
	switch {
	case strings.TrimSpace(s.Company) == "":
		return inbox.InvalidField("company", "missing")
	case utf8.RuneCountInString(s.Company) > MaxCompany:
		return inbox.InvalidField("company", "longer than 75 characters")
	case !isLine(s.Company):
		return inbox.InvalidField("company", "not one line of text")
	case !isWeb(s.ImprintURL):
		return inbox.InvalidField("imprintUrl", "not a web address")
	case !isWeb(s.PrivacyURL):
		return inbox.InvalidField("privacyUrl", "not a web address")
	case s.Phone != "" && phoneLink(s.Phone) == "":
		return inbox.InvalidField("phone", "not a number with its country's code")
	case s.Email != "" && mailLink(s.Email) == "":
		return inbox.InvalidField("email", "not an e-mail address")
	}
	if _, err := parseChatLink(s.ChatLink); err != nil {
		return err
	}
	return s.Hours.Validate()
}

func isLine(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
}

func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		utf8.RuneCountInString(s) <= MaxAddress && isLine(s)
}

var phoneShape = regexp.MustCompile(`^\+[0-9][0-9 ()/.–-]{4,29}$`)

// phoneLink returns the tel: link of a number with its country's code, or "".
func phoneLink(phone string) string {
	if !phoneShape.MatchString(phone) {
		return ""
	}
	return "tel:+" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ReplaceAll(phone, "(0)", ""))
}

// emailShape leaves out what would mean something else in a mailto: link.
var emailShape = regexp.MustCompile(`^[\pL\pN._+'-]+@[\pL\pN-]+(\.[\pL\pN-]+)+$`)

func mailLink(email string) string {
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || !emailShape.MatchString(email) || utf8.RuneCountInString(email) > 128 {
		return ""
	}
	return "mailto:" + email
}
