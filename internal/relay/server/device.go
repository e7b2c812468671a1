package server

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/directory"
	"tresen/internal/relay/signed"
)

// request is a device's request after it has proved who it is.
type request struct {
	*http.Request
	body   []byte
	box    *directory.Mailbox
	device directory.Device
}

func (s *Server) refuse(w http.ResponseWriter, status int, p relay.Problem) {
	s.Metrics.requests.WithLabelValues(string(p)).Inc()
	switch status {
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "2")
	}
	answer(w, status, relay.ErrorAnswer{Error: p, NowMs: s.Now().UnixMilli()})
}

// readSigned reads a request and what it claims about itself.
func (s *Server) readSigned(w http.ResponseWriter, r *http.Request) (claim signed.Claim, what signed.Request, ok bool) {
	if s.isDraining() {
		s.refuse(w, http.StatusServiceUnavailable, relay.ProblemBusy)
		return claim, what, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, relay.MaxRequest))
	if err != nil || r.URL.RawQuery != "" {
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
		return claim, what, false
	}
	claim, err = signed.Parse(r.Header.Get("Authorization"))
	if err != nil {
		s.refuse(w, http.StatusUnauthorized, relay.ProblemMalformed)
		return claim, what, false
	}
	if err := claim.CheckTime(s.Now()); err != nil {
		s.refuse(w, http.StatusUnauthorized, relay.ProblemClock)
		return claim, what, false
	}
	return claim, signed.Request{Method: r.Method, Path: r.URL.Path, Body: body}, true
}

// authenticated lets a request through whose device is paired, has signed it
// and has not sent it before.
func (s *Server) authenticated(handle func(w http.ResponseWriter, r request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		claim, what, ok := s.readSigned(w, r)
		if !ok {
			return
		}
		box, device, err := s.Directory.ByDevice(r.Context(), claim.Device)
		if errors.Is(err, directory.ErrUnknown) {
			s.refuse(w, http.StatusUnauthorized, relay.ProblemDevice)
			return
		}
		if err != nil {
			s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
			return
		}
		if err := claim.Check(device.SigningKey, what); err != nil {
			s.refuse(w, http.StatusUnauthorized, relay.ProblemDevice)
			return
		}
		if !s.deny.devices.allow(device.ID) {
			s.refuse(w, http.StatusTooManyRequests, relay.ProblemBusy)
			return
		}
		first, err := s.Directory.Once(r.Context(), device.ID, claim.Nonce)
		if err != nil {
			s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
			return
		}
		if !first {
			s.refuse(w, http.StatusConflict, relay.ProblemReplay)
			return
		}
		if err := s.Directory.Seen(r.Context(), box.ID, device); err != nil {
			s.complain("device's visit was not noted", box.ID, err)
		}
		s.Metrics.requests.WithLabelValues("ok").Inc()
		handle(w, request{r, what.Body, box, device})
	}
}

// pair makes a device part of a mailbox, for a code.
func (s *Server) pair(w http.ResponseWriter, r *http.Request) {
	if !s.deny.addresses.allow(s.caller(r)) || !s.deny.pairing.Allow() {
		s.Metrics.pairings.WithLabelValues("limited").Inc()
		s.refuse(w, http.StatusTooManyRequests, relay.ProblemBusy)
		return
	}
	claim, what, ok := s.readSigned(w, r)
	if !ok {
		return
	}
	var q relay.PairRequest
	if err := json.Unmarshal(what.Body, &q); err != nil {
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
		return
	}
	key := ed25519.PublicKey(q.SigningKey)
	code, err := relay.ParsePairingCode(q.Code)
	if err != nil || len(key) != ed25519.PublicKeySize || claim.Check(key, what) != nil {
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
		return
	}
	box, device, err := s.Directory.Redeem(r.Context(), code, key, q.SealKey)
	if err != nil {
		s.refusePairing(w, err)
		return
	}
	s.Metrics.pairings.WithLabelValues("ok").Inc()
	s.Log.Info("device paired", "mailbox", box.ID.String(), "device", device.String())
	answer(w, http.StatusOK, relay.PairAnswer{Mailbox: box.ID, Device: device, MailboxAnswer: s.describe(box, relay.Stats{})})
}

