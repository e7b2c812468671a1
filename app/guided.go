package app

import (
	"context"
	"encoding/base64"
	"log/slog"
	"strings"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/qr"
	"tresen/internal/setup"
	"tresen/internal/vault"
)

// Guide leads through connecting a number, step by step. Its progress is kept,
// so it can be left and taken up again; its secrets can be written, never read.
type Guide struct{ app *App }

// GuideBegin chooses how the number is connected.
type GuideBegin struct {
	// Provider is meta or d360.
	Provider string `json:"provider"`
	// BaseURL is an address of one's own instead of the provider's, for example a simulator's.
	BaseURL string `json:"baseUrl"`
	// Passphrase is needed where there is no keychain and no data folder yet.
	Passphrase string `json:"passphrase"`
}

// GuideState is everything the guide shows.
type GuideState struct {
	// Running is false until Begin.
	Running  bool        `json:"running"`
	Provider string      `json:"provider"`
	BaseURL  string      `json:"baseUrl"`
	Steps    []GuideStep `json:"steps"`
	// Current is the first step that has not passed, or empty.
	Current string        `json:"current"`
	Numbers []GuideNumber `json:"numbers"`
	// NumberID is the chosen one.
	NumberID string `json:"numberId"`
	Region   string `json:"region"`
	// Connected says that the shop is open with this connection.
	Connected   bool  `json:"connected"`
	TestSinceMs int64 `json:"testSinceMs"`
	// NeedsPassphrase is true if Begin needs one.
	NeedsPassphrase bool `json:"needsPassphrase"`
}

// GuideStep is one step and what it found.
type GuideStep struct {
	Name string `json:"name"`
	// State is open, passed, warn or failed.
	State    string       `json:"state"`
	Findings []FindingRow `json:"findings"`
	AtMs     int64        `json:"atMs"`
}

// GuideNumber is a number to choose from.
type GuideNumber struct {
	ID            string `json:"id"`
	DisplayNumber string `json:"displayNumber"`
	VerifiedName  string `json:"verifiedName"`
	OnPhoneApp    bool   `json:"onPhoneApp"`
	Verified      bool   `json:"verified"`
	Registered    bool   `json:"registered"`
}

// GuideChoice chooses a number.
type GuideChoice struct {
	NumberID string `json:"numberId"`
	// PhoneAppAccepted says that the person has read what the phone app goes on uploading.
	PhoneAppAccepted bool `json:"phoneAppAccepted"`
}

// State returns the progress.
func (b *Guide) State() (state GuideState, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return state, err
	}
	return b.app.guideState()
}

// Begin starts anew with a provider. The first time it makes the data folder,
// which keeps the progress and, in the keychain, the secrets.
func (b *Guide) Begin(r GuideBegin) (state GuideState, err error) {
	defer guard(&err)
	if err := b.app.allow(); err != nil {
		return state, err
	}
	if err := b.app.beginGuide(r); err != nil {
		return emptyGuide(), err
	}
	return b.app.guideState()
}

// CheckToken checks an access token, or a key of 360dialog, and finds its numbers.
func (b *Guide) CheckToken(token string) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error { return s.checkToken(g, strings.TrimSpace(token)) })
}

// ChooseNumber checks that number, account and token belong together.
func (b *Guide) ChooseNumber(c GuideChoice) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error { return s.chooseNumber(g, c.NumberID, c.PhoneAppAccepted) })
}

// CheckSecret checks that the app secret belongs to the token's app.
func (b *Guide) CheckSecret(secret string) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error { return s.checkSecret(g, strings.TrimSpace(secret)) })
}

// ChooseRegion chooses where Meta keeps contents: DE, or empty for Meta's choice.
func (b *Guide) ChooseRegion(region string) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error { return s.chooseRegion(g, region) })
}

// RequestCode has WhatsApp send a code to the number, by SMS or by a call.
func (b *Guide) RequestCode(voice bool) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error {
		return s.verifyNumber(g, func(ctx context.Context, api *cloudapi.Client) error { return api.RequestCode(ctx, voice, "de") })
	})
}

// VerifyCode proves with it that the number is the shop's.
func (b *Guide) VerifyCode(code string) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error {
		err := s.verifyNumber(g, func(ctx context.Context, api *cloudapi.Client) error {
			return api.VerifyCode(ctx, strings.TrimSpace(code))
		})
		if err != nil {
			return err
		}
		g.Chosen.Verified = true
		return s.saveGuide(g)
	})
}

