package simulator

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Config says what the simulated portfolio looks like. The zero value is a
// working play shop.
type Config struct {
	// Addr is where Start listens; by default a free port of 127.0.0.1.
	Addr string
	// AllowRemote permits listening on, and calling back to, other hosts than
	// this machine.
	AllowRemote bool

	// Token is the system user's access token, AppSecret the key of the webhook
	// signatures, VerifyToken the answer to the handshake, D360Key the key of
	// 360dialog's way of calling (§6.1 of Cloud API facts: D360-API-KEY).
	Token, AppSecret, VerifyToken, D360Key string
	AppID, AppName, BusinessID, WABAID     string

	PhoneNumberID, DisplayPhoneNumber, VerifiedName string
	// Unregistered starts with a number that must call /register first.
	Unregistered bool
	// Unsubscribed starts with a WABA no app has subscribed to.
	Unsubscribed bool
	// RequireAppSecretProof refuses calls without appsecret_proof.
	RequireAppSecretProof bool

	// CallbackURL receives the webhooks. Deliver receives them in process
	// instead; it returns the HTTP status a server would have answered. It must
	// end when ctx ends, as Close waits for it. With neither, webhooks wait in
	// Drain.
	CallbackURL string
	Deliver     func(ctx context.Context, body []byte, header http.Header) (status int)
	// RawUTF8 sends webhook bodies as plain UTF-8 instead of the escaped ASCII
	// that Meta transmits.
	RawUTF8 bool
	// WebhookVersion is the Graph API version of the webhooks; before v24.0
	// statuses carry a conversation object. Default "v25.0".
	WebhookVersion string
	// DeliveryWorkers is the number of webhooks on their way at once, default 1:
	// in order, as long as nothing has to be retried.
	DeliveryWorkers int
	// DeliveryTimeout is real time, default 10 s.
	DeliveryTimeout time.Duration
	Retry           Retry

	// Now stops the clock at this instant; zero lets it run with the machine's.
	Now time.Time
	// Seed makes ids repeatable; zero takes random ones.
	Seed uint64

	Statuses StatusTiming
	Limits   Limits
	// RejectClosedWindow answers 400/131047 at once outside the customer service
	// window; otherwise the send is accepted and fails by status, as is more
	// usual at Meta.
	RejectClosedWindow bool
	// TemplateReview is the time from creating a template to its approval;
	// negative leaves it pending until ReviewTemplate.
	TemplateReview time.Duration

	// Logger gets technical trouble only, never content. Default: silence.
	Logger *slog.Logger
}

// StatusTiming says when the ticks of an accepted message come, counted from
// the acceptance and, for Read, from the delivery. Zero means at once.
type StatusTiming struct {
	Sent, Delivered, Read time.Duration
	// AutoRead lets customers read by themselves what arrives.
	AutoRead bool
	// SkipDelivered leaves out "delivered" where the message is read at once.
	SkipDelivered bool
}

// Retry is how a delivery that was not answered with 200 is repeated: once at
// once, then after Initial, then each time Factor times later, until GiveUp has
// passed since the first try.
type Retry struct {
	Initial time.Duration // default 1 s
	Factor  float64       // default 2
	Max     time.Duration // longest pause, default 1 h
	GiveUp  time.Duration // default 36 h (Meta: Create a webhook endpoint)
}

// Limits are Meta's limits; zero takes Meta's figure, negative means unlimited.
type Limits struct {
	Throughput  int           // messages per second and number, 80
	PairBurst   int           // messages to one person at once, 45
	PairRefill  time.Duration // then one per this time, 6 s
	Management  int           // management calls per hour and token, 5,000
	WebhookBody int           // bytes of one webhook body, 3 MB
	DeliveryLog int           // tries kept for Deliveries, 2,000; negative: none
}

// Play-shop values used where Config says nothing. None of them is secret or
// valid anywhere; the number is one the Bundesnetzagentur keeps free for fiction.
const (
	DefaultToken              = "tresen-simulator-token"
	DefaultAppSecret          = "tresen-simulator-app-secret"
	DefaultVerifyToken        = "tresen-simulator-verify-token"
	DefaultD360Key            = "tresen-simulator-d360-key"
	DefaultAppID              = "670843887433847"
	DefaultBusinessID         = "506914307656634"
	DefaultWABAID             = "102290129340398"
	DefaultPhoneNumberID      = "106540352242922"
	DefaultDisplayPhoneNumber = "+49 30 23125110"
	DefaultVerifiedName       = "Blumen Wiesengrund"
)

var discardHandler = slog.NewTextHandler(io.Discard, nil)

func (c Config) withDefaults() (Config, error) {
	setString(&c.Token, DefaultToken)
	setString(&c.AppSecret, DefaultAppSecret)
	setString(&c.VerifyToken, DefaultVerifyToken)
	setString(&c.D360Key, DefaultD360Key)
	setString(&c.AppID, DefaultAppID)
	setString(&c.AppName, "Tresen")
	setString(&c.BusinessID, DefaultBusinessID)
	setString(&c.WABAID, DefaultWABAID)
	setString(&c.PhoneNumberID, DefaultPhoneNumberID)
	setString(&c.DisplayPhoneNumber, DefaultDisplayPhoneNumber)
	setString(&c.VerifiedName, DefaultVerifiedName)
	setString(&c.WebhookVersion, "v25.0")
	setNumber(&c.DeliveryWorkers, 1)
	setNumber(&c.DeliveryTimeout, 10*time.Second)
	setNumber(&c.Retry.Initial, time.Second)
	setNumber(&c.Retry.Factor, 2)
	setNumber(&c.Retry.Max, time.Hour)
	setNumber(&c.Retry.GiveUp, 36*time.Hour)
	setNumber(&c.Limits.Throughput, 80)
	setNumber(&c.Limits.PairBurst, 45)
	setNumber(&c.Limits.PairRefill, 6*time.Second)
	setNumber(&c.Limits.Management, 5000)
	setNumber(&c.Limits.WebhookBody, 3_000_000)
	setNumber(&c.Limits.DeliveryLog, 2000)
	if c.Logger == nil {
		c.Logger = slog.New(discardHandler)
	}
	if digitsOf(c.DisplayPhoneNumber) == "" {
		return c, errors.New("configure simulator: the business phone number has no digits")
	}
	if c.CallbackURL != "" {
		if err := checkCallbackURL(c.CallbackURL, c.AllowRemote); err != nil {
			return c, err
		}
	}
	return c, nil
}

func setString(p *string, value string) {
	if *p == "" {
		*p = value
	}
}

func setNumber[T int | float64 | time.Duration](p *T, value T) {
	if *p == 0 {
		*p = value
	}
}
