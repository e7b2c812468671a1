package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Pending is a change that arrived before the message it is about.
type Pending struct {
	// Target is the message it waits for.
	Target inbox.WAMID
	// Digest tells repetitions apart: any text that is the same for the same report.
	Digest string
	// Customer is whose key seals it; nil seals it with the raw key.
	Customer *CustomerRef
	At       time.Time
	Expires  time.Time
	// Content is the change in the caller's own form.
	Content []byte
}

func (tx *Tx) digest(number inbox.PhoneNumberID, text string) [16]byte {
	return tx.w.vault.LookupWAMID("digest/"+string(number), text)
}

// sealedBy returns the key and the row that seal something of a customer, or of nobody known.
func (tx *Tx) sealedBy(c *CustomerRef) (vault.KeyID, any) {
	if c == nil {
		return tx.w.keys.Raw, nil
	}
	return c.key(), c.Row
}

// InsertPending keeps a change until its message arrives or it expires.
func (tx *Tx) InsertPending(number inbox.PhoneNumberID, p Pending) error {
	digest := tx.digest(number, p.Digest)
	key, owner := tx.sealedBy(p.Customer)
	sealed, err := tx.w.vault.Seal(key, vault.AD{Table: "pending", Column: hex.EncodeToString(digest[:])}, p.Content)
	if err != nil {
		return wrap("seal pending change", err)
	}
	_, err = tx.exec(`INSERT INTO pending (digest, target, customer_id, at_ms, expires_at_ms, content)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		digest[:], tx.wamidLookup(number, p.Target), owner, ms(p.At), ms(p.Expires), sealed)
	tx.w.cache.nonePending = false
	return wrap("insert pending change", err)
}

const listPending = `SELECT p.digest, p.content, c.uuid FROM pending p LEFT JOIN customer c USING (customer_id)
	WHERE p.target = ? ORDER BY p.at_ms, p.pending_id`

// TakePending removes and returns the changes that waited for a message, oldest first.
func (tx *Tx) TakePending(number inbox.PhoneNumberID, target inbox.WAMID) ([][]byte, error) {
	if tx.w.cache.nonePending {
		return nil, nil
	}
	var some bool
	if err := tx.queryRow("SELECT EXISTS (SELECT 1 FROM pending)").Scan(&some); err != nil {
		return nil, wrap("look for pending changes", err)
	}
	tx.w.cache.nonePending = !some
	if !some {
		return nil, nil
	}
	lookup := tx.wamidLookup(number, target)
	var found [][]byte
	rows, err := tx.query(listPending, lookup)
	err = each(rows, err, func(r *sql.Rows) error {
		var digest, sealed, uuid []byte
		if err := r.Scan(&digest, &sealed, &uuid); err != nil {
			return err
		}
		key := tx.w.keys.Raw
		if uuid != nil {
			key = vault.KeyID(uuid)
		}
		plain, err := tx.opener().take(key, vault.AD{Table: "pending", Column: hex.EncodeToString(digest)}, sealed)
		if err != nil {
			return err
		}
		found = append(found, plain)
		return nil
	})
	if err != nil || len(found) == 0 {
		return nil, wrap("list pending changes", err)
	}
	_, err = tx.exec("DELETE FROM pending WHERE target = ?", lookup)
	return found, wrap("delete pending changes", err)
}

// RawPart is a part of a delivery that this program does not understand.
type RawPart struct {
	Customer *CustomerRef
	Reason   string
	Expires  time.Time
	Content  []byte
}

// InsertRawPart keeps a part sealed until it expires. The same part arriving
// again is kept once.
func (tx *Tx) InsertRawPart(p RawPart) error {
	digest := tx.digest("raw", string(p.Content))
	key, owner := tx.sealedBy(p.Customer)
	sealed, err := tx.w.vault.Seal(key, vault.AD{Table: "raw_part", Column: hex.EncodeToString(digest[:])}, p.Content)
	if err != nil {
		return wrap("seal raw part", err)
	}
	_, err = tx.exec(`INSERT INTO raw_part (digest, customer_id, reason, expires_at_ms, content)
		VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, digest[:], owner, p.Reason, ms(p.Expires), sealed)
	return wrap("insert raw part", err)
}

// ListRawParts returns the parts of nobody known that are kept for one reason,
// oldest first. One that cannot be opened is left to expire.
func (tx *Tx) ListRawParts(reason string) (parts []RawPart, err error) {
	rows, err := tx.query("SELECT digest, expires_at_ms, content FROM raw_part WHERE reason = ? AND customer_id IS NULL ORDER BY raw_part_id", reason)
	err = each(rows, err, func(r *sql.Rows) error {
		var digest, sealed []byte
		var expires int64
		if err := r.Scan(&digest, &expires, &sealed); err != nil {
			return err
		}
		plain, err := tx.opener().take(tx.w.keys.Raw, vault.AD{Table: "raw_part", Column: hex.EncodeToString(digest)}, sealed)
		if errors.Is(err, vault.ErrTampered) {
			return nil
		}
		parts = append(parts, RawPart{Reason: reason, Expires: fromMS(expires), Content: plain})
		return err
	})
	return parts, wrap("list raw parts", err)
}

// CountRawParts returns how many parts are kept for one reason and how many
// bytes they are, sealed.
func (s *Store) CountRawParts(ctx context.Context, reason string) (parts int, bytes int64, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT COUNT(*), COALESCE(SUM(LENGTH(content)), 0) FROM raw_part WHERE reason = ?", reason).Scan(&parts, &bytes)
	})
	return parts, bytes, wrap("count raw parts", err)
}

// DeleteRawPart forgets a part by its content.
func (tx *Tx) DeleteRawPart(content []byte) error {
	digest := tx.digest("raw", string(content))
	_, err := tx.exec("DELETE FROM raw_part WHERE digest = ?", digest[:])
	return wrap("delete raw part", err)
}

// DeleteExpired forgets pending changes and raw parts whose time is over and
// returns how many.
func (tx *Tx) DeleteExpired(now time.Time) (int, error) {
	total := 0
	for _, query := range []string{
		"DELETE FROM pending WHERE expires_at_ms <= ?",
		"DELETE FROM raw_part WHERE expires_at_ms <= ?",
	} {
		res, err := tx.exec(query, ms(now))
		if err != nil {
			return total, wrap("delete expired parts", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return total, wrap("delete expired parts", err)
		}
		total += int(n)
	}
	return total, nil
}
