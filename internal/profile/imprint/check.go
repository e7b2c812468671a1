package imprint

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Fault says what is wrong with a field.
type Fault string

// The faults.
const (
	FaultMissing   Fault = "missing"
	FaultMalformed Fault = "malformed"
	FaultTooLong   Fault = "tooLong"
	// FaultForeign: does not belong into this form's imprint.
	FaultForeign Fault = "foreign"
	// FaultLegalForm: the name lacks the legal form's words.
	FaultLegalForm Fault = "legalForm"
	// FaultPOBox: a post office box is no address (§ 5 DDG, Art. 3 UWG).
	FaultPOBox Fault = "poBox"
	// FaultFullName: first and last name are needed, not an initial.
	FaultFullName Fault = "fullName"
	// FaultTaxNumber: a tax number (Steuernummer) does not belong into public.
	FaultTaxNumber Fault = "taxNumber"
)

// Problem is one thing to mend before an imprint can be written.
type Problem struct {
	// Field is the JSON name of the field, as "register.number".
	Field string
	Key   Key
	Fault Fault
	// Norm asks for the item; it is empty where none does.
	Norm string
}

// Validate returns the first problem as an error, or nil.
func (d Details) Validate() error {
	if problems := d.Check(); len(problems) > 0 {
		return inbox.InvalidField(problems[0].Field, string(problems[0].Fault))
	}
	return nil
}

// Check returns everything that keeps the imprint from being written, in the
// order of the form. None means complete by this program's rules, not lawful.
func (d Details) Check() []Problem {
	items := Items(d.Form)
	if items == nil {
		return []Problem{{Field: "form", Fault: FaultMissing}}
	}
	c := checker{d: d, rules: formRules()[d.Form]}
	for _, key := range allKeys() {
		at := slices.IndexFunc(items, func(i Item) bool { return i.Key == key })
		if at < 0 {
			if !d.empty(key) {
				c.add(string(key), key, FaultForeign, "")
			}
			continue
		}
		if d.empty(key) {
			if items[at].Need == Required {
				c.add(string(key), key, FaultMissing, items[at].Norm)
			}
			continue
		}
		c.item(items[at])
	}
	return c.problems
}

func allKeys() []Key {
	return []Key{
		KeyName, KeyPeople, KeyPartner, KeyAddress, KeyEmail, KeyPhone, KeyRegister, KeyVATID, KeyBusinessID,
		KeyAuthority, KeyMembership, KeyProfession, KeyPurpose, KeyLiquidation, KeyEditor, KeyDispute,
	}
}

