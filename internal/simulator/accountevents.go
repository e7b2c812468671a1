package simulator

import (
	"context"
	"errors"
)

// Emit tells the business something that is not a message: field and value as
// they stand in the webhook. It is for account_update, phone_number_quality_update
// and everything else without a method of its own here, also for fields nobody
// knows yet.
func (s *Simulator) Emit(field string, value map[string]any) error {
	if field == "" {
		return errors.New("emit webhook: field is missing")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u := update{field: field, value: value, number: s.numbers[0]}
	if field != "messages" {
		u.time = s.clock.now().Unix()
	}
	s.emit(u)
	return nil
}

// ChangeQuality changes a number's quality rating ("GREEN", "YELLOW", "RED").
func (s *Simulator) ChangeQuality(rating string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers[0].quality = rating
}

// ChangeMessagingLimit changes the messaging limit ("TIER_250" …) and tells the
// app.
func (s *Simulator) ChangeMessagingLimit(tier string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[0]
	old := n.messagingTop
	n.messagingTop = tier
	s.emit(update{field: "phone_number_quality_update", time: s.clock.now().Unix(), value: object{
		"display_phone_number": n.digits, "event": "UPGRADE", "current_limit": tier, "old_limit": old,
		"max_daily_conversations_per_business": tier,
	}})
}

// RequestPINReset plays somebody who asks for the number's PIN to be reset.
func (s *Simulator) RequestPINReset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.emitSecurity(s.numbers[0], "PIN_RESET_REQUEST")
}

func (s *Simulator) emitSecurity(n *number, event string) {
	s.emitNumber(n, "security", object{"event": event, "requester": "61555822107539"})
}

func (s *Simulator) emitNumber(n *number, field string, value object) {
	value["display_phone_number"] = n.digits
	s.emit(update{field: field, number: n, value: value, time: s.clock.now().Unix()})
}

// ReportError puts a trouble of the whole account into a messages webhook, as
// 130429 or 131035.
func (s *Simulator) ReportError(code int, details string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[0]
	s.emit(update{field: "messages", number: n, value: object{
		"messaging_product": "whatsapp", "metadata": n.metadata(),
		"errors": []any{fail(code, "%s", details).asStatus()},
	}})
}

// StopMarketing stops marketing messages from this business on the customer's
// phone; ResumeMarketing allows them again.
func (c *Customer) StopMarketing() { c.prefer(true) }

// ResumeMarketing takes StopMarketing back.
func (c *Customer) ResumeMarketing() { c.prefer(false) }

func (c *Customer) prefer(stop bool) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	c.stopped = stop
	value, detail := "resume", "User requested to resume marketing messages"
	if stop {
		value, detail = "stop", "User requested to stop marketing messages"
	}
	n := s.numbers[0]
	preference := object{
		"user_id": c.p.BSUID, "detail": detail, "category": "marketing_messages",
		"value": value, "timestamp": s.clock.now().Unix(),
	}
	if c.showsPhone() {
		preference["wa_id"] = c.waID
	}
	s.emit(update{field: "user_preferences", number: n, time: s.clock.now().Unix(), value: object{
		"messaging_product": "whatsapp", "metadata": n.metadata(), "contacts": []any{c.contact(n)},
		"user_preferences": []any{preference},
	}})
}

// MissedCall rings at the business, which nobody answers. A call opens the
// customer service window.
func (c *Customer) MissedCall(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	n, now := s.numbers[0], s.clock.now()
	id := "wacid." + s.ids.hex(32)
	for _, event := range []object{
		{"event": "connect", "session": object{"sdp_type": "offer", "sdp": "v=0"}},
		{"event": "terminate", "status": "FAILED"},
	} {
		call := object{
			"id": id, "from_user_id": c.p.BSUID, "to": n.digits, "timestamp": formatUnix(now.Unix()),
			"direction": "USER_INITIATED",
		}
		if c.showsPhone() {
			call["from"] = c.waID
		}
		for k, v := range event {
			call[k] = v
		}
		s.emit(update{field: "calls", number: n, value: object{
			"messaging_product": "whatsapp", "metadata": n.metadata(),
			"contacts": []any{c.contact(n)}, "calls": []any{call},
		}})
	}
	c.chat(n).lastInbound = now
	c.meet()
	return nil
}

// OpenChat opens the chat for the first time (request_welcome).
func (c *Customer) OpenChat(ctx context.Context) (string, error) {
	return c.Send(ctx, Message{Type: "request_welcome"})
}
