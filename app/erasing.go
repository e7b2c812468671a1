package app

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"tresen/internal/certificate"
	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/retention"
	"tresen/internal/rights"
	"tresen/internal/store"
)

// Erasing decides what happens to each part of a person's data, and tells her
// afterwards.
type Erasing struct{ app *App }

// ErasureChoice is the shop's decision about one element.
type ErasureChoice struct {
	Key string `json:"key"`
	// Decision is erase, restrict or refuse.
	Decision string `json:"decision"`
}

// ErasurePlanRequest asks what erasing a person would do, or for it to be done.
type ErasurePlanRequest struct {
	CustomerID string `json:"customerId"`
	// Case is the number of a case, such as LA-2026-0007, or empty.
	Case string `json:"case"`
	// Trigger is art17, withdrawal, objection or user.
	Trigger string `json:"trigger"`
	// RequestedAtMs is when she asked, 0 if nobody did.
	RequestedAtMs int64           `json:"requestedAtMs"`
	Choices       []ErasureChoice `json:"choices"`
}

// ErasureElement is a part of a person's data and what happens to it.
type ErasureElement struct {
	Key string `json:"key"`
	// Kind is conversation, details, notes, consents, archive, adBlock or cases.
	Kind string `json:"kind"`
	// Class is what it is kept as if it is restricted, or empty.
	Class    string   `json:"class"`
	Decision string   `json:"decision"`
	Choices  []string `json:"choices"`
	Count    int      `json:"count"`
	Media    int      `json:"media"`
	// UntilMs is the last day on which it is kept, 0 if that is open.
	UntilMs int64  `json:"untilMs"`
	Hold    bool   `json:"hold"`
	Norm    string `json:"norm"`
	Reason  string `json:"reason"`
}

// ErasurePlan is what an erasure would do with each element.
type ErasurePlan struct {
	Elements []ErasureElement `json:"elements"`
	// Refused is true if something must stay, so that the person cannot be erased now.
	Refused bool `json:"refused"`
}

// Plan decides by the rules what would happen to each element, with the shop's
// own decisions. It changes nothing.
func (b *Erasing) Plan(r ErasurePlanRequest) (plan ErasurePlan, err error) {
	defer guard(&err)
	plan.Elements = []ErasureElement{}
	s, err := b.app.session()
	if err != nil {
		return plan, err
	}
	return s.erasurePlan(r)
}

// Start carries the plan out: what must stay goes to the archive, everything
// else is erased for good (Art. 17 GDPR). It returns at once, fails with
// conflict ("decision") if something is refused, and with invalid ("case") for
// a number that is none.
func (b *Erasing) Start(r ErasurePlanRequest) (report ErasureReport, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return report, err
	}
	return s.startErasure(r)
}

// ErasureRefusalRequest refuses the erasure a person asked for.
type ErasureRefusalRequest struct {
	// Plan is what was decided; its case must be hers and open.
	Plan ErasurePlanRequest `json:"plan"`
	// Language is de or en: the one of the case's history.
	Language string `json:"language"`
}

// Refuse answers a request for erasure with what the plan says must stay
// (Art. 12(4), 17(3) GDPR): the case is refused, its history keeps the parts for
// the letter, the log says it without anything about her. It fails with conflict
// ("decision") if nothing stands against the erasure, and with invalid ("case")
// without an open case of hers.
func (b *Erasing) Refuse(r ErasureRefusalRequest) (detail CaseDetail, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return detail, err
	}
	return s.refuseErasure(r)
}

func (s *Session) refuseErasure(r ErasureRefusalRequest) (CaseDetail, error) {
	request, err := r.Plan.parse()
	if err != nil {
		return CaseDetail{}, err
	}
	one, err := s.erasureCase(request)
	if err != nil {
		return CaseDetail{}, err
	}
	kept, entry, err := s.keeper.Refusal(s.ctx, request)
	if err != nil {
		return CaseDetail{}, err
	}
	sealed, err := json.Marshal(kept)
	if err != nil {
		return CaseDetail{}, err
	}
	country, err := s.country()
	if err != nil {
		return CaseDetail{}, err
	}
	step := rights.Step{
		Case: one.ID, To: rights.Refused, By: s.by(), Reason: strings.Join(certificate.Kept(kept, r.Language), "\n"), Kept: sealed,
		Country: country, Location: time.Local,
	}
	err = s.store.Update(s.forCase(), func(tx *store.Tx) error {
		if _, err := rights.Take(tx, step, s.cfg.now()); err != nil {
			return err
		}
		_, err := tx.AppendLog(s.cfg.now(), "refusal", entry)
		return err
	})
	if err != nil {
		return CaseDetail{}, err
	}
	s.caseChanged(one.Customer)
	return s.caseDetail(one.ID)
}

// erasureCase finds the open case a request for erasure belongs to, under
// whichever customer the person is known as.
func (s *Session) erasureCase(r privacy.ErasureRequest) (store.Case, error) {
	everybody, err := s.store.Everybody(s.forCase(), r.Customer)
	for _, id := range everybody {
		list, err := s.store.CasesOf(s.forCase(), id)
		if err != nil {
			return store.Case{}, err
		}
		for _, one := range list {
			if rights.Kind(one.Kind) == rights.Erasure && rights.State(one.State).Open() && s.caseNumber(one) == r.Case {
				return one, nil
			}
		}
	}
	if err != nil {
		return store.Case{}, err
	}
	return store.Case{}, inbox.InvalidField("case", "no open request for erasure")
}

