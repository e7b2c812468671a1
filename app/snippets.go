package app

import (
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/wording"
	"tresen/internal/snippet"
	"tresen/internal/store"
)

// Snippets is what the window can do with ready-made answers.
type Snippets struct{ app *App }

// SnippetForm is a snippet as the person edits it. ID is 0 for a new one.
type SnippetForm struct {
	ID     int64  `json:"id"`
	Folder string `json:"folder"`
	Name   string `json:"name"`
	Text   string `json:"text"`
	// Kind is empty for plain text, or button, list or cta_url.
	Kind    string   `json:"kind"`
	Header  string   `json:"header"`
	Footer  string   `json:"footer"`
	Buttons []string `json:"buttons"`
	// ListButton opens the list of Sections.
	ListButton string         `json:"listButton"`
	Sections   []FrameSection `json:"sections"`
	LinkTitle  string         `json:"linkTitle"`
	LinkURL    string         `json:"linkUrl"`
	// FileName is the attached file's, or empty; FileBytes its size.
	FileName  string `json:"fileName"`
	FileBytes int64  `json:"fileBytes"`
}

// SnippetVariable is something that can be filled in, and what it says now.
type SnippetVariable struct {
	// Key is name, shop, address, hours, imprint, privacy, date or opening.
	Key string `json:"key"`
	// Word is how it is written, with its braces.
	Word string `json:"word"`
	// Value is empty for what is not known, and for the customer's name.
	Value string `json:"value"`
}

// SnippetDesk is what the window needs to show and edit snippets.
type SnippetDesk struct {
	Snippets  []SnippetForm     `json:"snippets"`
	Variables []SnippetVariable `json:"variables"`
	Limits    SnippetLimits     `json:"limits"`
}

// SnippetLimits are the longest inputs in characters, and how many there may be.
type SnippetLimits struct {
	Name            int `json:"name"`
	Folder          int `json:"folder"`
	Text            int `json:"text"`
	InteractiveText int `json:"interactiveText"`
	Header          int `json:"header"`
	Footer          int `json:"footer"`
	Button          int `json:"button"`
	Buttons         int `json:"buttons"`
	Sections        int `json:"sections"`
	SectionTitle    int `json:"sectionTitle"`
	Rows            int `json:"rows"`
	RowTitle        int `json:"rowTitle"`
	RowDescription  int `json:"rowDescription"`
}

// SnippetUse asks for a snippet filled in for one conversation.
type SnippetUse struct {
	SnippetID      int64  `json:"snippetId"`
	ConversationID int64  `json:"conversationId"`
	Language       string `json:"language"`
}

// SnippetFilled is a snippet with its variables filled in.
type SnippetFilled struct {
	Text string `json:"text"`
	// Missing are variables without a value, as they stand in the text.
	Missing []string `json:"missing"`
	// Frame is set where the snippet has something to tap.
	Frame    *FrameRow `json:"frame,omitempty"`
	FileName string    `json:"fileName"`
}

// GetDesk returns all snippets and what can be filled in.
func (b *Snippets) GetDesk(language string) (desk SnippetDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	return s.snippetDesk(language)
}

// Find returns the snippets that fit what was typed after the slash, best first.
func (b *Snippets) Find(query string) (list []SnippetForm, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	all, err := s.store.ListSnippets(s.ctx)
	return snippetForms(snippet.Find(all, query)), err
}

// Save keeps a snippet, new or changed, and returns it. It fails with invalid,
// naming the field.
func (b *Snippets) Save(form SnippetForm) (saved SnippetForm, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	return s.saveSnippet(form)
}

// Delete deletes a snippet and its file.
func (b *Snippets) Delete(id int64) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.changeSnippets(func(tx *store.Tx) error { return tx.DeleteSnippet(inbox.SnippetID(id)) })
}

// AddStarter adds the first set in a language. What already has the same
// folder and name is left alone.
func (b *Snippets) AddStarter(language string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.addStarterSnippets(language)
}

// Preview fills in a snippet that is being edited, for nobody in particular.
func (b *Snippets) Preview(form SnippetForm, language string) (filled SnippetFilled, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return filled, err
	}
	values, err := s.snippetValues(language)
	if err != nil {
		return filled, err
	}
	return fillSnippet(form.snippet(), values), nil
}

// Fill fills in a snippet for one conversation.
func (b *Snippets) Fill(use SnippetUse) (filled SnippetFilled, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return filled, err
	}
	n, values, err := s.snippetFor(use)
	if err != nil {
		return filled, err
	}
	return fillSnippet(n, values), nil
}

// Send queues a snippet that has something to tap, filled in, and returns it as
// it now stands in the conversation. It fails with invalid and the field
// "variables" while something in it is open.
func (b *Snippets) Send(use SnippetUse) (row MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.sendSnippet(use)
}

func (s *Session) sendSnippet(use SnippetUse) (MessageRow, error) {
	n, values, err := s.snippetFor(use)
	if err != nil {
		return MessageRow{}, err
	}
	if n.Interactive == nil {
		return MessageRow{}, inbox.InvalidField("snippetId", "nothing to tap: its text goes into the composer")
	}
	filled, missing := snippet.FillMessage(snippet.Message(n), values)
	if len(missing) > 0 {
		return MessageRow{}, inbox.InvalidField("variables", "without a value")
	}
	id, err := s.outbox.QueueContent(s.ctx, outbox.Outgoing{
		Conversation: inbox.ConversationID(use.ConversationID), Kind: inbox.KindInteractive, Content: inbox.Content{Interactive: &filled},
	})
	if err != nil {
		return MessageRow{}, err
	}
	return s.message(id)
}

