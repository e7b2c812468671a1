package store

import (
	"context"
	"database/sql"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// InsertColleague notes one of the shop's people.
func (tx *Tx) InsertColleague(name string) (inbox.ColleagueID, error) {
	id, err := tx.insertNamed("INSERT INTO colleague (name) VALUES (x'')")
	if err != nil {
		return 0, wrap("insert colleague", err)
	}
	return inbox.ColleagueID(id), tx.RenameColleague(inbox.ColleagueID(id), name)
}

// RenameColleague gives one of the shop's people another name.
func (tx *Tx) RenameColleague(id inbox.ColleagueID, name string) error {
	sealed, err := tx.w.vault.Seal(vault.ShopKey, colleagueAD(int64(id)), []byte(name))
	if err != nil {
		return wrap("seal colleague", err)
	}
	did, err := tx.changed("UPDATE colleague SET name = ? WHERE colleague_id = ?", sealed, int64(id))
	return found(did, "rename colleague", err)
}

// DeleteColleague forgets one of the shop's people; her conversations are nobody's then.
func (tx *Tx) DeleteColleague(id inbox.ColleagueID) error {
	if _, err := tx.exec("UPDATE conversation SET colleague_id = 0 WHERE colleague_id = ?", int64(id)); err != nil {
		return wrap("delete colleague", err)
	}
	did, err := tx.changed("DELETE FROM colleague WHERE colleague_id = ?", int64(id))
	return found(did, "delete colleague", err)
}

// ListColleagues returns the shop's people in the order they were noted.
func (s *Store) ListColleagues(ctx context.Context) ([]inbox.Colleague, error) {
	list := []inbox.Colleague{}
	err := s.read(ctx, func(db *connection) error {
		rows, err := db.query("SELECT colleague_id, name, role, pin IS NOT NULL FROM colleague ORDER BY colleague_id")
		return each(rows, err, func(r *sql.Rows) error {
			var c inbox.Colleague
			var sealed []byte
			if err := r.Scan(&c.ID, &sealed, &c.Role, &c.HasPIN); err != nil {
				return err
			}
			plain, err := s.opener(ctx).take(vault.ShopKey, colleagueAD(int64(c.ID)), sealed)
			c.Name = string(plain)
			list = append(list, c)
			return err
		})
	})
	return list, wrap("list colleagues", err)
}

// SetRole says what one of the shop's people may do.
func (tx *Tx) SetRole(id inbox.ColleagueID, role inbox.Role) error {
	did, err := tx.changed("UPDATE colleague SET role = ? WHERE colleague_id = ?", string(role), int64(id))
	return found(did, "set role", err)
}

// SetPIN keeps what is kept of a PIN, sealed; empty means that the person
// cannot sign in.
func (tx *Tx) SetPIN(id inbox.ColleagueID, pin []byte) error {
	var value any
	if len(pin) > 0 {
		sealed, err := tx.w.vault.Seal(vault.ShopKey, pinAD(id), pin)
		if err != nil {
			return wrap("seal pin", err)
		}
		value = sealed
	}
	did, err := tx.changed("UPDATE colleague SET pin = ? WHERE colleague_id = ?", value, int64(id))
	return found(did, "set pin", err)
}

// PIN returns what is kept of a PIN, or not_found for whoever cannot sign in.
func (s *Store) PIN(ctx context.Context, id inbox.ColleagueID) ([]byte, error) {
	var sealed []byte
	err := s.read(ctx, func(db *connection) error {
		return db.queryRow("SELECT pin FROM colleague WHERE colleague_id = ? AND pin IS NOT NULL", int64(id)).Scan(&sealed)
	})
	if err != nil {
		return nil, wrap("find pin", err)
	}
	plain, err := s.opener(ctx).take(vault.ShopKey, pinAD(id), sealed)
	return plain, wrap("open pin", err)
}

func pinAD(id inbox.ColleagueID) vault.AD {
	return vault.AD{Table: "colleague", Column: "pin", Row: int64(id)}
}
