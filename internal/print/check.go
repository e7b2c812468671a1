package print

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/makiuchi-d/gozxing"
	zxing "github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"

	"tresen/internal/qr"
)

// Disturbance is something that happens to a printed code.
type Disturbance string

// The disturbances each code must survive.
const (
	Undisturbed Disturbance = "none"
	Coarse      Disturbance = "coarse"        // printed at 150 dpi
	Blurred     Disturbance = "blur"          // one pixel
	Turned5     Disturbance = "rotation-5"    // held askew
	Turned15    Disturbance = "rotation-15"   //
	Faded       Disturbance = "contrast-loss" // 30 %
	Specks      Disturbance = "specks"        // dirt on 3 % of the area
	Blotch      Disturbance = "blotch"        // one spot of 3 % of the area
)

// Disturbances lists them.
func Disturbances() []Disturbance {
	return []Disturbance{Undisturbed, Coarse, Blurred, Turned5, Turned15, Faded, Specks, Blotch}
}

// CodeCheck is the result for one printed code.
type CodeCheck struct {
	Page  int
	Place string
	// Failed lists the disturbances under which the code could not be read or
	// said something else than its link.
	Failed []Disturbance
	// Findings judge size, modules, contrast and reading distance.
	Findings []qr.Finding
	// Edge is the side of the code without quiet zone, in mm; Reach the distance from which it reads well.
	Edge, Reach float64
	Link        qr.Link
	// Level is the error correction the code has.
	Level qr.Level
	// X, Y and Side are where it lies on its page, quiet zone included, in mm.
	X, Y, Side float64
}

// Light is red if the code cannot be read back, otherwise the worst finding;
// a code that fails only when disturbed is yellow.
func (c CodeCheck) Light() qr.Light {
	worst := qr.Worst(c.Findings)
	for _, f := range c.Failed {
		if f == Undisturbed || f == Coarse || f == Faded {
			return qr.Red
		}
		worst = max(worst, qr.Yellow)
	}
	return worst
}

// Refused says whether the code must not be printed: it cannot be read back, or
// is too small, too fine or too pale. Red for the distance alone is the owner's
// decision: whoever steps nearer can read it.
func (c CodeCheck) Refused() bool {
	for _, f := range c.Findings {
		if f.Light == qr.Red && f.Reason != qr.ReasonDistance {
			return true
		}
	}
	for _, f := range c.Failed {
		if f == Undisturbed || f == Coarse || f == Faded {
			return true
		}
	}
	return false
}

// Report is the result for a document.
type Report struct {
	Codes []CodeCheck
	// Colours are judged once for all.
	Colours []ColourFinding
}

// Refused says whether any code must not be printed.
func (r Report) Refused() bool {
	return slices.ContainsFunc(r.Codes, CodeCheck.Refused)
}

// Light is the worst of the report.
func (r Report) Light() qr.Light {
	worst := qr.Green
	for _, c := range r.Codes {
		worst = max(worst, c.Light())
	}
	for _, c := range r.Colours {
		worst = max(worst, c.Light)
	}
	return worst
}

const (
	printDPI  = 300.0
	coarseDPI = 150.0
)

// Check renders every code on every page at print resolution, with what lies
// around it, reads it with an independent decoder and compares link, number and
// text. Equal codes are disturbed once, and read undisturbed at each place. In a
// series the first code of each pattern size is disturbed, because the others
// differ from it only in a few letters; each is read undisturbed and coarse.
func (d *Document) Check() Report { return d.check(len(d.pages)) }

// CheckFirst is Check for the first page alone.
func (d *Document) CheckFirst() Report { return d.check(min(1, len(d.pages))) }

// task is a code to look at.
type task struct {
	page    int
	at      placed
	disturb bool
	failed  []Disturbance
}

func (d *Document) check(pages int) Report {
	tasks := d.tasks(pages)
	d.inParallel(len(tasks), func(alone *Document, i int) { tasks[i].failed = alone.look(tasks[i]) })
	return d.report(tasks)
}

// tasks lists the codes of the first pages.
func (d *Document) tasks(pages int) []task {
	var tasks []task
	seen, sizes := map[int]bool{}, map[int]bool{}
	for n := range d.pages[:pages] {
		for _, at := range d.pages[n].placed {
			version := d.faces[at.face].code.Symbol.Version
			tasks = append(tasks, task{page: n, at: at, disturb: !seen[at.face] && !sizes[version]})
			seen[at.face], sizes[version] = true, true
		}
	}
	return tasks
}

