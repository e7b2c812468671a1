package simulator

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Message is something a customer sends. Type is Meta's word for the kind; each
// kind uses the fields its comment names. Raw adds members to the webhook's
// message, or makes a message of a kind nobody knows yet.
type Message struct {
	Type string `json:"type"`

	Text  string `json:"text,omitempty"`  // text; caption of media; text of an order
	Media *File  `json:"media,omitempty"` // image, video, audio, document, sticker

	Location *Location      `json:"location,omitempty"` // location
	Contacts []any          `json:"contacts,omitempty"` // contacts, in Meta's shape
	Order    *Order         `json:"order,omitempty"`    // order
	Referral map[string]any `json:"referral,omitempty"` // first message after an ad

	// Target is the message a reaction, edit or revoke is about. An empty Emoji
	// takes the reaction away.
	Target string `json:"target,omitempty"`
	Emoji  string `json:"emoji,omitempty"`

	// ReplyID, ReplyTitle and ReplyDescription answer buttons and lists
	// (button_reply, list_reply); ReplyID and ReplyTitle are payload and text of a
	// template's quick reply (button). Response is the JSON of a flow's or address
	// form's answer (nfm_reply).
	ReplyID          string         `json:"reply_id,omitempty"`
	ReplyTitle       string         `json:"reply_title,omitempty"`
	ReplyDescription string         `json:"reply_description,omitempty"`
	Response         map[string]any `json:"response,omitempty"`
	Accept           bool           `json:"accept,omitempty"` // call_permission_reply

	// Unsupported is the hint of an unsupported message: "edit", "poll_creation", …
	Unsupported string `json:"unsupported,omitempty"`

	Quote               string         `json:"quote,omitempty"` // wamid of the quoted message
	Product             string         `json:"product,omitempty"`
	Forwarded           bool           `json:"forwarded,omitempty"`
	FrequentlyForwarded bool           `json:"frequently_forwarded,omitempty"`
	Raw                 map[string]any `json:"raw,omitempty"`

	// At is when the customer wrote; zero means now.
	At time.Time `json:"at,omitzero"`
	// PhoneNumberID is the number written to; empty means the first one.
	PhoneNumberID string `json:"phone_number_id,omitempty"`
	// ID overrides the wamid, for tests that need the same message twice.
	ID string `json:"id,omitempty"`
}

// Location is a place on the map.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// Order is a cart sent from the catalogue. Prices may have decimals.
type Order struct {
	CatalogID string      `json:"catalog_id"`
	Items     []OrderItem `json:"items"`
}

// OrderItem is one line of an Order.
type OrderItem struct {
	ProductID string  `json:"product_id"`
	Quantity  int     `json:"quantity"`
	Price     float64 `json:"price"`
	Currency  string  `json:"currency"`
}

var (
	errBlocked      = errors.New("send message: the business has blocked this customer")
	errUnregistered = errors.New("send message: the business number is not on WhatsApp")
)

// Send lets the customer send a message and returns its wamid. The webhook is
// queued, not yet delivered: see WaitIdle. It fails when the message makes no
// sense, when the business blocked the customer or its number is not registered,
// or when the simulator is closed.
func (c *Customer) Send(ctx context.Context, m Message) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	c.sim.mu.Lock()
	defer c.sim.mu.Unlock()
	return c.say(m)
}

// say is Send with the simulator locked.
func (c *Customer) say(m Message) (string, error) {
	s := c.sim
	if s.closed {
		return "", errClosed
	}
	n := s.chosen(m.PhoneNumberID)
	switch {
	case n.blocked[c]:
		return "", errBlocked
	case !n.registered:
		return "", errUnregistered
	}
	if m.At.IsZero() {
		m.At = s.clock.now()
	}
	payload, err := c.payload(n, m)
	if err != nil {
		return "", fmt.Errorf("send message: %w", err)
	}
	id := m.ID
	if id == "" {
		id = s.ids.wamid(c.party(), true)
	}
	payload["id"], payload["timestamp"] = id, formatUnix(m.At.Unix())
	c.sign(payload)
	for k, v := range m.Raw {
		payload[k] = v
	}
	s.heard[id] = c
	c.remember(n, id, m)
	c.meet()
	s.emit(update{field: "messages", number: n, value: s.messagesValue(n, c, payload)})
	return id, nil
}

// sign writes the sender into a message.
func (c *Customer) sign(payload object) {
	payload["from_user_id"] = c.p.BSUID
	if c.showsPhone() {
		payload["from"] = c.waID
	}
	if c.p.ParentBSUID != "" {
		payload["from_parent_user_id"] = c.p.ParentBSUID
	}
}

