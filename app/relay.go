package app

import (
	"context"
	"log/slog"
	"net/url"
	"slices"

	"tresen/internal/inbox"
	"tresen/internal/relay/client"
)

// Relay is what the window can do with the shop's mailbox at a relay.
type Relay struct{ app *App }

// PairRequest is what the relay's operator gave the shop.
type PairRequest struct {
	Address string `json:"address"`
	// Code is three groups of five, good once and for 15 minutes.
	Code string `json:"code"`
}

// RelayState is the shop's mailbox as this computer knows it.
type RelayState struct {
	Paired bool `json:"paired"`
	// Host is where the relay is, without scheme and path.
	Host string `json:"host"`
	// Reached is false until the relay has answered; what follows is empty then.
	Reached  bool          `json:"reached"`
	Devices  []RelayDevice `json:"devices"`
	Waiting  int           `json:"waiting"`
	OldestMs int64         `json:"oldestMs"`
	// Unreadable and Unverified count deliveries given up since the start.
	Unreadable int `json:"unreadable"`
	Unverified int `json:"unverified"`
	// LastContactMs is the relay's last good answer.
	LastContactMs int64 `json:"lastContactMs"`
}

// RelayDevice is one computer of the mailbox.
type RelayDevice struct {
	ID         string `json:"id"`
	PairedAtMs int64  `json:"pairedAtMs"`
	// LastSeenMs is exact to the hour.
	LastSeenMs int64 `json:"lastSeenMs"`
	This       bool  `json:"this"`
}

// State returns the mailbox as it was last seen.
func (b *Relay) State() (state RelayState, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	return s.relayState()
}

// Pair makes this computer a device of the shop's mailbox and starts to
// receive. It changes nothing if the relay refuses.
func (b *Relay) Pair(r PairRequest) (state RelayState, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	if err := s.pair(r); err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	return s.relayState()
}

// Check asks the relay about the mailbox, now.
func (b *Relay) Check() (state RelayState, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	source, err := s.mailbox()
	if err == nil {
		ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
		defer cancel()
		_, err = source.Check(ctx)
	}
	if err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	return s.relayState()
}

// RemoveDevice unpairs another computer of the mailbox; what waits for it is erased.
func (b *Relay) RemoveDevice(id string) (state RelayState, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	if err := s.removeDevice(id); err != nil {
		return RelayState{Devices: []RelayDevice{}}, err
	}
	return s.relayState()
}

// Leave unpairs this computer and destroys its keys. If the relay cannot be
// reached the keys go all the same; the relay forgets what waits after 7 days.
func (b *Relay) Leave() (err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return err
	}
	return s.leaveRelay()
}

func (s *Session) pair(r PairRequest) error {
	s.checking.Lock()
	defer s.checking.Unlock()
	if s.paired() {
		return &inbox.Error{Code: inbox.CodeConflict, Field: "code", Err: errPaired}
	}
	id, err := client.NewIdentity(r.Address)
	if err != nil {
		return &inbox.Error{Code: inbox.CodeInvalid, Field: "address", Err: err}
	}
	id, err = s.pairWith(id, r.Code)
	if err != nil {
		return err
	}
	if err := s.saveIdentity(id); err != nil {
		return err
	}
	if err := s.startRelay(); err != nil {
		return err
	}
	// So that the window has the mailbox at once, not with the first answer.
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	_, err = s.relaySourceNow().Check(ctx)
	return err
}

var errPaired = inbox.NewError(inbox.CodeConflict, "a relay is paired already")

// pairWith asks twice if the first answer got lost: the relay knows the same
// computer and code again.
func (s *Session) pairWith(id client.Identity, code string) (client.Identity, error) {
	paired, _, err := client.Pair(s.ctx, s.web(), id, code)
	if err != nil && inbox.CodeOf(err) == inbox.CodeRelayUnreachable {
		paired, _, err = client.Pair(s.ctx, s.web(), id, code)
	}
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return paired, &inbox.Error{Code: inbox.CodeNotFound, Field: "code", Err: err}
	}
	return paired, err
}

// mailbox returns the relay's source, or not_found if none is paired.
func (s *Session) mailbox() (*client.Source, error) {
	source := s.relaySourceNow()
	if source == nil {
		return nil, inbox.NewError(inbox.CodeNotFound, "no relay is paired")
	}
	return source, nil
}

func (s *Session) relayState() (RelayState, error) {
	state := RelayState{Devices: []RelayDevice{}}
	id, err := s.identity()
	if inbox.CodeOf(err) == inbox.CodeNotFound && err != nil {
		return state, nil
	}
	if err != nil {
		return state, err
	}
	state.Paired, state.Host = true, hostOf(id.Relay)
	source := s.relaySourceNow()
	if source == nil {
		return state, nil
	}
	status := source.Status()
	state.Waiting, state.Unreadable, state.Unverified = status.Waiting, status.Unreadable, status.Unverified
	state.LastContactMs = millis(status.LastContact)
	state.Reached = status.Mailbox.WebhookURL != ""
	state.OldestMs = millis(status.Mailbox.Oldest)
	for _, d := range status.Mailbox.Devices {
		state.Devices = append(state.Devices, RelayDevice{
			ID: d.ID.String(), PairedAtMs: millis(d.PairedAt), LastSeenMs: millis(d.LastSeen), This: d.This,
		})
	}
	return state, nil
}

func (s *Session) removeDevice(id string) error {
	source, err := s.mailbox()
	if err != nil {
		return err
	}
	devices := source.Status().Mailbox.Devices
	i := slices.IndexFunc(devices, func(d client.Device) bool { return d.ID.String() == id })
	if i < 0 {
		return inbox.NewError(inbox.CodeNotFound, "no such computer")
	}
	if devices[i].This {
		return inbox.InvalidField("device", "this computer leaves by itself")
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	return source.RemoveDevice(ctx, devices[i].ID)
}

func (s *Session) leaveRelay() error {
	s.checking.Lock()
	defer s.checking.Unlock()
	source, err := s.mailbox()
	if err != nil {
		return err
	}
	id, err := s.identity()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	s.ways.Drop(wayRelay) // it acknowledges what it kept
	if err := source.RemoveDevice(ctx, id.Device()); err != nil {
		slog.Warn("relay was not told that this computer leaves", "code", inbox.CodeOf(err))
	}
	s.mu.Lock()
	s.relay = nil
	s.mu.Unlock()
	return vaultError("delete relay identity", s.vault.DeleteSecret(secretRelay))
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// startRelay begins to receive or, before the shop is connected, only to know
// the mailbox: what arrives meanwhile waits at the relay.
func (s *Session) startRelay() error {
	s.mu.Lock()
	connected := s.receiver != nil
	s.mu.Unlock()
	if !connected {
		_, err := s.openRelay(s.ctx)
		return err
	}
	s.keep(wayRelay, s.openRelay)
	return s.ways.Opened(s.ctx, wayRelay)
}

// workshop returns the session that can be set up: the open shop, if it is a
// real one, or the one that is not connected yet.
func (a *App) workshop() (*Session, error) {
	if err := a.allow(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.draft != nil {
		return a.draft, nil
	}
	if a.open == nil || a.play != nil {
		return nil, inbox.NewError(inbox.CodeNotFound, "no shop to set up")
	}
	return a.open, nil
}
