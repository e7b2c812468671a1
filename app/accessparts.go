package app

import (
	"context"
	"strconv"
	"time"

	"tresen/internal/access"
	"tresen/internal/inbox"
	"tresen/internal/papers"
	"tresen/internal/privacy"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// RedactionRow is a message that may say something about others. Text comes from outside.
type RedactionRow struct {
	// ID goes into AccessRequest.Redact.
	ID      string `json:"id"`
	AtMs    int64  `json:"atMs"`
	FromHer bool   `json:"fromHer"`
	Text    string `json:"text"`
	// Grounds are card, phone or mail.
	Grounds []string `json:"grounds"`
}

// ProposeRedactions lists what of a person's data should be looked at before it
// is handed to her: contact cards, numbers and addresses of others. (Art. 15(4) GDPR.)
func (b *Rights) ProposeRedactions(customerID string) (rows []RedactionRow, err error) {
	defer guard(&err)
	rows = []RedactionRow{}
	s, err := b.app.session()
	if err != nil {
		return rows, err
	}
	record, err := s.accessRecord(AccessRequest{CustomerID: customerID, Case: "-", Language: "de"})
	if err != nil {
		return rows, err
	}
	for _, p := range access.Propose(record) {
		row := RedactionRow{ID: p.ID, AtMs: millis(p.At), FromHer: p.FromHer, Text: p.Text, Grounds: []string{}}
		for _, g := range p.Grounds {
			row.Grounds = append(row.Grounds, string(g))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// logRedactions writes down how many messages were blacked out, and why.
func (s *Session) logRedactions(r access.Record, wanted int) error {
	if wanted == 0 {
		return nil
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		_, err := tx.AppendLog(s.cfg.now(), "redaction", struct {
			Case     string `json:"case"`
			Messages int    `json:"messages"`
			Reason   string `json:"reason"`
		}{r.Case, r.Redactions(), "Art. 15(4) GDPR"})
		return err
	})
}

// addNotes adds what the shop wrote about a person for itself.
func (s *Session) addNotes(q *access.Request) error {
	ctx := store.For(s.ctx, store.HerCopy)
	everybody, err := s.store.Everybody(ctx, q.Customer)
	if err != nil {
		return err
	}
	for _, c := range everybody {
		notes, err := s.store.ListNotes(ctx, c)
		if err != nil {
			return err
		}
		for _, n := range notes {
			q.Notes = append(q.Notes, access.Note{Kind: "note", At: n.At, Text: n.Text})
		}
		conversations, err := s.store.ConversationsOf(ctx, c)
		if err != nil {
			return err
		}
		for _, id := range conversations {
			if err := s.addUnsent(q, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// addUnsent adds what stands in a composer and why the shop wanted to come back.
func (s *Session) addUnsent(q *access.Request, id inbox.ConversationID) error {
	ctx := store.For(s.ctx, store.HerCopy)
	c, err := s.store.Conversation(ctx, id)
	if err != nil {
		return err
	}
	if c.Draft.Text != "" {
		q.Notes = append(q.Notes, access.Note{Kind: "draft", At: q.CreatedAt, Text: c.Draft.Text})
	}
	why, err := s.store.Reminder(ctx, id)
	if why != "" {
		q.Notes = append(q.Notes, access.Note{Kind: "reminder", At: q.CreatedAt, Text: why})
	}
	return err
}

// addPeriods says how long what is kept about a person will be, by the rules as
// they are now.
func (s *Session) addPeriods(q *access.Request) error {
	ctx := store.For(s.ctx, store.HerCopy)
	rules, _, err := s.keeper.Rules(s.ctx)
	if err != nil {
		return err
	}
	everybody, err := s.store.Everybody(ctx, q.Customer)
	if err != nil {
		return err
	}
	for _, c := range everybody {
		conversations, err := s.keeper.ConversationsOf(ctx, c)
		if err != nil {
			return err
		}
		for _, one := range conversations {
			class, start := one.Class()
			q.Periods = append(q.Periods, period(rules, class, start))
		}
	}
	return nil
}

func period(rules []retention.Rule, class retention.Class, start time.Time) access.Period {
	p := access.Period{Class: string(class)}
	for _, r := range rules {
		if r.Class != class {
			continue
		}
		p.Basis = r.Basis
		if !start.IsZero() && !r.Off {
			end := r.End(start)
			p.Until = &end
		}
	}
	return p
}

// addArchive adds what is kept apart because of a law or a claim. It is
// restricted and belongs to the answer all the same (Art. 15, 18(2) GDPR).
func (s *Session) addArchive(q *access.Request) error {
	ctx := store.For(s.ctx, store.HerCopy)
	everybody, err := s.store.Everybody(ctx, q.Customer)
	if err != nil {
		return err
	}
	rules, _, err := s.keeper.Rules(s.ctx)
	if err != nil {
		return err
	}
	for _, id := range everybody {
		entries, err := s.store.ListArchivedOf(ctx, id)
		if err != nil {
			return err
		}
		for _, e := range entries {
			kept, err := s.kept(e.ID)
			if err != nil {
				return err
			}
			q.Archive = append(q.Archive, kept)
			p := period(rules, retention.Class(e.Class), time.Time{})
			p.Until, p.Restricted = &e.EndsAt, true
			q.Periods = append(q.Periods, p)
		}
	}
	return nil
}

func (s *Session) kept(id int64) (access.Kept, error) {
	entry, err := s.store.OpenArchived(s.ctx, id)
	if err != nil {
		return access.Kept{}, err
	}
	var content privacy.ArchiveContent
	if err := entry.Decode(&content); err != nil {
		return access.Kept{}, err
	}
	messages := make([]access.KeptMessage, 0, len(content.Messages))
	for _, m := range content.Messages {
		out := access.KeptMessage{WAMID: m.WAMID, Direction: m.Direction, Kind: m.Kind, SentAt: m.SentAt, Content: m.Content}
		if m.File != "" {
			out.Open = func(context.Context) (*store.StoredFile, error) { return s.store.OpenArchivedFile(entry, m.File) }
		}
		messages = append(messages, out)
	}
	k := access.Kept{Class: entry.Class, Reason: content.Reason, From: entry.StartsAt, Until: entry.EndsAt}
	return access.NewKept(entry.ID, k, messages), nil
}

// addCases adds a person's requests about her data, with their history.
func (s *Session) addCases(q *access.Request) error {
	ctx := store.For(s.ctx, store.HerCopy)
	cases, err := s.store.CasesOf(ctx, q.Customer)
	if err != nil {
		return err
	}
	for _, one := range cases {
		c := access.Case{Number: s.caseNumber(one), Kind: one.Kind, State: one.State, At: one.ReceivedAt, Events: []access.Event{}}
		if !one.ClosedAt.IsZero() {
			c.ClosedAt = &one.ClosedAt
		}
		events, err := s.store.CaseEvents(ctx, one.ID)
		if err != nil {
			return err
		}
		for _, e := range events {
			what := e.Content.What
			if e.Content.Message != 0 {
				what = what + " " + strconv.FormatInt(int64(e.Content.Message), 10)
			}
			c.Events = append(c.Events, access.Event{At: e.At, Kind: e.Kind, What: what, Text: e.Content.Text})
		}
		q.Cases = append(q.Cases, c)
	}
	return nil
}

// addRecipients names who gets data, from what is configured, and the authority
// where the owner typed none.
func (s *Session) addRecipients(q *access.Request) error {
	f, err := s.paperFacts("")
	if err != nil {
		return err
	}
	if q.Controller.Authority == "" {
		if q.Controller.Authority = f.Shop.Authority; q.Controller.Authority == "" {
			q.Controller.Authority = papers.AuthorityOf(f.Country, f.Shop.Region)
		}
	}
	recipients, transfers := papers.Recipients(f, q.Language)
	for _, r := range recipients {
		q.Recipients = append(q.Recipients, access.Recipient{Who: r.Who, What: r.What})
	}
	for _, r := range transfers {
		q.Transfers = append(q.Transfers, access.Recipient{Who: r.Who, What: r.What})
	}
	return nil
}
