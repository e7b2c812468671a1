package register

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Register is the register of codes of one shop.
type Register struct {
	store   *store.Store
	now     func() time.Time
	changed func()

	mu   sync.Mutex
	test Test
}

// New returns the register. changed is called after every change, also from the
// store's writer, and must not block.
func New(s *store.Store, now func() time.Time, changed func()) *Register {
	return &Register{store: s, now: now, changed: changed}
}

// List returns what hangs, newest first, then what was taken down.
func (r *Register) List(ctx context.Context) ([]inbox.PlacedCode, error) {
	return r.store.ListPlacedCodes(ctx)
}

// Find returns one entry, or not_found.
func (r *Register) Find(ctx context.Context, id inbox.PlacedCodeID) (inbox.PlacedCode, error) {
	list, err := r.store.ListPlacedCodes(ctx)
	if err != nil {
		return inbox.PlacedCode{}, err
	}
	i := slices.IndexFunc(list, func(c inbox.PlacedCode) bool { return c.ID == id })
	if i < 0 {
		return inbox.PlacedCode{}, inbox.NewError(inbox.CodeNotFound, "find placed code")
	}
	return list[i], nil
}

// Record notes that a code was made. What is made again for the same place is
// the same entry: its name in a message could not tell the two apart. Without a
// place it is the same if link, kind and paper are.
func (r *Register) Record(ctx context.Context, made inbox.PlacedCode) error {
	now := r.now()
	tested := r.testOf(made)
	return r.update(ctx, func(tx *store.Tx) error {
		list, err := tx.ListPlacedCodes()
		if err != nil {
			return err
		}
		made.PrintedAt, made.PlacedAt, made.Prints = now, now, 1
		i := slices.IndexFunc(list, func(c inbox.PlacedCode) bool { return c.RetiredAt.IsZero() && same(c, made) })
		if i < 0 {
			made.ID, err = tx.InsertPlacedCode(made)
		} else {
			made.ID, made.PlacedAt, made.Prints = list[i].ID, list[i].PlacedAt, list[i].Prints+1
			err = tx.UpdatePlacedCode(made)
		}
		if err != nil || tested.IsZero() {
			return err
		}
		return tx.MarkTested(made.ID, tested)
	})
}

func same(a, b inbox.PlacedCode) bool {
	if len(a.Places) > 0 || len(b.Places) > 0 {
		return slices.EqualFunc(a.Places, b.Places, strings.EqualFold)
	}
	return a.URL == b.URL && a.Kind == b.Kind && a.Paper == b.Paper
}

// Retire notes that a code was taken down, or, with false, that it hangs again.
// It fails with not_found, and with conflict if something else hangs at its
// place by now.
func (r *Register) Retire(ctx context.Context, id inbox.PlacedCodeID, retired bool) error {
	return r.update(ctx, func(tx *store.Tx) error {
		list, err := tx.ListPlacedCodes()
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(c inbox.PlacedCode) bool { return c.ID == id })
		if i < 0 {
			return inbox.NewError(inbox.CodeNotFound, "find placed code")
		}
		code := list[i]
		code.RetiredAt = r.now()
		if !retired {
			code.RetiredAt = time.Time{}
			if slices.ContainsFunc(list, func(c inbox.PlacedCode) bool { return c.ID != id && c.RetiredAt.IsZero() && same(c, code) }) {
				return inbox.NewError(inbox.CodeConflict, "another code hangs there")
			}
		}
		return tx.UpdatePlacedCode(code)
	})
}

// Remove deletes an entry with its counts. It fails with not_found.
func (r *Register) Remove(ctx context.Context, id inbox.PlacedCodeID) error {
	return r.update(ctx, func(tx *store.Tx) error { return tx.DeletePlacedCode(id) })
}

// Hanging returns what hangs with one of WhatsApp's editable links.
func (r *Register) Hanging(ctx context.Context, messageCode string) ([]inbox.PlacedCode, error) {
	list, err := r.store.ListPlacedCodes(ctx)
	return slices.DeleteFunc(list, func(c inbox.PlacedCode) bool { return c.MessageCode != messageCode || !c.RetiredAt.IsZero() }), err
}

func (r *Register) update(ctx context.Context, change func(*store.Tx) error) error {
	return r.store.Update(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(r.changed)
		return change(tx)
	})
}
