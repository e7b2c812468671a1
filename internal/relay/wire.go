package relay

// Paths of the device's requests, relative to the relay's address.
const (
	PathPair    = "/v1/pair"
	PathNext    = "/v1/next"
	PathMailbox = "/v1/mailbox"
	PathKey     = "/v1/key"
	PathRemove  = "/v1/device/remove"
	// PathHook is followed by the mailbox's secret path token.
	PathHook = "/hook/"
)

// Limits of the device's requests.
const (
	// MaxRequest bounds the body of a device's request.
	MaxRequest = 16 << 10
	// MaxWait is how long a request for the next envelopes is held open. Many
	// proxies end connections that are silent for a minute.
	MaxWait = 50 // seconds
	// MaxFetch bounds the envelopes in one answer, MaxFetchBytes their size
	// together unless a single one is larger.
	MaxFetch      = 64
	MaxFetchBytes = 4 << 20
	// MaxAnswer bounds the body of an answer to a device: base64 and room for
	// one envelope of the largest kind.
	MaxAnswer = 2 * (MaxFetchBytes + MaxBody)
)

// PairRequest introduces a device. The request is signed with SigningKey's
// private half, which proves that the device holds it and covers SealKey.
type PairRequest struct {
	Code       string `json:"code"`
	SigningKey []byte `json:"signing_key"` // Ed25519
	SealKey    []byte `json:"seal_key"`    // HPKE public key
}

// PairAnswer tells a device what it has become part of.
type PairAnswer struct {
	Mailbox MailboxID `json:"mailbox"`
	Device  DeviceID  `json:"device"`
	MailboxAnswer
}

// NextRequest acknowledges all envelopes up to Acknowledge and asks for those
// after After, waiting up to Wait seconds for one. Max 0 asks for none.
type NextRequest struct {
	Acknowledge uint64 `json:"acknowledge,omitempty"`
	After       uint64 `json:"after,omitempty"`
	Wait        int    `json:"wait"`
	Max         int    `json:"max"`
}

// NextAnswer brings envelopes, in order.
type NextAnswer struct {
	Envelopes []WireEnvelope `json:"envelopes"`
	// Waiting counts the device's unacknowledged envelopes, these included.
	Waiting int `json:"waiting"`
	// Revision changes whenever MailboxAnswer does.
	Revision uint64 `json:"revision"`
}

// WireEnvelope is one envelope on its way to the device.
type WireEnvelope struct {
	Seq    uint64 `json:"seq"`
	Sealed []byte `json:"sealed"`
}

// MailboxAnswer describes a mailbox to its devices.
type MailboxAnswer struct {
	// WebhookURL and VerifyToken are what Meta has to be told.
	WebhookURL  string       `json:"webhook_url"`
	VerifyToken string       `json:"verify_token"`
	Devices     []WireDevice `json:"devices"`
	Revision    uint64       `json:"revision"`
	Waiting     int          `json:"waiting"`
	OldestMs    int64        `json:"oldest_ms,omitempty"` // Unix, 0 if none waits
	RetentionS  int64        `json:"retention_s"`
	NowMs       int64        `json:"now_ms"` // the relay's clock, Unix
}

// WireDevice describes one device of a mailbox to another.
type WireDevice struct {
	ID         DeviceID `json:"id"`
	PairedAtMs int64    `json:"paired_at_ms"`
	// LastSeenMs is exact to the hour.
	LastSeenMs int64 `json:"last_seen_ms,omitempty"`
}

// KeyRequest replaces a device's seal key. Generation grows with every key.
type KeyRequest struct {
	SealKey    []byte `json:"seal_key"`
	Generation uint64 `json:"generation"`
}

// RemoveDeviceRequest unpairs a device of the same mailbox.
type RemoveDeviceRequest struct {
	Device DeviceID `json:"device"`
}

// Problem is why a request was refused, as the desktop has to tell it apart.
type Problem string

// The problems.
const (
	ProblemMalformed Problem = "malformed"
	ProblemCode      Problem = "code"        // unknown, used or too old
	ProblemDevice    Problem = "device"      // not paired, or the signature is wrong
	ProblemClock     Problem = "clock"       // the request's time is too far off
	ProblemReplay    Problem = "replay"      // the request has been seen
	ProblemFull      Problem = "full"        // too many devices
	ProblemOld       Problem = "generation"  // an older key than the one in use
	ProblemBusy      Problem = "busy"        // try again later
	ProblemGone      Problem = "unavailable" // the engine does not answer
)

// ErrorAnswer is the body of every refusal to a device.
type ErrorAnswer struct {
	Error Problem `json:"error"`
	NowMs int64   `json:"now_ms"`
	// Generation is, with ProblemOld, the one of the key in use.
	Generation uint64 `json:"generation,omitempty"`
}
