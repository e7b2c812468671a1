package finder

import (
	"context"
	"fmt"

	"tresen/internal/inbox"
	"tresen/internal/store"
)

// Recall lets a customer be found again after Forget, when her restriction has
// been lifted.
func (f *Finder) Recall(ctx context.Context, id inbox.CustomerID) error {
	if err := f.put(ctx, id); err != nil {
		return fmt.Errorf("recall person: %w", err)
	}
	conversations, err := f.store.ConversationsOf(ctx, id)
	if err != nil {
		return err
	}
	for _, c := range conversations {
		if err := f.recallThread(ctx, store.Thread{ID: c, Customer: id}); err != nil {
			return err
		}
	}
	return nil
}

func (f *Finder) recallThread(ctx context.Context, t store.Thread) error {
	_, before := inbox.MessageRange(t.ID)
	for read := batchSize; read == batchSize; {
		batch := make([]store.Text, 0, batchSize)
		err := f.store.ReadTexts(ctx, t, before, func(text store.Text) bool {
			batch = append(batch, text)
			return len(batch) < batchSize && ctx.Err() == nil
		})
		if err != nil {
			return fmt.Errorf("recall messages: %w", err)
		}
		for _, text := range batch {
			before = text.ID
			if d := document(text); !empty(d) {
				if err := f.index.Add(d); err != nil {
					return err
				}
			}
		}
		read = len(batch)
	}
	return ctx.Err()
}
