package client

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
)

// Identity is what makes this computer a device of a mailbox. It contains
// private keys: keep it as one secret in the keychain and nowhere else. It is
// replaced as a whole whenever Config.Save is called.
type Identity struct {
	// Relay is the relay's address: https, or http on this computer.
	Relay string `json:"relay"`
	// Mailbox is empty until Pair has succeeded.
	Mailbox     relay.MailboxID `json:"mailbox"`
	SigningSeed []byte          `json:"signing_seed"`
	// SealKeys are the keys deliveries may be sealed to, the newest first.
	SealKeys []SealKey `json:"seal_keys"`
}

// SealKey is one generation of the key pair deliveries are sealed to.
type SealKey struct {
	Seed       []byte    `json:"seed"`
	Generation uint64    `json:"generation"`
	MadeAt     time.Time `json:"made_at"`
	// Announced says that the relay seals to it, RetiredAt when it stopped.
	Announced bool      `json:"announced"`
	RetiredAt time.Time `json:"retired_at,omitzero"`
}

// maxIdentity is more than an identity with all its keys needs.
const maxIdentity = 8 << 10

// NewIdentity makes the keys of this computer. The address may lack "https://".
// It fails with invalid for an address that is none.
func NewIdentity(address string) (Identity, error) {
	address, err := parseAddress(address)
	if err != nil {
		return Identity{}, err
	}
	seed := make([]byte, ed25519.SeedSize)
	rand.Read(seed)
	key, err := newSealKey(1, time.Now())
	if err != nil {
		return Identity{}, err
	}
	return Identity{Relay: address, SigningSeed: seed, SealKeys: []SealKey{key}}, nil
}

func newSealKey(generation uint64, now time.Time) (SealKey, error) {
	key, err := envelope.NewPrivateKey()
	if err != nil {
		return SealKey{}, err
	}
	seed, err := key.Seed()
	if err != nil {
		return SealKey{}, fmt.Errorf("read seal key: %w", err)
	}
	return SealKey{Seed: seed, Generation: generation, MadeAt: now.UTC()}, nil
}

// parseAddress accepts what people type or paste.
func parseAddress(typed string) (string, error) {
	wrong := inbox.InvalidField("relay", "not a relay's address")
	text := strings.TrimSpace(typed)
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(text) > 200 {
		return "", wrong
	}
	ip := net.ParseIP(u.Hostname())
	here := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	if u.Scheme != "https" && !(u.Scheme == "http" && here) {
		return "", wrong
	}
	return u.Scheme + "://" + strings.ToLower(u.Host) + strings.TrimRight(u.Path, "/"), nil
}

// Encode returns the identity as one secret for the keychain.
func (id Identity) Encode() ([]byte, error) {
	b, err := json.Marshal(id)
	if err != nil {
		return nil, fmt.Errorf("encode relay identity: %w", err)
	}
	return b, nil
}

// DecodeIdentity reads what Encode wrote; it fails with key_missing for
// anything else.
func DecodeIdentity(b []byte) (Identity, error) {
	var id Identity
	damaged := inbox.NewError(inbox.CodeKeyMissing, "relay identity is damaged")
	if len(b) > maxIdentity || json.Unmarshal(b, &id) != nil || len(id.SigningSeed) != ed25519.SeedSize || len(id.SealKeys) == 0 {
		return Identity{}, damaged
	}
	if _, err := parseAddress(id.Relay); err != nil {
		return Identity{}, damaged
	}
	for _, k := range id.SealKeys {
		if _, err := envelope.ParsePrivateKey(k.Seed); err != nil {
			return Identity{}, damaged
		}
	}
	return id, nil
}

// Device returns this computer's id at the relay.
func (id Identity) Device() relay.DeviceID {
	return relay.DeviceOf(id.signingKey().Public().(ed25519.PublicKey))
}

func (id Identity) signingKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(id.SigningSeed) }

func (id Identity) opener() (*envelope.Opener, error) {
	var keys []*envelope.PrivateKey
	for _, k := range id.SealKeys {
		key, err := envelope.ParsePrivateKey(k.Seed)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return envelope.NewOpener(envelope.Address{Mailbox: id.Mailbox, Device: id.Device()}, keys...), nil
}

// publicSealKey returns the public half of a key.
func (k SealKey) public() ([]byte, error) {
	key, err := envelope.ParsePrivateKey(k.Seed)
	if err != nil {
		return nil, err
	}
	return key.Public(), nil
}
