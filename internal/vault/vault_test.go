package vault

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// testPassphrase protects with costs that let tests run in milliseconds.
func testPassphrase(pass string) Protector {
	p := WithPassphrase([]byte(pass))
	p.params = argonParams{memoryKiB: 64, passes: 1, threads: 1}
	return p
}

func mustCreate(t testing.TB, dir string, p Protector, opts ...Option) *Vault {
	t.Helper()
	v, err := Create(dir, p, opts...)
	if err != nil {
		t.Fatalf("Create: %v", err)
	}
	t.Cleanup(v.Close)
	return v
}

func mustOpen(t testing.TB, dir string, p Protector, opts ...Option) *Vault {
	t.Helper()
	v, err := Open(dir, p, opts...)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(v.Close)
	return v
}

func mustCustomer(t testing.TB, v *Vault) KeyID {
	t.Helper()
	id, err := v.NewCustomerKey(context.Background())
	if err != nil {
		t.Fatalf("NewCustomerKey: %v", err)
	}
	return id
}

func mustSeal(t testing.TB, v *Vault, id KeyID, ad AD, text string) []byte {
	t.Helper()
	sealed, err := v.Seal(id, ad, []byte(text))
	if err != nil {
		t.Fatalf("Seal: %v", err)
	}
	return sealed
}

// protectors returns each kind, twice the same when called twice.
func protectors(kc Keychain) map[string]Protector {
	return map[string]Protector{"keychain": WithKeychain(kc), "passphrase": testPassphrase("Käse um acht")}
}

func TestReopenedVaultOpensWhatItSealed(t *testing.T) {
	kc := NewMemoryKeychain()
	for name, p := range protectors(kc) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := mustCreate(t, dir, p)
			id := mustCustomer(t, v)
			ad := AD{Table: "message", Column: "body", Row: 7}
			sealed := mustSeal(t, v, id, ad, "Guten Tag")
			wa, err := v.Lookup(v.LookupGen(), "wa_id", "4915100000000")
			if err != nil {
				t.Fatal(err)
			}
			wamid := v.LookupWAMID("1", "wamid.x")
			v.Close()

			v = mustOpen(t, dir, p)
			if got, err := v.Open(id, ad, sealed); err != nil || string(got) != "Guten Tag" {
				t.Fatalf("Open = %q, %v", got, err)
			}
			if got, err := v.Lookup(v.LookupGen(), "wa_id", "4915100000000"); err != nil || got != wa {
				t.Errorf("lookup changed: %x %x %v", got, wa, err)
			}
			if got := v.LookupWAMID("1", "wamid.x"); got != wamid {
				t.Error("wamid lookup changed")
			}
		})
	}
}

func TestCreateRefusesToOverwrite(t *testing.T) {
	dir, kc := t.TempDir(), NewMemoryKeychain()
	mustCreate(t, dir, WithKeychain(kc))
	before, _ := os.ReadFile(filepath.Join(dir, keyringName))
	if _, err := Create(dir, WithKeychain(kc)); !errors.Is(err, ErrExists) {
		t.Fatalf("second Create = %v, want ErrExists", err)
	}
	after, _ := os.ReadFile(filepath.Join(dir, keyringName))
	if !bytes.Equal(before, after) {
		t.Error("the keyring was touched")
	}
	mustOpen(t, dir, WithKeychain(kc))
}
