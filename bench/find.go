package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"tresen/internal/finder"
	"tresen/internal/search"
)

// gcPercent is what the program runs with: the index holds no pointers, so
// collecting often costs little and saves the memory of a second index.
const gcPercent = 20

// measureSearch says how long after a start everything can be searched, and
// what a search with its texts costs.
func (s *shop) measureSearch(ctx context.Context) error {
	s.close()
	debug.SetGCPercent(gcPercent)
	defer debug.SetGCPercent(100)
	debug.FreeOSMemory()
	before := resident()
	began := time.Now()
	used := processorTime()
	if err := s.open(ctx); err != nil {
		return err
	}
	ready := make(chan struct{})
	f := finder.New(s.store, sync.OnceFunc(func() { close(ready) }))
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- f.Run(running) }()
	<-ready
	took, busy := time.Since(began), processorTime()-used
	debug.FreeOSMemory() // as the program does once the index is there
	if complete, found := f.Ready(); !complete || found < s.messages {
		cancel()
		return fmt.Errorf("index holds %d messages, complete: %t", found, complete)
	}
	fmt.Printf("| start until everything can be searched | %s | | %s |\n", short(took), short(busy))
	fmt.Printf("| … memory of the process more than before, MiB | %.0f | | |\n", resident()-before)
	for _, c := range []struct{ name, text string }{
		{"a common word", "morgen"}, {"two words", "Termin Montag"}, {"part of a word", "ittwo"}, {"no hit", "Xylophonist"},
	} {
		t, err := repeat(200, func(int) error { _, err := f.Search(ctx, search.Query{Text: c.text}); return err })
		if err != nil {
			cancel()
			return err
		}
		s.row("search with the newest 50 texts: "+c.name, t)
	}
	cancel()
	err := <-ended
	f.Close()
	return err
}

// resident returns how much memory of this process is in RAM, in MiB; elsewhere than on Linux it is 0.
func resident() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(`(?m)^VmRSS:\s+(\d+) kB`).FindSubmatch(status)
	if found == nil {
		return 0
	}
	kilobytes, err := strconv.ParseFloat(string(found[1]), 64)
	if err != nil {
		return 0
	}
	return kilobytes / 1024
}
