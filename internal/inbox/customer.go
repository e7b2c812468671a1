package inbox

import (
	"time"
	"unicode"
)

// Profile is what the shop can call a customer. It is kept sealed with the
// customer's key.
type Profile struct {
	// ShopName is the name the shop gave; only that one is the shop's own word.
	ShopName string `json:"s,omitempty"`
	// ProfileName, Username and Number come from WhatsApp. Untrusted.
	ProfileName string `json:"p,omitempty"`
	Username    string `json:"u,omitempty"`
	Number      string `json:"n,omitempty"`
}

// NameSource says where a display name comes from.
type NameSource string

// The sources, best first.
const (
	NameFromShop     NameSource = "shop"
	NameFromProfile  NameSource = "profile"
	NameFromUsername NameSource = "username"
	NameFromNumber   NameSource = "number"
	NameMissing      NameSource = "none"
)

// DisplayName returns the best name there is and where it comes from. A
// profile name without any letter, digit or symbol a person could read aloud
// or see is passed over.
func (p Profile) DisplayName() (string, NameSource) {
	switch {
	case visible(p.ShopName):
		return p.ShopName, NameFromShop
	case visible(p.ProfileName):
		return p.ProfileName, NameFromProfile
	case visible(p.Username):
		return "@" + p.Username, NameFromUsername
	case p.Number != "":
		return "+" + p.Number, NameFromNumber
	}
	return "", NameMissing
}

func visible(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSymbol(r) || unicode.IsPunct(r) {
			return true
		}
	}
	return false
}

// Customer is a person who wrote to the shop.
type Customer struct {
	ID          CustomerID
	Profile     Profile
	FirstSeen   time.Time
	Identifiers []Identifier
	// Erasing is true while the person's erasure is running.
	Erasing bool
}

// Conversation is everything between one customer and one of the shop's numbers.
type Conversation struct {
	ID            ConversationID
	CustomerID    CustomerID
	PhoneNumberID PhoneNumberID
	Profile       Profile
	// Last is the newest message, without reactions, or nil.
	Last         *Message
	LastActivity time.Time
	Unread       int
	Window       Window
	Draft        Draft
	Work         Work
	Erasing      bool
}

// Draft is what stands in a conversation's composer.
type Draft struct {
	Text string `json:"t,omitempty"`
	// ReplyTo is the quoted message, or 0.
	ReplyTo MessageID `json:"r,omitempty"`
}

// Empty reports whether there is nothing to keep.
func (d Draft) Empty() bool { return d.Text == "" && d.ReplyTo == 0 }
