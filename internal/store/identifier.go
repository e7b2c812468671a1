package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

func (tx *Tx) lookup(kind inbox.IdentifierKind, value string) ([16]byte, error) {
	sum, err := tx.w.vault.Lookup(tx.w.keys.LookupGen, string(kind), value)
	return sum, wrap("hash identifier", err)
}

// NoteIdentity notes by which names a customer was known at a time. New
// identifiers are added, and the time each was first seen moves back if at is
// earlier.
//
// A number belongs to one customer at a time: the one who was last to write
// from it for the first time, because numbers are given to other people after a
// while. Whoever had it before keeps it as history. The outcome does not depend
// on the order of the calls.
func (tx *Tx) NoteIdentity(c CustomerRef, who inbox.Identity, at time.Time) error {
	for _, i := range []inbox.Identifier{
		{Kind: inbox.KindBSUID, Value: who.BSUID},
		{Kind: inbox.KindParentBSUID, Value: who.ParentBSUID},
		{Kind: inbox.KindWAID, Value: who.WAID},
	} {
		if i.Value == "" {
			continue
		}
		if err := tx.noteIdentifier(c, i.Kind, i.Value, at); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) noteIdentifier(c CustomerRef, kind inbox.IdentifierKind, value string, at time.Time) error {
	lookup, err := tx.lookup(kind, value)
	if err != nil {
		return err
	}
	key := seenKey{c.Row, lookup}
	if first, ok := tx.w.cache.seen[key]; ok && first <= ms(at) {
		return nil
	}
	var id, first int64
	err = tx.queryRow("SELECT identifier_id, first_at_ms FROM identifier WHERE customer_id = ? AND lookup = ? AND role <> 'announced'",
		c.Row, lookup[:]).Scan(&id, &first)
	switch {
	case err == nil && first <= ms(at):
		remember(tx.w.cache.seen, key, first)
		return nil
	case err == nil:
		_, err = tx.exec("UPDATE identifier SET first_at_ms = ? WHERE identifier_id = ?", ms(at), id)
	case errors.Is(err, sql.ErrNoRows):
		role := "active"
		if kind == inbox.KindWAID {
			role = "retired" // until it is settled who has the number
		}
		err = tx.insertIdentifier(c, kind, role, value, at)
	}
	if err != nil {
		return wrap("note identifier", err)
	}
	if _, err := tx.exec("UPDATE customer SET first_at_ms = ? WHERE customer_id = ? AND first_at_ms > ?", ms(at), c.Row, ms(at)); err != nil {
		return wrap("update first contact", err)
	}
	remember(tx.w.cache.seen, key, ms(at))
	if kind != inbox.KindWAID {
		return nil
	}
	return tx.settleNumber(lookup)
}

// holder is one customer's claim to a number.
type holder struct {
	id, first, retired int64
	role               string
	customer           CustomerRef
}

const listHolders = `SELECT i.identifier_id, i.role, i.first_at_ms, i.retired_at_ms, c.customer_id, c.uuid
	FROM identifier i JOIN customer c USING (customer_id)
	WHERE i.lookup = ? AND i.kind = 'wa_id' AND i.role <> 'announced' ORDER BY i.first_at_ms, i.identifier_id`

// settleNumber gives a number to the customer first seen with it last.
func (tx *Tx) settleNumber(lookup [16]byte) error {
	var list []holder
	rows, err := tx.query(listHolders, lookup[:])
	err = each(rows, err, func(r *sql.Rows) error {
		var h holder
		var uuid []byte
		err := r.Scan(&h.id, &h.role, &h.first, &h.retired, &h.customer.Row, &uuid)
		copy(h.customer.ID[:], uuid)
		list = append(list, h)
		return err
	})
	if err != nil {
		return wrap("list holders of a number", err)
	}
	delete(tx.w.cache.customers, lookup)
	for i, h := range list {
		role, retired := "active", int64(0)
		if i+1 < len(list) {
			role, retired = "retired", list[i+1].first
		}
		if h.role == role && h.retired == retired {
			continue
		}
		_, err := tx.exec("UPDATE identifier SET role = ?, retired_at_ms = ? WHERE identifier_id = ?", role, retired, h.id)
		if err != nil {
			return wrap("settle number", err)
		}
		if err := tx.refreshNumber(h.customer); err != nil {
			return err
		}
	}
	return nil
}

// refreshNumber shows a customer with the number she has now, or none.
func (tx *Tx) refreshNumber(c CustomerRef) error {
	var id int64
	var sealed []byte
	err := tx.queryRow(`SELECT identifier_id, value FROM identifier WHERE customer_id = ? AND kind = 'wa_id' AND role = 'active'
		ORDER BY first_at_ms DESC, identifier_id DESC LIMIT 1`, c.Row).Scan(&id, &sealed)
	var number []byte
	switch {
	case err == nil:
		if number, err = tx.opener().take(c.key(), identifierAD(id), sealed); err != nil {
			return wrap("open identifier", err)
		}
	case !errors.Is(err, sql.ErrNoRows):
		return wrap("find number", err)
	}
	p, err := tx.Profile(c)
	if err != nil || p.Number == string(number) {
		return err
	}
	p.Number = string(number)
	return tx.UpdateProfile(c, p)
}

// AnnounceIdentifier notes where a customer says to have gone. Whoever writes
// from there is shown with a hint, and never linked silently (Art. 5(1)(d) GDPR).
func (tx *Tx) AnnounceIdentifier(c CustomerRef, kind inbox.IdentifierKind, value string, seen time.Time) error {
	lookup, err := tx.lookup(kind, value)
	if err != nil {
		return err
	}
	var n int
	err = tx.queryRow("SELECT count(*) FROM identifier WHERE lookup = ? AND customer_id = ? AND role = 'announced'", lookup[:], c.Row).Scan(&n)
	if err != nil || n > 0 {
		return wrap("find announced identifier", err)
	}
	return tx.insertIdentifier(c, kind, "announced", value, seen)
}

func (tx *Tx) insertIdentifier(c CustomerRef, kind inbox.IdentifierKind, role, value string, seen time.Time) error {
	lookup, err := tx.lookup(kind, value)
	if err != nil {
		return err
	}
	res, err := tx.exec(`INSERT INTO identifier (customer_id, kind, role, lookup, value, first_at_ms)
		VALUES (?, ?, ?, ?, x'', ?)`, c.Row, string(kind), role, lookup[:], ms(seen))
	if err != nil {
		return wrap("insert identifier", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return wrap("insert identifier", err)
	}
	sealed, err := tx.w.vault.Seal(c.key(), identifierAD(id), []byte(value))
	if err != nil {
		return wrap("seal identifier", err)
	}
	_, err = tx.exec("UPDATE identifier SET value = ? WHERE identifier_id = ?", sealed, id)
	return wrap("insert identifier", err)
}

func identifierAD(id int64) vault.AD {
	return vault.AD{Table: "identifier", Column: "value", Row: id}
}

// Identifiers returns a customer's active identifiers of one kind.
func (tx *Tx) Identifiers(c CustomerRef, kind inbox.IdentifierKind) (values []string, err error) {
	rows, err := tx.query(`SELECT identifier_id, value FROM identifier
		WHERE customer_id = ? AND kind = ? AND role = 'active' ORDER BY identifier_id`, c.Row, string(kind))
	err = each(rows, err, func(r *sql.Rows) error {
		var id int64
		var sealed []byte
		if err := r.Scan(&id, &sealed); err != nil {
			return err
		}
		plain, err := tx.opener().take(c.key(), identifierAD(id), sealed)
		if err != nil {
			return err
		}
		values = append(values, string(plain))
		return nil
	})
	return values, wrap("list identifiers", err)
}

func scanIdentifier(o *opener, r *sql.Rows, key vault.KeyID) (i inbox.Identifier, role string, err error) {
	var id, first, retired int64
	var sealed []byte
	if err := r.Scan(&id, &i.Kind, &role, &sealed, &first, &retired); err != nil {
		return i, role, err
	}
	plain, err := o.take(key, identifierAD(id), sealed)
	if err != nil {
		return i, role, err
	}
	i.Value, i.FirstSeen, i.Retired = string(plain), fromMS(first), fromMS(retired)
	return i, role, nil
}

// Recipient returns how a customer can be addressed: BSUID and number, as far as known.
func (s *Store) Recipient(ctx context.Context, id inbox.CustomerID) (inbox.Identity, error) {
	c, err := s.Customer(ctx, id)
	if err != nil {
		return inbox.Identity{}, err
	}
	return identityOf(c.Identifiers), nil
}

// identityOf takes the newest active identifier of each kind.
func identityOf(list []inbox.Identifier) (out inbox.Identity) {
	newest := map[inbox.IdentifierKind]inbox.Identifier{}
	for _, i := range list {
		if best, ok := newest[i.Kind]; i.Retired.IsZero() && (!ok || !i.FirstSeen.Before(best.FirstSeen)) {
			newest[i.Kind] = i
		}
	}
	out.WAID, out.BSUID = newest[inbox.KindWAID].Value, newest[inbox.KindBSUID].Value
	out.ParentBSUID = newest[inbox.KindParentBSUID].Value
	return out
}

// Formerly returns the profile of the customer who announced one of this
// customer's identifiers as her new one, if any, until the shop has decided.
func (s *Store) Formerly(ctx context.Context, id inbox.CustomerID) (inbox.Profile, bool, error) {
	var p inbox.Profile
	found := false
	err := s.readAbout(ctx, id, func(db *connection) error {
		var rowID int64
		var uuid, sealed []byte
		err := db.queryRow(`SELECT o.customer_id, o.uuid, o.profile FROM customer c
			JOIN identifier i ON i.customer_id = c.customer_id AND i.role = 'active'
			JOIN identifier a ON a.lookup = i.lookup AND a.role = 'announced' AND a.customer_id <> c.customer_id
			JOIN customer o ON o.customer_id = a.customer_id AND o.state = 'live' AND o.restricted_at_ms = 0
			WHERE c.uuid = ? AND`+undecided+`LIMIT 1`, id[:]).Scan(&rowID, &uuid, &sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		o := s.opener(ctx)
		p, err = o.profile(vault.KeyID(uuid), rowID, sealed)
		return err
	})
	return p, found, wrap("find former customer", err)
}
