package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// AutomaticText is a text for automatic messages as the owner confirmed it.
type AutomaticText struct {
	ID int64     `json:"-"`
	At time.Time `json:"-"`
	// Text is what it says, word for word.
	Text string `json:"text"`
	// Version names the template it was made from, AsAt the day whose law that reflects.
	Version string `json:"version"`
	AsAt    string `json:"asAt"`
	// Generation rises with every change the owner called material.
	Generation int `json:"-"`
}

// KeepAutomaticText keeps a confirmed text and returns its id.
func (tx *Tx) KeepAutomaticText(t AutomaticText) (int64, error) {
	// The row's number is part of what is sealed, and a kept text is never changed.
	var id int64
	if err := tx.queryRow("SELECT coalesce(max(text_id), 0) + 1 FROM automatic_text").Scan(&id); err != nil {
		return 0, wrap("number automatic text", err)
	}
	sealed, err := sealJSON(tx.w.vault, vault.ShopKey, "automatic_text", "content", id, t)
	if err != nil {
		return 0, wrap("seal automatic text", err)
	}
	_, err = tx.exec("INSERT INTO automatic_text (text_id, at_ms, generation, content) VALUES (?, ?, ?, ?)", id, ms(t.At), t.Generation, sealed)
	return id, wrap("keep automatic text", err)
}

// ListAutomaticTexts returns every text that was ever confirmed, newest first.
func (s *Store) ListAutomaticTexts(ctx context.Context) ([]AutomaticText, error) {
	list := []AutomaticText{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT text_id, at_ms, generation, content FROM automatic_text ORDER BY text_id DESC")
		return each(rows, err, func(r *sql.Rows) error {
			var id, at int64
			var sealed []byte
			var t AutomaticText
			if err := r.Scan(&id, &at, &t.Generation, &sealed); err != nil {
				return err
			}
			err := s.opener(ctx).json(vault.ShopKey, "automatic_text", "content", id, sealed, &t)
			t.ID, t.At = id, fromMS(at)
			list = append(list, t)
			return err
		})
	})
	return list, wrap("list automatic texts", err)
}

// AutomaticSend is one purpose an automatic message was sent for.
type AutomaticSend struct {
	// Kind is notice, greeting, absence, receipt or intake.
	Kind string
	At   time.Time
	// Message is 0 if it was deleted before its person.
	Message inbox.MessageID
	// Text and Generation are of a notice's confirmed text, otherwise 0.
	Text       int64
	Generation int
	// Status is the message's, or the last one before it was deleted.
	Status  inbox.MessageStatus
	Failure inbox.Code
	// StatusAt is when the provider reported Status, or zero.
	StatusAt time.Time
}

// NoteAutomaticSend records that a message of the outbox is automatic, and for
// what it is sent.
func (tx *Tx) NoteAutomaticSend(c CustomerRef, s AutomaticSend) error {
	var text any
	if s.Text != 0 {
		text = s.Text
	}
	_, err := tx.exec("INSERT INTO automatic_send (customer_id, kind, at_ms, message_id, text_id) VALUES (?, ?, ?, ?, ?)",
		c.Row, s.Kind, ms(s.At), int64(s.Message), text)
	return wrap("note automatic message", err)
}

// RepeatAutomaticSend records that a message takes another's place, which may
// have been an automatic one.
func (tx *Tx) RepeatAutomaticSend(failed, again inbox.MessageID, at time.Time) error {
	_, err := tx.exec(`INSERT INTO automatic_send (customer_id, kind, at_ms, message_id, text_id)
		SELECT customer_id, kind, ?, ?, text_id FROM automatic_send WHERE message_id = ?`, ms(at), int64(again), int64(failed))
	return wrap("note automatic message", err)
}

const listAutomatic = `SELECT a.kind, a.at_ms, coalesce(a.message_id, 0), coalesce(a.text_id, 0), coalesce(t.generation, 0), coalesce(m.status, a.status),
	coalesce(m.failure, ''), coalesce(m.status_at_ms, 0) FROM automatic_send a LEFT JOIN message m USING (message_id)
	LEFT JOIN automatic_text t USING (text_id) `

