package main

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"tresen/internal/relay/directory"
	"tresen/internal/relay/envelope"
	"tresen/internal/relay/server"
	"tresen/internal/relay/sqlite"
)

// BenchmarkManyMailboxes starts a relay with 10,000 mailboxes, each with a
// paired computer, and measures its memory before and after a delivery to every
// hundredth of them. Making them takes a while, so it needs TRESEN_LONG_TESTS=1.
func BenchmarkManyMailboxes(b *testing.B) {
	if os.Getenv("TRESEN_LONG_TESTS") == "" {
		b.Skip("needs TRESEN_LONG_TESTS=1")
	}
	dir := b.TempDir()
	hooks := manyMailboxes(b, dir, 10_000)
	for b.Loop() {
		p := newProcess(b, "--max-mailboxes", "20000")
		p.data = dir
		p.start()
		b.ReportMetric(resident(b, p.command), "MB-idle")
		for i := 0; i < len(hooks); i += 100 {
			resp, err := http.Post(p.url+hooks[i], "application/json", strings.NewReader(fmt.Sprintf("%2000d", i)))
			if err != nil || resp.StatusCode != http.StatusOK {
				b.Fatalf("%v, %v", resp, err)
			}
			resp.Body.Close()
		}
		b.ReportMetric(resident(b, p.command), "MB-after-100-deliveries")
		p.kill()
	}
}

func manyMailboxes(b *testing.B, dir string, n int) (hooks []string) {
	e, err := sqlite.Open(context.Background(), sqlite.Options{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	boxes := directory.New(e, e, directory.Options{MaxMailboxes: n})
	s := server.New(server.Config{Engine: e, Directory: boxes})
	defer s.Drain()
	seal, err := envelope.NewPrivateKey()
	if err != nil {
		b.Fatal(err)
	}
	for i := range n {
		box, err := boxes.Add(b.Context(), fmt.Sprint(i))
		if err != nil {
			b.Fatal(err)
		}
		code, _, err := boxes.NewCode(b.Context(), box.ID)
		if err != nil {
			b.Fatal(err)
		}
		signing, _, err := ed25519.GenerateKey(nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := boxes.Redeem(b.Context(), code, signing, seal.Public()); err != nil {
			b.Fatal(err)
		}
		if err := e.Remove(b.Context(), "code."+code.Digest()); err != nil {
			b.Fatal(err)
		}
		hooks = append(hooks, "/hook/"+box.Hooks[0].Token)
	}
	return hooks
}

// resident is a process's memory in megabytes, where the system tells.
func resident(b *testing.B, c *exec.Cmd) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.Process.Pid))
	if err != nil {
		b.Skip("memory is not told here")
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		b.Fatal(err)
	}
	return float64(kb) / 1024
}
