package app

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tresen/internal/desktop"
	"tresen/internal/inbox"
	"tresen/internal/print"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Config is what main.go hands to the app.
type Config struct {
	Version string
	// DataDir and DemoDir are the data folders of the real shop and the play shop.
	DataDir, DemoDir string
	// Demo opens the play shop at once.
	Demo bool
	// Keychain is the operating system's.
	Keychain vault.Keychain
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// BackupWork is the cost of guessing a backup's passphrase, as a power of two; 0 means the usual.
	BackupWork int
	// Emit tells the window that something changed. It is set before Start.
	Emit func(name EventName, payload any)
	// OpenURL opens an address in the system's browser.
	OpenURL func(url string)
	// SaveFile asks the person where to put a file; path is empty if nowhere.
	SaveFile func(suggestedName, pattern string) (path string, err error)
	// OpenFile opens a file with the system's program for it.
	OpenFile func(path string) error
	// MarkForeign marks a file for the system as somebody else's.
	MarkForeign func(path string)
	// PickFiles asks the person for files to send; paths is empty if for none.
	PickFiles func() (paths []string, err error)
	// PickFolder asks the person for a folder; path is empty if for none.
	PickFolder func() (path string, err error)
	// OpenNotifier opens what shows the system's notifications; clicked gets a notification's tag. nil means there are none.
	OpenNotifier func(clicked func(tag string)) (Notifier, error)
	// Raise brings the window to the front.
	Raise func()
	// ForgetPINs takes all PINs away once the real shop is open: the last way back in.
	ForgetPINs bool
	// ScanDirs are folders outside the data folder that an erasure searches too,
	// such as the webview's own.
	ScanDirs []string
	// CloseLog ends the technical log in the data folder.
	CloseLog func()
	// Quit ends the program.
	Quit func()
}

// phase says what the window must show.
type phase string

const (
	phaseFirst   phase = "first"
	phaseLocked  phase = "locked"
	phaseProblem phase = "problem"
	phaseOpen    phase = "open"
	phaseWiped   phase = "wiped"
)

// App holds the open shop, if there is one, and the way to it.
type App struct {
	cfg   Config
	prefs *preferences
	// press holds the typefaces for print, read when they are first needed.
	press func() (*print.Press, error)
	// previews holds the page on which the website's widget can be tried.
	previews previews

	probe       sync.Once
	hasKeychain bool
	// needs says who may call what.
	needs func() needTable
	// started is closed once Start has decided what to show.
	started chan struct{}
	// changing serialises opening and closing; mu guards the fields below.
	changing sync.Mutex
	// bringing is what brings a backup or an export back, while it runs.
	bringing running
	mu       sync.Mutex
	phase    phase
	problem  inbox.Code
	open     *Session
	draft    *Session // made by the guide, not connected yet
	play     *demoRun
	wiped    WipeState
}

