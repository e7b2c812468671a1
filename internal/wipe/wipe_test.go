package wipe

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/vault"
)

const name = "Käthe Müßig-Çelik"

// shop is a data folder with a person, files of every kind of ours, and
// things that are not ours.
type shop struct {
	*testing.T
	base     string
	cfg      Config
	keychain *counted
}

func newShop(t *testing.T, protector func(vault.Keychain) vault.Protector) *shop {
	t.Helper()
	s := &shop{T: t, base: t.TempDir(), keychain: &counted{vault.NewMemoryKeychain(), map[string]bool{}}}
	dir := filepath.Join(s.base, "Tresen")
	web := filepath.Join(s.base, "cache", "tresen")
	s.cfg = Config{Dir: dir, Keychain: s.keychain, WebviewDirs: []string{web, filepath.Join(s.base, "absent"), s.base}}
	s.write("Tresen/.keep", "")
	s.must(os.Remove(filepath.Join(dir, ".keep")))
	s.populate(protector(s.keychain))
	for _, folder := range []string{"home", "ready"} { // a restore was cut off, wherever it was
		s.restoring(folder, protector(s.keychain))
	}
	for _, file := range []string{
		"Tresen/tresen.log", "Tresen/tresen.old.log", "Tresen/window.json", "Tresen/lock", "Tresen/window.json.new", "Tresen/probe-12", "Tresen/.tresen-4711", "Tresen/keyring.new", "Tresen/backup-123/tresen.db", "Tresen/restore-test-7/keyring",
		"Tresen/opened/00112233445566778899aabbccddeeff/Tresen-1.pdf", "Tresen.restoring/home/tresen.db", "cache/tresen/WebKitCache/x",
	} {
		s.write(file, name)
	}
	for _, file := range foreign {
		s.write(file, "not ours")
	}
	s.must(os.Symlink(filepath.Join(s.base, "elsewhere"), filepath.Join(dir, "backup-999")))
	s.must(os.Symlink(filepath.Join(s.base, "elsewhere"), filepath.Join(web, "link")))
	return s
}

// foreign are things that must stay.
var foreign = []string{"Tresen/Rechnung.pdf", "Tresen/.tresen-notes.txt", "Tresen/media/Urlaub.jpg", "elsewhere/letter.txt", "elsewhere/keyring", "other/tresen.db"}

// counted is a keychain that knows its items.
type counted struct {
	*vault.MemoryKeychain
	items map[string]bool
}

func (c *counted) Set(account string, value []byte) error {
	c.items[account] = true
	return c.MemoryKeychain.Set(account, value)
}

func (c *counted) Delete(account string) error {
	delete(c.items, account)
	return c.MemoryKeychain.Delete(account)
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shop) write(file, content string) {
	s.Helper()
	path := filepath.Join(s.base, file)
	s.must(os.MkdirAll(filepath.Dir(path), 0o700))
	s.must(os.WriteFile(path, []byte(content), 0o600))
}

func (s *shop) populate(p vault.Protector) {
	s.Helper()
	ctx := context.Background()
	v, err := vault.Create(s.cfg.Dir, p)
	s.must(err)
	defer v.Close()
	s.must(v.SetSecret("access-token", []byte("geheim")))
	db, err := store.Open(ctx, s.cfg.Dir, v)
	s.must(err)
	defer db.Close()
	var c store.CustomerRef
	s.must(db.Update(ctx, func(tx *store.Tx) (err error) {
		c, err = tx.InsertCustomer(inbox.Profile{ProfileName: name}, time.Unix(1_790_000_000, 0))
		return err
	}))
	f, err := db.CreateFile(c.ID)
	s.must(err)
	_, err = f.Write([]byte(name))
	s.must(err)
	s.must(f.Finish()) // stays without Discard, as after a kill
}

// restoring puts the keyring of an unfinished restore into its folder.
func (s *shop) restoring(folder string, p vault.Protector) {
	s.Helper()
	dir := filepath.Join(s.cfg.Dir+".restoring", folder)
	s.must(os.MkdirAll(dir, 0o700))
	v, err := vault.Create(dir, p, vault.WithRefill(1))
	s.must(err)
	defer v.Close()
	s.must(v.SetSecret("ad-block", []byte("geheim")))
}

// mustBeGone checks that only what is not ours is left, and no key.
func (s *shop) mustBeGone() {
	s.Helper()
	var left []string
	s.must(filepath.WalkDir(s.base, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(s.base, path)
			left = append(left, filepath.ToSlash(rel))
			b, err := os.ReadFile(path)
			if err != nil || string(b) != "not ours" {
				s.Errorf("%s is not as it was", rel)
			}
		}
		return err
	}))
	want := slices.Sorted(slices.Values(foreign))
	slices.Sort(left)
	if !slices.Equal(left, want) {
		s.Errorf("left over: %v", left)
	}
	if n := len(s.keychain.items); n != 0 {
		s.Errorf("%d items are left in the keychain", n)
	}
	if Pending(s.cfg.Dir) {
		s.Error("still marked")
	}
}

