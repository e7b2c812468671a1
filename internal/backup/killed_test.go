package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tresen/internal/backup"
	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/store"
	"tresen/internal/vault"
)

var errCrash = errors.New("crash")

// steps counts everything by which a restore advances: its own steps, what it
// has written of each file, every record of an erasure, every change of the
// keychain. A step that is added is counted by itself.
type steps struct {
	n    int
	told []string
	// at is called at every step; an error ends the restore there.
	at func(n int) error
}

func (s *steps) hit(name string) error {
	s.n++
	s.told = append(s.told, name)
	return s.at(s.n)
}

// chain is a keychain that counts its changes as steps.
type chain struct {
	items map[string][]byte
	steps *steps
}

func (c *chain) Get(account string) ([]byte, error) {
	v, ok := c.items[account]
	if !ok {
		return nil, vault.ErrNotFound
	}
	return bytes.Clone(v), nil
}

func (c *chain) change(op string, do func()) error {
	if c.steps != nil && c.steps.hit("before "+op) != nil {
		return &vault.KeychainError{Op: op, Class: "locked"}
	}
	do()
	if c.steps != nil && c.steps.hit("after "+op) != nil {
		return &vault.KeychainError{Op: op, Class: "locked"}
	}
	return nil
}

func (c *chain) Set(account string, value []byte) error {
	return c.change("set", func() { c.items[account] = bytes.Clone(value) })
}

func (c *chain) Delete(account string) error {
	if _, ok := c.items[account]; !ok {
		return vault.ErrNotFound
	}
	return c.change("delete", func() { delete(c.items, account) })
}

// past is a backup of three people of whom two were erased since.
type past struct {
	*shop
	file    string
	needles [][]byte
	// again are the states from which the restore was run again: how many items
	// were in the keychain, beside an empty folder.
	again map[int]bool
}

func newPast(t *testing.T) *past {
	s := openShop(t, t.TempDir(), vault.NewMemoryKeychain())
	p := &past{shop: s, again: map[int]bool{}}
	s.must(s.vault.SetSecret("ad-block", []byte("Sperrschlüssel")))
	s.add("Anna")
	gone := []inbox.CustomerID{s.add("Bernd").ID, s.add("Clara").ID}
	folder := t.TempDir()
	p.file = filepath.Join(folder, s.create(folder).Name)
	before := sealed(t, s.dir)
	s.must(erase(t.Context(), s.store, gone))
	s.must(backup.WriteErased(t.Context(), s.store, folder))
	for _, name := range []string{"Bernd", "Clara"} {
		p.needles = append(p.needles, []byte("hier ist "+name), []byte("Bild von "+name), []byte("wamid."+name))
	}
	for _, id := range gone {
		p.needles = append(p.needles, id[:])
	}
	after := sealed(t, s.dir)
	for name, content := range before { // sealed pictures that went, and their names
		if _, stayed := after[name]; !stayed {
			p.needles = append(p.needles, []byte(name), content[:16], content[len(content)-16:])
		}
	}
	if len(p.needles) != 8+2*3 {
		t.Fatalf("%d needles", len(p.needles))
	}
	return p
}

