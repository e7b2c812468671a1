package app

import (
	"context"
	"log/slog"
	"reflect"

	"tresen/internal/inbox"
	"tresen/internal/outbox"
	"tresen/internal/store"
)

func (s *Session) listMessages(q MessageQuery) (MessagePage, error) {
	page := MessagePage{Messages: []MessageRow{}}
	span := store.Span{Conversation: inbox.ConversationID(q.ConversationID)}
	limit := min(max(q.Limit, 1), maxPage)
	for _, c := range []struct {
		text string
		into *inbox.MessageID
	}{{q.Before, &span.Before}, {q.After, &span.After}} {
		if c.text == "" {
			continue
		}
		id, err := inbox.ParseMessageID(c.text)
		if err != nil {
			return page, err
		}
		*c.into = id
	}
	if q.Around != "" {
		return s.listAround(span, q.Around, limit)
	}
	span.Limit = limit + 1
	list, err := s.store.ListMessages(s.looking(), span)
	if err != nil {
		return page, err
	}
	more := len(list) > limit
	switch {
	case span.After != 0:
		list = list[:min(len(list), limit)]
		page.HasOlder, page.HasNewer = true, more
	default:
		list = list[max(0, len(list)-limit):]
		page.HasOlder, page.HasNewer = more, span.Before != 0
	}
	page.Messages, err = s.messageRows(span.Conversation, list)
	return page, err
}

// listAround returns half a page on either side of a message.
func (s *Session) listAround(span store.Span, around string, limit int) (MessagePage, error) {
	page := MessagePage{Messages: []MessageRow{}}
	id, err := inbox.ParseMessageID(around)
	if err != nil {
		return page, err
	}
	half := max(limit/2, 1)
	older, err := s.store.ListMessages(s.looking(), store.Span{Conversation: span.Conversation, Before: id + 1, Limit: half + 1})
	if err != nil {
		return page, err
	}
	newer, err := s.store.ListMessages(s.looking(), store.Span{Conversation: span.Conversation, After: id, Limit: half + 1})
	if err != nil {
		return page, err
	}
	page.HasOlder, page.HasNewer = len(older) > half, len(newer) > half
	older = older[max(0, len(older)-half):]
	newer = newer[:min(len(newer), half)]
	page.Messages, err = s.messageRows(span.Conversation, append(older, newer...))
	return page, err
}

func (s *Session) messageRows(c inbox.ConversationID, list []inbox.Message) ([]MessageRow, error) {
	rows := make([]MessageRow, 0, len(list))
	if len(list) == 0 {
		return rows, nil
	}
	conversation, err := s.store.Conversation(s.looking(), c)
	if err != nil {
		return rows, err
	}
	byWAMID := make(map[inbox.WAMID]inbox.Message, len(list))
	for _, m := range list {
		byWAMID[m.WAMID] = m
	}
	for _, m := range list {
		row := messageRow(m)
		row.File = s.fileRow(m)
		if m.Content.Context != nil && m.Content.Context.WAMID != "" {
			quoted, ok := byWAMID[m.Content.Context.WAMID]
			if !ok {
				quoted, err = s.store.MessageByWAMID(s.looking(), conversation.PhoneNumberID, m.Content.Context.WAMID)
				if err != nil && inbox.CodeOf(err) != inbox.CodeNotFound {
					return rows, err
				}
			}
			row.Quote = quoteRow(c, quoted, m.Content.Context.FromShop)
		}
		rows = append(rows, row)
	}
	if err := s.addHints(list, rows); err != nil {
		return rows, err
	}
	if err := s.addTranslations(list, rows); err != nil {
		return rows, err
	}
	return rows, s.addSuccessor(conversation, rows)
}

// quoteRow shows a quoted message if it is in the same conversation; another
// one's text must not appear here.
func quoteRow(c inbox.ConversationID, m inbox.Message, fromShop bool) *QuoteRow {
	if m.ID == 0 || m.ID.Conversation() != c {
		return &QuoteRow{FromShop: fromShop}
	}
	return &QuoteRow{
		MessageID: m.ID.String(), FromShop: m.Direction != inbox.Inbound, Kind: string(m.Kind),
		Text: oneLine(shownText(m), 2*previewLength), Revoked: !m.RevokedAt.IsZero(), Hint: hintRow(m),
	}
}

var directions = map[inbox.Direction]string{inbox.Inbound: "in", inbox.Outbound: "out", inbox.Echo: "echo"}

