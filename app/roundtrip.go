package app

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/setup"
)

// roundTripTime is how long a delivery may take from the relay's address to here.
const roundTripTime = 20 * time.Second

// probePrefix begins a delivery of our own. Meta's begin otherwise, and Meta's
// signature is on none of these: they are signed here, with the same secret.
const probePrefix = `{"object":"tresen_check","nonce":"`

// probe returns a harmless delivery that no two checks share.
func probe() []byte {
	nonce := make([]byte, 16)
	rand.Read(nonce)
	return []byte(probePrefix + hex.EncodeToString(nonce) + `"}`)
}

// isProbe reports whether a delivery is one of our own checks, this computer's
// or another's of the same shop. Only who has the shop's secret can make one.
func (s *Session) isProbe(d receive.Delivery) bool {
	return bytes.HasPrefix(d.Body, []byte(probePrefix)) && s.accept(d)
}

// probed notes that a check of this computer has arrived.
func (s *Session) probed(body []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.awaited != nil && bytes.Equal(body, s.awaited) {
		close(s.arrived)
		s.awaited = nil
	}
}

// roundTrip sends a delivery the way Meta does, to the address Meta has been
// told, and waits until it comes out of the relay here.
func (s *Session) roundTrip() setup.Findings {
	s.checking.Lock()
	defer s.checking.Unlock()
	ctx, cancel := context.WithTimeout(s.ctx, roundTripTime)
	defer cancel()
	body, arrived := probe(), make(chan struct{})
	s.mu.Lock()
	s.awaited, s.arrived = body, arrived
	s.mu.Unlock()
	began := time.Now()
	if err := s.post(ctx, body); err != nil {
		return setup.Findings{{Word: "health.roundTripRelay", State: setup.Failed, Code: inbox.CodeOf(err)}}
	}
	select {
	case <-arrived:
		took := fmt.Sprint(time.Since(began).Round(10 * time.Millisecond).Milliseconds())
		return setup.Findings{{Word: "health.roundTrip", State: setup.Passed, Value: took}}
	case <-ctx.Done():
		return setup.Findings{{Word: "health.roundTrip", State: setup.Failed}}
	}
}

// post brings a signed body to the relay's public address.
func (s *Session) post(ctx context.Context, body []byte) error {
	source, err := s.mailbox()
	if err != nil {
		return err
	}
	mailbox, err := source.Check(ctx)
	if err != nil {
		return err
	}
	secret, err := s.vault.Secret(secretApp)
	if err != nil {
		return vaultError("find app secret", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, mailbox.WebhookURL, bytes.NewReader(body))
	if err != nil {
		return inbox.NewError(inbox.CodeRelayUnreachable, "make check delivery")
	}
	req.Header.Set("Content-Type", "application/json")
	if s.account.Provider == provider360 {
		req.Header.Set(receive.SharedSecretHeader, string(secret))
	} else {
		mac := hmac.New(sha256.New, secret)
		mac.Write(body)
		req.Header.Set(cloudapi.SignatureHeader, "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	answer, err := s.web().Do(req)
	if err != nil {
		return inbox.NewError(inbox.CodeRelayUnreachable, "bring check delivery") // the cause names the secret address
	}
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<10))
	if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
		return inbox.NewError(inbox.CodeRelayUnreachable, "relay does not take the check delivery")
	}
	return nil
}
