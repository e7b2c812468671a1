package directory

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
)

// NewCode returns a code with which one device can be paired within CodeLife.
// It fails with ErrTooMany if too many codes of a mailbox are waiting.
func (d *Directory) NewCode(ctx context.Context, id relay.MailboxID) (relay.PairingCode, time.Time, error) {
	if _, err := d.Mailbox(ctx, id); err != nil {
		return "", time.Time{}, err
	}
	now := d.opt.Now()
	waiting := 0
	err := d.dropCodes(ctx, func(c codeRecord) bool {
		if c.Mailbox == id && c.UntilMs >= now.UnixMilli() {
			waiting++
		}
		return c.UntilMs < now.UnixMilli()
	})
	if err != nil {
		return "", time.Time{}, err
	}
	if waiting >= maxCodes {
		return "", time.Time{}, fmt.Errorf("make pairing code: %w", ErrTooMany)
	}
	code, until := relay.NewPairingCode(), now.Add(CodeLife)
	value, err := json.Marshal(codeRecord{Mailbox: id, UntilMs: until.UnixMilli()})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("encode pairing code: %w", err)
	}
	return code, until, d.records.Set(ctx, relay.Record{Key: codeKey(code), Value: value})
}

// Redeem pairs a device. The code is used up by the first device that shows
// it; the same device may show it again, should it have missed the answer. It
// fails with ErrUnknown for a code that is wrong, used or too old, with
// ErrTooMany, and with relay.ErrMalformed for a key that cannot be one.
func (d *Directory) Redeem(ctx context.Context, code relay.PairingCode, signing ed25519.PublicKey, sealKey []byte) (*Mailbox, relay.DeviceID, error) {
	device := relay.DeviceOf(signing)
	if _, err := envelope.ParsePublicKey(sealKey); err != nil || len(signing) != ed25519.PublicKeySize {
		return nil, device, fmt.Errorf("pair device: %w", relay.ErrMalformed)
	}
	id, err := d.use(ctx, code, device)
	if err != nil {
		return nil, device, err
	}
	err = d.records.Set(ctx, relay.Record{Key: deviceKey(device), Value: []byte(id.String())})
	if err != nil && !errors.Is(err, relay.ErrConflict) {
		return nil, device, err
	}
	box, err := d.update(ctx, id, func(b *boxRecord) error {
		if b.device(device) != nil {
			return nil
		}
		if len(b.Devices) >= MaxDevices {
			return fmt.Errorf("pair device: %w", ErrTooMany)
		}
		b.Devices = append(b.Devices, deviceRecord{
			ID: device, SigningKey: signing, SealKey: sealKey, Generation: 1, PairedMs: d.opt.Now().UnixMilli(),
		})
		return nil
	})
	if err != nil {
		return nil, device, err
	}
	return box, device, d.settle(ctx)
}

// use marks a code as used by a device.
func (d *Directory) use(ctx context.Context, code relay.PairingCode, device relay.DeviceID) (relay.MailboxID, error) {
	unknown := fmt.Errorf("use pairing code: %w", ErrUnknown)
	for {
		r, err := d.records.Get(ctx, codeKey(code))
		if errors.Is(err, relay.ErrNoRecord) {
			return relay.MailboxID{}, unknown
		}
		if err != nil {
			return relay.MailboxID{}, err
		}
		var c codeRecord
		if err := json.Unmarshal(r.Value, &c); err != nil {
			return relay.MailboxID{}, fmt.Errorf("decode pairing code: %w", err)
		}
		switch {
		case d.opt.Now().UnixMilli() > c.UntilMs:
			return relay.MailboxID{}, unknown
		case c.Device != nil && *c.Device == device:
			return c.Mailbox, nil
		case c.Device != nil:
			return relay.MailboxID{}, unknown
		}
		c.Device = &device
		if r.Value, err = json.Marshal(c); err != nil {
			return relay.MailboxID{}, fmt.Errorf("encode pairing code: %w", err)
		}
		if err = d.records.Set(ctx, r); err == nil {
			return c.Mailbox, nil
		}
		if !errors.Is(err, relay.ErrConflict) {
			return relay.MailboxID{}, err
		}
	}
}

// ReplaceKey gives a device a new seal key. It fails with ErrOldKey if the
// generation is not newer, so that a repeated request cannot bring an old key
// back, and with relay.ErrMalformed.
func (d *Directory) ReplaceKey(ctx context.Context, m relay.MailboxID, id relay.DeviceID, sealKey []byte, generation uint64) error {
	if _, err := envelope.ParsePublicKey(sealKey); err != nil {
		return err
	}
	_, err := d.update(ctx, m, func(b *boxRecord) error {
		device := b.device(id)
		switch {
		case device == nil:
			return fmt.Errorf("replace key: %w", ErrUnknown)
		case generation == device.Generation && slices.Equal(sealKey, device.SealKey):
			return nil
		case generation <= device.Generation:
			return fmt.Errorf("replace key: %w", ErrOldKey)
		}
		device.SealKey, device.Generation = sealKey, generation
		return nil
	})
	if err != nil {
		return err
	}
	return d.settle(ctx)
}

// Unpair forgets a device and everything that waits for it.
func (d *Directory) Unpair(ctx context.Context, m relay.MailboxID, id relay.DeviceID) error {
	_, err := d.update(ctx, m, func(b *boxRecord) error {
		if b.device(id) == nil {
			return fmt.Errorf("unpair device: %w", ErrUnknown)
		}
		b.Devices = slices.DeleteFunc(b.Devices, func(d deviceRecord) bool { return d.ID == id })
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.records.Remove(ctx, deviceKey(id)); err != nil {
		return err
	}
	d.mu.Lock()
	delete(d.names, deviceKey(id))
	d.mu.Unlock()
	if err := d.settle(ctx); err != nil {
		return err
	}
	return d.engine.DropDevice(ctx, m, id)
}

// Seen notes that a device was here, at most once an hour.
func (d *Directory) Seen(ctx context.Context, m relay.MailboxID, device Device) error {
	now := d.opt.Now()
	if now.Sub(device.LastSeen) < seenEvery {
		return nil
	}
	_, err := d.update(ctx, m, func(b *boxRecord) error {
		if r := b.device(device.ID); r != nil {
			r.SeenMs = now.UnixMilli()
		}
		return nil
	})
	return err
}
