package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"testing"
)

// inode is a file's content: what programs see and what would survive a power cut.
type inode struct{ seen, safe []byte }

// memFolder is a folder that forgets at a power cut what was not synced.
type memFolder struct {
	seen, safe map[string]*inode
	step       func(string) error // called before and after everything that changes
}

func newMemFolder() *memFolder {
	return &memFolder{
		seen: make(map[string]*inode), safe: make(map[string]*inode),
		step: func(string) error { return nil },
	}
}

func (m *memFolder) read(name string) ([]byte, error) {
	f, ok := m.seen[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return slices.Clone(f.seen), nil
}

func (m *memFolder) writeNew(name string, content []byte) error {
	if err := m.step("before create " + name); err != nil {
		return err
	}
	f := &inode{}
	m.seen[name] = f
	if err := m.step("created " + name); err != nil {
		return err
	}
	f.seen = slices.Clone(content[:len(content)/2])
	if err := m.step("half written " + name); err != nil {
		return err
	}
	f.seen = slices.Clone(content)
	if err := m.step("written " + name); err != nil {
		return err
	}
	f.safe = f.seen
	return m.step("synced " + name)
}

func (m *memFolder) replace(from, to string) error {
	if err := m.step("before rename"); err != nil {
		return err
	}
	m.seen[to] = m.seen[from]
	delete(m.seen, from)
	return m.step("renamed")
}

func (m *memFolder) sync() error {
	if err := m.step("before sync folder"); err != nil {
		return err
	}
	m.safe = maps.Clone(m.seen)
	return m.step("synced folder")
}

func (m *memFolder) remove(name string) error {
	if err := m.step("before remove " + name); err != nil {
		return err
	}
	delete(m.seen, name)
	return m.step("removed " + name)
}

// after returns what the next start finds: names says which directory survived,
// content which bytes of each file.
func after(names map[string]*inode, content func(*inode) []byte) *memFolder {
	m := newMemFolder()
	for name, f := range names {
		m.seen[name] = &inode{seen: slices.Clone(content(f)), safe: slices.Clone(content(f))}
	}
	m.safe = maps.Clone(m.seen)
	return m
}

// killed returns the folder as it is when only the program ends: what was not safe
// still is not.
func (m *memFolder) killed() *memFolder {
	c := newMemFolder()
	copies := make(map[*inode]*inode)
	for from, to := range map[*map[string]*inode]map[string]*inode{&m.seen: c.seen, &m.safe: c.safe} {
		for name, f := range *from {
			if copies[f] == nil {
				copies[f] = &inode{seen: slices.Clone(f.seen), safe: slices.Clone(f.safe)}
			}
			to[name] = copies[f]
		}
	}
	return c
}

// powerCut returns what is left of the folder when the power goes now.
func (m *memFolder) powerCut() *memFolder {
	return after(m.safe, func(f *inode) []byte { return f.safe })
}

// stepKeychain reports every change of a MemoryKeychain as a step.
type stepKeychain struct {
	*MemoryKeychain
	step func(string) error
}

func (k *stepKeychain) Set(account string, value []byte) error {
	if err := k.step("before set item"); err != nil {
		return err
	}
	if err := k.MemoryKeychain.Set(account, value); err != nil {
		return err
	}
	return k.step("set item")
}

func (k *stepKeychain) Delete(account string) error {
	if err := k.step("before delete item"); err != nil {
		return err
	}
	if err := k.MemoryKeychain.Delete(account); err != nil {
		return err
	}
	return k.step("deleted item")
}

func (m *MemoryKeychain) clone() *MemoryKeychain {
	c := NewMemoryKeychain()
	for account, value := range m.items {
		c.items[account] = slices.Clone(value)
	}
	return c
}

// moment is a state of the world in which the program may end.
type moment struct {
	name   string
	folder *memFolder
	kc     *MemoryKeychain
}

// world is a vault in a memFolder with a customer to keep and one to erase.
type world struct {
	folder     *memFolder
	kc         *stepKeychain
	kind       string
	vault      *Vault
	keep, gone KeyID
	sealedKeep []byte
	sealedGone []byte
	sealedRaw  []byte
	moments    []moment
}

var worldAD = AD{Table: "message", Column: "body", Row: 1}

func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	w := &world{folder: newMemFolder(), kind: kind}
	w.kc = &stepKeychain{MemoryKeychain: NewMemoryKeychain(), step: w.folder.step}
	w.vault = mustCreate(t, "", w.protector(w.kc), withFolder(w.folder), WithRefill(4))
	w.keep, w.gone = mustCustomer(t, w.vault), mustCustomer(t, w.vault)
	w.sealedKeep = mustSeal(t, w.vault, w.keep, worldAD, "bleibt")
	w.sealedGone = mustSeal(t, w.vault, w.gone, worldAD, "geht")
	w.sealedRaw = mustSeal(t, w.vault, RawKey, worldAD, "roh")
	return w
}

