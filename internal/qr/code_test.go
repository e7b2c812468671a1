package qr

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"

	"tresen/internal/inbox"
)

func decode(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := zxing.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil {
		return "unreadable: " + err.Error()
	}
	return result.GetText()
}

func mustLink(t *testing.T, text string) Link {
	t.Helper()
	link, err := ChatLink(shopNumber, text)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// The payloads whose sizes the layouts are made for.
func TestVersionsOfOurPayloads(t *testing.T) {
	for _, c := range []struct {
		text    string
		level   Level
		version int
		reached Level
	}{
		{"", L, 2, M}, // M costs nothing here
		{"", M, 2, M},
		{"", Q, 3, H},
		{"", H, 3, H},
		{"Hallo, ich habe eine Frage: (Schaufenster)", M, 6, M},
		{"Hallo, ich habe eine Frage: (Schaufenster)", Q, 8, Q},
	} {
		code, err := New(mustLink(t, c.text), Options{Level: c.level})
		if err != nil {
			t.Fatal(err)
		}
		s := code.Symbol
		if s.Version != c.version || s.Level != c.reached || s.Modules != 17+4*c.version {
			t.Errorf("%q at %s: version %d, level %s, %d modules", c.text, c.level, s.Version, s.Level, s.Modules)
		}
	}
}

func TestEveryLevelAndColourDecodes(t *testing.T) {
	for _, text := range []string{"", "Hallo Müller & Söhne, ich komme vom Aushang (Ladentür)", strings.Repeat("Grüße 😀", 17)} {
		for level := L; level <= H; level++ {
			link := mustLink(t, text)
			code, err := New(link, Options{Level: level, Colour: Colour{0x1d, 0x5c, 0x87}})
			if err != nil {
				t.Fatal(err)
			}
			if got := decode(t, code.Image(4)); got != link.URL {
				t.Errorf("level %s: %q", level, got)
			}
		}
	}
}

func TestOutlineCoversExactlyTheDarkModules(t *testing.T) {
	code, err := New(mustLink(t, "Frage"), Options{Level: H})
	if err != nil {
		t.Fatal(err)
	}
	area := 0.0
	for _, polygon := range code.Symbol.Outline() {
		for i, a := range polygon {
			b := polygon[(i+1)%len(polygon)]
			area += float64(a.X*b.Y-b.X*a.Y) / 2
		}
	}
	dark := 0
	for y := range code.Symbol.Modules {
		for x := range code.Symbol.Modules {
			if code.Symbol.Dark(x, y) {
				dark++
			}
		}
	}
	if int(area) != dark {
		t.Errorf("outline covers %v modules, %d are dark", area, dark)
	}
	const pixels = 3
	img := image.NewRGBA(image.Rect(0, 0, code.Across()*pixels, code.Across()*pixels))
	FillPath(img, Path{{Verb: MoveTo}, {Verb: LineTo, P: [3]Vec{{9999, 0}}}, {Verb: LineTo, P: [3]Vec{{9999, 9999}}}, {Verb: LineTo, P: [3]Vec{{0, 9999}}}, {Verb: Close}}, White)
	FillPath(img, code.Path().Scaled(pixels, 0, 0), Black)
	want := code.Image(pixels)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, _, _, _ := img.At(x, y).RGBA()
			w, _, _, _ := want.At(x, y).RGBA()
			if r != w {
				t.Fatalf("pixel %d,%d: %d, want %d", x, y, r, w)
			}
		}
	}
}

// C84: codes without a quiet zone are not read; it is never inside the size.
func TestQuietZoneIsAddedOutside(t *testing.T) {
	code, _ := New(mustLink(t, ""), Options{Level: M})
	img := code.Image(2)
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			margin := min(x, y, img.Bounds().Dx()-1-x, img.Bounds().Dy()-1-y)
			if r, _, _, _ := img.At(x, y).RGBA(); margin < 2*QuietZone && r != 0xffff {
				t.Fatalf("pixel %d,%d of the quiet zone is not white", x, y)
			}
		}
	}
	if got := code.WithMargin(25); math.Abs(got-33) > 1e-9 {
		t.Errorf("25 mm become %v mm with margin", got)
	}
	if got := code.Edge(code.WithMargin(12.5)); math.Abs(got-12.5) > 1e-9 {
		t.Error(got)
	}
}

