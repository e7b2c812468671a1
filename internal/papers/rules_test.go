package papers

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"tresen/internal/retention"
)

func TestEveryClassAndStartHasWordsAndANorm(t *testing.T) {
	for _, country := range countries {
		for _, language := range []string{"de", "en"} {
			w := &writer{f: Facts{Country: country}, german: language == "de"}
			for _, r := range retention.Catalogue(country) {
				if w.class(r.Class) == string(r.Class) || w.classNorm(r.Class) == "" || w.start(r.Start) == string(r.Start) {
					t.Errorf("%s in %s %s: %q, %q, %q", r.Class, country, language, w.class(r.Class), w.start(r.Start), w.classNorm(r.Class))
				}
			}
		}
	}
}

// Art. 33(1): 72 hours from knowing, also over a change of the clock; in
// Switzerland as soon as possible, and only with a high risk.
func TestBreachClock(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	known := time.Date(2026, 10, 24, 12, 0, 0, 0, berlin) // summer time ends that night
	b := Breach{KnownAt: known}
	if due := b.Deadline(retention.Germany); due.Format("02.01. 15:04") != "27.10. 11:00" || due.Sub(known) != 72*time.Hour {
		t.Errorf("due %s", due)
	}
	if !b.Deadline(retention.Switzerland).IsZero() {
		t.Error("Switzerland has hours")
	}
	tests := []struct {
		name     string
		b        Breach
		country  retention.Country
		running  bool
		mustTell bool
	}{
		{"not judged", Breach{KnownAt: known}, retention.Germany, true, true},
		{"no risk", Breach{KnownAt: known, Risk: RiskNone}, retention.Austria, false, false},
		{"risk", Breach{KnownAt: known, Risk: RiskSome}, retention.Germany, true, true},
		{"risk, Switzerland", Breach{KnownAt: known, Risk: RiskSome}, retention.Switzerland, false, false},
		{"high, Switzerland", Breach{KnownAt: known, Risk: RiskHigh}, retention.Switzerland, true, true},
		{"told", Breach{KnownAt: known, Risk: RiskHigh, NotifiedAt: known}, retention.Germany, false, true},
		{"closed", Breach{KnownAt: known, Risk: RiskSome, ClosedAt: known}, retention.Germany, false, true},
	}
	for _, c := range tests {
		if got := c.b.Running(c.country); got != c.running {
			t.Errorf("%s: running %v", c.name, got)
		}
		if got := c.b.MustNotify(c.country); got != c.mustTell {
			t.Errorf("%s: must notify %v", c.name, got)
		}
	}
}

// Art. 34(3)(a): only what was sealed and locked away counts, and nothing is
// claimed where it is not known.
func TestPersonsNeedNotBeToldOnlyIfSealedAndLocked(t *testing.T) {
	for _, c := range []struct {
		b    Breach
		want Tri
	}{
		{Breach{Keys: "keychain", Locked: Yes}, Yes}, {Breach{Keys: "passphrase", Locked: No}, No},
		{Breach{Keys: "keychain"}, Unknown}, {Breach{Locked: Yes}, Unknown},
	} {
		if got := c.b.Unintelligible(); got != c.want {
			t.Errorf("%+v: %q", c.b, got)
		}
		c.b.Risk = RiskHigh
		text := textOf(WriteBreach(distinctFacts(), c.b, "de", true))
		if strings.Contains(text, "Art. 34 Abs. 3 lit. a") != (c.want == Yes) {
			t.Errorf("%+v: the entry claims otherwise", c.b)
		}
	}
}

