package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"tresen/internal/inbox"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Restored says what came back.
type Restored struct {
	CreatedAt time.Time
	Parts     int
	Bytes     int64
	Customers int
	// Erased counts those who were erased after the backup and are gone again.
	Erased int
}

// Settler makes a restored shop ready: it erases those who must not come back
// for good, and does what else the program needs. ids may be empty.
type Settler func(ctx context.Context, s *store.Store, ids []inbox.CustomerID) error

// Target is where a backup goes.
type Target struct {
	// Dir must not hold a shop.
	Dir       string
	Protector vault.Protector
	Secrets   []string
	// Local are the digests this computer knows, in addition to the list beside
	// the backup (store.ListErased).
	Local  [][32]byte
	Settle Settler
	// stop is called before every step; tests end the restore there.
	stop func(step string) error
}

// Restore brings a backup back into an empty folder. What was erased since is
// erased again before Restore returns; if that fails, nothing is left in the
// folder. It fails with invalid ("passphrase") if the passphrase is wrong,
// storage_damaged if a byte of the file is, conflict if the folder holds a shop.
func Restore(ctx context.Context, file, passphrase string, to Target, progress Progress) (r Restored, err error) {
	if exists, err := vault.Exists(to.Dir); err != nil || exists {
		return r, errors.Join(err, inbox.NewError(inbox.CodeConflict, "the folder holds a shop"))
	}
	if to.stop == nil {
		to.stop = func(string) error { return nil }
	}
	staging, err := Stage(to.Dir)
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(staging)
	m, err := unpack(ctx, file, passphrase, staging, progress)
	if err != nil {
		return r, err
	}
	r = Restored{CreatedAt: m.CreatedAt, Parts: len(m.Parts)}
	for _, p := range m.Parts {
		r.Bytes += p.Bytes
	}
	known, err := ReadErased(filepath.Dir(file))
	if err != nil {
		return r, err
	}
	for _, sum := range to.Local {
		known[hex.EncodeToString(sum[:])] = true
	}
	return r, settle(ctx, staging, passphrase, to, known, &r)
}

