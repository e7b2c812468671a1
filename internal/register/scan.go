package register

import (
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/qr"
	"tresen/internal/receive"
	"tresen/internal/store"
)

// Scan is the rule that follows from a customer's message: it counts it for the
// code whose place it names, or finds that it is the one a test waits for.
func (r *Register) Scan(tx *store.Tx, a receive.Arrival) error {
	tested := r.proves(a.Content.Text)
	if !tested && !strings.Contains(a.Content.Text, "(") {
		return nil
	}
	list, err := tx.ListPlacedCodes()
	if err != nil {
		return err
	}
	id := placeOf(list, a.Content.Text)
	if tested {
		return r.passed(tx, id, list)
	}
	if id == 0 {
		return nil
	}
	began, err := beginsHere(tx, list, a.Message)
	if err != nil {
		return err
	}
	tx.AfterCommit(r.changed)
	return tx.CountScan(id, began)
}

// Place returns the code whose place a text names, or 0.
func (r *Register) Place(tx *store.Tx, text string) (inbox.PlacedCodeID, error) {
	if !strings.Contains(text, "(") {
		return 0, nil
	}
	list, err := tx.ListPlacedCodes()
	return placeOf(list, text), err
}

// placeOf finds the code whose place a text names, or 0. What hangs goes before
// what was taken down.
func placeOf(list []inbox.PlacedCode, text string) inbox.PlacedCodeID {
	for _, code := range list {
		known := make([]qr.Marker, 0, len(code.Places))
		for _, place := range code.Places {
			known = append(known, qr.Marker(place))
		}
		if _, named := qr.FindMarker(text, known); named {
			return code.ID
		}
	}
	return 0
}

// beginsHere says whether a message is its conversation's first and the
// conversation is not counted yet. Messages come in any order: one that turns
// out to be the first may follow another that was counted as such.
func beginsHere(tx *store.Tx, list []inbox.PlacedCode, id inbox.MessageID) (bool, error) {
	older, next, err := tx.Around(id)
	if err != nil || older || next == 0 {
		return !older, err
	}
	second, _, err := tx.FindMessage(next)
	return second.Direction != inbox.Inbound || placeOf(list, second.Content.Text) == 0, err
}
