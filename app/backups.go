package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"time"

	"tresen/internal/backup"
	"tresen/internal/desktop"
	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Backups copies the shop to a stick or a network drive.
type Backups struct{ app *App }

// BackupRow is a backup in the chosen folder.
type BackupRow struct {
	Name  string `json:"name"`
	AtMs  int64  `json:"atMs"`
	Bytes int64  `json:"bytes"`
}

// BackupSheet is the chosen folder and what lies in it.
type BackupSheet struct {
	// Folder is where backups go, empty until somebody chose.
	Folder string      `json:"folder"`
	Rows   []BackupRow `json:"rows"`
	// Reachable is false if the folder is not there now, as with a stick that was pulled out.
	Reachable bool `json:"reachable"`
	// TestedAtMs is when a backup was last read back whole, or 0.
	TestedAtMs  int64 `json:"testedAtMs"`
	Generations int   `json:"generations"`
	MaxAgeDays  int   `json:"maxAgeDays"`
}

// BackupTest is what reading a backup back found.
type BackupTest struct {
	// AtMs is 0 if somebody stopped it.
	AtMs      int64 `json:"atMs"`
	Customers int   `json:"customers"`
	Files     int   `json:"files"`
	Bytes     int64 `json:"bytes"`
}

// Get returns the folder and its backups.
func (b *Backups) Get() (sheet BackupSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	return s.backupSheet()
}

// Choose asks the person for the folder.
func (b *Backups) Choose() (sheet BackupSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	folder, err := b.app.cfg.PickFolder()
	if err != nil || folder == "" {
		return sheet, err
	}
	place, err := s.backupPlace()
	if err != nil {
		return sheet, err
	}
	place.Folder = folder
	if err := s.keepBackupPlace(place); err != nil {
		return sheet, err
	}
	return s.backupSheet()
}

// backupTask is the token of the progress of making, testing and restoring a
// backup, in bytes.
const backupTask = "backup"

// Stop stops the backup that is being made, tested or restored; nothing of it is left.
func (b *Backups) Stop() (err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return err
	}
	b.app.bringing.end()
	if s, err := b.app.session(); err == nil {
		s.copying.end()
	}
	return nil
}

// Create makes a backup and deletes those beyond the limits. It fails with
// invalid ("passphrase") if that is too short. Progress is told by events.
func (b *Backups) Create(passphrase string) (sheet BackupSheet, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return sheet, err
	}
	place, err := s.backupPlace()
	if err != nil {
		return sheet, err
	}
	if place.Folder == "" {
		return sheet, inbox.InvalidField("folder", "missing")
	}
	s.backingUp.Lock()
	defer s.backingUp.Unlock()
	ctx, done, err := s.copying.begin(s.ctx)
	if err != nil {
		return sheet, err
	}
	defer done()
	source := backup.Source{Store: s.store, Vault: s.vault, Secrets: []string{secretBlock}, Now: s.cfg.now, Work: s.cfg.backupWork}
	info, err := backup.Create(ctx, source, place.Folder, normalise(passphrase), reporting(s.cfg.emit, backupTask))
	if err != nil && ctx.Err() != nil && s.ctx.Err() == nil {
		return s.backupSheet() // stopped by the person
	}
	if err != nil {
		return sheet, err
	}
	if _, err := backup.Prune(place.Folder, backup.DefaultLimits, s.cfg.now()); err != nil {
		return sheet, err
	}
	forget := s.cfg.now().Add(-backup.DefaultLimits.MaxAge - erasedGrace)
	if err := s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.ForgetErased(forget) }); err != nil {
		return sheet, err
	}
	if err := s.logBackup("backup", info.Bytes); err != nil {
		return sheet, err
	}
	return s.backupSheet()
}

// Test reads the newest backup back whole, as a restore would, and leaves
// nothing of it.
func (b *Backups) Test(passphrase string) (result BackupTest, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return result, err
	}
	return s.testBackup(normalise(passphrase))
}

// erasedGrace is how much longer than any backup lives it is remembered who must
// not come back.
const erasedGrace = 30 * 24 * time.Hour

const backupSetting = "backup"

