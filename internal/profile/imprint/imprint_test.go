package imprint

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tresen/internal/inbox"
	"tresen/internal/profile/wording"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update rewrites it):\n%s", name, got)
	}
}

// sample returns complete details for every legal form.
func sample(f Form) Details {
	d := Details{
		Form: f, Name: "Blumen Wiesengrund", People: []string{"Erika Beispiel"}, Street: "Am Markt 3", PostalCode: "12345",
		City: "Musterstadt", Email: "laden@wiesengrund.example", Phone: "+49 (0)30 1234567",
	}
	switch f.Jurisdiction() {
	case Germany:
		d.VATID, d.BusinessID = "DE123456789", "DE123456789-00001"
	case Austria:
		d.PostalCode, d.Phone, d.VATID = "1010", "+43 1 2345678", "ATU12345678"
		d.Purpose, d.Membership = "Handel mit Blumen", "Wirtschaftskammer Wien"
		d.Authority = Body{Name: "Magistratisches Bezirksamt des 1. Bezirks"}
	case Switzerland:
		d.PostalCode, d.Phone, d.VATID = "8001", "+41 44 123 45 67", "CHE-123.456.789 MWST"
	}
	court := func(number string) Register { return Register{"Amtsgericht Musterstadt", number} }
	vienna := Register{"Handelsgericht Wien", "FN 123456a"}
	zurich := Register{"Handelsregisteramt des Kantons Zürich", "CHE-123.456.789"}
	two := []string{"Erika Beispiel", "Dr. Max Muster"}
	switch f {
	case DEFreelance:
		d.Name = ""
		d.Profession = Profession{
			Title: "Steuerberaterin", State: "Bundesrepublik Deutschland", Rules: "Steuerberatungsgesetz (StBerG)",
			RulesWeb: "https://www.gesetze-im-internet.de/stberg/",
			Chamber:  Body{"Steuerberaterkammer Musterland", "Kammerweg 1, 12345 Musterstadt", "https://kammer.example"},
		}
	case DEEK:
		d.Name, d.Register = "Blumen Wiesengrund e.K.", court("HRA 4711")
	case DEGbR:
		d.Name, d.People = "Beispiel und Muster GbR", two
	case DEeGbR:
		d.Name, d.People, d.Register = "Beispiel und Muster eGbR", two, court("GsR 12")
	case DEOHG:
		d.Name, d.People, d.Register = "Beispiel & Muster OHG", two, court("HRA 4711")
	case DEKG:
		d.Name, d.Register = "Beispiel KG", court("HRA 4711")
	case DEGmbHCoKG:
		d.Name, d.Register = "Wiesengrund GmbH & Co. KG", court("HRA 4711")
		d.Partner = Company{"Wiesengrund Verwaltungs-GmbH", court("HRB 4712 B")}
		d.Dispute = Dispute{Stance: StanceUnwilling}
	case DEUG:
		d.Name, d.Register, d.Liquidation = "Wiesengrund UG (haftungsbeschränkt)", court("HRB 4713"), true
	case DEGmbH:
		d.Name, d.People, d.Register = "Wiesengrund GmbH", two, court("HRB 4714")
		d.Authority = Body{"Gewerbeamt Musterstadt", "Rathausplatz 1, 12345 Musterstadt", "https://amt.example"}
		d.Editor = Body{Name: "Erika Beispiel", Address: "Am Markt 3, 12345 Musterstadt"}
		d.Dispute = Dispute{StanceWilling, Body{"Schlichtungsstelle Muster e.V.", "Ring 2, 12345 Musterstadt", "https://schlichtung.example"}}
	case DEVerein:
		d.Name, d.Register = "Gartenfreunde e.V.", court("VR 99")
	case ATEU:
		d.Name, d.Register = "Wiesengrund e.U.", vienna
	case ATOG:
		d.Name, d.Register = "Beispiel & Muster OG", vienna
	case ATKG:
		d.Name, d.Register = "Beispiel KG", vienna
	case ATGmbH:
		d.Name, d.Register = "Wiesengrund GmbH", vienna
	case ATVerein:
		d.Name, d.Register = "Gartenfreunde Wien", Register{Number: "ZVR 1234567890"}
	case ATFreelance:
		d.Profession = Profession{
			Title: "Psychotherapeutin", State: "Österreich", Rules: "Psychotherapiegesetz", RulesWeb: "https://www.ris.bka.gv.at/",
		}
	case CHSole:
		d.Register = Register{Number: "CHE-123.456.789"}
	case CHKollektiv:
		d.Name, d.Register = "Beispiel & Muster KLG", zurich
	case CHGmbH:
		d.Name, d.Register = "Wiesengrund GmbH", zurich
	case CHAG:
		d.Name, d.Register = "Wiesengrund AG", zurich
	}
	return d
}

