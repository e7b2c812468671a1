package print

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/qr"
)

// Details are what every printed thing says about the shop. Name, Address,
// Number, Privacy and at least one of Phone and Mail are required: whoever has
// no camera must still reach the shop, and know who it is.
type Details struct {
	// Name as on the door.
	Name string
	// LegalName stands in the legal line if it differs from Name.
	LegalName string
	Address   string
	// Number is the WhatsApp number, printed in clear.
	Number qr.Number
	// Phone and Mail are the other ways, as they shall be printed.
	Phone, Mail string
	// Privacy and Imprint are addresses of web pages without "https://"; an
	// empty Imprint means that one page holds both.
	Privacy, Imprint string
	// Hours says when answers come, such as "Mo–Fr 8–17 Uhr".
	Hours string
}

// Longest inputs, in characters, that every layout must take.
const (
	MaxName     = 60
	MaxAddress  = 90
	MaxAddressW = 60 // of a web page or mailbox
	MaxHours    = 60
	MaxPhone    = 24
	MaxHeadline = 60
	MaxInvite   = 110
)

type textRule struct {
	field, text string
	most        int
	required    bool
}

func (p *Press) checkDetails(d Details) error {
	if d.Number.International == "" {
		return inbox.InvalidField("number", "missing")
	}
	if d.Phone == "" && d.Mail == "" {
		return inbox.InvalidField("phone", "a telephone number or an e-mail address is needed as another way")
	}
	return p.checkTexts([]textRule{
		{"name", d.Name, MaxName, true},
		{"legalName", d.LegalName, MaxName, false},
		{"address", d.Address, MaxAddress, true},
		{"phone", d.Phone, MaxPhone, false},
		{"mail", d.Mail, MaxAddressW, false},
		{"privacy", d.Privacy, MaxAddressW, true},
		{"imprint", d.Imprint, MaxAddressW, false},
		{"hours", d.Hours, MaxHours, false},
	})
}

func (p *Press) checkTexts(rules []textRule) error {
	for _, r := range rules {
		switch {
		case r.required && strings.TrimSpace(r.text) == "":
			return inbox.InvalidField(r.field, "missing")
		case !utf8.ValidString(r.text) || strings.IndexFunc(r.text, unicode.IsControl) >= 0:
			return inbox.InvalidField(r.field, "holds control characters")
		case utf8.RuneCountInString(r.text) > r.most:
			return inbox.InvalidField(r.field, fmt.Sprintf("longer than %d characters", r.most))
		}
		if c, missing := p.lacks(r.text); missing {
			return inbox.InvalidField(r.field, fmt.Sprintf("the typeface has no character U+%04X", c))
		}
	}
	return nil
}

// LegalLine is the line every printed thing carries, for use elsewhere.
func LegalLine(language Language, d Details) string {
	return strings.ReplaceAll(d.legal(phrasesFor(language)), noBreak, " ")
}

// legal is the line every printed thing carries.
func (d Details) legal(w phrases) string {
	name := d.LegalName
	if name == "" {
		name = d.Name
	}
	return name + ", " + glued(d.Address) + dot + d.legalShort(w)
}

func (d Details) legalShort(w phrases) string {
	if d.Imprint == "" || d.Imprint == d.Privacy {
		return glued(w.privacyAndImprint + d.Privacy)
	}
	return glued(w.privacy+d.Privacy) + dot + glued(w.imprint+d.Imprint)
}
