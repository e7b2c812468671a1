package app

import (
	"time"

	"tresen/internal/certificate"
	"tresen/internal/inbox"
	"tresen/internal/papers"
	"tresen/internal/privacy"
	"tresen/internal/profile/shop"
	"tresen/internal/retention"
	"tresen/internal/rights"
	"tresen/internal/store"
)

// recipients are those who really get data, as the papers name them.
func (s *Session) recipients(language string) ([]papers.Recipient, error) {
	f, err := s.paperFacts("")
	if err != nil {
		return nil, err
	}
	list, _ := papers.Recipients(f, language)
	return list, nil
}

// authorityOf is where complaints about the shop go to: what the owner wrote, or
// the authority of the German state it is in; empty where that is not known.
func authorityOf(d shop.Details) string {
	if d.Privacy.Authority != "" || countryOf(d) != rights.Germany {
		return d.Privacy.Authority
	}
	return papers.AuthorityOf(retention.Germany, string(d.Region))
}

// caseRecipients says who of them was told of what a case is about.
func (s *Session) caseRecipients(one store.Case, history []store.CaseEvent) ([]CaseRecipient, error) {
	rows := []CaseRecipient{}
	if !rights.Kind(one.Kind).TellsRecipients() {
		return rows, nil
	}
	list, err := s.recipients("de")
	told := rights.Told(history)
	for _, r := range list {
		rows = append(rows, CaseRecipient{Key: r.Key, Name: r.Who, ToldAtMs: millis(told[r.Key])})
	}
	return rows, err
}

func (s *Session) tellRecipient(r TellRequest) (CaseDetail, error) {
	list, err := s.recipients("de")
	if err != nil {
		return CaseDetail{}, err
	}
	known := false
	for _, one := range list {
		known = known || one.Key == r.Recipient
	}
	if !known {
		return CaseDetail{}, inbox.InvalidField("recipient", "nobody who gets data")
	}
	by := s.by()
	err = s.store.Update(s.forCase(), func(tx *store.Tx) error {
		return rights.Tell(tx, r.CaseID, r.Recipient, r.Told, by, s.cfg.now())
	})
	if err != nil {
		return CaseDetail{}, err
	}
	one, err := s.store.Case(s.forCase(), r.CaseID)
	if err != nil {
		return CaseDetail{}, err
	}
	s.caseChanged(one.Customer)
	return s.caseDetail(r.CaseID)
}

// addTold lets an erasure know who was told of it: its case goes with the person.
func (s *Session) addTold(r *privacy.ErasureRequest) error {
	one, err := s.erasureCase(*r)
	if inbox.CodeOf(err) == inbox.CodeInvalid {
		return nil // nobody asked for it, or it was for another right
	}
	if err != nil {
		return err
	}
	history, err := s.store.CaseEvents(s.forCase(), one.ID)
	r.Told = rights.Told(history)
	return err
}

// toldOf names who was told, for the certificate.
func (s *Session) toldOf(told map[string]time.Time, language string) (out []certificate.Told, err error) {
	list, err := s.recipients(language)
	for _, r := range list {
		if at, ok := told[r.Key]; ok {
			out = append(out, certificate.Told{Who: r.Who, At: at.In(time.Local)})
		}
	}
	return out, err
}
