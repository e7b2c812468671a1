package snippet

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// Variable is something a snippet can have filled in.
type Variable string

// The variables.
const (
	VarName    Variable = "name"    // the customer's name as the shop gave it
	VarShop    Variable = "shop"    // the shop's name
	VarAddress Variable = "address" // where the shop is
	VarHours   Variable = "hours"   // the opening hours
	VarImprint Variable = "imprint" // the address of the imprint
	VarPrivacy Variable = "privacy" // the address of the privacy notice
	VarDate    Variable = "date"    // today
	VarOpening Variable = "opening" // when the shop opens next
)

// Variables lists them in the order in which they are offered.
func Variables() []Variable {
	return []Variable{VarName, VarShop, VarAddress, VarHours, VarImprint, VarPrivacy, VarDate, VarOpening}
}

// words are how people write a variable; both languages hold in every snippet.
var words = map[string]Variable{
	"name": VarName, "laden": VarShop, "shop": VarShop, "adresse": VarAddress, "address": VarAddress, "öffnungszeiten": VarHours, "oeffnungszeiten": VarHours, "hours": VarHours,
	"impressum": VarImprint, "imprint": VarImprint, "datenschutz": VarPrivacy, "privacy": VarPrivacy, "datum": VarDate, "date": VarDate,
	"nächste öffnung": VarOpening, "naechste oeffnung": VarOpening, "opening": VarOpening,
}

// Word is how a variable is written in a language, without the braces.
func (v Variable) Word(language string) string {
	german := map[Variable]string{
		VarName: "Name", VarShop: "Laden", VarAddress: "Adresse", VarHours: "Öffnungszeiten", VarImprint: "Impressum", VarPrivacy: "Datenschutz", VarDate: "Datum", VarOpening: "Nächste Öffnung",
	}
	if word := german[v]; language == "de" {
		return word
	}
	return string(v)
}

// open is anything that reads like a variable: letters in braces. What a shop
// writes to customers holds that only by mistake.
var open = regexp.MustCompile(`\{\s*(\p{L}[\p{L} _-]{0,29})\s*\}`)

// Values are what is known at the moment of filling in.
type Values map[Variable]string

// Fill puts values in the place of variables. missing are those that are not
// known or have no value, each once and as written; they stay in the text,
// where people see them. Braces in a value are not read again.
func Fill(text string, values Values) (filled string, missing []string) {
	filled = open.ReplaceAllStringFunc(text, func(found string) string {
		word := open.FindStringSubmatch(found)[1]
		value := strings.TrimSpace(values[words[strings.ToLower(strings.TrimSpace(word))]])
		if value == "" {
			if !slices.Contains(missing, found) {
				missing = append(missing, found)
			}
			return found
		}
		return value
	})
	return filled, missing
}

// FillMessage fills in all texts of an interactive message.
func FillMessage(m inbox.Interactive, values Values) (filled inbox.Interactive, missing []string) {
	fill := func(text string) string {
		out, m := Fill(text, values)
		for _, found := range m {
			if !slices.Contains(missing, found) {
				missing = append(missing, found)
			}
		}
		return out
	}
	m.Header, m.Body, m.Footer, m.Button = fill(m.Header), fill(m.Body), fill(m.Footer), fill(m.Button)
	m.Buttons = slices.Clone(m.Buttons)
	for i := range m.Buttons {
		m.Buttons[i].Title = fill(m.Buttons[i].Title)
	}
	m.Sections = slices.Clone(m.Sections)
	for i, s := range m.Sections {
		m.Sections[i].Title, m.Sections[i].Rows = fill(s.Title), slices.Clone(s.Rows)
		for j, r := range s.Rows {
			m.Sections[i].Rows[j].Title, m.Sections[i].Rows[j].Description = fill(r.Title), fill(r.Description)
		}
	}
	if m.Link != nil {
		link := inbox.LinkButton{Title: fill(m.Link.Title), URL: fill(m.Link.URL)}
		m.Link = &link
	}
	return m, missing
}

// Today is how VarDate reads.
func Today(now time.Time, language string) string {
	if language == "de" {
		return now.Format("02.01.2006")
	}
	return now.Format("2 January 2006")
}
