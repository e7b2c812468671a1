package app

import (
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/ledger"
	"tresen/internal/privacy"
	"tresen/internal/store"
)

// Log is the accountability log, the erasures that run, and their self-test.
type Log struct{ app *App }

// LogRequest asks for a page of the log.
type LogRequest struct {
	// Before is the number of the oldest entry that is known, or 0 for the newest.
	Before int64 `json:"before"`
	// Language is de or en.
	Language string `json:"language"`
}

// LogRow is one entry in words.
type LogRow struct {
	ID    int64    `json:"id"`
	AtMs  int64    `json:"atMs"`
	Kind  string   `json:"kind"`
	Title string   `json:"title"`
	Lines []string `json:"lines"`
}

// LogSheet is a page of the log, newest first, and what checking the chain found.
type LogSheet struct {
	Rows []LogRow `json:"rows"`
	// More is true if there are older entries.
	More bool `json:"more"`
	// Entries counts all of them; BrokenAt is where the chain does not fit, or 0.
	Entries  int   `json:"entries"`
	BrokenAt int64 `json:"brokenAt"`
}

// ErasureRow is an erasure that is not over.
type ErasureRow struct {
	JobID int64  `json:"jobId"`
	Case  string `json:"case"`
	// State is running, failed, or waiting: only Meta has not answered yet.
	State string `json:"state"`
	// Step is the one that is next, or empty.
	Step        string `json:"step"`
	FailureCode string `json:"failureCode"`
	StartedAtMs int64  `json:"startedAtMs"`
	// Erased is true from the moment the key is destroyed.
	Erased bool `json:"erased"`
}

// SelfTestResult is what an erasure of an invented person showed.
type SelfTestResult struct {
	Passed bool `json:"passed"`
	// Sealed counts her sealed traces found before, Clear readable ones, Left what
	// was found afterwards.
	Sealed int `json:"sealed"`
	Clear  int `json:"clear"`
	Left   int `json:"left"`
	// Messages and Media are what she had.
	Messages int   `json:"messages"`
	Media    int   `json:"media"`
	Files    int   `json:"files"`
	Skipped  int   `json:"skipped"`
	Bytes    int64 `json:"bytes"`
	TookMs   int64 `json:"tookMs"`
}

// LogExport asks for the whole log as a file: pdf or json.
type LogExport struct {
	Kind     string `json:"kind"`
	Language string `json:"language"`
}

// shownEntries is how many entries the window asks for at a time.
const shownEntries = 50

// List checks the whole chain and returns a page of it.
func (b *Log) List(r LogRequest) (sheet LogSheet, err error) {
	defer guard(&err)
	sheet.Rows = []LogRow{}
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	entries, broken, err := s.wholeLog()
	if err != nil {
		return sheet, err
	}
	sheet.Entries, sheet.BrokenAt = len(entries), broken
	slices.Reverse(entries)
	for _, e := range entries {
		if r.Before > 0 && e.ID >= r.Before {
			continue
		}
		if len(sheet.Rows) == shownEntries {
			sheet.More = true
			break
		}
		said := ledger.Say(e, r.Language)
		sheet.Rows = append(sheet.Rows, LogRow{ID: e.ID, AtMs: millis(e.At), Kind: e.Kind, Title: said.Title, Lines: append([]string{}, said.Lines...)})
	}
	return sheet, nil
}

// Export asks where to put the whole log and writes it there.
func (b *Log) Export(r LogExport) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	entries, broken, err := s.wholeLog()
	if err != nil {
		return saved, err
	}
	if r.Kind == "json" {
		content, err := ledger.JSON(entries)
		if err != nil {
			return saved, err
		}
		return b.app.saveContent("Tresen-Protokoll", ".json", content)
	}
	shop, err := s.shopDetails()
	if err != nil {
		return saved, err
	}
	press, err := b.app.press()
	if err != nil {
		return saved, err
	}
	paper := ledger.Paper(shop.Name(), r.Language, entries, broken, s.cfg.now(), time.Local)
	return b.app.saveContent(paper.Title, ".pdf", press.PDF(paper))
}

// ListErasures returns the erasures that are not over, oldest first.
func (b *Log) ListErasures() (rows []ErasureRow, err error) {
	defer guard(&err)
	rows = []ErasureRow{}
	s, err := b.app.session()
	if err != nil {
		return rows, err
	}
	list, err := s.store.UnfinishedErasures(s.ctx)
	for _, job := range list {
		row := ErasureRow{JobID: job.ID, Case: privacy.CaseNumber(job), State: job.State, Step: job.Step, FailureCode: string(job.Failure),
			StartedAtMs: millis(job.StartedAt), Erased: !job.ErasedAt.IsZero()}
		if job.State == "done" {
			row.State = "waiting"
		}
		rows = append(rows, row)
	}
	return rows, err
}

// Retry takes up at once every erasure that is not over.
func (b *Log) Retry() (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	s.eraser.Wake()
	return nil
}

// SelfTest erases an invented person on the real store and says what was found
// of her. Nobody else sees, finds or counts her.
func (b *Log) SelfTest() (result SelfTestResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	begun := time.Now()
	t, err := s.eraser.RunSelfTest(s.ctx)
	return SelfTestResult{
		Passed: err == nil && t.Passed(), Sealed: t.Sealed, Clear: t.Clear, Left: t.Left, Messages: t.Job.Messages, Media: t.Job.Media,
		Files: t.Files, Skipped: t.Skipped, Bytes: t.Bytes, TookMs: time.Since(begun).Milliseconds(),
	}, err
}

// wholeLog reads the log and returns the first entry at which its chain does
// not fit, or 0.
func (s *Session) wholeLog() (entries []ledger.Entry, broken int64, err error) {
	for after := int64(0); ; {
		page, err := s.store.ListLog(s.ctx, after, logPage)
		if err != nil {
			return nil, 0, err
		}
		if len(page) == 0 {
			break
		}
		for _, e := range page {
			entries = append(entries, ledgerEntry(e))
		}
		after = page[len(page)-1].ID
	}
	whole, err := s.store.VerifyLog(s.ctx)
	if err == nil || inbox.CodeOf(err) != inbox.CodeStorageDamaged {
		return entries, 0, err
	}
	return entries, int64(whole) + 1, nil
}

func ledgerEntry(e store.LogEntry) ledger.Entry {
	return ledger.Entry{ID: e.ID, At: e.At, Kind: e.Kind, Detail: e.Detail, Hash: e.Hash}
}
