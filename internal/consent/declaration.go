package consent

import (
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Purpose is what a consent is for. One declaration has one purpose.
type Purpose string

// The purposes a shop can ask for. Calls are a channel of their own (§ 7(2) no.
// 1 UWG) and never come along with messages.
const (
	PurposeNews      Purpose = "news"
	PurposeReminders Purpose = "reminders"
	PurposeFeedback  Purpose = "feedback"
	PurposeCalls     Purpose = "calls"
)

// Purposes lists every purpose.
func Purposes() []Purpose {
	return []Purpose{PurposeNews, PurposeReminders, PurposeFeedback, PurposeCalls}
}

// Act is what a declaration does.
type Act string

// The acts. Expired is the shop's own entry: a question that was not answered.
const (
	ActRequested Act = "requested"
	ActConfirmed Act = "confirmed"
	ActDeclined  Act = "declined"
	ActWithdrawn Act = "withdrawn"
	ActExpired   Act = "expired"
)

// Origin says where a declaration was made.
type Origin string

// The origins. OriginProvider is an objection made in WhatsApp's own settings
// (Meta docs: user_preferences webhook).
const (
	OriginChat     Origin = "chat"
	OriginWidget   Origin = "widget"
	OriginPaper    Origin = "paper"
	OriginOral     Origin = "oral"
	OriginProvider Origin = "provider"
)

// Wording is the text somebody agreed to, word for word.
type Wording struct {
	Version  string `json:"version"`
	Language string `json:"language"`
	Text     string `json:"text"`
	// Controller is name and address as the text showed them.
	Controller string `json:"controller"`
	// PrivacyVersion is the privacy notice the text linked to.
	PrivacyVersion string `json:"privacyVersion,omitempty"`
	// AgeShown says that the text has the sentence on age (Art. 8 GDPR; § 4(4) DSG: 14 in Austria).
	AgeShown bool `json:"ageShown,omitempty"`
}

// Evidence is how a declaration can be proved.
type Evidence struct {
	Origin Origin `json:"origin"`
	// Words are what the person said or wrote.
	Words string `json:"words,omitempty"`
	WAMID string `json:"wamid,omitempty"`
	// Message is the message in the inbox, 0 if it was not one.
	Message int64 `json:"message,omitempty"`
	// Verified says that the delivery's signature was right.
	Verified bool `json:"verified,omitempty"`
	// Witness is who took it down, for paper and word of mouth.
	Witness string `json:"witness,omitempty"`
	// FileSHA256 is the digest of a photo or scan kept with it.
	FileSHA256 string `json:"fileSha256,omitempty"`
	// Identifiers are the names the person had then, as "wa_id:…" and "bsuid:…".
	Identifiers []string `json:"identifiers,omitempty"`
	// ReceivedAt is when this computer learned of it, RFC 3339 with offset.
	ReceivedAt string `json:"receivedAt,omitempty"`
}

// Declaration is one row of the register. Rows are never changed; a change of
// mind is a new row.
type Declaration struct {
	ID      int64
	Purpose Purpose
	Act     Act
	At      time.Time
	Wording Wording
	Evidence

	// customer is whose row it is, joined since when she is one person with
	// another customer who may have rows of her own, or zero.
	customer inbox.CustomerID
	joined   time.Time
}

const (
	// RequestLife is how long a question waits for its answer; then it has expired.
	RequestLife = 14 * 24 * time.Hour
	// StaleAfter is when a consent that was never used should be asked for again.
	StaleAfter = 2 * 365 * 24 * time.Hour
)

// State is where a purpose stands for one person.
type State struct {
	Act   Act // empty if she was never asked
	Since time.Time
	// LastUse is the newest use of a consent, zero if there is none.
	LastUse time.Time
	// Stale says that the consent was not used for StaleAfter.
	Stale bool
}

// MayAdvertise reports whether the state allows messages for its purpose.
func (s State) MayAdvertise() bool { return s.Act == ActConfirmed }

// StateOf returns where a purpose stands. A withdrawal counts for the moment at
// which it was made, whatever arrives later with an older date; of two acts of
// the same second the more careful one counts.
func StateOf(list []Declaration, purpose Purpose, uses []time.Time, now time.Time) State {
	var s State
	for _, d := range append(refusedBefore(list, purpose), list...) {
		if d.Purpose == purpose && later(d, s) {
			s.Act, s.Since = d.Act, d.At
		}
	}
	if s.Act == ActRequested && now.Sub(s.Since) >= RequestLife {
		s.Act, s.Since = ActExpired, s.Since.Add(RequestLife)
	}
	for _, use := range uses {
		if use.After(s.LastUse) {
			s.LastUse = use
		}
	}
	last := s.Since
	if s.LastUse.After(last) {
		last = s.LastUse
	}
	s.Stale = s.Act == ActConfirmed && now.Sub(last) >= StaleAfter
	return s
}

// refusedBefore makes refusals count again from the moment at which two
// customers were said to be one person: what one of them had taken back, the
// other's consent from before does not bring back. Asking again does.
func refusedBefore(list []Declaration, purpose Purpose) (again []Declaration) {
	last := map[inbox.CustomerID]Declaration{}
	for _, d := range list {
		before := last[d.customer]
		if d.Purpose == purpose && !d.joined.IsZero() && d.At.Before(d.joined) && later(d, State{Act: before.Act, Since: before.At}) {
			last[d.customer] = d
		}
	}
	for _, d := range last {
		if d.Act == ActWithdrawn || d.Act == ActDeclined {
			again = append(again, Declaration{Purpose: purpose, Act: d.Act, At: d.joined})
		}
	}
	return again
}

func later(d Declaration, s State) bool {
	if !d.At.Equal(s.Since) {
		return d.At.After(s.Since)
	}
	return care(d.Act) > care(s.Act)
}

// care orders acts: the higher one wins in the same second.
func care(a Act) int {
	return slices.Index([]Act{"", ActExpired, ActRequested, ActConfirmed, ActDeclined, ActWithdrawn}, a)
}

func decode(row store.Consent) (Declaration, error) {
	d := Declaration{ID: row.ID, Purpose: Purpose(row.Purpose), Act: Act(row.Act), At: row.At, customer: row.Customer, joined: row.Joined}
	return d, row.Decode(&d)
}
