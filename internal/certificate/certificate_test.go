package certificate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tresen/internal/print"
	"tresen/internal/privacy"
	"tresen/internal/retention"
)

var moment = time.Date(2026, 11, 22, 10, 14, 7, 0, time.UTC)

func facts(language string, country retention.Country) Facts {
	day := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	return Facts{
		Language: language, Country: country, Case: "LV-2026-0412", RequestedAt: moment.AddDate(0, 0, -3), ErasedAt: moment, Basis: "Art. 17(1) GDPR",
		Shop: Shop{Name: "Blumen Müller", Address: "Musterweg 7\n10115 Berlin", Mail: "laden@example.org", Phone: "+49 30 23125111",
			Authority: "Berliner Beauftragte für Datenschutz, Alt-Moabit 59–61, 10555 Berlin"},
		Elements: []retention.Element{
			{Kind: retention.ElementConversation, Decision: retention.DecideErase, Count: 214, Media: 31},
			{Kind: retention.ElementDetails, Decision: retention.DecideErase, Count: 2},
			{Kind: retention.ElementNotes, Decision: retention.DecideErase, Count: 1},
			{Kind: retention.ElementConsents, Decision: retention.DecideRestrict, Count: 2, Until: day(2030), Norm: "Art. 17(3)(e), 7(1) GDPR", Reason: retention.ReasonProof},
			{Kind: retention.ElementArchive, Class: retention.Voucher, Decision: retention.DecideRestrict, Count: 2, Until: day(2035), Norm: "§ 147 AO, § 14b UStG", Reason: retention.ReasonLaw},
			{Kind: retention.ElementArchive, Class: retention.Claims, Decision: retention.DecideRestrict, Count: 5, Hold: true, Norm: "Art. 17(3)(e) GDPR, §§ 195, 199 BGB", Reason: retention.ReasonHold},
			{Kind: retention.ElementAdBlock, Decision: retention.DecideRestrict, Count: 1, Norm: "Art. 21(3) GDPR", Reason: retention.ReasonAdBlock},
		},
		Files: 14, ContactBook: "deleted", Uploads: "deleted", UploadCount: 3, BackupUntil: moment.AddDate(0, 0, 30), Nonce: bytes.Repeat([]byte{0xa7, 0x3c}, 8),
	}
}

// said is everything a letter says, in order.
func said(l print.Letter) string {
	parts := []string{l.Title, l.Draft}
	for _, b := range l.Blocks {
		parts = append(parts, fmt.Sprint(b))
	}
	return strings.Join(parts, "\n")
}

