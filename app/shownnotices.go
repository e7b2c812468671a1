package app

import (
	"tresen/internal/inbox"
	"tresen/internal/profile/website"
	"tresen/internal/receive"
	"tresen/internal/store"
)

// NoticeRow is a text of the shop's own pages that a customer's message named.
type NoticeRow struct {
	ID   string `json:"id"`
	AtMs int64  `json:"atMs"`
	// Text is what it said, empty if this shop never took such a text.
	Text    string `json:"text"`
	Version string `json:"version"`
}

// noteShownNotice records which notice a customer's message says she was shown.
func noteShownNotice(tx *store.Tx, a receive.Arrival) error {
	id, found := website.FindNotice(a.Content.Text)
	if !found {
		return nil
	}
	return tx.RecordShownNotice(a.Conversation.Customer, inbox.ShownNotice{ID: id, At: a.SentAt})
}

func (s *Session) shownNotices(id inbox.CustomerID) ([]NoticeRow, error) {
	list, err := s.store.ShownNotices(s.looking(), id)
	if err != nil {
		return nil, err
	}
	rows := []NoticeRow{}
	for _, n := range list {
		row := NoticeRow{ID: n.ID, AtMs: millis(n.At)}
		kept, err := s.store.WebsiteNotice(s.ctx, n.ID)
		if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
			return nil, err
		}
		row.Text, row.Version = kept.Text, kept.Version
		rows = append(rows, row)
	}
	return rows, nil
}