func (d *Document) look(t task) []Disturbance {
	p, f := &d.pages[t.page], &d.faces[t.at.face]
	area := codeArea(f, t.at)
	if t.disturb {
		return d.disturb(p, f, area)
	}
	var failed []Disturbance
	for what, dpi := range map[Disturbance]float64{Undisturbed: printDPI, Coarse: coarseDPI} {
		if !reads(d.rasterArea(p, area, dpi), f.code) {
			failed = append(failed, what)
		}
	}
	slices.Sort(failed)
	return failed
}

func (d *Document) report(tasks []task) Report {
	report := Report{Colours: d.spec.Palette.Check()}
	disturbed := map[int][]Disturbance{}
	for _, t := range tasks {
		if t.disturb {
			disturbed[t.at.face] = t.failed
		}
		failed := slices.Clone(disturbed[t.at.face])
		for _, what := range t.failed {
			if !slices.Contains(failed, what) {
				failed = append(failed, what)
			}
		}
		report.Codes = append(report.Codes, d.codeCheck(t, failed))
	}
	return report
}

func (d *Document) codeCheck(t task, failed []Disturbance) CodeCheck {
	f := &d.faces[t.at.face]
	box := codeBox(f, t.at)
	edge := f.code.Edge(f.codeBox.w)
	poor := d.format.Kind == Vehicle
	use := qr.Use{Edge: edge, Distance: d.format.distance, DPI: printDPI, PoorLight: poor}
	return CodeCheck{
		Page: t.page, X: box.x, Y: box.y, Side: box.w, Place: f.place.Name, Failed: failed, Findings: f.code.Judge(use),
		Edge: edge, Reach: f.code.Reach(edge, poor), Link: f.code.Link, Level: f.code.Symbol.Level,
	}
}

// codeArea is where a code lies on the page, with a little of its surroundings.
func codeArea(f *composed, at placed) rect {
	b := codeBox(f, at)
	return b.inset(-0.06 * b.w)
}

// codeBox is where a code lies on the page, quiet zone included.
func codeBox(f *composed, at placed) rect {
	b := f.codeBox
	if at.turned {
		b.x, b.y = f.w-b.right(), f.h-b.bottom()
	}
	b.x, b.y = b.x+at.x, b.y+at.y
	return b
}

func (d *Document) disturb(p *page, f *composed, area rect) []Disturbance {
	var failed []Disturbance
	dpi := printDPI
	// Beyond 1200 pixels a finer picture only takes longer.
	if pixels := area.w / 25.4 * dpi; pixels > 1200 {
		dpi *= 1200 / pixels
	}
	clean := grey(d.rasterArea(p, area, dpi))
	pictures := map[Disturbance]image.Image{
		Undisturbed: d.rasterArea(p, area, printDPI),
		Coarse:      d.rasterArea(p, area, coarseDPI),
		Blurred:     blur(clean), Turned5: turn(clean, 5), Turned15: turn(clean, 15),
		Faded: fade(clean), Specks: specks(clean, f.code), Blotch: blotch(clean),
	}
	for _, what := range Disturbances() {
		if !reads(pictures[what], f.code) {
			failed = append(failed, what)
		}
	}
	return failed
}

// reads decodes a picture and compares everything it says with what it should.
func reads(img image.Image, code *qr.Code) bool {
	text, ok := Read(img)
	if !ok || text != code.Link.URL {
		return false
	}
	link, err := qr.ParseLink(text)
	return err == nil && link == code.Link
}

// Read decodes the code in a picture. It shares no code with what draws them.
// A phone looks many times a second, a little nearer and in another light each
// time; so does this, a few times.
func Read(img image.Image) (text string, ok bool) {
	for _, factor := range []int{1, 2} {
		source := gozxing.NewLuminanceSourceFromImage(enlarged(img, factor))
		for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
			if text, ok := decode(binarizer); ok {
				return text, true
			}
		}
	}
	return "", false
}

func decode(binarizer gozxing.Binarizer) (text string, ok bool) {
	bitmap, err := gozxing.NewBinaryBitmap(binarizer)
	if err != nil {
		return "", false
	}
	hints := map[gozxing.DecodeHintType]interface{}{gozxing.DecodeHintType_TRY_HARDER: true}
	result, err := zxing.NewQRCodeReader().Decode(bitmap, hints)
	if err != nil {
		return "", false
	}
	return result.GetText(), true
}

