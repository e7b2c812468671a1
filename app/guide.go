package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/setup"
	"tresen/internal/store"
)

// The steps of the guide, in order.
const (
	stepToken    = "token"
	stepNumber   = "number"
	stepSecret   = "secret"
	stepRegion   = "region"
	stepRegister = "register"
	stepRelay    = "relay"
	stepCallback = "callback"
	stepTest     = "test"
)

// guideSteps are the steps for a provider. 360dialog has the app, the region
// and the registration.
func guideSteps(provider string) []string {
	if provider == provider360 {
		return []string{stepToken, stepNumber, stepRelay, stepCallback, stepTest}
	}
	return []string{stepToken, stepNumber, stepSecret, stepRegion, stepRegister, stepRelay, stepCallback, stepTest}
}

// The guide's secrets, kept apart until the connection is made.
const (
	secretGuideToken = "guide.access-token"
	secretGuideApp   = "guide.app-secret"
)

// guideSetting is the name under which the guide's progress is kept, sealed.
const guideSetting = "guide"

// stepResult is what a step found, and when.
type stepResult struct {
	Findings setup.Findings `json:"findings"`
	At       time.Time      `json:"at"`
	// Skipped says that a person chose to go on without.
	Skipped bool `json:"skipped,omitempty"`
}

func (r stepResult) passed() bool {
	return r.Skipped || !r.At.IsZero() && r.Findings.State() != setup.Failed
}

// guide is the progress of the guided setup. It holds no secrets.
type guide struct {
	Provider         string                `json:"provider"`
	BaseURL          string                `json:"baseUrl"`
	Token            setup.TokenFacts      `json:"token"`
	Numbers          []setup.NumberFacts   `json:"numbers"`
	Chosen           setup.NumberFacts     `json:"chosen"`
	PhoneAppAccepted bool                  `json:"phoneAppAccepted"`
	Region           string                `json:"region"`
	Results          map[string]stepResult `json:"results"`
	// Connected says that the shop runs with what the guide found.
	Connected bool `json:"connected"`
	// TestSince is when the live test began.
	TestSince time.Time `json:"testSince,omitzero"`
}

func (g *guide) account() Account {
	return Account{
		Provider: g.Provider, BaseURL: g.BaseURL, PhoneNumberID: g.Chosen.ID, WABAID: g.Chosen.WABAID, AppID: g.Token.AppID,
		DisplayNumber: g.Chosen.DisplayNumber, VerifiedName: g.Chosen.VerifiedName,
	}
}

// note keeps a step's result; the steps after it must be done again, as what
// they found may not hold any more.
func (g *guide) note(step string, findings setup.Findings, now time.Time) {
	if g.Results == nil {
		g.Results = map[string]stepResult{}
	}
	g.Results[step] = stepResult{Findings: findings, At: now}
}

// forget drops the results of all steps after one.
func (g *guide) forget(after string) {
	steps := guideSteps(g.Provider)
	for _, step := range steps[slices.Index(steps, after)+1:] {
		delete(g.Results, step)
	}
}

// needs fails with conflict unless all steps before one have passed.
func (g *guide) needs(step string) error {
	steps := guideSteps(g.Provider)
	at := slices.Index(steps, step)
	if at < 0 {
		return inbox.NewError(inbox.CodeConflict, "no such step with this provider")
	}
	for _, before := range steps[:at] {
		if before != stepRelay && !g.Results[before].passed() {
			return inbox.NewError(inbox.CodeConflict, "an earlier step is missing")
		}
	}
	return nil
}

func (s *Session) guide() (*guide, error) {
	value, err := s.store.Setting(s.ctx, guideSetting)
	if err != nil && inbox.CodeOf(err) == inbox.CodeNotFound {
		return nil, inbox.NewError(inbox.CodeNotFound, "no guided setup is under way")
	}
	if err != nil {
		return nil, err
	}
	var g guide
	if err := json.Unmarshal(value, &g); err != nil {
		return nil, inbox.NewError(inbox.CodeStorageDamaged, "decode guided setup")
	}
	return &g, nil
}

func (s *Session) saveGuide(g *guide) error {
	value, err := json.Marshal(g)
	if err != nil {
		return err
	}
	return s.store.Update(s.ctx, func(tx *store.Tx) error { return tx.SetSetting(guideSetting, value) })
}

// guideToken reads the guide's own token, or after connecting the shop's.
func (s *Session) guideToken(g *guide) func() (string, error) {
	if g.Connected {
		return s.token
	}
	return func() (string, error) { return s.secretText(secretGuideToken) }
}

func (s *Session) secretText(name string) (string, error) {
	b, err := s.vault.Secret(name)
	if err != nil {
		return "", vaultError("find secret", err)
	}
	return string(b), nil
}

// apiOf returns a client for one of the accounts of the guide's token. The
// number may not be known yet.
func (s *Session) apiOf(g *guide, number inbox.PhoneNumberID, waba string) (*cloudapi.Client, error) {
	a := g.account()
	a.PhoneNumberID, a.WABAID = number, waba
	if a.PhoneNumberID == "" {
		a.PhoneNumberID = "0" // not asked about
	}
	return a.clientOver(s.counted(cloudapi.NewTransport()), s.guideToken(g))
}

