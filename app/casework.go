package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"tresen/internal/certificate"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/profile/shop"
	"tresen/internal/receive"
	"tresen/internal/rights"
	"tresen/internal/store"
)

// maxSettled is how many answered and closed cases the desk shows.
const maxSettled = 200

// maxOpenCases is far above what a shop has open at a time.
const maxOpenCases = 1000

func (s *Session) caseSheet() (CaseSheet, error) {
	sheet := CaseSheet{Open: []CaseRow{}, Settled: []CaseRow{}, Restricted: []RestrictedRow{}}
	open, err := s.store.ListOpenCases(s.ctx, maxOpenCases)
	if err != nil {
		return sheet, err
	}
	settled, err := s.store.ListSettledCases(s.ctx, maxSettled)
	if err != nil {
		return sheet, err
	}
	if sheet.Open, err = s.caseRows(open); err != nil {
		return sheet, err
	}
	if sheet.Settled, err = s.caseRows(settled); err != nil {
		return sheet, err
	}
	for _, row := range sheet.Open {
		if row.Reminds {
			sheet.Reminding++
		}
	}
	list, err := s.store.ListRestricted(s.ctx)
	for _, one := range list {
		row := RestrictedRow{CaseID: one.Case, SinceMs: millis(one.Since), Waiting: one.Waiting}
		if c, err := s.store.Case(s.ctx, one.Case); err == nil {
			row.Number = s.caseNumber(c)
		}
		sheet.Restricted = append(sheet.Restricted, row)
	}
	return sheet, err
}

func (s *Session) casesOf(customerID string) ([]CaseRow, error) {
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return nil, err
	}
	list, err := s.store.CasesOf(s.ctx, id)
	if err != nil {
		return nil, err
	}
	return s.caseRows(list)
}

