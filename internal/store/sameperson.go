package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// personOf are the rows of everybody who is the same person as the customer
// with row ?1, herself included, as far as the shop has said so.
const personOf = `WITH RECURSIVE person (id) AS (SELECT ?1 UNION
	SELECT iif(s.customer_id = p.id, s.into_id, s.customer_id) FROM person p JOIN same_person s ON p.id IN (s.customer_id, s.into_id)) `

// Joined is one customer of a person who has several.
type Joined struct {
	ID      inbox.CustomerID
	Profile inbox.Profile
	// Into is the customer she was joined to; zero for the one the others were joined to.
	Into inbox.CustomerID
	// At is when the shop said so, zero without Into.
	At time.Time
}

// JoinedWith returns the customers who are one person with this one, herself
// included, in the order in which they first wrote; only herself if the shop has said nothing.
func (s *Store) JoinedWith(ctx context.Context, id inbox.CustomerID) (list []Joined, err error) {
	err = s.readAbout(ctx, id, func(db *connection) error {
		c, err := scanCustomer(db.queryRow(selectCustomer, id[:]))
		if err != nil {
			return err
		}
		o := s.opener(ctx)
		rows, err := db.query(personOf+`SELECT c.customer_id, c.uuid, c.profile, o.uuid, coalesce(s.at_ms, 0) FROM person p
			JOIN customer c ON c.customer_id = p.id LEFT JOIN same_person s ON s.customer_id = c.customer_id
			LEFT JOIN customer o ON o.customer_id = s.into_id ORDER BY c.first_at_ms, c.customer_id`, c.Row)
		return each(rows, err, func(r *sql.Rows) error {
			var row, at int64
			var uuid, profile, into []byte
			if err := r.Scan(&row, &uuid, &profile, &into, &at); err != nil {
				return err
			}
			j := Joined{ID: inbox.CustomerID(uuid), At: fromMS(at)}
			copy(j.Into[:], into)
			j.Profile, err = o.profile(vault.KeyID(uuid), row, profile)
			list = append(list, j)
			return err
		})
	})
	return list, wrap("list joined customers", err)
}

// Everybody returns the ids of JoinedWith, the customer herself first.
func (s *Store) Everybody(ctx context.Context, id inbox.CustomerID) ([]inbox.CustomerID, error) {
	list, err := s.JoinedWith(ctx, id)
	if err != nil {
		return nil, err
	}
	ids := []inbox.CustomerID{id}
	for _, j := range list {
		if j.ID != id {
			ids = append(ids, j.ID)
		}
	}
	return ids, nil
}

// Everybody returns the customers who are one person with this one, herself first.
func (tx *Tx) Everybody(c CustomerRef) (list []CustomerRef, err error) {
	rows, err := tx.query(personOf+`SELECT c.customer_id, c.uuid, c.state = 'erasing', c.restricted_at_ms > 0 FROM person p
		JOIN customer c ON c.customer_id = p.id ORDER BY c.customer_id <> ?1, c.customer_id`, c.Row)
	err = each(rows, err, func(r *sql.Rows) error {
		ref, err := scanCustomer(r)
		list = append(list, ref)
		return err
	})
	return list, wrap("list joined customers", err)
}

// formerNames is what same_person.content holds, sealed: how everybody was before.
type formerNames struct {
	// Name is what the shop called everybody from then on.
	Name string `json:"n"`
	// Names are the shop's own names before, of those it changed.
	Names map[int64]string `json:"f"`
	// Case is the restriction that came to count for Restricted, too.
	Case       int64   `json:"c,omitempty"`
	Restricted []int64 `json:"r,omitempty"`
}

// Join says that two customers are one person and gives both the shop's name
// for her. A restriction of one counts for both. It fails with conflict if they already are or one of them is being
// erased, and with invalid if they are the same customer.
func (tx *Tx) Join(id, into inbox.CustomerID, at time.Time) error {
	from, to, err := tx.findPair(id, into)
	if err != nil {
		return err
	}
	left, err := tx.Everybody(from)
	if err != nil {
		return err
	}
	right, err := tx.Everybody(to)
	if err != nil {
		return err
	}
	if slices.Contains(left, to) {
		return inbox.NewError(inbox.CodeConflict, "they are one person already")
	}
	if from, err = tx.headOf(from); err != nil {
		return err
	}
	if to, err = tx.headOf(to); err != nil {
		return err
	}
	everybody := slices.Concat(right, left)
	names, err := tx.nameAlike(everybody)
	if err != nil {
		return err
	}
	if err := tx.restrictAlike(everybody, &names, at); err != nil {
		return err
	}
	content, err := sealJSON(tx.w.vault, from.key(), "same_person", "content", from.Row, names)
	if err != nil {
		return wrap("seal former names", err)
	}
	_, err = tx.exec("INSERT INTO same_person (customer_id, into_id, at_ms, content) VALUES (?, ?, ?, ?)", from.Row, to.Row, ms(at), content)
	if err != nil {
		return wrap("join customers", err)
	}
	for _, c := range left {
		for _, o := range right {
			if err := tx.forgetDifferent(c, o); err != nil {
				return err
			}
		}
	}
	return nil
}