// Register makes the number usable; the PIN is not kept.
func (b *Guide) Register(pin string) (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error { return s.register(g, strings.TrimSpace(pin)) })
}

// PointCallback makes the provider deliver to the shop's mailbox and opens the
// shop with the new connection.
func (b *Guide) PointCallback() (state GuideState, err error) {
	defer guard(&err)
	if err := b.app.guideCallback(); err != nil {
		return emptyGuide(), err
	}
	return b.app.guideState()
}

// StartTest begins to wait for a message somebody writes to the number.
func (b *Guide) StartTest() (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error {
		if !g.Connected {
			return inbox.NewError(inbox.CodeConflict, "the shop is not connected yet")
		}
		delete(g.Results, stepTest)
		g.TestSince = s.cfg.now()
		return s.saveGuide(g)
	})
}

// EndTest gives up waiting and looks for the reason.
func (b *Guide) EndTest() (state GuideState, err error) {
	defer guard(&err)
	return b.step(func(s *Session, g *guide) error { return s.endTest(g) })
}

// Undo takes back what the guide has set at the provider and the relay and
// forgets its secrets and progress. A shop that was connected stays connected.
func (b *Guide) Undo() (state GuideState, err error) {
	defer guard(&err)
	if err := b.app.undoGuide(); err != nil {
		return emptyGuide(), err
	}
	return b.app.guideState()
}

// Finish ends the guide; what it has set up stays.
func (b *Guide) Finish() (err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return err
	}
	return s.forgetGuide()
}

func (b *Guide) step(do func(s *Session, g *guide) error) (GuideState, error) {
	s, err := b.app.workshop()
	if err != nil {
		return emptyGuide(), err
	}
	s.guiding.Lock()
	g, err := s.guide()
	if err == nil {
		err = do(s, g)
	}
	s.guiding.Unlock()
	if err != nil {
		return emptyGuide(), err
	}
	return b.app.guideState()
}

func emptyGuide() GuideState {
	return GuideState{Steps: []GuideStep{}, Numbers: []GuideNumber{}}
}

func (a *App) guideState() (GuideState, error) {
	state := emptyGuide()
	s, err := a.workshop()
	if err != nil {
		exists, err := vault.Exists(a.cfg.DataDir)
		state.NeedsPassphrase = !exists && !a.keychain()
		return state, vaultError("look at keyring", err)
	}
	s.guiding.Lock()
	g, err := s.guide()
	if err == nil {
		s.noteTest(g)
	}
	s.guiding.Unlock()
	if err != nil {
		if inbox.CodeOf(err) == inbox.CodeNotFound {
			err = nil
		}
		return state, err
	}
	s.describe(g, &state)
	return state, nil
}

func (s *Session) describe(g *guide, state *GuideState) {
	state.Running, state.Provider, state.BaseURL, state.Region = true, g.Provider, g.BaseURL, g.Region
	if g.Provider == providerCustom {
		state.Provider = providerMeta
	}
	state.NumberID, state.Connected, state.TestSinceMs = string(g.Chosen.ID), g.Connected, millis(g.TestSince)
	for _, n := range g.Numbers {
		if n.ID == g.Chosen.ID {
			n = g.Chosen
		}
		state.Numbers = append(state.Numbers, GuideNumber{
			ID: string(n.ID), DisplayNumber: n.DisplayNumber, VerifiedName: n.VerifiedName,
			OnPhoneApp: n.OnPhoneApp, Verified: n.Verified, Registered: n.Registered,
		})
	}
	paired := s.paired()
	for _, name := range guideSteps(g.Provider) {
		r := g.Results[name]
		step := GuideStep{Name: name, State: "open", Findings: findingRows(r.Findings), AtMs: millis(r.At)}
		passed := r.passed()
		switch {
		case name == stepRelay:
			if passed = paired; passed {
				step.State = string(setup.Passed)
			}
		case !r.At.IsZero():
			step.State = string(r.Findings.State())
		}
		if !passed && state.Current == "" {
			state.Current = name
		}
		state.Steps = append(state.Steps, step)
	}
}