func (s *Server) refusePairing(w http.ResponseWriter, err error) {
	status, p := http.StatusServiceUnavailable, relay.ProblemGone
	switch {
	case errors.Is(err, directory.ErrUnknown):
		status, p = http.StatusForbidden, relay.ProblemCode
	case errors.Is(err, directory.ErrTooMany):
		status, p = http.StatusForbidden, relay.ProblemFull
	case errors.Is(err, relay.ErrMalformed):
		status, p = http.StatusBadRequest, relay.ProblemMalformed
	default:
		s.quiet.Do(func() { s.Log.Warn("device was not paired", "err", err) })
	}
	s.Metrics.pairings.WithLabelValues(string(p)).Inc()
	s.refuse(w, status, p)
}

func (s *Server) describe(box *directory.Mailbox, stats relay.Stats) relay.MailboxAnswer {
	a := relay.MailboxAnswer{
		WebhookURL: s.PublicURL + relay.PathHook + box.Hooks[0].Token, VerifyToken: box.Hooks[0].VerifyToken,
		Revision: box.Revision, Waiting: stats.Waiting, RetentionS: int64(relay.Retention / time.Second), NowMs: s.Now().UnixMilli(),
	}
	if !stats.Oldest.IsZero() {
		a.OldestMs = stats.Oldest.UnixMilli()
	}
	for _, d := range box.Devices {
		w := relay.WireDevice{ID: d.ID, PairedAtMs: d.PairedAt.UnixMilli()}
		if !d.LastSeen.IsZero() {
			w.LastSeenMs = d.LastSeen.UnixMilli()
		}
		a.Devices = append(a.Devices, w)
	}
	return a
}

// mailbox describes the device's mailbox.
func (s *Server) mailbox(w http.ResponseWriter, r request) {
	stats, err := s.Engine.Stats(r.Context(), r.box.ID, r.device.ID)
	if err != nil {
		s.complain("queue was not counted", r.box.ID, err)
		s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
		return
	}
	answer(w, http.StatusOK, s.describe(r.box, stats))
}

// key replaces the device's seal key.
func (s *Server) key(w http.ResponseWriter, r request) {
	var q relay.KeyRequest
	if err := json.Unmarshal(r.body, &q); err != nil {
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
		return
	}
	err := s.Directory.ReplaceKey(r.Context(), r.box.ID, r.device.ID, q.SealKey, q.Generation)
	switch {
	case errors.Is(err, relay.ErrMalformed):
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
	case errors.Is(err, directory.ErrOldKey):
		s.refuseOldKey(w, r)
	case errors.Is(err, directory.ErrUnknown):
		s.refuse(w, http.StatusUnauthorized, relay.ProblemDevice)
	case err != nil:
		s.complain("key was not replaced", r.box.ID, err)
		s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
	default:
		answer(w, http.StatusOK, struct{}{})
	}
}

// refuseOldKey says which generation is in use: an identity from a backup may
// have forgotten it.
func (s *Server) refuseOldKey(w http.ResponseWriter, r request) {
	a := relay.ErrorAnswer{Error: relay.ProblemOld, NowMs: s.Now().UnixMilli()}
	if _, device, err := s.Directory.ByDevice(r.Context(), r.device.ID); err == nil {
		a.Generation = device.Generation
	}
	s.Metrics.requests.WithLabelValues(string(a.Error)).Inc()
	answer(w, http.StatusConflict, a)
}

// removeDevice unpairs the asking device or another of the same mailbox.
func (s *Server) removeDevice(w http.ResponseWriter, r request) {
	var q relay.RemoveDeviceRequest
	if err := json.Unmarshal(r.body, &q); err != nil {
		s.refuse(w, http.StatusBadRequest, relay.ProblemMalformed)
		return
	}
	err := s.Directory.Unpair(r.Context(), r.box.ID, q.Device)
	if err != nil && !errors.Is(err, directory.ErrUnknown) {
		s.complain("device was not removed", r.box.ID, err)
		s.refuse(w, http.StatusServiceUnavailable, relay.ProblemGone)
		return
	}
	s.Log.Info("device removed", "mailbox", r.box.ID.String(), "device", q.Device.String())
	s.polls.end(q.Device)
	answer(w, http.StatusOK, struct{}{})
}
