package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tresen/internal/backup"
	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// A start after a restore that was killed shows the first screen and nothing of
// what was unpacked, or goes on with the shop that was ready; and a killed test
// of a backup leaves nothing in the data folder either.
func TestStartAfterAKilledRestore(t *testing.T) {
	folder := t.TempDir()
	d := open(t)
	d.app.cfg.PickFolder = func() (string, error) { return folder, nil }
	stays := d.say(d.anna(), "Ich bleibe")
	d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Ich auch")
	b := &Backups{d.app}
	_, err := b.Choose()
	d.check(err)
	sheet, err := b.Create("vier Wörter am Telefon")
	do(d, sheet, err)
	d.check(os.MkdirAll(filepath.Join(d.cfg.DataDir, "restore-test-123", "media"), 0o700))
	d.check(os.MkdirAll(filepath.Join(d.cfg.DataDir, "backup-45"), 0o700))
	d.start()
	if left, _ := filepath.Glob(filepath.Join(d.cfg.DataDir, "*-[0-9]*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	d.stop()
	for _, ready := range []bool{false, true} {
		other := newDesk(t)
		other.cfg.PickFolder = func() (string, error) { return folder, nil }
		image := other.killedRestore(filepath.Join(folder, sheet.Rows[0].Name))
		d.check(os.Rename(image, other.cfg.DataDir+".restoring"))
		if ready { // and the database is in its place already
			d.check(os.Rename(filepath.Join(other.cfg.DataDir+".restoring", "home"), filepath.Join(other.cfg.DataDir+".restoring", "ready")))
			d.check(os.MkdirAll(other.cfg.DataDir, 0o700))
			d.check(os.Rename(filepath.Join(other.cfg.DataDir+".restoring", "ready", store.FileName), filepath.Join(other.cfg.DataDir, store.FileName)))
		}
		other.start()
		other.mustShow(phaseFirst, "")
		if backup.Interrupted(other.cfg.DataDir) {
			t.Error("the unpacked backup is still there")
		}
		if there, err := vault.Exists(other.cfg.DataDir); err != nil || there != ready {
			t.Errorf("ready %t, shop %t, %v", ready, there, err)
		}
		if !ready {
			back, err := (&Backups{other.app}).Restore(RestoreRequest{Passphrase: "vier Wörter am Telefon"})
			if do(other, back, err); !back.Chosen {
				t.Error("nothing was chosen")
			}
		}
		other.connect(other.request())
		if list := other.list(); len(list.Rows) != 2 || list.Rows[1].Name != stays.Name && list.Rows[0].Name != stays.Name {
			t.Errorf("ready %t: %d conversations", ready, len(list.Rows))
		}
		other.stop()
	}
}

// A start makes good what a kill left beside the backups: half of one goes, and
// who was erased is on the list, so that no other computer brings her back.
func TestStartMakesTheBackupFolderGood(t *testing.T) {
	folder := t.TempDir()
	d := open(t)
	d.app.cfg.PickFolder = func() (string, error) { return folder, nil }
	row := d.say(d.anna(), "Bitte löschen")
	sheet, err := (&Backups{d.app}).Choose()
	do(d, sheet, err)
	report, err := d.customers.Erase(row.CustomerID)
	d.check(err)
	d.await("erasure", func() bool {
		r, err := d.customers.GetErasure(report.JobID)
		return err == nil && r.State == "done"
	})
	d.stop()
	list := filepath.Join(folder, backup.ErasedName)
	d.check(os.Remove(list)) // killed before it was written
	half := filepath.Join(folder, "20261121T080000Z.tresen-backup.part")
	d.check(os.WriteFile(half, []byte("x"), 0o600))
	d.start()
	for known := 0; known != 1; runtime.Gosched() { // no event tells of it
		d.check(d.ctx.Err())
		list, err := backup.ReadErased(folder)
		d.check(err)
		known = len(list)
	}
	if _, err := os.Lstat(half); !os.IsNotExist(err) {
		t.Error("half a backup is left")
	}
	d.stop()
	d.check(os.RemoveAll(folder)) // the stick is pulled out
	d.start()
	d.mustShow(phaseOpen, "")
	if _, err := os.Lstat(folder); !os.IsNotExist(err) {
		t.Error("the folder was made again")
	}
}

// killedRestore returns what a kill leaves beside the data folder once the
// restored shop was made ready.
func (d *desk) killedRestore(file string) string {
	d.Helper()
	dir, image := d.cfg.DataDir+"-first", filepath.Join(d.TempDir(), "image")
	kept := keepsItems{d.cfg.Keychain.(*vault.MemoryKeychain)}
	_, err := backup.Restore(d.ctx, file, "vier Wörter am Telefon", backup.Target{Dir: dir, Protector: vault.WithKeychain(kept), Secrets: []string{secretBlock},
		Settle: func(ctx context.Context, s *store.Store, ids []inbox.CustomerID) error {
			if err := settleRestored(ctx, s, ids); err != nil {
				return err
			}
			if err := s.Compact(ctx); err != nil {
				return err
			}
			return errors.Join(os.CopyFS(image, os.DirFS(dir+".restoring")), errors.New("killed"))
		}}, func(int64, int64) {})
	if _, missing := os.Stat(filepath.Join(image, "home", store.FileName)); err == nil || missing != nil {
		d.Fatalf("no image: %v, %v", err, missing)
	}
	return image
}

// keepsItems is a keychain from which a killed program takes nothing any more.
type keepsItems struct{ *vault.MemoryKeychain }

func (keepsItems) Delete(string) error { return nil }

// A start after an import that was killed, at whatever part of it, shows the
// first screen with nothing of it left, also not in the keychain, and the import
// can be had again.
func TestStartAfterAKilledImport(t *testing.T) {
	d := open(t)
	d.say(d.anna(), "Ich bleibe")
	gone := d.say(d.customer(simulator.Person{Phone: "+491713920012", Name: "Ben"}), "Ich gehe")
	path := filepath.Join(t.TempDir(), "Export.zip")
	d.app.cfg.SaveFile = func(string, string) (string, error) { return path, nil }
	saved, err := (&Exports{d.app}).Save("")
	do(d, saved, err)
	d.check(os.WriteFile(filepath.Join(filepath.Dir(path), backup.ErasedName), []byte(erasedLine(d, gone.CustomerID)), 0o600))
	d.stop()

	type killed struct {
		dir      string
		keychain *vault.MemoryKeychain
	}
	var kills []killed
	other := newDesk(t)
	other.cfg.PickFiles = func() ([]string, error) { return []string{path}, nil }
	emit, keychain := other.cfg.Emit, other.cfg.Keychain.(*vault.MemoryKeychain)
	other.cfg.Emit = func(name EventName, payload any) {
		if name == EventTaskProgress {
			k := killed{filepath.Join(t.TempDir(), "shop"), keychain.Clone()}
			kills = append(kills, k)
			other.check(os.CopyFS(k.dir+".restoring", os.DirFS(other.cfg.DataDir+".restoring")))
		}
		emit(name, payload)
	}
	other.start()
	got, err := (&Exports{other.app}).Read(RestoreRequest{})
	if do(other, got, err); got.Customers != 1 || got.Erased != 1 || len(kills) < 20 {
		t.Fatalf("%+v, %d kills", got, len(kills))
	}
	other.stop()
	other.cfg.Emit = emit
	for i := 0; i < len(kills); i += max(1, len(kills)/5) {
		k := kills[i]
		chain := &remembers{MemoryKeychain: k.keychain}
		other.cfg.DataDir, other.cfg.Keychain = k.dir, chain
		other.start()
		other.mustShow(phaseFirst, "")
		if left, _ := filepath.Glob(k.dir + "*/*"); slices.ContainsFunc(left, func(path string) bool { return filepath.Base(path) != "lock" }) {
			t.Errorf("kill %d: left %v", i, left)
		}
		if chain.deleted == 0 {
			t.Errorf("kill %d: its key is still in the keychain", i)
		}
		got, err := (&Exports{other.app}).Read(RestoreRequest{})
		if do(other, got, err); got.Customers != 1 || got.Erased != 1 {
			t.Errorf("kill %d: then came back %+v", i, got)
		}
		other.stop()
	}
}

func erasedLine(d *desk, customer string) string {
	d.Helper()
	id, err := inbox.ParseCustomerID(customer)
	d.check(err)
	return fmt.Sprintf("%x\n", store.ErasedDigest(id))
}

// remembers is a keychain that counts what is taken out of it, but for the
// probe of whether it works.
type remembers struct {
	*vault.MemoryKeychain
	deleted int
}

func (k *remembers) Delete(account string) error {
	if !strings.HasPrefix(account, "probe.") {
		k.deleted++
	}
	return k.MemoryKeychain.Delete(account)
}
