package backup_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tresen/internal/backup"
	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/store"
	"tresen/internal/vault"
)

const passphrase = "vier Wörter am Telefon"

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// shop is a shop that can be copied.
type shop struct {
	*testing.T
	dir      string
	keychain *vault.MemoryKeychain
	vault    *vault.Vault
	store    *store.Store
	now      time.Time
}

func openShop(t *testing.T, dir string, kc *vault.MemoryKeychain) *shop {
	t.Helper()
	s := &shop{T: t, dir: dir, keychain: kc, now: start}
	exists, err := vault.Exists(dir)
	s.must(err)
	if exists {
		s.vault, err = vault.Open(dir, vault.WithKeychain(kc))
	} else {
		s.vault, err = vault.Create(dir, vault.WithKeychain(kc))
	}
	s.must(err)
	s.store, err = store.Open(context.Background(), dir, s.vault)
	s.must(err)
	t.Cleanup(s.close)
	return s
}

func (s *shop) close() {
	s.store.Close()
	s.vault.Close()
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) add(name string) (c store.CustomerRef) {
	s.Helper()
	var picture inbox.MessageID
	s.must(s.store.Update(context.Background(), func(tx *store.Tx) (err error) {
		if c, err = tx.InsertCustomer(inbox.Profile{ProfileName: name}, start); err != nil {
			return err
		}
		if err := tx.NoteIdentity(c, inbox.Identity{WAID: "49171" + name[:1] + "00077"}, start); err != nil && inbox.CodeOf(err) != inbox.CodeInvalid {
			return err
		}
		ref, err := tx.EnsureConversation(c, "1")
		if err != nil {
			return err
		}
		in, err := tx.InsertMessage(store.NewMessage{Conversation: ref, PhoneNumberID: "1", WAMID: inbox.WAMID("wamid." + name), Kind: inbox.KindImage, SentAt: start,
			Content: inbox.Content{Text: "Guten Tag, hier ist " + name, Media: &inbox.Media{ID: "1"}}})
		picture = in.ID
		return err
	}))
	f, err := s.store.CreateFile(c.ID)
	s.must(err)
	defer f.Discard()
	_, err = io.WriteString(f, "Bild von "+name)
	s.must(err)
	s.must(f.Finish())
	s.must(s.store.Update(context.Background(), func(tx *store.Tx) error {
		_, err := tx.KeepFetchedFile(picture, store.Sealed{File: f, Facts: inbox.FileFacts{MIME: "image/jpeg"}, At: start})
		return err
	}))
	return c
}

func (s *shop) names() (names []string) {
	s.Helper()
	people, err := s.store.ListPeople(context.Background())
	s.must(err)
	for _, p := range people {
		names = append(names, p.Profile.ProfileName)
	}
	return names
}

func (s *shop) source() backup.Source {
	return backup.Source{Store: s.store, Vault: s.vault, Secrets: []string{"ad-block"}, Now: func() time.Time { return s.now }, Work: 8}
}

func (s *shop) create(folder string) backup.Info {
	s.Helper()
	info, err := backup.Create(context.Background(), s.source(), folder, passphrase, func(int64, int64) {})
	s.must(err)
	return info
}

func erase(ctx context.Context, s *store.Store, ids []inbox.CustomerID) error {
	e := privacy.New(privacy.Config{Store: s})
	if _, err := e.EraseAll(ctx, ids); err != nil {
		return err
	}
	return e.RunPending(ctx)
}

func restore(t *testing.T, file, pass string, kc *vault.MemoryKeychain) (string, backup.Restored, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "laden")
	r, err := backup.Restore(context.Background(), file, pass,
		backup.Target{Dir: dir, Protector: vault.WithKeychain(kc), Secrets: []string{"ad-block"}, Settle: erase}, func(int64, int64) {})
	return dir, r, err
}

