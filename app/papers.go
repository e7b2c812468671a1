package app

import (
	"encoding/json"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/papers"
	"tresen/internal/print"
	"tresen/internal/profile/wording"
	"tresen/internal/store"
)

// Papers is what the shop shows an authority about its handling of data.
type Papers struct{ app *App }

// List returns all papers with what each lacks.
func (b *Papers) List(language string) (desk PapersDesk, err error) {
	defer guard(&err)
	desk = PapersDesk{Papers: []PaperRow{}, Breaches: []BreachClock{}}
	s, err := b.app.session()
	if err != nil {
		return desk, err
	}
	f, err := s.paperFacts(b.app.cfg.Version)
	if err != nil {
		return desk, err
	}
	for _, kind := range papers.Kinds() {
		e, _, err := s.edition(kind, f, language)
		if err != nil {
			return desk, err
		}
		p := papers.Write(kind, f, language, e)
		desk.Papers = append(desk.Papers, PaperRow{
			Kind: string(kind), Title: p.Title, Confirmable: kind.Confirmable(), Number: e.Number, ConfirmedAtMs: millis(e.At), Holds: e.Holds, Gaps: len(p.Gaps),
		})
	}
	desk.Summary = papers.Summary(f, language)
	for _, p := range f.Processors() {
		if p.Overdue(f.At) {
			desk.ContractsDue++
		}
	}
	desk.Breaches, err = s.breachClocks(f)
	return desk, err
}

// Get returns a paper as it is now.
func (b *Papers) Get(r PaperRequest) (sheet PaperSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return emptySheet(), err
	}
	kind, err := parsePaper(r)
	if err != nil {
		return emptySheet(), err
	}
	f, err := s.paperFacts(b.app.cfg.Version)
	if err != nil {
		return emptySheet(), err
	}
	return b.app.paperSheet(s, kind, f, r.Language)
}

// Confirm keeps the paper as a version that somebody had checked. It fails with
// conflict if something was set differently since it was shown.
func (b *Papers) Confirm(r ConfirmPaperRequest) (sheet PaperSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return emptySheet(), err
	}
	kind, err := parsePaper(PaperRequest{r.Kind, r.Language})
	if err != nil {
		return emptySheet(), err
	}
	by := inbox.CleanLine(r.By, maxName)
	switch {
	case !kind.Confirmable():
		return emptySheet(), inbox.InvalidField("kind", "not a paper that is confirmed")
	case by == "":
		return emptySheet(), inbox.InvalidField("by", "missing")
	}
	f, err := s.paperFacts(b.app.cfg.Version)
	if err != nil {
		return emptySheet(), err
	}
	if err := s.confirmPaper(kind, f, r, by); err != nil {
		return emptySheet(), err
	}
	if f, err = s.paperFacts(b.app.cfg.Version); err != nil {
		return emptySheet(), err
	}
	return b.app.paperSheet(s, kind, f, r.Language)
}

// Save writes a paper as PDF where the person wants it.
func (b *Papers) Save(r PaperRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	kind, err := parsePaper(r)
	if err != nil {
		return saved, err
	}
	f, err := s.paperFacts(b.app.cfg.Version)
	if err != nil {
		return saved, err
	}
	e, _, err := s.edition(kind, f, r.Language)
	if err != nil {
		return saved, err
	}
	return b.app.savePaper(papers.Write(kind, f, r.Language, e), f, r.Language, papers.Draft(kind, r.Language, e))
}

// ListVersions returns the versions of a paper that were confirmed, newest first.
func (b *Papers) ListVersions(r PaperRequest) (rows []PaperVersionRow, err error) {
	defer guard(&err)
	rows = []PaperVersionRow{}
	s, err := b.app.session()
	if err != nil {
		return rows, err
	}
	kind, err := parsePaper(r)
	if err != nil {
		return rows, err
	}
	versions, err := s.paperVersions(kind, r.Language)
	for _, v := range slices.Backward(versions) {
		rows = append(rows, PaperVersionRow{ID: v.id, Number: v.Number, AtMs: millis(v.at), By: v.By})
	}
	return rows, err
}

// SaveVersion writes a confirmed version as PDF, word for word as it was.
func (b *Papers) SaveVersion(r PaperVersionRequest) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	kind, err := parsePaper(PaperRequest{r.Kind, r.Language})
	if err != nil {
		return saved, err
	}
	versions, err := s.paperVersions(kind, r.Language)
	if err != nil {
		return saved, err
	}
	i := slices.IndexFunc(versions, func(v paperVersion) bool { return v.id == r.ID })
	if i < 0 {
		return saved, inbox.NewError(inbox.CodeNotFound, "no such version")
	}
	p := papers.Paper{Title: versions[i].Title, Blocks: printBlocks(versions[i].Blocks)}
	return b.app.savePaper(p, papers.Facts{At: versions[i].at}, r.Language, "")
}

