package app

import (
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Cases is what the window can do at the rights desk: requests under Art. 15 to 21 GDPR.
type Cases struct{ app *App }

// CaseRow is one request in a list.
type CaseRow struct {
	ID     int64  `json:"id"`
	Number string `json:"number"`
	// Kind is access, rectification, erasure, restriction, portability or objection.
	Kind string `json:"kind"`
	// State is received, checked, work, extended, answered, refused or closed.
	State        string `json:"state"`
	Open         bool   `json:"open"`
	ReceivedAtMs int64  `json:"receivedAtMs"`
	DueAtMs      int64  `json:"dueAtMs"`
	ClosedAtMs   int64  `json:"closedAtMs"`
	Extended     bool   `json:"extended"`
	Overdue      bool   `json:"overdue"`
	// Reminds is true if the case needs a look: a reminder has come since something was last done.
	Reminds    bool   `json:"reminds"`
	CustomerID string `json:"customerId"`
	// Name is empty for somebody whose data are restricted.
	Name       string `json:"name"`
	Restricted bool   `json:"restricted"`
	// ConversationID is her newest conversation, or 0.
	ConversationID int64 `json:"conversationId"`
}

// CaseSheet is the rights desk.
type CaseSheet struct {
	Open    []CaseRow `json:"open"`
	Settled []CaseRow `json:"settled"`
	// Restricted are those whose data are only stored, without names.
	Restricted []RestrictedRow `json:"restricted"`
	// Reminding is how many open cases need a look.
	Reminding int `json:"reminding"`
}

// RestrictedRow is somebody whose data are only stored.
type RestrictedRow struct {
	CaseID  int64  `json:"caseId"`
	Number  string `json:"number"`
	SinceMs int64  `json:"sinceMs"`
	// Waiting is how many messages nobody has seen.
	Waiting int `json:"waiting"`
}

// CaseEventRow is one entry of a case's history. Text may come from outside.
type CaseEventRow struct {
	ID   int64  `json:"id"`
	AtMs int64  `json:"atMs"`
	Kind string `json:"kind"`
	What string `json:"what"`
	By   string `json:"by"`
	Text string `json:"text"`
}

// CaseDetail is one request with all that can be done about it.
type CaseDetail struct {
	CaseRow
	History []CaseEventRow `json:"history"`
	// Next are the states that may follow.
	Next []string `json:"next"`
	// MayExtend is true while the notice of an extension is in time; ExtendedDueMs is when it would then be due.
	MayExtend     bool  `json:"mayExtend"`
	ExtendedDueMs int64 `json:"extendedDueMs"`
	// CodeOpen is true while a code that was sent waits for its answer.
	CodeOpen bool `json:"codeOpen"`
	// ChangedNumber and Sensitive ask for a closer look at who writes.
	ChangedNumber bool `json:"changedNumber"`
	Sensitive     bool `json:"sensitive"`
	// MayLift is true if the person was told that the restriction ends.
	MayLift bool `json:"mayLift"`
	// Recipients got data and have to be told what is done (Art. 19 GDPR); empty where they need not.
	Recipients []CaseRecipient `json:"recipients"`
}

// CaseRecipient is somebody who got data of the shop's customers.
type CaseRecipient struct {
	// Key is whatsapp, d360, translation, relay, tax or help.
	Key  string `json:"key"`
	Name string `json:"name"`
	// ToldAtMs is when the shop told him, or 0.
	ToldAtMs int64 `json:"toldAtMs"`
}

// TellRequest notes that a recipient was told, or was not after all.
type TellRequest struct {
	CaseID    int64  `json:"caseId"`
	Recipient string `json:"recipient"`
	Told      bool   `json:"told"`
}

// OpenCaseRequest takes down a request.
type OpenCaseRequest struct {
	CustomerID string `json:"customerId"`
	Kind       string `json:"kind"`
	// Origin is chat, letter, mail, phone or counter.
	Origin       string `json:"origin"`
	ReceivedAtMs int64  `json:"receivedAtMs"`
	Words        string `json:"words"`
}

// CaseStepRequest brings a case into another state.
type CaseStepRequest struct {
	CaseID int64  `json:"caseId"`
	To     string `json:"to"`
	Reason string `json:"reason"`
}

// CaseCodeRequest sends a code into the person's chat.
type CaseCodeRequest struct {
	CaseID   int64  `json:"caseId"`
	Language string `json:"language"`
}

// CaseLetterRequest asks for a letter.
type CaseLetterRequest struct {
	CaseID int64 `json:"caseId"`
	// Letter is receipt, extension, refusal, answer or lifting.
	Letter   string `json:"letter"`
	Language string `json:"language"`
	Reasons  string `json:"reasons"`
}

// CaseLetter is a letter as it would be sent.
type CaseLetter struct {
	Title string `json:"title"`
	Text  string `json:"text"`
	// Draft is true until the owner had these texts checked.
	Draft bool `json:"draft"`
}

// RestrictRequest restricts a person's data by a case.
type RestrictRequest struct {
	CaseID int64 `json:"caseId"`
	// Ground is contested, unlawful, claims or objecting (Art. 18(1) GDPR).
	Ground string `json:"ground"`
}

// ViewRequest asks to look at restricted data.
type ViewRequest struct {
	CaseID int64 `json:"caseId"`
	// Purpose is consent, claims, others or case (Art. 18(2) GDPR).
	Purpose string `json:"purpose"`
	Reason  string `json:"reason"`
}

// CorrectionRow is something the shop corrected about a person.
type CorrectionRow struct {
	AtMs int64 `json:"atMs"`
	// Field is shopName or statement.
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
	By    string `json:"by"`
}

// StatementRequest notes what a person states beside what she disputes.
type StatementRequest struct {
	CustomerID string `json:"customerId"`
	Text       string `json:"text"`
}

// List returns the rights desk.
func (b *Cases) List() (sheet CaseSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	return s.caseSheet()
}

// Get returns one request with its history.
func (b *Cases) Get(id int64) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.caseDetail(id)
}