func TestProcessorsFollowTheConfiguration(t *testing.T) {
	tests := map[string]struct {
		change func(*Facts)
		want   string
	}{
		"meta, relay of others, deepl": {func(*Facts) {}, "whatsapp relay translation"},
		"own relay":                    {func(f *Facts) { f.Answers.RelayOwn = true }, "whatsapp translation"},
		"360dialog, no relay":          {func(f *Facts) { f.Provider.Kind, f.Relay = ProviderD360, Relay{} }, "whatsapp d360 translation"},
		"nothing":                      {func(f *Facts) { *f = Facts{} }, ""},
	}
	for name, c := range tests {
		f := distinctFacts()
		c.change(&f)
		var keys []string
		for _, p := range f.Processors() {
			keys = append(keys, p.Key)
		}
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAContractIsDueAfterTwelveMonths(t *testing.T) {
	f := distinctFacts()
	f.Contracts = []Contract{{ID: 1, Party: PartyWhatsApp, Accepted: "2024-02-29"}, {ID: 2, Party: PartyWhatsApp, Accepted: "2025-02-28"}}
	p := f.Processors()[0]
	if p.Contract.ID != 2 || p.Due.Format(time.DateOnly) != "2026-02-28" {
		t.Errorf("contract %d, due %s", p.Contract.ID, p.Due)
	}
	for day, overdue := range map[string]bool{"2026-02-27": false, "2026-02-28": true} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil || p.Overdue(at) != overdue {
			t.Errorf("on %s overdue %v, %v", day, p.Overdue(at), err)
		}
	}
}

// Each line of the checklist turns its point.
func TestChecklistFollowsTheFacts(t *testing.T) {
	good := distinctFacts()
	good.At = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	good.Retention.Ran, good.Retention.Overdue = good.At.Add(-24*time.Hour), 0
	good.Backup.Newest, good.Counts = good.At.Add(-48*time.Hour), Counts{AutoMegabytes: 16, Notices: Yes, CasesKnown: true, RecordConfirmed: good.At}
	good.Log.Hits = 0
	for i := range good.Contracts {
		good.Contracts[i].Accepted = "2026-05-01"
	}
	state := func(f Facts, key string) Tri {
		for _, c := range Checks(f, "de") {
			if c.Key == key {
				return c.State
			}
		}
		return "none"
	}
	for key, want := range map[string]Tri{"solution": Yes, "contracts": Yes, "first": Yes, "consent": Yes, "inform": Yes, "imprint": Unknown, "minimise": Yes, "erase": Yes} {
		if got := state(good, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if got := Summary(good, "en"); got != "7 of 8 points met" {
		t.Errorf("%q", got)
	}
	tests := []struct {
		key   string
		want  Tri
		spoil func(*Facts)
	}{
		{"solution", No, func(f *Facts) { f.Provider.PhoneApp = Yes }},
		{"solution", Unknown, func(f *Facts) { f.Provider.RegionRead = false }},
		{"solution", No, func(f *Facts) { f.Provider.Region = "" }},
		{"contracts", No, func(f *Facts) { f.Contracts = nil }},
		{"contracts", No, func(f *Facts) { f.Contracts = []Contract{f.Contracts[0]} }},
		{"contracts", No, func(f *Facts) { f.At = f.At.AddDate(1, 0, 0) }},
		{"contracts", No, func(f *Facts) { f.Answers.Assessed = "" }},
		{"first", No, func(f *Facts) { f.Counts.ColdStarts = 1 }},
		{"consent", No, func(f *Facts) { f.Counts.Uncovered = 1 }},
		{"inform", No, func(f *Facts) { f.Counts.Notices = No }},
		{"imprint", No, func(f *Facts) { f.Shop.ImprintWhole = false }},
		{"minimise", No, func(f *Facts) { f.Counts.OldSensitive = 1 }},
		{"minimise", No, func(f *Facts) { f.Counts.AutoMegabytes = -1 }},
		{"erase", No, func(f *Facts) { f.Retention.Off = true }},
		{"erase", No, func(f *Facts) { f.Retention.Ran = f.At.Add(-26 * time.Hour) }},
		{"erase", No, func(f *Facts) { f.Retention.Overdue = 1 }},
		{"erase", No, func(f *Facts) { f.Backup.Newest = f.At.AddDate(0, 0, -f.Backup.MaxAgeDays-1) }},
		{"erase", No, func(f *Facts) { f.Counts.RecordConfirmed = f.At.AddDate(-1, 0, -1) }},
		{"erase", No, func(f *Facts) { f.Log.Whole = No }},
		{"erase", No, func(f *Facts) { f.Log.Hits = 1 }},
		{"erase", Unknown, func(f *Facts) { f.Log.Tested = time.Time{} }},
		{"erase", No, func(f *Facts) { f.Counts.Cases = 1 }},
	}
	for i, c := range tests {
		f := clone(good)
		c.spoil(&f)
		if got := state(f, c.key); got != c.want {
			t.Errorf("case %d: %s is %q, want %q", i, c.key, got, c.want)
		}
	}
}

// What moves by itself does not void a confirmation; what is set does.
func TestSettledKeepsWhatIsSet(t *testing.T) {
	f := distinctFacts()
	moved := clone(f)
	moved.At, moved.Version = moved.At.AddDate(0, 0, 1), "4.0"
	moved.Retention.Ran, moved.Backup.Newest, moved.Backup.Tested = moved.At, moved.At, moved.At
	moved.Log, moved.Counts, moved.Hosts = Log{Entries: 1}, Counts{Uses: 1}, nil
	set := clone(f)
	set.Answers.Tax.Text = "Jemand anders"
	say := func(f Facts) (text string) {
		for _, k := range Kinds() {
			if k.Confirmable() {
				text += textOf(Write(k, f.Settled(), "de", Edition{}))
			}
		}
		return text
	}
	if say(moved) != say(f) {
		t.Error("a day later the papers must be confirmed again")
	}
	if say(set) == say(f) {
		t.Error("another tax adviser changes nothing")
	}
}
