package app

import (
	"tresen/internal/automatic"
	"tresen/internal/consent"
	"tresen/internal/print"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
)

// The states of a generated text.
const (
	generatedDraft      = "draft"
	generatedConfirmed  = "confirmed"
	generatedChanged    = "changed"
	generatedFixed      = "fixed"
	generatedIncomplete = "incomplete"
)

// generatedTexts lists what the program words from the shop's details: the
// facts stand in one place, and each text says which version it is.
func (s *Session) generatedTexts(language wording.Language) ([]GeneratedRow, error) {
	rows := []GeneratedRow{}
	d, err := s.shopDetails()
	if err != nil {
		return rows, err
	}
	set, err := s.automaticSettings(language)
	if err != nil {
		return rows, err
	}
	for _, l := range wording.Languages() {
		notice, err := s.generatedNotice(set, l)
		if err != nil {
			return rows, err
		}
		rows = append(rows, notice)
		for _, kind := range []shop.Kind{shop.Privacy, shop.Imprint} {
			text, err := legalText(d, kind, l)
			if err != nil {
				return rows, err
			}
			rows = append(rows, GeneratedRow{
				Kind: string(kind), Language: string(l), Version: text.Version, AsAt: text.AsAt, State: legalState(text), Text: text.Plain,
			})
		}
		stop := GeneratedRow{Kind: "stop", Language: string(l), State: generatedFixed, Text: consent.StopAnswer(string(l))}
		rows = append(rows, posterLine(d, l), stop)
	}
	return rows, nil
}

func legalState(text LegalText) string {
	switch {
	case len(text.Problems) > 0:
		return generatedIncomplete
	case text.Confirmed:
		return generatedConfirmed
	case text.ChangedSinceConfirmed:
		return generatedChanged
	}
	return generatedDraft
}

// generatedNotice is the notice in one language, whether it is chosen or not.
func (s *Session) generatedNotice(set automatic.Settings, l wording.Language) (GeneratedRow, error) {
	row := GeneratedRow{Kind: "notice", Language: string(l), State: generatedDraft}
	set.Notice.Languages = []wording.Language{l}
	texts, drafts, source, err := s.notices(set)
	if err != nil {
		return row, err
	}
	row.Version, row.AsAt, row.Text = source.Version, source.AsAt, texts[0].String()
	for _, p := range drafts[0].Problems {
		if p.Serious {
			row.State = generatedIncomplete
		}
	}
	if c := set.Notice.Confirmed; c != nil {
		for _, t := range c.Texts {
			if t.Language != l {
				continue
			}
			row.ConfirmedAtMs = millis(c.At)
			if row.State = generatedChanged; t.String() == row.Text {
				row.State = generatedConfirmed
			}
		}
	}
	return row, nil
}

// posterLine is the line below everything printed.
func posterLine(d shop.Details, l wording.Language) GeneratedRow {
	row := GeneratedRow{Kind: "poster", Language: string(l), State: generatedFixed}
	if d.Address() == "" || d.PrivacyURL == "" {
		row.State = generatedIncomplete
		return row
	}
	row.Text = print.LegalLine(print.Language(l), print.Details{
		Name: d.Name(), LegalName: d.LegalName(), Address: d.Address(), Privacy: d.PrivacyURL, Imprint: d.ImprintURL,
	})
	return row
}
