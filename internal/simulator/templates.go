package simulator

import (
	"encoding/json"
	"errors"
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode/utf8"
)

// template is a message template of the WABA.
type template struct {
	ID         int64
	Name       string
	Language   string
	Category   string
	Status     string
	Reason     string
	Format     string // parameter_format: POSITIONAL or NAMED
	Components []doc
	edits      []time.Time
	quality    string
}

// Template describes a template to have from the start.
type Template struct {
	Name       string `json:"name"`
	Language   string `json:"language"`
	Category   string `json:"category"`
	Status     string `json:"status,omitempty"` // default APPROVED
	Format     string `json:"parameter_format,omitempty"`
	Components []any  `json:"components"`
}

var templateName = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
var placeholder = regexp.MustCompile(`\{\{\s*([a-z0-9_]+)\s*\}\}`)

// AddTemplate puts a template into the WABA without review, for tests and play
// shops. It fails when Meta would not accept it.
func (s *Simulator) AddTemplate(t Template) (string, error) {
	body, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	params, aerr := parseDoc(body)
	if aerr != nil {
		return "", aerr
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	made, aerr := s.newTemplate(params)
	if aerr != nil {
		return "", aerr
	}
	s.templates = append(s.templates, made)
	made.Status = t.Status
	if made.Status == "" {
		made.Status = "APPROVED"
	}
	return formatUnix(made.ID), nil
}

// ReviewTemplate changes a template's status as Meta's review or quality control
// does and tells the app. Statuses are those of the API ("APPROVED", "REJECTED",
// "PAUSED", "DISABLED", …). It fails for an unknown id.
func (s *Simulator) ReviewTemplate(id, status, reason string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.templateByID(id)
	if t == nil {
		return errors.New("review template: no such template")
	}
	s.decide(t, status, reason)
	return nil
}

func (s *Simulator) decide(t *template, status, reason string) {
	if reason == "" {
		reason = "NONE"
	}
	t.Status, t.Reason = status, reason
	value := object{
		"event": status, "message_template_id": t.ID, "message_template_name": t.Name,
		// Webhooks write the language with a hyphen, the API with an underscore.
		"message_template_language": strings.ReplaceAll(t.Language, "_", "-"),
		"message_template_category": t.Category, "reason": reason,
	}
	if status == "DISABLED" {
		value["disable_info"] = object{"disable_date": formatUnix(s.clock.now().Unix())}
	}
	s.emit(update{field: "message_template_status_update", value: value, time: s.clock.now().Unix()})
}

func (s *Simulator) templateByID(id string) *template {
	for _, t := range s.templates {
		if formatUnix(t.ID) == id {
			return t
		}
	}
	return nil
}

func (s *Simulator) templateNamed(name, language string) *template {
	for _, t := range s.templates {
		if t.Name == name && t.Language == language {
			return t
		}
	}
	return nil
}

// createTemplate answers POST /{WABA}/message_templates.
func (s *Simulator) createTemplate(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.now()
	recent := s.created[:0:0]
	for _, at := range s.created {
		if now.Sub(at) < time.Hour {
			recent = append(recent, at)
		}
	}
	if len(recent) >= 100 {
		return nil, fail(80007, "Too many templates were created within one hour.")
	}
	t, err := s.newTemplate(c.params)
	if err == nil {
		err = s.checkForm(t)
	}
	if err != nil {
		return nil, err
	}
	s.templates = append(s.templates, t)
	s.created = append(recent, now)
	t.Status = "PENDING"
	s.review(t)
	return object{"id": formatUnix(t.ID), "status": t.Status, "category": t.Category}, nil
}

// review approves a template after the configured time.
func (s *Simulator) review(t *template) {
	if s.cfg.TemplateReview < 0 {
		return
	}
	s.after(s.cfg.TemplateReview, func() {
		if t.Status == "PENDING" {
			s.decide(t, "APPROVED", "")
		}
	})
}

func (s *Simulator) newTemplate(p doc) (*template, *apiError) {
	t := &template{
		Name: p.text("name"), Language: p.text("language"), Category: strings.ToUpper(p.text("category")),
		Format: strings.ToUpper(p.text("parameter_format")), quality: "UNKNOWN", Reason: "NONE",
	}
	if t.Format == "" {
		t.Format = "POSITIONAL"
	}
	switch {
	case !templateName.MatchString(t.Name):
		return nil, plain(100, 2388012, "(#100) Invalid parameter: name may only hold lower-case letters, digits and underscores")
	case t.Language == "":
		return nil, plain(100, 0, "(#100) The parameter language is required.")
	case !contains([]string{"AUTHENTICATION", "MARKETING", "UTILITY"}, t.Category):
		return nil, plain(100, 0, "(#100) Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}.")
	case t.Format != "POSITIONAL" && t.Format != "NAMED":
		return nil, plain(100, 0, "(#100) Param parameter_format must be one of {NAMED, POSITIONAL}.")
	case s.templateNamed(t.Name, t.Language) != nil:
		return nil, plain(100, 2388024, "There is already content in this language for this template")
	case len(s.templates) >= 250:
		return nil, plain(100, 2388019, "The limit of message templates has been reached")
	}
	components, ok := p.docs("components")
	if !ok {
		return nil, plain(100, 0, "(#100) The parameter components is required.")
	}
	if err := checkComponents(components, t.Category); err != nil {
		return nil, err
	}
	t.Components, t.ID = components, s.ids.bigNumber()
	return t, nil
}

// checkComponents checks lengths and shape (§4.8).
func checkComponents(components []doc, category string) *apiError {
	hasBody := false
	for _, comp := range components {
		var err *apiError
		switch strings.ToUpper(comp.text("type")) {
		case "HEADER":
			err = comp.limited("header", "text", 60)
		case "BODY":
			hasBody = true
			if category != "AUTHENTICATION" {
				err = checkTemplateBody(comp.text("text"))
			}
		case "FOOTER":
			err = comp.limited("footer", "text", 60)
		case "BUTTONS":
			err = checkTemplateButtons(comp)
		case "CAROUSEL", "LIMITED_TIME_OFFER":
		default:
			err = plain(100, 0, "(#100) Invalid parameter: unknown component type")
		}
		if err != nil {
			return err
		}
	}
	if !hasBody {
		return plain(100, 0, "(#100) Invalid parameter: a template needs a BODY component")
	}
	return nil
}

func checkTemplateBody(text string) *apiError {
	text = strings.TrimSpace(text)
	if text == "" || utf8.RuneCountInString(text) > 1024 {
		return plain(100, 2388040, "The body must have between 1 and 1024 characters")
	}
	spots := placeholder.FindAllStringIndex(text, -1)
	if len(spots) == 0 {
		return nil
	}
	if spots[0][0] == 0 || spots[len(spots)-1][1] == len(text) {
		return plain(100, 2388299, "Variables can't be at the start or end of the template")
	}
	words := len(strings.Fields(placeholder.ReplaceAllString(text, "")))
	if words < 2*len(spots)+1 {
		return plain(100, 2388293, "This template has too many variables for its length")
	}
	return nil
}

func checkTemplateButtons(comp doc) *apiError {
	buttons, ok := comp.docs("buttons")
	if !ok || len(buttons) == 0 || len(buttons) > 10 {
		return plain(100, 0, "(#100) Invalid parameter: between 1 and 10 buttons")
	}
	count := map[string]int{}
	for _, b := range buttons {
		kind := strings.ToUpper(b.text("type"))
		count[kind]++
		if err := b.limited("button", "text", 25); err != nil {
			return err
		}
		if err := b.limited("button", "url", 2000); err != nil {
			return err
		}
	}
	if count["URL"] > 2 || count["PHONE_NUMBER"] > 1 || count["COPY_CODE"] > 1 {
		return plain(100, 0, "(#100) Invalid parameter: at most 2 URL, 1 phone and 1 copy-code buttons")
	}
	return nil
}

func (t *template) component(kind string) doc {
	for _, comp := range t.Components {
		if strings.EqualFold(comp.text("type"), kind) {
			return comp
		}
	}
	return nil
}

func (t *template) asObject(fields []string) object {
	all := object{
		"id": formatUnix(t.ID), "name": t.Name, "language": t.Language, "category": t.Category, "status": t.Status,
		"components": t.Components, "parameter_format": t.Format, "rejected_reason": t.Reason,
		"quality_score": object{"score": t.quality},
	}
	if len(fields) == 0 {
		delete(all, "quality_score")
		delete(all, "rejected_reason")
		return all
	}
	out := object{"id": all["id"]}
	for _, f := range fields {
		if v, ok := all[f]; ok {
			out[f] = v
		}
	}
	return out
}

// listTemplates answers GET /{WABA}/message_templates with cursors.
func (s *Simulator) listTemplates(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []any
	list := append([]*template(nil), s.templates...)
	sort.SliceStable(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	for _, t := range list {
		match := true
		for field, have := range map[string]string{"name": t.Name, "language": t.Language, "status": t.Status, "category": t.Category} {
			want := c.query(field)
			match = match && (want == "" || strings.EqualFold(want, have))
		}
		if match {
			found = append(found, t.asObject(fieldList(c)))
		}
	}
	return page(c, found)
}

// showTemplate answers GET /{TEMPLATE_ID}.
func (s *Simulator) showTemplate(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.template.asObject(fieldList(c)), nil
}

// editTemplate answers POST /{TEMPLATE_ID}: once a day and ten times in 30 days
// for approved templates.
func (s *Simulator) editTemplate(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, now := c.template, s.clock.now()
	if t.Status == "APPROVED" {
		month := 0
		for _, at := range t.edits {
			if now.Sub(at) < 24*time.Hour {
				return nil, plain(100, 2388025, "An approved template can be edited once in 24 hours")
			}
			if now.Sub(at) < 30*24*time.Hour {
				month++
			}
		}
		if month >= 10 {
			return nil, plain(100, 2388025, "An approved template can be edited ten times in 30 days")
		}
	}
	if c.params.has("components") {
		components, ok := c.params.docs("components")
		if !ok {
			return nil, plain(100, 0, "(#100) Param components must be an array.")
		}
		if err := checkComponents(components, t.Category); err != nil {
			return nil, err
		}
		if err := s.checkForm(&template{Format: t.Format, Components: components}); err != nil {
			return nil, err
		}
		t.Components = components
	}
	if category := strings.ToUpper(c.params.text("category")); category != "" && t.Status != "APPROVED" {
		t.Category = category
	}
	t.edits = append(t.edits, now)
	t.Status = "PENDING"
	s.review(t)
	return object{"success": true}, nil
}

// deleteTemplate answers DELETE /{WABA}/message_templates?name=[&hsm_id=].
func (s *Simulator) deleteTemplate(c *call) (any, *apiError) {
	name, id := c.query("name"), c.query("hsm_id")
	if name == "" {
		return nil, plain(100, 0, "(#100) The parameter name is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := s.templates[:0:0]
	for _, t := range s.templates {
		if t.Name != name || (id != "" && formatUnix(t.ID) != id) {
			kept = append(kept, t)
		}
	}
	if len(kept) == len(s.templates) {
		return nil, plain(100, 2593002, "Message template could not be found")
	}
	s.templates = kept
	return object{"success": true}, nil
}
