// Package relaytest runs a relay on loopback inside a test: the real server
// with the real SQLite engine, and a mailbox.
//
// It must not be imported by the program.
package relaytest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"tresen/internal/relay/directory"
	"tresen/internal/relay/server"
	"tresen/internal/relay/sqlite"
)

// Relay is a running relay. It can be stopped and started again, at the same
// address and over the same data.
type Relay struct {
	Dir     string
	URL     string
	Box     *directory.Mailbox
	Engine  *sqlite.Engine
	Server  *server.Server
	Boxes   *directory.Directory
	Options sqlite.Options

	address string
	web     *http.Server
}

// Start starts a relay with one mailbox that is gone after the test.
func Start(t testing.TB) *Relay {
	t.Helper()
	r := &Relay{Dir: t.TempDir(), address: "127.0.0.1:0"}
	r.Up(t)
	t.Cleanup(func() { r.Down(t) })
	box, err := r.Boxes.Add(context.Background(), "Blumen Müller")
	if err != nil {
		t.Fatal(err)
	}
	r.Box = box
	return r
}

// Up starts the relay.
func (r *Relay) Up(t testing.TB) {
	t.Helper()
	r.Options.Dir, r.Options.Reserve = r.Dir, 64<<10
	e, err := sqlite.Open(context.Background(), r.Options)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	r.address = l.Addr().String()
	r.URL = "http://" + r.address
	r.Engine, r.Boxes = e, directory.New(e, e, directory.Options{})
	r.Server = server.New(server.Config{Engine: e, Directory: r.Boxes, PublicURL: r.URL, Limits: server.Limits{
		DeviceRate: 1000, DeviceBurst: 1000, PairRate: 1000, PairBurst: 1000, MailboxRate: 1e6, MailboxBurst: 1e6,
	}})
	r.web = r.Server.HTTPServer()
	go r.web.Serve(l)
}

// Down stops the relay without waiting for anybody.
func (r *Relay) Down(t testing.TB) {
	t.Helper()
	if r.web == nil {
		return
	}
	if err := errors.Join(r.web.Close(), r.Engine.Close()); err != nil {
		t.Error(err)
	}
	r.web = nil
}

// Code returns a fresh pairing code for the mailbox.
func (r *Relay) Code(t testing.TB) string {
	t.Helper()
	code, _, err := r.Boxes.NewCode(context.Background(), r.Box.ID)
	if err != nil {
		t.Fatal(err)
	}
	return string(code)
}

// Hook returns the mailbox's webhook address.
func (r *Relay) Hook() string { return r.URL + "/hook/" + r.Box.Hooks[0].Token }

// Deliver posts a body as Meta does, signed with an app secret, and returns the
// status.
func (r *Relay) Deliver(t testing.TB, body string, secret []byte) int {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.Hook(), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Hub-Signature-256", Sign(secret, []byte(body)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// Sign returns Meta's signature of a body.
func Sign(secret, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	io.Copy(mac, bytes.NewReader(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
