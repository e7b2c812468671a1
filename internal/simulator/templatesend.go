package simulator

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// checkTemplateSend validates a template send against the template (§2.5).
func (s *Simulator) checkTemplateSend(m *sentMessage) *apiError {
	p := m.payload
	if err := p.only("template", "name", "language", "components", "namespace"); err != nil {
		return err
	}
	language, _ := p.child("language")
	if p.text("name") == "" || language.text("code") == "" {
		return fail(131008, "Parameters 'name' and 'language.code' of 'template' are mandatory")
	}
	t := s.templateNamed(p.text("name"), language.text("code"))
	if t == nil {
		return fail(132001, "The template does not exist in this language.")
	}
	switch t.Status {
	case "APPROVED":
	case "PAUSED":
		return fail(132015, "The template is paused because of its quality.")
	case "DISABLED":
		return fail(132016, "The template is disabled.")
	default:
		return fail(132001, "The template has not been approved.")
	}
	if m.to.byBSUID && t.Category == "AUTHENTICATION" {
		return fail(131062, "Authentication templates cannot be sent to a business-scoped user ID.")
	}
	m.template = t
	given, ok := p.docs("components")
	if p.has("components") && !ok {
		return fail(131009, "template.components must be an array of objects")
	}
	return s.checkParameters(m, given)
}

func (s *Simulator) checkParameters(m *sentMessage, given []doc) *apiError {
	t := m.template
	for _, kind := range []string{"header", "body"} {
		comp := t.component(kind)
		var params []doc
		for _, g := range given {
			if strings.EqualFold(g.text("type"), kind) {
				params, _ = g.docs("parameters")
			}
		}
		if err := s.checkComponentParameters(m, kind, comp, params); err != nil {
			return err
		}
	}
	return checkButtonParameters(t, given)
}

func (s *Simulator) checkComponentParameters(m *sentMessage, kind string, comp doc, params []doc) *apiError {
	t := m.template
	format := strings.ToUpper(comp.text("format"))
	if kind == "header" && format != "" && format != "TEXT" {
		if len(params) != 1 {
			return fail(132000, "%s: number of parameters (%d) does not match the expected number of params (1)", kind, len(params))
		}
		if !strings.EqualFold(params[0].text("type"), format) {
			return fail(132012, "%s: format mismatch, expected %s", kind, format)
		}
		return s.checkHeaderObject(m, lower(format), params[0])
	}
	names := placeholdersIn(comp.text("text"))
	if kind == "body" && t.Category == "AUTHENTICATION" {
		names = []string{"1"} // the code; Meta writes the text itself
	}
	if len(params) != len(names) {
		return fail(132000, "%s: number of localizable_params (%d) does not match the expected number of params (%d)",
			kind, len(params), len(names))
	}
	for i, param := range params {
		typ := param.text("type")
		if typ != "text" && typ != "currency" && typ != "date_time" {
			return fail(132012, "%s: parameter %d must be text, currency or date_time", kind, i+1)
		}
		if typ == "text" && param.text("text") == "" {
			return fail(131008, "%s: parameter %d has no text", kind, i+1)
		}
		named := param.has("parameter_name")
		if t.Format == "NAMED" && (!named || !contains(names, param.text("parameter_name"))) {
			return fail(132012, "%s: parameter_name is missing or invalid", kind)
		}
		if t.Format == "POSITIONAL" && named {
			return fail(132012, "%s: positional parameters have no parameter_name", kind)
		}
	}
	return nil
}

// checkHeaderObject checks the file or the place above a template's text (§2.5).
func (s *Simulator) checkHeaderObject(m *sentMessage, format string, param doc) *apiError {
	object, ok := param.child(format)
	if !ok {
		return fail(131008, "header: parameter '%s' is mandatory", format)
	}
	if format != "location" {
		return s.checkMediaParam(m.number, format, object)
	}
	for name, most := range map[string]float64{"latitude": 90, "longitude": 180} {
		degrees, err := strconv.ParseFloat(object.text(name), 64)
		if err != nil || math.Abs(degrees) > most {
			return fail(131009, "header: location.%s is not valid", name)
		}
	}
	return nil
}

