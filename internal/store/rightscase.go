package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Case is a request of a person about her data. Kind and State are the words of
// package rights.
type Case struct {
	ID          int64
	Customer    inbox.CustomerID
	Kind, State string
	ReceivedAt  time.Time
	DueAt       time.Time
	Extended    bool
	// ActedAt is when something was last done about it, ClosedAt when it was closed, or zero.
	ActedAt, ClosedAt time.Time
}

// CaseEvent is one entry of a case's history.
type CaseEvent struct {
	ID   int64
	Case int64
	At   time.Time
	Kind string
	// Content was sealed with the customer's key.
	Content CaseContent
}

// CaseContent is what a case's history says about one event.
type CaseContent struct {
	// By is who of the shop did it, or empty: the program, or the only person there is.
	By string `json:"by,omitempty"`
	// Text is a reason or the person's own words.
	Text string `json:"text,omitempty"`
	// What names a letter, a ground or an origin, by the kind of the event.
	What string `json:"what,omitempty"`
	// Message is the message it was about, or 0.
	Message inbox.MessageID `json:"message,omitempty"`
	// Kept are the parts of her data a refused erasure leaves, in the caller's JSON.
	Kept json.RawMessage `json:"kept,omitempty"`
}

// InsertCase adds a case and returns it with its number.
func (tx *Tx) InsertCase(c CustomerRef, one Case) (Case, error) {
	if c.Erasing {
		return one, inbox.NewError(inbox.CodeConflict, "case of somebody who is being erased")
	}
	one.Customer = c.ID
	err := tx.queryRow(`INSERT INTO rights_case (customer_id, kind, state, received_at_ms, due_at_ms, extended, acted_at_ms, closed_at_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING case_id`, c.Row, one.Kind, one.State, ms(one.ReceivedAt), ms(one.DueAt), one.Extended,
		ms(one.ActedAt), ms(one.ClosedAt)).Scan(&one.ID)
	return one, wrap("insert case", err)
}

// UpdateCase writes down how far a case has come.
func (tx *Tx) UpdateCase(one Case) error {
	did, err := tx.changed("UPDATE rights_case SET state = ?, due_at_ms = ?, extended = ?, acted_at_ms = ?, closed_at_ms = ? WHERE case_id = ?",
		one.State, ms(one.DueAt), one.Extended, ms(one.ActedAt), ms(one.ClosedAt), one.ID)
	return found(did, "update case", err)
}

const selectCase = `SELECT k.case_id, c.uuid, k.kind, k.state, k.received_at_ms, k.due_at_ms, k.extended, k.acted_at_ms, k.closed_at_ms
	FROM rights_case k JOIN customer c USING (customer_id) `

func scanCase(r row) (one Case, err error) {
	var uuid []byte
	var received, due, acted, closed int64
	err = r.Scan(&one.ID, &uuid, &one.Kind, &one.State, &received, &due, &one.Extended, &acted, &closed)
	if err != nil {
		return one, err
	}
	one.Customer = inbox.CustomerID(uuid)
	one.ReceivedAt, one.DueAt, one.ActedAt, one.ClosedAt = fromMS(received), fromMS(due), fromMS(acted), fromMS(closed)
	return one, nil
}

func scanCases(rows *sql.Rows, err error) (list []Case, _ error) {
	err = each(rows, err, func(r *sql.Rows) error {
		one, err := scanCase(r)
		list = append(list, one)
		return err
	})
	return list, wrap("list cases", err)
}

// FindCase returns a case and whose it is, or not_found.
func (tx *Tx) FindCase(id int64) (Case, CustomerRef, error) {
	one, err := scanCase(tx.queryRow(selectCase+"WHERE k.case_id = ?", id))
	if err != nil {
		return one, CustomerRef{}, wrap("find case", err)
	}
	c, err := tx.FindCustomer(one.Customer)
	return one, c, err
}

const ofCustomer = "WHERE c.uuid = ? ORDER BY k.case_id DESC"

// CasesOf returns a customer's cases, newest first.
func (tx *Tx) CasesOf(id inbox.CustomerID) ([]Case, error) {
	return scanCases(tx.query(selectCase+ofCustomer, id[:]))
}

// CasesOf returns a customer's cases, newest first.
func (s *Store) CasesOf(ctx context.Context, id inbox.CustomerID) ([]Case, error) {
	return s.cases(ctx, selectCase+ofCustomer, id[:])
}

