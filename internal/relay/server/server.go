package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"tresen/internal/relay"
	"tresen/internal/relay/directory"
	"tresen/internal/relay/envelope"
)

// Config of New. Engine, Directory and PublicURL are required.
type Config struct {
	Engine    relay.Engine
	Directory *directory.Directory
	// PublicURL is how the internet reaches this relay, without a slash at the end.
	PublicURL string
	// Proxied says that a proxy ends TLS and names the caller in X-Forwarded-For.
	Proxied bool
	Limits  Limits
	Metrics *Metrics
	Log     *slog.Logger
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Server answers webhooks and devices. It keeps nothing that another process
// would miss.
type Server struct {
	Config
	sealer  envelope.Sealer
	buffers buffers
	deny    *limiters
	polls   polls
	quiet   rate.Sometimes

	flying   atomic.Int64 // deliveries being worked on
	bytes    atomic.Int64 // of their bodies
	draining chan struct{}
	drain    sync.Once
}

// Times of a connection. Long polls move their own deadlines.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 20 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 90 * time.Second
	maxHeader     = 16 << 10
)

// New returns a Server.
func New(c Config) *Server {
	c.Limits.setDefaults()
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics()
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	return &Server{
		Config: c, deny: newLimiters(c.Limits, c.Now), polls: polls{of: map[relay.DeviceID]*poll{}},
		quiet: rate.Sometimes{Interval: 10 * time.Second}, draining: make(chan struct{}),
	}
}

// Handler answers the internet.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+relay.PathHook+"{token}", s.handshake)
	mux.HandleFunc("POST "+relay.PathHook+"{token}", s.hook)
	mux.HandleFunc("POST "+relay.PathPair, s.pair)
	mux.HandleFunc("POST "+relay.PathNext, s.authenticated(s.next))
	mux.HandleFunc("POST "+relay.PathMailbox, s.authenticated(s.mailbox))
	mux.HandleFunc("POST "+relay.PathKey, s.authenticated(s.key))
	mux.HandleFunc("POST "+relay.PathRemove, s.authenticated(s.removeDevice))
	mux.HandleFunc("GET /healthz", s.health)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

// HTTPServer returns a server with the time-outs the relay needs against slow
// clients. What net/http would log names addresses, so it logs nothing.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
}

// Drain ends long polls and refuses new work, so that the HTTP server can be
// shut down while nobody waits. Deliveries under way are finished.
func (s *Server) Drain() { s.drain.Do(func() { close(s.draining) }) }

func (s *Server) isDraining() bool {
	select {
	case <-s.draining:
		return true
	default:
		return false
	}
}

// health says whether this process can take deliveries.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if s.isDraining() || s.Directory.Ping(ctx) != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

func answer(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(body)
}

// complain logs trouble that may come thousands of times a second, seldom.
func (s *Server) complain(what string, m relay.MailboxID, err error) {
	s.quiet.Do(func() { s.Log.Warn(what, "mailbox", m.String(), "err", err) })
}
