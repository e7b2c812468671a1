package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/relay/client"
	"tresen/internal/vault"
)

// The ways in, by the names the window knows.
const (
	wayRelay     = "relay"
	wayDirect    = "direct"
	waySimulator = "simulator"
)

// relayGrace is how long the relay may be out of reach before anybody is told:
// a router that restarts is nobody's trouble.
const relayGrace = 30 * time.Second

// relaySource makes the relay's client a receive.Source.
type relaySource struct {
	*client.Source
	withhold receive.Handler
}

// Run implements receive.Source. Meta has had its answer from the relay: what
// is not verified is withheld before the relay may forget it.
func (r relaySource) Run(ctx context.Context, handle receive.Handler) error {
	return r.Source.Run(ctx, func(ctx context.Context, d client.Delivery) error {
		err := handle(ctx, receive.Delivery(d))
		if errors.Is(err, receive.ErrUnverified) {
			if kept := r.withhold(ctx, receive.Delivery(d)); kept != nil {
				return kept
			}
		}
		return err
	})
}

func (s *Session) withhold(ctx context.Context, d receive.Delivery) error {
	return s.receiver.Withhold(ctx, d)
}

// keep starts a way in, unless the session is closing.
func (s *Session) keep(name string, open func(context.Context) (receive.Source, error)) {
	s.starting.Lock()
	defer s.starting.Unlock()
	if s.ctx.Err() == nil {
		s.ways.Keep(s.ctx, name, open)
	}
}

// openWays starts every way in the shop has. What does not work is shown, not
// returned: the shop can still be read and answered.
func (s *Session) openWays() {
	if s.account.ListenAddr != "" {
		s.keep(wayDirect, s.openDirect)
		if err := s.ways.Opened(s.ctx, wayDirect); err != nil {
			slog.Warn("nothing can arrive directly", "code", inbox.CodeOf(err))
		}
	}
	if s.paired() {
		s.keep(wayRelay, s.openRelay)
	}
}

func (s *Session) openDirect(context.Context) (receive.Source, error) {
	verifyToken, err := s.vault.Secret(secretVerify)
	if err != nil {
		return nil, vaultError("find verify token", err)
	}
	direct, err := receive.ListenDirect(s.account.ListenAddr, string(verifyToken))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.webhook = direct.URL()
	s.mu.Unlock()
	return direct, nil
}

// paired reports whether this computer belongs to a mailbox.
func (s *Session) paired() bool {
	_, err := s.vault.Secret(secretRelay)
	return !errors.Is(err, vault.ErrNotFound)
}

func (s *Session) identity() (client.Identity, error) {
	b, err := s.vault.Secret(secretRelay)
	if errors.Is(err, vault.ErrNotFound) {
		return client.Identity{}, inbox.NewError(inbox.CodeNotFound, "no relay is paired")
	}
	if err != nil {
		return client.Identity{}, vaultError("find relay identity", err)
	}
	return client.DecodeIdentity(b)
}

func (s *Session) saveIdentity(id client.Identity) error {
	b, err := id.Encode()
	if err != nil {
		return err
	}
	return vaultError("keep relay identity", s.vault.SetSecret(secretRelay, b))
}

func (s *Session) openRelay(context.Context) (receive.Source, error) {
	id, err := s.identity()
	if err != nil {
		return nil, err
	}
	source := client.NewSource(client.Config{
		Identity: id, Unverified: receive.ErrUnverified, Now: s.cfg.now, Log: slog.Default(), HTTP: s.web(),
		Save:    func(_ context.Context, id client.Identity) error { return s.saveIdentity(id) },
		Changed: func(client.Status) { s.cfg.emit(EventConnectionChanged, nil) },
	})
	s.mu.Lock()
	s.relay = source
	s.mu.Unlock()
	return relaySource{source, s.withhold}, nil
}

// web is the one connection to the relay.
func (s *Session) web() *http.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.relayWeb == nil {
		s.relayWeb = client.NewHTTPClient()
		s.relayWeb.Transport = s.counted(s.relayWeb.Transport)
	}
	return s.relayWeb
}

// relaySourceNow returns the relay's source, or nil if none is paired.
func (s *Session) relaySourceNow() *client.Source {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.relay
}

// wayIn returns the name of the way deliveries are meant to come, and why
// nothing can arrive, or empty.
func (s *Session) wayIn(now time.Time) (name string, code inbox.Code) {
	states := s.ways.States()
	name = "none"
	for _, w := range states {
		if name != wayRelay {
			name = w.Name
		}
		if code == "" {
			code = w.Code
		}
	}
	if relay := s.relaySourceNow(); code == "" && relay != nil {
		code = s.relayTrouble(relay.Status(), now)
	}
	return name, code
}

// relayTrouble gives the relay's troubles the codes people know.
func (s *Session) relayTrouble(status client.Status, now time.Time) inbox.Code {
	switch status.Trouble {
	case client.TroubleUnpaired:
		return inbox.CodeUnpaired
	case client.TroubleStorage:
		if code, ok := s.refused.Load().(inbox.Code); ok && code != "" {
			return code
		}
		return inbox.CodeInternal
	case client.TroubleOffline, client.TroubleRelay:
		if now.Sub(status.Since) > relayGrace {
			return inbox.CodeRelayUnreachable
		}
	}
	return ""
}

// checkWays tries again at once what does not work and fails with the first
// reason it meets.
func (s *Session) checkWays(ctx context.Context) error {
	if err := s.ways.Check(ctx); err != nil {
		return err
	}
	relay := s.relaySourceNow()
	if relay == nil {
		return nil
	}
	relay.Wake()
	_, err := relay.Check(ctx)
	if inbox.CodeOf(err) == inbox.CodePermission && err != nil {
		return inbox.WrapError(inbox.CodeUnpaired, "check relay", err)
	}
	return err
}
