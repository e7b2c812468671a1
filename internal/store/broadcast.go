package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// BroadcastID numbers broadcasts.
type BroadcastID int64

// BroadcastState is where a broadcast stands.
type BroadcastState string

// The states. Stopped and done are the end.
const (
	BroadcastRunning BroadcastState = "running"
	BroadcastPaused  BroadcastState = "paused"
	BroadcastStopped BroadcastState = "stopped"
	BroadcastDone    BroadcastState = "done"
)

// Outcome is what became of one person's place in a broadcast.
type Outcome string

// The outcomes. The first two are not final.
const (
	OutcomeWaiting   Outcome = "waiting"
	OutcomeLeaving   Outcome = "leaving" // in the outbox
	OutcomeSent      Outcome = "sent"
	OutcomeDelivered Outcome = "delivered"
	OutcomeRead      Outcome = "read"
	OutcomeFailed    Outcome = "failed"
	OutcomeUnclear   Outcome = "unclear"
	OutcomeWithdrawn Outcome = "withdrawn" // the consent was no longer there when its turn came
	OutcomeStopped   Outcome = "stopped"   // the shop stopped before its turn
	OutcomeErased    Outcome = "erased"    // the person was erased before its turn
)

// Broadcast is one template for several people.
type Broadcast struct {
	ID    BroadcastID
	State BroadcastState
	// Reason is why it is paused or what it waits for, a word of the caller's; Number the provider's error number or 0.
	Reason string
	Number int
	// Purpose is the purpose of consent it relies on.
	Purpose                 string
	PhoneNumberID           inbox.PhoneNumberID
	MadeAt, NextAt, EndedAt time.Time
	Content                 BroadcastContent
	// People counts its people by outcome, those erased since too.
	People map[Outcome]int
}

// BroadcastContent is what a broadcast says.
type BroadcastContent struct {
	TemplateID inbox.TemplateID `json:"id"`
	Name       string           `json:"n"`
	Language   string           `json:"l"`
	Category   string           `json:"c"`
	// Values are by the keys of template.Fields; Nameless stands for people the shop has no name for.
	Values   map[string]string `json:"v,omitempty"`
	Nameless string            `json:"nn,omitempty"`
	// Text is how it reads, with {Name} where everybody's own name stands.
	Text string `json:"t"`
}

func sealBroadcast(v *vault.Vault, id BroadcastID, c BroadcastContent) ([]byte, error) {
	return sealJSON(v, vault.ShopKey, "broadcast", "content", int64(id), c)
}

// InsertBroadcast adds a broadcast to people in the given order. A person given
// twice makes it fail with conflict.
func (tx *Tx) InsertBroadcast(b Broadcast, people []CustomerRef) (BroadcastID, error) {
	row, err := tx.insertNamed(`INSERT INTO broadcast (state, purpose, phone_number_id, made_at_ms, next_at_ms, content)
		VALUES (?, ?, ?, ?, ?, x'')`, string(b.State), b.Purpose, string(b.PhoneNumberID), ms(b.MadeAt), ms(b.NextAt))
	if err != nil {
		return 0, wrap("insert broadcast", err)
	}
	id := BroadcastID(row)
	sealed, err := sealBroadcast(tx.w.vault, id, b.Content)
	if err != nil {
		return 0, wrap("seal broadcast", err)
	}
	if _, err := tx.exec("UPDATE broadcast SET content = ? WHERE broadcast_id = ?", sealed, row); err != nil {
		return 0, wrap("insert broadcast", err)
	}
	for place, c := range people {
		if _, err := tx.exec("INSERT INTO broadcast_recipient (broadcast_id, customer_id, place) VALUES (?, ?, ?)", row, c.Row, place); err != nil {
			return 0, wrap("insert recipient", err)
		}
	}
	return id, nil
}

// SetBroadcast changes where a broadcast stands: state, reason, number and times.
func (tx *Tx) SetBroadcast(b Broadcast) error {
	did, err := tx.changed(`UPDATE broadcast SET state = ?, reason = ?, reason_number = ?, next_at_ms = ?, ended_at_ms = ?
		WHERE broadcast_id = ?`, string(b.State), b.Reason, b.Number, ms(b.NextAt), ms(b.EndedAt), int64(b.ID))
	return found(did, "update broadcast", err)
}

const broadcastColumns = `SELECT broadcast_id, state, reason, reason_number, purpose, phone_number_id, made_at_ms, next_at_ms,
	ended_at_ms, content FROM broadcast `