func TestBackupComesBackOnAnotherComputer(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	s.must(s.vault.SetSecret("ad-block", []byte("Sperrschlüssel")))
	s.must(s.vault.SetSecret("access-token", []byte("geheimes Token")))
	s.add("Anna")
	folder := t.TempDir()
	info := s.create(folder)
	file := filepath.Join(folder, info.Name)
	b, err := os.ReadFile(file)
	s.must(err)
	for _, secret := range []string{"Anna", "Bild von", "geheimes Token", "SQLite"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("the backup shows %q", secret)
		}
	}
	kc := vault.NewMemoryKeychain()
	dir, r, err := restore(t, file, passphrase, kc)
	s.must(err)
	if r.Customers != 1 || r.Erased != 0 || !r.CreatedAt.Equal(start) {
		t.Errorf("%+v", r)
	}
	back := openShop(t, dir, kc)
	if names := back.names(); len(names) != 1 || names[0] != "Anna" {
		t.Errorf("people %q", names)
	}
	if v, err := back.vault.Secret("ad-block"); err != nil || string(v) != "Sperrschlüssel" {
		t.Errorf("named secret: %v", err)
	}
	if _, err := back.vault.Secret("access-token"); !errors.Is(err, vault.ErrNotFound) {
		t.Errorf("a token came along: %v", err)
	}
	media, err := os.ReadDir(filepath.Join(dir, store.MediaDir))
	if err != nil || len(media) != 1 {
		t.Errorf("%d media files, %v", len(media), err)
	}
}

func TestRestoreErasesAgainWhomItMust(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	s.add("Anna")
	gone := s.add("Bernd")
	folder := t.TempDir()
	file := filepath.Join(folder, s.create(folder).Name)
	s.must(erase(context.Background(), s.store, []inbox.CustomerID{gone.ID}))
	s.must(backup.WriteErased(context.Background(), s.store, folder))
	kc := vault.NewMemoryKeychain()
	dir, r, err := restore(t, file, passphrase, kc)
	s.must(err)
	if r.Customers != 1 || r.Erased != 1 {
		t.Errorf("%+v", r)
	}
	back := openShop(t, dir, kc)
	if names := back.names(); len(names) != 1 || names[0] != "Anna" {
		t.Errorf("people %q", names)
	}
	if back.vault.HasKey(vault.KeyID(gone.ID)) {
		t.Error("the key of somebody erased is back")
	}
	result, err := privacy.Scan(context.Background(), []string{dir}, [][]byte{[]byte("hier ist Bernd"), []byte("Bild von Bernd")})
	if err != nil || result.Hits != 0 {
		t.Errorf("%d traces, %v", result.Hits, err)
	}
}

func TestRestoreErasesAgainWhoWasRestricted(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	gone, stays := s.add("Bernd"), s.add("Carla")
	s.must(s.store.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.Restrict(gone, 1, start); err != nil {
			return err
		}
		return tx.Restrict(stays, 2, start)
	}))
	folder := t.TempDir()
	file := filepath.Join(folder, s.create(folder).Name)
	s.must(erase(t.Context(), s.store, []inbox.CustomerID{gone.ID}))
	s.must(backup.WriteErased(t.Context(), s.store, folder))
	kc := vault.NewMemoryKeychain()
	dir, r, err := restore(t, file, passphrase, kc)
	s.must(err)
	back := openShop(t, dir, kc)
	if r.Customers != 1 || r.Erased != 1 || back.vault.HasKey(vault.KeyID(gone.ID)) {
		t.Errorf("%+v", r)
	}
	list, err := back.store.ListRestricted(t.Context())
	if s.must(err); len(list) != 1 || list[0].Customer != stays.ID {
		t.Errorf("restricted after the restore: %+v", list)
	}
}

