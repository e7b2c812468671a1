package app

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/vault"
)

// killedWhileSaving starts the program again as after a kill in the middle of a
// save into outside, whose growing file it puts back. It returns that file.
func (d *desk) killedWhileSaving(outside string) (path string) {
	d.Helper()
	image := filepath.Join(d.TempDir(), "image")
	keychain := d.cfg.Keychain.(*vault.MemoryKeychain)
	err := d.app.writeWhole(filepath.Join(outside, "Tresen-Export.zip"), 0o600, func(w io.Writer) error {
		if _, err := io.WriteString(w, "alles von Anna"); err != nil {
			return err
		}
		found, err := filepath.Glob(filepath.Join(outside, ".tresen-[0-9]*"))
		if err != nil || len(found) != 1 {
			d.Fatalf("growing: %v, %v", found, err)
		}
		path, keychain = found[0], keychain.Clone()
		return os.CopyFS(image, os.DirFS(d.cfg.DataDir))
	})
	d.check(err)
	d.stop()
	d.check(os.WriteFile(path, []byte("alles von Anna"), 0o600))
	d.cfg.DataDir, d.cfg.Keychain = image, keychain
	return path
}

func TestKillInTheMiddleOfASaveLeavesNothingInThePersonsFolder(t *testing.T) {
	for _, unplugged := range []bool{false, true} {
		d, outside := open(t), t.TempDir()
		stranger := filepath.Join(outside, ".tresen-notes")
		d.check(os.WriteFile(stranger, nil, 0o600))
		path := d.killedWhileSaving(outside)
		mustNotHold(t, contents(t, d.cfg.DataDir), []string{outside, filepath.Base(path)})
		if unplugged { // as a stick: only the start after the next finds it
			d.check(os.Rename(outside, outside+"-away"))
			d.start()
			d.stop()
			d.check(os.Rename(outside+"-away", outside))
		}
		d.start()
		d.stop() // waits for what tidies up
		if _, err := os.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("unplugged %t: the half file is still there: %v", unplugged, err)
		}
		for _, stays := range []string{stranger, filepath.Join(outside, "Tresen-Export.zip")} {
			if _, err := os.Lstat(stays); err != nil {
				t.Errorf("unplugged %t: gone: %v", unplugged, err)
			}
		}
		d.start()
		if left := d.app.open.leftUnfinished(); len(left) != 0 {
			t.Errorf("unplugged %t: still remembered: %d", unplugged, len(left))
		}
		d.stop()
	}
}

// Only the file itself is removed, whatever the list says.
func TestListOfUnfinishedFilesCannotNameAnythingElse(t *testing.T) {
	d := open(t)
	letter := filepath.Join(t.TempDir(), "Brief.pdf")
	d.check(os.WriteFile(letter, nil, 0o600))
	d.app.open.changeUnfinished(func([]string) []string { return []string{letter} })
	d.start()
	d.stop()
	if _, err := os.Lstat(letter); err != nil {
		t.Errorf("a file of the person's went: %v", err)
	}
}

// Nothing readable lies outside the data folder, but for what somebody saved
// there: not in the system's folder for temporary files, also not for a moment.
func TestNothingGoesIntoTheSystemsTemporaryFolder(t *testing.T) {
	temporary := t.TempDir()
	d := open(t)
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary)
	end := watch(temporary)
	d.busyDay()
	copied := filepath.Join(d.cfg.DataDir, printFolder, "Aushang.pdf")
	if _, err := os.Lstat(copied); err != nil {
		t.Errorf("no copy for printing: %v", err)
	}
	d.stop()
	if _, err := os.Lstat(filepath.Dir(copied)); !os.IsNotExist(err) {
		t.Error("the copy for printing is left")
	}
	d.check(os.MkdirAll(filepath.Dir(copied), 0o700)) // as after a kill
	d.check(os.WriteFile(copied, nil, 0o600))
	d.start()
	if _, err := os.Lstat(filepath.Dir(copied)); !os.IsNotExist(err) {
		t.Error("a killed run's copy for printing is left")
	}
	d.stop()
	if names := end(); len(names) != 0 {
		t.Errorf("seen there: %s", strings.Join(names, ", "))
	}
}

// What of a person was opened in another program goes with her, while the
// program runs; what of others was stays for them.
func TestErasureTakesWhatWasOpenedAlong(t *testing.T) {
	d := newDesk(t)
	var opened []string
	d.cfg.OpenFile = func(path string) error { opened = append(opened, path); return nil }
	d.start()
	d.connect(d.request())
	anna, ben := d.anna(), d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"})
	for _, c := range []*simulator.Customer{anna, ben} {
		d.check(d.mediaCalls().Open(FileRequest{MessageID: d.file(c, simulator.Paper("Angebot.pdf", "Zeile"), inbox.FileStored).ID}))
	}
	row := d.say(anna, "Bitte löschen")
	report, err := d.customers.Erase(row.CustomerID)
	d.check(err)
	d.await("erasure", func() bool {
		r, err := d.customers.GetErasure(report.JobID)
		return err == nil && r.State == "done"
	})
	if len(opened) != 2 {
		t.Fatalf("%d were opened", len(opened))
	}
	if _, err := os.Lstat(opened[0]); !os.IsNotExist(err) {
		t.Errorf("the erased person's file is still there: %v", err)
	}
	if _, err := os.Lstat(opened[1]); err != nil {
		t.Errorf("another person's went: %v", err)
	}
}
