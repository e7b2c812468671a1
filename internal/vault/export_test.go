package vault

import (
	"errors"
	"testing"
)

func TestExportOpensWhatTheOriginalSealed(t *testing.T) {
	kc := NewMemoryKeychain()
	v := mustCreate(t, t.TempDir(), WithKeychain(kc))
	defer v.Close()
	ad := AD{Table: "message", Column: "content", Row: 7}
	sealed, err := v.Seal(ShopKey, ad, []byte("Guten Tag"))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"token": "geheim", "block": "Sperrliste"} {
		if err := v.SetSecret(name, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	pass, dir := func() Protector { return WithPassphrase([]byte("vier Wörter am Telefon")) }, t.TempDir()
	if err := v.Export(dir, pass(), "block", "not there"); err != nil {
		t.Fatal(err)
	}
	if err := v.Export(dir, pass()); !errors.Is(err, ErrExists) {
		t.Errorf("second export: %v", err)
	}
	if plain, err := v.Open(ShopKey, ad, sealed); err != nil || string(plain) != "Guten Tag" {
		t.Fatalf("the original lost its keys: %q, %v", plain, err)
	}
	copied, err := Open(dir, pass())
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	if plain, err := copied.Open(ShopKey, ad, sealed); err != nil || string(plain) != "Guten Tag" {
		t.Errorf("%q, %v", plain, err)
	}
	if value, err := copied.Secret("block"); err != nil || string(value) != "Sperrliste" {
		t.Errorf("named secret: %q, %v", value, err)
	}
	if _, err := copied.Secret("token"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a secret nobody asked for: %v", err)
	}
	// And back, into the same keychain, without touching the original's items.
	back := t.TempDir()
	if err := copied.Export(back, WithKeychain(kc), "block"); err != nil {
		t.Fatal(err)
	}
	again, err := Open(back, WithKeychain(kc))
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if plain, err := again.Open(ShopKey, ad, sealed); err != nil || string(plain) != "Guten Tag" {
		t.Errorf("%q, %v", plain, err)
	}
	if err := again.Wipe(); err != nil {
		t.Fatal(err)
	}
	if value, err := v.Secret("token"); err != nil || string(value) != "geheim" {
		t.Errorf("wiping the copy touched the original: %q, %v", value, err)
	}
}

func TestFailedExportLeavesNothing(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	defer v.Close()
	dir := t.TempDir()
	if err := v.Export(dir, WithPassphrase(nil)); !errors.Is(err, ErrEmptyPassphrase) {
		t.Errorf("got %v", err)
	}
	if ok, _ := Exists(dir); ok {
		t.Error("a keyring was left")
	}
}
