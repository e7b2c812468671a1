package app

import (
	"fmt"
	"strconv"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
)

// ContentRow is what a message that is more than text and files says. Fields
// that do not apply are absent. Every string comes from outside.
type ContentRow struct {
	Location *LocationRow `json:"location,omitempty"`
	Cards    []CardRow    `json:"cards"`
	Choice   *ChoiceRow   `json:"choice,omitempty"`
	Order    *OrderRow    `json:"order,omitempty"`
	System   *SystemRow   `json:"system,omitempty"`
	Call     *CallRow     `json:"call,omitempty"`
	Referral *ReferralRow `json:"referral,omitempty"`
	// Frame is what the shop sent with something to tap, or as a template.
	Frame *FrameRow `json:"frame,omitempty"`
	// UnsupportedType is Meta's word for what it did not pass on, UnsupportedNumber its error number.
	UnsupportedType   string `json:"unsupportedType"`
	UnsupportedNumber int    `json:"unsupportedNumber"`
	// Product is the article number the customer asks about, or empty.
	Product string `json:"product"`
	// ForwardedOften is true if WhatsApp says that it was passed on more than five times.
	ForwardedOften bool `json:"forwardedOften"`
}

// LocationRow is a place in degrees (WGS 84).
type LocationRow struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name"`
	Address   string  `json:"address"`
	// MapURL shows the place on a map, outside and only if somebody asks for it.
	MapURL string `json:"mapUrl"`
}

// CardRow is a contact card. It is shown and never imported.
type CardRow struct {
	Name   string   `json:"name"`
	Org    string   `json:"org"`
	Phones []string `json:"phones"`
	Emails []string `json:"emails"`
	URLs   []string `json:"urls"`
	// Role is department and title, Addresses are postal ones.
	Role      string   `json:"role"`
	Addresses []string `json:"addresses"`
	// Birthday is "1990-05-17", or as the sender's phone wrote it.
	Birthday string `json:"birthday"`
	// Requested is true for the answer to the shop's own request.
	Requested bool `json:"requested"`
}

