package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Consent is one declaration in the register of consents.
type Consent struct {
	ID       int64
	Customer inbox.CustomerID
	// Purpose and Act are the caller's words.
	Purpose string
	Act     string
	At      time.Time
	// Joined is since when Customer is one person with others, or zero.
	Joined time.Time

	content []byte
}

// Decode reads what was sealed with the declaration.
func (c Consent) Decode(into any) error {
	if err := json.Unmarshal(c.content, into); err != nil {
		return inbox.NewError(inbox.CodeStorageDamaged, "decode consent.content")
	}
	return nil
}

func consentAD(id []byte) vault.AD {
	return vault.AD{Table: "consent", Column: hex.EncodeToString(id)}
}

// InsertConsent adds a declaration; content is sealed as JSON with the
// customer's key. No function changes or deletes one; only the erasure of the
// customer does.
func (tx *Tx) InsertConsent(c CustomerRef, purpose, act string, at time.Time, content any) error {
	plain, err := json.Marshal(content)
	if err != nil {
		return wrap("encode consent", err)
	}
	id := uuid.New()
	sealed, err := tx.w.vault.Seal(c.key(), consentAD(id[:]), plain)
	clear(plain)
	if err != nil {
		return wrap("seal consent", err)
	}
	_, err = tx.exec("INSERT INTO consent (uuid, customer_id, purpose, act, at_ms, content) VALUES (?, ?, ?, ?, ?, ?)",
		id[:], c.Row, purpose, act, ms(at), sealed)
	return wrap("insert consent", err)
}

const listConsents = personOf + `SELECT k.consent_id, k.uuid, k.purpose, k.act, k.at_ms, k.content, c.uuid,
	coalesce((SELECT min(s.at_ms) FROM same_person s WHERE k.customer_id IN (s.customer_id, s.into_id)), 0)
	FROM person p JOIN consent k ON k.customer_id = p.id JOIN customer c USING (customer_id) ORDER BY k.at_ms, k.consent_id`

func scanConsents(o *opener, rows *sql.Rows, err error) (list []Consent, _ error) {
	err = each(rows, err, func(r *sql.Rows) error {
		var c Consent
		var id, sealed, owner []byte
		var at, joined int64
		if err := r.Scan(&c.ID, &id, &c.Purpose, &c.Act, &at, &sealed, &owner, &joined); err != nil {
			return err
		}
		c.At, c.Joined, c.Customer = fromMS(at), fromMS(joined), inbox.CustomerID(owner)
		var err error
		c.content, err = o.take(vault.KeyID(owner), consentAD(id), sealed)
		list = append(list, c)
		return err
	})
	return list, wrap("list consents", err)
}

// Consents returns a person's declarations, oldest first, also those of the
// customers she is one person with.
func (tx *Tx) Consents(c CustomerRef) ([]Consent, error) {
	rows, err := tx.query(listConsents, c.Row)
	return scanConsents(tx.opener(), rows, err)
}

// ListConsents returns a person's declarations, oldest first, like Consents.
func (s *Store) ListConsents(ctx context.Context, id inbox.CustomerID) (list []Consent, err error) {
	err = s.readAbout(ctx, id, func(db *connection) error {
		c, err := scanCustomer(db.queryRow(selectCustomer, id[:]))
		if err != nil {
			return err
		}
		rows, err := db.query(listConsents, c.Row)
		list, err = scanConsents(s.opener(ctx), rows, err)
		return err
	})
	return list, err
}

// NoteConsentUse records that a consent was used for an advertising message.
func (tx *Tx) NoteConsentUse(c CustomerRef, purpose string, at time.Time, message inbox.MessageID) error {
	_, err := tx.exec("INSERT INTO consent_use (customer_id, purpose, at_ms, message_id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
		c.Row, purpose, ms(at), message)
	return wrap("note use of consent", err)
}

