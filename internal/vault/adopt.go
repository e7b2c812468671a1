package vault

import "fmt"

// Adopt makes new keys under given ids, for customers and for what is no
// customer's, all on the disk when it returns. It is for bringing a shop back
// under the ids it had: the keys are new, so that nothing sealed before can be
// opened with them. It fails with ErrTampered if an id has a key already.
func (v *Vault) Adopt(customers, extra []KeyID) error {
	v.change.Lock()
	defer v.change.Unlock()
	if v.ring == nil {
		return ErrClosed
	}
	r := v.ring.clone()
	for kind, ids := range map[keyKind][]KeyID{kindCustomer: customers, kindExtra: extra} {
		for _, id := range ids {
			if r.keys[id] != nil {
				return fmt.Errorf("adopt id: %w", ErrTampered)
			}
			e, err := newEntry(id, kind, v.header.epoch)
			if err != nil {
				return err
			}
			r.keys[id] = e
		}
	}
	if err := v.rewrite(r); err != nil {
		return fmt.Errorf("adopt ids: %w", err)
	}
	if !v.poolKnown {
		for _, id := range customers {
			v.handed[id] = struct{}{}
		}
	}
	return nil
}
