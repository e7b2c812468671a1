package template

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// Obstacle is why a template cannot be sent now.
type Obstacle string

// The obstacles; empty means that it can be sent.
const (
	ObstacleStatus    Obstacle = "status"    // Meta has not approved it, or no longer
	ObstacleCodes     Obstacle = "codes"     // one-time passwords are another trade
	ObstacleComponent Obstacle = "component" // it has a part this program cannot fill in
)

// Sendable returns why a template cannot be sent, or empty.
func Sendable(t inbox.Template) Obstacle {
	switch {
	case t.Category == inbox.CategoryAuthentication:
		return ObstacleCodes
	case len(t.Others) > 0:
		return ObstacleComponent
	case t.Header != nil && !knownFormat(t.Header.Format):
		return ObstacleComponent
	case t.Status != inbox.TemplateApproved:
		return ObstacleStatus
	}
	for _, b := range t.Buttons {
		switch b.Type {
		case inbox.ButtonQuickReply, inbox.ButtonURL, inbox.ButtonPhone, inbox.ButtonCopyCode, inbox.ButtonFlow, inbox.ButtonCall:
		default:
			return ObstacleComponent
		}
	}
	return ""
}

func knownFormat(f inbox.HeaderFormat) bool {
	switch f {
	case inbox.HeaderText, inbox.HeaderImage, inbox.HeaderVideo, inbox.HeaderDocument, inbox.HeaderLocation:
		return true
	}
	return false
}

// Field is something to be filled in before a template can be sent.
type Field struct {
	// Key names the field: header.1, body.name, button.0.
	Key    string
	Part   inbox.TemplatePart
	Button int
	Type   inbox.ButtonType
	// Variable is its name or number, or empty for a code.
	Variable string
	// Example is what the reviewer was shown, or empty.
	Example string
	// Label is the button's words, or empty.
	Label string
	Limit int
}

// Fields lists what has to be filled in, in the order of the message. A file or
// a place above the text is not among them.
func Fields(t inbox.Template) []Field {
	var list []Field
	if t.Header != nil && t.Header.Format == inbox.HeaderText {
		for _, name := range inbox.Variables(t.Header.Text) {
			list = append(list, Field{Key: "header." + name, Part: inbox.PartHeader, Variable: name, Example: t.Header.Example, Limit: MaxHeader})
		}
	}
	for _, name := range inbox.Variables(t.Body) {
		list = append(list, Field{Key: "body." + name, Part: inbox.PartBody, Variable: name, Example: t.Examples[name], Limit: MaxBody})
	}
	for i, b := range t.Buttons {
		f := Field{Key: "button." + strconv.Itoa(i), Part: inbox.PartButton, Button: i, Type: b.Type, Label: b.Text, Example: b.Example}
		switch {
		case b.Type == inbox.ButtonURL && len(inbox.Variables(b.URL)) > 0:
			f.Variable, f.Limit = inbox.Variables(b.URL)[0], MaxURL
		case b.Type == inbox.ButtonCopyCode:
			f.Limit = MaxCode
		default:
			continue
		}
		list = append(list, f)
	}
	return list
}

// Fill puts values, by the keys of Fields, into a template. It fails with
// template_rejected if the template cannot be sent, and with invalid, naming
// the key, if a value is missing, is not one line, or makes a text too long.
// (Meta docs: Template messages, error 132018.)
func Fill(t inbox.Template, values map[string]string) (inbox.TemplateMessage, error) {
	if obstacle := Sendable(t); obstacle != "" {
		return inbox.TemplateMessage{}, &inbox.Error{Code: inbox.CodeTemplateRejected, Field: string(obstacle)}
	}
	m := inbox.TemplateMessage{Name: t.Name, Language: t.Language, Category: t.Category, Footer: t.Footer}
	byPart := map[inbox.TemplatePart]map[string]string{inbox.PartHeader: {}, inbox.PartBody: {}, inbox.PartButton: {}}
	for _, f := range Fields(t) {
		value := strings.TrimSpace(values[f.Key])
		if !isValue(value) || utf8.RuneCountInString(value) > f.Limit {
			return m, inbox.InvalidField(f.Key, "missing, too long or not one line")
		}
		v := inbox.TemplateValue{Part: f.Part, Button: f.Button, Type: f.Type, Text: value}
		if t.Named && f.Part != inbox.PartButton {
			v.Name = f.Variable
		}
		m.Values = append(m.Values, v)
		name := f.Variable
		if f.Part == inbox.PartButton {
			name = strconv.Itoa(f.Button)
		}
		byPart[f.Part][name] = value
	}
	sortPositional(t, m.Values)
	return finish(t, m, byPart)
}

func finish(t inbox.Template, m inbox.TemplateMessage, values map[inbox.TemplatePart]map[string]string) (inbox.TemplateMessage, error) {
	if t.Header != nil {
		m.HeaderFormat = t.Header.Format
		m.Header = inbox.FillVariables(t.Header.Text, values[inbox.PartHeader])
		if utf8.RuneCountInString(m.Header) > MaxHeader {
			return m, inbox.InvalidField("header", "too long when filled in")
		}
	}
	m.Body = inbox.FillVariables(t.Body, values[inbox.PartBody])
	if utf8.RuneCountInString(m.Body) > MaxBody {
		return m, inbox.InvalidField("body", "too long when filled in")
	}
	for i, b := range t.Buttons {
		if value, ok := values[inbox.PartButton][strconv.Itoa(i)]; ok {
			if b.Type == inbox.ButtonURL {
				b.URL = inbox.FillVariables(b.URL, map[string]string{inbox.Variables(b.URL)[0]: value})
			}
			b.Example = value
		} else {
			b.Example = ""
		}
		m.Buttons = append(m.Buttons, b)
	}
	return m, nil
}

// sortPositional brings numbered body values into the order of their numbers:
// Meta reads them so, wherever each stands in the text.
func sortPositional(t inbox.Template, values []inbox.TemplateValue) {
	if t.Named {
		return
	}
	names := inbox.Variables(t.Body)
	first := 0
	for first < len(values) && values[first].Part == inbox.PartHeader {
		first++
	}
	body := make([]inbox.TemplateValue, len(names))
	for i, name := range names {
		n, err := strconv.Atoi(name)
		if err != nil || n < 1 || n > len(names) {
			return // Meta would have refused such a template
		}
		body[n-1] = values[first+i]
	}
	copy(values[first:], body)
}

// isValue reports whether Meta takes a text as a variable's value: not empty,
// one line, no more than four spaces in a row.
func isValue(s string) bool {
	return s != "" && utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0 && !strings.Contains(s, "     ")
}
