package wipe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"tresen/internal/desktop"
	"tresen/internal/osfault"
	"tresen/internal/vault"
)

// marker says that the folder is being wiped. It is the last file to go.
const marker = "wiping"

// lockName is desktop.Lock's file; it is held during a wipe and goes at its end.
const lockName = "lock"

// ours are the names the program gives files and folders in its data folder.
var ours = regexp.MustCompile(`^(` + strings.Join([]string{
	`keyring(\.new)?`, `tresen\.db(-wal|-shm|-journal)?`, `media`, `opened`, `tresen(\.old)?\.log`, `window\.json(\.new)?`,
	`probe-[0-9]+`, `backup-[0-9]+`, `restore-test-[0-9]+`, `printing`,
	`\.tresen-[0-9]+`, // what was being saved into this folder when the program was killed
}, "|") + `)$`)

// sealed are the names of what is ours in the folders that other programs may
// have put something into; everything in our other folders is ours.
var sealed = regexp.MustCompile(`^[0-9a-f]{32}$`)

var shared = map[string]bool{"media": true, "opened": true}

// Config says what is wiped.
type Config struct {
	// Dir is the data folder.
	Dir string
	// Keychain is the system's, or nil.
	Keychain vault.Keychain
	// WebviewDirs are the folders the webview keeps for this program.
	WebviewDirs []string
	// Step is called before each step and may end the wipe there; tests do.
	Step func(step string) error
}

// Result says what a wipe left.
type Result struct {
	// Foreign counts things in the folder that are not ours; they stay.
	Foreign int
	// Busy counts things of ours that could not be removed now, because another
	// program holds them. The next start tries again.
	Busy int
}

// Begin marks the folder: from now on every start of the program wipes it
// before anything else. It fails with what the file system reports.
func Begin(dir string) error {
	f, err := os.OpenFile(filepath.Join(dir, marker), os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("mark folder: %w", osfault.WithoutPath(err))
	}
	err = f.Sync()
	return errors.Join(osfault.WithoutPath(err), osfault.WithoutPath(f.Close()))
}

// Pending reports whether the folder is marked.
func Pending(dir string) bool {
	info, err := os.Lstat(filepath.Join(dir, marker))
	return err == nil && info.Mode().IsRegular()
}

// Run wipes a marked folder. It can be called again after an error or a kill.
// It fails with desktop.ErrInUse if another process has the folder, and with
// vault.ErrKeychainUnavailable while the keys cannot be destroyed; nothing else
// is removed then.
func Run(c Config) (Result, error) {
	if c.Step == nil {
		c.Step = func(string) error { return nil }
	}
	lock, err := desktop.Lock(c.Dir)
	if err != nil {
		return Result{}, err
	}
	w := &wiper{cfg: c}
	err = w.run()
	if errUnlock := lock.Unlock(); err == nil {
		err = errUnlock
	}
	if err != nil || w.result.Busy > 0 {
		return w.result, err
	}
	return w.result, w.leave()
}

type wiper struct {
	cfg    Config
	result Result
}

func (w *wiper) run() error {
	for _, step := range []struct {
		name string
		do   func() error
	}{{"keys", w.keys}, {"files", w.files}, {"restoring", w.restoring}, {"webview", w.webview}} {
		if err := w.cfg.Step(step.name); err != nil {
			return err
		}
		if err := step.do(); err != nil {
			return err
		}
	}
	return w.cfg.Step("end")
}

// keys takes everything of ours out of the keychain and destroys every keyring,
// also that of a restore that was cut off.
func (w *wiper) keys() error {
	for _, dir := range []string{w.cfg.Dir, w.staging(), filepath.Join(w.staging(), "home"), filepath.Join(w.staging(), "ready")} {
		if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
			continue
		}
		if err := w.destroy(dir); err != nil {
			return err
		}
	}
	return nil
}

