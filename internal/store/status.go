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
// after it. The outcome does not depend on order or repetition
// (inbox.StatusTimes). Reports about messages that came in are ignored.
func (tx *Tx) RecordStatus(id inbox.MessageID, r StatusReport) (inbox.MessageStatus, error) {
	var before, failure, pricing word
	var direction, failureNumber, sent, delivered, read, played, failed number
	err := tx.queryRow(`SELECT direction, status, failure, failure_number, pricing,
		status_sent_ms, status_delivered_ms, status_read_ms, status_played_ms, status_failed_ms
		FROM message WHERE message_id = ?`, int64(id)).
		Scan(&direction, &before, &failure, &failureNumber, &pricing, &sent, &delivered, &read, &played, &failed)
	if err != nil {
		return "", wrap("find message", err)
	}
	arrivedBefore := delivered|read|played != 0
	pricedBefore := pricing != ""
	times := inbox.StatusTimes{
		Sent: fromMS(int64(sent)), Delivered: fromMS(int64(delivered)), Read: fromMS(int64(read)),
		Played: fromMS(int64(played)), Failed: fromMS(int64(failed)),
	}
	if inbox.Direction(direction) == inbox.Inbound || !times.Record(r.Status, r.At) && (r.Pricing == "" || pricing != "") {
		return inbox.MessageStatus(before), nil
	}
	if pricing == "" {
		pricing = word(r.Pricing)
	}
	switch {
	case r.Status == inbox.StatusFailed && times.Failed.Equal(r.At):
		failure, failureNumber = word(r.Failure), number(r.FailureNumber)
	case times.Failed.IsZero():
		failure, failureNumber = "", 0 // a reason of our own; the provider knows better
	}
	status, at := times.Resolve()
	if status == "" {
		return inbox.MessageStatus(before), nil // not one of the provider's
	}
	_, err = tx.exec(`UPDATE message SET status = ?, status_at_ms = ?, status_sent_ms = ?, status_delivered_ms = ?, status_read_ms = ?,
		status_played_ms = ?, status_failed_ms = ?, failure = ?, failure_number = ?, pricing = ? WHERE message_id = ?`,
		string(status), ms(at), ms(times.Sent), ms(times.Delivered), ms(times.Read), ms(times.Played), ms(times.Failed),
		string(failure), int64(failureNumber), string(pricing), int64(id))
	if err != nil {
		return status, wrap("update status", err)
	}
	arrived := arrivedBefore || !times.Delivered.IsZero() || !times.Read.IsZero() || !times.Played.IsZero()
	if arrived && pricing != "" && !(arrivedBefore && pricedBefore) {
		err = tx.countUsage(id, string(pricing))
	}
	return status, err
}
