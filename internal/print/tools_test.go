package print

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The tests in this file ask other people's programs; the others prove the
// same without them.

func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed (Debian: qpdf, poppler-utils, zbar-tools)", name)
	}
	return path
}

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(tool(t, name), args...)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%s: %v\n%s", name, err, problems.String())
	}
	return string(out)
}

// samples are one file of each kind and one of each design.
func samples(t *testing.T) map[string]string {
	t.Helper()
	p := newPress(t)
	dir := t.TempDir()
	files := map[string]string{}
	add := func(name string, s Spec) {
		approved, _, err := compose(t, p, s).Approve()
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, name+".pdf")
		if err := os.WriteFile(file, approved.PDF(), 0o600); err != nil {
			t.Fatal(err)
		}
		files[name] = file
	}
	for i, design := range Designs() {
		s := poster(t)
		s.Design = design
		if i%2 == 1 {
			s.Profile = PrintShop
		}
		add("poster-"+string(design), s)
	}
	for _, paper := range []Paper{"3651", "L7160"} {
		s := poster(t)
		s.Kind, s.Paper = Stickers, paper
		add("stickers-"+string(paper), s)
	}
	s := poster(t)
	s.Kind, s.Paper = Tent, "DL-prism"
	add("tent", s)
	return files
}

func TestOthersFindTheFilesSound(t *testing.T) {
	tool(t, "qpdf")
	tool(t, "pdffonts")
	for name, file := range samples(t) {
		if out := output(t, "qpdf", "--check", file); !strings.Contains(out, "No syntax or stream encoding errors") {
			t.Errorf("%s: %s", name, out)
		}
		fonts := output(t, "pdffonts", file)
		for _, line := range strings.Split(strings.TrimSpace(fonts), "\n")[2:] {
			if !strings.Contains(line, "+AtkinsonHyperlegibleNext") || !strings.Contains(line, "yes yes yes") {
				t.Errorf("%s: a font is not an embedded subset with Unicode: %s", name, line)
			}
		}
		if images := output(t, "pdfimages", "-list", file); strings.Count(images, "\n") > 2 {
			t.Errorf("%s holds raster images:\n%s", name, images)
		}
		text := strings.ReplaceAll(output(t, "pdftotext", file, "-"), noBreak, " ")
		for _, must := range []string{"WhatsApp", "+49 1511 2345678", "Größl", "089 1234567"} {
			if !strings.Contains(text, must) && !strings.HasPrefix(name, "stickers-3651") {
				t.Errorf("%s: its text lacks %q:\n%s", name, must, text)
			}
		}
	}
}

// What the window shows is drawn from the page's own list of outlines. This
// proves that the file, drawn by somebody else, is the same picture.
func TestThePreviewIsThePDF(t *testing.T) {
	tool(t, "pdftoppm")
	p := newPress(t)
	for _, design := range Designs() {
		s := poster(t)
		s.Kind, s.Paper, s.Design = CounterCard, "A6", design
		d := compose(t, p, s)
		file := filepath.Join(t.TempDir(), "page.pdf")
		if err := os.WriteFile(file, d.Preview(), 0o600); err != nil {
			t.Fatal(err)
		}
		const dpi = 203.2 // eight dots per millimetre
		output(t, "pdftoppm", "-r", fmt.Sprint(dpi), "-png", "-singlefile", file, file)
		content, err := os.ReadFile(file + ".png")
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := png.Decode(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if got := differing(d.Raster(0, dpi), theirs, 8); got > 48 {
			t.Errorf("%s: a millimetre differs by %d", design, got)
		}
	}
}

// differing is the largest difference in brightness, 0 to 255, between the same
// millimetres of two pictures: smaller than that, two programs smooth edges in
// their own ways.
func differing(a, b image.Image, block int) int {
	w, h := min(a.Bounds().Dx(), b.Bounds().Dx()), min(a.Bounds().Dy(), b.Bounds().Dy())
	worst := 0
	for y := 0; y+block <= h; y += block {
		for x := 0; x+block <= w; x += block {
			sum := 0
			for i := range block * block {
				px, py := x+i%block, y+i/block
				sum += int(color.GrayModel.Convert(a.At(px, py)).(color.Gray).Y) - int(color.GrayModel.Convert(b.At(px, py)).(color.Gray).Y)
			}
			worst = max(worst, max(sum, -sum)/(block*block))
		}
	}
	return worst
}

// Each label is looked at alone, as people do: on a picture of forty codes of
// one size zbar takes corners of neighbours for one code and misses some.
func TestOthersReadEveryCode(t *testing.T) {
	tool(t, "pdftoppm")
	tool(t, "zbarimg")
	for name, file := range samples(t) {
		picture := strings.TrimSuffix(file, ".pdf")
		output(t, "pdftoppm", "-r", "300", "-gray", "-png", "-singlefile", file, picture)
		pictures := []string{picture + ".png"}
		want := 1
		if name == "tent" {
			want = 2
		}
		if article, isSheet := strings.CutPrefix(name, "stickers-"); isSheet {
			pictures = cutLabels(t, picture+".png", article)
			want = len(pictures)
		}
		codes := strings.Fields(output(t, "zbarimg", append([]string{"-q", "--raw"}, pictures...)...))
		if len(codes) != want {
			t.Errorf("%s: %d codes read, want %d", name, len(codes), want)
		}
		for _, code := range codes {
			if code != "https://wa.me/4915112345678" {
				t.Errorf("%s: a code says %q", name, code)
			}
		}
	}
}

// cutLabels cuts a sheet's picture along its labels.
func cutLabels(t *testing.T, file, article string) []string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var labels []string
	for _, s := range Sheets() {
		if s.Article != article {
			continue
		}
		for n := range s.Labels() {
			l := s.label(n)
			const perMM = 300 / 25.4
			box := image.Rect(int(l.x*perMM), int(l.y*perMM), int(l.right()*perMM), int(l.bottom()*perMM))
			var b bytes.Buffer
			if err := png.Encode(&b, sheet.(interface {
				SubImage(image.Rectangle) image.Image
			}).SubImage(box)); err != nil {
				t.Fatal(err)
			}
			name := fmt.Sprintf("%s-%d.png", file, n)
			if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			labels = append(labels, name)
		}
	}
	return labels
}
