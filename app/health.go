package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/setup"
	"tresen/internal/store"
)

// Health is what the page "Verbindung" shows.
type Health struct{ app *App }

// HealthState is the last look at the connection.
type HealthState struct {
	// CheckedAtMs is 0 before the provider was first asked.
	CheckedAtMs int64        `json:"checkedAtMs"`
	Findings    []FindingRow `json:"findings"`
	// Alerts are the findings that need a person and that nothing else in the
	// window speaks of.
	Alerts []FindingRow `json:"alerts"`
	// Hosts are all this program talks to, and nothing else.
	Hosts []string `json:"hosts"`
}

func noHealth() HealthState {
	return HealthState{Findings: []FindingRow{}, Alerts: []FindingRow{}, Hosts: []string{}}
}

// State returns the last look, with what is known without asking anybody.
func (b *Health) State() (state HealthState, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return noHealth(), err
	}
	return s.healthState(), nil
}

// Check looks at everything now and sends a harmless delivery on the whole way
// from outside through the relay to here.
func (b *Health) Check() (state HealthState, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return noHealth(), err
	}
	if err := s.checkHealth(true); err != nil {
		return noHealth(), err
	}
	return s.healthState(), nil
}

// healthLook is what asking the provider found, and when.
type healthLook struct {
	setup.Health
	at        time.Time
	roundTrip setup.Findings
}

// Times of the health checks.
const (
	healthTick  = 15 * time.Second
	healthFirst = 30 * time.Second
	healthEvery = 6 * time.Hour
	keepEvery   = time.Minute
)

// watchHealth asks the provider now and then, keeps the time of the last
// delivery, and tells the window when something has changed by waiting.
func (s *Session) watchHealth(ctx context.Context) error {
	defer s.keepAwake()
	defer s.keepLastDelivery()
	tick := time.NewTicker(healthTick)
	defer tick.Stop()
	var shown inbox.Code
	asked, kept := s.cfg.now().Add(healthFirst-healthEvery), s.cfg.now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		now := s.cfg.now()
		if now.Sub(kept) >= keepEvery {
			s.keepLastDelivery()
			s.keepAwake()
			kept = now
		}
		if now.Sub(asked) >= healthEvery || now.Before(asked) {
			asked = now
			if err := s.checkHealth(false); err != nil {
				slog.Warn("connection was not checked", "code", inbox.CodeOf(err))
			}
		}
		if _, code := s.wayIn(now); code != shown {
			shown = code
			s.cfg.emit(EventConnectionChanged, nil)
		}
	}
}

// checkHealth asks the provider and, if wanted, sends a delivery round.
func (s *Session) checkHealth(roundTrip bool) error {
	look := healthLook{}
	var err error
	if look.Health, err = s.lookAtHealth(); err != nil {
		return err
	}
	look.at = s.cfg.now()
	if roundTrip && s.relaySourceNow() != nil {
		look.roundTrip = s.roundTrip()
	}
	s.mu.Lock()
	s.look = &look
	s.mu.Unlock()
	s.cfg.emit(EventConnectionChanged, nil)
	return nil
}

// lookAtHealth asks the provider and the relay.
func (s *Session) lookAtHealth() (setup.Health, error) {
	ctx, cancel := context.WithTimeout(s.ctx, 2*checkTimeout)
	defer cancel()
	h := setup.Health{}
	s.mu.Lock()
	api, account := s.client, s.account
	s.mu.Unlock()
	if api == nil {
		return h, inbox.NewError(inbox.CodeNotFound, "the shop is not connected")
	}
	h.Asked = true
	if h.Number, h.Err = api.PhoneNumber(ctx); h.Err == nil {
		s.askMore(ctx, api, account, &h)
	}
	h.Skew, h.SkewKnown = api.Skew()
	if source := s.relaySourceNow(); source != nil {
		source.Wake()
		if _, err := source.Check(ctx); err != nil {
			slog.Warn("relay does not answer", "code", inbox.CodeOf(err))
		}
	}
	return h, nil
}

// askMore adds what not every provider or token answers.
func (s *Session) askMore(ctx context.Context, api *cloudapi.Client, account Account, h *setup.Health) {
	if account.Provider != provider360 {
		if info, err := api.DebugToken(ctx); err == nil {
			h.Token = &info
		}
		if account.WABAID != "" {
			if subscribed, err := api.Subscribed(ctx, account.AppID); err == nil {
				h.Subscribed = &subscribed
			}
		}
	}
	if c, err := api.Callbacks(ctx); err == nil {
		h.Callback = &c
	}
}

