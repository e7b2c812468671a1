package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"tresen/internal/inbox"
)

// Usage says how many messages of a number were delivered and priced in a month.
type Usage struct {
	PhoneNumberID inbox.PhoneNumberID
	// Month is written 2026-11; it is the month in which the messages were sent.
	Month string
	// Category and Kind are the provider's words, as "service" and "regular". (Meta docs: Pricing.)
	Category, Kind string
	Messages       int
}

// countUsage counts a message once: when it is known both that it was delivered
// and what it was priced as. Only delivered messages are charged. The month is
// that of our own clock when it was sent, so that the order of the reports does
// not matter.
func (tx *Tx) countUsage(id inbox.MessageID, pricing string) error {
	var number inbox.PhoneNumberID
	var sentAt int64
	err := tx.queryRow(`SELECT v.phone_number_id, m.sent_at_ms FROM message m
		CROSS JOIN conversation v ON v.conversation_id = m.message_id >> 43 WHERE m.message_id = ?`, int64(id)).Scan(&number, &sentAt)
	if err != nil {
		return wrap("find message", err)
	}
	category, kind, _ := strings.Cut(pricing, "/")
	_, err = tx.exec(`INSERT INTO usage (phone_number_id, month, category, kind, messages) VALUES (?, ?, ?, ?, 1)
		ON CONFLICT DO UPDATE SET messages = messages + 1`, string(number), monthOf(fromMS(sentAt)), category, kind)
	if err != nil {
		return wrap("count usage", err)
	}
	return tx.countAutomatic(id, number, monthOf(fromMS(sentAt)))
}

func monthOf(t time.Time) string { return t.Local().Format("2006-01") }

// ListUsage returns what was counted, newest month first.
func (s *Store) ListUsage(ctx context.Context) ([]Usage, error) {
	list := []Usage{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT phone_number_id, month, category, kind, messages FROM usage ORDER BY month DESC, phone_number_id, category, kind")
		return each(rows, err, func(r *sql.Rows) error {
			var u Usage
			err := r.Scan(&u.PhoneNumberID, &u.Month, &u.Category, &u.Kind, &u.Messages)
			list = append(list, u)
			return err
		})
	})
	return list, wrap("list usage", err)
}
