package app

import (
	"bytes"

	"tresen/internal/access"
	"tresen/internal/inbox"
	"tresen/internal/rights"
	"tresen/internal/store"
)

// Rights is what the window can do when somebody exercises a right.
type Rights struct{ app *App }

// AccessRequest asks for the package of Art. 15 GDPR.
type AccessRequest struct {
	CustomerID string `json:"customerId"`
	// CaseID is the case it answers, or 0; then its number counts, and a case of portability gets its part alone.
	CaseID int64 `json:"caseId"`
	// Case is the shop's own number for the request.
	Case string `json:"case"`
	// Language is de or en.
	Language string `json:"language"`
	// Passphrase seals the package; empty leaves it open.
	Passphrase string `json:"passphrase"`
	// Authority is where a complaint goes to (Art. 77 GDPR).
	Authority string `json:"authority"`
	// Redact names messages that say something about others.
	Redact []string `json:"redact"`
}

// AccessResult says what was saved.
type AccessResult struct {
	Saved    bool `json:"saved"`
	Messages int  `json:"messages"`
	Files    int  `json:"files"`
}

// SaveAccess packs everything about a person, asks where to put it and writes
// it there. Nothing of it stays anywhere else.
func (b *Rights) SaveAccess(r AccessRequest) (result AccessResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	portable, err := s.joinCase(&r)
	if err != nil {
		return result, err
	}
	record, err := s.accessRecord(r)
	if err != nil {
		return result, err
	}
	press, err := b.app.press()
	if err != nil {
		return result, err
	}
	var packed bytes.Buffer
	m, err := access.Write(s.ctx, &packed, press, record, access.Options{Language: r.Language, Passphrase: normalise(r.Passphrase), Open: s.store.OpenFile, Portable: portable})
	if err != nil {
		return result, err
	}
	// The name says nothing about the person.
	saved, err := b.app.saveContent("Auskunft "+record.Case, ".zip", packed.Bytes())
	result = AccessResult{Saved: saved.Saved, Files: len(m.Files)}
	for _, c := range record.Conversations {
		result.Messages += len(c.Messages)
	}
	if err != nil || !saved.Saved {
		return result, err
	}
	if err := s.logRedactions(record, len(r.Redact)); err != nil {
		return result, err
	}
	if r.CaseID != 0 {
		err = s.notePackage(r)
	}
	return result, err
}

// joinCase takes the number from the case a package is for and reports whether
// the person asked for what she provided only (Art. 20 GDPR).
func (s *Session) joinCase(r *AccessRequest) (portable bool, err error) {
	if r.CaseID == 0 {
		return false, nil
	}
	one, err := s.store.Case(s.ctx, r.CaseID)
	if err != nil {
		return false, err
	}
	if one.Customer.String() != r.CustomerID {
		return false, inbox.InvalidField("case", "somebody else's case")
	}
	r.Case = s.caseNumber(one)
	return rights.Kind(one.Kind) == rights.Portability, nil
}

func (s *Session) notePackage(r AccessRequest) error {
	by := s.by()
	err := s.store.Update(store.For(s.ctx, store.HerCopy), func(tx *store.Tx) error {
		return rights.Note(tx, r.CaseID, rights.EventPackage, store.CaseContent{By: by}, s.cfg.now())
	})
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: r.CustomerID})
	return err
}

func (s *Session) accessRecord(r AccessRequest) (access.Record, error) {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return access.Record{}, err
	}
	if inbox.CleanLine(r.Case, maxName) == "" {
		return access.Record{}, inbox.InvalidField("case", "missing")
	}
	q := access.Request{Customer: id, Case: inbox.CleanLine(r.Case, maxName), CreatedAt: s.cfg.now(), Language: r.Language, Redact: map[string]bool{}}
	for _, m := range r.Redact {
		q.Redact[m] = true
	}
	shop, err := s.shopDetails()
	if err != nil {
		return access.Record{}, err
	}
	q.Controller = access.Controller{
		Name: shop.Name(), Address: shop.Address(), Mail: shop.Imprint.Email, Phone: shop.Imprint.Phone,
		Authority: inbox.CleanLine(r.Authority, 200), Privacy: shop.PrivacyURL,
	}
	for _, add := range []func(*access.Request) error{s.addPeriods, s.addNotes, s.addArchive, s.addCases, s.addRecipients} {
		if err := add(&q); err != nil {
			return access.Record{}, err
		}
	}
	return access.Collect(s.ctx, s.store, q, func(int) {})
}
