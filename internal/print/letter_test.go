package print

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tresen/internal/qr"
)

func letter(t *testing.T) Letter {
	t.Helper()
	code, err := qr.New(qr.Link{URL: "LV-2026-0412|c2VocmdlaGVpbQ"}, qr.Options{Level: qr.M})
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("Wir haben die folgenden Daten gelöscht und zusätzlich den Schlüssel vernichtet, der sie lesbar machte. ", 6)
	rows := make([][]string, 80)
	for i := range rows {
		rows[i] = []string{"Geschäftsbrief", "§ 147 AO", "31.12.2032", strings.Repeat("wahrscheinlich ", i%9)}
	}
	return Letter{
		Title: "Bestätigung der Löschung", Language: "de", Author: "Blumen Müller", Page: "Seite %d von %d",
		Created: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Draft: "Entwurf – bitte prüfen lassen",
		Blocks: []Block{
			Text{long}, Section{"Was gelöscht ist"}, Points{[]string{"214 Nachrichten", long, "31 Dateien"}},
			Entries{[][2]string{{"Fallnummer", "LV-2026-0412"}, {"Link", "https://beispiel.example/" + strings.Repeat("sehrlang", 30)}, {"Zeichen", "你好 🥨 zwei\nZeilen"}}},
			Section{"Was bleibt"}, Table{Head: []string{"Was", "Norm", "Bis", "Grund"}, Rows: rows}, Scan{code, "Nachweis zum Abgleich"},
		},
	}
}

func TestLetterGoesOverPages(t *testing.T) {
	p := newPress(t)
	l := letter(t)
	b := p.PDF(l)
	if !bytes.Equal(b, p.PDF(l)) {
		t.Error("the same letter gives other bytes")
	}
	if pages := bytes.Count(b, []byte("/Type/Page/")); pages < 3 {
		t.Errorf("%d pages", pages)
	}
	file := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, "qpdf", "--check", file)
	text := strings.Join(strings.Fields(output(t, "pdftotext", "-layout", file, "-")), " ")
	for _, want := range []string{"Bestätigung der Löschung", "Entwurf – bitte prüfen lassen", "214 Nachrichten", "LV-2026-0412", "Seite 1 von", "Nachweis zum Abgleich", "zwei", "?"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if n := strings.Count(text, "31.12.2032"); n != 80 {
		t.Errorf("%d of 80 rows", n)
	}
	structure := output(t, "pdfinfo", "-struct", file)
	for _, want := range []string{"H1", "H2", "Table", "TR", "TH", "TD", "LI", "Figure"} {
		if !strings.Contains(structure, want) {
			t.Errorf("the structure lacks %s", want)
		}
	}
	if info := output(t, "pdfinfo", file); !strings.Contains(info, "Tagged:          yes") {
		t.Error("not tagged")
	}
}

func TestLetterAsPageEscapesAndLoadsNothing(t *testing.T) {
	html := string(Letter{Title: "<script>alert(1)</script>", Language: "de", Page: "%d/%d", Blocks: []Block{
		Text{"<img src=x onerror=alert(1)>\nzweite Zeile"}, Points{[]string{"<b>"}}, Entries{[][2]string{{"<i>", "\"><u>"}}}, Table{Head: []string{"<s>"}, Rows: [][]string{{"<q>"}}},
	}}.HTML())
	for _, bad := range []string{"<script>alert", "<img", "<b>", "<i>", "<u>", "<s>", "<q>", "http"} {
		if strings.Contains(strings.ReplaceAll(html, "http-equiv", ""), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if !strings.Contains(html, "default-src 'none'") || !strings.Contains(html, "<br>zweite Zeile") {
		t.Error("no policy, or the line break is lost")
	}
}
