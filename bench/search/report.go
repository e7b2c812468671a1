package main

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
)

type column struct {
	name string
	m    measurement
}

// report prints the comparison. Times are p50 / p99 of all queries of a class.
func report(out io.Writer, n int, mean float64, t task, columns []column) {
	fmt.Fprintf(out, "%d messages, mean %.0f bytes; newest %d hits; %d queries per class, each %d times; %s/%s, %d cores, %s\n\n",
		n, mean, t.Limit, perClass, t.Rounds, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	line := func(label string, cell func(measurement) string) {
		fmt.Fprintf(out, "| %s |", label)
		for _, c := range columns {
			fmt.Fprintf(out, " %s |", cell(c.m))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprint(out, "| |")
	for _, c := range columns {
		fmt.Fprintf(out, " %s |", c.name)
	}
	fmt.Fprint(out, "\n|---|")
	for range columns {
		fmt.Fprint(out, "---|")
	}
	fmt.Fprintln(out)
	line("version", func(m measurement) string {
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(m.Versions)) {
			parts = append(parts, name+" "+m.Versions[name])
		}
		return strings.Join(parts, ", ")
	})
	line("index ready", func(m measurement) string { return fmt.Sprintf("%.2f s", m.Built) })
	line("resident memory now / at most", func(m measurement) string { return fmt.Sprintf("%.0f / %.0f MiB", m.RSS, m.Peak) })
	line("index in memory", func(m measurement) string {
		if m.Index == 0 {
			return "–"
		}
		return fmt.Sprintf("%.0f MiB", m.Index)
	})
	line("on disk", func(m measurement) string { return fmt.Sprintf("%.0f MiB", m.Disk/(1<<20)) })
	for i, c := range t.Classes {
		line(c.Name+", p50 / p99 (hits)", func(m measurement) string {
			took := slices.Sorted(slices.Values(m.Classes[i].Took))
			return fmt.Sprintf("%.2f / %.2f ms (%d)", quantile(took, 0.5)/1e6, quantile(took, 0.99)/1e6, m.Classes[i].Hits)
		})
	}
}

// quantile returns the value below which a share q of the sorted values lies.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
