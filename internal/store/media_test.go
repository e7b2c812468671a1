package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tresen/internal/inbox"
)

// picture inserts a message with a file to be fetched.
func (f *folder) picture(t testing.TB, n, second int) (id inbox.MessageID, ref ConversationRef) {
	t.Helper()
	f.update(t, func(tx *Tx) (err error) {
		if ref, err = conversation(tx, n); err != nil {
			return err
		}
		m := text(ref, second, "Bild")
		m.WAMID, m.Kind = inbox.WAMID(fmt.Sprint("wamid.picture", n, second)), inbox.KindImage
		m.Content = inbox.Content{Media: &inbox.Media{ID: "77", FileName: "Bild.jpg"}}
		in, err := tx.InsertMessage(m)
		id = in.ID
		return err
	})
	return id, ref
}

func (f *folder) newFile(t testing.TB, ref ConversationRef, plain string) *NewFile {
	t.Helper()
	file, err := f.store.CreateFile(ref.Customer.ID)
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

func (f *folder) sealedFiles(t testing.TB) int {
	t.Helper()
	list, err := os.ReadDir(filepath.Join(f.dir, MediaDir))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return len(list)
}

func (f *folder) file(t testing.TB, id inbox.MessageID) inbox.File {
	t.Helper()
	m, err := f.store.Message(context.Background(), id)
	if err != nil || m.File == nil {
		t.Fatalf("message %+v, %v", m, err)
	}
	return *m.File
}

// fetched inserts a picture and keeps its file and its small picture.
func (f *folder) fetched(t testing.TB, n, second int) inbox.MessageID {
	t.Helper()
	id, ref := f.picture(t, n, second)
	file, thumb := f.newFile(t, ref, "das ganze Bild"), f.newFile(t, ref, "klein")
	f.update(t, func(tx *Tx) error {
		kept, err := tx.KeepFetchedFile(id, Sealed{File: file, Thumb: thumb, At: at(second), Facts: inbox.FileFacts{MIME: "image/jpeg", Width: 4, Height: 3}})
		if err == nil && !kept {
			t.Error("not kept")
		}
		return err
	})
	file.Discard() // does nothing any more
	return id
}

func read(t testing.TB, f *StoredFile, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

func TestFetchedFileIsKept(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	id := f.fetched(t, 1, 1)
	if err := f.store.RemoveOrphans(ctx); err != nil {
		t.Fatal(err)
	}
	f.reopen(t)
	got := f.file(t, id)
	want := inbox.File{State: inbox.FileStored, Bytes: 14, Thumb: true, ExpiresAt: at(1).Add(mediaLife),
		Facts: inbox.FileFacts{MIME: "image/jpeg", Width: 4, Height: 3}}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	list, err := f.store.ListMessages(ctx, Span{Conversation: id.Conversation(), Limit: 9})
	if err != nil || len(list) != 1 || list[0].File == nil || *list[0].File != want {
		t.Errorf("list %+v, %v", list, err)
	}
	whole, err := f.store.OpenFile(ctx, id)
	if got := read(t, whole, err); got != "das ganze Bild" {
		t.Errorf("file %q", got)
	}
	thumb, err := f.store.OpenThumb(ctx, id)
	if got := read(t, thumb, err); got != "klein" {
		t.Errorf("thumb %q", got)
	}
	if u, err := f.store.MediaUsage(ctx); err != nil || u != (MediaUsage{Files: 1, Bytes: 14}) {
		t.Errorf("usage %+v, %v", u, err)
	}
}

func TestOwnFileIsThereBeforeItsMessage(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	_, ref := f.say(t, 1, 1, "eins")
	file := f.newFile(t, ref, "unser Bild")
	var id inbox.MessageID
	queue := func(fail error) error {
		return f.store.Update(ctx, func(tx *Tx) (err error) {
			m := NewMessage{Conversation: ref, PhoneNumberID: shopNumber, Kind: inbox.KindImage, SentAt: at(2),
				Content: inbox.Content{Media: &inbox.Media{FileName: "Angebot.jpg"}}}
			if id, err = tx.QueueMessage(m, CallbackID{1}); err != nil {
				return err
			}
			return errors.Join(tx.KeepOwnFile(id, Sealed{File: file, At: at(2), Facts: inbox.FileFacts{MIME: "image/jpeg"}}), fail)
		})
	}
	if err := queue(errTest); !errors.Is(err, errTest) {
		t.Fatal(err)
	}
	// An erasure of somebody else in between must not take the file away.
	if err := f.store.RemoveOrphans(ctx); err != nil || f.sealedFiles(t) != 1 {
		t.Fatalf("%d files, %v", f.sealedFiles(t), err)
	}
	if err := queue(nil); err != nil {
		t.Fatal(err)
	}
	stored, err := f.store.OpenFile(ctx, id)
	if got := read(t, stored, err); got != "unser Bild" {
		t.Errorf("file %q", got)
	}
	if due, err := f.store.ListDueMedia(ctx, 9); err != nil || len(due) != 0 {
		t.Errorf("own file is to be fetched: %+v, %v", due, err)
	}
	f.update(t, func(tx *Tx) error { return tx.SetUploaded(id, "4711", at(9)) })
	m, err := f.store.Message(ctx, id)
	if err != nil || m.Content.Media.ID != "4711" || !m.File.ExpiresAt.Equal(at(9)) {
		t.Errorf("%+v, %v", m, err)
	}
	// What waits in the outbox does not age.
	f.update(t, func(tx *Tx) error {
		aged, err := tx.AgeMedia(at(100), at(100), 9)
		if len(aged) != 0 {
			t.Errorf("%d files aged", len(aged))
		}
		return err
	})
}

func TestUnkeptFileIsDeleted(t *testing.T) {
	f := openFolder(t)
	_, ref := f.say(t, 1, 1, "eins")
	finished := f.newFile(t, ref, "fertig")
	begun, err := f.store.CreateFile(ref.Customer.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := begun.Write(bytes.Repeat([]byte("x"), 200_000)); err != nil {
		t.Fatal(err)
	}
	finished.Discard()
	begun.Discard()
	if n := f.sealedFiles(t); n != 0 {
		t.Errorf("%d files left", n)
	}
	if _, err := begun.Write([]byte("x")); err == nil {
		t.Error("a discarded file can be written")
	}
}

func TestCrashLeavesAnOrphanThatGoes(t *testing.T) {
	f := openFolder(t)
	id := f.fetched(t, 1, 1)
	orphan := filepath.Join(f.dir, MediaDir, "00112233445566778899aabbccddeeff")
	if err := os.WriteFile(orphan, []byte("halb"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.store.RemoveOrphans(context.Background()); err != nil || f.sealedFiles(t) != 2 {
		t.Errorf("%d files, %v", f.sealedFiles(t), err)
	}
	if f.file(t, id).State != inbox.FileStored {
		t.Error("file lost")
	}
}

func TestRevokedFileIsNotKept(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	id, ref := f.picture(t, 1, 1)
	file := f.newFile(t, ref, "zu spät")
	f.update(t, func(tx *Tx) error { return tx.RemoveMedia(id) })
	f.update(t, func(tx *Tx) error {
		kept, err := tx.KeepFetchedFile(id, Sealed{File: file, At: at(1)})
		if kept {
			t.Error("kept")
		}
		return err
	})
	kept := f.fetched(t, 1, 2)
	f.update(t, func(tx *Tx) error { return tx.RemoveMedia(kept) })
	file.Discard()
	if n := f.sealedFiles(t); n != 0 {
		t.Errorf("%d files left", n)
	}
	_, err := f.store.OpenFile(ctx, kept)
	wantCode(t, err, inbox.CodeNotFound)
}

func TestErasureEndsFilesBeingWritten(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	id, ref := f.picture(t, 1, 1)
	f.fetched(t, 1, 2)
	begun, err := f.store.CreateFile(ref.Customer.ID)
	if err != nil {
		t.Fatal(err)
	}
	finished := f.newFile(t, ref, "fertig")
	opened := f.fetched(t, 1, 3)
	copied, err := f.store.PlainCopy(ctx, opened, ".jpg")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(copied); err != nil || string(b) != "das ganze Bild" {
		t.Errorf("copy %q, %v", b, err)
	}
	other := f.fetched(t, 2, 1)
	job, err := f.store.BeginErasure(ctx, ref.Customer.ID, at(9))
	if err != nil {
		t.Fatal(err)
	}
	f.update(t, func(tx *Tx) error {
		kept, err := tx.KeepFetchedFile(id, Sealed{File: finished, At: at(9)})
		if kept {
			t.Error("kept for somebody who is being erased")
		}
		return err
	})
	note, err := f.store.ErasureNote(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.store.DestroyKeys(ctx, job.Key, note.OldRaw); err != nil {
		t.Fatal(err)
	}
	if err := f.store.DeleteCustomerRows(ctx, job, func() {}); err != nil {
		t.Fatal(err)
	}
	if err := f.store.RemoveOrphans(ctx); err != nil {
		t.Fatal(err)
	}
	if n := f.sealedFiles(t); n != 2 { // the other customer's
		t.Errorf("%d files left", n)
	}
	if _, err := begun.Write([]byte("mehr")); err == nil {
		t.Error("still writing")
	}
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Errorf("plain copy: %v", err)
	}
	stored, err := f.store.OpenFile(ctx, other)
	if got := read(t, stored, err); got != "das ganze Bild" {
		t.Errorf("other file %q", got)
	}
}

func TestPlainCopiesOfOthersStayUntilTheEnd(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	path, err := f.store.PlainCopy(ctx, f.fetched(t, 1, 1), ".jpg")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.store.RemoveOrphans(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	if err := f.store.RemovePlainCopies(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("plain copy: %v", err)
	}
}

func TestPosterIsKeptOnce(t *testing.T) {
	f := openFolder(t)
	id, ref := f.picture(t, 1, 1)
	film := f.newFile(t, ref, "Film")
	f.update(t, func(tx *Tx) error {
		_, err := tx.KeepFetchedFile(id, Sealed{File: film, At: at(1), Facts: inbox.FileFacts{MIME: "video/mp4"}})
		return err
	})
	for n, text := range []string{"Standbild", "noch eines"} {
		poster := f.newFile(t, ref, text)
		f.update(t, func(tx *Tx) error { return tx.KeepPoster(id, poster, 16*(n+1), 9) })
		poster.Discard()
	}
	got := f.file(t, id)
	if !got.Thumb || got.Facts.Width != 16 || got.Facts.MIME != "video/mp4" || f.sealedFiles(t) != 2 {
		t.Errorf("%+v, %d files", got, f.sealedFiles(t))
	}
}

func TestOldFilesGo(t *testing.T) {
	f := openFolder(t)
	old, young := f.fetched(t, 1, 1), f.fetched(t, 1, 50)
	for _, c := range []struct {
		now  time.Time
		want inbox.FileState
	}{{at(60), inbox.FileHeld}, {at(60).Add(mediaLife), inbox.FileExpired}} {
		f.update(t, func(tx *Tx) error {
			aged, err := tx.AgeMedia(at(40), c.now, 9)
			if err != nil {
				return err
			}
			if c.want == inbox.FileHeld && (len(aged) != 1 || aged[0] != old) {
				t.Errorf("aged %v", aged)
			}
			return tx.ExpireMedia(c.now)
		})
		if got := f.file(t, old); got.State != c.want || got.Thumb || got.Facts != (inbox.FileFacts{}) {
			t.Errorf("old file %+v, want %s", got, c.want)
		}
	}
	if f.file(t, young).State != inbox.FileStored || f.sealedFiles(t) != 2 {
		t.Errorf("young file %+v, %d files", f.file(t, young), f.sealedFiles(t))
	}
}

func TestFetchingHasAnOrder(t *testing.T) {
	f, ctx := openFolder(t), context.Background()
	first, _ := f.picture(t, 1, 1)
	second, _ := f.picture(t, 1, 2)
	large, _ := f.picture(t, 1, 3)
	f.update(t, func(tx *Tx) error {
		if err := tx.PutOffMedia(first, at(500)); err != nil {
			return err
		}
		return tx.HoldMedia(large, 20<<20)
	})
	list := func() (ids []inbox.MessageID) {
		due, err := f.store.ListDueMedia(ctx, 9)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range due {
			ids = append(ids, d.MessageID)
		}
		return ids
	}
	if got := list(); len(got) != 2 || got[0] != second || got[1] != first {
		t.Errorf("due %v", got)
	}
	if got := f.file(t, large); got.State != inbox.FileHeld || got.Bytes != 20<<20 {
		t.Errorf("large %+v", got)
	}
	f.update(t, func(tx *Tx) error {
		did, err := tx.WantMedia(large, at(9))
		if !did {
			t.Error("not wanted")
		}
		return err
	})
	if got := list(); len(got) != 3 {
		t.Errorf("due %v", got)
	}
	f.update(t, func(tx *Tx) error {
		did, err := tx.WantMedia(large, at(9).Add(mediaLife))
		if did {
			t.Error("wanted after its time")
		}
		return err
	})
	f.update(t, func(tx *Tx) error { return tx.EndMedia(large, inbox.FileFailed, inbox.CodeInvalid) })
	if got := f.file(t, large); got.State != inbox.FileFailed || got.Failure != inbox.CodeInvalid {
		t.Errorf("ended %+v", got)
	}
}