// extendsWindow: Meta says "message"; whether reactions, edits and deletions count
// is not documented, so the simulator takes the strict reading (§2.6).
func extendsWindow(kind string) bool {
	return !contains([]string{"reaction", "edit", "revoke", "request_welcome"}, kind)
}

// remember keeps the message on the customer's phone and moves the window.
func (c *Customer) remember(n *number, id string, m Message) {
	ch := c.chat(n)
	if extendsWindow(m.Type) && m.At.After(ch.lastInbound) {
		ch.lastInbound = m.At
	}
	if m.Referral != nil {
		ch.adAt = m.At
	}
	switch m.Type {
	case "reaction":
		ch.react(m.Target, true, m.Emoji)
	case "edit":
		ch.edit(m.Target, m.Text)
	case "revoke":
		ch.revoke(m.Target)
	case "request_welcome":
	default:
		ch.items = append(ch.items, c.itemFrom(id, m))
	}
}

// messagesValue is the value of a "messages" change with one message in it.
func (s *Simulator) messagesValue(n *number, c *Customer, message object) object {
	value := object{"messaging_product": "whatsapp", "metadata": n.metadata(), "messages": []any{message}}
	if c != nil {
		value["contacts"] = []any{c.contact(n)}
	}
	return value
}

// payload is the webhook's message object without id, time and sender.
func (c *Customer) payload(n *number, m Message) (object, error) {
	out := object{"type": m.Type}
	if context := c.contextOf(n, m); len(context) > 0 {
		out["context"] = context
	}
	if m.Referral != nil {
		out["referral"] = m.Referral
	}
	switch m.Type {
	case "text":
		out["text"] = object{"body": m.Text}
	case "image", "video", "audio", "document", "sticker":
		media, err := c.sim.customerMedia(m)
		if err != nil {
			return nil, err
		}
		if errs, tooLarge := media["errors"]; tooLarge {
			out["errors"] = errs
			return out, nil
		}
		out[m.Type] = media
	case "location":
		if m.Location == nil {
			return nil, errors.New("location is missing")
		}
		out["location"] = m.Location.asObject()
	case "contacts":
		if len(m.Contacts) == 0 {
			return nil, errors.New("contacts are missing")
		}
		out["contacts"] = m.Contacts
	case "order":
		if m.Order == nil {
			return nil, errors.New("order is missing")
		}
		out["order"] = m.Order.asObject(m.Text)
	default:
		return c.otherPayload(out, m)
	}
	return out, nil
}

// otherPayload is the second half of payload: kinds that answer, change or
// puzzle.
func (c *Customer) otherPayload(out object, m Message) (object, error) {
	switch m.Type {
	case "reaction":
		reaction := object{"message_id": m.Target}
		if m.Emoji != "" {
			reaction["emoji"] = m.Emoji
		}
		out["reaction"] = reaction
	case "button":
		out["button"] = object{"payload": m.ReplyID, "text": m.ReplyTitle}
	case "button_reply", "list_reply", "nfm_reply", "call_permission_reply":
		out["type"] = "interactive"
		out["interactive"] = object{"type": m.Type, m.Type: m.reply()}
	case "edit":
		inner := object{"type": "text", "text": object{"body": m.Text}}
		if m.Quote != "" {
			inner["context"] = object{"id": m.Quote}
		}
		delete(out, "context")
		out["edit"] = object{"original_message_id": m.Target, "message": inner}
	case "revoke":
		out["revoke"] = object{"original_message_id": m.Target}
	case "unsupported":
		out["errors"] = []any{fail(131051, "Message type is currently not supported.").asStatus()}
		if m.Unsupported != "" {
			out["unsupported"] = object{"type": m.Unsupported}
		}
	case "request_welcome":
	case "":
		return nil, errors.New("type is missing")
	default:
		if m.Raw == nil {
			return nil, errors.New("unknown type without raw members")
		}
	}
	return out, nil
}

// contextOf is the context of a quote, a forward or a product enquiry.
func (c *Customer) contextOf(n *number, m Message) object {
	context := object{}
	if m.Forwarded {
		context["forwarded"] = true
	}
	if m.FrequentlyForwarded {
		context["frequently_forwarded"] = true
	}
	if m.Quote == "" && m.Product == "" {
		return context
	}
	context["from"] = n.digits
	if item := c.chat(n).find(m.Quote); item != nil && item.Mine && c.showsPhone() {
		context["from"] = c.waID
	}
	if m.Quote != "" {
		context["id"] = m.Quote
	}
	if m.Product != "" {
		context["referred_product"] = object{"catalog_id": "194836987003835", "product_retailer_id": m.Product}
	}
	return context
}
