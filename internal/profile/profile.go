package profile

import (
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// Profile is what the owner edits. The picture goes its own way.
type Profile struct {
	About       string   `json:"about"`
	Address     string   `json:"address"`
	Description string   `json:"description"`
	Email       string   `json:"email"`
	Websites    []string `json:"websites"`
	Vertical    string   `json:"vertical"`
}

// Field names a field of the profile, as in JSON and in errors.
type Field string

// The fields.
const (
	FieldAbout       Field = "about"
	FieldAddress     Field = "address"
	FieldDescription Field = "description"
	FieldEmail       Field = "email"
	FieldWebsites    Field = "websites"
	FieldVertical    Field = "vertical"
	FieldPicture     Field = "picture"
)

// Limit is how long a text may be, in characters.
type Limit struct {
	Field    Field
	Min, Max int
}

// MaxWebsites is how many websites a profile holds.
const MaxWebsites = 2

// Limits returns the limits for counters. The one of the websites is that of
// each. (Meta's OpenAPI, business profile; a description of up to 512
// characters is mentioned on older pages and not relied upon.)
func Limits() []Limit {
	return []Limit{
		{FieldAbout, 1, 139}, {FieldAddress, 0, 256}, {FieldDescription, 0, 256}, {FieldEmail, 0, 128}, {FieldWebsites, 0, 256},
	}
}

func limitOf(f Field) Limit {
	limits := Limits()
	return limits[slices.IndexFunc(limits, func(l Limit) bool { return l.Field == f })]
}

// Count counts as the limits do.
func Count(text string) int { return utf8.RuneCountInString(text) }

// Verticals lists the lines of business to choose from, in Meta's words. (Meta
// docs: Business profiles.)
func Verticals() []string {
	return []string{
		"OTHER", "AUTO", "BEAUTY", "APPAREL", "EDU", "ENTERTAIN", "EVENT_PLAN", "FINANCE", "GROCERY", "GOVT", "HOTEL", "HEALTH",
		"NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "ALCOHOL", "ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "OTC_DRUGS",
	}
}

// fromAPI keeps what WhatsApp says, whether or not it obeys the limits.
func fromAPI(p cloudapi.BusinessProfile) Profile {
	vertical := p.Vertical
	if vertical == "UNDEFINED" || vertical == "NOT_A_BIZ" { // read, never written
		vertical = ""
	}
	return Profile{
		About: p.About, Address: p.Address, Description: p.Description, Email: p.Email,
		Websites: append([]string{}, p.Websites...), Vertical: vertical,
	}
}

// clean trims what people cannot see, so that it is no difference.
func (p Profile) clean() Profile {
	text := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	p.About, p.Address, p.Description, p.Email = text(p.About), text(p.Address), text(p.Description), text(p.Email)
	sites := []string{}
	for _, site := range p.Websites {
		if site = strings.TrimSpace(site); site != "" {
			sites = append(sites, site)
		}
	}
	p.Websites = sites
	return p
}

// Validate checks the profile before it is sent. With an imprint's address,
// website 1 must be exactly that: the imprint has to be found at once (§ 5 DDG,
// § 5 ECG, Art. 3 UWG). The error names a Field, "websites.0" for the first.
func (p Profile) Validate(imprintURL string) error {
	p = p.clean()
	texts := []struct {
		field Field
		text  string
		lines bool
	}{
		{FieldAbout, p.About, false}, {FieldAddress, p.Address, true}, {FieldDescription, p.Description, true}, {FieldEmail, p.Email, false},
	}
	for _, t := range texts {
		if err := checkText(string(t.field), t.text, limitOf(t.field), t.lines); err != nil {
			return err
		}
	}
	if p.Email != "" && !isEmail(p.Email) {
		return inbox.InvalidField(string(FieldEmail), "not an e-mail address")
	}
	if p.Vertical != "" && !slices.Contains(Verticals(), p.Vertical) {
		return inbox.InvalidField(string(FieldVertical), "not a known line of business")
	}
	return validateWebsites(p.Websites, imprintURL)
}

func checkText(field, text string, limit Limit, lines bool) error {
	switch n := Count(text); {
	case !utf8.ValidString(text) || strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && (r != '\n' || !lines) }) >= 0:
		return inbox.InvalidField(field, "holds control characters")
	case n < limit.Min:
		return inbox.InvalidField(field, "missing")
	case n > limit.Max:
		return inbox.InvalidField(field, "longer than "+strconv.Itoa(limit.Max)+" characters")
	}
	return nil
}

