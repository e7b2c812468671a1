package print

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The anchors do with other people's programs what this package does: qrencode
// makes the code, a template holds the words, rsvg-convert makes the PDF. They
// check nothing and set no type by themselves. One process per step is how such
// a script runs.

func anchorTools(b *testing.B) {
	b.Helper()
	for _, name := range []string{"qrencode", "rsvg-convert"} {
		if _, err := exec.LookPath(name); err != nil {
			b.Skipf("%s is not installed (Debian: qrencode, librsvg2-bin)", name)
		}
	}
}

// anchor makes one thing: the words as the finished page has them, with the code by qrencode.
func anchor(b *testing.B, dir, page, link string, n int) string {
	b.Helper()
	run := func(name string, args ...string) []byte {
		out, err := exec.Command(name, args...).Output()
		if err != nil {
			b.Fatalf("%s: %v", name, err)
		}
		return out
	}
	code := run("qrencode", "-l", "Q", "-m", "4", "-t", "SVG", "-o", "-", link)
	// The code's own drawing becomes part of the page.
	at := 0
	for i := range code {
		if string(code[i:min(i+4, len(code))]) == "<svg" {
			at = i
			break
		}
	}
	svg := filepath.Join(dir, fmt.Sprintf("page%d.svg", n))
	if err := os.WriteFile(svg, []byte(page+string(code[at:])+"</svg>"), 0o600); err != nil {
		b.Fatal(err)
	}
	pdf := filepath.Join(dir, fmt.Sprintf("page%d.pdf", n))
	run("rsvg-convert", "-f", "pdf", "-o", pdf, svg)
	return pdf
}

// anchorPage is an SVG of the size and about the words of a printed thing, left open at its end.
func anchorPage(w, h float64, words ...string) string {
	page := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%gmm" height="%gmm" viewBox="0 0 %g %g"><path fill="#fff" d="M0 0h%gv%gH0z"/>`, w, h, w, h, w, h)
	for i, line := range words {
		page += fmt.Sprintf(`<text x="20" y="%d" font-family="Atkinson Hyperlegible Next, sans-serif" font-size="6">%s</text>`, 20+i*9, escaped(line))
	}
	return page
}

var anchorWords = []string{
	"Bäckerei Größl", "Schreiben Sie uns auf WhatsApp", "Ist es da, und in Ihrer Größe?", "Kamera öffnen", "Code scannen",
	"Nachricht selbst absenden", "+49 1511 2345678", "Oder: Telefon 089 1234567", "Wir antworten Di–Sa 6–13 Uhr",
	"Änne Größl e. K., Süßer Weg 7, 80331 München", "WhatsApp ist eine Marke der WhatsApp LLC.",
}

func BenchmarkAnchorPoster(b *testing.B) {
	anchorTools(b)
	dir := b.TempDir()
	page := anchorPage(210, 297, anchorWords...)
	link := place(b, "", "").Link.URL
	for b.Loop() {
		anchor(b, dir, page, link, 0)
	}
}

func BenchmarkAnchorFiveHundredTableSigns(b *testing.B) {
	anchorTools(b)
	dir := b.TempDir()
	signs := tableSigns(b, 500)
	for b.Loop() {
		for n, p := range signs.Places {
			anchor(b, dir, anchorPage(105, 148, append(anchorWords, p.Name)...), p.Link.URL, n)
		}
	}
}

// BenchmarkCheckOfFiveHundredTableSigns is what the anchors leave out: every
// code is read back from the rendered page.
func BenchmarkCheckOfFiveHundredTableSigns(b *testing.B) {
	p, s := newPress(b), tableSigns(b, 500)
	for b.Loop() {
		if report := compose(b, p, s).Check(); report.Refused() {
			b.Fatal("a sign cannot be read")
		}
	}
}
