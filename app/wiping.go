package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"

	"tresen/internal/desktop"
	"tresen/internal/inbox"
	"tresen/internal/wipe"
)

// Wiping removes everything the program keeps on this computer.
type Wiping struct{ app *App }

// WipePreview is what would go.
type WipePreview struct {
	// Word must be typed before anything happens.
	Word      string `json:"word"`
	Customers int    `json:"customers"`
	Messages  int    `json:"messages"`
	Files     int    `json:"files"`
	Archived  int    `json:"archived"`
	// Folder is the data folder, Bytes what lies in it.
	Folder string `json:"folder"`
	Bytes  int64  `json:"bytes"`
	// WebviewFolders are those the window keeps for itself.
	WebviewFolders []string `json:"webviewFolders"`
	// BackupFolder is where backups lie, or empty; they stay.
	BackupFolder string `json:"backupFolder"`
	// Relay is true if this computer is a device of a mailbox.
	Relay bool `json:"relay"`
	// Keychain is true if keys lie in the system's keychain.
	Keychain bool `json:"keychain"`
	Demo     bool `json:"demo"`
}

// WipeState says how a wipe ended.
type WipeState struct {
	// Foreign counts things in the folder that are not ours; they stayed.
	Foreign int `json:"foreign"`
	// Busy counts what another program holds; the next start removes it.
	Busy int `json:"busy"`
}

// Preview says what would go.
func (b *Wiping) Preview() (preview WipePreview, err error) {
	defer guard(&err)
	preview.WebviewFolders = []string{}
	s, err := b.app.session()
	if err != nil {
		return preview, err
	}
	webview := b.app.cfg.ScanDirs
	if s.account.Provider == providerDemo {
		webview = nil
	}
	return s.wipePreview(webview)
}

// Run removes everything, keys first, if word is the one Preview named. It
// cannot be undone, and goes on at the next start if it is cut off. It fails
// with invalid ("word").
func (b *Wiping) Run(word string) (state WipeState, err error) {
	defer guard(&err)
	return b.app.wipeAll(word)
}

// Result returns how the wipe ended that this program carried out.
func (b *Wiping) Result() (state WipeState, err error) {
	defer guard(&err)
	b.app.mu.Lock()
	defer b.app.mu.Unlock()
	return b.app.wiped, nil
}

// Quit ends the program.
func (b *Wiping) Quit() (err error) {
	defer guard(&err)
	b.app.cfg.Quit()
	return nil
}

// fixedWipeWord is typed where the shop has no name yet.
const fixedWipeWord = "ALLES LÖSCHEN"

func (s *Session) wipeWord() (string, error) {
	d, err := s.shopDetails()
	if err != nil {
		return "", err
	}
	if name := inbox.CleanLine(d.Brand, maxName); name != "" {
		return name, nil
	}
	return fixedWipeWord, nil
}

func (s *Session) wipePreview(webview []string) (preview WipePreview, err error) {
	preview.WebviewFolders = append([]string{}, webview...)
	if preview.Word, err = s.wipeWord(); err != nil {
		return preview, err
	}
	n, err := s.store.CountAll(s.ctx)
	if err != nil {
		return preview, err
	}
	place, err := s.backupPlace()
	preview.Customers, preview.Messages, preview.Files, preview.Archived = n.Customers, n.Messages, n.Files, n.Archived
	preview.Folder, preview.Bytes, preview.BackupFolder = s.cfg.dir, folderSize(s.cfg.dir), place.Folder
	preview.Relay, preview.Keychain, preview.Demo = s.paired(), !s.passphrase(), s.account.Provider == providerDemo
	return preview, err
}

// folderSize adds up the files below a folder, as far as they can be seen.
func folderSize(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	return size
}

func (a *App) wipeAll(word string) (WipeState, error) {
	a.changing.Lock()
	defer a.changing.Unlock()
	s, err := a.session()
	if err != nil {
		return WipeState{}, err
	}
	want, err := s.wipeWord()
	if err != nil {
		return WipeState{}, err
	}
	if !strings.EqualFold(normalise(strings.TrimSpace(word)), normalise(want)) {
		return WipeState{}, inbox.InvalidField("word", "not the one that was asked for")
	}
	if s.paired() && s.account.Provider != providerDemo {
		if err := s.leaveRelay(); err != nil { // what waits there is sealed and gone after 7 days
			slog.Warn("relay could not be left", "code", inbox.CodeOf(err))
		}
	}
	dir := s.cfg.dir
	if err := wipe.Begin(dir); err != nil {
		return WipeState{}, inbox.WrapError(inbox.CodeStorageReadOnly, "begin wipe", err)
	}
	a.closeOpen()
	if dir == a.prefs.dir() {
		a.prefs.freeze()
		a.cfg.CloseLog()
	}
	if err := a.finishWipe(dir); err != nil {
		a.fail(err)
		return WipeState{}, err
	}
	a.set(phaseWiped, "", nil, nil)
	return a.wiped, nil
}

// finishWipe carries out a wipe that was begun, in this run of the program or
// an earlier one. It does nothing for a folder nobody wipes.
func (a *App) finishWipe(dir string) error {
	if !wipe.Pending(dir) {
		return nil
	}
	c := wipe.Config{Dir: dir, Keychain: a.cfg.Keychain, WebviewDirs: a.cfg.ScanDirs}
	if dir == a.cfg.DemoDir { // the play shop has nothing outside its folder
		c.Keychain, c.WebviewDirs = nil, nil
	}
	r, err := wipe.Run(c)
	if errors.Is(err, desktop.ErrReadOnly) {
		return inbox.WrapError(inbox.CodeStorageReadOnly, "wipe folder", err)
	}
	a.mu.Lock()
	a.wiped = WipeState{Foreign: r.Foreign, Busy: r.Busy}
	a.mu.Unlock()
	return vaultError("wipe folder", err)
}

// FinishWipes goes on with wipes that were cut off, before anything is opened. A
// failure is told once the window is there.
func (a *App) FinishWipes() {
	for _, dir := range []string{a.cfg.DataDir, a.cfg.DemoDir} {
		if err := a.finishWipe(dir); err != nil {
			slog.Warn("wipe could not be finished", "code", inbox.CodeOf(err))
		}
	}
}
