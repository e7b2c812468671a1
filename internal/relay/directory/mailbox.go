package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"tresen/internal/relay"
)

// Add makes a mailbox. The name is the operator's note; it fails with
// relay.ErrMalformed for one that is empty, too long or not printable, and with
// ErrTooMany.
func (d *Directory) Add(ctx context.Context, name string) (*Mailbox, error) {
	name = strings.TrimSpace(name)
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return nil, fmt.Errorf("name mailbox: %w", relay.ErrMalformed)
	}
	if err := d.countIn(ctx); err != nil {
		return nil, err
	}
	id, hook := relay.NewMailboxID(), hookRecord{Token: randomToken(), Verify: randomToken()}
	if err := d.engine.Create(ctx, id); err != nil {
		return nil, err
	}
	if err := d.records.Set(ctx, relay.Record{Key: hookKey(hook.Token), Value: []byte(id.String())}); err != nil {
		return nil, err
	}
	value, err := json.Marshal(boxRecord{Name: name, CreatedMs: d.opt.Now().UnixMilli(), Hooks: []hookRecord{hook}})
	if err != nil {
		return nil, fmt.Errorf("encode mailbox: %w", err)
	}
	if err := d.records.Set(ctx, relay.Record{Key: boxKey(id), Value: value}); err != nil {
		return nil, err
	}
	return d.Mailbox(ctx, id)
}

// countIn counts a new mailbox, or fails with ErrTooMany.
func (d *Directory) countIn(ctx context.Context) error {
	now := d.opt.Now()
	d.mu.Lock()
	fresh := now.Sub(d.countAt) < aloneLife
	d.mu.Unlock()
	if !fresh {
		all, err := d.records.List(ctx, "mailbox.")
		if err != nil {
			return err
		}
		d.mu.Lock()
		d.count, d.countAt = len(all), now
		d.mu.Unlock()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.count >= d.opt.MaxMailboxes {
		return fmt.Errorf("add mailbox: %w", ErrTooMany)
	}
	d.count++
	return nil
}

// List returns all mailboxes, the oldest first.
func (d *Directory) List(ctx context.Context) ([]*Mailbox, error) {
	records, err := d.records.List(ctx, "mailbox.")
	if err != nil {
		return nil, err
	}
	list := make([]*Mailbox, 0, len(records))
	for _, r := range records {
		m, err := decode(r)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *Mailbox) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return list, nil
}

// Find returns the mailbox with this id or name.
func (d *Directory) Find(ctx context.Context, idOrName string) (*Mailbox, error) {
	if id, err := relay.ParseMailboxID(idOrName); err == nil {
		return d.Mailbox(ctx, id)
	}
	all, err := d.List(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m *Mailbox) bool { return m.Name != strings.TrimSpace(idOrName) })
	switch len(all) {
	case 0:
		return nil, fmt.Errorf("find mailbox: %w", ErrUnknown)
	case 1:
		return all[0], nil
	}
	return nil, ErrAmbiguous
}

// Rotate gives a mailbox a new webhook path and verify token. The old path
// keeps working for grace, because Meta repeats what it could not deliver.
func (d *Directory) Rotate(ctx context.Context, id relay.MailboxID, grace time.Duration) (*Mailbox, error) {
	hook := hookRecord{Token: randomToken(), Verify: randomToken()}
	if err := d.records.Set(ctx, relay.Record{Key: hookKey(hook.Token), Value: []byte(id.String())}); err != nil {
		return nil, err
	}
	var over []string
	box, err := d.update(ctx, id, func(b *boxRecord) error {
		until := d.opt.Now().Add(grace).UnixMilli()
		over = over[:0]
		for i := range b.Hooks {
			if b.Hooks[i].UntilMs == 0 {
				b.Hooks[i].UntilMs = until
			}
			if b.Hooks[i].UntilMs <= d.opt.Now().UnixMilli() {
				over = append(over, b.Hooks[i].Token)
			}
		}
		b.Hooks = append([]hookRecord{hook}, b.Hooks...)
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, d.records.Remove(ctx, hookKey(hook.Token)))
	}
	for _, token := range over {
		if err := d.records.Remove(ctx, hookKey(token)); err != nil {
			return nil, err
		}
	}
	return box, d.settle(ctx)
}

// Remove forgets a mailbox, its devices and everything that waits for them.
// Repeating it finishes what an error interrupted.
func (d *Directory) Remove(ctx context.Context, id relay.MailboxID) error {
	box, err := d.Mailbox(ctx, id)
	if err != nil && !errors.Is(err, ErrUnknown) {
		return err
	}
	keys := []string{boxKey(id)}
	if err == nil {
		for _, h := range box.Hooks {
			keys = append(keys, hookKey(h.Token))
		}
		for _, device := range box.Devices {
			keys = append(keys, deviceKey(device.ID))
		}
	}
	for _, key := range keys {
		if err := d.records.Remove(ctx, key); err != nil {
			return err
		}
	}
	if err := d.dropCodes(ctx, func(c codeRecord) bool { return c.Mailbox == id }); err != nil {
		return err
	}
	d.mu.Lock()
	d.countAt = time.Time{}
	delete(d.boxes, id)
	for _, key := range keys {
		delete(d.names, key)
	}
	d.mu.Unlock()
	if err := d.settle(ctx); err != nil {
		return err
	}
	return d.engine.Drop(ctx, id)
}

// dropCodes removes pairing codes and returns with an error or when done.
func (d *Directory) dropCodes(ctx context.Context, drop func(codeRecord) bool) error {
	codes, err := d.records.List(ctx, "code.")
	if err != nil {
		return err
	}
	for _, r := range codes {
		var c codeRecord
		if err := json.Unmarshal(r.Value, &c); err == nil && !drop(c) {
			continue
		}
		if err := d.records.Remove(ctx, r.Key); err != nil {
			return err
		}
	}
	return nil
}
