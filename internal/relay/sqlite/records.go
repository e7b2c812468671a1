package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"tresen/internal/relay"
)

// Get implements relay.Records.
func (e *Engine) Get(ctx context.Context, key string) (relay.Record, error) {
	r := relay.Record{Key: key}
	err := e.read.QueryRowContext(ctx, "SELECT value, version FROM record WHERE key = ?", key).Scan(&r.Value, &r.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("get record: %w", relay.ErrNoRecord)
	}
	if err != nil {
		return r, failure("get record", err)
	}
	return r, nil
}

// Set implements relay.Records.
func (e *Engine) Set(ctx context.Context, r relay.Record) error {
	return e.write.update(ctx, len(r.Value), func(w *writer) error {
		version, err := w.sequence()
		if err != nil {
			return err
		}
		query, args := "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO NOTHING", []any{r.Key, r.Value, version}
		if r.Version != 0 {
			query = "UPDATE record SET value = ?2, version = ?3 WHERE key = ?1 AND version = ?4"
			args = append(args, int64(r.Version))
		}
		result, err := w.conn.ExecContext(context.Background(), query, args...)
		if err != nil {
			return failure("set record", err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return failure("set record", err)
		}
		if n == 0 {
			return refusal{fmt.Errorf("set record: %w", relay.ErrConflict)}
		}
		return nil
	})
}

// Remove implements relay.Records.
func (e *Engine) Remove(ctx context.Context, key string) error {
	return e.write.update(ctx, 0, func(w *writer) error {
		if err := w.exec("DELETE FROM record WHERE key = ?", key); err != nil {
			return failure("remove record", err)
		}
		return nil
	})
}

// List implements relay.Records.
func (e *Engine) List(ctx context.Context, prefix string) ([]relay.Record, error) {
	rows, err := e.read.QueryContext(ctx, "SELECT key, value, version FROM record WHERE substr(key, 1, ?) = ? ORDER BY key", len(prefix), prefix)
	if err != nil {
		return nil, failure("list records", err)
	}
	defer rows.Close()
	var list []relay.Record
	for rows.Next() {
		var r relay.Record
		if err := rows.Scan(&r.Key, &r.Value, &r.Version); err != nil {
			return nil, failure("read record", err)
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return nil, failure("list records", err)
	}
	return list, nil
}

// Once implements relay.Records.
func (e *Engine) Once(ctx context.Context, key string) (bool, error) {
	first := false
	err := e.write.update(ctx, 0, func(w *writer) error {
		now := w.opt.Now()
		result, err := w.conn.ExecContext(context.Background(),
			"INSERT INTO once VALUES (?, ?) ON CONFLICT DO UPDATE SET until_ms = excluded.until_ms WHERE until_ms < ?",
			key, now.Add(relay.OnceFor).UnixMilli(), now.UnixMilli())
		if err != nil {
			return failure("note key", err)
		}
		n, err := result.RowsAffected()
		first = n == 1
		return err
	})
	if err != nil {
		return false, err // the writer may still be at it
	}
	return first, nil
}
