package store

import (
	"context"
	"testing"

	"tresen/internal/inbox"
)

func TestPapersComeBackByKind(t *testing.T) {
	f := openFolder(t)
	ctx := context.Background()
	var contract int64
	f.update(t, func(tx *Tx) (err error) {
		if contract, err = tx.InsertPaper(PaperContract, at(1), "Vertrag", []byte("Scan")); err != nil {
			return err
		}
		_, err = tx.InsertPaper(PaperBreach, at(2), "Panne", nil)
		return err
	})
	f.update(t, func(tx *Tx) error { return tx.UpdatePaper(PaperContract, contract, "Vertrag, neu") })
	list, err := f.store.ListPapers(ctx, PaperContract)
	if err != nil || len(list) != 1 || !list[0].HasFile || !list[0].At.Equal(at(1)) {
		t.Fatalf("%+v, %v", list, err)
	}
	var text string
	if err := list[0].Decode(&text); err != nil || text != "Vertrag, neu" {
		t.Errorf("%q, %v", text, err)
	}
	if file, err := f.store.PaperFile(ctx, contract); err != nil || string(file) != "Scan" {
		t.Errorf("%q, %v", file, err)
	}
	for name, change := range map[string]func(tx *Tx) error{
		"update another kind": func(tx *Tx) error { return tx.UpdatePaper(PaperBreach, contract, "x") },
		"delete another kind": func(tx *Tx) error { return tx.DeletePaper(PaperBreach, contract) },
	} {
		if err := f.store.Update(ctx, change); inbox.CodeOf(err) != inbox.CodeNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.update(t, func(tx *Tx) error { return tx.DeletePaper(PaperContract, contract) })
	if _, err := f.store.PaperFile(ctx, contract); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("after deleting: %v", err)
	}
}
