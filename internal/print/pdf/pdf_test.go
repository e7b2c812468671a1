package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font/sfnt"
)

func regularFont(t testing.TB) (*Font, *sfnt.Font) {
	t.Helper()
	file, err := os.ReadFile("../fonts/AtkinsonHyperlegibleNext_400Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	f, err := NewFont("AtkinsonHyperlegibleNext-Regular", file)
	if err != nil {
		t.Fatal(err)
	}
	outlines, err := sfnt.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	return f, outlines
}

func glyphs(t testing.TB, f *sfnt.Font, text string) []Glyph {
	t.Helper()
	var line []Glyph
	for _, r := range text {
		id, err := f.GlyphIndex(nil, r)
		if err != nil || id == 0 {
			t.Fatalf("no glyph for %q: %v", r, err)
		}
		line = append(line, Glyph{ID: uint16(id), Rune: r, Move: -20})
	}
	return line
}

func sample(t testing.TB, tagged bool) []byte {
	t.Helper()
	font, outlines := regularFont(t)
	w := New(Info{Title: "Größe (1) & \\", Author: "A", Language: "de", Created: time.Unix(1e9, 0), Tagged: tagged})
	img := image.NewRGBA(image.Rect(0, 0, 2, 2))
	img.Set(0, 0, color.RGBA{255, 0, 0, 255})
	for range 2 {
		p := w.AddPage(100, 50)
		p.SetBoxes(Box{10, 10, 80, 30}, Box{7, 7, 86, 36})
		p.BeginArtifact()
		p.SetInk(CMYK(1, 0.5, 0, 0.1))
		p.MoveTo(0, 0)
		p.LineTo(10, 0)
		p.CubeTo(10, 5, 5, 10, 0, 10)
		p.Close()
		p.Fill()
		p.SetInk(Registration())
		p.Fill()
		p.End()
		p.Push(-1, 0, 0, -1, 100, 50)
		p.Begin(Heading, "")
		p.SetInk(CMYK(0, 0, 0, 1))
		p.Text(font, 5, 10, 20, 0.1, glyphs(t, outlines, "Süße 3 €"))
		p.End()
		p.Pop()
		p.Begin(Figure, "Bild: äöü")
		for _, space := range []Space{DeviceRGB, DeviceCMYK, DeviceGray} {
			p.Image(img, space, 1, 1, 5, 5)
		}
		p.End()
	}
	return w.Bytes()
}

var (
	entry  = regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`)
	stream = regexp.MustCompile(`/Length (\d+)>>\nstream\n`)
)

// Every offset of the cross-reference table points at its object, every stream
// has the length it says and unpacks, every reference leads somewhere.
func TestFileHoldsTogether(t *testing.T) {
	for _, tagged := range []bool{false, true} {
		file := sample(t, tagged)
		offsets := entry.FindAllSubmatch(file, -1)
		for i, o := range offsets {
			at, _ := strconv.Atoi(string(o[1]))
			if want := fmt.Sprintf("%d 0 obj\n", i+1); !bytes.HasPrefix(file[at:], []byte(want)) {
				t.Errorf("offset of object %d points at %.20q", i+1, file[at:])
			}
		}
		start := bytes.LastIndex(file, []byte("startxref\n"))
		at, err := strconv.Atoi(strings.Fields(string(file[start+10:]))[0])
		if err != nil || !bytes.HasPrefix(file[at:], []byte("xref\n")) {
			t.Errorf("startxref points at %.20q, %v", file[at:], err)
		}
		for _, r := range regexp.MustCompile(`(\d+) 0 R`).FindAllSubmatch(file, -1) {
			if n, _ := strconv.Atoi(string(r[1])); n < 1 || n > len(offsets) {
				t.Errorf("reference to object %d of %d", n, len(offsets))
			}
		}
		for _, at := range stream.FindAllSubmatchIndex(file, -1) {
			size, _ := strconv.Atoi(string(file[at[2]:at[3]]))
			body := file[at[1] : at[1]+size]
			if !bytes.HasPrefix(file[at[1]+size:], []byte("\nendstream")) {
				t.Error("a stream is longer or shorter than it says")
			}
			if bytes.HasPrefix(body, []byte("<?xpacket")) {
				continue
			}
			unpack(t, body)
		}
	}
}

func unpack(t *testing.T, body []byte) []byte {
	t.Helper()
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestFileSaysWhatReadersNeed(t *testing.T) {
	tagged, plain := string(sample(t, true)), string(sample(t, false))
	for _, must := range []string{
		"%PDF-1.7", "/Lang (de)", "/DisplayDocTitle true", "/MarkInfo<</Marked true>>", "/StructTreeRoot", "/S/H1", "/S/Figure", "/Alt <FEFF",
		"/TrimBox[28.346 28.346 255.118 113.386]", "/BleedBox[19.843 19.843 263.622 121.89]", "/Separation/All", "/OPM 1", "/FontFile2", "/ToUnicode",
		"<dc:title>", "Größe (1) &amp; \\", "/ID[<", "/ColorSpace/DeviceCMYK", "/ColorSpace/DeviceGray",
	} {
		if !strings.Contains(tagged, must) {
			t.Errorf("the tagged file lacks %q", must)
		}
	}
	if strings.Contains(plain, "StructTreeRoot") || strings.Contains(plain, "/Marked") {
		t.Error("the plain file is tagged")
	}
	if strings.Count(tagged, "/Subtype/Image") != 3 {
		t.Error("a picture used on two pages is stored twice")
	}
	if tagged != string(sample(t, true)) {
		t.Error("the same calls make different files")
	}
}

func TestSubsetKeepsWhatIsUsedAndItsParts(t *testing.T) {
	font, outlines := regularFont(t)
	s := &subset{font, map[uint16]rune{}}
	for _, g := range glyphs(t, outlines, "äß€") {
		s.add(g)
	}
	small, err := sfnt.Parse(withCmap(t, font, s.file()))
	if err != nil {
		t.Fatal(err)
	}
	for id := range s.used {
		for _, f := range []*sfnt.Font{outlines, small} {
			segments, err := f.LoadGlyph(nil, sfnt.GlyphIndex(id), 1000, nil)
			if err != nil || len(segments) == 0 {
				t.Errorf("glyph %d: %d segments, %v", id, len(segments), err)
			}
		}
	}
	unused, _ := outlines.GlyphIndex(nil, 'Q')
	if segments, err := small.LoadGlyph(nil, unused, 1000, nil); err != nil || len(segments) != 0 {
		t.Errorf("an unused glyph has %d segments, %v", len(segments), err)
	}
	if len(s.file()) > 12000 {
		t.Errorf("three letters take %d bytes", len(s.file()))
	}
}

// withCmap gives a subset back the tables a general parser insists on.
func withCmap(t *testing.T, f *Font, file []byte) []byte {
	t.Helper()
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		at := 12 + 16*i
		start, size := binary.BigEndian.Uint32(file[at+8:]), binary.BigEndian.Uint32(file[at+12:])
		tables[string(file[at:at+4])] = file[start : start+size]
	}
	for _, name := range []string{"cmap", "name", "post", "OS/2"} {
		tables[name] = f.tables[name]
	}
	return sfntFile(tables)
}

func TestDamagedFontsAreRefused(t *testing.T) {
	file, err := os.ReadFile("../fonts/AtkinsonHyperlegibleNext_400Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{nil, file[:11], file[:100], file[:len(file)/2]} {
		if _, err := NewFont("x", bad); err == nil {
			t.Errorf("%d bytes were accepted", len(bad))
		}
	}
}
