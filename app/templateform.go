package app

import (
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/template"
)

// TemplateDesk is what the window needs to show templates.
type TemplateDesk struct {
	Templates []TemplateRow  `json:"templates"`
	Limits    TemplateLimits `json:"limits"`
	// FetchedAtMs is when Meta was last asked, or 0.
	FetchedAtMs int64 `json:"fetchedAtMs"`
}

// TemplateLimits are the longest inputs in characters, and how many buttons there may be.
type TemplateLimits struct {
	Name    int `json:"name"`
	Header  int `json:"header"`
	Body    int `json:"body"`
	Footer  int `json:"footer"`
	Button  int `json:"button"`
	Buttons int `json:"buttons"`
	Code    int `json:"code"`
}

// TemplateRow is one template as Meta has it.
type TemplateRow struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Language string `json:"language"`
	// Category is UTILITY, MARKETING or AUTHENTICATION; Status is Meta's word.
	Category string `json:"category"`
	Status   string `json:"status"`
	// Reason is Meta's word for why it was rejected or paused, or empty.
	Reason string `json:"reason"`
	// Quality is GREEN, YELLOW, RED, UNKNOWN or empty.
	Quality string `json:"quality"`
	// NextCategory will hold from NextCategoryAtMs on, or is empty.
	NextCategory     string `json:"nextCategory"`
	NextCategoryAtMs int64  `json:"nextCategoryAtMs"`
	// Obstacle is why it cannot be sent: status, codes, component, or empty.
	Obstacle string   `json:"obstacle"`
	Frame    FrameRow `json:"frame"`
}

// TemplateForm is a template as the person writes it.
type TemplateForm struct {
	Name     string `json:"name"`
	Language string `json:"language"`
	Category string `json:"category"`
	// HeaderKind is empty, text, image, video, document or location.
	HeaderKind    string `json:"headerKind"`
	Header        string `json:"header"`
	HeaderExample string `json:"headerExample"`
	// HeaderHandle is Meta's name for the sample of a file (see PickSample).
	HeaderHandle string            `json:"headerHandle"`
	Body         string            `json:"body"`
	Footer       string            `json:"footer"`
	Examples     map[string]string `json:"examples"`
	Buttons      []TemplateButton  `json:"buttons"`
}

// TemplateButton is one button of a form. Kind is reply, url, phone or code.
type TemplateButton struct {
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Detail  string `json:"detail"`
	Example string `json:"example"`
}

// TemplateCheck says what Meta would refuse, and how the template will look.
type TemplateCheck struct {
	Problems []TemplateProblem `json:"problems"`
	Frame    FrameRow          `json:"frame"`
}

// TemplateProblem is one thing Meta would refuse. Field is a field of the form
// or buttons.N; Rule is a word of internal/template.
type TemplateProblem struct {
	Field string `json:"field"`
	Rule  string `json:"rule"`
	Limit int    `json:"limit"`
}

// TemplateUse is a template for one conversation, filled in or not yet.
type TemplateUse struct {
	TemplateID     string            `json:"templateId"`
	ConversationID int64             `json:"conversationId"`
	Language       string            `json:"language"`
	Values         map[string]string `json:"values"`
	// Place is used with a location header.
	Place *LocationInput `json:"place,omitempty"`
	// FileID is a file that waits (see Sending.BeginFile), used with a file header.
	FileID string `json:"fileId,omitempty"`
}

// LocationInput is a place as a person gives it.
type LocationInput struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
}

// TemplateTask is what has to be filled in.
type TemplateTask struct {
	Template TemplateRow     `json:"template"`
	Fields   []TemplateField `json:"fields"`
	// Frame shows the template with the values given so far.
	Frame FrameRow `json:"frame"`
	// Refusal is why the template must not go to this customer: stopped, no_consent, never_wrote, or empty.
	Refusal string `json:"refusal"`
	// FileTypes are the MIME types of the file a file header takes.
	FileTypes []string `json:"fileTypes"`
	// Place is what a location header begins with, if the shop has said where it is.
	Place *LocationInput `json:"place,omitempty"`
}

// TemplateField is one value to be filled in.
type TemplateField struct {
	Key string `json:"key"`
	// Part is header, body or button; Button the button's words.
	Part     string `json:"part"`
	Button   string `json:"button"`
	Variable string `json:"variable"`
	Example  string `json:"example"`
	Value    string `json:"value"`
	Limit    int    `json:"limit"`
}

func templateRow(t inbox.Template) TemplateRow {
	return TemplateRow{
		ID: string(t.ID), Name: inbox.CleanLine(t.Name, template.MaxName), Language: t.Language, Category: string(t.Category), Status: string(t.Status),
		Reason: t.Reason, Quality: t.Quality, NextCategory: string(t.NextCategory), NextCategoryAtMs: millis(t.NextCategoryAt),
		Obstacle: string(template.Sendable(t)), Frame: *unfilledFrame(t),
	}
}