func (s *Session) caseRows(list []store.Case) ([]CaseRow, error) {
	rows := make([]CaseRow, 0, len(list))
	for _, one := range list {
		row, err := s.caseRow(one)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Session) caseNumber(one store.Case) string {
	return rights.Number(one.ID, one.ReceivedAt.In(time.Local))
}

func (s *Session) deadline(one store.Case) (rights.Deadline, error) {
	country, err := s.country()
	return rights.Deadline{Received: one.ReceivedAt.In(time.Local), Country: country, Extended: one.Extended}, err
}

func (s *Session) caseRow(one store.Case) (CaseRow, error) {
	now := s.cfg.now()
	state := rights.State(one.State)
	row := CaseRow{
		ID: one.ID, Number: s.caseNumber(one), Kind: one.Kind, State: one.State, Open: state.Open(), ReceivedAtMs: millis(one.ReceivedAt),
		DueAtMs: millis(one.DueAt), ClosedAtMs: millis(one.ClosedAt), Extended: one.Extended, CustomerID: one.Customer.String(),
	}
	if row.Open {
		d, err := s.deadline(one)
		if err != nil {
			return row, err
		}
		row.Overdue, row.Reminds = now.After(one.DueAt), d.Reminds(one.ActedAt, now)
	}
	restriction, err := s.store.Restriction(s.ctx, one.Customer)
	if err != nil {
		return row, err
	}
	row.Restricted = !restriction.Since.IsZero()
	c, err := s.store.Customer(s.looking(), one.Customer)
	if err != nil && !onlyStored(err) {
		return row, err
	}
	if err == nil {
		row.Name, _ = c.Profile.DisplayName()
	}
	row.ConversationID, err = s.newestConversation(one.Customer)
	if onlyStored(err) {
		err = nil // staff sees that there is a case, and no more
	}
	return row, err
}

// newestConversation returns the conversation somebody wrote in last, or 0.
func (s *Session) newestConversation(id inbox.CustomerID) (newest int64, err error) {
	ids, err := s.store.ConversationsOf(s.forCase(), id)
	last := time.Time{}
	for _, c := range ids {
		conversation, err := s.store.Conversation(s.forCase(), c)
		if err != nil {
			return 0, err
		}
		if newest == 0 || conversation.LastActivity.After(last) {
			newest, last = int64(c), conversation.LastActivity
		}
	}
	return newest, err
}

func (s *Session) caseDetail(id int64) (CaseDetail, error) {
	one, err := s.store.Case(s.forCase(), id)
	if err != nil {
		return CaseDetail{}, err
	}
	detail := CaseDetail{History: []CaseEventRow{}, Next: []string{}, Recipients: []CaseRecipient{}}
	if detail.CaseRow, err = s.caseRow(one); err != nil {
		return detail, err
	}
	history, err := s.store.CaseEvents(s.forCase(), id)
	if err != nil {
		return detail, err
	}
	for _, e := range history {
		detail.History = append(detail.History, eventRow(e))
	}
	if detail.Recipients, err = s.caseRecipients(one, history); err != nil {
		return detail, err
	}
	detail.MayLift = detail.Restricted && rights.MayLift(history)
	for _, next := range rights.State(one.State).Next() {
		detail.Next = append(detail.Next, string(next))
	}
	d, err := s.deadline(one)
	if err != nil {
		return detail, err
	}
	detail.MayExtend = d.MayExtend(s.cfg.now())
	d.Extended = true
	detail.ExtendedDueMs = millis(d.Due())
	return detail, s.checkHints(one, &detail)
}

// checkHints says what makes it less certain, or more important, who asks.
func (s *Session) checkHints(one store.Case, detail *CaseDetail) error {
	c, err := s.store.Customer(s.forCase(), one.Customer)
	if err != nil {
		return err
	}
	detail.ChangedNumber = rights.ChangedNumber(c.Identifiers, one.ReceivedAt)
	sensitive, err := s.store.ListSensitive(s.forCase())
	for _, m := range sensitive {
		detail.Sensitive = detail.Sensitive || m.Customer == one.Customer
	}
	if err != nil || rights.State(one.State) != rights.Received {
		return err
	}
	return s.store.Update(s.forCase(), func(tx *store.Tx) error {
		ref, err := tx.FindCustomer(one.Customer)
		if err != nil {
			return err
		}
		var code rights.Challenge
		waiting, err := tx.Challenge(ref, &code)
		detail.CodeOpen = waiting == one.ID && s.cfg.now().Before(code.ExpiresAt)
		return err
	})
}

// country is whose law the shop is under; Germany until it says so.
func (s *Session) country() (rights.Country, error) {
	d, err := s.shopDetails()
	return countryOf(d), err
}

func countryOf(d shop.Details) rights.Country {
	if j := d.Imprint.Form.Jurisdiction(); j != "" {
		return rights.Country(j)
	}
	return rights.Germany
}

// by is who of the shop's people is signed in, or empty.
func (s *Session) by() string {
	status := s.watch.Status()
	if status.Person == 0 {
		return ""
	}
	list, err := s.store.ListColleagues(s.ctx)
	if err != nil {
		slog.Warn("colleague could not be looked up", "code", inbox.CodeOf(err))
	}
	for _, c := range list {
		if c.ID == status.Person {
			return c.Name
		}
	}
	return ""
}

// caseChanged tells the window; the cases belong to what is known of the customer.
func (s *Session) caseChanged(id inbox.CustomerID) {
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: id.String()})
}

func (s *Session) openCase(r OpenCaseRequest) (CaseDetail, error) {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return CaseDetail{}, err
	}
	words, err := cleanReason("words", r.Words, false)
	if err != nil {
		return CaseDetail{}, err
	}
	if r.ReceivedAtMs <= 0 {
		return CaseDetail{}, inbox.InvalidField("receivedAt", "missing")
	}
	country, err := s.country()
	if err != nil {
		return CaseDetail{}, err
	}
	o := rights.Opening{
		Kind: rights.Kind(r.Kind), Origin: rights.Origin(r.Origin), ReceivedAt: time.UnixMilli(r.ReceivedAtMs).In(time.Local),
		Country: country, By: s.by(), Words: words,
	}
	var one store.Case
	err = s.store.Update(s.forCase(), func(tx *store.Tx) error {
		c, err := tx.FindCustomer(id)
		if err != nil {
			return err
		}
		var opened bool
		if one, opened, err = rights.Open(tx, c, o, s.cfg.now()); err != nil || !opened || o.Kind != rights.Objection {
			return err
		}
		if err := s.consents.Object(tx, c, o.ReceivedAt, consent.Evidence{Origin: consent.OriginOral, Words: words, Witness: o.By}); err != nil {
			return err
		}
		return rights.Note(tx, one.ID, rights.EventAdBlocked, store.CaseContent{}, s.cfg.now())
	})
	if err != nil {
		return CaseDetail{}, err
	}
	s.caseChanged(id)
	return s.caseDetail(one.ID)
}

// wishes are the keywords that open a case. An erasure is never begun by one.
var wishes = map[consent.Wish]rights.Kind{
	consent.WishAccess: rights.Access, consent.WishErase: rights.Erasure, consent.WishObject: rights.Objection,
}

