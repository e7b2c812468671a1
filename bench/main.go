// Command bench measures what a shop waits for: durable deliveries, the
// conversation list, a page of a conversation, the start, an erasure. It prints
// Markdown for docs/BENCHMARKS.md.
//
//	go run ./bench          100,000 messages, about two minutes
//	go run ./bench -full    also 1,000,000 messages, about ten minutes
//
// Everything happens in a temporary folder with invented customers and is gone
// at the end. It must not know how anything is stored: it goes through the same
// packages as the program.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

func main() {
	dir := flag.String("dir", "", "folder for the data, on the disk to be measured (default: a temporary one)")
	full := flag.Bool("full", false, "also measure 1,000,000 messages of 10,000 customers")
	messages := flag.Int("messages", 100_000, "messages of the ordinary run")
	customers := flag.Int("customers", 10_000, "customers")
	rounds := flag.Int("rounds", 5, "how often deliveries are measured; the median counts")
	profile := flag.String("cpuprofile", "", "file for a processor profile")
	long := flag.String("long", "", "only make a play shop in this folder whose one conversation has so many messages, for the tests of the window")
	year := flag.Int("year", 0, "only live a year of a shop with so many customers and say what retention would do after it")
	flag.Parse()
	slog.SetLogLoggerLevel(slog.LevelError)
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			fail(err)
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			fail(err)
		}
		defer pprof.StopCPUProfile()
	}
	if *long != "" {
		if err := makeLong(context.Background(), *long, *messages); err != nil {
			fail(err)
		}
		return
	}
	if *year > 0 {
		if err := measureYear(context.Background(), *dir, *year); err != nil {
			fail(err)
		}
		return
	}
	sizes := []size{{*messages, *customers}}
	if *full {
		sizes = append(sizes, size{1_000_000, 10_000})
	}
	if err := run(context.Background(), *dir, *rounds, sizes); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

// size is how large a shop is.
type size struct{ messages, customers int }

func run(ctx context.Context, dir string, rounds int, sizes []size) error {
	root, err := os.MkdirTemp(dir, "tresen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	fmt.Printf("\n## What a shop waits for\n\n`go run ./bench`%s\n\n", load())
	if err := measureDeliveries(ctx, root, rounds); err != nil {
		return fmt.Errorf("deliveries: %w", err)
	}
	for _, s := range sizes {
		if err := measureShop(ctx, root, s); err != nil {
			return fmt.Errorf("shop of %d messages: %w", s.messages, err)
		}
	}
	return nil
}

// load says how busy the machine was before the first measurement: figures of a
// busy one are worth little beyond their ratios.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return fmt.Sprintf(", load of the machine before it began: %s.", strings.Fields(string(b))[0])
}

// timings are durations of the same thing, and the processor time all of them took.
type timings struct {
	each      []time.Duration
	processor time.Duration
}

func (t timings) percentile(p float64) time.Duration {
	sorted := slices.Sorted(slices.Values(t.each))
	return sorted[int(p*float64(len(sorted)-1))]
}

// text returns median, 99th percentile and mean processor time.
func (t timings) text() string {
	mean := t.processor / time.Duration(len(t.each))
	return fmt.Sprintf("%s | %s | %s", short(t.percentile(0.5)), short(t.percentile(0.99)), short(mean))
}

func (t timings) plus(more timings) timings {
	return timings{append(t.each, more.each...), t.processor + more.processor}
}

// repeat measures fn n times.
func repeat(n int, fn func(i int) error) (timings, error) {
	t := timings{each: make([]time.Duration, 0, n)}
	used := processorTime()
	for i := range n {
		began := time.Now()
		if err := fn(i); err != nil {
			return t, err
		}
		t.each = append(t.each, time.Since(began))
	}
	t.processor = processorTime() - used
	return t, nil
}

// short writes a duration with three digits.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return fmt.Sprintf("%.3g µs", float64(d)/float64(time.Microsecond))
	case d < time.Second:
		return fmt.Sprintf("%.3g ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("%.3g s", d.Seconds())
}

func median(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}

// thousands writes a number as people read it.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
