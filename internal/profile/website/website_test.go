package website

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tresen/internal/inbox"
	"tresen/internal/profile/hours"
	"tresen/internal/profile/page"
	"tresen/internal/profile/wording"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update rewrites it):\n%s", name, got)
	}
}

func sample() Shop {
	day := []hours.Span{{From: hours.At(8, 0), To: hours.At(17, 0)}}
	return Shop{
		Company: "Blumen Wiesengrund", ChatLink: "https://wa.me/4930123456?text=Hallo%2C%20ich%20habe%20eine%20Frage%3A",
		ImprintURL: "https://wiesengrund.example/impressum", PrivacyURL: "https://wiesengrund.example/datenschutz#whatsapp",
		Phone: "+49 (0)30 123456", Email: "laden@wiesengrund.example",
		Hours: hours.Hours{
			Week:       [7][]hours.Span{day, day, day, day, day},
			Exceptions: []hours.Exception{{From: hours.Date{Year: 2026, Month: 12, Day: 24}, To: hours.Date{Year: 2026, Month: 12, Day: 31}, Note: "Betriebsferien"}},
		},
	}
}

var today = hours.Date{Year: 2026, Month: 11, Day: 22}

func build(t *testing.T, s Shop, o Options) Widget {
	t.Helper()
	w, err := BuildWidget(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWidgetOfEveryKind(t *testing.T) {
	kinds := map[string]Options{
		"de-auto":     {Language: wording.German},
		"en-light":    {Language: wording.English, Scheme: SchemeLight, Colour: "#FFCC00", Label: "Ask us"},
		"de-floating": {Language: wording.German, Scheme: SchemeDark, Floating: true, ReadConfirmation: true},
	}
	for name, o := range kinds {
		w := build(t, sample(), o)
		golden(t, "widget-"+name+".html", w.Snippet)
		golden(t, "widget-"+name+".policy", w.Policy+"\n")
	}
	w := build(t, sample(), kinds["de-auto"])
	golden(t, "files-de-auto.html", w.HTML)
	golden(t, "files-de-auto.policy", w.FilesPolicy+"\n")
	golden(t, w.StyleName, w.Style)
	golden(t, w.ScriptName, w.Script)
	golden(t, "link-de.html", w.Link+"\n")
}

func TestPagesInBothLanguages(t *testing.T) {
	for _, language := range wording.Languages() {
		landing, err := BuildLanding(sample(), language, today)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "landing."+string(language)+".html", landing.HTML)
		redirect, err := BuildRedirect(sample(), language, "/wa")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "redirect."+string(language)+".html", redirect.HTML)
		golden(t, "redirect."+string(language)+".conf", redirect.Apache+"\n"+redirect.Nginx+"\n")
		signature, err := BuildSignature(sample(), language, "Erika Beispiel", []string{"Wiesengrund GmbH · Am Markt 3 · 12345 Musterstadt", "Amtsgericht Musterstadt, HRB 4714"})
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "signature."+string(language)+".html", signature.HTML+"\n")
		golden(t, "signature."+string(language)+".txt", signature.Text)
	}
}

func TestWidgetPolicyHashesWhatIsInTheSnippet(t *testing.T) {
	inner := regexp.MustCompile(`(?s)<(style|script)>(.*?)</`)
	for _, o := range []Options{{Language: wording.German}, {Language: wording.English, Floating: true, Scheme: SchemeDark}} {
		w := build(t, sample(), o)
		found := inner.FindAllStringSubmatch(w.Snippet, -1)
		if len(found) != 2 {
			t.Fatalf("%d inline parts", len(found))
		}
		for _, part := range found {
			if !strings.Contains(w.Policy, part[1]+"-src "+page.Hash(part[2])) {
				t.Errorf("%s is not what the policy names", part[1])
			}
			if strings.ContainsAny(part[2], "\r\n") {
				t.Errorf("%s has line ends", part[1])
			}
		}
	}
}

// The contract: nothing is fetched, stored or asked before a click.
func TestWidgetHoldsNothingThatAsksOrStores(t *testing.T) {
	for _, o := range []Options{{Language: wording.German}, {Language: wording.English, Floating: true, ReadConfirmation: true}} {
		w := build(t, sample(), o)
		for _, forbidden := range []string{
			" src=", "url(", "@import", "@font-face", "fetch(", "XMLHttp", "sendBeacon", "Image(", "Storage", "cookie", "indexedDB", "navigator",
			"preconnect", "prefetch", "<iframe", "<img", "<link", " style=", " onclick=", "innerHTML", "eval", "Function(", "25D366", "25d366",
		} {
			if strings.Contains(w.Snippet, forbidden) {
				t.Errorf("the snippet holds %s", forbidden)
			}
		}
		if !strings.Contains(w.Snippet, `target="_blank" rel="noopener noreferrer nofollow" referrerpolicy="no-referrer"`) {
			t.Error("the link lacks what keeps the site out of it")
		}
	}
}

