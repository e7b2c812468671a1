package pdf

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// Font is a TrueType font to embed. It is not changed by use and may serve many files.
type Font struct {
	name   string
	tables map[string][]byte
	glyphs int
	em     float64
	long   bool
	full   int
}

var errFont = errors.New("read font: not a TrueType font with outlines")

// NewFont reads a TrueType file. Name is its PostScript name.
func NewFont(name string, file []byte) (*Font, error) {
	f := &Font{name: name, tables: map[string][]byte{}}
	if len(file) < 12 {
		return nil, errFont
	}
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		at := 12 + 16*i
		if at+16 > len(file) {
			return nil, errFont
		}
		start, size := int(binary.BigEndian.Uint32(file[at+8:])), int(binary.BigEndian.Uint32(file[at+12:]))
		if start+size > len(file) {
			return nil, errFont
		}
		f.tables[string(file[at:at+4])] = file[start : start+size]
	}
	for table, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 6, "hmtx": 4, "loca": 4, "glyf": 0, "OS/2": 78} {
		if t, ok := f.tables[table]; !ok || len(t) < least {
			return nil, errFont
		}
	}
	f.glyphs = int(binary.BigEndian.Uint16(f.tables["maxp"][4:]))
	f.em = float64(f.u16("head", 18))
	f.long = f.u16("head", 50) == 1
	f.full = f.u16("hhea", 34)
	if f.em == 0 || f.full == 0 || len(f.tables["hmtx"]) < 4*f.full {
		return nil, errFont
	}
	return f, nil
}

func (f *Font) u16(table string, at int) int {
	return int(binary.BigEndian.Uint16(f.tables[table][at:]))
}

func (f *Font) i16(table string, at int) float64 {
	return float64(int16(binary.BigEndian.Uint16(f.tables[table][at:]))) * 1000 / f.em
}

// width is the advance of a glyph in 1/1000 of the size.
func (f *Font) width(id uint16) float64 {
	at := min(int(id), f.full-1)
	return float64(f.u16("hmtx", 4*at)) * 1000 / f.em
}

// outline returns the bytes of one glyph.
func (f *Font) outline(id uint16) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	var from, to int
	if f.long {
		if 4*int(id)+8 > len(loca) {
			return nil
		}
		from, to = int(binary.BigEndian.Uint32(loca[4*int(id):])), int(binary.BigEndian.Uint32(loca[4*int(id)+4:]))
	} else {
		if 2*int(id)+4 > len(loca) {
			return nil
		}
		from, to = 2*int(binary.BigEndian.Uint16(loca[2*int(id):])), 2*int(binary.BigEndian.Uint16(loca[2*int(id)+2:]))
	}
	if from >= to || to > len(glyf) {
		return nil
	}
	return glyf[from:to]
}

// parts returns the glyphs a composite one (an "ä") is put together from.
func parts(outline []byte) []uint16 {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	const wordArguments, scale, more, twoScales, matrix = 1, 8, 32, 64, 128
	var found []uint16
	for at := 10; at+4 <= len(outline); {
		flags := binary.BigEndian.Uint16(outline[at:])
		found = append(found, binary.BigEndian.Uint16(outline[at+2:]))
		at += 6
		if flags&wordArguments != 0 {
			at += 2
		}
		switch {
		case flags&scale != 0:
			at += 2
		case flags&twoScales != 0:
			at += 4
		case flags&matrix != 0:
			at += 8
		}
		if flags&more == 0 {
			break
		}
	}
	return found
}

// subset is what one file uses of a font.
type subset struct {
	font *Font
	used map[uint16]rune
}

func (s *subset) add(g Glyph) {
	if _, known := s.used[g.ID]; !known {
		s.used[g.ID] = g.Rune
	}
}

func (w *Writer) subset(font *Font) (int, *subset) {
	for i, s := range w.fonts {
		if s.font == font {
			return i, s
		}
	}
	s := &subset{font, map[uint16]rune{}}
	w.fonts = append(w.fonts, s)
	return len(w.fonts) - 1, s
}

