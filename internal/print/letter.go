package print

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"tresen/internal/qr"
)

// Letter is a letter, a record or a list: running text on A4, as PDF and as a
// page for the browser, from the same blocks.
type Letter struct {
	Title string
	// Language is a BCP 47 tag.
	Language string
	Author   string
	Created  time.Time
	// Draft is shown under the title until it is empty.
	Draft string
	// Page words the foot of a page, for example "Seite %d von %d".
	Page   string
	Blocks []Block
}

// Block is a piece of a Letter: one of the types below.
type Block interface{ isBlock() }

// Section is a heading of the second level.
type Section struct{ Text string }

// Text is a paragraph; a line break in it stays.
type Text struct{ Text string }

// Points is a list.
type Points struct{ Items []string }

// Entries is a table of names and values.
type Entries struct{ Rows [][2]string }

// Table has a head and rows of the same length. Shares are the widths of its
// columns; nil makes them equal.
type Table struct {
	Head   []string
	Shares []float64
	Rows   [][]string
}

// Scan is a QR code with what it is for beneath.
type Scan struct {
	Code  *qr.Code
	Label string
}

func (Section) isBlock() {}
func (Text) isBlock()    {}
func (Points) isBlock()  {}
func (Entries) isBlock() {}
func (Table) isBlock()   {}
func (Scan) isBlock()    {}

// HTML returns the letter as one page that loads nothing from anywhere.
func (p Letter) HTML() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n", escaped(p.Language))
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
	b.WriteString("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n")
	fmt.Fprintf(&b, "<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n", escaped(p.Title), PageStyle, escaped(p.Title))
	if p.Draft != "" {
		fmt.Fprintf(&b, "<p class=\"draft\">%s</p>\n", escaped(p.Draft))
	}
	for _, block := range p.Blocks {
		writeBlock(&b, block)
	}
	b.WriteString("</main>\n</body>\n</html>\n")
	return b.Bytes()
}

// PageStyle is how our pages look in a browser, light and dark.
const PageStyle = "\n:root{color-scheme:light dark}\n" +
	"body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}\n" +
	"h1{line-height:1.2}h2{margin-top:2em;line-height:1.2}\n" +
	"table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.3em .6em .3em 0;border-bottom:1px solid}\n" +
	".scroll{overflow-x:auto}dt{font-weight:600}dd{margin:0 0 .6em}.draft{border:2px solid;padding:.4em .8em;font-weight:600}\n" +
	"figure{margin:1em 0}svg{background:#fff;max-width:12rem;height:auto}\n"

func writeBlock(b *bytes.Buffer, block Block) {
	switch block := block.(type) {
	case Section:
		fmt.Fprintf(b, "<h2>%s</h2>\n", escaped(block.Text))
	case Text:
		fmt.Fprintf(b, "<p>%s</p>\n", strings.ReplaceAll(escaped(block.Text), "&#xA;", "<br>"))
	case Points:
		b.WriteString("<ul>\n")
		for _, item := range block.Items {
			fmt.Fprintf(b, "<li>%s</li>\n", escaped(item))
		}
		b.WriteString("</ul>\n")
	case Entries:
		b.WriteString("<dl>\n")
		for _, row := range block.Rows {
			fmt.Fprintf(b, "<dt>%s</dt><dd>%s</dd>\n", escaped(row[0]), strings.ReplaceAll(escaped(row[1]), "&#xA;", "<br>"))
		}
		b.WriteString("</dl>\n")
	case Table:
		writeTable(b, block)
	case Diagram:
		writeDiagram(b, block)
	case Scan:
		b.WriteString("<figure>\n")
		b.Write(block.Code.SVG(40, block.Label))
		fmt.Fprintf(b, "<figcaption>%s</figcaption>\n</figure>\n", escaped(block.Label))
	}
}

func writeTable(b *bytes.Buffer, t Table) {
	b.WriteString("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>")
	for _, head := range t.Head {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", escaped(head))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for _, cell := range row {
			fmt.Fprintf(b, "<td>%s</td>", strings.ReplaceAll(escaped(cell), "&#xA;", "<br>"))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table></div>\n")
}