// keptParts are what a case's letter says stays: what its refusal kept, or what
// an erasure would leave as things are.
func (s *Session) keptParts(one store.Case, letter rights.LetterKind) (parts []retention.Element, err error) {
	if rights.Kind(one.Kind) != rights.Erasure || letter != rights.Refusal && letter != rights.Answer {
		return nil, nil
	}
	if letter == rights.Answer {
		t, err := s.keeper.Triage(s.ctx, privacy.ErasureRequest{Customer: one.Customer, Case: s.caseNumber(one), Trigger: "art17"})
		return t.Residue(), err
	}
	history, err := s.store.CaseEvents(s.forCase(), one.ID)
	if err != nil {
		return nil, err
	}
	for _, e := range history {
		if e.Content.What == string(rights.Refused) && len(e.Content.Kept) > 0 && json.Unmarshal(e.Content.Kept, &parts) != nil {
			return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode refusal")
		}
	}
	return parts, nil
}

func (s *Session) erasurePlan(r ErasurePlanRequest) (ErasurePlan, error) {
	plan := ErasurePlan{Elements: []ErasureElement{}}
	request, err := r.parse()
	if err != nil {
		return plan, err
	}
	t, err := s.keeper.Triage(s.ctx, request)
	if err != nil {
		return plan, err
	}
	for _, e := range t.Elements {
		row := ErasureElement{
			Key: e.Key(), Kind: string(e.Kind), Class: string(e.Class), Decision: string(e.Decision), Choices: codes(e.Choices),
			Count: e.Count, Media: e.Media, Hold: e.Hold, Norm: e.Norm, Reason: string(e.Reason),
		}
		if !e.Until.IsZero() {
			row.UntilMs = millis(privacy.LastDay(e.Until))
		}
		plan.Elements = append(plan.Elements, row)
	}
	plan.Refused = t.Refused()
	return plan, nil
}

func (s *Session) startErasure(r ErasurePlanRequest) (ErasureReport, error) {
	request, err := r.parse()
	if err != nil {
		return ErasureReport{}, err
	}
	if err := s.addTold(&request); err != nil {
		return ErasureReport{}, err
	}
	job, err := s.keeper.ErasePerson(s.ctx, request)
	if err != nil {
		return ErasureReport{}, err
	}
	s.start("erased list", s.noteErasedBesideBackups)
	return erasureReport(job), nil
}

// caseNumber is what a case's number may look like: it stays in the log, where
// nothing about a person may stand.
var caseNumber = regexp.MustCompile(`^[A-Z]{1,4}-[0-9]{4}-[0-9]{1,6}$`)

func (r ErasurePlanRequest) parse() (privacy.ErasureRequest, error) {
	id, err := inbox.ParseCustomerID(r.CustomerID)
	if err != nil {
		return privacy.ErasureRequest{}, err
	}
	if r.Case != "" && !caseNumber.MatchString(r.Case) {
		return privacy.ErasureRequest{}, inbox.InvalidField("case", "not a number of a case")
	}
	if !slices.Contains([]string{"art17", "withdrawal", "objection", "user"}, r.Trigger) {
		return privacy.ErasureRequest{}, inbox.InvalidField("trigger", "unknown")
	}
	out := privacy.ErasureRequest{Customer: id, Case: r.Case, Trigger: r.Trigger, Chosen: map[string]retention.Decision{}}
	if r.RequestedAtMs > 0 {
		out.RequestedAt = time.UnixMilli(r.RequestedAtMs)
	}
	for _, c := range r.Choices {
		out.Chosen[c.Key] = retention.Decision(c.Decision)
	}
	return out, nil
}

func (s *Session) adBlocked(ctx context.Context, id inbox.CustomerID) (blocked bool, err error) {
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		c, err := tx.FindCustomer(id)
		if err == nil {
			blocked, err = s.consents.Blocked(tx, c)
		}
		return err
	})
	return blocked, err
}

// openCases counts a person's requests that are not answered yet and that an
// erasure would make impossible to answer. Those for erasure and objections it settles.
func (s *Session) openCases(ctx context.Context, id inbox.CustomerID, _ string) (n int, err error) {
	list, err := s.store.CasesOf(ctx, id)
	for _, c := range list {
		open := slices.Contains([]string{"received", "checked", "work", "extended"}, c.State)
		if open && slices.Contains([]string{"access", "portability"}, c.Kind) {
			n++
		}
	}
	return n, err
}

// certificates holds, in memory only, what the certificates of finished erasures need.
type certificates struct {
	mu   sync.Mutex
	open map[int64]certificateFacts
	// declined are erasures of which none is wanted, also if they end later.
	declined map[int64]bool
}

type certificateFacts struct {
	job  store.Erasure
	plan privacy.Plan
}

// noteCertificate keeps what a certificate needs until it was handed over.
func (s *Session) noteCertificate(job store.Erasure, plan privacy.Plan) {
	if plan.Nonce == nil {
		return
	}
	s.certificates.mu.Lock()
	defer s.certificates.mu.Unlock()
	if s.certificates.declined[job.ID] {
		return
	}
	if s.certificates.open == nil {
		s.certificates.open = map[int64]certificateFacts{}
	}
	s.certificates.open[job.ID] = certificateFacts{job, plan}
}
