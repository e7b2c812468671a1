package print

import (
	"bytes"
	"fmt"
	"strings"

	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// Diagram is a way through several stops, drawn from top to bottom, as a block
// of a Letter.
type Diagram struct {
	// Alt says what the picture says, for those who cannot see it.
	Alt   string
	Stops []Stop
}

// Stop is a box of a Diagram.
type Stop struct {
	Title string
	Lines []string
	// Way is written beside the arrow that leads here; the first stop has none.
	Way []string
	// Side hangs the stop below the last one that is not on the side.
	Side bool
}

func (Diagram) isBlock() {}

// Drawing is a Diagram that is laid out. All measures are in mm, y goes down.
type Drawing struct {
	Width, Height float64
	Boxes         []Area
	// Strokes are the arrows' shafts, Heads their triangles.
	Strokes []Stroke
	Heads   []Head
	Texts   []Label
}

// Area is the place of a box.
type Area struct{ X, Y, W, H float64 }

// Stroke is a straight line, across or down.
type Stroke struct{ X, Y, ToX, ToY float64 }

// Head is a triangle, given by its corners.
type Head [3][2]float64

// Label is a line of text; X and Y are where its baseline starts.
type Label struct {
	X, Y float64
	// Size is the height of the type.
	Size   float64
	Strong bool
	// Quiet text stands beside an arrow, not in a box.
	Quiet bool
	Text  string
}

// Measures of a diagram, in mm.
const (
	boxWidth   = 140
	boxPadding = 3
	sideIndent = 12
	wayIndent  = 5
	wayGap     = 3
	headSize   = 1.6
	sideTrunk  = 5
)

var (
	boxTitle = style{weight: semiBold, size: 11.5, leading: 1.35, colour: paperInk}
	boxLine  = style{weight: regular, size: 10, leading: 1.4, colour: paperInk}
	wayLine  = style{weight: regular, size: 10, leading: 1.4, colour: paperHue}
)

// Draw lays a diagram out.
func (p *Press) Draw(d Diagram) Drawing {
	s := &letterSetter{t: p.typesetter()}
	out := Drawing{Width: textWidth}
	y, bottom := 0.0, 0.0 // bottom of the last box on the main way
	for i, stop := range d.Stops {
		x, width := 0.0, float64(boxWidth)
		if stop.Side {
			x, width = sideIndent, boxWidth-sideIndent
		}
		if i > 0 {
			y = s.drawWay(&out, stop, x, y)
		}
		box := s.drawBox(&out, stop, x, y, width)
		switch {
		case stop.Side:
			middle := box.Y + box.H/2
			out.Strokes = append(out.Strokes, Stroke{sideTrunk, bottom, sideTrunk, middle}, Stroke{sideTrunk, middle, x - headSize, middle})
			out.Heads = append(out.Heads, Head{{x - headSize, middle - headSize/1.6}, {x, middle}, {x - headSize, middle + headSize/1.6}})
		default:
			bottom = box.Y + box.H
		}
		y = box.Y + box.H
	}
	out.Height = y
	return out
}

// drawWay draws what leads to a stop and returns where the stop begins.
func (s *letterSetter) drawWay(out *Drawing, stop Stop, x, y float64) float64 {
	from := y
	y += wayGap
	const middle = 10
	left := x + middle + wayIndent
	if stop.Side {
		left = x
	}
	for _, line := range stop.Way {
		for _, broken := range s.breakLines(line, wayLine, textWidth-left) {
			out.Texts = append(out.Texts, Label{X: left, Y: y + wayLine.em(), Size: wayLine.em(), Quiet: true, Text: broken})
			y += wayLine.line()
		}
	}
	if stop.Side {
		return y + wayGap/2
	}
	y += wayGap
	out.Strokes = append(out.Strokes, Stroke{x + middle, from + headSize, x + middle, y - headSize})
	out.Heads = append(out.Heads,
		Head{{x + middle - headSize/1.6, y - headSize}, {x + middle, y}, {x + middle + headSize/1.6, y - headSize}},
		Head{{x + middle - headSize/1.6, from + headSize}, {x + middle, from}, {x + middle + headSize/1.6, from + headSize}})
	return y
}

func (s *letterSetter) drawBox(out *Drawing, stop Stop, x, y, width float64) Area {
	box := Area{X: x, Y: y, W: width}
	y += boxPadding
	put := func(text string, st style) {
		for _, line := range s.breakLines(text, st, width-2*boxPadding) {
			out.Texts = append(out.Texts, Label{X: x + boxPadding, Y: y + st.em(), Size: st.em(), Strong: st.weight != regular, Text: line})
			y += st.line()
		}
	}
	put(stop.Title, boxTitle)
	for _, line := range stop.Lines {
		put(line, boxLine)
	}
	box.H = y + boxPadding - box.Y
	out.Boxes = append(out.Boxes, box)
	return box
}

// diagram sets a diagram on a page of its own if it does not fit below.
func (s *letterSetter) diagram(d Diagram) {
	drawing := s.t.press.Draw(d)
	s.room(drawing.Height)
	page := s.page()
	page.Begin(pdf.Figure, d.Alt)
	const line = 0.25
	edge := paperHue
	for _, b := range drawing.Boxes {
		for _, e := range []Area{{b.X, b.Y, b.W, line}, {b.X, b.Y + b.H - line, b.W, line}, {b.X, b.Y, line, b.H}, {b.X + b.W - line, b.Y, line, b.H}} {
			s.bar(page, edge, e)
		}
	}
	for _, l := range drawing.Strokes {
		s.bar(page, edge, Area{l.X - line/2, l.Y - line/2, l.ToX - l.X + line, l.ToY - l.Y + line})
	}
	for _, h := range drawing.Heads {
		page.MoveTo(paperMargin+h[0][0], s.y+h[0][1])
		page.LineTo(paperMargin+h[1][0], s.y+h[1][1])
		page.LineTo(paperMargin+h[2][0], s.y+h[2][1])
		page.Close()
		page.Fill()
	}
	for _, text := range drawing.Texts {
		st := boxLine
		switch {
		case text.Strong:
			st = boxTitle
		case text.Quiet:
			st = wayLine
		}
		s.inkAt(text.Text, st, paperMargin+text.X, s.y+text.Y)
	}
	page.End()
	s.y += drawing.Height + 4
}

func (s *letterSetter) bar(page *pdf.Page, c qr.Colour, a Area) {
	page.SetInk(pdf.RGB(float64(c.R)/255, float64(c.G)/255, float64(c.B)/255))
	rule(page, paperMargin+a.X, s.y+a.Y, a.W, a.H)
}

// inkAt writes a line whose baseline begins at a point.
func (s *letterSetter) inkAt(line string, st style, x, y float64) {
	before := s.y
	s.y = y - st.em()
	s.ink(line, st, x)
	s.y = before
}

// writeDiagram gives a browser the stops as a list: the same words in order.
func writeDiagram(b *bytes.Buffer, d Diagram) {
	fmt.Fprintf(b, "<p>%s</p>\n<ol>\n", escaped(d.Alt))
	for _, stop := range d.Stops {
		b.WriteString("<li>")
		if len(stop.Way) > 0 {
			fmt.Fprintf(b, "<em>%s</em><br>", escaped(strings.Join(stop.Way, " ")))
		}
		fmt.Fprintf(b, "<strong>%s</strong><br>%s</li>\n", escaped(stop.Title), escaped(strings.Join(stop.Lines, " ")))
	}
	b.WriteString("</ol>\n")
}
