package rights

import (
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// TellsRecipients reports whether everybody who got the data has to be told of
// what follows from this right (Art. 19 GDPR).
func (k Kind) TellsRecipients() bool {
	return slices.Contains([]Kind{Rectification, Erasure, Restriction}, k)
}

// Told says by a case's history when each recipient was told.
func Told(history []store.CaseEvent) map[string]time.Time {
	told := map[string]time.Time{}
	for _, e := range history {
		switch e.Kind {
		case EventTold:
			told[e.Content.What] = e.At
		case EventUntold:
			delete(told, e.Content.What)
		}
	}
	return told
}

// Tell notes that a recipient was told, or was not after all. It fails with
// conflict if the right concerns no recipients.
func Tell(tx *store.Tx, id int64, recipient string, told bool, by string, now time.Time) error {
	one, _, err := tx.FindCase(id)
	if err != nil {
		return err
	}
	if !Kind(one.Kind).TellsRecipients() {
		return inbox.NewError(inbox.CodeConflict, "nobody has to be told of this")
	}
	history, err := tx.CaseEvents(id)
	if err != nil {
		return err
	}
	if _, before := Told(history)[recipient]; before == told {
		return nil
	}
	kind := EventTold
	if !told {
		kind = EventUntold
	}
	if err := Note(tx, id, kind, store.CaseContent{By: by, What: recipient}, now); err != nil {
		return err
	}
	_, err = tx.AppendLog(now, kind, struct {
		Case      int64  `json:"case"`
		Recipient string `json:"recipient"`
	}{id, recipient})
	return err
}
