package print

import (
	"fmt"
	"strings"

	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// Measures of a page of running text, in mm.
const (
	paperWidth, paperHeight = 210, 297
	paperMargin             = 22
	paperTop, paperBottom   = 22, 24
	paperFoot               = paperHeight - 14
	textWidth               = paperWidth - 2*paperMargin
)

var (
	paperInk = qr.Colour{R: 0x1b, G: 0x1f, B: 0x24}
	paperHue = qr.Colour{R: 0x5a, G: 0x62, B: 0x6b}

	titleStyle   = style{weight: bold, size: 20, leading: 1.2, colour: paperInk}
	sectionStyle = style{weight: semiBold, size: 13, leading: 1.25, colour: paperInk}
	bodyStyle    = style{weight: regular, size: 10, leading: 1.45, colour: paperInk}
	labelStyle   = style{weight: semiBold, size: 10, leading: 1.45, colour: paperInk}
	footStyle    = style{weight: regular, size: 8, leading: 1.2, colour: paperHue}
)

// letterSetter sets a Letter page by page.
type letterSetter struct {
	letter Letter
	t      *typesetter
	w      *pdf.Writer
	pages  []*pdf.Page
	// at is the page being set, y how far down.
	at int
	y  float64
}

// PDF returns the letter as a tagged PDF with embedded fonts. Characters the
// typefaces do not have are shown as a question mark.
func (p *Press) PDF(letter Letter) []byte {
	s := &letterSetter{
		letter: letter, t: p.typesetter(),
		w: pdf.New(pdf.Info{Title: letter.Title, Author: letter.Author, Language: letter.Language, Created: letter.Created, Tagged: true}),
	}
	s.pages = append(s.pages, s.w.AddPage(paperWidth, paperHeight))
	s.y = paperTop
	s.lines(pdf.Heading, letter.Title, titleStyle, 0, textWidth)
	s.y += 3
	if letter.Draft != "" {
		s.lines(pdf.Paragraph, letter.Draft, labelStyle, 0, textWidth)
		s.y += 3
	}
	for _, block := range letter.Blocks {
		s.block(block)
	}
	s.feet()
	return s.w.Bytes()
}

// turn goes on at the top of the next page.
func (s *letterSetter) turn() {
	if s.at++; s.at == len(s.pages) {
		s.pages = append(s.pages, s.w.AddPage(paperWidth, paperHeight))
	}
	s.y = paperTop
}

func (s *letterSetter) page() *pdf.Page { return s.pages[s.at] }

// room turns the page unless height more millimetres fit on it.
func (s *letterSetter) room(height float64) {
	if s.y+height > paperHeight-paperBottom {
		s.turn()
	}
}

func (s *letterSetter) block(block Block) {
	switch block := block.(type) {
	case Section:
		s.y += 4
		s.room(3 * sectionStyle.line()) // a heading never stands alone at the foot
		s.lines(pdf.Subheading, block.Text, sectionStyle, 0, textWidth)
		s.y += 1.5
	case Text:
		s.lines(pdf.Paragraph, block.Text, bodyStyle, 0, textWidth)
		s.y += 2.5
	case Points:
		s.points(block)
	case Entries:
		for _, row := range block.Rows {
			s.entry(row)
		}
		s.y += 2.5
	case Table:
		s.table(block)
	case Diagram:
		s.diagram(block)
	case Scan:
		s.scan(block)
	}
}

// breakLines breaks text and replaces what cannot be printed.
func (s *letterSetter) breakLines(text string, st style, width float64) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(s.printable(text), "\n") {
		broken, ok := s.t.wrap(paragraph, st, width)
		if !ok {
			broken = s.chop(paragraph, st, width)
		}
		lines = append(lines, broken...)
	}
	return lines
}

func (s *letterSetter) printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == softHyphen:
			return r
		case r < ' ':
			return ' '
		}
		if _, ok := s.t.press.faces[regular].glyph(r); !ok {
			return '?'
		}
		return r
	}, text)
}

// chop breaks text anywhere: a word longer than a line, such as an address.
func (s *letterSetter) chop(text string, st style, width float64) (lines []string) {
	line := ""
	for _, r := range text {
		if s.t.width(line+string(r), st) > width && line != "" {
			lines, line = append(lines, line), ""
		}
		line += string(r)
	}
	return append(lines, line)
}

// lines sets text at an indent and goes on below it, over pages if need be.
func (s *letterSetter) lines(role pdf.Role, text string, st style, indent, width float64) {
	broken := s.breakLines(text, st, width)
	s.w.Open(role)
	for _, line := range broken {
		s.room(st.line())
		s.set(line, st, paperMargin+indent)
		s.y += st.line()
	}
	s.w.Close()
}

// set writes one line below y.
func (s *letterSetter) set(line string, st style, x float64) {
	page := s.page()
	page.Begin(pdf.Span, "")
	s.ink(line, st, x)
	page.End()
}

