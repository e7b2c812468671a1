package app

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/receive"
	"tresen/internal/store"
	"tresen/internal/vault"
)

// Names of the shop's secrets in the vault.
const (
	secretToken  = "access-token"
	secretApp    = "app-secret"
	secretVerify = "verify-token"
	secretRelay  = "relay-identity"
)

// Providers of the Cloud API.
const (
	providerMeta   = "meta"
	provider360    = "d360"
	providerCustom = "custom"
)

// d360BaseURL is 360dialog's address of the Cloud API. (360dialog docs.)
const d360BaseURL = "https://waba-v2.360dialog.io"

// Account is the stored connection, without secrets.
type Account struct {
	Provider      string              `json:"provider"`
	BaseURL       string              `json:"baseUrl"`
	PhoneNumberID inbox.PhoneNumberID `json:"phoneNumberId"`
	WABAID        string              `json:"wabaId"`
	ListenAddr    string              `json:"listenAddr"`
	DisplayNumber string              `json:"displayNumber"`
	VerifiedName  string              `json:"verifiedName"`
	// AppID is the Meta app the token belongs to; empty until it was asked for.
	AppID string `json:"appId,omitempty"`
}

func (a Account) client(token func() (string, error)) (*cloudapi.Client, error) {
	return a.clientOver(cloudapi.NewTransport(), token)
}

func (a Account) clientOver(transport http.RoundTripper, token func() (string, error)) (*cloudapi.Client, error) {
	cfg := cloudapi.Config{
		BaseURL: a.BaseURL, PhoneNumberID: a.PhoneNumberID, WABAID: a.WABAID, Token: token, HTTPClient: &http.Client{Transport: transport},
	}
	switch a.Provider {
	case provider360:
		cfg.Style = cloudapi.D360
	case providerCustom, providerDemo:
		// Files come from the same host as the API there.
		if u, err := url.Parse(a.BaseURL); err == nil {
			cfg.MediaHosts = []string{u.Host}
		}
	}
	return cloudapi.New(cfg)
}

// authenticator says how deliveries prove that they are genuine: 360dialog
// passes them on unsigned and sends a secret header instead.
func (a Account) authenticator(secret []byte) receive.Authenticator {
	if a.Provider == provider360 {
		return receive.SharedSecret(secret)
	}
	return receive.Signed(secret)
}

// trimmed drops the white space that copying brings along; the passphrase keeps its own.
func (r ConnectRequest) trimmed() ConnectRequest {
	for _, field := range []*string{&r.BaseURL, &r.PhoneNumberID, &r.WABAID, &r.Token, &r.AppSecret, &r.VerifyToken, &r.ListenAddr} {
		*field = strings.TrimSpace(*field)
	}
	return r
}

// check turns the window's request into an account, or says which field is wrong.
func (r ConnectRequest) check() (Account, error) {
	a := Account{Provider: r.Provider, PhoneNumberID: inbox.PhoneNumberID(r.PhoneNumberID), WABAID: r.WABAID, ListenAddr: r.ListenAddr}
	switch r.Provider {
	case providerMeta:
		a.BaseURL = cloudapi.MetaBaseURL
	case provider360:
		a.BaseURL = d360BaseURL
	case providerCustom:
		a.BaseURL = strings.TrimSuffix(r.BaseURL, "/")
	default:
		return a, inbox.InvalidField("provider", "unknown provider")
	}
	for _, f := range []struct {
		field, value string
		min          int
	}{
		{"baseUrl", a.BaseURL, 8},
		{"phoneNumberId", string(a.PhoneNumberID), 1},
		{"token", r.Token, 8},
		{"appSecret", r.AppSecret, 8},
		{"verifyToken", r.VerifyToken, 8},
		{"listenAddr", a.ListenAddr, 3},
	} {
		if len(f.value) < f.min {
			return a, inbox.InvalidField(f.field, "missing or too short")
		}
	}
	if strings.Trim(string(a.PhoneNumberID), "0123456789") != "" {
		return a, inbox.InvalidField("phoneNumberId", "not a number")
	}
	if r.Provider == provider360 && len(r.AppSecret) < 32 {
		return a, inbox.InvalidField("appSecret", "shorter than 32 bytes")
	}
	return a, nil
}

// minPassphrase is how many characters a passphrase must have.
const minPassphrase = 10

// normalise makes the same passphrase typed on different keyboards the same bytes.
func normalise(passphrase string) string { return norm.NFKC.String(passphrase) }

// checkTimeout bounds the check of a new connection.
const checkTimeout = 20 * time.Second

// connect checks a connection with the provider and keeps it. It changes
// nothing if the check fails.
func (a *App) connect(r ConnectRequest) (ConnectResult, error) {
	r = r.trimmed()
	account, err := r.check()
	if err != nil {
		return ConnectResult{}, err
	}
	client, err := account.client(func() (string, error) { return r.Token, nil })
	if err != nil {
		return ConnectResult{}, &inbox.Error{Code: inbox.CodeInvalid, Field: "baseUrl", Err: err}
	}
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	number, err := client.PhoneNumber(ctx)
	if err != nil {
		return ConnectResult{}, err
	}
	account.DisplayNumber, account.VerifiedName = number.DisplayNumber, number.VerifiedName
	// A port that is taken is better found before anything is stored.
	probe, err := receive.ListenDirect(account.ListenAddr, r.VerifyToken)
	if err != nil && !a.listensOn(account.ListenAddr) {
		return ConnectResult{}, err
	}
	if probe != nil {
		probe.Close()
	}
	a.changing.Lock()
	defer a.changing.Unlock()
	return a.keepAccount(r, account)
}

