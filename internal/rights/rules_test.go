package rights_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tresen/internal/inbox"
	"tresen/internal/rights"
)

func at(y int, m time.Month, d, hour int) time.Time {
	return time.Date(y, m, d, hour, 30, 0, 0, time.UTC)
}

func TestDueIsTheSameDayOfTheNextMonth(t *testing.T) {
	for _, test := range []struct {
		received time.Time
		country  rights.Country
		extended bool
		want     string
	}{
		{at(2026, 11, 22, 0), rights.Germany, false, "2026-12-22"},
		{at(2026, 11, 22, 23), rights.Austria, false, "2026-12-22"},
		{at(2026, 1, 31, 9), rights.Germany, false, "2026-02-28"}, // cut to the end of the shorter month
		{at(2028, 1, 31, 9), rights.Germany, false, "2028-02-29"},
		{at(2026, 12, 31, 9), rights.Germany, false, "2027-01-31"},
		{at(2026, 11, 30, 9), rights.Germany, true, "2027-02-28"},
		{at(2027, 11, 30, 9), rights.Germany, true, "2028-02-29"},
		{at(2026, 1, 31, 9), rights.Germany, true, "2026-04-30"}, // three months from receipt, not two from 28 February
		{at(2026, 1, 31, 9), rights.Switzerland, false, "2026-03-02"},
		{at(2026, 1, 31, 9), rights.Switzerland, true, "2026-05-02"},
	} {
		d := rights.Deadline{Received: test.received, Country: test.country, Extended: test.extended}
		if got := d.Due().Format(time.DateOnly); got != test.want {
			t.Errorf("%s, %s, extended %v: due %s, want %s", test.received.Format(time.DateOnly), test.country, test.extended, got, test.want)
		}
		if d.Overdue(d.Due()) || !d.Overdue(d.Due().Add(time.Second)) {
			t.Errorf("%s: the last day is not in time, or the day after is", test.received)
		}
	}
}

func TestExtensionBelongsIntoTheFirstMonth(t *testing.T) {
	d := rights.Deadline{Received: at(2026, 11, 22, 9), Country: rights.Germany}
	if !d.MayExtend(at(2026, 12, 22, 23)) || d.MayExtend(at(2026, 12, 23, 0)) {
		t.Error("the first month is counted wrongly")
	}
	d.Extended = true
	if d.MayExtend(at(2026, 12, 1, 9)) {
		t.Error("extended twice")
	}
}

func TestRemindersOnDays7_14_21_25(t *testing.T) {
	d := rights.Deadline{Received: at(2026, 11, 1, 18), Country: rights.Germany}
	for day, want := range map[int]int{0: 0, 6: 0, 7: 7, 13: 7, 14: 14, 21: 21, 24: 21, 25: 25, 30: 25} {
		if got, _ := d.Reminder(at(2026, 11, 1+day, 8)); got != want {
			t.Errorf("day %d: reminder %d, want %d", day, got, want)
		}
	}
	if !d.Reminds(at(2026, 11, 7, 9), at(2026, 11, 8, 9)) || d.Reminds(at(2026, 11, 8, 10), at(2026, 11, 9, 9)) {
		t.Error("a reminder must end when something is done, and not before")
	}
	if !d.Reminds(at(2026, 12, 2, 8), at(2026, 12, 2, 9)) {
		t.Error("what is overdue always needs a look")
	}
	d.Extended = true // due 1 February: the last month begins on 1 January
	if got, _ := d.Reminder(at(2026, 12, 20, 9)); got != 0 {
		t.Errorf("extended, in December: %d", got)
	}
	if got, _ := d.Reminder(at(2027, 1, 15, 9)); got != 14 {
		t.Errorf("extended, 15 January: %d", got)
	}
}

func TestNothingFollowsTheEnd(t *testing.T) {
	if len(rights.Closed.Next()) != 0 || rights.Answered.Open() || rights.Refused.Open() {
		t.Error("the end is not the end")
	}
	if slices.Contains(rights.Received.Next(), rights.Answered) {
		t.Error("answered before it is certain who asks")
	}
}