func (w *world) protector(kc Keychain) Protector { return protectors(kc)[w.kind] }

// onStep calls f at every step from now on.
func (w *world) onStep(f func(string) error) { w.folder.step, w.kc.step = f, f }

// record keeps, at every step, the three states a start may find afterwards.
func (w *world) record() {
	safe := func(f *inode) []byte { return f.safe }
	w.onStep(func(step string) error {
		step = fmt.Sprintf("%02d %s", len(w.moments)/3, step)
		w.moments = append(w.moments,
			moment{step + ", program killed", w.folder.killed(), w.kc.clone()},
			moment{step + ", power cut", w.folder.powerCut(), w.kc.clone()},
			moment{step + ", power cut, names safe before content", after(w.folder.seen, safe), w.kc.clone()})
		return nil
	})
}

func opens(v *Vault, id KeyID, sealed []byte) error {
	_, err := v.Open(id, worldAD, sealed)
	return err
}

// checkErased fails unless the keyring of w.gone is out of reach: in v, and for a
// copy of the folder from before together with the keychain as it is now.
func (w *world) checkErased(t *testing.T, v *Vault, before *memFolder, kc Keychain) {
	t.Helper()
	if err := opens(v, w.gone, w.sealedGone); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("erased customer: %v, want ErrKeyDestroyed", err)
	}
	if err := opens(v, RawKey, w.sealedRaw); !errors.Is(err, ErrTampered) {
		t.Errorf("raw part: %v, want ErrTampered", err)
	}
	if err := opens(v, w.keep, w.sealedKeep); err != nil {
		t.Errorf("kept customer: %v", err)
	}
	if w.kind == "passphrase" {
		return // the documented residual risk: the old copy opens
	}
	old, err := Open("", w.protector(kc), withFolder(before))
	if !errors.Is(err, ErrKeyMissing) {
		t.Errorf("copy from before the erasure: Open = %v, want ErrKeyMissing", err)
	}
	if err == nil {
		old.Close()
	}
}

func TestCrashAtEveryStepOfDestroy(t *testing.T) {
	for kind := range protectors(nil) {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			before := after(w.folder.seen, func(f *inode) []byte { return f.seen })
			w.record()
			if _, _, err := w.vault.Destroy([]KeyID{w.gone}, 1, ReplaceRaw); err != nil {
				t.Fatal(err)
			}
			w.onStep(func(string) error { return nil })
			w.checkErased(t, w.vault, before, w.kc)
			if want := 3 * 8; len(w.moments) < want {
				t.Fatalf("%d moments recorded, want at least %d", len(w.moments), want)
			}
			for _, m := range w.moments {
				w.checkStartAt(t, m)
			}
		})
	}
}

// checkStartAt opens the world at a moment: nothing kept may be lost, and asking
// for the erasure again must complete it.
func (w *world) checkStartAt(t *testing.T, m moment) {
	t.Run(m.name, func(t *testing.T) {
		before := after(m.folder.seen, func(f *inode) []byte { return f.seen })
		v := mustOpen(t, "", w.protector(m.kc), withFolder(m.folder))
		if err := opens(v, w.keep, w.sealedKeep); err != nil {
			t.Fatalf("kept customer: %v", err)
		}
		if n := len(m.kc.items); w.kind == "keychain" && n != 1 {
			t.Errorf("%d items in the keychain after the start, want 1", n)
		}
		again := mustOpen(t, "", w.protector(m.kc.clone()), withFolder(m.folder.powerCut()))
		if err := opens(again, w.keep, w.sealedKeep); err != nil {
			t.Errorf("kept customer after a power cut behind the start: %v", err)
		}
		old, epoch, err := v.Destroy([]KeyID{w.gone}, 1, ReplaceRaw)
		if err != nil || epoch != old+1 {
			t.Fatalf("Destroy again = %d, %d, %v", old, epoch, err)
		}
		w.checkErased(t, v, before, m.kc)
		if n := len(m.kc.items); w.kind == "keychain" && n != 1 {
			t.Errorf("%d items left in the keychain, want 1", n)
		}
		if _, left := m.folder.seen[newKeyringName]; left {
			t.Error("keyring.new left in the folder")
		}
	})
}

