package store

import (
	"context"
	"database/sql"
	"io"
	"maps"
	"slices"
	"sync/atomic"

	"tresen/internal/inbox"
	"tresen/internal/vault"
)

// Purpose is what the data of somebody whose data are only stored are needed
// for all the same (Art. 18(2) GDPR).
type Purpose string

// The purposes. Whoever names one says why the gate is open for it.
const (
	// Receiving stores what she writes and what belongs to it: files, reports,
	// a code or a consent she sends.
	Receiving Purpose = "receiving"
	// Delivering hands over what was let through when it was queued.
	Delivering Purpose = "delivering"
	// HerCase answers her request: the case and the letters about it. For
	// nothing else something is sent to her.
	HerCase Purpose = "case"
	// HerCopy is the copy of her data for herself (Art. 15 and 20).
	HerCopy Purpose = "copy"
	// Keeping moves stored data or ends them: erasure, retention, backup, the
	// shop's own copy of everything.
	Keeping Purpose = "keeping"
)

// pass is what a context carries.
type pass struct {
	purpose Purpose
	// only are the people it is for; nil means everybody.
	only []vault.KeyID
}

type passKey struct{}

// For returns a context in which the data of people whose data are only stored
// can be used, for that purpose. Without it everything about them fails with restricted.
func For(ctx context.Context, p Purpose) context.Context {
	return context.WithValue(ctx, passKey{}, pass{purpose: p})
}

// Looking returns a context in which the data of these people can be looked at,
// because somebody said why. Nothing can be sent to them.
func Looking(ctx context.Context, at []inbox.CustomerID) context.Context {
	only := make([]vault.KeyID, 0, len(at))
	for _, id := range at {
		only = append(only, vault.KeyID(id))
	}
	return context.WithValue(ctx, passKey{}, pass{purpose: "looking", only: only})
}

func passOf(ctx context.Context) pass {
	p, _ := ctx.Value(passKey{}).(pass)
	return p
}

func (p pass) admits(key vault.KeyID) bool {
	return p.purpose != "" && (p.only == nil || slices.Contains(p.only, key))
}

// gate is the only way to what is sealed. It keeps what belongs to people whose
// data are only stored (Art. 18 GDPR) closed to whoever names no purpose, so
// that a new reader is closed unless it says why it is not.
type gate struct {
	vault *vault.Vault
	// restricted are the keys of those people; a set is never changed, only replaced.
	restricted atomic.Pointer[map[vault.KeyID]bool]
}

func newGate(v *vault.Vault) *gate {
	g := &gate{vault: v}
	g.restricted.Store(&map[vault.KeyID]bool{})
	return g
}

// load reads whose data are only stored.
func (g *gate) load(db *connection) error {
	keys := map[vault.KeyID]bool{}
	rows, err := db.query("SELECT uuid FROM customer WHERE restricted_at_ms > 0")
	err = each(rows, err, func(r *sql.Rows) error {
		var uuid sql.RawBytes
		err := r.Scan(&uuid)
		if err == nil {
			keys[vault.KeyID(uuid)] = true
		}
		return err
	})
	g.restricted.Store(&keys)
	return wrap("list restricted customers", err)
}

// set closes or opens the gate for one person. Only the writer calls it.
func (g *gate) set(key vault.KeyID, closed bool) {
	keys := maps.Clone(*g.restricted.Load())
	delete(keys, key)
	if closed {
		keys[key] = true
	}
	g.restricted.Store(&keys)
}

// admit fails with restricted if the data under a key are only stored and ctx
// names no purpose.
func (g *gate) admit(ctx context.Context, key vault.KeyID) error {
	if !(*g.restricted.Load())[key] || passOf(ctx).admits(key) {
		return nil
	}
	return errRestricted
}

var errRestricted = inbox.NewError(inbox.CodeRestricted, "these data are only stored")

// opener opens the sealed values of a list, one after the other, in the same
// buffer.
type opener struct {
	gate   *gate
	pass   pass
	buffer []byte
}

func (g *gate) opener(ctx context.Context) *opener {
	return &opener{gate: g, pass: passOf(ctx)}
}

func (s *Store) opener(ctx context.Context) *opener { return s.gate.opener(ctx) }

func (tx *Tx) opener() *opener { return tx.w.gate.opener(tx.request.ctx) }

func (o *opener) admit(key vault.KeyID) error {
	if (*o.gate.restricted.Load())[key] && !o.pass.admits(key) {
		return errRestricted
	}
	return nil
}

// open returns a value that is valid until the next one is opened.
func (o *opener) open(key vault.KeyID, ad vault.AD, sealed []byte) ([]byte, error) {
	if err := o.admit(key); err != nil {
		return nil, err
	}
	plain, err := o.gate.vault.AppendOpen(o.buffer[:0], key, ad, sealed)
	if cap(plain) > cap(o.buffer) {
		o.buffer = plain[:0]
	}
	return plain, err
}

// take is open for a value that is kept.
func (o *opener) take(key vault.KeyID, ad vault.AD, sealed []byte) ([]byte, error) {
	if err := o.admit(key); err != nil {
		return nil, err
	}
	return o.gate.vault.Open(key, ad, sealed)
}

func (o *opener) file(key vault.KeyID, name [16]byte, source io.ReaderAt, size int64) (*vault.SealedFile, error) {
	if err := o.admit(key); err != nil {
		return nil, err
	}
	return o.gate.vault.OpenFile(key, name, source, size)
}

// readAbout is read for what is kept about one customer.
func (s *Store) readAbout(ctx context.Context, id inbox.CustomerID, fn func(db *connection) error) error {
	if err := s.gate.admit(ctx, vault.KeyID(id)); err != nil {
		return err
	}
	return s.read(ctx, fn)
}

// readConversation is read for what is kept about the customer of one conversation.
func (s *Store) readConversation(ctx context.Context, id inbox.ConversationID, fn func(db *connection, key vault.KeyID) error) error {
	return s.read(ctx, func(db *connection) error {
		key, err := s.owner(ctx, db, id)
		if err != nil {
			return err
		}
		return fn(db, key)
	})
}

// admit fails with restricted if a customer's data are only stored and the
// update names no purpose.
func (tx *Tx) admit(c CustomerRef) error {
	if !c.Restricted || passOf(tx.request.ctx).admits(c.key()) {
		return nil
	}
	return errRestricted
}

// admitSending fails with restricted if something is to be sent to somebody
// whose data are only stored and it is not about her own request.
func (tx *Tx) admitSending(c CustomerRef) error {
	if !c.Restricted || passOf(tx.request.ctx).purpose == HerCase {
		return nil
	}
	return errRestricted
}
