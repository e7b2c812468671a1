package inbox

import "time"

// Event is one change that a webhook notification reports, already freed from
// the provider's JSON. Each stands alone: one that cannot be applied never
// stops its neighbours.
type Event interface{ event() }

// MessageReceived is a message from a customer.
type MessageReceived struct {
	PhoneNumberID PhoneNumberID
	From          Identity
	WAMID         WAMID
	At            time.Time
	Kind          MessageKind
	Content       Content
	// History is true for a message from before the number was connected. It
	// is no news: nothing to count as unread or to announce.
	History bool
	// Raw is the message as received where part of it was not understood
	// (unknown type), to be kept sealed for at most 72 hours; otherwise nil.
	Raw []byte
}

// MessageEchoed is a message the shop sent from its phone or another program.
type MessageEchoed struct {
	PhoneNumberID PhoneNumberID
	To            Identity
	WAMID         WAMID
	At            time.Time
	Kind          MessageKind
	Content       Content
	Raw           []byte
}

// ReactionChanged sets or, with an empty Emoji, removes a reaction.
type ReactionChanged struct {
	PhoneNumberID PhoneNumberID
	From          Identity
	// FromShop is true for a reaction from the shop's phone.
	FromShop bool
	WAMID    WAMID // of the reaction itself
	Target   WAMID
	Emoji    string
	At       time.Time
}

// MessageEdited replaces the content of an earlier message.
type MessageEdited struct {
	PhoneNumberID PhoneNumberID
	From          Identity
	FromShop      bool
	WAMID         WAMID // of the edit itself
	Target        WAMID
	Kind          MessageKind
	Content       Content
	At            time.Time
}

// MessageRevoked says the sender deleted a message for everyone.
type MessageRevoked struct {
	PhoneNumberID PhoneNumberID
	From          Identity
	FromShop      bool
	WAMID         WAMID // of the revocation itself
	Target        WAMID
	At            time.Time
}

// StatusChanged reports how far a message of ours has come.
type StatusChanged struct {
	PhoneNumberID PhoneNumberID
	WAMID         WAMID
	Status        MessageStatus
	At            time.Time
	Recipient     Identity
	// CallbackData is our own id of the send (biz_opaque_callback_data), or empty.
	CallbackData string
	// Failure and FailureNumber are set for failed.
	Failure       Code
	FailureNumber int
	// PricingType and PricingCategory are Meta's words, or empty.
	PricingType, PricingCategory string
}

// IdentityChanged says a customer now has another number or another BSUID. It
// is a proposal to the shop, never a silent link: a recycled number must not
// inherit somebody else's chat (Art. 5(1)(d) GDPR).
type IdentityChanged struct {
	PhoneNumberID PhoneNumberID
	Old, New      Identity
	WAMID         WAMID
	At            time.Time
	System        System
}

// PreferenceChanged says a customer stopped or resumed marketing messages.
// "stop" is an objection (Art. 21(2) GDPR); "resume" is no new consent.
type PreferenceChanged struct {
	PhoneNumberID PhoneNumberID
	From          Identity
	Category      string
	Stop          bool
	At            time.Time
	// Key identifies the report for deduplication.
	Key string
}

// AccountNotice is news about the shop's own account, number or templates.
type AccountNotice struct {
	PhoneNumberID PhoneNumberID // empty for the whole WABA
	// Field is Meta's webhook field, or "errors" for value-level errors.
	Field string
	// Event is Meta's word for what happened, or empty.
	Event string
	// Number is Meta's error number, or 0.
	Number int
	At     time.Time
	// Detail is the value as JSON. It names no customer.
	Detail []byte
	// Key identifies the report for deduplication.
	Key string
}

// UnknownPart is something in a delivery that this program does not
// understand. It is kept sealed for at most 72 hours and then erased.
type UnknownPart struct {
	PhoneNumberID PhoneNumberID
	// Reason is a word of ours: field, object, change, message, status.
	Reason string
	Raw    []byte
	At     time.Time
}

func (MessageReceived) event()   {}
func (MessageEchoed) event()     {}
func (ReactionChanged) event()   {}
func (MessageEdited) event()     {}
func (MessageRevoked) event()    {}
func (StatusChanged) event()     {}
func (IdentityChanged) event()   {}
func (PreferenceChanged) event() {}
func (AccountNotice) event()     {}
func (UnknownPart) event()       {}
