package jetstream

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// node is a NATS server inside the test.
type node struct {
	*server.Server
	opt server.Options
}

func start(t testing.TB, opt server.Options) *node {
	t.Helper()
	copied := opt
	s, err := server.NewServer(&copied)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatal("NATS server does not start")
	}
	return &node{s, opt}
}

// options set a server as the relay demands it.
func options(t testing.TB) server.Options {
	return server.Options{
		Host: "127.0.0.1", Port: freePort(t), NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: t.TempDir(), SyncAlways: true, MaxPayload: 8 << 20,
	}
}

func (n *node) stop() {
	n.Shutdown()
	n.WaitForShutdown()
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// nodeVariable makes the test's program run as a NATS server, so that one can
// be killed as a machine dies: without a word to the others.
const nodeVariable = "TRESEN_TEST_NATS_NODE"

type process struct {
	Name, Routes, StoreDir string
	Port, ClusterPort      int
	command                *exec.Cmd
}

func TestMain(m *testing.M) {
	config := os.Getenv(nodeVariable)
	if config == "" {
		os.Exit(m.Run())
	}
	var p process
	if err := json.Unmarshal([]byte(config), &p); err != nil {
		panic(err)
	}
	s, err := server.NewServer(&server.Options{
		ServerName: p.Name, Host: "127.0.0.1", Port: p.Port, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: p.StoreDir, SyncAlways: true, MaxPayload: 8 << 20,
		Cluster: server.ClusterOpts{Name: "relay", Host: "127.0.0.1", Port: p.ClusterPort},
		Routes:  server.RoutesFromStr(p.Routes),
	})
	if err != nil {
		panic(err)
	}
	s.Start()
	io.Copy(io.Discard, os.Stdin) // ends with the test's process
}

func (p *process) start(t testing.TB) {
	t.Helper()
	config, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	p.command = exec.Command(os.Args[0])
	p.command.Env = append(os.Environ(), nodeVariable+"="+string(config))
	p.command.Stderr = os.Stderr
	if _, err := p.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
}

func (p *process) kill() {
	p.command.Process.Kill()
	p.command.Wait()
}

// cluster starts three servers that know each other.
func cluster(t testing.TB) (nodes map[string]*process, url string) {
	t.Helper()
	nodes = map[string]*process{}
	var routes string
	for i := range 3 {
		p := &process{Name: fmt.Sprintf("node-%d", i), StoreDir: t.TempDir(), Port: freePort(t), ClusterPort: freePort(t)}
		nodes[p.Name] = p
		routes += fmt.Sprintf(",nats://127.0.0.1:%d", p.ClusterPort)
		url += fmt.Sprintf(",nats://127.0.0.1:%d", p.Port)
	}
	for _, p := range nodes {
		p.Routes = routes[1:]
		p.start(t)
		t.Cleanup(func() { p.kill() })
	}
	until(t, "a server answers", func() bool {
		c, err := nats.Connect(url[1:])
		if err != nil {
			return false
		}
		c.Close()
		return true
	})
	return nodes, url[1:]
}

func single(t testing.TB) (*node, Options) {
	n := start(t, options(t))
	return n, Options{URL: n.ClientURL(), Replicas: 1}
}

func open(t testing.TB, opt Options) *Engine {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	e, err := Open(ctx, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}