func everyForm() []Form {
	var forms []Form
	for _, j := range Jurisdictions() {
		forms = append(forms, Forms(j)...)
	}
	return forms
}

func TestImprintOfEveryLegalForm(t *testing.T) {
	for _, f := range everyForm() {
		for _, language := range wording.Languages() {
			doc, err := Write(sample(f), language, "")
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			golden(t, "imprint-"+string(f)+"."+string(language)+".txt", doc.Text())
		}
	}
	if len(formRules()) != len(everyForm()) {
		t.Error("a form is not listed for any jurisdiction")
	}
}

func TestImprintPageOfEachJurisdiction(t *testing.T) {
	for _, f := range []Form{DEGmbH, DEFreelance, ATEU, CHAG} {
		for _, language := range wording.Languages() {
			doc, err := Write(sample(f), language, "")
			if err != nil {
				t.Fatal(err)
			}
			html, err := Page(doc, Twin{Address: "imprint.html", Language: wording.English, Title: "Legal notice"})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "imprint-"+string(f)+"."+string(language)+".html", html)
		}
	}
	if _, err := Page(Document{}, Twin{Address: "javascript:alert(1)"}); inbox.CodeOf(err) != inbox.CodeInvalid {
		t.Errorf("a twin that is no page: %v", err)
	}
}

func TestPrivacyPartOfEachJurisdiction(t *testing.T) {
	p := Privacy{EnquiryMonths: 6, OrderMonths: 12, Region: "DE", Authority: "Landesbeauftragte für den Datenschutz, Musterweg 5, 12345 Musterstadt"}
	for _, f := range []Form{DEGmbH, ATEU, CHAG} {
		for _, language := range wording.Languages() {
			doc, err := WritePrivacy(sample(f), p, language, "")
			if err != nil {
				t.Fatal(err)
			}
			html, err := Page(doc, Twin{})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "privacy-"+string(f)+"."+string(language)+".html", html)
		}
	}
	for field, change := range map[string]func(*Privacy){
		"enquiryMonths": func(p *Privacy) { p.EnquiryMonths = 0 },
		"orderMonths":   func(p *Privacy) { p.OrderMonths = 121 },
		"authority":     func(p *Privacy) { p.Authority = " " },
		"region":        func(p *Privacy) { p.Region = "US" },
	} {
		broken := p
		change(&broken)
		_, err := WritePrivacy(sample(DEGmbH), broken, wording.German, "")
		expectField(t, err, field)
	}
}

func expectField(t *testing.T, err error, field string) {
	t.Helper()
	e, ok := err.(*inbox.Error)
	if !ok || e.Code != inbox.CodeInvalid || e.Field != field {
		t.Errorf("%v, want the field %s", err, field)
	}
}

// § 5 DDG in an Austrian imprint would be an error, and so the other way round.
func TestJurisdictionsAreNeverMixed(t *testing.T) {
	foreign := map[Jurisdiction][]string{
		Germany:     {"ECG", "MedienG", "Firmenbuch", "UID", "TKG", "BAO", "UGB", "lit. s", "MWST", "958f", "Österreich", "Schweiz"},
		Austria:     {"DDG", "MStV", "VSBG", "Amtsgericht", "HGB", "§ 147 AO", "§ 7 Abs. 2", "lit. s", "MWST", "958f", "Deutschland", "Schweiz"},
		Switzerland: {"DDG", "MStV", "VSBG", "ECG", "MedienG", "Firmenbuch", "DSGVO", "GDPR", "HGB", "BAO", "TKG", "Österreich", "Deutschland"},
	}
	for _, f := range everyForm() {
		for _, language := range wording.Languages() {
			doc, err := Write(sample(f), language, "")
			if err != nil {
				t.Fatal(err)
			}
			privacy, err := WritePrivacy(sample(f), Privacy{EnquiryMonths: 6, OrderMonths: 12, Authority: "X"}, language, "")
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range foreign[f.Jurisdiction()] {
				if strings.Contains(doc.Text(), word) || strings.Contains(privacy.Text(), word) {
					t.Errorf("%s %s names %s", f, language, word)
				}
			}
		}
	}
}

