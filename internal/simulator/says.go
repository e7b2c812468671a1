package simulator

import (
	"context"
	"encoding/json"
)

// The methods of this file are what customers do most, in one line each. Send
// can do everything.

// SendText writes a text.
func (c *Customer) SendText(ctx context.Context, text string) (string, error) {
	return c.Send(ctx, Message{Type: "text", Text: text})
}

// QuoteText writes a text that quotes another message.
func (c *Customer) QuoteText(ctx context.Context, quoted, text string) (string, error) {
	return c.Send(ctx, Message{Type: "text", Text: text, Quote: quoted})
}

// React reacts to a message; an empty emoji takes the reaction away.
func (c *Customer) React(ctx context.Context, target, emoji string) (string, error) {
	return c.Send(ctx, Message{Type: "reaction", Target: target, Emoji: emoji})
}

// Edit changes the text of an own message.
func (c *Customer) Edit(ctx context.Context, target, text string) (string, error) {
	return c.Send(ctx, Message{Type: "edit", Target: target, Text: text})
}

// Revoke deletes an own message for everyone.
func (c *Customer) Revoke(ctx context.Context, target string) (string, error) {
	return c.Send(ctx, Message{Type: "revoke", Target: target})
}

// SendFile sends media; the file's MIME type decides about the kind of message.
func (c *Customer) SendFile(ctx context.Context, f File, caption string) (string, error) {
	return c.Send(ctx, Message{Type: f.messageType(), Media: &f, Text: caption})
}

// SendLocation sends a place.
func (c *Customer) SendLocation(ctx context.Context, l Location) (string, error) {
	return c.Send(ctx, Message{Type: "location", Location: &l})
}

// TapButton answers a message by one of its buttons or list rows: it looks up
// what kind of button it was and sends the matching answer.
func (c *Customer) TapButton(ctx context.Context, messageID string, b Button) (string, error) {
	m := Message{ReplyID: b.ID, ReplyTitle: b.Title, ReplyDescription: b.Description, Quote: messageID}
	switch b.Kind {
	case "list_row":
		m.Type = "list_reply"
	case "quick_reply":
		m.Type = "button"
	case "contact_request":
		return c.ShareContact(ctx, messageID)
	default:
		m.Type = "button_reply"
	}
	return c.Send(ctx, m)
}

// ShareContact answers a contact request with the customer's own number, which
// thereby becomes known to the business.
func (c *Customer) ShareContact(ctx context.Context, quoted string) (string, error) {
	c.sim.mu.Lock()
	c.inBook = true
	p, waID := c.p, c.waID
	c.sim.mu.Unlock()
	card := map[string]any{
		"origin": "contact_request",
		"name":   object{"formatted_name": p.Name, "first_name": p.Name},
		"phones": []any{object{"phone": p.Phone, "wa_id": waID, "user_id": p.BSUID, "type": "CELL"}},
	}
	return c.Send(ctx, Message{Type: "contacts", Contacts: []any{card}, Quote: quoted})
}

// reply is the inner object of an interactive answer.
func (m Message) reply() object {
	switch m.Type {
	case "list_reply":
		out := object{"id": m.ReplyID, "title": m.ReplyTitle}
		if m.ReplyDescription != "" {
			out["description"] = m.ReplyDescription
		}
		return out
	case "nfm_reply":
		name := m.ReplyID
		if name == "" {
			name = "flow"
		}
		response, err := json.Marshal(m.Response)
		if err != nil {
			response = []byte("{}")
		}
		return object{"name": name, "body": "Sent", "response_json": string(response)}
	case "call_permission_reply":
		answer := "reject"
		if m.Accept {
			answer = "accept"
		}
		return object{"response": answer, "is_permanent": false, "response_source": "user_action"}
	}
	return object{"id": m.ReplyID, "title": m.ReplyTitle}
}

func (l *Location) asObject() object {
	out := object{"latitude": l.Latitude, "longitude": l.Longitude}
	if l.Name != "" {
		out["name"] = l.Name
	}
	if l.Address != "" {
		out["address"] = l.Address
	}
	return out
}

func (o *Order) asObject(text string) object {
	items := []any{}
	for _, i := range o.Items {
		items = append(items, object{
			"product_retailer_id": i.ProductID, "quantity": i.Quantity, "item_price": i.Price, "currency": i.Currency,
		})
	}
	out := object{"catalog_id": o.CatalogID, "product_items": items}
	if text != "" {
		out["text"] = text
	}
	return out
}