func TestWidgetStaysSmall(t *testing.T) {
	if w := build(t, sample(), Options{Language: wording.German, Floating: true, ReadConfirmation: true}); len(w.Snippet) > 5000 {
		t.Errorf("a usual widget has %d bytes", len(w.Snippet))
	}
	s := sample()
	s.Company = strings.Repeat("ü", MaxCompany)
	s.ImprintURL = "https://e.example/" + strings.Repeat("i", MaxAddress-18)
	s.PrivacyURL = "https://e.example/" + strings.Repeat("d", MaxAddress-18)
	w, err := BuildWidget(s, Options{Language: wording.German, Label: strings.Repeat("ß", MaxLabel), Floating: true, ReadConfirmation: true})
	if err != nil || len(w.Snippet) > MaxWidget {
		t.Errorf("the longest names make %d bytes, %v", len(w.Snippet), err)
	}
	s.ChatLink = "https://wa.me/4930123456?text=" + strings.Repeat("%F0%9F%8C%B7", 120)
	s.ImprintURL = "https://e.example/" + strings.Repeat("ä", MaxAddress-18)
	s.PrivacyURL = s.ImprintURL
	if _, err := BuildWidget(s, Options{Language: wording.German}); err == nil {
		t.Error("a widget above the limit was built")
	} else {
		expectField(t, err, "widget")
	}
}

func expectField(t *testing.T, err error, field string) {
	t.Helper()
	var e *inbox.Error
	if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != field {
		t.Errorf("%v, want the field %s", err, field)
	}
}

func TestWidgetsOnOnePageHaveNamesOfTheirOwn(t *testing.T) {
	other := sample()
	other.Company = "Café am Eck"
	a, b := build(t, sample(), Options{Language: wording.German}), build(t, other, Options{Language: wording.German})
	if a.StyleName == b.StyleName || a.Notice.ID == b.Notice.ID {
		t.Errorf("both are called %s", a.StyleName)
	}
	prefix := strings.TrimSuffix(a.StyleName, ".css")
	for _, name := range regexp.MustCompile(` (?:id|for)="([^"]*)"`).FindAllStringSubmatch(a.Snippet, -1) {
		if !strings.HasPrefix(name[1], prefix+"-") {
			t.Errorf("the name %s is not the widget's own", name[1])
		}
	}
	for _, rule := range regexp.MustCompile(`[},{]([^{}@]+)\{`).FindAllStringSubmatch("}"+a.Style, -1) {
		for _, selector := range strings.Split(rule[1], ",") {
			if !strings.HasPrefix(strings.TrimSpace(selector), "."+prefix) {
				t.Errorf("the rule %s reaches beyond the widget", selector)
			}
		}
	}
}

func TestNoticeTravelsInTheMessage(t *testing.T) {
	w := build(t, sample(), Options{Language: wording.German})
	if !w.Marked || !strings.Contains(w.Snippet, "%20%28Hinweis%20"+w.Notice.ID+"%29") {
		t.Errorf("the link does not carry %s", w.Notice.ID)
	}
	for message, want := range map[string]string{
		"Hallo, ich habe eine Frage: Tulpen? (Hinweis " + w.Notice.ID + ")": w.Notice.ID,
		"hello (notice w1-abcd) tulips":                                     "W1-ABCD",
		"Hallo (Schaufenster)":                                              "",
		"(Hinweis W1-abc1)":                                                 "",
	} {
		if got, ok := FindNotice(message); got != want || ok != (want != "") {
			t.Errorf("FindNotice(%q) = %q", message, got)
		}
	}
	moved := sample()
	moved.PrivacyURL = "https://wiesengrund.example/neu"
	if again := build(t, moved, Options{Language: wording.German}); again.Notice.ID == w.Notice.ID {
		t.Error("another text has the same mark")
	}
	code := sample()
	code.ChatLink = "https://wa.me/message/4O4YGZEG3RIVE1"
	if w := build(t, code, Options{Language: wording.German}); w.Marked || !strings.Contains(w.Snippet, `href="https://wa.me/message/4O4YGZEG3RIVE1"`) {
		t.Error("a message code was changed")
	}
}

