package papers

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"tresen/internal/print"
	"tresen/internal/retention"
)

// Kind is one of the papers.
type Kind string

// The papers, in the order in which they are shown.
const (
	KindRecord    Kind = "record"
	KindMeasures  Kind = "measures"
	KindFlow      Kind = "flow"
	KindContracts Kind = "contracts"
	KindChecklist Kind = "checklist"
	KindScreening Kind = "screening"
	KindPlaces    Kind = "places"
)

// Kinds lists all of them.
func Kinds() []Kind {
	return []Kind{KindRecord, KindMeasures, KindFlow, KindContracts, KindChecklist, KindScreening, KindPlaces}
}

// Confirmable reports whether the owner confirms versions of a paper; the
// others only say how things are at a moment.
func (k Kind) Confirmable() bool {
	return k == KindRecord || k == KindMeasures || k == KindFlow || k == KindScreening
}

// Edition is the last version of a paper somebody confirmed. Number is 0 if
// nobody ever did; Holds is false if something was set differently since.
type Edition struct {
	Number int
	At     time.Time
	By     string
	Holds  bool
}

// Gap is something a paper needs and nobody has said yet.
type Gap struct {
	// Key says what is missing; Where is the page on which it is filled in.
	Key, Where string
}

// The pages on which gaps are filled in.
const (
	WhereProfile    = "profile"
	WhereAnswers    = "answers"
	WhereContracts  = "contracts"
	WhereScreening  = "screening"
	WhereBackup     = "backup"
	WhereKeeping    = "keeping"
	WhereConnection = "connection"
	WhereSettings   = "settings"
	WhereTexts      = "texts"
	WhereRecord     = "record"
)

// Paper is a written document.
type Paper struct {
	Kind   Kind
	Title  string
	Blocks []print.Block
	Gaps   []Gap
}

// Write writes a paper in German or English ("de", "en").
func Write(k Kind, f Facts, language string, e Edition) Paper {
	w := &writer{f: f, german: language != "en"}
	p := Paper{Kind: k}
	switch k {
	case KindRecord:
		p.Title, p.Blocks = w.record()
	case KindMeasures:
		p.Title, p.Blocks = w.measures()
	case KindFlow:
		p.Title, p.Blocks = w.flow()
	case KindContracts:
		p.Title, p.Blocks = w.contracts()
	case KindChecklist:
		p.Title, p.Blocks = w.checklist()
	case KindScreening:
		p.Title, p.Blocks = w.screening()
	case KindPlaces:
		p.Title, p.Blocks = w.places()
	}
	p.Blocks = append([]print.Block{w.head(k, e)}, p.Blocks...)
	p.Gaps = w.gaps
	if k == KindChecklist {
		p.Gaps = nil // what is open is its content
	}
	return p
}

// Draft is the mark of a paper nobody confirmed as it is now, or empty.
func Draft(k Kind, language string, e Edition) string {
	if !k.Confirmable() || e.Holds {
		return ""
	}
	if language == "en" {
		return "Draft – please have it checked"
	}
	return "Entwurf – bitte prüfen lassen"
}

type writer struct {
	f      Facts
	german bool
	gaps   []Gap
}

// t chooses between the two languages.
func (w *writer) t(de, en string) string {
	if w.german {
		return de
	}
	return en
}

// norm cites for the shop's country.
func (w *writer) norm(key string) string {
	both := norms[key][w.country()]
	return w.t(both[0], both[1])
}

func (w *writer) country() retention.Country {
	if w.f.Country == "" {
		return retention.Germany
	}
	return w.f.Country
}

func (w *writer) swiss() bool { return w.country() == retention.Switzerland }

// gap notes that something is missing and returns the words for its place.
func (w *writer) gap(key, where string) string {
	for _, g := range w.gaps {
		if g.Key == key {
			return w.missing()
		}
	}
	w.gaps = append(w.gaps, Gap{key, where})
	return w.missing()
}

func (w *writer) missing() string { return w.t("[fehlt noch]", "[missing]") }

// need returns a value, or notes that it is missing.
func (w *writer) need(value, key, where string) string {
	if strings.TrimSpace(value) == "" {
		return w.gap(key, where)
	}
	return strings.TrimSpace(value)
}

func (w *writer) date(t time.Time) string {
	if w.german {
		return t.Format("02.01.2006")
	}
	return t.Format("2 January 2006")
}

func (w *writer) moment(t time.Time) string {
	return w.date(t) + ", " + t.Format("15:04") + w.t(" Uhr", "")
}

// day writes a date that is kept as "2026-11-22"; what is none stays as it is.
func (w *writer) day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return w.date(t)
}

func (w *writer) tri(v Tri, yes, no, unknown string) string {
	switch v {
	case Yes:
		return yes
	case No:
		return no
	}
	return unknown
}

// answer words what only the owner can say.
func (w *writer) answer(a Answer, key, none string) string {
	if a.None {
		return none
	}
	return w.need(a.Text, key, WhereAnswers)
}

func (w *writer) head(k Kind, e Edition) print.Block {
	rows := [][2]string{}
	if name := w.f.Shop.Name; name != "" {
		rows = append(rows, [2]string{w.t("Betrieb", "Shop"), name})
	}
	if !w.f.At.IsZero() {
		rows = append(rows, [2]string{w.t("Stand", "As at"), w.moment(w.f.At)})
	}
	if !k.Confirmable() {
		return print.Entries{Rows: rows}
	}
	version := w.t("noch keine bestätigt", "none confirmed yet")
	if e.Number > 0 {
		version = fmt.Sprintf(w.t("%d, bestätigt am %s", "%d, confirmed on %s"), e.Number, w.date(e.At))
		if e.By != "" {
			version += w.t(" von ", " by ") + e.By
		}
		if !e.Holds {
			version += w.t("; seither hat sich etwas geändert", "; something has changed since")
		}
	}
	return print.Entries{Rows: append(rows, [2]string{w.t("Fassung", "Version"), version})}
}

// count words a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (w *writer) days(n int) string {
	return count(n, w.t("Tag", "day"), w.t("Tage", "days"))
}

// sections joins pieces of a paper.
func sections(parts ...[]print.Block) (all []print.Block) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}
