package app

import (
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// Retention is how long what is kept, and the archive.
type Retention struct{ app *App }

// RetentionRule is one rule; two of Years, Months and Days are 0.
type RetentionRule struct {
	// Class is unanswered, sensitive, enquiry, order, claims, letter, voucher, proof, calls or case.
	Class string `json:"class"`
	// Start is collection, lastMessage, closing or endOfYear.
	Start  string `json:"start"`
	Years  int    `json:"years"`
	Months int    `json:"months"`
	Days   int    `json:"days"`
	// Min and Max bound the one of Years, Months and Days that is chosen; equal if the law fixes it.
	Min   int    `json:"min"`
	Max   int    `json:"max"`
	Fixed bool   `json:"fixed"`
	Basis string `json:"basis"`
	Off   bool   `json:"off"`
	// OldestMs is when the oldest record of the class that is still kept began, 0 if there is none.
	OldestMs int64 `json:"oldestMs"`
	// Due counts what a run would remove now, DueMessages the messages in it.
	Due         int `json:"due"`
	DueMessages int `json:"dueMessages"`
}

// RetentionSheet is the rules and what they would do now.
type RetentionSheet struct {
	// Country is DE, AT or CH.
	Country string          `json:"country"`
	Off     bool            `json:"off"`
	Rules   []RetentionRule `json:"rules"`
	// Customers counts people of whom nothing would be left.
	Customers int `json:"customers"`
	// Held counts what only stays because somebody holds it.
	Held int `json:"held"`
}

// RetentionChoice is what the shop chose for one rule.
type RetentionChoice struct {
	Class  string `json:"class"`
	Months int    `json:"months"`
	Days   int    `json:"days"`
	Years  int    `json:"years"`
	Off    bool   `json:"off"`
}

// RetentionRequest replaces the shop's choices.
type RetentionRequest struct {
	Country string            `json:"country"`
	Off     bool              `json:"off"`
	Rules   []RetentionChoice `json:"rules"`
}

// RetentionResult is what a run did.
type RetentionResult struct {
	Messages  int `json:"messages"`
	Media     int `json:"media"`
	Customers int `json:"customers"`
	Archived  int `json:"archived"`
	// Left is what a second look still found; 0 if all is well.
	Left int `json:"left"`
}

// MatterRow says what a conversation is about.
type MatterRow struct {
	ConversationID int64 `json:"conversationId"`
	// Kind is enquiry, order, complaint or spam.
	Kind       string `json:"kind"`
	ClosedAtMs int64  `json:"closedAtMs"`
	Claims     bool   `json:"claims"`
	Hold       bool   `json:"hold"`
}

// ArchiveRow is an entry of the archive, without its content.
type ArchiveRow struct {
	ID         int64  `json:"id"`
	Class      string `json:"class"`
	StartsAtMs int64  `json:"startsAtMs"`
	EndsAtMs   int64  `json:"endsAtMs"`
	Hold       bool   `json:"hold"`
	Messages   int    `json:"messages"`
}

// MessageMarks is what was decided about keeping one message.
type MessageMarks struct {
	Sensitive bool `json:"sensitive"`
	// Archived are the classes it was put into the archive as.
	Archived []string `json:"archived"`
}

// SensitiveRequest marks a message, or takes the mark back.
type SensitiveRequest struct {
	MessageID string `json:"messageId"`
	Sensitive bool   `json:"sensitive"`
}

// HoldRequest keeps an archive entry beyond its time, or no longer.
type HoldRequest struct {
	ID   int64 `json:"id"`
	Hold bool  `json:"hold"`
}

// ArchiveRequest copies a message into the archive.
type ArchiveRequest struct {
	MessageID string `json:"messageId"`
	// Class is letter or voucher.
	Class  string `json:"class"`
	Reason string `json:"reason"`
}

// Get returns the rules and a dry run.
func (b *Retention) Get() (sheet RetentionSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	return s.retentionSheet()
}

// Set replaces the shop's choices; nothing is kept if one is outside its range.
func (b *Retention) Set(r RetentionRequest) (sheet RetentionSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	choices := privacy.RetentionChoices{Country: retention.Country(r.Country), Off: r.Off}
	for _, c := range r.Rules {
		choices.Rules = append(choices.Rules, retention.Choice{
			Class: retention.Class(c.Class), Period: retention.Period{Years: c.Years, Months: c.Months, Days: c.Days}, Off: c.Off,
		})
	}
	if !slices.Contains([]retention.Country{retention.Germany, retention.Austria, retention.Switzerland}, choices.Country) {
		return sheet, inbox.InvalidField("country", "unknown")
	}
	if err := s.keeper.SetChoices(s.ctx, choices); err != nil {
		return sheet, err
	}
	return s.retentionSheet()
}

// Run carries out now what the daily run would do.
func (b *Retention) Run() (result RetentionResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	run, err := s.keeper.RunOnce(s.ctx)
	return RetentionResult{Messages: run.Messages, Media: run.Media, Customers: run.Customers, Archived: run.Archived, Left: run.Left}, err
}

// GetMatter returns what a conversation is about.
func (b *Retention) GetMatter(conversationID int64) (row MatterRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return row, err
	}
	m, err := s.store.Matter(s.looking(), inbox.ConversationID(conversationID))
	return MatterRow{ConversationID: conversationID, Kind: m.Kind, ClosedAtMs: millis(m.ClosedAt), Claims: m.Claims, Hold: m.Hold}, err
}

