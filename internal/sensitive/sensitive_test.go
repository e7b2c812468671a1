package sensitive

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFind(t *testing.T) {
	for text, want := range map[string][]Kind{
		// Health.
		"Ich bin leider krank und kann nicht kommen":                   {Health},
		"Der Befund ist da":                                            {Health},
		"Anbei die AU-Bescheinigung":                                   {Health},
		"Ich bin schwanger, geht das Massageöl trotzdem?":              {Health},
		"Wegen der Schwangerschaft lieber ohne":                        {Health},
		"Haben Sie etwas ohne Nüsse? Ich habe eine Allergie":           {Health},
		"Ich bin ALLERGISCH gegen Lilien":                              {Health},
		"meine Nussallergie":                                           {Health},
		"Laktoseintoleranz bitte beachten":                             {Health},
		"Das Rezept vom Arzt liegt bei":                                {Health},
		"Das E-Rezept habe ich an die Apotheke geschickt":              {Health},
		"Meine Blutwerte sind schlecht":                                {Health},
		"Sie wurde operiert":                                           {Health},
		"I'm pregnant, is that safe?":                                  {Health},
		"my doctor says the treatment helps":                           {Health},
		"Allergies: nuts":                                              {Health},
		"Ich habe Rückenschmerzen, sagt der Zahnarzt, nein: Schmerzen": {Health},
		"hiv-positiv": {Health},

		// What only looks like it.
		"Haben Sie ein Rezept für den Apfelkuchen?":         nil,
		"Das Rezept war lecker":                             nil,
		"Wann sind die Kränze fertig?":                      nil,
		"Bitte an die Praxis in der Gartenstraße liefern":   nil,
		"Die Lieferung ins Krankenhaus, Station 3, bitte":   nil,
		"au ja, das nehme ich":                              nil,
		"I'll come tomorrow":                                nil,
		"Flusskrebs haben Sie nicht?":                       nil,
		"Der Kfz-Sachverständige macht eine Diagnose":       nil,
		"Wegen der Verkehrsbehinderung komme ich später":    nil,
		"Spültabletten und Salbei":                          nil,
		"Wir brauchen 12 Rosen bis 14.02.2026 um 10.30 Uhr": nil,
		"Stillen Sie meinen Durst nach Blumen":              nil,
		"":                                                  nil,

		// Numbers that are right.
		"DE89 3704 0044 0532 0130 00":                {IBAN},
		"IBAN: de89370400440532013000, danke":        {IBAN},
		"AT61 1904 3002 3457 3201":                   {IBAN},
		"CH93-0076-2011-6238-5295-7":                 {IBAN},
		"NL91 ABNA 0417 1643 00":                     {IBAN},
		"GB29 NWBK 6016 1331 9268 19 ist mein Konto": {IBAN},
		"Karte 4111 1111 1111 1111, 12/28":           {Card},
		"5555-5555-5555-4444":                        {Card},
		"378282246310005":                            {Card},
		"Steuer-ID 86 095 742 719":                   {TaxID},
		"47036892816":                                {TaxID},
		"Versicherten-Nr. A123456780":                {Insurance},
		"65 170839 J 003":                            {Insurance},
		"65 170839 J 00 8":                           nil,
		"T22000129 3D":                               {Document},
		"Ausweisnummer T22000129":                    {Document},
		"my passport: C01X00T47":                     {Document},
		"Befund und DE89370400440532013000":          {Health, IBAN},

		// Numbers that are not.
		"DE89 3704 0044 0532 0130 01":   nil,
		"XX89 3704 0044 0532 0130 00":   nil,
		"4111 1111 1111 1112":           nil,
		"Sendung 00340434161094042557":  nil,
		"+49 171 3920011":               nil,
		"0171/3920011 oder 089 1234567": nil,
		"+4915112345678":                nil,
		"Bestellung T22000129":          nil,
		"Rechnung 2026-11-0815":         nil,
		"86095742718":                   nil,
		"A123456781":                    nil,
	} {
		if got := Find(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v instead of %v", text, got, want)
		}
	}
}

func TestALongTextIsCutWhereALetterEnds(t *testing.T) {
	long := strings.Repeat("ä", maxText)
	if got := Find(long + " krank"); got != nil {
		t.Errorf("beyond the limit: %v", got)
	}
	if got := Find("krank " + long); !slices.Equal(got, []Kind{Health}) {
		t.Errorf("before the limit: %v", got)
	}
}

func FuzzFind(f *testing.F) {
	for _, seed := range []string{"krank", "DE89 3704 0044 0532 0130 00", "4111-1111-1111-1111", "T22000129 3D", "\xff\xfe", "A B C 1 2 3 4 5 6 7 8 9 0", "٤١١١١١١١١١١١١١١١"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Find(text)
		if len(got) > len(Kinds()) || !slices.IsSortedFunc(got, func(a, b Kind) int { return slices.Index(Kinds(), a) - slices.Index(Kinds(), b) }) {
			t.Errorf("%q: %v", text, got)
		}
		if !slices.Equal(got, Find(text)) {
			t.Errorf("%q: differs", text)
		}
		// What is found stays found when something harmless follows.
		if utf8.ValidString(text) && len(text) < maxText/2 && len(got) > 0 {
			if again := Find(text + "\n–"); !slices.Equal(got, again) {
				t.Errorf("%q: %v, then %v", text, got, again)
			}
		}
	})
}
