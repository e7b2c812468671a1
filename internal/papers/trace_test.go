package papers

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tresen/internal/print"
	"tresen/internal/retention"
)

// Every figure and date in every paper, in every country and language, is a
// fact, a citation, or one of the figures in givens.
func TestEveryFigureIsAFact(t *testing.T) {
	for _, country := range countries {
		for _, language := range []string{"de", "en"} {
			f := distinctFacts()
			f.Country = country
			f.Retention.Rules = distinctRules(country)
			known := tracer(f, language)
			for _, k := range Kinds() {
				known.check(t, fmt.Sprint(country, " ", language, " ", k), textOf(Write(k, f, language, distinctEdition())))
			}
			b := distinctBreach()
			known.learn(reflect.ValueOf(b))
			for _, register := range []bool{false, true} {
				known.check(t, fmt.Sprint(country, " ", language, " breach ", register), textOf(WriteBreach(f, b, language, register)))
			}
		}
	}
}

// The test above must be able to fail: a figure that is in no fact is found.
func TestAnInventedFigureIsFound(t *testing.T) {
	f := distinctFacts()
	known := tracer(f, "de")
	for _, text := range []string{"wir löschen nach 14 Tagen", "am 03.02.2001", "Art. 99 DSGVO", "zuletzt 09:41 Uhr", "1234567 Bytes", "v2"} {
		if len(known.strangers(text)) == 0 {
			t.Errorf("%q was not noticed", text)
		}
	}
	if odd := known.strangers("vom " + f.At.Format("02.01.2006") + ", § 5 DDG, 30 Tage"); len(odd) != 0 {
		t.Errorf("%q are facts", odd)
	}
}

// Every fact matters: if it changes, some paper does.
func TestEveryFactIsWritten(t *testing.T) {
	direct := distinctFacts()
	direct.Relay = Relay{Direct: true}
	direct.Answers.RelayOperator, direct.Answers.RelayOwn = "", false
	unset := distinctFacts()
	unset.Answers.Officer, unset.Answers.Tax, unset.Answers.Help = Answer{}, Answer{}, Answer{}
	unset.Shop.Authority, unset.Backup.Reachable, unset.Backup.Newest = "", true, time.Time{}
	demo := distinctFacts()
	demo.Provider.Kind = ProviderDemo
	bases := []Facts{distinctFacts(), direct, unset, demo}
	// Which rules there may be, and why, is said by the country's own norms; ids only tell rows apart.
	spared := []string{".Min", ".Max", ".Basis", ".ID"}
	leaves := 0
	walk(reflect.TypeFor[Facts](), reflect.ValueOf(&bases[0]).Elem(), "Facts", func(path []int, name string) {
		if slices.ContainsFunc(spared, func(s string) bool { return strings.Contains(name, s) }) {
			return
		}
		leaves++
		for _, base := range bases {
			if v := at(reflect.ValueOf(&base).Elem(), path); !v.IsValid() {
				continue
			}
			before := allText(base)
			changed := clone(base)
			change(at(reflect.ValueOf(&changed).Elem(), path))
			if allText(changed) != before {
				return
			}
		}
		t.Errorf("%s changes nothing", name)
	})
	if leaves < 100 {
		t.Errorf("only %d facts were tried", leaves)
	}
}

// Without a fact a paper says that it is missing, and puts no figure in its place.
func TestNothingIsMadeUpWithoutFacts(t *testing.T) {
	for _, country := range countries {
		for _, language := range []string{"de", "en"} {
			known := tracer(Facts{}, language)
			for _, k := range Kinds() {
				p := Write(k, Facts{Country: country}, language, Edition{})
				known.check(t, fmt.Sprint(country, " ", language, " ", k), textOf(p))
				if k == KindRecord && len(p.Gaps) < 8 {
					t.Errorf("only %v are missing in an empty record", p.Gaps)
				}
			}
		}
	}
}

