package setup_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
	"tresen/internal/setup"
	"tresen/internal/simulator"
)

// bench is a simulated Meta and clients for it.
type bench struct {
	*testing.T
	sim *simulator.Simulator
	ctx context.Context
}

func open(t *testing.T, cfg simulator.Config) *bench {
	t.Helper()
	sim, err := simulator.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return &bench{t, sim, ctx}
}

func (b *bench) client(token, waba string) *cloudapi.Client {
	b.Helper()
	c, err := cloudapi.New(cloudapi.Config{
		BaseURL: b.sim.URL(), PhoneNumberID: simulator.DefaultPhoneNumberID, WABAID: waba, Token: func() (string, error) { return token, nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func (b *bench) shop() *cloudapi.Client {
	return b.client(simulator.DefaultToken, simulator.DefaultWABAID)
}

func (b *bench) app(secret string) *cloudapi.Client {
	return b.client(simulator.DefaultAppID+"|"+secret, simulator.DefaultWABAID)
}

// told is a finding as "word state".
func told(f setup.Findings) (list []string) {
	for _, line := range f {
		list = append(list, line.Word+" "+string(line.State))
	}
	return list
}

func (b *bench) expect(what string, f setup.Findings, want ...string) {
	b.Helper()
	if got := told(f); !slices.Equal(got, want) {
		b.Errorf("%s: %q, want %q", what, got, want)
	}
}

func TestTokens(t *testing.T) {
	b := open(t, simulator.Config{})
	now := time.Now()
	facts, f := setup.CheckToken(b.ctx, b.shop(), now)
	b.expect("a good one", f, "token.valid passed", "token.scope passed", "token.scope passed", "token.life passed", "token.kind passed")
	if facts.AppID != simulator.DefaultAppID || !slices.Equal(facts.WABAIDs, []string{simulator.DefaultWABAID}) || !facts.ExpiresAt.IsZero() {
		t.Errorf("%+v", facts)
	}
	b.sim.AddToken("kurz", now.Add(time.Hour), cloudapi.ScopeMessaging)
	_, f = setup.CheckToken(b.ctx, b.client("kurz", ""), now)
	if lines := told(f); !slices.Contains(lines, "token.life warn") || !slices.Contains(lines, "token.scope failed") {
		t.Errorf("one for an hour and a single right: %q", lines)
	}
	b.sim.RevokeToken("kurz")
	if _, f = setup.CheckToken(b.ctx, b.client("kurz", ""), now); f.State() != setup.Failed {
		t.Errorf("a revoked one: %q", told(f))
	}
	b.expect("the right secret", setup.CheckSecret(b.ctx, b.app(simulator.DefaultAppSecret), simulator.DefaultAppID), "secret.valid passed")
	f = setup.CheckSecret(b.ctx, b.app("falsch"), simulator.DefaultAppID)
	b.expect("a wrong secret", f, "secret.valid failed")
}

func TestNumbers(t *testing.T) {
	b := open(t, simulator.Config{})
	find := func(wabas ...string) ([]setup.NumberFacts, setup.Findings) {
		return setup.FindNumbers(b.ctx, func(waba string) (*cloudapi.Client, error) { return b.client(simulator.DefaultToken, waba), nil }, wabas)
	}
	numbers, f := find(simulator.DefaultWABAID)
	b.expect("found", f)
	if len(numbers) != 1 || numbers[0].ID != simulator.DefaultPhoneNumberID || numbers[0].WABAID != simulator.DefaultWABAID || numbers[0].VerifiedName != simulator.DefaultVerifiedName {
		t.Fatalf("%+v", numbers)
	}
	_, f = find()
	b.expect("no account", f, "number.none failed")
	both, f := find("1", simulator.DefaultWABAID)
	if b.expect("one account that may not be read", f, "number.found failed"); len(both) != 1 {
		t.Errorf("the other account's numbers: %+v", both)
	}
	chosen := numbers[0]
	_, f = setup.CheckNumber(b.ctx, b.shop(), chosen, false)
	b.expect("checked", f, "number.readable passed", "number.belongs passed", "number.name passed")
	other := chosen
	other.ID = "4711"
	_, f = setup.CheckNumber(b.ctx, b.shop(), other, false)
	b.expect("another number", f, "number.belongs failed")
	b.sim.SetCondition(simulator.Condition{NameStatus: "DECLINED"})
	_, f = setup.CheckNumber(b.ctx, b.shop(), chosen, false)
	b.expect("a name that was declined", f, "number.readable passed", "number.belongs passed", "number.name warn")
	if _, f = setup.CheckNumber(b.ctx, b.client("fremd", ""), chosen, false); f.State() != setup.Failed || f[0].Word != "number.readable" || f[0].Code == "" {
		t.Errorf("a token that may not: %+v", f)
	}
}

func TestRegionAndRegistration(t *testing.T) {
	b := open(t, simulator.Config{Unregistered: true})
	chosen := setup.NumberFacts{ID: simulator.DefaultPhoneNumberID}
	b.expect("a number of the phone app", setup.ChooseRegion(b.ctx, b.shop(), "DE", setup.NumberFacts{OnPhoneApp: true}), "region.phoneApp warn")
	b.expect("chosen", setup.ChooseRegion(b.ctx, b.shop(), "DE", chosen), "region.is passed")
	b.expect("chosen again", setup.ChooseRegion(b.ctx, b.shop(), "DE", chosen), "region.is passed")
	f := setup.Register(b.ctx, b.shop(), "123456", "DE", chosen)
	if b.expect("not proved yet", f, "register.done failed"); f[0].Count != 133006 {
		t.Errorf("because of %+v", f[0])
	}
	b.prove()
	b.expect("registered", setup.Register(b.ctx, b.shop(), "123456", "DE", chosen), "register.done passed", "region.is passed")
	chosen.Registered = true
	b.expect("registered again, another region", setup.Register(b.ctx, b.shop(), "123456", "CH", chosen), "register.done passed", "region.differs warn")
	b.expect("too late", setup.ChooseRegion(b.ctx, b.shop(), "CH", chosen), "region.registered warn")
	if f := setup.Register(b.ctx, b.client("fremd", ""), "123456", "DE", setup.NumberFacts{}); f.State() != setup.Failed {
		t.Errorf("a token that may not: %+v", f)
	}
}

// prove shows Meta whose number it is.
func (b *bench) prove() {
	b.Helper()
	api := b.shop()
	if err := api.RequestCode(b.ctx, false, "de"); err != nil {
		b.Fatal(err)
	}
	if err := api.VerifyCode(b.ctx, b.sim.VerificationCode(simulator.DefaultPhoneNumberID)); err != nil {
		b.Fatal(err)
	}
}

// callback is a server that answers Meta's handshake.
func callback(t *testing.T, verify string) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Get("hub.verify_token") == verify {
			_, _ = io.WriteString(w, q.Get("hub.challenge"))
			return
		}
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook"
}

func TestCallback(t *testing.T) {
	b := open(t, simulator.Config{Unsubscribed: true})
	account := setup.Account{API: b.shop(), App: b.app(simulator.DefaultAppSecret), AppID: simulator.DefaultAppID}
	to := setup.Target{URL: callback(t, "wort"), VerifyToken: "wort"}
	done := []string{"callback.subscribed passed", "callback.app passed", "callback.set passed", "callback.read passed"}
	b.expect("pointed here", setup.PointCallback(b.ctx, account, to), done...)
	b.expect("pointed here again", setup.PointCallback(b.ctx, account, to), done...)
	next := setup.Target{URL: callback(t, "anders"), VerifyToken: "anders"}
	f := setup.PointCallback(b.ctx, account, next)
	b.expect("the app's own address stays another program's", f, "callback.subscribed passed", "callback.appElsewhere warn", "callback.set passed", "callback.read passed")
	next.VerifyToken = "falsch"
	f = setup.PointCallback(b.ctx, account, next)
	if lines := told(f); lines[len(lines)-1] != "callback.set failed" {
		t.Errorf("a handshake that fails: %q", lines)
	}
	account.App = b.app("falsch")
	f = setup.PointCallback(b.ctx, account, to)
	b.expect("a wrong secret", f, "callback.subscribed passed", "callback.app failed")
	for _, line := range f {
		if strings.Contains(line.Value, "falsch") || line.State == setup.Failed && line.Code == inbox.CodeInternal {
			t.Errorf("%+v", line)
		}
	}
}