func TestPaleColoursAreRefused(t *testing.T) {
	for colour, fine := range map[string]bool{"#000000": true, "#075e54": true, "#1d5c87": true, "#25d366": false, "#ffffff": false, "#777777": false} {
		c, err := ParseColour("colour", colour)
		if err != nil {
			t.Fatal(err)
		}
		_, err = New(mustLink(t, ""), Options{Colour: c})
		if (err == nil) != fine {
			t.Errorf("%s (%.2f:1): %v", colour, Contrast(c, White), err)
		}
	}
	for _, text := range []string{"", "black", "#12", "#gggggg", "1234567"} {
		if _, err := ParseColour("accent", text); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// C85: a picture in the middle raises the level by itself and stays small enough.
func TestCentreImage(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 90, 60))
	for i := range picture.Pix {
		picture.Pix[i] = byte(37 * i)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	art, err := Picture(file.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	drawing := &Artwork{Colour: Colour{0x1d, 0x5c, 0x87}, Small: true}
	drawing.Drawing.MoveTo(0, 0)
	drawing.Drawing.QuadTo(1, 0, 1, 1)
	drawing.Drawing.LineTo(0, 1)
	drawing.Drawing.Close()
	for _, c := range []struct {
		art   *Artwork
		least Level
		share float64
	}{{art, H, shareAtH}, {drawing, Q, shareAtQ}} {
		link := mustLink(t, "")
		code, err := New(link, Options{Level: L, Centre: c.art})
		if err != nil {
			t.Fatal(err)
		}
		n := float64(code.Symbol.Modules)
		if code.Symbol.Level < c.least || code.Clear < 5 || float64(code.Clear*code.Clear) > c.share*n*n {
			t.Errorf("level %s, %d of %v modules clear", code.Symbol.Level, code.Clear, n)
		}
		if got := decode(t, code.Image(6)); got != link.URL {
			t.Error(got)
		}
		for _, want := range []string{"<svg", "</svg>"} {
			if !strings.Contains(string(code.SVG(30, "")), want) {
				t.Error("SVG lacks", want)
			}
		}
		if !bytes.Contains(code.EPS(30), []byte("image\n")) && !bytes.Contains(code.EPS(30), []byte("curveto")) {
			t.Error("EPS lacks the centre")
		}
	}
	// From version 7 an alignment pattern sits in the middle.
	_, err = New(mustLink(t, strings.Repeat("x", 60)), Options{Centre: art})
	var e *inbox.Error
	if !errors.As(err, &e) || e.Field != "centre" {
		t.Errorf("%v; want an invalid centre", err)
	}
	for _, bad := range [][]byte{nil, []byte("GIF89a"), file.Bytes()[:60]} {
		if _, err := Picture(bad); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Error(err)
		}
	}
}

// ISO/IEC 18004 annex E, some rows.
func TestAlignmentCentres(t *testing.T) {
	for version, want := range map[int][]int{
		1: nil, 2: {6, 18}, 6: {6, 34}, 7: {6, 22, 38}, 14: {6, 26, 46, 66}, 15: {6, 26, 48, 70}, 16: {6, 26, 50, 74},
		22: {6, 26, 50, 74, 98}, 32: {6, 34, 60, 86, 112, 138}, 36: {6, 24, 50, 76, 102, 128, 154}, 40: {6, 30, 58, 86, 114, 142, 170},
	} {
		got := alignmentCentres(version)
		if len(got) != len(want) {
			t.Errorf("version %d: %v", version, got)
			continue
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("version %d: %v, want %v", version, got, want)
				break
			}
		}
	}
}

func TestPNGHasWholePixelsAndItsSize(t *testing.T) {
	link := mustLink(t, "")
	code, _ := New(link, Options{Level: M})
	file, err := code.PNG(25, 600)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if _, twoColours := img.(*image.Paletted); !twoColours {
		t.Errorf("it is a %T", img)
	}
	side := img.Bounds().Dx()
	if side%code.Across() != 0 || side/code.Across() != 24 {
		t.Errorf("%d pixels for %d modules", side, code.Across())
	}
	at := bytes.Index(file, []byte("pHYs"))
	if at < 0 || !bytes.Equal(file[at+4:at+8], []byte{0, 0, 0x5d, 0xc0}) {
		t.Errorf("resolution is missing or wrong: % x", file[at+4:at+13])
	}
	if got := decode(t, img); got != link.URL {
		t.Error(got)
	}
	if c := img.At(0, 0); c != (color.RGBA{255, 255, 255, 255}) {
		t.Error(c)
	}
}

