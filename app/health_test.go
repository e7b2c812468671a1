package app

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/logging"
	"tresen/internal/simulator"
	"tresen/internal/store"
)

// connected is a bench with a shop that receives by relay.
func connected(t *testing.T) *bench {
	b := newBench(t, simulator.Config{})
	r := b.request()
	_, err := b.setup.Connect(r)
	b.check(err)
	b.pair()
	result, err := b.relay.PointCallback()
	if do(b.desk, result, err); result.State != "passed" {
		t.Fatalf("callback %+v", result)
	}
	return b
}

func (b *bench) healthSays(s HealthState, lines ...string) {
	b.Helper()
	var said []string
	for _, f := range s.Findings {
		said = append(said, f.Word+"."+f.State)
	}
	for _, line := range lines {
		if !slices.Contains(said, line) {
			b.Errorf("health does not say %s: %v", line, said)
		}
	}
}

func TestHealthLooksAtEverythingAndSpeaksUp(t *testing.T) {
	b := connected(t)
	s, err := b.health.Check()
	do(b.desk, s, err)
	b.healthSays(s, "health.roundTrip.passed", "health.receiving.passed", "health.sending.passed", "health.clock.passed", "health.provider.passed",
		"health.callback.passed", "token.life.passed", "health.number.passed", "health.quality.passed", "health.limit.passed",
		"health.name.passed", "health.payment.passed", "health.neverDelivered.warn", "health.waiting.passed")
	if len(s.Alerts) != 0 || s.CheckedAtMs == 0 {
		t.Errorf("alerts %+v", s.Alerts)
	}
	if len(s.Hosts) < 2 || s.Hosts[len(s.Hosts)-1] != hostOf(b.post.URL) {
		t.Errorf("hosts %v", s.Hosts)
	}
	if c := b.connection(); c.LastDeliveryMs != 0 {
		t.Error("a check counts as a delivery")
	}
	if len(b.list().Rows) != 0 {
		t.Error("a check is shown as a message")
	}

	b.sim.SetCondition(simulator.Condition{Status: "FLAGGED", NameStatus: "DECLINED", Blocked: "BUSINESS", BlockedBy: 141006})
	b.sim.ChangeQuality("RED")
	b.check(b.sim.SetCallback("", ""))
	open, err := b.app.session()
	b.check(err)
	b.check(open.client.SetCallback(b.ctx, "", ""))
	s, err = b.health.Check()
	do(b.desk, s, err)
	b.healthSays(s, "health.number.failed", "health.quality.failed", "health.payment.failed", "health.name.warn")
	if len(s.Alerts) < 3 {
		t.Errorf("alerts %+v", s.Alerts)
	}
}

func TestCheckFailsWhenTheRelayIsGone(t *testing.T) {
	b := connected(t)
	b.post.Down(t)
	s, err := b.health.Check()
	do(b.desk, s, err)
	b.healthSays(s, "health.roundTripRelay.failed")
}

func TestTokenThatEndsSoonIsAnAlert(t *testing.T) {
	b := connected(t)
	b.sim.AddToken("EAA-ends-soon", time.Now().Add(48*time.Hour))
	b.check(b.setup.ReplaceToken("EAA-ends-soon"))
	s, err := b.health.Check()
	do(b.desk, s, err)
	b.healthSays(s, "token.life.warn")
	if len(s.Alerts) != 1 || s.Alerts[0].Word != "token.life" {
		t.Errorf("alerts %+v", s.Alerts)
	}
}

func TestLastDeliveryIsRememberedOverARestart(t *testing.T) {
	b := connected(t)
	b.say(b.anna(), "Guten Tag")
	b.await("delivery noted", func() bool { return b.connection().LastDeliveryMs != 0 })
	before := b.connection().LastDeliveryMs
	b.on()
	if after := b.connection().LastDeliveryMs; after == 0 || after < before {
		t.Errorf("last delivery %d, before %d", after, before)
	}
}

