package cloudapi

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/simulator"
)

// hook is an address that passes Meta's handshake.
func hook(t *testing.T, verifyToken string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if challenge, ok := Handshake(r.URL.Query(), verifyToken); ok {
			io.WriteString(w, challenge)
			return
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook/abc"
}

func portfolio(t *testing.T, config simulator.Config) (client, app *Client) {
	t.Helper()
	sim, err := simulator.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	server := httptest.NewServer(sim)
	t.Cleanup(server.Close)
	with := func(token string) *Client {
		return newClient(t, server.URL, func(c *Config) {
			c.PhoneNumberID, c.WABAID = simulator.DefaultPhoneNumberID, simulator.DefaultWABAID
			c.Token = func() (string, error) { return token, nil }
		})
	}
	return with(simulator.DefaultToken), with(simulator.DefaultAppID + "|" + simulator.DefaultAppSecret)
}

func TestCallbackIsSetReadBackAndTakenAway(t *testing.T) {
	client, app := portfolio(t, simulator.Config{Unsubscribed: true})
	ctx, url := t.Context(), hook(t, "word-of-the-shop")
	if ok, err := client.Subscribed(ctx, simulator.DefaultAppID); ok || err != nil {
		t.Errorf("subscribed %v, %v", ok, err)
	}
	if err := client.Subscribe(ctx); err != nil {
		t.Fatal(err)
	}
	if ok, err := client.Subscribed(ctx, simulator.DefaultAppID); !ok || err != nil {
		t.Errorf("subscribed %v, %v", ok, err)
	}
	if ok, err := client.Subscribed(ctx, "1"); ok || err != nil {
		t.Errorf("another app subscribed %v, %v", ok, err)
	}
	if err := client.SetCallback(ctx, url, "wrong word"); err == nil {
		t.Error("a callback that refuses the handshake was set")
	}
	if err := client.SetCallback(ctx, url, "word-of-the-shop"); err != nil {
		t.Fatal(err)
	}
	if err := app.SetAppSubscription(ctx, simulator.DefaultAppID, url+"app", "word-of-the-shop"); err != nil {
		t.Fatal(err)
	}
	got, err := client.Callbacks(ctx)
	if want := (Callbacks{Number: url, App: url + "app"}); err != nil || got != want || got.Effective() != url {
		t.Errorf("callbacks %+v, %v; want %+v", got, err, want)
	}
	s, err := app.AppSubscription(ctx, simulator.DefaultAppID)
	if err != nil || !s.Messages || s.Callback != url+"app" {
		t.Errorf("app subscription %+v, %v", s, err)
	}
	if err := client.SetCallback(ctx, "", ""); err != nil {
		t.Fatal(err)
	}
	if got, err := client.Callbacks(ctx); err != nil || got.Effective() != url+"app" {
		t.Errorf("callbacks %+v, %v", got, err)
	}
}

func TestWrongAppSecretIsRefused(t *testing.T) {
	client, _ := portfolio(t, simulator.Config{})
	client.config.Token = func() (string, error) { return simulator.DefaultAppID + "|wrong", nil }
	if _, err := client.AppSubscription(t.Context(), simulator.DefaultAppID); inbox.CodeOf(err) != inbox.CodeTokenExpired {
		t.Errorf("error %v", err)
	}
}

func TestRegionComesBeforeRegistration(t *testing.T) {
	client, _ := portfolio(t, simulator.Config{Unregistered: true})
	ctx := t.Context()
	if n, err := client.PhoneNumber(ctx); err != nil || n.Registered() || n.Verification != "NOT_VERIFIED" {
		t.Errorf("number %+v, %v", n, err)
	}
	if err := client.SetStorageRegion(ctx, "DE"); err != nil {
		t.Fatal(err)
	}
	if err := client.RequestCode(ctx, false, "de"); err != nil {
		t.Fatal(err)
	}
	if err := client.VerifyCode(ctx, "000000x"); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("wrong code: %v", err)
	}
	if err := client.Register(ctx, "123456"); err == nil {
		t.Error("an unverified number was registered")
	}
}

func TestPINIsCheckedAndRegionSurvives(t *testing.T) {
	client, _ := portfolio(t, simulator.Config{})
	ctx := t.Context()
	if err := client.SetStorageRegion(ctx, "DE"); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("region of a registered number: %v", err)
	}
	for _, err := range []error{client.Register(ctx, "123456"), client.Deregister(ctx), client.SetStorageRegion(ctx, "DE")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var field string
	err := client.Register(ctx, "654321")
	if e, ok := err.(*inbox.Error); ok {
		field = e.Field
	}
	if inbox.CodeOf(err) != inbox.CodeInvalid || field != "pin" {
		t.Errorf("wrong PIN: %v", err)
	}
	if err := client.Register(ctx, "123456"); err != nil {
		t.Fatal(err)
	}
	if s, err := client.Storage(ctx); err != nil || s.Region != "DE" || s.None {
		t.Errorf("storage %+v, %v", s, err)
	}
	n, err := client.PhoneNumber(ctx)
	if err != nil || !n.Registered() || !n.PIN || n.Limit != "TIER_250" || n.WABAID() != simulator.DefaultWABAID {
		t.Errorf("number %+v, %v", n, err)
	}
}

func TestThreeSixtyDialogTellsNumberAndTakesCallback(t *testing.T) {
	client, _ := simulated(t)
	client.config.Style, client.config.PhoneNumberID = D360, ""
	client.config.Token = func() (string, error) { return simulator.DefaultD360Key, nil }
	ctx := context.Background()
	n, err := client.PhoneNumber(ctx)
	if err != nil || n.ID != simulator.DefaultPhoneNumberID || n.WABAID() != simulator.DefaultWABAID || n.DisplayNumber == "" {
		t.Errorf("number %+v, %v", n, err)
	}
	if err := client.SetCallbackHeader(ctx, "http://127.0.0.1:1/hook/x", "X-Tresen-Secret", "s"); err != nil {
		t.Fatal(err)
	}
	if got, err := client.Callbacks(ctx); err != nil || got.Effective() != "http://127.0.0.1:1/hook/x" {
		t.Errorf("callbacks %+v, %v", got, err)
	}
}

func TestSkewIsLearntFromAnswers(t *testing.T) {
	client, _ := simulated(t)
	if _, ok := client.Skew(); ok {
		t.Error("skew before the first answer")
	}
	client.now = func() time.Time { return time.Now().Add(-10 * time.Minute) }
	if _, err := client.PhoneNumber(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ahead, ok := client.Skew(); !ok || ahead < 9*time.Minute || ahead > 11*time.Minute {
		t.Errorf("skew %v %v", ahead, ok)
	}
}
