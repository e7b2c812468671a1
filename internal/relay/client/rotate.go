package client

import (
	"context"
	"errors"
	"slices"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/relay"
)

// An identity from a backup may lack the key the relay seals to. Then a new key
// is made early, but not more often than daily: a relay that sends rubbish must
// not fill the keychain.
const (
	lostKeyAge  = 24 * time.Hour
	maxSealKeys = 6
)

func (s *Source) identity() Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// rotate replaces the seal key once a week and destroys replaced ones after
// eight days, when nothing sealed to them can wait any more. A new key is saved
// before the relay hears of it, so no delivery is ever sealed to a lost key.
// Troubles here do not stop deliveries; it is tried again later.
func (s *Source) rotate(ctx context.Context) error {
	now := s.Now()
	if now.Sub(s.rotatedAt) < rotateAgain && now.After(s.rotatedAt) {
		return nil
	}
	s.rotatedAt = now
	id := s.identity()
	id.SealKeys = slices.Clone(id.SealKeys)
	age := now.Sub(id.SealKeys[0].MadeAt)
	due := age >= relay.SealKeyLife || s.keyLost && age >= lostKeyAge && len(id.SealKeys) < maxSealKeys
	if id.SealKeys[0].Announced && due {
		key, err := newSealKey(id.SealKeys[0].Generation+1, now)
		if err != nil {
			return s.later(err)
		}
		id.SealKeys = slices.Insert(id.SealKeys, 0, key)
		if err := s.save(ctx, id); err != nil {
			return s.later(err)
		}
	}
	if !id.SealKeys[0].Announced {
		if err := s.announce(ctx, &id); err != nil {
			return s.later(err)
		}
	}
	kept := slices.DeleteFunc(slices.Clone(id.SealKeys), func(k SealKey) bool {
		return !k.RetiredAt.IsZero() && now.Sub(k.RetiredAt) > relay.OldSealKeyLife
	})
	if len(kept) < len(id.SealKeys) {
		id.SealKeys = kept
		return s.later(s.save(ctx, id))
	}
	return nil
}

// later logs an error of rotate; only one that shows the relay unreachable
// needs the caller's attention, which it will get from the next request.
func (s *Source) later(err error) error {
	if err != nil {
		s.Log.Warn("seal key was not replaced", "err", err)
	}
	return nil
}

// announce tells the relay to seal to the newest key from now on.
func (s *Source) announce(ctx context.Context, id *Identity) error {
	key := &id.SealKeys[0]
	public, err := key.public()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	tell := func() error {
		return s.caller.call(ctx, *id, relay.PathKey, relay.KeyRequest{SealKey: public, Generation: key.Generation}, &struct{}{})
	}
	err = tell()
	var refused *Refusal
	if errors.As(err, &refused) && refused.Problem == relay.ProblemOld {
		// The relay has a newer key, which this identity has lost: it is from a backup.
		key.Generation = refused.generation + 1
		err = tell()
	}
	if err != nil {
		return err
	}
	key.Announced, s.keyLost = true, false
	for i := range id.SealKeys[1:] {
		if old := &id.SealKeys[i+1]; old.RetiredAt.IsZero() {
			old.RetiredAt = s.Now().UTC()
		}
	}
	return s.save(ctx, *id)
}

// save keeps a changed identity and uses it from now on.
func (s *Source) save(ctx context.Context, id Identity) error {
	opener, err := id.opener()
	if err != nil {
		return err
	}
	if err := s.Save(ctx, id); err != nil {
		return inbox.WrapError(inbox.CodeOf(err), "save relay identity", err)
	}
	s.opener = opener
	s.mu.Lock()
	defer s.mu.Unlock()
	s.id = id
	return nil
}
