package store

import (
	"context"
	"database/sql"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

func settingAD(name string) vault.AD { return vault.AD{Table: "setting", Column: name} }

// SetSetting keeps a setting of the shop, sealed. name is our own word.
func (tx *Tx) SetSetting(name string, value []byte) error {
	sealed, err := tx.w.vault.Seal(vault.ShopKey, settingAD(name), value)
	if err != nil {
		return wrap("seal setting", err)
	}
	_, err = tx.exec("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, sealed)
	return wrap("save setting", err)
}

// Setting returns a setting of the shop, or not_found.
func (s *Store) Setting(ctx context.Context, name string) ([]byte, error) {
	var sealed []byte
	err := s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT value FROM setting WHERE name = ?", name).Scan(&sealed)
	})
	if err != nil {
		return nil, wrap("find setting", err)
	}
	value, err := s.opener(ctx).take(vault.ShopKey, settingAD(name), sealed)
	return value, wrap("open setting", err)
}

// Setting returns a setting of the shop inside a transaction, or not_found.
func (tx *Tx) Setting(name string) ([]byte, error) {
	var sealed []byte
	if err := tx.queryRow("SELECT value FROM setting WHERE name = ?", name).Scan(&sealed); err != nil {
		return nil, wrap("find setting", err)
	}
	value, err := tx.opener().take(vault.ShopKey, settingAD(name), sealed)
	return value, wrap("open setting", err)
}

// DeleteSetting forgets a setting; an absent one is no error.
func (tx *Tx) DeleteSetting(name string) error {
	_, err := tx.exec("DELETE FROM setting WHERE name = ?", name)
	return wrap("delete setting", err)
}

// InsertNotice keeps news about the shop's own account once.
func (tx *Tx) InsertNotice(n inbox.AccountNotice) error {
	digest := tx.digest(n.PhoneNumberID, "notice/"+n.Key)
	res, err := tx.exec("INSERT INTO notice (digest, at_ms, content) VALUES (?, ?, x'') ON CONFLICT DO NOTHING", digest[:], ms(n.At))
	if err != nil {
		return wrap("insert notice", err)
	}
	if affected, err := res.RowsAffected(); err != nil || affected == 0 {
		return wrap("insert notice", err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return wrap("insert notice", err)
	}
	sealed, err := sealJSON(tx.w.vault, vault.ShopKey, "notice", "content", id, n)
	if err != nil {
		return wrap("seal notice", err)
	}
	_, err = tx.exec("UPDATE notice SET content = ? WHERE notice_id = ?", sealed, id)
	return wrap("insert notice", err)
}

// ListNotices returns the newest news about the shop's own account, newest first.
func (s *Store) ListNotices(ctx context.Context, limit int) ([]inbox.AccountNotice, error) {
	var list []inbox.AccountNotice
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT notice_id, content FROM notice ORDER BY at_ms DESC, notice_id DESC LIMIT ?", limit)
		return each(rows, err, func(r *sql.Rows) error {
			var id int64
			var sealed []byte
			if err := r.Scan(&id, &sealed); err != nil {
				return err
			}
			var n inbox.AccountNotice
			if err := s.opener(ctx).json(vault.ShopKey, "notice", "content", id, sealed, &n); err != nil {
				return err
			}
			list = append(list, n)
			return nil
		})
	})
	return list, wrap("list notices", err)
}

// StopMarketing notes that whoever a message was for has objected to marketing
// messages in WhatsApp itself.
func (tx *Tx) StopMarketing(id inbox.MessageID, at time.Time) error {
	ref, _, err := tx.FindConversation(id.Conversation())
	if err != nil || ref.Customer.Erasing {
		return err
	}
	return tx.SetPreference(ref.Customer, "marketing_messages", true, at)
}

// SetPreference keeps a customer's last word on a category of messages; an
// older word never replaces a newer one, and of two in the same second "stop" wins.
func (tx *Tx) SetPreference(c CustomerRef, category string, stop bool, at time.Time) error {
	_, err := tx.exec(`INSERT INTO preference (customer_id, category, stop, at_ms) VALUES (?, ?, ?, ?)
		ON CONFLICT (customer_id, category) DO UPDATE SET stop = excluded.stop, at_ms = excluded.at_ms
		WHERE (excluded.at_ms, excluded.stop) > (at_ms, stop)`, c.Row, category, stop, ms(at))
	return wrap("set preference", err)
}