// listensOn reports whether it is this program that has the port.
func (a *App) listensOn(addr string) bool {
	s, err := a.session()
	if err != nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.account.ListenAddr == addr
}

// keepAccount makes the shop's data folder, or changes the connection of the
// one that is there, and opens it; changing is held.
func (a *App) keepAccount(r ConnectRequest, account Account) (ConnectResult, error) {
	exists, err := vault.Exists(a.cfg.DataDir)
	if err == nil && !exists {
		err = a.refuseOrphans()
	}
	if err != nil {
		return ConnectResult{}, vaultError("look at keyring", err)
	}
	cfg := a.cfg.session(a.cfg.DataDir)
	cfg.create = !exists
	if cfg.protector, err = a.protector(r, exists); err != nil {
		return ConnectResult{}, err
	}
	a.closeOpen()
	s, err := openSession(cfg)
	if err == nil {
		err = s.storeAccount(account, r)
	}
	if err == nil {
		err = s.connectStored()
	}
	if err != nil {
		if s != nil {
			s.close()
		}
		a.afterFailedConnect(exists)
		return ConnectResult{}, err
	}
	a.set(phaseOpen, "", s, nil)
	return ConnectResult{DisplayNumber: account.DisplayNumber, VerifiedName: account.VerifiedName, WebhookURL: s.webhook}, nil
}

// afterFailedConnect returns to what was there before; changing is held.
func (a *App) afterFailedConnect(existed bool) {
	if !existed {
		a.set(phaseFirst, "", nil, nil)
		return
	}
	if err := a.reopenHeld(); err != nil {
		slog.Warn("shop could not be opened again", "code", inbox.CodeOf(err))
	}
}

// protector chooses the keychain where there is one, else the passphrase.
func (a *App) protector(r ConnectRequest, exists bool) (vault.Protector, error) {
	passphrase := normalise(r.Passphrase)
	if exists {
		kind, err := vault.Kind(a.cfg.DataDir)
		if err != nil {
			return vault.Protector{}, vaultError("look at keyring", err)
		}
		if kind == vault.KindPassphrase {
			return vault.WithPassphrase([]byte(passphrase)), nil
		}
		if a.cfg.Keychain == nil {
			return vault.Protector{}, inbox.NewError(inbox.CodeKeychain, "no keychain on this system")
		}
		return vault.WithKeychain(a.cfg.Keychain), nil
	}
	if a.keychain() {
		return vault.WithKeychain(a.cfg.Keychain), nil
	}
	if len([]rune(passphrase)) < minPassphrase {
		return vault.Protector{}, inbox.InvalidField("passphrase", "too short")
	}
	return vault.WithPassphrase([]byte(passphrase)), nil
}

func (s *Session) storeAccount(account Account, r ConnectRequest) error {
	for _, secret := range []struct{ name, value string }{
		{secretToken, r.Token}, {secretApp, r.AppSecret}, {secretVerify, r.VerifyToken},
	} {
		if secret.value == "" {
			continue // nothing uses it: deliveries come by a relay
		}
		if err := s.vault.SetSecret(secret.name, []byte(secret.value)); err != nil {
			return vaultError("keep secret", err)
		}
	}
	value, err := json.Marshal(account)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(accountSetting, value) })
}

// replaceToken checks a new token with the provider, keeps it and lets waiting messages go.
func (s *Session) replaceToken(token string) error {
	token = strings.TrimSpace(token)
	if len(token) < 8 {
		return inbox.InvalidField("token", "missing or too short")
	}
	client, err := s.account.clientOver(s.counted(cloudapi.NewTransport()), func() (string, error) { return token, nil })
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	if _, err := client.PhoneNumber(ctx); err != nil {
		return err
	}
	if err := s.vault.SetSecret(secretToken, []byte(token)); err != nil {
		return vaultError("keep token", err)
	}
	err = s.outbox.Resume(s.ctx)
	s.cfg.emit(EventConnectionChanged, nil)
	return err
}

func (s *Session) connection() (ConnectionState, error) {
	queued, unclear, err := s.store.CountOutbox(s.ctx)
	if err != nil {
		return ConnectionState{}, err
	}
	source, code := s.wayIn(s.cfg.now())
	last := s.lastDelivery()
	s.mu.Lock()
	defer s.mu.Unlock()
	state := ConnectionState{
		Receiving: "ready", Source: source, WebhookURL: s.webhook, Sending: "ready", Queued: queued, Unclear: unclear,
		DisplayNumber: s.account.DisplayNumber, VerifiedName: s.account.VerifiedName,
	}
	if s.account.Provider == providerDemo {
		state.Demo = true
	}
	switch {
	case code != "":
		state.Receiving, state.ReceivingCode = "failed", string(code)
	case source == "none":
		state.Receiving = "stopped"
	}
	state.LastDeliveryMs = millis(last)
	switch out := s.outbox.State(); {
	case out.Paused != "":
		state.Sending, state.SendingCode = "paused", string(out.Paused)
	case out.Offline:
		state.Sending, state.SendingCode = "offline", string(inbox.CodeOffline)
	}
	return state, nil
}
