package app

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/privacy"
	"tresen/internal/store"
)

// Whoever was erased gets a certificate, whose number fits the log's entry only
// together with her own number, and of which nothing stays here.
func TestCertificateFromTheWindow(t *testing.T) {
	d := open(t)
	path := d.savesInto(t.TempDir())
	erasing := &Erasing{d.app}
	row := d.say(d.anna(), "Bitte löschen Sie mich")
	request := ErasurePlanRequest{CustomerID: row.CustomerID, Case: "DS-2026-0001", Trigger: "art17", RequestedAtMs: 1_790_000_000_000}
	plan, err := erasing.Plan(request)
	do(d, plan, err)
	if plan.Refused || len(plan.Elements) < 2 || plan.Elements[0].Kind != "conversation" || plan.Elements[0].Decision != "erase" || plan.Elements[0].Count != 1 {
		t.Fatalf("plan %+v", plan)
	}
	for _, bad := range []ErasurePlanRequest{
		{CustomerID: row.CustomerID, Trigger: "user", Case: "Frau Müller"}, {CustomerID: row.CustomerID, Trigger: "whim"},
		{CustomerID: row.CustomerID, Trigger: "user", Choices: []ErasureChoice{{plan.Elements[0].Key, "refuse"}}},
	} {
		_, err := erasing.Start(bad)
		if inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	report, err := erasing.Start(request)
	do(d, report, err)
	d.await("erasure", func() bool {
		state, err := erasing.GetCertificate(report.JobID)
		return do(d, state, err).Available
	})
	for _, language := range []string{"de", "en"} {
		saved, err := erasing.SaveCertificate(CertificateRequest{report.JobID, language})
		if !do(d, saved, err).Saved || !strings.Contains(*path, "DS-2026-0001") {
			t.Errorf("saved %+v at %s", saved, *path)
		}
		b, err := os.ReadFile(*path)
		d.check(err)
		if !bytes.HasPrefix(b, []byte("%PDF")) {
			t.Error("no PDF")
		}
	}
	held, err := d.app.open.certificate(report.JobID)
	d.check(err)
	number := strings.ToLower(strings.ReplaceAll(fmtNonce(held), "-", " "))
	for _, c := range []struct {
		check CertificateCheck
		found bool
	}{
		{CertificateCheck{"DS-2026-0001", number, "+49 171 3920011"}, true},
		{CertificateCheck{"DS-2026-0001", number, "0171 3920011"}, true},
		{CertificateCheck{"DS-2026-0001", number, "0171 3920012"}, false},
		{CertificateCheck{"DS-2026-0002", number, "0171 3920011"}, false},
		{CertificateCheck{"DS-2026-0001", strings.Repeat("00", 16), "0171 3920011"}, false},
	} {
		match, err := erasing.CheckCertificate(c.check)
		if do(d, match, err).Found != c.found || match.Found && match.Entry == 0 {
			t.Errorf("%+v: %+v", c.check, match)
		}
	}
	_, err = erasing.CheckCertificate(CertificateCheck{"DS-2026-0001", "12", "0171"})
	d.refused("short number", err, inbox.CodeInvalid, "number")
	d.check(erasing.ConfirmCertificate(true))
	d.check(erasing.DropCertificate(report.JobID))
	state, err := erasing.GetCertificate(report.JobID)
	if do(d, state, err).Available || !state.Confirmed {
		t.Errorf("%+v", state)
	}
	_, err = erasing.SaveCertificate(CertificateRequest{report.JobID, "de"})
	d.refused("dropped", err, inbox.CodeNotFound, "")
	d.stop()
	mustNotHold(t, contents(t, d.cfg.DataDir), []string{"491713920011", string(held.plan.Nonce), fmtNonce(held)})
}

func fmtNonce(c certificateFacts) string { return privacy.FormatNonce(c.plan.Nonce) }

// Whoever closes the window while an erasure runs has no certificate of it
// later either: its number does not stay in memory.
func TestDeclinedCertificateIsNotKeptLater(t *testing.T) {
	d := open(t)
	erasing, plan := &Erasing{d.app}, privacy.Plan{Nonce: make([]byte, 16)}
	d.check(erasing.DropCertificate(98))
	for id, want := range map[int64]bool{98: false, 99: true} {
		d.app.open.noteCertificate(store.Erasure{ID: id}, plan)
		state, err := erasing.GetCertificate(id)
		if do(d, state, err).Available != want {
			t.Errorf("erasure %d: %+v", id, state)
		}
	}
}