func TestCountriesAreNeverMixed(t *testing.T) {
	foreign := map[retention.Country][]string{
		retention.Germany:     {"UGB", "BAO", "ECG", "TKG", "DSG", "FADP", "OR", "EDÖB"},
		retention.Austria:     {"HGB", "AO", "BGB", "BDSG", "DDG", "UStG", "DSG", "FADP", "EDÖB"},
		retention.Switzerland: {"HGB", "AO", "BGB", "BDSG", "DDG", "UStG", "DSGVO", "GDPR", "UGB", "TKG", "ECG", "2023/1795"},
	}
	for country, words := range foreign {
		f := distinctFacts()
		f.Country, f.Shop.Authority, f.Retention.Rules = country, "", distinctRules(country)
		b := distinctBreach()
		b.Authority = ""
		for _, language := range []string{"de", "en"} {
			text := textOf(WriteBreach(f, b, language, true))
			for _, k := range Kinds() {
				text += textOf(Write(k, f, language, Edition{}))
			}
			for _, word := range words {
				if regexp.MustCompile(`\b` + word + `\b`).MatchString(text) {
					t.Errorf("a paper for %s in %s cites %q", country, language, word)
				}
			}
		}
	}
}

var countries = []retention.Country{retention.Germany, retention.Austria, retention.Switzerland}

// knowledge is what may stand in a text.
type knowledge struct {
	language string
	// words are whole pieces: dates, times, texts with figures in them, citations.
	words map[string]bool
	// numbers stand alone.
	numbers map[string]bool
}

func tracer(f Facts, language string) *knowledge {
	k := &knowledge{language: language, words: map[string]bool{}, numbers: map[string]bool{}}
	for _, cited := range norms {
		for _, both := range cited {
			k.words[both[0]], k.words[both[1]] = true, true
		}
	}
	for _, n := range givens {
		k.numbers[strconv.Itoa(n)] = true
	}
	k.words["Poly1305"], k.words["XChaCha20"], k.words["Argon2id"], k.words["SHA-256"] = true, true, true, true
	k.words["360dialog"] = true
	k.learn(reflect.ValueOf(f))
	k.learn(reflect.ValueOf(distinctEdition()))
	for _, c := range f.Contracts {
		k.day(c.Due())
	}
	// The points of the checklist are counted, and so are those that are met.
	met := 0
	for _, c := range Checks(f, language) {
		k.numbers[strconv.Itoa(c.Number)] = true
		if c.State == Yes {
			met++
		}
	}
	off := 0
	for _, r := range f.Retention.Rules {
		if r.Off {
			off++
		}
	}
	k.numbers[strconv.Itoa(met)], k.numbers[strconv.Itoa(off)] = true, true
	return k
}

var month = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

// learn takes down every leaf of a value as it may be written.
func (k *knowledge) learn(v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Time:
		k.day(x)
		return
	case Breach:
		k.day(x.Deadline(retention.Germany))
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			k.learn(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			k.learn(v.Index(i))
		}
	case reflect.Int, reflect.Int64:
		k.number(v.Int())
	case reflect.String:
		if at, err := time.Parse(time.DateOnly, v.String()); err == nil && month.MatchString(v.String()) {
			k.day(at)
		} else if strings.ContainsAny(v.String(), "0123456789") {
			k.words[v.String()] = true
		}
	}
}

// number may be written plain, or as a size in decimal units.
func (k *knowledge) number(n int64) {
	k.numbers[strconv.FormatInt(n, 10)] = true
	for unit := int64(1000); unit <= n; unit *= 1000 {
		size := fmt.Sprintf("%.1f", float64(n)/float64(unit))
		if k.language == "de" {
			size = strings.Replace(size, ".", ",", 1)
		}
		k.numbers[size] = true
	}
}

func (k *knowledge) day(t time.Time) {
	if t.IsZero() {
		return
	}
	k.words[t.Format("02.01.2006")], k.words[t.Format("2 January 2006")], k.words[t.Format("15:04")] = true, true, true
}

