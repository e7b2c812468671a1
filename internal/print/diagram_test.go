package print

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func way() Diagram {
	long := strings.Repeat("sehr viele Daten ", 20)
	return Diagram{Alt: "Weg der Daten", Stops: []Stop{
		{Title: "Handy", Lines: []string{"eigener Verlauf"}},
		{Title: "Meta", Way: []string{"Nachrichten", long}, Lines: []string{long}},
		{Title: "Rechner", Way: []string{"Umschläge"}},
		{Title: "Übersetzung", Side: true, Way: []string{"auf Wunsch"}},
		{Title: "Sicherung", Side: true, Way: []string{"versiegelt"}},
	}}
}

// Nothing of a picture may lie over anything else, or outside of it.
func TestDiagramsHaveRoomForEverything(t *testing.T) {
	d := newPress(t).Draw(way())
	if len(d.Boxes) != 5 || len(d.Heads) != 6 || len(d.Strokes) != 6 {
		t.Fatalf("%d boxes, %d heads, %d strokes", len(d.Boxes), len(d.Heads), len(d.Strokes))
	}
	for i, b := range d.Boxes {
		if b.X < 0 || b.X+b.W > d.Width || b.Y+b.H > d.Height+1e-9 {
			t.Errorf("box %d %+v is outside of %v x %v", i, b, d.Width, d.Height)
		}
		if i > 0 && b.Y < d.Boxes[i-1].Y+d.Boxes[i-1].H+2 {
			t.Errorf("box %d touches the one above", i)
		}
	}
	inside := func(l Label) int {
		for i, b := range d.Boxes {
			if l.Y > b.Y && l.Y < b.Y+b.H {
				return i
			}
		}
		return -1
	}
	for _, l := range d.Texts {
		if (inside(l) < 0) != l.Quiet {
			t.Errorf("%q is in box %d", l.Text, inside(l))
		}
	}
}

func TestDiagramsArePartOfALetter(t *testing.T) {
	l := Letter{Title: "Weg", Language: "de", Page: "%d/%d", Created: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), Blocks: []Block{way()}}
	file := filepath.Join(t.TempDir(), "way.pdf")
	if err := os.WriteFile(file, newPress(t).PDF(l), 0o600); err != nil {
		t.Fatal(err)
	}
	output(t, "qpdf", "--check", file)
	text := strings.Join(strings.Fields(output(t, "pdftotext", "-layout", file, "-")), " ")
	page := string(l.HTML())
	for _, stop := range way().Stops {
		if !strings.Contains(text, stop.Title) || !strings.Contains(page, "<strong>"+stop.Title+"</strong>") {
			t.Errorf("%s is missing", stop.Title)
		}
	}
	if structure := output(t, "pdfinfo", "-struct", file); !strings.Contains(structure, "Figure") {
		t.Errorf("no figure in\n%s", structure)
	}
}
