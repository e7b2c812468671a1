package cloudapi

import (
	"errors"
	"time"

	"tresen/internal/inbox"
)

// MaxBody is the largest delivery Parse looks at, in bytes. Meta sends at most
// 3 MB (Meta docs: Webhooks overview).
const MaxBody = 4 << 20

// maxEvents bounds what one delivery can turn into. Meta batches up to 1,000
// updates, and a coexistence history some thousands of messages.
const maxEvents = 50_000

// ErrBodyTooLarge is the only error Parse returns: the caller read more than
// MaxBody bytes.
var ErrBodyTooLarge = errors.New("parse webhook: body too large")

// The reasons of inbox.UnknownPart.
const (
	reasonPayload = "payload"
	reasonObject  = "object"
	reasonChange  = "change"
	reasonField   = "field"
	reasonMessage = "message"
	reasonStatus  = "status"
)

// Parse turns one delivery into events, in the order they stand in it. Whatever
// is not understood becomes an inbox.UnknownPart (or a message of KindUnknown,
// if it is known whose it is) and costs nothing but itself. receivedAt stands
// in for timestamps that are missing or unusable. The signature must have been
// verified before. (Meta docs: Webhooks, messages webhook reference.)
func Parse(body []byte, receivedAt time.Time) ([]inbox.Event, error) {
	if len(body) > MaxBody {
		return nil, ErrBodyTooLarge
	}
	p := parser{receivedAt: receivedAt}
	root, err := readDocument(body)
	if err != nil {
		return []inbox.Event{inbox.UnknownPart{Reason: reasonPayload, Raw: append([]byte{}, body...), At: receivedAt}}, nil
	}
	p.delivery(root)
	if len(p.events) > maxEvents {
		// Keep the rest whole rather than lose it: a later version may know better.
		p.events = p.events[:maxEvents]
		p.unknown("", reasonPayload, root)
	}
	return p.events, nil
}

// parser collects the events of one delivery.
type parser struct {
	receivedAt time.Time
	events     []inbox.Event
}

func (p *parser) add(e inbox.Event) { p.events = append(p.events, e) }

func (p *parser) unknown(number inbox.PhoneNumberID, reason string, part value) {
	p.add(inbox.UnknownPart{PhoneNumberID: number, Reason: reason, Raw: part.raw(), At: p.receivedAt})
}

// full reports that the delivery holds more than it ever should, so that
// readers stop early.
func (p *parser) full() bool { return len(p.events) > maxEvents }

func (p *parser) delivery(root value) {
	entries := root.get("entry")
	if root.get("object").text() != "whatsapp_business_account" {
		p.unknown("", reasonObject, root)
		return
	}
	if !entries.is(kindArray) {
		p.unknown("", reasonPayload, root)
		return
	}
	for entry := range entries.items() {
		if !entry.get("changes").is(kindArray) {
			p.unknown("", reasonChange, entry)
			continue
		}
		for part := range entry.get("changes").items() {
			p.change(entry, part)
			if p.full() {
				return
			}
		}
	}
}

// change is one element of entry[].changes[]: a field and what it reports.
type change struct {
	field   string
	entryID string
	// entryTime is when a management field was reported; message fields have none.
	entryTime value
	number    inbox.PhoneNumberID
	// display is the shop's number as digits, or empty. It tells who wrote a quoted message.
	display  string
	contacts contactBook
	part     value // the whole change
	value    value
}

func (p *parser) change(entry, part value) {
	v := part.get("value")
	if !v.is(kindObject) {
		p.unknown("", reasonChange, part)
		return
	}
	metadata := v.get("metadata")
	c := &change{
		field:     part.get("field").text(),
		entryID:   entry.get("id").text(),
		entryTime: entry.get("time"),
		number:    inbox.PhoneNumberID(opaqueID(metadata.get("phone_number_id"))),
		display:   digitsOf(metadata.get("display_phone_number").text()),
		part:      part,
		value:     v,
	}
	p.dispatch(c)
}

// dispatch hands a change to the reader of its field. (Meta docs: Webhooks, fields.)
func (p *parser) dispatch(c *change) {
	switch {
	case c.field == "messages" || c.field == "" && c.value.get("messaging_product").exists():
		p.messages(c)
	case c.field == "smb_message_echoes" || c.field == "message_echoes":
		p.echoes(c)
	case c.field == "history":
		p.history(c)
	case c.field == "calls":
		p.calls(c)
	case c.field == "user_preferences":
		p.preferences(c)
	case c.field == "smb_app_state_sync":
		// The address book of the shop's phone. This program has no way to take
		// in an address book, not even as a sealed part kept for later.
	case isAccountField(c.field):
		p.account(c)
	default:
		p.unknown(c.number, reasonField, c.part)
	}
}

// messages reads field messages. One value may hold messages, statuses and
// errors at once. (Meta docs: messages webhook reference.)
func (p *parser) messages(c *change) {
	messages, statuses, problems := c.value.get("messages"), c.value.get("statuses"), c.value.get("errors")
	if !messages.is(kindArray) && !statuses.is(kindArray) && !problems.is(kindArray) || c.number == "" {
		p.unknown(c.number, reasonChange, c.part)
		return
	}
	c.contacts = readContacts(c.value.get("contacts"))
	for m := range messages.items() {
		if p.full() {
			return
		}
		p.message(c, m)
	}
	for s := range statuses.items() {
		if p.full() {
			return
		}
		p.status(c, s)
	}
	for e := range problems.items() {
		p.problem(c, "errors", e)
	}
}

// timestamp reads Unix seconds, written as string or number.
func (p *parser) timestamp(v value) time.Time {
	seconds := v.int()
	if seconds <= 0 || seconds > 1<<32 {
		return p.receivedAt
	}
	return time.Unix(seconds, 0).UTC()
}
