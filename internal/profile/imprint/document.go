package imprint

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

//go:embed texts
var texts embed.FS

// Document is a public text in a form that a window, a text file and a page
// can show alike.
type Document struct {
	Language     wording.Language
	Jurisdiction Jurisdiction
	// Version names the template, AsAt the day whose law it reflects.
	Version, AsAt string
	Title         string
	// Basis says which law asks for the text; it may be empty.
	Basis    string
	Sections []Section
	// Draft is the warning that stands above the text until the owner has
	// confirmed exactly this text; then it is empty.
	Draft string
}

// Section is a part with or without a heading.
type Section struct {
	// ID is the anchor on the page, as "whatsapp"; it may be empty.
	ID      string
	Heading string
	Lines   []Line
}

// Line is one statement, perhaps with a label.
type Line struct {
	Label, Text string
	// Link is where the text leads: mailto:, tel: or a web address, or empty.
	Link string
}

// labels are the fixed words of one jurisdiction in one language.
type labels map[string]string

func loadLabels(name string, language wording.Language) (labels, error) {
	data, err := texts.ReadFile("texts/" + name + "." + string(language) + ".json")
	if err != nil {
		return nil, inbox.InvalidField("language", "there is no such text")
	}
	var l labels
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, fmt.Errorf("read text %s: %w", name, err)
	}
	return l, nil
}

// Write turns checked details into an imprint. confirmed is the fingerprint of
// the text the owner has confirmed, or empty: any other text is a draft, also
// one that differs because the details changed since. The error is that of
// Validate if the details are incomplete.
func Write(d Details, language wording.Language, confirmed string) (Document, error) {
	if err := d.Validate(); err != nil {
		return Document{}, err
	}
	l, err := loadLabels("imprint-"+string(d.Form.Jurisdiction()), language)
	if err != nil {
		return Document{}, err
	}
	doc := Document{
		Language: language, Jurisdiction: d.Form.Jurisdiction(), Version: l["version"], AsAt: l["asAt"],
		Title: l["title"], Basis: l["basis"],
	}
	w := writer{d: d, labels: l, role: formRules()[d.Form].role}
	doc.Sections = w.sections()
	return doc.mark(l["draft"], confirmed), nil
}

// mark makes the document a draft unless it is the confirmed one.
func (doc Document) mark(draft, confirmed string) Document {
	if doc.Draft = ""; doc.Fingerprint() != confirmed {
		doc.Draft = draft
	}
	return doc
}

// Fingerprint tells texts apart; the draft's warning is no part of it.
func (doc Document) Fingerprint() string {
	doc.Draft = ""
	return wording.Fingerprint(doc.Version + "\n" + doc.Text())
}

// Text is the document as plain text.
func (doc Document) Text() string {
	var b strings.Builder
	line := func(s string) {
		if s != "" {
			b.WriteString(s + "\n")
		}
	}
	if doc.Draft != "" {
		line("*** " + doc.Draft + " ***\n")
	}
	line(doc.Title)
	line(doc.Basis)
	for _, s := range doc.Sections {
		b.WriteString("\n")
		line(s.Heading)
		for _, l := range s.Lines {
			if l.Label != "" {
				line(l.Label + ": " + l.Text)
			} else {
				line(l.Text)
			}
		}
	}
	return b.String()
}

type writer struct {
	d      Details
	labels labels
	role   string
	out    []Section
}

func (w *writer) section(heading string, lines ...Line) {
	var kept []Line
	for _, l := range lines {
		if l.Text = strings.Join(strings.Fields(l.Text), " "); l.Text != "" {
			kept = append(kept, l)
		}
	}
	if len(kept) > 0 {
		w.out = append(w.out, Section{Heading: w.labels[heading], Lines: kept})
	}
}

func (w *writer) labelled(label, text string) Line { return Line{Label: w.labels[label], Text: text} }

func (w *writer) sections() []Section {
	d := w.d
	people := strings.Join(d.People, ", ")
	address := []Line{{Text: d.Street}, {Text: d.PostalCode + " " + d.City}, {Text: w.labels["country"]}}
	if blank(d.Name) {
		// Without a company the person is the name, not a role below one.
		w.section("", append([]Line{{Text: people}}, address...)...)
	} else {
		w.section("", append([]Line{{Text: d.Name}}, address...)...)
		if d.Partner.Name != "" {
			w.section("partner", Line{Text: d.Partner.Name},
				w.labelled("court", d.Partner.Register.Court), w.labelled("number", d.Partner.Register.Number))
		}
		w.section(w.role, Line{Text: people})
	}
	w.section("contact",
		Line{Label: w.labels["phone"], Text: d.Phone, Link: PhoneLink(d.Phone)},
		Line{Label: w.labels["email"], Text: d.Email, Link: "mailto:" + d.Email})
	w.section("purpose", Line{Text: d.Purpose})
	w.section("register", w.labelled("court", d.Register.Court), w.labelled("number", d.Register.Number))
	w.section("ids", w.labelled("vatId", d.VATID), w.labelled("businessId", d.BusinessID))
	w.section("authority", w.body(d.Authority)...)
	w.section("membership", Line{Text: d.Membership})
	p := d.Profession
	w.section("profession", append([]Line{w.labelled("professionTitle", p.Title), w.labelled("professionState", p.State),
		w.labelled("rules", p.Rules), {Label: w.labels["rulesWeb"], Text: p.RulesWeb, Link: p.RulesWeb}},
		w.chamber(p.Chamber)...)...)
	if d.Liquidation {
		w.section("liquidation", Line{Text: w.labels["liquidationText"]})
	}
	w.section("editor", w.body(d.Editor)...)
	w.dispute()
	return w.out
}

func (w *writer) body(b Body) []Line {
	return []Line{{Text: b.Name}, {Text: b.Address}, {Text: b.Web, Link: b.Web}}
}

func (w *writer) chamber(b Body) []Line {
	lines := w.body(b)
	lines[0].Label = w.labels["chamber"]
	return lines
}

func (w *writer) dispute() {
	switch d := w.d.Dispute; d.Stance {
	case StanceUnwilling:
		w.section("dispute", Line{Text: w.labels["disputeUnwilling"]})
	case StanceWilling:
		w.section("dispute", append([]Line{{Text: w.labels["disputeWilling"]}}, w.body(d.Body)...)...)
	case StanceObliged:
		w.section("dispute", append([]Line{{Text: w.labels["disputeObliged"]}}, w.body(d.Body)...)...)
	}
}

// PhoneLink returns the tel: link of a number written for people, or "" for
// one without the country's code: dialled abroad it would reach somebody else.
func PhoneLink(phone string) string {
	phone = strings.ReplaceAll(phone, "(0)", "")
	if !strings.HasPrefix(strings.TrimSpace(phone), "+") {
		return ""
	}
	return "tel:+" + digitsOf(phone)
}
