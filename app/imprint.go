package app

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/pagecheck"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
)

// Imprint writes the shop's imprint and the part about WhatsApp of its privacy
// notice, and looks at the pages where they stand. Every text is a draft until
// the owner has confirmed exactly that text.
type Imprint struct{ app *App }

// GetText writes a text from the shop's details. What is missing is no error
// but a list; there is no text then.
func (b *Imprint) GetText(r TextRequest) (text LegalText, err error) {
	defer guard(&err)
	s, kind, language, err := b.open(r)
	if err != nil {
		return text, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return text, err
	}
	return legalText(d, kind, language)
}

func (b *Imprint) open(r TextRequest) (*Session, shop.Kind, wording.Language, error) {
	s, err := b.app.session()
	if err != nil {
		return nil, "", "", err
	}
	kind, err := shop.ParseKind(r.Kind)
	if err != nil {
		return nil, "", "", err
	}
	language, err := wording.ParseLanguage(r.Language)
	return s, kind, language, err
}

// writeText writes a text; its draft mark is gone if the owner has confirmed it.
func writeText(d shop.Details, kind shop.Kind, language wording.Language) (imprint.Document, error) {
	confirmed := d.Texts.Confirmation(kind, language)
	if kind == shop.Privacy {
		return imprint.WritePrivacy(d.Imprint.Pruned(), d.Privacy, language, confirmed)
	}
	return imprint.Write(d.Imprint.Pruned(), language, confirmed)
}

func legalText(d shop.Details, kind shop.Kind, language wording.Language) (LegalText, error) {
	text := LegalText{Problems: []LegalProblem{}, Sections: []LegalSection{}}
	for _, p := range d.Imprint.Pruned().Check() {
		text.Problems = append(text.Problems, LegalProblem{Field: p.Field, Fault: string(p.Fault), Norm: p.Norm})
	}
	if len(text.Problems) > 0 {
		return text, nil
	}
	doc, err := writeText(d, kind, language)
	var known *inbox.Error
	if errors.As(err, &known) && known.Code == inbox.CodeInvalid {
		text.Problems = append(text.Problems, LegalProblem{Field: "privacy." + known.Field, Fault: string(imprint.FaultMissing)})
		return text, nil
	}
	if err != nil {
		return text, err
	}
	print, confirmed, saved := doc.Fingerprint(), d.Texts.Confirmation(kind, language), d.Texts.SavedPage(kind, language)
	text.Title, text.Basis, text.Draft, text.Version, text.AsAt = doc.Title, doc.Basis, doc.Draft, doc.Version, doc.AsAt
	text.Plain, text.Fingerprint = doc.Text(), print
	text.Confirmed, text.ChangedSinceConfirmed = confirmed == print, confirmed != "" && confirmed != print
	text.PageSaved, text.ChangedSinceSaved = saved != "", saved != "" && saved != print
	for _, section := range doc.Sections {
		out := LegalSection{Heading: section.Heading, Lines: []LegalLine{}}
		for _, l := range section.Lines {
			out.Lines = append(out.Lines, LegalLine{Label: l.Label, Text: l.Text})
		}
		text.Sections = append(text.Sections, out)
	}
	return text, nil
}

// Confirm notes that the owner has had exactly this text checked. It fails with
// CodeConflict if the text has changed since it was shown.
func (b *Imprint) Confirm(r ConfirmRequest) (text LegalText, err error) {
	defer guard(&err)
	s, kind, language, err := b.open(TextRequest{Kind: r.Kind, Language: r.Language})
	if err != nil {
		return text, err
	}
	err = s.changeShop(func(d *shop.Details) error {
		doc, err := writeText(*d, kind, language)
		if err != nil {
			return err
		}
		if r.Fingerprint != "" && doc.Fingerprint() != r.Fingerprint {
			return inbox.NewError(inbox.CodeConflict, "another text than was shown")
		}
		d.Texts.Confirm(kind, language, r.Fingerprint)
		return nil
	})
	if err != nil {
		return text, err
	}
	return b.GetText(TextRequest{Kind: r.Kind, Language: r.Language})
}

// pageNames are file names that say what the page is, because its address is
// shown in the profile.
func pageName(kind shop.Kind, language wording.Language) string {
	switch {
	case kind == shop.Imprint && language == wording.German:
		return "impressum"
	case kind == shop.Imprint:
		return "legal-notice"
	case language == wording.German:
		return "datenschutz-whatsapp"
	}
	return "privacy-whatsapp"
}

// SavePage asks the person for a place and writes the text as one static page.
// It fails with CodeInvalid, field "file", if the file cannot be written.
func (b *Imprint) SavePage(r TextRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	s, kind, language, err := b.open(r)
	if err != nil {
		return saved, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return saved, err
	}
	doc, err := writeText(d, kind, language)
	if err != nil {
		return saved, err
	}
	page, err := imprint.Page(doc, twinOf(d, kind, language))
	if err != nil {
		return saved, err
	}
	if saved.Saved, err = b.app.saveFile(pageName(kind, language), ".html", []byte(page)); err != nil || !saved.Saved {
		return saved, err
	}
	return saved, s.changeShop(func(d *shop.Details) error {
		d.Texts.SavePage(kind, language, doc.Fingerprint())
		return nil
	})
}