func scanBroadcast(o *opener, r row) (Broadcast, error) {
	var b Broadcast
	var made, next, ended int64
	var sealed []byte
	err := r.Scan(&b.ID, &b.State, &b.Reason, &b.Number, &b.Purpose, &b.PhoneNumberID, &made, &next, &ended, &sealed)
	if err != nil {
		return b, err
	}
	b.MadeAt, b.NextAt, b.EndedAt = fromMS(made), fromMS(next), fromMS(ended)
	return b, o.json(vault.ShopKey, "broadcast", "content", int64(b.ID), sealed, &b.Content)
}

// FindBroadcast returns a broadcast without its people, or not_found.
func (tx *Tx) FindBroadcast(id BroadcastID) (Broadcast, error) {
	b, err := scanBroadcast(tx.opener(), tx.queryRow(broadcastColumns+"WHERE broadcast_id = ?", int64(id)))
	return b, wrap("find broadcast", err)
}

// RunningBroadcast returns the oldest broadcast that runs; ok is false if none does.
func (tx *Tx) RunningBroadcast() (b Broadcast, ok bool, err error) {
	b, err = scanBroadcast(tx.opener(), tx.queryRow(broadcastColumns+"WHERE state = 'running' ORDER BY broadcast_id LIMIT 1"))
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, wrap("find running broadcast", err)
}

// AnyBroadcastRuns reports whether a broadcast runs.
func (s *Store) AnyBroadcastRuns(ctx context.Context) (runs bool, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT EXISTS (SELECT 1 FROM broadcast WHERE state = 'running')").Scan(&runs)
	})
	return runs, wrap("find running broadcast", err)
}

// OpenBroadcast reports whether a broadcast has not ended.
func (tx *Tx) OpenBroadcast() (open bool, err error) {
	err = tx.queryRow("SELECT EXISTS (SELECT 1 FROM broadcast WHERE state IN ('running', 'paused'))").Scan(&open)
	return open, wrap("find open broadcast", err)
}

// outcomeColumn says what became of recipient r with message m.
const outcomeColumn = `CASE WHEN r.outcome <> '' THEN r.outcome
	WHEN m.message_id IS NULL THEN 'waiting'
	WHEN m.status = 'failed' AND m.failure = 'no_opt_in' THEN 'withdrawn'
	WHEN m.status IN ('queued', 'sending') THEN 'leaving'
	WHEN m.status IN ('accepted', 'sent') THEN 'sent'
	WHEN m.status = 'played' THEN 'read' ELSE m.status END`

const countRecipients = `SELECT ` + outcomeColumn + `, count(*) FROM broadcast_recipient r LEFT JOIN message m USING (message_id)
	WHERE r.broadcast_id = ?1 GROUP BY 1 UNION ALL SELECT outcome, people FROM broadcast_gone WHERE broadcast_id = ?1`

// ListBroadcasts returns all broadcasts with the outcomes of their people, newest first.
func (s *Store) ListBroadcasts(ctx context.Context) (list []Broadcast, err error) {
	err = s.read(ctx, func(db *connection) error {
		list = nil
		rows, err := db.query(broadcastColumns + "ORDER BY broadcast_id DESC")
		err = each(rows, err, func(r *sql.Rows) error {
			b, err := scanBroadcast(s.opener(ctx), r)
			list = append(list, b)
			return err
		})
		for i := range list {
			if err == nil {
				list[i].People, err = countPeople(db, list[i].ID)
			}
		}
		return err
	})
	return list, wrap("list broadcasts", err)
}

func countPeople(db *connection, id BroadcastID) (map[Outcome]int, error) {
	people := map[Outcome]int{}
	rows, err := db.query(countRecipients, int64(id))
	return people, each(rows, err, func(r *sql.Rows) error {
		var outcome Outcome
		var n int
		err := r.Scan(&outcome, &n)
		people[outcome] += n
		return err
	})
}

// Recipient is one person's place in a broadcast.
type Recipient struct {
	Customer inbox.CustomerID
	Profile  inbox.Profile
	Outcome  Outcome
	// Failure and Number say why a message failed.
	Failure inbox.Code
	Number  int
}

// ListRecipients returns the people of a broadcast who have not been erased, in their order.
func (s *Store) ListRecipients(ctx context.Context, id BroadcastID) (list []Recipient, err error) {
	err = s.read(ctx, func(db *connection) error {
		list = nil
		o := s.opener(ctx)
		rows, err := db.query(`SELECT c.customer_id, c.uuid, c.profile, `+outcomeColumn+`, coalesce(m.failure, ''), coalesce(m.failure_number, 0)
			FROM broadcast_recipient r JOIN customer c USING (customer_id) LEFT JOIN message m USING (message_id)
			WHERE r.broadcast_id = ? AND c.state = 'live' ORDER BY r.place`, int64(id))
		return each(rows, err, func(r *sql.Rows) error {
			var rec Recipient
			var row int64
			var uuid, sealed []byte
			if err := r.Scan(&row, &uuid, &sealed, &rec.Outcome, &rec.Failure, &rec.Number); err != nil {
				return err
			}
			rec.Customer = inbox.CustomerID(uuid)
			var err error
			if rec.Profile, err = o.profile(vault.KeyID(uuid), row, sealed); err != nil {
				return passOver(err)
			}
			list = append(list, rec)
			return nil
		})
	})
	return list, wrap("list recipients", err)
}

