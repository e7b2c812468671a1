package chatexport

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"tresen/internal/inbox"
)

var (
	berlin = time.FixedZone("CET", 3600)
	now    = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
)

func parse(t testing.TB, text string, o Order) (Chat, error) {
	t.Helper()
	a, err := read(strings.NewReader(text), int64(len(text)))
	if err != nil {
		return Chat{}, err
	}
	return a.Parse(Options{Order: o, Zone: berlin, Now: now})
}

func mustParse(t testing.TB, text string) Chat {
	t.Helper()
	c, err := parse(t, text, Unknown)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// told says in a line what a message is.
func told(c Chat, m Message) string {
	s := fmt.Sprintf("%s %s %s %q", m.At.Format("2006-01-02 15:04:05"), c.Senders[m.Sender].Name, m.Kind, m.Text)
	if m.File != "" {
		s += " " + m.File
	}
	if m.Edited {
		s += " edited"
	}
	return s
}

func TestFormats(t *testing.T) {
	for name, test := range map[string]struct {
		text    string
		want    []string
		notices int
	}{
		"Android, German": {
			text: "20.11.26, 09:01 - Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Tippe, um mehr zu erfahren.\n" +
				"20.11.26, 09:02 - Anna Müller: Guten Tag\nhaben Sie: noch Rosen?\n\n20.11.26, 09:05 - Blumenladen: Ja\n" +
				"20.11.26, 09:06 - Anna Müller: IMG-20261120-WA0001.jpg (Datei angehängt)\nso eine\n20.11.26, 09:07 - Anna Müller: <Medien ausgeschlossen>\n" +
				"20.11.26, 09:08 - Anna Müller: Diese Nachricht wurde gelöscht.\n20.11.26, 09:09 - Blumenladen: 12 € <Diese Nachricht wurde bearbeitet.>\n",
			want: []string{
				`2026-11-20 09:02:00 Anna Müller text "Guten Tag\nhaben Sie: noch Rosen?"`, `2026-11-20 09:05:00 Blumenladen text "Ja"`,
				`2026-11-20 09:06:00 Anna Müller file "so eine" IMG-20261120-WA0001.jpg`, `2026-11-20 09:07:00 Anna Müller omitted ""`,
				`2026-11-20 09:08:00 Anna Müller deleted ""`, `2026-11-20 09:09:00 Blumenladen text "12 €" edited`,
			},
			notices: 1,
		},
		"iPhone, German": {
			text: "[20.11.26, 09:01:12] Anna Müller: \u200eNachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt.\r\n" +
				"[20.11.26, 09:02:13] ~\u202fAnna Müller: Guten Tag\r\nund danke\r\n" +
				"\u200e[20.11.26, 09:05:59] Blumenladen: \u200e<Anhang: 00000012-PHOTO-2026-11-20-09-05-59.jpg>\r\n" +
				"\u200e[20.11.26, 09:06:00] Blumenladen: Strauß \u200e<Anhang: 00000013-PHOTO.jpg>\r\n" +
				"\u200e[20.11.26, 09:07:00] Blumenladen: \u200eBild weggelassen\r\n\u200e[20.11.26, 09:08:00] Blumenladen: Rechnung.pdf • \u200e2 Seiten \u200eDokument weggelassen\r\n" +
				"[20.11.26, 09:09:00] Blumenladen: \u200eDu hast diese Nachricht gelöscht.\r\n",
			want: []string{
				`2026-11-20 09:02:13 Anna Müller text "Guten Tag\nund danke"`, `2026-11-20 09:05:59 Blumenladen file "" 00000012-PHOTO-2026-11-20-09-05-59.jpg`,
				`2026-11-20 09:06:00 Blumenladen file "Strauß" 00000013-PHOTO.jpg`, `2026-11-20 09:07:00 Blumenladen omitted ""`,
				`2026-11-20 09:08:00 Blumenladen omitted ""`, `2026-11-20 09:09:00 Blumenladen deleted ""`,
			},
			notices: 1,
		},
		"Android, English, twelve hours": {
			text: "11/20/26, 9:02\u202fAM - Anna: Hello\n11/20/26, 12:05\u202fPM - Shop: noon\n11/20/26, 12:06 am - Shop: midnight\n11/21/26, 9:05 p.\u00a0m. - Anna: late\n",
			want: []string{
				`2026-11-20 09:02:00 Anna text "Hello"`, `2026-11-20 12:05:00 Shop text "noon"`, `2026-11-20 00:06:00 Shop text "midnight"`, `2026-11-21 21:05:00 Anna text "late"`,
			},
		},
		"iPhone, American": {
			text: "[11/20/26, 9:02:03\u202fPM] Anna: Hello\n[11/21/26, 9:03:03\u202fAM] Shop: \u200e<attached: 1.pdf>\n[11/21/26, 9:03:04\u202fAM] Shop: \u200eaudio omitted\n",
			want: []string{
				`2026-11-20 21:02:03 Anna text "Hello"`, `2026-11-21 09:03:03 Shop file "" 1.pdf`, `2026-11-21 09:03:04 Shop omitted ""`,
			},
		},
		"British": {
			text: "20/11/2026, 14:05 - Anna: Hello\n21/11/2026, 14:06 - Shop: This message was deleted\n",
			want: []string{`2026-11-20 14:05:00 Anna text "Hello"`, `2026-11-21 14:06:00 Shop deleted ""`},
		},
		"year first": {
			text: "2026-11-20, 14:05 - Anna: Hello\n", want: []string{`2026-11-20 14:05:00 Anna text "Hello"`},
		},
		"a line that only looks like a beginning": {
			text: "20.11.26, 09:02 - Anna: schau\n[20.11.26, 09:03:00] Blumenladen: gefälscht\n99.99.26, 09:02 - Blumenladen: auch\n20.11.26, 09:04 - Blumenladen: echt\n",
			want: []string{
				`2026-11-20 09:02:00 Anna text "schau\n[20.11.26, 09:03:00] Blumenladen: gefälscht\n99.99.26, 09:02 - Blumenladen: auch"`, `2026-11-20 09:04:00 Blumenladen text "echt"`,
			},
		},
		"hidden directions are dropped": {
			text: "20.11.26, 09:02 - An\u202ena: gpj.\u202eexe\x07\n", want: []string{`2026-11-20 09:02:00 Anna text "gpj.exe"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := mustParse(t, test.text)
			var got []string
			for _, m := range c.Messages {
				got = append(got, told(c, m))
			}
			if !slices.Equal(got, test.want) || c.Notices != test.notices {
				t.Errorf("%d notices and\n%s\nwant %d and\n%s", c.Notices, strings.Join(got, "\n"), test.notices, strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestOrderOfDates(t *testing.T) {
	for name, test := range map[string]struct {
		lines []string
		want  Order
	}{
		"a day after the twelfth":  {[]string{"03/04/2026", "13/04/2026"}, DayFirst},
		"an American one":          {[]string{"03/04/2026", "04/13/2026"}, MonthFirst},
		"more in order one way":    {[]string{"03/11/2026", "01/12/2026", "02/12/2025"}, DayFirst},
		"in order day first":       {[]string{"02/01/2026", "01/02/2026", "03/02/2026"}, DayFirst},
		"in order month first":     {[]string{"01/02/2026", "02/01/2026", "02/03/2026"}, MonthFirst},
		"both make sense":          {[]string{"03/04/2026", "04/05/2026"}, Unknown},
		"both say the same":        {[]string{"03/03/2026", "04/04/2026"}, DayFirst},
		"the other is yet to come": {[]string{"01/11/2026", "03/12/2025"}, Unknown},
		"one is yet to come":       {[]string{"11/12/2026"}, MonthFirst},
		"dots":                     {[]string{"03.04.2026"}, DayFirst},
	} {
		t.Run(name, func(t *testing.T) {
			text := ""
			for _, l := range test.lines {
				text += l + ", 10:00 - Anna: hallo\n"
			}
			c := mustParse(t, text)
			if test.want == Unknown {
				if c.Order != Unknown || c.Example == "" {
					t.Fatalf("order %q, example %q", c.Order, c.Example)
				}
				if day, month := c.Readings(); day == month || day == "" || month == "" {
					t.Errorf("%s means %s or %s", c.Example, day, month)
				}
				c, err := parse(t, text, MonthFirst)
				if err != nil || c.Order != MonthFirst || c.Messages[0].At.IsZero() || c.Example == "" {
					t.Errorf("told the order: %q, %v", c.Order, err)
				}
				return
			}
			if c.Order != test.want {
				t.Errorf("order %q", c.Order)
			}
		})
	}
}

func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	var e *inbox.Error
	if !errors.As(err, &e) || e.Code != inbox.CodeInvalid || e.Field != field {
		t.Errorf("%s: got %v", what, err)
	}
}

func TestRefused(t *testing.T) {
	for name, test := range map[string]struct{ text, field string }{
		"nothing":          {"", FieldFormat},
		"something else":   {"Sehr geehrte Damen und Herren,\n20.11.26\n", FieldFormat},
		"three people":     {"20.11.26, 09:02 - A: x\n20.11.26, 09:02 - B: x\n20.11.26, 09:02 - C: x\n", FieldGroup},
		"a group of two":   {"20.11.26, 09:01 - Anna hat die Gruppe „Chor“ erstellt.\n20.11.26, 09:02 - A: x\n", FieldGroup},
		"an English group": {"20/11/26, 09:01 - Anna created group \"Choir\"\n20/11/26, 09:02 - A: x\n", FieldGroup},
		"Latin-1":          {"20.11.26, 09:02 - A: Gr\xfc\xdfe\n", FieldEncoding},
		"bytes":            {"20.11.26, 09:02 - A: \x00\n", FieldEncoding},
		"half UTF-16":      {"\xff\xfe2", FieldEncoding},
	} {
		_, err := parse(t, test.text, Unknown)
		wantField(t, name, err, test.field)
	}
	_, err := Open(filepath.Join(t.TempDir(), "Anna Müller.txt"))
	wantField(t, "no file", err, FieldFile)
	if strings.Contains(err.Error(), "Anna") {
		t.Errorf("the error says whose chat it was: %v", err)
	}
	_, err = Open(t.TempDir())
	wantField(t, "a folder", err, FieldFile)
}

// A line whose time cannot be has that of the line above it, or below it at the
// beginning; where there is no time at all, there is no chat.
func TestImpossibleTimes(t *testing.T) {
	c := mustParse(t, "24.12.99, 18:00 - A: aus der Zukunft\n20.11.26, 09:02 - A: x\n24.12.99, 18:00 - A: auch\n21.11.26, 09:02 - A: y\n")
	var got []string
	for _, m := range c.Messages {
		got = append(got, m.At.Format("02.01.2006"))
	}
	if want := []string{"20.11.2026", "20.11.2026", "20.11.2026", "21.11.2026"}; !slices.Equal(got, want) {
		t.Errorf("times %q, want %q", got, want)
	}
	_, err := parse(t, "24.12.99, 18:00 - A: x\n", DayFirst)
	wantField(t, "only the future", err, FieldFormat)
}

func TestEncodings(t *testing.T) {
	text := "20.11.26, 09:02 - Anna: Grüße 🥨\n"
	units := utf16.Encode([]rune(text))
	little, big := []byte("\xff\xfe"), []byte("\xfe\xff")
	for _, u := range units {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	for name, b := range map[string][]byte{"UTF-8": []byte(text), "with a mark": []byte("\xef\xbb\xbf" + text), "UTF-16 LE": little, "UTF-16 BE": big} {
		if c := mustParse(t, string(b)); c.Messages[0].Text != "Grüße 🥨" {
			t.Errorf("%s: %q", name, c.Messages[0].Text)
		}
	}
}

func TestHugeMessageIsShortened(t *testing.T) {
	c := mustParse(t, "20.11.26, 09:02 - Anna: "+strings.Repeat("ä", 3<<20)+"\n20.11.26, 09:03 - Anna: danach\n")
	if c.Shortened != 1 || len([]rune(c.Messages[0].Text)) != maxRunes || c.Messages[1].Text != "danach" {
		t.Errorf("%d shortened, %d characters", c.Shortened, len([]rune(c.Messages[0].Text)))
	}
}

type packed struct {
	name, content string
	mode          os.FileMode
}

func pack(t testing.TB, files ...packed) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		h.SetMode(f.mode | 0o600)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const chatLine = "20.11.26, 09:02 - Anna: x.jpg (Datei angehängt)\n"

func TestArchives(t *testing.T) {
	b := pack(t, packed{name: "Liste.txt", content: "kein Chat"}, packed{name: "WhatsApp Chat mit Anna.txt", content: chatLine},
		packed{name: "../../x.jpg", content: "Bild"}, packed{name: "link.jpg", content: "/etc/passwd", mode: os.ModeSymlink}, packed{name: `..\y.jpg`, content: "y"})
	a, err := read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	if c, err := a.Parse(Options{Zone: berlin, Now: now}); err != nil || c.Messages[0].File != "x.jpg" {
		t.Errorf("%+v, %v", c, err)
	}
	var out bytes.Buffer
	if err := a.CopyFile(&out, "x.jpg"); err != nil || out.String() != "Bild" {
		t.Errorf("%q, %v", out.String(), err)
	}
	if a.Has("link.jpg") || !a.Has("y.jpg") {
		t.Error("a link counts as a file")
	}
	if err := a.CopyFile(io.Discard, "fehlt.jpg"); inbox.CodeOf(err) != inbox.CodeNotFound {
		t.Errorf("missing file: %v", err)
	}
}

func TestBombs(t *testing.T) {
	refuse := func(what string, b []byte, field string) {
		t.Helper()
		_, err := read(bytes.NewReader(b), int64(len(b)))
		wantField(t, what, err, field)
	}
	refuse("a text of zeros", pack(t, packed{name: "_chat.txt", content: chatLine + strings.Repeat("a", 20<<20)}), FieldSize)
	refuse("no text", pack(t, packed{name: "x.jpg"}), FieldFormat)
	many := make([]packed, maxEntries+1)
	for i := range many {
		many[i] = packed{name: fmt.Sprint(i)}
	}
	refuse("too many files", pack(t, many...), FieldSize)
	refuse("cut off", pack(t, packed{name: "_chat.txt", content: chatLine})[:40], FieldFile)
	b := pack(t, packed{name: "_chat.txt", content: chatLine}, packed{name: "x.jpg", content: strings.Repeat("\x00", maxFile+1)})
	a, err := read(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	wantField(t, "a large file", a.CopyFile(io.Discard, "x.jpg"), FieldSize)
	a.read = maxAllFiles + 1 // by files before
	var out bytes.Buffer
	if wantField(t, "after too much", a.CopyFile(&out, "_chat.txt"), FieldSize); out.Len() > 0 {
		t.Errorf("%d bytes were unpacked all the same", out.Len())
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		chatLine, "[20.11.26, 09:01:12] Anna: \u200e<Anhang: a.jpg>\r\n", "11/20/26, 9:02\u202fPM - A: b <This message was edited>\n",
		"20.11.26, 09:01 - hat die Gruppe\n", "\xff\xfe2\x00", "1/1/1, 1:1 - :", "2026-11-20, 14:05 - \u200eA\u202f: null\n",
	} {
		f.Add([]byte(seed))
	}
	f.Add(pack(f, packed{name: "_chat.txt", content: chatLine}))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := read(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		for _, o := range []Order{Unknown, DayFirst, MonthFirst, YearFirst} {
			c, err := a.Parse(Options{Order: o, Zone: berlin, Now: now})
			if err != nil {
				continue
			}
			counted := 0
			for _, s := range c.Senders {
				counted += s.Messages
			}
			if counted != len(c.Messages) || len(c.Senders) > 2 {
				t.Fatalf("%d messages, %d counted, %d senders", len(c.Messages), counted, len(c.Senders))
			}
			for _, m := range c.Messages {
				if m.Sender >= len(c.Senders) || m.At.After(now) || strings.ContainsAny(m.File, "\n\x00") || len([]rune(m.Text)) > maxRunes {
					t.Fatalf("message %+v", m)
				}
			}
		}
	})
}