func messageRow(m inbox.Message) MessageRow {
	row := MessageRow{
		ID: m.ID.String(), ConversationID: int64(m.ID.Conversation()), Direction: directions[m.Direction], Kind: string(m.Kind),
		TypeName: inbox.CleanLine(m.Content.TypeName, 40), Text: shownText(m), SentAtMs: millis(m.SentAt), EditedAtMs: millis(m.EditedAt), Automatic: m.Content.Automatic,
		Imported: m.Content.Imported,
		Revoked:  !m.RevokedAt.IsZero(), Kept: !m.RevokedAt.IsZero() && !reflect.DeepEqual(m.Content, inbox.Content{}),
		Status: string(m.Status), StatusAtMs: millis(m.StatusAt),
		FailureCode: string(m.Failure), FailureNumber: m.FailureNumber, FailureTopic: failureTopic(m.FailureNumber), Reactions: []ReactionRow{}, Hints: []string{},
	}
	if m.Content.Media != nil {
		row.FileName = inbox.CleanLine(m.Content.Media.FileName, 255)
	}
	if m.Content.Unsupported != nil && row.TypeName == "" {
		row.TypeName = inbox.CleanLine(m.Content.Unsupported.Type, 40)
	}
	if x := m.Content.Context; x != nil {
		row.Forwarded = x.Forwarded || x.FrequentlyForwarded
	}
	row.Content = contentRow(m)
	row.HeldUntilMs, row.Retried = millis(m.HeldUntil), m.Content.RetriedAs != 0
	row.Reactions = reactionRows(m)
	return row
}

// shownText is what of a message can be read as text, whatever its kind.
func shownText(m inbox.Message) string {
	c := m.Content
	switch {
	case c.Text != "":
		return inbox.CleanText(c.Text, 2*outbox.MaxText)
	case c.Interactive != nil:
		return inbox.CleanText(c.Interactive.Body, inbox.MaxListBody)
	case c.Template != nil:
		return inbox.CleanText(c.Template.Body, outbox.MaxText)
	case c.Media != nil:
		return inbox.CleanText(c.Media.Caption, 2*outbox.MaxText)
	case c.Reply != nil:
		return choiceText(*c.Reply)
	case c.Location != nil && c.Location.Name != "":
		return inbox.CleanText(c.Location.Name+"\n"+c.Location.Address, 1024)
	case c.Location != nil:
		return inbox.CleanText(c.Location.Address, 1024)
	case c.Order != nil:
		return inbox.CleanText(c.Order.Text, 1024)
	case c.System != nil:
		return inbox.CleanText(c.System.Body, 1024)
	case len(c.Contacts) > 0:
		return inbox.CleanText(c.Contacts[0].Name, 256)
	}
	return ""
}

func (s *Session) sendText(r SendTextRequest) (MessageRow, error) {
	hold, err := s.hold()
	if err != nil {
		return MessageRow{}, err
	}
	reply := outbox.Reply{Conversation: inbox.ConversationID(r.ConversationID), Text: r.Text, Hold: hold}
	if r.ReplyTo != "" {
		id, err := inbox.ParseMessageID(r.ReplyTo)
		if err != nil {
			return MessageRow{}, err
		}
		reply.ReplyTo = id
	}
	id, err := s.outbox.Queue(s.ctx, reply)
	if err != nil {
		return MessageRow{}, err
	}
	return s.message(id)
}

func (s *Session) message(id inbox.MessageID) (MessageRow, error) {
	m, err := s.store.Message(s.looking(), id)
	if err != nil {
		return MessageRow{}, err
	}
	rows, err := s.messageRows(id.Conversation(), []inbox.Message{m})
	if err != nil {
		return MessageRow{}, err
	}
	return rows[0], nil
}

func (s *Session) resolveUnclear(r UnclearRequest) error {
	id, err := inbox.ParseMessageID(r.MessageID)
	if err != nil {
		return err
	}
	return s.outbox.ResolveUnclear(s.ctx, id, r.Resend)
}

func (s *Session) retry(messageID string) (MessageRow, error) {
	id, err := inbox.ParseMessageID(messageID)
	if err != nil {
		return MessageRow{}, err
	}
	next, err := s.outbox.Retry(s.ctx, id)
	if err != nil {
		return MessageRow{}, err
	}
	return s.message(next)
}

// sendReceipt tells WhatsApp that the shop has read a conversation, in the
// background: reading must not wait for a network.
func (s *Session) sendReceipt(c inbox.ConversationID) {
	s.start("receipt", func(ctx context.Context) error {
		m, err := s.store.LastInboundMessage(ctx, c)
		if onlyStored(err) {
			return nil // nothing is sent to her
		}
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, receiptTimeout)
		defer cancel()
		if err := s.client.MarkRead(ctx, m.WAMID, false); err != nil {
			slog.Warn("read receipt was not sent", "code", inbox.CodeOf(err))
		}
		return nil
	})
}
