package automatic

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/profile/imprint"
	"tresen/internal/profile/wording"
	"tresen/internal/retention"
	"tresen/internal/snippet"
)

func parts(j imprint.Jurisdiction) Parts {
	rules := retention.Catalogue(retention.Country(j))
	i := slices.IndexFunc(rules, func(r retention.Rule) bool { return r.Class == retention.Enquiry })
	return Parts{
		Jurisdiction: j, Country: retention.Country(j), Shop: "Blumen Anders", Name: "Anna Anders", City: "München", Hours: "Mo–Fr 9–18 Uhr",
		Phone: "+49 89 123456", Email: "laden@anders.example", Privacy: "https://anders.example/datenschutz#whatsapp",
		Imprint: "https://anders.example/impressum", Enquiry: rules[i],
	}
}

func TestNoticeOfEachCountryAndLanguage(t *testing.T) {
	for _, j := range imprint.Jurisdictions() {
		for _, l := range wording.Languages() {
			p := parts(j)
			text, source, err := Write(p, l)
			if err != nil {
				t.Fatal(err)
			}
			if found := Problems(p, text); len(found) > 0 {
				t.Errorf("%s %s: %v\n%s", j, l, found, text)
			}
			if source.Version != "notice-"+string(j)+"-2026-11" || source.AsAt != "2026-08-05" {
				t.Errorf("%s %s: %+v", j, l, source)
			}
			for _, fact := range []string{p.Shop, p.Name, p.City, p.Hours, p.Phone, p.Email, p.Privacy, p.Imprint, "6 "} {
				if !strings.Contains(text.String(), fact) {
					t.Errorf("%s %s lacks %q", j, l, fact)
				}
			}
			if european := strings.Contains(text.Body, "Art. 6"); european == (j == imprint.Switzerland) {
				t.Errorf("%s %s names the wrong law:\n%s", j, l, text.Body)
			}
			if strings.Contains(text.String(), "{{") || strings.Contains(text.String(), "<no value>") {
				t.Errorf("%s %s is not filled in", j, l)
			}
		}
	}
}

// What the shop configured decides every figure in it.
func TestNoticeFollowsTheRule(t *testing.T) {
	p := parts(imprint.Germany)
	for period, want := range map[retention.Period]string{
		{Months: 3}: "3 Monate nach", {Months: 1}: "1 Monat nach", {Years: 1}: "12 Monate nach", {Days: 45}: "45 Tage nach",
	} {
		p.Enquiry.Period = period
		if text, _, err := Write(p, wording.German); err != nil || !strings.Contains(text.Body, want) {
			t.Errorf("%+v: %v\n%s", period, err, text.Body)
		}
	}
}

func TestProblemsOfANotice(t *testing.T) {
	whole, _, err := Write(parts(imprint.Germany), wording.German)
	if err != nil {
		t.Fatal(err)
	}
	with := func(old, new string) func(*Parts, *Text) {
		return func(_ *Parts, text *Text) { text.Body = strings.Replace(text.Body, old, new, 1) }
	}
	tests := []struct {
		want   Problem
		change func(*Parts, *Text)
	}{
		{ProblemName, func(p *Parts, _ *Text) { p.Name = " " }},
		{ProblemLink, func(p *Parts, _ *Text) { p.Privacy = "" }},
		{ProblemPeriod, func(p *Parts, _ *Text) { p.Enquiry.Off = true }},
		{ProblemCountry, func(p *Parts, _ *Text) { p.Country = retention.Austria }},
		{ProblemEmpty, func(_ *Parts, text *Text) { *text = Text{Language: wording.German} }},
		{ProblemLong, func(_ *Parts, text *Text) { text.Body += strings.Repeat(" lang", 100) }},
		{ProblemLinkLost, with("https://anders.example/datenschutz#whatsapp", "unsere Seite")},
		{ProblemObjection, with("– schreiben Sie WIDERSPRUCH", "")},
		{ProblemObjection, with("WIDERSPRUCH.\n", "WIDERSPRUCH. Wir löschen nach 6 Monaten.\n")},
		{ProblemVague, with("6 Monate nach der letzten Nachricht", "nach 6 Monaten, sonst solange es nötig ist")},
		{ProblemVague, with("6 Monate nach", "so lange wie erforderlich, 6 Monate nach")},
		{ProblemNoPeriod, with("6 Monate nach der letzten Nachricht", "bald")},
		{ProblemPromise, with("Kurz zum Datenschutz", "100 % sicher")},
		{ProblemForeign, with("DSGVO", "DSGVO, § 174 TKG 2021")},
		{ProblemImprint, func(p *Parts, _ *Text) { p.Imprint = "" }},
		{ProblemWays, func(p *Parts, _ *Text) { p.Phone, p.Email = "", "" }},
		{ProblemHours, func(p *Parts, _ *Text) { p.Hours = "" }},
	}
	for _, tt := range tests {
		p, text := parts(imprint.Germany), whole
		tt.change(&p, &text)
		if found := Problems(p, text); !slices.Contains(found, tt.want) {
			t.Errorf("%s not found, but %v:\n%s", tt.want, found, text)
		}
	}
	if ProblemWays.Serious() || !ProblemVague.Serious() {
		t.Error("what counts as serious")
	}
	swiss := parts(imprint.Switzerland)
	if !slices.Contains(Problems(swiss, whole), ProblemForeign) {
		t.Error("a German text passes in Switzerland")
	}
}

func TestSettingsAreChecked(t *testing.T) {
	known := snippet.Values{snippet.VarShop: "x", snippet.VarOpening: "."}
	if err := First(wording.German).Check(known, false); err != nil {
		t.Error(err)
	}
	tests := map[string]func(*Settings){
		"pauseDays":                  func(s *Settings) { s.PauseDays = 0 },
		"greeting":                   func(s *Settings) { s.Greeting = Answer{On: true} },
		"greeting.variable":          func(s *Settings) { s.Greeting.Text = "Hallo {Name}" },
		"absence":                    func(s *Settings) { s.Absence.Text = strings.Repeat("x", MaxAnswer+1) },
		"hours":                      func(s *Settings) { s.Absence.On = true },
		"notice":                     func(s *Settings) { s.Notice.On = true },
		"intake.ask":                 func(s *Settings) { s.Intake.On, s.Intake.Ask = true, "" },
		"intake.buttons":             func(s *Settings) { s.Intake.On, s.Intake.No = true, "Ja" },
		"intake.questions":           func(s *Settings) { s.Intake.On, s.Intake.Questions = true, nil },
		"intake.questions.1":         func(s *Settings) { s.Intake.Questions[1].Text = "" },
		"intake.questions.0.choices": func(s *Settings) { s.Intake.Questions[0].Choices[0] = strings.Repeat("x", inbox.MaxButtonTitle+1) },
	}
	for field, spoil := range tests {
		s := First(wording.German)
		spoil(&s)
		var known2 *inbox.Error
		if err := s.Check(known, false); !errors.As(err, &known2) || known2.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
