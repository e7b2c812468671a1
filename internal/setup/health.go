package setup

import (
	"slices"
	"strings"
	"time"

	"tresen/internal/cloudapi"
	"tresen/internal/inbox"
)

// Health is what was learnt about a connection; Findings says what it means.
type Health struct {
	Now time.Time
	// Way is relay or direct; deliveries by another way are not looked at.
	Way string

	// Asked is false until the provider has answered once; Err is its last refusal.
	Asked    bool
	Err      error
	Number   cloudapi.PhoneNumber
	Token    *cloudapi.TokenInfo
	Callback *cloudapi.Callbacks
	// Ours is the address deliveries should go to, or empty if unknown here.
	Ours string
	// Subscribed is nil if it could not be asked.
	Subscribed *bool

	Skew      time.Duration
	SkewKnown bool

	LastDelivery time.Time
	// Receiving and Sending say why nothing comes in or goes out, or are empty.
	Receiving, Sending inbox.Code
	Waiting            int
	Oldest             time.Time
	Unverified         int
	Unreadable         int
	// AwayFrom and AwayUntil are when this computer last did not receive, or zero.
	AwayFrom, AwayUntil time.Time
}

// Bounds of the checks.
const (
	skewWarn    = 2 * time.Minute
	skewFail    = 30 * time.Minute
	quietFor    = 7 * 24 * time.Hour
	waitingLong = time.Hour

	// What comes while the computer is away waits at the relay for 7 days, and
	// at Meta, if nobody takes it, for 36 hours for certain. (Meta docs: Create
	// a webhook endpoint.)
	relayKeeps = 7 * 24 * time.Hour
	metaKeeps  = 36 * time.Hour
)

// Findings judges everything that is known.
func (h Health) Findings() Findings {
	var f Findings
	h.receiving(&f)
	if h.Sending != "" {
		f.add().set("health.sending", Failed, h.Sending)
	} else {
		f.pass("health.sending")
	}
	h.clock(&f)
	if !h.Asked {
		if h.Err != nil {
			f.refuse("health.provider", h.Err)
		}
		return f
	}
	if h.Err != nil {
		f.refuse("health.provider", h.Err)
	} else {
		f.pass("health.provider")
	}
	h.callback(&f)
	if h.Token != nil {
		h.token(&f)
	}
	h.number(&f)
	return f
}

func (line *Finding) set(word string, state State, code inbox.Code) {
	line.Word, line.State, line.Code = word, state, code
}

func (h Health) receiving(f *Findings) {
	switch {
	case h.Receiving != "":
		f.add().set("health.receiving", Failed, h.Receiving)
	default:
		f.passWith("health.receiving", h.Way)
	}
	switch last := h.LastDelivery; {
	case last.IsZero():
		f.warn("health.neverDelivered", "")
	case h.Now.Sub(last) > quietFor:
		*f.add() = Finding{Word: "health.lastDelivery", State: Warn, At: last}
	default:
		*f.add() = Finding{Word: "health.lastDelivery", State: Passed, At: last}
	}
	if h.Way == "relay" {
		state := Passed
		if h.Waiting > 0 && !h.Oldest.IsZero() && h.Now.Sub(h.Oldest) > waitingLong {
			state = Warn
		}
		*f.add() = Finding{Word: "health.waiting", State: state, Count: h.Waiting, At: h.Oldest}
	}
	h.away(f)
	if h.Unverified > 0 {
		*f.add() = Finding{Word: "health.unverified", State: Failed, Count: h.Unverified}
	}
	if h.Unreadable > 0 {
		*f.add() = Finding{Word: "health.unreadable", State: Failed, Count: h.Unreadable}
	}
}

// away says that something may have been lost while the computer was off.
func (h Health) away(f *Findings) {
	kept := metaKeeps
	if h.Way == "relay" {
		kept = relayKeeps
	}
	if h.AwayFrom.IsZero() || h.AwayUntil.Sub(h.AwayFrom) <= kept {
		return
	}
	days := int(h.AwayUntil.Sub(h.AwayFrom).Round(24*time.Hour) / (24 * time.Hour))
	*f.add() = Finding{Word: "health.away", State: Warn, At: h.AwayFrom, Count: days}
}

func (h Health) clock(f *Findings) {
	if !h.SkewKnown {
		return
	}
	line := Finding{Word: "health.clock", State: Passed, Count: int(h.Skew.Abs().Round(time.Minute) / time.Minute)}
	if h.Skew.Abs() > skewWarn {
		line.State = Warn
	}
	if h.Skew.Abs() > skewFail {
		line.State = Failed
	}
	*f = append(*f, line)
}

func (h Health) callback(f *Findings) {
	if h.Subscribed != nil && !*h.Subscribed {
		f.fail("health.subscribed")
	}
	if h.Callback == nil || h.Way != "relay" || h.Ours == "" {
		return
	}
	switch effective := h.Callback.Effective(); {
	case effective == "":
		f.fail("health.callbackNone")
	case !cloudapi.SameAddress(effective, h.Ours):
		f.fail("health.callback")
	default:
		f.pass("health.callback")
	}
}

func (h Health) token(f *Findings) {
	if !h.Token.Valid {
		f.fail("token.valid")
		return
	}
	f.tokenScopes(*h.Token)
	f.tokenLife("token.life", *h.Token, h.Now)
}

func (h Health) number(f *Findings) {
	n := h.Number
	switch n.Status {
	case "", "CONNECTED":
		if n.Status != "" {
			f.pass("health.number")
		}
	default:
		*f.add() = Finding{Word: "health.number", State: Failed, Value: n.Status}
	}
	switch n.Quality {
	case "GREEN":
		f.pass("health.quality")
	case "YELLOW":
		f.warn("health.quality", "")
	case "RED":
		f.fail("health.quality")
	}
	if tier, ok := strings.CutPrefix(n.Limit, "TIER_"); ok && tier != "NOT_SET" {
		f.passWith("health.limit", limitWords(tier))
	}
	f.numberName("health.name", n)
	h.blocks(f)
}

// limitWords writes Meta's tiers as people do; "" stands for no limit.
func limitWords(tier string) string {
	if thousands, ok := strings.CutSuffix(tier, "K"); ok {
		return thousands + "000"
	}
	if tier == "UNLIMITED" {
		return ""
	}
	return tier
}

// paymentProblem is Meta's number for a payment method that is missing or does
// not work. (Meta docs: Health status.)
const paymentProblem = 141006

func (h Health) blocks(f *Findings) {
	payment := false
	for _, e := range h.Number.Health {
		if slices.Contains(e.Problems, paymentProblem) {
			payment = true
			continue
		}
		if e.CanSend == "" || e.CanSend == "AVAILABLE" {
			continue
		}
		line := Finding{Word: "health.blocked", State: Warn, Value: e.Type}
		if e.CanSend == "BLOCKED" {
			line.State = Failed
		}
		if len(e.Problems) > 0 {
			line.Count = e.Problems[0]
		}
		*f = append(*f, line)
	}
	if payment {
		f.fail("health.payment")
	} else if len(h.Number.Health) > 0 {
		f.pass("health.payment")
	}
}
