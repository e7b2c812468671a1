package app

import (
	"errors"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/store"
)

// People is how the shop says which customers are one person. Nothing is ever
// joined without a click. (Art. 5(1)(d) GDPR.)
type People struct{ app *App }

// PersonSide is one of two customers that may be one person.
type PersonSide struct {
	CustomerID    string          `json:"customerId"`
	Name          string          `json:"name"`
	Identifiers   []IdentifierRow `json:"identifiers"`
	Conversations int             `json:"conversations"`
	Messages      int             `json:"messages"`
	Media         int             `json:"media"`
	Notes         int             `json:"notes"`
	FirstAtMs     int64           `json:"firstAtMs"`
	// ConversationID is the newest conversation, 0 without one.
	ConversationID int64 `json:"conversationId"`
	// JoinedAtMs is when the shop said that she is one person with the others; 0 for the one they were joined to.
	JoinedAtMs int64 `json:"joinedAtMs"`
}

// ProposalRow says that two customers may be one person.
type ProposalRow struct {
	Earlier PersonSide `json:"earlier"`
	Later   PersonSide `json:"later"`
	// AtMs is when the change of number was announced.
	AtMs int64 `json:"atMs"`
}

// PersonSheet is what the panel says about a customer and others who are or may be the same person.
type PersonSheet struct {
	Proposals []ProposalRow `json:"proposals"`
	// Others are the customers she is one person with, without herself.
	Others []PersonSide `json:"others"`
	// Removable is the customer whose join would be taken back, or empty.
	Removable string `json:"removable"`
}

// PeopleRequest names two customers.
type PeopleRequest struct {
	CustomerID string `json:"customerId"`
	OtherID    string `json:"otherId"`
}

// JoinPreview says what joining two customers would do.
type JoinPreview struct {
	Sides []PersonSide `json:"sides"`
	// Name is what the shop would call her.
	Name string `json:"name"`
	// Ends are the purposes whose consent would no longer count, because it was refused or taken back on the other side.
	Ends []string `json:"ends"`
	// Counts are the purposes whose consent would count for both.
	Counts []string `json:"counts"`
	// Objected is true if an objection to advertising would count for both.
	Objected bool `json:"objected"`
	// Restricted is true if the data of both would only be stored (Art. 18 GDPR).
	Restricted bool `json:"restricted"`
}

// Get returns who a customer is one person with, and who she may be.
func (b *People) Get(customerID string) (sheet PersonSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return sheet, err
	}
	return s.personSheet(id)
}

// Proposals returns everybody who may be one person and about whom the shop
// has not decided.
func (b *People) Proposals() (rows []ProposalRow, err error) {
	defer guard(&err)
	rows = []ProposalRow{}
	s, err := b.app.session()
	if err != nil {
		return rows, err
	}
	list, err := s.store.ListProposals(s.ctx)
	if err != nil {
		return rows, err
	}
	return s.proposalRows(list)
}

// Preview says what joining two customers would do, and does nothing.
func (b *People) Preview(r PeopleRequest) (p JoinPreview, err error) {
	defer guard(&err)
	s, id, other, err := b.pair(r)
	if err != nil {
		return p, err
	}
	return s.previewJoin(id, other)
}

// Join says that CustomerID is the same person as OtherID. It fails with
// conflict if they already are, or one of them is being erased.
func (b *People) Join(r PeopleRequest) (err error) {
	defer guard(&err)
	s, id, other, err := b.pair(r)
	if err != nil {
		return err
	}
	return s.decide("joined", id, func(tx *store.Tx) error { return tx.Join(id, other, s.cfg.now()) })
}

// Different notes that two customers are not one person; they are not proposed again.
func (b *People) Different(r PeopleRequest) (err error) {
	defer guard(&err)
	s, id, other, err := b.pair(r)
	if err != nil {
		return err
	}
	if err := s.decide("different", id, func(tx *store.Tx) error { return tx.SetDifferent(id, other) }); err != nil {
		return err
	}
	s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: r.OtherID})
	return nil
}

// Part takes back that a customer is one person with the one she was joined to.
func (b *People) Part(customerID string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return err
	}
	return s.decide("parted", id, func(tx *store.Tx) error { return tx.Part(id) })
}

func (b *People) pair(r PeopleRequest) (s *Session, id, other inbox.CustomerID, err error) {
	if s, err = b.app.session(); err != nil {
		return s, id, other, err
	}
	if id, err = inbox.ParseCustomerID(r.CustomerID); err != nil {
		return s, id, other, err
	}
	other, err = inbox.ParseCustomerID(r.OtherID)
	return s, id, other, err
}

// decide carries out a decision about who is one person, logs that there was
// one, and tells the window about everybody it concerns.
func (s *Session) decide(kind string, id inbox.CustomerID, do func(*store.Tx) error) error {
	before, err := s.store.Everybody(s.looking(), id)
	if err != nil {
		return err
	}
	err = s.store.Update(s.looking(), func(tx *store.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		_, err := tx.AppendLog(s.cfg.now(), kind, struct{}{})
		return err
	})
	if err != nil {
		return err
	}
	tell := store.For(s.ctx, store.Keeping) // whom the decision restricts must leave the window, too
	after, err := s.store.Everybody(tell, id)
	for _, c := range append(before, after...) {
		s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: c.String()})
		conversations, _ := s.store.ConversationsOf(tell, c) // she may be gone by now
		for _, v := range conversations {
			s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(v)})
		}
	}
	return err
}