func scanAutomatic(rows *sql.Rows, err error) ([]AutomaticSend, error) {
	list := []AutomaticSend{}
	err = each(rows, err, func(r *sql.Rows) error {
		var s AutomaticSend
		var at, statusAt int64
		err := r.Scan(&s.Kind, &at, &s.Message, &s.Text, &s.Generation, &s.Status, &s.Failure, &statusAt)
		s.At, s.StatusAt = fromMS(at), fromMS(statusAt)
		list = append(list, s)
		return err
	})
	return list, wrap("list automatic messages", err)
}

// NewestAutomaticSends returns the newest message of each kind that a customer
// was sent by itself and that did not fail.
func (tx *Tx) NewestAutomaticSends(c CustomerRef) ([]AutomaticSend, error) {
	rows, err := tx.query(listAutomatic+`WHERE a.send_id IN (SELECT max(s.send_id) FROM automatic_send s LEFT JOIN message n USING (message_id)
		WHERE s.customer_id = ? AND coalesce(n.status, s.status) <> 'failed' GROUP BY s.kind)`, c.Row)
	return scanAutomatic(rows, err)
}

// ListAutomaticSends returns what a customer was sent by itself, newest first.
func (s *Store) ListAutomaticSends(ctx context.Context, id inbox.CustomerID) (list []AutomaticSend, err error) {
	err = s.readAbout(ctx, id, func(db *connection) error {
		rows, err := db.query(listAutomatic+"WHERE a.customer_id = (SELECT customer_id FROM customer WHERE uuid = ?) ORDER BY a.send_id DESC", id[:])
		list, err = scanAutomatic(rows, err)
		return err
	})
	return list, err
}

// keepAutomaticStatus lets what is known of automatic messages outlive them.
func (tx *Tx) keepAutomaticStatus(first, last inbox.MessageID) error {
	_, err := tx.exec(`UPDATE automatic_send SET status = (SELECT m.status FROM message m WHERE m.message_id = automatic_send.message_id),
		message_id = NULL WHERE message_id >= ? AND message_id <= ?`, first, last)
	return wrap("keep status of automatic messages", err)
}

// Moment is what the rules for automatic messages must know of a conversation.
type Moment struct {
	// Previous is when the message before a given one was sent, or zero.
	Previous time.Time
	// Answered is when a person of the shop last wrote, or zero.
	Answered time.Time
	// Spam is true if the shop said so of the conversation. Blocked is true if
	// its customer is blocked, or her data are restricted (Art. 18 GDPR).
	Spam, Blocked bool
}

// MomentOf returns what stands before a message of a conversation.
func (tx *Tx) MomentOf(ref ConversationRef, id inbox.MessageID) (m Moment, err error) {
	first, _ := inbox.MessageRange(ref.ID)
	var previous, answered int64
	err = tx.queryRow(`SELECT coalesce((SELECT sent_at_ms FROM message WHERE message_id >= ?1 AND message_id < ?2 ORDER BY message_id DESC LIMIT 1), 0),
		v.last_outbound_ms, c.blocked_at_ms > 0 OR c.restricted_at_ms > 0, EXISTS (SELECT 1 FROM matter t WHERE t.conversation_id = ?3 AND t.kind = 'spam')
		FROM conversation v JOIN customer c USING (customer_id) WHERE v.conversation_id = ?3`, int64(first), int64(id), int64(ref.ID)).
		Scan(&previous, &answered, &m.Blocked, &m.Spam)
	m.Previous, m.Answered = fromMS(previous), fromMS(answered)
	return m, wrap("find moment", err)
}

// SaveIntake keeps how far the questions to a customer have come.
func (tx *Tx) SaveIntake(c CustomerRef, at time.Time, content any) error {
	sealed, err := sealJSON(tx.w.vault, c.key(), "intake", "content", c.Row, content)
	if err != nil {
		return wrap("seal intake", err)
	}
	_, err = tx.exec(`INSERT INTO intake (customer_id, at_ms, content) VALUES (?, ?, ?)
		ON CONFLICT (customer_id) DO UPDATE SET at_ms = excluded.at_ms, content = excluded.content`, c.Row, ms(at), sealed)
	return wrap("save intake", err)
}

