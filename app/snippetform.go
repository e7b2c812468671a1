package app

import (
	"strconv"
	"strings"

	"tresen/internal/inbox"
)

// snippet reads a form. Ids of buttons and rows are made here: people have no
// use for them, but every answer must tell which one was chosen.
func (f SnippetForm) snippet() inbox.Snippet {
	n := inbox.Snippet{
		ID: inbox.SnippetID(f.ID), Folder: strings.TrimSpace(f.Folder), Name: strings.TrimLeft(strings.TrimSpace(f.Name), "/"), Text: strings.TrimSpace(f.Text),
	}
	if f.Kind == "" {
		return n
	}
	i := &inbox.Interactive{Type: inbox.InteractiveType(f.Kind), Header: strings.TrimSpace(f.Header), Footer: strings.TrimSpace(f.Footer)}
	switch i.Type {
	case inbox.InteractiveButtons:
		for n, title := range f.Buttons {
			if title = strings.TrimSpace(title); title != "" {
				i.Buttons = append(i.Buttons, inbox.ReplyButton{ID: "button-" + strconv.Itoa(n+1), Title: title})
			}
		}
	case inbox.InteractiveList:
		i.Button, i.Sections = strings.TrimSpace(f.ListButton), f.sections()
	case inbox.InteractiveLink:
		i.Link = &inbox.LinkButton{Title: strings.TrimSpace(f.LinkTitle), URL: strings.TrimSpace(f.LinkURL)}
	}
	n.Interactive = i
	return n
}

// sections leaves out rows and sections nobody filled in.
func (f SnippetForm) sections() []inbox.ListSection {
	var list []inbox.ListSection
	count := 0
	for _, s := range f.Sections {
		section := inbox.ListSection{Title: strings.TrimSpace(s.Title)}
		for _, r := range s.Rows {
			title, description := strings.TrimSpace(r.Title), strings.TrimSpace(r.Description)
			if title == "" && description == "" {
				continue
			}
			count++
			section.Rows = append(section.Rows, inbox.ListRow{ID: "row-" + strconv.Itoa(count), Title: title, Description: description})
		}
		if section.Title != "" || len(section.Rows) > 0 {
			list = append(list, section)
		}
	}
	return list
}

func snippetForms(list []inbox.Snippet) []SnippetForm {
	forms := make([]SnippetForm, 0, len(list))
	for _, n := range list {
		forms = append(forms, snippetForm(n))
	}
	return forms
}

func snippetForm(n inbox.Snippet) SnippetForm {
	f := SnippetForm{ID: int64(n.ID), Folder: n.Folder, Name: n.Name, Text: n.Text, Buttons: []string{}, Sections: []FrameSection{}}
	if n.File != nil {
		f.FileName, f.FileBytes = n.File.Name, n.File.Bytes
	}
	i := n.Interactive
	if i == nil {
		return f
	}
	f.Kind, f.Header, f.Footer, f.ListButton, f.Sections = string(i.Type), i.Header, i.Footer, i.Button, sectionRows(i.Sections)
	for _, b := range i.Buttons {
		f.Buttons = append(f.Buttons, b.Title)
	}
	if i.Link != nil {
		f.LinkTitle, f.LinkURL = i.Link.Title, i.Link.URL
	}
	return f
}
