package cloudapi

import (
	"strconv"

	"tresen/internal/inbox"
)

// newTemplate builds Meta's form of a template to be created. Examples go where
// each component wants them; without them the review refuses variables.
// (Meta docs: Template components.)
func newTemplate(t inbox.Template) map[string]any {
	format := "POSITIONAL"
	if t.Named {
		format = "NAMED"
	}
	components := []any{}
	if t.Header != nil {
		components = append(components, headerForm(t))
	}
	body := map[string]any{"type": "BODY", "text": t.Body}
	if example := bodyExample(t); example != nil {
		body["example"] = example
	}
	components = append(components, body)
	if t.Footer != "" {
		components = append(components, map[string]any{"type": "FOOTER", "text": t.Footer})
	}
	if len(t.Buttons) > 0 {
		buttons := make([]any, len(t.Buttons))
		for i, b := range t.Buttons {
			buttons[i] = buttonForm(b)
		}
		components = append(components, map[string]any{"type": "BUTTONS", "buttons": buttons})
	}
	return map[string]any{
		"name": t.Name, "language": t.Language, "category": string(t.Category), "parameter_format": format, "components": components,
	}
}

func headerForm(t inbox.Template) map[string]any {
	h := t.Header
	form := map[string]any{"type": "HEADER", "format": string(h.Format)}
	names := inbox.Variables(h.Text)
	switch {
	case h.Format == inbox.HeaderText:
		form["text"] = h.Text
		if len(names) > 0 && t.Named {
			form["example"] = map[string]any{"header_text_named_params": []any{namedExample(names[0], h.Example)}}
		} else if len(names) > 0 {
			form["example"] = map[string]any{"header_text": []string{h.Example}}
		}
	case h.Handle != "":
		form["example"] = map[string]any{"header_handle": []string{h.Handle}}
	}
	return form
}

func bodyExample(t inbox.Template) map[string]any {
	names := inbox.Variables(t.Body)
	if len(names) == 0 {
		return nil
	}
	if !t.Named {
		row := make([]string, len(names))
		for i := range names {
			row[i] = t.Examples[strconv.Itoa(i+1)]
		}
		return map[string]any{"body_text": [][]string{row}}
	}
	named := make([]any, len(names))
	for i, name := range names {
		named[i] = namedExample(name, t.Examples[name])
	}
	return map[string]any{"body_text_named_params": named}
}

func namedExample(name, example string) map[string]string {
	return map[string]string{"param_name": name, "example": example}
}

func buttonForm(b inbox.TemplateButton) map[string]any {
	form := map[string]any{"type": string(b.Type)}
	if b.Text != "" && b.Type != inbox.ButtonCopyCode {
		form["text"] = b.Text
	}
	switch b.Type {
	case inbox.ButtonURL:
		form["url"] = b.URL
		if len(inbox.Variables(b.URL)) > 0 {
			form["example"] = []string{b.Example}
		}
	case inbox.ButtonPhone:
		form["phone_number"] = b.Phone
	case inbox.ButtonCopyCode:
		form["example"] = b.Example
	case inbox.ButtonFlow:
		form["flow_id"] = b.FlowID
	}
	return form
}
