package search

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// found1 reports whether one message with the text is found by the query.
func found1(t *testing.T, text, query string) bool {
	t.Helper()
	var x Index
	if err := x.Add(Document{ID: message(t, 1, 1000, 0), Text: text}); err != nil {
		t.Fatal(err)
	}
	r, err := x.Search(t.Context(), Query{Text: query})
	if err != nil {
		t.Fatal(err)
	}
	return len(r.Hits) == 1
}

func TestQueryFindsText(t *testing.T) {
	for _, c := range []struct {
		name  string
		text  string
		found []string
		not   []string
	}{
		{"umlaut", "Müller", []string{"Müller", "mueller", "muller", "MÜLLER", "üll", "uell", "ull", "Mu\u0308ller"}, []string{"möller", "meller"}},
		{"ae for ä", "Mueller", []string{"Müller", "mueller", "muller", "ller"}, []string{"mller"}},
		{"a for ä", "Muller", []string{"muller", "MULLER", "Müller"}, []string{"mueller"}},
		{"decomposed", "Mu\u0308ller", []string{"Müller", "mueller", "muller"}, nil},
		{"ß", "Straße STRASSE", []string{"strasse", "straße", "STRAẞE", "asse"}, nil},
		{"ue that is no umlaut", "neuen", []string{"neuen", "neue", "euen", "en", "neun"}, []string{"neuern"}},
		{"dots left away", "Wir zahlen bar, schon", []string{"zahlen", "schon", "zählen", "Bär", "schön"}, []string{"zaehlen", "schoen"}},
		{"u is not ue", "neun Blumen im Depot", []string{"neun", "blum"}, []string{"neuen", "blue", "poet"}},
		{"inside a unit", "Bauelement Neueröffnung", []string{"element", "eröffnung", "eroeffnung", "eroffnung", "bauele"}, []string{"erle"}},
		{"e before a vowel", "wurde", []string{"wurde"}, []string{"erde"}},
		{"three vowels", "Treueübung geübt Seeufer", []string{"übung", "uebung", "geübt", "geuebt", "geubt", "seeufer", "eufer"}, nil},
		{"accents", "Café à la carte, Ça va? Łódź Ångström Citroën", []string{"cafe", "café", "ca va", "lodz", "angstrom", "Ångstrom", "citroen", "citroën"}, nil},
		{"parts of words", "Wunschtermin", []string{"termin", "wunsch", "schter", "n", "Wunschtermin"}, []string{"termine"}},
		{"all words", "Ihr Termin ist am Montag", []string{"montag termin", "ter mon", "termin montag ist", "Termin Termin"}, []string{"termin dienstag"}},
		{"phrase", "Ihr Termin\n ist  am Montag", []string{`"termin ist am"`, `"am mont`, "„Termin ist“", `montag "ihr termin"`}, []string{`"am termin"`, `"montag ihr"`}},
		{"punctuation around words", "Termin?", []string{"termin!", "(Termin)", "termin?", "»Termin«"}, nil},
		{"punctuation inside words", "info@blumen-maier.de z.B. 12:30", []string{"info@blumen-maier.de", "blumen-maier", "z.b.", "12:30", "@blumen"}, []string{"blumenmaier"}},
		{"typographic signs", "Geht’s – „gut“…", []string{"geht's", "geht’s", "gut", "– gut", `"gut"`}, []string{"—x"}},
		{"phone", "Ruf an: 0170/12 34-567", []string{"0170 1234567", "01701234567", "+49 170 1234567", "0049 (170) 1234567", "+49 (0)170 12 34 567", "1234567", "170123"}, []string{"0171 1234567"}},
		{"phone of abroad", "+49 170 1234567", []string{"0170 1234567", "0170/1234567", "+491701234567", "1701234567"}, []string{"+43 171 1234567"}},
		{"dates and prices", "am 12.03.2026 für 12,50 €", []string{"12.03.2026", "12032026", "12.03", "12,50", "€", "2026"}, []string{"12.04"}},
		{"order number", "Nr. 4711-0815-23", []string{"4711081523", "4711-0815-23", "0815"}, nil},
		{"emoji", "Danke 👍🏽 👩‍🍳 ❤️ 🇩🇪", []string{"👍", "👍🏽", "👩‍🍳", "👩", "🍳", "❤", "❤️", "🇩🇪", "danke 👍🏿"}, []string{"🙏"}},
		{"cyrillic", "Здравствуйте, ёлка", []string{"здравствуйте", "ЗДРАВ", "елка", "ёлка"}, []string{"привет"}},
		{"arabic with vowel signs", "مَرْحَبًا", []string{"مرحبا", "حب"}, nil},
		{"hebrew, thai, japanese", "שָׁלוֹם สวัสดี がんばって 你好", []string{"שלום", "สวัสดี", "がん", "か\u3099ん", "好"}, []string{"再"}},
		{"greek", "Σας ευχαριστώ ΣΑΣ", []string{"σας", "ΣΑΣ", "ευχαριστω"}, nil},
		{"turkish", "İstanbul ILGAZ ışık", []string{"istanbul", "ilgaz", "isik", "ışık"}, nil},
		{"styled letters", "𝓗𝓪𝓵𝓵𝓸 Ｗｅｌｔ ﬁn ½", []string{"hallo", "welt", "fin"}, nil},
		{"invisible characters", "Ter\u00admin Mon\u200btag", []string{"termin", "montag"}, nil},
		{"signs only", "gut :) ...", []string{":)", "..."}, []string{":("}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, query := range c.found {
				if !found1(t, c.text, query) {
					t.Errorf("%q does not find %q", query, c.text)
				}
			}
			for _, query := range c.not {
				if found1(t, c.text, query) {
					t.Errorf("%q finds %q", query, c.text)
				}
			}
		})
	}
}

