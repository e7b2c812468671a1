// Package directory knows the relay's mailboxes: their webhook addresses, their
// paired devices and the one-time codes with which devices are paired.
//
// It keeps them as records of an engine, so that it works the same for one
// process with SQLite and several with NATS. It must not know HTTP, and holds
// nothing about a shop's customers.
package directory

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tresen/internal/relay"
	"tresen/internal/relay/envelope"
)

// Errors of this package. ErrUnknown also stands for what is no longer valid.
var (
	ErrUnknown   = errors.New("unknown")
	ErrAmbiguous = errors.New("several mailboxes have this name")
	ErrTooMany   = errors.New("too many")
	ErrOldKey    = errors.New("a newer key is in use")
)

// Limits.
const (
	// CodeLife is how long a pairing code can be used.
	CodeLife = 15 * time.Minute
	// MaxDevices is how many devices a mailbox can have.
	MaxDevices = 8
	maxName    = 80
	maxCodes   = 20

	tokenBytes = 16 // of a webhook path: 128 bits
	seenEvery  = time.Hour

	aloneLife  = time.Minute
	sharedLife = time.Second
	maxCached  = 50_000
)

// Options of New.
type Options struct {
	// Shared says that other processes change the same records: what is cached
	// then lives for a second, and changes are answered once nobody can still
	// have the old state in its cache.
	Shared bool
	// MaxMailboxes bounds the mailboxes; 0 is 10,000.
	MaxMailboxes int
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Directory is the list of mailboxes. It may be used by many goroutines.
type Directory struct {
	engine  relay.Engine
	records relay.Records
	opt     Options

	mu      sync.Mutex
	boxes   map[relay.MailboxID]cached
	names   map[string]relay.MailboxID // record key of a hook or device → mailbox
	count   int                        // mailboxes, at countAt and since by this process
	countAt time.Time
}

type cached struct {
	box *Mailbox
	at  time.Time
}

// Mailbox is a state of a mailbox; it does not change.
type Mailbox struct {
	ID        relay.MailboxID
	Name      string
	CreatedAt time.Time
	// Hooks are the webhook paths, the current one first; older ones are valid
	// until the time they carry.
	Hooks    []Hook
	Devices  []Device
	Revision uint64
}

// Hook is a webhook path and the token Meta must show at the handshake.
type Hook struct {
	Token, VerifyToken string
	Until              time.Time
}

// Device is a paired computer.
type Device struct {
	ID         relay.DeviceID
	SigningKey ed25519.PublicKey
	SealKey    *envelope.PublicKey
	Generation uint64
	PairedAt   time.Time
	LastSeen   time.Time // exact to the hour
}

// Device returns the device with this id.
func (m *Mailbox) Device(id relay.DeviceID) (Device, bool) {
	for _, d := range m.Devices {
		if d.ID == id {
			return d, true
		}
	}
	return Device{}, false
}

// New returns the directory kept in records, of mailboxes kept in engine.
func New(engine relay.Engine, records relay.Records, opt Options) *Directory {
	if opt.MaxMailboxes == 0 {
		opt.MaxMailboxes = 10_000
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	return &Directory{
		engine: engine, records: records, opt: opt,
		boxes: map[relay.MailboxID]cached{}, names: map[string]relay.MailboxID{},
	}
}

func boxKey(id relay.MailboxID) string   { return "mailbox." + id.String() }
func deviceKey(id relay.DeviceID) string { return "device." + id.String() }
func codeKey(c relay.PairingCode) string { return "code." + c.Digest() }
func hookKey(token string) string {
	sum := sha256.Sum256([]byte("tresen/hook/1\n" + token))
	return "hook." + hex.EncodeToString(sum[:16])
}

func randomToken() string {
	var b [tokenBytes]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Mailbox returns a mailbox by id; it fails with ErrUnknown.
func (d *Directory) Mailbox(ctx context.Context, id relay.MailboxID) (*Mailbox, error) {
	d.mu.Lock()
	c, known := d.boxes[id]
	d.mu.Unlock()
	life := aloneLife
	if d.opt.Shared {
		life = sharedLife
	}
	if known && d.opt.Now().Sub(c.at) < life {
		return c.box, nil
	}
	read := d.opt.Now()
	r, err := d.records.Get(ctx, boxKey(id))
	if errors.Is(err, relay.ErrNoRecord) {
		d.forget(id)
		return nil, fmt.Errorf("find mailbox: %w", ErrUnknown)
	}
	if err != nil {
		return nil, err
	}
	box, err := decode(r)
	if err != nil {
		return nil, err
	}
	d.remember(box, read)
	return box, nil
}

// remember keeps a state unless a newer one is there already.
func (d *Directory) remember(box *Mailbox, read time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.boxes) >= maxCached {
		clear(d.boxes)
	}
	if c, ok := d.boxes[box.ID]; !ok || c.box.Revision <= box.Revision {
		d.boxes[box.ID] = cached{box, read}
	}
}

func (d *Directory) forget(id relay.MailboxID) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.boxes, id)
}