func enlarged(img image.Image, factor int) image.Image {
	if factor == 1 {
		return img
	}
	from := img.Bounds()
	to := image.NewGray(image.Rect(0, 0, from.Dx()*factor, from.Dy()*factor))
	draw.BiLinear.Scale(to, to.Rect, img, from, draw.Src, nil)
	return to
}

func grey(img image.Image) *image.Gray {
	box := img.Bounds()
	g := image.NewGray(box)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			g.Set(x, y, img.At(x, y))
		}
	}
	return g
}

// blur spreads every pixel by a Gaussian of one pixel.
func blur(img *image.Gray) *image.Gray {
	kernel := [5]float64{0.0545, 0.2442, 0.4026, 0.2442, 0.0545}
	pass := func(from *image.Gray, stepX, stepY int) *image.Gray {
		to := image.NewGray(from.Rect)
		for y := range from.Rect.Dy() {
			for x := range from.Rect.Dx() {
				sum := 0.0
				for k := -2; k <= 2; k++ {
					px := min(max(x+k*stepX, 0), from.Rect.Dx()-1)
					py := min(max(y+k*stepY, 0), from.Rect.Dy()-1)
					sum += kernel[k+2] * float64(from.Pix[py*from.Stride+px])
				}
				to.Pix[y*to.Stride+x] = uint8(sum + 0.5)
			}
		}
		return to
	}
	return pass(pass(img, 1, 0), 0, 1)
}

// turn rotates by degrees on a larger white sheet.
func turn(img *image.Gray, degrees float64) *image.Gray {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(img.Rect.Dx()), float64(img.Rect.Dy())
	side := int(math.Ceil((w + h) * 0.72))
	to := image.NewGray(image.Rect(0, 0, side, side))
	middle := float64(side) / 2
	for y := range side {
		for x := range side {
			dx, dy := float64(x)-middle, float64(y)-middle
			px, py := int(dx*cos+dy*sin+w/2), int(-dx*sin+dy*cos+h/2)
			value := uint8(255)
			if px >= 0 && py >= 0 && px < img.Rect.Dx() && py < img.Rect.Dy() {
				value = img.Pix[py*img.Stride+px]
			}
			to.Pix[y*to.Stride+x] = value
		}
	}
	return to
}

// fade takes 30 % of the contrast: worn black on yellowed white.
func fade(img *image.Gray) *image.Gray {
	to := image.NewGray(img.Rect)
	for i, v := range img.Pix {
		to.Pix[i] = uint8(38 + float64(v)*0.7)
	}
	return to
}

// specks puts dirt of a quarter of a module onto 3 % of the area, always the
// same, and looks at it as a camera does: six pixels per module, through a lens.
func specks(img *image.Gray, code *qr.Code) *image.Gray {
	to := image.NewGray(img.Rect)
	copy(to.Pix, img.Pix)
	random := rand.New(rand.NewPCG(1, 2))
	side := max(1, int(float64(img.Rect.Dx())/1.12/float64(code.Across())/4))
	count := int(0.03 * float64(img.Rect.Dx()*img.Rect.Dy()) / float64(side*side))
	for range count {
		x, y := random.IntN(img.Rect.Dx()-side), random.IntN(img.Rect.Dy()-side)
		invert(to, image.Rect(x, y, x+side, y+side))
	}
	seen := image.NewGray(image.Rect(0, 0, code.Across()*6*28/25, code.Across()*6*28/25))
	draw.BiLinear.Scale(seen, seen.Rect, to, to.Rect, draw.Src, nil)
	return blur(seen)
}

// blotch covers 3 % of the area right of the middle.
func blotch(img *image.Gray) *image.Gray {
	to := image.NewGray(img.Rect)
	copy(to.Pix, img.Pix)
	side := int(math.Sqrt(0.03) * float64(img.Rect.Dx()) / 1.12)
	x, y := img.Rect.Dx()*58/100, img.Rect.Dy()*40/100
	for py := y; py < y+side; py++ {
		for px := x; px < x+side; px++ {
			to.SetGray(px, py, color.Gray{Y: 40})
		}
	}
	return to
}

func invert(img *image.Gray, box image.Rectangle) {
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			img.Pix[y*img.Stride+x] = 255 - img.Pix[y*img.Stride+x]
		}
	}
}