// backupPlace is where backups go and when one was last read back.
type backupPlace struct {
	Folder   string    `json:"folder"`
	TestedAt time.Time `json:"testedAt"`
}

func (s *Session) backupPlace() (p backupPlace, err error) {
	value, err := s.store.Setting(s.ctx, backupSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return p, nil
	}
	if err == nil && json.Unmarshal(value, &p) != nil {
		err = inbox.NewError(inbox.CodeStorageDamaged, "decode backup place")
	}
	return p, err
}

func (s *Session) keepBackupPlace(p backupPlace) error {
	value, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(backupSetting, value) })
}

func (s *Session) backupSheet() (BackupSheet, error) {
	place, err := s.backupPlace()
	sheet := BackupSheet{
		Folder: place.Folder, Rows: []BackupRow{}, TestedAtMs: millis(place.TestedAt),
		Generations: backup.DefaultLimits.Generations, MaxAgeDays: int(backup.DefaultLimits.MaxAge / (24 * time.Hour)),
	}
	if err != nil || place.Folder == "" {
		return sheet, err
	}
	list, err := backup.List(place.Folder)
	sheet.Reachable = err == nil
	for _, i := range list {
		sheet.Rows = append(sheet.Rows, BackupRow{Name: i.Name, AtMs: millis(i.At), Bytes: i.Bytes})
	}
	return sheet, nil
}

func (s *Session) testBackup(passphrase string) (BackupTest, error) {
	place, err := s.backupPlace()
	if err != nil {
		return BackupTest{}, err
	}
	list, err := backup.List(place.Folder)
	if err != nil {
		return BackupTest{}, err
	}
	if len(list) == 0 {
		return BackupTest{}, inbox.NewError(inbox.CodeNotFound, "no backup")
	}
	ctx, done, err := s.copying.begin(s.ctx)
	if err != nil {
		return BackupTest{}, err
	}
	defer done()
	r, err := backup.Test(ctx, filepath.Join(place.Folder, list[0].Name), passphrase, s.cfg.dir, reporting(s.cfg.emit, backupTask))
	if err != nil && ctx.Err() != nil && s.ctx.Err() == nil {
		return BackupTest{}, nil // stopped by the person
	}
	if err != nil {
		return BackupTest{}, err
	}
	place.TestedAt = s.cfg.now()
	if err := s.keepBackupPlace(place); err != nil {
		return BackupTest{}, err
	}
	return BackupTest{AtMs: millis(r.CreatedAt), Customers: r.Customers, Files: r.Parts, Bytes: r.Bytes}, s.logBackup("restoreTest", r.Bytes)
}

func (s *Session) logBackup(kind string, bytes int64) error {
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		_, err := tx.AppendLog(s.cfg.now(), kind, struct {
			Bytes int64 `json:"bytes"`
		}{bytes})
		return err
	})
}

// noteErasedBesideBackups keeps the list beside the backups up to date, so that
// a restore on another computer brings nobody back.
func (s *Session) noteErasedBesideBackups(ctx context.Context) error {
	return s.besideBackups(func(folder string) error { return backup.WriteErased(ctx, s.store, folder) })
}

// tidyBackups makes good what the end of the program cut off in the folder with
// the backups: a half backup goes, and the list beside them is brought up to date.
func (s *Session) tidyBackups(ctx context.Context) error {
	return s.besideBackups(func(folder string) error {
		return errors.Join(backup.TidyFolder(folder), backup.WriteErased(ctx, s.store, folder))
	})
}

// besideBackups changes something in the folder with the backups, if there is
// one; it may be on a stick that is not there now.
func (s *Session) besideBackups(change func(folder string) error) error {
	place, err := s.backupPlace()
	if err != nil || place.Folder == "" {
		return err
	}
	s.backingUp.Lock()
	defer s.backingUp.Unlock()
	if err := change(place.Folder); err != nil {
		slog.Warn("the folder with the backups was not brought up to date", "code", inbox.CodeOf(err))
	}
	return nil
}

// RestoreRequest brings a backup back onto a computer without a shop.
type RestoreRequest struct {
	Passphrase string `json:"passphrase"`
	// NewPassphrase protects the shop where there is no keychain.
	NewPassphrase string `json:"newPassphrase"`
}

