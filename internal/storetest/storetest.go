// Package storetest opens a temporary database with a vault in memory, for
// tests of the packages that use a store. It must not be imported by the program.
package storetest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"tresen/internal/store"
	"tresen/internal/vault"
)

// Folder is a data folder of a test: its database and what is needed to open it again.
type Folder struct {
	Dir      string
	Keychain *vault.MemoryKeychain
	Vault    *vault.Vault
	Store    *store.Store
}

// Open makes an empty data folder that is gone after the test.
func Open(t testing.TB) *Folder {
	t.Helper()
	f := &Folder{Dir: t.TempDir(), Keychain: vault.NewMemoryKeychain()}
	v, err := vault.Create(f.Dir, vault.WithKeychain(f.Keychain))
	if err != nil {
		t.Fatalf("create vault: %v", err)
	}
	f.Vault = v
	Empty(t, f.Dir)
	f.open(t)
	t.Cleanup(f.close)
	return f
}

// Empty puts a database with all tables and nothing in them into a folder.
func Empty(t testing.TB, dir string) {
	t.Helper()
	empty, err := migrated()
	if err != nil {
		t.Fatalf("make an empty database: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, store.FileName), empty, 0o600); err != nil {
		t.Fatal(err)
	}
}

// migrated is an empty database with all tables. Making them anew for each test
// would cost more than most tests do.
var migrated = sync.OnceValues(func() (b []byte, err error) {
	dir, err := os.MkdirTemp("", "storetest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, store.FileName)
	if err := store.WriteEmpty(context.Background(), path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Reopen closes the folder and opens it again, as a restart does.
func (f *Folder) Reopen(t testing.TB) {
	t.Helper()
	f.close()
	v, err := vault.Open(f.Dir, vault.WithKeychain(f.Keychain))
	if err != nil {
		t.Fatalf("open vault: %v", err)
	}
	f.Vault = v
	f.open(t)
}

func (f *Folder) open(t testing.TB) {
	t.Helper()
	s, err := store.Open(context.Background(), f.Dir, f.Vault)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	f.Store = s
}

func (f *Folder) close() {
	if f.Store != nil {
		f.Store.Close()
		f.Store = nil
	}
	f.Vault.Close()
}
