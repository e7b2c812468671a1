package store

import (
	"time"

	"tresen/internal/inbox"
)

// StatusReport is what the provider says about a message of ours.
type StatusReport struct {
	Status        inbox.MessageStatus
	At            time.Time
	Failure       inbox.Code
	FailureNumber int
	// Pricing is the provider's category and type, or empty.
	Pricing string
}

// RecordStatus notes a provider's report and returns the message's status
// after it. The outcome does not depend on order or repetition (inbox.StatusTimes).
func (tx *Tx) RecordStatus(id inbox.MessageID, r StatusReport) (inbox.MessageStatus, error) {
	var m messageRow
	if err := tx.queryRow(selectMessage+"WHERE message_id = ?", id).Scan(m.dest()...); err != nil {
		return "", wrap("find message", err)
	}
	before := inbox.MessageStatus(m.status.String)
	times := m.times()
	news := times.Record(r.Status, r.At)
	if r.Pricing != "" {
		if _, err := tx.exec("UPDATE message SET pricing = ? WHERE message_id = ? AND pricing = ''", r.Pricing, id); err != nil {
			return before, wrap("note pricing", err)
		}
	}
	if !news {
		return before, nil
	}
	status, _ := times.Resolve()
	failure, number := m.failure.String, m.failureNumber.Int64
	if r.Status == inbox.StatusFailed {
		failure, number = string(r.Failure), int64(r.FailureNumber)
	}
	if status != inbox.StatusFailed && times.Failed.IsZero() {
		failure, number = "", 0
	}
	_, err := tx.exec(`UPDATE message SET status = ?, status_sent_ms = ?, status_delivered_ms = ?, status_read_ms = ?,
		status_played_ms = ?, status_failed_ms = ?, failure = ?, failure_number = ? WHERE message_id = ?`,
		string(status), ms(times.Sent), ms(times.Delivered), ms(times.Read), ms(times.Played), ms(times.Failed),
		failure, number, id)
	return status, wrap("update status", err)
}
