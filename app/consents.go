package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Consents is what the window can do with the register of consents.
type Consents struct{ app *App }

// ConsentState is where one purpose stands for one person.
type ConsentState struct {
	// Purpose is news, reminders, feedback or calls.
	Purpose string `json:"purpose"`
	// Act is requested, confirmed, declined, withdrawn, expired, or empty if she was never asked.
	Act     string `json:"act"`
	SinceMs int64  `json:"sinceMs"`
	// Stale is true for a consent that was not used for two years.
	Stale bool `json:"stale"`
}

// ConsentRow is one declaration of the register. Words come from outside.
type ConsentRow struct {
	ID      int64  `json:"id"`
	Purpose string `json:"purpose"`
	Act     string `json:"act"`
	AtMs    int64  `json:"atMs"`
	// Origin is chat, widget, paper, oral or provider.
	Origin  string `json:"origin"`
	Words   string `json:"words"`
	Text    string `json:"text"`
	Witness string `json:"witness"`
}

// ConsentSheet is everything the register knows of a person.
type ConsentSheet struct {
	States  []ConsentState `json:"states"`
	History []ConsentRow   `json:"history"`
	// Objected is true if she must not get advertising whatever the register says.
	Objected bool `json:"objected"`
}

// AskConsentRequest asks a person in the chat for a consent.
type AskConsentRequest struct {
	ConversationID int64  `json:"conversationId"`
	Purpose        string `json:"purpose"`
	// Topics and Frequency are the shop's own words in the question.
	Topics    string `json:"topics"`
	Frequency string `json:"frequency"`
	// Language is de or en.
	Language string `json:"language"`
}

// RecordConsentRequest takes down what somebody declared outside the chat.
type RecordConsentRequest struct {
	CustomerID string `json:"customerId"`
	Purpose    string `json:"purpose"`
	// Act is confirmed or withdrawn.
	Act string `json:"act"`
	// Origin is paper or oral.
	Origin  string `json:"origin"`
	Text    string `json:"text"`
	Words   string `json:"words"`
	Witness string `json:"witness"`
	AtMs    int64  `json:"atMs"`
}

// GetSheet returns what the register knows of a person.
func (b *Consents) GetSheet(customerID string) (sheet ConsentSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return sheet, err
	}
	return s.consentSheet(id)
}

// Preview words the question Ask would send.
func (b *Consents) Preview(r AskConsentRequest) (text string, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return "", err
	}
	w, err := s.consentQuestion(r)
	return w.Text, err
}

// Ask sends the question with a button for yes and one for no, and notes that
// it was put. It needs the open customer service window.
func (b *Consents) Ask(r AskConsentRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.askConsent(r)
}

// Record takes down a declaration made on paper or by word of mouth.
func (b *Consents) Record(r RecordConsentRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.recordConsent(r)
}

// secretBlock is the key of the advertising block list. It goes along into
// backups: whoever objected must stay blocked.
const secretBlock = "ad-block"

// openRegister makes the register, with a key of its own the first time.
func (s *Session) openRegister() error {
	key, err := s.vault.Secret(secretBlock)
	if errors.Is(err, vault.ErrNotFound) {
		key = make([]byte, 32)
		rand.Read(key)
		err = s.vault.SetSecret(secretBlock, key)
	}
	if err != nil {
		return vaultError("find key of the block list", err)
	}
	s.consents = consent.New(key)
	return nil
}

// hearConsent is the rule by which the customer's own words take effect.
func (s *Session) hearConsent(tx *store.Tx, a receive.Arrival) error {
	h := consent.Heard{
		Customer: a.Conversation.Customer, Message: a.Message, WAMID: a.WAMID, Text: a.Content.Text,
		Refused: a.Refused, At: a.SentAt, ReceivedAt: a.ReceivedAt,
	}
	if a.Content.Reply != nil {
		h.Payload = a.Content.Reply.ID
	}
	o, err := s.consents.Hear(tx, h)
	if err != nil || !o.Stopped && len(o.Purposes) == 0 {
		return err
	}
	id := a.Conversation.Customer.ID.String()
	if err := s.noteObjection(tx, a, o); err != nil {
		return err
	}
	tx.AfterCommit(func() {
		s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: id})
		if !a.Refused {
			s.start("confirm", func(ctx context.Context) error { return s.confirmWish(ctx, a, o) })
		}
	})
	return nil
}

// confirmWish answers once that a wish has taken effect. (Art. 12(3) GDPR; no
// question, no offer.)
func (s *Session) confirmWish(ctx context.Context, a receive.Arrival, o consent.Outcome) error {
	text := consent.Confirmation(o, a.Content.Text, a.ReceivedAt)
	if text == "" {
		return nil
	}
	_, err := s.outbox.QueueContent(ctx, outbox.Outgoing{
		Conversation: a.Conversation.ID, Kind: inbox.KindText, Content: inbox.Content{Text: text, Automatic: true},
	})
	if err != nil {
		slog.Warn("a wish was followed and could not be confirmed", "code", inbox.CodeOf(err))
	}
	return nil
}

