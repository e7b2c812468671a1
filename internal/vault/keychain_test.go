package vault

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func TestProbe(t *testing.T) {
	kc := NewMemoryKeychain()
	if err := Probe(kc); err != nil {
		t.Errorf("usable keychain: %v", err)
	}
	if len(kc.items) != 0 {
		t.Error("the probe's item was left behind")
	}
	if err := Probe(brokenKeychain{}); !errors.Is(err, ErrKeychainUnavailable) {
		t.Errorf("locked keychain: %v", err)
	}
	var e *KeychainError
	if err := Probe(forgetfulKeychain{kc}); !errors.As(err, &e) || e.Class != "not_kept" {
		t.Errorf("keychain that keeps nothing: %v", err)
	}
}

// forgetfulKeychain says yes to everything and keeps nothing.
type forgetfulKeychain struct{ *MemoryKeychain }

func (forgetfulKeychain) Set(string, []byte) error { return nil }

func TestKeychainErrorsAreClassifiedAndSayNothingElse(t *testing.T) {
	for text, class := range map[string]string{
		"failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'":      "locked",
		"The name org.freedesktop.secrets was not provided by any .service files":             "no_service",
		"dial unix /run/user/1000/anna/bus: connect: no such file or directory":               "no_bus",
		`exec: "dbus-launch": executable file not found in $PATH`:                             "no_bus",
		"dbus: couldn't determine address of session bus":                                     "no_bus",
		"security: SecKeychainItemCreateFromContent (anna): User interaction is not allowed.": "other",
	} {
		err := keychainError("set", errors.New(text))
		var e *KeychainError
		if !errors.As(err, &e) || e.Class != class || !errors.Is(err, ErrKeychainUnavailable) {
			t.Errorf("%q is %v, want class %s", text, err, class)
		}
		if strings.Contains(err.Error(), "anna") || strings.Contains(err.Error(), "/") {
			t.Errorf("the system's text comes through: %v", err)
		}
	}
	var e *KeychainError
	if err := keychainError("set", keyring.ErrSetDataTooBig); !errors.As(err, &e) || e.Class != "too_big" {
		t.Errorf("too big: %v", err)
	}
	if err := keychainError("get", fmt.Errorf("x: %w", keyring.ErrNotFound)); err != ErrNotFound {
		t.Errorf("not found: %v", err)
	}
}

// TestNoBusIsNoticedWithoutStartingOne: the D-Bus library would run dbus-launch
// here, whose daemons nobody ends.
func TestNoBusIsNoticedWithoutStartingOne(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		t.Skip("no session bus on this system")
	}
	if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
		t.Skip("this login has a bus of its own")
	}
	for _, address := range []string{"", "autolaunch:", "autolaunch:scope=x"} {
		t.Setenv("DBUS_SESSION_BUS_ADDRESS", address)
		var e *KeychainError
		if err := Probe(SystemKeychain("tresen-test")); !errors.As(err, &e) || e.Class != "no_bus" {
			t.Errorf("address %q: %v, want class no_bus", address, err)
		}
	}
	if os.Getenv("TRESEN_TEST_KEYRING") == "1" {
		return // the library may hold a connection that works
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
	var e *KeychainError
	if err := Probe(SystemKeychain("tresen-test")); !errors.As(err, &e) || e.Class != "no_bus" {
		t.Errorf("dead address: %v, want class no_bus", err)
	}
}

// TestSystemKeychain talks to the real keychain of this login; run it through
// testdata/with-keyring.sh.
func TestSystemKeychain(t *testing.T) {
	if os.Getenv("TRESEN_TEST_KEYRING") != "1" {
		t.Skip("TRESEN_TEST_KEYRING is not 1")
	}
	kc := SystemKeychain("tresen-test")
	if err := Probe(kc); err != nil {
		t.Fatalf("no usable keychain: %v", err)
	}
	if _, err := kc.Get("absent"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get absent = %v", err)
	}
	if err := kc.Delete("absent"); !errors.Is(err, ErrNotFound) {
		t.Errorf("Delete absent = %v", err)
	}

	dir, before := t.TempDir(), t.TempDir()
	v := mustCreate(t, dir, WithKeychain(kc))
	keep, gone := mustCustomer(t, v), mustCustomer(t, v)
	kept, erased := mustSeal(t, v, keep, worldAD, "bleibt"), mustSeal(t, v, gone, worldAD, "geht")
	largest := bytes.Repeat([]byte{0xff}, maxSecretValue)
	if err := v.SetSecret("token", largest); err != nil {
		t.Fatalf("SetSecret: %v", err)
	}
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.Destroy([]KeyID{gone}, 1); err != nil {
		t.Fatalf("Destroy: %v", err)
	}
	v.Close()

	v = mustOpen(t, dir, WithKeychain(kc))
	if err := opens(v, keep, kept); err != nil {
		t.Errorf("kept customer: %v", err)
	}
	if err := opens(v, gone, erased); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("erased customer: %v", err)
	}
	if got, err := v.Secret("token"); err != nil || !bytes.Equal(got, largest) {
		t.Errorf("Secret: %d bytes, %v", len(got), err)
	}
	if _, err := Open(before, WithKeychain(kc)); !errors.Is(err, ErrKeyMissing) {
		t.Errorf("copy from before the erasure: Open = %v, want ErrKeyMissing", err)
	}
	if err := v.Wipe(); err != nil {
		t.Fatalf("Wipe: %v", err)
	}
	if _, err := Open(dir, WithKeychain(kc)); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("after Wipe: Open = %v", err)
	}
}
