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

func main() {
	messages := flag.Int("n", 100_000, "how many messages")
	rounds := flag.Int("rounds", 3, "how often each query runs")
	seed := flag.Uint64("seed", 1, "another seed makes other texts")
	anchor := flag.Bool("anchor", true, "measure SQLCipher, too (needs npm ci in bench/search/anchor)")
	folder := flag.String("folder", "bench/search/anchor", "where anchor.mjs is")
	shuffled := flag.Bool("shuffled", false, "load the messages in spans of mixed order, as a store keyed by conversation gives them")
	measured := flag.String("measure", "", "internal: measure the corpus in this folder and print JSON")
	gc := flag.Int("gc", 20, "GC percentage of the measured process")
	flag.Parse()
	var err error
	if *measured != "" {
		err = printMeasurement(*measured, *gc, *shuffled)
	} else {
		err = compare(*messages, task{Rounds: *rounds, Limit: 50}, *seed, *anchor, *folder, *gc, *shuffled)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

func compare(n int, t task, seed uint64, anchor bool, folder string, gc int, shuffled bool) error {
	dir, err := os.MkdirTemp("", "tresen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	c := newCorpus(seed)
	mean, err := c.write(filepath.Join(dir, "corpus"), n)
	if err != nil {
		return err
	}
	t.Classes = c.classes()
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "queries"), text, 0o600); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ours, err := measureBy(self, "-measure", dir, fmt.Sprintf("-gc=%d", gc), fmt.Sprintf("-shuffled=%t", shuffled))
	if err != nil {
		return err
	}
	columns := []column{{"tresen/internal/search", ours}}
	if anchor {
		theirs, err := measureBy("node", filepath.Join(folder, "anchor.mjs"), filepath.Join(dir, "corpus"), filepath.Join(dir, "queries"), filepath.Join(dir, "db"))
		if err != nil {
			return fmt.Errorf("measure SQLCipher (npm ci --ignore-scripts in %s?): %w", folder, err)
		}
		columns = append(columns, column{"SQLCipher + FTS5 trigram", theirs})
	}
	report(os.Stdout, n, mean, t, columns)
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