func TestDiagnosisNamesNobody(t *testing.T) {
	b := connected(t)
	file, err := logging.Open(b.cfg.DataDir)
	b.check(err)
	defer file.Close()
	before := slog.Default()
	slog.SetDefault(logging.New(slog.LevelInfo, file))
	defer slog.SetDefault(before)
	anna := b.anna()
	row := b.say(anna, "Streng geheime Torte")
	b.send(SendTextRequest{ConversationID: row.ID, Text: "Verstanden"})
	b.sim.ExpireToken(simulator.DefaultToken)
	_, _ = b.health.Check() // fails on purpose, which is logged
	b.begin("meta")
	text, err := b.health.Diagnosis()
	b.check(err)
	if !strings.Contains(text, "health.provider") || !strings.Contains(text, "0.0.0-test") || !strings.Contains(text, "LOG") {
		t.Errorf("the diagnosis says too little:\n%s", text)
	}
	session, err := b.app.session()
	b.check(err)
	id, err := session.identity()
	b.check(err)
	private := []string{
		"Anna", "Äpfel", "491713920011", "1713920011", "Torte", "Verstanden", "wamid", simulator.DefaultToken, simulator.DefaultAppSecret,
		simulator.DefaultVerifyToken, simulator.DefaultPhoneNumberID, simulator.DefaultWABAID, simulator.DefaultAppID, "23125110", "23 125",
		simulator.DefaultVerifiedName, b.cfg.DataDir, id.Device().String(), id.Mailbox.String(), "/hook/", "127.0.0.1",
	}
	home, err := os.UserHomeDir()
	if err == nil && len(home) > 1 {
		private = append(private, home)
	}
	for _, word := range private {
		if strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
			t.Errorf("the diagnosis holds %q", word)
		}
	}
	b.app.cfg.SaveFile = func(name, _ string) (string, error) { return filepath.Join(t.TempDir(), name), nil }
	path, err := b.health.SaveDiagnosis()
	b.check(err)
	if saved, err := os.ReadFile(path); err != nil || !strings.Contains(string(saved), "TRESEN DIAGNOSIS") {
		t.Errorf("saved %q, %v", saved, err)
	}
}

func TestGapThatMayHaveLostMessagesIsAnAlert(t *testing.T) {
	b := connected(t)
	open, err := b.app.session()
	b.check(err)
	long, err := json.Marshal(time.Now().AddDate(0, 0, -9))
	b.check(err)
	b.check(open.store.Update(b.ctx, func(tx *store.Tx) error { return tx.SetSetting(awakeSetting, long) }))
	open.noteAbsence() // as at the next start
	s, err := b.health.State()
	do(b.desk, s, err)
	b.healthSays(s, "health.away.warn")
	if len(s.Alerts) != 1 || s.Alerts[0].Number != 9 {
		t.Errorf("alerts %+v", s.Alerts)
	}
	b.on()
	s, err = b.health.State()
	if do(b.desk, s, err); len(s.Alerts) != 0 {
		t.Errorf("after a short restart: %+v", s.Alerts)
	}
}

// Somebody renews the app secret at Meta: what arrives before the new one is
// here looks forged, and is there as soon as it is.
func TestDeliveriesWaitForARenewedSecret(t *testing.T) {
	b := connected(t)
	r := b.request()
	r.AppSecret = "the-secret-before-it-was-renewed"
	_, err := b.setup.Connect(r)
	b.check(err)
	_, err = b.anna().SendText(b.ctx, "Ist mein Strauß fertig?")
	b.check(err)
	b.await("the delivery to be refused", func() bool {
		state, err := b.relay.State()
		return do(b.desk, state, err).Unverified == 1
	})
	if rows := b.list().Rows; len(rows) != 0 {
		t.Fatalf("a forged delivery is shown: %d rows", len(rows))
	}
	b.on()
	health, err := b.health.Check()
	b.healthSays(do(b.desk, health, err), "health.unverified.failed")
	_, err = b.setup.Connect(b.request())
	b.check(err)
	b.await("the message to arrive", func() bool { return len(b.list().Rows) == 1 })
	health, err = b.health.Check()
	for _, f := range do(b.desk, health, err).Findings {
		if f.Word == "health.unverified" {
			t.Errorf("still said: %+v", f)
		}
	}
}
