package pdf

import (
	"fmt"
	"strings"
)

// Role is what a piece of content is to a reader.
type Role string

// The roles in use (ISO 32000-1, 14.8.4). List to TableData group pieces.
const (
	Heading    Role = "H1"
	Subheading Role = "H2"
	Paragraph  Role = "P"
	Figure     Role = "Figure"
	Span       Role = "Span"
	ListLabel  Role = "Lbl"
	ListBody   Role = "LBody"
	List       Role = "L"
	ListItem   Role = "LI"
	Table      Role = "Table"
	TableRow   Role = "TR"
	TableHead  Role = "TH"
	TableData  Role = "TD"
)

// node is a piece of content, or a group of nodes if it has no page.
type node struct {
	role   Role
	alt    string
	page   *Page
	mark   int
	parent int // -1 for the document
}

// Open begins a group: what comes before the matching Close is part of it.
func (w *Writer) Open(role Role) {
	if w.info.Tagged {
		w.nodes = append(w.nodes, node{role: role, parent: w.group()})
		w.groups = append(w.groups, len(w.nodes)-1)
	}
}

// Close ends the group that was opened last.
func (w *Writer) Close() {
	if w.info.Tagged {
		w.groups = w.groups[:len(w.groups)-1]
	}
}

func (w *Writer) group() int {
	if len(w.groups) == 0 {
		return -1
	}
	return w.groups[len(w.groups)-1]
}

// Begin opens a piece of content for screen readers; Alt describes a Figure.
// Pieces do not nest. Without tags it does nothing.
func (p *Page) Begin(role Role, alt string) {
	if !p.w.info.Tagged {
		return
	}
	fmt.Fprintf(&p.content, "/%s <</MCID %d>> BDC\n", role, p.marks)
	p.w.nodes = append(p.w.nodes, node{role, alt, p, p.marks, p.w.group()})
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
	objects := make([]int, len(w.nodes))
	for i := range w.nodes {
		objects[i] = w.reserve()
	}
	kids := map[int][]string{}
	ofPage := map[*Page][]string{}
	for i, n := range w.nodes {
		kids[n.parent] = append(kids[n.parent], ref(objects[i]))
		if n.page != nil {
			ofPage[n.page] = append(ofPage[n.page], ref(objects[i]))
		}
	}
	for i, n := range w.nodes {
		parent := document
		if n.parent >= 0 {
			parent = objects[n.parent]
		}
		w.put(objects[i], "<</Type/StructElem/S/%s/P %s%s>>", n.role, ref(parent), n.content(kids[i]))
	}
	var numbers strings.Builder
	for i, p := range w.pages {
		fmt.Fprintf(&numbers, "%d[%s]", i, strings.Join(ofPage[p], " "))
	}
	w.put(document, "<</Type/StructElem/S/Document/P %s/K[%s]>>", ref(root), strings.Join(kids[-1], " "))
	w.put(parents, "<</Nums[%s]>>", numbers.String())
	w.put(root, "<</Type/StructTreeRoot/K %s/ParentTree %s/ParentTreeNextKey %d>>", ref(document), ref(parents), len(w.pages))
	return root
}

func (n node) content(kids []string) string {
	if n.page == nil {
		return fmt.Sprintf("/K[%s]", strings.Join(kids, " "))
	}
	alt := ""
	if n.alt != "" {
		alt = "/Alt " + literal(n.alt)
	}
	return fmt.Sprintf("/Pg %s/K %d%s", ref(n.page.object), n.mark, alt)
}
