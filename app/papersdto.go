package app

import (
	"fmt"

	"tresen/internal/papers"
	"tresen/internal/print"
)

// PapersDesk is the list of papers.
type PapersDesk struct {
	Papers []PaperRow `json:"papers"`
	// Summary says how many points of the checklist are met.
	Summary string `json:"summary"`
	// ContractsDue counts contracts that are missing or must be looked at.
	ContractsDue int `json:"contractsDue"`
	// Breaches are those whose time still runs.
	Breaches []BreachClock `json:"breaches"`
}

// PaperRow is one paper in the list.
type PaperRow struct {
	// Kind is record, measures, flow, contracts, checklist, screening or places.
	Kind        string `json:"kind"`
	Title       string `json:"title"`
	Confirmable bool   `json:"confirmable"`
	// Number is the last confirmed version, 0 if there is none; Holds is true if
	// nothing has changed since.
	Number        int   `json:"number"`
	ConfirmedAtMs int64 `json:"confirmedAtMs"`
	Holds         bool  `json:"holds"`
	Gaps          int   `json:"gaps"`
}

// PaperRequest names a paper; Language is de or en.
type PaperRequest struct {
	Kind     string `json:"kind"`
	Language string `json:"language"`
}

// ConfirmPaperRequest confirms the paper that was shown with a fingerprint.
type ConfirmPaperRequest struct {
	Kind        string `json:"kind"`
	Language    string `json:"language"`
	Fingerprint string `json:"fingerprint"`
	// By is who had it checked.
	By string `json:"by"`
}

// PaperVersionRow is a confirmed version.
type PaperVersionRow struct {
	ID     int64  `json:"id"`
	Number int    `json:"number"`
	AtMs   int64  `json:"atMs"`
	By     string `json:"by"`
}

// PaperVersionRequest names a confirmed version.
type PaperVersionRequest struct {
	Kind     string `json:"kind"`
	Language string `json:"language"`
	ID       int64  `json:"id"`
}

// PaperSheet is a paper to be read.
type PaperSheet struct {
	Kind   string       `json:"kind"`
	Title  string       `json:"title"`
	Blocks []PaperBlock `json:"blocks"`
	Gaps   []PaperGap   `json:"gaps"`
	// Checks are the points of the checklist, otherwise empty.
	Checks []CheckRow `json:"checks"`
	// Draft is the mark of a paper nobody confirmed as it is.
	Draft       string `json:"draft"`
	Confirmable bool   `json:"confirmable"`
	Fingerprint string `json:"fingerprint"`
}

// PaperGap is something that is missing and the page on which it is filled in.
type PaperGap struct {
	Key   string `json:"key"`
	Where string `json:"where"`
}

// CheckRow is one of the eight points; State is yes, no or empty for not known.
type CheckRow struct {
	Number int            `json:"number"`
	Title  string         `json:"title"`
	Norm   string         `json:"norm"`
	State  string         `json:"state"`
	Lines  []CheckLineRow `json:"lines"`
}

// CheckLineRow is a piece of evidence.
type CheckLineRow struct {
	State string `json:"state"`
	Text  string `json:"text"`
	// Where is the page on which it is set, or empty.
	Where string `json:"where"`
}

// PaperBlock is a piece of a paper. Kind is section, text, points, entries,
// table or diagram, and says which of the fields are used.
type PaperBlock struct {
	Kind   string        `json:"kind"`
	Text   string        `json:"text"`
	Items  []string      `json:"items"`
	Head   []string      `json:"head"`
	Shares []float64     `json:"shares"`
	Rows   [][]string    `json:"rows"`
	Stops  []PaperStop   `json:"stops"`
	Figure *PaperDrawing `json:"figure"`
}

// PaperStop is a box of a diagram.
type PaperStop struct {
	Title string   `json:"title"`
	Lines []string `json:"lines"`
	Way   []string `json:"way"`
	Side  bool     `json:"side"`
}

// PaperDrawing is a diagram that is laid out, in mm.
type PaperDrawing struct {
	Width  float64      `json:"width"`
	Height float64      `json:"height"`
	Boxes  []PaperArea  `json:"boxes"`
	Lines  []PaperLine  `json:"lines"`
	Heads  []string     `json:"heads"`
	Texts  []PaperLabel `json:"texts"`
}

// PaperArea is the place of a box.
type PaperArea struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
	W float64 `json:"w"`
	H float64 `json:"h"`
}

