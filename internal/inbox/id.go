package inbox

import (
	"encoding/hex"
	"errors"
	"strconv"
	"time"
)

// CustomerID is our own UUIDv7 of a customer and at the same time the name of
// the key that seals everything the shop knows about that person.
type CustomerID [16]byte

// String returns the canonical UUID form, for the window and the log. It says
// nothing about the person.
func (id CustomerID) String() string {
	var b [36]byte
	hex.Encode(b[0:8], id[0:4])
	hex.Encode(b[9:13], id[4:6])
	hex.Encode(b[14:18], id[6:8])
	hex.Encode(b[19:23], id[8:10])
	hex.Encode(b[24:36], id[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return string(b[:])
}

// ParseCustomerID reads the form String writes.
func ParseCustomerID(s string) (CustomerID, error) {
	var id CustomerID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, InvalidField("customerId", "not a UUID")
	}
	compact := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(compact)); err != nil {
		return CustomerID{}, InvalidField("customerId", "not a UUID")
	}
	return id, nil
}

// PhoneNumberID is Meta's id of one of the shop's numbers (the path element
// for sending). It is not a phone number.
type PhoneNumberID string

// WAMID is Meta's id of a message. Opaque, no length assumption; personal
// data, because its base64 part carries the customer's number.
type WAMID string

// ConversationID numbers the conversation between one customer and one of the
// shop's numbers. It never exceeds MaxConversationID.
type ConversationID int64

// MessageID orders all messages: conversation, then the second the message was
// sent, then arrival within that second. As an SQLite rowid this keeps a
// conversation's messages side by side and in the order people read them, with
// no second index, whatever order they arrived in.
//
//	62     43 42          12 11        0
//	[ conv 20 | seconds 31 | sequence 12 ]
type MessageID int64

const (
	sequenceBits = 12
	secondBits   = 31
	// MaxConversationID is the largest conversation number a MessageID can carry.
	MaxConversationID ConversationID = 1<<20 - 1
	// MaxPerSecond is how many messages of one conversation fit into one second.
	MaxPerSecond = 1 << sequenceBits
)

// messageEpoch is second 0 of a MessageID; 31 bits reach to January 2083.
// WhatsApp's Cloud API is younger than it.
var messageEpoch = time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC)

// ErrIDRange tells that a conversation number does not fit a MessageID.
var ErrIDRange = errors.New("conversation number out of range")

// FirstMessageID returns the smallest id of a message of conversation c sent at t.
// Times before 2015 or after 2083 are clamped: timestamps come from outside.
func FirstMessageID(c ConversationID, t time.Time) (MessageID, error) {
	if c < 1 || c > MaxConversationID {
		return 0, ErrIDRange
	}
	second := min(max(t.Unix()-messageEpoch.Unix(), 0), 1<<secondBits-2)
	return MessageID(int64(c)<<(secondBits+sequenceBits) | second<<sequenceBits), nil
}

// MessageRange returns the ids between which all messages of c lie: first ≤ id < end.
func MessageRange(c ConversationID) (first, end MessageID) {
	return MessageID(int64(c) << (secondBits + sequenceBits)), MessageID((int64(c) + 1) << (secondBits + sequenceBits))
}

// Conversation returns the conversation the message belongs to.
func (id MessageID) Conversation() ConversationID {
	return ConversationID(id >> (secondBits + sequenceBits))
}

// Second returns the second the id was made for.
func (id MessageID) Second() time.Time {
	return time.Unix(messageEpoch.Unix()+int64(id>>sequenceBits)&(1<<secondBits-1), 0).UTC()
}

// EndOfSecond returns the first id that no longer belongs to id's second.
func (id MessageID) EndOfSecond() MessageID {
	return (id>>sequenceBits + 1) << sequenceBits
}

// String returns decimal digits. The window handles message ids as strings,
// because JavaScript numbers end at 2^53.
func (id MessageID) String() string { return strconv.FormatInt(int64(id), 10) }

// ParseMessageID reads the form String writes.
func ParseMessageID(s string) (MessageID, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 {
		return 0, InvalidField("messageId", "not a message id")
	}
	return MessageID(n), nil
}