func TestCode(t *testing.T) {
	c, err := rights.NewChallenge(at(2026, 11, 22, 9))
	if err != nil || len(c.Code) != 6 {
		t.Fatal(c, err)
	}
	c.Code = "482913"
	for text, want := range map[string]rights.Verdict{
		"482913": rights.Right, "482 913": rights.Right, "Der Code: 482-913.": rights.Right, "٤٨٢٩١٣": rights.Right,
		"482914": rights.Wrong, "danke": rights.NoAnswer, "48291": rights.NoAnswer, "4829133": rights.NoAnswer,
		"0171482913": rights.NoAnswer, "482913 482914": rights.NoAnswer,
		"Ich hätte gern 482913 Rosen für die Hochzeit meiner Schwester im Mai": rights.NoAnswer,
	} {
		one := c
		if got := one.Answer(text, at(2026, 11, 22, 10)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := c.Answer("482913", at(2026, 11, 23, 10)); got != rights.NoAnswer {
		t.Errorf("after a day: %q", got)
	}
	var last rights.Verdict
	for range 5 {
		last = c.Answer("000000", at(2026, 11, 22, 10))
	}
	if last != rights.Spent || c.Answer("482913", at(2026, 11, 22, 10)) != rights.NoAnswer {
		t.Errorf("five wrong answers: %q, and the code is still good", last)
	}
}

func TestChangedNumber(t *testing.T) {
	now := at(2026, 11, 22, 9)
	retired := func(kind inbox.IdentifierKind, days int) []inbox.Identifier {
		return []inbox.Identifier{{Kind: kind, Retired: now.AddDate(0, 0, -days)}, {Kind: kind}}
	}
	if !rights.ChangedNumber(retired(inbox.KindWAID, 89), now) || !rights.ChangedNumber(retired(inbox.KindBSUID, 1), now) {
		t.Error("a number changed lately goes unnoticed")
	}
	if rights.ChangedNumber(retired(inbox.KindWAID, 91), now) || rights.ChangedNumber(retired(inbox.KindUsername, 1), now) || rights.ChangedNumber(nil, now) {
		t.Error("an old change, or a name, counts")
	}
}

func details(l rights.LetterKind, k rights.Kind, c rights.Country, language string) rights.Details {
	return rights.Details{
		Letter: l, Right: k, Country: c, Language: language, Number: "DS-2026-0007", Received: at(2026, 11, 22, 9), Due: at(2026, 12, 22, 23),
		Since: at(2026, 11, 23, 9), Reasons: "Wir {number} warten noch auf den Steuerberater.", Shop: "Blumen Müller", Address: "Gasse 1, 12345 Musterstadt",
		Person: "Erika Mustermann", Now: at(2026, 11, 24, 9),
	}
}

func everyLetter(t *testing.T, c rights.Country, language string, do func(rights.Details, rights.Letter)) {
	t.Helper()
	for _, l := range []rights.LetterKind{rights.Receipt, rights.Extension, rights.Refusal, rights.Answer, rights.Lifting} {
		for _, k := range rights.Kinds() {
			d := details(l, k, c, language)
			letter, err := rights.Write(d)
			if err != nil {
				t.Fatalf("%s %s %s %s: %v", c, language, l, k, err)
			}
			do(d, letter)
		}
	}
}

// Laws that must not appear in a letter of another country.
var foreign = map[rights.Country][]string{
	rights.Germany:     {"DSG,", "§ 24 DSG", "§ 29 DSG", "EDÖB", "FDPIC", "ZGB", "FADP", "Austrian", "Österreich", "ausserdem"},
	rights.Austria:     {"BDSG", "EDÖB", "FDPIC", "ZGB", "FADP", "German", "Bundesland", "ausserdem"},
	rights.Switzerland: {"ß", "DSGVO", "GDPR", "BDSG", "§", "Austrian", "Österreich", "German", "Bundesland"},
}

func TestLettersHoldWhatTheLawWantsAndNoForeignLaw(t *testing.T) {
	for country, words := range foreign {
		for _, language := range []string{"de", "en"} {
			everyLetter(t, country, language, func(d rights.Details, l rights.Letter) {
				name := string(country) + " " + language + " " + string(d.Letter) + " " + string(d.Right)
				html := string(l.Document.HTML())
				for _, word := range words {
					if strings.Contains(l.Text+html, word) {
						t.Errorf("%s: holds %q", name, word)
					}
				}
				if strings.Contains(strings.ReplaceAll(l.Text, "Wir {number} warten", ""), "{") {
					t.Errorf("%s: an empty place in %q", name, l.Text)
				}
				if !strings.Contains(l.Text, "DS-2026-0007") || !strings.Contains(l.Text, "Blumen Müller") || len([]rune(l.Text)) > 4096 {
					t.Errorf("%s: %q", name, l.Text)
				}
				remedy := map[string]string{"de": "Gericht", "en": "court"}[language]
				if d.Letter != rights.Receipt && (!strings.Contains(l.Text, remedy) || !strings.Contains(l.Text, "Steuerberater")) {
					t.Errorf("%s: no remedy or no reasons: %q", name, l.Text)
				}
				if !l.Draft || l.Document.Draft == "" || !strings.Contains(html, "Erika Mustermann") || strings.Contains(l.Text, "Erika") {
					t.Errorf("%s: not marked as draft, or the name is missing or in the wrong place", name)
				}
			})
		}
	}
}

func TestLetterIsNoDraftOnceItsTextsWereChecked(t *testing.T) {
	d := details(rights.Receipt, rights.Access, rights.Germany, "de")
	var err error
	if d.Confirmed, err = rights.Fingerprint(rights.Germany, "de"); err != nil {
		t.Fatal(err)
	}
	if l, err := rights.Write(d); err != nil || l.Draft || l.Document.Draft != "" {
		t.Errorf("%+v, %v", l, err)
	}
	d.Country = rights.Austria // its texts were not
	if l, err := rights.Write(d); err != nil || !l.Draft {
		t.Errorf("%+v, %v", l, err)
	}
}

func TestLettersThatNeedReasons(t *testing.T) {
	for _, l := range []rights.LetterKind{rights.Extension, rights.Refusal, rights.Lifting} {
		d := details(l, rights.Access, rights.Germany, "de")
		d.Reasons = " \n"
		if _, err := rights.Write(d); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s: %v", l, err)
		}
	}
	for _, d := range []rights.Details{details("x", rights.Access, rights.Germany, "de"), details(rights.Receipt, "x", rights.Germany, "de"),
		details(rights.Receipt, rights.Access, "FR", "de"), details(rights.Receipt, rights.Access, rights.Germany, "fr")} {
		if _, err := rights.Write(d); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%+v: %v", d, err)
		}
	}
}

// What stays counts as reasons, and the shop's own words follow it.
func TestLettersListWhatStays(t *testing.T) {
	for _, language := range []string{"de", "en"} {
		d := details(rights.Refusal, rights.Erasure, rights.Austria, language)
		d.Kept, d.Reasons = []string{"2 Belege (§ 132 BAO)", "Chat {number}"}, ""
		l, err := rights.Write(d)
		if err != nil || !strings.Contains(l.Text, "\n– 2 Belege (§ 132 BAO)\n– Chat {number}\n") {
			t.Errorf("%q, %v", l.Text, err)
		}
		d.Letter, d.Reasons = rights.Answer, "Wir melden uns."
		if l, err = rights.Write(d); err != nil || !strings.Contains(l.Text, "– Chat {number}\nWir melden uns.") || strings.Contains(l.Text, "nichts") {
			t.Errorf("%q, %v", l.Text, err)
		}
	}
}
