package app

import (
	"encoding/json"

	"tresen/internal/automatic"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/profile/shop"
	"tresen/internal/profile/wording"
	"tresen/internal/receive"
	"tresen/internal/store"
)

// answerAutomatically is the rule by which a customer's message gets what it
// deserves by itself. It runs in the transaction that adds the message, so that
// each message is answered once however often it is delivered.
func (s *Session) answerAutomatically(tx *store.Tx, a receive.Arrival) error {
	if a.Refused || a.Conversation.Customer.Restricted {
		return nil
	}
	value, err := tx.Setting(automaticSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return nil
	}
	set, err := decodeAutomatic(value, err, wording.German)
	if err != nil || !set.Active() {
		return err
	}
	d, err := s.shopDetailsWithin(tx)
	if err != nil {
		return err
	}
	r := answering{s: s, tx: tx, a: a, set: set, shop: shopMoment(d, set, s.cfg.now()), details: d}
	if r.facts, err = s.automaticFacts(tx, a, set); err != nil {
		return err
	}
	return r.answer()
}

// answering is one message being answered.
type answering struct {
	s       *Session
	tx      *store.Tx
	a       receive.Arrival
	set     automatic.Settings
	shop    automatic.Shop
	details shop.Details
	facts   automatic.Facts
}

func (r answering) answer() error {
	done, err := r.hearIntake()
	if err != nil || done {
		return err
	}
	plan := automatic.Decide(r.set, r.shop, r.facts)
	if err := r.send(plan.Messages); err != nil || plan.Intake == nil {
		return err
	}
	return r.tx.SaveIntake(r.a.Conversation.Customer, r.facts.Now, plan.Intake)
}

// hearIntake takes the message as an answer if the person is being asked, and
// reports whether nothing else is to be done with it.
func (r answering) hearIntake() (done bool, err error) {
	var intake automatic.Intake
	customer := r.a.Conversation.Customer
	if err := r.tx.Intake(customer, &intake); err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			err = nil
		}
		return false, err
	}
	h := automatic.Heard{
		Word: r.facts.Word, SentAt: r.a.SentAt, Answered: r.facts.Answered, ConsentOpen: r.facts.ConsentOpen,
	}
	switch {
	case r.a.Content.Reply != nil:
		h.Text, h.Payload = r.a.Content.Reply.Title, r.a.Content.Reply.ID
	case r.a.Kind == inbox.KindText:
		h.Text = r.a.Content.Text
	}
	turn := intake.Hear(r.set.Intake, r.shop, h, r.facts.Now)
	if turn.Note != "" {
		if err := r.note(turn.Note); err != nil {
			return true, err
		}
	}
	if err := r.send(turn.Messages); err != nil {
		return true, err
	}
	if turn.Next != nil {
		return true, r.tx.SaveIntake(customer, r.facts.Now, turn.Next)
	}
	if err := r.tx.EndIntake(customer); err != nil {
		return true, err
	}
	if turn.End == automatic.EndDone && r.set.Intake.Advertise {
		return true, r.askToAdvertise()
	}
	return turn.End == automatic.EndDone || turn.End == automatic.EndDeclined || turn.End == automatic.EndWords, nil
}

func (r answering) note(text string) error {
	id := r.a.Conversation.Customer.ID
	if _, err := r.tx.InsertNote(id, r.facts.Now, text); err != nil {
		return err
	}
	r.tx.AfterCommit(func() { r.s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: id.String()}) })
	return nil
}

// send puts messages into the outbox and notes what each is for.
func (r answering) send(list []automatic.Message) error {
	for _, m := range list {
		content, kind := inbox.Content{Text: m.Text, Automatic: true}, inbox.KindText
		if len(m.Buttons) > 0 {
			kind, content.Text = inbox.KindInteractive, ""
			content.Interactive = &inbox.Interactive{Type: inbox.InteractiveButtons, Body: m.Text, Buttons: m.Buttons}
		}
		if err := r.queue(kind, content, m.Kinds...); err != nil {
			return err
		}
	}
	return nil
}

