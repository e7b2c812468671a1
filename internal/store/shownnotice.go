package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// KeepWebsiteNotice keeps a text shown on the shop's pages. The first time
// counts: the same text taken again changes nothing.
func (tx *Tx) KeepWebsiteNotice(n inbox.WebsiteNotice) error {
	sealed, err := sealJSON(tx.w.vault, vault.ShopKey, "website_notice", "content", ms(n.KeptAt), n)
	if err != nil {
		return wrap("seal website notice", err)
	}
	_, err = tx.exec("INSERT INTO website_notice (notice_id, at_ms, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", n.ID, ms(n.KeptAt), sealed)
	return wrap("keep website notice", err)
}

// WebsiteNotice returns a kept text, or not_found.
func (s *Store) WebsiteNotice(ctx context.Context, id string) (inbox.WebsiteNotice, error) {
	var n inbox.WebsiteNotice
	err := s.read(ctx, func(db *connection) error {
		var at int64
		var sealed []byte
		if err := db.queryRow("SELECT at_ms, content FROM website_notice WHERE notice_id = ?", id).Scan(&at, &sealed); err != nil {
			return err
		}
		return s.opener(ctx).json(vault.ShopKey, "website_notice", "content", at, sealed, &n)
	})
	if err == nil && n.ID != id {
		err = inbox.NewError(inbox.CodeStorageDamaged, "website notice under another name")
	}
	return n, wrap("find website notice", err)
}

// RecordShownNotice records that a customer's message of that time named a
// notice. The same message again changes nothing.
func (tx *Tx) RecordShownNotice(c CustomerRef, n inbox.ShownNotice) error {
	sealed, err := sealJSON(tx.w.vault, c.key(), "shown_notice", "content", ms(n.At), n)
	if err != nil {
		return wrap("seal shown notice", err)
	}
	_, err = tx.exec("INSERT INTO shown_notice (customer_id, at_ms, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", c.Row, ms(n.At), sealed)
	return wrap("record shown notice", err)
}

// ShownNotices returns which notices a customer's messages named, the first first.
func (s *Store) ShownNotices(ctx context.Context, id inbox.CustomerID) ([]inbox.ShownNotice, error) {
	list := []inbox.ShownNotice{}
	err := s.readAbout(ctx, id, func(db *connection) error {
		rows, err := db.query(`SELECT n.at_ms, n.content FROM shown_notice n JOIN customer c USING (customer_id)
			WHERE c.uuid = ? ORDER BY n.at_ms`, id[:])
		return each(rows, err, func(r *sql.Rows) error {
			var at int64
			var sealed []byte
			if err := r.Scan(&at, &sealed); err != nil {
				return err
			}
			var n inbox.ShownNotice
			if err := s.opener(ctx).json(vault.KeyID(id), "shown_notice", "content", at, sealed, &n); err != nil {
				return err
			}
			n.At = n.At.In(time.Local)
			list = append(list, n)
			return nil
		})
	})
	return list, wrap("list shown notices", err)
}
