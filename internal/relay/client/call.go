package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/relay"
	"tresen/internal/relay/signed"
)

// Times of a connection.
const (
	dialTimeout = 10 * time.Second
	// slack is how much longer than the relay holds a request we wait for it.
	slack       = 20 * time.Second
	callTimeout = 20 * time.Second
)

// Refusal is the relay's answer to a request it does not fulfil.
type Refusal struct {
	Status  int
	Problem relay.Problem
	// RetryAfter is how long the relay asks to be left alone, or 0.
	RetryAfter time.Duration
	now        time.Time // by the relay's clock
	generation uint64    // of the seal key in use
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("relay refused with status %d %q", r.Status, string(r.Problem))
}

// NewHTTPClient returns a client as the relay needs it: through the system's
// proxy if there is one, never following a redirect to somewhere else.
func NewHTTPClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext,
			TLSHandshakeTimeout:   dialTimeout,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   2,
			IdleConnTimeout:       2 * time.Minute,
			ExpectContinueTimeout: time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// caller makes signed requests.
type caller struct {
	http *http.Client
	now  func() time.Time
	// skew is how far the relay's clock is ahead of ours, in nanoseconds. It is
	// learnt from the relay, whom TLS vouches for, so that a wrong clock on this
	// computer stops nothing.
	skew atomic.Int64
}

// call sends a request and reads the answer. If the relay finds our clock
// wrong, it tries once more with the relay's.
func (c *caller) call(ctx context.Context, id Identity, path string, question, answer any) error {
	body, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	err = c.once(ctx, id, path, body, answer)
	var refused *Refusal
	if errors.As(err, &refused) && refused.Problem == relay.ProblemClock && !refused.now.IsZero() {
		c.skew.Store(int64(refused.now.Sub(c.now())))
		err = c.once(ctx, id, path, body, answer)
	}
	return err
}

func (c *caller) once(ctx context.Context, id Identity, path string, body []byte, answer any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, id.Relay+path, bytes.NewReader(body))
	if err != nil {
		return inbox.WrapError(inbox.CodeInvalid, "make request", err)
	}
	at := c.now().Add(time.Duration(c.skew.Load()))
	req.Header.Set("Authorization", signed.Sign(id.signingKey(), signed.Request{Method: req.Method, Path: path, Body: body}, at))
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return unreachable(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, relay.MaxAnswer))
	if err != nil {
		return unreachable(err)
	}
	if resp.StatusCode != http.StatusOK {
		return refusal(resp, text)
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return inbox.NewError(inbox.CodeRelayUnreachable, "answer is not a relay's")
	}
	return nil
}

// unreachable drops the address from the error: it is in the settings, not in logs.
func unreachable(err error) error {
	code := inbox.CodeRelayUnreachable
	var dns *net.DNSError
	if errors.As(err, &dns) {
		code = inbox.CodeOffline
	}
	for _, known := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, known) {
			return inbox.WrapError(code, "call relay", known)
		}
	}
	return inbox.NewError(code, "call relay: no connection")
}

func refusal(resp *http.Response, text []byte) error {
	r := &Refusal{Status: resp.StatusCode}
	var a relay.ErrorAnswer
	if json.Unmarshal(text, &a) == nil && a.Error != "" {
		r.Problem = a.Error
		r.now, r.generation = time.UnixMilli(a.NowMs), a.Generation
	}
	if s, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && s > 0 {
		r.RetryAfter = min(time.Duration(s)*time.Second, maxPause)
	}
	return &inbox.Error{Code: r.code(), Err: r}
}

func (r *Refusal) code() inbox.Code {
	switch r.Problem {
	case relay.ProblemCode:
		return inbox.CodeNotFound
	case relay.ProblemDevice:
		return inbox.CodePermission
	case relay.ProblemFull, relay.ProblemOld, relay.ProblemReplay:
		return inbox.CodeConflict
	case relay.ProblemMalformed, relay.ProblemClock:
		return inbox.CodeInvalid
	case relay.ProblemBusy:
		return inbox.CodeRateLimited
	}
	return inbox.CodeRelayUnreachable
}
