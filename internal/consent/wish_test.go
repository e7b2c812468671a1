package consent_test

import (
	"strings"
	"testing"

	"tresen/internal/consent"
)

func TestRecognise(t *testing.T) {
	for text, want := range map[string]consent.Wish{
		"STOPP": consent.WishStop, "stop": consent.WishStop, " Stop!!! 🛑": consent.WishStop, "„STOPP“": consent.WishStop,
		"Bitte stopp": consent.WishStop, "Keine Werbung mehr": consent.WishStop, "ＳＴＯＰ": consent.WishStop,
		"WIDERRUF": consent.WishStop, "opt-out": consent.WishStop, "Abmelden bitte": consent.WishStop,
		"nicht stoppen": consent.WishNone, "Bitte nicht stopp": consent.WishNone, "don't stop": consent.WishNone,
		"Der Bus hält am Stop vor dem Laden": consent.WishNone, "Wann ist Ende?": consent.WishNone,
		"Widerspruch": consent.WishObject, "Auskunft": consent.WishAccess, "Meine Daten": consent.WishAccess,
		"LÖSCHEN": consent.WishErase, "Loeschen": consent.WishErase, "lo\u0308schen": consent.WishErase, "Daten löschen.": consent.WishErase,
		"Bitte löschen Sie meine Bestellung": consent.WishNone, "Hilfe": consent.WishHelp, "START": consent.WishStart,
		"Ja": consent.WishYes, "ja, gerne!": consent.WishYes, "JA 👍": consent.WishYes, "👍": consent.WishNone, "": consent.WishNone,
		"Ja, ich komme um drei": consent.WishNone, "Nein danke": consent.WishNo, "No, thanks": consent.WishNo,
		"Straße": consent.WishNone, strings.Repeat("stop ", 100): consent.WishNone,
	} {
		if got := consent.Recognise(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestMentionsOnlyHints(t *testing.T) {
	for text, want := range map[string]consent.Wish{
		"Guten Tag, ich bitte um Auskunft nach Art. 15 DSGVO.": consent.WishAccess,
		"Können Sie bitte meine Daten löschen?":                consent.WishErase,
		"Ich erhebe Widerspruch gegen die Verarbeitung":        consent.WishObject,
		"Haben Sie noch Brot?":                                 consent.WishNone,
	} {
		if got := consent.Mentions(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if got := consent.Recognise(text); got != consent.WishNone {
			t.Errorf("%q has an effect: %q", text, got)
		}
	}
}

func TestRevocationMayMeanAContract(t *testing.T) {
	if !consent.MaybeContract("Widerruf!") || consent.MaybeContract("STOPP") {
		t.Error("only a revocation may mean a contract")
	}
}

func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"STOPP", "LÖSCHEN", "ja gerne", "don't stop", "\xff\xfe", "ﬀ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if wish := consent.Recognise(text); wish != consent.WishNone && len(strings.TrimSpace(text)) == 0 {
			t.Errorf("an empty message asks for %q", wish)
		}
		consent.Mentions(text)
	})
}
