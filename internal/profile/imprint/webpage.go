package imprint

import (
	_ "embed"
	"html/template"

	"tresen/internal/inbox"
	"tresen/internal/profile/page"
	"tresen/internal/profile/wording"
)

//go:embed document.html.tmpl
var documentTemplate string

// Twin is the same document in the other language, to be linked.
type Twin struct {
	// Address is relative ("imprint.html") or a web address.
	Address  string
	Language wording.Language
	Title    string
}

type lineView struct {
	Label, Text string
	Link        template.URL
}

type sectionView struct {
	ID, Heading string
	Lines       []lineView
}

// Page writes the document as one static file. A twin without an address is
// left out.
func Page(doc Document, twin Twin) (string, error) {
	if twin.Address != "" && !isWeb(twin.Address) && !isFileName(twin.Address) {
		return "", inbox.InvalidField("twin", "neither a web address nor a file name")
	}
	sections := []sectionView{}
	for _, s := range doc.Sections {
		view := sectionView{ID: s.ID, Heading: s.Heading}
		for _, l := range s.Lines {
			// The links were made from checked fields; html/template would refuse tel:.
			view.Lines = append(view.Lines, lineView{l.Label, l.Text, template.URL(l.Link)})
		}
		sections = append(sections, view)
	}
	body, err := page.Fragment("document", documentTemplate, map[string]any{
		"Draft": doc.Draft, "Title": doc.Title, "Basis": doc.Basis, "Sections": sections,
		"Other": template.URL(twin.Address), "OtherLanguage": twin.Language, "OtherText": twin.Title,
	})
	if err != nil {
		return "", err
	}
	return page.Render(page.Page{Language: doc.Language, Title: doc.Title, Version: doc.Version, Body: body})
}

// isFileName accepts a plain name beside the page.
func isFileName(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' {
			return false
		}
	}
	return s != "" && s[0] != '.'
}
