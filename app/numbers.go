package app

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"tresen/internal/access"
	"tresen/internal/inbox"
	"tresen/internal/profile/website"
	"tresen/internal/store"
	"tresen/internal/tally"
)

// Numbers is what the window can do with the counters that survive deletions.
type Numbers struct{ app *App }

// NumbersPage is what was counted in a period.
type NumbersPage struct {
	// Spans are the period's days or months, oldest first, those without anything too.
	Spans  []NumberSpan `json:"spans"`
	Totals NumberSpan   `json:"totals"`
	// Answers are how long first answers took, the quickest first: 5m, 15m, 1h, 4h, 1d, more.
	Answers []NumberBucket `json:"answers"`
	// Median is the bucket half of the answers were given by, or empty.
	Median string `json:"median"`
	// Hours are the messages that came in at each of the 24 hours, in the months the period touches.
	Hours   []int          `json:"hours"`
	Sources []NumberSource `json:"sources"`
	Kinds   []NumberBucket `json:"kinds"`
	// Since is the first day something was counted on, as 2026-11-22, or empty.
	Since string `json:"since"`
	// KeepMonths is how long counters are kept; Keeps are the choices.
	KeepMonths int   `json:"keepMonths"`
	Keeps      []int `json:"keeps"`
}

// NumberSpan counts the messages of a day or month. Hand, Auto and Broadcast
// are those of the shop's.
type NumberSpan struct {
	// Period is written 2026-11-22 or 2026-11.
	Period    string `json:"period"`
	In        int    `json:"in"`
	Hand      int    `json:"hand"`
	Auto      int    `json:"auto"`
	Broadcast int    `json:"broadcast"`
}

// NumberBucket is one counter of a topic.
type NumberBucket struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// NumberSource is one way people came by. Kind is direct, widget, ad or code;
// Name is where a code hangs, empty if it is no longer in the register.
type NumberSource struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

const (
	numbersDays       = 30
	numbersMonths     = 12
	numbersKeep       = "numbers_keep"
	defaultKeepMonths = 36
)

var keepChoices = []int{13, 24, 36, 60}

// GetPage returns the last 30 days, or the last 12 months with months.
func (b *Numbers) GetPage(months bool) (page NumbersPage, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return page, err
	}
	return s.numbersPage(months)
}

// SaveKeep says for how many months counters are kept, one of the page's Keeps.
// Older ones go at once.
func (b *Numbers) SaveKeep(months int) (err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return err
	}
	if !slices.Contains(keepChoices, months) {
		return inbox.InvalidField("keepMonths", "not one of the choices")
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error {
		if err := tx.SetSetting(numbersKeep, []byte(strconv.Itoa(months))); err != nil {
			return err
		}
		return tx.ForgetCounted(s.cfg.now().AddDate(0, -months, 0))
	})
}

// NumbersExport asks for all counters as a table. Words are what the window
// calls topics, buckets and columns; what has no word stays as it is.
type NumbersExport struct {
	Name  string            `json:"name"`
	Words map[string]string `json:"words"`
}

// Export writes all counters into a CSV file the person chooses.
func (b *Numbers) Export(r NumbersExport) (saved PrintSaved, err error) {
	defer guard(&err)
	s, err := b.app.session()
	if err != nil {
		return saved, err
	}
	content, err := s.numbersCSV(r.Words)
	if err != nil {
		return saved, err
	}
	return b.app.saveContent(r.Name, ".csv", content)
}

// counter is the rule that counts what arrives.
func (s *Session) counter() tally.Counter {
	return tally.Counter{
		Place:  s.placed.Place,
		Widget: func(text string) bool { _, found := website.FindNotice(text); return found },
	}
}

