package qr

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"tresen/internal/inbox"
)

// Number is a telephone number as WhatsApp links and people need it.
type Number struct {
	// Digits is what stands in a link: country code and number, no plus, no trunk zero.
	Digits string
	// E164 is Digits with a plus.
	E164 string
	// International and National are written the way people of that country do.
	International, National string
	// Region is the ISO 3166 code of the country, "" if the number belongs to none.
	Region string
	// Doubtful says that the numbering plan does not know this range. New
	// ranges exist, so it is shown, not refused.
	Doubtful bool
}

const longestInput = 40

// ParseNumber reads a number the way it stands on signs and letterheads:
// "+49 (0)800 …", "0049 …", "0151 …". Region is the country assumed for a
// number without one ("DE", "AT", "CH"). The error names the field "number".
func ParseNumber(text, region string) (Number, error) {
	text = strings.TrimSpace(text)
	text = strings.TrimPrefix(strings.TrimPrefix(text, "tel:"), "Tel.:")
	if len(text) > longestInput {
		return Number{}, inbox.InvalidField("number", "too long for a telephone number")
	}
	if strings.IndexFunc(text, unicode.IsLetter) >= 0 {
		return Number{}, inbox.InvalidField("number", "holds letters")
	}
	if strings.IndexFunc(text, unicode.IsDigit) < 0 {
		return Number{}, inbox.InvalidField("number", "holds no digits")
	}
	parsed, err := parse(withoutTrunkZero(text), region)
	if err != nil {
		return Number{}, inbox.InvalidField("number", "not a telephone number of a known country")
	}
	if parsed.GetExtension() != "" {
		return Number{}, inbox.InvalidField("number", "holds an extension")
	}
	switch phonenumbers.IsPossibleNumberWithReason(parsed) {
	case phonenumbers.IS_POSSIBLE:
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return Number{}, inbox.InvalidField("number", "too short; is the area code missing?")
	case phonenumbers.TOO_LONG:
		return Number{}, inbox.InvalidField("number", "too long")
	default:
		return Number{}, inbox.InvalidField("number", "has a length no number of its country has")
	}
	e164 := phonenumbers.Format(parsed, phonenumbers.E164)
	return Number{
		Digits:        strings.TrimPrefix(e164, "+"),
		E164:          e164,
		International: phonenumbers.Format(parsed, phonenumbers.INTERNATIONAL),
		National:      phonenumbers.Format(parsed, phonenumbers.NATIONAL),
		Region:        phonenumbers.GetRegionCodeForNumber(parsed),
		Doubtful:      !phonenumbers.IsValidNumber(parsed),
	}, nil
}

// parse also takes "4915112345678", as it stands in links, for what it is: in
// the countries of our shops a national number begins with a zero.
func parse(text, region string) (*phonenumbers.PhoneNumber, error) {
	code := strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))
	if code != "0" && strings.HasPrefix(text, code) {
		if parsed, err := phonenumbers.Parse("+"+text, region); err == nil && phonenumbers.IsValidNumber(parsed) {
			return parsed, nil
		}
	}
	return phonenumbers.Parse(text, region)
}

// withoutTrunkZero drops the "(0)" of "+49 (0)800 …", which the phone number
// library would read as a digit. In Italy the zero belongs to the number.
func withoutTrunkZero(text string) string {
	bare := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "/", "").Replace(text)
	international := strings.HasPrefix(bare, "+") || strings.HasPrefix(bare, "00")
	italian := strings.HasPrefix(bare, "+39") || strings.HasPrefix(bare, "0039")
	if !international || italian {
		return text
	}
	for _, zero := range []string{"(0)", "( 0 )", "[0]"} {
		text = strings.Replace(text, zero, " ", 1)
	}
	return text
}
