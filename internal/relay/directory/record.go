package directory

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
)

// boxRecord is a mailbox as it is kept.
type boxRecord struct {
	Name      string         `json:"name"`
	CreatedMs int64          `json:"created_ms"`
	Hooks     []hookRecord   `json:"hooks"`
	Devices   []deviceRecord `json:"devices,omitempty"`
}

type hookRecord struct {
	Token   string `json:"token"`
	Verify  string `json:"verify"`
	UntilMs int64  `json:"until_ms,omitempty"`
}

type deviceRecord struct {
	ID         relay.DeviceID `json:"id"`
	SigningKey []byte         `json:"signing_key"`
	SealKey    []byte         `json:"seal_key"`
	Generation uint64         `json:"generation"`
	PairedMs   int64          `json:"paired_ms"`
	SeenMs     int64          `json:"seen_ms,omitempty"`
}

// codeRecord is a pairing code that has been handed out. Device is who used it.
type codeRecord struct {
	Mailbox relay.MailboxID `json:"mailbox"`
	UntilMs int64           `json:"until_ms"`
	Device  *relay.DeviceID `json:"device,omitempty"`
}

func decode(r relay.Record) (*Mailbox, error) {
	var b boxRecord
	if err := json.Unmarshal(r.Value, &b); err != nil {
		return nil, fmt.Errorf("decode mailbox: %w", err)
	}
	id, err := relay.ParseMailboxID(strings.TrimPrefix(r.Key, "mailbox."))
	if err != nil {
		return nil, fmt.Errorf("decode mailbox: %w", err)
	}
	m := &Mailbox{ID: id, Name: b.Name, CreatedAt: time.UnixMilli(b.CreatedMs), Revision: r.Version}
	for _, h := range b.Hooks {
		m.Hooks = append(m.Hooks, Hook{h.Token, h.Verify, instant(h.UntilMs)})
	}
	if len(m.Hooks) == 0 {
		return nil, fmt.Errorf("decode mailbox: %w", relay.ErrMalformed)
	}
	for _, d := range b.Devices {
		key, err := envelope.ParsePublicKey(d.SealKey)
		if err != nil {
			return nil, fmt.Errorf("decode device: %w", err)
		}
		m.Devices = append(m.Devices, Device{
			ID: d.ID, SigningKey: ed25519.PublicKey(d.SigningKey), SealKey: key, Generation: d.Generation,
			PairedAt: instant(d.PairedMs), LastSeen: instant(d.SeenMs),
		})
	}
	return m, nil
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

func (b *boxRecord) device(id relay.DeviceID) *deviceRecord {
	for i := range b.Devices {
		if b.Devices[i].ID == id {
			return &b.Devices[i]
		}
	}
	return nil
}
