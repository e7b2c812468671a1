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
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"tresen/internal/inbox"
	"tresen/internal/osfault"
	"tresen/internal/store"
	"tresen/internal/vault"
)

const (
	// Extension of a backup. The name before it is its time in UTC.
	Extension = ".tresen-backup"

	nameLayout   = "20060102T150405Z"
	manifestName = "manifest.json"
	keyringName  = "keyring"
	version      = 1
)

// MinPassphrase is the shortest passphrase of a backup, in characters.
const MinPassphrase = 12

// Source is the shop that is copied.
type Source struct {
	Store *store.Store
	Vault *vault.Vault
	// Secrets are the secrets that go along. Tokens should not.
	Secrets []string
	Now     func() time.Time
	// Work is the cost of guessing the passphrase, as a power of two; 0 means
	// age's default (18, about a second).
	Work int
}

// Progress says how many bytes of how many were copied.
type Progress func(done, total int64)

// Info is a backup in a folder.
type Info struct {
	Name  string
	At    time.Time
	Bytes int64
}

// part is a file inside a backup.
type part struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// manifest is the last file inside a backup.
type manifest struct {
	Version   int       `json:"version"`
	CreatedAt time.Time `json:"createdAt"`
	Parts     []part    `json:"parts"`
}

// Create writes a backup into folder and returns it once it is on the disk. An
// interrupted one leaves nothing that looks like a backup; what a killed one left
// goes first. Only one may run at a time. It fails with
// invalid if the passphrase is too short, storage_full or storage_read_only.
func Create(ctx context.Context, s Source, folder, passphrase string, progress Progress) (Info, error) {
	if len([]rune(passphrase)) < MinPassphrase {
		return Info{}, inbox.InvalidField("passphrase", "too short")
	}
	if err := TidyFolder(folder); err != nil {
		return Info{}, err
	}
	staging, err := os.MkdirTemp(s.Store.Dir(), "backup-")
	if err != nil {
		return Info{}, fileError("make folder", err)
	}
	defer os.RemoveAll(staging)
	if err := s.Vault.Export(staging, vault.WithPassphrase([]byte(passphrase)), s.Secrets...); err != nil {
		return Info{}, fmt.Errorf("copy keys: %w", err)
	}
	if err := s.Store.Snapshot(ctx, filepath.Join(staging, store.FileName)); err != nil {
		return Info{}, err
	}
	at := s.Now().UTC().Truncate(time.Second)
	info := Info{Name: at.Format(nameLayout) + Extension, At: at}
	target := filepath.Join(folder, info.Name)
	size, err := writeFile(target+partial, func(w io.Writer) error { return seal(ctx, w, s, staging, passphrase, at, progress) })
	if err != nil {
		return Info{}, errors.Join(err, remove(target+partial))
	}
	info.Bytes = size
	if err := os.Rename(target+partial, target); err != nil {
		return Info{}, errors.Join(fileError("name backup", err), remove(target+partial))
	}
	return info, WriteErased(ctx, s.Store, folder)
}

// seal writes the encrypted archive.
func seal(ctx context.Context, w io.Writer, s Source, staging, passphrase string, at time.Time, progress Progress) error {
	recipient, err := age.NewScryptRecipient(passphrase)
	if err != nil {
		return fmt.Errorf("use passphrase: %w", err)
	}
	if s.Work > 0 {
		recipient.SetWorkFactor(s.Work)
	}
	sealed, err := age.Encrypt(w, recipient)
	if err != nil {
		return fmt.Errorf("encrypt backup: %w", err)
	}
	p := &packer{ctx: ctx, tar: tar.NewWriter(sealed), progress: progress}
	err = p.pack(s, staging, at)
	return errors.Join(err, p.tar.Close(), sealed.Close())
}

// packer copies files into the archive.
type packer struct {
	ctx         context.Context
	tar         *tar.Writer
	progress    Progress
	parts       []part
	done, total int64
}

func (p *packer) pack(s Source, staging string, at time.Time) error {
	files := []string{filepath.Join(staging, keyringName), filepath.Join(staging, store.FileName)}
	media, err := sealedFiles(filepath.Join(s.Store.Dir(), store.MediaDir))
	if err != nil {
		return err
	}
	files = append(files, media...)
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			p.total += info.Size()
		}
	}
	for _, f := range files {
		name := filepath.Base(f)
		if filepath.Base(filepath.Dir(f)) == store.MediaDir {
			name = store.MediaDir + "/" + name
		}
		if err := p.add(name, f); err != nil {
			return err
		}
	}
	b, err := json.Marshal(manifest{version, at, p.parts})
	if err != nil {
		return fmt.Errorf("encode manifest: %w", err)
	}
	if err := p.tar.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(b))}); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	_, err = p.tar.Write(b)
	return err
}

func sealedFiles(dir string) (files []string, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError("list media", err)
	}
	for _, e := range entries {
		if mediaName(e.Name()) && e.Type().IsRegular() {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files, nil
}

// mediaName reports whether a name is one of a sealed file: 32 hexadecimal digits.
func mediaName(name string) bool {
	return len(name) == 32 && strings.Trim(name, "0123456789abcdef") == ""
}

// add copies one file. A sealed file that was deleted meanwhile is left out.
func (p *packer) add(name, path string) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(name, store.MediaDir+"/") {
		return nil
	}
	if err != nil {
		return fileError("read file", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fileError("read file", err)
	}
	if err := p.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: info.Size()}); err != nil {
		return fmt.Errorf("write backup: %w", osfault.WithoutPath(err))
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(p.tar, sum), io.LimitReader(f, info.Size()))
	if err != nil {
		return fmt.Errorf("copy file: %w", osfault.WithoutPath(err))
	}
	p.parts = append(p.parts, part{name, n, hex.EncodeToString(sum.Sum(nil))})
	p.done += n
	p.progress(p.done, p.total)
	return nil
}
