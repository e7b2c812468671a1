package inbox

import "time"

// MessageStatus is where an outgoing message is on its way.
type MessageStatus string

// queued, sending and unclear are ours; accepted is the HTTP answer; the rest
// are Meta's. (Meta docs: Status messages webhook.)
const (
	StatusQueued    MessageStatus = "queued"
	StatusSending   MessageStatus = "sending"
	StatusUnclear   MessageStatus = "unclear"
	StatusAccepted  MessageStatus = "accepted"
	StatusSent      MessageStatus = "sent"
	StatusDelivered MessageStatus = "delivered"
	StatusRead      MessageStatus = "read"
	StatusPlayed    MessageStatus = "played"
	StatusFailed    MessageStatus = "failed"
)

// MessageStatuses lists every status, for the database's CHECK and the catalogues' test.
func MessageStatuses() []MessageStatus {
	return []MessageStatus{
		StatusQueued, StatusSending, StatusUnclear, StatusAccepted, StatusSent, StatusDelivered, StatusRead,
		StatusPlayed, StatusFailed,
	}
}

// StatusTimes holds the first provider time of each status that was reported
// for a message; zero means not reported. Because it is a set of minima, it
// comes out the same for every order and repetition of the reports.
type StatusTimes struct {
	Sent, Delivered, Read, Played, Failed time.Time
}

// Record notes that status was reported with provider time at. It reports
// whether that was news, and false for statuses that are not Meta's.
func (s *StatusTimes) Record(status MessageStatus, at time.Time) bool {
	var slot *time.Time
	switch status {
	case StatusSent:
		slot = &s.Sent
	case StatusDelivered:
		slot = &s.Delivered
	case StatusRead:
		slot = &s.Read
	case StatusPlayed:
		slot = &s.Played
	case StatusFailed:
		slot = &s.Failed
	default:
		return false
	}
	if !slot.IsZero() && !at.Before(*slot) {
		return false
	}
	*slot = at
	return true
}

// Resolve returns the status these reports amount to, and its time. read
// implies delivered; a late sent never undoes anything; failed is final unless
// delivered, read or played carries a later provider time, because that proves
// the message arrived after all. Without any report it returns an empty status.
func (s StatusTimes) Resolve() (MessageStatus, time.Time) {
	arrived := []struct {
		status MessageStatus
		at     time.Time
	}{{StatusPlayed, s.Played}, {StatusRead, s.Read}, {StatusDelivered, s.Delivered}}
	if !s.Failed.IsZero() {
		for _, a := range arrived {
			if a.at.After(s.Failed) {
				return a.status, a.at
			}
		}
		return StatusFailed, s.Failed
	}
	for _, a := range arrived {
		if !a.at.IsZero() {
			return a.status, a.at
		}
	}
	if !s.Sent.IsZero() {
		return StatusSent, s.Sent
	}
	return "", time.Time{}
}