func (r answering) queue(kind inbox.MessageKind, content inbox.Content, kinds ...automatic.Kind) error {
	id, err := r.s.outbox.QueueWithin(r.tx, outbox.Outgoing{Conversation: r.a.Conversation.ID, Kind: kind, Content: content})
	if err != nil {
		return err
	}
	for _, k := range kinds {
		sent := store.AutomaticSend{Kind: string(k), At: r.facts.Now, Message: id}
		if k == automatic.KindNotice {
			sent.Text = r.set.Notice.Confirmed.ID
		}
		if err := r.tx.NoteAutomaticSend(r.a.Conversation.Customer, sent); err != nil {
			return err
		}
	}
	return nil
}

// askToAdvertise puts the question for a consent, once in a person's life and
// apart from everything else (Art. 7(2) GDPR). Only the answer to it counts.
func (r answering) askToAdvertise() error {
	customer := r.a.Conversation.Customer
	refusal, err := r.s.consents.Advertise(r.tx, customer, consent.PurposeNews, r.facts.Now)
	if err != nil || refusal != consent.RefusedNever {
		return err
	}
	w, err := consent.Question(consent.QuestionParts{
		Purpose: consent.PurposeNews, Language: string(r.shop.Language), Shop: r.details.Name(), Address: r.details.Address(),
		Privacy: r.details.PrivacyURL, Topics: r.set.Intake.Topics, Frequency: r.set.Intake.Frequency,
	})
	if err != nil {
		return err
	}
	if err := r.queue(inbox.KindInteractive, consentContent(w, true), automatic.KindIntake); err != nil {
		return err
	}
	return r.s.consents.Declare(r.tx, customer, requested(consent.PurposeNews, w, r.facts.Now))
}

// automaticFacts gathers what the rules must know of a message.
func (s *Session) automaticFacts(tx *store.Tx, a receive.Arrival, set automatic.Settings) (automatic.Facts, error) {
	f := automatic.Facts{Now: s.cfg.now().Local(), SentAt: a.SentAt, Kind: a.Kind, Word: wordOf(a.Content)}
	m, err := tx.MomentOf(a.Conversation, a.Message)
	if err != nil {
		return f, err
	}
	f.Blocked, f.Spam, f.Previous, f.Answered = m.Blocked, m.Spam, m.Previous, m.Answered
	sends, err := tx.NewestAutomaticSends(a.Conversation.Customer)
	if err != nil {
		return f, err
	}
	for _, sent := range sends {
		f.Sent = append(f.Sent, automatic.Sent{Kind: automatic.Kind(sent.Kind), At: sent.At, Text: sent.Text, Generation: sent.Generation})
	}
	if set.Intake.On {
		f.ConsentOpen, err = consentOpen(tx, a.Conversation.Customer, f)
	}
	return f, err
}

// wordOf says what a message asks for if it is one of the known words.
func wordOf(c inbox.Content) automatic.Word {
	if c.Reply != nil {
		switch c.Reply.ID {
		case consent.StopPayload:
			return automatic.WordStop
		case consent.YesPayload, consent.NoPayload:
			return automatic.WordConsent
		}
	}
	switch consent.Recognise(c.Text) {
	case consent.WishStop:
		return automatic.WordStop
	case consent.WishObject, consent.WishAccess, consent.WishErase:
		return automatic.WordRight
	case consent.WishHelp:
		return automatic.WordHelp
	case consent.WishYes:
		return automatic.WordYes
	case consent.WishNo:
		return automatic.WordNo
	}
	return automatic.WordNone
}

// consentOpen reports whether a question for a consent waits for an answer.
func consentOpen(tx *store.Tx, c store.CustomerRef, f automatic.Facts) (bool, error) {
	rows, err := tx.Consents(c)
	if err != nil {
		return false, err
	}
	list, err := consent.Decode(rows)
	for _, p := range consent.Purposes() {
		if consent.StateOf(list, p, nil, f.Now).Act == consent.ActRequested {
			return true, err
		}
	}
	return false, err
}

// shopDetailsWithin is shopDetails inside a transaction.
func (s *Session) shopDetailsWithin(tx *store.Tx) (d shop.Details, err error) {
	value, err := tx.Setting(shopDetailsSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return s.firstShopDetails(), nil
	}
	if err == nil && json.Unmarshal(value, &d) != nil {
		err = inbox.NewError(inbox.CodeStorageDamaged, "decode shop details")
	}
	return d, err
}
