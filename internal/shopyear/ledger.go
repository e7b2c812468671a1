package shopyear

import (
	"time"

	"tresen/internal/inbox"
)

// Ledger is what happened in a year, as those remember it who made it happen.
type Ledger struct {
	Number inbox.PhoneNumberID
	From   time.Time
	End    time.Time
	People []*Person
}

// Person is one customer of the shop. Who changed her number is two of them: the
// program links nobody by itself.
type Person struct {
	Name         string
	Customer     inbox.CustomerID
	Conversation inbox.ConversationID
	// Phones and BSUIDs are what she was seen with; either may be empty.
	Phones, BSUIDs []string
	// Kind is enquiry, order, complaint or spam if the shop said so.
	Kind         string
	ClosedAt     time.Time
	Claims, Hold bool
	Blocked      bool
	Messages     []*Message
	Declarations []Declaration
	Uses         []Use
	Cases        []*Case
	// Restricted is true while her data are only stored.
	Restricted bool
	// Notes, ShopName, Draft and Reminder are the shop's own words about her.
	Notes                     []string
	ShopName, Draft, Reminder string
	Labels                    int
}

// Message is one row of a conversation.
type Message struct {
	// ID and WAMID are unset for calls and notices of the system.
	ID    inbox.MessageID
	WAMID inbox.WAMID
	At    time.Time
	// Out is true for what the shop wrote.
	Out  bool
	Kind inbox.MessageKind
	// Text is what it says now, Before what it said before it was edited.
	Text, Before string
	// File is what was sealed for it.
	File      []byte
	Revoked   bool
	Sensitive bool
	// Kept are the classes it was put into the archive as.
	Kept []string
}

// Declaration is a row of the register of consents.
type Declaration struct {
	Purpose, Act string
	At           time.Time
}

// Case is a request about her data.
type Case struct {
	Number int64
	// Kind is the right, State how far the shop is.
	Kind, State string
	// Words are what the shop took down of it.
	Words      string
	ReceivedAt time.Time
	// ActedAt is when something was last done about it, ClosedAt when it was closed, or zero.
	ActedAt, ClosedAt time.Time
	Extended          bool
	// History counts what is written down about it.
	History int
}

// Use is an advertising message that went out because of a consent.
type Use struct {
	Purpose string
	At      time.Time
}

// Messages counts the messages of all people.
func (l *Ledger) Messages() (n int) {
	for _, p := range l.People {
		n += len(p.Messages)
	}
	return n
}

// Answered reports whether the shop wrote to her or said what it is about.
func (p *Person) Answered() bool {
	for _, m := range p.Messages {
		if m.Out {
			return true
		}
	}
	return p.Kind != ""
}

// Last returns when the newest message was sent.
func (p *Person) Last() (at time.Time) {
	for _, m := range p.Messages {
		if m.At.After(at) {
			at = m.At
		}
	}
	return at
}

// agrees reports whether the last she said about a purpose is yes.
func (p *Person) agrees(purpose string) (yes bool) {
	for _, d := range p.Declarations {
		if d.Purpose == purpose {
			yes = d.Act == "confirmed"
		}
	}
	return yes
}

// open lists the purposes she was asked for or agreed to and did not take back.
func (p *Person) open() (purposes []string) {
	last := map[string]string{}
	for _, d := range p.Declarations {
		last[d.Purpose] = d.Act
	}
	for _, purpose := range []string{"news", "reminders", "feedback", "calls"} {
		if last[purpose] == "requested" || last[purpose] == "confirmed" {
			purposes = append(purposes, purpose)
		}
	}
	return purposes
}