func TestListOnThisComputerIsEnough(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	gone := s.add("Bernd")
	folder := t.TempDir()
	file := filepath.Join(folder, s.create(folder).Name)
	s.must(os.Remove(filepath.Join(folder, backup.ErasedName)))
	dir := filepath.Join(t.TempDir(), "laden")
	r, err := backup.Restore(context.Background(), file, passphrase,
		backup.Target{Dir: dir, Protector: vault.WithKeychain(vault.NewMemoryKeychain()), Local: [][32]byte{store.ErasedDigest(gone.ID)}, Settle: erase}, func(int64, int64) {})
	if err != nil || r.Erased != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestRestoreThatFailsLeavesNothing(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	s.add("Anna")
	folder := t.TempDir()
	file := filepath.Join(folder, s.create(folder).Name)
	whole, err := os.ReadFile(file)
	s.must(err)
	for name, change := range map[string]func([]byte) []byte{
		"a byte changed": func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"cut off":        func(b []byte) []byte { return b[:len(b)*2/3] },
		"empty":          func([]byte) []byte { return nil },
		"something else": func([]byte) []byte { return []byte("das ist keine Sicherung") },
	} {
		s.must(os.WriteFile(file, change(bytes.Clone(whole)), 0o600))
		kc := vault.NewMemoryKeychain()
		dir, _, err := restore(t, file, passphrase, kc)
		if inbox.CodeOf(err) != inbox.CodeStorageDamaged {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := filepath.Glob(dir + "*"); len(left) != 0 {
			t.Errorf("%s: left %d", name, len(left))
		}
	}
	s.must(os.WriteFile(file, whole, 0o600))
	if _, _, err := restore(t, file, "etwas ganz anderes", vault.NewMemoryKeychain()); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("wrong passphrase: %v", err)
	}
	failing := func(context.Context, *store.Store, []inbox.CustomerID) error { return errors.New("no") }
	dir := filepath.Join(t.TempDir(), "laden")
	people, err := s.store.ListPeople(context.Background())
	s.must(err)
	_, err = backup.Restore(context.Background(), file, passphrase,
		backup.Target{Dir: dir, Protector: vault.WithKeychain(vault.NewMemoryKeychain()), Local: [][32]byte{store.ErasedDigest(people[0].ID)}, Settle: failing}, func(int64, int64) {})
	if ok, _ := vault.Exists(dir); err == nil || ok {
		t.Errorf("restored although somebody could not be erased again: %v", err)
	}
	if _, err := backup.Restore(context.Background(), file, passphrase, backup.Target{Dir: s.dir, Protector: vault.WithKeychain(s.keychain), Settle: erase}, nil); inbox.CodeOf(err) != inbox.CodeConflict {
		t.Errorf("over a shop: %v", err)
	}
}

func TestRestoreTest(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	s.add("Anna")
	folder, scratch := t.TempDir(), t.TempDir()
	file := filepath.Join(folder, s.create(folder).Name)
	r, err := backup.Test(context.Background(), file, passphrase, scratch, func(int64, int64) {})
	if err != nil || r.Customers != 1 || r.Parts < 3 {
		t.Errorf("%+v, %v", r, err)
	}
	if left, _ := os.ReadDir(scratch); len(left) != 0 {
		t.Errorf("%d left", len(left))
	}
}

func TestCancelledBackupLeavesNothing(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	s.add("Anna")
	folder := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	_, err := backup.Create(ctx, s.source(), folder, passphrase, func(int64, int64) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("%d left", len(left))
	}
	if _, err := backup.Create(context.Background(), s.source(), folder, "kurz", nil); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("short passphrase: %v", err)
	}
}

// What a killed backup left goes with the next one, and nothing else does.
func TestHalfABackupGoesWithTheNextOne(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	s.add("Anna")
	folder := t.TempDir()
	for _, name := range []string{
		"20261121T080000Z.tresen-backup.part", "erased.tresen-backup.part",
		"Fotos.tresen-backup.part", "20261121T080000Z.part", "20261121T080000Z.tresen-backup.part.bak", "Angebot.part",
	} {
		s.must(os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	s.must(os.Mkdir(filepath.Join(folder, "20261120T080000Z.tresen-backup.part"), 0o700))
	info := s.create(folder)
	left, err := os.ReadDir(folder)
	s.must(err)
	var names []string
	for _, e := range left {
		names = append(names, e.Name())
	}
	want := []string{"20261120T080000Z.tresen-backup.part", "20261121T080000Z.part", "20261121T080000Z.tresen-backup.part.bak", info.Name, "Angebot.part", "Fotos.tresen-backup.part", backup.ErasedName}
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("in the folder: %q, want %q", names, want)
	}
	if err := backup.TidyFolder(filepath.Join(folder, "stick")); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("folder that is not there: %v", err)
	}
}

func TestOnlyAFewBackupsStay(t *testing.T) {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	folder := t.TempDir()
	s.must(os.WriteFile(filepath.Join(folder, "Urlaub.jpg"), nil, 0o600))
	for _, age := range []time.Duration{40 * 24 * time.Hour, 5 * 24 * time.Hour, 3 * 24 * time.Hour, 2 * 24 * time.Hour, 0} {
		s.now = start.Add(-age)
		s.create(folder)
	}
	removed, err := backup.Prune(folder, backup.DefaultLimits, start)
	if err != nil || removed != 2 {
		t.Errorf("removed %d, %v", removed, err)
	}
	list, err := backup.List(folder)
	if err != nil || len(list) != 3 || !list[0].At.Equal(start) {
		t.Errorf("%+v, %v", list, err)
	}
	if removed, err := backup.Prune(folder, backup.DefaultLimits, start.AddDate(1, 0, 0)); err != nil || removed != 2 {
		t.Errorf("a year later: removed %d, %v", removed, err)
	}
	if _, err := os.Stat(filepath.Join(folder, "Urlaub.jpg")); err != nil {
		t.Error("somebody else's file is gone")
	}
}
