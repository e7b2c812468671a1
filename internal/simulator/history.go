package simulator

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// historyPrefix begins the ids of message histories.
const historyPrefix = "mh"

func historyID(wamid string) string {
	return historyPrefix + base64.RawURLEncoding.EncodeToString([]byte(wamid))
}

// historyTarget is the wamid inside a history id without its prefix.
func historyTarget(id string) string {
	b, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return ""
	}
	return string(b)
}

// showHistory answers GET /{PNID}/message_history (§2.11): what became of a sent
// message, and whether the webhooks about it arrived.
func (s *Simulator) showHistory(c *call) (any, *apiError) {
	id := c.query("message_id")
	if id == "" {
		return nil, plain(100, 0, "(#100) The parameter message_id is required.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.sent[id]
	if m == nil || m.number != c.number {
		return object{"data": []any{}}, nil
	}
	entry := object{"id": historyID(id), "message_id": id, "events": object{"data": s.historyEvents(m)}}
	return page(c, []any{entry})
}

func (s *Simulator) historyEvents(m *sentMessage) []any {
	out := []any{}
	for i, e := range m.events {
		event := object{
			"id": fmt.Sprintf("%s_%d", historyID(m.id), i), "delivery_status": strings.ToUpper(e.status),
			"timestamp": e.at.Unix(), "webhook_update_state": e.state, "webhook_uri": e.uri,
			"application": object{"id": s.cfg.AppID},
		}
		if e.status == "failed" {
			event["error_description"] = meaningOf(m.failure.code).title
		}
		out = append(out, event)
	}
	return out
}

// showHistoryEvents answers GET /{Message-History-ID}/events, in the other shape
// the reference gives for it.
func (s *Simulator) showHistoryEvents(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.sent[historyTarget(strings.TrimPrefix(c.id, historyPrefix))]
	var items []any
	for _, e := range s.historyEvents(m) {
		event := e.(object)
		event["occurrence_timestamp"] = event["timestamp"]
		delete(event, "timestamp")
		items = append(items, event)
	}
	return page(c, items)
}
