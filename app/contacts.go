package app

import (
	"net/http"
	"sync"
	"time"
)

// contactLog counts the requests that left this computer since the shop was
// opened, by host. It sees names of hosts and nothing else.
type contactLog struct {
	mu    sync.Mutex
	hosts map[string]contact
}

type contact struct {
	count int
	last  time.Time
}

// note counts a request.
func (l *contactLog) note(host string, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.hosts == nil {
		l.hosts = map[string]contact{}
	}
	l.hosts[host] = contact{l.hosts[host].count + 1, at}
}

func (l *contactLog) all() map[string]contact {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make(map[string]contact, len(l.hosts))
	for host, c := range l.hosts {
		out[host] = c
	}
	return out
}

// countingTransport notes the host of every request it passes on.
type countingTransport struct {
	http.RoundTripper
	log *contactLog
	now func() time.Time
}

func (t countingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.log.note(r.URL.Hostname(), t.now())
	return t.RoundTripper.RoundTrip(r)
}

// CloseIdleConnections passes on to the transport below, which http.Client
// would not find otherwise.
func (t countingTransport) CloseIdleConnections() {
	if c, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// counted makes a transport of this session.
func (s *Session) counted(next http.RoundTripper) http.RoundTripper {
	return countingTransport{next, &s.contacts, s.cfg.now}
}