// twinOf is the page in the other language, if it was saved once.
func twinOf(d shop.Details, kind shop.Kind, language wording.Language) imprint.Twin {
	other := wording.English
	if language == wording.English {
		other = wording.German
	}
	if d.Texts.SavedPage(kind, other) == "" {
		return imprint.Twin{}
	}
	doc, err := writeText(d, kind, other)
	if err != nil {
		return imprint.Twin{}
	}
	return imprint.Twin{Address: pageName(kind, other) + ".html", Language: other, Title: doc.Title}
}

// saveFile asks the person for a place and writes a file there; false if they
// chose none.
func (a *App) saveFile(name, ending string, content []byte) (bool, error) {
	path, err := a.cfg.SaveFile(fileName(name)+ending, "*"+ending)
	if err != nil {
		return false, &inbox.Error{Code: inbox.CodeInternal, Err: errors.New("ask for a place for the file")}
	}
	if path == "" {
		return false, nil
	}
	if !strings.EqualFold(filepath.Ext(path), ending) {
		path = unused(path, ending)
	}
	return true, a.writeFile(path, content)
}

// checkPageTimeout bounds one look at a page.
const checkPageTimeout = 25 * time.Second

// Check fetches the shop's page from the internet, once, and says what stands
// there. It fails with CodeInvalid, field "address", if none is known or it is
// no public address, and with CodeOffline.
func (b *Imprint) Check(kindName string) (report PageReport, err error) {
	defer guard(&err)
	s, kind, _, err := b.open(TextRequest{Kind: kindName, Language: string(wording.German)})
	if err != nil {
		return report, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return report, err
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkPageTimeout)
	defer cancel()
	checker := pagecheck.New()
	page := d.ImprintURL
	if kind == shop.Privacy {
		page = d.PrivacyURL
	}
	s.contacts.note(siteHost(page), s.cfg.now())
	var found pagecheck.Report
	if kind == shop.Privacy {
		found, err = checker.Privacy(ctx, d.PrivacyURL, d.Imprint.Form.Jurisdiction())
	} else {
		found, err = checker.Imprint(ctx, d.ImprintURL, d.Imprint.Pruned())
	}
	if err != nil {
		return report, err
	}
	report = PageReport{Address: found.Address, AtMs: millis(s.cfg.now()), Findings: []PageFinding{}, Problems: found.Problems()}
	for _, f := range found.Findings {
		report.Findings = append(report.Findings, PageFinding{
			Code: string(f.Code), Severity: string(f.Severity), Key: string(f.Key), Norm: f.Norm, Evidence: f.Evidence,
		})
	}
	return report, nil
}

// TextRequest names a text: imprint or privacy, de or en.
type TextRequest struct {
	Kind     string `json:"kind"`
	Language string `json:"language"`
}

// ConfirmRequest names exactly the text that was shown; an empty fingerprint
// takes the confirmation back.
type ConfirmRequest struct {
	Kind        string `json:"kind"`
	Language    string `json:"language"`
	Fingerprint string `json:"fingerprint"`
}

// LegalText is a generated text, or what keeps it from being written.
type LegalText struct {
	Problems []LegalProblem `json:"problems"`
	Title    string         `json:"title"`
	Basis    string         `json:"basis"`
	// Draft is the warning above a text the owner has not confirmed.
	Draft    string         `json:"draft"`
	Version  string         `json:"version"`
	AsAt     string         `json:"asAt"`
	Sections []LegalSection `json:"sections"`
	Plain    string         `json:"plain"`

	Fingerprint           string `json:"fingerprint"`
	Confirmed             bool   `json:"confirmed"`
	ChangedSinceConfirmed bool   `json:"changedSinceConfirmed"`
	PageSaved             bool   `json:"pageSaved"`
	ChangedSinceSaved     bool   `json:"changedSinceSaved"`
}

// LegalProblem is one thing to mend: a field of the details, what is wrong
// with it, and the norm that asks for it.
type LegalProblem struct {
	Field string `json:"field"`
	Fault string `json:"fault"`
	Norm  string `json:"norm"`
}

// LegalSection is a part of a text.
type LegalSection struct {
	Heading string      `json:"heading"`
	Lines   []LegalLine `json:"lines"`
}

// LegalLine is one statement, perhaps with a label.
type LegalLine struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// PageReport is what stands on a page.
type PageReport struct {
	Address  string        `json:"address"`
	AtMs     int64         `json:"atMs"`
	Problems int           `json:"problems"`
	Findings []PageFinding `json:"findings"`
}

// PageFinding is one thing seen or missed. Severity is found, hint or problem.
type PageFinding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Key      string `json:"key"`
	Norm     string `json:"norm"`
	Evidence string `json:"evidence"`
}

// Reminder is something public that says the old: a text that changed since
// the owner confirmed it or saved its page, or the profile at WhatsApp.
type Reminder struct {
	// Kind is imprint, privacy, profile or notice; Language is that of the text.
	Kind     string `json:"kind"`
	Language string `json:"language"`
	// Reason is confirmed, saved or written.
	Reason string `json:"reason"`
}