// SetMatter says what a conversation is about.
func (b *Retention) SetMatter(r MatterRow) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	kinds := []retention.Kind{retention.KindEnquiry, retention.KindOrder, retention.KindComplaint, retention.KindSpam}
	if !slices.Contains(kinds, retention.Kind(r.Kind)) {
		return inbox.InvalidField("kind", "unknown")
	}
	m := store.Matter{Kind: r.Kind, Claims: r.Claims, Hold: r.Hold}
	if r.ClosedAtMs > 0 {
		m.ClosedAt = time.UnixMilli(r.ClosedAtMs)
	}
	if m.ClosedAt.After(s.cfg.now()) {
		return inbox.InvalidField("closedAt", "in the future")
	}
	return s.store.Update(s.looking(), func(tx *store.Tx) error {
		if _, _, err := tx.FindConversation(inbox.ConversationID(r.ConversationID)); err != nil {
			return err
		}
		return tx.SetMatter(inbox.ConversationID(r.ConversationID), m)
	})
}

// ListArchive returns what the archive holds, by the date on which it ends.
func (b *Retention) ListArchive() (rows []ArchiveRow, err error) {
	defer guard(&err)
	rows = []ArchiveRow{}
	s, err := b.app.session()
	if err != nil {
		return rows, err
	}
	list, err := s.store.ListArchived(s.ctx)
	for _, a := range list {
		rows = append(rows, ArchiveRow{
			ID: a.ID, Class: a.Class, StartsAtMs: millis(a.StartsAt), EndsAtMs: millis(a.EndsAt), Hold: a.Hold, Messages: a.Messages,
		})
	}
	return rows, err
}

// Archive copies a message as a business letter or a voucher. It fails with
// conflict if it is in the archive already.
func (b *Retention) Archive(r ArchiveRequest) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(r.MessageID)
	if err != nil {
		return err
	}
	class := retention.Class(r.Class)
	if class != retention.Letter && class != retention.Voucher {
		return inbox.InvalidField("class", "neither letter nor voucher")
	}
	return s.keeper.ArchiveMessage(s.looking(), id, class, inbox.CleanLine(r.Reason, maxName))
}

// GetMarks returns what was decided about keeping a message.
func (b *Retention) GetMarks(messageID string) (marks MessageMarks, err error) {
	defer guard(&err)
	marks.Archived = []string{}
	s, id, err := b.app.sessionFor(messageID)
	if err != nil {
		return marks, err
	}
	m, err := s.store.MessageMarks(s.looking(), id)
	marks.Sensitive, marks.Archived = m.Sensitive, append(marks.Archived, m.Archived...)
	return marks, err
}

// MarkSensitive marks a message as one that must go early, or takes that back.
func (b *Retention) MarkSensitive(r SensitiveRequest) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(r.MessageID)
	if err != nil {
		return err
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		if _, _, err := tx.FindMessage(id); err != nil {
			return err
		}
		return tx.MarkSensitive(id, r.Sensitive, s.cfg.now())
	})
	if err == nil {
		s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(id.Conversation())})
	}
	return err
}

// DeleteMessage deletes one message for good, now, with its files. It fails with
// conflict ("hold") if it has to stay.
func (b *Retention) DeleteMessage(messageID string) (err error) {
	defer guard(&err)
	s, id, err := b.app.sessionFor(messageID)
	if err != nil {
		return err
	}
	if err := s.keeper.DeleteMessage(s.ctx, id); err != nil {
		return err
	}
	s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: int64(id.Conversation())})
	return nil
}

// HoldArchive keeps an entry beyond its time, or no longer.
func (b *Retention) HoldArchive(r HoldRequest) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.HoldArchived(r.ID, r.Hold) })
}

func (s *Session) retentionSheet() (RetentionSheet, error) {
	sheet := RetentionSheet{Rules: []RetentionRule{}}
	rules, choices, err := s.keeper.Rules(s.ctx)
	if err != nil {
		return sheet, err
	}
	plan, err := s.keeper.Plan(s.ctx)
	if err != nil {
		return sheet, err
	}
	sheet.Country, sheet.Off, sheet.Customers, sheet.Held = string(choices.Country), choices.Off, len(plan.Customers), plan.Held
	for _, r := range rules {
		row := RetentionRule{
			Class: string(r.Class), Start: string(r.Start), Years: r.Period.Years, Months: r.Period.Months, Days: r.Period.Days,
			Fixed: r.Fixed(), Basis: r.Basis, Off: r.Off, OldestMs: millis(plan.Oldest[r.Class]),
		}
		switch {
		case r.Max.Years > 0:
			row.Min, row.Max = r.Min.Years, r.Max.Years
		case r.Max.Months > 0:
			row.Min, row.Max = r.Min.Months, r.Max.Months
		default:
			row.Min, row.Max = r.Min.Days, r.Max.Days
		}
		for _, i := range plan.Items {
			if i.Class == r.Class {
				row.Due++
				row.DueMessages += i.Messages
			}
		}
		sheet.Rules = append(sheet.Rules, row)
	}
	return sheet, nil
}
