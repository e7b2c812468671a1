package vault

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestSealedValueOpensOnlyInItsPlace(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id, other := mustCustomer(t, v), mustCustomer(t, v)
	ad := AD{Table: "message", Column: "body", Row: 7}
	sealed := mustSeal(t, v, id, ad, "Guten Tag")
	for name, c := range map[string]struct {
		id KeyID
		ad AD
	}{
		"other customer":     {other, ad},
		"other table":        {id, AD{"messages", "body", 7}},
		"other column":       {id, AD{"message", "caption", 7}},
		"other row":          {id, AD{"message", "body", 8}},
		"names shifted":      {id, AD{"messageb", "ody", 7}},
		"names swapped":      {id, AD{"body", "message", 7}},
		"row of other sign":  {id, AD{"message", "body", -7}},
		"no associated data": {id, AD{}},
	} {
		if got, err := v.Open(c.id, c.ad, sealed); !errors.Is(err, ErrTampered) || got != nil {
			t.Errorf("%s: Open = %q, %v, want ErrTampered", name, got, err)
		}
	}
	if got, err := v.Open(id, ad, sealed); err != nil || string(got) != "Guten Tag" {
		t.Errorf("right place: %q, %v", got, err)
	}
	sealed = mustSeal(t, v, id, AD{Table: "a", Column: "\x01b"}, "x")
	if _, err := v.Open(id, AD{Table: "a\x02", Column: "b"}, sealed); !errors.Is(err, ErrTampered) {
		t.Errorf("names with length bytes in them: %v, want ErrTampered", err)
	}
}

func TestEveryChangedBitIsNoticed(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	sealed := mustSeal(t, v, id, worldAD, "Ja")
	for i := range sealed {
		for bit := range 8 {
			changed := slices.Clone(sealed)
			changed[i] ^= 1 << bit
			if _, err := v.Open(id, worldAD, changed); !errors.Is(err, ErrTampered) {
				t.Fatalf("byte %d bit %d: %v", i, bit, err)
			}
		}
		if _, err := v.Open(id, worldAD, sealed[:i]); !errors.Is(err, ErrTampered) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := v.Open(id, worldAD, append(sealed, 0)); !errors.Is(err, ErrTampered) {
		t.Errorf("one byte longer: %v", err)
	}
}

func TestSealSizesAndAppend(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	for _, n := range []int{0, 1, 63, 64, 65, 4096, 1 << 20} {
		plain := bytes.Repeat([]byte{'x'}, n)
		sealed, err := v.AppendSeal([]byte("vorn"), id, worldAD, plain)
		if err != nil || len(sealed) != 4+n+Overhead || string(sealed[:4]) != "vorn" {
			t.Fatalf("%d bytes: %d sealed, %v", n, len(sealed), err)
		}
		got, err := v.AppendOpen([]byte("vorn"), id, worldAD, sealed[4:])
		if err != nil || string(got[:4]) != "vorn" || !bytes.Equal(got[4:], plain) {
			t.Fatalf("%d bytes do not come back: %v", n, err)
		}
	}
}

func TestSameTextSealsDifferently(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	if bytes.Equal(mustSeal(t, v, id, worldAD, "Ja"), mustSeal(t, v, id, worldAD, "Ja")) {
		t.Error("two seals are equal")
	}
}

func TestSealLimits(t *testing.T) {
	v := mustCreate(t, t.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(t, v)
	long := strings.Repeat("n", maxADName)
	for _, ad := range []AD{{Table: long + "n"}, {Column: long + "n"}} {
		if _, err := v.Seal(id, ad, nil); !errors.Is(err, ErrInvalid) {
			t.Errorf("Seal = %v, want ErrInvalid", err)
		}
		if _, err := v.Open(id, ad, make([]byte, 99)); !errors.Is(err, ErrInvalid) {
			t.Errorf("Open = %v, want ErrInvalid", err)
		}
	}
	if _, err := v.Seal(id, AD{Table: long, Column: long}, nil); err != nil {
		t.Errorf("names of the greatest length: %v", err)
	}
	if _, err := v.Seal(KeyID{1}, worldAD, nil); !errors.Is(err, ErrKeyDestroyed) {
		t.Errorf("unknown key: %v", err)
	}
}

// FuzzOpen: no input but what Seal made may open.
func FuzzOpen(f *testing.F) {
	v := mustCreate(f, f.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(f, v)
	sealed, _ := v.Seal(id, worldAD, []byte("Guten Tag"))
	f.Add([]byte{})
	f.Add([]byte{sealVersion})
	f.Add(sealed)
	f.Add(sealed[:Overhead])
	f.Add(append(slices.Clone(sealed), 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := v.Open(id, worldAD, b)
		if bytes.Equal(b, sealed) {
			if err != nil || string(got) != "Guten Tag" {
				t.Fatalf("own value: %q, %v", got, err)
			}
			return
		}
		if !errors.Is(err, ErrTampered) || got != nil {
			t.Fatalf("Open = %q, %v", got, err)
		}
	})
}

// FuzzSealRoundTrip: any text in any place comes back, and only from that place.
func FuzzSealRoundTrip(f *testing.F) {
	v := mustCreate(f, f.TempDir(), WithKeychain(NewMemoryKeychain()))
	id := mustCustomer(f, v)
	f.Add([]byte("Guten Tag"), "message", "body", int64(7))
	f.Add([]byte{}, "", "", int64(-1))
	f.Fuzz(func(t *testing.T, plain []byte, table, column string, row int64) {
		if len(table) > maxADName || len(column) >= maxADName {
			t.Skip()
		}
		ad := AD{table, column, row}
		sealed, err := v.Seal(id, ad, plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Open(id, ad, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("Open = %q, %v", got, err)
		}
		if _, err := v.Open(id, AD{table, column + "x", row}, sealed); !errors.Is(err, ErrTampered) {
			t.Fatalf("other column: %v", err)
		}
	})
}