func (d Details) empty(key Key) bool {
	switch key {
	case KeyName:
		return blank(d.Name)
	case KeyPeople:
		return blank(strings.Join(d.People, ""))
	case KeyPartner:
		return d.Partner == Company{}
	case KeyAddress:
		return blank(d.Street + d.PostalCode + d.City)
	case KeyEmail:
		return blank(d.Email)
	case KeyPhone:
		return blank(d.Phone)
	case KeyRegister:
		return d.Register == Register{}
	case KeyVATID:
		return blank(d.VATID)
	case KeyBusinessID:
		return blank(d.BusinessID)
	case KeyAuthority:
		return d.Authority == Body{}
	case KeyMembership:
		return blank(d.Membership)
	case KeyProfession:
		return d.Profession == Profession{}
	case KeyPurpose:
		return blank(d.Purpose)
	case KeyLiquidation:
		return !d.Liquidation
	case KeyEditor:
		return d.Editor == Body{}
	}
	return d.Dispute == Dispute{}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

type checker struct {
	d        Details
	rules    rules
	problems []Problem
}

func (c *checker) add(field string, key Key, fault Fault, norm string) {
	c.problems = append(c.problems, Problem{field, key, fault, norm})
}

const maxLine = 200 // characters

// line checks one field of one line; it reports whether there is a usable text.
func (c *checker) line(field, text string, item Item) bool {
	switch {
	case blank(text):
		c.add(field, item.Key, FaultMissing, item.Norm)
	case utf8.RuneCountInString(text) > maxLine:
		c.add(field, item.Key, FaultTooLong, "")
	case !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0:
		c.add(field, item.Key, FaultMalformed, "")
	default:
		return true
	}
	return false
}

func (c *checker) item(item Item) {
	d := c.d
	switch item.Key {
	case KeyName:
		if c.line("name", d.Name, item) && !carries(d.Name, c.rules.marks) {
			c.add("name", item.Key, FaultLegalForm, item.Norm)
		}
	case KeyPeople:
		for i, person := range d.People {
			field := "people." + strconv.Itoa(i)
			if c.line(field, person, item) && !isFullName(person) {
				c.add(field, item.Key, FaultFullName, item.Norm)
			}
		}
		for i := len(d.People); i < c.rules.least; i++ {
			c.add("people."+strconv.Itoa(i), item.Key, FaultMissing, item.Norm)
		}
	case KeyPartner:
		c.line("partner.name", d.Partner.Name, item)
		c.register("partner.register", d.Partner.Register, "HRB", item)
	case KeyAddress:
		c.address(item)
	case KeyEmail:
		if c.line("email", d.Email, item) && !isEmail(d.Email) {
			c.add("email", item.Key, FaultMalformed, item.Norm)
		}
	case KeyPhone:
		if c.line("phone", d.Phone, item) && !isPhone(d.Phone) {
			c.add("phone", item.Key, FaultMalformed, item.Norm)
		}
	case KeyRegister:
		c.register("register", d.Register, c.rules.prefix, item)
	case KeyVATID, KeyBusinessID:
		c.number(item)
	case KeyProfession:
		c.profession(item)
	case KeyAuthority:
		c.body("authority", d.Authority, item)
	case KeyEditor:
		c.body("editor", d.Editor, item)
		if blank(d.Editor.Address) {
			c.add("editor.address", item.Key, FaultMissing, item.Norm)
		}
	case KeyDispute:
		c.dispute(item)
	case KeyMembership:
		c.line("membership", d.Membership, item)
	case KeyPurpose:
		c.line("purpose", d.Purpose, item)
	}
}

func (c *checker) address(item Item) {
	if c.line("street", c.d.Street, item) && poBox.MatchString(c.d.Street) {
		c.add("street", item.Key, FaultPOBox, item.Norm)
	}
	digits := 4
	if c.d.Form.Jurisdiction() == Germany {
		digits = 5
	}
	if c.line("postalCode", c.d.PostalCode, item) && (len(c.d.PostalCode) != digits || strings.Trim(c.d.PostalCode, "0123456789") != "") {
		c.add("postalCode", item.Key, FaultMalformed, item.Norm)
	}
	c.line("city", c.d.City, item)
}

func (c *checker) register(field string, r Register, prefix string, item Item) {
	if c.d.Form != ATVerein && c.d.Form.Jurisdiction() != Switzerland {
		c.line(field+".court", r.Court, item)
	}
	if c.line(field+".number", r.Number, item) && !registerNumbers()[prefix].MatchString(r.Number) {
		c.add(field+".number", item.Key, FaultMalformed, item.Norm)
	}
}

func (c *checker) number(item Item) {
	id, pattern := c.d.VATID, vatIDs()[c.d.Form.Jurisdiction()]
	if item.Key == KeyBusinessID {
		id, pattern = c.d.BusinessID, businessID
	}
	switch {
	case !c.line(string(item.Key), id, item):
	case taxNumber.MatchString(id):
		c.add(string(item.Key), item.Key, FaultTaxNumber, item.Norm)
	case !pattern.MatchString(strings.ReplaceAll(id, " ", "")):
		c.add(string(item.Key), item.Key, FaultMalformed, item.Norm)
	}
}

func (c *checker) profession(item Item) {
	p := c.d.Profession
	c.line("profession.title", p.Title, item)
	c.line("profession.state", p.State, item)
	c.line("profession.rules", p.Rules, item)
	c.web("profession.rulesWeb", p.RulesWeb, item)
	if p.Chamber != (Body{}) || c.d.Form == DEFreelance {
		c.body("profession.chamber", p.Chamber, item)
	}
}

func (c *checker) body(field string, b Body, item Item) {
	c.line(field+".name", b.Name, item)
	if b.Address != "" {
		c.line(field+".address", b.Address, item)
	}
	if b.Web != "" {
		c.web(field+".web", b.Web, item)
	}
}

func (c *checker) web(field, address string, item Item) {
	if c.line(field, address, item) && !isWeb(address) {
		c.add(field, item.Key, FaultMalformed, item.Norm)
	}
}

func (c *checker) dispute(item Item) {
	switch b := c.d.Dispute.Body; c.d.Dispute.Stance {
	case StanceWilling, StanceObliged:
		c.body("dispute.body", b, item)
		if blank(b.Address) {
			c.add("dispute.body.address", item.Key, FaultMissing, item.Norm)
		}
		if blank(b.Web) {
			c.add("dispute.body.web", item.Key, FaultMissing, item.Norm)
		}
	case StanceUnwilling, StanceNone:
		if b != (Body{}) {
			c.add("dispute.body", item.Key, FaultForeign, item.Norm)
		}
	default:
		c.add("dispute.stance", item.Key, FaultMalformed, item.Norm)
	}
}

var (
	poBox     = regexp.MustCompile(`(?i)\b(postfach|postlagernd|p\.? ?o\.? ?box|case postale)\b`)
	taxNumber = regexp.MustCompile(`^\s*\d{2,3}\s*/\s*\d{3,4}\s*/\s*\d{4,5}\s*$`)
	academic  = regexp.MustCompile(`(?i)^(prof|dr|dipl|mag|ing|di|bsc|msc|ba|ma)[.\-]`)
	// emailShape leaves out what would mean something else in a mailto: link.
	emailShape = regexp.MustCompile(`^[\pL\pN._+'-]+@[\pL\pN-]+(\.[\pL\pN-]+)+$`)
	businessID = regexp.MustCompile(`^DE\d{9}-\d{5}$`)
)

func vatIDs() map[Jurisdiction]*regexp.Regexp {
	return map[Jurisdiction]*regexp.Regexp{
		Germany:     regexp.MustCompile(`^DE\d{9}$`),
		Austria:     regexp.MustCompile(`^ATU\d{8}$`),
		Switzerland: regexp.MustCompile(`^CHE-?\d{3}\.?\d{3}\.?\d{3}(MWST|TVA|IVA)$`),
	}
}

func registerNumbers() map[string]*regexp.Regexp {
	german := func(section string) *regexp.Regexp {
		return regexp.MustCompile(`^` + section + ` \d{1,7}( [A-Z]{1,3})?$`)
	}
	return map[string]*regexp.Regexp{
		"HRA": german("HRA"), "HRB": german("HRB"), "GsR": german("GsR"), "VR": german("VR"),
		"FN":  regexp.MustCompile(`^FN \d{1,6} ?[a-z]$`),
		"ZVR": regexp.MustCompile(`^ZVR \d{9,10}$`),
		"CHE": regexp.MustCompile(`^CHE-\d{3}\.\d{3}\.\d{3}$`),
	}
}

// carries reports whether the name holds one of the marks as words of its own.
func carries(name string, marks []string) bool {
	name = strings.Join(strings.Fields(name), " ")
	for _, mark := range marks {
		before, after, found := strings.Cut(name+" ", mark)
		whole := strings.HasSuffix(before, " ") || strings.HasPrefix(mark, "mbH") || strings.HasPrefix(mark, "&")
		if found && whole && strings.HasPrefix(after, " ") {
			return true
		}
	}
	return len(marks) == 0
}

// isFullName wants two words, the first longer than an initial.
func isFullName(person string) bool {
	words := strings.Fields(person)
	for len(words) > 0 && academic.MatchString(words[0]) {
		words = words[1:]
	}
	return len(words) >= 2 && utf8.RuneCountInString(strings.TrimRight(words[0], ".")) > 1 && !strings.HasSuffix(words[0], ".")
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && emailShape.MatchString(s)
}

func isPhone(s string) bool {
	digits := len(digitsOf(s))
	return digits >= 5 && digits <= 16 && strings.Trim(s, "+0123456789 ()/-–.") == ""
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") && u.User == nil
}
