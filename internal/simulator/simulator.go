package simulator

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// object is a JSON object on its way out. The simulator builds Meta's documents
// from maps, so that absent properties are absent and not empty.
type object = map[string]any

// Simulator is one business portfolio at Meta: its numbers, its WhatsApp
// Business Account, its customers and their phones. All methods may be called
// from several goroutines.
type Simulator struct {
	cfg    Config
	client *http.Client
	log    *slog.Logger

	ctx    context.Context
	cancel context.CancelFunc
	owned  sync.WaitGroup // every goroutine the simulator started

	server   *http.Server
	listener net.Listener

	mu      sync.Mutex
	closed  bool
	clock   clock
	events  eventHeap
	eventNo int64
	pending int           // events that are not background
	wake    chan struct{} // tells the timer goroutine to look again
	changed chan struct{} // closed and replaced at every step, for WaitIdle
	busy    int           // API requests being answered

	ids       idSource
	tokens    map[string]*token
	numbers   []*number
	customers []*Customer
	byPhone   map[string]*Customer
	byBSUID   map[string]*Customer // parent ids too
	heard     map[string]*Customer // who wrote a wamid
	sent      map[string]*sentMessage
	media     map[string]*mediaItem
	uploads   map[string]*uploadSession
	templates []*template
	created   []time.Time // recent template creations, for the hourly limit
	waba      account
	throttle  map[string]*bucket // management calls per token

	order     int64 // of accepted sends and answered deliveries
	queue     []*post
	active    int // posts being delivered
	held      bool
	faults    Faults
	muted     bool       // nothing is told to the business
	tries     []Delivery // the latest, for Deliveries
	triesSize int        // bytes of their bodies
	captured  []Delivery
	deliverNo int64
}

// New makes a simulator that listens nowhere; it is an [http.Handler]. Close
// must be called. It fails when the configuration is unusable.
func New(cfg Config) (*Simulator, error) {
	full, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Simulator{
		cfg: full, log: full.Logger, ctx: ctx, cancel: cancel,
		wake: make(chan struct{}, 1), changed: make(chan struct{}),
		tokens: map[string]*token{}, sent: map[string]*sentMessage{},
		media: map[string]*mediaItem{}, uploads: map[string]*uploadSession{},
		throttle: map[string]*bucket{}, byPhone: map[string]*Customer{}, byBSUID: map[string]*Customer{},
		heard: map[string]*Customer{},
	}
	s.client = &http.Client{
		Timeout:   full.DeliveryTimeout,
		Transport: &http.Transport{Proxy: nil, MaxIdleConnsPerHost: full.DeliveryWorkers},
		// Meta does not follow redirects of a callback.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.clock.start(full.Now)
	s.ids.seed(full.Seed)
	s.furnish()
	s.owned.Add(1)
	go s.runTimers()
	return s, nil
}

// Start makes a simulator and listens on Config.Addr, by default a free
// loopback port. It refuses other addresses unless Config.AllowRemote is set:
// whoever reaches the simulator may read and write everything in it.
func Start(cfg Config) (*Simulator, error) {
	addr := cfg.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	if !cfg.AllowRemote && !isLoopbackAddr(addr) {
		return nil, errors.New("start simulator: address is not a loopback address")
	}
	s, err := New(cfg)
	if err != nil {
		return nil, err
	}
	s.listener, err = net.Listen("tcp", addr)
	if err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("start simulator: %w", err)
	}
	s.server = &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(discardHandler, slog.LevelDebug),
	}
	s.owned.Add(1)
	go func() {
		defer s.owned.Done()
		if err := s.server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("simulator server stopped", "err", err)
		}
	}()
	return s, nil
}

// URL is the base URL, without a slash at the end; empty for [New].
func (s *Simulator) URL() string {
	if s.listener == nil {
		return ""
	}
	return "http://" + s.listener.Addr().String()
}

// Close stops the server, drops what is still queued and waits for every
// goroutine and request of the simulator. Calling it again does nothing. It must
// not be called from within Config.Deliver.
func (s *Simulator) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.queue, s.events = nil, nil
	s.mu.Unlock()
	s.cancel()
	var err error
	if s.server != nil {
		err = s.server.Close()
	}
	s.owned.Wait()
	s.client.CloseIdleConnections()
	return err
}

// furnish sets up the portfolio as the configuration describes it.
func (s *Simulator) furnish() {
	s.tokens[s.cfg.Token] = &token{scopes: allScopes}
	s.waba = account{
		id: s.cfg.WABAID, name: s.cfg.VerifiedName, subscribed: !s.cfg.Unsubscribed,
		app: callback{url: s.cfg.CallbackURL, verifyToken: s.cfg.VerifyToken},
	}
	s.numbers = append(s.numbers, newNumber(PhoneNumber{
		ID: s.cfg.PhoneNumberID, Display: s.cfg.DisplayPhoneNumber,
		VerifiedName: s.cfg.VerifiedName, Unregistered: s.cfg.Unregistered,
	}))
}

// isLoopbackAddr reports whether host:port names this machine only.
func isLoopbackAddr(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return false
	}
	return isLoopbackHost(host)
}

func isLoopbackHost(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && ip.IsLoopback()
}
