package app

import (
	"context"
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

// whose returns whose data are open now.
func (v *viewing) whose(now time.Time) (open []inbox.CustomerID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, until := range v.until {
		if now.Before(until) {
			open = append(open, id)
		}
	}
	return open
}

// looking is the session's context for looking at people: also at those whose data
// are only stored, while the owner has said why (Art. 18(2) GDPR). Everywhere
// else the store refuses them.
func (s *Session) looking() context.Context { return s.lookingIn(s.ctx) }

func (s *Session) lookingIn(ctx context.Context) context.Context {
	if !s.owner() {
		return ctx
	}
	return store.Looking(ctx, s.viewing.whose(s.cfg.now()))
}

// forCase is the session's context for answering requests. Only the owner
// answers those of people whose data are only stored.
func (s *Session) forCase() context.Context {
	if !s.owner() {
		return s.ctx
	}
	return store.For(s.ctx, store.HerCase)
}

// onlyStored reports whether that is why something was refused.
func onlyStored(err error) bool { return err != nil && inbox.CodeOf(err) == inbox.CodeRestricted }

func (s *Session) restrict(r RestrictRequest) (CaseDetail, error) {
	by := s.by()
	var everybody []store.CustomerRef
	err := s.store.Update(s.forCase(), func(tx *store.Tx) (err error) {
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
	err := s.store.Update(s.forCase(), func(tx *store.Tx) (err error) {
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
	err = s.store.Update(s.forCase(), func(tx *store.Tx) error { return rights.View(tx, r.CaseID, r.Purpose, reason, by, now) })
	if err != nil {
		return CaseRow{}, err
	}
	everybody, err := s.store.Everybody(s.forCase(), one.Customer)
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
	list, err := s.store.ListCorrections(s.looking(), id)
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
