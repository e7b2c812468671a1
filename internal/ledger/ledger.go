package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tresen/internal/print"
	"tresen/internal/retention"
)

// Entry is an entry of the log.
type Entry struct {
	ID     int64
	At     time.Time
	Kind   string
	Detail json.RawMessage
	Hash   [32]byte
}

// Said is an entry in words.
type Said struct {
	// Title says what was done, Lines the particulars.
	Title string
	Lines []string
}

// Say words an entry in a language (de or en).
func Say(e Entry, language string) Said {
	w := wordsOf(language)
	said := Said{Title: w[e.Kind]}
	if said.Title == "" {
		said.Title = e.Kind
	}
	switch e.Kind {
	case "erasure", "selfTest":
		said.Lines = w.erasure(e.Detail, language)
	case "refusal":
		said.Lines = w.refusal(e.Detail, language)
	default:
		said.Lines = w.fields(e.Detail)
	}
	return said
}

// dictionary are words by key.
type dictionary map[string]string

func wordsOf(language string) dictionary {
	if language == "en" {
		return english
	}
	return german
}

// or returns the word for a key, or the key itself.
func (w dictionary) or(prefix, key string) string {
	if s := w[prefix+key]; s != "" {
		return s
	}
	return key
}

// day writes a date as people of the language do; what is no date stays.
func (w dictionary) day(s string) string {
	if at, err := time.Parse(time.DateOnly, s); err == nil {
		return at.Format(w["day"])
	}
	return s
}

// erasure says an erasure's entry.
func (w dictionary) erasure(detail json.RawMessage, language string) (lines []string) {
	var e struct {
		Case    string            `json:"case"`
		Trigger string            `json:"trigger"`
		Basis   string            `json:"basis"`
		Counts  map[string]string `json:"counts"`
		Residue []residue
		Steps   map[string]string `json:"steps"`
		Verify  struct{ Hits, Files, Skipped int }
	}
	if json.Unmarshal(detail, &e) != nil {
		return []string{string(detail)}
	}
	trigger, class, _ := strings.Cut(e.Trigger, ":")
	why := w.or("trigger.", trigger)
	if class != "" {
		why += " (" + w.or("class.", class) + ")"
	}
	lines = append(lines, w["number"]+" "+e.Case+" · "+why)
	if e.Basis != "" {
		lines[0] += " · " + retention.Cite(e.Basis, language)
	}
	lines = append(append(lines, w["gone"]+" "+w.counts(e.Counts)), w.residue(e.Residue, language)...)
	check := fmt.Sprintf(w["checked"], e.Verify.Files, e.Verify.Hits)
	if e.Verify.Skipped > 0 {
		check += fmt.Sprintf(w["skipped"], e.Verify.Skipped)
	}
	return append(lines, check, w["meta"]+" "+w.or("meta.", e.Steps["contactBook"]))
}

// residue is something that stays.
type residue struct{ Kind, Class, N, Until, Norm string }

func (w dictionary) residue(list []residue, language string) (lines []string) {
	for _, r := range list {
		what := w.or("part.", r.Kind)
		if r.Kind == "archive" {
			what = w.or("class.", r.Class)
		}
		line := fmt.Sprintf("%s %s (%s), %s", w["stays"], what, r.N, retention.Cite(r.Norm, language))
		if r.Until != "" {
			line += ", " + w["until"] + " " + w.day(r.Until)
		}
		lines = append(lines, line)
	}
	return lines
}

// refusal says the entry of an erasure that was refused.
func (w dictionary) refusal(detail json.RawMessage, language string) []string {
	var e struct {
		Case        string    `json:"case"`
		RequestedAt string    `json:"requestedAt"`
		Residue     []residue `json:"residue"`
	}
	if json.Unmarshal(detail, &e) != nil {
		return []string{string(detail)}
	}
	first := w["number"] + " " + e.Case
	if e.RequestedAt != "" {
		first += " · " + w["asked"] + " " + w.day(e.RequestedAt)
	}
	for i := range e.Residue {
		if e.Residue[i].Kind == "conversation" {
			e.Residue[i].Kind = "messages" // nothing was copied
		}
	}
	return append([]string{first}, w.residue(e.Residue, language)...)
}

