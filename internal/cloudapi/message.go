package cloudapi

import (
	"time"

	"tresen/internal/inbox"
)

// envelope is what every message has, whatever its type. Received messages,
// echoes and the messages of a history differ only in who sent them.
type envelope struct {
	number inbox.PhoneNumberID
	// customer is the other side of the conversation, not always the sender.
	customer inbox.Identity
	fromShop bool
	// history is true for messages from before the number was connected.
	history  bool
	wamid    inbox.WAMID
	at       time.Time
	typeName string
	// display is the shop's number as digits, to tell whose a quoted message is.
	display string
}

// message reads one element of messages[]. (Meta docs: messages webhook
// reference; groups are out of reach of a small shop and stay unknown.)
func (p *parser) message(c *change, m value) {
	sender := c.contacts.complete(identity(m, "from", "from_user_id", "from_parent_user_id"))
	e, ok := p.envelope(c, m)
	if !ok || m.get("group_id").exists() {
		p.unknown(c.number, reasonMessage, m)
		return
	}
	e.customer = sender
	if e.typeName == "system" {
		p.system(e, m)
		return
	}
	p.content(e, m)
}

// envelope reports false if m has no usable id.
func (p *parser) envelope(c *change, m value) (envelope, bool) {
	e := envelope{
		number:   c.number,
		wamid:    inbox.WAMID(opaqueID(m.get("id"))),
		at:       p.timestamp(m.get("timestamp")),
		typeName: line(m.get("type"), maxTypeName),
		display:  c.display,
	}
	return e, e.wamid != ""
}

// content turns a message into what it does to the conversation.
func (p *parser) content(e envelope, m value) {
	if e.customer.Empty() {
		p.unknown(e.number, reasonMessage, m)
		return
	}
	switch e.typeName {
	case "reaction":
		p.reaction(e, m)
	case "edit":
		p.edit(e, m)
	case "revoke":
		p.revoke(e, m)
	default:
		p.post(e, m)
	}
}

// post adds a message that is shown as one.
func (p *parser) post(e envelope, m value) {
	kind, content := readContent(m, e)
	var raw []byte
	if kind == inbox.KindUnknown {
		raw = m.raw()
	}
	if e.fromShop {
		p.add(inbox.MessageEchoed{
			PhoneNumberID: e.number, To: e.customer, WAMID: e.wamid, At: e.at, Kind: kind, Content: content, Raw: raw,
		})
		return
	}
	p.add(inbox.MessageReceived{
		PhoneNumberID: e.number, From: e.customer, WAMID: e.wamid, At: e.at, Kind: kind, Content: content,
		History: e.history, Raw: raw,
	})
}

// maxEmoji is generous: the longest emoji sequences have about ten code points.
const maxEmoji = 32

// reaction sets or removes an emoji. Removal comes with the emoji missing or
// empty. (Meta docs: reaction messages webhook reference.)
func (p *parser) reaction(e envelope, m value) {
	r := m.get("reaction")
	target := inbox.WAMID(opaqueID(r.get("message_id")))
	emoji := line(r.get("emoji"), maxEmoji)
	if target == "" || emoji == "" && r.get("emoji").text() != "" {
		p.unknown(e.number, reasonMessage, m)
		return
	}
	p.add(inbox.ReactionChanged{
		PhoneNumberID: e.number, From: e.customer, FromShop: e.fromShop,
		WAMID: e.wamid, Target: target, Emoji: emoji, At: e.at,
	})
}

// edit replaces an earlier message. (Meta docs: edit messages webhook reference.)
func (p *parser) edit(e envelope, m value) {
	edit := m.get("edit")
	target := inbox.WAMID(opaqueID(edit.get("original_message_id")))
	edited := edit.get("message")
	inner := e
	inner.typeName = line(edited.get("type"), maxTypeName)
	kind, content := readContent(edited, inner)
	if target == "" || kind == inbox.KindUnknown {
		p.unknown(e.number, reasonMessage, m)
		return
	}
	p.add(inbox.MessageEdited{
		PhoneNumberID: e.number, From: e.customer, FromShop: e.fromShop,
		WAMID: e.wamid, Target: target, Kind: kind, Content: content, At: e.at,
	})
}

// revoke is a deletion for everyone. (Meta docs: revoke messages webhook reference.)
func (p *parser) revoke(e envelope, m value) {
	target := inbox.WAMID(opaqueID(m.get("revoke").get("original_message_id")))
	if target == "" {
		p.unknown(e.number, reasonMessage, m)
		return
	}
	p.add(inbox.MessageRevoked{
		PhoneNumberID: e.number, From: e.customer, FromShop: e.fromShop,
		WAMID: e.wamid, Target: target, At: e.at,
	})
}

// system reads a notice about the customer's account. A new number or user id
// names both sides, where it can, and changes nothing by itself. Older payloads
// know only from and wa_id, or new_wa_id. (Meta docs: Business-scoped user IDs.)
func (p *parser) system(e envelope, m value) {
	s := m.get("system")
	notice := inbox.System{Type: line(s.get("type"), maxTypeName), Body: text(s.get("body"))}
	if notice.Type == "user_changed_number" || notice.Type == "user_changed_user_id" {
		now := identity(s, "wa_id", "user_id", "parent_user_id")
		now.WAID = firstOf(now.WAID, waid(s.get("new_wa_id")))
		before := inbox.Identity{
			WAID:        e.customer.WAID,
			BSUID:       opaqueID(s.get("previous_user_id")),
			ParentBSUID: opaqueID(s.get("previous_parent_user_id")),
		}
		if before.BSUID == "" && e.customer.BSUID != now.BSUID {
			before.BSUID = e.customer.BSUID
		}
		if !before.Empty() && !now.Empty() {
			p.add(inbox.IdentityChanged{
				PhoneNumberID: e.number, Old: before, New: now, WAMID: e.wamid, At: e.at, System: notice,
			})
			return
		}
	}
	if e.customer.Empty() {
		e.customer = identity(s, "customer", "previous_user_id", "previous_parent_user_id")
	}
	if e.customer.Empty() {
		p.unknown(e.number, reasonMessage, m)
		return
	}
	p.post(e, m)
}