func TestNoOutdatedLawIsNamed(t *testing.T) {
	entries, err := texts.ReadDir("texts")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := texts.ReadFile("texts/" + e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"TMG", "Telemedien", "RStV", "TTDSG", "odr", "OS-Plattform", "Privacy Shield", "rechtssicher", "konform", "end-to-end", "Ende-zu-Ende"} {
			if strings.Contains(string(data), word) {
				t.Errorf("%s names %s", e.Name(), word)
			}
		}
	}
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	for _, j := range Jurisdictions() {
		de, err := loadLabels("imprint-"+string(j), wording.German)
		if err != nil {
			t.Fatal(err)
		}
		en, err := loadLabels("imprint-"+string(j), wording.English)
		if err != nil {
			t.Fatal(err)
		}
		for key := range de {
			if en[key] == "" {
				t.Errorf("%s: %s is missing in English", j, key)
			}
		}
		if len(de) != len(en) || de["version"] != en["version"] || de["asAt"] != en["asAt"] {
			t.Errorf("%s: the twins differ", j)
		}
		for _, f := range Forms(j) {
			if role := formRules()[f].role; de[role] == "" {
				t.Errorf("%s: no word for %s", f, role)
			}
		}
		a, _, err := loadDocument("privacy-"+string(j), wording.German)
		if err != nil {
			t.Fatal(err)
		}
		b, _, err := loadDocument("privacy-"+string(j), wording.English)
		if err != nil || len(a.Sections) != len(b.Sections) || a.Version != b.Version {
			t.Errorf("%s: the privacy twins differ, %v", j, err)
		}
	}
}

func TestDraftUntilExactlyThisTextIsConfirmed(t *testing.T) {
	d := sample(DEGmbH)
	draft, err := Write(d, wording.German, "")
	if err != nil || !strings.Contains(draft.Text(), "Entwurf – bitte prüfen lassen") {
		t.Fatalf("no draft: %v", err)
	}
	final, err := Write(d, wording.German, draft.Fingerprint())
	if err != nil || final.Draft != "" || strings.Contains(final.Text(), "Entwurf") {
		t.Errorf("confirmed, but %q, %v", final.Draft, err)
	}
	d.Street = "Am Markt 4"
	if moved, err := Write(d, wording.German, draft.Fingerprint()); err != nil || moved.Draft == "" {
		t.Errorf("after moving house the old confirmation still counts, %v", err)
	}
	if english, err := Write(sample(DEGmbH), wording.English, draft.Fingerprint()); err != nil || english.Draft == "" {
		t.Errorf("the German confirmation counts for English, %v", err)
	}
}

func TestRequiredItemsAreAskedFor(t *testing.T) {
	required := map[Form][]string{
		DESole:     {"people", "address", "email", "phone"},
		DEEK:       {"name", "people", "address", "email", "phone", "register"},
		DEGmbHCoKG: {"name", "people", "partner", "address", "email", "phone", "register"},
		ATSole:     {"people", "address", "email", "purpose"},
		ATGmbH:     {"name", "address", "email", "register", "purpose"},
		CHSole:     {"people", "address", "email"},
		CHGmbH:     {"name", "address", "email"},
	}
	for f, want := range required {
		var got []string
		for _, p := range (Details{Form: f}).Check() {
			if p.Fault != FaultMissing {
				t.Errorf("%s: %+v", f, p)
			}
			got = append(got, p.Field)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s asks for %v", f, got)
		}
	}
}

