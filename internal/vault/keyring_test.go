package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

func TestOpenErrors(t *testing.T) {
	good := t.TempDir()
	kc := NewMemoryKeychain()
	mustCreate(t, good, WithKeychain(kc)).Close()
	file, err := os.ReadFile(filepath.Join(good, keyringName))
	if err != nil {
		t.Fatal(err)
	}
	withPass := t.TempDir()
	mustCreate(t, withPass, testPassphrase("richtig")).Close()
	passFile, _ := os.ReadFile(filepath.Join(withPass, keyringName))

	checksum := func(b []byte, size int) []byte {
		binary.BigEndian.PutUint32(b[size:], crc32.ChecksumIEEE(b[:size]))
		return b
	}
	change := func(b []byte, at int, to byte) []byte {
		b = slices.Clone(b)
		b[at] = to
		return b
	}
	const versionAt, kindAt, epochAt = 8, 9, 17
	passSize := baseHeaderSize + passphraseHeaderSize
	for name, c := range map[string]struct {
		file []byte
		p    Protector
		want error
	}{
		"right":                   {file, WithKeychain(kc), nil},
		"right passphrase":        {passFile, testPassphrase("richtig"), nil},
		"no keyring":              {nil, WithKeychain(kc), ErrNoKeyring},
		"empty file":              {[]byte{}, WithKeychain(kc), ErrDamaged},
		"another file":            {bytes.Repeat([]byte("SQLite format 3"), 20), WithKeychain(kc), ErrDamaged},
		"newer":                   {change(file, versionAt, 2), WithKeychain(kc), ErrNewer},
		"version zero":            {checksum(change(file, versionAt, 0), baseHeaderSize), WithKeychain(kc), ErrDamaged},
		"unknown kind":            {checksum(change(file, kindAt, 9), baseHeaderSize), WithKeychain(kc), ErrDamaged},
		"header bit":              {change(file, 20, file[20]^1), WithKeychain(kc), ErrDamaged},
		"epoch forged":            {checksum(change(file, epochAt, 2), baseHeaderSize), WithKeychain(kc), ErrKeyMissing},
		"epoch zero":              {checksum(change(file, epochAt, 0), baseHeaderSize), WithKeychain(kc), ErrDamaged},
		"nonce":                   {change(file, baseHeaderSize+checksumSize, ^file[baseHeaderSize+checksumSize]), WithKeychain(kc), ErrDamaged},
		"body":                    {change(file, len(file)-40, ^file[len(file)-40]), WithKeychain(kc), ErrDamaged},
		"cut":                     {file[:len(file)-1], WithKeychain(kc), ErrDamaged},
		"header only":             {file[:baseHeaderSize+checksumSize], WithKeychain(kc), ErrDamaged},
		"half a header":           {file[:20], WithKeychain(kc), ErrDamaged},
		"longer":                  {append(slices.Clone(file), 1), WithKeychain(kc), ErrDamaged},
		"other keychain":          {file, WithKeychain(NewMemoryKeychain()), ErrKeyMissing},
		"passphrase for keychain": {file, testPassphrase("x"), ErrWrongProtector},
		"keychain for passphrase": {passFile, WithKeychain(kc), ErrWrongProtector},
		"wrong passphrase":        {passFile, testPassphrase("Richtig"), ErrWrongPassphrase},
		"empty passphrase":        {passFile, testPassphrase(""), ErrEmptyPassphrase},
		"no protector":            {file, Protector{kind: KindKeychain, keychain: brokenKeychain{}}, ErrKeychainUnavailable},
		"costly salt":             {checksum(change(passFile, baseHeaderSize, 0xff), passSize), testPassphrase("richtig"), ErrDamaged},
		"passphrase body":         {change(passFile, len(passFile)-1, ^passFile[len(passFile)-1]), testPassphrase("richtig"), ErrDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if c.file != nil {
				if err := os.WriteFile(filepath.Join(dir, keyringName), c.file, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			v, err := Open(dir, c.p)
			if !errors.Is(err, c.want) {
				t.Fatalf("Open = %v, want %v", err, c.want)
			}
			if err == nil {
				v.Close()
			}
			if got, _ := os.ReadFile(filepath.Join(dir, keyringName)); !bytes.Equal(got, c.file) {
				t.Error("Open changed the file")
			}
		})
	}
	if len(kc.items) != 1 {
		t.Errorf("failed openings left %d items in the keychain, want 1", len(kc.items))
	}
}

// brokenKeychain is a keychain nobody unlocks.
type brokenKeychain struct{}

func (brokenKeychain) Get(string) ([]byte, error) { return nil, &KeychainError{"get", "locked"} }
func (brokenKeychain) Set(string, []byte) error   { return &KeychainError{"set", "locked"} }
func (brokenKeychain) Delete(string) error        { return &KeychainError{"delete", "locked"} }

func TestExistsAndKind(t *testing.T) {
	for name, p := range protectors(NewMemoryKeychain()) {
		dir := t.TempDir()
		if ok, err := Exists(dir); ok || err != nil {
			t.Errorf("Exists before = %t, %v", ok, err)
		}
		if _, err := Kind(dir); !errors.Is(err, ErrNoKeyring) {
			t.Errorf("Kind before = %v", err)
		}
		mustCreate(t, dir, p)
		if ok, err := Exists(dir); !ok || err != nil {
			t.Errorf("Exists = %t, %v", ok, err)
		}
		if kind, err := Kind(dir); err != nil || kind.String() != name {
			t.Errorf("Kind = %v, %v, want %s", kind, err, name)
		}
	}
	if ProtectorKind(9).String() != "unknown" {
		t.Error("unknown kind has a name")
	}
}

func TestCreateWithoutAKeychainLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := Create(dir, WithKeychain(brokenKeychain{})); !errors.Is(err, ErrKeychainUnavailable) {
		t.Fatalf("Create = %v", err)
	}
	if _, err := Create(dir, testPassphrase("")); !errors.Is(err, ErrEmptyPassphrase) {
		t.Fatalf("Create = %v", err)
	}
	if _, err := Create(dir, Protector{}); !errors.Is(err, ErrInvalid) {
		t.Fatalf("Create = %v", err)
	}
	if ok, _ := Exists(dir); ok {
		t.Error("a keyring was left behind")
	}
}