var errInjected = errors.New("injected")

// TestErrorAtEveryStepOfDestroy lets each step report a failure, without and with
// having happened, while the program goes on.
func TestErrorAtEveryStepOfDestroy(t *testing.T) {
	for kind := range protectors(nil) {
		for at := 0; ; at++ {
			w := newWorld(t, kind)
			before := after(w.folder.seen, func(f *inode) []byte { return f.seen })
			failed := ""
			w.onStep(failAt(at, &failed))
			_, _, err := w.vault.Destroy([]KeyID{w.gone}, 1, ReplaceRaw)
			if failed == "" {
				if err != nil {
					t.Fatalf("%s: no step failed, but Destroy = %v", kind, err)
				}
				break
			}
			w.onStep(func(string) error { return nil })
			t.Run(fmt.Sprintf("%s/%02d %s", kind, at, failed), func(t *testing.T) {
				if !errors.Is(err, errInjected) {
					t.Fatalf("Destroy = %v, want the injected error", err)
				}
				if err := opens(w.vault, w.keep, w.sealedKeep); err != nil {
					t.Fatalf("kept customer right after: %v", err)
				}
				if at%2 == 0 { // what it writes would heal what the step broke
					w.checkLaterWork(t)
				}
				w.record()
				if _, _, err := w.vault.Destroy([]KeyID{w.gone}, 1, ReplaceRaw); err != nil {
					t.Fatalf("Destroy again: %v", err)
				}
				w.onStep(func(string) error { return nil })
				for _, m := range w.moments {
					v := mustOpen(t, "", w.protector(m.kc), withFolder(m.folder))
					if err := opens(v, w.keep, w.sealedKeep); err != nil {
						t.Errorf("kept customer, second try, %s: %v", m.name, err)
					}
				}
				w.checkErased(t, w.vault, before, w.kc)
			})
		}
	}
}

func failAt(at int, failed *string) func(string) error {
	n := 0
	return func(step string) error {
		n++
		if n-1 != at {
			return nil
		}
		*failed = step
		return errInjected
	}
}

// checkLaterWork: after a failed erasure new customers must still be possible, and
// a restart must find their keys.
func (w *world) checkLaterWork(t *testing.T) {
	t.Helper()
	var sealed [][]byte
	var ids []KeyID
	for range 10 { // more than the spare keys
		id := mustCustomer(t, w.vault)
		ids = append(ids, id)
		sealed = append(sealed, mustSeal(t, w.vault, id, worldAD, "neu"))
	}
	v := mustOpen(t, "", w.protector(w.kc.clone()), withFolder(w.folder.powerCut()))
	for i, id := range ids {
		if err := opens(v, id, sealed[i]); err != nil {
			t.Errorf("customer %d after restart: %v", i, err)
		}
	}
}

// TestRefillWorksWhileTheKeychainIsAway: an erasure that failed because the
// keychain is locked must not stop new customers from writing.
func TestRefillWorksWhileTheKeychainIsAway(t *testing.T) {
	w := newWorld(t, "keychain")
	w.kc.step = func(string) error { return &KeychainError{Op: "set", Class: "locked"} }
	if _, _, err := w.vault.Destroy([]KeyID{w.gone}, 1); !errors.Is(err, ErrKeychainUnavailable) {
		t.Fatalf("Destroy = %v, want ErrKeychainUnavailable", err)
	}
	for range 10 {
		mustCustomer(t, w.vault)
	}
}

func TestCrashAtEveryStepOfRefill(t *testing.T) {
	for kind := range protectors(nil) {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			w.record()
			for range 6 { // two are left in the pool
				mustCustomer(t, w.vault)
			}
			if len(w.moments) == 0 {
				t.Fatal("no refill happened")
			}
			for _, m := range w.moments {
				v := mustOpen(t, "", w.protector(m.kc), withFolder(m.folder))
				for id, sealed := range map[KeyID][]byte{w.keep: w.sealedKeep, w.gone: w.sealedGone, RawKey: w.sealedRaw} {
					if err := opens(v, id, sealed); err != nil {
						t.Errorf("%s: %v", m.name, err)
					}
				}
			}
		})
	}
}

