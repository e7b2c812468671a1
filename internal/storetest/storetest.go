// Package storetest opens a temporary database with a vault in memory, for
// tests of the packages that use a store. It must not be imported by the program.
package storetest

import (
	"context"
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
	f.open(t)
	t.Cleanup(f.close)
	return f
}

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
