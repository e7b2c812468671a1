package openformat_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"tresen/internal/backup"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/openformat"
	"tresen/internal/store"
	"tresen/internal/storetest"
	"tresen/internal/vault"
)

var start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

const passphrase = "vier Wörter am Telefon"

// world is a shop that holds a bit of everything.
type world struct {
	*testing.T
	*storetest.Folder
	people []inbox.CustomerID
}

func newWorld(t *testing.T, people int) *world {
	t.Helper()
	w := &world{T: t, Folder: storetest.Open(t)}
	w.update(w.shop)
	for i := range people {
		w.person(i)
	}
	w.update(func(tx *store.Tx) error {
		if err := tx.SetDifferent(w.people[0], w.people[2]); err != nil {
			return err
		}
		return tx.Join(w.people[0], w.people[1], start)
	})
	w.archive()
	return w
}

func (w *world) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) update(fn func(*store.Tx) error) {
	w.Helper()
	w.check(w.Store.Update(context.Background(), fn))
}

func (w *world) shop(tx *store.Tx) error {
	_, errLabel := tx.InsertLabel(inbox.Label{Name: "Stammkundin", Colour: "blue"})
	_, errColleague := tx.InsertColleague("Jan")
	_, errSnippet := tx.InsertSnippet(inbox.Snippet{Name: "gruss", Text: "Guten Tag"})
	_, errLog := tx.AppendLog(start, "backup", map[string]int{"bytes": 7})
	return errors.Join(errLabel, errColleague, errSnippet, errLog,
		tx.PutTemplate(inbox.Template{ID: "77", Name: "termin", Body: "Ihr Termin", Examples: map[string]string{"1": "Montag"}}),
		tx.SetSetting("shop_details", []byte(`{"brand":"Blumen Müller"}`)), tx.SetSetting("profile_picture", []byte{0xff, 0xd8, 0}),
		tx.SetSetting("account", []byte(`{"geheim":"Konto"}`)), tx.SetSetting("unfinished_files", []byte(`["/home/geheim/.tresen-1"]`)),
		tx.KeepWebsiteNotice(inbox.WebsiteNotice{ID: "W1-ABCD", Text: "Hinweis", KeptAt: start}),
		tx.InsertNotice(inbox.AccountNotice{Event: "Hinweis von Meta", At: start, Key: "k"}))
}

func (w *world) file(owner inbox.CustomerID, plain string) *store.NewFile {
	w.Helper()
	f, err := w.Store.CreateFile(owner)
	w.check(err)
	_, err = io.WriteString(f, plain)
	w.check(err)
	w.check(f.Finish())
	return f
}

