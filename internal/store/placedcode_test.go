package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"reflect"
	"testing"

	"tresen/internal/inbox"
)

func TestRegisterOfCodesIsKeptSealed(t *testing.T) {
	f := openFolder(t)
	code := inbox.PlacedCode{
		Places: []string{"Seiteneingang"}, Kind: "poster", Paper: "A4", URL: "https://wa.me/4915112345678?text=Seiteneingang",
		Text: "Guten Tag", MessageCode: "4O4YGZEG3RIVE1", Form: []byte(`{"place":"Seiteneingang"}`), PlacedAt: at(1), PrintedAt: at(2), Prints: 1,
	}
	f.update(t, func(tx *Tx) (err error) {
		code.ID, err = tx.InsertPlacedCode(code)
		return err
	})
	f.update(t, func(tx *Tx) error {
		for _, began := range []bool{true, false} {
			if err := tx.CountScan(code.ID, began); err != nil {
				return err
			}
		}
		if err := tx.MarkTested(code.ID, at(3)); err != nil {
			return err
		}
		code.RetiredAt, code.Prints = at(4), 2
		return tx.UpdatePlacedCode(code)
	})
	code.Conversations, code.Messages, code.TestedAt = 1, 2, at(3)
	f.reopen(t)
	list, err := f.store.ListPlacedCodes(context.Background())
	if err != nil || len(list) != 1 || !reflect.DeepEqual(list[0], code) {
		t.Fatalf("got %+v, %v\nwant %+v", list, err, code)
	}
	f.update(t, func(tx *Tx) error { return tx.DeletePlacedCode(code.ID) })
	for name, change := range map[string]func(*Tx) error{
		"delete": func(tx *Tx) error { return tx.DeletePlacedCode(code.ID) },
		"update": func(tx *Tx) error { return tx.UpdatePlacedCode(code) },
		"test":   func(tx *Tx) error { return tx.MarkTested(code.ID, at(5)) },
		"count":  func(tx *Tx) error { return tx.CountScan(code.ID, true) },
	} {
		if err := f.store.Update(context.Background(), change); inbox.CodeOf(err) != inbox.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.close()
	for _, ending := range []string{"", "-wal"} {
		content, err := os.ReadFile(f.path() + ending)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte("Seiteneingang")) || bytes.Contains(content, []byte("4O4YGZEG")) {
			t.Errorf("the database%s names the place", ending)
		}
	}
}
