package pdf

import (
	"fmt"
	"strings"
)

// Role is what a piece of content is to a reader.
type Role string

// The roles in use (ISO 32000-1, 14.8.4).
const (
	Heading   Role = "H1"
	Paragraph Role = "P"
	Figure    Role = "Figure"
)

type node struct {
	role Role
	alt  string
	page *Page
	mark int
}

// Begin opens a piece of content for screen readers; Alt describes a Figure.
// Pieces do not nest. Without tags it does nothing.
func (p *Page) Begin(role Role, alt string) {
	if !p.w.info.Tagged {
		return
	}
	fmt.Fprintf(&p.content, "/%s <</MCID %d>> BDC\n", role, p.marks)
	p.w.nodes = append(p.w.nodes, node{role, alt, p, p.marks})
	p.marks++
}

// BeginArtifact opens content that is only decoration.
func (p *Page) BeginArtifact() {
	if p.w.info.Tagged {
		p.content.WriteString("/Artifact BMC\n")
	}
}

// End closes what Begin or BeginArtifact opened.
func (p *Page) End() {
	if p.w.info.Tagged {
		p.content.WriteString("EMC\n")
	}
}

// writeStructure writes a document with its pieces in painting order.
func (w *Writer) writeStructure() int {
	root, document, parents := w.reserve(), w.reserve(), w.reserve()
	ofPage := map[*Page][]string{}
	var kids []string
	for _, n := range w.nodes {
		alt := ""
		if n.alt != "" {
			alt = "/Alt " + literal(n.alt)
		}
		element := ref(w.add("<</Type/StructElem/S/%s/P %s/Pg %s/K %d%s>>", n.role, ref(document), ref(n.page.object), n.mark, alt))
		kids = append(kids, element)
		ofPage[n.page] = append(ofPage[n.page], element)
	}
	var numbers strings.Builder
	for i, p := range w.pages {
		fmt.Fprintf(&numbers, "%d[%s]", i, strings.Join(ofPage[p], " "))
	}
	w.put(document, "<</Type/StructElem/S/Document/P %s/K[%s]>>", ref(root), strings.Join(kids, " "))
	w.put(parents, "<</Nums[%s]>>", numbers.String())
	w.put(root, "<</Type/StructTreeRoot/K %s/ParentTree %s/ParentTreeNextKey %d>>", ref(document), ref(parents), len(w.pages))
	return root
}
