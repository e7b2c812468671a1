package app

import (
	"context"
	"crypto/rand"
	"io"
	"path/filepath"
	"strings"

	"tresen/internal/backup"
	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/openformat"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Exports writes the whole shop in a format other programs can read, and brings
// such an export back.
type Exports struct{ app *App }

// exportTask is the token of an export's progress.
const exportTask = "export"

// ExportResult says what was exported.
type ExportResult struct {
	// Saved is false if nobody chose a place, or it was stopped.
	Saved     bool  `json:"saved"`
	Customers int   `json:"customers"`
	Messages  int   `json:"messages"`
	Files     int   `json:"files"`
	Bytes     int64 `json:"bytes"`
}

// Save asks for a place and writes everything there: readable for anybody
// without a passphrase, as an encrypted ZIP with one (at least 12 characters).
// Progress is told by events.
func (b *Exports) Save(passphrase string) (result ExportResult, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	passphrase = normalise(passphrase)
	if passphrase != "" && len([]rune(passphrase)) < openformat.MinPassphrase {
		return result, inbox.InvalidField("passphrase", "too short")
	}
	path, err := b.app.cfg.SaveFile("Tresen-Export "+s.cfg.now().Format("2006-01-02")+".zip", "*.zip")
	if err != nil || path == "" {
		return result, err
	}
	if !strings.EqualFold(filepath.Ext(path), ".zip") {
		path = unused(path, ".zip")
	}
	return b.app.export(s, path, passphrase)
}

// Stop stops what is being exported or read; nothing of it is left.
func (b *Exports) Stop() (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	b.app.bringing.end()
	if s, err := b.app.session(); err == nil {
		s.exporting.end()
	}
	return nil
}

// Read asks for an export and makes a shop of it. It is only possible before a
// shop is set up here: two shops in one could not be taken apart again.
func (b *Exports) Read(r RestoreRequest) (result RestoreResult, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return result, err
	}
	paths, err := b.app.cfg.PickFiles()
	if err != nil || len(paths) == 0 {
		return result, err
	}
	return b.app.readExport(paths[0], r)
}

func (a *App) export(s *Session, path, passphrase string) (result ExportResult, err error) {
	ctx, done, err := s.exporting.begin(s.ctx)
	if err != nil {
		return result, err
	}
	defer done()
	blockKey, err := s.vault.Secret(secretBlock)
	if err != nil {
		return result, vaultError("find key of the block list", err)
	}
	var counts openformat.Counts
	err = a.writeWhole(path, 0o600, func(w io.Writer) (err error) {
		counts, err = openformat.Write(ctx, w, s.store, openformat.Options{
			Passphrase: passphrase, BlockKey: blockKey, Generator: "Tresen " + a.cfg.Version, Now: s.cfg.now(),
			Progress: func(done, total int) {
				s.cfg.emit(EventTaskProgress, TaskEvent{Token: exportTask, Done: int64(done), Total: int64(total)})
			},
		})
		return err
	})
	if ctx.Err() != nil && s.ctx.Err() == nil {
		return result, nil // stopped by the person
	}
	if err != nil {
		return result, err
	}
	err = s.store.Update(s.ctx, func(tx *store.Tx) error {
		_, err := tx.AppendLog(s.cfg.now(), "export", struct {
			Messages  int  `json:"messages"`
			Files     int  `json:"files"`
			Encrypted bool `json:"encrypted"`
		}{counts.Messages, counts.Files, passphrase != ""})
		return err
	})
	return ExportResult{Saved: true, Customers: counts.Customers, Messages: counts.Messages, Files: counts.Files, Bytes: counts.Bytes}, err
}

func (a *App) readExport(path string, r RestoreRequest) (RestoreResult, error) {
	a.changing.Lock()
	defer a.changing.Unlock()
	protector, err := a.protector(ConnectRequest{Passphrase: r.NewPassphrase}, false)
	if err != nil {
		return RestoreResult{}, err
	}
	return a.bringBack(func(ctx context.Context) (backup.Restored, error) {
		return openformat.Read(ctx, path, normalise(r.Passphrase), openformat.Target{
			Dir: a.cfg.DataDir, Protector: protector, Settle: settleImported,
			Progress: func(done, total int) {
				a.cfg.Emit(EventTaskProgress, TaskEvent{Token: exportTask, Done: int64(done), Total: int64(total)})
			},
		})
	})
}

// settleImported takes over the key of the advertising block list, so that who
// objected and was erased stays blocked. An export in the clear has neither list
// nor key: then the list is made anew from the declarations of those who came back.
func settleImported(ctx context.Context, s *store.Store, v *vault.Vault, key []byte) error {
	anew := key == nil
	if anew {
		key = make([]byte, 32)
		rand.Read(key)
	}
	if err := v.SetSecret(secretBlock, key); err != nil {
		return vaultError("keep key of the block list", err)
	}
	if !anew {
		return nil
	}
	register := consent.New(key)
	ctx = store.For(ctx, store.Keeping)
	people, err := s.ListCustomers(ctx)
	for _, id := range people {
		err := s.Update(ctx, func(tx *store.Tx) error {
			c, err := tx.FindCustomer(id)
			if err != nil {
				return err
			}
			return register.BlockAgain(tx, c)
		})
		if err != nil {
			return err
		}
	}
	return err
}
