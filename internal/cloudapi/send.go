package cloudapi

import (
	"context"
	"errors"
	"net/http"
	"unicode/utf8"

	"tresen/internal/inbox"
)

// OutgoingMessage is a message to one customer.
type OutgoingMessage struct {
	To   inbox.Identity
	Body Body
	// ReplyTo is the message to quote, or empty.
	ReplyTo inbox.WAMID
	// CallbackData comes back with every status of this message (at most 512
	// characters). All programs subscribed to the number see it: put an id of
	// our own there and nothing else.
	CallbackData string
}

// SendResult is Meta's answer to a send: accepted for processing, no more.
type SendResult struct {
	WAMID inbox.WAMID
	// WAID and BSUID are the recipient as Meta knows him; either may be empty,
	// and WAID may differ from the number that was asked for.
	WAID, BSUID string
	// Status is Meta's message_status (templates only), or empty.
	Status string
}

// SendMessage sends m once. If the error is ambiguous (IsAmbiguous), the
// message may have been sent and must not be sent again without asking;
// otherwise it certainly was not. (Meta docs: Send messages.)
func (c *Client) SendMessage(ctx context.Context, m OutgoingMessage) (SendResult, error) {
	const doing = "send message"
	payload, err := frame(m)
	if err != nil {
		return SendResult{}, err
	}
	answer, err := c.postJSON(ctx, doing, c.numberPath("messages"), payload)
	if err != nil {
		return SendResult{}, err
	}
	var result SendResult
	for v := range answer.get("messages").items() {
		result.WAMID = inbox.WAMID(opaqueID(v.get("id")))
		result.Status = line(v.get("message_status"), maxTypeName)
		break
	}
	for v := range answer.get("contacts").items() {
		result.WAID, result.BSUID = waid(v.get("wa_id")), opaqueID(v.get("user_id"))
		break
	}
	if result.WAMID == "" {
		return SendResult{}, unreadable(doing, http.MethodPost, http.StatusOK, errors.New("answer names no message"))
	}
	return result, nil
}

// frame builds the request body.
func frame(m OutgoingMessage) (map[string]any, error) {
	if m.Body == nil {
		return nil, inbox.InvalidField("body", "missing")
	}
	typeName, object, err := m.Body.payload()
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(m.CallbackData) > maxCallbackData {
		return nil, inbox.InvalidField("callbackData", "longer than 512 characters")
	}
	payload := map[string]any{
		"messaging_product": "whatsapp",
		"recipient_type":    "individual",
		"type":              typeName,
		typeName:            object,
	}
	if err := address(payload, m.To); err != nil {
		return nil, err
	}
	if m.ReplyTo != "" {
		payload["context"] = map[string]any{"message_id": string(m.ReplyTo)}
	}
	if m.CallbackData != "" {
		payload["biz_opaque_callback_data"] = m.CallbackData
	}
	return payload, nil
}

// address writes the recipient. Without the "+" Meta may put the shop's own
// country code in front of a number.
func address(payload map[string]any, to inbox.Identity) error {
	if number, ok := inbox.NormalizeWAID(to.WAID); ok {
		payload["to"] = "+" + number
		return nil
	}
	if id := firstOf(to.BSUID, to.ParentBSUID); id != "" {
		payload["recipient"] = id
		return nil
	}
	return inbox.InvalidField("to", "neither a number nor a user id")
}

// MarkRead tells the customer that the message, and all before it, were read.
// With typing, "typing…" is shown for up to 25 seconds; there is no typing
// without the read receipt. (Meta docs: Typing indicators.)
func (c *Client) MarkRead(ctx context.Context, wamid inbox.WAMID, typing bool) error {
	payload := map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": string(wamid)}
	if typing {
		payload["typing_indicator"] = map[string]any{"type": "text"}
	}
	_, err := c.postJSON(ctx, "mark message read", c.numberPath("messages"), payload)
	return err
}