// hearRights is the rule by which a customer's own words open a case or prove
// who asks.
func (s *Session) hearRights(tx *store.Tx, a receive.Arrival) error {
	if a.Refused || a.Kind != inbox.KindText {
		return nil
	}
	c, now := a.Conversation.Customer, s.cfg.now()
	_, verdict, err := rights.Hear(tx, c, a.Message, a.Content.Text, a.SentAt, now)
	if err != nil {
		return err
	}
	kind, asked := wishes[consent.Recognise(a.Content.Text)]
	if asked {
		err = s.openHeard(tx, a, kind, now)
	}
	if asked || verdict != rights.NoAnswer {
		tx.AfterCommit(func() { s.caseChanged(c.ID) })
	}
	return err
}

func (s *Session) openHeard(tx *store.Tx, a receive.Arrival, kind rights.Kind, now time.Time) error {
	d, err := s.shopDetailsWithin(tx)
	if err != nil {
		return err
	}
	received := a.SentAt
	if received.After(now) { // by WhatsApp's clock
		received = now
	}
	one, opened, err := rights.Open(tx, a.Conversation.Customer, rights.Opening{
		Kind: kind, Origin: rights.FromChat, ReceivedAt: received.In(time.Local), Country: countryOf(d), Words: a.Content.Text, Message: a.Message,
	}, now)
	if err != nil || !opened || kind != rights.Objection {
		return err
	}
	return rights.Note(tx, one.ID, rights.EventAdBlocked, store.CaseContent{}, now) // consent's own rule has done it
}

func (s *Session) takeStep(r CaseStepRequest) (CaseDetail, error) {
	reason, err := cleanReason("reason", r.Reason, false)
	if err != nil {
		return CaseDetail{}, err
	}
	country, err := s.country()
	if err != nil {
		return CaseDetail{}, err
	}
	var one store.Case
	step := rights.Step{Case: r.CaseID, To: rights.State(r.To), By: s.by(), Reason: reason, Country: country, Location: time.Local}
	if step.To == rights.Checked && reason == "" {
		return CaseDetail{}, inbox.InvalidField("reason", "missing") // only the code needs none
	}
	err = s.store.Update(s.forCase(), func(tx *store.Tx) (err error) {
		one, err = rights.Take(tx, step, s.cfg.now())
		return err
	})
	if err != nil {
		return CaseDetail{}, err
	}
	s.caseChanged(one.Customer)
	return s.caseDetail(r.CaseID)
}

func (s *Session) sendCode(r CaseCodeRequest) (CaseDetail, error) {
	one, err := s.store.Case(s.forCase(), r.CaseID)
	if err != nil {
		return CaseDetail{}, err
	}
	conversation, err := s.newestConversation(one.Customer)
	if err != nil {
		return CaseDetail{}, err
	}
	code, err := rights.NewChallenge(s.cfg.now())
	if err != nil {
		return CaseDetail{}, err
	}
	text, err := rights.AskForCode(r.Language, rights.Kind(one.Kind), code)
	if err != nil {
		return CaseDetail{}, err
	}
	by := s.by()
	if err := s.store.Update(s.forCase(), func(tx *store.Tx) error { return rights.Ask(tx, one.ID, code, by) }); err != nil {
		return CaseDetail{}, err
	}
	_, err = s.outbox.QueueContent(s.forCase(), outbox.Outgoing{
		Conversation: inbox.ConversationID(conversation), Kind: inbox.KindText, Content: inbox.Content{Text: text},
	})
	if err != nil {
		s.forgetCode(one)
		return CaseDetail{}, err
	}
	s.caseChanged(one.Customer)
	return s.caseDetail(r.CaseID)
}

// forgetCode takes back a code nobody will get.
func (s *Session) forgetCode(one store.Case) {
	err := s.store.Update(context.WithoutCancel(s.forCase()), func(tx *store.Tx) error {
		c, err := tx.FindCustomer(one.Customer)
		if err != nil {
			return err
		}
		return tx.SetChallenge(c, one.ID, nil)
	})
	if err != nil {
		slog.Warn("code could not be taken back", "code", inbox.CodeOf(err))
	}
}

// letterTexts is the name of the setting that says which texts the owner had checked.
const letterTexts = "rights_texts"

func (s *Session) confirmedLetters() (confirmed map[string]string, err error) {
	value, err := s.store.Setting(s.ctx, letterTexts)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return map[string]string{}, nil
	}
	if err == nil && json.Unmarshal(value, &confirmed) != nil {
		err = inbox.NewError(inbox.CodeStorageDamaged, "decode confirmed letters")
	}
	return confirmed, err
}

