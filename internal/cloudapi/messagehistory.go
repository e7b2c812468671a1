package cloudapi

import (
	"context"
	"net/url"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// HistoryEvent is one step of a sent message as Meta remembers it.
type HistoryEvent struct {
	// Status is one of Meta's in our words; unknown ones are left out.
	Status inbox.MessageStatus
	At     time.Time
}

// MessageHistory returns what Meta remembers of a message we sent, in the order
// Meta gives. It helps where status webhooks were lost. Whether an account has
// it is not documented: be ready for CodeInvalid and CodePermission. (Meta docs:
// Graph API reference, message history.)
func (c *Client) MessageHistory(ctx context.Context, wamid inbox.WAMID) ([]HistoryEvent, error) {
	if wamid == "" {
		return nil, inbox.InvalidField("wamid", "missing")
	}
	answer, err := c.get(ctx, "read message history", c.numberPath("message_history"), url.Values{
		"message_id": {string(wamid)}, "fields": {"id,message_id,events{delivery_status,timestamp}"}, "limit": {"100"},
	})
	if err != nil {
		return nil, err
	}
	events := []HistoryEvent{}
	for message := range answer.get("data").items() {
		if id := message.get("message_id").text(); id != "" && id != string(wamid) {
			continue
		}
		for v := range message.get("events").get("data").items() {
			status := inbox.MessageStatus(strings.ToLower(v.get("delivery_status").text()))
			at := v.get("timestamp").int()
			if isReported(status) && at > 0 {
				events = append(events, HistoryEvent{Status: status, At: time.Unix(at, 0).UTC()})
			}
		}
	}
	return events, nil
}

// isReported reports the statuses that come from Meta.
func isReported(s inbox.MessageStatus) bool {
	switch s {
	case inbox.StatusSent, inbox.StatusDelivered, inbox.StatusRead, inbox.StatusPlayed, inbox.StatusFailed:
		return true
	}
	return false
}
