package app

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
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

// watch collects the names of everything that is in a folder at any time, two
// levels deep, with "/" behind folders, until the returned function is called.
func watch(dir string) (end func() []string) {
	stop, done, seen := make(chan struct{}), make(chan struct{}), map[string]bool{}
	go func() {
		defer close(done)
		for {
			_ = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
				rel, errRel := filepath.Rel(dir, path)
				if err != nil || errRel != nil || rel == "." {
					return nil // gone meanwhile
				}
				rel = filepath.ToSlash(rel)
				if !e.IsDir() {
					seen[rel] = true
					return nil
				}
				seen[rel+"/"] = true
				if strings.Contains(rel, "/") {
					return filepath.SkipDir
				}
				return nil
			})
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	return func() []string {
		close(stop)
		<-done
		return slices.Sorted(maps.Keys(seen))
	}
}

// The wipe knows everything the program puts into its folder, even for a
// moment: a kill may leave any of it.
func TestWipeKnowsEveryFileOfAShop(t *testing.T) {
	d := open(t)
	end := watch(d.cfg.DataDir)
	d.busyDay()
	d.stop()
	d.start()
	d.stop()
	names := end()
	folder := filepath.Join(t.TempDir(), "Tresen")
	d.check(os.MkdirAll(folder, 0o700))
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if strings.HasSuffix(name, "/") {
			d.check(os.MkdirAll(path, 0o700))
			continue
		}
		d.check(os.MkdirAll(filepath.Dir(path), 0o700))
		d.check(os.WriteFile(path, []byte("x"), 0o600))
	}
	d.check(os.RemoveAll(filepath.Join(folder, "keyring"))) // only its name counts here
	d.check(wipe.Begin(folder))
	r, err := wipe.Run(wipe.Config{Dir: folder})
	d.check(err)
	left, err := os.ReadDir(folder)
	if r.Foreign != 1 || err != nil || len(left) != 1 || left[0].Name() != "Export.zip" {
		t.Errorf("%+v, %v, left %v of %q", r, err, left, names)
	}
	for _, part := range []string{"keyring", "tresen.db", "media/", "opened/", "window.json", "backup-", "restore-test-", "printing/", ".tresen-"} {
		if !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, part) }) {
			t.Errorf("no %s* was seen in %q", part, names)
		}
	}
}

// busyDay does in the shop whatever writes into its folder.
func (d *desk) busyDay() {
	d.Helper()
	const phrase = "vier Wörter am Telefon"
	paper := d.file(d.anna(), simulator.Paper("Angebot.pdf", "Zeile"), inbox.FileStored)
	d.app.cfg.OpenFile = func(string) error { return nil }
	d.check(d.mediaCalls().Open(FileRequest{MessageID: paper.ID}))
	_, err := d.app.printCopy(d.app.open, "Aushang.pdf", []byte("%PDF"))
	d.check(err)
	file, err := d.export(phoneChat)
	do(d, file, err)
	done, err := (&ChatImports{d.app}).Run(ChatImportRequest{Token: file.Token, ConversationID: d.list().Rows[0].ID, Shop: 1})
	do(d, done, err)
	d.app.SaveWindowSize(900, 700)
	backups := d.TempDir()
	d.app.cfg.PickFolder = func() (string, error) { return backups, nil }
	b := &Backups{d.app}
	sheet, err := b.Choose()
	do(d, sheet, err)
	sheet, err = b.Create(phrase)
	do(d, sheet, err)
	tested, err := b.Test(phrase)
	do(d, tested, err)
	// Somebody saves into the program's own folder: the file is theirs, what it grows from is not.
	d.app.cfg.SaveFile = func(string, string) (string, error) { return filepath.Join(d.cfg.DataDir, "Export.zip"), nil }
	saved, err := (&Exports{d.app}).Save(phrase)
	do(d, saved, err)
	report, err := d.customers.Erase(d.list().Rows[0].CustomerID)
	d.check(err)
	d.await("erasure", func() bool {
		r, err := d.customers.GetErasure(report.JobID)
		return err == nil && r.State == "done"
	})
}