func TestFilesAreForTheirOwnerOnly(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows protects the folder by its access list")
	}
	dir := t.TempDir()
	v := mustCreate(t, dir, WithKeychain(NewMemoryKeychain()))
	if _, _, err := v.Destroy(nil, 1); err != nil {
		t.Fatal(err)
	}
	entries, _ := os.ReadDir(dir)
	if len(entries) != 1 {
		t.Errorf("%d files in the folder, want the keyring alone", len(entries))
	}
	info, err := os.Stat(filepath.Join(dir, keyringName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestErrorsCarryNoPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "anna.muster")
	_, err := Create(dir, WithKeychain(NewMemoryKeychain()))
	if !errors.Is(err, syscall.ENOENT) {
		t.Fatalf("Create in an absent folder = %v", err)
	}
	if strings.Contains(err.Error(), "anna") {
		t.Errorf("error names the folder: %v", err)
	}
}

// TestTwoFoldersShareAKeychain: neither may overwrite or delete the other's keys.
func TestTwoFoldersShareAKeychain(t *testing.T) {
	kc := NewMemoryKeychain()
	a, b := t.TempDir(), t.TempDir()
	va, vb := mustCreate(t, a, WithKeychain(kc)), mustCreate(t, b, WithKeychain(kc))
	if err := vb.SetSecret("token", []byte("b")); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, _, err := va.Destroy(nil, 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := va.Wipe(); err != nil {
		t.Fatal(err)
	}
	vb.Close()
	if got, err := mustOpen(t, b, WithKeychain(kc)).Secret("token"); err != nil || string(got) != "b" {
		t.Errorf("Secret = %q, %v", got, err)
	}
}

func TestClosedVault(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	sealed := mustSeal(t, v, id, worldAD, "x")
	wamid := v.LookupWAMID("1", "2")
	r := v.ring
	v.Close()
	v.Close()
	for _, e := range r.keys {
		if e.key != [32]byte{} {
			t.Fatal("a key is still in memory")
		}
	}
	if r.lookups[0].mac.key != [32]byte{} || r.wamid.key != [32]byte{} || v.master != [32]byte{} {
		t.Error("a lookup key or the master key is still in memory")
	}
	v.MarkUsed(nil)
	if v.HasKey(id) || v.LookupGen() != 0 || v.LookupWAMID("1", "2") == wamid {
		t.Error("the closed vault still answers")
	}
	calls := map[string]error{}
	_, calls["Seal"] = v.Seal(id, worldAD, nil)
	_, calls["Open"] = v.Open(id, worldAD, sealed)
	_, calls["Lookup"] = v.Lookup(1, "a", "b")
	_, calls["AddLookupGeneration"] = v.AddLookupGeneration()
	_, calls["NewCustomerKey"] = v.NewCustomerKey(t.Context())
	_, calls["NewKey"] = v.NewKey()
	_, _, calls["Destroy"] = v.Destroy(nil, 1)
	calls["SetSecret"] = v.SetSecret("a", []byte("b"))
	_, calls["Secret"] = v.Secret("a")
	calls["DeleteSecret"] = v.DeleteSecret("a")
	calls["ChangePassphrase"] = v.ChangePassphrase(nil, nil)
	_, calls["SealFile"] = v.SealFile(id, [16]byte{}, strings.NewReader(""), &bytes.Buffer{})
	_, calls["OpenFile"] = v.OpenFile(id, [16]byte{}, strings.NewReader(""), 0)
	for name, err := range calls {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s = %v, want ErrClosed", name, err)
		}
	}
}