func (s *Session) snippetFor(use SnippetUse) (n inbox.Snippet, values snippet.Values, err error) {
	if n, err = s.store.Snippet(s.ctx, inbox.SnippetID(use.SnippetID)); err != nil {
		return n, nil, err
	}
	if values, err = s.snippetValues(use.Language); err != nil {
		return n, nil, err
	}
	conversation, err := s.store.Conversation(s.ctx, inbox.ConversationID(use.ConversationID))
	if err != nil {
		return n, nil, err
	}
	customer, err := s.store.Customer(s.ctx, conversation.CustomerID)
	if err != nil {
		return n, nil, err
	}
	values[snippet.VarName] = customer.Profile.ShopName
	return n, values, nil
}

// snippetValues are what is known of the shop now.
func (s *Session) snippetValues(language string) (snippet.Values, error) {
	d, err := s.shopDetails()
	if err != nil {
		return nil, err
	}
	now := s.cfg.now()
	lang, err := wording.ParseLanguage(language)
	if err != nil {
		return nil, err
	}
	h := d.OpeningHours(hours.DateOf(now))
	opening := ""
	if at, ok := h.NextOpening(now.Local()); ok {
		opening = hours.Moment(at, now.Local(), lang)
	}
	return snippet.Values{
		snippet.VarOpening: opening, snippet.VarShop: d.Name(), snippet.VarAddress: d.Address(), snippet.VarImprint: d.ImprintURL, snippet.VarPrivacy: d.PrivacyURL,
		snippet.VarHours: h.Summary(lang), snippet.VarDate: snippet.Today(now, language),
	}, nil
}

func fillSnippet(n inbox.Snippet, values snippet.Values) SnippetFilled {
	text, missing := snippet.Fill(n.Text, values)
	out := SnippetFilled{Text: text, Missing: append([]string{}, missing...)}
	if n.Interactive != nil {
		m, missing := snippet.FillMessage(snippet.Message(n), values)
		out.Frame, out.Missing = interactiveFrame(m), append([]string{}, missing...)
	}
	if n.File != nil {
		out.FileName = n.File.Name
	}
	return out
}

func (s *Session) snippetDesk(language string) (SnippetDesk, error) {
	desk := SnippetDesk{Variables: []SnippetVariable{}, Limits: SnippetLimits{
		Name: snippet.MaxName, Folder: snippet.MaxFolder, Text: snippet.MaxText, InteractiveText: inbox.MaxInteractiveBody,
		Header: inbox.MaxInteractiveHeader, Footer: inbox.MaxInteractiveFooter, Button: inbox.MaxButtonTitle, Buttons: inbox.MaxReplyButtons,
		Sections: inbox.MaxSections, SectionTitle: inbox.MaxSectionTitle, Rows: inbox.MaxRows, RowTitle: inbox.MaxRowTitle, RowDescription: inbox.MaxRowDescription,
	}}
	list, err := s.store.ListSnippets(s.ctx)
	if err != nil {
		return desk, err
	}
	desk.Snippets = snippetForms(snippet.Find(list, ""))
	values, err := s.snippetValues(language)
	for _, v := range snippet.Variables() {
		desk.Variables = append(desk.Variables, SnippetVariable{Key: string(v), Word: "{" + v.Word(language) + "}", Value: values[v]})
	}
	return desk, err
}

func (s *Session) changeSnippets(fn func(*store.Tx) error) error {
	err := s.store.Update(s.ctx, fn)
	if err == nil {
		s.cfg.emit(EventTextsChanged, nil)
	}
	return err
}

func (s *Session) saveSnippet(form SnippetForm) (SnippetForm, error) {
	n := form.snippet()
	n.File = nil
	if n.ID != 0 {
		known, err := s.store.Snippet(s.ctx, n.ID)
		if err != nil {
			return form, err
		}
		n.File = known.File
	}
	if err := snippet.Check(n); err != nil {
		return form, err
	}
	list, err := s.store.ListSnippets(s.ctx)
	if err != nil {
		return form, err
	}
	if n.ID == 0 && len(list) >= snippet.MaxSnippets {
		return form, inbox.InvalidField("snippets", "too many")
	}
	err = s.changeSnippets(func(tx *store.Tx) (err error) {
		if n.ID != 0 {
			return tx.UpdateSnippet(n)
		}
		n.ID, err = tx.InsertSnippet(n)
		return err
	})
	return snippetForm(n), err
}

func (s *Session) addStarterSnippets(language string) error {
	if _, err := wording.ParseLanguage(language); err != nil {
		return err
	}
	list, err := s.store.ListSnippets(s.ctx)
	if err != nil {
		return err
	}
	known := map[[2]string]bool{}
	for _, n := range list {
		known[[2]string{n.Folder, n.Name}] = true
	}
	return s.changeSnippets(func(tx *store.Tx) error {
		for _, n := range snippet.Starter(language) {
			if known[[2]string{n.Folder, n.Name}] {
				continue
			}
			if _, err := tx.InsertSnippet(n); err != nil {
				return err
			}
		}
		return nil
	})
}
