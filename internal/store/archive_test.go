package store

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func archive(t *testing.T, f *folder, class string, ends time.Time, source inbox.MessageID) (int64, string, error) {
	t.Helper()
	n, err := f.store.NewArchived()
	if err != nil {
		t.Fatal(err)
	}
	defer n.Discard()
	name, err := n.AddFile(strings.NewReader("Rechnung 4711"))
	if err != nil {
		t.Fatal(err)
	}
	var id int64
	err = f.store.Update(context.Background(), func(tx *Tx) (err error) {
		id, err = tx.Archive(n, Archived{Class: class, StartsAt: at(1), EndsAt: ends, Messages: 1}, source, []string{"Rechnung für Frau Müßig"})
		return err
	})
	return id, name, err
}

func mediaFiles(t *testing.T, f *folder) int {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(f.dir, MediaDir))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(list)
}

func TestArchiveKeepsUntilItIsDropped(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	id, name, err := archive(t, f, "voucher", at(9), 77)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.RemoveOrphans(ctx); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	a, err := f.store.OpenArchived(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	var content []string
	if err := a.Decode(&content); err != nil || content[0] != "Rechnung für Frau Müßig" || a.Class != "voucher" || !a.EndsAt.Equal(at(9)) {
		t.Errorf("%+v %v %v", a, content, err)
	}
	file, err := f.store.OpenArchivedFile(a, name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(io.NewSectionReader(file, 0, file.Size()))
	if err != nil || string(b) != "Rechnung 4711" {
		t.Errorf("file %q, %v", b, err)
	}
	file.Close()
	for range 2 { // as after an interruption
		if err := f.store.DropArchived(ctx, []int64{id}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = f.store.OpenArchived(ctx, id)
	wantCode(t, err, inbox.CodeNotFound)
	if f.vault.HasKey(a.key) || mediaFiles(t, f) != 0 {
		t.Error("key or file is still there")
	}
}

func TestMessageIsArchivedOncePerClass(t *testing.T) {
	f := openFolder(t)
	if _, _, err := archive(t, f, "letter", at(9), 77); err != nil {
		t.Fatal(err)
	}
	_, _, err := archive(t, f, "letter", at(9), 77)
	wantCode(t, err, inbox.CodeConflict)
	if _, _, err := archive(t, f, "voucher", at(9), 77); err != nil {
		t.Error(err)
	}
	if n := mediaFiles(t, f); n != 2 {
		t.Errorf("%d files; that of the refused entry should be gone", n)
	}
}

func TestDeletedMessagesLeaveTheOthers(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	var ref ConversationRef
	f.update(t, func(tx *Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{}, at(0))
		if err != nil {
			return err
		}
		if ref, err = tx.EnsureConversation(c, shopNumber); err != nil {
			return err
		}
		for i := range 3 {
			m := text(ref, i, "Guten Tag")
			m.WAMID = inbox.WAMID([]string{"a", "b", "c"}[i])
			in, err := tx.InsertMessage(m)
			if err != nil {
				return err
			}
			if i == 2 {
				if err := tx.MarkSensitive(in.ID, true, at(3)); err != nil {
					return err
				}
			}
		}
		return tx.SetMatter(ref.ID, Matter{Kind: "order", ClosedAt: at(5), Claims: true})
	})
	kept, err := f.store.ListKept(ctx)
	if err != nil || len(kept) != 1 || kept[0].Messages != 3 || !kept[0].Answered || kept[0].Matter.Kind != "order" || !kept[0].Matter.Claims {
		t.Fatalf("%+v %v", kept, err)
	}
	marked, err := f.store.ListSensitive(ctx)
	if err != nil || len(marked) != 1 || !marked[0].SentAt.Equal(at(2)) {
		t.Fatalf("%+v %v", marked, err)
	}
	f.update(t, func(tx *Tx) error { return tx.DeleteMessage(marked[0].ID) })
	if kept, err = f.store.ListKept(ctx); err != nil || kept[0].Messages != 2 || !kept[0].LastAt.Equal(at(2)) {
		t.Errorf("%+v %v", kept, err)
	}
	if err := f.store.DeleteMessages(ctx, ref.ID); err != nil {
		t.Fatal(err)
	}
	if kept, err = f.store.ListKept(ctx); err != nil || kept[0].Messages != 0 || kept[0].Matter.Kind != "enquiry" {
		t.Errorf("%+v %v", kept, err)
	}
}
