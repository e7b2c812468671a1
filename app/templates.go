package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/profile/wording"
	"tresen/internal/snippet"
	"tresen/internal/store"
	"tresen/internal/template"
)

// Templates is what the window can do with message templates.
type Templates struct{ app *App }

// GetDesk returns what was last heard of the shop's templates.
func (b *Templates) GetDesk() (desk TemplateDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	return s.templateDesk()
}

// Refresh asks Meta for the templates and returns them.
func (b *Templates) Refresh() (desk TemplateDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	if err := s.fetchTemplates(); err != nil {
		return desk, err
	}
	return s.templateDesk()
}

// Check returns what Meta would refuse about a template, and how it will look.
func (b *Templates) Check(form TemplateForm) (check TemplateCheck, err error) {
	defer guard(&err)
	if _, err := b.app.session(); err != nil {
		return check, err
	}
	t := form.template()
	check.Problems, check.Frame = problemRows(template.Check(t)), *unfilledFrame(t)
	return check, nil
}

// Create hands a template in for review.
func (b *Templates) Create(form TemplateForm) (row TemplateRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.createTemplate(form.template())
}

// Delete deletes a template at Meta.
func (b *Templates) Delete(id string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.deleteTemplate(inbox.TemplateID(id))
}

// ListStarter returns the first set in a language, without what is there already.
func (b *Templates) ListStarter(language string) (forms []TemplateForm, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.starterTemplates(language)
}

// Prepare returns what has to be filled in before a template can go to a
// customer, and why it must not go if so.
func (b *Templates) Prepare(use TemplateUse) (task TemplateTask, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return task, err
	}
	return s.prepareTemplate(use)
}

// Preview shows a template with the values given so far.
func (b *Templates) Preview(use TemplateUse) (frame FrameRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return frame, err
	}
	return s.previewTemplate(use.TemplateID, use.Values)
}

// Send queues a filled template and returns it as it now stands in the conversation.
func (b *Templates) Send(use TemplateUse) (row MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.sendTemplate(use)
}

// templateTimeout bounds a call about templates.
const templateTimeout = 30 * time.Second

func (s *Session) fetchTemplates() error {
	ctx, cancel := context.WithTimeout(s.ctx, templateTimeout)
	defer cancel()
	asked := s.cfg.now()
	list, err := s.client.ListTemplates(ctx)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := tx.ReplaceTemplates(list, asked); err != nil {
			return err
		}
		return tx.SetSetting(templatesFetched, []byte(strconv.FormatInt(millis(asked), 10)))
	})
}

// templatesFetched is the setting that says when Meta was last asked.
const templatesFetched = "templates_fetched"

func (s *Session) templateDesk() (TemplateDesk, error) {
	desk := TemplateDesk{Templates: []TemplateRow{}, Limits: TemplateLimits{
		Name: template.MaxName, Header: template.MaxHeader, Body: template.MaxBody, Footer: template.MaxFooter,
		Button: template.MaxButton, Buttons: template.MaxButtons, Code: template.MaxCode,
	}}
	list, err := s.store.ListTemplates(s.ctx)
	if err != nil {
		return desk, err
	}
	slices.SortFunc(list, func(a, b inbox.Template) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Language, b.Language))
	})
	for _, t := range list {
		desk.Templates = append(desk.Templates, templateRow(t))
	}
	value, err := s.store.Setting(s.ctx, templatesFetched)
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			err = nil
		}
		return desk, err
	}
	desk.FetchedAtMs, err = strconv.ParseInt(string(value), 10, 64)
	return desk, err
}

func (s *Session) createTemplate(t inbox.Template) (TemplateRow, error) {
	if problems := template.Check(t); len(problems) > 0 {
		return TemplateRow{}, inbox.InvalidField(problems[0].Field, string(problems[0].Rule))
	}
	ctx, cancel := context.WithTimeout(s.ctx, templateTimeout)
	defer cancel()
	made, err := s.client.CreateTemplate(ctx, t)
	if err != nil {
		return TemplateRow{}, err
	}
	t.ID, t.Status = made.ID, cmp.Or(made.Status, inbox.TemplatePending)
	t.Category = cmp.Or(made.Category, t.Category)
	if t.ID != "" {
		err = s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.PutTemplate(t) })
	}
	s.cfg.emit(EventTextsChanged, nil)
	return templateRow(t), err
}

func (s *Session) deleteTemplate(id inbox.TemplateID) error {
	t, err := s.store.Template(s.ctx, id)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, templateTimeout)
	defer cancel()
	if err := s.client.DeleteTemplate(ctx, t); err != nil {
		return err
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.DeleteTemplate(id) })
	s.cfg.emit(EventTextsChanged, nil)
	return err
}

