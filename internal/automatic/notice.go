package automatic

import (
	"embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/wording"
	"tresen/internal/retention"
)

//go:embed texts
var texts embed.FS

// MaxNotice is how many characters a notice may have in one language, so that
// WhatsApp does not fold it too early.
const MaxNotice = 900

// Text is a notice in one language.
type Text struct {
	Language wording.Language `json:"language"`
	// Lead is the greeting of its own; another greeting takes its place.
	Lead string `json:"lead"`
	Body string `json:"body"`
}

// String is the text as it is sent by itself.
func (t Text) String() string { return strings.TrimSpace(t.Lead + "\n" + t.Body) }

// Length is what counts against MaxNotice.
func (t Text) Length() int { return utf8.RuneCountInString(t.String()) }

func (t Text) tidy() Text {
	t.Lead, t.Body = tidy(t.Lead), tidy(t.Body)
	return t
}

// Parts is what a notice is made of, all of it from what the shop configured.
type Parts struct {
	Jurisdiction imprint.Jurisdiction
	Shop         string
	// Name and City say who is responsible.
	Name, City string
	Hours      string
	Phone      string
	Email      string
	// Privacy and Imprint are addresses on the web; both may be missing.
	Privacy, Imprint string
	// Enquiry is the retention rule for enquiries without an order.
	Enquiry retention.Rule
	// Country is whose retention rules apply.
	Country retention.Country
}

// Source says what a generated text was made from.
type Source struct {
	Version, AsAt string
}

// Write words the notice in one language. What is missing stays out; Problems
// says what that is.
func Write(p Parts, language wording.Language) (Text, Source, error) {
	name := "texts/notice-" + string(p.Jurisdiction) + "." + string(language) + ".txt"
	data, err := texts.ReadFile(name)
	if err != nil {
		return Text{}, Source{}, inbox.InvalidField("language", "there is no such text")
	}
	head, rest, _ := strings.Cut(string(data), "\nasAt: ")
	asAt, rest, _ := strings.Cut(rest, "\n")
	source := Source{Version: strings.TrimPrefix(head, "version: "), AsAt: asAt}
	t, err := template.New("notice").Option("missingkey=error").Parse(rest)
	if err != nil {
		return Text{}, source, fmt.Errorf("read notice: %w", err)
	}
	var out strings.Builder
	if err := t.Execute(&out, p.values(language)); err != nil {
		return Text{}, source, fmt.Errorf("word notice: %w", err)
	}
	lead, body, _ := strings.Cut(out.String(), "\n---\n")
	return Text{Language: language, Lead: lead, Body: body}.tidy(), source, nil
}

func (p Parts) values(language wording.Language) map[string]string {
	return map[string]string{
		"Shop": line(p.Shop), "Controller": joined(", ", p.Name, p.City), "Hours": line(p.Hours), "Ways": joined(", ", p.Phone, p.Email),
		"Privacy": line(p.Privacy), "Imprint": line(p.Imprint), "Period": period(p.Enquiry.Period, language),
	}
}

func line(s string) string { return strings.Join(strings.Fields(s), " ") }

func joined(with string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part = line(part); part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, with)
}

func period(p retention.Period, language wording.Language) string {
	n, units := p.Years*12+p.Months, [2]string{"Monat", "Monate"}
	if p.Days > 0 {
		n, units = p.Days, [2]string{"Tag", "Tage"}
	}
	if language == wording.English {
		units = [2]string{"month", "months"}
		if p.Days > 0 {
			units = [2]string{"day", "days"}
		}
	}
	if n == 1 {
		return "1 " + units[0]
	}
	return strconv.Itoa(n) + " " + units[1]
}

// Problem is what keeps a notice from being confirmed, or what the owner should know.
type Problem string