// NextRecipient returns the next person of a broadcast nothing was decided
// about; ok is false if there is none.
func (tx *Tx) NextRecipient(id BroadcastID) (c CustomerRef, ok bool, err error) {
	c, err = scanCustomer(tx.queryRow(`SELECT c.customer_id, c.uuid, c.state = 'erasing', c.restricted_at_ms > 0 FROM broadcast_recipient r JOIN customer c USING (customer_id)
		WHERE r.broadcast_id = ? AND r.outcome = '' AND r.message_id IS NULL ORDER BY r.place LIMIT 1`, int64(id)))
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return c, false, nil
	}
	return c, err == nil, err
}

// RecipientQueued notes which message a person of a broadcast gets. It fails
// with conflict if that was decided before.
func (tx *Tx) RecipientQueued(id BroadcastID, c CustomerRef, message inbox.MessageID) error {
	did, err := tx.changed(`UPDATE broadcast_recipient SET message_id = ?
		WHERE broadcast_id = ? AND customer_id = ? AND message_id IS NULL AND outcome = ''`, int64(message), int64(id), c.Row)
	if err == nil && !did {
		return inbox.NewError(inbox.CodeConflict, "the recipient has a message already")
	}
	return wrap("note message of recipient", err)
}

// EndRecipient says what became of a person of a broadcast without a message.
func (tx *Tx) EndRecipient(id BroadcastID, c CustomerRef, o Outcome) error {
	_, err := tx.exec("UPDATE broadcast_recipient SET outcome = ? WHERE broadcast_id = ? AND customer_id = ? AND message_id IS NULL",
		string(o), int64(id), c.Row)
	return wrap("end recipient", err)
}

// EndWaiting ends everybody nothing was decided about.
func (tx *Tx) EndWaiting(id BroadcastID, o Outcome) error {
	_, err := tx.exec("UPDATE broadcast_recipient SET outcome = ? WHERE broadcast_id = ? AND outcome = '' AND message_id IS NULL", string(o), int64(id))
	return wrap("end recipients", err)
}

// LeavingMessages returns a broadcast's messages that are in the outbox and
// whether each is being sent at this moment.
func (tx *Tx) LeavingMessages(id BroadcastID) (map[inbox.MessageID]bool, error) {
	list := map[inbox.MessageID]bool{}
	rows, err := tx.query(`SELECT m.message_id, m.status = 'sending' FROM broadcast_recipient r JOIN message m USING (message_id)
		JOIN customer c USING (customer_id) WHERE r.broadcast_id = ? AND m.status IN ('queued', 'sending') AND c.state = 'live'`, int64(id))
	err = each(rows, err, func(r *sql.Rows) error {
		var message inbox.MessageID
		var sending bool
		err := r.Scan(&message, &sending)
		list[message] = sending
		return err
	})
	return list, wrap("list messages of broadcast", err)
}

// TakeBackRecipient deletes a broadcast's message that has not begun to leave;
// its person waits again.
func (tx *Tx) TakeBackRecipient(id BroadcastID, message inbox.MessageID) error {
	var customer int64
	err := tx.queryRow("SELECT customer_id FROM broadcast_recipient WHERE broadcast_id = ? AND message_id = ?", int64(id), int64(message)).Scan(&customer)
	if err != nil {
		return wrap("find recipient", err)
	}
	if _, _, err := tx.Withdraw(message); err != nil {
		return err
	}
	_, err = tx.exec("UPDATE broadcast_recipient SET outcome = '' WHERE broadcast_id = ? AND customer_id = ?", int64(id), customer)
	return wrap("take back recipient", err)
}

// NewFailures counts the messages of a broadcast that failed since
// JudgeFailures, by the provider's error number.
func (tx *Tx) NewFailures(id BroadcastID) (map[int]int, error) {
	failed := map[int]int{}
	rows, err := tx.query(`SELECT m.failure_number, count(*) FROM broadcast_recipient r JOIN message m USING (message_id)
		JOIN customer c USING (customer_id)
		WHERE r.broadcast_id = ? AND r.judged = 0 AND m.status = 'failed' AND m.failure_number <> 0 AND c.state = 'live' GROUP BY 1`, int64(id))
	err = each(rows, err, func(r *sql.Rows) error {
		var number, people int
		err := r.Scan(&number, &people)
		failed[number] = people
		return err
	})
	return failed, wrap("count failures of broadcast", err)
}

