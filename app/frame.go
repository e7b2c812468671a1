package app

import (
	"tresen/internal/inbox"
	"tresen/internal/template"
)

// FrameRow is a message with more than a body, as the customer's phone lays it
// out: header, body, footer, and what can be tapped. In the shop's window
// nothing of it can be tapped.
type FrameRow struct {
	// HeaderKind is empty, text, image, video, document or location.
	HeaderKind string        `json:"headerKind"`
	Header     string        `json:"header"`
	Body       string        `json:"body"`
	Footer     string        `json:"footer"`
	Buttons    []FrameButton `json:"buttons"`
	// ListButton opens a list of Sections, or is empty.
	ListButton string         `json:"listButton"`
	Sections   []FrameSection `json:"sections"`
	// Template is the template's name, or empty.
	Template string `json:"template"`
}

// FrameButton is one button. Kind is reply, url, phone, code, flow, call, location or contact.
type FrameButton struct {
	Kind  string `json:"kind"`
	Title string `json:"title"`
	// Detail is the address, number or code, or empty.
	Detail string `json:"detail"`
}

// FrameSection is a group of a list's rows.
type FrameSection struct {
	Title string          `json:"title"`
	Rows  []FrameListItem `json:"rows"`
}

// FrameListItem is one choice of a list.
type FrameListItem struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func frameRow(c inbox.Content) *FrameRow {
	switch {
	case c.Interactive != nil:
		return interactiveFrame(*c.Interactive)
	case c.Template != nil:
		return templateFrame(*c.Template)
	}
	return nil
}

func interactiveFrame(i inbox.Interactive) *FrameRow {
	f := &FrameRow{
		Header: inbox.CleanLine(i.Header, maxShownLine), Body: inbox.CleanText(i.Body, inbox.MaxListBody), Footer: inbox.CleanLine(i.Footer, maxShownLine),
		Buttons: []FrameButton{}, ListButton: inbox.CleanLine(i.Button, maxShownLine), Sections: sectionRows(i.Sections),
	}
	if f.Header != "" {
		f.HeaderKind = "text"
	}
	for _, b := range i.Buttons {
		f.Buttons = append(f.Buttons, FrameButton{Kind: "reply", Title: inbox.CleanLine(b.Title, maxShownLine)})
	}
	if i.Link != nil {
		f.Buttons = append(f.Buttons, FrameButton{Kind: "url", Title: inbox.CleanLine(i.Link.Title, maxShownLine), Detail: inbox.CleanLine(i.Link.URL, maxShownURL)})
	}
	switch i.Type {
	case inbox.InteractiveLocationRequest:
		f.Buttons = append(f.Buttons, FrameButton{Kind: "location"})
	case inbox.InteractiveContactRequest:
		f.Buttons = append(f.Buttons, FrameButton{Kind: "contact"})
	}
	return f
}

func sectionRows(list []inbox.ListSection) []FrameSection {
	out := []FrameSection{}
	for _, s := range list {
		section := FrameSection{Title: inbox.CleanLine(s.Title, maxShownLine), Rows: []FrameListItem{}}
		for _, r := range s.Rows {
			section.Rows = append(section.Rows, FrameListItem{
				ID: r.ID, Title: inbox.CleanLine(r.Title, maxShownLine), Description: inbox.CleanLine(r.Description, maxShownLine),
			})
		}
		out = append(out, section)
	}
	return out
}

var headerKinds = map[inbox.HeaderFormat]string{
	inbox.HeaderText: "text", inbox.HeaderImage: "image", inbox.HeaderVideo: "video", inbox.HeaderDocument: "document", inbox.HeaderLocation: "location",
}

var buttonKinds = map[inbox.ButtonType]string{
	inbox.ButtonQuickReply: "reply", inbox.ButtonURL: "url", inbox.ButtonPhone: "phone", inbox.ButtonCopyCode: "code",
	inbox.ButtonFlow: "flow", inbox.ButtonCall: "call",
}

func templateFrame(m inbox.TemplateMessage) *FrameRow {
	f := &FrameRow{
		HeaderKind: headerKinds[m.HeaderFormat], Header: inbox.CleanLine(m.Header, maxShownLine), Body: inbox.CleanText(m.Body, 2*template.MaxBody),
		Footer: inbox.CleanLine(m.Footer, maxShownLine), Buttons: []FrameButton{}, Sections: []FrameSection{}, Template: inbox.CleanLine(m.Name, maxShownLine),
	}
	for _, b := range m.Buttons {
		row := FrameButton{Kind: buttonKinds[b.Type], Title: inbox.CleanLine(b.Text, maxShownLine)}
		switch b.Type {
		case inbox.ButtonURL:
			row.Detail = inbox.CleanLine(b.URL, maxShownURL)
		case inbox.ButtonPhone:
			row.Detail = inbox.CleanLine(b.Phone, maxShownLine)
		case inbox.ButtonCopyCode:
			row.Detail = inbox.CleanLine(b.Example, maxShownLine)
		}
		f.Buttons = append(f.Buttons, row)
	}
	return f
}

// unfilledFrame shows a template with its variables still open.
func unfilledFrame(t inbox.Template) *FrameRow {
	m := inbox.TemplateMessage{Name: t.Name, Language: t.Language, Category: t.Category, Body: t.Body, Footer: t.Footer, Buttons: t.Buttons}
	if t.Header != nil {
		m.HeaderFormat, m.Header = t.Header.Format, t.Header.Text
	}
	return templateFrame(m)
}
