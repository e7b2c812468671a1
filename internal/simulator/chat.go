package simulator

import (
	"sort"
	"time"
)

// ChatItem is one message as the customer's phone shows it.
type ChatItem struct {
	ID   string    `json:"id"`
	Mine bool      `json:"mine"` // the customer wrote it
	Type string    `json:"type"`
	At   time.Time `json:"at"`
	// Text is the text, caption or rendered template body.
	Text   string `json:"text,omitempty"`
	Header string `json:"header,omitempty"`
	Footer string `json:"footer,omitempty"`
	// Quote is the id of the quoted message.
	Quote    string    `json:"quote,omitempty"`
	Media    *File     `json:"media,omitempty"`
	Location *Location `json:"location,omitempty"`
	// Buttons are what can be tapped: buttons, list rows, links.
	Buttons []Button `json:"buttons,omitempty"`
	// Payload is what the business sent, in Meta's shape, for kinds that have no
	// field of their own here.
	Payload map[string]any `json:"payload,omitempty"`
	// MyReaction is the customer's emoji, Reaction the business's.
	MyReaction string `json:"my_reaction,omitempty"`
	Reaction   string `json:"reaction,omitempty"`
	Edited     bool   `json:"edited,omitempty"`
	Revoked    bool   `json:"revoked,omitempty"`
	// Read: the business read the customer's message, or the customer the
	// business's.
	Read bool `json:"read"`
	// Order is when the business's message was accepted, as in Delivery.
	Order int64 `json:"order,omitempty"`
}

// Button is something a message offers to tap. Kind is "reply", "list_row",
// "quick_reply", "url", "phone", "copy_code", "flow", "location_request" or
// "contact_request".
type Button struct {
	Kind        string `json:"kind"`
	ID          string `json:"id,omitempty"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	URL         string `json:"url,omitempty"`
}

// Chat is the customer's side of the chat with one business number.
type Chat struct {
	Items []ChatItem `json:"items"`
	// Typing: the business shows that it is typing.
	Typing bool `json:"typing"`
}

// Inbox is what the customer's phone shows of the chat with the first number,
// oldest first.
func (c *Customer) Inbox() []ChatItem { return c.Chat("").Items }

// Received is only what the business sent.
func (c *Customer) Received() []ChatItem {
	var out []ChatItem
	for _, item := range c.Inbox() {
		if !item.Mine {
			out = append(out, item)
		}
	}
	return out
}

// Chat is the chat with one number; an empty id means the first number.
func (c *Customer) Chat(phoneNumberID string) Chat {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := c.chats[s.chosen(phoneNumberID)]
	out := Chat{Items: []ChatItem{}}
	if ch == nil {
		return out
	}
	for _, item := range ch.items {
		out.Items = append(out.Items, *item)
	}
	out.Typing = s.clock.now().Before(ch.typingUntil)
	return out
}

func (ch *chat) find(id string) *ChatItem {
	for i := len(ch.items) - 1; i >= 0; i-- {
		if ch.items[i].ID == id {
			return ch.items[i]
		}
	}
	return nil
}

func (ch *chat) react(target string, byCustomer bool, emoji string) {
	item := ch.find(target)
	switch {
	case item == nil:
	case byCustomer:
		item.MyReaction = emoji
	default:
		item.Reaction = emoji
	}
}

func (ch *chat) edit(target, text string) {
	if item := ch.find(target); item != nil && item.Mine {
		item.Text, item.Edited = text, true
	}
}

func (ch *chat) revoke(target string) {
	if item := ch.find(target); item != nil && item.Mine {
		*item = ChatItem{ID: item.ID, Mine: true, Type: item.Type, At: item.At, Revoked: true}
	}
}

// Remember puts earlier messages of both sides on the customer's phone, as when a
// demo is started again with a stored history: the chat with the first number is
// there, its window stands where the customer's last message left it, and what
// the customer has not read can still be read. Items the phone has are left alone.
// The business is told nothing.
func (c *Customer) Remember(items ...ChatItem) {
	s := c.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.numbers[0]
	ch := c.chat(n)
	for _, given := range items {
		if given.ID == "" || ch.find(given.ID) != nil {
			continue
		}
		item := given
		ch.items = append(ch.items, &item)
		if item.Mine {
			s.heard[item.ID] = c
			if extendsWindow(item.Type) && item.At.After(ch.lastInbound) {
				ch.lastInbound = item.At
			}
			continue
		}
		m := &sentMessage{
			id: item.ID, number: n, customer: c, to: recipient{input: c.p.BSUID, byBSUID: true}, kind: item.Type,
			item: &item, at: item.At, arrived: true, read: item.Read, priced: true,
		}
		s.sent[item.ID] = m
	}
	sort.SliceStable(ch.items, func(i, j int) bool { return ch.items[i].At.Before(ch.items[j].At) })
	c.meet()
}

// itemFrom is a customer's own message on the customer's phone.
func (c *Customer) itemFrom(id string, m Message) *ChatItem {
	item := &ChatItem{ID: id, Mine: true, Type: m.Type, At: m.At, Text: m.Text, Quote: m.Quote, Media: m.Media, Location: m.Location}
	if item.Text == "" {
		item.Text = m.ReplyTitle
	}
	if m.Order != nil {
		item.Payload = m.Order.asObject(m.Text)
	}
	if m.Contacts != nil {
		item.Payload = object{"contacts": m.Contacts}
	}
	return item
}