var figure = regexp.MustCompile(`[\p{L}\d]*\d[\p{L}\d]*(?:[.,:/-]\d+)*`)

// strangers are the figures in a text that are nobody's.
func (k *knowledge) strangers(text string) (odd []string) {
	words := make([]string, 0, len(k.words))
	for w := range k.words {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, w := range words {
		text = strings.ReplaceAll(text, w, "·")
	}
	for _, f := range figure.FindAllString(text, -1) {
		if !k.numbers[f] {
			odd = append(odd, f)
		}
	}
	return odd
}

func (k *knowledge) check(t *testing.T, what, text string) {
	t.Helper()
	if odd := k.strangers(text); len(odd) > 0 {
		t.Errorf("%s: %q come from no fact", what, odd)
	}
}

func textOf(p Paper) string {
	var b strings.Builder
	b.WriteString(p.Title + "\n")
	for _, block := range p.Blocks {
		switch block := block.(type) {
		case print.Section:
			b.WriteString(block.Text + "\n")
		case print.Text:
			b.WriteString(block.Text + "\n")
		case print.Points:
			b.WriteString(strings.Join(block.Items, "\n") + "\n")
		case print.Entries:
			for _, row := range block.Rows {
				b.WriteString(row[0] + " | " + row[1] + "\n")
			}
		case print.Table:
			b.WriteString(strings.Join(block.Head, " | ") + "\n")
			for _, row := range block.Rows {
				b.WriteString(strings.Join(row, " | ") + "\n")
			}
		case print.Diagram:
			b.WriteString(block.Alt + "\n" + strings.Join(wordsOf(block), "\n") + "\n")
		}
	}
	return b.String()
}

func allText(f Facts) string {
	text := ""
	for _, k := range Kinds() {
		text += textOf(Write(k, f, "de", Edition{})) + textOf(Write(k, f, "en", Edition{}))
	}
	return text
}

// walk calls do with the way to every leaf.
func walk(_ reflect.Type, v reflect.Value, name string, do func(path []int, name string)) {
	var step func(v reflect.Value, path []int, name string)
	step = func(v reflect.Value, path []int, name string) {
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			do(path, name)
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				step(v.Field(i), append(slices.Clone(path), i), name+"."+v.Type().Field(i).Name)
			}
		case v.Kind() == reflect.Slice:
			for i := range v.Len() {
				step(v.Index(i), append(slices.Clone(path), i), name+"["+strconv.Itoa(i)+"]")
			}
		default:
			do(path, name)
		}
	}
	step(v, nil, name)
}

func at(v reflect.Value, path []int) reflect.Value {
	for _, i := range path {
		if v.Kind() == reflect.Slice {
			if i >= v.Len() {
				return reflect.Value{}
			}
			v = v.Index(i)
		} else {
			v = v.Field(i)
		}
	}
	return v
}

func change(v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(x.AddDate(1, 1, 1).Add(61 * time.Minute)))
		return
	case Tri:
		v.Set(reflect.ValueOf(map[Tri]Tri{Yes: No, No: Unknown, Unknown: Yes}[x]))
		return
	case retention.Country:
		v.Set(reflect.ValueOf(retention.Austria))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		v.SetInt(2*v.Int() + 1)
	case reflect.String:
		switch s := v.String(); s {
		case "DE-BW":
			v.SetString("DE-SN")
		case "scale":
			v.SetString("weak")
		case "abdh":
			v.SetString("abh")
		default:
			v.SetString(s + "x")
		}
	}
}

// clone copies the slices too, so that a change stays where it was made.
func clone(f Facts) Facts {
	f.Shop.People, f.Screening.Yes = slices.Clone(f.Shop.People), slices.Clone(f.Screening.Yes)
	f.Contracts, f.Places, f.Hosts, f.Retention.Rules = slices.Clone(f.Contracts), slices.Clone(f.Places), slices.Clone(f.Hosts), slices.Clone(f.Retention.Rules)
	return f
}