var buttonTypes = map[string]inbox.ButtonType{
	"reply": inbox.ButtonQuickReply, "url": inbox.ButtonURL, "phone": inbox.ButtonPhone, "code": inbox.ButtonCopyCode,
}

func (f TemplateForm) template() inbox.Template {
	t := inbox.Template{
		Name: strings.TrimSpace(f.Name), Language: f.Language, Category: inbox.TemplateCategory(f.Category),
		Body: strings.TrimSpace(f.Body), Footer: strings.TrimSpace(f.Footer), Examples: f.Examples,
	}
	t.Named = f.HeaderKind == "text" && isNamed(f.Header) || isNamed(f.Body)
	for format, kind := range headerKinds {
		if kind == f.HeaderKind && kind != "" {
			t.Header = &inbox.TemplateHeader{Format: format}
			switch format {
			case inbox.HeaderText:
				t.Header.Text, t.Header.Example = strings.TrimSpace(f.Header), strings.TrimSpace(f.HeaderExample)
			case inbox.HeaderImage, inbox.HeaderVideo, inbox.HeaderDocument:
				t.Header.Handle = f.HeaderHandle
			}
		}
	}
	for _, b := range f.Buttons {
		button := inbox.TemplateButton{Type: buttonTypes[b.Kind], Text: strings.TrimSpace(b.Title), Example: strings.TrimSpace(b.Example)}
		switch button.Type {
		case inbox.ButtonURL:
			button.URL = strings.TrimSpace(b.Detail)
		case inbox.ButtonPhone:
			button.Phone = strings.TrimSpace(b.Detail)
		}
		t.Buttons = append(t.Buttons, button)
	}
	return t
}

// isNamed reports whether a text's variables have names instead of numbers.
func isNamed(text string) bool {
	for _, name := range inbox.Variables(text) {
		if strings.Trim(name, "0123456789") != "" {
			return true
		}
	}
	return false
}

func templateForm(t inbox.Template) TemplateForm {
	f := TemplateForm{
		Name: t.Name, Language: t.Language, Category: string(t.Category), Body: t.Body, Footer: t.Footer,
		Examples: map[string]string{}, Buttons: []TemplateButton{},
	}
	for name, example := range t.Examples {
		f.Examples[name] = example
	}
	if t.Header != nil {
		f.HeaderKind, f.Header, f.HeaderExample = headerKinds[t.Header.Format], t.Header.Text, t.Header.Example
	}
	for _, b := range t.Buttons {
		f.Buttons = append(f.Buttons, TemplateButton{Kind: buttonKinds[b.Type], Title: b.Text, Detail: b.URL + b.Phone, Example: b.Example})
	}
	return f
}

func problemRows(list []template.Problem) []TemplateProblem {
	rows := make([]TemplateProblem, 0, len(list))
	for _, p := range list {
		rows = append(rows, TemplateProblem{Field: p.Field, Rule: string(p.Rule), Limit: p.Limit})
	}
	return rows
}

func (s *Session) previewTemplate(id string, values map[string]string) (frame FrameRow, err error) {
	t, err := s.store.Template(s.ctx, inbox.TemplateID(id))
	if err != nil {
		return frame, err
	}
	return *previewFrame(t, values), nil
}

// previewFrame shows a template with what was filled in so far; open variables
// stay visible.
func previewFrame(t inbox.Template, values map[string]string) *FrameRow {
	known := map[inbox.TemplatePart]map[string]string{inbox.PartHeader: {}, inbox.PartBody: {}}
	buttons := append([]inbox.TemplateButton{}, t.Buttons...)
	for _, f := range template.Fields(t) {
		value := strings.TrimSpace(values[f.Key])
		switch {
		case value == "":
		case f.Part != inbox.PartButton:
			known[f.Part][f.Variable] = value
		case f.Type == inbox.ButtonURL:
			buttons[f.Button].URL = inbox.FillVariables(buttons[f.Button].URL, map[string]string{f.Variable: value})
		default:
			buttons[f.Button].Example = value
		}
	}
	shown := t
	shown.Body, shown.Buttons = inbox.FillVariables(t.Body, known[inbox.PartBody]), buttons
	if t.Header != nil {
		header := *t.Header
		header.Text = inbox.FillVariables(header.Text, known[inbox.PartHeader])
		shown.Header = &header
	}
	return unfilledFrame(shown)
}

func (u TemplateUse) place() (*inbox.Location, error) {
	if u.Place == nil || u.Place.Latitude < -90 || u.Place.Latitude > 90 || u.Place.Longitude < -180 || u.Place.Longitude > 180 {
		return nil, inbox.InvalidField("place", "missing or not on earth")
	}
	return &inbox.Location{
		Latitude: u.Place.Latitude, Longitude: u.Place.Longitude,
		Name: inbox.CleanLine(u.Place.Name, 128), Address: inbox.CleanLine(u.Place.Address, 256),
	}, nil
}
