package print

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

func newPress(t testing.TB) *Press {
	t.Helper()
	p, err := NewPress()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func number(t testing.TB, text string) qr.Number {
	t.Helper()
	n, err := qr.ParseNumber(text, "DE")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func place(t testing.TB, text, name string) Place {
	t.Helper()
	link, err := qr.ChatLink(number(t, "0151 12345678"), text)
	if err != nil {
		t.Fatal(err)
	}
	return Place{Link: link, Name: name}
}

// poster is a spec everything in this file varies.
func poster(t testing.TB) Spec {
	t.Helper()
	return Spec{
		Kind: Poster, Paper: "A4", Design: Counter, Language: German, Industry: Shop,
		Details: Details{
			Name: "Bäckerei Größl", LegalName: "Änne Größl e. K.", Address: "Süßer Weg 7, 80331 München",
			Number: number(t, "0151 12345678"), Phone: "089 1234567", Mail: "laden@groessl.example",
			Privacy: "groessl.example/recht", Hours: "Di–Sa 6–13 Uhr, Brötchen ab 0,45 €",
		},
		Palette: DefaultPalette(), Places: []Place{place(t, "", "")}, Profile: Office, Bleed: 3,
		Created: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC),
	}
}

func compose(t testing.TB, p *Press, s Spec) *Document {
	t.Helper()
	d, err := p.Compose(s)
	if err != nil {
		t.Fatalf("%s %s %s %s %s: %v", s.Kind, s.Paper, s.Language, s.Design, s.Profile, err)
	}
	return d
}

// every runs through all layouts, papers, languages, designs and profiles.
func every(t *testing.T, visit func(Spec, Format)) {
	t.Helper()
	industries := Industries()
	for i, f := range Formats() {
		for j, design := range Designs() {
			for k, language := range Languages() {
				s := poster(t)
				s.Kind, s.Paper, s.Design, s.Language = f.Kind, f.Paper, design, language
				s.Industry = industries[(i+j+k)%len(industries)]
				visit(s, f)
				if f.Kind != Stickers {
					s.Profile = PrintShop
					visit(s, f)
				}
			}
		}
	}
}

// The promise of the whole package: whatever is laid out, the words are there
// and the code on the rendered page can be read.
func TestEveryLayoutSaysWhatItMustAndReads(t *testing.T) {
	p := newPress(t)
	count := 0
	every(t, func(s Spec, f Format) {
		d := compose(t, p, s)
		count++
		name := strings.Join([]string{string(s.Kind), string(s.Paper), string(s.Language), string(s.Design), string(s.Profile)}, " ")
		page := &d.pages[0]
		said := strings.ReplaceAll(d.description(page), "\n", " ")
		for _, must := range []string{"WhatsApp", "LLC"} {
			if !strings.Contains(said, must) {
				t.Errorf("%s does not say %q: %q", name, must, said)
			}
		}
		solid := strings.NewReplacer(" ", "", noBreak, "", "-", "").Replace(said)
		for _, must := range []string{"+4915112345678", "0891234567", "groessl.example/recht"} {
			if !strings.Contains(solid, must) {
				t.Errorf("%s does not say %q: %q", name, must, said)
			}
		}
		at := page.placed[0]
		area := codeArea(&d.faces[at.face], at)
		if !reads(d.rasterArea(page, area, min(printDPI, 1200/area.w*25.4)), d.faces[at.face].code) {
			t.Errorf("%s: the code does not read", name)
		}
		checkBoxes(t, name, d)
	})
	if want := 100; count < want {
		t.Errorf("only %d layouts", count)
	}
}

// checkBoxes proves that nothing overlaps and nothing leaves the page.
func checkBoxes(t *testing.T, name string, d *Document) {
	t.Helper()
	f := &d.faces[0]
	var boxes []rect
	for _, piece := range f.pieces {
		if piece.role == pdf.Figure {
			boxes = append(boxes, f.codeBox)
			continue
		}
		for _, it := range piece.items {
			if it.run != nil {
				s := it.run.style
				boxes = append(boxes, rect{it.run.x, it.run.y - capHeight*s.em(), it.run.width, capHeight * s.em()})
			}
		}
	}
	const touch = 0.05
	if edge := min(f.codeBox.x, f.codeBox.y, f.w-f.codeBox.right(), f.h-f.codeBox.bottom()); d.format.Kind != Stickers && edge < 5-touch {
		t.Errorf("%s: the quiet zone comes within %.2f mm of the edge", name, edge)
	}
	for i, a := range boxes {
		if a.x < labelInset-touch || a.y < labelInset-touch || a.right() > f.w-labelInset+touch || a.bottom() > f.h-labelInset+touch {
			t.Errorf("%s: box %d leaves the face of %g × %g: %+v", name, i, f.w, f.h, a)
		}
		for _, b := range boxes[:i] {
			if a.x < b.right()-touch && b.x < a.right()-touch && a.y < b.bottom()-touch && b.y < a.bottom()-touch {
				t.Errorf("%s: %+v and %+v overlap", name, a, b)
			}
		}
	}
}

// The longest inputs the form allows must come out on every large format, and
// either come out or be refused clearly on the small ones.
func TestLongestInputsFit(t *testing.T) {
	p := newPress(t)
	refused := 0
	every(t, func(s Spec, f Format) {
		s.Details.Name = fill("Donaudampfschifffahrtsgesellschaftskapitänsmützenhandlung ", MaxName)
		s.Details.LegalName = fill("Änne-Sophie Großschädl-Überbacher Mützenhandel GmbH & Co. KG ", MaxName)
		s.Details.Address = fill("Rückgebäude, Königin-Luise-von-Preußen-Straße 1234 b, 94032 Passau-Grubweg, Bayern ", MaxAddress)
		s.Details.Mail = fill("bestellung@donaudampfschifffahrtsmuetzen-", MaxAddressW)
		s.Details.Privacy = fill("www.donaudampfschifffahrtsmuetzen.example/datenschutz-und-impressum", MaxAddressW)
		s.Details.Hours = fill("Montag bis Freitag 8–12 und 14–18 Uhr, Samstag 8–13 Uhr ", MaxHours)
		d, err := p.Compose(s)
		if err != nil {
			var e *inbox.Error
			small := f.Kind == Stickers || f.Kind == Card || f.Kind == Receipt || f.Kind == Strip || f.Kind == Flyer || f.Kind == CounterCard || f.Kind == Tent
			if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field == "" || !errors.Is(err, errDoesNotFit) || !small {
				t.Errorf("%s %s %s: %v", s.Kind, s.Paper, s.Design, err)
			}
			refused++
			return
		}
		checkBoxes(t, "longest "+string(s.Kind)+" "+string(s.Paper)+" "+string(s.Design), d)
	})
	t.Log(refused, "small things refused")
}

func fill(text string, length int) string {
	for utf8.RuneCountInString(text) < length {
		text += text
	}
	return strings.TrimSpace(string([]rune(text)[:length]))
}

func TestSmallTypeIsLegible(t *testing.T) {
	p := newPress(t)
	every(t, func(s Spec, f Format) {
		d := compose(t, p, s)
		w, h := f.face()
		least := 6.0
		switch {
		case w*h >= 148*210-1:
			least = 9
		case f.Kind != Stickers || w*h >= 6500:
			least = 7
		}
		for _, piece := range d.faces[0].pieces {
			for _, it := range piece.items {
				if it.run != nil && it.run.style.size < least-1e-9 {
					t.Errorf("%s %s %s: %q is set in %.1f points", s.Kind, s.Paper, s.Design, piece.text, it.run.style.size)
				}
			}
		}
	})
}

// A shop may choose any colour; small type keeps 7 to 1 whatever it is.
func TestAnyAccentStaysLegible(t *testing.T) {
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				palette := DefaultPalette()
				palette.Accent = qr.Colour{R: uint8(r), G: uint8(g), B: uint8(b)}
				c := palette.colours()
				if got := qr.Contrast(c.deep.ground, c.deep.text); got < smallContrast {
					t.Errorf("%s: %.2f on the deep ground", palette.Accent, got)
				}
				if got := qr.Contrast(c.paper.ground, c.paper.strong); got < largeContrast {
					t.Errorf("%s: %.2f on paper", palette.Accent, got)
				}
			}
		}
	}
	pale := DefaultPalette()
	pale.Ink = qr.Colour{R: 0x90, G: 0x90, B: 0x90}
	if pale.Check()[0].Light != qr.Red {
		t.Error("pale ink is not red")
	}
	s := poster(t)
	s.Palette = pale
	if _, err := newPress(t).Compose(s); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Error(err)
	}
}

