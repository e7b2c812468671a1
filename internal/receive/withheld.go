package receive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"tresen/internal/store"
)

// How much is withheld at the most. A mailbox's address is hard to guess, but
// whoever learns it must not fill the disk.
const (
	maxWithheld      = 1000
	maxWithheldBytes = 16 << 20
)

// withheld is the reason under which the store keeps them.
const withheld = "unverified"

type withheldDelivery struct {
	Body       []byte      `json:"body"`
	Header     http.Header `json:"header"`
	ReceivedAt time.Time   `json:"receivedAt"`
}

// Withhold keeps a delivery whose signature does not match, sealed, for RawLife
// from its arrival. It is for ways in whose sender has had its answer and will not repeat it:
// after somebody renewed the app secret at Meta, genuine deliveries look forged
// until the new one is here. What is too much is left out.
func (r *Receiver) Withhold(ctx context.Context, d Delivery) error {
	content, err := json.Marshal(withheldDelivery(d))
	if err != nil {
		return fmt.Errorf("encode delivery: %w", err)
	}
	n, size, err := r.store.CountRawParts(ctx, withheld)
	if err != nil || n >= maxWithheld || size+int64(len(content)) > maxWithheldBytes {
		return err
	}
	return r.store.Update(ctx, func(tx *store.Tx) error {
		return tx.InsertRawPart(store.RawPart{Reason: withheld, Expires: d.ReceivedAt.Add(RawLife), Content: content})
	})
}

// Withheld returns how many deliveries are withheld now.
func (r *Receiver) Withheld(ctx context.Context) (int, error) {
	n, _, err := r.store.CountRawParts(ctx, withheld)
	return n, err
}

// Recheck hands what was withheld to handle once more, oldest first, and
// forgets what it took. What is still unverified stays until its time is over.
func (r *Receiver) Recheck(ctx context.Context, handle Handler) error {
	var parts []store.RawPart
	err := r.store.Update(ctx, func(tx *store.Tx) (err error) {
		parts, err = tx.ListRawParts(withheld)
		return err
	})
	if err != nil {
		return err
	}
	for _, p := range parts {
		var d withheldDelivery
		if err := json.Unmarshal(p.Content, &d); err != nil {
			return fmt.Errorf("decode delivery: %w", err)
		}
		err := handle(ctx, Delivery(d))
		if errors.Is(err, ErrUnverified) {
			continue
		}
		if err == nil {
			err = r.store.Update(ctx, func(tx *store.Tx) error { return tx.DeleteRawPart(p.Content) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}
