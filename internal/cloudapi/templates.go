package cloudapi

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tresen/internal/inbox"
)

const templateFields = "id,name,language,category,status,components,quality_score,rejected_reason,parameter_format"

// maxTemplateText is far above every limit Meta names for a component.
const maxTemplateText = 4096

// ListTemplates returns all templates of the WABA. Texts are as Meta has them.
// (Meta docs: Message templates.)
func (c *Client) ListTemplates(ctx context.Context) ([]inbox.Template, error) {
	const doing = "list templates"
	path, err := c.templatePath()
	if err != nil {
		return nil, err
	}
	list := []inbox.Template{}
	query := url.Values{"fields": {templateFields}, "limit": {"100"}}
	for range maxPages {
		answer, err := c.get(ctx, doing, path, query)
		if err != nil {
			return nil, err
		}
		found := answer.get("data")
		if !found.exists() {
			found = answer.get("waba_templates") // 360dialog's name
		}
		for v := range found.items() {
			if t := readTemplate(v); t.Name != "" && t.Language != "" {
				list = append(list, t)
			}
		}
		after := opaqueID(answer.get("paging").get("cursors").get("after"))
		if after == "" || !answer.get("paging").get("next").exists() {
			break
		}
		query.Set("after", after)
	}
	return list, nil
}

// templatePath is the WABA's at Meta; at 360dialog the key selects it.
// (360dialog docs: Template management.)
func (c *Client) templatePath() ([]string, error) {
	if c.config.Style == D360 {
		return []string{"v1", "configs", "templates"}, nil
	}
	if c.config.WABAID == "" {
		return nil, inbox.InvalidField("wabaId", "missing")
	}
	return c.objectPath(c.config.WABAID, "message_templates"), nil
}

func readTemplate(v value) inbox.Template {
	t := inbox.Template{
		ID: inbox.TemplateID(opaqueID(v.get("id"))), Name: line(v.get("name"), maxTemplateText), Language: line(v.get("language"), maxTypeName),
		Category: inbox.TemplateCategory(strings.ToUpper(line(v.get("category"), maxTypeName))),
		Status:   inbox.TemplateStatus(strings.ToUpper(line(v.get("status"), maxTypeName))),
		Quality:  strings.ToUpper(line(v.get("quality_score").get("score"), maxTypeName)),
		Named:    strings.EqualFold(v.get("parameter_format").text(), "NAMED"),
	}
	if reason := line(v.get("rejected_reason"), maxTypeName); !strings.EqualFold(reason, "NONE") {
		t.Reason = strings.ToUpper(reason)
	}
	for part := range v.get("components").items() {
		readComponent(&t, part)
	}
	return t
}

func readComponent(t *inbox.Template, v value) {
	kind := strings.ToUpper(line(v.get("type"), maxTypeName))
	switch kind {
	case "HEADER":
		t.Header = &inbox.TemplateHeader{Format: inbox.HeaderFormat(strings.ToUpper(line(v.get("format"), maxTypeName))), Text: multiline(v.get("text"))}
		if t.Header.Format == "" {
			t.Header.Format = inbox.HeaderText
		}
	case "BODY":
		t.Body = multiline(v.get("text"))
		readExamples(t, v.get("example"))
	case "FOOTER":
		t.Footer = multiline(v.get("text"))
	case "BUTTONS":
		for b := range v.get("buttons").items() {
			t.Buttons = append(t.Buttons, readTemplateButton(b))
		}
	case "":
	default:
		t.Others = append(t.Others, kind)
	}
}

func readTemplateButton(v value) inbox.TemplateButton {
	b := inbox.TemplateButton{
		Type: inbox.ButtonType(strings.ToUpper(line(v.get("type"), maxTypeName))), Text: line(v.get("text"), maxName),
		URL: line(v.get("url"), maxTemplateText), Phone: line(v.get("phone_number"), maxTypeName), FlowID: opaqueID(v.get("flow_id")),
	}
	for example := range v.get("example").items() {
		b.Example = line(example, maxTemplateText)
		break
	}
	return b
}

func readExamples(t *inbox.Template, v value) {
	set := func(name, text string) {
		if t.Examples == nil {
			t.Examples = map[string]string{}
		}
		t.Examples[name] = text
	}
	for e := range v.get("body_text_named_params").items() {
		if name := line(e.get("param_name"), maxTypeName); name != "" {
			set(name, line(e.get("example"), maxTemplateText))
		}
	}
	for row := range v.get("body_text").items() {
		n := 0
		for e := range row.items() {
			n++
			set(strconv.Itoa(n), line(e, maxTemplateText))
		}
		break
	}
}

// multiline returns a text with its line breaks, bounded.
func multiline(v value) string { return inbox.CleanText(v.text(), maxTemplateText) }

// CreatedTemplate is Meta's answer to a new template.
type CreatedTemplate struct {
	ID       inbox.TemplateID
	Status   inbox.TemplateStatus
	Category inbox.TemplateCategory
}

// CreateTemplate hands a template in for review. It fails with
// template_rejected where Meta refuses the form at once. (Meta docs: Message templates.)
func (c *Client) CreateTemplate(ctx context.Context, t inbox.Template) (CreatedTemplate, error) {
	path, err := c.templatePath()
	if err != nil {
		return CreatedTemplate{}, err
	}
	answer, err := c.postJSON(ctx, "create template", path, newTemplate(t))
	if err != nil {
		return CreatedTemplate{}, err
	}
	return CreatedTemplate{
		ID: inbox.TemplateID(opaqueID(answer.get("id"))), Status: inbox.TemplateStatus(strings.ToUpper(line(answer.get("status"), maxTypeName))),
		Category: inbox.TemplateCategory(strings.ToUpper(line(answer.get("category"), maxTypeName))),
	}, nil
}

// DeleteTemplate deletes one language of a template at Meta. The name of an
// approved one cannot be used again for 30 days. (Meta docs: Message templates.)
func (c *Client) DeleteTemplate(ctx context.Context, t inbox.Template) error {
	path, err := c.templatePath()
	if err != nil {
		return err
	}
	query := url.Values{"name": {t.Name}}
	if c.config.Style == D360 {
		path, query = append(path, t.Name), nil
	} else if t.ID != "" {
		query.Set("hsm_id", string(t.ID))
	}
	_, err = c.call(ctx, request{doing: "delete template", method: http.MethodDelete, path: path, query: query})
	return err
}