func TestOnlyChatLinksAreLinked(t *testing.T) {
	for _, link := range []string{
		"", "https://evil.example/", "https://wa.me.evil.example/49301234", "http://wa.me/49301234", "javascript:alert(1)", "https://wa.me/+4930123",
		"https://wa.me/4930123456?text=a&b=c", "https://wa.me/4930123456?x=1", "https://user@wa.me/4930123456", "https://wa.me/4930123456#x",
		"https://wa.me/message/../x", "https://wa.me/4930123456?text=%ff", "https://wa.me/message/ABCDEFGHIJ?text=x", "https://wa.me:8443/4930123456",
	} {
		s := sample()
		s.ChatLink = link
		_, err := BuildWidget(s, Options{Language: wording.German})
		expectField(t, err, "chatLink")
	}
	long := sample()
	long.ChatLink = "https://wa.me/4930123456?text=" + strings.Repeat("x", 125)
	_, err := BuildWidget(long, Options{Language: wording.German})
	expectField(t, err, "chatLink")
}

func TestFieldsAreChecked(t *testing.T) {
	for field, change := range map[string]func(*Shop, *Options){
		"company":    func(s *Shop, _ *Options) { s.Company = strings.Repeat("x", 76) },
		"imprintUrl": func(s *Shop, _ *Options) { s.ImprintURL = "javascript:alert(1)" },
		"privacyUrl": func(s *Shop, _ *Options) { s.PrivacyURL = "" },
		"phone":      func(s *Shop, _ *Options) { s.Phone = "030 123456" },
		"email":      func(s *Shop, _ *Options) { s.Email = "a?bcc=b@c.example" },
		"week.0.0":   func(s *Shop, _ *Options) { s.Hours.Week[0] = []hours.Span{{}} },
		"colour":     func(_ *Shop, o *Options) { o.Colour = "red;}" },
		"scheme":     func(_ *Shop, o *Options) { o.Scheme = "neon" },
		"label":      func(_ *Shop, o *Options) { o.Label = "a\nb" },
		"language":   func(_ *Shop, o *Options) { o.Language = "fr" },
	} {
		s, o := sample(), Options{Language: wording.German}
		change(&s, &o)
		_, err := BuildWidget(s, o)
		expectField(t, err, field)
	}
	for _, path := range []string{"", "wa", "/", "/a b", "/../x", "/wa\nfoo"} {
		_, err := BuildRedirect(sample(), wording.German, path)
		expectField(t, err, "path")
	}
	_, err := BuildSignature(sample(), wording.German, "", []string{"a\nb"})
	expectField(t, err, "letter")
}

func TestTextOnAnyColourIsReadable(t *testing.T) {
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				colour := fmt.Sprintf("#%02x%02x%02x", r, g, b)
				l, ratio := luminance(colour), 0.0
				if textOn(colour) == "#fff" {
					ratio = 1.05 / (l + 0.05)
				} else {
					ratio = (l + 0.05) / 0.05
				}
				if ratio < 4.5 {
					t.Fatalf("%s: %.2f", colour, ratio)
				}
			}
		}
	}
}

func unfold(card string) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(card, "\r\n ", ""), "\r\n"), "\r\n")
}

func TestVCard(t *testing.T) {
	s := sample()
	s.Company = `Müller; Maier, Söhne \ Blumen & sehr viele weitere Dinge des täglichen`
	a := Address{"Am Markt 3; Hof", "12345", "Musterstadt", "Deutschland"}
	card, err := VCard(s, a, wording.German, time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"BEGIN:VCARD", "VERSION:4.0", "KIND:org", `FN:Müller\; Maier\, Söhne \\ Blumen & sehr viele weitere Dinge des täglichen`,
		`ORG:Müller\; Maier\, Söhne \\ Blumen & sehr viele weitere Dinge des täglichen`, "LANG:de",
		"TEL;VALUE=uri;TYPE=work:tel:+4930123456", "EMAIL;TYPE=work:laden@wiesengrund.example",
		`ADR;TYPE=work:;;Am Markt 3\; Hof;Musterstadt;;12345;Deutschland`,
		"IMPP:https://wa.me/4930123456?text=Hallo%2C%20ich%20habe%20eine%20Frage%3A", "URL:https://wiesengrund.example/impressum",
		"NOTE:Mo–Fr 8–17 Uhr", "REV:20261122T100000Z", "END:VCARD",
	}
	if got := unfold(card); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("\n%s", strings.Join(got, "\n"))
	}
}

