package setup

import (
	"errors"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// well is a connection in good order.
func well() Health {
	yes := true
	return Health{
		Now: noon, Way: "relay", Asked: true, Ours: "https://relay.example/hook/x", Subscribed: &yes, SkewKnown: true, LastDelivery: noon.Add(-time.Minute),
		Number: cloudapi.PhoneNumber{Status: "CONNECTED", Quality: "GREEN", Limit: "TIER_2K", NameStatus: "APPROVED", VerifiedName: "Laden",
			Health: []cloudapi.HealthEntity{{Type: "WABA", CanSend: "AVAILABLE"}}},
		Token:    &cloudapi.TokenInfo{Valid: true, Type: "SYSTEM_USER", Scopes: []string{cloudapi.ScopeMessaging, cloudapi.ScopeManagement}},
		Callback: &cloudapi.Callbacks{Number: "https://relay.example/hook/x"},
	}
}

func TestHealthSaysWhatIsWrongAndNothingElse(t *testing.T) {
	if f := well().Findings(); f.State() != Passed {
		t.Errorf("a good connection: %+v", f)
	}
	h := well()
	if h.AwayFrom, h.AwayUntil = noon.AddDate(0, 0, -6), noon; h.Findings().State() != Passed {
		t.Error("six days away with a relay lose nothing")
	}
	if h.Way = "direct"; h.Findings().State() != Warn {
		t.Error("six days away without a relay are not mentioned")
	}
	no := false
	for _, tt := range []struct {
		line   string
		change func(h *Health)
	}{
		{"health.receiving.failed", func(h *Health) { h.Receiving = inbox.CodeRelayUnreachable }},
		{"health.sending.failed", func(h *Health) { h.Sending = inbox.CodeTokenExpired }},
		{"health.provider.failed", func(h *Health) { h.Err = errors.New("gone") }},
		{"health.neverDelivered.warn", func(h *Health) { h.LastDelivery = time.Time{} }},
		{"health.lastDelivery.warn", func(h *Health) { h.LastDelivery = noon.AddDate(0, 0, -8) }},
		{"health.waiting.warn", func(h *Health) { h.Waiting, h.Oldest = 3, noon.Add(-2*time.Hour) }},
		{"health.unverified.failed", func(h *Health) { h.Unverified = 1 }},
		{"health.unreadable.failed", func(h *Health) { h.Unreadable = 1 }},
		{"health.away.warn", func(h *Health) { h.AwayFrom, h.AwayUntil = noon.AddDate(0, 0, -8), noon }},
		{"health.clock.warn", func(h *Health) { h.Skew = -3 * time.Minute }},
		{"health.clock.failed", func(h *Health) { h.Skew = time.Hour }},
		{"health.subscribed.failed", func(h *Health) { h.Subscribed = &no }},
		{"health.callbackNone.failed", func(h *Health) { h.Callback = &cloudapi.Callbacks{} }},
		{"health.callback.failed", func(h *Health) { h.Callback = &cloudapi.Callbacks{Number: "https://other.example/"} }},
		{"token.valid.failed", func(h *Health) { h.Token.Valid = false }},
		{"token.scope.failed", func(h *Health) { h.Token.Scopes = []string{cloudapi.ScopeManagement} }},
		{"token.life.warn", func(h *Health) { h.Token.ExpiresAt = noon.Add(48 * time.Hour) }},
		{"token.life.failed", func(h *Health) { h.Token.ExpiresAt = noon.Add(-time.Hour) }},
		{"health.number.failed", func(h *Health) { h.Number.Status = "BANNED" }},
		{"health.quality.warn", func(h *Health) { h.Number.Quality = "YELLOW" }},
		{"health.quality.failed", func(h *Health) { h.Number.Quality = "RED" }},
		{"health.name.warn", func(h *Health) { h.Number.NameStatus = "DECLINED" }},
		{"health.namePending.warn", func(h *Health) { h.Number.NameStatus = "PENDING_REVIEW" }},
		{"health.blocked.warn", func(h *Health) { h.Number.Health[0].CanSend = "LIMITED" }},
		{"health.blocked.failed", func(h *Health) { h.Number.Health[0].CanSend = "BLOCKED" }},
		{"health.payment.failed", func(h *Health) {
			h.Number.Health[0].CanSend, h.Number.Health[0].Problems = "BLOCKED", []int{paymentProblem}
		}},
	} {
		h := well()
		tt.change(&h)
		var wrong []string
		for _, f := range h.Findings() {
			if f.State != Passed {
				wrong = append(wrong, f.Word+"."+string(f.State))
			}
		}
		if len(wrong) != 1 || wrong[0] != tt.line {
			t.Errorf("found %v, want %s", wrong, tt.line)
		}
	}
}

// A line that is not in the list would reach the window without words.
func TestEveryLineIsListed(t *testing.T) {
	calls := regexp.MustCompile(`(pass|passWith|warn|fail|refuse)\("([a-zA-Z.]+)"`)
	literal := regexp.MustCompile(`Word: "([a-zA-Z.]+)", State: (Passed|Warn|Failed)`)
	states := map[string]string{"pass": "passed", "passWith": "passed", "warn": "warn", "fail": "failed", "refuse": "failed", "Passed": "passed", "Warn": "warn", "Failed": "failed"}
	seen := 0
	for _, name := range []string{"token.go", "number.go", "register.go", "callback.go", "health.go"} {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		check := func(word, state string) {
			seen++
			if line := word + "." + states[state]; !slices.Contains(Lines(), line) {
				t.Errorf("%s says %s, which Lines does not list", name, line)
			}
		}
		for _, m := range calls.FindAllStringSubmatch(string(source), -1) {
			check(m[2], m[1])
		}
		for _, m := range literal.FindAllStringSubmatch(string(source), -1) {
			check(m[1], m[2])
		}
	}
	if seen < 50 {
		t.Errorf("only %d lines were found: the patterns do not fit the code", seen)
	}
}