func (tx *Tx) findPair(id, other inbox.CustomerID) (a, b CustomerRef, err error) {
	if id == other {
		return a, b, inbox.InvalidField("customerId", "the same customer")
	}
	if a, err = tx.findErasable(id); err != nil {
		return a, b, err
	}
	b, err = tx.findErasable(other)
	return a, b, err
}

// headOf returns the customer the others of a person were joined to.
func (tx *Tx) headOf(c CustomerRef) (CustomerRef, error) {
	for {
		next, err := scanCustomer(tx.queryRow(`SELECT c.customer_id, c.uuid, c.state = 'erasing', c.restricted_at_ms > 0 FROM same_person s
			JOIN customer c ON c.customer_id = s.into_id WHERE s.customer_id = ?`, c.Row))
		if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		c = next
	}
}

// nameAlike gives everybody the first shop's name there is, or else the first
// name of any kind.
func (tx *Tx) nameAlike(list []CustomerRef) (names formerNames, err error) {
	profiles := make([]inbox.Profile, len(list))
	for i, c := range list {
		if profiles[i], err = tx.Profile(c); err != nil {
			return names, err
		}
		if names.Name == "" {
			names.Name = profiles[i].ShopName
		}
	}
	if names.Name == "" {
		names.Name, _ = profiles[0].DisplayName()
	}
	names.Names = map[int64]string{}
	for i, c := range list {
		if profiles[i].ShopName == names.Name {
			continue
		}
		names.Names[c.Row] = profiles[i].ShopName
		profiles[i].ShopName = names.Name
		if err := tx.UpdateProfile(c, profiles[i]); err != nil {
			return names, err
		}
	}
	return names, nil
}

// restrictAlike lets a restriction of one of them count for all.
func (tx *Tx) restrictAlike(list []CustomerRef, names *formerNames, at time.Time) error {
	i := slices.IndexFunc(list, func(c CustomerRef) bool { return c.Restricted })
	if i < 0 {
		return nil
	}
	if err := tx.queryRow("SELECT restricted_case FROM customer WHERE customer_id = ?", list[i].Row).Scan(&names.Case); err != nil {
		return wrap("find restriction", err)
	}
	for _, c := range list {
		if c.Restricted {
			continue
		}
		if err := tx.Restrict(c, names.Case, at); err != nil {
			return err
		}
		names.Restricted = append(names.Restricted, c.Row)
	}
	return nil
}

// unrestrictAgain ends the restrictions that only came from being joined.
func (tx *Tx) unrestrictAgain(names formerNames, everybody []CustomerRef) error {
	for _, c := range everybody {
		if !c.Restricted || !slices.Contains(names.Restricted, c.Row) {
			continue
		}
		var byCase int64
		if err := tx.queryRow("SELECT restricted_case FROM customer WHERE customer_id = ?", c.Row).Scan(&byCase); err != nil {
			return wrap("find restriction", err)
		}
		if byCase != names.Case {
			continue
		}
		if err := tx.Unrestrict(c); err != nil {
			return err
		}
	}
	return nil
}

// Part takes back that a customer is one person with the one she was joined
// to: everything is as it was, and what came since is with whoever it came to.
// Names the shop has changed since stay. It fails with not_found if she was joined to nobody.
func (tx *Tx) Part(id inbox.CustomerID) error {
	c, err := tx.findErasable(id)
	if err != nil {
		return err
	}
	var sealed []byte
	if err := tx.queryRow("SELECT content FROM same_person WHERE customer_id = ?", c.Row).Scan(&sealed); err != nil {
		return wrap("find joined customer", err)
	}
	var names formerNames
	if err := tx.opener().json(c.key(), "same_person", "content", c.Row, sealed, &names); err != nil {
		return wrap("open former names", err)
	}
	everybody, err := tx.Everybody(c)
	if err != nil {
		return err
	}
	for _, o := range everybody {
		former, changed := names.Names[o.Row]
		if !changed {
			continue
		}
		p, err := tx.Profile(o)
		if err != nil {
			return err
		}
		if p.ShopName != names.Name {
			continue
		}
		p.ShopName = former
		if err := tx.UpdateProfile(o, p); err != nil {
			return err
		}
	}
	if err := tx.unrestrictAgain(names, everybody); err != nil {
		return err
	}
	_, err = tx.exec("DELETE FROM same_person WHERE customer_id = ?", c.Row)
	return wrap("part customers", err)
}