func FuzzVCard(f *testing.F) {
	f.Add("Müller; \\Maier,", "Am Markt\r\nEND:VCARD")
	f.Add(strings.Repeat("🌷", 40), "\x00\x1b")
	f.Fuzz(func(t *testing.T, company, street string) {
		s := sample()
		s.Company = company
		card, err := VCard(s, Address{Street: street}, wording.German, time.Time{})
		if err != nil || street == "" {
			return
		}
		if !utf8.ValidString(card) {
			t.Error("not UTF-8")
		}
		for _, line := range strings.Split(strings.TrimSuffix(card, "\r\n"), "\r\n") {
			if len(line) > maxFold || strings.ContainsAny(line, "\r\n") {
				t.Errorf("line of %d octets: %q", len(line), line)
			}
		}
		lines := unfold(card)
		if len(lines) != 14 {
			t.Errorf("%d properties", len(lines))
		}
		if got := strings.NewReplacer(`\\`, `\`, `\,`, ",", `\;`, ";", `\n`, "\n").Replace(strings.TrimPrefix(lines[3], "FN:")); got != company {
			t.Errorf("%q came back as %q", company, got)
		}
		if strings.Count(strings.NewReplacer(`\\`, "", `\;`, "").Replace(lines[8]), ";") != 7 {
			t.Errorf("the address fell apart: %q", lines[8])
		}
	})
}

// A hostile shop's name, label, text or note stays text in every output.
func FuzzShopStaysText(f *testing.F) {
	f.Add("</section><script>alert(1)</script>", "x")
	f.Add(`" autofocus onfocus="alert(1)`, `' onmouseover='alert(1)`)
	f.Add("Läden & Söhne <b>", "--><img src=x>")
	f.Add("</style>", "{{.T}}")
	marks := func(parts ...string) string {
		all := strings.Join(parts, "")
		return fmt.Sprint(strings.Count(all, "<"), strings.Count(all, ">"), strings.Count(all, `"`), strings.Count(all, "'"))
	}
	all := func(t *testing.T, company, label string) (string, bool) {
		s := sample()
		s.Company, s.Hours.Exceptions[0].Note = company, label
		chat, err := parseChatLink("https://wa.me/4930123456")
		if err != nil {
			t.Fatal(err)
		}
		chat.text = label
		s.ChatLink = chat.String()
		w, err := BuildWidget(s, Options{Language: wording.German, Label: label})
		if err != nil {
			return "", false
		}
		landing, err := BuildLanding(s, wording.German, today)
		if err != nil {
			return "", false
		}
		redirect, err := BuildRedirect(s, wording.German, "/wa")
		if err != nil {
			t.Fatal(err)
		}
		signature, err := BuildSignature(s, wording.German, label, []string{company})
		if err != nil {
			return "", false
		}
		if strings.ContainsAny(redirect.Apache+redirect.Nginx, "\r\n'\"<>") {
			t.Errorf("a server's configuration was broken: %s", redirect.Nginx)
		}
		return marks(w.Snippet, w.HTML, w.Link, landing.HTML, redirect.HTML, signature.HTML), true
	}
	plain := ""
	f.Fuzz(func(t *testing.T, company, label string) {
		if plain == "" {
			plain, _ = all(t, "Laden", "Schreiben")
		}
		if strings.TrimSpace(label) == "" {
			return // then the usual label stands there, and fewer lines elsewhere
		}
		if got, ok := all(t, company, label); ok && got != plain {
			t.Errorf("%q, %q: %s marks instead of %s", company, label, got, plain)
		}
	})
}

func TestWidgetInTheOtherCorner(t *testing.T) {
	right := build(t, sample(), Options{Language: wording.German, Floating: true})
	left := build(t, sample(), Options{Language: wording.German, Floating: true, Left: true})
	if left.StyleName == right.StyleName || !strings.Contains(left.Style, "left:calc(1rem + env(safe-area-inset-left))") || strings.Contains(left.Style, "inset-right") {
		t.Errorf("%s", left.Style)
	}
	if inline := build(t, sample(), Options{Language: wording.German, Left: true}); strings.Contains(inline.Style, "fixed") {
		t.Error("a corner without floating")
	}
}