// file returns a font with the used outlines only; glyph numbers stay.
func (s *subset) file() []byte {
	keep := map[uint16]bool{0: true}
	var visit func(id uint16)
	visit = func(id uint16) {
		if keep[id] {
			return
		}
		keep[id] = true
		for _, part := range parts(s.font.outline(id)) {
			visit(part)
		}
	}
	for id := range s.used {
		visit(id)
	}
	var glyf, loca []byte
	for id := range s.font.glyphs {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if keep[uint16(id)] {
			glyf = append(glyf, s.font.outline(uint16(id))...)
			for len(glyf)%4 != 0 {
				glyf = append(glyf, 0)
			}
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head := slices.Clone(s.font.tables["head"])
	binary.BigEndian.PutUint16(head[50:], 1)
	tables := map[string][]byte{"glyf": glyf, "loca": loca, "head": head}
	for _, name := range []string{"cvt ", "fpgm", "hhea", "hmtx", "maxp", "prep"} {
		if t, ok := s.font.tables[name]; ok {
			tables[name] = t
		}
	}
	return sfntFile(tables)
}

func sfntFile(tables map[string][]byte) []byte {
	names := slices.Sorted(maps.Keys(tables))
	power, log := 1, 0
	for power*2 <= len(names) {
		power, log = power*2, log+1
	}
	file := []byte{0, 1, 0, 0}
	for _, v := range []int{len(names), 16 * power, log, 16 * (len(names) - power)} {
		file = binary.BigEndian.AppendUint16(file, uint16(v))
	}
	at := 12 + 16*len(names)
	var body []byte
	for _, name := range names {
		padded := slices.Clone(tables[name])
		for len(padded)%4 != 0 {
			padded = append(padded, 0)
		}
		if name == "head" {
			clear(padded[8:12])
		}
		var sum uint32
		for i := 0; i < len(padded); i += 4 {
			sum += binary.BigEndian.Uint32(padded[i:])
		}
		file = append(file, name...)
		for _, v := range []uint32{sum, uint32(at + len(body)), uint32(len(tables[name]))} {
			file = binary.BigEndian.AppendUint32(file, v)
		}
		body = append(body, padded...)
	}
	return append(file, body...)
}

func (w *Writer) writeFont(s *subset) int {
	f := s.font
	ids := slices.Sorted(maps.Keys(s.used))
	file := s.file()
	name := tagOf(file) + "+" + f.name
	embedded := w.addStream(fmt.Sprintf("/Length1 %d", len(file)), file)
	box := make([]string, 4)
	for i := range box {
		box[i] = decimal(f.i16("head", 36+2*i))
	}
	capHeight := f.i16("hhea", 4)
	if len(f.tables["OS/2"]) >= 90 {
		capHeight = f.i16("OS/2", 88)
	}
	descriptor := w.add("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%s]/ItalicAngle 0/Ascent %s/Descent %s/CapHeight %s/StemV %d/FontFile2 %s>>",
		name, strings.Join(box, " "), decimal(f.i16("hhea", 4)), decimal(f.i16("hhea", 6)), decimal(capHeight), f.u16("OS/2", 4)/5, ref(embedded))
	var widths strings.Builder
	for _, id := range ids {
		fmt.Fprintf(&widths, "%d[%s]", id, decimal(f.width(id)))
	}
	descendant := w.add("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
		"/FontDescriptor %s/W[%s]/CIDToGIDMap/Identity>>", name, ref(descriptor), widths.String())
	unicode := w.addStream("", s.toUnicode(ids))
	return w.add("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>", name, ref(descendant), ref(unicode))
}

// tagOf makes the six letters a subset's name begins with.
func tagOf(file []byte) string {
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

// toUnicode lets readers search, copy and speak the text.
func (s *subset) toUnicode(ids []uint16) []byte {
	var b strings.Builder
	b.WriteString("/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n" +
		"/CMapName/Adobe-Identity-UCS def/CMapType 2 def\n1 begincodespacerange<0000><FFFF>endcodespacerange\n")
	for chunk := range slices.Chunk(ids, 100) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(chunk))
		for _, id := range chunk {
			text := literalHex(s.used[id])
			fmt.Fprintf(&b, "<%04X><%s>\n", id, text)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap CMapName currentdict/CMap defineresource pop end end\n")
	return []byte(b.String())
}

func literalHex(r rune) string {
	if r > 0xffff {
		r1, r2 := utf16.EncodeRune(r)
		return fmt.Sprintf("%04X%04X", r1, r2)
	}
	return fmt.Sprintf("%04X", r)
}