// lookup follows a hook's or device's record to its mailbox.
func (d *Directory) lookup(ctx context.Context, key string) (*Mailbox, error) {
	d.mu.Lock()
	id, known := d.names[key]
	d.mu.Unlock()
	if !known {
		r, err := d.records.Get(ctx, key)
		if errors.Is(err, relay.ErrNoRecord) {
			return nil, fmt.Errorf("look up: %w", ErrUnknown)
		}
		if err != nil {
			return nil, err
		}
		if id, err = relay.ParseMailboxID(string(r.Value)); err != nil {
			return nil, fmt.Errorf("look up: %w", err)
		}
		d.mu.Lock()
		if len(d.names) >= maxCached {
			clear(d.names)
		}
		d.names[key] = id
		d.mu.Unlock()
	}
	return d.Mailbox(ctx, id)
}

// ByHook returns the mailbox a webhook path belongs to; it fails with ErrUnknown.
func (d *Directory) ByHook(ctx context.Context, token string) (*Mailbox, Hook, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenBytes) {
		return nil, Hook{}, fmt.Errorf("find hook: %w", ErrUnknown)
	}
	box, err := d.lookup(ctx, hookKey(token))
	if err != nil {
		return nil, Hook{}, err
	}
	for _, h := range box.Hooks {
		if h.Token == token && (h.Until.IsZero() || d.opt.Now().Before(h.Until)) {
			return box, h, nil
		}
	}
	return nil, Hook{}, fmt.Errorf("find hook: %w", ErrUnknown)
}

// ByDevice returns a device and its mailbox; it fails with ErrUnknown.
func (d *Directory) ByDevice(ctx context.Context, id relay.DeviceID) (*Mailbox, Device, error) {
	box, err := d.lookup(ctx, deviceKey(id))
	if err != nil {
		return nil, Device{}, err
	}
	device, ok := box.Device(id)
	if !ok {
		return nil, Device{}, fmt.Errorf("find device: %w", ErrUnknown)
	}
	return box, device, nil
}

// Once reports whether a device's nonce is used for the first time.
func (d *Directory) Once(ctx context.Context, id relay.DeviceID, nonce [16]byte) (bool, error) {
	return d.records.Once(ctx, id.String()+"."+hex.EncodeToString(nonce[:]))
}

// update changes a mailbox's record, again if somebody else did in between.
func (d *Directory) update(ctx context.Context, id relay.MailboxID, change func(*boxRecord) error) (*Mailbox, error) {
	for {
		r, err := d.records.Get(ctx, boxKey(id))
		if errors.Is(err, relay.ErrNoRecord) {
			return nil, fmt.Errorf("change mailbox: %w", ErrUnknown)
		}
		if err != nil {
			return nil, err
		}
		var b boxRecord
		if err := json.Unmarshal(r.Value, &b); err != nil {
			return nil, fmt.Errorf("decode mailbox: %w", err)
		}
		if err := change(&b); err != nil {
			return nil, err
		}
		b.Hooks = slices.DeleteFunc(b.Hooks, func(h hookRecord) bool { return h.UntilMs != 0 && h.UntilMs < d.opt.Now().UnixMilli() })
		if r.Value, err = json.Marshal(b); err != nil {
			return nil, fmt.Errorf("encode mailbox: %w", err)
		}
		err = d.records.Set(ctx, r)
		if errors.Is(err, relay.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d.forget(id)
		return d.Mailbox(ctx, id)
	}
}

// settle waits until no process can have an older state in its cache.
func (d *Directory) settle(ctx context.Context) error {
	if !d.opt.Shared {
		return nil
	}
	wait := time.NewTimer(sharedLife)
	defer wait.Stop()
	select {
	case <-wait.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Ping fails if the engine does not answer.
func (d *Directory) Ping(ctx context.Context) error {
	_, err := d.records.Get(ctx, "mailbox.none")
	if errors.Is(err, relay.ErrNoRecord) {
		return nil
	}
	return err
}
