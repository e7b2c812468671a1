package simulator

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// sentMessage is a message the business sent and the API accepted.
type sentMessage struct {
	id       string
	number   *number
	customer *Customer // nil: nobody on WhatsApp has this number
	to       recipient
	kind     string
	payload  doc
	quote    string
	opaque   string // biz_opaque_callback_data
	template *template
	item     *ChatItem
	at       time.Time
	pricing  object
	free     bool // within a free entry point window
	failure  *apiError
	priced   bool // delivered or read has carried the pricing
	arrived  bool
	read     bool
	played   bool
	events   []*statusEvent
}

// recipient is whom a send addresses.
type recipient struct {
	input   string
	digits  string // empty when addressed by BSUID
	byBSUID bool
}

func (r recipient) key() string {
	if r.byBSUID {
		return r.input
	}
	return r.digits
}

var (
	bsuidForm = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}$`)
	phoneForm = regexp.MustCompile(`^\+?[0-9 ()./-]+$`)
)

func validBSUID(id string) bool { return bsuidForm.MatchString(id) }

// sendTypes are the types of messages; each names the member that carries it.
var sendTypes = []string{
	"text", "image", "video", "audio", "document", "sticker",
	"location", "contacts", "reaction", "template", "interactive",
}

// postMessage answers POST /{PNID}/messages (§2).
func (s *Simulator) postMessage(c *call) (any, *apiError) {
	p := c.params
	known := append([]string{"messaging_product", "recipient_type", "to", "recipient", "type", "context",
		"biz_opaque_callback_data", "recipient_identity_key_hash", "status", "message_id", "typing_indicator",
		"appsecret_proof"}, sendTypes...)
	if err := p.only("message", known...); err != nil {
		return nil, err
	}
	if err := needProduct(p); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.number.registered {
		return nil, fail(133010, "Account is not registered on the WhatsApp Business Platform.")
	}
	if p.has("status") {
		return s.markRead(c)
	}
	m, err := s.readMessage(c.number, p)
	if err != nil {
		return nil, err
	}
	if err := s.admit(m); err != nil {
		return nil, err
	}
	return s.accept(c, m), nil
}

func needProduct(p doc) *apiError {
	switch p.text("messaging_product") {
	case "whatsapp":
		return nil
	case "":
		return plain(100, 0, "(#100) The parameter messaging_product is required.")
	}
	return plain(100, 0, "(#100) Param messaging_product must be one of {WHATSAPP}.")
}

// readMessage checks everything about a send that depends on the request alone.
func (s *Simulator) readMessage(n *number, p doc) (*sentMessage, *apiError) {
	to, err := s.readRecipient(n, p)
	if err != nil {
		return nil, err
	}
	kind := p.text("type")
	if kind == "" {
		kind = "text"
	}
	if !contains(sendTypes, kind) {
		return nil, fail(131051, "Message type is not supported")
	}
	payload, isObject := p.child(kind)
	if kind == "contacts" {
		cards, ok := p.docs("contacts")
		payload, isObject = doc{"contacts": cards}, ok
	}
	if !isObject {
		return nil, fail(131008, "Parameter '%s' is mandatory for type '%s'", kind, kind)
	}
	m := &sentMessage{number: n, to: to, kind: kind, payload: payload, at: s.clock.now(), opaque: p.text("biz_opaque_callback_data")}
	m.customer = s.addressee(to)
	if utf8.RuneCountInString(m.opaque) > 512 || !p.isText("biz_opaque_callback_data") {
		return nil, fail(131009, "biz_opaque_callback_data must be a string of at most 512 characters")
	}
	if err := readContext(m, p); err != nil {
		return nil, err
	}
	if hash := p.text("recipient_identity_key_hash"); hash != "" && m.customer != nil && hash != m.customer.identityHash() {
		return nil, fail(137000, "Recipient identity key hash does not match the current one")
	}
	return m, s.checkPayload(m)
}

func readContext(m *sentMessage, p doc) *apiError {
	if !p.has("context") {
		return nil
	}
	context, ok := p.child("context")
	if !ok || !strings.HasPrefix(context.text("message_id"), "wamid.") {
		return fail(131009, "context.message_id is not valid")
	}
	if m.kind == "reaction" {
		return fail(131009, "Reaction messages cannot be contextual")
	}
	m.quote = context.text("message_id")
	return nil
}

// readRecipient finds out whom a send addresses; `to` wins over `recipient`.
func (s *Simulator) readRecipient(n *number, p doc) (recipient, *apiError) {
	switch p.text("recipient_type") {
	case "", "individual":
	case "group":
		return recipient{}, fail(131055, "This phone number may not send to groups")
	default:
		return recipient{}, plain(100, 0, "(#100) Param recipient_type must be one of {INDIVIDUAL, GROUP}.")
	}
	to, bsuid := p.text("to"), p.text("recipient")
	if to == "" && bsuid == "" {
		return recipient{}, plain(100, 0, "(#100) The parameter to is required.")
	}
	if to == "" {
		if !validBSUID(bsuid) {
			return recipient{}, fail(131009, "Parameter 'recipient' is not a valid business-scoped user ID")
		}
		return recipient{input: bsuid, byBSUID: true}, nil
	}
	digits := digitsOf(to)
	if !phoneForm.MatchString(to) || len(digits) < 5 || len(digits) > 18 {
		return recipient{}, fail(131009, "Parameter 'to' is not a valid phone number")
	}
	if s.faults.PrependCountry && !strings.HasPrefix(to, "+") {
		digits = n.digits[:2] + digits
	}
	if digits == n.digits {
		return recipient{}, fail(131021, "Sender and recipient phone number is the same")
	}
	return recipient{input: to, digits: digits}, nil
}

func (s *Simulator) addressee(to recipient) *Customer {
	if to.byBSUID {
		return s.customerByBSUID(to.input)
	}
	return s.customerByPhone(to.digits)
}

// admit checks what depends on limits, faults and the state of the chat.
func (s *Simulator) admit(m *sentMessage) *apiError {
	if err := s.forcedError(); err != nil {
		return err
	}
	if err := s.countMessage(m.number, m.to.key()); err != nil {
		return err
	}
	if m.template != nil && m.customer != nil && m.customer.stopped && m.template.Category == "MARKETING" {
		return fail(131050, "The recipient has stopped marketing messages from this business.")
	}
	m.failure = s.verdict(m)
	if m.failure != nil && m.failure.code == 131047 && s.cfg.RejectClosedWindow {
		return m.failure
	}
	return nil
}

// verdict says why an accepted message will not arrive, or nil.
func (s *Simulator) verdict(m *sentMessage) *apiError {
	if err := s.forcedFailure(); err != nil {
		return err
	}
	c := m.customer
	switch {
	case c == nil, c.refuses, m.number.blocked[c]:
		return fail(131026, "Message undeliverable.")
	case m.template == nil && !s.windowOpen(m.number, c):
		return fail(131047, "Message failed to send because more than 24 hours have passed since the customer last replied to this number.")
	case m.kind == "reaction":
		target := c.chat(m.number).find(m.payload.text("message_id"))
		if target == nil || !target.Mine || target.Revoked || s.clock.now().Sub(target.At) > 30*24*time.Hour {
			return fail(131009, "The message to react to does not exist or cannot be reacted to.")
		}
	}
	return s.mediaVerdict(m)
}

// accept files an admitted message and makes its answer. Its statuses start once
// the answer has been sent, unless a fault wants them earlier.
func (s *Simulator) accept(c *call, m *sentMessage) object {
	party := m.to.key()
	if m.customer != nil {
		party = m.customer.party()
	}
	c.accepted = true
	m.id = s.ids.wamid(party, false)
	s.sent[m.id] = m
	m.item = s.itemOf(m)
	s.order++
	m.item.Order = s.order
	s.openFreeEntry(m)
	if m.customer != nil && !m.to.byBSUID {
		m.customer.inBook = true
	}
	if m.customer != nil {
		m.customer.chat(m.number).typingUntil = time.Time{}
	}
	m.pricing = s.price(m)
	if s.faults.StatusFirst {
		s.track(m)
		c.then = nil
		s.awaitStatuses(c.r.Context(), m)
	} else {
		c.then = func() {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.track(m)
		}
	}
	contact := object{"input": m.to.input}
	if m.to.byBSUID {
		contact["user_id"] = m.to.input
	} else {
		contact["wa_id"] = m.to.digits
		if m.customer != nil {
			contact["user_id"] = m.customer.p.BSUID
		}
	}
	message := object{"id": m.id}
	if m.template != nil {
		message["message_status"] = "accepted"
	}
	return object{"messaging_product": "whatsapp", "contacts": []any{contact}, "messages": []any{message}}
}

// markRead answers {"status":"read"} with or without a typing indicator (§2.4).
func (s *Simulator) markRead(c *call) (any, *apiError) {
	p := c.params
	if p.text("status") != "read" {
		return nil, plain(100, 0, "(#100) Param status must be one of {READ}.")
	}
	id := p.text("message_id")
	if id == "" {
		return nil, plain(100, 0, "(#100) The parameter message_id is required.")
	}
	typing, hasTyping := p.child("typing_indicator")
	if p.has("typing_indicator") && (!hasTyping || typing.text("type") != "text") {
		return nil, plain(100, 0, "(#100) Param typing_indicator['type'] must be one of {TEXT}.")
	}
	customer := s.heard[id]
	if customer == nil || customer.chats[c.number] == nil {
		return nil, fail(131009, "The message id to mark as read does not exist.")
	}
	ch := customer.chats[c.number]
	item := ch.find(id)
	if item != nil && s.clock.now().Sub(item.At) > 30*24*time.Hour {
		return nil, fail(131009, "The message is too old to be marked as read.")
	}
	ch.markRead(item)
	if hasTyping {
		ch.typingUntil = s.clock.now().Add(25 * time.Second)
	}
	return object{"success": true}, nil
}

// markRead marks the item and everything of the customer before it. Reactions and
// the like have no item and mark nothing.
func (ch *chat) markRead(until *ChatItem) {
	if until == nil {
		return
	}
	for _, item := range ch.items {
		if item.Mine {
			item.Read = true
		}
		if item == until {
			return
		}
	}
}

func contains(list []string, value string) bool {
	for _, v := range list {
		if v == value {
			return true
		}
	}
	return false
}
