package vault

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// NewCustomerKey returns the id of a key that no customer has yet; it is on the
// disk already. Usually that is a spare key and costs nothing; every 128th call
// writes the keyring.
func (v *Vault) NewCustomerKey(ctx context.Context) (KeyID, error) {
	if err := ctx.Err(); err != nil {
		return KeyID{}, err
	}
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return KeyID{}, ErrClosed
	}
	if len(v.pool) == 0 {
		if err := v.fillPool(); err != nil {
			return KeyID{}, fmt.Errorf("make spare keys: %w", err)
		}
	}
	id := v.pool[0]
	v.pool = v.pool[1:]
	if !v.poolKnown {
		v.handed[id] = struct{}{}
	}
	return id, nil
}

func (v *Vault) fillPool() error {
	r := v.ring.clone()
	ids, err := r.addCustomers(v.refill, v.header.epoch)
	if err != nil {
		return err
	}
	if err := v.rewrite(r); err != nil {
		return err
	}
	v.pool = ids
	return nil
}

// MarkUsed takes the ids of all customers in the store. The first call after Open
// must name every one of them: customer keys it does not name, and that were not
// handed out since, are spare and will be given to new customers. Until that call
// no existing key counts as spare. Later calls only take ids out of the spare keys.
func (v *Vault) MarkUsed(ids []KeyID) {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return
	}
	used := make(map[KeyID]struct{}, len(ids))
	for _, id := range ids {
		used[id] = struct{}{}
	}
	if !v.poolKnown {
		maps.Copy(used, v.handed)
		v.pool = v.pool[:0:0]
		for id, e := range v.ring.keys {
			if e.kind == kindCustomer {
				v.pool = append(v.pool, id)
			}
		}
		slices.SortFunc(v.pool, func(a, b KeyID) int { return slices.Compare(a[:], b[:]) })
		v.poolKnown, v.handed = true, nil
	}
	v.dropFromPool(used)
}

func (v *Vault) dropFromPool(ids map[KeyID]struct{}) {
	v.pool = slices.DeleteFunc(v.pool, func(id KeyID) bool {
		_, drop := ids[id]
		return drop
	})
}

// NewKey makes a key that is no customer's, for example for the notes of an
// erasure job, on the disk when it returns. It never becomes a spare key; Destroy
// removes it.
func (v *Vault) NewKey() (KeyID, error) {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return KeyID{}, ErrClosed
	}
	id, err := newKeyID()
	if err != nil {
		return KeyID{}, err
	}
	r := v.ring.clone()
	if r.keys[id], err = newEntry(id, kindExtra, v.header.epoch); err != nil {
		return KeyID{}, err
	}
	if err := v.rewrite(r); err != nil {
		return KeyID{}, fmt.Errorf("make key: %w", err)
	}
	return id, nil
}
