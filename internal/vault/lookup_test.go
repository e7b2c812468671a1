package vault

import (
	"errors"
	"testing"
)

func TestLookupGenerations(t *testing.T) {
	dir, p := t.TempDir(), WithKeychain(NewMemoryKeychain())
	v := mustCreate(t, dir, p)
	lookup := func(gen uint32) [16]byte {
		t.Helper()
		sum, err := v.Lookup(gen, "wa_id", "491510000")
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	first, wamid := lookup(1), v.LookupWAMID("1", "wamid.x")
	gen, err := v.AddLookupGeneration()
	if err != nil || gen != 2 || v.LookupGen() != 2 {
		t.Fatalf("AddLookupGeneration = %d, %v", gen, err)
	}
	v.Close()
	v = mustOpen(t, dir, p)
	if lookup(1) != first || lookup(2) == first {
		t.Error("generations mixed up")
	}
	second := lookup(2)
	if _, _, err := v.Destroy(nil, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Lookup(1, "wa_id", "491510000"); !errors.Is(err, ErrUnknownGeneration) {
		t.Errorf("old generation: %v", err)
	}
	if lookup(2) != second || v.LookupWAMID("1", "wamid.x") != wamid {
		t.Error("kept lookups changed")
	}
}

func TestLookupKeepsKindsApart(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	other := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	seen := map[[16]byte]string{}
	for _, c := range [][2]string{{"wa_id", "49"}, {"wa_id4", "9"}, {"wa_i", "d49"}, {"bsuid", "49"}, {"", "wa_id49"}, {"wa_id", ""}} {
		sum, err := v.Lookup(1, c[0], c[1])
		if err != nil || seen[sum] != "" {
			t.Errorf("%v: same as %s, %v", c, seen[sum], err)
		}
		seen[sum] = c[0] + "|" + c[1]
		if elsewhere, _ := other.Lookup(1, c[0], c[1]); elsewhere == sum {
			t.Errorf("%v: same in another vault", c)
		}
	}
	if v.LookupWAMID("1", "2") == v.LookupWAMID("12", "") {
		t.Error("wamid lookups run together")
	}
}
