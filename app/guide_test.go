package app

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/relay/relaytest"
	"tresen/internal/simulator"
)

// bench is a desk with the structs a setup needs.
type bench struct {
	*desk
	guide  *Guide
	relay  *Relay
	health *Health
	post   *relaytest.Relay
}

func newBench(t *testing.T, c simulator.Config) *bench {
	t.Helper()
	d := newDesk(t)
	c.DeliveryWorkers = 2
	c.Retry = simulator.Retry{Initial: 20 * time.Millisecond, Max: 200 * time.Millisecond}
	d.sim.Close()
	sim, err := simulator.Start(c)
	d.check(err)
	t.Cleanup(func() { sim.Close() })
	d.sim = sim
	b := &bench{desk: d, post: relaytest.Start(t)}
	t.Cleanup(d.stop) // before the relay goes
	b.on()
	return b
}

// on starts or restarts the program.
func (b *bench) on() {
	b.Helper()
	b.start()
	b.guide, b.relay, b.health = &Guide{b.app}, &Relay{b.app}, &Health{b.app}
}

func (b *bench) step(s GuideState, name string) GuideStep {
	b.Helper()
	i := slices.IndexFunc(s.Steps, func(step GuideStep) bool { return step.Name == name })
	if i < 0 {
		b.Fatalf("no step %s in %+v", name, s)
	}
	return s.Steps[i]
}

// must fails unless the step has that state; an open step is the next one.
func (b *bench) must(s GuideState, err error, name, state string) GuideState {
	b.Helper()
	do(b.desk, s, err)
	if step := b.step(s, name); step.State != state {
		b.Fatalf("step %s is %s: %+v", name, step.State, step.Findings)
	}
	return s
}

func (b *bench) begin(provider string) GuideState {
	b.Helper()
	s, err := b.guide.Begin(GuideBegin{Provider: provider, BaseURL: b.sim.URL()})
	return b.must(s, err, "token", "open")
}

func (b *bench) pair() {
	b.Helper()
	state, err := b.relay.Pair(PairRequest{Address: b.post.URL, Code: b.post.Code(b)})
	do(b.desk, state, err)
}

func (b *bench) says(s GuideState, step, line string) {
	b.Helper()
	for _, f := range b.step(s, step).Findings {
		if f.Word+"."+f.State == line {
			return
		}
	}
	b.Errorf("step %s does not say %s: %+v", step, line, b.step(s, step).Findings)
}