func TestSVGIsOnePathOfTheRightSize(t *testing.T) {
	code, _ := New(mustLink(t, ""), Options{Level: M})
	file := code.SVG(25, `QR-Code: Chat mit "Müller & Söhne"`)
	if err := xml.Unmarshal(file, new(struct{})); err != nil {
		t.Fatal(err)
	}
	text := string(file)
	if strings.Count(text, "<path") != 2 || !strings.Contains(text, `width="33mm" height="33mm" viewBox="0 0 33 33"`) ||
		!strings.Contains(text, "Müller &amp; Söhne") || len(file) > 6000 {
		t.Errorf("%d bytes: %.300s", len(file), text)
	}
}

func TestEPSIsBlackInkAlone(t *testing.T) {
	code, _ := New(mustLink(t, ""), Options{Level: M})
	text := string(code.EPS(25))
	if !strings.HasPrefix(text, "%!PS-Adobe-3.0 EPSF-3.0") || !strings.Contains(text, "0 0 0 1 setcmykcolor") ||
		!strings.Contains(text, "%%HiResBoundingBox: 0 0 93.543 93.543") || strings.Contains(text, "setrgbcolor") {
		t.Errorf("%.300s", text)
	}
}

func TestJudge(t *testing.T) {
	code, _ := New(mustLink(t, ""), Options{Level: Q}) // 29 modules
	for _, c := range []struct {
		use    Use
		light  Light
		reason Reason
	}{
		{Use{Edge: 90, Distance: 500}, Green, ReasonEdge},
		{Use{Edge: 15}, Yellow, ReasonEdge},        // 19.1 mm in all, modules of 0.52
		{Use{Edge: 13}, Red, ReasonEdge},           // 16.6 mm in all
		{Use{Edge: 11}, Yellow, ReasonModule},      // 0.38 mm
		{Use{Edge: 7}, Red, ReasonModule},          // 0.24 mm
		{Use{Edge: 15, DPI: 150}, Red, ReasonDots}, // 3 dots
		{Use{Edge: 90, Distance: 1000}, Yellow, ReasonDistance},
		{Use{Edge: 90, Distance: 3000}, Red, ReasonDistance},
		{Use{Edge: 90, Distance: 700, PoorLight: true}, Yellow, ReasonDistance},
	} {
		found := false
		for _, f := range code.Judge(c.use) {
			if f.Reason == c.reason {
				found = true
				if f.Light != c.light {
					t.Errorf("%+v: %+v, want %s", c.use, f, c.light)
				}
			}
		}
		if !found {
			t.Errorf("%+v: nothing about %s", c.use, c.reason)
		}
	}
	if got := Worst(code.Judge(Use{Edge: 90, Distance: 500})); got != Green {
		t.Error(got)
	}
}

func TestInks(t *testing.T) {
	if got := Black.CMYK(); got != (CMYK{K: 1}) {
		t.Error(got)
	}
	if got := White.CMYK(); got != (CMYK{}) {
		t.Error(got)
	}
	if Black.Grey() != 1 || White.Grey() > 0.001 {
		t.Error(Black.Grey(), White.Grey())
	}
	for r := 0; r < 256; r += 15 {
		for g := 0; g < 256; g += 15 {
			for b := 0; b < 256; b += 15 {
				ink := Colour{uint8(r), uint8(g), uint8(b)}.CMYK()
				if sum := ink.C + ink.M + ink.Y + ink.K; sum > 3 {
					t.Fatalf("%d,%d,%d needs %.2f of ink", r, g, b, sum)
				}
			}
		}
	}
}

func BenchmarkFiveHundredCodes(b *testing.B) {
	for b.Loop() {
		for i := range 500 {
			link, _ := ChatLink(shopNumber, Marker("Tisch "+string(rune('A'+i%26))).AddTo("Hallo"))
			code, err := New(link, Options{Level: M})
			if err != nil {
				b.Fatal(err)
			}
			_ = code.Path()
		}
	}
}