func (w *world) person(n int) {
	w.Helper()
	register := consent.New(make([]byte, 32))
	var ref store.ConversationRef
	var picture inbox.MessageID
	w.update(func(tx *store.Tx) error {
		c, err := tx.InsertCustomer(inbox.Profile{ShopName: fmt.Sprint("Person ", n), ProfileName: "<b>Käthe</b>"}, start)
		if err != nil {
			return err
		}
		w.people = append(w.people, c.ID)
		if err := tx.NoteIdentity(c, inbox.Identity{WAID: fmt.Sprintf("49171392%04d", n), BSUID: fmt.Sprint("DE.", 100+n)}, start); err != nil {
			return err
		}
		if ref, err = tx.EnsureConversation(c, "106540352242922"); err != nil {
			return err
		}
		d := consent.Declaration{Purpose: consent.PurposeNews, Act: consent.ActConfirmed, At: start, Wording: consent.Wording{Text: "Ja, ich möchte …"}}
		d.Origin, d.Witness = consent.OriginPaper, "Frau Müller"
		if err := register.Declare(tx, c, d); err != nil {
			return err
		}
		for i, content := range []inbox.Content{
			{Text: "Guten Tag \u2028 🥨"}, {Location: &inbox.Location{Latitude: 49.79, Longitude: -9.95, Name: "Würzburg"}},
			{Media: &inbox.Media{ID: "1", FileName: "Strauß.jpg", SHA256: []byte{1, 2}, Caption: "für Sie"}},
			{Contacts: []inbox.Card{{Name: "Ihre Schwester", Phones: []string{"+491700000000"}}}, Context: &inbox.Context{WAMID: "wamid.x"}},
		} {
			in, err := tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "106540352242922", WAMID: inbox.WAMID(fmt.Sprint("wamid.", n, ".", i)),
				Kind: []inbox.MessageKind{"text", "location", "image", "contacts"}[i], SentAt: start.Add(time.Duration(i) * time.Minute), Content: content})
			if err != nil {
				return err
			}
			if content.Media != nil {
				picture = in.ID
			}
		}
		_, errNote := tx.InsertNote(c.ID, start, "mag Pfingstrosen")
		text, errText := tx.KeepAutomaticText(store.AutomaticText{At: start, Text: "Verantwortlich ist Blumen Müller.", Version: "2026-11"})
		errAutomatic := errors.Join(errText, tx.NoteAutomaticSend(c, store.AutomaticSend{Kind: "notice", At: start, Message: picture, Text: text}))
		return errors.Join(errNote, errAutomatic, tx.SetLabels(c.ID, []inbox.LabelID{1}), tx.SaveDraft(ref, inbox.Draft{Text: "Entwurf", ReplyTo: picture}),
			tx.SetReminder(ref, start.AddDate(0, 0, 1), "zurückrufen"), tx.SetPreference(c, "marketing", false, start),
			tx.InsertVersion(ref, picture, start, inbox.Content{Text: "vorher"}), tx.MarkSensitive(picture, true, start),
			tx.SetReaction(ref, picture, "1", "wamid.r", inbox.Reaction{Emoji: "🌷", At: start}), tx.SetMatter(ref.ID, store.Matter{Kind: "order"}),
			tx.RecordShownNotice(c, inbox.ShownNotice{ID: "W1-ABCD", At: start}), tx.NoteConsentUse(c, "news", start, picture),
			tx.SaveTranslation(ref, picture, inbox.Translation{Text: "for you", From: "de", To: "en"}))
	})
	sealed := store.Sealed{File: w.file(ref.Customer.ID, strings.Repeat("Bild von Käthe ", 9000)), Thumb: w.file(ref.Customer.ID, "klein"),
		Facts: inbox.FileFacts{MIME: "image/jpeg", Width: 3}, At: start}
	defer sealed.Discard()
	w.update(func(tx *store.Tx) error {
		if _, err := tx.KeepFetchedFile(picture, sealed); err != nil {
			return err
		}
		id, err := tx.BeginImport(ref.ID, start)
		if err != nil {
			return err
		}
		_, err = tx.InsertImported(id, store.NewMessage{Conversation: ref, Kind: inbox.KindText, SentAt: start.AddDate(-1, 0, 0), Content: inbox.Content{Text: "von früher"}})
		return errors.Join(err, tx.EndImport(id))
	})
}

func (w *world) archive() {
	w.Helper()
	entry, err := w.Store.NewArchived()
	w.check(err)
	defer entry.Discard()
	name, err := entry.AddFile(strings.NewReader("Rechnung"))
	w.check(err)
	w.update(func(tx *store.Tx) error {
		_, err := tx.Archive(entry, store.Archived{Class: "letter", StartsAt: start, EndsAt: start.AddDate(6, 0, 0), Messages: 1}, 0, map[string]string{"file": name})
		return err
	})
}

func (w *world) export(s *store.Store, pass string) (path string, c openformat.Counts) {
	w.Helper()
	path = filepath.Join(w.TempDir(), "Export.zip")
	f, err := os.Create(path)
	w.check(err)
	c, err = openformat.Write(context.Background(), f, s, openformat.Options{Passphrase: pass, Generator: "Test", Now: start, Progress: func(int, int) {}})
	w.check(errors.Join(err, f.Close()))
	return path, c
}

func settle(context.Context, *store.Store, *vault.Vault, []byte) error { return nil }

func read(t *testing.T, file, pass string, gone ...[32]byte) (string, *vault.MemoryKeychain, backup.Restored, error) {
	t.Helper()
	kc, dir := vault.NewMemoryKeychain(), filepath.Join(t.TempDir(), "laden")
	r, err := openformat.Read(context.Background(), file, pass,
		openformat.Target{Dir: dir, Protector: vault.WithKeychain(kc), Local: gone, Settle: settle, Progress: func(int, int) {}})
	return dir, kc, r, err
}

