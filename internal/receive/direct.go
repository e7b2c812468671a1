package receive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// Path is where the direct source listens.
const Path = "/webhook"

// Limits of the listener. Meta sends up to 3 MB; slow or idle clients must not
// hold connections, and more parallel deliveries than one commit can group
// gain nothing.
const (
	headerTimeout = 5 * time.Second
	bodyTimeout   = 20 * time.Second
	idleTimeout   = 60 * time.Second
	stopTimeout   = 5 * time.Second
	maxHeader     = 16 << 10
	maxParallel   = 256
)

// Direct is a Source that listens on this computer only. The user's own tunnel
// or reverse proxy, which ends TLS, brings Meta's deliveries there.
type Direct struct {
	listener      net.Listener
	verifyToken   string
	headerTimeout time.Duration
	bodyTimeout   time.Duration
}

// ListenDirect starts listening on a loopback address ("127.0.0.1:8091",
// port 0 for a free one). It fails with invalid for any other address.
func ListenDirect(addr, verifyToken string) (*Direct, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, inbox.InvalidField("listenAddr", "not host:port")
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, inbox.InvalidField("listenAddr", "not a loopback address")
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &inbox.Error{Code: inbox.CodeInUse, Field: "listenAddr", Err: fmt.Errorf("listen: %w", err)}
	}
	return &Direct{listener: l, verifyToken: verifyToken, headerTimeout: headerTimeout, bodyTimeout: bodyTimeout}, nil
}

// URL returns the address deliveries must reach.
func (d *Direct) URL() string { return "http://" + d.listener.Addr().String() + Path }

// Close stops listening. Run does so by itself at its end.
func (d *Direct) Close() error { return d.listener.Close() }

// Run implements Source. At its end it lets deliveries under way finish.
func (d *Direct) Run(ctx context.Context, handle Handler) error {
	server := &http.Server{
		Handler:           d.handler(handle),
		ReadHeaderTimeout: d.headerTimeout,
		ReadTimeout:       d.bodyTimeout,
		WriteTimeout:      d.bodyTimeout + 20*time.Second,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          log.New(io.Discard, "", 0), // its texts may quote what came in
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(d.listener) }()
	select {
	case err := <-failed:
		return inbox.WrapError(inbox.CodeOffline, "serve deliveries", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		server.Close()
	}
	<-failed
	return nil
}

func (d *Direct) handler(handle Handler) http.Handler {
	slots := make(chan struct{}, maxParallel)
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, r *http.Request) {
		challenge, ok := cloudapi.Handshake(r.URL.Query(), d.verifyToken)
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		io.WriteString(w, challenge)
	})
	mux.HandleFunc("POST "+Path, func(w http.ResponseWriter, r *http.Request) {
		select { // before the body, so that bodies cannot fill the memory
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-r.Context().Done():
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, cloudapi.MaxBody))
		if err != nil {
			w.WriteHeader(readStatus(err))
			return
		}
		code := status(safely(handle)(r.Context(), Delivery{Body: body, Header: r.Header, ReceivedAt: time.Now()}))
		if code == http.StatusServiceUnavailable {
			w.Header().Set("Retry-After", "30")
		}
		w.WriteHeader(code)
	})
	return mux
}

// safely turns a panic into an error, so that the sender tries again. The panic
// value may hold anything, so it is not logged.
func safely(handle Handler) Handler {
	return func(ctx context.Context, d Delivery) (err error) {
		defer func() {
			if v := recover(); v != nil {
				slog.Error("panic while receiving", "type", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
				err = inbox.NewError(inbox.CodeInternal, "panic while receiving")
			}
		}()
		return handle(ctx, d)
	}
}

func readStatus(err error) int {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}
