package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/search"
)

// measurement is what one side reports. Built is in seconds, sizes in MiB
// except Disk (bytes), times in nanoseconds.
type measurement struct {
	Built    float64           `json:"built"`
	Index    float64           `json:"index"`
	RSS      float64           `json:"rss"`
	Peak     float64           `json:"peak"`
	Disk     float64           `json:"disk"`
	Classes  []timing          `json:"classes"`
	Versions map[string]string `json:"versions"`
}

type timing struct {
	Name string    `json:"name"`
	Hits int       `json:"hits"`
	Took []float64 `json:"took"`
}

const batchSize = 500

// reader yields the corpus in batches, as a store does with what it decrypts.
type reader struct {
	lines  *bufio.Scanner
	mixed  bool
	random *rand.Rand
	ahead  []search.Document
}

func (r *reader) next(context.Context) ([]search.Document, error) {
	if r.mixed {
		return r.nextMixed()
	}
	return r.read(batchSize)
}

func (r *reader) read(n int) ([]search.Document, error) {
	batch := make([]search.Document, 0, n)
	for len(batch) < n && r.lines.Scan() {
		_, rest, _ := bytes.Cut(r.lines.Bytes(), []byte{'\t'})
		number, text, _ := bytes.Cut(rest, []byte{'\t'})
		id, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil {
			return nil, err
		}
		batch = append(batch, search.Document{ID: inbox.MessageID(id), Kind: inbox.KindText, Text: string(text)})
	}
	return batch, r.lines.Err()
}

// nextMixed keeps the order only between spans of 50,000 messages.
func (r *reader) nextMixed() ([]search.Document, error) {
	if len(r.ahead) == 0 {
		span, err := r.read(100 * batchSize)
		if err != nil {
			return nil, err
		}
		r.random.Shuffle(len(span), func(i, j int) { span[i], span[j] = span[j], span[i] })
		r.ahead = span
	}
	batch := r.ahead[:min(batchSize, len(r.ahead))]
	r.ahead = r.ahead[len(batch):]
	return batch, nil
}

// printMeasurement loads and searches the corpus and prints a measurement as JSON.
func printMeasurement(o options) error {
	debug.SetGCPercent(o.gc)
	text, err := os.ReadFile(filepath.Join(o.measured, "queries"))
	if err != nil {
		return err
	}
	var t task
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	file, err := os.Open(filepath.Join(o.measured, "corpus"))
	if err != nil {
		return err
	}
	defer file.Close()
	r := &reader{lines: bufio.NewScanner(file), mixed: o.mixed, random: rand.New(rand.NewPCG(1, 1))}
	r.lines.Buffer(make([]byte, 0, 1<<16), 1<<20)

	var x search.Index
	m := measurement{Versions: map[string]string{"go": runtime.Version()}}
	start := time.Now()
	if err := x.Load(context.Background(), r.next); err != nil {
		return err
	}
	m.Built = time.Since(start).Seconds()
	m.Index = float64(x.Size().Bytes) / (1 << 20)
	for _, c := range t.Classes {
		measured, err := measure(&x, t, c)
		if err != nil {
			return err
		}
		m.Classes = append(m.Classes, measured)
	}
	m.RSS, m.Peak = megabytes("VmRSS"), megabytes("VmHWM")
	return json.NewEncoder(os.Stdout).Encode(m)
}

func measure(x *search.Index, t task, c class) (timing, error) {
	m := timing{Name: c.Name}
	for round := range t.Rounds {
		for _, q := range c.Queries {
			start := time.Now()
			r, err := x.Search(context.Background(), search.Query{Text: q, Limit: t.Limit})
			m.Took = append(m.Took, float64(time.Since(start)))
			if err != nil {
				return m, err
			}
			if round == 0 {
				m.Hits += len(r.Hits)
			}
		}
	}
	return m, nil
}

// megabytes reads one line of what Linux says of this process; elsewhere it is 0.
func megabytes(name string) float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(fmt.Sprintf(`(?m)^%s:\s+(\d+) kB`, name)).FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		return 0
	}
	return kilobytes / 1024
}
