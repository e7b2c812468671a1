package app

import "tresen/internal/inbox"

// Translation is what the window can do with conversations in another language.
// Nothing is translated, and no text leaves this computer for it, before the
// owner has seen to whom it goes and agreed.
type Translation struct{ app *App }

// TranslationDesk says who translates, if anybody does.
type TranslationDesk struct {
	// Provider is libretranslate, deepl, or empty while nothing is set up.
	Provider string `json:"provider"`
	BaseURL  string `json:"baseUrl"`
	// HasKey is true if a key is kept; it is never shown again.
	HasKey bool `json:"hasKey"`
	// Host is where the texts would go.
	Host string `json:"host"`
	// AgreedAtMs is when the owner agreed to that host, or 0.
	AgreedAtMs int64 `json:"agreedAtMs"`
	// Agreements are all there ever were, newest first.
	Agreements []AgreementRow `json:"agreements"`
}

// AgreementRow is one agreement and how long it held.
type AgreementRow struct {
	Provider string `json:"provider"`
	Host     string `json:"host"`
	FromMs   int64  `json:"fromMs"`
	// UntilMs is when it was withdrawn, or 0.
	UntilMs int64 `json:"untilMs"`
}

// TranslationForm sets the service up. An empty Provider takes it away.
type TranslationForm struct {
	Provider string `json:"provider"`
	// BaseURL is the address of an own LibreTranslate server.
	BaseURL string `json:"baseUrl"`
	// Key may be empty to keep the one that is there for the same provider.
	Key string `json:"key"`
}

// InterpretRequest switches the translation of one conversation.
type InterpretRequest struct {
	ConversationID int64 `json:"conversationId"`
	On             bool  `json:"on"`
	// Language is what the customer writes, or empty to let the service recognise it.
	Language string `json:"language"`
}

// TranslateRequest asks for the translation of messages somebody is looking at.
type TranslateRequest struct {
	ConversationID int64 `json:"conversationId"`
	// MessageIDs are at most 30; those that need no translation are passed over.
	MessageIDs []string `json:"messageIds"`
	// Target is the shop's language.
	Target string `json:"target"`
}

// TranslateDraftRequest asks for the translation of a reply that is not sent yet.
type TranslateDraftRequest struct {
	ConversationID int64  `json:"conversationId"`
	Text           string `json:"text"`
	Source         string `json:"source"`
	Target         string `json:"target"`
}

// SendTranslatedRequest sends a translation and keeps the shop's own words beside it.
type SendTranslatedRequest struct {
	ConversationID int64  `json:"conversationId"`
	Text           string `json:"text"`
	Original       string `json:"original"`
	Source         string `json:"source"`
	Target         string `json:"target"`
	ReplyTo        string `json:"replyTo"`
}

// TranslationRow is a message in the other language.
type TranslationRow struct {
	// Text is a translation of what the customer wrote, or the shop's own words
	// of what went out translated.
	Text string `json:"text"`
	From string `json:"from"`
	To   string `json:"to"`
}

func translationRow(t inbox.Translation) *TranslationRow {
	if t.Text == "" {
		return nil
	}
	return &TranslationRow{Text: inbox.CleanText(t.Text, maxShownTranslation), From: t.From, To: t.To}
}

const maxShownTranslation = 16_384

// GetDesk returns who translates.
func (b *Translation) GetDesk() (desk TranslationDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return TranslationDesk{Agreements: []AgreementRow{}}, err
	}
	return s.translationDesk()
}

// Save sets the service up; nothing is sent to it.
func (b *Translation) Save(f TranslationForm) (desk TranslationDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err == nil {
		err = s.saveTranslation(f)
	}
	if err != nil {
		return TranslationDesk{Agreements: []AgreementRow{}}, err
	}
	return s.translationDesk()
}

// Agree records that the owner agreed to the host shown, then tries the service
// with two words of our own. The agreement stays if the service does not answer.
func (b *Translation) Agree(host string) (desk TranslationDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err == nil {
		err = s.agreeToTranslation(host)
	}
	if err != nil {
		return TranslationDesk{Agreements: []AgreementRow{}}, err
	}
	return s.translationDesk()
}

// Withdraw ends the agreement; from now on nothing is sent.
func (b *Translation) Withdraw() (desk TranslationDesk, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err == nil {
		err = s.withdrawTranslation()
	}
	if err != nil {
		return TranslationDesk{Agreements: []AgreementRow{}}, err
	}
	return s.translationDesk()
}

// Interpret switches the translation of one conversation on or off.
func (b *Translation) Interpret(r InterpretRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.interpret(r)
}

// Messages has messages translated and keeps the translations; the conversation changes.
func (b *Translation) Messages(r TranslateRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.translateMessages(r)
}

// Draft has a reply translated. Nothing of it is kept.
func (b *Translation) Draft(r TranslateDraftRequest) (text string, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return "", err
	}
	return s.translateDraft(r)
}

// Send queues a translated reply and returns it as it now stands in the conversation.
func (b *Translation) Send(r SendTranslatedRequest) (row MessageRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.sendTranslated(r)
}
