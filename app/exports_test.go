package app

import (
	"archive/zip"
	"os"
	"path/filepath"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
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
