package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// CustomerRef names a customer's row and key.
type CustomerRef struct {
	Row     int64
	ID      inbox.CustomerID
	Erasing bool
	// Restricted is true while her data are only stored (Art. 18 GDPR).
	Restricted bool
}

func (c CustomerRef) key() vault.KeyID { return vault.KeyID(c.ID) }

// InsertCustomer creates a customer with a key of its own. The key is on the
// disk before this returns.
func (tx *Tx) InsertCustomer(p inbox.Profile, firstSeen time.Time) (CustomerRef, error) {
	// The commit does not depend on whoever asked for it.
	key, err := tx.w.vault.NewCustomerKey(context.Background())
	if err != nil {
		return CustomerRef{}, wrapKeyring("make customer key", err)
	}
	res, err := tx.exec("INSERT INTO customer (uuid, first_at_ms, profile) VALUES (?, ?, x'')", key[:], ms(firstSeen))
	if err != nil {
		return CustomerRef{}, wrap("insert customer", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return CustomerRef{}, wrap("insert customer", err)
	}
	ref := CustomerRef{Row: id, ID: inbox.CustomerID(key)}
	return ref, tx.UpdateProfile(ref, p)
}

// UpdateProfile replaces what a customer is called.
func (tx *Tx) UpdateProfile(c CustomerRef, p inbox.Profile) error {
	plain := encodeProfile(p)
	sealed, err := tx.w.vault.Seal(c.key(), profileAD(c.Row), plain)
	clear(plain)
	if err != nil {
		return wrap("seal profile", err)
	}
	if _, err := tx.exec("UPDATE customer SET profile = ? WHERE customer_id = ?", sealed, c.Row); err != nil {
		return wrap("update profile", err)
	}
	remember(tx.w.cache.profiles, c.Row, p)
	tx.named(c.ID)
	return nil
}

// Profile returns what a customer is called.
func (tx *Tx) Profile(c CustomerRef) (inbox.Profile, error) {
	o := tx.opener()
	if err := o.admit(c.key()); err != nil {
		return inbox.Profile{}, err
	}
	if p, ok := tx.w.cache.profiles[c.Row]; ok {
		return p, nil
	}
	var sealed []byte
	if err := tx.queryRow("SELECT profile FROM customer WHERE customer_id = ?", c.Row).Scan(&sealed); err != nil {
		return inbox.Profile{}, wrap("find profile", err)
	}
	p, err := o.profile(c.key(), c.Row, sealed)
	if err != nil {
		return p, wrap("find profile", err)
	}
	remember(tx.w.cache.profiles, c.Row, p)
	return p, nil
}

// FindCustomer returns the customer with our id. Like all that finds somebody it
// fails with restricted if her data are only stored and the update has no purpose (For).
func (tx *Tx) FindCustomer(id inbox.CustomerID) (CustomerRef, error) {
	c, err := scanCustomer(tx.queryRow(selectCustomer, id[:]))
	if err != nil {
		return c, err
	}
	return c, tx.admit(c)
}

const selectCustomer = "SELECT customer_id, uuid, state = 'erasing', restricted_at_ms > 0 FROM customer WHERE uuid = ?"

func scanCustomer(r row) (CustomerRef, error) {
	var c CustomerRef
	var uuid []byte
	if err := r.Scan(&c.Row, &uuid, &c.Erasing, &c.Restricted); err != nil {
		return c, wrap("find customer", err)
	}
	c.ID = inbox.CustomerID(uuid)
	return c, nil
}

const findByIdentifier = `SELECT c.customer_id, c.uuid, c.state = 'erasing', c.restricted_at_ms > 0
	FROM identifier i JOIN customer c USING (customer_id)
	WHERE i.lookup = ? AND i.role = 'active' AND i.kind IN ('bsuid', 'wa_id')`

// FindCustomerByIdentifier returns the customer an active identifier
// recognises, or not_found.
func (tx *Tx) FindCustomerByIdentifier(kind inbox.IdentifierKind, value string) (CustomerRef, error) {
	lookup, err := tx.lookup(kind, value)
	if err != nil {
		return CustomerRef{}, err
	}
	if c, ok := tx.w.cache.customers[lookup]; ok {
		return c, tx.admit(c)
	}
	c, err := scanCustomer(tx.queryRow(findByIdentifier, lookup[:]))
	if err != nil {
		return c, err
	}
	remember(tx.w.cache.customers, lookup, c)
	return c, tx.admit(c)
}

// Customer returns what is known of a customer, or not_found.
func (s *Store) Customer(ctx context.Context, id inbox.CustomerID) (inbox.Customer, error) {
	out := inbox.Customer{ID: id}
	key := vault.KeyID(id)
	err := s.readAbout(ctx, id, func(db *connection) error {
		var rowID, first, last int64
		var sealed []byte
		err := db.queryRow(`SELECT c.customer_id, c.state = 'erasing', c.first_at_ms, c.profile,
			coalesce((SELECT max(last_inbound_ms) FROM conversation v WHERE v.customer_id = c.customer_id), 0)
			FROM customer c WHERE c.uuid = ?`, id[:]).Scan(&rowID, &out.Erasing, &first, &sealed, &last)
		if err != nil {
			return err
		}
		out.FirstSeen = fromMS(first)
		o := s.opener(ctx)
		if out.Profile, err = o.profile(key, rowID, sealed); err != nil {
			return err
		}
		rows, err := db.query(`SELECT identifier_id, kind, role, value, first_at_ms, retired_at_ms
			FROM identifier WHERE customer_id = ? AND role <> 'announced' ORDER BY retired_at_ms > 0, identifier_id`, rowID)
		return each(rows, err, func(r *sql.Rows) error {
			i, role, err := scanIdentifier(o, r, key)
			if err != nil {
				return err
			}
			if role == "active" {
				i.LastSeen = fromMS(last)
			} else {
				i.LastSeen = i.Retired
			}
			out.Identifiers = append(out.Identifiers, i)
			return nil
		})
	})
	return out, wrap("find customer", err)
}

// CustomerCounts says how much the shop keeps about a person.
type CustomerCounts struct {
	Conversations, Messages, Media, Reactions, Identifiers, Drafts, Notes int
}

// CountCustomer counts what an erasure of the customer would remove.
func (s *Store) CountCustomer(ctx context.Context, id inbox.CustomerID) (CustomerCounts, error) {
	var n CustomerCounts
	err := s.readAbout(ctx, id, func(db *connection) error {
		var rowID int64
		if err := db.queryRow("SELECT customer_id FROM customer WHERE uuid = ?", id[:]).Scan(&rowID); err != nil {
			return err
		}
		if err := db.queryRow("SELECT count(*) FROM identifier WHERE customer_id = ?", rowID).Scan(&n.Identifiers); err != nil {
			return err
		}
		if err := db.queryRow("SELECT count(*) FROM note WHERE customer_id = ?", rowID).Scan(&n.Notes); err != nil {
			return err
		}
		ids, err := conversationIDs(db, rowID)
		if err != nil {
			return err
		}
		n.Conversations = len(ids)
		for _, id := range ids {
			first, end := inbox.MessageRange(id)
			var messages, media, reactions, drafts int
			err := db.queryRow(`SELECT
				(SELECT count(*) FROM message WHERE message_id >= ?1 AND message_id < ?2),
				(SELECT count(*) FROM media WHERE message_id >= ?1 AND message_id < ?2),
				(SELECT count(*) FROM reaction WHERE message_id >= ?1 AND message_id < ?2),
				(SELECT count(*) FROM draft WHERE conversation_id = ?3)`, int64(first), int64(end), int64(id)).Scan(&messages, &media, &reactions, &drafts)
			if err != nil {
				return err
			}
			n.Messages += messages
			n.Media += media
			n.Reactions += reactions
			n.Drafts += drafts
		}
		return nil
	})
	return n, wrap("count customer", err)
}

func conversationIDs(db *connection, customer int64) (ids []inbox.ConversationID, err error) {
	rows, err := db.query("SELECT conversation_id FROM conversation WHERE customer_id = ?", customer)
	err = each(rows, err, func(r *sql.Rows) error {
		var id inbox.ConversationID
		if err := r.Scan(&id); err != nil {
			return err
		}
		ids = append(ids, id)
		return nil
	})
	return ids, err
}

// SetShopName gives a person the shop's own name for her; empty takes it away.
func (tx *Tx) SetShopName(id inbox.CustomerID, name string) error {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	everybody, err := tx.Everybody(c)
	if err != nil {
		return err
	}
	for _, c := range everybody {
		p, err := tx.Profile(c)
		if err != nil {
			return err
		}
		p.ShopName = name
		if err := tx.UpdateProfile(c, p); err != nil {
			return err
		}
	}
	return nil
}
