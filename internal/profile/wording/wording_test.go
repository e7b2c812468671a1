package wording

import (
	"regexp"
	"testing"

	"tresen/internal/inbox"
)

func TestMarkAndFingerprintFollowTheText(t *testing.T) {
	if Mark("a") == Mark("b") || Fingerprint("a") == Fingerprint("b") {
		t.Error("marks do not follow the text")
	}
	for _, s := range []string{"", "a", "Grüße"} {
		if !regexp.MustCompile(`^[A-Z2-7]{4}$`).MatchString(Mark(s)) {
			t.Errorf("Mark(%q) = %q", s, Mark(s))
		}
	}
}

func TestOnlyTheTwoLanguagesExist(t *testing.T) {
	for _, l := range Languages() {
		if got, err := ParseLanguage(string(l)); err != nil || got != l {
			t.Errorf("%s: %v", l, err)
		}
	}
	if _, err := ParseLanguage("fr"); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("fr: %v", err)
	}
}
