package access

import "strings"

// words are what the package says for itself, in one language.
type words struct {
	title, history, person, consents, notices, notes, periods, letter   string
	archive, cases, files, recipients, transfers                        string
	shop, customer, redacted, edited, revoked, fileMissing, none        string
	explain, portable, complaint, controller, caseNumber, created, page string
	before, translated, toHistory, toReadme, unsigned, redactions       string
	rights, source, automated, forConsent, gdpr                         string
	columns, classes                                                    map[string]string
	// letters are the headings of Art. 15(1)(a) to (h) and (2) GDPR.
	letters map[string]string
	// forWhat words the purpose of each class of retention.
	forWhat map[string]string
	// terms word codes of the record, as "purpose.news".
	terms map[string]string
}

var texts = map[string]words{"de": german, "en": english}

// class words a class of retention, or repeats it.
func (w words) class(name string) string {
	if s := w.classes[name]; s != "" {
		return s
	}
	return name
}

// of words a code of some kind, or repeats it.
func (w words) of(kind, code string) string {
	if s := w.terms[kind+"."+code]; s != "" {
		return s
	}
	return code
}

// happened words what happened in a case: "Daten eingeschränkt (Richtigkeit bestritten)".
// The number of a message behind the code is for the JSON only.
func (w words) happened(e Event) string {
	what, _, _ := strings.Cut(e.What, " ")
	if s := w.terms["event."+e.Kind+"."+what]; s != "" {
		return s
	}
	s := w.of("event", e.Kind)
	if detail := w.of("detail", what); detail != "" {
		s += " (" + detail + ")"
	}
	return s
}

// basis writes a norm as the language writes it.
func (w words) basis(norm string) string { return strings.ReplaceAll(norm, "GDPR", w.gdpr) }