func TestSheetsLieOnThePage(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Sheets() {
		if seen[s.Article] {
			t.Errorf("%s twice", s.Article)
		}
		seen[s.Article] = true
		last := s.label(s.Labels() - 1)
		const tolerance = 0.4
		if last.right() > sheetW+tolerance || last.bottom() > sheetH+tolerance || s.X < 0 || s.Y < 0 {
			t.Errorf("%s ends at %.2f, %.2f", s.Article, last.right(), last.bottom())
		}
		if s.StepX < s.W-0.05 && s.Columns > 1 || s.StepY < s.H-0.05 && s.Rows > 1 {
			t.Errorf("%s: labels overlap", s.Article)
		}
		// Both margins are about equal on every sheet but for the makers' roundings.
		if right := sheetW - last.right(); math.Abs(right-s.X) > 4.5 {
			t.Errorf("%s: margins %.2f and %.2f", s.Article, s.X, right)
		}
	}
	for _, s := range Sheets() {
		p := s.printable()
		last := p.label(p.Labels() - 1)
		edge := min(p.X, p.Y, sheetW-last.right(), sheetH-last.bottom()) + labelInset
		if edge < printerBorder-1e-9 {
			t.Errorf("%s prints %.2f mm from the edge", s.Article, edge)
		}
	}
	for _, tooSmall := range []Paper{"L4732", "L7651"} {
		s := poster(t)
		s.Kind, s.Paper = Stickers, tooSmall
		if _, err := newPress(t).Compose(s); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s: %v", tooSmall, err)
		}
	}
}

