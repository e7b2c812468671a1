package app

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tresen/internal/consent"
	"tresen/internal/inbox"
	"tresen/internal/simulator"
	"tresen/internal/store"
	"tresen/internal/vault"
)

func TestShopLeavesAndComesBackInTheOpenFormat(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	_, err := anna.Send(d.ctx, simulator.Message{Type: "text", Text: "STOPP"})
	d.check(err)
	d.await("objection", func() bool { return d.newsOf(row.CustomerID) == "withdrawn" })
	path := filepath.Join(t.TempDir(), "Export.zip")
	d.app.cfg.SaveFile = func(string, string) (string, error) { return path, nil }
	exports := &Exports{d.app}
	_, err = exports.Save("kurz")
	d.refused("short", err, inbox.CodeInvalid, "passphrase")
	saved, err := exports.Save("")
	if do(d, saved, err); !saved.Saved || saved.Customers != 1 || saved.Messages < 2 {
		t.Errorf("saved %+v", saved)
	}
	z, err := zip.OpenReader(path)
	d.check(err)
	d.check(z.Close())
	_, err = exports.Read(RestoreRequest{})
	do(d, 0, err) // nobody chose a file
	d.stop()

	d.cfg.DataDir, d.cfg.Keychain = filepath.Join(t.TempDir(), "neu"), vault.NewMemoryKeychain()
	d.cfg.PickFiles = func() ([]string, error) { return []string{path}, nil }
	d.app = d.another()
	got, err := (&Exports{d.app}).Read(RestoreRequest{})
	if do(d, got, err); !got.Chosen || got.Customers != 1 || got.Erased != 0 {
		t.Errorf("came back %+v", got)
	}
	if _, err := os.Stat(filepath.Join(d.cfg.DataDir, "keyring")); err != nil {
		t.Error("no shop")
	}
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"Anna", "491713920011", "Guten Tag"})
	_, err = (&Exports{d.app}).Read(RestoreRequest{})
	d.refused("over a shop", err, inbox.CodeConflict, "")
}

// A person who objected and was erased is not advertised to where an encrypted
// export was brought back, although nothing else of her came along.
func TestErasedPersonStaysBlockedInAnotherShop(t *testing.T) {
	d := open(t)
	anna := d.anna()
	row := d.say(anna, "Guten Tag")
	d.writes(anna, "STOPP")
	d.await("objection", func() bool { return d.newsOf(row.CustomerID) == "withdrawn" })
	report, err := d.customers.Erase(row.CustomerID)
	do(d, report, err)
	d.await("erasure", func() bool {
		report, err = d.customers.GetErasure(report.JobID)
		return do(d, report, err).State == "done"
	})
	path := filepath.Join(t.TempDir(), "Export.zip")
	d.app.cfg.SaveFile = func(string, string) (string, error) { return path, nil }
	saved, err := (&Exports{d.app}).Save("vier Wörter am Telefon")
	if do(d, saved, err); !saved.Saved || saved.Customers != 0 {
		t.Errorf("saved %+v", saved)
	}
	d.stop()

	keychain := vault.NewMemoryKeychain()
	d.cfg.DataDir, d.cfg.Keychain = filepath.Join(t.TempDir(), "neu"), keychain
	d.cfg.PickFiles = func() ([]string, error) { return []string{path}, nil }
	d.app = d.another()
	got, err := (&Exports{d.app}).Read(RestoreRequest{Passphrase: "vier Wörter am Telefon"})
	do(d, got, err)
	d.stop()
	v, err := vault.Open(d.cfg.DataDir, vault.WithKeychain(keychain))
	d.check(err)
	defer v.Close()
	s, err := store.Open(d.ctx, d.cfg.DataDir, v)
	d.check(err)
	defer s.Close()
	key, err := v.Secret(secretBlock)
	d.check(err)
	register, now := consent.New(key), time.Now()
	d.check(s.Update(d.ctx, func(tx *store.Tx) error {
		for waid, want := range map[string]consent.Refusal{anna.Person().Phone[1:]: consent.RefusedBlocked, "491713920099": consent.RefusedNever} {
			c, err := tx.InsertCustomer(inbox.Profile{}, now)
			if err != nil {
				return err
			}
			if err := tx.NoteIdentity(c, inbox.Identity{WAID: waid}, now); err != nil {
				return err
			}
			why, err := register.Advertise(tx, c, consent.PurposeNews, now)
			if err != nil || why != want {
				t.Errorf("advertising refused as %q, want %q (%v)", why, want, err)
			}
		}
		return nil
	}))
}
