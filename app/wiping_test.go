package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/wipe"
)

// After the typed word nothing of the shop is left, on the disk or in the
// keychain, and the next start is like the first.
func TestWipeFromTheWindow(t *testing.T) {
	d := open(t)
	web := filepath.Join(t.TempDir(), "tresen")
	d.check(os.MkdirAll(filepath.Join(web, "WebKitCache"), 0o700))
	d.app.cfg.ScanDirs = []string{web}
	d.check(os.WriteFile(filepath.Join(d.cfg.DataDir, "Rechnung.pdf"), []byte("nicht von uns"), 0o600))
	d.say(d.anna(), "Bitte alles weg")
	w := &Wiping{d.app}
	preview, err := w.Preview()
	if do(d, preview, err); preview.Customers != 1 || preview.Messages != 1 || preview.Word == "" || preview.Folder != d.cfg.DataDir || preview.Bytes == 0 || !preview.Keychain {
		t.Errorf("%+v", preview)
	}
	for _, wrong := range []string{"", "nein", preview.Word + "x"} {
		_, err := w.Run(wrong)
		d.refused("wrong word", err, inbox.CodeInvalid, "word")
	}
	if list := d.list(); len(list.Rows) != 1 {
		t.Fatal("something went already")
	}
	state, err := w.Run(" " + strings.ToUpper(preview.Word))
	if do(d, state, err).Foreign != 1 || state.Busy != 0 {
		t.Errorf("%+v", state)
	}
	d.mustShow(phaseWiped, "")
	d.app.SaveWindowSize(900, 700) // as at the window's end
	entries, err := os.ReadDir(d.cfg.DataDir)
	d.check(err)
	if len(entries) != 1 || entries[0].Name() != "Rechnung.pdf" {
		t.Errorf("left over: %v", entries)
	}
	if _, err := os.Lstat(web); !os.IsNotExist(err) {
		t.Error("the webview's folder is left")
	}
	d.start()
	d.mustShow(phaseFirst, "")
}

// A wipe that was cut off goes on before anything is opened.
func TestWipeGoesOnAtTheNextStart(t *testing.T) {
	d := open(t)
	d.say(d.anna(), "Bitte alles weg")
	d.stop()
	d.check(wipe.Begin(d.cfg.DataDir))
	d.start()
	d.mustShow(phaseFirst, "")
	if wipe.Pending(d.cfg.DataDir) {
		t.Error("still marked")
	}
	mustNotHold(t, contents(t, filepath.Dir(d.cfg.DataDir)), []string{"SQLite format"})
}

// The play shop's wipe leaves the real one alone.
func TestWipeOfTheDemoStaysInItsFolder(t *testing.T) {
	d := newDesk(t)
	real := filepath.Join(d.cfg.DataDir, "keyring")
	d.check(os.MkdirAll(d.cfg.DataDir, 0o700))
	d.check(os.WriteFile(real, []byte("echt"), 0o600))
	web := filepath.Join(t.TempDir(), "tresen")
	d.check(os.MkdirAll(web, 0o700))
	d.cfg.ScanDirs, d.cfg.Demo = []string{web}, true
	d.start()
	w := &Wiping{d.app}
	preview, err := w.Preview()
	if do(d, preview, err); !preview.Demo || len(preview.WebviewFolders) != 0 || preview.Folder != d.cfg.DemoDir {
		t.Errorf("%+v", preview)
	}
	_, err = w.Run(preview.Word)
	d.check(err)
	if _, err := os.Lstat(d.cfg.DemoDir); !os.IsNotExist(err) {
		t.Error("the play shop's folder is left")
	}
	for _, path := range []string{real, web} {
		if _, err := os.Lstat(path); err != nil {
			t.Errorf("gone: %v", err)
		}
	}
}