func (a *App) beginGuide(r GuideBegin) error {
	g := guide{Provider: r.Provider, BaseURL: strings.TrimRight(strings.TrimSpace(r.BaseURL), "/"), Region: "DE"}
	switch {
	case r.Provider != providerMeta && r.Provider != provider360:
		return inbox.InvalidField("provider", "unknown provider")
	case g.BaseURL != "" && r.Provider == providerMeta:
		g.Provider = providerCustom
	case g.BaseURL == "" && r.Provider == providerMeta:
		g.BaseURL = cloudapi.MetaBaseURL
	case g.BaseURL == "":
		g.BaseURL = d360BaseURL
	}
	check := g.account()
	check.PhoneNumberID = "0"
	if _, err := check.client(func() (string, error) { return "", nil }); err != nil {
		return &inbox.Error{Code: inbox.CodeInvalid, Field: "baseUrl", Err: err}
	}
	s, err := a.workshop()
	if err != nil {
		if s, err = a.openDraft(r.Passphrase); err != nil {
			return err
		}
	}
	s.guiding.Lock()
	defer s.guiding.Unlock()
	if err := s.forgetGuideSecrets(); err != nil {
		return err
	}
	return s.saveGuide(&g)
}

// openDraft makes the data folder of a shop that is not connected yet.
func (a *App) openDraft(passphrase string) (*Session, error) {
	a.changing.Lock()
	defer a.changing.Unlock()
	exists, err := vault.Exists(a.cfg.DataDir)
	if err == nil && !exists {
		err = a.refuseOrphans()
	}
	if err != nil {
		return nil, vaultError("look at keyring", err)
	}
	if exists {
		return nil, inbox.NewError(inbox.CodeConflict, "there is a data folder already")
	}
	protector, err := a.protector(ConnectRequest{Passphrase: passphrase}, false)
	if err != nil {
		return nil, err
	}
	a.closeOpen()
	cfg := a.cfg.session(a.cfg.DataDir)
	cfg.create, cfg.protector = true, protector
	s, err := openSession(cfg)
	if err != nil {
		return nil, err
	}
	a.holdDraft(s)
	return s, nil
}

// holdDraft keeps a session that has no connection yet, for the guide.
func (a *App) holdDraft(s *Session) {
	a.set(phaseFirst, "", nil, nil)
	a.mu.Lock()
	a.draft = s
	a.mu.Unlock()
	if s.paired() {
		if _, err := s.openRelay(s.ctx); err != nil {
			slog.Warn("relay identity cannot be used", "code", inbox.CodeOf(err))
		}
	}
}

func (a *App) guideCallback() error {
	s, err := a.workshop()
	if err != nil {
		return err
	}
	s.guiding.Lock()
	g, err := s.guide()
	if err == nil {
		err = s.callbackStep(g)
	}
	s.guiding.Unlock()
	if err != nil || !g.Connected {
		return err
	}
	return a.activate(s)
}

// callbackStep points the callback here and stores the connection.
func (s *Session) callbackStep(g *guide) error {
	if err := g.needs(stepCallback); err != nil {
		return err
	}
	secret, err := s.guideSecret(g)
	if err != nil {
		return err
	}
	findings, err := s.pointTo(g.account(), s.guideToken(g), secret)
	if err != nil {
		return err
	}
	g.note(stepCallback, findings, s.cfg.now())
	if findings.State() == setup.Failed {
		return s.saveGuide(g)
	}
	if !g.Connected {
		token, err := s.secretText(secretGuideToken)
		if err != nil {
			return err
		}
		account := g.account()
		account.ListenAddr = s.account.ListenAddr // a tunnel of one's own stays
		if err := s.storeAccount(account, ConnectRequest{Token: token, AppSecret: secret}); err != nil {
			return err
		}
	}
	g.Connected, g.TestSince = true, s.cfg.now()
	if err := s.saveGuide(g); err != nil {
		return err
	}
	return s.forgetGuideSecrets()
}

// activate lets the shop run with the connection that was stored.
func (a *App) activate(s *Session) error {
	a.changing.Lock()
	defer a.changing.Unlock()
	a.mu.Lock()
	draft := a.draft == s
	a.mu.Unlock()
	if !draft {
		return a.reopenHeld()
	}
	if err := s.connectStored(); err != nil {
		return err
	}
	a.mu.Lock()
	a.draft = nil
	a.mu.Unlock()
	a.set(phaseOpen, "", s, nil)
	return nil
}

