package openformat

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	aeszip "github.com/yeka/zip"

	"tresen/internal/backup"
	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/vault"
)

const (
	maxParts    = 2_000_000
	maxManifest = 512 << 20
	// maxLine is the longest line of a table; the longest there are hold a scan of 20 MB.
	maxLine = 64 << 20
	// minBlockKey is the shortest key of an advertising block list, in bytes.
	minBlockKey = 32
	// batch is how many records one transaction brings back.
	batch = 500
)

// Target is where an export goes.
type Target struct {
	// Dir must not hold a shop.
	Dir       string
	Protector vault.Protector
	// Local are digests of erased people this computer knows (store.ErasedDigest).
	Local [][32]byte
	// Settle makes what came back ready, before it is moved to its place. blockKey is
	// the key of the advertising block list that came along, or nil.
	Settle func(ctx context.Context, s *store.Store, v *vault.Vault, blockKey []byte) error
	// Progress is called with how many parts of how many are in.
	Progress func(done, total int)
	// stop is called before every step; tests end the import there.
	stop func(step string) error
}

// Read brings an export into an empty folder under new keys. Nobody comes back
// whose erasure the list beside the file, the export itself or this computer
// knows. If it fails, nothing is left. It fails with conflict if the folder
// holds a shop, with invalid ("passphrase") if that is wrong or missing, with
// invalid ("export") for what is no export, with storage_damaged if a digest is
// not right, with storage_newer for another version's.
func Read(ctx context.Context, file, passphrase string, to Target) (r backup.Restored, err error) {
	if exists, err := vault.Exists(to.Dir); err != nil || exists {
		return r, errors.Join(err, inbox.NewError(inbox.CodeConflict, "the folder holds a shop"))
	}
	in, err := openExport(file, passphrase)
	if err != nil {
		return r, err
	}
	defer in.close()
	known, err := backup.ReadErased(filepath.Dir(file))
	if err != nil {
		return r, err
	}
	for _, sum := range to.Local {
		known[hex.EncodeToString(sum[:])] = true
	}
	staging, err := backup.Stage(to.Dir)
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(staging)
	return in.settle(ctx, staging, known, to)
}

// settle makes a shop of the export and moves it to its place.
func (e *export) settle(ctx context.Context, staging string, known map[string]bool, to Target) (r backup.Restored, err error) {
	if to.stop == nil {
		to.stop = func(string) error { return nil }
	}
	home := filepath.Join(staging, "home")
	var v *vault.Vault
	defer func() {
		if v != nil && err != nil {
			err = errors.Join(err, v.Wipe()) // takes its items out of the keychain
		}
	}()
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"keys", func() (err error) {
			if v, err = vault.Create(home, to.Protector); err != nil {
				return fmt.Errorf("make keyring: %w", err)
			}
			return nil
		}},
		{"fill", func() (err error) { r, err = e.fill(ctx, home, v, known, to); return err }},
		{"place", func() error { return backup.Place(staging, to.Dir, to.stop) }},
	} {
		if err := to.stop(step.name); err != nil {
			return r, err
		}
		if err := step.do(); err != nil {
			return r, err
		}
	}
	v.Close()
	return r, nil
}

// export is an export that was opened and whose manifest was read.
type export struct {
	zip      *aeszip.ReadCloser
	parts    map[string]*aeszip.File
	manifest Manifest
}

func openExport(file, passphrase string) (*export, error) {
	z, err := aeszip.OpenReader(file)
	if err != nil {
		return nil, noExport()
	}
	e := &export{zip: z, parts: map[string]*aeszip.File{}}
	if err := e.readManifest(passphrase); err != nil {
		return nil, errors.Join(err, z.Close())
	}
	return e, nil
}

func (e *export) close() { _ = e.zip.Close() } // it was only read

func noExport() error { return inbox.InvalidField("export", "not an export") }
func damaged() error  { return inbox.NewError(inbox.CodeStorageDamaged, "the export is damaged") }