func (s *Session) personSheet(id inbox.CustomerID) (PersonSheet, error) {
	sheet := PersonSheet{Others: []PersonSide{}, Proposals: []ProposalRow{}}
	joined, err := s.store.JoinedWith(s.looking(), id)
	if err != nil {
		return sheet, err
	}
	for _, j := range joined {
		if !j.At.IsZero() && (j.ID == id || j.Into == id && sheet.Removable == "") {
			sheet.Removable = j.ID.String()
		}
		if j.ID == id {
			continue
		}
		side, err := s.personSide(j.ID)
		if err != nil {
			return sheet, err
		}
		side.JoinedAtMs = millis(j.At)
		sheet.Others = append(sheet.Others, side)
	}
	list, err := s.store.ProposalsOf(s.looking(), id)
	if err != nil {
		return sheet, err
	}
	sheet.Proposals, err = s.proposalRows(list)
	return sheet, err
}

func (s *Session) proposalRows(list []store.Proposal) (rows []ProposalRow, err error) {
	rows = []ProposalRow{}
	for _, p := range list {
		row := ProposalRow{AtMs: millis(p.At)}
		if row.Earlier, err = s.personSide(p.Earlier); err != nil {
			return rows, err
		}
		if row.Later, err = s.personSide(p.Later); err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Session) personSide(id inbox.CustomerID) (side PersonSide, err error) {
	c, err := s.customer(id.String())
	if err != nil {
		return side, err
	}
	n, err := s.store.CountCustomer(s.looking(), id)
	if err != nil {
		return side, err
	}
	conversations, err := s.store.ConversationsOf(s.looking(), id)
	side = PersonSide{
		CustomerID: c.ID, Name: c.Name, Identifiers: c.Identifiers, Conversations: n.Conversations, Messages: n.Messages,
		Media: n.Media, Notes: n.Notes, FirstAtMs: c.FirstAtMs,
	}
	if len(conversations) > 0 {
		side.ConversationID = int64(conversations[len(conversations)-1])
	}
	return side, err
}

// errPreview ends the transaction in which a preview tried something.
var errPreview = errors.New("preview")

// previewJoin joins the two in a transaction that is then taken back, so that
// what it says is what would happen.
func (s *Session) previewJoin(id, other inbox.CustomerID) (JoinPreview, error) {
	p := JoinPreview{Sides: make([]PersonSide, 2), Ends: []string{}, Counts: []string{}}
	var err error
	for i, c := range []inbox.CustomerID{id, other} {
		if p.Sides[i], err = s.personSide(c); err != nil {
			return p, err
		}
	}
	err = s.store.Update(s.looking(), func(tx *store.Tx) error {
		if err := s.tryJoin(tx, id, other, &p); err != nil {
			return err
		}
		return errPreview
	})
	if errors.Is(err, errPreview) {
		err = nil
	}
	return p, err
}

func (s *Session) tryJoin(tx *store.Tx, id, other inbox.CustomerID, p *JoinPreview) error {
	p.Ends, p.Counts = []string{}, []string{}
	from, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	to, err := tx.FindCustomer(other)
	if err != nil {
		return err
	}
	hers, err := s.agreed(tx, from)
	if err != nil {
		return err
	}
	others, err := s.agreed(tx, to)
	if err != nil {
		return err
	}
	if err := tx.Join(id, other, s.cfg.now()); err != nil {
		return err
	}
	both, err := s.agreed(tx, to)
	if err != nil {
		return err
	}
	for _, purpose := range consent.Purposes() {
		switch {
		case both[purpose]:
			p.Counts = append(p.Counts, string(purpose))
		case hers[purpose] || others[purpose]:
			p.Ends = append(p.Ends, string(purpose))
		}
	}
	profile, err := tx.Profile(to)
	if err != nil {
		return err
	}
	p.Name, _ = profile.DisplayName()
	after, err := tx.FindCustomer(other)
	if err != nil {
		return err
	}
	p.Restricted = after.Restricted
	refusal, err := s.consents.Advertise(tx, to, consent.PurposeNews, s.cfg.now())
	p.Objected = refusal == consent.RefusedBlocked || refusal == consent.RefusedProvider
	return err
}

// agreed says for which purposes a consent of a person counts.
func (s *Session) agreed(tx *store.Tx, c store.CustomerRef) (map[consent.Purpose]bool, error) {
	rows, err := tx.Consents(c)
	if err != nil {
		return nil, err
	}
	list, err := consent.Decode(rows)
	agreed := map[consent.Purpose]bool{}
	for _, p := range consent.Purposes() {
		agreed[p] = consent.StateOf(list, p, nil, s.cfg.now()).MayAdvertise()
	}
	return agreed, err
}