// headerFile is the kind and the media id of the file above a template's text, or empty.
func headerFile(payload doc) (kind, id string) {
	given, _ := payload.docs("components")
	for _, g := range given {
		params, _ := g.docs("parameters")
		if !strings.EqualFold(g.text("type"), "header") || len(params) != 1 {
			continue
		}
		kind = params[0].text("type")
		if object, ok := params[0].child(kind); ok && kind != "location" {
			return kind, object.text("id")
		}
	}
	return "", ""
}

// checkButtonParameters wants a parameter for every URL with a variable and every
// copy code, and none for buttons that do not exist.
func checkButtonParameters(t *template, given []doc) *apiError {
	buttons, _ := t.component("BUTTONS").docs("buttons")
	filled := map[int]bool{}
	for _, g := range given {
		if !strings.EqualFold(g.text("type"), "button") {
			continue
		}
		index := atoi(g.text("index"))
		if index < 0 || index >= len(buttons) {
			return fail(132018, "button: index %d does not exist in the template", index)
		}
		if !sameButton(buttons[index].text("type"), g.text("sub_type")) {
			return fail(132012, "button: sub_type does not match button %d of the template", index)
		}
		params, ok := g.docs("parameters")
		if !ok || len(params) != 1 {
			return fail(132000, "button: button %d needs one parameter", index)
		}
		filled[index] = true
	}
	for i, b := range buttons {
		needs := strings.EqualFold(b.text("type"), "COPY_CODE") || len(placeholdersIn(b.text("url"))) > 0
		if needs && !filled[i] {
			return fail(131008, "buttons: button at index %d requires a parameter", i)
		}
	}
	return nil
}

// sameButton: one-time-password buttons are filled in as URL buttons.
func sameButton(kind, subType string) bool {
	return strings.EqualFold(kind, subType) || (strings.EqualFold(kind, "OTP") && strings.EqualFold(subType, "url"))
}

// placeholdersIn are the different placeholders of a text, in order.
func placeholdersIn(text string) []string {
	var out []string
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if !contains(out, match[1]) {
			out = append(out, match[1])
		}
	}
	return out
}

// renderTemplate fills a template in as the customer's phone shows it.
func (s *Simulator) renderTemplate(item *ChatItem, m *sentMessage) {
	given, _ := m.payload.docs("components")
	values := map[string][]doc{}
	quick := map[int]string{}
	for _, g := range given {
		params, _ := g.docs("parameters")
		values[lower(g.text("type"))] = params
		if strings.EqualFold(g.text("sub_type"), "quick_reply") && len(params) > 0 {
			quick[atoi(g.text("index"))] = params[0].text("payload")
		}
	}
	item.Header = fillIn(m.template.component("HEADER").text("text"), values["header"])
	item.Text = fillIn(m.template.component("BODY").text("text"), values["body"])
	item.Footer = m.template.component("FOOTER").text("text")
	for _, param := range values["header"] {
		object, ok := param.child(param.text("type"))
		switch {
		case !ok:
		case param.text("type") == "location":
			// Checked to be numbers when the message came in.
			lat, _ := strconv.ParseFloat(object.text("latitude"), 64)
			lon, _ := strconv.ParseFloat(object.text("longitude"), 64)
			item.Location = &Location{Latitude: lat, Longitude: lon, Name: object.text("name"), Address: object.text("address")}
		default:
			item.Media = s.fileOf(object)
		}
	}
	buttons, _ := m.template.component("BUTTONS").docs("buttons")
	for i, b := range buttons {
		shown := Button{Kind: lower(b.text("type")), Title: b.text("text"), URL: b.text("url")}
		if shown.Kind == "quick_reply" {
			shown.ID = quick[i]
			setString(&shown.ID, shown.Title)
		}
		item.Buttons = append(item.Buttons, shown)
	}
}

func fillIn(text string, params []doc) string {
	for i, param := range params {
		value := param.text("text")
		for _, kind := range []string{"currency", "date_time"} {
			if inner, ok := param.child(kind); ok {
				value = inner.text("fallback_value")
			}
		}
		name := param.text("parameter_name")
		setString(&name, fmt.Sprint(i+1))
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}