// Case returns one case, or not_found.
func (s *Store) Case(ctx context.Context, id int64) (Case, error) {
	list, err := s.cases(ctx, selectCase+"WHERE k.case_id = ?", id)
	if err == nil && len(list) == 0 {
		err = inbox.NewError(inbox.CodeNotFound, "no such case")
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

const (
	listOpenCases = selectCase + `WHERE k.state IN ('received', 'checked', 'work', 'extended')
		ORDER BY k.due_at_ms, k.case_id LIMIT ?`
	listSettledCases = selectCase + `WHERE k.state IN ('answered', 'refused', 'closed')
		ORDER BY k.acted_at_ms DESC, k.case_id DESC LIMIT ?`
)

// ListOpenCases returns the cases that wait for an answer, what is due first first.
func (s *Store) ListOpenCases(ctx context.Context, limit int) ([]Case, error) {
	return s.cases(ctx, listOpenCases, limit)
}

// ListSettledCases returns the cases that were answered, refused or closed, newest first.
func (s *Store) ListSettledCases(ctx context.Context, limit int) ([]Case, error) {
	return s.cases(ctx, listSettledCases, limit)
}

// ListCases returns every case, oldest first, for retention and for counting.
func (s *Store) ListCases(ctx context.Context) ([]Case, error) {
	return s.cases(ctx, selectCase+"WHERE c.state = 'live' ORDER BY k.case_id")
}

func (s *Store) cases(ctx context.Context, query string, args ...any) (list []Case, err error) {
	err = s.read(ctx, func(db *connection) error {
		list, err = scanCases(db.query(query, args...))
		return err
	})
	return list, err
}

// AppendCaseEvent adds to a case's history. No function changes or deletes an
// entry; only the end of the case's own period and the person's erasure do.
func (tx *Tx) AppendCaseEvent(c CustomerRef, e CaseEvent) error {
	var id int64
	if err := tx.queryRow("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'case_event'").Scan(&id); err != nil {
		return wrap("number event of case", err)
	}
	sealed, err := sealJSON(tx.w.vault, c.key(), "case_event", "content", id, e.Content)
	if err != nil {
		return wrap("seal event of case", err)
	}
	_, err = tx.exec("INSERT INTO case_event (event_id, case_id, at_ms, kind, content) VALUES (?, ?, ?, ?, ?)", id, e.Case, ms(e.At), e.Kind, sealed)
	return wrap("insert event of case", err)
}

const listCaseEvents = `SELECT e.event_id, e.case_id, e.at_ms, e.kind, e.content, c.uuid FROM case_event e
	JOIN rights_case k USING (case_id) JOIN customer c USING (customer_id) WHERE e.case_id = ? ORDER BY e.event_id`

func scanEvents(o *opener, rows *sql.Rows, err error) (list []CaseEvent, _ error) {
	err = each(rows, err, func(r *sql.Rows) error {
		var e CaseEvent
		var at int64
		var sealed, uuid []byte
		if err := r.Scan(&e.ID, &e.Case, &at, &e.Kind, &sealed, &uuid); err != nil {
			return err
		}
		e.At = fromMS(at)
		err := o.json(vault.KeyID(uuid), "case_event", "content", e.ID, sealed, &e.Content)
		list = append(list, e)
		return err
	})
	return list, wrap("list events of case", err)
}

// CaseEvents returns a case's history, oldest first.
func (tx *Tx) CaseEvents(id int64) ([]CaseEvent, error) {
	rows, err := tx.query(listCaseEvents, id)
	return scanEvents(tx.opener(), rows, err)
}

// CaseEvents returns a case's history, oldest first.
func (s *Store) CaseEvents(ctx context.Context, id int64) (list []CaseEvent, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(listCaseEvents, id)
		list, err = scanEvents(s.opener(ctx), rows, err)
		return err
	})
	return list, err
}

// SetChallenge keeps the code a case waits for, sealed; nil forgets it.
func (tx *Tx) SetChallenge(c CustomerRef, id int64, challenge any) error {
	var sealed []byte
	if challenge != nil {
		var err error
		if sealed, err = sealJSON(tx.w.vault, c.key(), "rights_case", "challenge", id, challenge); err != nil {
			return wrap("seal code", err)
		}
	}
	did, err := tx.changed("UPDATE rights_case SET challenge = ? WHERE case_id = ?", sealed, id)
	return found(did, "keep code", err)
}

// Challenge reads the newest code a customer's case waits for and returns that
// case, or 0 if none does.
func (tx *Tx) Challenge(c CustomerRef, into any) (id int64, err error) {
	var sealed []byte
	err = tx.queryRow("SELECT case_id, challenge FROM rights_case WHERE customer_id = ? AND challenge IS NOT NULL ORDER BY case_id DESC LIMIT 1", c.Row).
		Scan(&id, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		err = tx.opener().json(c.key(), "rights_case", "challenge", id, sealed, into)
	}
	return id, wrap("open code", err)
}

// DeleteCase deletes a case and its history, once its own period is over.
func (tx *Tx) DeleteCase(id int64) error {
	for _, query := range []string{"DELETE FROM case_event WHERE case_id = ?", "DELETE FROM rights_case WHERE case_id = ?"} {
		if _, err := tx.exec(query, id); err != nil {
			return wrap("delete case", err)
		}
	}
	return nil
}

// CloseCasesErased ends all cases of a customer whose erasure begins: rows and
// history go with her, and the log keeps the numbers alone.
func (tx *Tx) CloseCasesErased(c CustomerRef, now time.Time) error {
	list, err := tx.CasesOf(c.ID)
	if err != nil {
		return err
	}
	for _, one := range list {
		_, err := tx.AppendLog(now, "case", struct {
			Number int64  `json:"number"`
			State  string `json:"state"`
		}{one.ID, "erased"})
		if err != nil {
			return err
		}
		if err := tx.DeleteCase(one.ID); err != nil {
			return err
		}
	}
	return nil
}