func (s *Session) starterTemplates(language string) ([]TemplateForm, error) {
	forms := []TemplateForm{}
	if _, err := wording.ParseLanguage(language); err != nil {
		return forms, err
	}
	d, err := s.shopDetails()
	if err != nil {
		return forms, err
	}
	s.mu.Lock()
	name := cmp.Or(d.Name(), s.account.VerifiedName)
	s.mu.Unlock()
	known, err := s.store.ListTemplates(s.ctx)
	if err != nil {
		return forms, err
	}
	for _, t := range template.Starter(language, name) {
		taken := slices.ContainsFunc(known, func(k inbox.Template) bool { return k.Name == t.Name && k.Language == t.Language })
		if !taken {
			forms = append(forms, templateForm(t))
		}
	}
	return forms, nil
}

func (s *Session) prepareTemplate(use TemplateUse) (TemplateTask, error) {
	task := TemplateTask{Fields: []TemplateField{}, FileTypes: []string{}}
	t, err := s.store.Template(s.ctx, inbox.TemplateID(use.TemplateID))
	if err != nil {
		return task, err
	}
	task.Template = templateRow(t)
	suggest, err := s.suggestValues(use)
	if err != nil {
		return task, err
	}
	values := map[string]string{}
	for _, f := range template.Fields(t) {
		value, given := use.Values[f.Key]
		if !given && f.Part != inbox.PartButton {
			value, _ = snippet.Fill("{"+f.Variable+"}", suggest)
			if value == "{"+f.Variable+"}" {
				value = ""
			}
		}
		values[f.Key] = value
		task.Fields = append(task.Fields, TemplateField{
			Key: f.Key, Part: string(f.Part), Button: f.Label, Variable: f.Variable, Example: f.Example, Value: value, Limit: f.Limit,
		})
	}
	task.Frame = *previewFrame(t, values)
	task.FileTypes = append(task.FileTypes, template.FileTypes(t)...)
	if task.Place, err = s.suggestPlace(t); err != nil {
		return task, err
	}
	task.Refusal, err = s.templateRefusal(use, t)
	return task, err
}

// suggestValues are what a template's variables of the same name begin with.
func (s *Session) suggestValues(use TemplateUse) (snippet.Values, error) {
	values, err := s.snippetValues(cmp.Or(use.Language, "de"))
	if err != nil {
		return nil, err
	}
	conversation, err := s.store.Conversation(s.ctx, inbox.ConversationID(use.ConversationID))
	if err != nil {
		return nil, err
	}
	customer, err := s.store.Customer(s.ctx, conversation.CustomerID)
	values[snippet.VarName] = customer.Profile.ShopName
	return values, err
}

// errAsked ends a transaction that only asked.
var errAsked = errors.New("only asked")

// templateRefusal asks the gate in a transaction of its own that changes nothing.
func (s *Session) templateRefusal(use TemplateUse, t inbox.Template) (reason string, err error) {
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(inbox.ConversationID(use.ConversationID))
		if err == nil {
			err = s.mayGetTemplate(tx, ref, inbox.TemplateMessage{Name: t.Name, Category: t.Category})
		}
		return cmp.Or(err, errAsked)
	})
	var refused *inbox.Error
	switch {
	case errors.Is(err, errAsked):
		return "", nil
	case errors.As(err, &refused) && refused.Code == inbox.CodeNoOptIn:
		return refused.Field, nil
	}
	return "", err
}

func (s *Session) sendTemplate(use TemplateUse) (MessageRow, error) {
	t, err := s.store.Template(s.ctx, inbox.TemplateID(use.TemplateID))
	if err != nil {
		return MessageRow{}, err
	}
	filled, err := template.Fill(t, use.Values)
	if err != nil {
		return MessageRow{}, err
	}
	filled.Purpose = string(purposeOf(filled))
	content := inbox.Content{Template: &filled}
	if filled.HeaderFormat == inbox.HeaderLocation {
		if content.Location, err = use.place(); err != nil {
			return MessageRow{}, err
		}
	}
	m := outbox.Outgoing{Conversation: inbox.ConversationID(use.ConversationID), Kind: inbox.KindTemplate, Content: content}
	var id inbox.MessageID
	if len(template.FileTypes(t)) > 0 {
		id, err = s.queueWithFile(use.FileID, m)
	} else {
		id, err = s.outbox.QueueContent(s.ctx, m)
	}
	if err != nil {
		return MessageRow{}, err
	}
	return s.message(id)
}