func (w *world) reopen(dir string, kc *vault.MemoryKeychain) *store.Store {
	w.Helper()
	v, err := vault.Open(dir, vault.WithKeychain(kc))
	w.check(err)
	s, err := store.Open(context.Background(), dir, v)
	w.check(err)
	w.Cleanup(func() { s.Close(); v.Close() })
	return s
}

// contents are the parts of an open export, without the manifest.
func (w *world) contents(path string) map[string]string {
	w.Helper()
	z, err := zip.OpenReader(path)
	w.check(err)
	defer z.Close()
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		w.check(err)
		b, err := io.ReadAll(r)
		w.check(errors.Join(err, r.Close()))
		all[f.Name] = string(b)
	}
	return all
}

func TestEverythingComesBackAsItWas(t *testing.T) {
	w := newWorld(t, 4)
	for _, pass := range []string{"", passphrase} {
		path, c := w.export(w.Store, pass)
		if c.Customers != 4 || c.Messages != 20 || c.Files != 9 {
			t.Errorf("counts %+v", c)
		}
		dir, kc, r, err := read(t, path, pass)
		w.check(err)
		if r.Customers != 4 || r.Erased != 0 {
			t.Errorf("restored %+v", r)
		}
		plain, _ := w.export(w.Store, "")
		again, _ := w.export(w.reopen(dir, kc), "")
		before, after := w.contents(plain), w.contents(again)
		for name, content := range before {
			if name != "manifest.json" && after[name] != content {
				t.Errorf("%s was\n%.600s\nis\n%.600s", name, content, after[name])
			}
		}
		if len(before) != len(after) {
			t.Errorf("%d parts were, %d are", len(before), len(after))
		}
	}
}

func TestExportFitsItsSchemaAndKeepsSecrets(t *testing.T) {
	w := newWorld(t, 3)
	path, _ := w.export(w.Store, "")
	all := w.contents(path)
	var schema any
	w.check(json.Unmarshal(openformat.Schema, &schema))
	c := jsonschema.NewCompiler()
	w.check(c.AddResource("schema.json", schema))
	valid := func(ref, what, text string) {
		t.Helper()
		s, err := c.Compile(ref)
		w.check(err)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		w.check(err)
		if err := s.Validate(v); err != nil {
			t.Errorf("%s: %v\n%s", what, err, text)
		}
	}
	valid("schema.json", "manifest", all["manifest.json"])
	lines := 0
	for _, table := range store.WholeTables() {
		for line := range strings.Lines(all["data/"+table+".jsonl"]) {
			valid("schema.json#/$defs/"+table, table, line)
			lines++
		}
	}
	if lines < 60 {
		t.Errorf("only %d lines", lines)
	}
	whole := fmt.Sprint(all)
	if strings.Contains(whole, "geheim") || strings.Contains(whole, "key_names") || !strings.Contains(whole, "Ja, ich möchte") || !strings.Contains(whole, "Blumen Müller") {
		t.Error("secrets go along, or what should is missing")
	}
	sealed, _ := w.export(w.Store, passphrase)
	b, err := os.ReadFile(sealed)
	w.check(err)
	if bytes.Contains(b, []byte("Käthe")) || bytes.Contains(b, []byte("491713920001")) {
		t.Error("an encrypted export is readable")
	}
}

func TestErasedPeopleDoNotComeBack(t *testing.T) {
	w := newWorld(t, 3)
	path, _ := w.export(w.Store, "")
	gone := store.ErasedDigest(w.people[0])
	dir, kc, r, err := read(t, path, "", gone)
	w.check(err)
	if r.Customers != 2 || r.Erased != 1 {
		t.Errorf("restored %+v", r)
	}
	again, c := w.export(w.reopen(dir, kc), "")
	if c.Customers != 2 || c.Files != 5 || strings.Contains(fmt.Sprint(w.contents(again)), "491713920000") {
		t.Errorf("somebody erased is back: %+v", c)
	}
	w.update(func(tx *store.Tx) error { return nil })
	_, err = w.Store.BeginErasure(context.Background(), w.people[1], start)
	w.check(err)
	_, c = w.export(w.Store, "")
	if c.Customers != 2 {
		t.Errorf("somebody who is being erased is exported: %+v", c)
	}
}