// keepNumbers deletes counters whose time is over.
func (s *Session) keepNumbers(ctx context.Context) error {
	ticker := time.NewTicker(24 * time.Hour)
	defer ticker.Stop()
	for {
		if err := s.forgetNumbers(ctx); err != nil && ctx.Err() == nil {
			slog.Error("old counters could not be deleted", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (s *Session) forgetNumbers(ctx context.Context) error {
	months, err := s.keepMonths()
	if err != nil {
		return err
	}
	before := s.cfg.now().AddDate(0, -months, 0)
	if first, err := s.store.FirstCounted(ctx); err != nil || first == "" || first >= store.MonthOf(before) {
		return err
	}
	return s.store.Update(ctx, func(tx *store.Tx) error { return tx.ForgetCounted(before) })
}

func (s *Session) keepMonths() (int, error) {
	value, err := s.store.Setting(s.ctx, numbersKeep)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return defaultKeepMonths, nil
	}
	if err != nil {
		return 0, err
	}
	months, err := strconv.Atoi(string(value))
	if err != nil || !slices.Contains(keepChoices, months) {
		return defaultKeepMonths, nil
	}
	return months, nil
}

func (s *Session) numbersPage(months bool) (NumbersPage, error) {
	page := NumbersPage{Hours: make([]int, 24), Kinds: []NumberBucket{}, Sources: []NumberSource{}, Keeps: keepChoices}
	var err error
	if page.KeepMonths, err = s.keepMonths(); err != nil {
		return page, err
	}
	now := s.cfg.now().Local()
	page.Spans = spans(now, months)
	from, err := time.ParseInLocation(time.DateOnly, (page.Spans[0].Period + "-01")[:10], time.Local)
	if err != nil {
		return page, err
	}
	list, err := s.store.ListCounted(s.ctx, from)
	if err != nil {
		return page, err
	}
	if page.Since, err = s.store.FirstCounted(s.ctx); err != nil {
		return page, err
	}
	names, err := s.codeNames()
	if err != nil {
		return page, err
	}
	page.fill(list, names)
	return page, nil
}

// spans are the last days or months up to now.
func spans(now time.Time, months bool) []NumberSpan {
	list := []NumberSpan{}
	if months {
		first := time.Date(now.Year(), now.Month(), 1, 12, 0, 0, 0, time.Local)
		for i := numbersMonths - 1; i >= 0; i-- {
			list = append(list, NumberSpan{Period: store.MonthOf(first.AddDate(0, -i, 0))})
		}
		return list
	}
	noon := time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.Local) // no day is skipped when clocks change
	for i := numbersDays - 1; i >= 0; i-- {
		list = append(list, NumberSpan{Period: store.DayOf(noon.AddDate(0, 0, -i))})
	}
	return list
}

// codeNames are the places of the printed codes, by their source.
func (s *Session) codeNames() (map[string]string, error) {
	codes, err := s.placed.List(s.ctx)
	names := map[string]string{}
	for _, c := range codes {
		names[tally.CodeSource(c.ID)] = strings.Join(c.Places, ", ")
	}
	return names, err
}

func (p *NumbersPage) fill(list []store.Counted, names map[string]string) {
	at := map[string]*NumberSpan{}
	for i := range p.Spans {
		at[p.Spans[i].Period] = &p.Spans[i]
	}
	counts := map[store.Topic]map[string]int{}
	for _, c := range list {
		if counts[c.Topic] == nil {
			counts[c.Topic] = map[string]int{}
		}
		counts[c.Topic][c.Bucket] += c.Count
		span := at[c.Period[:min(len(c.Period), len(p.Spans[0].Period))]]
		p.Totals.add(c)
		if span != nil {
			span.add(c)
		}
	}
	for _, b := range store.AnswerBuckets {
		p.Answers = append(p.Answers, NumberBucket{b.Name, counts[store.TopicAnswer][b.Name]})
	}
	p.Answers = append(p.Answers, NumberBucket{store.SlowAnswer, counts[store.TopicAnswer][store.SlowAnswer]})
	p.Median = median(p.Answers)
	for hour, n := range counts[store.TopicHour] {
		if h, err := strconv.Atoi(hour); err == nil && h >= 0 && h < len(p.Hours) {
			p.Hours[h] += n
		}
	}
	for kind, n := range counts[store.TopicIn] {
		p.Kinds = append(p.Kinds, NumberBucket{kind, n})
	}
	slices.SortFunc(p.Kinds, func(a, b NumberBucket) int { return most(a.Count, b.Count, a.Name, b.Name) })
	for source, n := range counts[store.TopicSource] {
		row := NumberSource{Kind: source, Count: n}
		if tally.CodeOf(source) != 0 {
			row.Kind, row.Name = "code", names[source]
		}
		p.Sources = append(p.Sources, row)
	}
	slices.SortFunc(p.Sources, func(a, b NumberSource) int { return most(a.Count, b.Count, a.Kind+a.Name, b.Kind+b.Name) })
}

// most sorts by count, the largest first, then by name.
func most(a, b int, nameA, nameB string) int {
	if a != b {
		return b - a
	}
	return strings.Compare(nameA, nameB)
}

func (n *NumberSpan) add(c store.Counted) {
	switch {
	case c.Topic == store.TopicIn:
		n.In += c.Count
	case c.Topic != store.TopicOut:
	case c.Bucket == store.SentByItself:
		n.Auto += c.Count
	case c.Bucket == store.SentAsBroadcast:
		n.Broadcast += c.Count
	default:
		n.Hand += c.Count
	}
}

// median returns the bucket by which half of the answers had been given.
func median(answers []NumberBucket) string {
	var all, sum int
	for _, a := range answers {
		all += a.Count
	}
	for _, a := range answers {
		if sum += a.Count; all > 0 && 2*sum >= all {
			return a.Name
		}
	}
	return ""
}

func (s *Session) numbersCSV(words map[string]string) ([]byte, error) {
	list, err := s.store.ListCounted(s.ctx, time.Time{})
	if err != nil {
		return nil, err
	}
	names, err := s.codeNames()
	if err != nil {
		return nil, err
	}
	word := func(key, other string) string {
		if w := words[key]; w != "" {
			return inbox.CleanLine(w, 60)
		}
		return other
	}
	rows := [][]string{{word("period", "period"), word("topic", "topic"), word("bucket", "bucket"), word("count", "count")}}
	for _, c := range list {
		bucket := word(string(c.Topic)+"."+c.Bucket, c.Bucket)
		if name := names[c.Bucket]; c.Topic == store.TopicSource && name != "" {
			bucket = name
		}
		rows = append(rows, []string{c.Period, word("topic."+string(c.Topic), string(c.Topic)), bucket, strconv.Itoa(c.Count)})
	}
	var out bytes.Buffer
	err = access.Table(&out, rows)
	return out.Bytes(), err
}
