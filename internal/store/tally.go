package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tresen/internal/inbox"
)

// Topic is what a counter counts; its buckets are kinds of it.
type Topic string

// The topics. Hours are counted by the month, everything else by the day: in a
// small shop an hour of a day would be one person.
const (
	TopicIn     Topic = "in"     // messages that came in, by their kind
	TopicOut    Topic = "out"    // messages the provider took, by how they came about
	TopicAnswer Topic = "answer" // first answers, by how long they took
	TopicSource Topic = "source" // people who wrote for the first time, by the way they came
	TopicHour   Topic = "hour"   // messages that came in, by the hour of the day, "00" to "23"
)

// The buckets of TopicOut.
const (
	SentByHand      = "hand"
	SentByItself    = "auto"
	SentAsBroadcast = "broadcast"
)

// AnswerBuckets are the buckets of TopicAnswer, the quickest first, each with
// the time it ends at. What takes longer than all is in SlowAnswer.
var AnswerBuckets = []struct {
	Name string
	Ends time.Duration
}{{"5m", 5 * time.Minute}, {"15m", 15 * time.Minute}, {"1h", time.Hour}, {"4h", 4 * time.Hour}, {"1d", 24 * time.Hour}}

// SlowAnswer is the bucket of answers that took longer than a day.
const SlowAnswer = "more"

// DayOf returns a day as 2026-11-22, in the shop's own time.
func DayOf(t time.Time) string { return t.Local().Format(time.DateOnly) }

// MonthOf returns a month as 2026-11.
func MonthOf(t time.Time) string { return monthOf(t) }

// Count adds one to a counter.
func (tx *Tx) Count(topic Topic, period, bucket string) error {
	_, err := tx.exec(`INSERT INTO tally (period, topic, bucket, count) VALUES (?, ?, ?, 1)
		ON CONFLICT DO UPDATE SET count = count + 1`, period, string(topic), bucket)
	return wrap("count", err)
}

// Counted is one counter.
type Counted struct {
	Period string
	Topic  Topic
	Bucket string
	Count  int
}

// ListCounted returns the counters of every day and month from the given day's on, oldest first.
func (s *Store) ListCounted(ctx context.Context, from time.Time) ([]Counted, error) {
	list := []Counted{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query(`SELECT period, topic, bucket, count FROM tally
			WHERE period >= CASE length(period) WHEN 7 THEN ? ELSE ? END ORDER BY period, topic, bucket`, monthOf(from), DayOf(from))
		return each(rows, err, func(r *sql.Rows) error {
			var c Counted
			err := r.Scan(&c.Period, &c.Topic, &c.Bucket, &c.Count)
			list = append(list, c)
			return err
		})
	})
	return list, wrap("list counters", err)
}

// FirstCounted returns the first day something was counted on, or empty.
func (s *Store) FirstCounted(ctx context.Context) (day string, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT coalesce(min(period), '') FROM tally WHERE length(period) = 10").Scan(&day)
	})
	return day, wrap("find first counter", err)
}

// ForgetCounted deletes the counters of days and months before the given month.
func (tx *Tx) ForgetCounted(before time.Time) error {
	_, err := tx.exec("DELETE FROM tally WHERE period < ?", monthOf(before))
	return wrap("delete counters", err)
}

// countSent counts a message of the shop's once the provider has taken it for
// the first time, and how long the customer waited for it. Of somebody whose
// data are restricted nothing is counted. (Art. 18(2) GDPR.)
func (tx *Tx) countSent(ref ConversationRef, m inbox.Message) error {
	if ref.Customer.Restricted {
		return nil
	}
	day, bucket := DayOf(m.SentAt), SentByHand
	broadcast, err := tx.isBroadcast(m.ID)
	switch {
	case err != nil:
		return err
	case m.Content.Automatic:
		bucket = SentByItself
	case broadcast:
		bucket = SentAsBroadcast
	}
	if err := tx.Count(TopicOut, day, bucket); err != nil || bucket != SentByHand {
		return err
	}
	asked, err := tx.unansweredSince(m.ID)
	if err != nil || asked.IsZero() {
		return err
	}
	return tx.Count(TopicAnswer, day, answerBucket(m.SentAt.Sub(asked)))
}

func answerBucket(took time.Duration) string {
	for _, b := range AnswerBuckets {
		if took < b.Ends {
			return b.Name
		}
	}
	return SlowAnswer
}

// unansweredSince returns when the customer wrote the first message after
// somebody of the shop last did, as seen from the message id, or zero if nothing
// lies between.
func (tx *Tx) unansweredSince(id inbox.MessageID) (time.Time, error) {
	answered, err := tx.lastByHand(id)
	if err != nil {
		return time.Time{}, err
	}
	var at int64
	err = tx.queryRow(`SELECT sent_at_ms FROM message WHERE message_id > ? AND message_id < ? AND direction = 0
		ORDER BY message_id LIMIT 1`, int64(answered), int64(id)).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return fromMS(at), wrap("find what is answered", err)
}

// mostAutomatic is how many messages the program may have sent in a row before
// they count as if somebody had written them.
const mostAutomatic = 5

// lastByHand returns the last message somebody of the shop wrote before id, or
// the one before the conversation's first.
func (tx *Tx) lastByHand(id inbox.MessageID) (inbox.MessageID, error) {
	first, _ := inbox.MessageRange(id.Conversation())
	for range mostAutomatic {
		var last inbox.MessageID
		err := tx.queryRow("SELECT coalesce(max(message_id), 0) FROM message WHERE message_id >= ? AND message_id < ? AND direction <> 0",
			int64(first), int64(id)).Scan(&last)
		if err != nil || last == 0 {
			return first - 1, wrap("find last answer", err)
		}
		m, _, err := tx.FindMessage(last)
		if err != nil || !m.Content.Automatic {
			return last, nil // one that cannot be read must not keep others from being accepted
		}
		id = last
	}
	return id, nil
}