// LastConsentUse returns when a consent was last used, or zero.
func (tx *Tx) LastConsentUse(c CustomerRef, purpose string) (time.Time, error) {
	var at int64
	err := tx.queryRow(personOf+"SELECT coalesce(max(at_ms), 0) FROM consent_use WHERE customer_id IN person AND purpose = ?", c.Row, purpose).Scan(&at)
	return fromMS(at), wrap("find use of consent", err)
}

// LastConsentUses returns when a customer's consents were last used, by purpose.
func (s *Store) LastConsentUses(ctx context.Context, id inbox.CustomerID) (map[string]time.Time, error) {
	uses := map[string]time.Time{}
	err := s.readAbout(ctx, id, func(db *connection) error {
		rows, err := db.query(`SELECT u.purpose, max(u.at_ms) FROM consent_use u JOIN customer c USING (customer_id)
			WHERE c.uuid = ? GROUP BY u.purpose`, id[:])
		return each(rows, err, func(r *sql.Rows) error {
			var purpose string
			var at int64
			err := r.Scan(&purpose, &at)
			uses[purpose] = fromMS(at)
			return err
		})
	})
	return uses, wrap("list uses of consents", err)
}

// Given is a consent that was not taken back, with when it was given or last used.
type Given struct {
	Customer inbox.CustomerID
	Purpose  string
	LastAt   time.Time
}

// ListGiven returns the consents of everybody who is not being erased: those of
// which the newest declaration is a confirmation. Of two in one moment the
// more careful one counts.
func (s *Store) ListGiven(ctx context.Context) (list []Given, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(`SELECT c.uuid, k.purpose, max(k.at_ms), coalesce((SELECT max(u.at_ms) FROM consent_use u
				WHERE u.customer_id = k.customer_id AND u.purpose = k.purpose), 0)
			FROM consent k JOIN customer c USING (customer_id) WHERE c.state = 'live' AND k.act = 'confirmed' AND NOT EXISTS
				(SELECT 1 FROM consent n WHERE n.customer_id = k.customer_id AND n.purpose = k.purpose AND n.act IN ('declined', 'withdrawn')
					AND n.at_ms >= k.at_ms)
			GROUP BY k.customer_id, k.purpose ORDER BY k.customer_id, k.purpose`)
		return each(rows, err, func(r *sql.Rows) error {
			var g Given
			var uuid []byte
			var given, used int64
			err := r.Scan(&uuid, &g.Purpose, &given, &used)
			g.Customer, g.LastAt = inbox.CustomerID(uuid), fromMS(max(given, used))
			list = append(list, g)
			return err
		})
	})
	return list, wrap("list consents that were given", err)
}

// MarketingStopped reports whether the customer objected to marketing messages
// in WhatsApp itself and that is her last word.
func (tx *Tx) MarketingStopped(c CustomerRef) (stopped bool, err error) {
	err = tx.queryRow(personOf+"SELECT EXISTS (SELECT 1 FROM preference WHERE customer_id IN person AND stop = 1)", c.Row).Scan(&stopped)
	return stopped, wrap("find preference", err)
}

// AddAdBlock puts a keyed hash on the list of those who must not get advertising.
func (tx *Tx) AddAdBlock(lookup [32]byte, day time.Time) error {
	_, err := tx.exec("INSERT INTO ad_block (lookup, day) VALUES (?, ?) ON CONFLICT DO NOTHING", lookup[:], day.Unix()/86400)
	return wrap("add advertising block", err)
}

// RemoveAdBlock takes a hash off the list, after a new consent.
func (tx *Tx) RemoveAdBlock(lookup [32]byte) error {
	_, err := tx.exec("DELETE FROM ad_block WHERE lookup = ?", lookup[:])
	return wrap("remove advertising block", err)
}

// AdBlocked reports whether a hash is on the list.
func (tx *Tx) AdBlocked(lookup [32]byte) (blocked bool, err error) {
	err = tx.queryRow("SELECT EXISTS (SELECT 1 FROM ad_block WHERE lookup = ?)", lookup[:]).Scan(&blocked)
	return blocked, wrap("find advertising block", err)
}
