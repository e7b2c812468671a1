package ledger

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const erased = `{"v":1,"case":"LV-2026-0412","trigger":"retention:order","basis":"Art. 6(1)(b) GDPR","counts":{"messages":"214","media":"0","notes":"3"},
	"residue":[{"kind":"archive","class":"voucher","n":"2","until":"2034-12-31","norm":"§ 147 AO"},{"kind":"adBlock","n":"1","norm":"Art. 21(3) GDPR"}],
	"steps":{"contactBook":"absent"},"verify":{"hits":0,"files":14,"skipped":1}}`

func TestErasureInWords(t *testing.T) {
	got := Say(Entry{Kind: "erasure", Detail: json.RawMessage(erased)}, "de")
	want := []string{
		"Nummer LV-2026-0412 · Frist abgelaufen (Auftrag) · Art. 6 Abs. 1 lit. b DSGVO", "Gelöscht: Nachrichten 214, Notizen und Entwürfe 3",
		"Bleibt: Beleg (2), § 147 AO, bis 31.12.2034", "Bleibt: Werbesperre (1), Art. 21 Abs. 3 DSGVO",
		"Nachprüfung: 14 Dateien durchsucht, 0 Fundstellen. 1 Dateien ließen sich nicht öffnen.", "Kontaktbuch bei Meta: kein Eintrag",
	}
	if got.Title != "Person gelöscht" || strings.Join(got.Lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\n%s", got.Title, strings.Join(got.Lines, "\n"))
	}
	if english := Say(Entry{Kind: "erasure", Detail: json.RawMessage(erased)}, "en"); english.Title != "Person erased" || !strings.Contains(english.Lines[0], "Art. 6(1)(b) GDPR") {
		t.Errorf("%+v", english)
	}
}

// What there are no words for is shown as it is.
func TestOtherEntries(t *testing.T) {
	for detail, want := range map[string]string{
		`{"bytes":1234567}`: "Bytes: 1234567", `{}`: "", `[1`: "", `{"off":true,"country":"DE"}`: "Land: DE · abgeschaltet: ja",
		`{"counts":{"enquiry":3},"at":"2026-11-22T09:00:00Z"}`: "Je Klasse: Anfrage 3 · Zeit: 22.11.2026 09:00", `{"tealeaves":[1,"x",null]}`: "tealeaves: 1, x, ",
	} {
		if got := strings.Join(Say(Entry{Kind: "backup", Detail: json.RawMessage(detail)}, "de").Lines, "|"); got != want {
			t.Errorf("%s: %q", detail, got)
		}
	}
	if got := Say(Entry{Kind: "newThing"}, "en"); got.Title != "newThing" {
		t.Errorf("%+v", got)
	}
	for key := range german {
		if english[key] == "" || strings.Count(english[key], "%") != strings.Count(german[key], "%") {
			t.Errorf("%s differs", key)
		}
	}
}

func TestPaperAndJSON(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	entries := []Entry{{ID: 1, At: now, Kind: "backup", Detail: json.RawMessage(`{"bytes":7}`), Hash: [32]byte{0xab}}}
	whole, broken := Paper("Blumen Müller", "de", entries, 0, now, time.UTC), Paper("Blumen Müller", "en", entries, 1, now, time.UTC)
	if len(whole.Blocks) != 3 || len(broken.Blocks) != 3 {
		t.Fatal("blocks")
	}
	b, err := JSON(entries)
	var back struct {
		Entries []struct {
			Number       int
			Detail, Hash string
		}
	}
	if err != nil || json.Unmarshal(b, &back) != nil || back.Entries[0].Detail != `{"bytes":7}` || !strings.HasPrefix(back.Entries[0].Hash, "ab00") {
		t.Errorf("%s, %v", b, err)
	}
}

func TestRefusalInWords(t *testing.T) {
	detail := `{"v":1,"case":"DS-2026-0007","requestedAt":"2026-11-22","residue":[{"kind":"conversation","n":"11-100","norm":"Art. 17(1)(a) GDPR","reason":"open"}]}`
	got := Say(Entry{Kind: "refusal", Detail: json.RawMessage(detail)}, "de")
	if want := "Nummer DS-2026-0007 · verlangt am 22.11.2026|Bleibt: Nachrichten (11-100), Art. 17 Abs. 1 lit. a DSGVO"; got.Title != "Löschung abgelehnt" || strings.Join(got.Lines, "|") != want {
		t.Errorf("%+v", got)
	}
	if got := Say(Entry{Kind: "refusal", Detail: json.RawMessage("[")}, "en"); got.Title != "Erasure refused" || got.Lines[0] != "[" {
		t.Errorf("%+v", got)
	}
}
