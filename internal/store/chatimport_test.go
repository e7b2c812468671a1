package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

// imported imports texts into the nth customer's conversation, the first of them with a file.
func (f *folder) imported(t *testing.T, ref ConversationRef, second int, texts ...string) (id ChatImportID) {
	t.Helper()
	file := f.newFile(t, ref, "Bild aus dem Export")
	f.update(t, func(tx *Tx) (err error) {
		if id, err = tx.BeginImport(ref.ID, at(50)); err != nil {
			return err
		}
		for i, body := range texts {
			m := text(ref, second+i, body)
			m.WAMID, m.Direction, m.ProfileName = "", inbox.Direction(i%2*2), "Name aus dem Export"
			in, err := tx.InsertImported(id, m)
			if err != nil {
				return err
			}
			if i > 0 {
				continue
			}
			if err := tx.KeepImportedFile(in, Sealed{File: file, At: m.SentAt}); err != nil {
				return err
			}
		}
		return tx.EndImport(id)
	})
	return id
}

func (f *folder) head(t *testing.T, ref ConversationRef) inbox.Conversation {
	t.Helper()
	c, err := f.store.Conversation(context.Background(), ref.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestImportCountsForNothing(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 20, "echt")
	f.update(t, func(tx *Tx) error { _, err := tx.MarkRead(ref.ID); return err })
	before := f.head(t, ref)
	f.imported(t, ref, 1, "von früher", "Antwort von früher")
	f.imported(t, ref, 30, "später als alles")
	after := f.head(t, ref)
	if after.Window != before.Window || after.Unread != 0 || after.Profile != before.Profile || !after.LastActivity.Equal(at(30)) {
		t.Errorf("before %+v, after %+v", before, after)
	}
	if got := strings.Join(f.page(t, Span{Conversation: ref.ID, Limit: 9}), ","); got != "von früher,Antwort von früher,echt,später als alles" {
		t.Errorf("messages %s", got)
	}
	list, err := f.store.ListMessages(context.Background(), Span{Conversation: ref.ID, Limit: 9})
	if err != nil || !list[0].Content.Imported || list[2].Content.Imported || list[1].Direction != inbox.Echo {
		t.Errorf("marks are wrong, %v", err)
	}
	last, err := f.store.LastInboundMessage(context.Background(), ref.ID)
	if err != nil || last.Content.Text != "echt" {
		t.Errorf("last inbound is %q, %v", last.Content.Text, err)
	}
}

func TestImportIsTakenBackExactly(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 20, "echt")
	before := f.head(t, ref)
	first := f.imported(t, ref, 1, "von früher", "mehr davon")
	second := f.imported(t, ref, 30, "später als alles")
	list, err := f.store.ListImports(context.Background(), ref.ID)
	if err != nil || len(list) != 2 || list[0].Messages != 1 || list[1].Messages != 2 || !list[0].Done {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, id := range []ChatImportID{first, second} {
		if err := f.store.RemoveImport(context.Background(), id); err != nil {
			t.Fatal(err)
		}
	}
	after := f.head(t, ref)
	if after.LastActivity != before.LastActivity || after.Last.ID != before.Last.ID || after.Unread != before.Unread {
		t.Errorf("before %+v, after %+v", before, after)
	}
	wantCode(t, f.store.RemoveImport(context.Background(), first), inbox.CodeNotFound)
	if left, err := os.ReadDir(filepath.Join(f.dir, MediaDir)); err != nil || len(left) != 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// What a crash leaves of an import, or of taking one back, is listed and can be taken back.
func TestBrokenOffImport(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 20, "echt")
	f.update(t, func(tx *Tx) error {
		id, err := tx.BeginImport(ref.ID, at(50))
		if err == nil {
			_, err = tx.InsertImported(id, NewMessage{Conversation: ref, Kind: inbox.KindText, SentAt: at(1), Content: inbox.Content{Text: "halb"}})
		}
		return err
	})
	f.reopen(t)
	list, err := f.store.UnfinishedImports(context.Background())
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if err := f.store.RemoveImport(context.Background(), list[0]); err != nil {
		t.Fatal(err)
	}
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 9}); len(got) != 1 {
		t.Errorf("messages %v", got)
	}
	wantCode(t, f.store.Update(context.Background(), func(tx *Tx) error { return tx.EndImport(list[0]) }), inbox.CodeNotFound)
}

func TestNothingIsImportedForSomebodyWhoGoes(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 20, "echt")
	id := f.imported(t, ref, 1, "von früher")
	job, err := f.store.BeginErasure(context.Background(), ref.Customer.ID, at(60))
	if err != nil {
		t.Fatal(err)
	}
	err = f.store.Update(context.Background(), func(tx *Tx) error { _, err := tx.BeginImport(ref.ID, at(61)); return err })
	wantCode(t, err, inbox.CodeConflict)
	if err := f.store.DeleteCustomerRows(context.Background(), job, func() {}); err != nil {
		t.Fatal(err)
	}
	wantCode(t, f.store.RemoveImport(context.Background(), id), inbox.CodeNotFound)
}
