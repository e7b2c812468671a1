package store

import (
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"testing"

	"tresen/internal/inbox"
)

func (f *folder) shopFile(t testing.TB, plain string) *NewFile {
	t.Helper()
	file, err := f.store.CreateShopFile()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(file.Discard)
	if _, err := io.WriteString(file, plain); err != nil {
		t.Fatal(err)
	}
	if err := file.Finish(); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSnippetsAreKeptWithTheirFiles(t *testing.T) {
	f := openFolder(t)
	ctx := context.Background()
	want := inbox.Snippet{Folder: "Bestellung", Name: "fertig", Text: "Guten Tag {Name}", File: &inbox.SnippetFile{Name: "plan.pdf", MIME: "application/pdf", Bytes: 4},
		Interactive: &inbox.Interactive{Type: inbox.InteractiveButtons, Buttons: []inbox.ReplyButton{{ID: "1", Title: "Ja"}}}}
	f.update(t, func(tx *Tx) (err error) {
		if want.ID, err = tx.InsertSnippet(want); err != nil {
			return err
		}
		return tx.SetSnippetFile(want.ID, f.shopFile(t, "Plan"))
	})
	f.reopen(t)
	list, err := f.store.ListSnippets(ctx)
	if err != nil || len(list) != 1 || !reflect.DeepEqual(list[0], want) {
		t.Fatalf("got %+v, %v", list, err)
	}
	// An erasure's search for orphans must not take the shop's own files.
	if err := f.store.RemoveOrphans(ctx); err != nil {
		t.Fatal(err)
	}
	file, err := f.store.OpenSnippetFile(ctx, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(file)
	if err != nil || string(plain) != "Plan" || file.Name != "plan.pdf" {
		t.Errorf("%q, %q, %v", plain, file.Name, err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	f.update(t, func(tx *Tx) error { return tx.SetSnippetFile(want.ID, f.shopFile(t, "Neu")) })
	if n := f.sealedFiles(t); n != 1 {
		t.Errorf("%d sealed files after one was replaced", n)
	}
	f.update(t, func(tx *Tx) error { return tx.DeleteSnippet(want.ID) })
	if n := f.sealedFiles(t); n != 0 {
		t.Errorf("%d sealed files after the snippet was deleted", n)
	}
	_, err = f.store.Snippet(ctx, want.ID)
	wantCode(t, err, inbox.CodeNotFound)
	wantCode(t, f.store.Update(ctx, func(tx *Tx) error { return tx.UpdateSnippet(want) }), inbox.CodeNotFound)
	wantCode(t, f.store.Update(ctx, func(tx *Tx) error { return tx.DeleteSnippet(want.ID) }), inbox.CodeNotFound)
}

func TestSnippetRefusesACustomersFile(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "Hallo")
	err := f.store.Update(context.Background(), func(tx *Tx) error {
		id, err := tx.InsertSnippet(inbox.Snippet{Name: "a"})
		if err != nil {
			return err
		}
		return tx.SetSnippetFile(id, f.newFile(t, ref, "Bild"))
	})
	wantCode(t, err, inbox.CodeInternal)
}

// Reports come in any order and more than once; the newest of each kind holds.
func TestTemplateReportsInAnyOrder(t *testing.T) {
	reports := []inbox.TemplateChanged{
		{ID: "7", Status: inbox.TemplateApproved, At: at(1)},
		{ID: "7", Status: inbox.TemplatePaused, Reason: "FIRST_PAUSE", At: at(5)},
		{ID: "7", Quality: "RED", At: at(4)},
		{ID: "7", NextCategory: inbox.CategoryMarketing, NextCategoryAt: at(90), At: at(2)},
		{ID: "8", Status: inbox.TemplateApproved, At: at(2)}, // never listed
	}
	want := inbox.Template{ID: "7", Name: "a", Status: inbox.TemplatePaused, Reason: "FIRST_PAUSE", Quality: "RED", Category: inbox.CategoryUtility,
		NextCategory: inbox.CategoryMarketing, NextCategoryAt: at(90)}
	for n := range 5 {
		f := openFolder(t)
		order := append(slices.Clone(reports[n:]), reports[:n]...)
		f.update(t, func(tx *Tx) error {
			if err := tx.PutTemplate(inbox.Template{ID: "7", Name: "a", Status: inbox.TemplatePending, Category: inbox.CategoryUtility}); err != nil {
				return err
			}
			for _, r := range append(order, order...) {
				if err := tx.ChangeTemplate(r); err != nil {
					return err
				}
			}
			return nil
		})
		list, err := f.store.ListTemplates(context.Background())
		if err != nil || len(list) != 1 || !reflect.DeepEqual(list[0], want) {
			t.Errorf("order %d: %+v, %v", n, list, err)
		}
	}
}

func TestListedTemplatesReplaceWhatWasKnown(t *testing.T) {
	f := openFolder(t)
	f.update(t, func(tx *Tx) error {
		for _, id := range []inbox.TemplateID{"1", "2"} {
			if err := tx.PutTemplate(inbox.Template{ID: id, Status: inbox.TemplatePending}); err != nil {
				return err
			}
		}
		if err := tx.ChangeTemplate(inbox.TemplateChanged{ID: "1", Status: inbox.TemplateApproved, At: at(10)}); err != nil {
			return err
		}
		// The list was asked for before the approval and knows nothing of it.
		return tx.ReplaceTemplates([]inbox.Template{{ID: "1", Status: inbox.TemplatePending, Body: "neu"}, {ID: "3"}, {}}, at(9))
	})
	list, err := f.store.ListTemplates(context.Background())
	got := fmt.Sprint(err)
	for _, t := range list {
		got += fmt.Sprint(" ", t.ID, t.Status, t.Body)
	}
	if got != "<nil> 1APPROVEDneu 3" {
		t.Error(got)
	}
	if _, err := f.store.Template(context.Background(), "2"); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("a deleted template: %v", err)
	}
}

// A message costs once, whatever the order and number of its reports, and the
// count stays when its customer is gone. (Meta docs: Pricing.)
func TestUsageCountsEachDeliveredMessageOnce(t *testing.T) {
	f := openFolder(t)
	const service = "service/regular"
	orders := [][]StatusReport{
		{{Status: inbox.StatusSent, At: at(1), Pricing: service}, {Status: inbox.StatusDelivered, At: at(2), Pricing: service}, {Status: inbox.StatusRead, At: at(3)}},
		{{Status: inbox.StatusRead, At: at(3)}, {Status: inbox.StatusSent, At: at(1), Pricing: service}, {Status: inbox.StatusSent, At: at(1), Pricing: service}},
		{{Status: inbox.StatusDelivered, At: at(2), Pricing: service}, {Status: inbox.StatusDelivered, At: at(2), Pricing: service}},
		{{Status: inbox.StatusSent, At: at(1), Pricing: service}}, // never arrived: not charged
		{{Status: inbox.StatusSent, At: at(1), Pricing: service}, {Status: inbox.StatusFailed, At: at(2)}},
		{{Status: inbox.StatusRead, At: at(3), Pricing: "marketing/regular"}},
	}
	for n, reports := range orders {
		f.update(t, func(tx *Tx) error {
			ref, err := conversation(tx, n)
			if err != nil {
				return err
			}
			id, err := tx.QueueMessage(NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Kind: inbox.KindText, SentAt: at(0)}, CallbackID{byte(n)})
			if err != nil {
				return err
			}
			for _, r := range reports {
				if _, err := tx.RecordStatus(id, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	list, err := f.store.ListUsage(context.Background())
	want := []Usage{{shopNumber, "2026-11", "marketing", "regular", 1}, {shopNumber, "2026-11", "service", "regular", 3}}
	if err != nil || !reflect.DeepEqual(list, want) {
		t.Errorf("got %+v, %v", list, err)
	}
}

// What was accepted and never heard of again is counted; what is too young, too
// old, or was reported on is not.
func TestCountSilent(t *testing.T) {
	f := openFolder(t)
	for n, second := range []int{-90000, -3600, -3000, -60, -2400} {
		f.update(t, func(tx *Tx) error {
			ref, err := conversation(tx, n%2)
			if err != nil {
				return err
			}
			id, err := tx.QueueMessage(NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Kind: inbox.KindText, SentAt: at(second)}, CallbackID{byte(n)})
			if err != nil {
				return err
			}
			if err := tx.Accept(id, shopNumber, inbox.WAMID(fmt.Sprint("wamid.", n))); err != nil || n != 4 {
				return err
			}
			_, err = tx.RecordStatus(id, StatusReport{Status: inbox.StatusSent, At: at(second + 1)})
			return err
		})
	}
	n, err := f.store.CountSilent(context.Background(), at(-86400), at(-600))
	if err != nil || n != 2 {
		t.Errorf("%d silent, %v", n, err)
	}
}