// TestHandedOutKeyIsDurable: at whatever moment the power goes, a key that was
// handed out before is there.
func TestHandedOutKeyIsDurable(t *testing.T) {
	w := newWorld(t, "keychain")
	for range 20 {
		id := mustCustomer(t, w.vault)
		if v := mustOpen(t, "", w.protector(w.kc.clone()), withFolder(w.folder.powerCut())); !v.HasKey(id) {
			t.Fatal("key handed out but not safe")
		}
	}
}

func TestCrashAtEveryStepOfCreate(t *testing.T) {
	for kind := range protectors(nil) {
		t.Run(kind, func(t *testing.T) {
			w := &world{folder: newMemFolder(), kind: kind}
			w.kc = &stepKeychain{MemoryKeychain: NewMemoryKeychain()}
			w.record()
			mustCreate(t, "", w.protector(w.kc), withFolder(w.folder))
			if len(w.moments) == 0 {
				t.Fatal("no steps seen")
			}
			for _, m := range w.moments {
				v, err := Open("", w.protector(m.kc), withFolder(m.folder))
				if errors.Is(err, ErrNoKeyring) {
					v, err = Create("", w.protector(m.kc), withFolder(m.folder))
				}
				if err != nil {
					t.Errorf("%s: neither opens nor can be made: %v", m.name, err)
					continue
				}
				v.Close()
			}
		})
	}
}

func TestFailedCreateLeavesNothing(t *testing.T) {
	for at := 0; ; at++ {
		w := &world{folder: newMemFolder(), kind: "keychain"}
		w.kc = &stepKeychain{MemoryKeychain: NewMemoryKeychain()}
		failed := ""
		w.onStep(failAt(at, &failed))
		v, err := Create("", w.protector(w.kc), withFolder(w.folder))
		if failed == "" {
			if err != nil {
				t.Fatal(err)
			}
			v.Close()
			return
		}
		if !errors.Is(err, errInjected) {
			t.Errorf("%s: Create = %v", failed, err)
		}
		if len(w.folder.seen) != 0 || len(w.kc.items) != 0 {
			t.Errorf("%s: %d files and %d items left", failed, len(w.folder.seen), len(w.kc.items))
		}
	}
}

// TestUnreadableFolderStopsChanges: if a rename reports an error and the folder
// cannot be read to see what happened, nothing may be written until a restart.
func TestUnreadableFolderStopsChanges(t *testing.T) {
	w := newWorld(t, "keychain")
	w.onStep(func(step string) error {
		if step == "renamed" {
			w.folder.seen[keyringName] = &inode{seen: []byte("?")}
			return errInjected
		}
		return nil
	})
	if _, _, err := w.vault.Destroy([]KeyID{w.gone}, 1); !errors.Is(err, errInjected) || !errors.Is(err, ErrDamaged) {
		t.Fatalf("Destroy = %v", err)
	}
	if _, err := w.vault.NewKey(); !errors.Is(err, ErrUnsettled) {
		t.Errorf("NewKey = %v, want ErrUnsettled", err)
	}
	if _, _, err := w.vault.Destroy(nil, 1); !errors.Is(err, ErrUnsettled) {
		t.Errorf("Destroy = %v, want ErrUnsettled", err)
	}
	if err := opens(w.vault, w.keep, w.sealedKeep); err != nil {
		t.Errorf("reading: %v", err)
	}
	if len(w.kc.items) != 2 {
		t.Errorf("%d master keys kept, want both", len(w.kc.items))
	}
}

func TestNoClearKeyInTheFile(t *testing.T) {
	w := newWorld(t, "keychain")
	file := w.folder.seen[keyringName].seen
	for id, e := range w.vault.ring.keys {
		if bytes.Contains(file, e.key[:8]) || id != ShopKey && id != RawKey && bytes.Contains(file, id[:]) {
			t.Fatal("the keyring file shows a key or an id")
		}
	}
	for _, l := range w.vault.ring.lookups {
		if bytes.Contains(file, l.mac.key[:8]) {
			t.Fatal("the keyring file shows a lookup key")
		}
	}
}