func parsePaper(r PaperRequest) (papers.Kind, error) {
	if _, err := wording.ParseLanguage(r.Language); err != nil {
		return "", err
	}
	if !slices.Contains(papers.Kinds(), papers.Kind(r.Kind)) {
		return "", inbox.InvalidField("kind", "no such paper")
	}
	return papers.Kind(r.Kind), nil
}

func emptySheet() PaperSheet {
	return PaperSheet{Blocks: []PaperBlock{}, Gaps: []PaperGap{}, Checks: []CheckRow{}}
}

func (a *App) paperSheet(s *Session, kind papers.Kind, f papers.Facts, language string) (PaperSheet, error) {
	e, fingerprint, err := s.edition(kind, f, language)
	if err != nil {
		return emptySheet(), err
	}
	press, err := a.press()
	if err != nil {
		return emptySheet(), err
	}
	p := papers.Write(kind, f, language, e)
	sheet := PaperSheet{
		Kind: string(kind), Title: p.Title, Blocks: paperBlocks(p.Blocks, press), Gaps: []PaperGap{}, Checks: []CheckRow{}, Draft: papers.Draft(kind, language, e),
		Confirmable: kind.Confirmable(), Fingerprint: fingerprint,
	}
	for _, g := range p.Gaps {
		sheet.Gaps = append(sheet.Gaps, PaperGap(g))
	}
	if kind == papers.KindChecklist {
		sheet.Checks = checkRows(papers.Checks(f, language))
	}
	return sheet, nil
}

// savePaper sets a paper and asks where to put it.
func (a *App) savePaper(p papers.Paper, f papers.Facts, language, draft string) (PrintSaved, error) {
	press, err := a.press()
	if err != nil {
		return PrintSaved{}, err
	}
	page := "Seite %d von %d"
	if language == string(wording.English) {
		page = "Page %d of %d"
	}
	content := press.PDF(print.Letter{Title: p.Title, Language: language, Author: f.Shop.Name, Created: f.At, Draft: draft, Page: page, Blocks: p.Blocks})
	return a.saveContent(p.Title+" "+f.At.Format(time.DateOnly), ".pdf", content)
}

// paperVersion is a confirmed version, word for word.
type paperVersion struct {
	Kind        string       `json:"kind"`
	Language    string       `json:"language"`
	Number      int          `json:"number"`
	Fingerprint string       `json:"fingerprint"`
	By          string       `json:"by"`
	Title       string       `json:"title"`
	Blocks      []PaperBlock `json:"blocks"`

	id int64
	at time.Time
}

func (s *Session) paperVersions(kind papers.Kind, language string) (list []paperVersion, err error) {
	rows, err := s.store.ListPapers(s.ctx, store.PaperVersion)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		v := paperVersion{id: row.ID, at: row.At}
		if err := row.Decode(&v); err != nil {
			return nil, err
		}
		if v.Kind == string(kind) && v.Language == language {
			list = append(list, v)
		}
	}
	return list, nil
}

// edition returns the last confirmed version of a paper and the fingerprint of
// what it would say now.
func (s *Session) edition(kind papers.Kind, f papers.Facts, language string) (e papers.Edition, fingerprint string, err error) {
	if !kind.Confirmable() {
		return e, "", nil
	}
	settled := papers.Write(kind, f.Settled(), language, papers.Edition{})
	text, err := json.Marshal(settled.Blocks)
	if err != nil {
		return e, "", err
	}
	fingerprint = wording.Fingerprint(string(text))
	versions, err := s.paperVersions(kind, language)
	if err != nil || len(versions) == 0 {
		return e, fingerprint, err
	}
	last := versions[len(versions)-1]
	return papers.Edition{Number: last.Number, At: last.at.In(f.At.Location()), By: last.By, Holds: last.Fingerprint == fingerprint}, fingerprint, nil
}

func (s *Session) confirmPaper(kind papers.Kind, f papers.Facts, r ConfirmPaperRequest, by string) error {
	e, fingerprint, err := s.edition(kind, f, r.Language)
	if err != nil {
		return err
	}
	if fingerprint != r.Fingerprint {
		return inbox.NewError(inbox.CodeConflict, "the paper has changed since it was shown")
	}
	next := papers.Edition{Number: e.Number + 1, At: f.At, By: by, Holds: true}
	p := papers.Write(kind, f, r.Language, next)
	v := paperVersion{
		Kind: string(kind), Language: r.Language, Number: next.Number, Fingerprint: fingerprint, By: by, Title: p.Title, Blocks: paperBlocks(p.Blocks, nil),
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		if _, err := tx.InsertPaper(store.PaperVersion, f.At, v, nil); err != nil {
			return err
		}
		_, err := tx.AppendLog(f.At, "paper", struct {
			Kind     string `json:"kind"`
			Language string `json:"language"`
			Number   int    `json:"number"`
		}{string(kind), r.Language, next.Number})
		return err
	})
}
