package store

import (
	"context"
	"testing"

	"tresen/internal/inbox"
)

func TestLogIsAppendOnlyAndChained(t *testing.T) {
	f := openFolder(t)
	ctx := context.Background()
	f.update(t, func(tx *Tx) error {
		for i := range 3 {
			if _, err := tx.AppendLog(at(i), "consent", map[string]string{"act": "withdrawn"}); err != nil {
				return err
			}
		}
		return nil
	})
	if n, err := f.store.VerifyLog(ctx); n != 3 || err != nil {
		t.Fatalf("%d entries, %v", n, err)
	}
	for _, query := range []string{"UPDATE log SET kind = 'x'", "DELETE FROM log"} {
		err := f.store.Update(ctx, func(tx *Tx) error {
			_, err := tx.exec(query)
			return err
		})
		if err == nil {
			t.Errorf("%s: allowed", query)
		}
	}
}

func TestForgedLogIsFound(t *testing.T) {
	for _, forgery := range []string{
		"UPDATE log SET detail = '{}' WHERE log_id = 2", "DELETE FROM log WHERE log_id = 1", "UPDATE log SET at_ms = at_ms + 1 WHERE log_id = 3",
	} {
		f := openFolder(t)
		f.update(t, func(tx *Tx) error {
			for i := range 3 {
				if _, err := tx.AppendLog(at(i), "consent", map[string]string{"act": "withdrawn"}); err != nil {
					return err
				}
			}
			return nil
		})
		err := f.store.exclusive(context.Background(), func(db *connection) error {
			for _, query := range []string{"DROP TRIGGER log_is_append_only", "DROP TRIGGER log_is_complete", forgery} {
				if _, err := db.exec(query); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = f.store.VerifyLog(context.Background())
		wantCode(t, err, inbox.CodeStorageDamaged)
	}
}

func TestConsentIsNeverChanged(t *testing.T) {
	f := openFolder(t)
	f.update(t, func(tx *Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{}, at(0))
		if err != nil {
			return err
		}
		return tx.InsertConsent(c, "news", "confirmed", at(1), "wording")
	})
	err := f.store.Update(context.Background(), func(tx *Tx) error {
		_, err := tx.exec("UPDATE consent SET act = 'withdrawn'")
		return err
	})
	if err == nil {
		t.Error("a declaration was changed")
	}
}