func TestGuideLeadsFromNothingToTheFirstMessage(t *testing.T) {
	b := newBench(t, simulator.Config{Unregistered: true, Unsubscribed: true})
	b.mustShow(phaseFirst, "")
	b.begin("meta")

	s, err := b.guide.CheckToken("EAA-not-a-token")
	s = b.must(s, err, "token", "failed")
	b.says(s, "token", "token.valid.failed")
	s, err = b.guide.CheckToken(" " + simulator.DefaultToken + "\n")
	s = b.must(s, err, "token", "passed")
	if len(s.Numbers) != 1 || s.Current != "number" {
		t.Fatalf("state %+v", s)
	}
	s, err = b.guide.ChooseNumber(GuideChoice{NumberID: s.Numbers[0].ID})
	b.must(s, err, "number", "passed")
	s, err = b.guide.CheckSecret("not the secret")
	s = b.must(s, err, "secret", "failed")
	b.says(s, "secret", "secret.valid.failed")
	s, err = b.guide.CheckSecret(simulator.DefaultAppSecret)
	b.must(s, err, "secret", "passed")

	// The person closes the program in the middle and comes back.
	b.on()
	b.mustShow(phaseFirst, "")
	s, err = b.guide.State()
	if do(b.desk, s, err); s.Current != "region" {
		t.Fatalf("after a restart the guide is at %q", s.Current)
	}
	s, err = b.guide.ChooseRegion("DE")
	s = b.must(s, err, "region", "passed")
	b.says(s, "region", "region.is.passed")
	_, err = b.guide.RequestCode(false)
	b.check(err)
	_, err = b.guide.VerifyCode("xxxxxx")
	b.refused("wrong code", err, inbox.CodeInvalid, "code")
	_, err = b.guide.VerifyCode(b.sim.VerificationCode(""))
	b.check(err)
	_, err = b.guide.Register("12345")
	b.refused("short PIN", err, inbox.CodeInvalid, "pin")
	s, err = b.guide.Register("123456")
	s = b.must(s, err, "register", "passed")
	b.says(s, "register", "region.is.passed")

	_, err = b.guide.PointCallback()
	b.refused("callback before pairing", err, inbox.CodeNotFound, "")
	_, err = b.relay.Pair(PairRequest{Address: b.post.URL, Code: "AAAAA-AAAAA-AAAAA"})
	if err == nil {
		t.Error("a wrong code pairs")
	}
	b.pair()
	b.on() // once more, with the relay paired and nothing connected
	s, err = b.guide.State()
	b.must(s, err, "relay", "passed")
	s, err = b.guide.PointCallback()
	s = b.must(s, err, "callback", "passed")
	b.mustShow(phaseOpen, "")
	if !s.Connected || s.Current != "test" || s.TestSinceMs == 0 {
		t.Fatalf("state %+v", s)
	}
	code, err := b.guide.TestCode()
	if do(b.desk, code, err); !strings.HasPrefix(code.Image, "data:image/png;base64,") || code.Number != simulator.DefaultDisplayPhoneNumber {
		t.Errorf("code %+v", code)
	}
	b.say(b.anna(), "Ist da jemand?")
	b.await("the test to pass", func() bool {
		s, err = b.guide.State()
		return b.step(do(b.desk, s, err), "test").State == "passed"
	})
	b.check(b.guide.Finish())
	if s, err := b.guide.State(); err != nil || s.Running {
		t.Errorf("after the end: %+v, %v", s, err)
	}
	b.on()
	b.mustShow(phaseOpen, "")
	if c := b.connection(); c.Receiving != "ready" || c.Source != "relay" || c.LastDeliveryMs == 0 {
		t.Errorf("connection %+v", c)
	}
	all := string(contents(t, b.cfg.DataDir))
	for _, secret := range []string{simulator.DefaultToken, simulator.DefaultAppSecret, "123456"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is readable on the disk", secret)
		}
	}
}

func TestGuideWithThreeSixtyDialog(t *testing.T) {
	b := newBench(t, simulator.Config{})
	b.begin("d360")
	s, err := b.guide.CheckToken("wrong-key-entirely")
	b.must(s, err, "token", "failed")
	s, err = b.guide.CheckToken(simulator.DefaultD360Key)
	s = b.must(s, err, "token", "passed")
	s, err = b.guide.ChooseNumber(GuideChoice{NumberID: s.Numbers[0].ID})
	b.must(s, err, "number", "passed")
	b.pair()
	s, err = b.guide.PointCallback()
	b.must(s, err, "callback", "passed")
	b.say(b.anna(), "Guten Tag")
	state, err := b.relay.State()
	if do(b.desk, state, err); state.Unverified != 0 {
		t.Errorf("relay %+v", state)
	}
	health, err := b.health.Check()
	b.healthSays(do(b.desk, health, err), "health.roundTrip.passed", "health.callback.passed")
}

// The phone app goes on uploading contacts: nobody is led there unawares.
func TestGuideWarnsBeforeANumberThePhoneAppUses(t *testing.T) {
	b := newBench(t, simulator.Config{})
	b.sim.SetCondition(simulator.Condition{OnPhoneApp: true, NameStatus: "PENDING_REVIEW"})
	b.begin("meta")
	s, err := b.guide.CheckToken(simulator.DefaultToken)
	b.must(s, err, "token", "passed")
	s, err = b.guide.ChooseNumber(GuideChoice{NumberID: simulator.DefaultPhoneNumberID})
	s = b.must(s, err, "number", "failed")
	b.says(s, "number", "number.phoneApp.failed")
	b.says(s, "number", "number.namePending.warn")
	_, err = b.guide.CheckSecret(simulator.DefaultAppSecret)
	b.refused("next step", err, inbox.CodeConflict, "")
	s, err = b.guide.ChooseNumber(GuideChoice{NumberID: simulator.DefaultPhoneNumberID, PhoneAppAccepted: true})
	b.must(s, err, "number", "warn")
	s, err = b.guide.CheckSecret(simulator.DefaultAppSecret)
	b.must(s, err, "secret", "passed")
	s, err = b.guide.ChooseRegion("DE")
	s = b.must(s, err, "region", "warn")
	b.says(s, "region", "region.phoneApp.warn")
}

