package openformat_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tresen/internal/backup"
	"tresen/internal/openformat"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// counted is a keychain whose changes are steps of an import.
type counted struct {
	*vault.MemoryKeychain
	items map[string]bool
	hit   func(step string) error
}

func newCounted() *counted {
	return &counted{vault.NewMemoryKeychain(), map[string]bool{}, func(string) error { return nil }}
}

// frozen is the keychain as a kill at this moment leaves it.
func (c *counted) frozen() *counted {
	return &counted{c.Clone(), maps.Clone(c.items), func(string) error { return nil }}
}

func (c *counted) change(op, account string, there bool, do func() error) error {
	if c.hit("before "+op) != nil {
		return &vault.KeychainError{Op: op, Class: "locked"}
	}
	if err := do(); err != nil {
		return err
	}
	if c.items[account] = true; !there {
		delete(c.items, account)
	}
	if c.hit("after "+op) != nil {
		return &vault.KeychainError{Op: op, Class: "locked"}
	}
	return nil
}

func (c *counted) Set(account string, value []byte) error {
	return c.change("set", account, true, func() error { return c.MemoryKeychain.Set(account, value) })
}

func (c *counted) Delete(account string) error {
	if !c.items[account] {
		return vault.ErrNotFound
	}
	return c.change("delete", account, false, func() error { return c.MemoryKeychain.Delete(account) })
}

// parcel is an export of three people of whom one was erased since, as the list
// beside it says, and what an import of it must come to.
type parcel struct {
	*world
	file string
	want map[string]string
	// again are the states from which it was brought in again: how many items were
	// in the keychain beside an empty folder.
	again map[int]bool
}

func newParcel(t *testing.T) *parcel {
	t.Helper()
	p := &parcel{world: newWorld(t, 3), again: map[int]bool{}}
	p.file, _ = p.export(p.Store, "")
	_, err := p.Store.BeginErasure(context.Background(), p.people[0], start)
	p.check(err)
	p.check(backup.WriteErased(context.Background(), p.Store, filepath.Dir(p.file)))
	base, c := t.TempDir(), newCounted()
	p.check(p.bring(base, c))
	p.want = p.now(base, c)
	if all := fmt.Sprint(p.want); strings.Contains(all, "491713920000") || !strings.Contains(all, "491713920001") {
		t.Fatal("the undisturbed import brings the wrong people")
	}
	return p
}

// bring imports the export, telling every step to the keychain's hit.
func (p *parcel) bring(base string, c *counted) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	to := openformat.Target{Dir: filepath.Join(base, "laden"), Protector: vault.WithKeychain(c)}
	to.StopAt(c.hit)
	to.Progress = func(done, _ int) {
		if c.hit(fmt.Sprint("part ", done)) != nil {
			cancel()
		}
	}
	to.Settle = func(_ context.Context, _ *store.Store, v *vault.Vault, _ []byte) error {
		if err := c.hit("settle"); err != nil {
			return err
		}
		return v.SetSecret("ad-block", []byte("Sperrschlüssel"))
	}
	_, err := openformat.Read(ctx, p.file, "", to)
	return err
}

// now is everything in the shop that came to be.
func (p *parcel) now(base string, c *counted) map[string]string {
	p.Helper()
	v, err := vault.Open(filepath.Join(base, "laden"), vault.WithKeychain(c))
	p.check(err)
	defer v.Close()
	s, err := store.Open(context.Background(), filepath.Join(base, "laden"), v)
	p.check(err)
	defer s.Close()
	if secret, err := v.Secret("ad-block"); err != nil || string(secret) != "Sperrschlüssel" {
		p.Errorf("secret: %v", err)
	}
	path, _ := p.export(s, "")
	all := p.contents(path)
	delete(all, "manifest.json")
	return all
}

// mustBeEither checks that there is no shop and nothing of one, or the whole
// imported one, and brings it in if there is none.
func (p *parcel) mustBeEither(what, base string, c *counted) (there bool) {
	p.Helper()
	dir := filepath.Join(base, "laden")
	entries, err := os.ReadDir(base)
	p.check(err)
	if i := slices.IndexFunc(entries, func(e os.DirEntry) bool { return e.Name() != "laden" }); i >= 0 {
		p.Errorf("%s: %s is left", what, entries[i].Name())
	}
	there, err = vault.Exists(dir)
	p.check(err)
	if !there {
		if left, err := os.ReadDir(dir); err == nil && len(left) != 0 {
			p.Errorf("%s: half a shop: %v", what, left)
		}
		if p.again[len(c.items)] {
			return false
		}
		p.again[len(c.items)] = true
		p.check(p.bring(base, c))
	}
	if got := p.now(base, c); !maps.Equal(got, p.want) {
		p.Errorf("%s: not what was exported", what)
	}
	return there
}

// A kill at any step of an import is undone or finished at the next start:
// everybody comes back whole or nobody at all, and never who was erased since.
func TestImportSurvivesAKillAtEveryStep(t *testing.T) {
	p := newParcel(t)
	type killed struct {
		name, base string
		chain      *counted
	}
	var kills []killed
	base, c := t.TempDir(), newCounted()
	c.hit = func(step string) error {
		k := killed{fmt.Sprint(len(kills)+1, " ", step), t.TempDir(), c.frozen()}
		kills = append(kills, k)
		return os.CopyFS(k.base, os.DirFS(base))
	}
	p.check(p.bring(base, c))
	finished := 0
	for _, k := range kills {
		p.check(backup.Recover(filepath.Join(k.base, "laden"), k.chain))
		if p.mustBeEither(k.name, k.base, k.chain) {
			finished++
		}
	}
	if finished == 0 || finished == len(kills) || len(kills) < 30 {
		t.Errorf("%d of %d kills left the imported shop", finished, len(kills))
	}
}

// An import that fails at any step leaves nothing, also not in the keychain.
func TestImportThatFailsAtAnyStepLeavesNothing(t *testing.T) {
	p := newParcel(t)
	var steps []string
	count := newCounted()
	count.hit = func(step string) error { steps = append(steps, step); return nil }
	p.check(p.bring(t.TempDir(), count))
	failed := 0
	for at, step := range steps {
		if strings.HasPrefix(step, "part ") && at > 0 && at+1 < len(steps) && strings.HasPrefix(steps[at+1], "part ") && at%8 != 0 {
			continue // it ends before the next part, as in the others
		}
		base, c, n := t.TempDir(), newCounted(), 0
		c.hit = func(string) error {
			if n++; n == at+1 {
				return context.Canceled
			}
			return nil
		}
		err := p.bring(base, c)
		c.hit = func(string) error { return nil }
		what := fmt.Sprint(at, " ", step)
		if err != nil {
			failed++
			if len(c.items) != 0 {
				t.Errorf("%s: %d items are left in the keychain", what, len(c.items))
			}
		}
		if there := p.mustBeEither(what, base, c); there != (err == nil) {
			t.Errorf("%s: shop %t, but %v", what, there, err)
		}
	}
	if failed < 10 {
		t.Errorf("%d of %d failed: %v", failed, len(steps), steps)
	}
}