// RestoreResult says what came back.
type RestoreResult struct {
	// Chosen is false if the person chose nothing, or stopped it.
	Chosen    bool  `json:"chosen"`
	AtMs      int64 `json:"atMs"`
	Customers int   `json:"customers"`
	// Erased counts those who were erased after the backup and are gone again.
	Erased int `json:"erased"`
}

// Restore asks for the folder with the backups and brings the newest one back.
// It is only possible before a shop is set up here.
func (b *Backups) Restore(r RestoreRequest) (result RestoreResult, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return result, err
	}
	folder, err := b.app.cfg.PickFolder()
	if err != nil || folder == "" {
		return result, err
	}
	return b.app.restore(folder, r)
}

func (a *App) restore(folder string, r RestoreRequest) (RestoreResult, error) {
	a.changing.Lock()
	defer a.changing.Unlock()
	list, err := backup.List(folder)
	if err != nil {
		return RestoreResult{}, err
	}
	if len(list) == 0 {
		return RestoreResult{}, inbox.NewError(inbox.CodeNotFound, "no backup in the folder")
	}
	protector, err := a.protector(ConnectRequest{Passphrase: r.NewPassphrase}, false)
	if err != nil {
		return RestoreResult{}, err
	}
	return a.bringBack(func(ctx context.Context) (backup.Restored, error) {
		return backup.Restore(ctx, filepath.Join(folder, list[0].Name), normalise(r.Passphrase),
			backup.Target{Dir: a.cfg.DataDir, Protector: protector, Secrets: []string{secretBlock}, Settle: settleRestored},
			reporting(a.cfg.Emit, backupTask))
	})
}

// finishRestore ends a restore that was cut off, before anything is opened.
func (a *App) finishRestore() error {
	if !backup.Interrupted(a.cfg.DataDir) {
		return nil
	}
	return a.holdFolder(func() error { return vaultError("end restore", backup.Recover(a.cfg.DataDir, a.cfg.Keychain)) })
}

// bringBack runs what brings a shop into the data folder, which must hold none,
// and opens it. If somebody stops it, nothing has come and nothing is chosen.
func (a *App) bringBack(do func(context.Context) (backup.Restored, error)) (RestoreResult, error) {
	ctx, done, err := a.bringing.begin(context.Background())
	if err != nil {
		return RestoreResult{}, err
	}
	defer done()
	if exists, err := vault.Exists(a.cfg.DataDir); err != nil || exists {
		return RestoreResult{}, errors.Join(err, inbox.NewError(inbox.CodeConflict, "the folder holds a shop"))
	}
	var got backup.Restored
	err = a.holdFolder(func() (err error) {
		got, err = do(ctx)
		return err
	})
	if err != nil && ctx.Err() != nil {
		return RestoreResult{}, nil // stopped by the person
	}
	if err != nil {
		return RestoreResult{}, err
	}
	// Without a connection it stays with the first screen, where one is made next.
	if err := a.reopenHeld(); err != nil && !errors.Is(err, errNoConnection) {
		return RestoreResult{}, err
	}
	return RestoreResult{Chosen: true, AtMs: millis(got.CreatedAt), Customers: got.Customers, Erased: got.Erased}, nil
}

// holdFolder keeps other processes from the data folder meanwhile.
func (a *App) holdFolder(do func() error) error {
	if err := desktop.Prepare(a.cfg.DataDir); err != nil {
		return vaultError("prepare data folder", err)
	}
	lock, err := desktop.Lock(a.cfg.DataDir)
	if err != nil {
		return vaultError("lock data folder", err)
	}
	return errors.Join(do(), lock.Unlock())
}

// settleRestored erases those who must not come back, and forgets the
// connection: its secrets are not in the backup.
func settleRestored(ctx context.Context, s *store.Store, ids []inbox.CustomerID) error {
	if err := s.Update(ctx, func(tx *store.Tx) error { return tx.DeleteSetting(accountSetting) }); err != nil {
		return err
	}
	e := privacy.New(privacy.Config{Store: s})
	if _, err := e.EraseAll(ctx, ids); err != nil {
		return err
	}
	return e.RunPending(ctx)
}
