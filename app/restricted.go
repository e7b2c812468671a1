package app

import (
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/rights"
	"tresen/internal/store"
)

// viewTime is how long restricted data stay open once somebody said why.
const viewTime = 15 * time.Minute

// viewing remembers whose restricted data were opened with a reason, and until
// when. It is kept in memory only.
type viewing struct {
	mu    sync.Mutex
	until map[inbox.CustomerID]time.Time
}

func (v *viewing) open(id inbox.CustomerID, until time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.until == nil {
		v.until = map[inbox.CustomerID]time.Time{}
	}
	v.until[id] = until
}

func (v *viewing) close(id inbox.CustomerID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.until, id)
}

func (v *viewing) isOpen(id inbox.CustomerID, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return now.Before(v.until[id])
}

// mayLookAt fails with restricted if a person's data are only stored and nobody
// has said why they are to be looked at. (Art. 18(2) GDPR.)
func (s *Session) mayLookAt(id inbox.CustomerID) error {
	r, err := s.store.Restriction(s.ctx, id)
	if err != nil || r.Since.IsZero() {
		return err
	}
	if s.owner() && s.viewing.isOpen(id, s.cfg.now()) {
		return nil
	}
	return inbox.NewError(inbox.CodeRestricted, "these data are only stored")
}

// mayLookInto is mayLookAt for the person a conversation is with.
func (s *Session) mayLookInto(id inbox.ConversationID) error {
	restricted, err := s.store.ConversationRestricted(s.ctx, id)
	if err != nil || !restricted {
		return err
	}
	c, err := s.store.Conversation(s.ctx, id)
	if err != nil {
		return err
	}
	return s.mayLookAt(c.CustomerID)
}

func (s *Session) restrict(r RestrictRequest) (CaseDetail, error) {
	by := s.by()
	var everybody []store.CustomerRef
	err := s.store.Update(s.ctx, func(tx *store.Tx) (err error) {
		everybody, err = rights.Restrict(tx, r.CaseID, rights.Ground(r.Ground), by, s.cfg.now())
		return err
	})
	if err != nil {
		return CaseDetail{}, err
	}
	for _, c := range everybody {
		s.viewing.close(c.ID)
		s.finder.Forget(s.ctx, c.ID)
		s.cfg.emit(EventCustomerChanged, CustomerEvent{CustomerID: c.ID.String(), Erased: true})
	}
	s.cfg.emit(EventConversationChanged, ConversationEvent{})
	return s.caseDetail(r.CaseID)
}

func (s *Session) lift(caseID int64) (CaseDetail, error) {
	by := s.by()
	var everybody []store.CustomerRef
	err := s.store.Update(s.ctx, func(tx *store.Tx) (err error) {
		everybody, err = rights.Lift(tx, caseID, by, s.cfg.now())
		return err
	})
	if err != nil {
		return CaseDetail{}, err
	}
	for _, c := range everybody {
		if err := s.finder.Recall(s.ctx, c.ID); err != nil {
			return CaseDetail{}, err
		}
		s.caseChanged(c.ID)
	}
	s.cfg.emit(EventConversationChanged, ConversationEvent{})
	return s.caseDetail(caseID)
}

func (s *Session) viewRestricted(r ViewRequest) (CaseRow, error) {
	reason, err := cleanReason("reason", r.Reason, true)
	if err != nil {
		return CaseRow{}, err
	}
	one, err := s.store.Case(s.ctx, r.CaseID)
	if err != nil {
		return CaseRow{}, err
	}
	by, now := s.by(), s.cfg.now()
	err = s.store.Update(s.ctx, func(tx *store.Tx) error { return rights.View(tx, r.CaseID, r.Purpose, reason, by, now) })
	if err != nil {
		return CaseRow{}, err
	}
	everybody, err := s.store.Everybody(s.ctx, one.Customer)
	for _, id := range everybody {
		s.viewing.open(id, now.Add(viewTime))
	}
	if err != nil {
		return CaseRow{}, err
	}
	return s.caseRow(one)
}

func (s *Session) corrections(customerID string) ([]CorrectionRow, error) {
	id, err := inbox.ParseCustomerID(customerID)
	if err != nil {
		return nil, err
	}
	if err := s.mayLookAt(id); err != nil {
		return nil, err
	}
	list, err := s.store.ListCorrections(s.ctx, id)
	rows := make([]CorrectionRow, 0, len(list))
	for _, k := range list {
		rows = append(rows, CorrectionRow{AtMs: millis(k.At), Field: k.Field, Old: k.Old, New: k.New, By: k.By})
	}
	return rows, err
}

// correct keeps what was corrected, and notes it in the person's open case of
// rectification if there is one.
func (s *Session) correct(tx *store.Tx, c store.CustomerRef, k store.Correction) error {
	k.At, k.By = s.cfg.now(), s.by()
	cases, err := tx.CasesOf(c.ID)
	if err != nil {
		return err
	}
	for _, one := range cases {
		if rights.Kind(one.Kind) == rights.Rectification && rights.State(one.State).Open() {
			k.Case = one.ID
		}
	}
	if err := tx.RecordCorrection(c, k); err != nil || k.Case == 0 {
		return err
	}
	return rights.Note(tx, k.Case, rights.EventCorrected, store.CaseContent{By: k.By, What: k.Field, Text: k.New}, k.At)
}