// Of returns a person's requests, newest first.
func (b *Cases) Of(customerID string) (rows []CaseRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.casesOf(customerID)
}

// Open takes down a request. While one of that kind is open it is noted there.
func (b *Cases) Open(r OpenCaseRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.openCase(r)
}

// Take brings a request into another state.
func (b *Cases) Take(r CaseStepRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.takeStep(r)
}

// SendCode asks in the chat who asks. It fails with window_closed if the
// person did not write within 24 hours.
func (b *Cases) SendCode(r CaseCodeRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.sendCode(r)
}

// Tell notes that a recipient of the person's data was told, or was not after all.
func (b *Cases) Tell(r TellRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.tellRecipient(r)
}

// PreviewLetter words a letter.
func (b *Cases) PreviewLetter(r CaseLetterRequest) (letter CaseLetter, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return letter, err
	}
	l, _, err := s.caseLetter(r)
	return CaseLetter{Title: l.Document.Title, Text: l.Text, Draft: l.Draft}, err
}

// SaveLetter writes a letter as PDF to where the person wants it.
func (b *Cases) SaveLetter(r CaseLetterRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	letter, one, err := s.caseLetter(r)
	if err != nil {
		return saved, err
	}
	press, err := b.app.press()
	if err != nil {
		return saved, err
	}
	saved, err = b.app.saveContent(s.caseNumber(one)+" "+r.Letter, ".pdf", press.PDF(letter.Document))
	if err != nil || !saved.Saved {
		return saved, err
	}
	return saved, s.noteLetter(r)
}

// DraftLetter puts a letter into the composer of the person's newest
// conversation and returns that conversation. It sends nothing.
func (b *Cases) DraftLetter(r CaseLetterRequest) (conversationID int64, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return 0, err
	}
	return s.draftLetter(r)
}

// SendLetter sends a letter in the chat as it is, and notes it in the history.
// To somebody whose data are only stored nothing else can be sent, so there is
// no draft. It fails with window_closed like any message.
func (b *Cases) SendLetter(r CaseLetterRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.sendLetter(r)
}

// ConfirmLetters notes that the owner has had the texts of a language checked.
func (b *Cases) ConfirmLetters(language string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.confirmLetters(language)
}

// Restrict stops the use of a person's data; they are only stored from then on.
func (b *Cases) Restrict(r RestrictRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.restrict(r)
}

// Lift ends a restriction, once the person was told.
func (b *Cases) Lift(caseID int64) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.lift(caseID)
}

// View opens restricted data for a quarter of an hour and notes why.
func (b *Cases) View(r ViewRequest) (row CaseRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	return s.viewRestricted(r)
}

// Corrections returns what was corrected about a person, newest first.
func (b *Cases) Corrections(customerID string) (rows []CorrectionRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	return s.corrections(customerID)
}

// AddStatement notes what a person states beside what she disputes. Messages
// stay as they are.
func (b *Cases) AddStatement(r StatementRequest) (rows []CorrectionRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return nil, err
	}
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return nil, err
	}
	text, err := cleanReason("text", r.Text, true)
	if err != nil {
		return nil, err
	}
	err = s.store.Update(s.looking(), func(tx *store.Tx) error {
		c, err := tx.FindCustomer(id)
		if err != nil {
			return err
		}
		return s.correct(tx, c, store.Correction{Field: "statement", New: text})
	})
	if err != nil {
		return nil, err
	}
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: r.CustomerID})
	return s.corrections(r.CustomerID)
}

// maxReason is how long a reason or a statement may be, in characters.
const maxReason = 2000

func cleanReason(field, text string, needed bool) (string, error) {
	text, err := cleanText(field, text, maxReason)
	if err == nil && needed && text == "" {
		err = inbox.InvalidField(field, "missing")
	}
	return text, err
}

func eventRow(e store.CaseEvent) CaseEventRow {
	return CaseEventRow{ID: e.ID, AtMs: millis(e.At), Kind: e.Kind, What: e.Content.What, By: e.Content.By, Text: e.Content.Text}
}
