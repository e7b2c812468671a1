package chatimport_test

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/chatexport"
	"tresen/internal/chatimport"
	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/storetest"
)

var (
	zone  = time.FixedZone("CET", 3600)
	start = time.Date(2026, 11, 20, 9, 0, 0, 0, zone)
	now   = start.AddDate(0, 0, 3)
)

// world is a shop with one conversation in which two messages came by WhatsApp itself.
type world struct {
	*testing.T
	*storetest.Folder
	ref store.ConversationRef
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, Folder: storetest.Open(t)}
	w.check(w.Store.Update(context.Background(), func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{}, start)
		if err != nil {
			return err
		}
		if w.ref, err = tx.EnsureConversation(c, "1"); err != nil {
			return err
		}
		for i, m := range []store.NewMessage{
			{WAMID: "wamid.1", Kind: inbox.KindText, SentAt: start.Add(2*time.Minute + 30*time.Second), Content: inbox.Content{Text: "haben Sie\nRosen?"}},
			{WAMID: "wamid.2", Kind: inbox.KindText, Direction: inbox.Outbound, SentAt: start.Add(5*time.Minute + 59*time.Second), Content: inbox.Content{Text: "Ja"}},
		} {
			m.Conversation, m.PhoneNumberID = w.ref, "1"
			if _, err := tx.InsertMessage(m); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		return nil
	}))
	return w
}

func (w *world) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

const chat = `20.11.26, 09:00 - Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.
20.11.26, 09:01 - Anna: Guten Tag
20.11.26, 09:02 - Anna: haben Sie
Rosen?
20.11.26, 09:06 - Laden: Ja
20.11.26, 09:06 - Laden: Ja
20.11.26, 09:07 - Anna: IMG-1.jpg (Datei angehängt)
so eine
20.11.26, 09:08 - Anna: fehlt.pdf (Datei angehängt)
20.11.26, 09:09 - Anna: <Medien ausgeschlossen>
20.11.26, 09:10 - Anna: Diese Nachricht wurde gelöscht.
20.11.26, 09:11 - Anna: Danke
20.11.26, 09:11 - Anna: Danke
`

func (w *world) job(text string) chatimport.Job {
	w.Helper()
	path := filepath.Join(w.TempDir(), "export.zip")
	f, err := os.Create(path)
	w.check(err)
	z := zip.NewWriter(f)
	for name, content := range map[string]string{"_chat.txt": text, "IMG-1.jpg": "Bild von Anna"} {
		part, err := z.Create(name)
		w.check(err)
		_, err = io.WriteString(part, content)
		w.check(err)
	}
	w.check(errors.Join(z.Close(), f.Close()))
	a, err := chatexport.Open(path)
	w.check(err)
	w.Cleanup(func() { a.Close() })
	c, err := a.Parse(chatexport.Options{Zone: zone, Now: now})
	w.check(err)
	shop := chatimport.Nobody
	for i, s := range c.Senders {
		if s.Name == "Laden" {
			shop = i
		}
	}
	return chatimport.Job{Store: w.Store, Archive: a, Chat: c, Conversation: w.ref.ID, Shop: shop}
}

func (w *world) plan(j chatimport.Job) chatimport.Plan {
	w.Helper()
	p, err := j.Plan(context.Background())
	w.check(err)
	return p
}

func look(_ inbox.CustomerID, file *store.NewFile, _, _ string) (store.Sealed, error) {
	return store.Sealed{File: file, Facts: inbox.FileFacts{MIME: "image/jpeg"}}, nil
}

func (w *world) run(j chatimport.Job) chatimport.Done {
	w.Helper()
	d, err := j.Run(context.Background(), w.plan(j), look, now, func(int) {})
	w.check(err)
	return d
}

func (w *world) messages() []inbox.Message {
	w.Helper()
	list, err := w.Store.ListMessages(context.Background(), store.Span{Conversation: w.ref.ID, Limit: 1000})
	w.check(err)
	return list
}

func TestOnlyWhatIsNewComesIn(t *testing.T) {
	w := newWorld(t)
	j := w.job(chat)
	p := w.plan(j)
	if len(p.Messages) != 6 || p.Known != 2 || p.Files != 1 || p.Missing != 1 || p.Omitted != 1 || p.Deleted != 1 || !p.First.Equal(start.Add(time.Minute)) {
		t.Fatalf("plan %+v", p)
	}
	d := w.run(j)
	if d.Messages != 6 || d.Files != 1 || d.Lost != 0 {
		t.Errorf("done %+v", d)
	}
	var got []string
	for _, m := range w.messages() {
		text := m.Content.Text
		if m.Content.Media != nil {
			text = m.Content.Media.FileName + "/" + m.Content.Media.Caption
			if m.File != nil {
				text += "/" + string(m.File.State)
			}
		}
		got = append(got, fmt.Sprintf("%d %v %s", m.Direction, m.Content.Imported, strings.ReplaceAll(text, "\n", " ")))
	}
	want := "0 true Guten Tag|0 false haben Sie Rosen?|1 false Ja|2 true Ja|0 true IMG-1.jpg/so eine/stored|0 true fehlt.pdf/|0 true Danke|0 true Danke"
	if strings.Join(got, "|") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "|"), want)
	}
	if p := w.plan(j); len(p.Messages) != 0 || p.Known != 8 {
		t.Errorf("a second time: %+v", p)
	}
	d = w.run(w.job(chat + "20.11.26, 09:12 - Anna: noch etwas\n"))
	if d.Messages != 1 {
		t.Errorf("a longer export: %+v", d)
	}
}

func TestCancelledImportLeavesNothing(t *testing.T) {
	w := newWorld(t)
	long := chat
	for i := range 500 {
		long += fmt.Sprintf("20.11.26, 10:%02d - Anna: Zeile %d\n", i%60, i)
	}
	j := w.job(long)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := j.Run(ctx, w.plan(j), look, now, func(n int) {
		if n > 200 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n := len(w.messages()); n != 2 {
		t.Errorf("%d messages are left", n)
	}
	left, err := w.Store.ListImports(context.Background(), w.ref.ID)
	if files, _ := os.ReadDir(filepath.Join(w.Dir, store.MediaDir)); err != nil || len(left) != 0 || len(files) != 0 {
		t.Errorf("%d imports and %d files are left, %v", len(left), len(files), err)
	}
}

func TestFullDiskTakesTheImportBack(t *testing.T) {
	w := newWorld(t)
	j := w.job(chat)
	full := inbox.NewError(inbox.CodeStorageFull, "full")
	_, err := j.Run(context.Background(), w.plan(j), func(_ inbox.CustomerID, f *store.NewFile, _, _ string) (store.Sealed, error) {
		return store.Sealed{File: f}, full
	}, now, func(int) {})
	if inbox.CodeOf(err) != inbox.CodeStorageFull || len(w.messages()) != 2 {
		t.Errorf("%v, %d messages", err, len(w.messages()))
	}
}

func TestAllFromTheCustomer(t *testing.T) {
	w := newWorld(t)
	w.run(w.job("20.11.26, 09:01 - Anna: Guten Tag\n"))
	if m := w.messages()[0]; m.Direction != inbox.Inbound || m.Content.Text != "Guten Tag" {
		t.Errorf("%+v", m)
	}
}
