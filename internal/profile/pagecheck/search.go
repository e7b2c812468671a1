package pagecheck

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"tresen/internal/profile/imprint"
)

// search looks through one page.
type search struct {
	report   *Report
	page     content
	squeezed string
}

func (s *search) add(f Finding) { s.report.Findings = append(s.report.Findings, f) }

// items looks for every item the legal form lists and the form has a value
// for, and for the required ones in any case.
func (s *search) items(d imprint.Details) {
	for _, item := range imprint.Items(d.Form) {
		wanted := values(d, item.Key)
		switch item.Key {
		case imprint.KeyEmail:
			s.email(item, d.Email)
		case imprint.KeyPhone:
			if item.Need == imprint.Required || d.Phone != "" {
				s.phone(item, d.Phone)
			}
		default:
			if len(wanted) > 0 {
				s.words(item, wanted)
			} else if item.Need == imprint.Required {
				s.add(Finding{Code: CodeItemUnknown, Severity: SeverityHint, Key: item.Key, Norm: item.Norm})
			}
		}
	}
}

// values returns what must be found for an item: all of it.
func values(d imprint.Details, key imprint.Key) []string {
	var all []string
	switch key {
	case imprint.KeyName:
		all = []string{d.Name}
	case imprint.KeyPeople:
		all = d.People
	case imprint.KeyPartner:
		all = []string{d.Partner.Name}
	case imprint.KeyAddress:
		all = []string{d.Street, d.PostalCode + d.City}
	case imprint.KeyRegister:
		all = []string{d.Register.Number}
	case imprint.KeyVATID:
		all = []string{d.VATID}
	case imprint.KeyBusinessID:
		all = []string{d.BusinessID}
	case imprint.KeyAuthority:
		all = []string{d.Authority.Name}
	case imprint.KeyMembership:
		all = []string{d.Membership}
	case imprint.KeyProfession:
		all = []string{d.Profession.Title, d.Profession.Chamber.Name}
	case imprint.KeyPurpose:
		all = []string{d.Purpose}
	case imprint.KeyEditor:
		all = []string{d.Editor.Name}
	case imprint.KeyDispute:
		if d.Dispute.Stance != imprint.StanceNone {
			all = []string{"Verbraucherschlichtungsstelle", d.Dispute.Body.Name}
		}
	case imprint.KeyLiquidation:
		if d.Liquidation {
			all = []string{"Liquidation"}
		}
	}
	var wanted []string
	for _, v := range all {
		if squeeze(v) != "" {
			wanted = append(wanted, v)
		}
	}
	return wanted
}

func (s *search) words(item imprint.Item, wanted []string) {
	for _, v := range wanted {
		if !strings.Contains(s.squeezed, squeeze(v)) {
			s.missing(item, v)
			return
		}
	}
	s.found(item, strings.Join(wanted, ", "))
}

func (s *search) found(item imprint.Item, evidence string) {
	s.add(Finding{Code: CodeItemFound, Severity: SeverityFound, Key: item.Key, Norm: item.Norm, Evidence: shorten(evidence)})
}

// missing: what the shop says it has must be there, required or not.
func (s *search) missing(item imprint.Item, evidence string) {
	s.add(Finding{Code: CodeItemMissing, Severity: SeverityProblem, Key: item.Key, Norm: item.Norm, Evidence: shorten(evidence)})
}

var (
	atSign   = regexp.MustCompile(`(?i)\s*[\[({<]\s*(at|ät|@)\s*[\])}>]\s*`)
	dotSign  = regexp.MustCompile(`(?i)\s*[\[({<]\s*(dot|punkt)\s*[\])}>]\s*`)
	anyEmail = regexp.MustCompile(`[\pL\pN._+-]+@[\pL\pN-]+(\.[\pL\pN-]+)+`)
	anyPhone = regexp.MustCompile(`\+?[0-9(][0-9 ()/.–-]{5,24}[0-9]`)
)

