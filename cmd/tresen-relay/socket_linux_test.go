package main

import (
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// systemd holds the port: whoever calls while the relay restarts waits, and is
// answered by the next one.
func TestRestartBehindAHeldSocketRefusesNobody(t *testing.T) {
	p := newProcess(t)
	l, err := net.Listen("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	held, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { held.Close() })
	l.Close()
	p.wrap = func(command *exec.Cmd) {
		// The process must be told its own number, which only it knows.
		command.Args = append([]string{"/bin/sh", "-c", `LISTEN_PID=$$ exec "$0" "$@"`}, command.Args...)
		command.Path = "/bin/sh"
		command.ExtraFiles = []*os.File{held}
		command.Env = append(command.Env, "LISTEN_FDS=1", "LISTEN_FDNAMES=web")
	}
	p.start()
	_, mailbox := p.pair(p.mustOperate("add", "Shop"))
	web := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	deliver := func(body string) (int, error) {
		resp, err := web.Post(mailbox.WebhookURL, "application/json", strings.NewReader(body))
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		return resp.StatusCode, nil
	}
	if status, err := deliver("before"); err != nil || status != http.StatusOK {
		t.Fatalf("%d, %v", status, err)
	}
	if err := p.terminate(); err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		status, err := deliver("while it is away")
		if err == nil && status != http.StatusOK {
			err = errors.New(http.StatusText(status))
		}
		answered <- err
	}()
	p.start()
	if err := <-answered; err != nil {
		t.Errorf("a caller was refused: %v", err)
	}
}

func TestSocketsOfOthersAreNotTaken(t *testing.T) {
	env := map[string]string{"LISTEN_FDS": "1", "LISTEN_PID": "1", "LISTEN_FDNAMES": "web"}
	if got := inheritedListeners(func(k string) string { return env[k] }, os.Getpid()); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