func (w dictionary) counts(counts map[string]string) string {
	var parts []string
	for key, n := range counts {
		if n != "0" {
			parts = append(parts, w.or("part.", key)+" "+n)
		}
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return w["nothing"]
	}
	return strings.Join(parts, ", ")
}

// fields says the particulars of any other entry, one after the other.
func (w dictionary) fields(detail json.RawMessage) []string {
	var fields map[string]any
	if json.Unmarshal(detail, &fields) != nil {
		return nil
	}
	var parts []string
	for key, value := range fields {
		if text := w.value(value); text != "" {
			parts = append(parts, w.or("field.", key)+": "+text)
		}
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return nil
	}
	return []string{strings.Join(parts, " · ")}
}

func (w dictionary) value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		if v {
			return w["yes"]
		}
		return w["no"]
	case string:
		if at, err := time.Parse(time.RFC3339, v); err == nil {
			return at.Format(w["moment"])
		}
		return w.or("value.", w.day(v))
	case float64:
		return fmt.Sprintf("%.10g", v)
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, w.value(one))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for key, one := range v {
			parts = append(parts, w.or("class.", w.or("field.", key))+" "+w.value(one))
		}
		slices.Sort(parts)
		return strings.Join(parts, ", ")
	}
	return fmt.Sprint(v)
}

// Paper is the log as a letter for an authority. broken is the number of the
// entry at which the chain does not fit, or 0.
func Paper(shop, language string, entries []Entry, broken int64, now time.Time, zone *time.Location) print.Letter {
	w := wordsOf(language)
	letter := print.Letter{Title: w["title"], Language: language, Author: shop, Created: now, Page: w["page"]}
	letter.Blocks = append(letter.Blocks, print.Text{Text: w["about"]}, print.Entries{Rows: [][2]string{
		{w["shop"], shop}, {w["asAt"], now.In(zone).Format(w["moment"])}, {w["entries"], fmt.Sprint(len(entries))}, {w["chain"], w.chain(entries, broken)},
	}})
	rows := make([][]string, 0, len(entries))
	for _, e := range entries {
		said := Say(e, language)
		rows = append(rows, []string{fmt.Sprint(e.ID), e.At.In(zone).Format(w["moment"]), said.Title, strings.Join(said.Lines, "\n")})
	}
	if len(rows) > 0 {
		letter.Blocks = append(letter.Blocks, print.Table{Head: []string{w["no."], w["time"], w["what"], w["details"]}, Shares: []float64{0.07, 0.19, 0.22, 0.52}, Rows: rows})
	}
	return letter
}

func (w dictionary) chain(entries []Entry, broken int64) string {
	if broken > 0 {
		return fmt.Sprintf(w["broken"], broken)
	}
	if len(entries) == 0 {
		return w["empty"]
	}
	return fmt.Sprintf(w["whole"], entries[len(entries)-1].Hash)
}

// exported is an entry as JSON.
type exported struct {
	Number int64     `json:"number"`
	At     time.Time `json:"at"`
	Kind   string    `json:"kind"`
	// Detail is JSON as a text, byte for byte as it was hashed.
	Detail string `json:"detail"`
	Hash   string `json:"hash"`
}

// JSON is the log for machines, with how to check its chain.
func JSON(entries []Entry) ([]byte, error) {
	out := struct {
		Format  string     `json:"format"`
		Chain   string     `json:"chain"`
		Entries []exported `json:"entries"`
	}{
		Format:  "tresen-log-1",
		Chain:   "hash = SHA-256(hash of the entry before (32 zero bytes for the first) || for each of number (8 bytes), time in Unix milliseconds (8 bytes), kind, detail: its length (8 bytes) and its bytes); integers big-endian",
		Entries: []exported{},
	}
	for _, e := range entries {
		out.Entries = append(out.Entries, exported{e.ID, e.At.UTC(), e.Kind, string(e.Detail), fmt.Sprintf("%x", e.Hash)})
	}
	return json.MarshalIndent(out, "", "  ")
}