// The problems. The last three are no reason to refuse.
const (
	ProblemName      Problem = "name"      // nobody is named as responsible (Art. 13(1)(a) GDPR)
	ProblemLink      Problem = "link"      // no way to the full information
	ProblemLinkLost  Problem = "linkLost"  // the text does not name the link
	ProblemPeriod    Problem = "period"    // the rule that would delete is switched off
	ProblemCountry   Problem = "country"   // imprint and retention follow the law of different countries
	ProblemLong      Problem = "long"      // longer than MaxNotice
	ProblemEmpty     Problem = "empty"     // no text
	ProblemObjection Problem = "objection" // no line of its own on the right to object (Art. 21(4) GDPR)
	ProblemVague     Problem = "vague"     // "as long as necessary" is no period (Art. 13(2)(a) GDPR)
	ProblemNoPeriod  Problem = "noPeriod"  // no period at all
	ProblemPromise   Problem = "promise"   // promises nobody can keep (§ 5 UWG)
	ProblemForeign   Problem = "foreign"   // another country's law
	ProblemImprint   Problem = "imprint"   // no link to the imprint
	ProblemWays      Problem = "ways"      // no other way to reach the shop
	ProblemHours     Problem = "hours"     // no opening hours to name
)

// Serious reports whether a notice with it must not be confirmed.
func (p Problem) Serious() bool {
	return p != ProblemImprint && p != ProblemWays && p != ProblemHours
}

var (
	vague   = regexp.MustCompile(`(?i)(so\s*lange?|solange)\s+(wie\s+)?(es\s+)?(\p{L}+\s+){0,3}(nötig|notwendig|erforderlich)|as long as (is |it is )?(necessary|needed|required)`)
	periods = regexp.MustCompile(`(?i)\d+\s+(tage?n?|monate?n?|jahre?n?|days?|months?|years?)\b`)
	promise = regexp.MustCompile(`(?i)100\s*(%|prozent|percent)|garantiert sicher|vollkommen sicher|absolutely secure`)
	// foreign are norms that belong to other countries' texts.
	foreign = map[imprint.Jurisdiction]*regexp.Regexp{
		imprint.Germany:     regexp.MustCompile(`\b(revDSG|DSG|TKG 2021|ECG|MedienG|UGB|BAO|EDÖB|FADP)\b`),
		imprint.Austria:     regexp.MustCompile(`\b(revDSG|BDSG|TDDDG|DDG|HGB|EDÖB|FADP)\b`),
		imprint.Switzerland: regexp.MustCompile(`\b(DSGVO|GDPR|BDSG|TDDDG|DDG|HGB|TKG 2021|ECG|UGB|BAO)\b`),
	}
	objection = map[wording.Language]*regexp.Regexp{
		wording.German:  regexp.MustCompile(`(?i)widerspr[^\n]*\bWIDERSPRUCH\b`),
		wording.English: regexp.MustCompile(`(?i)object[^\n]*\bOBJECT\b`),
	}
)

// Problems checks a notice, generated or the owner's own words.
func Problems(p Parts, t Text) []Problem {
	found := []Problem{}
	add := func(problem Problem, is bool) {
		if is {
			found = append(found, problem)
		}
	}
	text := t.String()
	add(ProblemName, line(p.Name) == "")
	add(ProblemLink, line(p.Privacy) == "")
	add(ProblemPeriod, p.Enquiry.Off || p.Enquiry.Period == retention.Period{})
	add(ProblemCountry, string(p.Country) != string(p.Jurisdiction))
	add(ProblemEmpty, t.Body == "")
	add(ProblemLong, t.Length() > MaxNotice)
	add(ProblemLinkLost, line(p.Privacy) != "" && !strings.Contains(t.Body, line(p.Privacy)))
	add(ProblemObjection, t.Body != "" && !ownLine(t.Body, objection[t.Language]))
	add(ProblemVague, vague.MatchString(text))
	add(ProblemNoPeriod, t.Body != "" && !periods.MatchString(t.Body))
	add(ProblemPromise, promise.MatchString(text))
	if law := foreign[p.Jurisdiction]; law != nil {
		add(ProblemForeign, law.MatchString(text))
	}
	add(ProblemImprint, line(p.Imprint) == "")
	add(ProblemWays, line(p.Phone) == "" && line(p.Email) == "")
	add(ProblemHours, line(p.Hours) == "")
	return found
}

// ownLine reports whether a line of the text says this and little else.
func ownLine(text string, says *regexp.Regexp) bool {
	for l := range strings.Lines(text) {
		if says != nil && says.MatchString(l) && len(periods.FindString(l)) == 0 && !strings.Contains(l, "://") {
			return true
		}
	}
	return false
}