func TestGuideIsUndone(t *testing.T) {
	b := newBench(t, simulator.Config{})
	b.begin("meta")
	s, err := b.guide.CheckToken(simulator.DefaultToken)
	b.must(s, err, "token", "passed")
	for _, step := range []func() (GuideState, error){
		func() (GuideState, error) {
			return b.guide.ChooseNumber(GuideChoice{NumberID: simulator.DefaultPhoneNumberID})
		},
		func() (GuideState, error) { return b.guide.CheckSecret(simulator.DefaultAppSecret) },
		func() (GuideState, error) { return b.guide.ChooseRegion("") },
		func() (GuideState, error) { return b.guide.Register("") },
	} {
		_, err := step()
		b.check(err)
	}
	b.pair()
	s, err = b.guide.PointCallback()
	b.must(s, err, "callback", "passed")
	callbacks := func() cloudapi.Callbacks {
		open, err := b.app.session()
		b.check(err)
		c, err := open.client.Callbacks(b.ctx)
		b.check(err)
		return c
	}
	if callbacks().Number == "" {
		t.Error("no callback was set")
	}
	s, err = b.guide.Undo()
	if do(b.desk, s, err); s.Running {
		t.Errorf("state %+v", s)
	}
	if callbacks().Number != "" {
		t.Error("the callback stays")
	}
	if state, err := b.relay.State(); err != nil || state.Paired {
		t.Errorf("relay %+v, %v", state, err)
	}
	if devices := b.post.Box.Devices; len(devices) != 0 {
		t.Logf("the relay's own view may lag: %d", len(devices))
	}
	if c := b.connection(); c.Receiving != "stopped" || c.Source != "none" {
		t.Errorf("connection %+v", c)
	}
}

// Without a keychain the passphrase guards the guide's progress too.
func TestGuideIsTakenUpAgainBehindAPassphrase(t *testing.T) {
	b := newBench(t, simulator.Config{})
	b.cfg.Keychain = noKeychain{}
	b.on()
	s, err := b.guide.State()
	if do(b.desk, s, err); !s.NeedsPassphrase {
		t.Error("no passphrase is asked for")
	}
	_, err = b.guide.Begin(GuideBegin{Provider: "meta", BaseURL: b.sim.URL(), Passphrase: "kurz"})
	b.refused("short passphrase", err, inbox.CodeInvalid, "passphrase")
	s, err = b.guide.Begin(GuideBegin{Provider: "meta", BaseURL: b.sim.URL(), Passphrase: "lang genug für hier"})
	b.must(s, err, "token", "open")
	s, err = b.guide.CheckToken(simulator.DefaultToken)
	b.must(s, err, "token", "passed")
	b.on()
	b.mustShow(phaseLocked, "")
	b.check(b.setup.Unlock("lang genug für hier"))
	b.mustShow(phaseFirst, "")
	s, err = b.guide.State()
	if do(b.desk, s, err); s.Current != "number" {
		t.Errorf("the guide is at %q", s.Current)
	}
}

// A shop that was connected by hand keeps its messages and its tunnel.
func TestGuideChangesAShopThatIsOpen(t *testing.T) {
	b := newBench(t, simulator.Config{})
	b.connect(b.request())
	b.say(b.anna(), "Vorher")
	b.begin("meta")
	for _, step := range []func() (GuideState, error){
		func() (GuideState, error) { return b.guide.CheckToken(simulator.DefaultToken) },
		func() (GuideState, error) {
			return b.guide.ChooseNumber(GuideChoice{NumberID: simulator.DefaultPhoneNumberID})
		},
		func() (GuideState, error) { return b.guide.CheckSecret(simulator.DefaultAppSecret) },
		func() (GuideState, error) { return b.guide.ChooseRegion("") },
		func() (GuideState, error) { return b.guide.Register("") },
	} {
		_, err := step()
		b.check(err)
	}
	b.pair()
	s, err := b.guide.PointCallback()
	b.must(s, err, "callback", "warn") // the app's own callback is the tunnel's
	b.mustShow(phaseOpen, "")
	if c := b.connection(); c.Source != "relay" || c.WebhookURL == "" {
		t.Errorf("connection %+v", c)
	}
	if rows := b.list().Rows; len(rows) != 1 || rows[0].Preview != "Vorher" {
		t.Errorf("list %+v", rows)
	}
}