// present adds what is known here to what the provider said.
func (s *Session) present(h setup.Health) setup.Health {
	now := s.cfg.now()
	h.Now = now
	h.Way, h.Receiving = s.wayIn(now)
	h.LastDelivery = s.lastDelivery()
	s.mu.Lock()
	h.AwayFrom, h.AwayUntil = s.awayFrom, s.awayUntil
	sending := s.outbox
	s.mu.Unlock()
	if sending != nil {
		h.Sending = sending.State().Paused
	}
	if source := s.relaySourceNow(); source != nil {
		status := source.Status()
		h.Ours, h.Waiting, h.Oldest = status.Mailbox.WebhookURL, status.Waiting, status.Mailbox.Oldest
		h.Unverified, h.Unreadable = s.withheld(status.Unverified), status.Unreadable
		if !h.SkewKnown && h.Ours != "" {
			h.Skew, h.SkewKnown = status.Mailbox.Skew, true
		}
	}
	return h
}

// withheld returns how many deliveries wait for the right app secret: those of
// earlier days, too, and at least those refused since the start.
func (s *Session) withheld(refused int) int {
	s.mu.Lock()
	receiver := s.receiver
	s.mu.Unlock()
	if receiver == nil {
		return refused
	}
	n, err := receiver.Withheld(s.ctx)
	if err != nil {
		slog.Warn("withheld deliveries could not be counted", "code", inbox.CodeOf(err))
	}
	return max(n, refused)
}

// ownBanners are findings with banners of their own.
var ownBanners = []string{"health.receiving", "health.sending", "health.provider"}

func (s *Session) healthState() HealthState {
	s.mu.Lock()
	look := s.look
	s.mu.Unlock()
	if look == nil {
		look = &healthLook{}
	}
	findings := append(slices.Clone(look.roundTrip), s.present(look.Health).Findings()...)
	var alerts setup.Findings
	for _, line := range findings {
		needed := line.State == setup.Failed || line.State == setup.Warn && (line.Word == "token.life" || line.Word == "health.away")
		if needed && !slices.Contains(ownBanners, line.Word) {
			alerts = append(alerts, line)
		}
	}
	return HealthState{CheckedAtMs: millis(look.at), Findings: findingRows(findings), Alerts: findingRows(alerts), Hosts: s.hosts()}
}

// hosts lists every host this shop's program may contact.
func (s *Session) hosts() []string {
	hosts := []string{}
	s.mu.Lock()
	api := s.client
	s.mu.Unlock()
	if api != nil {
		hosts = append(hosts, api.Hosts()...)
	}
	if id, err := s.identity(); err == nil {
		hosts = append(hosts, hostOf(id.Relay))
	}
	return hosts
}

// lastDeliverySetting keeps when a delivery last came, over restarts.
const lastDeliverySetting = "last_delivery"

// lastDelivery is when the last genuine delivery was kept, or zero.
func (s *Session) lastDelivery() time.Time {
	s.mu.Lock()
	receiver, kept := s.receiver, s.keptDelivery
	s.mu.Unlock()
	if receiver != nil {
		if last := receiver.LastDelivery(); last.After(kept) {
			return last
		}
	}
	return kept
}

// awakeSetting keeps when this computer was last known to receive.
const awakeSetting = "last_awake"

// noteAbsence remembers how long the computer was away, before it counts as
// awake again: what came meanwhile may be gone.
func (s *Session) noteAbsence() {
	var at time.Time
	if value, err := s.store.Setting(s.ctx, awakeSetting); err != nil || json.Unmarshal(value, &at) != nil {
		return // the first time
	}
	s.mu.Lock()
	s.awayFrom, s.awayUntil = at, s.cfg.now()
	s.mu.Unlock()
}

func (s *Session) keepAwake() {
	value, err := json.Marshal(s.cfg.now())
	if err == nil {
		err = s.store.Update(context.WithoutCancel(s.ctx), func(tx *store.Tx) error { return tx.SetSetting(awakeSetting, value) })
	}
	if err != nil {
		slog.Warn("time of being awake was not kept", "err", err)
	}
}

func (s *Session) loadLastDelivery() {
	value, err := s.store.Setting(s.ctx, lastDeliverySetting)
	if err != nil {
		return // never, or it will show with everything else that cannot be read
	}
	var at time.Time
	if err := json.Unmarshal(value, &at); err == nil {
		s.mu.Lock()
		s.keptDelivery = at
		s.mu.Unlock()
	}
}

func (s *Session) keepLastDelivery() {
	last := s.lastDelivery()
	s.mu.Lock()
	same := !last.After(s.keptDelivery)
	s.mu.Unlock()
	if same {
		return
	}
	value, err := json.Marshal(last)
	if err == nil {
		err = s.store.Update(context.WithoutCancel(s.ctx), func(tx *store.Tx) error { return tx.SetSetting(lastDeliverySetting, value) })
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		slog.Warn("time of the last delivery was not kept", "err", err)
		return
	}
	s.mu.Lock()
	s.keptDelivery = last
	s.mu.Unlock()
}

func (s *Session) deleteSetting(name string) error {
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.DeleteSetting(name) })
}
