package inbox

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func at(second int) time.Time { return time.Unix(1_790_000_000+int64(second), 0).UTC() }

func TestStatusResolvesTheSameInAnyOrder(t *testing.T) {
	type report struct {
		status MessageStatus
		at     int
	}
	for _, c := range []struct {
		name    string
		reports []report
		want    MessageStatus
	}{
		{"nothing", nil, ""},
		{"sent", []report{{StatusSent, 1}}, StatusSent},
		{"late sent", []report{{StatusSent, 9}, {StatusDelivered, 2}}, StatusDelivered},
		{"read without delivered", []report{{StatusSent, 1}, {StatusRead, 3}}, StatusRead},
		{"played", []report{{StatusRead, 3}, {StatusPlayed, 4}, {StatusDelivered, 2}}, StatusPlayed},
		{"failed is final", []report{{StatusSent, 1}, {StatusFailed, 2}}, StatusFailed},
		{"sent after failed does not help", []report{{StatusFailed, 2}, {StatusSent, 5}}, StatusFailed},
		{"delivered before failed does not help", []report{{StatusDelivered, 1}, {StatusFailed, 2}}, StatusFailed},
		{"delivered after failed proves arrival", []report{{StatusFailed, 2}, {StatusDelivered, 5}}, StatusDelivered},
		{"ours are ignored", []report{{StatusQueued, 1}, {StatusUnclear, 2}, {StatusAccepted, 3}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 20 {
				var times StatusTimes
				for _, i := range append(rand.Perm(len(c.reports)), rand.Perm(len(c.reports))...) {
					times.Record(c.reports[i].status, at(c.reports[i].at))
				}
				if got, _ := times.Resolve(); got != c.want {
					t.Fatalf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

func TestStatusRecordTellsNews(t *testing.T) {
	var times StatusTimes
	if !times.Record(StatusSent, at(5)) || times.Record(StatusSent, at(5)) || times.Record(StatusSent, at(6)) || !times.Record(StatusSent, at(4)) {
		t.Error("only an earlier time is news")
	}
}

func TestWindowClosesBeforeMetaDoes(t *testing.T) {
	w := Window{LastInbound: at(0)}
	for _, c := range []struct {
		after time.Duration
		open  bool
	}{{0, true}, {23 * time.Hour, true}, {24*time.Hour - 2*time.Minute - time.Second, true}, {24*time.Hour - 2*time.Minute, false}, {24 * time.Hour, false}} {
		if w.Open(at(0).Add(c.after)) != c.open {
			t.Errorf("after %s open = %v", c.after, !c.open)
		}
	}
	if (Window{}).Open(at(0)) || !(Window{}).ClosesAt().IsZero() {
		t.Error("a window nobody opened is open")
	}
	if OpensWindow(KindSystem) || !OpensWindow(KindText) || !OpensWindow(KindCall) {
		t.Error("wrong kinds open the window")
	}
}

func TestMessageIDKeepsConversationAndTime(t *testing.T) {
	id, err := FirstMessageID(77, at(0))
	if err != nil {
		t.Fatal(err)
	}
	first, end := MessageRange(77)
	if id.Conversation() != 77 || !id.Second().Equal(at(0)) || id < first || id >= end || id.EndOfSecond()-id != MaxPerSecond {
		t.Errorf("id %d: conversation %d, second %s", id, id.Conversation(), id.Second())
	}
	later, _ := FirstMessageID(77, at(1))
	other, _ := FirstMessageID(78, at(-1_000_000))
	if later != id.EndOfSecond() || other < end {
		t.Error("ids are not in order")
	}
	for _, clamped := range []time.Time{time.Unix(0, 0), time.Unix(1<<40, 0), time.Unix(-5, 0)} {
		if id, err := FirstMessageID(MaxConversationID, clamped); err != nil || id.Conversation() != MaxConversationID || id < 0 {
			t.Errorf("%s: %d, %v", clamped, id, err)
		}
	}
	for _, c := range []ConversationID{0, -1, MaxConversationID + 1} {
		if _, err := FirstMessageID(c, at(0)); !errors.Is(err, ErrIDRange) {
			t.Errorf("conversation %d was numbered", c)
		}
	}
	if parsed, err := ParseMessageID(id.String()); err != nil || parsed != id {
		t.Errorf("parsed %d, %v", parsed, err)
	}
	for _, bad := range []string{"", "0", "-4", "x", "99999999999999999999"} {
		if _, err := ParseMessageID(bad); CodeOf(err) != CodeInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestCustomerIDReadsWhatItWrites(t *testing.T) {
	id := CustomerID{1, 0x9a, 15: 0xff}
	if parsed, err := ParseCustomerID(id.String()); err != nil || parsed != id || len(id.String()) != 36 {
		t.Errorf("%s: %v", id, err)
	}
	for _, bad := range []string{"", "x", strings.Repeat("0", 36), "zz000000-0000-0000-0000-000000000000"} {
		if _, err := ParseCustomerID(bad); CodeOf(err) != CodeInvalid {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestNormalizeWAID(t *testing.T) {
	for in, want := range map[string]string{
		"491713920001": "491713920001", "+491713920001": "491713920001",
		"": "", "+": "", "1234": "", "49 171": "", "++4917139": "", "49171392000x": "", "١٢٣٤٥٦": "", strings.Repeat("1", 21): "",
	} {
		got, ok := NormalizeWAID(in)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
}

func TestValidBSUID(t *testing.T) {
	for _, good := range []string{"US.13491208655302741918", "de.aB9", "US.ENT.11815799212886844830", "DE." + strings.Repeat("9", 128)} {
		if !ValidBSUID(good) {
			t.Errorf("%q refused", good)
		}
	}
	for _, bad := range []string{"", "US", "US.", "U.1", "USA.1", "1S.1", "US.1 2", "US.ENT.", "US.ü", "DE." + strings.Repeat("9", 129)} {
		if ValidBSUID(bad) {
			t.Errorf("%q accepted", bad)
		}
	}
}

func TestCleanKeepsLanguagesAndDropsTricks(t *testing.T) {
	for in, want := range map[string]string{
		"Frau Müller":            "Frau Müller",
		"  \u0000Anna\u0007\n ":  "Anna",
		"rechnung\u202egnp.exe":  "rechnunggnp.exe",
		"\u2067ليلى\u2069 حداد":  "ليلى حداد",
		"שלום\u200f":             "שלום\u200f",
		"a\xffb":                 "ab",
		"echt \ufffd":            "echt \ufffd",
		"👩‍👩‍👧":                  "👩‍👩‍👧",
		strings.Repeat("ä", 50):  strings.Repeat("ä", 20),
		"Zeile eins\nZeile zwei": "Zeile einsZeile zwei"[:20],
	} {
		if got := CleanLine(in, 20); got != strings.TrimSpace(want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := CleanText("eins\n\tzwei\r\u202e", 20); got != "eins\n\tzwei" {
		t.Errorf("text %q", got)
	}
	if NormalizeUsername("@anna") != "anna" {
		t.Error("username keeps its @")
	}
}

func TestDisplayNameTakesTheBest(t *testing.T) {
	all := Profile{ShopName: "Frau M.", ProfileName: "Anna", Username: "anna", Number: "491713920001"}
	for _, c := range []struct {
		p      Profile
		name   string
		source NameSource
	}{
		{all, "Frau M.", NameFromShop},
		{Profile{ProfileName: "Anna", Number: "49"}, "Anna", NameFromProfile},
		{Profile{ProfileName: "🌻"}, "🌻", NameFromProfile},
		{Profile{ProfileName: "\u200b \u200d", Username: "anna"}, "@anna", NameFromUsername},
		{Profile{Number: "491713920001"}, "+491713920001", NameFromNumber},
		{Profile{}, "", NameMissing},
	} {
		if name, source := c.p.DisplayName(); name != c.name || source != c.source {
			t.Errorf("%+v: %q from %s", c.p, name, source)
		}
	}
}

func TestErrorsCarryCodeAndCause(t *testing.T) {
	cause := errors.New("disk on fire")
	err := fmt.Errorf("keep delivery: %w", WrapError(CodeStorageFull, "commit", cause))
	if CodeOf(err) != CodeStorageFull || !errors.Is(err, cause) {
		t.Errorf("%v: %s", err, CodeOf(err))
	}
	if CodeOf(cause) != CodeInternal {
		t.Error("an unknown error is not internal")
	}
	if got := InvalidField("text", "empty").Error(); got != "invalid text: empty" {
		t.Errorf("text %q", got)
	}
	seen := map[Code]bool{}
	for _, c := range Codes() {
		if seen[c] {
			t.Errorf("code %s twice", c)
		}
		seen[c] = true
	}
}

func FuzzIdentifiers(f *testing.F) {
	for _, s := range []string{"+491713920001", "US.1349", "US.ENT.1", "@anna", "a\xff\u202eb", "\u2066\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if digits, ok := NormalizeWAID(s); ok && strings.Trim(digits, "0123456789") != "" {
			t.Errorf("%q is no number", digits)
		}
		if ValidBSUID(s) && !utf8.ValidString(s) {
			t.Errorf("%q is no BSUID", s)
		}
		for _, got := range []string{CleanLine(s, 10), CleanText(s, 10), NormalizeUsername(s)} {
			if !utf8.ValidString(got) || strings.ContainsFunc(got, isBidiOverride) || utf8.RuneCountInString(got) > 64 {
				t.Errorf("%q became %q", s, got)
			}
		}
		if again := CleanLine(CleanLine(s, 10), 10); again != CleanLine(s, 10) {
			t.Errorf("%q: cleaning twice differs", s)
		}
	})
}
