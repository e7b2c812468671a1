package server_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"

	"tresen/internal/relay/directory"
	"tresen/internal/relay/jetstream"
	"tresen/internal/relay/server"
)

// Every round of a benchmark measures what is compared one after the other,
// for this long each.
const slice = 300 * time.Millisecond

const connections = 32

// load sends requests over 32 connections, each waiting for its answer before
// the next, and returns the rate per second and the times. The client is as
// thin as it can be, because it shares the machine with what is measured.
func load(b *testing.B, address, path string, body []byte, from *int) (rate float64, times []time.Duration) {
	b.Helper()
	var mu sync.Mutex
	var group sync.WaitGroup
	start := time.Now()
	for range connections {
		*from += 1_000_000
		number := *from
		group.Go(func() {
			mine, err := oneConnection(address, path, body, number, start)
			if err != nil {
				b.Error(err)
			}
			mu.Lock()
			times = append(times, mine...)
			mu.Unlock()
		})
	}
	group.Wait()
	return float64(len(times)) / time.Since(start).Seconds(), times
}

func oneConnection(address, path string, body []byte, number int, start time.Time) (times []time.Duration, err error) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	const digits = 16
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: relay\r\nContent-Type: application/json\r\nX-Hub-Signature-256: sha256=%064d\r\nContent-Length: %d\r\n\r\n", path, 0, digits+len(body))
	request := append([]byte(head), bytes.Repeat([]byte("0"), digits)...)
	request = append(request, body...)
	in := bufio.NewReader(c)
	for time.Since(start) < slice {
		number++
		text := strconv.AppendInt(nil, int64(number), 10)
		copy(request[len(head)+digits-len(text):], text)
		sent := time.Now()
		if _, err := c.Write(request); err != nil {
			return times, err
		}
		status, err := skipAnswer(in)
		if err != nil || status != "200" {
			return times, fmt.Errorf("answer %s, %w", status, err)
		}
		times = append(times, time.Since(sent))
	}
	return times, nil
}

func skipAnswer(in *bufio.Reader) (status string, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil || len(line) < 12 {
		return "", err
	}
	status = string(line[9:12])
	for len(line) > 2 && err == nil {
		line, err = in.ReadSlice('\n')
	}
	return status, err
}

// syncRate writes 2 KB and flushes, one after the other, as often as it can.
func syncRate(b *testing.B, name string) float64 {
	b.Helper()
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 2048)
	n := 0
	start := time.Now()
	for time.Since(start) < slice {
		if _, err := f.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := flush(f); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(start).Seconds()
}

func listen(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	web := &http.Server{Handler: h}
	go web.Serve(l)
	b.Cleanup(func() { web.Close() })
	return l.Addr().String()
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkIngest measures deliveries of 2 KB with sealing and durable
// acknowledgement, as ratios to a bare handler and to the disk's flush rate in
// the same round, and their 99th percentile.
func BenchmarkIngest(b *testing.B) {
	for _, devices := range []int{1, 3} {
		b.Run(fmt.Sprintf("sqlite/devices=%d", devices), func(b *testing.B) { ingest(b, devices, func(*server.Config) {}) })
	}
	b.Run("nats/devices=1", func(b *testing.B) { ingest(b, 1, func(c *server.Config) { overNATS(b, c) }) })
}

// overNATS replaces the engine by one NATS server inside this process.
func overNATS(b *testing.B, c *server.Config) {
	s, err := natsserver.NewServer(&natsserver.Options{
		Host: "127.0.0.1", Port: natsserver.RANDOM_PORT, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: b.TempDir(), SyncAlways: true, MaxPayload: 8 << 20,
	})
	if err != nil {
		b.Fatal(err)
	}
	s.Start()
	b.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		b.Fatal("NATS server does not start")
	}
	e, err := jetstream.Open(b.Context(), jetstream.Options{URL: s.ClientURL(), Replicas: 1})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	c.Engine, c.Directory = e, directory.New(e, e, directory.Options{})
}

func ingest(b *testing.B, devices int, change func(*server.Config)) {
	w := newWorld(b, func(c *server.Config) {
		change(c)
		c.Limits = server.Limits{MailboxRate: 1e9, MailboxBurst: 1e9, PairRate: 1000, PairBurst: 1000}
	})
	var paired []*device
	for range devices {
		paired = append(paired, w.pair(b, w.box))
	}
	measure(b, strings.TrimPrefix(w.web.URL, "http://"), hookPath(w.box), func() {
		for _, d := range paired {
			if err := w.Engine.Ack(b.Context(), w.box.ID, d.id, 1<<60); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func measure(b *testing.B, address, path string, empty func()) {
	bare := listen(b, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	file := filepath.Join(b.TempDir(), "flush")
	body := bytes.Repeat([]byte(`{"text":"x"}`), 170)
	var number int
	var rates, ofBare, ofFlush, work, workBare []float64
	var times []time.Duration
	for b.Loop() {
		flushes := syncRate(b, file)
		start := processorTime()
		most, answers := load(b, bare, "/", body, &number)
		middle := processorTime()
		rate, took := load(b, address, path, body, &number)
		work = append(work, micros(processorTime()-middle)/float64(len(took)))
		workBare = append(workBare, micros(middle-start)/float64(len(answers)))
		rates, ofBare, ofFlush = append(rates, rate), append(ofBare, rate/most), append(ofFlush, rate/flushes)
		times = append(times, took...)
		empty()
	}
	slices.Sort(times)
	b.ReportMetric(median(rates), "deliveries/s")
	b.ReportMetric(median(ofBare), "x-bare-handler")
	b.ReportMetric(median(ofFlush), "x-flush-rate")
	b.ReportMetric(micros(times[len(times)/2])/1000, "p50-ms")
	b.ReportMetric(micros(times[len(times)*99/100])/1000, "p99-ms")
	// Of all cores, client included: says what a quiet machine could do at most.
	b.ReportMetric(median(work), "cpu-µs/delivery")
	b.ReportMetric(median(workBare), "cpu-µs/bare")
	b.ReportMetric(0, "ns/op")
}
