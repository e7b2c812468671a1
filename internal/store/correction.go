package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Correction is what the shop corrected about a customer, or noted beside what
// she disputes (Art. 16 GDPR). Messages are never rewritten.
type Correction struct {
	At time.Time `json:"-"`
	// Field is what was changed: shopName, or statement for a supplementary statement.
	Field string `json:"field"`
	Old   string `json:"old,omitempty"`
	New   string `json:"new"`
	// By is who of the shop did it, or empty.
	By string `json:"by,omitempty"`
	// Case is the case it answers, or 0.
	Case int64 `json:"case,omitempty"`
}

// RecordCorrection adds to the history of what was corrected. No function
// changes or deletes an entry; only the person's erasure does.
func (tx *Tx) RecordCorrection(c CustomerRef, k Correction) error {
	if c.Erasing {
		return inbox.NewError(inbox.CodeConflict, "correction about somebody who is being erased")
	}
	var id int64
	if err := tx.queryRow("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'correction'").Scan(&id); err != nil {
		return wrap("number correction", err)
	}
	sealed, err := sealJSON(tx.w.vault, c.key(), "correction", "content", id, k)
	if err != nil {
		return wrap("seal correction", err)
	}
	_, err = tx.exec("INSERT INTO correction (correction_id, customer_id, at_ms, content) VALUES (?, ?, ?, ?)", id, c.Row, ms(k.At), sealed)
	return wrap("insert correction", err)
}

// ListCorrections returns what was corrected about a customer, newest first.
func (s *Store) ListCorrections(ctx context.Context, id inbox.CustomerID) (list []Correction, err error) {
	err = s.readAbout(ctx, id, func(db *connection) error {
		rows, err := db.query(`SELECT k.correction_id, k.at_ms, k.content FROM correction k JOIN customer c USING (customer_id)
			WHERE c.uuid = ? ORDER BY k.correction_id DESC`, id[:])
		return each(rows, err, func(r *sql.Rows) error {
			var row, at int64
			var sealed []byte
			if err := r.Scan(&row, &at, &sealed); err != nil {
				return err
			}
			k := Correction{At: fromMS(at)}
			err := s.opener(ctx).json(vault.KeyID(id), "correction", "content", row, sealed, &k)
			list = append(list, k)
			return err
		})
	})
	return list, wrap("list corrections", err)
}
