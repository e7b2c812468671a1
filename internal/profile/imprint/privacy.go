package imprint

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

// Privacy is what the paragraph about WhatsApp needs beyond the imprint.
type Privacy struct {
	// EnquiryMonths and OrderMonths are the shop's retention periods.
	EnquiryMonths int `json:"enquiryMonths"`
	OrderMonths   int `json:"orderMonths"`
	// Region is the country in which Meta stores messages at rest, as "DE", or
	// empty without local storage.
	Region string `json:"region"`
	// Authority is the data protection authority with its address.
	Authority string `json:"authority"`
}

// maxMonths bounds a retention period that somebody mistyped.
const maxMonths = 120

// validate refuses a notice without periods: "as long as necessary" is none
// (Art. 13(2)(a) GDPR).
func (p Privacy) validate(j Jurisdiction) error {
	switch {
	case p.EnquiryMonths < 1 || p.EnquiryMonths > maxMonths:
		return inbox.InvalidField("enquiryMonths", "not between 1 and 120")
	case p.OrderMonths < 1 || p.OrderMonths > maxMonths:
		return inbox.InvalidField("orderMonths", "not between 1 and 120")
	case blank(p.Authority) && j != Switzerland:
		return inbox.InvalidField("authority", "missing")
	case len([]rune(p.Authority)) > maxLine:
		return inbox.InvalidField("authority", "too long")
	case p.Region != "" && regionName(p.Region, wording.German) == "":
		return inbox.InvalidField("region", "not a storage region")
	}
	return nil
}

// regionName says where in Europe Meta can store messages. (Meta docs: Local
// storage.)
func regionName(region string, language wording.Language) string {
	names := map[string][2]string{
		"DE": {"ruhend in Deutschland, kurzzeitig weltweit", "at rest in Germany, briefly worldwide"},
		"CH": {"ruhend in der Schweiz, kurzzeitig weltweit", "at rest in Switzerland, briefly worldwide"},
		"GB": {"ruhend im Vereinigten Königreich, kurzzeitig weltweit", "at rest in the United Kingdom, briefly worldwide"},
	}
	if language == wording.English {
		return names[region][1]
	}
	return names[region][0]
}

// Transfer is what this release says about transfers to the USA, and since
// when. It changes with courts and decisions, so it is data and dated.
type Transfer struct {
	AsAt   string `json:"asAt"`
	DE     string `json:"de"`
	EN     string `json:"en"`
	Policy string `json:"policy"`
}

// TransferStatus returns the release's statement about transfers.
func TransferStatus() (Transfer, error) {
	var t Transfer
	data, err := texts.ReadFile("texts/transfer.json")
	if err == nil {
		err = json.Unmarshal(data, &t)
	}
	if err != nil {
		return Transfer{}, fmt.Errorf("read transfer status: %w", err)
	}
	return t, nil
}

// WritePrivacy writes the part about WhatsApp for the shop's privacy notice.
// It is no whole privacy notice. confirmed is as for Write. The error names a
// field of Privacy, or of Details if the imprint is incomplete.
func WritePrivacy(d Details, p Privacy, language wording.Language, confirmed string) (Document, error) {
	if err := d.Validate(); err != nil {
		return Document{}, err
	}
	jurisdiction := d.Form.Jurisdiction()
	if err := p.validate(jurisdiction); err != nil {
		return Document{}, err
	}
	transfer, err := TransferStatus()
	if err != nil {
		return Document{}, err
	}
	basis := transfer.DE
	if language == wording.English {
		basis = transfer.EN
	}
	doc, draft, err := loadDocument("privacy-"+string(jurisdiction), language)
	if err != nil {
		return Document{}, err
	}
	err = doc.fill(map[string]string{
		"Controller": strings.Join(controller(d), ", "), "Enquiry": months(p.EnquiryMonths, language),
		"Order": months(p.OrderMonths, language), "Region": regionName(p.Region, language),
		"Authority": oneLine(p.Authority), "Transfer": basis, "Policy": transfer.Policy,
		"Phone": oneLine(d.Phone), "Email": d.Email,
	})
	if err != nil {
		return Document{}, err
	}
	doc.Jurisdiction = jurisdiction
	return doc.mark(draft, confirmed), nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// controller names who is responsible, with the address.
func controller(d Details) []string {
	who := d.Name
	if blank(who) {
		who = strings.Join(d.People, ", ")
	}
	return []string{oneLine(who), oneLine(d.Street), oneLine(d.PostalCode + " " + d.City)}
}

func months(n int, language wording.Language) string {
	units := map[bool][2]string{true: {" Monat", " month"}, false: {" Monate", " months"}}[n == 1]
	if language == wording.English {
		return strconv.Itoa(n) + units[1]
	}
	return strconv.Itoa(n) + units[0]
}

// Kinds of links a text file asks for; fill turns them into addresses.
const (
	linkPhone = "tel"
	linkMail  = "mail"
	linkWeb   = "web"
)

// loadDocument reads the form our longer texts are kept in: "key: value" at
// the top, "## anchor Heading" (anchor "-" for none), "> kind text" for a
// link, and every other line a paragraph. The shop's own words come in only
// afterwards, so that none of them can be taken for such a sign.
func loadDocument(name string, language wording.Language) (doc Document, draft string, err error) {
	data, err := texts.ReadFile("texts/" + name + "." + string(language) + ".txt")
	if err != nil {
		return Document{}, "", inbox.InvalidField("language", "there is no such text")
	}
	doc.Language = language
	top := map[string]*string{"version": &doc.Version, "asAt": &doc.AsAt, "title": &doc.Title, "draft": &draft}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		heading, isHeading := strings.CutPrefix(line, "## ")
		key, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "":
		case isHeading:
			anchor, title, _ := strings.Cut(heading, " ")
			doc.Sections = append(doc.Sections, Section{ID: strings.TrimPrefix(anchor, "-"), Heading: title})
		case len(doc.Sections) > 0:
			last := &doc.Sections[len(doc.Sections)-1]
			last.Lines = append(last.Lines, parseLine(line))
		case top[key] != nil:
			*top[key] = value
		default:
			return Document{}, "", fmt.Errorf("read text %s: a line before the first section means nothing", name)
		}
	}
	return doc, draft, nil
}

func parseLine(line string) Line {
	if link, isLink := strings.CutPrefix(line, "> "); isLink {
		kind, text, _ := strings.Cut(link, " ")
		return Line{Text: text, Link: kind}
	}
	return Line{Text: line}
}

// fill puts the shop's words in and leaves out lines that stay empty.
func (doc *Document) fill(values map[string]string) error {
	for i := range doc.Sections {
		var kept []Line
		for _, l := range doc.Sections[i].Lines {
			text, err := fillLine(l.Text, values)
			if err != nil {
				return fmt.Errorf("write text %s: %w", doc.Version, err)
			}
			if text == "" {
				continue
			}
			l.Text = text
			switch l.Link {
			case linkPhone:
				l.Link = PhoneLink(text)
			case linkMail:
				l.Link = "mailto:" + text
			case linkWeb:
				l.Link = text
			}
			kept = append(kept, l)
		}
		doc.Sections[i].Lines = kept
	}
	return nil
}

func fillLine(text string, values map[string]string) (string, error) {
	t, err := template.New("line").Option("missingkey=error").Parse(text)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if err := t.Execute(&out, values); err != nil {
		return "", err
	}
	return out.String(), nil
}
