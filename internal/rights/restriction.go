package rights

import (
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Ground is why data are restricted (Art. 18(1) GDPR).
type Ground string

// The grounds.
const (
	Contested Ground = "contested" // (a) she says the data are wrong
	Unlawful  Ground = "unlawful"  // (b) she prefers restriction to erasure
	Claims    Ground = "claims"    // (c) she needs them for claims, the shop does not
	Objecting Ground = "objecting" // (d) it is not decided yet whose interests weigh more
)

var grounds = []Ground{Contested, Unlawful, Claims, Objecting}

// Purposes restricted data may be looked at for (Art. 18(2) GDPR).
var viewPurposes = []string{"consent", "claims", "others", "case"}

// Restrict stops the use of a person's data by one of her cases, under every
// customer the shop knows her as. It returns those customers.
func Restrict(tx *store.Tx, id int64, ground Ground, by string, now time.Time) ([]store.CustomerRef, error) {
	if !slices.Contains(grounds, ground) {
		return nil, inbox.InvalidField("ground", "no such ground")
	}
	_, c, err := tx.FindCase(id)
	if err != nil {
		return nil, err
	}
	if c.Restricted {
		return nil, inbox.NewError(inbox.CodeConflict, "her data are restricted already")
	}
	everybody, err := each(tx, c, func(one store.CustomerRef) error {
		if one.Restricted {
			return nil
		}
		return tx.Restrict(one, id, now)
	})
	if err != nil {
		return nil, err
	}
	if err := Note(tx, id, EventRestricted, store.CaseContent{By: by, What: string(ground)}, now); err != nil {
		return nil, err
	}
	return everybody, logRestriction(tx, id, "restricted", now)
}

func each(tx *store.Tx, c store.CustomerRef, do func(store.CustomerRef) error) ([]store.CustomerRef, error) {
	everybody, err := tx.Everybody(c)
	for _, one := range everybody {
		if err == nil {
			err = do(one)
		}
	}
	return everybody, err
}

// MayLift reports whether a history says that the person was told before the
// restriction is lifted (Art. 18(3) GDPR): the letter came after it.
func MayLift(history []store.CaseEvent) bool {
	told := false
	for _, e := range history {
		switch {
		case e.Kind == EventRestricted:
			told = false
		case e.Kind == EventLetter && e.Content.What == string(Lifting):
			told = true
		}
	}
	return told
}

// Lift ends a restriction under every customer the person is known as. It fails
// with conflict unless the letter about it was made after the restriction began.
func Lift(tx *store.Tx, id int64, by string, now time.Time) ([]store.CustomerRef, error) {
	_, c, err := tx.FindCase(id)
	if err != nil {
		return nil, err
	}
	history, err := tx.CaseEvents(id)
	if err != nil {
		return nil, err
	}
	if !c.Restricted || !MayLift(history) {
		return nil, inbox.NewError(inbox.CodeConflict, "not restricted, or the person was not told yet")
	}
	everybody, err := each(tx, c, func(one store.CustomerRef) error {
		if !one.Restricted {
			return nil
		}
		return tx.Unrestrict(one)
	})
	if err != nil {
		return nil, err
	}
	if err := Note(tx, id, EventLifted, store.CaseContent{By: by}, now); err != nil {
		return nil, err
	}
	return everybody, logRestriction(tx, id, "lifted", now)
}

// View notes that somebody looks at restricted data, and what for. The reason
// is sealed with the person's key; the log keeps the purpose alone.
func View(tx *store.Tx, id int64, purpose, reason, by string, now time.Time) error {
	if !slices.Contains(viewPurposes, purpose) {
		return inbox.InvalidField("purpose", "no such purpose")
	}
	if reason == "" {
		return inbox.InvalidField("reason", "missing")
	}
	if err := Note(tx, id, EventViewed, store.CaseContent{By: by, What: purpose, Text: reason}, now); err != nil {
		return err
	}
	return logRestriction(tx, id, "viewed:"+purpose, now)
}

func logRestriction(tx *store.Tx, id int64, what string, now time.Time) error {
	_, err := tx.AppendLog(now, "restriction", struct {
		Case int64  `json:"case"`
		What string `json:"what"`
	}{id, what})
	return err
}