func (s *search) email(item imprint.Item, wanted string) {
	text := dotSign.ReplaceAllString(atSign.ReplaceAllString(s.page.text, "@"), ".")
	for _, link := range s.page.links {
		if address, ok := strings.CutPrefix(strings.ToLower(link), "mailto:"); ok {
			text += " " + address
		}
		if strings.Contains(link, "/cdn-cgi/l/email-protection") {
			s.add(Finding{Code: CodeEmailHidden, Severity: SeverityProblem, Key: item.Key, Norm: item.Norm})
			return
		}
	}
	if wanted != "" {
		if strings.Contains(strings.ToLower(text), strings.ToLower(wanted)) {
			s.found(item, wanted)
		} else {
			s.missing(item, wanted)
		}
		return
	}
	if any := anyEmail.FindString(text); any != "" {
		s.found(item, any)
		return
	}
	s.missing(item, "")
}

func (s *search) phone(item imprint.Item, wanted string) {
	text := s.page.text
	for _, link := range s.page.links {
		if number, ok := strings.CutPrefix(link, "tel:"); ok {
			text += " | " + number
		}
	}
	national := nationalDigits(wanted)
	for _, candidate := range anyPhone.FindAllString(text, -1) {
		if digits := nationalDigits(candidate); national == "" && len(digits) >= 6 || national != "" && strings.HasSuffix(digits, national) {
			s.found(item, candidate)
			return
		}
	}
	s.missing(item, wanted)
}

// nationalDigits drops what differs between ways of writing a number: signs,
// the trunk zero, and the codes of our three countries.
func nationalDigits(phone string) string {
	phone = strings.ReplaceAll(phone, "(0)", "")
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, phone)
	abroad := strings.HasPrefix(strings.TrimSpace(phone), "+") || strings.HasPrefix(digits, "00")
	digits = strings.TrimLeft(digits, "0")
	if abroad {
		for _, code := range []string{"49", "43", "41"} {
			if rest, ok := strings.CutPrefix(digits, code); ok {
				return strings.TrimLeft(rest, "0")
			}
		}
	}
	return digits
}

// paragraph before a law's name, as "§ 5 Abs. 1 ".
const paragraph = `((§§?|Art\.?)\s*\d+[a-z]?(\s+(Abs|Nr|S|Satz)\.?\s*\d+)*\s+(des\s+)?)?`

// outdatedLaws lists laws that are gone: the words to look for first, because
// that is quick, and the pattern that quotes them.
func outdatedLaws() map[string]*regexp.Regexp {
	names := map[string]string{
		"TMG":                       `TMG`, // § 5 DDG since 2024-05-14
		"Telemediengesetz":          `Telemediengesetz(es|e)?`,
		"TTDSG":                     `TTDSG`, // TDDDG since 2024-05-14
		"Telemedien-Datenschutz":    `Telekommunikation-Telemedien-Datenschutz-Gesetz(es)?`,
		"RStV":                      `RStV`, // MStV since 2020-11-07
		"Rundfunkstaatsvertrag":     `Rundfunkstaatsvertrag(s|es)?`,
		"MDStV":                     `MDStV`,
		"TDG":                       `TDG`, // TMG since 2007
		"Teledienstegesetz":         `Teledienstegesetz(es)?`,
		"TDDSG":                     `TDDSG`,
		"rivacy Shield":             `[Pp]rivacy Shield`, // void since CJEU C-311/18, 2020-07-16
		"rivacy-Shield":             `[Pp]rivacy-Shield`,
		"Mediendienste-Staatsvertr": `Mediendienste-Staatsvertrag(s|es)?`,
	}
	patterns := make(map[string]*regexp.Regexp, len(names))
	for words, name := range names {
		patterns[words] = regexp.MustCompile(paragraph + `\b` + name + `\b`)
	}
	return patterns
}