func sealed(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(filepath.Join(dir, store.MediaDir)), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[path], err = os.ReadFile(filepath.Join(dir, store.MediaDir, path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// restore runs a restore whose every step is counted.
func (p *past) restore(base string, c *chain) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	hit := func(name string) error {
		if c.steps == nil {
			return nil
		}
		return c.steps.hit(name)
	}
	advance := func(name string) {
		if hit(name) != nil {
			cancel()
		}
	}
	to := backup.Target{Dir: filepath.Join(base, "laden"), Protector: vault.WithKeychain(c), Secrets: []string{"ad-block"}}
	to.StopAt(hit)
	to.Settle = func(ctx context.Context, s *store.Store, ids []inbox.CustomerID) error {
		e := privacy.New(privacy.Config{Store: s, Progress: func(int64) { advance("erasure") }, Forget: func(inbox.CustomerID) { advance("forget") }})
		if _, err := e.EraseAll(ctx, ids); err != nil {
			return err
		}
		return e.RunPending(ctx)
	}
	_, err := backup.Restore(ctx, p.file, passphrase, to, func(done, _ int64) { advance(fmt.Sprint("written ", done)) })
	return err
}

// mustBeClean checks that nobody who was erased is in any file and nothing is
// left beside the shop.
func (p *past) mustBeClean(what, base string) {
	p.Helper()
	result, err := privacy.Scan(context.Background(), []string{base}, p.needles)
	if err != nil || result.Hits != 0 || result.Skipped != 0 {
		p.Errorf("%s: %d traces, %v", what, result.Hits, err)
	}
	entries, err := os.ReadDir(base)
	p.must(err)
	for _, e := range entries {
		if e.Name() != "laden" {
			p.Errorf("%s: %s is left", what, e.Name())
		}
	}
}

// mustBeWhole checks the shop: everybody who stays is there with her picture, nobody else.
func (p *past) mustBeWhole(what, base string, c *chain) {
	p.Helper()
	dir := filepath.Join(base, "laden")
	v, err := vault.Open(dir, vault.WithKeychain(c))
	p.must(err)
	defer v.Close()
	s, err := store.Open(context.Background(), dir, v)
	p.must(err)
	defer s.Close()
	people, err := s.ListConversations(context.Background(), store.Position{}, 10)
	if err != nil || len(people) != 1 || people[0].Profile.ProfileName != "Anna" || people[0].Last.Content.Text != "Guten Tag, hier ist Anna" {
		p.Errorf("%s: %d people, %v", what, len(people), err)
	}
	if secret, err := v.Secret("ad-block"); err != nil || string(secret) != "Sperrschlüssel" {
		p.Errorf("%s: secret: %v", what, err)
	}
	if !maps.EqualFunc(sealed(p.T, dir), sealed(p.T, p.dir), bytes.Equal) {
		p.Errorf("%s: the pictures are not those of who stays", what)
	}
	if jobs, err := s.UnfinishedErasures(context.Background()); err != nil || len(jobs) != 0 {
		p.Errorf("%s: %d erasures are not finished, %v", what, len(jobs), err)
	}
}

// mustBeEither checks that there is no shop, and nothing of one, or the restored
// one, and brings it back if there is none. It reports whether there was one.
func (p *past) mustBeEither(what, base string, c *chain) bool {
	p.Helper()
	p.mustBeClean(what, base)
	dir := filepath.Join(base, "laden")
	there, err := vault.Exists(dir)
	p.must(err)
	if !there {
		if left, err := os.ReadDir(dir); err == nil && len(left) != 0 {
			p.Errorf("%s: half a shop: %v", what, left)
		}
		if p.again[len(c.items)] {
			return false
		}
		p.again[len(c.items)] = true
		p.must(p.restore(base, c))
		p.mustBeClean(what+", again", base)
	}
	p.mustBeWhole(what, base, c)
	return there
}

// killed is what a kill at one step leaves.
type killed struct {
	name, base string
	chain      *chain
}

// A kill at any step of a restore is undone or finished at the next start:
// nobody who was erased since the backup comes back, everybody else does.
func TestRestoreSurvivesAKillAtEveryStep(t *testing.T) {
	p := newPast(t)
	base := t.TempDir()
	var images []killed
	c := &chain{items: map[string][]byte{}}
	c.steps = &steps{at: func(n int) error {
		image := killed{fmt.Sprint(n, " ", c.steps.told[n-1]), t.TempDir(), &chain{items: maps.Clone(c.items)}}
		images = append(images, image)
		return os.CopyFS(image.base, os.DirFS(base))
	}}
	p.must(p.restore(base, c))
	p.mustShowEarlier(images)
	restored := 0
	for _, k := range images {
		p.must(backup.Recover(filepath.Join(k.base, "laden"), k.chain))
		_, home := vaultIn(k.base)
		if p.mustBeEither(k.name, k.base, k.chain) {
			restored++
		} else if home {
			t.Errorf("%s: a keyring is left", k.name)
		}
	}
	if restored == 0 || restored == len(images) || len(images) < 30 {
		t.Errorf("%d of %d kills left the restored shop", restored, len(images))
	}
	t.Logf("%d kills, %d finished: %s", len(images), restored, strings.Join(slices.Compact(slices.Clone(c.steps.told)), ", "))
}

func vaultIn(base string) (string, bool) {
	home := filepath.Join(base, "laden.restoring", "home")
	there, err := vault.Exists(home)
	return home, err == nil && there
}

// mustShowEarlier proves that the search finds what is only sealed, before it
// is erased again.
func (p *past) mustShowEarlier(images []killed) {
	p.Helper()
	dirty := 0
	for _, k := range images {
		result, err := privacy.Scan(context.Background(), []string{k.base}, p.needles[6:])
		p.must(err)
		if result.Hits > 0 {
			dirty++
		}
		clear, err := privacy.Scan(context.Background(), []string{k.base}, p.needles[:6])
		if err != nil || clear.Hits != 0 {
			p.Errorf("%s: %d traces in clear, %v", k.name, clear.Hits, err)
		}
	}
	if dirty < len(images)/4 {
		p.Errorf("only %d of %d kills left something to remove; this test proves little", dirty, len(images))
	}
}

// A restore that fails at any step leaves nothing, also not in the keychain.
func TestRestoreThatFailsAtAnyStepLeavesNothing(t *testing.T) {
	p := newPast(t)
	count := &steps{at: func(int) error { return nil }}
	p.must(p.restore(t.TempDir(), &chain{items: map[string][]byte{}, steps: count}))
	failed := 0
	for at := 1; at <= count.n; at++ {
		if at > 1 && at < count.n && strings.HasPrefix(count.told[at-1], "written") && strings.HasPrefix(count.told[at], "written") {
			continue // it ends after the file, as after the file's last bytes
		}
		base, c := t.TempDir(), &chain{items: map[string][]byte{}}
		c.steps = &steps{at: func(n int) error {
			if n == at {
				return errCrash
			}
			return nil
		}}
		err := p.restore(base, c)
		what := fmt.Sprint(at, " ", c.steps.told[at-1])
		c.steps = nil
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
	if failed < 20 {
		t.Errorf("%d of %d failed", failed, count.n)
	}
}