func (s *letterSetter) ink(line string, st style, x float64) {
	page := s.page()
	r := s.t.set(line, st)
	c := st.colour
	page.SetInk(pdf.RGB(float64(c.R)/255, float64(c.G)/255, float64(c.B)/255))
	page.Text(r.typefont.embedded, st.em(), x, s.y+st.em(), 0, r.glyphs)
}

func (s *letterSetter) points(list Points) {
	const indent = 5
	s.w.Open(pdf.List)
	for _, item := range list.Items {
		s.room(bodyStyle.line())
		s.w.Open(pdf.ListItem)
		s.w.Open(pdf.ListLabel)
		s.set("•", bodyStyle, paperMargin+1)
		s.w.Close()
		s.lines(pdf.ListBody, item, bodyStyle, indent, textWidth-indent)
		s.w.Close()
	}
	s.w.Close()
	s.y += 2.5
}

// entry sets a name and its value side by side.
func (s *letterSetter) entry(row [2]string) {
	s.row([]string{row[0], row[1]}, []float64{0.32, 0.68}, []style{labelStyle, bodyStyle}, []pdf.Role{pdf.Paragraph, pdf.Paragraph})
}

func (s *letterSetter) table(t Table) {
	shares := t.Shares
	if shares == nil {
		for range t.Head {
			shares = append(shares, 1/float64(len(t.Head)))
		}
	}
	uniform := func(st style, role pdf.Role) ([]style, []pdf.Role) {
		styles, roles := make([]style, len(shares)), make([]pdf.Role, len(shares))
		for i := range shares {
			styles[i], roles[i] = st, role
		}
		return styles, roles
	}
	small := bodyStyle
	small.size = 9
	head := labelStyle
	head.size = 9
	s.w.Open(pdf.Table)
	styles, roles := uniform(head, pdf.TableHead)
	s.tableRow(t.Head, shares, styles, roles)
	styles, roles = uniform(small, pdf.TableData)
	for _, row := range t.Rows {
		s.tableRow(row, shares, styles, roles)
	}
	s.w.Close()
	s.y += 3
}

func (s *letterSetter) tableRow(cells []string, shares []float64, styles []style, roles []pdf.Role) {
	s.w.Open(pdf.TableRow)
	s.row(cells, shares, styles, roles)
	s.w.Close()
	page := s.page()
	page.BeginArtifact()
	page.SetInk(pdf.RGB(0.75, 0.77, 0.79))
	rule(page, paperMargin, s.y-0.6, textWidth, 0.15)
	page.End()
	s.y += 0.8
}

func rule(page *pdf.Page, x, y, w, h float64) {
	page.MoveTo(x, y)
	page.LineTo(x+w, y)
	page.LineTo(x+w, y+h)
	page.LineTo(x, y+h)
	page.Close()
	page.Fill()
}

// row sets cells side by side. One taller than a page goes on on the next,
// line by line; otherwise a row stays together.
func (s *letterSetter) row(cells []string, shares []float64, styles []style, roles []pdf.Role) {
	const gutter = 3
	broken := make([][]string, len(cells))
	tallest := 0.0
	for i, cell := range cells {
		broken[i] = s.breakLines(cell, styles[i], shares[i]*textWidth-gutter)
		tallest = max(tallest, float64(len(broken[i]))*styles[i].line())
	}
	if tallest < paperHeight-paperTop-paperBottom {
		s.room(tallest)
	}
	at, y := s.at, s.y
	endAt, endY := s.at, s.y
	x := float64(paperMargin)
	for i, lines := range broken {
		s.at, s.y = at, y
		s.w.Open(roles[i])
		for _, line := range lines {
			s.room(styles[i].line())
			s.set(line, styles[i], x)
			s.y += styles[i].line()
		}
		s.w.Close()
		if s.at > endAt || s.at == endAt && s.y > endY {
			endAt, endY = s.at, s.y
		}
		x += shares[i] * textWidth
	}
	s.at, s.y = endAt, endY
}

// scanSize is the side of a code on a letter, in mm.
const scanSize = 30

func (s *letterSetter) scan(b Scan) {
	s.room(scanSize + 3*bodyStyle.line())
	page := s.page()
	page.Begin(pdf.Figure, b.Label)
	page.SetInk(pdf.RGB(0, 0, 0))
	module := float64(scanSize) / float64(b.Code.Across())
	page.Push(module, 0, 0, module, paperMargin, s.y)
	fillPath(page, b.Code.Path())
	page.Pop()
	page.End()
	s.y += scanSize + 2
	s.lines(pdf.Paragraph, b.Label, bodyStyle, 0, textWidth)
	s.y += 2.5
}

// feet numbers the pages, once it is known how many there are.
func (s *letterSetter) feet() {
	for i, page := range s.pages {
		s.at, s.y = i, paperFoot
		page.BeginArtifact()
		s.ink(s.printable(s.letter.Title), footStyle, paperMargin)
		number := fmt.Sprintf(s.letter.Page, i+1, len(s.pages))
		s.ink(number, footStyle, paperWidth-paperMargin-s.t.width(number, footStyle))
		page.End()
	}
}