// SetDifferent notes that two customers are not one person, so that nobody is
// asked again. It fails with conflict while they are joined.
func (tx *Tx) SetDifferent(id, other inbox.CustomerID) error {
	a, b, err := tx.findPair(id, other)
	if err != nil {
		return err
	}
	everybody, err := tx.Everybody(a)
	if err != nil {
		return err
	}
	if slices.Contains(everybody, b) {
		return inbox.NewError(inbox.CodeConflict, "they are one person")
	}
	_, err = tx.exec("INSERT INTO different_people (customer_id, other_id) VALUES (?, ?) ON CONFLICT DO NOTHING", min(a.Row, b.Row), max(a.Row, b.Row))
	return wrap("note different people", err)
}

func (tx *Tx) forgetDifferent(a, b CustomerRef) error {
	_, err := tx.exec("DELETE FROM different_people WHERE customer_id = ? AND other_id = ?", min(a.Row, b.Row), max(a.Row, b.Row))
	return wrap("forget different people", err)
}

// Proposal says that two customers may be one person, because the earlier one
// announced where the later one writes from.
type Proposal struct {
	Earlier, Later inbox.CustomerID
	// At is when the change was announced.
	At time.Time
}

// notDifferent is true for an announcing customer a and a writing one i unless
// the shop has said that they are different people, undecided unless it has said anything.
const (
	notDifferent = ` NOT EXISTS (SELECT 1 FROM different_people d
		WHERE d.customer_id = min(a.customer_id, i.customer_id) AND d.other_id = max(a.customer_id, i.customer_id)) `
	undecided = notDifferent + `AND NOT EXISTS (WITH RECURSIVE person (id) AS (SELECT a.customer_id UNION
		SELECT iif(s.customer_id = p.id, s.into_id, s.customer_id) FROM person p JOIN same_person s ON p.id IN (s.customer_id, s.into_id))
		SELECT 1 FROM person WHERE id = i.customer_id) `
)

const listProposals = `SELECT DISTINCT ac.uuid, ic.uuid, a.first_at_ms FROM identifier a
	JOIN identifier i ON i.lookup = a.lookup AND i.role = 'active' AND i.customer_id <> a.customer_id
	JOIN customer ac ON ac.customer_id = a.customer_id AND ac.state = 'live' AND ac.restricted_at_ms = 0
	JOIN customer ic ON ic.customer_id = i.customer_id AND ic.state = 'live' AND ic.restricted_at_ms = 0
	WHERE a.role = 'announced' AND ` + undecided

// ListProposals returns who may be one person and about whom the shop has not
// decided, the newest announcement first.
func (s *Store) ListProposals(ctx context.Context) ([]Proposal, error) {
	return s.proposals(ctx, listProposals+"ORDER BY a.first_at_ms DESC, ac.customer_id LIMIT 200")
}

// ProposalsOf returns the proposals a customer is part of.
func (s *Store) ProposalsOf(ctx context.Context, id inbox.CustomerID) ([]Proposal, error) {
	return s.proposals(ctx, listProposals+"AND ?1 IN (ac.uuid, ic.uuid) ORDER BY a.first_at_ms DESC, ac.customer_id", id[:])
}

func (s *Store) proposals(ctx context.Context, query string, args ...any) (list []Proposal, err error) {
	err = s.read(ctx, func(db *connection) error {
		rows, err := db.query(query, args...)
		return each(rows, err, func(r *sql.Rows) error {
			var earlier, later []byte
			var at int64
			if err := r.Scan(&earlier, &later, &at); err != nil {
				return err
			}
			p := Proposal{inbox.CustomerID(earlier), inbox.CustomerID(later), fromMS(at)}
			same := func(o Proposal) bool { return o.Earlier == p.Earlier && o.Later == p.Later }
			if !slices.ContainsFunc(list, same) { // announced by number and by user id
				list = append(list, p)
			}
			return nil
		})
	})
	return list, wrap("list proposals", err)
}