func validateWebsites(sites []string, imprintURL string) error {
	if len(sites) > MaxWebsites {
		return inbox.InvalidField(string(FieldWebsites), "more than two")
	}
	for i, site := range sites {
		field := string(FieldWebsites) + "." + strconv.Itoa(i)
		if err := checkText(field, site, limitOf(FieldWebsites), false); err != nil {
			return err
		}
		if !isWeb(site) {
			return inbox.InvalidField(field, "not a web address")
		}
	}
	if imprintURL != "" && (len(sites) == 0 || sites[0] != strings.TrimSpace(imprintURL)) {
		return inbox.InvalidField(string(FieldWebsites)+".0", "not the imprint")
	}
	return nil
}

func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && strings.Contains(s[strings.LastIndexByte(s, '@'):], ".")
}

func isWeb(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// Advice is something worth changing that does not keep a profile from being
// saved.
type Advice string

// The advice there is.
const (
	// AdviceImprintWord: the imprint's address does not hold the word, so that
	// its name in the profile does not say what it is ("Info" is not enough: LG
	// Aschaffenburg, 2 HK O 54/11; OLG Düsseldorf, I-20 U 75/13; by analogy).
	AdviceImprintWord Advice = "imprintWord"
	// AdviceImprintInDescription: the description could begin with the imprint.
	AdviceImprintInDescription Advice = "imprintInDescription"
	// AdviceHTTPS: a website is linked without encryption.
	AdviceHTTPS Advice = "https"
	// AdviceNoImprint: no imprint is linked at all.
	AdviceNoImprint Advice = "noImprint"
)

// Advise looks at a profile as an inspector would.
func (p Profile) Advise(imprintURL string) []Advice {
	p = p.clean()
	advice := []Advice{}
	lower := strings.ToLower(imprintURL)
	switch {
	case imprintURL == "":
		advice = append(advice, AdviceNoImprint)
	case !strings.Contains(lower, "impressum") && !strings.Contains(lower, "imprint") && !strings.Contains(lower, "legal-notice"):
		advice = append(advice, AdviceImprintWord)
	}
	first, _, _ := strings.Cut(strings.ToLower(p.Description), "\n")
	if imprintURL != "" && !strings.Contains(first, "impressum") && !strings.Contains(first, "legal notice") {
		advice = append(advice, AdviceImprintInDescription)
	}
	if slices.ContainsFunc(p.Websites, func(s string) bool { return strings.HasPrefix(strings.ToLower(s), "http://") }) {
		advice = append(advice, AdviceHTTPS)
	}
	return advice
}

// Change is one field before and after, as one line or several.
type Change struct {
	Field       Field
	Before, New string
}

// Diff says what saving edited over current would change.
func Diff(current, edited Profile) []Change {
	a, b := current.clean(), edited.clean()
	changes := []Change{}
	add := func(f Field, before, after string) {
		if before != after {
			changes = append(changes, Change{f, before, after})
		}
	}
	add(FieldAbout, a.About, b.About)
	add(FieldAddress, a.Address, b.Address)
	add(FieldDescription, a.Description, b.Description)
	add(FieldEmail, a.Email, b.Email)
	add(FieldWebsites, strings.Join(a.Websites, "\n"), strings.Join(b.Websites, "\n"))
	add(FieldVertical, a.Vertical, b.Vertical)
	return changes
}
