package template

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

func good() inbox.Template {
	return inbox.Template{
		Name: "order_ready", Language: "de", Category: inbox.CategoryUtility, Status: inbox.TemplateApproved,
		Header: &inbox.TemplateHeader{Format: inbox.HeaderText, Text: "Auftrag {{1}}", Example: "4711"},
		Body:   "Guten Tag {{1}}, Ihre Bestellung ist fertig und liegt bis {{2}} für Sie bereit.", Footer: "Wiesengrund",
		Examples: map[string]string{"1": "Frau Beispiel", "2": "Freitag"},
		Buttons: []inbox.TemplateButton{
			{Type: inbox.ButtonQuickReply, Text: "Ja"}, {Type: inbox.ButtonQuickReply, Text: "Nein"},
			{Type: inbox.ButtonURL, Text: "Ansehen", URL: "https://a.example/{{1}}", Example: "https://a.example/7"},
			{Type: inbox.ButtonPhone, Text: "Anrufen", Phone: "+4930123456"}, {Type: inbox.ButtonCopyCode, Example: "SAVE10"},
		},
	}
}

// Each rule of Meta about a new template. (Meta docs: Template components.)
func TestCheck(t *testing.T) {
	long := func(n int) string { return strings.Repeat("ä", n) }
	quick := inbox.TemplateButton{Type: inbox.ButtonQuickReply, Text: "Ja"}
	link := inbox.TemplateButton{Type: inbox.ButtonURL, Text: "a", URL: "https://a.example"}
	tests := []struct {
		name, want string
		change     func(*inbox.Template)
	}{
		{"good", "[]", func(*inbox.Template) {}},
		{"no header, footer, buttons", "[]", func(t *inbox.Template) { t.Header, t.Footer, t.Buttons = nil, "", nil }},
		{"location header", "[]", func(t *inbox.Template) { t.Header = &inbox.TemplateHeader{Format: inbox.HeaderLocation} }},
		{"picture without an example", "[header file]", func(t *inbox.Template) { t.Header = &inbox.TemplateHeader{Format: inbox.HeaderImage} }},
		{"no name", "[name empty]", func(t *inbox.Template) { t.Name = "" }},
		{"name", "[name name]", func(t *inbox.Template) { t.Name = "Bestellung fertig" }},
		{"long name", "[name long 512]", func(t *inbox.Template) { t.Name = strings.Repeat("a", 513) }},
		{"language", "[language language]", func(t *inbox.Template) { t.Language = "deutsch" }},
		{"category", "[category category]", func(t *inbox.Template) { t.Category = inbox.CategoryAuthentication }},
		{"long header", "[header long 60]", func(t *inbox.Template) { t.Header.Text = long(61) }},
		{"two header variables", "[header variables header one_variable]", func(t *inbox.Template) { t.Header.Text = "{{1}} {{2}}" }},
		{"header without example", "[header example]", func(t *inbox.Template) { t.Header.Example = "" }},
		{"empty body", "[body empty]", func(t *inbox.Template) { t.Body = " \n" }},
		{"long body", "[body long 1024]", func(t *inbox.Template) { t.Body = long(1025) }},
		{"begins with a variable", "[body edge]", func(t *inbox.Template) { t.Body = "{{1}} hat heute eine Bestellung bei {{2}} abgeholt." }},
		{"ends with a variable", "[body edge]", func(t *inbox.Template) { t.Body = "Hier wartet Ihre neue Bestellung {{1}} bis {{2}}" }},
		{"few words", "[body ratio]", func(t *inbox.Template) { t.Body = "Also {{1}} und {{2}} da." }},
		{"a gap", "[body variables]", func(t *inbox.Template) {
			t.Body, t.Examples = "Guten Tag {{1}}, Ihre Bestellung ist bis {{3}} hier.", map[string]string{"1": "a", "3": "b"}
		}},
		{"name among numbers", "[body variables]", func(t *inbox.Template) {
			t.Body, t.Examples = "Guten Tag {{name}}, Ihre Bestellung ist hier.", map[string]string{"name": "a"}
		}},
		{"named with a capital", "[body variables]", func(t *inbox.Template) {
			t.Named, t.Header, t.Body, t.Examples = true, nil, "Guten Tag {{Name}}, Ihre Bestellung ist hier.", map[string]string{"Name": "a"}
		}},
		{"unreadable variable", "[body variables]", func(t *inbox.Template) { t.Body = "Guten Tag {{ä}}, Ihre Bestellung ist hier." }},
		{"no example", "[body example]", func(t *inbox.Template) { t.Examples = nil }},
		{"empty lines", "[body many_newlines]", func(t *inbox.Template) { t.Body = "Guten Tag.\n\n\nBis bald." }},
		{"long footer", "[footer long 60]", func(t *inbox.Template) { t.Footer = long(61) }},
		{"footer with a variable", "[footer no_variable]", func(t *inbox.Template) { t.Footer = "von {{1}}" }},
		{"eleven buttons", "[buttons too_many 10]", func(t *inbox.Template) { t.Buttons = make([]inbox.TemplateButton, 11) }},
		{"long button", "[buttons.0 long 25]", func(t *inbox.Template) { t.Buttons[0].Text = long(26) }},
		{"twice the same", "[buttons.1 twice]", func(t *inbox.Template) { t.Buttons[1].Text = "Ja" }},
		{"not grouped", "[buttons grouped]", func(t *inbox.Template) {
			t.Buttons = []inbox.TemplateButton{quick, link, {Type: inbox.ButtonQuickReply, Text: "Nein"}}
		}},
		{"three links", "[buttons too_many]", func(t *inbox.Template) { t.Buttons = []inbox.TemplateButton{link, link, link} }},
		{"no link", "[buttons.2 url]", func(t *inbox.Template) { t.Buttons[2].URL = "a.example" }},
		{"variable in the middle", "[buttons.2 url_variable]", func(t *inbox.Template) { t.Buttons[2].URL = "https://a.example/{{1}}/x" }},
		{"link without example", "[buttons.2 example]", func(t *inbox.Template) { t.Buttons[2].Example = "7" }},
		{"phone", "[buttons.3 phone]", func(t *inbox.Template) { t.Buttons[3].Phone = "030 123456" }},
		{"code", "[buttons.4 long 15]", func(t *inbox.Template) { t.Buttons[4].Example = long(16) }},
		{"code button alone", "[buttons.0 button]", func(t *inbox.Template) { t.Buttons = []inbox.TemplateButton{{Type: inbox.ButtonOTP, Text: "a"}} }},
	}
	for _, tt := range tests {
		template := good()
		tt.change(&template)
		var words []string
		for _, p := range Check(template) {
			words = append(words, p.Field, string(p.Rule))
			if p.Limit > 0 {
				words = append(words, fmt.Sprint(p.Limit))
			}
		}
		if got := fmt.Sprint(words); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestFillPutsNumberedValuesInOrder(t *testing.T) {
	template := good()
	template.Body = "Bis {{2}} liegt Ihre Bestellung bereit, {{1}}, vielen Dank."
	got, err := Fill(template, map[string]string{"header.1": "4711", "body.1": "Anna", "body.2": "Freitag", "button.2": "o 7", "button.4": "X", "fremd": "y"})
	if err != nil {
		t.Fatal(err)
	}
	want := []inbox.TemplateValue{
		{Part: inbox.PartHeader, Text: "4711"}, {Part: inbox.PartBody, Text: "Anna"}, {Part: inbox.PartBody, Text: "Freitag"},
		{Part: inbox.PartButton, Button: 2, Type: inbox.ButtonURL, Text: "o 7"}, {Part: inbox.PartButton, Button: 4, Type: inbox.ButtonCopyCode, Text: "X"},
	}
	if !reflect.DeepEqual(got.Values, want) {
		t.Errorf("values %+v", got.Values)
	}
	if got.Body != "Bis Freitag liegt Ihre Bestellung bereit, Anna, vielen Dank." || got.Header != "Auftrag 4711" ||
		got.Buttons[2].URL != "https://a.example/o 7" || got.Buttons[4].Example != "X" {
		t.Errorf("reads %+v", got)
	}
}

func TestFillNamesValues(t *testing.T) {
	template := inbox.Template{Name: "a", Language: "de", Status: inbox.TemplateApproved, Named: true, Body: "Guten Tag {{name}}, {{name}}!"}
	got, err := Fill(template, map[string]string{"body.name": " Anna "})
	if err != nil || got.Body != "Guten Tag Anna, Anna!" || len(got.Values) != 1 || got.Values[0].Name != "name" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestFillRefuses(t *testing.T) {
	all := map[string]string{"header.1": "4711", "body.1": "Anna", "body.2": "Freitag", "button.2": "7", "button.4": "X"}
	tests := []struct{ field, key, value string }{
		{"body.1", "body.1", " "}, {"body.1", "body.1", "a\nb"}, {"body.1", "body.1", "a     b"}, {"body.1", "body.1", "\xff"},
		{"button.4", "button.4", strings.Repeat("x", 16)}, {"header", "header.1", strings.Repeat("x", 60)}, {"body", "body.2", strings.Repeat("x", 1020)},
	}
	for _, tt := range tests {
		values := map[string]string{}
		for k, v := range all {
			values[k] = v
		}
		values[tt.key] = tt.value
		_, err := Fill(good(), values)
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != tt.field {
			t.Errorf("%s = %.20q: %v", tt.key, tt.value, err)
		}
	}
}

func TestSendable(t *testing.T) {
	tests := map[string]struct {
		want   Obstacle
		change func(*inbox.Template)
	}{
		"good":           {"", func(*inbox.Template) {}},
		"paused":         {ObstacleStatus, func(t *inbox.Template) { t.Status = inbox.TemplatePaused }},
		"codes":          {ObstacleCodes, func(t *inbox.Template) { t.Category = inbox.CategoryAuthentication }},
		"carousel":       {ObstacleComponent, func(t *inbox.Template) { t.Others = []string{"CAROUSEL"} }},
		"unknown header": {ObstacleComponent, func(t *inbox.Template) { t.Header.Format = "PRODUCT" }},
		"catalogue":      {ObstacleComponent, func(t *inbox.Template) { t.Buttons[0].Type = inbox.ButtonCatalog }},
	}
	for name, tt := range tests {
		template := good()
		tt.change(&template)
		if got := Sendable(template); got != tt.want {
			t.Errorf("%s: %q", name, got)
		}
		if _, err := Fill(template, nil); tt.want != "" && inbox.CodeOf(err) != inbox.CodeTemplateRejected {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStarterIsAcceptable(t *testing.T) {
	for _, language := range []string{"de", "en"} {
		list := Starter(language, " Blumen\n{{Wiesengrund}} ")
		if len(list) != 3 {
			t.Fatalf("%s has %d", language, len(list))
		}
		for _, template := range list {
			if problems := Check(template); len(problems) > 0 {
				t.Errorf("%s: %v", template.Name, problems)
			}
			if template.Language != language || !strings.Contains(template.Body, "Blumen Wiesengrund") {
				t.Errorf("%+v", template)
			}
		}
	}
	if Starter("de", " ") != nil || Starter("de", strings.Repeat("x", 61)) != nil {
		t.Error("a first set without a usable name")
	}
}