// settle gives the unpacked shop its new protector, erases whom it must, and
// moves it to its place.
func settle(ctx context.Context, staging, passphrase string, to Target, known map[string]bool, r *Restored) (err error) {
	home := filepath.Join(staging, homeName)
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
		{"keys", func() (err error) { v, err = exportInto(staging, home, passphrase, to); return err }},
		{"files", func() error { return moveFiles(staging, home) }},
		{"erase", func() error { return eraseAgain(ctx, home, v, to, known, r) }},
		{"place", func() error { return Place(staging, to.Dir, to.stop) }},
	} {
		if err := to.stop(step.name); err != nil {
			return err
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	v.Close()
	return nil
}

func moveFiles(from, to string) error {
	for _, name := range []string{store.FileName, store.MediaDir} {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(to, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fileError("move file", err)
		}
	}
	return nil
}

// exportInto copies the keys of the backup under the new protector.
func exportInto(staging, home, passphrase string, to Target) (*vault.Vault, error) {
	v, err := vault.Open(staging, vault.WithPassphrase([]byte(passphrase)))
	if errors.Is(err, vault.ErrWrongPassphrase) {
		return nil, inbox.InvalidField("passphrase", "wrong")
	}
	if err != nil {
		return nil, fmt.Errorf("open keyring of backup: %w", err)
	}
	defer v.Close()
	if err := v.Export(home, to.Protector, to.Secrets...); err != nil {
		return nil, err
	}
	out, err := vault.Open(home, to.Protector)
	if err != nil {
		return nil, fmt.Errorf("open keyring: %w", err)
	}
	return out, nil
}

func eraseAgain(ctx context.Context, home string, v *vault.Vault, to Target, known map[string]bool, r *Restored) error {
	s, err := store.Open(ctx, home, v)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	people, err := s.ListCustomers(ctx)
	if err != nil {
		return err
	}
	var again []inbox.CustomerID
	for _, id := range people {
		if known[digest(id)] {
			again = append(again, id)
		}
	}
	r.Customers, r.Erased = len(people)-len(again), len(again)
	return to.Settle(ctx, s, again)
}

// Test reads a backup to its end, checks every digest, opens the keyring and
// the database and every customer's record in a folder of its own, and leaves
// nothing behind. dir is where that folder is made.
func Test(ctx context.Context, file, passphrase, dir string, progress Progress) (r Restored, err error) {
	staging, err := os.MkdirTemp(dir, "restore-test-")
	if err != nil {
		return r, fileError("make folder", err)
	}
	defer os.RemoveAll(staging)
	m, err := unpack(ctx, file, passphrase, staging, progress)
	if err != nil {
		return r, err
	}
	r = Restored{CreatedAt: m.CreatedAt, Parts: len(m.Parts)}
	for _, p := range m.Parts {
		r.Bytes += p.Bytes
	}
	v, err := vault.Open(staging, vault.WithPassphrase([]byte(passphrase)))
	if err != nil {
		return r, fmt.Errorf("open keyring of backup: %w", err)
	}
	defer v.Close()
	s, err := store.Open(ctx, staging, v)
	if err != nil {
		return r, err
	}
	defer func() { _ = s.Close() }()
	people, err := s.ListCustomers(ctx)
	r.Customers = len(people)
	return r, err
}

// unpack decrypts a backup into a folder and checks it against its manifest.
func unpack(ctx context.Context, file, passphrase, dir string, progress Progress) (m manifest, err error) {
	f, err := os.Open(file)
	if err != nil {
		return m, fileError("open backup", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return m, fileError("open backup", err)
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return m, inbox.InvalidField("passphrase", "empty")
	}
	plain, err := age.Decrypt(f, identity)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return m, inbox.InvalidField("passphrase", "wrong")
	}
	if err != nil {
		return m, damaged()
	}
	found, err := unpackParts(ctx, tar.NewReader(plain), dir, info.Size(), progress, &m)
	if err != nil {
		return m, err
	}
	if m.Version != version {
		return m, inbox.NewError(inbox.CodeStorageNewer, "made by another version")
	}
	for _, p := range m.Parts {
		if found[p.Name] != p {
			return m, damaged()
		}
	}
	return m, nil
}

func damaged() error { return inbox.NewError(inbox.CodeStorageDamaged, "the backup is damaged") }

// maxManifest bounds what is read into memory.
const maxManifest = 64 << 20

func unpackParts(ctx context.Context, r *tar.Reader, dir string, total int64, progress Progress, m *manifest) (map[string]part, error) {
	found := map[string]part{}
	var done int64
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, damaged()
		}
		if h.Name == manifestName {
			b, err := io.ReadAll(io.LimitReader(r, maxManifest))
			if err != nil || json.Unmarshal(b, m) != nil {
				return nil, damaged()
			}
			continue
		}
		p, err := unpackPart(r, h, dir, func(n int64) { progress(done+n, total) })
		if err != nil {
			return nil, err
		}
		found[p.Name] = p
		done += p.Bytes
	}
	if m.Version == 0 {
		return nil, damaged() // cut off before its end
	}
	return found, nil
}

// unpackPart writes one file. Only names a backup of ours has are accepted.
func unpackPart(r *tar.Reader, h *tar.Header, dir string, progress func(written int64)) (part, error) {
	media, isMedia := strings.CutPrefix(h.Name, store.MediaDir+"/")
	if h.Typeflag != tar.TypeReg || h.Name != keyringName && h.Name != store.FileName && !(isMedia && mediaName(media)) {
		return part{}, damaged()
	}
	path := filepath.Join(dir, filepath.FromSlash(h.Name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return part{}, fileError("make folder", err)
	}
	sum := sha256.New()
	n, err := writeFile(path, func(w io.Writer) error {
		_, err := io.Copy(io.MultiWriter(w, sum, &counter{told: progress}), r)
		return err
	})
	if err != nil && inbox.CodeOf(err) == inbox.CodeInternal {
		return part{}, damaged() // not the disk, so the file that is read
	}
	return part{h.Name, n, hex.EncodeToString(sum.Sum(nil))}, err
}

// counter tells how much went through it.
type counter struct {
	n    int64
	told func(int64)
}

func (c *counter) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	c.told(c.n)
	return len(b), nil
}
