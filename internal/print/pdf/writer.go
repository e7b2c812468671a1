package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// Info describes a file.
type Info struct {
	Title, Author string
	// Language is a BCP 47 tag.
	Language string
	// Created is written into the file; the same time gives the same bytes.
	Created time.Time
	// Tagged adds a structure tree for screen readers.
	Tagged bool
}

const producer = "Tresen"

// Writer collects pages and writes the file at the end.
type Writer struct {
	info    Info
	pages   []*Page
	fonts   []*subset
	images  []picture
	objects [][]byte
	nodes   []node
	groups  []int
}

// New begins a file.
func New(info Info) *Writer { return &Writer{info: info} }

// reserve takes the next object number; put fills it.
func (w *Writer) reserve() int {
	w.objects = append(w.objects, nil)
	return len(w.objects)
}

func (w *Writer) put(number int, format string, args ...any) {
	w.objects[number-1] = fmt.Appendf(nil, format, args...)
}

func (w *Writer) add(format string, args ...any) int {
	n := w.reserve()
	w.put(n, format, args...)
	return n
}

func (w *Writer) addStream(entries string, data []byte) int {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(data)
	_ = z.Close()
	return w.addRaw(entries+"/Filter/FlateDecode", packed.Bytes())
}

func (w *Writer) addRaw(entries string, data []byte) int {
	n := w.reserve()
	head := fmt.Appendf(nil, "<<%s/Length %d>>\nstream\n", entries, len(data))
	w.objects[n-1] = append(append(head, data...), "\nendstream"...)
	return n
}

// Bytes finishes the file. The Writer is done with then.
func (w *Writer) Bytes() []byte {
	catalog, pages := w.reserve(), w.reserve()
	resources := w.resources()
	var kids []string
	for _, p := range w.pages {
		kids = append(kids, ref(w.writePage(p, pages, resources)))
	}
	w.put(pages, "<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " "))
	extra := ""
	if w.info.Tagged {
		extra = fmt.Sprintf("/MarkInfo<</Marked true>>/StructTreeRoot %s", ref(w.writeStructure()))
	}
	metadata := w.addRaw("/Type/Metadata/Subtype/XML", []byte(w.xmp()))
	w.put(catalog, "<</Type/Catalog/Pages %s/Lang %s/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>/Metadata %s%s>>",
		ref(pages), literal(w.info.Language), ref(metadata), extra)
	when := literal(w.info.Created.UTC().Format("D:20060102150405Z"))
	info := w.add("<</Title %s/Author %s/Producer %s/CreationDate %s/ModDate %s>>",
		literal(w.info.Title), literal(w.info.Author), literal(producer), when, when)
	return w.assemble(catalog, info)
}

func (w *Writer) writePage(p *Page, parent, resources int) int {
	contents := w.addStream("", p.content.Bytes())
	boxes := fmt.Sprintf("/MediaBox[0 0 %s %s]", points(p.width), points(p.height))
	if p.trim != (Box{}) {
		boxes += "/BleedBox" + p.boxArray(p.bleed) + "/TrimBox" + p.boxArray(p.trim)
	}
	structure := ""
	if w.info.Tagged {
		structure = fmt.Sprintf("/StructParents %d/Tabs/S", p.index)
	}
	return w.setPage(p, "<</Type/Page/Parent %s%s/Resources %s/Contents %s%s>>",
		ref(parent), boxes, ref(resources), ref(contents), structure)
}

func (w *Writer) setPage(p *Page, format string, args ...any) int {
	w.put(p.object, format, args...)
	return p.object
}

// resources are shared by all pages: few fonts, few pictures.
func (w *Writer) resources() int {
	var fonts, images strings.Builder
	for i, f := range w.fonts {
		fmt.Fprintf(&fonts, "/F%d %s", i, ref(w.writeFont(f)))
	}
	for i, p := range w.images {
		fmt.Fprintf(&images, "/I%d %s", i, ref(w.writeImage(p)))
	}
	registration := w.add("[/Separation/All/DeviceCMYK<</FunctionType 2/Domain[0 1]/C0[0 0 0 0]/C1[1 1 1 1]/N 1>>]")
	return w.add("<</ProcSet[/PDF/Text/ImageC]/Font<<%s>>/XObject<<%s>>/ColorSpace<</All %s>>"+
		"/ExtGState<</Over<</OP true/op true/OPM 1>>/Knock<</OP false/op false/OPM 0>>>>>>", fonts.String(), images.String(), ref(registration))
}

func (w *Writer) assemble(catalog, info int) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	offsets := make([]int, len(w.objects))
	for i, object := range w.objects {
		offsets[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n", i+1)
		b.Write(object)
		b.WriteString("\nendobj\n")
	}
	sum := sha256.Sum256(b.Bytes())
	id := hex.EncodeToString(sum[:16])
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %s/Info %s/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(offsets)+1, ref(catalog), ref(info), id, id, start)
	return b.Bytes()
}

func (w *Writer) xmp() string {
	when := w.info.Created.UTC().Format(time.RFC3339)
	var title, author strings.Builder
	escape(&title, w.info.Title)
	escape(&author, w.info.Author)
	return `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li xml:lang="x-default">` + title.String() + `</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>` + author.String() + `</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>` + w.info.Language + `</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>` + when + `</xmp:CreateDate><xmp:ModifyDate>` + when + `</xmp:ModifyDate><pdf:Producer>` + producer + `</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`
}

func escape(b *strings.Builder, text string) {
	_, _ = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").WriteString(b, text)
}

func ref(object int) string { return strconv.Itoa(object) + " 0 R" }

// literal writes a text string: as it is if it is plain ASCII, otherwise UTF-16 in hexadecimal.
func literal(text string) string {
	plain := strings.IndexFunc(text, func(r rune) bool { return r < 32 || r > 126 || r == '(' || r == ')' || r == '\\' }) < 0
	if plain {
		return "(" + text + ")"
	}
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}

const pointsPerMM = 72 / 25.4

func points(mm float64) string { return decimal(mm * pointsPerMM) }

// decimal writes a number with at most three decimals.
func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 3, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		return "0"
	}
	return text
}