func keychained(kc vault.Keychain) vault.Protector { return vault.WithKeychain(kc) }

func passphrased(vault.Keychain) vault.Protector {
	return vault.WithPassphrase([]byte("vier Wörter am Telefon"))
}

func TestWipeLeavesOnlyWhatIsNotOurs(t *testing.T) {
	for what, protector := range map[string]func(vault.Keychain) vault.Protector{"keychain": keychained, "passphrase": passphrased} {
		t.Run(what, func(t *testing.T) {
			s := newShop(t, protector)
			s.must(Begin(s.cfg.Dir))
			r, err := Run(s.cfg)
			if err != nil || r.Foreign != 3 || r.Busy != 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			s.mustBeGone()
		})
	}
}

var errCrash = errors.New("crash")

// A kill before every step, whichever there are, is made good by the next start.
func TestWipeSurvivesAKillAtEveryStep(t *testing.T) {
	steps := 0
	counting := newShop(t, keychained)
	counting.cfg.Step = func(string) error { steps++; return nil }
	counting.must(Begin(counting.cfg.Dir))
	_, err := Run(counting.cfg)
	counting.must(err)
	if steps < 12 {
		t.Fatalf("only %d steps", steps)
	}
	for at := range steps {
		s := newShop(t, keychained)
		s.must(Begin(s.cfg.Dir))
		n := 0
		s.cfg.Step = func(string) error {
			if n++; n > at {
				return errCrash
			}
			return nil
		}
		if _, err := Run(s.cfg); !errors.Is(err, errCrash) {
			t.Fatalf("step %d: no crash: %v", at, err)
		}
		if !Pending(s.cfg.Dir) {
			t.Fatalf("step %d: the marker is gone too early", at)
		}
		s.cfg.Step = nil
		if _, err := Run(s.cfg); err != nil {
			t.Fatalf("step %d: %v", at, err)
		}
		s.mustBeGone()
	}
}

// Nothing goes while the keys cannot be destroyed.
func TestLockedKeychainStopsTheWipeBeforeAnythingGoes(t *testing.T) {
	s := newShop(t, keychained)
	s.must(Begin(s.cfg.Dir))
	good := s.cfg.Keychain
	for _, s.cfg.Keychain = range []vault.Keychain{nil, lockedKeychain{}} {
		if _, err := Run(s.cfg); !errors.Is(err, vault.ErrKeychainUnavailable) {
			t.Fatalf("%v", err)
		}
		if _, err := os.Stat(filepath.Join(s.cfg.Dir, store.FileName)); err != nil {
			t.Error("the database went")
		}
	}
	s.cfg.Keychain = good
	_, err := Run(s.cfg)
	s.must(err)
	s.mustBeGone()
}

type lockedKeychain struct{}

func (lockedKeychain) Get(string) ([]byte, error) {
	return nil, &vault.KeychainError{Op: "get", Class: "locked"}
}
func (lockedKeychain) Set(string, []byte) error {
	return &vault.KeychainError{Op: "set", Class: "locked"}
}
func (lockedKeychain) Delete(string) error {
	return &vault.KeychainError{Op: "delete", Class: "locked"}
}

const victimDir = "TRESEN_WIPE_VICTIM"

// TestVictim is the process TestWipeSurvivesKill9 kills; alone it does nothing.
func TestVictim(t *testing.T) {
	dir := os.Getenv(victimDir)
	if dir == "" {
		t.Skip("only as a process of its own")
	}
	seen := false
	_, err := Run(Config{Dir: dir, Step: func(step string) error {
		seen = seen || strings.HasPrefix(step, "remove tresen.db")
		if seen {
			_, _ = os.Stdout.WriteString("here\n")
			select {} // until it is killed
		}
		return nil
	}})
	t.Fatal("survived", err)
}

func TestWipeSurvivesKill9(t *testing.T) {
	s := newShop(t, passphrased)
	s.must(Begin(s.cfg.Dir))
	victim := exec.Command(os.Args[0], "-test.run=^TestVictim$")
	victim.Env = append(os.Environ(), victimDir+"="+s.cfg.Dir)
	out, err := victim.StdoutPipe()
	s.must(err)
	s.must(victim.Start())
	_, err = out.Read(make([]byte, 5))
	s.must(err)
	s.must(victim.Process.Kill())
	if victim.Wait() == nil {
		t.Fatal("it was not killed")
	}
	if exists, err := vault.Exists(s.cfg.Dir); err != nil || exists {
		t.Error("the keys were not the first to go")
	}
	_, err = Run(s.cfg)
	s.must(err)
	s.mustBeGone()
}