// New returns an app that has not opened anything yet.
func New(cfg Config) *App {
	if cfg.Emit == nil {
		cfg.Emit = func(EventName, any) {}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.CloseLog == nil {
		cfg.CloseLog = func() {}
	}
	if cfg.Quit == nil {
		cfg.Quit = func() {}
	}
	if cfg.OpenURL == nil {
		cfg.OpenURL = func(string) {}
	}
	if cfg.OpenFile == nil {
		cfg.OpenFile = func(string) error { return desktop.ErrNoProgram }
	}
	if cfg.MarkForeign == nil {
		cfg.MarkForeign = func(string) {}
	}
	if cfg.SaveFile == nil {
		cfg.SaveFile = func(string, string) (string, error) { return "", nil }
	}
	if cfg.PickFiles == nil {
		cfg.PickFiles = func() ([]string, error) { return nil, nil }
	}
	if cfg.PickFolder == nil {
		cfg.PickFolder = func() (string, error) { return "", nil }
	}
	dir := cfg.DataDir
	if cfg.Demo {
		dir = cfg.DemoDir
	}
	return &App{
		cfg: cfg, phase: phaseFirst, prefs: newPreferences(dir), press: sync.OnceValues(print.NewPress),
		needs: sync.OnceValue(newNeedTable), started: make(chan struct{}),
	}
}

// Bound returns the structs the window may call.
func (a *App) Bound() []any {
	return []any{&Inbox{a}, &Customers{a}, &Print{a}, &Shop{a}, &Setup{a}, &System{a}, &Search{a}, &Work{a}, &Demo{a},
		&Snippets{a}, &Templates{a}, &Costs{a}, &Numbers{a}, &Broadcasts{a},
		&Media{a}, &Sending{a}, &Translation{a},
		&Codes{a}, &Links{a},
		&Profile{a}, &Imprint{a}, &Website{a},
		&Relay{a}, &Guide{a}, &Health{a},
		&Automatic{a}, &Consents{a}, &Retention{a}, &Rights{a}, &Cases{a}, &Backups{a}, &Papers{a},
		&People{a}, &ChatImports{a}, &Exports{a},
		&Counter{a}, &Attention{a},
		&Erasing{a}, &Wiping{a}, &Log{a},
	}
}

// Start opens the play shop or the real one, as far as that needs nobody. A
// problem is not an error: the window shows it. It is called once.
func (a *App) Start() {
	defer close(a.started)
	open := a.reopen
	if a.cfg.Demo {
		open = a.startDemo
	}
	if err := open(); err != nil {
		slog.Warn("shop could not be opened", "code", inbox.CodeOf(err))
	}
}

// Stop closes whatever is open and waits for it.
func (a *App) Stop() {
	a.bringing.end()
	a.changing.Lock()
	defer a.changing.Unlock()
	a.closeOpen()
}

func (a *App) closeOpen() {
	a.mu.Lock()
	s, d, draft := a.open, a.play, a.draft
	a.open, a.play, a.draft = nil, nil, nil
	a.mu.Unlock()
	if draft != nil {
		draft.close()
	}
	if d != nil {
		d.stop()
	}
	if s != nil {
		s.close()
	}
}

func (a *App) set(p phase, problem inbox.Code, s *Session, d *demoRun) {
	a.mu.Lock()
	a.phase, a.problem, a.open, a.play = p, problem, s, d
	a.mu.Unlock()
	a.cfg.Emit(EventSetupChanged, nil)
}

func (a *App) fail(err error) {
	slog.Error("opening failed", "err", err)
	a.set(phaseProblem, inbox.CodeOf(err), nil, nil)
}

// session returns the open shop, or not_found while none is open. It fails with
// locked or not_allowed if the bound method that asks may not be called now
// (roles.go).
func (a *App) session() (*Session, error) {
	if err := a.allow(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open == nil {
		return nil, inbox.NewError(inbox.CodeNotFound, "no shop is open")
	}
	return a.open, nil
}

// sessionFor is session for a call that names a message.
func (a *App) sessionFor(messageID string) (*Session, inbox.MessageID, error) {
	s, err := a.session()
	if err != nil {
		return nil, 0, err
	}
	id, err := inbox.ParseMessageID(messageID)
	return s, id, err
}

func (a *App) demo() (*demoRun, error) {
	if err := a.allow(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.play == nil {
		return nil, inbox.NewError(inbox.CodeNotFound, "not in demo mode")
	}
	return a.play, nil
}

// setupState waits for Start, so that the window does not flash a screen that
// is about to be replaced.
func (a *App) setupState() SetupState {
	<-a.started
	keychain := a.keychain()
	a.mu.Lock()
	defer a.mu.Unlock()
	return SetupState{
		Phase: string(a.phase), Code: string(a.problem), Demo: a.play != nil, Version: a.cfg.Version,
		Keychain: keychain, DataDir: a.cfg.DataDir,
	}
}

// keychain reports whether the operating system's keychain can be used. It is
// asked once: the system may show a question of its own meanwhile.
func (a *App) keychain() bool {
	a.probe.Do(func() {
		a.hasKeychain = a.cfg.Keychain != nil && vault.Probe(a.cfg.Keychain) == nil
	})
	return a.hasKeychain
}

// reopen opens the real shop if there is one and no passphrase is needed.
func (a *App) reopen() error {
	a.changing.Lock()
	defer a.changing.Unlock()
	return a.reopenHeld()
}

func (a *App) reopenHeld() error {
	a.closeOpen()
	if err := a.finishWipe(a.cfg.DataDir); err != nil {
		a.fail(err)
		return err
	}
	if err := a.finishRestore(); err != nil {
		a.fail(err)
		return err
	}
	kind, err := vault.Kind(a.cfg.DataDir)
	switch {
	case errors.Is(err, vault.ErrNoKeyring):
		err = a.refuseOrphans()
		if err == nil {
			a.set(phaseFirst, "", nil, nil)
			return nil
		}
	case err == nil && kind == vault.KindPassphrase:
		a.set(phaseLocked, "", nil, nil)
		return nil
	case err == nil && a.cfg.Keychain == nil:
		err = inbox.NewError(inbox.CodeKeychain, "no keychain on this system")
	case err == nil:
		return a.openReal(vault.WithKeychain(a.cfg.Keychain))
	}
	err = vaultError("look at keyring", err)
	a.fail(err)
	return err
}

// refuseOrphans fails if there is a database whose keyring is gone: a new
// keyring beside it would only hide that.
func (a *App) refuseOrphans() error {
	info, err := os.Stat(filepath.Join(a.cfg.DataDir, store.FileName))
	if err == nil && info.Size() > 0 {
		return inbox.NewError(inbox.CodeKeyMissing, "database without keyring")
	}
	return nil
}

func (a *App) unlock(passphrase string) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	a.closeOpen()
	return a.openReal(vault.WithPassphrase([]byte(normalise(passphrase))))
}

// openReal opens the real data folder; changing is held.
func (a *App) openReal(p vault.Protector) error {
	cfg := a.cfg.session(a.cfg.DataDir)
	cfg.protector = p
	s, err := openSession(cfg)
	if inbox.CodeOf(err) == inbox.CodeWrongPassphrase && err != nil {
		a.set(phaseLocked, "", nil, nil)
		return err
	}
	if err == nil {
		err = s.connectStored()
	}
	if errors.Is(err, errNoConnection) {
		// Connecting was cut off before anything was received: go on from there.
		a.holdDraft(s)
		return nil
	}
	if err != nil && s != nil {
		s.close()
	}
	if err != nil {
		a.fail(err)
		return err
	}
	if a.cfg.ForgetPINs {
		if err := s.forgetPINs(); err != nil {
			slog.Error("PINs were not taken away", "err", err)
		}
	}
	a.set(phaseOpen, "", s, nil)
	return nil
}

func (a *App) startDemo() error {
	a.changing.Lock()
	defer a.changing.Unlock()
	a.closeOpen()
	if err := a.finishWipe(a.cfg.DemoDir); err != nil {
		a.fail(err)
		return err
	}
	d, s, err := startDemo(a.cfg)
	if err != nil {
		a.fail(err)
		return err
	}
	a.set(phaseOpen, "", s, d)
	if err := d.perform(); err != nil {
		a.closeOpen()
		a.fail(err)
		return err
	}
	return nil
}

func (a *App) leaveDemo() error {
	if _, err := a.demo(); err != nil {
		return err
	}
	return a.reopen()
}

// vaultError gives the vault's errors the codes people know.
func vaultError(doing string, err error) error {
	if err == nil {
		return nil
	}
	for _, m := range []struct {
		is   error
		code inbox.Code
	}{
		{vault.ErrWrongPassphrase, inbox.CodeWrongPassphrase},
		{vault.ErrEmptyPassphrase, inbox.CodeWrongPassphrase},
		{vault.ErrKeyMissing, inbox.CodeKeyMissing},
		{vault.ErrDamaged, inbox.CodeStorageDamaged},
		{vault.ErrNewer, inbox.CodeStorageNewer},
		{vault.ErrKeychainUnavailable, inbox.CodeKeychain},
		{desktop.ErrInUse, inbox.CodeInUse},
		{desktop.ErrReadOnly, inbox.CodeStorageReadOnly},
		{desktop.ErrDiskFull, inbox.CodeStorageFull},
		{desktop.ErrNotAFolder, inbox.CodeStorageReadOnly},
	} {
		if errors.Is(err, m.is) {
			return inbox.WrapError(m.code, doing, err)
		}
	}
	return err
}