func (e *export) readManifest(passphrase string) error {
	if len(e.zip.File) > maxParts {
		return noExport()
	}
	for _, f := range e.zip.File {
		if f.IsEncrypted() {
			f.SetPassword(passphrase)
			f.DeferAuth = true // or a whole file would be held in memory
		}
		if e.parts[f.Name] != nil {
			return damaged()
		}
		e.parts[f.Name] = f
	}
	f := e.parts[manifestName]
	if f == nil {
		return noExport()
	}
	if f.IsEncrypted() && passphrase == "" {
		return inbox.InvalidField("passphrase", "missing")
	}
	r, err := f.Open()
	if err != nil {
		return wrongPassphrase(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return wrongPassphrase(err)
	}
	if json.Unmarshal(b, &e.manifest) != nil || e.manifest.Format != Format {
		return noExport()
	}
	if e.manifest.Version != Version {
		return inbox.NewError(inbox.CodeStorageNewer, "made by another version")
	}
	return nil
}

func wrongPassphrase(err error) error {
	if errors.Is(err, aeszip.ErrPassword) || errors.Is(err, aeszip.ErrAuthentication) || errors.Is(err, aeszip.ErrDecryption) {
		return inbox.InvalidField("passphrase", "wrong")
	}
	return damaged()
}

func (e *export) fill(ctx context.Context, dir string, v *vault.Vault, known map[string]bool, to Target) (r backup.Restored, err error) {
	s, err := store.Open(ctx, dir, v)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r = backup.Restored{CreatedAt: e.manifest.CreatedAt, Parts: len(e.manifest.Parts)}
	w, err := s.BeginWhole(ctx, known)
	if err != nil {
		return r, err
	}
	order := slices.Clone(e.manifest.Parts)
	tables := store.WholeTables()
	place := func(p Part) int {
		table, _ := strings.CutSuffix(strings.TrimPrefix(p.Path, "data/"), ".jsonl")
		if i := slices.Index(tables, table); i >= 0 && strings.HasPrefix(p.Path, "data/") {
			return i
		}
		return len(tables) // files after all tables
	}
	slices.SortStableFunc(order, func(a, b Part) int { return place(a) - place(b) })
	for i, p := range order {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if err := e.bring(ctx, w, p); err != nil {
			return r, err
		}
		r.Bytes += p.Bytes
		to.Progress(i+1, len(order))
	}
	if err := w.End(ctx); err != nil {
		return r, err
	}
	r.Customers, r.Erased = w.Customers, w.Erased
	key, err := e.blockKey()
	if err != nil {
		return r, err
	}
	return r, to.Settle(ctx, s, v, key)
}

// blockKey is the key of the advertising block list, or nil if none came along.
func (e *export) blockKey() ([]byte, error) {
	if e.manifest.AdBlockKey == "" {
		return nil, nil
	}
	key, err := hex.DecodeString(e.manifest.AdBlockKey)
	if err != nil || len(key) < minBlockKey {
		return nil, damaged()
	}
	return key, nil
}

// bring reads one part and checks it against the manifest.
func (e *export) bring(ctx context.Context, w *store.Whole, p Part) error {
	f := e.parts[p.Path]
	if f == nil || p.Bytes < 0 {
		return damaged()
	}
	from, err := f.Open()
	if err != nil {
		return damaged()
	}
	defer from.Close()
	sum := sha256.New()
	counted := &counting{r: io.TeeReader(io.LimitReader(from, p.Bytes+1), sum)}
	switch {
	case strings.HasPrefix(p.Path, "data/") && strings.HasSuffix(p.Path, ".jsonl"):
		err = table(ctx, w, strings.TrimSuffix(strings.TrimPrefix(p.Path, "data/"), ".jsonl"), counted)
	case strings.HasPrefix(p.Path, "files/"):
		err = w.AddFile(strings.TrimPrefix(p.Path, "files/"), counted)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, counted)
	}
	if counted.err != nil || err == nil && (counted.n != p.Bytes || hex.EncodeToString(sum.Sum(nil)) != p.SHA256) {
		return damaged()
	}
	return err
}

// counting remembers how much was read, and that reading failed.
type counting struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}

// table brings the lines of a table back, a few at a time.
func table(ctx context.Context, w *store.Whole, name string, r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	var records []map[string]any
	size := 0
	for lines.Scan() {
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.UseNumber()
		var record map[string]any
		if d.Decode(&record) != nil {
			return damaged()
		}
		records = append(records, record)
		if size += len(lines.Bytes()); len(records) == batch || size > maxLine {
			if err := w.Add(ctx, name, records); err != nil {
				return err
			}
			records, size = nil, 0
		}
	}
	if lines.Err() != nil {
		return damaged()
	}
	return w.Add(ctx, name, records)
}