func (s *Session) checkToken(g *guide, token string) error {
	if len(token) < 8 {
		return inbox.InvalidField("token", "missing or too short")
	}
	ctx, cancel := context.WithTimeout(s.ctx, 2*checkTimeout)
	defer cancel()
	a := g.account()
	a.PhoneNumberID, a.WABAID = "0", ""
	api, err := a.clientOver(s.counted(cloudapi.NewTransport()), func() (string, error) { return token, nil })
	if err != nil {
		return err
	}
	var findings setup.Findings
	found := *g
	if g.Provider == provider360 {
		var number setup.NumberFacts
		number, findings = setup.CheckKey(ctx, api)
		found.Numbers = []setup.NumberFacts{number}
	} else {
		found.Token, findings = setup.CheckToken(ctx, api, s.cfg.now())
		if findings.State() != setup.Failed {
			var more setup.Findings
			found.Numbers, more = setup.FindNumbers(ctx, func(waba string) (*cloudapi.Client, error) {
				b := a
				b.WABAID = waba
				return b.clientOver(s.counted(cloudapi.NewTransport()), func() (string, error) { return token, nil })
			}, found.Token.WABAIDs)
			findings = append(findings, more...)
		}
	}
	found.note(stepToken, findings, s.cfg.now())
	if findings.State() != setup.Failed {
		if err := s.vault.SetSecret(secretGuideToken, []byte(token)); err != nil {
			return vaultError("keep token", err)
		}
		found.Connected = false
		found.Chosen = setup.NumberFacts{}
		found.forget(stepToken)
	}
	return s.saveGuide(&found)
}

func (s *Session) chooseNumber(g *guide, id string, phoneAppAccepted bool) error {
	if err := g.needs(stepNumber); err != nil {
		return err
	}
	i := slices.IndexFunc(g.Numbers, func(n setup.NumberFacts) bool { return string(n.ID) == id })
	if i < 0 {
		return inbox.InvalidField("number", "not one of the token's numbers")
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	api, err := s.apiOf(g, g.Numbers[i].ID, g.Numbers[i].WABAID)
	if err != nil {
		return err
	}
	facts, findings := setup.CheckNumber(ctx, api, g.Numbers[i], phoneAppAccepted)
	g.Numbers[i], g.Chosen, g.PhoneAppAccepted = facts, facts, phoneAppAccepted
	g.note(stepNumber, findings, s.cfg.now())
	g.forget(stepNumber)
	return s.saveGuide(g)
}

func (s *Session) checkSecret(g *guide, secret string) error {
	if err := g.needs(stepSecret); err != nil {
		return err
	}
	if len(secret) < 8 {
		return inbox.InvalidField("appSecret", "missing or too short")
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	app, err := appClient(g.account(), g.Token.AppID, secret)
	if err != nil {
		return err
	}
	findings := setup.CheckSecret(ctx, app, g.Token.AppID)
	g.note(stepSecret, findings, s.cfg.now())
	if findings.State() != setup.Failed {
		if err := s.vault.SetSecret(secretGuideApp, []byte(secret)); err != nil {
			return vaultError("keep app secret", err)
		}
	}
	return s.saveGuide(g)
}

func (s *Session) chooseRegion(g *guide, region string) error {
	if err := g.needs(stepRegion); err != nil {
		return err
	}
	if !slices.Contains([]string{"", "DE"}, region) {
		return inbox.InvalidField("region", "not offered")
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	api, err := s.apiOf(g, g.Chosen.ID, g.Chosen.WABAID)
	if err != nil {
		return err
	}
	g.Region = region
	g.note(stepRegion, setup.ChooseRegion(ctx, api, region, g.Chosen), s.cfg.now())
	return s.saveGuide(g)
}

func (s *Session) verifyNumber(g *guide, do func(ctx context.Context, api *cloudapi.Client) error) error {
	if err := g.needs(stepRegister); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	api, err := s.apiOf(g, g.Chosen.ID, g.Chosen.WABAID)
	if err != nil {
		return err
	}
	return do(ctx, api)
}

func (s *Session) register(g *guide, pin string) error {
	if err := g.needs(stepRegister); err != nil {
		return err
	}
	if !g.Chosen.Registered && !isPIN(pin) {
		return inbox.InvalidField("pin", "not six digits")
	}
	ctx, cancel := context.WithTimeout(s.ctx, 2*checkTimeout)
	defer cancel()
	api, err := s.apiOf(g, g.Chosen.ID, g.Chosen.WABAID)
	if err != nil {
		return err
	}
	findings := setup.Register(ctx, api, pin, g.Region, g.Chosen)
	g.note(stepRegister, findings, s.cfg.now())
	g.Chosen.Registered = g.Chosen.Registered || findings.State() != setup.Failed
	return s.saveGuide(g)
}

func isPIN(pin string) bool {
	for _, c := range pin {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(pin) == 6
}

// guideSecret is what proves deliveries to be genuine: the app secret or, for
// 360dialog, a header secret made here, which nobody ever has to see.
func (s *Session) guideSecret(g *guide) (string, error) {
	name := secretGuideApp
	if g.Connected {
		name = secretApp
	}
	secret, err := s.secretText(name)
	if err == nil || g.Provider != provider360 {
		return secret, err
	}
	random := make([]byte, 32)
	rand.Read(random)
	secret = base64.RawURLEncoding.EncodeToString(random)
	return secret, vaultError("keep header secret", s.vault.SetSecret(name, []byte(secret)))
}