func TestNothingToLookForFindsNothing(t *testing.T) {
	for _, query := range []string{"", "  ", "\n", "?", ".", `"`, `""`, `" "`, "\u0308", "\u200b"} {
		if found1(t, "a ? . \" b", query) {
			t.Errorf("%q finds something", query)
		}
	}
}

// Whatever folds must fold to itself, or queries made of found text would not find it.
func TestFoldingIsTheSameForBothNormalForms(t *testing.T) {
	for _, s := range []string{
		"Äpfel, Öl und Übung", "Ångström", "Việt Nam", "Łódź", "naïve coöperation", "ǘ ǚ Ǖ", "がぎぐ", "한국어", "ё й", "ﷺ", "½ ™ ①",
	} {
		var composed, decomposed folder
		composed.limit, decomposed.limit = maxFolded, maxFolded
		composed.text(norm.NFC.String(s))
		decomposed.text(norm.NFD.String(s))
		if string(composed.out) != string(decomposed.out) {
			t.Errorf("%q folds to %q composed and %q decomposed", s, composed.out, decomposed.out)
		}
	}
}

// One document has its share of the arena, whatever it is made of.
func TestHostileTextsStayWithinBounds(t *testing.T) {
	for name, s := range map[string]string{
		"no spaces":           strings.Repeat("x", 4096),
		"combining marks":     "a" + strings.Repeat("\u0301\u0308\u0334", 40_000),
		"longest expansion":   strings.Repeat("\ufdfa", 40_000),
		"ligatures":           strings.Repeat("ﬃ", 100_000),
		"digits":              strings.Repeat("1 ", 100_000),
		"invalid UTF-8":       strings.Repeat("\xff\xc3", 100_000),
		"very long":           strings.Repeat("Grüße ", 100_000),
		"hangul":              strings.Repeat("한", 100_000),
		"right-to-left marks": strings.Repeat("\u202e", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			var f folder
			folded := f.document(Document{Text: s, Caption: s, More: []string{s, s}})
			if len(folded) > maxFolded+foldedSpare || cap(f.out) != maxFolded+foldedSpare {
				t.Errorf("folded to %d bytes in a buffer of %d", len(folded), cap(f.out))
			}
			var x Index
			if err := x.Add(Document{ID: message(t, 1, 1, 0), Text: s}); err != nil {
				t.Fatal(err)
			}
			if size := x.Size().Bytes; size > 1<<18 {
				t.Errorf("one message takes %d bytes", size)
			}
			if ranges := Highlight(s, s[:min(len(s), 40)]); len(ranges) > maxRanges {
				t.Errorf("%d ranges", len(ranges))
			}
		})
	}
}

// A long query of one letter in long texts of that letter is the worst case of
// the comparison; it must stay a matter of milliseconds per message.
func TestLongQueriesOfOneLetterEnd(t *testing.T) {
	var x Index
	for i := range 30 {
		add(t, &x, Document{ID: message(t, 1, i, 0), Text: strings.Repeat("en", 2048) + "x"})
	}
	for _, query := range []string{strings.Repeat("en", 499) + "e", strings.Repeat("n", 999), strings.Repeat("au", 499)} {
		start := time.Now()
		if _, err := x.Search(t.Context(), Query{Text: query}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d letters took %v", len(query), took)
		}
	}
}

func TestCombiningMarksLeaveNothing(t *testing.T) {
	var f folder
	folded := f.document(Document{Text: "a" + strings.Repeat("\u0301", 10_000) + "b"})
	if string(folded) != "ab\x00" {
		t.Errorf("folded to %d bytes", len(folded))
	}
}

func TestFoldedTextHoldsOnlyOurControlBytes(t *testing.T) {
	for r := rune(0); r <= utf8.MaxRune; r++ {
		f := folder{limit: maxFolded}
		f.text("x" + string(r) + "x")
		for _, c := range f.out {
			if c < 0x20 && c != umlautA && c != umlautO && c != umlautU {
				t.Fatalf("%U folds to control byte %#x", r, c)
			}
		}
		if !utf8.Valid(f.out) {
			t.Fatalf("%U folds to invalid UTF-8 %q", r, f.out)
		}
		if len(f.out) > foldedSpare/2 {
			t.Fatalf("%U folds to %d bytes", r, len(f.out))
		}
	}
}