func (s *Session) confirmLetters(language string) error {
	country, err := s.country()
	if err != nil {
		return err
	}
	print, err := rights.Fingerprint(country, language)
	if err != nil {
		return err
	}
	confirmed, err := s.confirmedLetters()
	if err != nil {
		return err
	}
	confirmed[string(country)+"."+language] = print
	value, err := json.Marshal(confirmed)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(letterTexts, value) })
}

func (s *Session) caseLetter(r CaseLetterRequest) (rights.Letter, store.Case, error) {
	one, err := s.store.Case(s.forCase(), r.CaseID)
	if err != nil {
		return rights.Letter{}, one, err
	}
	reasons, err := cleanReason("reason", r.Reasons, false)
	if err != nil {
		return rights.Letter{}, one, err
	}
	details, err := s.shopDetails()
	if err != nil {
		return rights.Letter{}, one, err
	}
	d, err := s.deadline(one)
	if err != nil {
		return rights.Letter{}, one, err
	}
	confirmed, err := s.confirmedLetters()
	if err != nil {
		return rights.Letter{}, one, err
	}
	c, err := s.store.Customer(s.forCase(), one.Customer)
	if err != nil {
		return rights.Letter{}, one, err
	}
	restriction, err := s.store.Restriction(s.forCase(), one.Customer)
	if err != nil {
		return rights.Letter{}, one, err
	}
	person, _ := c.Profile.DisplayName()
	due := one.DueAt
	if rights.LetterKind(r.Letter) == rights.Extension && !one.Extended {
		d.Extended = true
		due = d.Due()
	}
	kept, err := s.keptParts(one, rights.LetterKind(r.Letter))
	if err != nil {
		return rights.Letter{}, one, err
	}
	letter, err := rights.Write(rights.Details{
		Letter: rights.LetterKind(r.Letter), Language: r.Language, Country: d.Country, Right: rights.Kind(one.Kind), Number: s.caseNumber(one),
		Received: d.Received, Due: due.In(time.Local), Since: restriction.Since.In(time.Local), Reasons: reasons, Kept: certificate.Kept(kept, r.Language), Shop: details.Name(),
		Address: details.Address(), Person: person, Authority: authorityOf(details), Now: s.cfg.now(), Confirmed: confirmed[string(d.Country)+"."+r.Language],
	})
	return letter, one, err
}

// noteLetter writes into the history that a letter was made.
func (s *Session) noteLetter(r CaseLetterRequest) error {
	one, err := s.store.Case(s.forCase(), r.CaseID)
	if err != nil {
		return err
	}
	content := store.CaseContent{By: s.by(), What: r.Letter, Text: inbox.CleanText(r.Reasons, maxReason)}
	err = s.store.Update(s.forCase(), func(tx *store.Tx) error {
		return rights.Note(tx, r.CaseID, rights.EventLetter, content, s.cfg.now())
	})
	if err == nil {
		s.caseChanged(one.Customer)
	}
	return err
}

// sendLetter sends a letter in the chat: the only thing, beside the code, that
// reaches somebody whose data are only stored.
func (s *Session) sendLetter(r CaseLetterRequest) (CaseDetail, error) {
	letter, one, err := s.caseLetter(r)
	if err != nil {
		return CaseDetail{}, err
	}
	conversation, err := s.newestConversation(one.Customer)
	if err != nil {
		return CaseDetail{}, err
	}
	_, err = s.outbox.QueueContent(s.forCase(), outbox.Outgoing{
		Conversation: inbox.ConversationID(conversation), Kind: inbox.KindText, Content: inbox.Content{Text: letter.Text},
	})
	if err != nil {
		return CaseDetail{}, err
	}
	if err := s.noteLetter(r); err != nil {
		return CaseDetail{}, err
	}
	return s.caseDetail(r.CaseID)
}

func (s *Session) draftLetter(r CaseLetterRequest) (int64, error) {
	letter, one, err := s.caseLetter(r)
	if err != nil {
		return 0, err
	}
	conversation, err := s.newestConversation(one.Customer)
	if err != nil {
		return 0, err
	}
	if conversation == 0 {
		return 0, inbox.NewError(inbox.CodeNotFound, "no conversation for the letter")
	}
	if err := s.saveDraft(DraftRequest{ConversationID: conversation, Text: letter.Text}); err != nil {
		return 0, err
	}
	return conversation, s.noteLetter(r)
}