func foreignLaws(j imprint.Jurisdiction) *regexp.Regexp {
	const (
		german   = `DDG|Digitale-Dienste-Gesetz(es)?|MStV|VSBG|TDDDG`
		austrian = `ECG|E-Commerce-Gesetz(es)?|MedienG|Mediengesetz(es)?|UGB`
		swiss    = `Art\.?\s*3\s+(Abs\.?\s*1\s+)?(lit|Bst)\.?\s*s\s+UWG`
	)
	others := map[imprint.Jurisdiction]string{
		imprint.Germany: austrian + "|" + swiss, imprint.Austria: german + "|" + swiss, imprint.Switzerland: german + "|" + austrian,
	}[j]
	if others == "" {
		return nil
	}
	return regexp.MustCompile(paragraph + `\b(` + others + `)\b`)
}

var (
	odrText   = regexp.MustCompile(`(?i)ec\.europa\.eu/(consumers/)?odr|webgate\.ec\.europa\.eu/odr|\bOS-Plattform|Plattform (zur|für) (die )?Online-Streitbeilegung|online dispute resolution|\bODR[- ]platform`)
	odrLink   = regexp.MustCompile(`(?i)ec\.europa\.eu/(consumers/)?odr`)
	taxNumber = regexp.MustCompile(`(?i)\b(Steuernummer|Steuer-Nr\.?|St\.?-?Nr\.?)\s*:?\s*\d{2,3}\s*/\s*\d{3,4}\s*/\s*\d{4,5}`)
	vague     = regexp.MustCompile(`(?i)(Streitbeilegung|Schlichtung).{0,250}\bim Einzelfall\b`)
	ownDraft  = regexp.MustCompile(`Entwurf – bitte prüfen lassen|Draft – please have it checked`)
)

// maxRepeats bounds how often one kind of finding is listed.
const maxRepeats = 5

func (s *search) laws(j imprint.Jurisdiction) {
	outdated := outdatedLaws()
	for _, words := range slices.Sorted(maps.Keys(outdated)) {
		if strings.Contains(s.page.text, words) {
			s.each(outdated[words], Finding{Code: CodeOutdatedLaw, Severity: SeverityProblem})
		}
	}
	if foreign := foreignLaws(j); foreign != nil {
		s.each(foreign, Finding{Code: CodeForeignLaw, Severity: SeverityProblem})
	}
}

// each adds a finding for every different wording, up to a few.
func (s *search) each(pattern *regexp.Regexp, f Finding) {
	seen := map[string]bool{}
	for _, words := range pattern.FindAllString(s.page.text, -1) {
		if f.Evidence = shorten(words); !seen[f.Evidence] && len(seen) < maxRepeats {
			seen[f.Evidence] = true
			s.add(f)
		}
	}
}

// habits looks for what should be nowhere, whatever the country.
func (s *search) habits() {
	odr := odrText.FindString(s.page.text)
	for _, link := range s.page.links {
		if odr == "" && odrLink.MatchString(link) {
			odr = link
		}
	}
	if odr != "" {
		s.add(Finding{Code: CodeODR, Severity: SeverityProblem, Norm: "VO (EU) 2024/3228", Evidence: shorten(odr)})
	}
	if words := taxNumber.FindString(s.page.text); words != "" {
		s.add(Finding{Code: CodeTaxNumber, Severity: SeverityHint, Evidence: shorten(words)})
	}
	if words := s.vagueStance(); words != "" {
		s.add(Finding{Code: CodeVagueStance, Severity: SeverityProblem, Norm: "§ 36 VSBG", Evidence: shorten(words)})
	}
	if words := ownDraft.FindString(s.page.text); words != "" {
		s.add(Finding{Code: CodeDraft, Severity: SeverityProblem, Evidence: shorten(words)})
	}
}

func (s *search) vagueStance() string {
	if !strings.Contains(s.page.text, "inzelfall") {
		return ""
	}
	return vague.FindString(s.page.text)
}
