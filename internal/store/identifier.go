package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

func (tx *Tx) lookup(kind inbox.IdentifierKind, value string) ([16]byte, error) {
	sum, err := tx.w.vault.Lookup(tx.w.keys.LookupGen, string(kind), value)
	return sum, wrap("hash identifier", err)
}

// InsertIdentifier adds an active identifier to a customer. It fails with
// conflict if another customer has it.
func (tx *Tx) InsertIdentifier(c CustomerRef, kind inbox.IdentifierKind, value string, seen time.Time) error {
	return tx.insertIdentifier(c, kind, "active", value, seen)
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

// RetireIdentifier makes an active identifier history.
func (tx *Tx) RetireIdentifier(c CustomerRef, kind inbox.IdentifierKind, value string, at time.Time) error {
	lookup, err := tx.lookup(kind, value)
	if err != nil {
		return err
	}
	delete(tx.w.cache.customers, lookup)
	_, err = tx.exec(`UPDATE identifier SET role = 'retired', retired_at_ms = ?
		WHERE customer_id = ? AND lookup = ? AND role = 'active'`, ms(at), c.Row, lookup[:])
	return wrap("retire identifier", err)
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
		plain, err := tx.w.vault.Open(c.key(), identifierAD(id), sealed)
		if err != nil {
			return err
		}
		values = append(values, string(plain))
		return nil
	})
	return values, wrap("list identifiers", err)
}

func (s *Store) scanIdentifier(r *sql.Rows, key vault.KeyID) (i inbox.Identifier, role string, err error) {
	var id, first, retired int64
	var sealed []byte
	if err := r.Scan(&id, &i.Kind, &role, &sealed, &first, &retired); err != nil {
		return i, role, err
	}
	plain, err := s.vault.Open(key, identifierAD(id), sealed)
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
	for _, i := range list {
		if !i.Retired.IsZero() {
			continue
		}
		switch i.Kind {
		case inbox.KindWAID:
			out.WAID = i.Value
		case inbox.KindBSUID:
			out.BSUID = i.Value
		case inbox.KindParentBSUID:
			out.ParentBSUID = i.Value
		}
	}
	return out
}

// Formerly returns the profile of the customer who announced one of this
// customer's identifiers as her new one, if any.
func (s *Store) Formerly(ctx context.Context, id inbox.CustomerID) (inbox.Profile, bool, error) {
	var p inbox.Profile
	found := false
	err := s.read(ctx, func(db *sql.DB) error {
		var rowID int64
		var uuid, sealed []byte
		err := db.QueryRowContext(ctx, `SELECT o.customer_id, o.uuid, o.profile FROM customer c
			JOIN identifier i ON i.customer_id = c.customer_id AND i.role = 'active'
			JOIN identifier a ON a.lookup = i.lookup AND a.role = 'announced' AND a.customer_id <> c.customer_id
			JOIN customer o ON o.customer_id = a.customer_id AND o.state = 'live'
			WHERE c.uuid = ? LIMIT 1`, id[:]).Scan(&rowID, &uuid, &sealed)
		if err == sql.ErrNoRows {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		return openJSON(s.vault, vault.KeyID(uuid), "customer", "profile", rowID, sealed, &p)
	})
	return p, found, wrap("find former customer", err)
}
