package client

import (
	"context"
	"crypto/ed25519"
	"net/http"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/relay"
)

// Mailbox is what the relay says about this computer's mailbox.
type Mailbox struct {
	// WebhookURL and VerifyToken are what Meta's callback has to be set to. Both
	// change when the operator replaces the path.
	WebhookURL, VerifyToken string
	// Devices are all paired computers, this one included. One that nobody in
	// the shop knows must be removed: every device gets every delivery.
	Devices []Device
	// Waiting counts what has not been brought here yet, Oldest is since when
	// (zero if nothing waits), Retention after how long the relay forgets it.
	Waiting   int
	Oldest    time.Time
	Retention time.Duration
	// Skew is how far the relay's clock is ahead of this computer's.
	Skew     time.Duration
	revision uint64
}

// Device is one computer of the mailbox.
type Device struct {
	ID       relay.DeviceID
	PairedAt time.Time
	LastSeen time.Time // exact to the hour, zero if never
	This     bool
}

// Pair makes this computer a device of the mailbox the code was made for. On
// success it returns the completed identity, to be kept at once. If the answer
// got lost (relay_unreachable), call it again with the same identity and code.
// It fails with invalid and Field "code" for a typing mistake, not_found for a
// code that is unknown, used or older than 15 minutes, conflict if the mailbox
// has no room for another device, and rate_limited.
func Pair(ctx context.Context, web *http.Client, id Identity, code string) (Identity, Mailbox, error) {
	parsed, err := relay.ParsePairingCode(code)
	if err != nil {
		return id, Mailbox{}, inbox.InvalidField("code", "not a pairing code")
	}
	seal, err := id.SealKeys[0].public()
	if err != nil {
		return id, Mailbox{}, inbox.WrapError(inbox.CodeKeyMissing, "read seal key", err)
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	c := &caller{http: web, now: time.Now}
	question := relay.PairRequest{Code: string(parsed), SigningKey: id.signingKey().Public().(ed25519.PublicKey), SealKey: seal}
	var a relay.PairAnswer
	if err := c.call(ctx, id, relay.PathPair, question, &a); err != nil {
		return id, Mailbox{}, err
	}
	if a.Device != id.Device() || a.Mailbox == (relay.MailboxID{}) {
		return id, Mailbox{}, inbox.NewError(inbox.CodeRelayUnreachable, "answer is not a relay's")
	}
	id.Mailbox = a.Mailbox
	id.SealKeys[0].Announced = true
	return id, mailboxOf(a.MailboxAnswer, id, time.Now()), nil
}

func mailboxOf(a relay.MailboxAnswer, id Identity, now time.Time) Mailbox {
	m := Mailbox{
		WebhookURL: a.WebhookURL, VerifyToken: a.VerifyToken, Waiting: a.Waiting, revision: a.Revision,
		Retention: time.Duration(a.RetentionS) * time.Second, Skew: time.UnixMilli(a.NowMs).Sub(now),
	}
	if a.OldestMs != 0 {
		m.Oldest = time.UnixMilli(a.OldestMs)
	}
	for _, d := range a.Devices {
		device := Device{ID: d.ID, PairedAt: time.UnixMilli(d.PairedAtMs), This: d.ID == id.Device()}
		if d.LastSeenMs != 0 {
			device.LastSeen = time.UnixMilli(d.LastSeenMs)
		}
		m.Devices = append(m.Devices, device)
	}
	return m
}
