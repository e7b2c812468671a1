package rights

import (
	"encoding/json"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// The kinds of events in a case's history.
const (
	EventOpened     = "opened"     // What: where it came from; Text: the person's words
	EventRepeated   = "repeated"   // she asked again while it was open
	EventCodeSent   = "codeSent"   // a code went into the chat
	EventCodeWrong  = "codeWrong"  // an answer that was not the code
	EventCodeSpent  = "codeSpent"  // one too many
	EventState      = "state"      // What: the new State; Text: the reason
	EventLetter     = "letter"     // What: the LetterKind that was made
	EventPackage    = "package"    // the copy of her data was made
	EventAdBlocked  = "adBlocked"  // advertising was stopped at once
	EventRestricted = "restricted" // What: the Ground
	EventViewed     = "viewed"     // restricted data were looked at; What: the purpose, Text: the reason
	EventLifted     = "lifted"     // the restriction ended
	EventCorrected  = "corrected"  // Text: what was corrected
	EventTold       = "told"       // What: the recipient who was told (Art. 19 GDPR)
	EventUntold     = "untold"     // What: the recipient who was not, after all
	EventNote       = "note"
)

// Origin says how a request came.
type Origin string

// The origins.
const (
	FromChat    Origin = "chat"
	FromLetter  Origin = "letter"
	FromMail    Origin = "mail"
	FromPhone   Origin = "phone"
	FromCounter Origin = "counter"
)

func (o Origin) known() bool {
	switch o {
	case FromChat, FromLetter, FromMail, FromPhone, FromCounter:
		return true
	}
	return false
}

// Opening is a request as it comes in.
type Opening struct {
	Kind   Kind
	Origin Origin
	// ReceivedAt is when it reached the shop, in the shop's time zone: the period begins then.
	ReceivedAt time.Time
	Country    Country
	// By is who of the shop took it down; empty for the program.
	By string
	// Words are the person's own, or what the shop noted of them.
	Words   string
	Message inbox.MessageID
}

// Open adds a case, or, while one of that kind is open for the person, notes
// there that she asked again; opened tells which. It fails with invalid for a
// date of receipt in the future or more than a year ago.
func Open(tx *store.Tx, c store.CustomerRef, o Opening, now time.Time) (one store.Case, opened bool, err error) {
	switch {
	case !o.Kind.Known():
		return one, false, inbox.InvalidField("kind", "no such right")
	case !o.Origin.known():
		return one, false, inbox.InvalidField("origin", "no such origin")
	case o.ReceivedAt.IsZero() || o.ReceivedAt.After(now.Add(time.Minute)) || o.ReceivedAt.Before(now.AddDate(-1, 0, 0)):
		return one, false, inbox.InvalidField("receivedAt", "not within the last year")
	}
	content := store.CaseContent{By: o.By, Text: o.Words, What: string(o.Origin), Message: o.Message}
	list, err := tx.CasesOf(c.ID)
	if err != nil {
		return one, false, err
	}
	for _, there := range list {
		if there.Kind == string(o.Kind) && State(there.State).Open() {
			return there, false, tx.AppendCaseEvent(c, store.CaseEvent{Case: there.ID, At: now, Kind: EventRepeated, Content: content})
		}
	}
	one = store.Case{
		Kind: string(o.Kind), State: string(Received), ReceivedAt: o.ReceivedAt, ActedAt: now,
		DueAt: Deadline{Received: o.ReceivedAt, Country: o.Country}.Due(),
	}
	if one, err = tx.InsertCase(c, one); err != nil {
		return one, false, err
	}
	if err := tx.AppendCaseEvent(c, store.CaseEvent{Case: one.ID, At: now, Kind: EventOpened, Content: content}); err != nil {
		return one, false, err
	}
	return one, true, logCase(tx, one, now)
}

// Step is something done about a case.
type Step struct {
	Case   int64
	To     State
	By     string
	Reason string
	// Kept is what a refused erasure leaves, as in store.CaseContent.
	Kept    json.RawMessage
	Country Country
	// Location is the shop's time zone; periods are counted in it.
	Location *time.Location
}

// Take brings a case into another state. It fails with conflict if that does
// not follow, or if an extension comes too late, and with invalid if a reason
// is missing.
func Take(tx *store.Tx, s Step, now time.Time) (store.Case, error) {
	one, c, err := tx.FindCase(s.Case)
	if err != nil {
		return one, err
	}
	if err := checkStep(State(one.State), s.To, s.Reason); err != nil {
		return one, err
	}
	if s.To == Extended {
		d := Deadline{Received: one.ReceivedAt.In(s.Location), Country: s.Country}
		if !d.MayExtend(now) {
			return one, inbox.NewError(inbox.CodeConflict, "the first month is over")
		}
		d.Extended = true
		one.DueAt, one.Extended = d.Due(), true
	}
	if s.To == Closed {
		one.ClosedAt = now
	}
	one.State = string(s.To)
	if err := settle(tx, c, one, now); err != nil {
		return one, err
	}
	content := store.CaseContent{By: s.By, Text: s.Reason, What: string(s.To), Kept: s.Kept}
	return one, tx.AppendCaseEvent(c, store.CaseEvent{Case: one.ID, At: now, Kind: EventState, Content: content})
}

// settle keeps a case's new state and writes it into the log.
func settle(tx *store.Tx, c store.CustomerRef, one store.Case, now time.Time) error {
	one.ActedAt = now
	if err := tx.UpdateCase(one); err != nil {
		return err
	}
	if State(one.State) != Received {
		if err := tx.SetChallenge(c, one.ID, nil); err != nil {
			return err
		}
	}
	return logCase(tx, one, now)
}

// Note adds to a case's history what does not change its state.
func Note(tx *store.Tx, id int64, kind string, content store.CaseContent, now time.Time) error {
	one, c, err := tx.FindCase(id)
	if err != nil {
		return err
	}
	one.ActedAt = now
	if err := tx.UpdateCase(one); err != nil {
		return err
	}
	return tx.AppendCaseEvent(c, store.CaseEvent{Case: id, At: now, Kind: kind, Content: content})
}

// logCase writes into the log how far a numbered case is, and nothing else.
func logCase(tx *store.Tx, one store.Case, now time.Time) error {
	_, err := tx.AppendLog(now, "case", struct {
		Number int64  `json:"number"`
		Right  string `json:"right"`
		State  string `json:"state"`
	}{one.ID, one.Kind, one.State})
	return err
}

// Ask begins the identity check: the case waits for the code. Only a case that
// has just been received has one.
func Ask(tx *store.Tx, id int64, code Challenge, by string) error {
	one, c, err := tx.FindCase(id)
	if err != nil {
		return err
	}
	if State(one.State) != Received {
		return inbox.NewError(inbox.CodeConflict, "who asks is certain already")
	}
	if err := tx.SetChallenge(c, id, code); err != nil {
		return err
	}
	return Note(tx, id, EventCodeSent, store.CaseContent{By: by}, code.SentAt)
}

// Hear judges a customer's message against the code a case of hers waits for.
// It runs in the transaction that adds the message.
func Hear(tx *store.Tx, c store.CustomerRef, message inbox.MessageID, text string, at, now time.Time) (id int64, v Verdict, err error) {
	var code Challenge
	id, err = tx.Challenge(c, &code)
	if err != nil || id == 0 {
		return 0, NoAnswer, err
	}
	v = code.Answer(text, at)
	switch v {
	case Right:
		one, _, err := tx.FindCase(id)
		if err != nil {
			return id, v, err
		}
		one.State = string(Checked)
		if err := settle(tx, c, one, now); err != nil {
			return id, v, err
		}
		return id, v, tx.AppendCaseEvent(c, store.CaseEvent{Case: id, At: now, Kind: EventState,
			Content: store.CaseContent{What: string(Checked), Message: message}})
	case Wrong:
		err = tx.SetChallenge(c, id, code)
		if err == nil {
			err = tx.AppendCaseEvent(c, store.CaseEvent{Case: id, At: now, Kind: EventCodeWrong, Content: store.CaseContent{Message: message}})
		}
	case Spent:
		err = tx.SetChallenge(c, id, nil)
		if err == nil {
			err = tx.AppendCaseEvent(c, store.CaseEvent{Case: id, At: now, Kind: EventCodeSpent, Content: store.CaseContent{Message: message}})
		}
	}
	return id, v, err
}
