package privacy

import (
	"context"
	"encoding/binary"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/retention"
	"tresen/internal/store"
)

// ArchivedCase is the file of a request in the archive.
type ArchivedCase struct {
	Number     int64               `json:"number"`
	Kind       string              `json:"kind"`
	State      string              `json:"state"`
	ReceivedAt time.Time           `json:"receivedAt"`
	DueAt      time.Time           `json:"dueAt"`
	History    []ArchivedCaseEvent `json:"history"`
}

// ArchivedCaseEvent is one entry of a case's history in the archive.
type ArchivedCaseEvent struct {
	At   time.Time `json:"at"`
	Kind string    `json:"kind"`
	store.CaseContent
}

// settledAt is when a case was answered, refused or closed; zero while it is open.
func settledAt(c store.Case) time.Time {
	switch {
	case !c.ClosedAt.IsZero():
		return c.ClosedAt
	case c.State == "answered" || c.State == "refused":
		return c.ActedAt
	}
	return time.Time{}
}

// heldPeople adds the case files to the facts and returns whose data no rule
// may end for now: those that are restricted, because they are stored for
// somebody's claims (Art. 18(1)(c) GDPR), and those an open request is about,
// under every customer the person is known as. Older case files of theirs are
// such data too. A request for erasure holds nothing.
func (k *Keeper) heldPeople(ctx context.Context, f *retention.Facts) (map[inbox.CustomerID]bool, error) {
	held := map[inbox.CustomerID]bool{}
	restricted, err := k.cfg.Store.ListRestricted(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range restricted {
		held[r.Customer] = true
	}
	cases, err := k.cfg.Store.ListCases(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range cases {
		if c.Kind == "erasure" || !settledAt(c).IsZero() {
			continue
		}
		everybody, err := k.cfg.Store.Everybody(ctx, c.Customer)
		if err != nil {
			return nil, err
		}
		for _, id := range everybody {
			held[id] = true
		}
	}
	for _, c := range cases {
		file := retention.CaseFile{ID: c.ID, Customer: c.Customer, Hold: held[c.Customer]}
		if at := settledAt(c); !at.IsZero() {
			file.SettledAt = at.In(k.cfg.Location)
		}
		f.Cases = append(f.Cases, file)
	}
	return held, nil
}

// archiveCases keeps what proves that a person's requests were answered beyond
// the end of her data (Art. 5(2), 17(3)(e) GDPR). It does nothing for somebody
// who never asked, or whose files are over their time.
func (k *Keeper) archiveCases(ctx context.Context, id inbox.CustomerID, rule retention.Rule) error {
	cases, err := k.cfg.Store.CasesOf(ctx, id)
	if err != nil {
		return err
	}
	content := ArchiveContent{Reason: "case"}
	entry := store.Archived{Class: string(rule.Class)}
	for _, c := range cases {
		at := settledAt(c)
		if at.IsZero() || !k.cfg.Now().Before(rule.End(at.In(k.cfg.Location))) {
			continue
		}
		file, err := k.caseFile(ctx, c)
		if err != nil {
			return err
		}
		content.Cases = append(content.Cases, file)
		if ends := rule.End(at.In(k.cfg.Location)); ends.After(entry.EndsAt) {
			entry.EndsAt = ends
		}
		if entry.StartsAt.IsZero() || at.Before(entry.StartsAt) {
			entry.StartsAt = at
		}
	}
	if len(content.Cases) == 0 {
		return nil
	}
	if content.Person, err = k.person(ctx, id); err != nil {
		return err
	}
	return forgiveConflict(k.archive(ctx, entry, nil, content, inbox.MessageID(binary.BigEndian.Uint64(id[8:]))))
}

func (k *Keeper) caseFile(ctx context.Context, c store.Case) (ArchivedCase, error) {
	file := ArchivedCase{Number: c.ID, Kind: c.Kind, State: c.State, ReceivedAt: c.ReceivedAt, DueAt: c.DueAt}
	history, err := k.cfg.Store.CaseEvents(ctx, c.ID)
	for _, e := range history {
		file.History = append(file.History, ArchivedCaseEvent{At: e.At, Kind: e.Kind, CaseContent: e.Content})
	}
	return file, err
}
