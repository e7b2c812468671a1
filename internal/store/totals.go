package store

import "context"

// Totals is how much the store holds.
type Totals struct{ Customers, Messages, Files, Archived int }

// CountAll counts everything, also what an erasure has not removed yet.
func (s *Store) CountAll(ctx context.Context) (t Totals, err error) {
	err = s.read(ctx, func(db *connection) error {
		return db.queryRow(`SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM message),
			(SELECT count(*) FROM media WHERE file IS NOT NULL), (SELECT count(*) FROM archive)`).Scan(&t.Customers, &t.Messages, &t.Files, &t.Archived)
	})
	return t, wrap("count everything", err)
}