// TestManyAtOnce is for the race detector, and checks that nobody loses a key
// while others erase.
func TestManyAtOnce(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()), WithRefill(8))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				id, err := v.NewCustomerKey(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				sealed, err := v.Seal(id, worldAD, []byte("x"))
				if err == nil {
					_, err = v.Open(id, worldAD, sealed)
				}
				if err == nil {
					_, err = v.Lookup(1, "wa_id", id.String())
				}
				if err != nil {
					t.Error(err)
				}
				v.LookupWAMID("1", "2")
			}
		})
	}
	wg.Go(func() {
		for range 10 {
			id, err := v.NewCustomerKey(t.Context())
			if err == nil {
				_, _, err = v.Destroy([]KeyID{id}, 1, ReplaceRaw)
			}
			if err != nil || v.HasKey(id) {
				t.Errorf("erase: %v", err)
			}
		}
	})
	wg.Wait()
}

func TestKeyringSizeStaysSmall(t *testing.T) {
	dir := t.TempDir()
	mustCreate(t, dir, WithKeychain(NewMemoryKeychain()), WithRefill(10_000))
	info, err := os.Stat(filepath.Join(dir, keyringName))
	if err != nil || info.Size() > 600_000 {
		t.Errorf("10,000 keys take %d bytes, %v", info.Size(), err)
	}
}

// FuzzKeyringBody: the decoder never panics, and what it accepts it can write again
// with the same meaning.
func FuzzKeyringBody(f *testing.F) {
	r, err := newRing(3)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.appendTo(nil))
	if _, err := r.addCustomers(2, 3); err != nil {
		f.Fatal(err)
	}
	r.secrets["token"] = []byte("EAAG")
	f.Add(r.appendTo(nil))
	f.Add([]byte{})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := decodeRing(b, 3)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("decodeRing = %v", err)
			}
			return
		}
		again := r.appendTo(nil)
		if len(again) != len(b) || len(again) != r.encodedSize() {
			t.Fatalf("%d bytes read, %d written, %d computed", len(b), len(again), r.encodedSize())
		}
		if _, err := decodeRing(again, 3); err != nil {
			t.Fatalf("own encoding: %v", err)
		}
	})
}

func FuzzKeyringHeader(f *testing.F) {
	for _, kind := range []ProtectorKind{KindKeychain, KindPassphrase} {
		h := header{kind: kind, epoch: 7, vaultID: [16]byte{1}}
		h.pass.params = testPassphrase("x").params
		f.Add(h.appendTo(nil))
	}
	f.Add([]byte(keyringMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, size, err := decodeHeader(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Fatalf("decodeHeader = %v", err)
			}
			return
		}
		if !bytes.Equal(h.appendTo(nil), b[:size]) {
			t.Fatal("header does not come back")
		}
	})
}
