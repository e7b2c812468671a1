package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"sync"

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
	if err := s.measureFilling(ctx); err != nil {
		return err
	}
	f, stop, err := s.filled(ctx)
	if err != nil {
		return err
	}
	debug.FreeOSMemory() // as the program does once the index is there
	fmt.Printf("| … memory of the process more than before, MiB | %.0f | | |\n", resident()-before)
	for _, c := range []struct{ name, text string }{
		{"a common word", "morgen"}, {"two words", "Termin Montag"}, {"part of a word", "ittwo"}, {"no hit", "Xylophonist"},
	} {
		t, err := repeat(200, func(int) error { _, err := f.Search(ctx, search.Query{Text: c.text}); return err })
		if err != nil {
			return errors.Join(err, stop())
		}
		s.row("search with the newest 50 texts: "+c.name, t)
	}
	return stop()
}

// measureFilling starts the shop again and again, also with nothing of it in
// the operating system's memory.
func (s *shop) measureFilling(ctx context.Context) error {
	start := func(int) error {
		_, stop, err := s.filled(ctx)
		if err != nil {
			return err
		}
		return stop()
	}
	if err := start(0); err != nil { // reads the files once
		return err
	}
	defer s.close()
	var warm, cold timings
	for range 3 {
		s.close()
		t, err := repeat(1, start)
		if err != nil {
			return err
		}
		warm = warm.plus(t)
	}
	s.row("start until everything can be searched, warm", warm)
	for range 3 {
		s.close()
		if err := os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0); err != nil {
			return nil // needs an administrator on Linux
		}
		t, err := repeat(1, start)
		if err != nil {
			return err
		}
		cold = cold.plus(t)
	}
	s.row("start until everything can be searched, nothing read before", cold)
	return nil
}

// filled opens the shop and returns when everything can be searched.
func (s *shop) filled(ctx context.Context) (f *finder.Finder, stop func() error, err error) {
	debug.FreeOSMemory()
	if s.store == nil {
		if err := s.open(ctx); err != nil {
			return nil, nil, err
		}
	}
	ready := make(chan struct{})
	f = finder.New(s.store, sync.OnceFunc(func() { close(ready) }))
	running, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- f.Run(running) }()
	stop = func() error {
		cancel()
		err := <-ended
		f.Close()
		return err
	}
	<-ready
	if complete, found := f.Ready(); !complete || found < s.messages {
		return nil, nil, errors.Join(fmt.Errorf("index holds %d messages, complete: %t", found, complete), stop())
	}
	return f, stop, nil
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
