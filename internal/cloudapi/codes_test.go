package cloudapi

import (
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
)

// Every line of the table speaks a code the catalogues know and says where it is from.
func TestMeanings(t *testing.T) {
	for number, m := range meanings {
		if !slices.Contains(inbox.Codes(), m.code) {
			t.Errorf("%d: code %q", number, m.code)
		}
		if !strings.HasPrefix(m.link, "https://developers.facebook.com/") {
			t.Errorf("%d: link %q", number, m.link)
		}
		if m.code == inbox.CodeTokenExpired != (m.class == ClassAuth) {
			t.Errorf("%d: code %s, class %d", number, m.code, m.class)
		}
	}
}

// The numbers that may be tried again, and no others. (Meta docs: Error codes.)
func TestRetriedNumbers(t *testing.T) {
	want := map[int]Class{
		1: ClassTwice, 2: ClassBackoff, 4: ClassSlow, 80007: ClassSlow, 130429: ClassBackoff, 131000: ClassBackoff, 131016: ClassBackoff,
		131056: ClassPair, 131057: ClassSlow, 133004: ClassBackoff, 139102: ClassBackoff, 139103: ClassBackoff, 2494100: ClassBackoff,
	}
	for number := range 3_000_000 {
		m, ok := meaningOf(number)
		class := want[number]
		if !ok {
			m.class = ClassNever
		}
		if m.class != class && m.class != ClassAuth && m.class != ClassAccount {
			t.Errorf("%d: class %d, want %d", number, m.class, class)
		}
	}
}