func TestUsedSheetsBeginAtTheFirstFreeLabel(t *testing.T) {
	p := newPress(t)
	s := poster(t)
	s.Kind, s.Paper, s.FirstLabel, s.OffsetX, s.OffsetY = Stickers, "L7160", 20, 0.7, -0.4
	d := compose(t, p, s)
	if d.Pages() != 1 || len(d.pages[0].placed) != 2 {
		t.Fatalf("%d pages, %d labels", d.Pages(), len(d.pages[0].placed))
	}
	at := d.pages[0].placed[0]
	if math.Abs(at.x-(7.25+66+0.7)) > 1e-9 || math.Abs(at.y-(15.15+6*38.1-0.4)) > 1e-9 {
		t.Errorf("label 20 lies at %.2f, %.2f", at.x, at.y)
	}
	s.Copies = 25
	if d = compose(t, p, s); d.Pages() != 3 || len(d.pages[1].placed) != 21 || len(d.pages[2].placed) != 2 {
		t.Errorf("%d pages", d.Pages())
	}
	s.FirstLabel = 22
	if _, err := p.Compose(s); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Error(err)
	}
}

func TestSameInputSameBytes(t *testing.T) {
	for _, profile := range []Profile{Office, PrintShop} {
		s := poster(t)
		s.Profile = profile
		a, b := compose(t, newPress(t), s), compose(t, newPress(t), s)
		if !bytes.Equal(a.Preview(), b.Preview()) || !bytes.Equal(a.svg(0), b.svg(0)) || !bytes.Equal(a.html(), b.html()) {
			t.Errorf("%s: two runs differ", profile)
		}
	}
}

