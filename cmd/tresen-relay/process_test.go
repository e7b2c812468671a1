package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tresen/internal/relay/client"
)

// runVariable makes the test's program be tresen-relay, so that it can be
// killed and restarted like the real one.
const runVariable = "TRESEN_TEST_RUN_RELAY"

func TestMain(m *testing.M) {
	if os.Getenv(runVariable) != "" {
		main()
		return
	}
	if dir := os.Getenv(desktopVariable); dir != "" {
		runDesktop(dir)
		return
	}
	os.Exit(m.Run())
}

// process is a relay in a process of its own.
type process struct {
	t       testing.TB
	address string
	url     string
	data    string
	admin   string
	extra   []string
	wrap    func(*exec.Cmd) // changes how it is started; may be nil
	command *exec.Cmd
	ended   chan error

	mu  sync.Mutex
	log bytes.Buffer
}

func newProcess(t testing.TB, extra ...string) *process {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	// The path of a unix socket is short, and that of a test's folder long.
	short, err := os.MkdirTemp("", "relay")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{
		t: t, address: l.Addr().String(), url: "http://" + l.Addr().String(), extra: extra,
		data: filepath.Join(t.TempDir(), "data"), admin: filepath.Join(short, "admin.sock"),
	}
	t.Cleanup(func() { p.kill(); os.RemoveAll(short) })
	return p
}

// start runs the documented command and waits until the relay says it is ready.
func (p *process) start() {
	p.t.Helper()
	args := append([]string{"serve", "--behind-proxy", "--public-url", p.url, "--listen", p.address,
		"--data", p.data, "--admin", p.admin, "--metrics", ""}, p.extra...)
	p.command = exec.Command(os.Args[0], args...)
	p.command.Env = append(os.Environ(), runVariable+"=1")
	if p.wrap != nil {
		p.wrap(p.command)
	}
	stderr, err := p.command.StderrPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	ready, command, ended := make(chan struct{}), p.command, make(chan error, 1)
	p.ended = ended
	go func() {
		var once sync.Once
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			p.mu.Lock()
			p.log.Write(append(lines.Bytes(), '\n'))
			p.mu.Unlock()
			if strings.Contains(lines.Text(), "relay is ready") {
				once.Do(func() { close(ready) })
			}
		}
		ended <- command.Wait()
	}()
	select {
	case <-ready:
	case err := <-ended:
		p.command = nil
		p.t.Fatalf("relay ended: %v\n%s", err, p.logged())
	case <-time.After(30 * time.Second):
		p.t.Fatalf("relay is not ready\n%s", p.logged())
	}
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// kill ends the relay as a power cut does, as far as the process goes.
func (p *process) kill() {
	if p.command == nil {
		return
	}
	p.command.Process.Kill()
	<-p.ended
	p.command = nil
}

// terminate asks the relay to end and waits until it has.
func (p *process) terminate() error {
	p.t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	p.command = nil
	select {
	case err := <-p.ended:
		return err
	case <-time.After(30 * time.Second):
		return fmt.Errorf("relay does not end\n%s", p.logged())
	}
}

// operator runs a mailbox command and returns what it prints.
func (p *process) operator(args ...string) (string, error) {
	p.t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(p.t.Context(), append(append([]string{"mailbox"}, args...), "--admin", p.admin), &stdout, &stderr)
	return stdout.String(), err
}

func (p *process) mustOperate(args ...string) string {
	p.t.Helper()
	out, err := p.operator(args...)
	if err != nil {
		p.t.Fatalf("mailbox %v: %v", args, err)
	}
	return out
}

var printedCode = regexp.MustCompile(`Pairing code: +([0-9A-Z-]+)`)

func codeIn(t testing.TB, printed string) string {
	t.Helper()
	found := printedCode.FindStringSubmatch(printed)
	if found == nil {
		t.Fatalf("no code in %q", printed)
	}
	return found[1]
}

// pair pairs a computer by what the operator was shown.
func (p *process) pair(printed string) (client.Identity, client.Mailbox) {
	p.t.Helper()
	id, err := client.NewIdentity(p.url)
	if err != nil {
		p.t.Fatal(err)
	}
	id, m, err := client.Pair(p.t.Context(), http.DefaultClient, id, codeIn(p.t, printed))
	if err != nil {
		p.t.Fatal(err)
	}
	return id, m
}

// bring runs a source until its end is called.
func bring(t *testing.T, id client.Identity, handle client.Handler, forged error) (s *client.Source, end func()) {
	t.Helper()
	s = client.NewSource(client.Config{Identity: id, Unverified: forged, Save: func(context.Context, client.Identity) error { return nil }})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx, handle) }()
	var once sync.Once
	end = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	}
	t.Cleanup(end)
	return s, end
}