// noteTest ends the live test when a delivery has come since it began.
func (s *Session) noteTest(g *guide) {
	if g.TestSince.IsZero() || !g.Results[stepTest].At.IsZero() {
		return
	}
	at := time.UnixMilli(s.arrivedAt.Load())
	if at.Before(g.TestSince.Truncate(time.Millisecond)) {
		return
	}
	g.note(stepTest, setup.Findings{{Word: "test.arrived", State: setup.Passed, At: at}}, s.cfg.now())
	if err := s.saveGuide(g); err != nil {
		slog.Warn("test result was not kept", "err", err)
	}
}

// endTest says why nothing came, as far as can be found out.
func (s *Session) endTest(g *guide) error {
	s.noteTest(g)
	if g.Results[stepTest].passed() {
		return nil
	}
	findings := setup.Findings{{Word: "test.arrived", State: setup.Failed}}
	h, err := s.lookAtHealth()
	if err != nil {
		return err
	}
	for _, line := range s.present(h).Findings() {
		if line.State == setup.Failed {
			findings = append(findings, line)
		}
	}
	g.note(stepTest, findings, s.cfg.now())
	return s.saveGuide(g)
}

func (s *Session) forgetGuideSecrets() error {
	for _, name := range []string{secretGuideToken, secretGuideApp} {
		if err := s.vault.DeleteSecret(name); err != nil {
			return vaultError("forget secret", err)
		}
	}
	return nil
}

func (s *Session) forgetGuide() error {
	s.guiding.Lock()
	defer s.guiding.Unlock()
	if err := s.forgetGuideSecrets(); err != nil {
		return err
	}
	return s.deleteSetting(guideSetting)
}

// undoGuide leaves provider and relay as they were; what cannot be reached is
// logged, because the person wants out.
func (a *App) undoGuide() error {
	s, err := a.workshop()
	if err != nil {
		return err
	}
	s.guiding.Lock()
	g, err := s.guide()
	if err == nil && g.Results[stepCallback].passed() {
		if err := s.dropCallback(g); err != nil {
			slog.Warn("callback was not taken back", "code", inbox.CodeOf(err))
		}
	}
	s.guiding.Unlock()
	if err != nil {
		return err
	}
	if s.paired() {
		if err := s.leaveRelay(); err != nil {
			return err
		}
	}
	return s.forgetGuide()
}

func (s *Session) dropCallback(g *guide) error {
	ctx, cancel := context.WithTimeout(s.ctx, checkTimeout)
	defer cancel()
	api, err := s.apiOf(g, g.Chosen.ID, g.Chosen.WABAID)
	if err != nil {
		return err
	}
	if g.Provider == provider360 {
		return api.SetCallbackHeader(ctx, "", "", "")
	}
	return api.SetCallback(ctx, "", "")
}

// GuideCode leads the person's own phone to the shop's number.
type GuideCode struct {
	// Image is a data address of a PNG, Number the shop's number for typing.
	Image  string `json:"image"`
	Number string `json:"number"`
}

// TestCode returns the code for the live test.
func (b *Guide) TestCode() (code GuideCode, err error) {
	defer guard(&err)
	s, err := b.app.workshop()
	if err != nil {
		return code, err
	}
	g, err := s.guide()
	if err != nil {
		return code, err
	}
	code.Number = g.Chosen.DisplayNumber
	image, err := chatCode(g.Chosen.DisplayNumber)
	if err != nil {
		return code, nil // a number nobody can chat with by link is typed instead
	}
	code.Image = "data:image/png;base64," + base64.StdEncoding.EncodeToString(image)
	return code, nil
}

// The code's size on the screen: 40 mm at a density that stays crisp.
const (
	testCodeEdge = 40
	testCodeDPI  = 300
)

func chatCode(number string) ([]byte, error) {
	n, err := qr.ParseNumber(number, "DE")
	if err != nil {
		return nil, err
	}
	link, err := qr.ChatLink(n, "")
	if err != nil {
		return nil, err
	}
	code, err := qr.New(link, qr.Options{})
	if err != nil {
		return nil, err
	}
	return code.PNG(testCodeEdge, testCodeDPI)
}