// JudgeFailures says that what failed of a broadcast so far has been acted on.
func (tx *Tx) JudgeFailures(id BroadcastID) error {
	_, err := tx.exec(`UPDATE broadcast_recipient SET judged = 1 WHERE broadcast_id = ?
		AND message_id IN (SELECT message_id FROM message WHERE status = 'failed' AND failure_number <> 0)`, int64(id))
	return wrap("judge failures of broadcast", err)
}

// freezeRecipients keeps what became of broadcast messages that are about to be deleted.
func (tx *Tx) freezeRecipients(first, last inbox.MessageID) error {
	_, err := tx.exec(`UPDATE broadcast_recipient AS r SET message_id = NULL, outcome = (SELECT CASE m.status WHEN 'queued' THEN 'stopped'
			WHEN 'sending' THEN 'unclear' ELSE `+outcomeColumn+` END FROM message m WHERE m.message_id = r.message_id)
		WHERE r.message_id >= ? AND r.message_id <= ?`, int64(first), int64(last))
	return wrap("keep outcomes of broadcasts", err)
}

// forgetRecipient turns an erased customer's places in broadcasts into counts.
func (tx *Tx) forgetRecipient(customer int64) error {
	_, err := tx.exec(`INSERT INTO broadcast_gone (broadcast_id, outcome, people)
		SELECT broadcast_id, CASE outcome WHEN '' THEN 'erased' ELSE outcome END, 1 FROM broadcast_recipient WHERE customer_id = ?
		ON CONFLICT DO UPDATE SET people = people + excluded.people`, customer)
	if err != nil {
		return wrap("count erased recipient", err)
	}
	_, err = tx.exec("DELETE FROM broadcast_recipient WHERE customer_id = ?", customer)
	return wrap("delete recipient", err)
}

// isBroadcast reports whether a message was sent by a broadcast.
func (tx *Tx) isBroadcast(id inbox.MessageID) (is bool, err error) {
	err = tx.queryRow("SELECT EXISTS (SELECT 1 FROM broadcast_recipient WHERE message_id = ?)", int64(id)).Scan(&is)
	return is, wrap("find broadcast of message", err)
}

// LiveCustomer is somebody who could be written to.
type LiveCustomer struct {
	CustomerRef
	// Asked is true if the register may have a declaration of hers for the purpose.
	Asked bool
	// Blocked is true if the shop keeps her from writing.
	Blocked bool
}

// ListLive returns everybody who is not being erased, longest known first. Of
// customers who are one person it returns the one the others were joined to.
func (tx *Tx) ListLive(purpose string) (list []LiveCustomer, err error) {
	rows, err := tx.query(`SELECT customer_id, uuid, restricted_at_ms > 0, blocked_at_ms > 0,
		EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.customer_id AND k.purpose = ?)
			OR EXISTS (SELECT 1 FROM same_person s WHERE s.into_id = c.customer_id)
		FROM customer c WHERE state = 'live' AND customer_id NOT IN (SELECT customer_id FROM same_person) ORDER BY customer_id`, purpose)
	err = each(rows, err, func(r *sql.Rows) error {
		var c LiveCustomer
		var uuid []byte
		err := r.Scan(&c.Row, &uuid, &c.Restricted, &c.Blocked, &c.Asked)
		if err == nil {
			c.ID = inbox.CustomerID(uuid)
			list = append(list, c)
		}
		return err
	})
	return list, wrap("list customers", err)
}

// Blocked reports whether the shop keeps a customer from writing.
func (tx *Tx) Blocked(c CustomerRef) (blocked bool, err error) {
	err = tx.queryRow("SELECT blocked_at_ms > 0 FROM customer WHERE customer_id = ?", c.Row).Scan(&blocked)
	return blocked, wrap("find blocked", err)
}

// TemplatedSince counts the people a number sent templates to since a time.
func (tx *Tx) TemplatedSince(number inbox.PhoneNumberID, since time.Time) (people int, err error) {
	from, err := inbox.FirstMessageID(1, since)
	if err != nil {
		return 0, wrap("count templates", err)
	}
	offset := int64(from) - 1<<43
	err = tx.queryRow(`SELECT count(*) FROM conversation v WHERE v.last_at_ms >= ? AND v.phone_number_id = ? AND EXISTS
		(SELECT 1 FROM message m WHERE m.message_id >= (v.conversation_id << 43) + ? AND m.message_id < (v.conversation_id + 1) << 43
		AND m.kind = 'template' AND m.direction = 1 AND m.status <> 'failed')`, ms(since), string(number), offset).Scan(&people)
	return people, wrap("count templates", err)
}
