package store

import (
	"context"
	"testing"

	"tresen/internal/inbox"
)

func TestShownNoticesAreKeptOnceAndReadBack(t *testing.T) {
	f := openFolder(t)
	var ref CustomerRef
	first := inbox.WebsiteNotice{ID: "W1-K7QF", Version: "notice-2026-11", Language: "de", Text: "Chat mit uns", Fingerprint: "ab", KeptAt: at(1)}
	f.update(t, func(tx *Tx) (err error) {
		if ref, err = tx.InsertCustomer(inbox.Profile{}, at(0)); err != nil {
			return err
		}
		for _, n := range []inbox.ShownNotice{{ID: "W1-K7QF", At: at(7)}, {ID: "W1-K7QF", At: at(7)}, {ID: "W1-OLDR", At: at(3)}} {
			if err := tx.RecordShownNotice(ref, n); err != nil {
				return err
			}
		}
		later := first
		later.KeptAt = at(9)
		if err := tx.KeepWebsiteNotice(first); err != nil {
			return err
		}
		return tx.KeepWebsiteNotice(later)
	})
	ctx := context.Background()
	list, err := f.store.ShownNotices(ctx, ref.ID)
	if err != nil || len(list) != 2 || list[0].ID != "W1-OLDR" || !list[1].At.Equal(at(7)) {
		t.Errorf("%+v, %v", list, err)
	}
	got, err := f.store.WebsiteNotice(ctx, "W1-K7QF")
	if err != nil || !got.KeptAt.Equal(at(1)) || got.Text != first.Text || got.Version != first.Version {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := f.store.WebsiteNotice(ctx, "W1-NONE"); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Error(err)
	}
	if list, err := f.store.ShownNotices(ctx, inbox.CustomerID{}); err != nil || len(list) != 0 {
		t.Errorf("nobody: %v, %v", list, err)
	}
}
