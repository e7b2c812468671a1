// Command search measures internal/search on made-up German messages, beside
// SQLCipher with FTS5's trigram index on the same text in the same run, and
// prints a Markdown table.
//
//	go run ./bench/search -n 100000
//
// It must not know a shop's data: everything it searches is invented here. Each
// side runs in a process of its own, so that memory can be told apart; the
// corpus lies in a temporary folder until the end.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// task is what both sides are asked to measure.
type task struct {
	Rounds  int     `json:"rounds"`
	Limit   int     `json:"limit"`
	Classes []class `json:"classes"`
}

// options are the command line.
type options struct {
	messages int
	rounds   int
	seed     uint64
	words    string
	anchor   bool
	folder   string
	mixed    bool
	gc       int
	measured string
}

func main() {
	var o options
	flag.IntVar(&o.messages, "n", 100_000, "how many messages")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each query runs")
	flag.Uint64Var(&o.seed, "seed", 1, "another seed makes other texts")
	flag.StringVar(&o.words, "words", "", "use this file's words, one a line, instead of invented ones")
	flag.BoolVar(&o.anchor, "anchor", true, "measure SQLCipher, too (needs npm ci in bench/search/anchor)")
	flag.StringVar(&o.folder, "folder", "bench/search/anchor", "where anchor.mjs is")
	flag.BoolVar(&o.mixed, "mixed", false, "load spans of 50,000 messages in mixed order, as a store keyed by conversation may")
	flag.IntVar(&o.gc, "gc", 20, "GC percentage of the measured process")
	flag.StringVar(&o.measured, "measure", "", "internal: measure the corpus in this folder and print JSON")
	flag.Parse()
	work := compare
	if o.measured != "" {
		work = printMeasurement
	}
	if err := work(o); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func compare(o options) error {
	dir, err := os.MkdirTemp("", "tresen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	corpusFile, queryFile := filepath.Join(dir, "corpus"), filepath.Join(dir, "queries")
	c, err := newCorpus(o.seed, o.words)
	if err != nil {
		return err
	}
	mean, err := c.write(corpusFile, o.messages)
	if err != nil {
		return err
	}
	t := task{Rounds: o.rounds, Limit: 50, Classes: c.classes()}
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := os.WriteFile(queryFile, text, 0o600); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ours, err := measureBy(self, "-measure", dir, fmt.Sprintf("-gc=%d", o.gc), fmt.Sprintf("-mixed=%t", o.mixed))
	if err != nil {
		return err
	}
	columns := []column{{"tresen/internal/search", ours}}
	if o.anchor {
		theirs, err := measureBy("node", filepath.Join(o.folder, "anchor.mjs"), corpusFile, queryFile, filepath.Join(dir, "db"))
		if err != nil {
			return fmt.Errorf("measure SQLCipher (npm ci --ignore-scripts in %s?): %w", o.folder, err)
		}
		columns = append(columns, column{"SQLCipher + FTS5 trigram", theirs})
	}
	report(os.Stdout, o.messages, mean, t, columns)
	return nil
}

// measureBy runs one side in its own process.
func measureBy(command string, args ...string) (measurement, error) {
	cmd := exec.CommandContext(context.Background(), command, args...)
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return measurement{}, fmt.Errorf("%w: %s", err, problems.String())
	}
	var m measurement
	return m, json.Unmarshal(out, &m)
}