// ChoiceRow is what a customer tapped or filled in.
type ChoiceRow struct {
	// Type is button, button_reply, list_reply, nfm_reply or call_permission_reply.
	Type        string      `json:"type"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Answers     []AnswerRow `json:"answers"`
	// Unreadable is true if a form was answered in a way that cannot be shown.
	Unreadable bool `json:"unreadable"`
}

// AnswerRow is one field of a form.
type AnswerRow struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// OrderRow is a basket from the catalogue. Amounts are decimal text.
type OrderRow struct {
	Lines []OrderLine `json:"lines"`
	// Totals are per currency; empty if a line could not be read as an amount.
	Totals []AmountRow `json:"totals"`
}

// OrderLine is one article of an order.
type OrderLine struct {
	Product  string `json:"product"`
	Quantity string `json:"quantity"`
	Price    string `json:"price"`
	Currency string `json:"currency"`
	// Sum is price times quantity, or empty where that cannot be computed.
	Sum string `json:"sum"`
}

// AmountRow is a sum of money.
type AmountRow struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// SystemRow is a notice about the customer's account.
type SystemRow struct {
	// Type is user_changed_number, user_changed_user_id, customer_identity_changed or another name.
	Type string `json:"type"`
	// NewNumber is the number the customer moved to, or empty.
	NewNumber string `json:"newNumber"`
	// ConversationID is the conversation with whoever now writes from there, or 0. Name is theirs.
	ConversationID int64  `json:"conversationId"`
	Name           string `json:"name"`
}

// CallRow is a call.
type CallRow struct {
	// Missed is true unless the call is known to have been answered.
	Missed bool `json:"missed"`
	// Seconds is how long it took, or 0.
	Seconds int `json:"seconds"`
}

// ReferralRow says from which advertisement or post the customer came.
type ReferralRow struct {
	// Type is ad, post or another word of Meta's.
	Type     string `json:"type"`
	Headline string `json:"headline"`
	Body     string `json:"body"`
	URL      string `json:"url"`
}

// HintRow is what a line about a message that is no text needs to know: one
// word of Meta's and a number.
type HintRow struct {
	// Type is the type of a choice, a notice or of what was not passed on, or "missed" for a call.
	Type string `json:"type"`
	// Count is how many cards or articles there are.
	Count int `json:"count"`
}

func hintRow(m inbox.Message) HintRow {
	c := m.Content
	switch {
	case len(c.Contacts) > 0:
		return HintRow{Count: len(c.Contacts)}
	case c.Order != nil:
		return HintRow{Count: len(c.Order.Items)}
	case c.Reply != nil:
		return HintRow{Type: c.Reply.Type}
	case c.System != nil:
		return HintRow{Type: inbox.CleanLine(c.System.Type, 64)}
	case c.Call != nil && c.Call.Duration == 0:
		return HintRow{Type: "missed"}
	case c.Unsupported != nil:
		return HintRow{Type: inbox.CleanLine(c.Unsupported.Type, 40)}
	}
	return HintRow{}
}

// choiceText is what was tapped. A form and a permission have no words of the
// customer's: what WhatsApp puts there ("flow", "accept") is for programs.
func choiceText(r inbox.ChoiceReply) string {
	if r.Type == "nfm_reply" || r.Type == "call_permission_reply" {
		return ""
	}
	return inbox.CleanText(r.Title, maxShownText)
}

// contentRow returns nil for a message that has nothing but text or a file.
func contentRow(m inbox.Message) *ContentRow {
	c := m.Content
	row := ContentRow{Cards: cardRows(c.Contacts), Choice: choiceRow(c.Reply), Order: orderRow(c.Order)}
	something := len(row.Cards) > 0 || row.Choice != nil || row.Order != nil
	if l := c.Location; l != nil {
		row.Location, something = locationRow(*l), true
	}
	if s := c.System; s != nil {
		row.System, something = &SystemRow{Type: inbox.CleanLine(s.Type, 64), NewNumber: s.NewNumber}, true
	}
	if call := c.Call; call != nil {
		row.Call, something = &CallRow{Missed: call.Duration == 0, Seconds: call.Duration}, true
	}
	if r := c.Referral; r != nil {
		row.Referral, something = &ReferralRow{
			Type: inbox.CleanLine(r.SourceType, 64), Headline: inbox.CleanLine(r.Headline, maxShownLine),
			Body: inbox.CleanText(r.Body, maxShownText), URL: inbox.CleanLine(r.SourceURL, maxShownURL),
		}, true
	}
	if u := c.Unsupported; u != nil {
		row.UnsupportedType, row.UnsupportedNumber, something = inbox.CleanLine(u.Type, 40), u.Number, true
	}
	if x := c.Context; x != nil && (x.ProductID != "" || x.FrequentlyForwarded) {
		row.Product, row.ForwardedOften, something = inbox.CleanLine(x.ProductID, maxShownLine), x.FrequentlyForwarded, true
	}
	if row.Frame = frameRow(c); row.Frame != nil {
		something = true
	}
	if !something {
		return nil
	}
	return &row
}

// How much of a stranger's content the window shows.
const (
	maxShownLine  = 256
	maxShownText  = 1024
	maxShownURL   = 2048
	maxShownCards = 50
)

func locationRow(l inbox.Location) *LocationRow {
	latitude, longitude := strconv.FormatFloat(l.Latitude, 'f', 6, 64), strconv.FormatFloat(l.Longitude, 'f', 6, 64)
	return &LocationRow{
		Latitude: l.Latitude, Longitude: l.Longitude,
		Name: inbox.CleanLine(l.Name, maxShownLine), Address: inbox.CleanText(l.Address, maxShownText),
		MapURL: fmt.Sprintf("https://www.openstreetmap.org/?mlat=%s&mlon=%s#map=17/%s/%s", latitude, longitude, latitude, longitude),
	}
}

func cardRows(cards []inbox.Card) []CardRow {
	rows := []CardRow{}
	for _, c := range cards[:min(len(cards), maxShownCards)] {
		rows = append(rows, CardRow{
			Name: inbox.CleanLine(c.Name, maxShownLine), Org: inbox.CleanLine(c.Org, maxShownLine), Requested: c.Requested,
			Phones: cleanLines(c.Phones), Emails: cleanLines(c.Emails), URLs: cleanLines(c.URLs),
			Role: inbox.CleanLine(c.Role, maxShownLine), Addresses: cleanLines(c.Addresses), Birthday: inbox.CleanLine(c.Birthday, maxShownLine),
		})
	}
	return rows
}

func cleanLines(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s = inbox.CleanLine(s, maxShownURL); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func choiceRow(r *inbox.ChoiceReply) *ChoiceRow {
	if r == nil {
		return nil
	}
	row := &ChoiceRow{
		Type: r.Type, Title: inbox.CleanLine(r.Title, maxShownLine), Description: inbox.CleanText(r.Description, maxShownText),
		Answers: []AnswerRow{},
	}
	if r.ResponseJSON == "" {
		return row
	}
	answers, ok := inbox.ReadAnswers(r.ResponseJSON)
	row.Unreadable = !ok
	for _, a := range answers {
		row.Answers = append(row.Answers, AnswerRow(a))
	}
	return row
}

func orderRow(o *inbox.Order) *OrderRow {
	if o == nil {
		return nil
	}
	row := &OrderRow{Lines: []OrderLine{}, Totals: []AmountRow{}}
	for _, item := range o.Items {
		line := OrderLine{
			Product: inbox.CleanLine(item.ProductID, maxShownLine), Quantity: inbox.CleanLine(item.Quantity, 32),
			Price: inbox.CleanLine(item.Price, 32), Currency: inbox.CleanLine(item.Currency, 32),
		}
		if sum, ok := item.Sum(); ok {
			line.Sum = sum.Value
		}
		row.Lines = append(row.Lines, line)
	}
	totals, _ := o.Total()
	for _, t := range totals {
		row.Totals = append(row.Totals, AmountRow{Value: t.Value, Currency: t.Currency})
	}
	return row
}

// addSuccessor says where a customer who announced a new number writes from now.
func (s *Session) addSuccessor(c inbox.Conversation, rows []MessageRow) error {
	var notices []*SystemRow
	for _, row := range rows {
		if row.Content != nil && row.Content.System != nil && changesIdentity(row.Content.System.Type) {
			notices = append(notices, row.Content.System)
		}
	}
	if len(notices) == 0 {
		return nil
	}
	next, found, err := s.store.Successor(s.looking(), c.CustomerID, c.PhoneNumberID)
	if err != nil || !found {
		return err
	}
	name, _ := next.Profile.DisplayName()
	for _, n := range notices {
		n.ConversationID, n.Name = int64(next.Conversation), name
	}
	return nil
}

func changesIdentity(systemType string) bool {
	return systemType == "user_changed_number" || systemType == "user_changed_user_id"
}

// VersionRow is what a message said from a time on.
type VersionRow struct {
	AtMs int64  `json:"atMs"`
	Text string `json:"text"`
}

// versions returns what a message said before it was edited, oldest first.
func (s *Session) versions(messageID string) ([]VersionRow, error) {
	rows := []VersionRow{}
	id, err := inbox.ParseMessageID(messageID)
	if err != nil {
		return rows, err
	}
	list, err := s.store.Versions(s.looking(), id)
	for _, v := range list {
		rows = append(rows, VersionRow{AtMs: millis(v.At), Text: shownText(inbox.Message{Content: v.Content})})
	}
	return rows, err
}

// Versions returns what a message said before it was edited, oldest first.
func (b *Inbox) Versions(messageID string) (rows []VersionRow, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return []VersionRow{}, err
	}
	return s.versions(messageID)
}

// RemoveRevoked removes what was kept of a message its writer took back.
func (b *Inbox) RemoveRevoked(messageID string) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	return s.removeRevoked(messageID)
}

func (s *Session) removeRevoked(messageID string) error {
	id, err := inbox.ParseMessageID(messageID)
	if err != nil {
		return err
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		m, ref, err := tx.FindMessage(id)
		if err != nil {
			return err
		}
		if m.RevokedAt.IsZero() {
			return inbox.NewError(inbox.CodeConflict, "message was not taken back")
		}
		return receive.RemoveContent(tx, ref, m)
	})
	if err == nil {
		s.changed(receive.Change{Conversation: id.Conversation()})
	}
	return err
}

// forgetRevoked removes everything that was only kept by the shop's own rule,
// because that rule has ended (Art. 5(1)(e) GDPR).
func (s *Session) forgetRevoked() error {
	changed := map[inbox.ConversationID]bool{}
	for after := inbox.MessageID(0); ; {
		kept, err := s.store.ListRevoked(s.ctx, after, revokedPage)
		if err != nil {
			return err
		}
		if len(kept) == 0 {
			break
		}
		if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return removeContents(tx, kept) }); err != nil {
			return err
		}
		for _, id := range kept {
			changed[id.Conversation()] = true
		}
		after = kept[len(kept)-1]
	}
	for id := range changed {
		s.changed(receive.Change{Conversation: id})
	}
	return nil
}

// revokedPage is how many messages one transaction empties.
const revokedPage = 200

func removeContents(tx *store.Tx, ids []inbox.MessageID) error {
	for _, id := range ids {
		m, ref, err := tx.FindMessage(id)
		if onlyStored(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := receive.RemoveContent(tx, ref, m); err != nil {
			return err
		}
	}
	return nil
}

// failureTopic is what the provider's number means. Without a number there is none: 0 here means no number.
func failureTopic(number int) string {
	if number == 0 {
		return ""
	}
	return string(cloudapi.TopicOf(number))
}
