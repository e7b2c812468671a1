package cloudapi

import "tresen/internal/inbox"

// HeaderFile is an uploaded file that stands above an interactive message or a template.
type HeaderFile struct {
	// Type is image, video or document.
	Type    string
	MediaID string
	// FileName is shown for documents.
	FileName string
}

func (f HeaderFile) object() map[string]any {
	file := map[string]any{"id": f.MediaID}
	if f.FileName != "" && f.Type == "document" {
		file["filename"] = f.FileName
	}
	return map[string]any{"type": f.Type, f.Type: file}
}

// Interactive is a message with something to tap. (Meta docs: Interactive messages.)
type Interactive struct {
	inbox.Interactive
	// File stands above the body instead of the header's text, or is nil.
	File *HeaderFile
}

func (i Interactive) payload() (string, any, error) {
	if err := i.Check(); err != nil {
		return "", nil, err
	}
	object := map[string]any{
		"type": string(i.Type), "body": map[string]any{"text": i.Body}, "action": i.action(),
	}
	switch {
	case i.File != nil:
		object["header"] = i.File.object()
	case i.Header != "":
		object["header"] = map[string]any{"type": "text", "text": i.Header}
	}
	if i.Footer != "" {
		object["footer"] = map[string]any{"text": i.Footer}
	}
	return "interactive", object, nil
}

func (i Interactive) action() map[string]any {
	switch i.Type {
	case inbox.InteractiveButtons:
		buttons := make([]any, len(i.Buttons))
		for n, b := range i.Buttons {
			buttons[n] = map[string]any{"type": "reply", "reply": map[string]string{"id": b.ID, "title": b.Title}}
		}
		return map[string]any{"buttons": buttons}
	case inbox.InteractiveList:
		return map[string]any{"button": i.Button, "sections": sections(i.Sections)}
	case inbox.InteractiveLink:
		return map[string]any{
			"name": "cta_url", "parameters": map[string]string{"display_text": i.Link.Title, "url": i.Link.URL},
		}
	case inbox.InteractiveLocationRequest:
		return map[string]any{"name": "send_location"}
	}
	return map[string]any{"name": "request_contact_info"}
}

func sections(list []inbox.ListSection) []any {
	type row struct {
		ID          string `json:"id"`
		Title       string `json:"title"`
		Description string `json:"description,omitempty"`
	}
	type section struct {
		Title string `json:"title,omitempty"`
		Rows  []row  `json:"rows"`
	}
	out := make([]any, len(list))
	for n, s := range list {
		made := section{Title: s.Title}
		for _, r := range s.Rows {
			made.Rows = append(made.Rows, row(r))
		}
		out[n] = made
	}
	return out
}
