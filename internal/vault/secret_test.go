package vault

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestSecrets(t *testing.T) {
	kc := NewMemoryKeychain()
	for name, p := range protectors(kc) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := mustCreate(t, dir, p)
			if _, err := v.Secret("token"); !errors.Is(err, ErrNotFound) {
				t.Errorf("absent: %v", err)
			}
			if err := v.DeleteSecret("token"); err != nil {
				t.Errorf("delete absent: %v", err)
			}
			for _, value := range []string{"EAAG-erst", "EAAG-dann"} {
				if err := v.SetSecret("token", []byte(value)); err != nil {
					t.Fatal(err)
				}
			}
			if err := v.SetSecret("app.secret", bytes.Repeat([]byte{7}, maxSecretValue)); err != nil {
				t.Fatal(err)
			}
			if _, _, err := v.Destroy(nil, 1); err != nil {
				t.Fatal(err)
			}
			v.Close()
			v = mustOpen(t, dir, p)
			if got, err := v.Secret("token"); err != nil || string(got) != "EAAG-dann" {
				t.Errorf("Secret = %q, %v", got, err)
			}
			if err := v.DeleteSecret("token"); err != nil {
				t.Fatal(err)
			}
			if _, err := v.Secret("token"); !errors.Is(err, ErrNotFound) {
				t.Errorf("deleted: %v", err)
			}
			if got, err := v.Secret("app.secret"); err != nil || len(got) != maxSecretValue {
				t.Errorf("the other secret: %d bytes, %v", len(got), err)
			}
		})
	}
}

func TestSecretLimits(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	for name, value := range map[string][]byte{
		"": {1}, "Token": {1}, "a b": {1}, "a/b": {1}, strings.Repeat("n", maxSecretName+1): {1},
		"empty": {}, "long": make([]byte, maxSecretValue+1),
	} {
		if err := v.SetSecret(name, value); !errors.Is(err, ErrInvalid) {
			t.Errorf("SetSecret(%q, %d bytes) = %v, want ErrInvalid", name, len(value), err)
		}
	}
}

func TestChangePassphrase(t *testing.T) {
	dir := t.TempDir()
	v := mustCreate(t, dir, testPassphrase("alt"))
	id := mustCustomer(t, v)
	sealed := mustSeal(t, v, id, worldAD, "x")
	if err := v.ChangePassphrase([]byte("falsch"), []byte("neu")); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("wrong old one: %v", err)
	}
	if err := v.ChangePassphrase([]byte("alt"), nil); !errors.Is(err, ErrEmptyPassphrase) {
		t.Errorf("empty new one: %v", err)
	}
	if err := v.ChangePassphrase([]byte("alt"), []byte("neu")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Destroy(nil, 1); err != nil {
		t.Fatal(err)
	}
	v.Close()
	if _, err := Open(dir, testPassphrase("alt")); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("old passphrase: %v", err)
	}
	v = mustOpen(t, dir, testPassphrase("neu"))
	if err := opens(v, id, sealed); err != nil {
		t.Error(err)
	}
	withKeychain := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	if err := withKeychain.ChangePassphrase(nil, []byte("x")); !errors.Is(err, ErrWrongProtector) {
		t.Errorf("keychain vault: %v", err)
	}
}

// TestFailedChangeOfPassphraseKeepsTheOldOne at every step.
func TestFailedChangeOfPassphraseKeepsTheOldOne(t *testing.T) {
	for at := 0; ; at++ {
		w := newWorld(t, "passphrase")
		failed := ""
		w.onStep(failAt(at, &failed))
		err := w.vault.ChangePassphrase([]byte("Käse um acht"), []byte("neu"))
		w.onStep(func(string) error { return nil })
		if failed == "" {
			if err != nil {
				t.Fatal(err)
			}
			return
		}
		mustCustomer(t, w.vault)
		for range 6 {
			mustCustomer(t, w.vault) // writes the keyring again
		}
		opened := 0
		for _, pass := range []string{"Käse um acht", "neu"} {
			v, err := Open("", testPassphrase(pass), withFolder(w.folder))
			if err == nil && opens(v, w.keep, w.sealedKeep) == nil {
				opened++
			}
		}
		if opened != 1 {
			t.Errorf("%s: %d of the two passphrases open the vault", failed, opened)
		}
	}
}

func TestDefaultPassphraseCosts(t *testing.T) {
	if p := WithPassphrase([]byte("x")).params; p.memoryKiB < 64<<10 || p.passes < 3 || !p.valid() {
		t.Errorf("Argon2id with %+v", p)
	}
}

func TestWipe(t *testing.T) {
	kc := NewMemoryKeychain()
	for name, p := range protectors(kc) {
		dir := t.TempDir()
		v := mustCreate(t, dir, p)
		if err := v.SetSecret("token", []byte("x")); err != nil {
			t.Fatal(err)
		}
		if err := v.Wipe(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if ok, _ := Exists(dir); ok || len(kc.items) != 0 {
			t.Errorf("%s: keyring there: %t, items left: %d", name, ok, len(kc.items))
		}
		if err := v.Wipe(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s: second Wipe = %v", name, err)
		}
	}
}