// PaperLine is a straight line.
type PaperLine struct {
	X   float64 `json:"x"`
	Y   float64 `json:"y"`
	ToX float64 `json:"toX"`
	ToY float64 `json:"toY"`
}

// PaperLabel is a line of text at its baseline.
type PaperLabel struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Size   float64 `json:"size"`
	Strong bool    `json:"strong"`
	Quiet  bool    `json:"quiet"`
	Text   string  `json:"text"`
}

// paperBlocks turns blocks into what the window shows; without a press diagrams
// are not drawn.
func paperBlocks(blocks []print.Block, press *print.Press) []PaperBlock {
	out := []PaperBlock{}
	for _, block := range blocks {
		p := PaperBlock{Items: []string{}, Head: []string{}, Shares: []float64{}, Rows: [][]string{}, Stops: []PaperStop{}}
		switch block := block.(type) {
		case print.Section:
			p.Kind, p.Text = "section", block.Text
		case print.Text:
			p.Kind, p.Text = "text", block.Text
		case print.Points:
			p.Kind, p.Items = "points", append(p.Items, block.Items...)
		case print.Entries:
			p.Kind = "entries"
			for _, row := range block.Rows {
				p.Rows = append(p.Rows, []string{row[0], row[1]})
			}
		case print.Table:
			p.Kind, p.Head, p.Rows = "table", append(p.Head, block.Head...), append(p.Rows, block.Rows...)
			p.Shares = append(p.Shares, block.Shares...)
		case print.Diagram:
			p.Kind, p.Text = "diagram", block.Alt
			for _, s := range block.Stops {
				p.Stops = append(p.Stops, PaperStop{Title: s.Title, Lines: append([]string{}, s.Lines...), Way: append([]string{}, s.Way...), Side: s.Side})
			}
			if press != nil {
				p.Figure = paperDrawing(press.Draw(block))
			}
		}
		out = append(out, p)
	}
	return out
}

// printBlocks is the way back, for versions that were kept.
func printBlocks(blocks []PaperBlock) (out []print.Block) {
	for _, p := range blocks {
		switch p.Kind {
		case "section":
			out = append(out, print.Section{Text: p.Text})
		case "text":
			out = append(out, print.Text{Text: p.Text})
		case "points":
			out = append(out, print.Points{Items: p.Items})
		case "entries":
			rows := make([][2]string, 0, len(p.Rows))
			for _, row := range p.Rows {
				rows = append(rows, [2]string{row[0], row[1]})
			}
			out = append(out, print.Entries{Rows: rows})
		case "table":
			out = append(out, print.Table{Head: p.Head, Shares: p.Shares, Rows: p.Rows})
		case "diagram":
			d := print.Diagram{Alt: p.Text}
			for _, s := range p.Stops {
				d.Stops = append(d.Stops, print.Stop{Title: s.Title, Lines: s.Lines, Way: s.Way, Side: s.Side})
			}
			out = append(out, d)
		}
	}
	return out
}

func paperDrawing(d print.Drawing) *PaperDrawing {
	out := &PaperDrawing{Width: d.Width, Height: d.Height, Boxes: []PaperArea{}, Lines: []PaperLine{}, Heads: []string{}, Texts: []PaperLabel{}}
	for _, b := range d.Boxes {
		out.Boxes = append(out.Boxes, PaperArea(b))
	}
	for _, l := range d.Strokes {
		out.Lines = append(out.Lines, PaperLine(l))
	}
	for _, h := range d.Heads {
		out.Heads = append(out.Heads, fmt.Sprintf("%.3f,%.3f %.3f,%.3f %.3f,%.3f", h[0][0], h[0][1], h[1][0], h[1][1], h[2][0], h[2][1]))
	}
	for _, l := range d.Texts {
		out.Texts = append(out.Texts, PaperLabel(l))
	}
	return out
}

func checkRows(checks []papers.Check) []CheckRow {
	out := []CheckRow{}
	for _, c := range checks {
		row := CheckRow{Number: c.Number, Title: c.Title, Norm: c.Norm, State: string(c.State), Lines: []CheckLineRow{}}
		for _, l := range c.Lines {
			row.Lines = append(row.Lines, CheckLineRow{State: string(l.State), Text: l.Text, Where: l.Where})
		}
		out = append(out, row)
	}
	return out
}
