package vault

import (
	"context"
	"errors"
	"slices"
	"testing"
)

func TestMarkUsedFormsTheSparePool(t *testing.T) {
	dir, p := t.TempDir(), WithKeychain(NewMemoryKeychain())
	v := mustCreate(t, dir, p, WithRefill(4))
	taken, spare := mustCustomer(t, v), mustCustomer(t, v)
	extra, err := v.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	v.Close()

	v = mustOpen(t, dir, p, WithRefill(4))
	early := mustCustomer(t, v)
	if early == taken || early == spare {
		t.Fatal("a key was handed out before the store said which are taken")
	}
	v.MarkUsed([]KeyID{taken})
	seen := map[KeyID]bool{taken: true, early: true, extra: true, ShopKey: true, RawKey: true}
	pool := len(v.pool)
	if want := 4 + 4 - 2; pool != want {
		t.Fatalf("%d spare keys, want %d", pool, want)
	}
	reused := false
	for range pool + 2 {
		id := mustCustomer(t, v)
		if seen[id] {
			t.Fatal("a key was handed out twice")
		}
		seen[id] = true
		reused = reused || id == spare
	}
	if !reused {
		t.Error("the spare key was not used")
	}
}

func TestMarkUsedLaterOnlyTakesAway(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()), WithRefill(4))
	first := mustCustomer(t, v)
	v.MarkUsed(nil)
	next := v.pool[0]
	v.MarkUsed([]KeyID{next})
	for range 8 {
		if id := mustCustomer(t, v); id == first || id == next {
			t.Fatal("a used key was handed out")
		}
	}
}

func TestNewCustomerKeyStopsWithItsContext(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.NewCustomerKey(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("NewCustomerKey = %v", err)
	}
}

func TestDestroyedSpareKeyIsNotHandedOut(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()), WithRefill(4))
	gone := slices.Clone(v.pool[:2])
	if _, _, err := v.Destroy(gone, 1); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if id := mustCustomer(t, v); !v.HasKey(id) {
			t.Fatal("a destroyed key was handed out")
		}
	}
}

func TestDestroy(t *testing.T) {
	for name, p := range protectors(NewMemoryKeychain()) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			v := mustCreate(t, dir, p)
			keep, gone := mustCustomer(t, v), mustCustomer(t, v)
			kept := mustSeal(t, v, keep, worldAD, "bleibt")
			key := v.ring.keys[gone]
			if _, _, err := v.Destroy([]KeyID{ShopKey}, 1); !errors.Is(err, ErrReservedKey) {
				t.Errorf("shop key: %v", err)
			}
			if _, _, err := v.Destroy([]KeyID{gone}, 7); !errors.Is(err, ErrUnknownGeneration) || !v.HasKey(gone) {
				t.Errorf("unknown generation: %v", err)
			}
			old, epoch, err := v.Destroy([]KeyID{gone}, 1)
			if err != nil || old != 1 || epoch != 2 || v.Epoch() != 2 {
				t.Fatalf("Destroy = %d, %d, %v", old, epoch, err)
			}
			if v.HasKey(gone) || !v.HasKey(keep) || !v.HasKey(RawKey) {
				t.Error("wrong keys gone")
			}
			if key.key != [32]byte{} {
				t.Error("the destroyed key is still in memory")
			}
			v.Close()
			v = mustOpen(t, dir, p)
			if v.HasKey(gone) || opens(v, keep, kept) != nil {
				t.Error("wrong keys after opening again")
			}
		})
	}
}