func (s *Session) consentSheet(id inbox.CustomerID) (ConsentSheet, error) {
	sheet := ConsentSheet{States: []ConsentState{}, History: []ConsentRow{}}
	rows, err := s.store.ListConsents(s.looking(), id)
	if err != nil {
		return sheet, err
	}
	list, err := consent.Decode(rows)
	if err != nil {
		return sheet, err
	}
	err = s.store.Update(s.looking(), func(tx *store.Tx) error { return s.consentStates(tx, id, list, &sheet) })
	for i := len(list) - 1; i >= 0; i-- {
		d := list[i]
		sheet.History = append(sheet.History, ConsentRow{
			ID: d.ID, Purpose: string(d.Purpose), Act: string(d.Act), AtMs: millis(d.At), Origin: string(d.Origin),
			Words: d.Words, Text: d.Wording.Text, Witness: d.Witness,
		})
	}
	return sheet, err
}

func (s *Session) consentStates(tx *store.Tx, id inbox.CustomerID, list []consent.Declaration, sheet *ConsentSheet) error {
	sheet.States = []ConsentState{}
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	for _, p := range consent.Purposes() {
		used, err := tx.LastConsentUse(c, string(p))
		if err != nil {
			return err
		}
		state := consent.StateOf(list, p, []time.Time{used}, s.cfg.now())
		sheet.States = append(sheet.States, ConsentState{Purpose: string(p), Act: string(state.Act), SinceMs: millis(state.Since), Stale: state.Stale})
	}
	refusal, err := s.consents.Advertise(tx, c, consent.PurposeNews, s.cfg.now())
	sheet.Objected = refusal == consent.RefusedBlocked || refusal == consent.RefusedProvider
	return err
}

func (s *Session) consentQuestion(r AskConsentRequest) (consent.Wording, error) {
	d, err := s.shopDetails()
	if err != nil {
		return consent.Wording{}, err
	}
	return consent.Question(consent.QuestionParts{
		Purpose: consent.Purpose(r.Purpose), Language: r.Language, Shop: d.Name(), Address: d.Address(), Privacy: d.PrivacyURL,
		Topics: inbox.CleanLine(r.Topics, 120), Frequency: inbox.CleanLine(r.Frequency, 40),
	})
}

func (s *Session) askConsent(r AskConsentRequest) error {
	w, err := s.consentQuestion(r)
	if err != nil {
		return err
	}
	id := inbox.ConversationID(r.ConversationID)
	if _, err := s.outbox.QueueContent(s.ctx, outbox.Outgoing{Conversation: id, Kind: inbox.KindInteractive, Content: consentContent(w, false)}); err != nil {
		return err
	}
	var customer inbox.CustomerID
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(id)
		if err != nil {
			return err
		}
		customer = ref.Customer.ID
		return s.consents.Declare(tx, ref.Customer, requested(consent.Purpose(r.Purpose), w, s.cfg.now()))
	})
	if err == nil {
		s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: customer.String()})
	}
	return err
}

// consentContent is a question for consent with its two buttons.
func consentContent(w consent.Wording, automatic bool) inbox.Content {
	yes, no := consent.Buttons(w.Language)
	return inbox.Content{Automatic: automatic, Interactive: &inbox.Interactive{Type: inbox.InteractiveButtons, Body: w.Text,
		Buttons: []inbox.ReplyButton{{ID: consent.YesPayload, Title: yes}, {ID: consent.NoPayload, Title: no}}}}
}

// requested declares that the question was put in the chat.
func requested(p consent.Purpose, w consent.Wording, now time.Time) consent.Declaration {
	d := consent.Declaration{Purpose: p, Act: consent.ActRequested, At: now, Wording: w}
	d.Origin, d.ReceivedAt = consent.OriginChat, now.Format(time.RFC3339)
	return d
}

const maxConsentText = 2000

func (s *Session) recordConsent(r RecordConsentRequest) error {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return err
	}
	at := time.UnixMilli(r.AtMs)
	if r.AtMs <= 0 || at.After(s.cfg.now()) {
		return inbox.InvalidField("at", "missing or in the future")
	}
	act, origin := consent.Act(r.Act), consent.Origin(r.Origin)
	if act != consent.ActConfirmed && act != consent.ActWithdrawn {
		return inbox.InvalidField("act", "neither confirmed nor withdrawn")
	}
	if origin != consent.OriginPaper && origin != consent.OriginOral {
		return inbox.InvalidField("origin", "neither paper nor oral")
	}
	if len([]rune(r.Text)) > maxConsentText || len([]rune(r.Words)) > maxConsentText {
		return inbox.InvalidField("wording", "too long")
	}
	shop, err := s.shopDetails()
	if err != nil {
		return err
	}
	d := consent.Declaration{Purpose: consent.Purpose(r.Purpose), Act: act, At: at, Wording: consent.Wording{Text: r.Text, Controller: shop.Name() + ", " + shop.Address()}}
	d.Origin, d.Words, d.Witness, d.ReceivedAt = origin, r.Words, inbox.CleanLine(r.Witness, maxName), s.cfg.now().Format(time.RFC3339)
	err = s.store.Update(s.looking(), func(tx *store.Tx) error {
		c, err := tx.FindCustomer(id)
		if err != nil {
			return err
		}
		return s.consents.Declare(tx, c, d)
	})
	if err == nil {
		s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: r.CustomerID})
	}
	return err
}