func TestFaultsAreNamed(t *testing.T) {
	tests := []struct {
		form   Form
		field  string
		fault  Fault
		change func(*Details)
	}{
		{DEGmbH, "form", FaultMissing, func(d *Details) { d.Form = "us-llc" }},
		{DEGmbH, "name", FaultLegalForm, func(d *Details) { d.Name = "Wiesengrund" }},
		{DEUG, "name", FaultLegalForm, func(d *Details) { d.Name = "Wiesengrund UG" }},
		{DEEK, "name", FaultLegalForm, func(d *Details) { d.Name = "Blumen Wiesengrund" }},
		{CHAG, "name", FaultLegalForm, func(d *Details) { d.Name = "Wiesengrund MAGAZIN" }},
		{DESole, "people.0", FaultFullName, func(d *Details) { d.People = []string{"E. Beispiel"} }},
		{DESole, "people.0", FaultFullName, func(d *Details) { d.People = []string{"Dr. Beispiel"} }},
		{DESole, "people.1", FaultMissing, func(d *Details) { d.People = []string{"Erika Beispiel", ""} }},
		{DEGbR, "people.1", FaultMissing, func(d *Details) { d.People = d.People[:1] }},
		{DEeGbR, "people.1", FaultMissing, func(d *Details) { d.People = d.People[:1] }},
		{DESole, "street", FaultPOBox, func(d *Details) { d.Street = "Postfach 12" }},
		{DESole, "postalCode", FaultMalformed, func(d *Details) { d.PostalCode = "1010" }},
		{ATSole, "postalCode", FaultMalformed, func(d *Details) { d.PostalCode = "12345" }},
		{DESole, "email", FaultMalformed, func(d *Details) { d.Email = "laden(at)example.de" }},
		{DESole, "email", FaultMalformed, func(d *Details) { d.Email = "a?bcc=x@example.de" }},
		{DESole, "phone", FaultMalformed, func(d *Details) { d.Phone = "auf Anfrage" }},
		{DESole, "register", FaultForeign, func(d *Details) { d.Register = Register{"Amtsgericht X", "HRB 1"} }},
		{DESole, "purpose", FaultForeign, func(d *Details) { d.Purpose = "Handel" }},
		{ATEU, "editor", FaultForeign, func(d *Details) { d.Editor = Body{Name: "Erika Beispiel"} }},
		{ATEU, "dispute", FaultForeign, func(d *Details) { d.Dispute.Stance = StanceUnwilling }},
		{CHGmbH, "businessId", FaultForeign, func(d *Details) { d.BusinessID = "DE123456789-00001" }},
		{DESole, "vatId", FaultTaxNumber, func(d *Details) { d.VATID = "12/345/67890" }},
		{DESole, "vatId", FaultMalformed, func(d *Details) { d.VATID = "ATU12345678" }},
		{DESole, "businessId", FaultMalformed, func(d *Details) { d.BusinessID = "DE123456789" }},
		{DEGmbH, "register.number", FaultMalformed, func(d *Details) { d.Register.Number = "HRA 12" }},
		{DEGmbH, "register.court", FaultMissing, func(d *Details) { d.Register.Court = "" }},
		{DEGmbHCoKG, "partner.register.number", FaultMalformed, func(d *Details) { d.Partner.Register.Number = "HRA 1" }},
		{DEFreelance, "profession.chamber.name", FaultMissing, func(d *Details) { d.Profession.Chamber = Body{} }},
		{DEFreelance, "profession.rulesWeb", FaultMalformed, func(d *Details) { d.Profession.RulesWeb = "javascript:alert(1)" }},
		{DEGmbH, "editor.address", FaultMissing, func(d *Details) { d.Editor.Address = "" }},
		{DEGmbH, "dispute.body.web", FaultMissing, func(d *Details) { d.Dispute.Body.Web = "" }},
		{DEGmbH, "dispute.stance", FaultMalformed, func(d *Details) { d.Dispute = Dispute{Stance: "maybe"} }},
		{DEGmbH, "dispute.body", FaultForeign, func(d *Details) { d.Dispute.Stance = StanceUnwilling }},
		{DESole, "city", FaultTooLong, func(d *Details) { d.City = strings.Repeat("ä", 201) }},
		{DESole, "city", FaultMalformed, func(d *Details) { d.City = "Muster\nstadt" }},
	}
	for _, tt := range tests {
		d := sample(tt.form)
		tt.change(&d)
		problems := d.Check()
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Field == tt.field && p.Fault == tt.fault }) {
			t.Errorf("%s: want %s %s, got %+v", tt.form, tt.field, tt.fault, problems)
		}
		if _, err := Write(d, wording.German, ""); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s %s: written all the same, %v", tt.form, tt.field, err)
		}
	}
}

