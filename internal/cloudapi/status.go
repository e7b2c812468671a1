package cloudapi

import "tresen/internal/inbox"

// maxCallbackData is how much of our own text Meta returns. (Meta docs: Send messages.)
const maxCallbackData = 512

// status reads one element of statuses[]. (Meta docs: status messages webhook
// reference.)
func (p *parser) status(c *change, s value) {
	e := inbox.StatusChanged{
		PhoneNumberID: c.number,
		WAMID:         inbox.WAMID(opaqueID(s.get("id"))),
		Status:        inbox.MessageStatus(s.get("status").text()),
		At:            p.timestamp(s.get("timestamp")),
		Recipient:     c.contacts.complete(recipient(s)),
		CallbackData:  line(s.get("biz_opaque_callback_data"), maxCallbackData),
	}
	switch e.Status {
	case inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusPlayed:
	case inbox.StatusFailed:
		e.FailureNumber = problemNumber(s.get("errors"))
		e.Failure = failureOf(e.FailureNumber)
	default:
		p.unknown(c.number, reasonStatus, s)
		return
	}
	if e.WAMID == "" || s.get("type").text() == "call" {
		p.unknown(c.number, reasonStatus, s)
		return
	}
	e.PricingType, e.PricingCategory = pricing(s)
	p.add(e)
}

// recipient reads who a status is about. In groups recipient_id is the group,
// and Meta's samples spell the participant two ways.
func recipient(s value) inbox.Identity {
	if s.get("recipient_type").text() == "group" {
		id := identity(s, "recipient_participant_id", "recipient_participant_user_id", "recipient_participant_parent_user_id")
		id.WAID = firstOf(id.WAID, waid(s.get("participant_recipient_id")))
		return id
	}
	id := identity(s, "recipient_id", "recipient_user_id", "recipient_parent_user_id")
	// The name of this member before 5 May 2026 (Meta changelog).
	id.ParentBSUID = firstOf(id.ParentBSUID, opaqueID(s.get("parent_recipient_user_id")))
	return id
}

// pricing returns Meta's words for what a message costs. billable is going
// away and follows from them. (Meta docs: Pricing.)
func pricing(s value) (kind, category string) {
	v := s.get("pricing")
	if !v.exists() {
		v = s.get("conversation").get("pricing")
	}
	return line(v.get("type"), maxTypeName), line(v.get("category"), maxTypeName)
}
