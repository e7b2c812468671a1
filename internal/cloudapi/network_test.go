package cloudapi

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tresen/internal/inbox"
)

func sendHello(ctx context.Context, c *Client) error {
	_, err := c.SendMessage(ctx, OutgoingMessage{To: toAnna, Body: Text{Body: "geheim"}, CallbackData: "0192"})
	return err
}

// listen accepts connections and hands each to serve, one after the other.
func listen(t *testing.T, serve func(conn net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	t.Cleanup(func() { listener.Close(); <-done })
	return "http://" + listener.Addr().String()
}

// readRequest reads one whole request and reports whether there was one.
func readRequest(t *testing.T, r *bufio.Reader) bool {
	t.Helper()
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		t.Errorf("read body: %v", err)
	}
	return true
}

const rawAccepted = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 34\r\n\r\n" +
	`{"messages":[{"id":"wamid.OUT1"}]}`

// A server that closes a kept connection just when the next message was written
// to it: nobody knows whether the message was taken, and it must not go out again.
func TestReusedConnectionIsNeverRetried(t *testing.T) {
	var connections, requests atomic.Int32
	base := listen(t, func(conn net.Conn) {
		connections.Add(1)
		r := bufio.NewReader(conn)
		for readRequest(t, r) {
			if requests.Add(1) == 2 {
				return
			}
			io.WriteString(conn, rawAccepted)
		}
	})
	client := newClient(t, base)
	if err := sendHello(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	err := sendHello(t.Context(), client)
	if !IsAmbiguous(err) || inbox.CodeOf(err) != inbox.CodeUnclear || ClassOf(err) != ClassNever {
		t.Errorf("second send: %v", err)
	}
	checkPrivate(t, err)
	if connections.Load() != 1 || requests.Load() != 2 {
		t.Errorf("%d requests on %d connections, want 2 on 1", requests.Load(), connections.Load())
	}
}

// After a pause, as after a computer's sleep, a connection is not trusted with
// a message: it may look alive and swallow it.
func TestIdleConnectionIsNotTrusted(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, accepted) }))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	client := newClient(t, server.URL)
	clock := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	client.now = func() time.Time { return clock }
	for _, step := range []struct {
		pause time.Duration
		want  int32
	}{{0, 1}, {time.Second, 1}, {idleLimit + time.Second, 2}, {time.Second, 2}, {-time.Hour, 3}} {
		clock = clock.Add(step.pause)
		if err := sendHello(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if got := connections.Load(); got != step.want {
			t.Errorf("after %v: %d connections, want %d", step.pause, got, step.want)
		}
	}
}

func TestConnectionDiesBeforeAnswer(t *testing.T) {
	tests := map[string]string{
		"no answer":     "",
		"cut header":    "HTTP/1.1 200 OK\r\nContent-",
		"cut body":      "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
		"not HTTP":      "SSH-2.0-server\r\n",
		"header bomb":   "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20),
		"empty success": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
	}
	for name, reply := range tests {
		t.Run(name, func(t *testing.T) {
			base := listen(t, func(conn net.Conn) {
				if readRequest(t, bufio.NewReader(conn)) {
					io.WriteString(conn, reply)
				}
			})
			err := sendHello(t.Context(), newClient(t, base))
			if !IsAmbiguous(err) || inbox.CodeOf(err) != inbox.CodeUnclear {
				t.Errorf("%v", err)
			}
			checkPrivate(t, err)
		})
	}
}

func TestTimeoutAfterTheRequestLeftIsAmbiguous(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	release := make(chan struct{})
	client := startClient(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		cancel()
		<-release
	})
	defer close(release)
	err := sendHello(ctx, client)
	if !IsAmbiguous(err) || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	checkPrivate(t, err)
}

// Where the request cannot have left, the message may be tried again.
func TestCertainlyNotSent(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	plain := listen(t, func(conn net.Conn) { io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n") })
	untrusted := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a request was sent") }))
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name string
		ctx  context.Context
		base string
	}{
		{"connection refused", t.Context(), closed.URL},
		{"no such host", t.Context(), "https://graph.invalid"}, // the dialer below answers for the resolver
		{"no TLS there", t.Context(), strings.Replace(plain, "http:", "https:", 1)},
		{"untrusted certificate", t.Context(), untrusted.URL},
		{"cancelled before", cancelled, closed.URL},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := sendHello(tt.ctx, newClient(t, tt.base, func(c *Config) {
				transport := NewTransport()
				transport.Proxy = nil
				dial := transport.DialContext
				transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
					if address == "graph.invalid:443" {
						return nil, &net.DNSError{Err: "no such host", Name: "graph.invalid", IsNotFound: true}
					}
					return dial(ctx, network, address)
				}
				c.HTTPClient = &http.Client{Transport: transport}
			}))
			if IsAmbiguous(err) || inbox.CodeOf(err) != inbox.CodeOffline || ClassOf(err) != ClassNow {
				t.Errorf("ambiguous %v, class %d: %v", IsAmbiguous(err), ClassOf(err), err)
			}
			checkPrivate(t, err)
		})
	}
}

// One question whose answer is lost may simply be asked again.
func TestLostAnswerToAQuestionIsNotAmbiguous(t *testing.T) {
	base := listen(t, func(conn net.Conn) { readRequest(t, bufio.NewReader(conn)) })
	client := newClient(t, base)
	if _, err := client.MediaURL(t.Context(), "123"); IsAmbiguous(err) || ClassOf(err) != ClassNow {
		t.Errorf("get: %v", err)
	}
	if _, err := client.DeleteContactBook(t.Context(), "DE.1001"); IsAmbiguous(err) || ClassOf(err) != ClassNow {
		t.Errorf("delete: %v", err)
	} else {
		checkPrivate(t, err)
	}
	if _, err := client.DebugToken(t.Context()); err == nil {
		t.Error("no error")
	} else {
		checkPrivate(t, err)
	}
}

// HTTP/2 would move many requests onto one connection and give "left" a second
// meaning; the transport does not offer it.
func TestTransportSpeaksHTTP1(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 1 {
			t.Errorf("protocol %s", r.Proto)
		}
		answer(w, 200, accepted)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := NewTransport()
	transport.TLSClientConfig = &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
	client := newClient(t, server.URL, func(c *Config) { c.HTTPClient = &http.Client{Transport: transport} })
	if err := sendHello(t.Context(), client); err != nil {
		t.Fatal(err)
	}
}
