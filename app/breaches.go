package app

import (
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/papers"
	"tresen/internal/profile/wording"
	"tresen/internal/store"
)

// BreachClock is a breach whose time still runs.
type BreachClock struct {
	ID        int64 `json:"id"`
	KnownAtMs int64 `json:"knownAtMs"`
	// DueMs is until when the authority must be told, 0 where the law names no hours.
	DueMs int64 `json:"dueMs"`
}

// BreachRow is an entry of the register of breaches (Art. 33(5) GDPR). It must
// not hold names of customers.
type BreachRow struct {
	// ID is 0 for a new one.
	ID        int64  `json:"id"`
	KnownAtMs int64  `json:"knownAtMs"`
	Nature    string `json:"nature"`
	// Kinds are confidentiality, integrity and availability.
	Kinds        []string `json:"kinds"`
	Persons      string   `json:"persons"`
	Records      string   `json:"records"`
	Data         string   `json:"data"`
	Consequences string   `json:"consequences"`
	Measures     string   `json:"measures"`
	Contact      string   `json:"contact"`
	// Risk is none, risk, high, or empty while it is not judged.
	Risk       string `json:"risk"`
	RiskReason string `json:"riskReason"`
	// Locked is yes, no or empty: whether the computer was off or locked.
	Locked          string `json:"locked"`
	Authority       string `json:"authority"`
	NotifiedAtMs    int64  `json:"notifiedAtMs"`
	PersonsToldAtMs int64  `json:"personsToldAtMs"`
	LateReason      string `json:"lateReason"`
	ClosedAtMs      int64  `json:"closedAtMs"`

	// The rest is told, not asked for.

	DueMs int64 `json:"dueMs"`
	// Running is true while the authority may have to be told.
	Running bool `json:"running"`
	// TellPersons is true if the persons have to be told; Unintelligible is yes
	// if they need not be because everything was sealed.
	TellPersons    bool   `json:"tellPersons"`
	Unintelligible string `json:"unintelligible"`
}

// BreachesSheet is the register, newest first.
type BreachesSheet struct {
	Rows []BreachRow `json:"rows"`
	// Authority is what the owner typed, or the name of the one for the shop.
	Authority string `json:"authority"`
	// Contact is proposed as who can say more: the owner.
	Contact string `json:"contact"`
	// Hours is how long there is, 0 where the law names none.
	Hours int `json:"hours"`
}

// BreachPaperRequest asks for a paper about a breach; Register for its entry
// instead of the notification.
type BreachPaperRequest struct {
	ID       int64  `json:"id"`
	Language string `json:"language"`
	Register bool   `json:"register"`
}

// ListBreaches returns the register.
func (b *Papers) ListBreaches() (sheet BreachesSheet, err error) {
	defer guard(&err)
	sheet.Rows = []BreachRow{}
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	f := papers.Facts{}
	if err := s.shopFacts(&f); err != nil {
		return sheet, err
	}
	list, err := s.breaches()
	if err != nil {
		return sheet, err
	}
	for _, one := range slices.Backward(list) {
		sheet.Rows = append(sheet.Rows, breachRow(one, f))
	}
	sheet.Authority = f.Shop.Authority
	if len(f.Shop.People) > 0 {
		sheet.Contact = f.Shop.People[0]
	}
	if sheet.Authority == "" {
		sheet.Authority = papers.AuthorityOf(f.Country, f.Shop.Region)
	}
	if f.Country != "CH" {
		sheet.Hours = papers.BreachHours
	}
	return sheet, nil
}

// SaveBreach keeps an entry, new or changed. What the program knows of the
// protection is written down with it once, when the entry is made. It fails with
// invalid and the field for a time in the future or none.
func (b *Papers) SaveBreach(r BreachRow) (row BreachRow, err error) {
	defer guard(&err)
	row.Kinds = []string{}
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	f := papers.Facts{At: s.cfg.now()}
	for _, read := range []func(*papers.Facts) error{s.shopFacts, s.protectionFacts} {
		if err := read(&f); err != nil {
			return row, err
		}
	}
	next, err := r.breach(s.cfg.now())
	if err != nil {
		return row, err
	}
	next.Keys, next.Disk = f.Protection.Keys, f.Protection.Disk
	if err := s.keepBreach(&next); err != nil {
		return row, err
	}
	return breachRow(next, f), nil
}

// SaveBreachPaper writes the notification, or the entry, as PDF.
func (b *Papers) SaveBreachPaper(r BreachPaperRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	p, f, err := b.breachPaper(r)
	if err != nil {
		return saved, err
	}
	draft := ""
	if len(p.Gaps) > 0 {
		draft = "Entwurf – es fehlt noch etwas"
		if r.Language == string(wording.English) {
			draft = "Draft – something is still missing"
		}
	}
	return b.app.savePaper(p, f, r.Language, draft)
}

// GetBreachPaper returns the same to be read first.
func (b *Papers) GetBreachPaper(r BreachPaperRequest) (sheet PaperSheet, err error) {
	defer guard(&err)
	p, _, err := b.breachPaper(r)
	if err != nil {
		return emptySheet(), err
	}
	sheet = emptySheet()
	sheet.Title, sheet.Blocks = p.Title, paperBlocks(p.Blocks, nil)
	for _, g := range p.Gaps {
		sheet.Gaps = append(sheet.Gaps, PaperGap(g))
	}
	return sheet, nil
}

