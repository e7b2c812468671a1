package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

func TestOpenMakesAndFindsAgain(t *testing.T) {
	for name, dir := range map[string]string{"plain": "data", "odd name": "50% #1 ? ä&b=c"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), dir)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			f := newFolder(t, dir)
			f.open(t)
			_, ref := f.say(t, 1, 1, "Guten Tag")
			f.reopen(t)
			if got := f.page(t, Span{Conversation: ref.ID, Limit: 10}); len(got) != 1 || got[0] != "Guten Tag" {
				t.Errorf("after opening again: %q", got)
			}
			info, err := os.Stat(f.path())
			if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("database file: mode %v, %v", info.Mode(), err)
			}
		})
	}
}

func TestOpenSetsWhatTheGuaranteesRestOn(t *testing.T) {
	f := openFolder(t)
	for _, kind := range []string{"writer", "reader"} {
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "temp_store": "2",
			"trusted_schema": "0", "cell_size_check": "1", "mmap_size": "0", "journal_size_limit": "0",
		} {
			var got string
			ask := func(db *connection) error { return db.queryRow("PRAGMA " + pragma).Scan(&got) }
			var err error
			if kind == "writer" {
				err = f.store.exclusive(context.Background(), ask)
			} else {
				err = f.store.read(context.Background(), ask)
			}
			if err != nil || got != want {
				t.Errorf("%s: %s is %q, %v; want %q", kind, pragma, got, err, want)
			}
		}
	}
	err := f.store.read(context.Background(), func(db *connection) error {
		_, err := db.exec("DELETE FROM message")
		return wrap("write", err)
	})
	wantCode(t, err, inbox.CodeStorageReadOnly)
}

// foreign runs SQL on the file without this package.
func foreign(t testing.TB, path string, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
}

func checksum(t testing.TB, path string) [32]byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(b)
}

func TestOpenRefusesAndLeavesAlone(t *testing.T) {
	stranger := func(t *testing.T, f *folder) {
		v, err := vault.Create(t.TempDir(), vault.WithKeychain(vault.NewMemoryKeychain()))
		if err != nil {
			t.Fatal(err)
		}
		f.vault = v
	}
	tests := map[string]struct {
		spoil func(t *testing.T, f *folder)
		want  inbox.Code
	}{
		"newer database": {func(t *testing.T, f *folder) { foreign(t, f.path(), "PRAGMA user_version = 99") }, inbox.CodeStorageNewer},
		"another program's application id": {func(t *testing.T, f *folder) {
			foreign(t, f.path(), "PRAGMA application_id = 77")
		}, inbox.CodeStorageDamaged},
		"another program's tables": {func(t *testing.T, f *folder) {
			os.Remove(f.path())
			foreign(t, f.path(), "CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('Apfelkuchen')")
		}, inbox.CodeStorageDamaged},
		"vault of another folder": {stranger, inbox.CodeKeyMissing},
		"database from before an erasure": {func(t *testing.T, f *folder) {
			if _, err := f.vault.AddLookupGeneration(); err != nil {
				t.Fatal(err)
			}
			if _, _, err := f.vault.Destroy(nil, f.vault.LookupGen()); err != nil {
				t.Fatal(err)
			}
		}, inbox.CodeKeyMissing},
		"key names gone": {func(t *testing.T, f *folder) { foreign(t, f.path(), "DELETE FROM setting") }, inbox.CodeStorageDamaged},
		"not a database": {func(t *testing.T, f *folder) {
			if err := os.WriteFile(f.path(), bytes.Repeat([]byte("keine Datenbank "), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
		}, inbox.CodeStorageDamaged},
		"header overwritten": {func(t *testing.T, f *folder) { overwrite(t, f.path(), 0, 100) }, inbox.CodeStorageDamaged},
		"file cut": {func(t *testing.T, f *folder) {
			if err := os.Truncate(f.path(), 3*4096); err != nil {
				t.Fatal(err)
			}
		}, inbox.CodeStorageDamaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := openFolder(t)
			f.say(t, 1, 1, "Guten Tag")
			f.close()
			test.spoil(t, f)
			before := checksum(t, f.path())
			_, err := Open(context.Background(), f.dir, f.vault)
			wantCode(t, err, test.want)
			if checksum(t, f.path()) != before {
				t.Error("the file was changed")
			}
			if strings.Contains(err.Error(), f.dir) {
				t.Errorf("the error names the folder: %v", err)
			}
		})
	}
}

// overwrite fills part of a file with bytes that are no database page.
func overwrite(t testing.TB, path string, from, n int64) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt(bytes.Repeat([]byte{0xA7}, int(n)), from); err != nil {
		t.Fatal(err)
	}
}

