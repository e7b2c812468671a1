package store

import (
	"context"
	"slices"
	"testing"

	"tresen/internal/inbox"
)

// pair lets a customer announce a new number, from which another one writes.
func (f *folder) pair(t *testing.T) (earlier, later CustomerRef) {
	t.Helper()
	_, a := f.say(t, 1, 1, "alt")
	_, b := f.say(t, 2, 5, "neu")
	f.update(t, func(tx *Tx) error {
		if err := tx.SetShopName(a.Customer.ID, "Frau Müßig"); err != nil {
			return err
		}
		if err := tx.AnnounceIdentifier(a.Customer, inbox.KindBSUID, person(2).BSUID, at(4)); err != nil {
			return err
		}
		return tx.AnnounceIdentifier(a.Customer, inbox.KindWAID, person(2).WAID, at(4))
	})
	return a.Customer, b.Customer
}

func (f *folder) proposals(t *testing.T) int {
	t.Helper()
	list, err := f.store.ListProposals(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func (f *folder) shopName(t *testing.T, c CustomerRef) string {
	t.Helper()
	got, err := f.store.Customer(context.Background(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return got.Profile.ShopName
}

func TestJoinedPeopleAndBack(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	if n := f.proposals(t); n != 1 {
		t.Fatalf("%d proposals", n)
	}
	f.update(t, func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(9)) })
	if n := f.proposals(t); n != 0 {
		t.Errorf("%d proposals after the decision", n)
	}
	if name := f.shopName(t, b); name != "Frau Müßig" {
		t.Errorf("called %q", name)
	}
	for _, c := range []CustomerRef{a, b} {
		ids, err := f.store.Everybody(context.Background(), c.ID)
		if err != nil || len(ids) != 2 || ids[0] != c.ID {
			t.Errorf("everybody: %v, %v", ids, err)
		}
	}
	err := f.store.Update(context.Background(), func(tx *Tx) error { return tx.Join(b.ID, a.ID, at(9)) })
	wantCode(t, err, inbox.CodeConflict)
	f.say(t, 2, 11, "nach der Entscheidung")
	f.update(t, func(tx *Tx) error { return tx.Part(a.ID) })
	if name := f.shopName(t, b); name != "" {
		t.Errorf("still called %q", name)
	}
	if n := f.proposals(t); n != 1 {
		t.Errorf("%d proposals after taking it back", n)
	}
	ids, err := f.store.Everybody(context.Background(), b.ID)
	if err != nil || len(ids) != 1 {
		t.Errorf("still joined: %v, %v", ids, err)
	}
	wantCode(t, f.store.Update(context.Background(), func(tx *Tx) error { return tx.Part(a.ID) }), inbox.CodeNotFound)
}

func TestNewNamesSurvivePartingAndGoToEverybody(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	f.update(t, func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(9)) })
	f.update(t, func(tx *Tx) error { return tx.SetShopName(b.ID, "Frau Dr. Müßig") })
	if name := f.shopName(t, a); name != "Frau Dr. Müßig" {
		t.Errorf("called %q", name)
	}
	f.update(t, func(tx *Tx) error { return tx.Part(a.ID) })
	if name := f.shopName(t, b); name != "Frau Dr. Müßig" {
		t.Errorf("called %q", name)
	}
}

func TestDifferentPeopleAreNotProposedAgain(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	f.update(t, func(tx *Tx) error { return tx.SetDifferent(b.ID, a.ID) })
	if n := f.proposals(t); n != 0 {
		t.Errorf("%d proposals", n)
	}
	if _, found, err := f.store.Formerly(context.Background(), b.ID); found || err != nil {
		t.Errorf("hint is still there, %v", err)
	}
	if _, found, err := f.store.Successor(context.Background(), a.ID, shopNumber); found || err != nil {
		t.Errorf("successor is still there, %v", err)
	}
	// A mistake can be mended by hand.
	f.update(t, func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(9)) })
	wantCode(t, f.store.Update(context.Background(), func(tx *Tx) error { return tx.SetDifferent(a.ID, b.ID) }), inbox.CodeConflict)
}

// Three people joined in a row part exactly where they were joined.
func TestChainParts(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	_, third := f.say(t, 3, 6, "dritte")
	c := third.Customer
	f.update(t, func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(9)) })
	f.update(t, func(tx *Tx) error { return tx.Join(a.ID, c.ID, at(10)) })
	f.update(t, func(tx *Tx) error { return tx.Part(b.ID) }) // b was the head when the third was joined
	ids, err := f.store.Everybody(context.Background(), a.ID)
	if err != nil || !slices.Equal(ids, []inbox.CustomerID{a.ID, b.ID}) {
		t.Errorf("left are %v, %v", ids, err)
	}
	if name := f.shopName(t, c); name != "" {
		t.Errorf("third is called %q", name)
	}
	if name := f.shopName(t, b); name != "Frau Müßig" {
		t.Errorf("second is called %q", name)
	}
}

// Whatever a crash leaves, two people are joined whole or not at all.
func TestFailedJoinChangesNothing(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	err := f.store.Update(context.Background(), func(tx *Tx) error {
		if err := tx.Join(a.ID, b.ID, at(9)); err != nil {
			return err
		}
		return errTest
	})
	if err == nil {
		t.Fatal("no error")
	}
	f.reopen(t)
	ids, err := f.store.Everybody(context.Background(), a.ID)
	if err != nil || len(ids) != 1 || f.shopName(t, b) != "" {
		t.Errorf("half joined: %v, %q, %v", ids, f.shopName(t, b), err)
	}
	wantCode(t, f.store.Update(context.Background(), func(tx *Tx) error { return tx.Join(a.ID, a.ID, at(9)) }), inbox.CodeInvalid)
}

func TestErasureEndsTheJoin(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	_, third := f.say(t, 3, 6, "dritte")
	f.update(t, func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(9)) })
	f.update(t, func(tx *Tx) error { return tx.SetDifferent(a.ID, third.Customer.ID) })
	if _, err := f.store.BeginErasure(context.Background(), b.ID, at(20)); err != nil {
		t.Fatal(err)
	}
	ids, err := f.store.Everybody(context.Background(), a.ID)
	if err != nil || len(ids) != 1 {
		t.Errorf("still joined: %v, %v", ids, err)
	}
	wantCode(t, f.store.Update(context.Background(), func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(21)) }), inbox.CodeConflict)
}

func TestRestrictionCountsForEverybody(t *testing.T) {
	f := openFolder(t)
	a, b := f.pair(t)
	f.updateFor(t, func(tx *Tx) error { return tx.Restrict(a, 77, at(8)) })
	f.updateFor(t, func(tx *Tx) error { return tx.Join(a.ID, b.ID, at(9)) })
	restricted := func() (list []CustomerRef) {
		f.updateFor(t, func(tx *Tx) error {
			for _, c := range []CustomerRef{a, b} {
				ref, err := tx.FindCustomer(c.ID)
				if err != nil {
					return err
				}
				if ref.Restricted {
					list = append(list, c)
				}
			}
			return nil
		})
		return list
	}
	if list := restricted(); len(list) != 2 {
		t.Errorf("restricted are %v", list)
	}
	f.updateFor(t, func(tx *Tx) error { return tx.Part(a.ID) })
	if list := restricted(); len(list) != 1 || list[0] != a {
		t.Errorf("after parting restricted are %v", list)
	}
}
