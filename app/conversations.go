package app

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// maxPage bounds what one call returns.
const maxPage = 200

// previewLength is how many characters of a message the list shows.
const previewLength = 120

func (s *Session) listConversations(q ConversationQuery) (ConversationPage, error) {
	page := ConversationPage{Rows: []ConversationRow{}}
	filter, err := s.view(q)
	if err != nil {
		return page, err
	}
	after, err := parsePlace(q.Cursor)
	if err != nil {
		return page, err
	}
	limit := min(max(q.Limit, 1), maxPage)
	list, err := s.store.ListView(s.ctx, filter, after, limit+1)
	if err != nil {
		return page, err
	}
	if len(list) > limit {
		list = list[:limit]
		page.Next = formatPlace(filter.PlaceOf(list[limit-1]))
	}
	for _, c := range list {
		page.Rows = append(page.Rows, conversationRow(c))
	}
	n, err := s.store.CountViews(s.ctx, filter.Now)
	if err != nil {
		return page, err
	}
	page.Counts, page.Unread = viewCounts(n), n.Unread
	page.Total, err = s.total(filter, n)
	return page, err
}

// formatPlace makes an opaque cursor of a place in the list.
func formatPlace(p store.Place) string {
	b, err := json.Marshal(p)
	if err != nil {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func parsePlace(cursor string) (p store.Place, err error) {
	if cursor == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil {
		return store.Place{}, inbox.InvalidField("cursor", "not a cursor")
	}
	return p, nil
}

func conversationRow(c inbox.Conversation) ConversationRow {
	name, source := c.Profile.DisplayName()
	row := ConversationRow{
		ID: int64(c.ID), CustomerID: c.CustomerID.String(), Name: name, NameSource: NameSource(source),
		LastAtMs: millis(c.LastActivity), Unread: c.Unread, WindowClosesAtMs: millis(c.Window.ClosesAt()), Draft: c.Draft.Text,
		WorkRow: workRow(c),
	}
	if m := c.Last; m != nil {
		row.Preview = oneLine(shownText(*m), previewLength)
		row.PreviewKind, row.PreviewStatus = string(m.Kind), string(m.Status)
		row.PreviewHint = hintRow(*m)
		row.PreviewFromShop, row.PreviewRevoked = m.Direction != inbox.Inbound, !m.RevokedAt.IsZero()
	}
	return row
}

// oneLine shortens text for a line; what is cut off is not sent to the window.
func oneLine(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}

func (s *Session) conversation(id int64) (ConversationDetail, error) {
	c, err := s.store.Conversation(s.looking(), inbox.ConversationID(id))
	if err != nil {
		return ConversationDetail{}, err
	}
	detail := ConversationDetail{ConversationRow: conversationRow(c), Erasing: c.Erasing}
	if detail.Restricted, err = s.store.ConversationRestricted(s.ctx, c.ID); err != nil {
		return ConversationDetail{}, err
	}
	if c.Draft.ReplyTo != 0 {
		detail.DraftReplyTo = c.Draft.ReplyTo.String()
	}
	how, err := s.store.Interpreting(s.looking(), c.ID)
	if err != nil && !c.Erasing {
		return ConversationDetail{}, err
	}
	detail.Interpreted, detail.Language = how.On, how.Language
	if p, ok, err := s.store.Formerly(s.looking(), c.CustomerID); err != nil {
		slog.Warn("former customer could not be looked up", "err", err)
	} else if ok {
		detail.MaybeFormerly, _ = p.DisplayName()
	}
	return detail, nil
}

func (s *Session) saveDraft(r DraftRequest) error {
	draft := inbox.Draft{Text: r.Text}
	if utf8.RuneCountInString(draft.Text) > 4*maxDraft {
		return inbox.InvalidField("text", "too long")
	}
	if r.ReplyTo != "" {
		id, err := inbox.ParseMessageID(r.ReplyTo)
		if err != nil {
			return err
		}
		draft.ReplyTo = id
	}
	err := s.store.Update(s.ctx, func(tx *store.Tx) error {
		ref, _, err := tx.FindConversation(inbox.ConversationID(r.ConversationID))
		if err != nil {
			return err
		}
		return tx.SaveDraft(ref, draft)
	})
	if err == nil {
		s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: r.ConversationID})
	}
	return err
}

// maxDraft is a message's length; a draft may be longer, so that nothing is lost before it is shortened.
const maxDraft = 4096

// markRead clears the unread count. Only if the shop wants read receipts does
// the customer learn of it.
func (s *Session) markRead(id int64) error {
	conversation := inbox.ConversationID(id)
	var had bool
	err := s.store.Update(s.looking(), func(tx *store.Tx) (err error) {
		had, err = tx.MarkRead(conversation)
		return err
	})
	if err != nil || !had {
		return err
	}
	s.cfg.emit(EventConversationChanged, ConversationEvent{ConversationID: id})
	if settings, err := s.shopSettings(); err != nil || !settings.ReadReceipts {
		return err
	}
	s.sendReceipt(conversation)
	return nil
}

// receiptTimeout bounds a read receipt; nothing depends on it.
const receiptTimeout = 10 * time.Second

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
