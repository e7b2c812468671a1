package tally

import (
	"strconv"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
)

// The buckets of store.TopicSource; a printed code has one of its own, see CodeSource.
const (
	SourceDirect = "direct" // no sign of where from
	SourceWidget = "widget" // the button on the shop's website
	SourceAd     = "ad"     // an advertisement at Meta
)

// codePrefix begins the bucket of a printed code.
const codePrefix = "code-"

// CodeSource is the bucket of a printed code.
func CodeSource(id inbox.PlacedCodeID) string { return codePrefix + strconv.FormatInt(int64(id), 10) }

// CodeOf returns which printed code a bucket is about, or 0.
func CodeOf(bucket string) inbox.PlacedCodeID {
	if len(bucket) <= len(codePrefix) || bucket[:len(codePrefix)] != codePrefix {
		return 0
	}
	id, err := strconv.ParseInt(bucket[len(codePrefix):], 10, 64)
	if err != nil {
		return 0
	}
	return inbox.PlacedCodeID(id)
}

// Counter counts arriving messages.
type Counter struct {
	// Place finds the printed code a text names, or 0.
	Place func(tx *store.Tx, text string) (inbox.PlacedCodeID, error)
	// Widget reports whether a text says that it began on the shop's website.
	Widget func(text string) bool
}

// Arrived is the rule that follows from a customer's message.
func (c Counter) Arrived(tx *store.Tx, a receive.Arrival) error {
	if a.Refused || a.Conversation.Customer.Restricted {
		return nil
	}
	if err := tx.Count(store.TopicIn, store.DayOf(a.SentAt), string(a.Kind)); err != nil {
		return err
	}
	if err := tx.Count(store.TopicHour, store.MonthOf(a.SentAt), a.SentAt.Local().Format("15")); err != nil {
		return err
	}
	older, next, err := tx.Around(a.Message)
	if err != nil || older || next != 0 {
		return err // not the message that began the conversation
	}
	source, err := c.source(tx, a.Content)
	if err != nil {
		return err
	}
	return tx.Count(store.TopicSource, store.DayOf(a.SentAt), source)
}

func (c Counter) source(tx *store.Tx, content inbox.Content) (string, error) {
	if content.Referral != nil {
		return SourceAd, nil
	}
	id, err := c.Place(tx, content.Text)
	switch {
	case err != nil:
		return "", err
	case id != 0:
		return CodeSource(id), nil
	case c.Widget(content.Text):
		return SourceWidget, nil
	}
	return SourceDirect, nil
}
