package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"slices"
	"strings"
)

// Box is a rectangle in millimetres from the upper left.
type Box struct{ X, Y, W, H float64 }

// Page is one page; its methods add to it in painting order.
type Page struct {
	w             *Writer
	index, object int
	width, height float64
	trim, bleed   Box
	content       bytes.Buffer
	ink           string
	marks         int
}

// AddPage begins a page of that size in millimetres.
func (w *Writer) AddPage(width, height float64) *Page {
	p := &Page{w: w, index: len(w.pages), object: w.reserve(), width: width, height: height}
	w.pages = append(w.pages, p)
	// From here on lengths are millimetres and y points down.
	fmt.Fprintf(&p.content, "%.6f 0 0 %.6f 0 %s cm\n", pointsPerMM, -pointsPerMM, points(height))
	return p
}

// SetBoxes names the finished format and how far beyond it ink reaches.
func (p *Page) SetBoxes(trim, bleed Box) { p.trim, p.bleed = trim, bleed }

func (p *Page) boxArray(b Box) string {
	return fmt.Sprintf("[%s %s %s %s]", points(b.X), points(p.height-b.Y-b.H), points(b.X+b.W), points(p.height-b.Y))
}

// Ink is a colour on paper.
type Ink struct{ operator string }

// RGB is a screen colour, shares 0 to 1.
func RGB(r, g, b float64) Ink {
	return Ink{decimal(r) + " " + decimal(g) + " " + decimal(b) + " rg"}
}

// CMYK are ink shares 0 to 1. Pure black overprints what lies beneath, so that
// small type has no white edges when plates are a little off.
func CMYK(c, m, y, k float64) Ink {
	state := "/Knock gs "
	if c == 0 && m == 0 && y == 0 && k == 1 {
		state = "/Over gs "
	}
	return Ink{state + decimal(c) + " " + decimal(m) + " " + decimal(y) + " " + decimal(k) + " k"}
}

// Registration prints on every plate: for crop marks.
func Registration() Ink { return Ink{"/Knock gs /All cs 1 scn"} }

// SetInk chooses the ink of what follows.
func (p *Page) SetInk(ink Ink) {
	if ink.operator != p.ink {
		p.ink = ink.operator
		p.content.WriteString(ink.operator + "\n")
	}
}

// Push saves the state and applies the matrix x' = a·x + c·y + e, y' = b·x + d·y + f.
func (p *Page) Push(a, b, c, d, e, f float64) {
	fmt.Fprintf(&p.content, "q %s %s %s %s %s %s cm\n", decimal(a), decimal(b), decimal(c), decimal(d), decimal(e), decimal(f))
}

// Pop returns to the state before the last Push.
func (p *Page) Pop() {
	p.content.WriteString("Q\n")
	p.ink = ""
}

// MoveTo begins a contour.
func (p *Page) MoveTo(x, y float64) { p.op("m", x, y) }

// LineTo adds a straight line.
func (p *Page) LineTo(x, y float64) { p.op("l", x, y) }

// CubeTo adds a curve with control points a and b.
func (p *Page) CubeTo(ax, ay, bx, by, x, y float64) { p.op("c", ax, ay, bx, by, x, y) }

// Close ends the contour where it began.
func (p *Page) Close() { p.op("h") }

// Fill fills the contours, non-zero winding.
func (p *Page) Fill() { p.op("f") }

func (p *Page) op(operator string, numbers ...float64) {
	for _, n := range numbers {
		p.content.WriteString(decimal(n))
		p.content.WriteByte(' ')
	}
	p.content.WriteString(operator)
	p.content.WriteByte('\n')
}

// Glyph is one letter of a line: its number in the font, what it stands for,
// and how far the next one moves away beyond its width, in 1/1000 of the size.
type Glyph struct {
	ID   uint16
	Rune rune
	Move float64
}

// Text sets glyphs on a baseline that begins at x, y; size is in millimetres,
// tracking is added after every glyph.
func (p *Page) Text(font *Font, size, x, y, tracking float64, glyphs []Glyph) {
	number, used := p.w.subset(font)
	var b strings.Builder
	open := false
	for _, g := range glyphs {
		used.add(g)
		if !open {
			b.WriteByte('<')
			open = true
		}
		fmt.Fprintf(&b, "%04X", g.ID)
		if g.Move != 0 {
			b.WriteString(">" + decimal(-g.Move))
			open = false
		}
	}
	if open {
		b.WriteByte('>')
	}
	fmt.Fprintf(&p.content, "BT /F%d %s Tf %s Tc 1 0 0 -1 %s %s Tm [%s] TJ ET\n",
		number, decimal(size), decimal(tracking), decimal(x), decimal(y), b.String())
}

// Space is the colour space of a picture.
type Space string

// The spaces.
const (
	DeviceRGB  Space = "DeviceRGB"
	DeviceCMYK Space = "DeviceCMYK"
	DeviceGray Space = "DeviceGray"
)

type picture struct {
	image.Image
	space Space
}

// Image draws a picture; a picture used twice is stored once.
func (p *Page) Image(img image.Image, space Space, x, y, w, h float64) {
	number := slices.Index(p.w.images, picture{img, space})
	if number < 0 {
		number = len(p.w.images)
		p.w.images = append(p.w.images, picture{img, space})
	}
	fmt.Fprintf(&p.content, "q %s 0 0 %s %s %s cm /I%d Do Q\n", decimal(w), decimal(-h), decimal(x), decimal(y+h), number)
}

func (w *Writer) writeImage(img picture) int {
	box := img.Bounds()
	data := make([]byte, 0, 3*box.Dx()*box.Dy())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			data = appendPixel(data, img.At(x, y), img.space)
		}
	}
	return w.addStream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s/BitsPerComponent 8", box.Dx(), box.Dy(), img.space), data)
}

func appendPixel(data []byte, c color.Color, space Space) []byte {
	r, g, b, _ := c.RGBA()
	switch space {
	case DeviceCMYK:
		c, m, y, k := color.RGBToCMYK(byte(r>>8), byte(g>>8), byte(b>>8))
		return append(data, c, m, y, k)
	case DeviceGray:
		return append(data, color.GrayModel.Convert(c).(color.Gray).Y)
	default:
		return append(data, byte(r>>8), byte(g>>8), byte(b>>8))
	}
}