// destroy destroys the keyring in a folder, if there is one.
func (w *wiper) destroy(dir string) error {
	kind, err := vault.Kind(dir)
	if errors.Is(err, vault.ErrNoKeyring) {
		return nil
	}
	if err == nil && kind == vault.KindKeychain {
		if err := w.emptyKeychain(dir); err != nil {
			return err
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return osfault.WithoutPath(err)
	}
	defer root.Close()
	for _, name := range []string{"keyring.new", "keyring"} {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("destroy keyring: %w", osfault.WithoutPath(err))
		}
	}
	return nil
}

// emptyKeychain takes a keyring's items out of the keychain.
func (w *wiper) emptyKeychain(dir string) error {
	if w.cfg.Keychain == nil {
		return vault.ErrKeychainUnavailable
	}
	v, err := vault.Open(dir, vault.WithKeychain(w.cfg.Keychain))
	switch {
	case errors.Is(err, vault.ErrKeychainUnavailable):
		return err
	case err != nil:
		return nil // without its master key it is dead already: an earlier wipe got that far
	}
	if err := v.Wipe(); err != nil {
		v.Close()
		return err
	}
	return nil
}

// files removes what is ours from the data folder, one by one.
func (w *wiper) files() error {
	return w.empty(w.cfg.Dir, ours.MatchString)
}

// staging is where a restore makes a shop ready.
func (w *wiper) staging() string { return w.cfg.Dir + ".restoring" }

// restoring removes what an interrupted restore left beside the data folder.
func (w *wiper) restoring() error {
	path := w.staging()
	if info, err := os.Lstat(path); err != nil || !info.IsDir() {
		return nil
	}
	if err := w.empty(path, func(string) bool { return true }); err != nil {
		return err
	}
	w.count(os.Remove(path))
	return nil
}

// webview empties the webview's folders, unless they hold the data folder.
func (w *wiper) webview() error {
	for _, dir := range w.cfg.WebviewDirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || nested(dir, w.cfg.Dir) {
			continue
		}
		if err := w.empty(dir, func(string) bool { return true }); err != nil {
			return err
		}
		w.count(os.Remove(dir))
	}
	return nil
}

func nested(dir, data string) bool {
	for _, pair := range [][2]string{{dir, data}, {data, dir}} {
		rel, err := filepath.Rel(pair[0], pair[1])
		if err != nil || rel == "." || !strings.HasPrefix(rel, "..") {
			return true
		}
	}
	return false
}

// empty removes from a folder what may go, with everything below it. A symbolic
// link is removed itself if its name is ours, and never followed.
func (w *wiper) empty(dir string, may func(name string) bool) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("open folder: %w", osfault.WithoutPath(err))
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("list folder: %w", osfault.WithoutPath(err))
	}
	for _, e := range entries {
		switch {
		case dir == w.cfg.Dir && (e.Name() == marker || e.Name() == lockName):
		case !may(e.Name()):
			w.result.Foreign++
		case dir == w.cfg.Dir && shared[e.Name()] && e.IsDir():
			before := w.result.Foreign
			if err := w.empty(filepath.Join(dir, e.Name()), sealed.MatchString); err != nil {
				return err
			}
			if w.result.Foreign == before {
				w.count(root.Remove(e.Name()))
			}
		default:
			if err := w.cfg.Step("remove " + e.Name()); err != nil {
				return err
			}
			w.count(root.RemoveAll(e.Name()))
		}
	}
	return nil
}

func (w *wiper) count(err error) {
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		w.result.Busy++
	}
}

// leave removes the lock, the marker and, if nothing else is in it, the folder.
func (w *wiper) leave() error {
	for _, name := range []string{lockName, marker} {
		if err := os.Remove(filepath.Join(w.cfg.Dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove marker: %w", osfault.WithoutPath(err))
		}
	}
	_ = os.Remove(w.cfg.Dir) // fails if it holds something that is not ours, and then stays
	return nil
}
