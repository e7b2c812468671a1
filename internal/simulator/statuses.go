package simulator

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// statusEvent is one step of a sent message, as message history keeps it.
type statusEvent struct {
	status string
	at     time.Time
	state  string // webhook_update_state
	uri    string
}

// track starts the life of an accepted message.
func (s *Simulator) track(m *sentMessage) {
	if m.failure != nil {
		s.after(s.cfg.Statuses.Sent, func() { s.status(m, "failed") })
		return
	}
	s.after(s.cfg.Statuses.Sent, func() {
		s.status(m, "sent")
		s.after(s.cfg.Statuses.Delivered-s.cfg.Statuses.Sent, func() { s.arrive(m) })
	})
}

// arrive puts a message on the customer's phone, or keeps it until the phone is
// on again.
func (s *Simulator) arrive(m *sentMessage) {
	c, ch := m.customer, m.customer.chat(m.number)
	if c.p.Offline {
		ch.waiting = append(ch.waiting, m)
		return
	}
	m.arrived = true
	c.answerLater(m)
	if m.kind == "reaction" { // never gets more than "sent"
		ch.react(m.payload.text("message_id"), false, m.payload.text("emoji"))
		return
	}
	ch.items = append(ch.items, m.item)
	readsAlone := (s.cfg.Statuses.AutoRead || c.p.AutoRead) && !c.p.NoReceipts
	if !readsAlone || !s.cfg.Statuses.SkipDelivered {
		s.status(m, "delivered")
	}
	if s.cfg.Statuses.AutoRead || c.p.AutoRead {
		s.after(s.cfg.Statuses.Read, func() { s.readBy(m) })
	}
}

// readBy is the moment the customer sees a message.
func (s *Simulator) readBy(m *sentMessage) {
	if m.read {
		return
	}
	m.read, m.item.Read = true, true
	if !m.customer.p.NoReceipts {
		s.status(m, "read")
	}
}

// Read opens the chat with the first number: everything the business sent counts
// as read. Customers with receipts off read without telling.
func (c *Customer) Read() {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := c.chats[s.numbers[0]]
	if ch == nil {
		return
	}
	for _, item := range ch.items {
		if m := s.sent[item.ID]; m != nil && m.customer == c {
			s.readBy(m)
		}
	}
}

// Play plays a voice note for the first time.
func (c *Customer) Play(id string) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.sent[id]
	if m == nil || m.customer != c || !m.arrived || m.played || !m.payload.flag("voice") {
		return
	}
	s.readBy(m)
	m.played = true
	if !c.p.NoReceipts {
		s.status(m, "played")
	}
}

// status emits one status webhook (§1.8).
func (s *Simulator) status(m *sentMessage, name string) {
	e := &statusEvent{status: name, at: s.clock.now(), state: "PENDING"}
	m.events = append(m.events, e)
	value := object{
		"messaging_product": "whatsapp", "metadata": m.number.metadata(),
		"statuses": []any{s.statusObject(m, name)},
	}
	if name != "failed" && m.customer != nil {
		value["contacts"] = []any{m.customer.contact(m.number)}
	}
	s.emit(update{field: "messages", number: m.number, value: value, event: e})
}

func (s *Simulator) statusObject(m *sentMessage, name string) object {
	out := object{"id": m.id, "status": name, "timestamp": formatUnix(s.clock.now().Unix())}
	if !m.to.byBSUID {
		out["recipient_id"] = m.to.digits
	} else if m.customer != nil && m.customer.showsPhone() {
		out["recipient_id"] = m.customer.waID
	}
	if m.customer != nil && (name != "failed" || m.to.byBSUID) {
		out["recipient_user_id"] = m.customer.p.BSUID
		if m.customer.p.ParentBSUID != "" {
			out["recipient_parent_user_id"] = m.customer.p.ParentBSUID
		}
	}
	if m.opaque != "" {
		out["biz_opaque_callback_data"] = m.opaque
	}
	if m.template != nil {
		out["template_id"] = formatUnix(m.template.ID)
	}
	if name == "failed" {
		out["errors"] = []any{m.failure.asStatus()}
		return out
	}
	if name == "sent" || ((name == "delivered" || name == "read") && !m.priced) {
		m.priced = name != "sent"
		out["pricing"] = m.pricing
		s.addConversation(out, m, name)
	}
	return out
}

// addConversation adds the conversation object, which v24.0 and later carry only
// within a free entry point window.
func (s *Simulator) addConversation(out object, m *sentMessage, name string) {
	if !m.free && s.webhookMajor() >= 24 {
		return
	}
	conversation := object{"id": sha256Hex([]byte(m.id))[:32], "origin": object{"type": m.pricing["category"]}}
	if name == "sent" {
		conversation["expiration_timestamp"] = formatUnix(m.at.Add(24 * time.Hour).Unix())
	}
	out["conversation"] = conversation
}

// paidSince is when Meta began to charge for service messages and for utility
// templates inside the window (Meta docs: Pricing for non-template messages).
var paidSince = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// price makes the pricing object of a message.
func (s *Simulator) price(m *sentMessage) object {
	category := "service"
	if m.template != nil {
		category = lower(m.template.Category)
	}
	out := object{"billable": true, "pricing_model": "PMP", "type": "regular", "category": category}
	inWindow := m.customer != nil && s.windowOpen(m.number, m.customer)
	switch {
	case m.free:
		out["billable"], out["type"], out["category"] = false, "free_entry_point", "referral_conversion"
	case m.at.Before(paidSince) && (category == "service" || (category == "utility" && inWindow)):
		out["billable"], out["type"] = false, "free_customer_service"
	}
	return out
}

// openFreeEntry opens the 72 hours after an answer, within 24 hours, to somebody
// who came from an ad (§2.6).
func (s *Simulator) openFreeEntry(m *sentMessage) {
	if m.customer == nil {
		return
	}
	ch := m.customer.chat(m.number)
	if !ch.adAt.IsZero() && m.at.Sub(ch.adAt) < 24*time.Hour {
		ch.freeUntil = m.at.Add(72 * time.Hour)
		ch.adAt = time.Time{}
	}
	m.free = m.at.Before(ch.freeUntil)
}

// awaitStatuses lets the webhooks of a message go out before its API answer. It
// is called, and returns, with the simulator locked.
func (s *Simulator) awaitStatuses(ctx context.Context, m *sentMessage) {
	for {
		done := len(m.events) > 0
		for _, e := range m.events {
			done = done && e.state != "PENDING"
		}
		if done || s.closed || s.held {
			return
		}
		changed := s.changed
		s.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
		case <-s.ctx.Done():
		}
		s.mu.Lock()
		if ctx.Err() != nil {
			return
		}
	}
}

// identityHash changes with the customer's number, as a new device would.
func (c *Customer) identityHash() string {
	sum := sha256.Sum256([]byte(c.p.BSUID))
	return base64.StdEncoding.EncodeToString(sum[:8])
}
