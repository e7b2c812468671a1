package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// InsertLabel makes a label, behind those that are there.
func (tx *Tx) InsertLabel(l inbox.Label) (inbox.LabelID, error) {
	id, err := tx.insertNamed("INSERT INTO label (place, colour, name) SELECT coalesce(max(place), 0) + 1, ?, x'' FROM label", string(l.Colour))
	if err != nil {
		return 0, wrap("insert label", err)
	}
	l.ID = inbox.LabelID(id)
	return l.ID, tx.UpdateLabel(l)
}

// UpdateLabel gives a label another name and colour, or fails with not_found.
func (tx *Tx) UpdateLabel(l inbox.Label) error {
	sealed, err := tx.w.vault.Seal(vault.ShopKey, labelAD(int64(l.ID)), []byte(l.Name))
	if err != nil {
		return wrap("seal label", err)
	}
	did, err := tx.changed("UPDATE label SET colour = ?, name = ? WHERE label_id = ?", string(l.Colour), sealed, int64(l.ID))
	return found(did, "update label", err)
}

// DeleteLabel takes a label away from everybody who bears it.
func (tx *Tx) DeleteLabel(id inbox.LabelID) error {
	var bearers []int64
	rows, err := tx.query("SELECT customer_id FROM customer_label WHERE label_id = ?", int64(id))
	err = each(rows, err, func(r *sql.Rows) error {
		var row int64
		err := r.Scan(&row)
		bearers = append(bearers, row)
		return err
	})
	if err != nil {
		return wrap("list bearers", err)
	}
	if _, err := tx.exec("DELETE FROM customer_label WHERE label_id = ?", int64(id)); err != nil {
		return wrap("delete label", err)
	}
	for _, row := range bearers {
		if err := tx.copyLabels(row); err != nil {
			return err
		}
	}
	did, err := tx.changed("DELETE FROM label WHERE label_id = ?", int64(id))
	return found(did, "delete label", err)
}

// MoveLabel puts a label at a place among the others, counted from 0.
func (tx *Tx) MoveLabel(id inbox.LabelID, place int) error {
	var order []int64
	rows, err := tx.query("SELECT label_id FROM label ORDER BY place, label_id")
	err = each(rows, err, func(r *sql.Rows) error {
		var other int64
		err := r.Scan(&other)
		order = append(order, other)
		return err
	})
	at := slices.Index(order, int64(id))
	if err != nil || at < 0 {
		return found(false, "move label", err)
	}
	order = slices.Delete(order, at, at+1)
	order = slices.Insert(order, min(max(place, 0), len(order)), int64(id))
	for i, other := range order {
		if _, err := tx.exec("UPDATE label SET place = ? WHERE label_id = ?", i, other); err != nil {
			return wrap("move label", err)
		}
	}
	return nil
}

// ListLabels returns the shop's labels in their order.
func (s *Store) ListLabels(ctx context.Context) ([]inbox.Label, error) {
	list := []inbox.Label{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT label_id, colour, name FROM label ORDER BY place, label_id")
		return each(rows, err, func(r *sql.Rows) error {
			var l inbox.Label
			var sealed []byte
			if err := r.Scan(&l.ID, &l.Colour, &sealed); err != nil {
				return err
			}
			plain, err := s.opener(ctx).take(vault.ShopKey, labelAD(int64(l.ID)), sealed)
			l.Name = string(plain)
			list = append(list, l)
			return err
		})
	})
	return list, wrap("list labels", err)
}

// SetLabels replaces a customer's labels. It fails with not_found for a label that does not exist.
func (tx *Tx) SetLabels(id inbox.CustomerID, labels []inbox.LabelID) error {
	c, err := tx.FindCustomer(id)
	if err != nil {
		return err
	}
	if _, err := tx.exec("DELETE FROM customer_label WHERE customer_id = ?", c.Row); err != nil {
		return wrap("set labels", err)
	}
	for _, label := range labels {
		did, err := tx.changed("INSERT OR IGNORE INTO customer_label SELECT ?, label_id FROM label WHERE label_id = ?", c.Row, int64(label))
		if err := found(did, "set labels", err); err != nil {
			return err
		}
	}
	return tx.copyLabels(c.Row)
}

// copyLabels brings customer.labels up to date.
func (tx *Tx) copyLabels(customer int64) error {
	_, err := tx.exec(`UPDATE customer SET labels = coalesce((SELECT group_concat(label_id) FROM customer_label l
		WHERE l.customer_id = customer.customer_id), '') WHERE customer_id = ?`, customer)
	return wrap("set labels", err)
}

// LabelledConversations returns the conversations of those who bear a label.
func (s *Store) LabelledConversations(ctx context.Context, id inbox.LabelID) (map[inbox.ConversationID]bool, error) {
	set := map[inbox.ConversationID]bool{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT v.conversation_id FROM customer_label l JOIN conversation v USING (customer_id) WHERE l.label_id = ?", int64(id))
		return each(rows, err, func(r *sql.Rows) error {
			var c inbox.ConversationID
			err := r.Scan(&c)
			set[c] = true
			return err
		})
	})
	return set, wrap("list conversations", err)
}

// Labels returns a customer's labels.
func (s *Store) Labels(ctx context.Context, id inbox.CustomerID) ([]inbox.LabelID, error) {
	var text string
	err := s.readAbout(ctx, id, func(db *connection) error {
		return db.queryRow("SELECT labels FROM customer WHERE uuid = ?", id[:]).Scan(&text)
	})
	list := []inbox.LabelID{}
	for part := range strings.SplitSeq(text, ",") {
		if n, err := strconv.ParseInt(part, 10, 64); err == nil {
			list = append(list, inbox.LabelID(n))
		}
	}
	return list, wrap("find labels", err)
}

// insertNamed inserts a row and returns its number.
func (tx *Tx) insertNamed(query string, args ...any) (int64, error) {
	res, err := tx.exec(query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// found turns a statement that changed nothing into not_found.
func found(did bool, doing string, err error) error {
	if err == nil && !did {
		return inbox.NewError(inbox.CodeNotFound, doing)
	}
	return wrap(doing, err)
}
