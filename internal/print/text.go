package print

import (
	"math"
	"strings"

	"tresen/internal/print/pdf"
	"tresen/internal/qr"
)

// style is how a piece of text is set.
type style struct {
	weight  weight
	size    float64 // points
	leading float64 // baseline to baseline, as share of the size
	// tracking is added between letters, as share of the size.
	tracking float64
	colour   qr.Colour
}

func (s style) em() float64   { return s.size * pt }
func (s style) line() float64 { return s.size * s.leading * pt }

// Heights of the typeface, as share of the size.
const (
	capHeight = 0.668
	descent   = 0.24
)

// run is one line of text at its place.
type run struct {
	text     string
	style    style
	x, y     float64 // start of the baseline
	width    float64
	glyphs   []pdf.Glyph
	typefont *typeface
}

// set turns text into a run at the origin.
func (t *typesetter) set(text string, s style) run {
	face := t.press.faces[s.weight]
	r := run{text: text, style: s, typefont: face}
	em := s.em()
	var last *pdf.Glyph
	for _, c := range text {
		info, ok := face.glyph(c)
		if !ok {
			continue
		}
		if last != nil {
			k := t.kern(s.weight, last.ID, info.id)
			last.Move = k * 1000
			r.width += (k + s.tracking) * em
		}
		r.width += info.advance * em
		r.glyphs = append(r.glyphs, pdf.Glyph{ID: info.id, Rune: c})
		last = &r.glyphs[len(r.glyphs)-1]
	}
	return r
}

// width measures text; breaking lines asks for the same words again and again.
func (t *typesetter) width(text string, s style) float64 {
	em := s.em()
	key := widthKey{text, s.weight, s.tracking}
	w, known := t.widths[key]
	if !known {
		s.size = 1 / pt
		w = t.set(text, s).width
		t.widths[key] = w
	}
	return w * em
}

const (
	softHyphen = '\u00ad'
	noBreak    = "\u00a0"
	dot        = " · "
)

// wrap breaks text into lines no wider than width; ok is false if a word does
// not fit even when divided. A dot between two pieces of information vanishes
// where the line ends.
func (t *typesetter) wrap(text string, s style, width float64) (lines []string, ok bool) {
	for _, paragraph := range strings.Split(text, "\n") {
		line := ""
		words := t.loosen(strings.Split(paragraph, " "), s, width)
		for _, word := range words {
			if joined := strings.TrimLeft(line+" "+word, " "); t.width(visible(joined), s) <= width {
				line = joined
				continue
			}
			if word == "·" {
				lines, line = append(lines, line), ""
				continue
			}
			divided, rest, fits := t.divide(line, word, s, width)
			if !fits {
				return nil, false
			}
			lines, line = append(lines, divided...), rest
		}
		lines = append(lines, line)
	}
	return tidy(lines), true
}

// loosen lets pieces that a no-break space holds together go where they are
// wider than a whole line.
func (t *typesetter) loosen(words []string, s style, width float64) []string {
	var loose []string
	for _, word := range words {
		switch {
		case word == "":
		case strings.Contains(word, noBreak) && t.width(visible(word), s) > width:
			loose = append(loose, strings.Split(word, noBreak)...)
		default:
			loose = append(loose, word)
		}
	}
	return loose
}

// glued holds the words of one piece of information together.
func glued(text string) string { return strings.ReplaceAll(text, " ", noBreak) }

// divide ends line and puts word onto the next ones, in pieces if it must.
func (t *typesetter) divide(line, word string, s style, width float64) (done []string, rest string, ok bool) {
	if t.width(visible(word), s) <= width {
		if line != "" {
			done = append(done, line)
		}
		return done, word, true
	}
	if line != "" {
		line += " "
	}
	for t.width(visible(line+word), s) > width {
		head, tail, found := t.cut(line, word, s, width)
		if !found {
			if strings.TrimSpace(line) == "" {
				return nil, "", false
			}
			done, line = append(done, strings.TrimSpace(line)), ""
			continue
		}
		done, line, word = append(done, line+head), "", tail
	}
	return done, line + word, true
}

// cut finds the last place in word at which it may be divided so that line and
// its first part fit.
func (t *typesetter) cut(line, word string, s style, width float64) (head, tail string, found bool) {
	for _, p := range breaks(word) {
		part := visible(word[:p.at])
		if p.hyphen {
			part += "-"
		}
		if t.width(visible(line)+part, s) > width {
			break
		}
		head, tail, found = part, word[p.at:], true
	}
	return head, tail, found
}

func visible(text string) string { return strings.ReplaceAll(text, string(softHyphen), "") }

func tidy(lines []string) []string {
	kept := lines[:0]
	for _, line := range lines {
		line = strings.TrimSpace(visible(line))
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSuffix(line, " ·"), "· "))
		if line != "" && line != "·" {
			kept = append(kept, line)
		}
	}
	return kept
}

// balance breaks like wrap but makes the lines about equally long, so that no
// headline ends with one short word.
func (t *typesetter) balance(text string, s style, width float64) ([]string, bool) {
	lines, ok := t.wrap(text, s, width)
	if !ok || len(lines) < 2 {
		return lines, ok
	}
	low, high := math.Max(width/2, t.widest(text, s, width)), width
	for high-low > width/100 {
		middle := (low + high) / 2
		narrower, fits := t.wrap(text, s, middle)
		if fits && len(narrower) == len(lines) && !dividesMore(narrower, lines) {
			lines, high = narrower, middle
		} else {
			low = middle
		}
	}
	return lines, true
}

// widest is the width of the widest piece that fits a line and must not be
// taken apart only for the sake of balance.
func (t *typesetter) widest(text string, s style, width float64) float64 {
	widest := 0.0
	for _, word := range strings.Fields(strings.ReplaceAll(text, noBreak, "_")) {
		if w := t.width(visible(word), s); w <= width {
			widest = math.Max(widest, w)
		}
	}
	return widest
}

func dividesMore(a, b []string) bool { return hyphens(a) > hyphens(b) }

func hyphens(lines []string) (n int) {
	for _, line := range lines {
		if strings.HasSuffix(line, "-") {
			n++
		}
	}
	return n
}