func TestLetterLines(t *testing.T) {
	tests := map[Form][]string{
		DESole:     {"Blumen Wiesengrund · Am Markt 3 · 12345 Musterstadt", "Inhaber/in: Erika Beispiel"},
		DEGmbHCoKG: {"Wiesengrund GmbH & Co. KG · Am Markt 3 · 12345 Musterstadt", "Persönlich haftende Gesellschafterin: Wiesengrund Verwaltungs-GmbH, Amtsgericht Musterstadt, HRB 4712 B", "Vertreten durch die Geschäftsführung: Erika Beispiel", "Amtsgericht Musterstadt, HRA 4711"},
		ATVerein:   {"Gartenfreunde Wien · Am Markt 3 · 1010 Musterstadt", "Vertretungsbefugte Organe: Erika Beispiel", "ZVR 1234567890"},
	}
	for f, want := range tests {
		if got, err := LetterLines(sample(f), wording.German); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v", f, got, err)
		}
	}
}

func TestPhoneLink(t *testing.T) {
	for phone, want := range map[string]string{
		"+49 (0)30 1234567": "tel:+49301234567", "030 1234567": "", "+43 1 2345678": "tel:+4312345678", "": "",
	} {
		if got := PhoneLink(phone); got != want {
			t.Errorf("PhoneLink(%q) = %q", phone, got)
		}
	}
}

// Whatever stands in the form, it stays text on the page, and no sign of our
// text files can be smuggled in.
func FuzzDetailsStayText(f *testing.F) {
	f.Add("</p><script>alert(1)</script>")
	f.Add("> web javascript:alert(1)")
	f.Add("## whatsapp Überschrift {{.Policy}}")
	f.Add(`" onclick="alert(1)`)
	plain := map[string]string{}
	build := func(t *testing.T, name string) map[string]string {
		d := sample(DEGmbH)
		d.City, d.Editor.Name, d.Dispute.Body.Name, d.People = name, name, name, []string{"Erika " + name}
		p := Privacy{EnquiryMonths: 6, OrderMonths: 12, Authority: name}
		out := map[string]string{}
		doc, err := Write(d, wording.German, "")
		if err != nil {
			return nil
		}
		privacy, err := WritePrivacy(d, p, wording.German, "")
		if err != nil {
			return nil
		}
		for kind, doc := range map[string]Document{"imprint": doc, "privacy": privacy} {
			if out[kind], err = Page(doc, Twin{}); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	f.Fuzz(func(t *testing.T, name string) {
		if len(plain) == 0 {
			plain = build(t, "Musterstadt")
		}
		for kind, got := range build(t, name) {
			for _, sign := range []string{"<", ">", `"`} {
				if strings.Count(got, sign) != strings.Count(plain[kind], sign) {
					t.Errorf("%q changed the %s page's marks", name, kind)
				}
			}
			if strings.Contains(got, `href="javascript`) {
				t.Errorf("%q became a script link", name)
			}
		}
	})
}

func TestPrunedDropsWhatAnotherFormAskedFor(t *testing.T) {
	full := sample(DEGmbH)
	full.Purpose, full.Membership = "Handel", "Kammer"
	full.Form = DESole
	full.People = []string{"Erika Beispiel"}
	if full.Validate() == nil {
		t.Fatal("nothing to prune")
	}
	pruned := full.Pruned()
	pruned.Name = "" // a trade name is free to carry no legal form
	if err := pruned.Validate(); err != nil {
		t.Errorf("%v in %+v", err, pruned)
	}
	if full.Purpose == "" || full.Register.Number == "" {
		t.Error("what was typed is gone")
	}
	if unknown := (Details{Form: "us-llc", Purpose: "x"}).Pruned(); unknown.Purpose == "" {
		t.Error("an unknown form asks for nothing, so nothing can be foreign to it")
	}
}
