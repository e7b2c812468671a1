package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

func TestRunPrintsWhereItListensAndStops(t *testing.T) {
	arrived := make(chan string, 200)
	business := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		arrived <- r.Header.Get("X-Hub-Signature-256")
	}))
	defer business.Close()

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, []string{"-addr", "127.0.0.1:0", "-callback", business.URL, "-verify", "-cast", "-live", "-echoes"}, writer, os.Stderr)
		_ = writer.Close()
		ended <- err
	}()
	lines := bufio.NewScanner(reader)
	base := ""
	for lines.Scan() {
		if url, ok := strings.CutPrefix(lines.Text(), "base URL"); ok {
			base = strings.TrimSpace(url)
		}
		if strings.HasPrefix(lines.Text(), "control") {
			break
		}
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	if signature := <-arrived; !strings.HasPrefix(signature, "sha256=") {
		t.Errorf("signature %q", signature)
	}
	resp, err := http.Get(base + "/_simulator/customers")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Customers []struct{ Name string } }
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || len(answer.Customers) < 10 {
		t.Errorf("%d customers, %v", len(answer.Customers), err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{
		{"-addr", "0.0.0.0:0"},
		{"-addr", "127.0.0.1:0", "-callback", "http://192.0.2.7/hook"},
		{"-addr", "127.0.0.1:0", "surplus"},
		{"-addr", "127.0.0.1:0", "-callback", "http://127.0.0.1:1/", "-verify"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("run accepted %v", args)
		}
	}
	if err := run(t.Context(), []string{"-h"}, io.Discard, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("help: %v", err)
	}
}