func TestDamagedPageIsReportedAndCostsOnlyItself(t *testing.T) {
	f := openFolder(t)
	var first ConversationRef
	for n := range 40 {
		_, ref := f.say(t, n, n, fmt.Sprint(n, strings.Repeat(" viel Text", 200)))
		if n == 0 {
			first = ref
		}
	}
	root := 0
	err := f.store.read(context.Background(), func(db *connection) error {
		return db.queryRow("SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf' ORDER BY path LIMIT 1").Scan(&root)
	})
	if err != nil {
		t.Fatal(err)
	}
	f.close()
	overwrite(t, f.path(), int64(root-1)*4096, 4096)
	f.open(t)
	_, err = f.store.ListMessages(context.Background(), Span{Conversation: first.ID, Limit: 10})
	wantCode(t, err, inbox.CodeStorageDamaged)
	in, ref := f.say(t, 39, 100, "geht noch")
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 1}); !in.New || len(got) != 1 || got[0] != "geht noch" {
		t.Errorf("another conversation: %q", got)
	}
}

func TestOpenWhileAnotherProgramWrites(t *testing.T) {
	f := openFolder(t)
	f.close()
	other, err := sql.Open("sqlite", "file:"+f.path()+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(context.Background(), f.dir, f.vault, 50*time.Millisecond)
	wantCode(t, err, inbox.CodeStorageLocked)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	f.open(t)

	// The same while it is open: nothing is kept and nothing is lost.
	if tx, err = other.Begin(); err != nil {
		t.Fatal(err)
	}
	err = f.store.Update(context.Background(), func(tx *Tx) error { return tx.SetSetting("a", []byte("b")) })
	wantCode(t, err, inbox.CodeStorageLocked)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if in, _ := f.say(t, 1, 1, "danach"); !in.New {
		t.Error("not written after the lock was gone")
	}
}

func TestFullDiskLosesNothing(t *testing.T) {
	f := openFolder(t)
	limit := func(pages int) {
		t.Helper()
		err := f.store.exclusive(context.Background(), func(db *connection) error {
			_, err := db.conn.ExecContext(context.Background(), fmt.Sprintf("PRAGMA max_page_count = %d", pages))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, ref := f.say(t, 1, 0, "vorher")
	limit(1) // SQLite raises it to the present size: no page can be added
	kept := 1
	var err error
	for n := 1; err == nil; n++ {
		err = f.store.Update(context.Background(), func(tx *Tx) error {
			_, err := tx.InsertMessage(text(ref, n, fmt.Sprint("voll ", n, strings.Repeat(".", 500))))
			return err
		})
		if err == nil {
			kept++
		}
	}
	wantCode(t, err, inbox.CodeStorageFull)
	limit(1 << 30)
	f.say(t, 1, 100_000, "nachher")
	f.reopen(t)
	if got := f.page(t, Span{Conversation: ref.ID, Limit: 1000}); len(got) != kept+1 || got[kept] != "nachher" {
		t.Errorf("%d messages, want %d", len(got), kept+1)
	}
}

func TestClosedStoreSaysSo(t *testing.T) {
	f := openFolder(t)
	s := f.store
	f.close()
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	wantCode(t, s.Update(context.Background(), func(*Tx) error { return nil }), inbox.CodeInternal)
	_, err := s.ListConversations(context.Background(), Position{}, 1)
	wantCode(t, err, inbox.CodeInternal)
}