func TestReadThatFailsLeavesNothing(t *testing.T) {
	w := newWorld(t, 3)
	path, _ := w.export(w.Store, "")
	all := w.contents(path)
	repack := func(change func(map[string]string)) string {
		files := map[string]string{}
		for name, content := range all {
			files[name] = content
		}
		change(files)
		out := filepath.Join(t.TempDir(), "x.zip")
		f, err := os.Create(out)
		w.check(err)
		z := zip.NewWriter(f)
		for name, content := range files {
			part, err := z.Create(name)
			w.check(err)
			_, err = io.WriteString(part, content)
			w.check(err)
		}
		w.check(errors.Join(z.Close(), f.Close()))
		return out
	}
	text := filepath.Join(t.TempDir(), "x.zip")
	w.check(os.WriteFile(text, []byte("das ist kein Export"), 0o600))
	sealed, _ := w.export(w.Store, passphrase)
	for name, test := range map[string]struct {
		file, pass string
		code       inbox.Code
	}{
		"something else":     {text, "", inbox.CodeInvalid},
		"without passphrase": {sealed, "", inbox.CodeInvalid},
		"wrong passphrase":   {sealed, "etwas ganz anderes", inbox.CodeInvalid},
		"no manifest":        {repack(func(f map[string]string) { delete(f, "manifest.json") }), "", inbox.CodeInvalid},
		"a newer one": {repack(func(f map[string]string) {
			f["manifest.json"] = strings.Replace(f["manifest.json"], `"version": 1`, `"version": 2`, 1)
		}), "", inbox.CodeStorageNewer},
		"a text changed": {repack(func(f map[string]string) {
			f["data/note.jsonl"] = strings.Replace(f["data/note.jsonl"], "Pfingst", "Stock", 1)
		}), "", inbox.CodeStorageDamaged},
		"a table missing":     {repack(func(f map[string]string) { delete(f, "data/message.jsonl") }), "", inbox.CodeStorageDamaged},
		"lines that are none": {repack(func(f map[string]string) { f["data/label.jsonl"] = "}{\n" }), "", inbox.CodeStorageDamaged},
	} {
		dir, _, _, err := read(t, test.file, test.pass)
		if inbox.CodeOf(err) != test.code {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := filepath.Glob(dir + "*"); len(left) != 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
	if _, err := openformat.Read(context.Background(), path, "", openformat.Target{Dir: w.Dir}); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("over a shop: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	dir := filepath.Join(t.TempDir(), "laden")
	_, err := openformat.Read(ctx, path, "", openformat.Target{Dir: dir, Protector: vault.WithKeychain(vault.NewMemoryKeychain()), Settle: settle,
		Progress: func(int, int) { cancel() }})
	if left, _ := filepath.Glob(dir + "*"); !errors.Is(err, context.Canceled) || len(left) != 0 {
		t.Errorf("cancelled: %v, left %v", err, left)
	}
}

// What an export may claim is checked: a hostile one changes nothing.
func TestHostileRecords(t *testing.T) {
	for name, line := range map[string]string{
		"an unknown column":   `{"labelId":9,"place":1,"colour":"blue","name":"x","evil":1}`,
		"a wrong type":        `{"labelId":"x","place":1,"colour":"blue","name":"x"}`,
		"a number for a text": `{"labelId":9,"place":1,"colour":"blue","name":7}`,
		"a missing column":    `{"labelId":9,"place":1,"colour":"blue"}`,
	} {
		f := storetest.Open(t)
		w, err := f.Store.BeginWhole(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(line))
		d.UseNumber()
		var record map[string]any
		if err := d.Decode(&record); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(context.Background(), "label", []map[string]any{record}); err == nil {
			t.Errorf("%s was taken", name)
		}
		if err := w.Add(context.Background(), "sqlite_master", []map[string]any{{}}); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("a table of SQLite: %v", err)
		}
	}
}

// An export never holds what is about another computer; one that does brings
// neither its connection nor its PINs along.
func TestForgedSettingsStayOut(t *testing.T) {
	f := storetest.Open(t)
	w, err := f.Store.BeginWhole(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	setting := func(name string) map[string]any {
		return map[string]any{"name": name, "value": map[string]any{"json": map[string]any{"forged": true}}}
	}
	for _, name := range []string{"account", "counter", "backup", "guide", "unfinished_files"} {
		if err := w.Add(context.Background(), "setting", []map[string]any{setting(name)}); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Store.Setting(context.Background(), name); inbox.CodeOf(err) != inbox.CodeNotFound {
			t.Errorf("%s came in: %v", name, err)
		}
	}
	if err := w.Add(context.Background(), "setting", []map[string]any{setting("shop_details")}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Store.Setting(context.Background(), "shop_details"); err != nil {
		t.Errorf("the shop's details: %v", err)
	}
}

// Whose data are only stored is in the export and marked, and only stored where
// it is brought back (Art. 18 GDPR).
func TestRestrictedPeopleStayRestricted(t *testing.T) {
	w := newWorld(t, 3)
	people, err := w.Store.ListCustomers(context.Background())
	w.check(err)
	w.update(func(tx *store.Tx) error {
		c, err := tx.FindCustomer(people[1])
		if err != nil {
			return err
		}
		return tx.Restrict(c, 1, start)
	})
	path, counts := w.export(w.Store, "")
	marked := fmt.Sprintf(`"restrictedAtMs":%d`, start.UnixMilli())
	if content := w.contents(path)["data/customer.jsonl"]; counts.Customers != 3 || counts.Messages != 15 || strings.Count(content, marked) != 1 {
		t.Errorf("%+v, %s", counts, content)
	}
	dir, kc, _, err := read(t, path, "")
	w.check(err)
	s := w.reopen(dir, kc)
	for i, id := range people {
		_, err := s.Customer(context.Background(), id)
		if restricted := err != nil && inbox.CodeOf(err) == inbox.CodeRestricted; restricted != (i == 1) || err != nil && !restricted {
			t.Errorf("customer %d: %v", i, err)
		}
	}
	since, err := s.Restriction(context.Background(), people[1])
	if err != nil || !since.Since.Equal(start) || since.Case != 1 {
		t.Errorf("restricted since %+v, %v", since, err)
	}
	if list, err := s.ListView(context.Background(), store.Filter{View: store.ViewOpen, Now: start}, store.Place{}, 10); err != nil || len(list) != 2 {
		t.Errorf("%d in the list, %v", len(list), err)
	}
}

func TestExportCanBeCancelled(t *testing.T) {
	w := newWorld(t, 3)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := openformat.Write(ctx, io.Discard, w.Store, openformat.Options{Now: start, Progress: func(int, int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := openformat.Write(context.Background(), io.Discard, w.Store, openformat.Options{Passphrase: "kurz"}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("short passphrase: %v", err)
	}
}

// Who objected and was erased stays blocked where an encrypted export is
// brought back; one in the clear holds nothing her number could be guessed from.
func TestBlockedPeopleStayBlocked(t *testing.T) {
	w := newWorld(t, 3)
	key, lookup := bytes.Repeat([]byte{7}, 32), [32]byte{1, 2, 3}
	w.update(func(tx *store.Tx) error { return tx.AddAdBlock(lookup, start) })
	for pass, there := range map[string]bool{"": false, passphrase: true} {
		path := filepath.Join(t.TempDir(), "Export.zip")
		f, err := os.Create(path)
		w.check(err)
		_, err = openformat.Write(context.Background(), f, w.Store, openformat.Options{Passphrase: pass, BlockKey: key, Generator: "Test", Now: start, Progress: func(int, int) {}})
		w.check(errors.Join(err, f.Close()))
		if !there {
			for name, content := range w.contents(path) {
				if strings.Contains(content, hex.EncodeToString(key)) || strings.Contains(content, hex.EncodeToString(lookup[:])) {
					t.Errorf("%s holds the key or the list in the clear", name)
				}
			}
		}
		got, blocked := []byte(nil), false
		_, err = openformat.Read(context.Background(), path, pass, openformat.Target{
			Dir: filepath.Join(t.TempDir(), "laden"), Protector: vault.WithKeychain(vault.NewMemoryKeychain()), Progress: func(int, int) {},
			Settle: func(ctx context.Context, s *store.Store, _ *vault.Vault, key []byte) error {
				got = key
				return s.Update(ctx, func(tx *store.Tx) (err error) {
					blocked, err = tx.AdBlocked(lookup)
					return err
				})
			},
		})
		if w.check(err); bytes.Equal(got, key) != there || blocked != there || !there && got != nil {
			t.Errorf("passphrase %v: key %x, blocked %v", there, got, blocked)
		}
	}
}