// Intake reads how far the questions to a customer have come, or fails with not_found.
func (tx *Tx) Intake(c CustomerRef, content any) error {
	var sealed []byte
	if err := tx.queryRow("SELECT content FROM intake WHERE customer_id = ?", c.Row).Scan(&sealed); err != nil {
		return wrap("find intake", err)
	}
	return tx.opener().json(c.key(), "intake", "content", c.Row, sealed, content)
}

// EndIntake forgets the questions to a customer; none is no error.
func (tx *Tx) EndIntake(c CustomerRef) error {
	_, err := tx.exec("DELETE FROM intake WHERE customer_id = ?", c.Row)
	return wrap("end intake", err)
}

// StaleIntakes returns whose questions have not moved on since a time, of those
// who are not being erased.
func (tx *Tx) StaleIntakes(before time.Time) (ids []inbox.CustomerID, err error) {
	rows, err := tx.query(`SELECT c.uuid FROM intake i JOIN customer c USING (customer_id)
		WHERE i.at_ms <= ? AND c.state = 'live' ORDER BY i.at_ms`, ms(before))
	err = each(rows, err, func(r *sql.Rows) error {
		var uuid []byte
		err := r.Scan(&uuid)
		ids = append(ids, inbox.CustomerID(uuid))
		return err
	})
	return ids, wrap("list stale intakes", err)
}

// EndIntakes forgets the questions to everybody.
func (tx *Tx) EndIntakes() error {
	_, err := tx.exec("DELETE FROM intake")
	return wrap("end intakes", err)
}

// AutomaticFacts says how the automatic messages are doing, without persons.
type AutomaticFacts struct {
	// Intakes is how many people are being asked now.
	Intakes int
	// Notices counts people by the state of their newest notice: arrived, under way, failed.
	Arrived, UnderWay, Failed int
}

// CountAutomatic counts over everybody who is not being erased.
func (s *Store) CountAutomatic(ctx context.Context) (f AutomaticFacts, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow(`WITH newest AS (SELECT max(a.send_id) AS send_id FROM automatic_send a JOIN customer c USING (customer_id)
				WHERE a.kind = 'notice' AND c.state = 'live' GROUP BY a.customer_id),
			state AS (SELECT coalesce(m.status, a.status) AS status FROM newest JOIN automatic_send a USING (send_id) LEFT JOIN message m USING (message_id))
			SELECT (SELECT count(*) FROM intake), count(*) FILTER (WHERE status IN ('delivered', 'read', 'played')),
				count(*) FILTER (WHERE status NOT IN ('delivered', 'read', 'played', 'failed')), count(*) FILTER (WHERE status = 'failed') FROM state`).
			Scan(&f.Intakes, &f.Arrived, &f.UnderWay, &f.Failed)
	})
	return f, wrap("count automatic messages", err)
}

// AutomaticMonth says how many automatic messages of a number were delivered and priced in a month.
type AutomaticMonth struct {
	// Month is written 2026-11.
	Month    string
	Messages int
}

// countAutomatic counts a message that is charged if it is an automatic one.
func (tx *Tx) countAutomatic(id inbox.MessageID, number inbox.PhoneNumberID, month string) error {
	_, err := tx.exec(`INSERT INTO automatic_usage (phone_number_id, month, messages)
		SELECT ?, ?, 1 WHERE EXISTS (SELECT 1 FROM automatic_send WHERE message_id = ?)
		ON CONFLICT DO UPDATE SET messages = messages + 1`, string(number), month, int64(id))
	return wrap("count automatic message", err)
}

// ListAutomaticMonths returns what was counted for a number, newest month first.
func (s *Store) ListAutomaticMonths(ctx context.Context, number inbox.PhoneNumberID, limit int) ([]AutomaticMonth, error) {
	list := []AutomaticMonth{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT month, messages FROM automatic_usage WHERE phone_number_id = ? ORDER BY month DESC LIMIT ?", string(number), limit)
		return each(rows, err, func(r *sql.Rows) error {
			var m AutomaticMonth
			err := r.Scan(&m.Month, &m.Messages)
			list = append(list, m)
			return err
		})
	})
	return list, wrap("list automatic months", err)
}