func TestTwinsAreWellFormedAndSayEverything(t *testing.T) {
	p := newPress(t)
	s := poster(t)
	s.Details.Name = `Müller & "Söhne" <1>`
	s.Places = []Place{place(t, "Hallo (Theke)", "Theke")}
	d := compose(t, p, s)
	if err := xml.Unmarshal(d.svg(0), new(struct{})); err != nil {
		t.Error(err)
	}
	html := string(d.html())
	decoder := xml.NewDecoder(strings.NewReader(strings.NewReplacer("<!doctype html>", "", `charset="utf-8">`, `charset="utf-8"/>`,
		`initial-scale=1">`, `initial-scale=1"/>`, `img-src data:">`, `img-src data:"/>`).Replace(html)))
	for {
		if _, err := decoder.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Error(err)
			}
			break
		}
	}
	for _, must := range []string{
		`<html lang="de">`, "<title>", `href="https://wa.me/4915112345678?text=Hallo%20%28Theke%29"`, `href="tel:+49891234567"`,
		`href="mailto:laden@groessl.example"`, `href="https://groessl.example/recht"`, "WhatsApp ist eine Marke der WhatsApp LLC.", "Süßer Weg 7",
		"Müller &amp;", "QR-Code: öffnet",
	} {
		if !strings.Contains(strings.ReplaceAll(html, noBreak, " "), must) {
			t.Errorf("the page lacks %q", must)
		}
	}
	if regexp.MustCompile(`<(script|img|link|iframe)`).MatchString(html) {
		t.Error("the page loads something")
	}
}

func TestPNGOfAPage(t *testing.T) {
	approved, _, err := compose(t, newPress(t), poster(t)).Approve()
	if err != nil {
		t.Fatal(err)
	}
	file, err := approved.PNG(0, 150)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if text, ok := Read(img); !ok || text != "https://wa.me/4915112345678" {
		t.Error(text, ok)
	}
}

func TestInputsThatAreRefused(t *testing.T) {
	p := newPress(t)
	for field, change := range map[string]func(*Spec){
		"name":     func(s *Spec) { s.Details.Name = " " },
		"address":  func(s *Spec) { s.Details.Address = "" },
		"privacy":  func(s *Spec) { s.Details.Privacy = "" },
		"phone":    func(s *Spec) { s.Details.Phone, s.Details.Mail = "", "" },
		"mail":     func(s *Spec) { s.Details.Mail = strings.Repeat("x", MaxAddressW+1) },
		"hours":    func(s *Spec) { s.Details.Hours = "a\nb" },
		"number":   func(s *Spec) { s.Details.Number = qr.Number{} },
		"headline": func(s *Spec) { s.Headline = "Schön 😀" },
		"paper":    func(s *Spec) { s.Paper = "B5" },
		"design":   func(s *Spec) { s.Design = "neon" },
		"language": func(s *Spec) { s.Language = "fr" },
		"industry": func(s *Spec) { s.Industry = "bank" },
		"profile":  func(s *Spec) { s.Profile = "" },
		"bleed":    func(s *Spec) { s.Bleed = 11 },
		"offset":   func(s *Spec) { s.OffsetX = 11 },
		"places":   func(s *Spec) { s.Places = nil },
		"colour":   func(s *Spec) { s.Code.Colour = qr.Colour{R: 0x25, G: 0xd3, B: 0x66} },
		"codeSize": func(s *Spec) { s.CodeSize = 20 },
		"place":    func(s *Spec) { s.Places[0].Name = strings.Repeat("x", 25) },
		"text": func(s *Spec) {
			s.Kind, s.Paper, s.Places = Stickers, "4780", []Place{place(t, strings.Repeat("ä", 60), "")}
		},
	} {
		s := poster(t)
		change(&s)
		_, err := p.Compose(s)
		var e *inbox.Error
		if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