func (b *Papers) breachPaper(r BreachPaperRequest) (p papers.Paper, f papers.Facts, err error) {
	s, err := b.app.session()
	if err != nil {
		return p, f, err
	}
	if _, err := wording.ParseLanguage(r.Language); err != nil {
		return p, f, err
	}
	list, err := s.breaches()
	if err != nil {
		return p, f, err
	}
	i := slices.IndexFunc(list, func(one papers.Breach) bool { return one.ID == r.ID })
	if i < 0 {
		return p, f, inbox.NewError(inbox.CodeNotFound, "no such entry")
	}
	if f, err = s.paperFacts(b.app.cfg.Version); err != nil {
		return p, f, err
	}
	return papers.WriteBreach(f, list[i], r.Language, r.Register), f, nil
}

func (s *Session) breaches() (list []papers.Breach, err error) {
	rows, err := s.store.ListPapers(s.ctx, store.PaperBreach)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		one := papers.Breach{}
		if err := row.Decode(&one); err != nil {
			return nil, err
		}
		one.ID = row.ID
		for _, at := range []*time.Time{&one.KnownAt, &one.NotifiedAt, &one.PersonsToldAt, &one.ClosedAt} {
			if !at.IsZero() {
				*at = at.In(time.Local)
			}
		}
		list = append(list, one)
	}
	return list, nil
}

// keepBreach inserts or replaces an entry; the evidence of a replaced one stays.
func (s *Session) keepBreach(next *papers.Breach) error {
	kind := "breach"
	if next.ID != 0 {
		list, err := s.breaches()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(one papers.Breach) bool { return one.ID == next.ID })
		if i < 0 {
			return inbox.NewError(inbox.CodeNotFound, "no such entry")
		}
		next.Keys, next.Disk, kind = list[i].Keys, list[i].Disk, "breachChanged"
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) (err error) {
		if next.ID == 0 {
			next.ID, err = tx.InsertPaper(store.PaperBreach, s.cfg.now(), next, nil)
		} else {
			err = tx.UpdatePaper(store.PaperBreach, next.ID, next)
		}
		if err != nil {
			return err
		}
		_, err = tx.AppendLog(s.cfg.now(), kind, struct {
			Entry    int64  `json:"entry"`
			Risk     string `json:"risk"`
			Notified bool   `json:"notified"`
			Closed   bool   `json:"closed"`
		}{next.ID, next.Risk, !next.NotifiedAt.IsZero(), !next.ClosedAt.IsZero()})
		return err
	})
}

func (s *Session) breachClocks(f papers.Facts) ([]BreachClock, error) {
	clocks := []BreachClock{}
	list, err := s.breaches()
	for _, one := range list {
		if one.Running(f.Country) {
			clocks = append(clocks, BreachClock{one.ID, millis(one.KnownAt), millis(one.Deadline(f.Country))})
		}
	}
	return clocks, err
}

func (r BreachRow) breach(now time.Time) (papers.Breach, error) {
	text := func(s string) string { return inbox.CleanText(s, maxAnswer) }
	b := papers.Breach{
		ID: r.ID, Nature: text(r.Nature), Persons: inbox.CleanLine(r.Persons, maxName), Records: inbox.CleanLine(r.Records, maxName), Data: text(r.Data),
		Consequences: text(r.Consequences), Measures: text(r.Measures), Contact: inbox.CleanLine(r.Contact, maxAnswer), Risk: r.Risk,
		RiskReason: text(r.RiskReason), Locked: papers.Tri(r.Locked), Authority: inbox.CleanLine(r.Authority, maxAnswer), LateReason: text(r.LateReason),
	}
	for _, k := range []string{"confidentiality", "integrity", "availability"} {
		if slices.Contains(r.Kinds, k) {
			b.Kinds = append(b.Kinds, k)
		}
	}
	if !slices.Contains([]string{"", papers.RiskNone, papers.RiskSome, papers.RiskHigh}, b.Risk) {
		return b, inbox.InvalidField("risk", "unknown")
	}
	if !slices.Contains([]papers.Tri{papers.Unknown, papers.Yes, papers.No}, b.Locked) {
		return b, inbox.InvalidField("locked", "unknown")
	}
	for _, at := range []struct {
		field string
		ms    int64
		into  *time.Time
	}{
		{"knownAt", r.KnownAtMs, &b.KnownAt}, {"notifiedAt", r.NotifiedAtMs, &b.NotifiedAt},
		{"personsToldAt", r.PersonsToldAtMs, &b.PersonsToldAt}, {"closedAt", r.ClosedAtMs, &b.ClosedAt},
	} {
		if at.ms < 0 || time.UnixMilli(at.ms).After(now) {
			return b, inbox.InvalidField(at.field, "in the future")
		}
		if at.ms > 0 {
			*at.into = time.UnixMilli(at.ms)
		}
	}
	switch {
	case b.KnownAt.IsZero():
		return b, inbox.InvalidField("knownAt", "missing")
	case !b.ClosedAt.IsZero() && b.Risk == "":
		return b, inbox.InvalidField("risk", "missing")
	}
	return b, nil
}

func breachRow(b papers.Breach, f papers.Facts) BreachRow {
	return BreachRow{
		ID: b.ID, KnownAtMs: millis(b.KnownAt), Nature: b.Nature, Kinds: append([]string{}, b.Kinds...), Persons: b.Persons, Records: b.Records, Data: b.Data,
		Consequences: b.Consequences, Measures: b.Measures, Contact: b.Contact, Risk: b.Risk, RiskReason: b.RiskReason, Locked: string(b.Locked),
		Authority: b.Authority, NotifiedAtMs: millis(b.NotifiedAt), PersonsToldAtMs: millis(b.PersonsToldAt), LateReason: b.LateReason, ClosedAtMs: millis(b.ClosedAt),
		DueMs: millis(b.Deadline(f.Country)), Running: b.Running(f.Country), TellPersons: b.Risk == papers.RiskHigh && b.Unintelligible() != papers.Yes,
		Unintelligible: string(b.Unintelligible()),
	}
}