// Every figure and date is traced to a fact; nothing else is claimed.
func TestCertificateSaysItsFacts(t *testing.T) {
	f := facts("de", retention.Germany)
	l, err := Write(f, moment)
	if err != nil {
		t.Fatal(err)
	}
	text := said(l)
	for _, want := range []string{
		"Entwurf – bitte prüfen lassen", "19.11.2026", "22.11.2026, 10:14 Uhr", "Blumen Müller", "Musterweg 7", "LV-2026-0412", "Art. 17 Abs. 1 DSGVO", "214 Nachrichten", "31 Bilder",
		"2 Nummern", "1 Notiz", "14 Dateien", "Nachweis, 2 Erklärungen", "31.12.2029", "Art. 17 Abs. 3 lit. e, 7 Abs. 1 DSGVO", "2 Belege", "31.12.2034", "§ 147 AO, § 14b UStG",
		"bis die Sperre aufgehoben wird", "Werbesperre", "bis zu 30 Tage", "Kontaktbuch, das Meta für uns führt, ist gelöscht", "(3), sind auch bei Meta gelöscht", "22.12.2026",
		"Ihrem eigenen Telefon", "Art. 77 DSGVO", "Berliner Beauftragte", "Art. 19 DSGVO", "A73C-A73C-A73C-A73C-A73C-A73C-A73C-A73C",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if regexp.MustCompile(`\{[a-z]+\}`).MatchString(text) {
		t.Error("an open brace is left")
	}
}

func mustWrite(t *testing.T, f Facts) print.Letter {
	t.Helper()
	l, err := Write(f, moment)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// What did not happen is not said to have happened.
func TestCertificateClaimsNothingMore(t *testing.T) {
	f := facts("de", retention.Germany)
	if strings.Contains(said(mustWrite(t, f)), "Unterrichtet haben wir") {
		t.Error("claims that somebody was told")
	}
	f.Told = []Told{{"Steuerbüro Klar", moment}}
	if !strings.Contains(said(mustWrite(t, f)), "Steuerbüro Klar, am 22.11.2026") {
		t.Error("does not say who was told")
	}
	f.Hits, f.ContactBook, f.Uploads, f.Passphrase, f.Confirmed, f.Elements, f.RequestedAt = 2, "failed", "failed", true, true, nil, time.Time{}
	f.BackupUntil = time.Time{}
	l, err := Write(f, moment)
	if err != nil {
		t.Fatal(err)
	}
	text := said(l)
	for _, wrong := range []string{"nichts gefunden", "ist gelöscht.", "lassen sich nicht mehr lesen", "Entwurf", "Sie haben am"} {
		if strings.Contains(text, wrong) {
			t.Errorf("claims %q", wrong)
		}
	}
	for _, want := range []string{"noch 2 Stellen", "konnten wir nicht löschen", "nur noch mit unserem Kennwort", "Nichts von Ihren Nachrichten", "haben wir mit diesem Programm nicht angelegt"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q", want)
		}
	}
}

// The law of one country is never mixed with another's.
func TestSwissCertificateCitesSwissLaw(t *testing.T) {
	for _, language := range []string{"de", "en"} {
		f := facts(language, retention.Switzerland)
		triage, err := retention.MakeTriage(retention.Switzerland, retention.Catalogue(retention.Switzerland), retention.PersonFacts{Details: 1, AdBlocked: true, Consents: map[retention.Class]retention.Declared{retention.Proof: {Count: 1, LastAt: moment}}}, nil, moment)
		if err != nil {
			t.Fatal(err)
		}
		f.Elements, f.Basis = triage.Elements, "Art. 32(2)(c) DSG"
		l, err := Write(f, moment)
		if err != nil {
			t.Fatal(err)
		}
		for _, foreign := range []string{"DSGVO", "GDPR", "BGB", "AO"} {
			if strings.Contains(said(l), foreign) {
				t.Errorf("%s cites %s", language, foreign)
			}
		}
	}
}

// Both languages say the same things, and the words the triage can need are all there.
func TestBothLanguagesHaveAllWords(t *testing.T) {
	for key := range german {
		if english[key] == "" || german[key] == "" || strings.Count(german[key], "{") != strings.Count(english[key], "{") {
			t.Errorf("%s differs", key)
		}
	}
	if len(german) != len(english) {
		t.Error("one language has more")
	}
	for _, r := range []retention.Reason{retention.ReasonOver, retention.ReasonHold, retention.ReasonClaims, retention.ReasonOpen, retention.ReasonProof, retention.ReasonLaw, retention.ReasonAdBlock} {
		if german["why."+string(r)] == "" {
			t.Errorf("no words for %s", r)
		}
	}
}

func TestCertificateIsATaggedPDF(t *testing.T) {
	press, err := print.NewPress()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if keep := os.Getenv("TRESEN_CERTIFICATES"); keep != "" {
		dir = keep
	}
	for _, language := range []string{"de", "en"} {
		l, err := Write(facts(language, retention.Germany), moment)
		if err != nil {
			t.Fatal(err)
		}
		b := press.PDF(l)
		if !bytes.Contains(b, []byte("/StructTreeRoot")) || !bytes.Contains(b, []byte("/Lang")) {
			t.Error("not tagged")
		}
		if err := os.WriteFile(filepath.Join(dir, "certificate-"+language+".pdf"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.HasSuffix(Payload("LV-2026-0412", []byte{1, 2}), "|0102") || privacy.FormatNonce([]byte{1, 2}) != "0102" {
		t.Error("payload")
	}
}

// What stays is worded for the letter with its reason, norm and end.
func TestKeptInWords(t *testing.T) {
	until := time.Date(2035, 1, 1, 0, 0, 0, 0, time.UTC)
	elements := []retention.Element{
		{Kind: retention.ElementConversation, Decision: retention.DecideRefuse, Count: 214, Until: until, Norm: "Art. 17(1)(a), 6(1)(b) GDPR", Reason: retention.ReasonOpen},
		{Kind: retention.ElementCases, Decision: retention.DecideRefuse, Count: 1, Norm: "Art. 12(3) GDPR", Reason: retention.ReasonOpenCase},
		{Kind: retention.ElementArchive, Class: retention.Voucher, Decision: retention.DecideRestrict, Count: 2, Until: until, Norm: "§ 147 AO, § 14b UStG", Reason: retention.ReasonLaw},
		{Kind: retention.ElementConversation, Decision: retention.DecideRestrict, Hold: true, Count: 1, Until: until, Norm: "Art. 17(3)(e) GDPR", Reason: retention.ReasonHold},
		{Kind: retention.ElementAdBlock, Decision: retention.DecideRestrict, Count: 1, Norm: "Art. 30(2)(b) DSG", Reason: retention.ReasonAdBlock},
	}
	for language, want := range map[string][]string{
		"de": {
			"Chat mit 214 Nachrichten: der Auftrag ist noch nicht abgeschlossen (Art. 17 Abs. 1 lit. a, 6 Abs. 1 lit. b DSGVO)",
			"1 offene Anfrage: eine andere Anfrage von Ihnen ist noch nicht beantwortet (Art. 12 Abs. 3 DSGVO)",
			"2 Belege: gesetzliche Aufbewahrung (§ 147 AO, § 14b UStG), bis 31.12.2034",
			"Kopie eines Chats, 1 Nachricht: wird für eine Prüfung oder einen Streit festgehalten (Art. 17 Abs. 3 lit. e DSGVO), bis die Sperre aufgehoben wird",
			"Werbesperre: damit Sie keine Werbung bekommen; nur eine Prüfsumme, aus der niemand Ihre Nummer lesen kann (Art. 30 Abs. 2 Bst. b DSG), solange wir werben",
		},
		"en": {
			"Chat with 214 messages: the order is not settled yet (Art. 17(1)(a), 6(1)(b) GDPR)",
			"1 open request: another request of yours has not been answered yet (Art. 12(3) GDPR)",
			"2 accounting records: retention required by law (§ 147 AO, § 14b UStG), until 31 December 2034",
			"Copy of a chat, 1 message: held for an audit or a dispute (Art. 17(3)(e) GDPR), until the hold is lifted",
			"Advertising block: so that no advertising reaches you; only a checksum from which nobody can read your number (Art. 30(2)(b) FADP), as long as we advertise",
		},
	} {
		got := Kept(elements, language)
		for i, line := range want {
			if got[i] != line {
				t.Errorf("%s: %q, want %q", language, got[i], line)
			}
		}
	}
	if len(Kept(nil, "fr")) != 0 {
		t.Error("lines of nothing")
	}
}
