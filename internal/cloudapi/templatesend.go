package cloudapi

import (
	"strconv"
	"strings"

	"tresen/internal/inbox"
)

// Template is an approved template, filled in for one person. (Meta docs:
// Template messages.)
type Template struct {
	inbox.TemplateMessage
	// File is the header's file where HeaderFormat is one, Place where it is a location.
	File  *HeaderFile
	Place *inbox.Location
}

func (t Template) payload() (string, any, error) {
	if t.Name == "" || t.Language == "" {
		return "", nil, inbox.InvalidField("template", "name or language missing")
	}
	object := map[string]any{"name": t.Name, "language": map[string]string{"code": t.Language}}
	components, err := t.components()
	if err != nil {
		return "", nil, err
	}
	if len(components) > 0 {
		object["components"] = components
	}
	return "template", object, nil
}

func (t Template) components() ([]any, error) {
	var components []any
	header, err := t.header()
	if err != nil {
		return nil, err
	}
	if len(header) > 0 {
		components = append(components, map[string]any{"type": "header", "parameters": header})
	}
	if body := t.texts(inbox.PartBody); len(body) > 0 {
		components = append(components, map[string]any{"type": "body", "parameters": body})
	}
	for _, v := range t.Values {
		if v.Part == inbox.PartButton {
			components = append(components, map[string]any{
				"type": "button", "sub_type": strings.ToLower(string(v.Type)), "index": strconv.Itoa(v.Button),
				"parameters": []any{buttonParameter(v)},
			})
		}
	}
	return components, nil
}

func (t Template) header() ([]any, error) {
	switch t.HeaderFormat {
	case inbox.HeaderImage, inbox.HeaderVideo, inbox.HeaderDocument:
		if t.File == nil || t.File.MediaID == "" {
			return nil, inbox.InvalidField("header", "the file is missing")
		}
		if !strings.EqualFold(t.File.Type, string(t.HeaderFormat)) {
			return nil, inbox.InvalidField("header", "the file is of another kind than the template's")
		}
		return []any{t.File.object()}, nil
	case inbox.HeaderLocation:
		if t.Place == nil {
			return nil, inbox.InvalidField("header", "the place is missing")
		}
		return []any{map[string]any{"type": "location", "location": map[string]string{
			"latitude": formatDegrees(t.Place.Latitude), "longitude": formatDegrees(t.Place.Longitude),
			"name": t.Place.Name, "address": t.Place.Address,
		}}}, nil
	}
	return t.texts(inbox.PartHeader), nil
}

func formatDegrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

func (t Template) texts(part inbox.TemplatePart) []any {
	var parameters []any
	for _, v := range t.Values {
		if v.Part != part {
			continue
		}
		p := map[string]string{"type": "text", "text": v.Text}
		if v.Name != "" {
			p["parameter_name"] = v.Name
		}
		parameters = append(parameters, p)
	}
	return parameters
}

// buttonParameter has another shape for every type. (Meta docs: Template
// messages, button components.)
func buttonParameter(v inbox.TemplateValue) map[string]any {
	switch v.Type {
	case inbox.ButtonQuickReply:
		return map[string]any{"type": "payload", "payload": v.Text}
	case inbox.ButtonCopyCode:
		return map[string]any{"type": "coupon_code", "coupon_code": v.Text}
	case inbox.ButtonFlow:
		return map[string]any{"type": "action", "action": map[string]string{"flow_token": v.Text}}
	}
	return map[string]any{"type": "text", "text": v.Text}
}
